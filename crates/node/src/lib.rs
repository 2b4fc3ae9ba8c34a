//! Simulated nodes that play the lives of pods.
//!
//! [`Nodes`] is one manager for any number of nodes. It registers them as kubelets do, keeps their
//! leases, and takes every pod that is bound to one of them through a kubelet's states: sandbox and
//! address, pulls, init containers, start, readiness, restarts, and an orderly end. How long that
//! takes and what goes wrong is set by [`ReadyAfter`] and a [`Scenario`].
//!
//! `life` is the machine of one pod and does no I/O; `nodes` is the loop around all of them: what
//! the shared watch shows comes in, timers fire, status patches and events go out.
//!
//! Invariants:
//! - No task per pod or per node: one loop, one queue of timers, a bounded number of writes.
//! - What a pod goes through follows from the seed, its uid and the scenario; of the order in which
//!   pods arrive only the images that are already on the node depend.
//! - At most one write about a pod is on its way, and nothing is written that is written already.

mod addresses;
mod files;
mod image;
mod life;
mod needs;
mod node_status;
mod nodes;
mod pace;
mod ports;
mod program;
mod registration;
mod report;
mod scenario;
mod timers;

pub use addresses::MOST_NODES;
pub use nodes::{NodeControl, Nodes, Options};
pub use pace::ReadyAfter;
pub use scenario::{
    ANNOTATION, ContainerMatch, Fault, FaultKind, NodeGroup, Outcome, Pattern, PodMatch, PodRule,
    Scenario, Taint, When,
};
