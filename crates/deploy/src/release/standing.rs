//! How what a revision holds stands in the cluster: what of it is there, and is what the record says.

use crate::error::Result;
use crate::fields::{field, metadata};
use crate::order::{is_deleted_when_done, is_hook_that_runs};
use crate::plan::{Action, Forcing, Step, plan};
use crate::target::{ObjectRef, Target};
use jiff::Timestamp;
use trimtab_tree::Value;

/// So many objects that are yet to come are looked at in one go: an apply takes them in the same order.
const AT_ONCE: usize = 16;

/// Whether an object of a revision is in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// As it is described.
    Described,
    /// Otherwise: the fields in which it is.
    Different(Vec<String>),
    /// Not at all.
    Absent,
    /// Not at all, and it may be that it ran: a hook or a Job that goes once it is done.
    Passing,
    /// It is, but the server does not say whether as it is described; its words.
    Unknown(String),
    /// The server does not even say whether it is; its words.
    Hidden(String),
}

/// An object of a revision, and how it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The object as kubectl names it.
    pub name: String,
    /// Which one it is; nothing while its kind is not defined.
    pub reference: Option<ObjectRef>,
    /// Whether it is there.
    pub presence: Presence,
    /// What is described.
    object: Value,
    /// The version that was looked at; empty if there was none.
    resource_version: String,
}

impl Standing {
    /// Whether an apply that is at work has not come to it.
    #[must_use]
    pub fn is_to_come(&self) -> bool {
        matches!(self.presence, Presence::Different(_) | Presence::Absent)
    }

    /// Whether it goes by itself when it is done.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        goes_when_done(&self.object)
    }

    /// Whether it is a hook that an apply deletes when it is done.
    #[must_use]
    pub fn is_passing_hook(&self) -> bool {
        is_deleted_when_done(&self.object)
    }
}

/// How all objects of a revision stand, in the order in which they are applied.
#[derive(Clone, Debug)]
pub struct Standings {
    /// Each of them.
    pub objects: Vec<Standing>,
    /// Since when a hook is this revision's, and no earlier one's.
    begun: Option<Timestamp>,
}

impl Standings {
    /// Looks at the objects of a revision, by a server-side dry run of each. While it is being applied, `begun` says
    /// since when by the server's clock: a hook that ran before is not this revision's.
    ///
    /// # Errors
    /// Those of [`plan`](crate::plan()).
    pub async fn of(
        target: &Target,
        objects: Vec<Value>,
        begun: Option<Timestamp>,
    ) -> Result<Self> {
        let plan = plan(target, objects, &Forcing::Nothing).await?;
        let mut all = Self {
            objects: Vec::with_capacity(plan.steps.len()),
            begun,
        };
        for step in plan.steps {
            let standing = all.standing(target, step).await?;
            all.objects.push(standing);
        }
        Ok(all)
    }

    /// Whether anything is to come.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        !self.objects.iter().any(Standing::is_to_come)
    }

    /// Looks again at what is the next to come, and gives what has come. What has not changed since is not asked
    /// about again.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn look_again(&mut self, target: &Target) -> Result<Vec<ObjectRef>> {
        let mut come = Vec::new();
        let to_come = (0..self.objects.len()).filter(|&at| self.objects[at].is_to_come());
        let to_come: Vec<usize> = to_come.take(AT_ONCE).collect();
        for at in to_come {
            let Some(standing) = self.seen_anew(target, &self.objects[at]).await? else {
                continue;
            };
            if !standing.is_to_come() {
                come.extend(standing.reference.clone());
            }
            self.objects[at] = standing;
        }
        Ok(come)
    }

    /// How an object stands now; nothing if that cannot be other than before.
    async fn seen_anew(&self, target: &Target, before: &Standing) -> Result<Option<Standing>> {
        let reference = if let Some(reference) = &before.reference {
            reference.clone()
        } else {
            let discovery = target.rediscover().await?;
            match ObjectRef::of(&before.object, &discovery, target.namespace()) {
                Ok(reference) => reference,
                Err(_) => return Ok(None),
            }
        };
        let live = target.get(&reference).await?;
        let version = live
            .as_ref()
            .map_or("", |live| metadata(live, "resourceVersion"));
        if version == before.resource_version {
            return Ok(None);
        }
        let plan = plan(target, vec![before.object.clone()], &Forcing::Nothing).await?;
        match plan.steps.into_iter().next() {
            Some(step) => self.standing(target, step).await.map(Some),
            None => Ok(None),
        }
    }

    async fn standing(&self, target: &Target, step: Step) -> Result<Standing> {
        let presence = match (&step.reference, self.begun) {
            (Some(hook), Some(begun)) if is_hook_that_runs(&step.object) && !step.is_hidden => {
                ran_since(target, hook, begun).await?
            }
            _ => presence(&step),
        };
        let presence = match presence {
            Presence::Absent if goes_when_done(&step.object) => Presence::Passing,
            presence => presence,
        };
        Ok(Standing {
            name: step.name(),
            resource_version: step.resource_version().to_owned(),
            reference: step.reference,
            presence,
            object: step.object,
        })
    }
}

/// Whether an object goes by itself when it is done: a hook that an apply deletes then, or a Job with a time to live.
fn goes_when_done(object: &Value) -> bool {
    let time_to_live = ["spec", "ttlSecondsAfterFinished"];
    let is_job = field(object, "kind") == "Job";
    let has_time = is_job
        && object
            .get_path(&time_to_live)
            .is_some_and(|it| !it.is_null());
    has_time || is_deleted_when_done(object)
}

/// What a dry run says.
fn presence(step: &Step) -> Presence {
    match &step.action {
        Action::Create { .. } if step.awaits_end() => {
            Presence::Different(vec!["metadata.deletionTimestamp".to_owned()])
        }
        Action::Create { .. } => Presence::Absent,
        Action::Unchanged | Action::RunAgain => Presence::Described,
        Action::Change(changes) => {
            Presence::Different(changes.iter().map(trimtab_object::Change::field).collect())
        }
        Action::Replace { causes, .. } => {
            Presence::Different(causes.iter().map(|it| it.field.clone()).collect())
        }
        Action::Conflict(conflicts) => {
            let fields = conflicts.iter().map(|it| it.field.trim_start_matches('.'));
            Presence::Different(fields.map(str::to_owned).collect())
        }
        Action::Refused(why) if step.is_hidden => Presence::Hidden(why.clone()),
        Action::Refused(_) if step.resource_version().is_empty() => Presence::Absent,
        Action::Refused(why) => Presence::Unknown(why.clone()),
    }
}

/// Whether a hook was made since, by the server's clock alone.
async fn ran_since(target: &Target, hook: &ObjectRef, begun: Timestamp) -> Result<Presence> {
    let live = target.get(hook).await?;
    let made = live.map(|live| metadata(&live, "creationTimestamp").parse::<Timestamp>());
    Ok(match made {
        Some(Ok(made)) if made >= begun => Presence::Described,
        _ => Presence::Absent,
    })
}
