//! Which owner a change of a pod is news for.
//!
//! The rules are those that Kubernetes' controllers of pods share: the controller of the pod, as it
//! is and as it was; of a pod that nobody controls every owner that selects it.

use crate::ownership::{adopters, controller};
use k8s_openapi::api::core::v1::Pod;
use kube::Resource;
use kube::core::Selector;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, Expectations, ObjectKey, index};

/// Tells owners of one kind about their pods.
pub(crate) struct PodChanges<O> {
    /// The kind.
    pub(crate) owners: Cache<O>,
    /// What they have done and wait to see.
    pub(crate) expectations: Arc<Expectations>,
    /// Which pods one would adopt.
    pub(crate) selector_of: fn(&O) -> Option<Selector>,
    /// Brings one into the queue.
    pub(crate) wake: Box<dyn Fn(ObjectKey) + Send + Sync>,
}

impl<O: Resource<DynamicType = ()> + Send + Sync + 'static> PodChanges<O> {
    /// From now on.
    pub(crate) fn register(self, pods: &Cache<Pod>) {
        pods.on_change(move |change| match change {
            Change::Added(pod) if pod.metadata.deletion_timestamp.is_some() => self.leaves(pod),
            Change::Added(pod) => self.comes(pod),
            Change::Updated { old, new } => self.changes(old, new),
            Change::Deleted(pod) => self.leaves(pod),
        });
    }

    fn comes(&self, pod: &Pod) {
        if index::controller_of(pod).is_none() {
            self.offer(pod);
        } else if let Some(key) = controller(&self.owners, pod) {
            self.expectations.creation_observed(&key);
            (self.wake)(key);
        }
    }

    fn leaves(&self, pod: &Pod) {
        if let Some(key) = controller(&self.owners, pod) {
            self.expectations
                .deletion_observed(&key, &ObjectKey::of(pod));
            (self.wake)(key);
        }
    }

    fn changes(&self, old: &Pod, new: &Pod) {
        let relabelled = old.metadata.labels != new.metadata.labels;
        if new.metadata.deletion_timestamp.is_some() {
            // Being deleted counts as deleted: the replacement is not to wait for the last breath.
            self.leaves(new);
            if relabelled {
                self.leaves(old);
            }
            return;
        }
        let (before, after) = (index::controller_of(old), index::controller_of(new));
        if before != after
            && let Some(key) = controller(&self.owners, old)
        {
            (self.wake)(key);
        }
        if let Some(key) = controller(&self.owners, new) {
            (self.wake)(key);
        } else if after.is_none() && (relabelled || before != after) {
            self.offer(new);
        }
    }

    /// Lets every owner look at a pod that nobody controls and that it selects.
    fn offer(&self, pod: &Pod) {
        for key in adopters(&self.owners, self.selector_of, pod) {
            (self.wake)(key);
        }
    }
}
