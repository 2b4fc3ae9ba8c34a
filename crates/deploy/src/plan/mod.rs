//! What an apply would do, found out by letting the server do it for show: a server-side dry run
//! of every object, compared with what is there. Defaults and what admission adds are in both, so
//! they make no noise.

mod cause;
mod conflict;
mod display;
mod forcing;
mod left_to_controllers;
mod migration;
mod planner;
mod refusal;
mod replacement;
mod string_data;

pub use conflict::Conflict;
pub(crate) use conflict::is_with_ourselves;
pub use display::{MASK, mask_secrets};
pub use forcing::Forcing;
pub(crate) use migration::Migration;
pub use planner::{plan, plan_because};
pub use refusal::{Cause, says_immutable};

use crate::fields::{field, name_of};
use crate::order::{Stage, is_hook_that_runs};
use crate::prune::Leftover;
use crate::target::{Manager, ObjectRef};
use trimtab_object::Change;
use trimtab_tree::Value;

/// What an apply would do, object by object, in the order in which it would.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What earlier revisions of the release applied and none of the steps does, in the order in which it is
    /// deleted. For the caller to find, see [`leftovers`](crate::leftovers).
    pub leftovers: Vec<Leftover>,
    /// Objects that no apply touches, as kubectl names them: hooks of a deletion, of a test.
    pub left_out: Vec<String>,
}

/// What an apply would do with one object.
#[derive(Clone, Debug)]
pub struct Step {
    /// The object to apply.
    pub object: Value,
    /// What is to be ready before it is applied: all of the stages before its own.
    pub stage: Stage,
    /// Which one it is; nothing if its kind is yet to be defined by another step.
    pub reference: Option<ObjectRef>,
    /// What would happen.
    pub action: Action,
    /// What is there, as far as people care: without status and bookkeeping, secrets masked.
    pub before: Option<Value>,
    /// What would be there, likewise.
    pub after: Option<Value>,
    /// The resource version of what is there; empty if nothing is.
    pub(crate) resource_version: String,
    /// Whether the server does not let what is there be seen.
    pub(crate) is_hidden: bool,
    /// Whether fields must be taken from other managers.
    pub(crate) force: bool,
    /// Whether it is a hook that ran before, and failed.
    has_failed: bool,
    /// Whether one of its name is being deleted, and must be gone before it is made.
    pub(crate) awaits_end: bool,
    /// What is to be done before it is applied.
    pub(crate) migration: Option<Migration>,
}

/// What would happen to an object.
#[derive(Clone, Debug)]
pub enum Action {
    /// It would be made. Unchecked if what it needs is made by an earlier step, so that the server
    /// cannot tell yet.
    Create {
        /// Whether the server would take it.
        is_checked: bool,
    },
    /// It would be changed.
    Change(Vec<Change>),
    /// It is that already.
    Unchanged,
    /// It is a hook, there from an earlier apply: it is deleted and made anew, so that it runs again.
    RunAgain,
    /// It can only be deleted and made anew: fields would change that may not.
    Replace {
        /// What the server has against it.
        causes: Vec<Cause>,
        /// What would be other than now, as far as that can be told without the server.
        changes: Vec<Change>,
    },
    /// Others own fields that would change.
    Conflict(Vec<Conflict>),
    /// The server would not take it; why.
    Refused(String),
}

/// What of that which cannot be changed may be deleted and made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacing {
    /// All of it.
    Everything,
    /// What is of these kinds, by any name that they have on the command line.
    Kinds(Vec<String>),
}

impl Replacing {
    /// Nothing at all.
    #[must_use]
    pub const fn nothing() -> Self {
        Self::Kinds(Vec::new())
    }

    /// Whether the object of a step may be.
    #[must_use]
    pub fn allows(&self, step: &Step) -> bool {
        let Self::Kinds(kinds) = self else {
            return true;
        };
        let is_its = |word: &String| {
            let word = word.to_lowercase();
            let resource = step.reference.as_ref().map(|it| &it.resource);
            resource.is_some_and(|resource| resource.is_called(&word))
                || field(&step.object, "kind").to_lowercase() == word
        };
        kinds.iter().any(is_its)
    }
}

impl Step {
    /// A step with an object of which nothing is known but what would happen.
    #[must_use]
    pub fn new(object: Value, action: Action) -> Self {
        Self {
            stage: Stage::of(&object).ok().flatten().unwrap_or_default(),
            object,
            reference: None,
            action,
            before: None,
            after: None,
            resource_version: String::new(),
            is_hidden: false,
            force: false,
            has_failed: false,
            awaits_end: false,
            migration: None,
        }
    }

    /// Whether one of its name is being deleted, and must be gone before it is made.
    #[must_use]
    pub fn awaits_end(&self) -> bool {
        self.awaits_end
    }

    /// Whether it runs a hook before everything else.
    #[must_use]
    pub fn runs_before_all_else(&self) -> bool {
        self.stage.is_before_all_else() && is_hook_that_runs(&self.object)
    }

    /// Whether a workload that is there, or comes to be, gets other pods.
    pub(crate) fn makes_other_pods(&self) -> bool {
        cause::makes_other_pods(self.before.as_ref(), self.after.as_ref())
    }

    /// The object as kubectl names it: `deployment.apps/web`.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.object)
    }

    /// The resource version of what was there when the plan was made; empty if nothing was.
    #[must_use]
    pub fn resource_version(&self) -> &str {
        &self.resource_version
    }

    /// The namespace that the object is in; nothing if its kind has none or is not known yet.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        let namespace = self
            .reference
            .as_ref()
            .map(|reference| &*reference.namespace);
        namespace.filter(|namespace| !namespace.is_empty())
    }
}

impl Plan {
    /// Whether anything would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_unchanged = |step: &Step| matches!(step.action, Action::Unchanged);
        self.steps.iter().all(is_unchanged) && self.pruned().next().is_none()
    }

    /// The steps of each stage.
    pub fn stages(&self) -> impl Iterator<Item = &[Step]> {
        self.steps.chunk_by(|a, b| a.stage == b.stage)
    }

    /// What is left over and goes.
    pub fn pruned(&self) -> impl Iterator<Item = &Leftover> {
        self.leftovers.iter().filter(|it| it.kept.is_none())
    }

    /// The steps that cannot be done: conflicts, refusals, and what would have to be replaced and may
    /// not.
    pub fn obstacles<'p>(&'p self, replacing: &Replacing) -> impl Iterator<Item = &'p Step> {
        self.steps.iter().filter(move |step| match step.action {
            Action::Conflict(_) | Action::Refused(_) => true,
            Action::Replace { .. } => !replacing.allows(step),
            _ => false,
        })
    }
}

/// Whether a field manager is one of ours.
fn is_ourselves(manager: &str) -> bool {
    [Manager::Apply, Manager::Command]
        .iter()
        .any(|ours| ours.name() == manager)
}
