//! The progress of a wait on standard error: on a terminal what is waited for with all that it controls,
//! drawn anew as it changes; a line for each change elsewhere.

mod layout;
mod live;
mod verdict;

use super::{apply_report, stderr, terminal};
use indexmap::IndexMap;
use live::Live;
use trimtab_deploy::{ObjectRef, Progress};
pub(crate) use verdict::{WayBack, decisive, explanations, verdict};

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
        if terminal::is_drawn_on() {
            Self::Live(Live::default())
        } else {
            Self::Lines(Lines::default())
        }
    }

    /// Writes something else, what is drawn out of its way meanwhile.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match self {
            Self::Live(live) => live.aside(write),
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
    /// What reasons were told, by object, since that was seen to move: those that take turns are not told
    /// each time.
    told: IndexMap<ObjectRef, Vec<String>>,
}

impl Lines {
    fn lines(&mut self, progress: &Progress) -> Vec<String> {
        match progress {
            Progress::Moved { object, text } | Progress::Ready { object, text } => {
                self.told.shift_remove(object);
                vec![told(object, text)]
            }
            // Who reads lines wants to know what went wrong, not where each pod is.
            Progress::Grown { .. } => Vec::new(),
            Progress::Explained { object, reasons } => {
                // How many objects share a reason moves too often to be told each time.
                let told = self.told.entry(object.clone()).or_default();
                let mut lines = Vec::new();
                for reason in reasons {
                    let key = reason.key();
                    if told.contains(&key) {
                        continue;
                    }
                    told.push(key);
                    if lines.len() < MOST_REASONS {
                        lines.push(format!("  {}", harmless(&reason.to_string())));
                    }
                }
                lines
            }
        }
    }
}

/// What is said of an object, behind its name unless that is in it.
fn told(object: &ObjectRef, text: &str) -> String {
    let text = harmless(text);
    if text.contains(&format!("{:?}", object.name)) {
        text
    } else {
        format!("{object}: {text}")
    }
}

/// A text of one line that does not steer the terminal: what a cluster says may hold anything.
fn harmless(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::sync::Arc;
    use trimtab_deploy::{Reason, Resource};

    pub(in crate::ui) fn web() -> ObjectRef {
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

    pub(in crate::ui) fn reason(more: usize, text: &str) -> Reason {
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
        // Those that take turns are told again when something has moved.
        let turn = |lines: &mut Lines| lines.lines(&explained(vec![reason(0, "pulling")]));
        assert!(turn(&mut lines).is_empty());
        let moved = Progress::Moved {
            object: web(),
            text: "1 of 3".to_owned(),
        };
        assert_eq!(lines.lines(&moved), ["deployment.apps/web: 1 of 3"]);
        assert_eq!(turn(&mut lines), ["  pod/web-a: pulling"]);
    }

    #[test]
    fn what_a_cluster_says_does_not_steer_the_terminal() {
        assert_eq!(
            told(&web(), "a\nb\u{1b}[31m"),
            "deployment.apps/web: a b [31m"
        );
    }
}
