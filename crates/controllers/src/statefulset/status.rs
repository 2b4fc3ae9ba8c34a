//! What a `StatefulSet` reports.
//!
//! The rules are those of Kubernetes' `pkg/controller/statefulset/stateful_set_control.go`.

use super::identity::revision;
use crate::pods::{available_in, is_ready, phase};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetStatus};
use k8s_openapi::api::core::v1::Pod;
use std::sync::Arc;

/// The names of the revisions a set is between.
#[derive(Clone, Debug)]
pub(super) struct Revisions {
    pub(super) current: String,
    pub(super) update: String,
    pub(super) collisions: i32,
}

/// Whether `pod` is there, not only about to be.
pub(super) fn is_created(pod: &Pod) -> bool {
    !phase(pod).is_empty()
}

pub(super) fn is_running_and_ready(pod: &Pod) -> bool {
    phase(pod) == "Running" && is_ready(pod)
}

/// Whether `pod` is available and stays.
pub(super) fn is_available(pod: &Pod, min_ready_seconds: i32, now: Timestamp) -> bool {
    let wait = available_in(pod, min_ready_seconds, now);
    wait.is_some_and(|wait| wait.is_zero()) && pod.metadata.deletion_timestamp.is_none()
}

/// The status of `set` with its `pods`, and how long until another counts as available by time
/// alone.
pub(super) fn status(
    set: &StatefulSet,
    pods: &[Arc<Pod>],
    revisions: &Revisions,
    now: Timestamp,
) -> (StatefulSetStatus, Option<SignedDuration>) {
    let spec = set.spec.as_ref();
    let min_ready_seconds = spec.and_then(|spec| spec.min_ready_seconds);
    let (mut replicas, mut ready, mut available, mut current, mut updated) = (0, 0, 0, 0, 0);
    let mut next: Option<SignedDuration> = None;
    for pod in pods.iter().filter(|pod| is_created(pod)) {
        replicas += 1;
        if is_running_and_ready(pod) {
            ready += 1;
            match available_in(pod, min_ready_seconds.unwrap_or_default(), now) {
                Some(wait) if wait.is_zero() => available += 1,
                Some(wait) => next = Some(next.map_or(wait, |sooner| sooner.min(wait))),
                None => {}
            }
        }
        if pod.metadata.deletion_timestamp.is_none() {
            current += i32::from(revision(pod) == revisions.current);
            updated += i32::from(revision(pod) == revisions.update);
        }
    }
    let status = StatefulSetStatus {
        observed_generation: set.metadata.generation,
        replicas,
        ready_replicas: Some(ready),
        available_replicas: Some(available),
        current_replicas: Some(current),
        updated_replicas: Some(updated),
        current_revision: Some(revisions.current.clone()),
        update_revision: Some(revisions.update.clone()),
        collision_count: Some(revisions.collisions),
        conditions: set.status.as_ref().and_then(|it| it.conditions.clone()),
    };
    (status, next)
}

/// Ends a rolling update once all pods are updated and ready.
pub(super) fn complete(set: &StatefulSet, status: &mut StatefulSetStatus) {
    let spec = set.spec.as_ref();
    let strategy = spec.and_then(|spec| spec.update_strategy.as_ref());
    let strategy = strategy.and_then(|strategy| strategy.type_.as_deref());
    let wanted = spec.and_then(|spec| spec.replicas).unwrap_or(1);
    if strategy.unwrap_or("RollingUpdate") == "RollingUpdate"
        && status.updated_replicas == Some(wanted)
        && status.ready_replicas == Some(wanted)
        && status.replicas == wanted
    {
        status.current_replicas = status.updated_replicas;
        status.current_revision.clone_from(&status.update_revision);
    }
}

/// Whether both say the same. The API leaves out counts of none.
pub(super) fn is_same(old: &StatefulSetStatus, new: &StatefulSetStatus) -> bool {
    let count = |it: Option<i32>| it.unwrap_or_default();
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    new.observed_generation <= old.observed_generation
        && old.replicas == new.replicas
        && count(old.ready_replicas) == count(new.ready_replicas)
        && count(old.available_replicas) == count(new.available_replicas)
        && count(old.current_replicas) == count(new.current_replicas)
        && count(old.updated_replicas) == count(new.updated_replicas)
        && text(&old.current_revision) == text(&new.current_revision)
        && text(&old.update_revision) == text(&new.update_revision)
}
