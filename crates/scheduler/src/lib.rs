//! Pods onto nodes.
//!
//! One task ([`Scheduler::run`]) takes pending pods in order of priority and age, picks a node for
//! each ([`pick`]), notes it as taken and sends the binding without waiting for it. What the nodes
//! hold is kept up to date pod by pod from the shared watches ([`nodes`]), so that a decision costs
//! the number of nodes and never the number of pods. A pod that fits nowhere says so in its
//! condition and an event, and is tried again when something happened that could help it
//! ([`queue`]): nothing is polled.
//!
//! The way of a pod: `queue` -> `pick` (`filter`, then `score`) -> `nodes` (assumed) -> `bind` ->
//! the watch confirms it in `nodes`.
//!
//! Rules and messages are those of kube-scheduler with its default plugins, as far as they are
//! there: node name, unschedulable, taints, node selector and affinity, host ports, resource fit;
//! least-allocated, balanced, preferred affinity, soft taints and spreading of a controller's pods.
//!
//! Invariants: the same events in the same order with the same seed give the same bindings; no
//! pod is ever bound twice; a node is never given more than it can hold by what is known.

mod affinity;
mod asked;
mod bind;
mod filter;
mod footprint;
mod neighbours;
mod nodes;
mod pick;
mod pod_terms;
mod preempt;
mod queue;
mod resources;
mod scheduler;
mod score;
mod spread;
mod taints;
mod tally;
#[cfg(test)]
mod testing;
mod volumes;

pub use affinity::matches as selects_node;
pub use scheduler::{Options, SCHEDULER_NAME, Scheduler};
pub use taints::tolerates;
