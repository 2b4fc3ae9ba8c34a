//! What a rehearsal finds out.

use crate::namespaces::text;
use std::fmt;
use std::time::Duration;
use trimtab_deploy::{ObjectRef, Step};

/// Which object: kind, namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The namespace; empty if the kind has none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Subject {
    pub(crate) fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    /// What a step of a plan is about.
    pub(crate) fn of_step(step: &Step) -> Self {
        Self::new(
            text(&step.object, &["kind"]),
            step.namespace().unwrap_or_default(),
            text(&step.object, &["metadata", "name"]),
        )
    }

    /// What a reference leads to.
    pub(crate) fn of_reference(reference: &ObjectRef) -> Self {
        Self::new(
            &reference.resource.kind,
            &reference.namespace,
            &reference.name,
        )
    }
}

impl fmt::Display for Subject {
    /// As people name it: `deployment/web`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.to_lowercase(), self.name)
    }
}

/// A rehearsed rollout.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// What chance was seeded with.
    pub seed: u64,
    /// Workloads of the state before that were not well when the rollout began.
    pub unsettled: Vec<Unsettled>,
    /// The objects that the control plane did not take; then nothing was rolled out.
    pub refused: Vec<Refused>,
    /// What was rolled out, in the order of the objects.
    pub workloads: Vec<Workload>,
    /// What is to be known besides, in the order of the objects.
    pub notes: Vec<Note>,
    /// The disruption budgets that speak of the workloads.
    pub budgets: Vec<Budget>,
    /// The most pods that were there at once, those that are ending included.
    pub peak_pods: usize,
    /// From the apply to when all was available, or to when it was clear that it never will be.
    pub duration: Duration,
    /// What an undo brings back; nothing if there was no state before or it was not asked for.
    pub undo: Option<Undo>,
}

impl Rehearsal {
    /// Whether everything was taken and every workload got to its end.
    #[must_use]
    pub fn completes(&self) -> bool {
        self.refused.is_empty() && self.workloads.iter().all(|it| it.end.is_complete())
    }
}

/// Something about an object that explains what is seen of it, or that will surprise later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which one.
    pub subject: Subject,
    /// A sentence, with the field that it is about in parentheses.
    pub text: String,
}

/// An object that the control plane does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which one.
    pub subject: Subject,
    /// What the API server says.
    pub message: String,
    /// The fields that it names, with what it says about each.
    pub causes: Vec<(String, String)>,
    /// Whether it would take it in place of nothing: fields differ that may not change.
    pub is_immutable: bool,
}

/// A workload that was not well before the rollout began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// Which one.
    pub subject: Subject,
    /// How far it was.
    pub text: String,
    /// Why, as far as it shows.
    pub cause: Option<Cause>,
}

/// How a workload fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Which one.
    pub subject: Subject,
    /// How many pods it wants at the end.
    pub desired: usize,
    /// How many more than wanted there may be; for kinds that have no such limit, none.
    pub max_surge: Option<usize>,
    /// How many of the wanted may be missing, if the kind has such a limit.
    pub max_unavailable: Option<usize>,
    /// How many pods were available when the rollout began.
    pub available_before: usize,
    /// The fewest that were available at once.
    pub worst_available: usize,
    /// The most pods that there were at once, those that are ending left aside.
    pub peak_pods: usize,
    /// Everything that changed, in order of time.
    pub samples: Vec<Sample>,
    /// How it ended.
    pub end: End,
}

impl Workload {
    /// The fewest available pods that the workload's own limits permit: it does not have to hold
    /// more than it had, nor more than it wants in the end.
    #[must_use]
    pub fn permitted_available(&self) -> Option<usize> {
        let owed = self.available_before.min(self.desired);
        self.max_unavailable
            .map(|missing| owed.saturating_sub(missing))
    }
}

/// The pods of a workload from one moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Since the apply.
    pub at: Duration,
    /// How many pods are wanted.
    pub desired: usize,
    /// How many there are, those that are ending left aside.
    pub pods: usize,
    /// How many are available.
    pub available: usize,
    /// How many are of the new template.
    pub updated: usize,
}

impl Sample {
    /// How many of the wanted pods are missing.
    #[must_use]
    pub fn unavailable(&self) -> usize {
        self.desired.saturating_sub(self.available)
    }
}

/// How the rollout of a workload ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All that was wanted is there.
    Complete {
        /// Since the apply.
        after: Duration,
        /// In the words of `kubectl rollout status`.
        text: String,
    },
    /// It will not be: it failed, or nothing moved for longer than its deadline.
    Stuck {
        /// Since the apply, when that was clear.
        after: Duration,
        /// How far it is.
        text: String,
        /// Why, as far as it shows.
        cause: Option<Cause>,
    },
}

impl End {
    /// Whether all that was wanted is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }

    /// When it was clear, since the apply.
    #[must_use]
    pub fn after(&self) -> Duration {
        match self {
            Self::Complete { after, .. } | Self::Stuck { after, .. } => *after,
        }
    }
}

/// Why a workload is stuck, from the workload down to what is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What causes what: each is the cause of the one before it.
    pub chain: Vec<Link>,
    /// The one word for the last cause: `ImagePullBackOff`, `Unschedulable`, `FailedCreate`.
    pub reason: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The field of the workload that the fix is about, such as
    /// `spec.template.spec.containers[0].image`.
    pub field: Option<String>,
}

/// A link of a causal chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is about: `replicaset/web-7d4b9`, `container web`.
    pub object: String,
    /// What is to say of it.
    pub text: String,
}

/// How a disruption budget fared. A rollout is not bound by it; those whom it protects are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Which one.
    pub subject: Subject,
    /// The workloads whose pods it selects.
    pub workloads: Vec<Subject>,
    /// How many pods it wants available.
    pub desired_available: usize,
    /// The fewest that were.
    pub worst_available: usize,
    /// How many of the pods it lets be evicted where all are available. At 0 a drain never ends.
    pub allowed_disruptions: usize,
}

impl Budget {
    /// Whether there were always enough.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.worst_available >= self.desired_available
    }
}

/// What became of the undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// Whether every workload has the pod template of before, and its pods are available.
    pub restores: bool,
    /// How long it took.
    pub duration: Duration,
    /// The workloads that it does not bring back, each with why.
    pub failed: Vec<(Subject, String)>,
    /// What the rollout changed and an undo of templates leaves as it is: the object, and what.
    pub remains: Vec<(Subject, String)>,
}
