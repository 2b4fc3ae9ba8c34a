//! One file a command.

pub(crate) mod apply;
pub(crate) mod build;
pub(crate) mod completion;
pub(crate) mod delete;
pub(crate) mod diff;
mod dry_run;
pub(crate) mod get;
pub(crate) mod man;
pub(crate) mod rollout;
pub(crate) mod scale;
pub(crate) mod wait;
