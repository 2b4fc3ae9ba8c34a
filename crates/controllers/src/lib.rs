//! The controllers of a Kubernetes control plane.
//!
//! Each is an ordinary client: it reads shared caches ([`trimtab_informer`]), queues the keys of
//! what changed, and for one key at a time brings the world nearer to what the object asks for.
//! A reconcile goes by what is there, not by what happened, so that missing or repeating one does
//! no harm. What is to be done is decided by plain functions of the objects; doing it is apart.
//!
//! A reconcile of a Deployment, from one end to the other: `deployment::watch` queues its key,
//! `worker` takes it to `DeploymentController::reconcile`, which claims its `ReplicaSets`
//! (`ownership`) and lets `deployment::rollout` advance it a step, as `rolling`, `proportional` and
//! `status` decide; the changed `ReplicaSet` then goes the same way through `replicaset`.
//!
//! Architecture invariants: objects are reached through `kube::Client` alone, each controller's
//! under its own identity; nothing polls; time, chance and order are as [`trimtab_informer`] keeps
//! them.

mod assembly;
mod autoscaler;
mod certificate_approval;
mod certificate_cleaner;
mod certificate_requests;
mod certificate_signing;
mod cluster_role_aggregation;
mod context;
mod cronjob;
mod daemonset;
mod deployment;
mod discovery;
mod disrupted;
mod disruption;
mod endpoints;
mod endpointslice;
mod endpointslice_mirroring;
mod error;
mod garbage_collector;
mod hash;
mod history;
mod job;
mod namespace;
mod node_lifecycle;
mod ownership;
mod pod_changes;
mod pod_collector;
mod pod_control;
mod pods;
mod policy_status;
mod quota;
mod replicaset;
mod root_ca;
mod selection;
mod selector;
mod service_account;
mod service_pods;
mod statefulset;
mod taint_eviction;
mod ttl_after_finished;
mod volumes;
mod worker;

pub use assembly::{Controllers, Options};
pub use certificate_signing::SignCertificates;
pub use selection::{NAMES, Selection, UnknownController};
pub use volumes::provisioner::{BY as LOCAL_PROVISIONER, NAME as LOCAL_PROVISIONER_CONTROLLER};
