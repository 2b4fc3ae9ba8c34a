//! One file a command.

mod access;
pub(crate) mod apply;
pub(crate) mod autoscale;
pub(crate) mod backup;
pub(crate) mod build;
pub(crate) mod cfg;
pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod controllers;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod diff;
pub(crate) mod down;
mod dry_run;
pub(crate) mod edit;
mod election;
pub(crate) mod events;
pub(crate) mod explain;
mod features;
mod front_proxy;
pub(crate) mod functions;
pub(crate) mod get;
mod hosting;
pub(crate) mod list;
pub(crate) mod localize;
pub(crate) mod lock;
pub(crate) mod logs;
pub(crate) mod man;
pub(crate) mod nodes;
mod objects;
mod output;
mod overlays;
pub(crate) mod plan;
pub(crate) mod prune;
pub(crate) mod rehearse;
pub(crate) mod releases;
pub(crate) mod restore;
pub(crate) mod rollout;
pub(crate) mod run;
pub(crate) mod scale;
pub(crate) mod scheduler;
pub(crate) mod server;
mod serving;
pub(crate) mod set;
mod simulation;
pub(crate) mod snapshot;
pub(crate) mod status;
mod store;
pub(crate) mod up;
pub(crate) mod version;
pub(crate) mod wait;

/// The names of all commands: what `man` can be asked for. A test beside the
/// command line holds it to what can be typed.
pub(crate) const NAMES: [&str; 40] = [
    "build",
    "explain",
    "create",
    "edit",
    "check",
    "rehearse",
    "snapshot",
    "localize",
    "cfg",
    "fn",
    "lock",
    "diff",
    "plan",
    "apply",
    "rollout",
    "scale",
    "autoscale",
    "set",
    "get",
    "describe",
    "wait",
    "events",
    "logs",
    "delete",
    "releases",
    "prune",
    "run",
    "up",
    "down",
    "status",
    "list",
    "backup",
    "restore",
    "server",
    "controllers",
    "scheduler",
    "nodes",
    "version",
    "completion",
    "man",
];
