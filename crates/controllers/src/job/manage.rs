//! Making and deleting the pods of a Job.
//!
//! The rules are those of `manageJob` in Kubernetes' `pkg/controller/job/job_controller.go`.

use super::backoff;
use super::look::Look;
use super::pods::{
    INDEX, INDEX_FAILURES, INDEX_IGNORED, TRACKING, all_index_failures, finished_at,
    ignored_index_failures, index, index_failures, is_tracked, replaces_only_failed, tell_index,
};
use super::policy::{Verdict, verdict};
use crate::error::{ReconcileError, message};
use crate::pod_control::BURST;
use crate::pods::{from_template, is_ready, is_terminating};
use crate::replicaset::pods_to_delete;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_informer::ObjectKey;

/// The longest name that the API server makes others from.
const LONGEST_PREFIX: usize = 58;

/// How many pods are active afterwards, and what went wrong.
type Managed = (i32, Option<String>);

impl Look<'_> {
    /// Deletes all active pods, and tells how many were.
    pub(super) async fn delete_active(&mut self) -> Managed {
        let control = self.controller.control(self.key, &self.job);
        let done = control.delete(&self.active).await;
        let deleted = i32::try_from(done.count).unwrap_or(i32::MAX);
        self.terminating += deleted;
        self.ready -= ready(&self.active);
        (deleted, done.error)
    }

    /// Makes as many pods run as are to, or deletes those that are too many.
    pub(super) async fn manage(&mut self) -> Result<Managed, ReconcileError> {
        let active = self.active_count();
        if self.is_suspended() {
            return Ok(self.delete_pods(self.surplus(active)).await);
        }
        let parallelism = self.spec().parallelism.unwrap_or(1);
        let wanted = match self.spec().completions {
            None if self.succeeded > 0 => active,
            None => parallelism,
            Some(completions) => (completions - self.succeeded).clamp(0, parallelism.max(0)),
        };
        let mut doomed = self.surplus((active - wanted).max(0));
        doomed.truncate(BURST);
        if !doomed.is_empty() {
            return Ok(self.delete_pods(doomed).await);
        }
        let leaving = if replaces_only_failed(&self.job) {
            self.terminating
        } else {
            0
        };
        match usize::try_from(wanted - leaving - active) {
            Ok(missing) if missing > 0 => self.create_pods(missing.min(BURST)).await,
            _ => Ok((active, None)),
        }
    }

    /// Pods to delete: of an indexed Job those that have an index twice or that it does not ask
    /// for, and of the rest as many as are too many.
    fn surplus(&self, at_least: i32) -> Vec<Arc<Pod>> {
        let at_least = usize::try_from(at_least).unwrap_or_default();
        let (mut doomed, mut rest) = (Vec::new(), Vec::new());
        if self.is_indexed() {
            let mut by_index = BTreeMap::<Option<i32>, Vec<Arc<Pod>>>::new();
            for pod in &self.active {
                let pods = by_index.entry(self.valid_index(pod)).or_default();
                pods.push(Arc::clone(pod));
            }
            for (index, pods) in by_index {
                let surplus = pods.len() - usize::from(index.is_some());
                let gone = pods_to_delete(&pods, &[], surplus, self.now);
                let stays = |pod: &Arc<Pod>| gone.iter().all(|gone| !Arc::ptr_eq(gone, pod));
                rest.extend(pods.iter().filter(|pod| stays(pod)).cloned());
                doomed.extend(gone);
            }
        } else {
            rest.clone_from(&self.active);
        }
        if let Some(more) = at_least.checked_sub(doomed.len()) {
            doomed.extend(pods_to_delete(&rest, &[], more, self.now));
        }
        doomed
    }

    /// Lets pods go without counting them, and deletes them.
    async fn delete_pods(&mut self, doomed: Vec<Arc<Pod>>) -> Managed {
        let keys = doomed.iter().map(|pod| ObjectKey::of(&**pod));
        let expectations = &self.controller.expectations;
        expectations.expect_deletions(self.key, keys);
        let mut failed = None;
        let mut released = Vec::with_capacity(doomed.len());
        for pod in doomed {
            let result = if is_tracked(&pod) {
                self.controller.release(&pod).await
            } else {
                Ok(())
            };
            match result {
                Ok(()) => released.push(pod),
                Err(error) => {
                    expectations.deletion_observed(self.key, &ObjectKey::of(&*pod));
                    failed = Some(message(&error));
                }
            }
        }
        let control = self.controller.control(self.key, &self.job);
        let done = control.delete(&released).await;
        let deleted = i32::try_from(done.count).unwrap_or(i32::MAX);
        self.terminating += deleted;
        self.ready -= ready(&released);
        (self.active_count() - deleted, failed.or(done.error))
    }

    async fn create_pods(&self, missing: usize) -> Result<Managed, ReconcileError> {
        let per_index = self.spec().backoff_limit_per_index.is_some();
        if !per_index {
            let left = self.memory.backoff.left(self.now);
            if left.is_positive() {
                self.look_again_in(left);
                return Ok((0, None));
            }
        }
        let mut pods = Vec::new();
        if self.is_indexed() {
            let mut soonest = None;
            for index in self.pending_indexes(missing) {
                let left = self.delayed.get(&index).map(|pod| {
                    let failures = all_index_failures(pod).saturating_add(1);
                    backoff::left(failures, finished_at(pod), self.now)
                });
                match left.filter(|left| per_index && left.is_positive()) {
                    Some(left) => soonest = Some(soonest.map_or(left, |it| left.min(it))),
                    None => pods.push(self.new_pod(Some(index))),
                }
            }
            if let Some(wait) = soonest {
                self.look_again_in(wait);
                if pods.is_empty() {
                    return Ok((0, None));
                }
            }
        } else {
            pods = vec![self.new_pod(None); missing];
        }
        let bodies = pods.iter().map(serde_json::to_vec);
        let bodies = bodies.collect::<Result<Vec<_>, _>>()?;
        let controller = self.controller;
        let expectations = &controller.expectations;
        expectations.expect_creations(self.key, bodies.len());
        let control = controller.control(self.key, &self.job);
        let done = control
            .create(bodies.len(), |place| bodies[place].clone())
            .await;
        let created = i32::try_from(done.count).unwrap_or(i32::MAX);
        Ok((self.active_count() + created, done.error))
    }

    /// The first indexes that neither have a pod nor need one.
    fn pending_indexes(&self, count: usize) -> Vec<i32> {
        let mut taken: BTreeSet<_> = self.active.iter().filter_map(|pod| index(pod)).collect();
        if replaces_only_failed(&self.job) {
            let leaving = self.pods.iter().filter(|pod| is_terminating(pod));
            taken.extend(leaving.filter_map(|pod| index(pod)));
        }
        let mut done = self.succeeded_indexes.with(&taken);
        if let Some(failed) = &self.failed_indexes {
            done = done.merged(failed);
        }
        done.first_missing(count, self.completions())
    }

    fn new_pod(&self, index: Option<i32>) -> Pod {
        let mut pod = from_template(&self.spec().template, &self.job);
        let finalizers = pod.metadata.finalizers.get_or_insert_default();
        if finalizers.iter().all(|it| it != TRACKING) {
            finalizers.push(TRACKING.to_owned());
        }
        let Some(index) = index else {
            return pod;
        };
        let name = self.job.name_any();
        pod.metadata.generate_name = Some(indexed_prefix(&name, index));
        let labels = pod.metadata.labels.get_or_insert_default();
        labels.insert(INDEX.to_owned(), index.to_string());
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(INDEX.to_owned(), index.to_string());
        if self.spec().backoff_limit_per_index.is_some() {
            let (failures, ignored) = self.failures_of(index);
            annotations.insert(INDEX_FAILURES.to_owned(), failures.to_string());
            if ignored > 0 {
                annotations.insert(INDEX_IGNORED.to_owned(), ignored.to_string());
            }
        }
        tell_index(&mut pod);
        let spec = pod.spec.get_or_insert_default();
        spec.hostname = Some(format!("{name}-{index}"));
        pod
    }

    /// How often an index has failed, as far as that counts and as far as it does not.
    fn failures_of(&self, index: i32) -> (i32, i32) {
        let Some(pod) = self.delayed.get(&index) else {
            return (0, 0);
        };
        let (counted, ignored) = (index_failures(pod), ignored_index_failures(pod));
        match verdict(&self.job, pod) {
            Verdict::Ignore => (counted, ignored + 1),
            _ => (counted + 1, ignored),
        }
    }
}

/// What the names of the pods of an index begin with: the end of a long name gives way.
fn indexed_prefix(job: &str, index: i32) -> String {
    let end = format!("-{index}-");
    let room = LONGEST_PREFIX.saturating_sub(end.len());
    let start: String = job.chars().take(room).collect();
    start + &end
}

fn ready(pods: &[Arc<Pod>]) -> i32 {
    let ready = pods.iter().filter(|pod| is_ready(pod)).count();
    i32::try_from(ready).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_leaves_room_for_the_index() {
        assert_eq!(indexed_prefix("job", 7), "job-7-");
        let long = indexed_prefix(&"j".repeat(63), 12);
        assert_eq!((long.len(), long.ends_with("j-12-")), (58, true));
    }
}
