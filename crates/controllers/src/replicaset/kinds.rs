//! What `ReplicaSets` and `ReplicationControllers` differ in.

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{ReplicaSet, ReplicaSetCondition, ReplicaSetStatus};
use k8s_openapi::api::core::v1::{
    PodTemplateSpec, ReplicationController, ReplicationControllerCondition,
    ReplicationControllerStatus,
};
use kube::Resource;
use kube::core::{ParseExpressionError, Selector};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// As kube-controller-manager calls the one.
pub(crate) const REPLICASET_NAME: &str = "replicaset-controller";
/// As kube-controller-manager calls the other.
pub(crate) const REPLICATION_CONTROLLER_NAME: &str = "replicationcontroller-controller";

/// A kind that keeps a number of pods. Its status is a [`ReplicaSetStatus`] but for the form.
pub(crate) trait Replicated:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Serialize
    + Send
    + Sync
    + 'static
{
    /// As kube-controller-manager calls the controller of the kind.
    const CONTROLLER: &'static str;
    /// Whether the status tells how many pods are about to go.
    const COUNTS_TERMINATING: bool;

    /// How many pods are wanted.
    fn replicas(&self) -> i32;
    /// How long a pod must be ready to be available.
    fn min_ready_seconds(&self) -> i32;
    /// Which pods are meant.
    fn selector(&self) -> Result<Selector, ParseExpressionError>;
    /// What pods are made from.
    fn template(&self) -> Option<&PodTemplateSpec>;
    /// What was reported last.
    fn status(&self) -> Option<ReplicaSetStatus>;
    /// Takes over what is to be reported.
    fn set_status(&mut self, status: ReplicaSetStatus);
}

impl Replicated for ReplicaSet {
    const CONTROLLER: &'static str = REPLICASET_NAME;
    const COUNTS_TERMINATING: bool = true;

    fn replicas(&self) -> i32 {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.replicas).unwrap_or(1)
    }

    fn min_ready_seconds(&self) -> i32 {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.min_ready_seconds)
            .unwrap_or_default()
    }

    fn selector(&self) -> Result<Selector, ParseExpressionError> {
        let spec = self.spec.clone().unwrap_or_default();
        crate::selector::parse(&spec.selector)
    }

    fn template(&self) -> Option<&PodTemplateSpec> {
        self.spec.as_ref()?.template.as_ref()
    }

    fn status(&self) -> Option<ReplicaSetStatus> {
        self.status.clone()
    }

    fn set_status(&mut self, status: ReplicaSetStatus) {
        self.status = Some(status);
    }
}

impl Replicated for ReplicationController {
    const CONTROLLER: &'static str = REPLICATION_CONTROLLER_NAME;
    const COUNTS_TERMINATING: bool = false;

    fn replicas(&self) -> i32 {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.replicas).unwrap_or(1)
    }

    fn min_ready_seconds(&self) -> i32 {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.min_ready_seconds)
            .unwrap_or_default()
    }

    fn selector(&self) -> Result<Selector, ParseExpressionError> {
        let labels = self.spec.as_ref().and_then(|spec| spec.selector.clone());
        Ok(labels.unwrap_or_default().into_iter().collect())
    }

    fn template(&self) -> Option<&PodTemplateSpec> {
        self.spec.as_ref()?.template.as_ref()
    }

    fn status(&self) -> Option<ReplicaSetStatus> {
        let status = self.status.clone()?;
        let conditions = status.conditions.map(|conditions| {
            let each = conditions.into_iter();
            each.map(|it| ReplicaSetCondition {
                last_transition_time: it.last_transition_time,
                message: it.message,
                reason: it.reason,
                status: it.status,
                type_: it.type_,
            })
            .collect()
        });
        Some(ReplicaSetStatus {
            replicas: status.replicas,
            fully_labeled_replicas: status.fully_labeled_replicas,
            ready_replicas: status.ready_replicas,
            available_replicas: status.available_replicas,
            terminating_replicas: None,
            observed_generation: status.observed_generation,
            conditions,
        })
    }

    fn set_status(&mut self, status: ReplicaSetStatus) {
        let conditions = status.conditions.map(|conditions| {
            let each = conditions.into_iter();
            each.map(|it| ReplicationControllerCondition {
                last_transition_time: it.last_transition_time,
                message: it.message,
                reason: it.reason,
                status: it.status,
                type_: it.type_,
            })
            .collect()
        });
        self.status = Some(ReplicationControllerStatus {
            replicas: status.replicas,
            fully_labeled_replicas: status.fully_labeled_replicas,
            ready_replicas: status.ready_replicas,
            available_replicas: status.available_replicas,
            observed_generation: status.observed_generation,
            conditions,
        });
    }
}
