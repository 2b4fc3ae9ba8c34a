//! What an apply says while it goes on: lines for people, or an event of JSON on each line for programs.

use super::colour::Paint;
use super::progress::Display;
use super::{plan as ui_plan, stderr, stdout};
use crate::exit::Failure;
use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trimtab_clock::Clock;
use trimtab_deploy::{
    Action, Applied, AppliedObject, Conflict, ObjectRef, Plan, Progress, Reason, Release, Stage,
    Standing, Step,
};
use trimtab_tree::{JsonStyle, Value, write_json};

/// Whom it is said to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ApplyReport {
    /// Results on standard output, all else beside
    #[default]
    Text,
    /// An event of JSON on each line
    Json,
}

impl ApplyReport {
    /// What would be done, or is about to be.
    pub(crate) fn plan(self, plan: &Plan) -> Result<(), Failure> {
        match self {
            Self::Text => stderr::text(&ui_plan::render(plan, Paint::for_stderr())),
            Self::Json => event(
                "plan",
                json!({ "objects": planned(plan), "leftOut": plan.left_out }),
            )?,
        }
        Ok(())
    }

    /// A stage begins that has others before or after it.
    pub(crate) fn stage(self, stage: Stage, objects: usize) -> Result<(), Failure> {
        let stage = stage.to_string();
        match self {
            Self::Text => stderr::line(&format!("Stage: {stage}, {}.", count(objects))),
            Self::Json => event("stage", json!({ "stage": stage, "objects": objects }))?,
        }
        Ok(())
    }

    /// A step of a strategy begins.
    pub(crate) fn step(self, number: usize, all: usize, words: &str) -> Result<(), Failure> {
        match self {
            Self::Text => stderr::line(&format!("Step {number} of {all}: {words}.")),
            Self::Json => event(
                "step",
                json!({ "step": number, "steps": all, "message": words }),
            )?,
        }
        Ok(())
    }

    /// All steps are done: everything is applied.
    pub(crate) fn promoting(self) -> Result<(), Failure> {
        match self {
            Self::Text => stderr::line("Promoting: the change goes to all replicas."),
            Self::Json => event("promote", json!({}))?,
        }
        Ok(())
    }

    /// An object was applied.
    pub(crate) fn applied(self, applied: &AppliedObject) -> Result<(), Failure> {
        let verb = match applied.applied {
            Applied::Created => "created",
            Applied::Configured => "configured",
            Applied::Unchanged => "unchanged",
            Applied::Replaced => "replaced",
        };
        self.done(&applied.reference, verb)
    }

    /// Something was done with an object: `deployment.apps/web configured`.
    pub(crate) fn done(self, object: &ObjectRef, verb: &str) -> Result<(), Failure> {
        match self {
            Self::Text => stdout::line(&format!("{object} {verb}")),
            Self::Json => {
                let mut fields = named(object);
                fields["result"] = verb.into();
                event("applied", fields)
            }
        }
    }

    /// Shows what a wait hears.
    pub(crate) fn display(self) -> Display {
        match self {
            Self::Text => Display::new(),
            Self::Json => Display::Events,
        }
    }

    /// Which revision of a release it is about. People are told in their own way.
    pub(crate) fn release(self, release: &Release) -> Result<(), Failure> {
        match self {
            Self::Text => Ok(()),
            Self::Json => event("release", revision(release)),
        }
    }

    /// How an object of a revision stands, likewise.
    pub(crate) fn standing(
        self,
        standing: &Standing,
        state: &str,
        message: &str,
    ) -> Result<(), Failure> {
        match self {
            Self::Text => Ok(()),
            Self::Json => {
                let reference = standing.reference.as_ref();
                let mut fields = reference.map_or_else(|| json!({}), named);
                fields["object"] = standing.name.as_str().into();
                fields["state"] = state.into();
                fields["message"] = message.into();
                event("object", fields)
            }
        }
    }

    /// How it ended: `applied`, `planned`, `failed`, `not-ready`; of a release that is looked at also `ready`,
    /// `differs`, `unknown`.
    pub(crate) fn end(self, result: &str, message: Option<&str>) -> Result<(), Failure> {
        match self {
            Self::Text => Ok(()),
            Self::Json => event("end", json!({ "result": result, "message": message })),
        }
    }
}

/// So many objects, in words.
pub(crate) fn count(objects: usize) -> String {
    match objects {
        1 => "1 object".to_owned(),
        _ => format!("{objects} objects"),
    }
}

/// An event of a wait.
pub(crate) fn progress(progress: &Progress) -> Result<(), Failure> {
    match progress {
        Progress::Moved { object, text } => told("progress", object, text),
        Progress::Ready { object, text } => told("ready", object, text),
        // Programs watch what a workload controls themselves.
        Progress::Grown { .. } => Ok(()),
        Progress::Explained { object, reasons } => {
            let mut fields = named(object);
            fields["reasons"] = reasons.iter().map(reason).collect();
            event("reasons", fields)
        }
    }
}

fn revision(release: &Release) -> Json {
    let mut fields = json!({
        "release": release.name.as_str(),
        "namespace": release.namespace,
        "revision": release.revision,
        "status": release.status.word(),
    });
    for (name, time) in [("started", release.started), ("ended", release.ended)] {
        if let Some(time) = time {
            fields[name] = time.to_string().into();
        }
    }
    for (name, value) in release.provenance.fields() {
        fields[name] = value.into();
    }
    fields
}

fn told(name: &str, object: &ObjectRef, text: &str) -> Result<(), Failure> {
    let mut fields = named(object);
    fields["message"] = text.into();
    event(name, fields)
}

fn reason(reason: &Reason) -> Json {
    json!({
        "object": reason.object,
        "alike": reason.more,
        "message": reason.text,
        "final": reason.is_final,
    })
}

fn named(object: &ObjectRef) -> Json {
    let mut fields = json!({ "object": object.to_string() });
    if !object.namespace.is_empty() {
        fields["namespace"] = object.namespace.as_str().into();
    }
    fields
}

fn planned(plan: &Plan) -> Vec<Json> {
    let steps = plan.steps.iter().map(step);
    let leftovers = plan.leftovers.iter().map(|leftover| {
        let mut fields = named(&leftover.reference);
        match &leftover.kept {
            None => fields["action"] = "prune".into(),
            Some(why) => {
                fields["action"] = "keep".into();
                fields["message"] = why.to_string().into();
            }
        }
        fields
    });
    steps.chain(leftovers).collect()
}

fn step(step: &Step) -> Json {
    let mut fields = json!({ "object": step.name() });
    if let Some(namespace) = step.namespace() {
        fields["namespace"] = namespace.into();
    }
    let action = match &step.action {
        Action::Create { .. } => "create",
        Action::Unchanged => "unchanged",
        Action::RunAgain => "run-again",
        Action::Change(changes) => {
            fields["changes"] = changes.iter().map(change).collect();
            "change"
        }
        Action::Replace { causes, changes } => {
            fields["changes"] = changes.iter().map(change).collect();
            let causes = causes.iter();
            let causes = causes.map(|it| json!({ "field": it.field, "message": it.message }));
            fields["causes"] = causes.collect();
            "replace"
        }
        Action::Conflict(conflicts) => {
            fields["conflicts"] = conflicts.iter().map(conflict).collect();
            "conflict"
        }
        Action::Refused(message) => {
            fields["message"] = message.as_str().into();
            "refused"
        }
    };
    fields["action"] = action.into();
    fields
}

fn change(change: &trimtab_object::Change) -> Json {
    json!({
        "field": change.field(),
        "old": change.old.as_ref().map(value),
        "new": change.new.as_ref().map(value),
    })
}

fn conflict(conflict: &Conflict) -> Json {
    let mut fields = json!({
        "field": conflict.field,
        "manager": conflict.manager,
        "live": conflict.live,
    });
    if let Some(autoscaler) = &conflict.autoscaler {
        fields["autoscaler"] = autoscaler.as_str().into();
    }
    fields
}

/// A value of an object, as JSON: those of Secrets are masked before they come here.
fn value(value: &Value) -> Json {
    let mut text = String::new();
    let written = write_json(value, &mut text, JsonStyle::Ordered).ok();
    let read = written.and_then(|()| serde_json::from_str(&text).ok());
    read.unwrap_or_else(|| value.describe().into())
}

/// Writes an event: when, what, and all else about it.
fn event(name: &str, fields: Json) -> Result<(), Failure> {
    stdout::line(&line(name, &Clock::system().now(), fields))
}

fn line(name: &str, time: &Timestamp, fields: Json) -> String {
    let mut event = json!({ "time": format!("{time:.3}"), "event": name });
    if let (Json::Object(event), Json::Object(fields)) = (&mut event, fields) {
        event.extend(fields);
    }
    event.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line_that_says_when_and_what() {
        let time = "2026-01-01T00:00:00Z".parse().expect("it is a time");
        let fields = json!({ "object": "deployment.apps/web", "message": "a\nb" });
        let line = line("progress", &time, fields);
        let expected = r#"{"event":"progress","message":"a\nb","object":"deployment.apps/web","time":"2026-01-01T00:00:00.000Z"}"#;
        assert_eq!(line, expected);
    }
}
