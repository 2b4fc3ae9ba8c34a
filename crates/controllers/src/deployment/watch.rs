//! Which changes bring a Deployment back into the queue.

use super::DeploymentController;
use super::limits::{Strategy, strategy};
use crate::ownership::{adopters, controller};
use crate::selector;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Pod;
use kube::core::Selector;
use trimtab_informer::{Change, ObjectKey, index};

pub(super) fn register(controller: &DeploymentController) {
    let it = controller.clone();
    controller
        .deployments
        .on_change(move |change| it.queue.add(ObjectKey::of(&**change.object())));
    let it = controller.clone();
    controller.sets.on_change(move |change| match change {
        Change::Added(set) => it.set_comes(set),
        Change::Updated { old, new } => it.set_changes(old, new),
        Change::Deleted(set) => it.wake_owner(set),
    });
    let it = controller.clone();
    controller.pods.on_change(move |change| {
        if let Change::Deleted(pod) = change {
            it.pod_is_gone(pod);
        }
    });
}

impl DeploymentController {
    fn set_comes(&self, set: &ReplicaSet) {
        if index::controller_of(set).is_some() {
            self.wake_owner(set);
        } else if set.metadata.deletion_timestamp.is_none() {
            self.offer(set);
        }
    }

    fn set_changes(&self, old: &ReplicaSet, new: &ReplicaSet) {
        let (before, after) = (index::controller_of(old), index::controller_of(new));
        if before != after {
            self.wake_owner(old);
        }
        if after.is_some() {
            self.wake_owner(new);
        } else if before != after || old.metadata.labels != new.metadata.labels {
            self.offer(new);
        }
    }

    /// A Deployment that recreates waits for the last of its old pods to be gone.
    fn pod_is_gone(&self, pod: &Pod) {
        let Some(owner) = index::controller_of(pod).filter(|owner| owner.kind == "ReplicaSet")
        else {
            return;
        };
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let Some(set) = self.sets.get(namespace, &owner.name) else {
            return;
        };
        let deployment =
            controller(&self.deployments, &*set).and_then(|key| self.deployments.find(&key));
        let recreates = deployment.is_some_and(|it| strategy(&it) == Strategy::Recreate);
        if recreates && self.pods.indexed(index::CONTROLLER, &owner.uid).is_empty() {
            self.wake_owner(&set);
        }
    }

    fn wake_owner(&self, set: &ReplicaSet) {
        if let Some(key) = controller(&self.deployments, set) {
            self.queue.add(key);
        }
    }

    /// Lets every Deployment look at a set that nobody controls and that it selects.
    fn offer(&self, set: &ReplicaSet) {
        for key in adopters(&self.deployments, selector_of, set) {
            self.queue.add(key);
        }
    }
}

fn selector_of(owner: &Deployment) -> Option<Selector> {
    selector::parse(&owner.spec.as_ref()?.selector).ok()
}
