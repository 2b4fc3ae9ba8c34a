//! Plan, diff, apply, wait, roll out and undo, against any Kubernetes cluster.
//!
//! Everything goes through a [`Target`]: a `kube::Client` and what discovery says of its server.
//! Objects are `trimtab_tree::Value`s; no kind is compiled in, save where its controller's promises
//! are what is asked about (rollouts, readiness).
//!
//! The crate reads no files and prints nothing: it gives plans, tables and events, which the
//! command line renders. It waits only on watches, and takes the time from who calls.

mod apply;
mod applyset;
mod arguments;
mod autoscale;
mod controllers;
mod delete;
mod dependents;
mod ending;
mod error;
mod events;
mod fields;
mod last_lines;
mod logs;
mod order;
mod ownership;
mod plan;
mod progressive;
mod prune;
mod readiness;
mod reason;
mod release;
mod revision;
mod rollout;
mod scale;
mod secrets;
mod seen;
mod selector;
mod set;
mod stall;
mod surroundings;
mod target;
#[cfg(test)]
mod testing;
mod wait;
mod wait_for;

pub use apply::{Applied, AppliedObject, Report, apply};
pub use applyset::{ApplySet, ApplySetName};
pub use arguments::{Named, Scope};
pub use autoscale::{Autoscaling, Usage, autoscale, describe_autoscaler};
pub use controllers::{ANNOUNCEMENT, Controllers};
pub use delete::{delete, delete_and_wait};
pub use dependents::{Dependent, DependentState, Dependents};
pub use ending::{held_by, is_ending};
pub use error::{Error, Result, credentials_problem};
pub use events::{EventSummary, check_event_types, events_about, is_of_type, list_events};
pub use logs::{Containers, LogSource, log_sources, pods, pods_of};
pub use order::{
    Class, Stage, is_deleted_when_done, is_hook_by_any_name, sort_for_apply, sort_for_delete,
};
pub use plan::{
    Action, Cause, Conflict, Forcing, MASK, Plan, Replacing, Step, mask_secrets, plan,
    plan_because, says_immutable,
};
pub use progressive::{Pair, Progression, Strategy};
pub use prune::{Kept, Leftover, Pruning, leftovers, still_left_over};
pub use readiness::{Readiness, readiness, rollout as rollout_status};
pub use reason::{Logged, Reason};
pub use release::{
    Member, Presence, Provenance, Release, ReleaseContent, ReleaseName, ReleaseStatus, Releases,
    Standing, Standings,
};
pub use rollout::{Revision, Undone, history, pause, restart, resume, undo};
pub use scale::{Precondition, scale};
pub use secrets::Secrets;
pub use set::{
    ContainerChange, ContainerPattern, Environment, Images, KeySource, ObjectChange, ResourceList,
    ResourceRequirements, ServiceAccountName, ServiceSelector, Subjects, Variable, VariableValue,
    containers, set, set_described,
};
pub use surroundings::{
    backends, object_events, object_of, objects_of, replica_sets, selected_pods,
};
pub use target::{
    Collection, Deletion, Discovery, Event, EventType, List, LogLines, LogOptions, Manager,
    ObjectRef, PatchType, Propagation, Resource, Rows, Selection, Target, Update,
};
pub use wait::{Outcome, Overdue, Progress, Unready, unready, until_ready};
pub use wait_for::{Goal, Goals, until_gone, wait_for};
