//! The progress of a wait on standard error: live lines for each object on a terminal, a line for
//! each change elsewhere.

use super::colour::{Colour, Paint};
use super::{apply_report, stderr};
use crate::exit::{Failure, Status};
use indexmap::IndexMap;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;
use trimtab_deploy::{Logged, ObjectRef, Outcome, Progress, Reason, Unready};

/// How often what is live moves.
const TICK: Duration = Duration::from_millis(120);

/// More reasons of one object are only counted.
const MOST_REASONS: usize = 5;

/// Shows progress.
pub(crate) enum Display {
    /// On a terminal.
    Live(Live),
    /// Elsewhere.
    Lines(Lines),
    /// To programs.
    Events,
}

impl Display {
    /// As standard error wants it.
    pub(crate) fn new() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Live(Live::default())
        } else {
            Self::Lines(Lines::default())
        }
    }

    /// A line for each change, whatever standard error is.
    pub(crate) fn lines() -> Self {
        Self::Lines(Lines::default())
    }

    /// Writes something else, what is live out of its way meanwhile.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match self {
            Self::Live(live) => live.all.suspend(write),
            Self::Lines(_) | Self::Events => write(),
        }
    }

    /// Shows what is new.
    pub(crate) fn show(&mut self, progress: Progress) {
        match self {
            Self::Live(live) => live.show(progress),
            Self::Lines(lines) => {
                for line in lines.lines(&progress) {
                    stderr::line(&line);
                }
            }
            // A reader that has left will be noticed when something is done.
            Self::Events => drop(apply_report::progress(&progress)),
        }
    }
}

/// One line a change.
#[derive(Default)]
pub(crate) struct Lines {
    /// The reasons that were told last, by object.
    told: IndexMap<ObjectRef, Vec<String>>,
}

impl Lines {
    fn lines(&mut self, progress: &Progress) -> Vec<String> {
        match progress {
            Progress::Moved { object, text } | Progress::Ready { object, text } => {
                vec![told(object, text)]
            }
            Progress::Explained { object, reasons } => {
                // How many objects share a reason moves too often to be told each time.
                let texts: Vec<String> = reasons.iter().map(|reason| reason.text.clone()).collect();
                let told = self.told.entry(object.clone()).or_default();
                let is_new = |reason: &&Reason| !told.contains(&reason.text);
                let lines = reasons
                    .iter()
                    .filter(is_new)
                    .map(|reason| format!("  {reason}"));
                let lines: Vec<String> = lines.take(MOST_REASONS).collect();
                *told = texts;
                lines
            }
        }
    }
}

/// Spinning lines.
#[derive(Default)]
pub(crate) struct Live {
    all: MultiProgress,
    bars: IndexMap<ObjectRef, Bar>,
}

struct Bar {
    spinner: ProgressBar,
    text: String,
    reasons: Vec<Reason>,
}

impl Live {
    fn show(&mut self, progress: Progress) {
        let paint = Paint::for_stderr();
        match progress {
            Progress::Moved { object, text } => {
                let bar = self.bar(&object);
                bar.text = text;
                bar.draw(&object, paint);
            }
            Progress::Explained { object, reasons } => {
                let bar = self.bar(&object);
                bar.reasons = reasons;
                bar.draw(&object, paint);
            }
            Progress::Ready { object, text } => {
                let bar = self.bar(&object);
                let sign = paint.paint(Colour::Green, "✓");
                bar.spinner.set_style(style("{msg}"));
                let line = format!("{sign} {}", told(&object, &text));
                bar.spinner.finish_with_message(line);
            }
        }
    }

    fn bar(&mut self, object: &ObjectRef) -> &mut Bar {
        self.bars.entry(object.clone()).or_insert_with(|| {
            let bar = self.all.add(ProgressBar::new_spinner());
            bar.set_style(style("{spinner:.yellow} {msg}"));
            bar.enable_steady_tick(TICK);
            Bar {
                spinner: bar,
                text: String::new(),
                reasons: Vec::new(),
            }
        })
    }
}

impl Bar {
    fn draw(&self, object: &ObjectRef, paint: Paint) {
        let mut message = told(object, &self.text);
        for reason in self.reasons.iter().take(MOST_REASONS) {
            message.push_str("\n    ");
            message.push_str(&paint.paint(Colour::Yellow, &reason.to_string()));
        }
        self.spinner.set_message(message);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// What a wait came to: nothing more to say, or a failure with its reasons.
pub(crate) fn verdict(outcome: Outcome) -> Result<(), Failure> {
    let (code, unready) = match outcome {
        Outcome::Ready => return Ok(()),
        Outcome::Failed(unready) => ("not-ready", unready),
        Outcome::TimedOut(unready) => ("timed-out", unready),
    };
    // What decided comes first.
    let decisive = unready
        .iter()
        .find(|object| object.is_final)
        .or(unready.first());
    let Some(first) = decisive else {
        return Ok(());
    };
    let mut message = told(&first.object, &first.text);
    if code == "timed-out" {
        message = format!("timed out: {message}");
    }
    let mut failure = Failure::new(code, message).with_status(Status::NotReady);
    for explanation in explanations(first) {
        failure = failure.note(explanation);
    }
    for other in unready.iter().filter(|other| other.object != first.object) {
        failure = failure.note(told(&other.object, &other.text));
    }
    if first.object.resource.kind == "Deployment" {
        failure = failure.hint(format!(
            "go back with `trimtab rollout undo deployment/{}`{}",
            first.object.name,
            in_namespace(&first.object)
        ));
    }
    Err(failure)
}

/// Why an object is not ready: each reason, and what its container printed last.
pub(crate) fn explanations(unready: &Unready) -> Vec<String> {
    let mut texts = Vec::new();
    for reason in unready.reasons.iter().take(MOST_REASONS) {
        texts.push(reason.to_string());
        let logged = reason.logged.as_ref().filter(|it| !it.tail.is_empty());
        texts.extend(logged.map(log_tail));
    }
    texts
}

/// The last lines of a log, under each other. What a program prints must not steer the terminal.
fn log_tail(logged: &Logged) -> String {
    let mut text = format!("container {} printed last:", logged.container);
    for line in &logged.tail {
        text.push_str("\n  ");
        text.extend(line.chars().filter(|it| !it.is_control() || *it == '\t'));
    }
    text
}

/// What is said of an object, behind its name unless that is in it.
fn told(object: &ObjectRef, text: &str) -> String {
    if text.contains(&format!("{:?}", object.name)) {
        text.to_owned()
    } else {
        format!("{object}: {text}")
    }
}

fn in_namespace(object: &ObjectRef) -> String {
    match &*object.namespace {
        "" | "default" => String::new(),
        namespace => format!(", in namespace {namespace}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use trimtab_deploy::Resource;

    fn web() -> ObjectRef {
        let resource = Resource {
            group: "apps".into(),
            version: "v1".into(),
            plural: "deployments".into(),
            singular: "deployment".into(),
            kind: "Deployment".into(),
            is_namespaced: true,
            short_names: Vec::new(),
            categories: Vec::new(),
            verbs: Vec::new(),
            subresources: Vec::new(),
        };
        ObjectRef::new(&Arc::new(resource), "default", "web")
    }

    fn reason(more: usize, text: &str) -> Reason {
        Reason {
            object: "pod/web-a".to_owned(),
            more,
            text: text.to_owned(),
            is_final: false,
            logged: None,
        }
    }

    #[test]
    fn a_reason_is_told_once_however_many_share_it() {
        let mut lines = Lines::default();
        let explained = |reasons| Progress::Explained {
            object: web(),
            reasons,
        };
        let first = lines.lines(&explained(vec![reason(0, "pulling")]));
        assert_eq!(first, ["  pod/web-a: pulling"]);
        let second = lines.lines(&explained(vec![
            reason(2, "pulling"),
            reason(0, "crashing"),
        ]));
        assert_eq!(second, ["  pod/web-a: crashing"]);
        let moved = Progress::Moved {
            object: web(),
            text: "1 of 3".to_owned(),
        };
        assert_eq!(lines.lines(&moved), ["deployment.apps/web: 1 of 3"]);
    }

    #[test]
    fn a_verdict_says_what_decided_and_why() {
        let unready = Unready {
            object: web(),
            text: "deployment \"web\" exceeded its progress deadline".to_owned(),
            reasons: vec![reason(1, "container web: ImagePullBackOff")],
            is_final: true,
        };
        let failure = verdict(Outcome::Failed(vec![unready])).expect_err("it failed");
        let Failure::Finding {
            finding, status, ..
        } = failure
        else {
            panic!("it is a finding");
        };
        assert_eq!(status, Status::NotReady);
        assert_eq!(
            finding.message,
            "deployment \"web\" exceeded its progress deadline"
        );
        let note = "pod/web-a and 1 more: container web: ImagePullBackOff";
        assert_eq!(finding.notes, [note]);
        assert!(verdict(Outcome::Ready).is_ok());
    }
}
