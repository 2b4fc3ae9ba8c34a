//! A plan as people read it: a sign and a name for each object, and below it the fields that change.

use super::colour::{Colour, Paint};
use similar::{ChangeTag, TextDiff};
use trimtab_deploy::{Action, Leftover, Plan, Step};
use trimtab_tree::{JsonStyle, Value, write_json};

/// From so many characters on a value is cut.
const LONGEST_VALUE: usize = 80;

/// The plan as text, each line ended.
pub(crate) fn render(plan: &Plan, paint: Paint) -> String {
    let mut text = String::new();
    let mut counts = Counts::default();
    for step in &plan.steps {
        counts.count(step);
        render_step(step, paint, &mut text);
    }
    for leftover in &plan.leftovers {
        counts.prune += usize::from(leftover.kept.is_none());
        text.push_str(&leftover_line(leftover, paint));
        text.push('\n');
    }
    for name in &plan.left_out {
        let line = format!("  {name}: left out: a hook, and not of an apply\n");
        text.push_str(&line);
    }
    text.push_str(&counts.line());
    text.push('\n');
    text
}

fn leftover_line(leftover: &Leftover, paint: Paint) -> String {
    let namespace = &leftover.reference.namespace;
    let place = if namespace.is_empty() {
        String::new()
    } else {
        format!(" in {namespace}")
    };
    let name = format!("{}{place}", leftover.reference);
    match &leftover.kept {
        None => paint.paint(Colour::Red, &format!("- {name}: prune")),
        Some(why) => format!("  {name}: not described any more, stays: {why}"),
    }
}

fn render_step(step: &Step, paint: Paint, text: &mut String) {
    let name = step.name();
    let place = step
        .namespace()
        .map(|n| format!(" in {n}"))
        .unwrap_or_default();
    let mut line = |colour, sign: &str, words: &str| {
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(": {words}")
        };
        let head = format!("{sign} {name}{place}{words}");
        text.push_str(&paint.paint(colour, &head));
        text.push('\n');
    };
    match &step.action {
        Action::Unchanged => {}
        Action::Create { is_checked: true } => line(Colour::Green, "+", "create"),
        Action::Create { .. } if step.awaits_end() => {
            line(
                Colour::Green,
                "+",
                "create (once the one that is being deleted is gone)",
            );
        }
        Action::Create { is_checked: false } => {
            line(Colour::Green, "+", "create (after what it needs is there)");
        }
        Action::Change(changes) => {
            line(Colour::Yellow, "~", "");
            for change in changes {
                push_change(change, paint, text);
            }
        }
        Action::RunAgain => line(Colour::Yellow, "~", "run again"),
        Action::Replace { causes, changes } => {
            line(Colour::Red, "!", "must be replaced");
            for cause in causes {
                push_indented(text, &format!("{}: {}", cause.field, cause.message));
            }
            for change in changes {
                push_change(change, paint, text);
            }
        }
        Action::Conflict(conflicts) => {
            line(Colour::Red, "!", "fields belong to others");
            for conflict in conflicts {
                let live = conflict.live.as_deref().unwrap_or("(none)");
                let owner = &conflict.manager;
                let scaler = conflict.autoscaler.as_ref();
                let scaler = scaler.map(|it| format!(" for the autoscaler {it}"));
                let scaler = scaler.unwrap_or_default();
                push_indented(
                    text,
                    &format!("{}: {} set by {owner:?}{scaler}", conflict.field, cut(live)),
                );
            }
        }
        Action::Refused(message) => {
            line(Colour::Red, "!", "refused");
            push_indented(text, message);
        }
    }
}

fn push_indented(text: &mut String, lines: &str) {
    for line in lines.lines() {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
}

fn push_change(change: &trimtab_object::Change, paint: Paint, text: &mut String) {
    let field = change.field();
    if change.reordered {
        push_indented(text, &format!("{field}: reordered"));
        return;
    }
    let old = change.old.as_ref().and_then(Value::as_str);
    let new = change.new.as_ref().and_then(Value::as_str);
    if let (Some(old), Some(new)) = (old, new)
        && (old.contains('\n') || new.contains('\n'))
    {
        push_indented(text, &format!("{field}:"));
        push_line_changes(old, new, paint, text);
        return;
    }
    let line = match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{field}: {} -> {}", brief(old), brief(new)),
        (None, Some(new)) => paint.paint(Colour::Green, &format!("+ {field}: {}", brief(new))),
        (Some(old), None) => paint.paint(Colour::Red, &format!("- {field}: {}", brief(old))),
        (None, None) => return,
    };
    push_indented(text, &line);
}

/// The lines of a long text that change.
fn push_line_changes(old: &str, new: &str, paint: Paint, text: &mut String) {
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        let (sign, colour) = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => ('-', Colour::Red),
            ChangeTag::Insert => ('+', Colour::Green),
        };
        let line = format!("  {sign} {}", cut(change.value().trim_end_matches('\n')));
        push_indented(text, &paint.paint(colour, &line));
    }
}

/// A value on one line.
fn brief(value: &Value) -> String {
    if let Some(text) = value.as_str()
        && !text.is_empty()
        && !text.contains(char::is_control)
    {
        return cut(text);
    }
    let mut json = String::new();
    match write_json(value, &mut json, JsonStyle::Ordered) {
        Ok(()) => cut(&json),
        Err(_) => value.describe().to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[derive(Default)]
struct Counts {
    create: usize,
    change: usize,
    run_again: usize,
    replace: usize,
    prune: usize,
    unchanged: usize,
    impossible: usize,
}

impl Counts {
    fn count(&mut self, step: &Step) {
        let count = match step.action {
            Action::Create { .. } => &mut self.create,
            Action::Change(_) => &mut self.change,
            Action::RunAgain => &mut self.run_again,
            Action::Replace { .. } => &mut self.replace,
            Action::Unchanged => &mut self.unchanged,
            Action::Conflict(_) | Action::Refused(_) => &mut self.impossible,
        };
        *count += 1;
    }

    fn line(&self) -> String {
        let parts = [
            (self.create, "to create"),
            (self.change, "to change"),
            (self.run_again, "to run again"),
            (self.replace, "to replace"),
            (self.prune, "to prune"),
            (self.impossible, "not possible"),
            (self.unchanged, "unchanged"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if parts.is_empty() {
            return "Plan: nothing to do.".to_owned();
        }
        format!("Plan: {}.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use trimtab_deploy::{Cause, Conflict, Kept, Member, ObjectRef, Resource, Stage};
    use trimtab_object::{Change, diff};
    use trimtab_schema::Schema;
    use trimtab_tree::{ParseOptions, parse_document};

    fn yaml(text: &str) -> Value {
        parse_document(text, ParseOptions::default()).expect("it is YAML")
    }

    fn step(kind: &str, name: &str, action: Action) -> Step {
        let object = yaml(&format!(
            "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: {name}}}}}"
        ));
        Step::new(object, action)
    }

    fn changed(before: &str, after: &str) -> Vec<Change> {
        let schema = Schema::kubernetes();
        let ty = schema.type_of("apps/v1", "Deployment");
        diff(&yaml(before), &yaml(after), ty)
    }

    fn leftover(name: &str, kept: Option<Kept>) -> Leftover {
        let service = yaml(&format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: shop}}}}"
        ));
        let resource = Resource {
            group: "".into(),
            version: "v1".into(),
            plural: "services".into(),
            singular: "service".into(),
            kind: "Service".into(),
            is_namespaced: true,
            short_names: Vec::new(),
            categories: Vec::new(),
            verbs: Vec::new(),
            subresources: Vec::new(),
        };
        Leftover {
            stage: Stage::default(),
            member: Member::of(&service, "shop"),
            reference: ObjectRef::new(&Arc::new(resource), "shop", name),
            uid: String::new(),
            kept,
        }
    }

    #[test]
    fn a_plan_shows_each_object_and_each_field() {
        let plan = Plan {
            steps: vec![
                step("DaemonSet", "agent", Action::Create { is_checked: true }),
                step("StatefulSet", "db", Action::Unchanged),
                step(
                    "Deployment",
                    "web",
                    Action::Change(changed(
                        "{metadata: {annotations: {script: \"a\\nb\\n\"}}, spec: {replicas: 1, paused: true, template: {spec: {containers: [{name: web, image: x}]}}}}",
                        "{metadata: {annotations: {script: \"a\\nc\\n\"}}, spec: {replicas: 2, template: {spec: {containers: [{name: web, image: y}, {name: log, image: l}]}}}}",
                    )),
                ),
                step(
                    "Deployment",
                    "fixed",
                    Action::Replace {
                        causes: vec![Cause {
                            field: "spec.selector".to_owned(),
                            message: "field is immutable".to_owned(),
                        }],
                        changes: changed(
                            "{spec: {selector: {matchLabels: {app: a}}}}",
                            "{spec: {selector: {matchLabels: {app: b}}}}",
                        ),
                    },
                ),
                step(
                    "Deployment",
                    "shared",
                    Action::Conflict(vec![Conflict {
                        autoscaler: Some("web".to_owned()),
                        field: ".spec.replicas".to_owned(),
                        manager: "autoscaler".to_owned(),
                        live: Some("7".to_owned()),
                    }]),
                ),
                step("Deployment", "bad", Action::Refused("it is bad".to_owned())),
                step("StatefulSet", "hook", Action::RunAgain),
            ],
            leftovers: vec![
                leftover("old", None),
                leftover("data", Some(Kept::Namespace)),
            ],
            left_out: vec!["pod/smoke".to_owned()],
        };
        let expected = "\
+ daemonset.apps/agent: create
~ deployment.apps/web
    metadata.annotations.script:
      - b
      + c
    spec.replicas: 1 -> 2
    - spec.paused: true
    spec.template.spec.containers[name=\"web\"].image: x -> y
    + spec.template.spec.containers[name=\"log\"]: {\"name\":\"log\",\"image\":\"l\"}
! deployment.apps/fixed: must be replaced
    spec.selector: field is immutable
    spec.selector.matchLabels.app: a -> b
! deployment.apps/shared: fields belong to others
    .spec.replicas: 7 set by \"autoscaler\" for the autoscaler web
! deployment.apps/bad: refused
    it is bad
~ statefulset.apps/hook: run again
- service/old in shop: prune
  service/data in shop: not described any more, stays: a namespace, and --prune-namespaces was not given
  pod/smoke: left out: a hook, and not of an apply
Plan: 1 to create, 1 to change, 1 to run again, 1 to replace, 1 to prune, 2 not possible, 1 unchanged.
";
        assert_eq!(render(&plan, Paint::plain()), expected);
    }
}
