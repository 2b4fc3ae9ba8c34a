//! What a `StatefulSet` does next.
//!
//! The rules are those of `updateStatefulSet` in Kubernetes'
//! `pkg/controller/statefulset/stateful_set_control.go`. In order, one pod at a time waits for the
//! pods before it; in parallel, none waits for another.

use super::identity::{new_pod, ordinal, ordinals, revision};
use super::status::{is_available, is_created, is_running_and_ready};
use super::{StatefulSetController, Version};
use crate::deployment::resolve_down;
use crate::error::ReconcileError;
use crate::pods::{is_finished, phase};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::Pod;
use std::cmp::Reverse;
use std::sync::Arc;
use trimtab_informer::ObjectKey;

/// Pods seen to at the same time, where they do not wait for each other.
const IN_FLIGHT: usize = 32;

/// Whether to go on to the next pod.
type Next = Result<Step, ReconcileError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    GoOn,
    Wait,
}

/// One look at a set.
pub(super) struct Advance<'a> {
    pub(super) controller: &'a StatefulSetController,
    pub(super) key: &'a ObjectKey,
    pub(super) set: &'a StatefulSet,
    pub(super) current: &'a Version,
    pub(super) update: &'a Version,
    pub(super) now: Timestamp,
}

impl Advance<'_> {
    /// Does what is next, and tells how many pods were deleted to be updated.
    pub(super) async fn run(&self, pods: &[Arc<Pod>]) -> Result<i32, ReconcileError> {
        let (replicas, condemned) = self.partition(pods);
        if self.set.metadata.deletion_timestamp.is_some() {
            return Ok(0);
        }
        let missing = replicas.iter().filter(|pod| !is_created(pod)).count();
        if missing > 0 && !self.in_order() {
            let expectations = &self.controller.expectations;
            expectations.expect_creations(self.key, missing);
        }
        if self.each(&replicas, |pod| self.see_to(pod)).await? == Step::Wait {
            return Ok(0);
        }
        let keeping = self.each(&condemned, |pod| self.controller.keep_claims(self.set, pod));
        if keeping.await? == Step::Wait {
            return Ok(0);
        }
        let all = replicas.iter().chain(condemned.iter().rev());
        let unhealthy = all.into_iter().find(|pod| !self.available(pod));
        if self
            .each(&condemned, |pod| self.condemn(pod, unhealthy))
            .await?
            == Step::Wait
        {
            return Ok(0);
        }
        self.roll(&replicas).await
    }

    fn spec(&self) -> Option<&StatefulSetSpec> {
        self.set.spec.as_ref()
    }

    fn in_order(&self) -> bool {
        let policy = self
            .spec()
            .and_then(|it| it.pod_management_policy.as_deref());
        policy != Some("Parallel")
    }

    fn available(&self, pod: &Pod) -> bool {
        let min_ready_seconds = self.spec().and_then(|it| it.min_ready_seconds);
        is_available(pod, min_ready_seconds.unwrap_or_default(), self.now)
    }

    fn rolling(&self) -> Option<&RollingUpdateStatefulSetStrategy> {
        self.spec()?
            .update_strategy
            .as_ref()?
            .rolling_update
            .as_ref()
    }

    fn partition_at(&self) -> i32 {
        let partition = self.rolling().and_then(|rolling| rolling.partition);
        partition.unwrap_or_default()
    }

    fn is_on_delete(&self) -> bool {
        let strategy = self.spec().and_then(|it| it.update_strategy.as_ref());
        strategy.and_then(|it| it.type_.as_deref()) == Some("OnDelete")
    }

    /// The pods that are asked for, in order, the missing ones as they are to be; and those that
    /// are too many, the last first.
    fn partition(&self, pods: &[Arc<Pod>]) -> (Vec<Arc<Pod>>, Vec<Arc<Pod>>) {
        let wanted = ordinals(self.set);
        let mut replicas: Vec<Option<Arc<Pod>>> = vec![None; wanted.len()];
        let mut condemned = Vec::new();
        for pod in pods {
            let Some(ordinal) = ordinal(pod) else {
                continue;
            };
            let place = usize::try_from(ordinal - wanted.start).ok();
            match place.and_then(|place| replicas.get_mut(place)) {
                Some(place) => *place = Some(Arc::clone(pod)),
                None => condemned.push(Arc::clone(pod)),
            }
        }
        condemned.sort_by_key(|pod| Reverse(ordinal(pod)));
        let fill = |(ordinal, pod): (i32, Option<Arc<Pod>>)| {
            pod.unwrap_or_else(|| Arc::new(self.new_pod(ordinal, wanted.start)))
        };
        let replicas = wanted.clone().zip(replicas).map(fill).collect();
        (replicas, condemned)
    }

    /// A pod that is missing: of the old version, if an update has not come to it.
    fn new_pod(&self, ordinal: i32, start: i32) -> Pod {
        let not_updated = if self.rolling().is_some() {
            self.partition_at()
        } else if self.is_on_delete() {
            0
        } else {
            let status = self.set.status.as_ref();
            status
                .and_then(|it| it.current_replicas)
                .unwrap_or_default()
        };
        let version = if ordinal - start < not_updated {
            self.current
        } else {
            self.update
        };
        new_pod(self.set, &version.template, &version.name, ordinal)
    }

    /// Does `step` for each of `pods`, until one says to wait; all of them if none waits for
    /// another.
    async fn each<'p, F>(&self, pods: &'p [Arc<Pod>], step: impl Fn(&'p Arc<Pod>) -> F) -> Next
    where
        F: Future<Output = Next> + Send,
    {
        if self.in_order() {
            for pod in pods {
                if step(pod).await? == Step::Wait {
                    return Ok(Step::Wait);
                }
            }
            return Ok(Step::GoOn);
        }
        let steps: Vec<F> = pods.iter().map(step).collect();
        let done: Vec<Next> = stream::iter(steps)
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        done.into_iter()
            .find(Result::is_err)
            .unwrap_or(Ok(Step::GoOn))
    }

    /// Makes a pod that is asked for, or brings it to what it has to be.
    async fn see_to(&self, pod: &Arc<Pod>) -> Next {
        let controller = self.controller;
        let leaves = pod.metadata.deletion_timestamp.is_some();
        if is_finished(pod) {
            if !leaves {
                let doomed = std::slice::from_ref(pod);
                controller.delete_pods(self.key, self.set, doomed).await?;
            }
            return Ok(Step::Wait);
        }
        if !is_created(pod) {
            if self.in_order() {
                controller.expectations.expect_creations(self.key, 1);
            }
            if controller.create_pod(self.key, self.set, pod).await? == Step::Wait {
                return Ok(Step::Wait);
            }
            if self.in_order() {
                return Ok(Step::Wait);
            }
            return Ok(Step::GoOn);
        }
        if phase(pod) == "Pending" {
            controller.create_claims(self.set, pod).await?;
        }
        let waits = leaves || !is_running_and_ready(pod) || !self.available(pod);
        if waits && self.in_order() {
            return Ok(Step::Wait);
        }
        controller.correct_pod(self.set, pod).await?;
        Ok(Step::GoOn)
    }

    /// Deletes a pod that is one too many, once no other that is not well is in the way.
    async fn condemn(&self, pod: &Arc<Pod>, unhealthy: Option<&Arc<Pod>>) -> Next {
        let in_order = self.in_order();
        if pod.metadata.deletion_timestamp.is_some() {
            return Ok(if in_order { Step::Wait } else { Step::GoOn });
        }
        let is_unhealthy = unhealthy.is_some_and(|it| Arc::ptr_eq(it, pod));
        let is_well = is_running_and_ready(pod) && self.available(pod);
        if in_order && !is_well && !is_unhealthy {
            return Ok(Step::Wait);
        }
        let doomed = std::slice::from_ref(pod);
        let controller = self.controller;
        controller.delete_pods(self.key, self.set, doomed).await?;
        Ok(Step::Wait)
    }

    /// Deletes pods of another version, the last first, as far as the strategy allows.
    async fn roll(&self, replicas: &[Arc<Pod>]) -> Result<i32, ReconcileError> {
        if self.is_on_delete() {
            return Ok(0);
        }
        let first = usize::try_from(self.partition_at()).unwrap_or_default();
        let doomed = match self.rolling().and_then(|it| it.max_unavailable.as_ref()) {
            Some(most) => {
                let total = i32::try_from(replicas.len()).unwrap_or(i32::MAX);
                let most = usize::try_from(resolve_down(most, total).max(1)).unwrap_or(1);
                self.several_to_roll(replicas, first, most)
            }
            None => self.next_to_roll(replicas, first).into_iter().collect(),
        };
        let controller = self.controller;
        controller.delete_pods(self.key, self.set, &doomed).await?;
        Ok(i32::try_from(doomed.len()).unwrap_or_default())
    }

    fn is_to_roll(&self, pod: &Pod) -> bool {
        revision(pod) != self.update.name && pod.metadata.deletion_timestamp.is_none()
    }

    /// The last pod of another version, unless one behind it is not available.
    fn next_to_roll(&self, replicas: &[Arc<Pod>], first: usize) -> Option<Arc<Pod>> {
        for pod in replicas.iter().skip(first).rev() {
            if self.is_to_roll(pod) {
                return Some(Arc::clone(pod));
            }
            if !self.available(pod) {
                return None;
            }
        }
        None
    }

    /// The last pods of another version: as many as may still be made unavailable.
    fn several_to_roll(&self, replicas: &[Arc<Pod>], first: usize, most: usize) -> Vec<Arc<Pod>> {
        let unavailable = replicas.iter().filter(|pod| !self.available(pod)).count();
        let candidates = replicas.iter().skip(first).rev();
        candidates
            .filter(|pod| self.is_to_roll(pod))
            .take(most.saturating_sub(unavailable))
            .cloned()
            .collect()
    }
}
