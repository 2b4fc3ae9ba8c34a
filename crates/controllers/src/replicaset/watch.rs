//! Which changes bring a `ReplicaSet` back into the queue.

use super::ReplicaSetController;
use crate::ownership::{adopters, controller};
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::time::Duration;
use trimtab_informer::{Change, ObjectKey, index};

/// How long a set waits, for each pod it has, before a change of one of them is looked at: a look
/// goes over all of them, so that a big set is looked at once for many changes. 20 ms for a set of
/// a thousand, nothing to speak of for a small one.
const COALESCE_PER_POD: Duration = Duration::from_micros(20);
/// However big the set is.
const COALESCE_AT_MOST: Duration = Duration::from_millis(100);

pub(super) fn register(controller: &ReplicaSetController) {
    let it = controller.clone();
    controller.sets.on_change(move |change| {
        let key = ObjectKey::of(&**change.object());
        if matches!(change, Change::Deleted(_)) {
            it.expectations.forget(&key);
        }
        it.queue.add(key);
    });
    let it = controller.clone();
    controller.pods.on_change(move |change| match change {
        Change::Added(pod) if pod.metadata.deletion_timestamp.is_some() => it.pod_leaves(pod),
        Change::Added(pod) => it.pod_comes(pod),
        Change::Updated { old, new } => it.pod_changes(old, new),
        Change::Deleted(pod) => it.pod_leaves(pod),
    });
}

impl ReplicaSetController {
    fn pod_comes(&self, pod: &Pod) {
        if index::controller_of(pod).is_none() {
            self.offer(pod);
        } else if let Some(key) = controller(&self.sets, pod) {
            self.expectations.creation_observed(&key);
            self.look_soon(key);
        }
    }

    fn pod_leaves(&self, pod: &Pod) {
        if let Some(key) = controller(&self.sets, pod) {
            self.expectations
                .deletion_observed(&key, &ObjectKey::of(pod));
            self.look_soon(key);
        }
    }

    fn pod_changes(&self, old: &Pod, new: &Pod) {
        let relabelled = old.metadata.labels != new.metadata.labels;
        if new.metadata.deletion_timestamp.is_some() {
            // Being deleted counts as deleted: the replacement is not to wait for the last breath.
            self.pod_leaves(new);
            if relabelled {
                self.pod_leaves(old);
            }
            return;
        }
        let (before, after) = (index::controller_of(old), index::controller_of(new));
        if before != after
            && let Some(key) = controller(&self.sets, old)
        {
            self.queue.add(key);
        }
        if let Some(key) = controller(&self.sets, new) {
            self.look_soon(key);
        } else if after.is_none() && (relabelled || before != after) {
            self.offer(new);
        }
    }

    /// Lets every set look at a pod that nobody controls and that it selects.
    fn offer(&self, pod: &Pod) {
        for key in adopters(&self.sets, selector_of, pod) {
            self.queue.add(key);
        }
    }

    fn look_soon(&self, key: ObjectKey) {
        let set = self.sets.find(&key);
        let replicas = set
            .and_then(|set| set.spec.as_ref()?.replicas)
            .unwrap_or_default();
        let delay = COALESCE_PER_POD.saturating_mul(u32::try_from(replicas).unwrap_or_default());
        let delay = delay.min(COALESCE_AT_MOST);
        if delay < Duration::from_millis(1) {
            self.queue.add(key);
        } else {
            self.queue.add_after(key, delay);
        }
    }
}

fn selector_of(owner: &ReplicaSet) -> Option<&LabelSelector> {
    owner.spec.as_ref().map(|spec| &spec.selector)
}
