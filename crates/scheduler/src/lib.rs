//! Pods onto nodes.
//!
//! One task ([`Scheduler::run`]) takes pending pods in order of priority and age, picks a node for
//! each ([`pick`]), notes it as taken and sends the binding without waiting for it. What the nodes
//! hold is kept up to date pod by pod from the shared watches ([`nodes`]), so that a decision never costs
//! the number of pods: kinds of pods that rules are about are counted once and then kept up to date
//! ([`tally`], [`standings`]). Nor does it cost the number of nodes, while there is room: which nodes are ones
//! for a sort of pods is known ([`suitability`]), and no more of them are looked at than it takes to find a
//! share that can take it. A pod that fits nowhere says so in its
//! condition and an event, and is tried again when something happened that could help it
//! ([`queue`]): nothing is polled.
//!
//! The way of a pod: `queue` -> `asked` -> `pick` (`filter`, then `score`) -> `nodes` (assumed) -> its
//! volumes, if it waits for some -> `bind` -> the watch confirms it in `nodes`. Where nothing fits,
//! `preempt` may make room; the pod is nominated for it, and comes again when those are gone.
//!
//! Rules and messages are those of kube-scheduler with its default plugins: unschedulable, taints, node
//! selector and affinity, host ports, resource fit, volumes, topology spread, affinity between pods and
//! preemption; least-allocated, balanced, preferred affinity, soft taints, soft constraints, and
//! spreading by default of the pods of a service or controller. Of devices only those are known that are
//! allocated: allocating them is left to others.
//!
//! Invariants: the same events in the same order with the same seed give the same bindings; no
//! pod is ever bound twice; a node is never given more than it can hold by what is known.

mod affinity;
mod anchors;
mod asked;
mod attachments;
mod bind;
mod claims;
mod counting;
mod defaults;
mod devices;
mod failures;
mod filter;
mod footprint;
mod happening;
#[cfg(test)]
mod laws;
mod limits;
mod name;
mod neighbours;
mod node_info;
mod nodes;
mod obstacle;
mod pick;
mod pod_terms;
mod preempt;
mod queue;
mod resources;
mod scheduler;
mod score;
mod spread;
mod standings;
mod statistics;
mod storage;
mod suitability;
mod taints;
mod tally;
#[cfg(test)]
mod testing;
mod volumes;
mod writes;

pub use affinity::matches as selects_node;
pub use name::SCHEDULER_NAME;
pub use scheduler::{Options, Scheduler};
pub use statistics::Statistics;
pub use taints::tolerates;
