//! A Kubernetes control plane with simulated nodes in one process, in real or virtual time.
//!
//! [`Cluster::start`] puts together store, API server, controllers, scheduler and nodes. Each component
//! has its own client, whose identity no request from a socket can have; all of them share one
//! watch and one cache a kind.
//!
//! [`run_controllers`], [`run_scheduler`] and [`run_nodes`] run those against an API server somewhere
//! else; leaders are elected among several controllers and schedulers.
//!
//! In virtual time ([`in_virtual_time`]) everything runs on one thread, without sockets or files,
//! and waiting costs nothing: a rollout of ten minutes plays in milliseconds, and the same seed plays
//! it the same way in every process.
//!
//! Invariant: nothing here decides anything about an object; this crate only says who is started
//! with what.

mod announcement;
mod certificates;
mod cluster;
mod components;
mod data_directory;
mod error;
mod faults;
mod options;
mod standalone;
mod storage_class;
mod virtual_time;

pub use cluster::Cluster;
pub use data_directory::{DataDirectory, DataDirectoryError};
pub use error::ClusterError;
pub use options::{Listen, Options, Storage};
pub use standalone::{
    ControllersOptions, LeaderElectionOptions, NodesOptions, SchedulerOptions, run_controllers,
    run_nodes, run_scheduler,
};
pub use trimtab_controllers::{Selection as ControllerSelection, UnknownController};
pub use trimtab_informer::Ended;
pub use virtual_time::in_virtual_time;
