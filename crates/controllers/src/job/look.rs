//! One look at a Job.
//!
//! The rules are those of `syncJob` in Kubernetes' `pkg/controller/job/job_controller.go`.

use super::conditions::{
    FAILED, FAILURE_TARGET, SUCCESS_CRITERIA_MET, SUSPENDED, becomes, ensure, holding, holds,
};
use super::indexes::Indexes;
use super::pods::{
    all_index_failures, finished_at, index, index_failures, is_failed, is_succeeded, is_tracked,
    restarts,
};
use super::policy::{Verdict, enough, verdict};
use super::{JobController, Memory};
use crate::error::ReconcileError;
use crate::pods::{is_active, is_ready, is_terminating, phase};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::{Job, JobCondition, JobSpec, JobStatus};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{EventType, ObjectKey};

/// Failed pods a Job replaces, unless it says how many.
const BACKOFF_LIMIT: i32 = 6;

/// What one look knows and finds.
pub(super) struct Look<'a> {
    pub(super) controller: &'a JobController,
    pub(super) key: &'a ObjectKey,
    /// The Job, with the status it is about to have.
    pub(super) job: Job,
    spec: JobSpec,
    pub(super) pods: Vec<Arc<Pod>>,
    pub(super) active: Vec<Arc<Pod>>,
    pub(super) memory: Memory,
    pub(super) now: Timestamp,
    pub(super) ready: i32,
    pub(super) terminating: i32,
    pub(super) succeeded: i32,
    pub(super) failed: i32,
    /// Indexes that had succeeded by the last look, and by now.
    pub(super) known_indexes: Indexes,
    pub(super) succeeded_indexes: Indexes,
    /// Where the backoff limit is one for each index.
    pub(super) failed_indexes: Option<Indexes>,
    /// The last failed pod of an index, which stays until it is replaced.
    pub(super) delayed: FxHashMap<i32, Arc<Pod>>,
    /// What ends the Job.
    pub(super) finished: Option<JobCondition>,
}

impl<'a> Look<'a> {
    pub(super) fn new(
        controller: &'a JobController,
        key: &'a ObjectKey,
        job: &Job,
        pods: Vec<Arc<Pod>>,
        memory: Memory,
    ) -> Self {
        let mut job = job.clone();
        let status = job.status.get_or_insert_default();
        status.uncounted_terminated_pods.get_or_insert_default();
        let active: Vec<_> = pods.iter().filter(|pod| is_active(pod)).cloned().collect();
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            ready: count(active.iter().filter(|pod| is_ready(pod)).count()),
            terminating: count(pods.iter().filter(|pod| is_terminating(pod)).count()),
            controller,
            key,
            spec: job.spec.clone().unwrap_or_default(),
            job,
            active,
            pods,
            memory,
            now: controller.context.clock.now(),
            succeeded: 0,
            failed: 0,
            known_indexes: Indexes::default(),
            succeeded_indexes: Indexes::default(),
            failed_indexes: None,
            delayed: FxHashMap::default(),
            finished: None,
        }
    }

    /// Brings the Job a step further.
    pub(super) async fn run(mut self) -> Result<(), ReconcileError> {
        let patience = self.controller.expectations.patience(self.key);
        let satisfied = patience.is_none();
        self.count();
        self.judge();
        let mut active = self.active_count();
        let mut changed = false;
        let mut failure = None;
        if self.finished.is_some() {
            let (deleted, error) = self.delete_active().await;
            if deleted != active || !satisfied {
                // Not over yet: there are pods that nobody has seen.
                self.finished = None;
            }
            active -= deleted;
            failure = error;
        } else {
            let manages = satisfied && self.job.metadata.deletion_timestamp.is_none();
            if manages {
                (active, failure) = self.manage().await?;
            }
            let complete = match self.spec().completions {
                None => self.succeeded > 0 && active == 0,
                Some(wanted) => self.succeeded >= wanted && active == 0,
            };
            if complete {
                let message = "Reached expected number of succeeded pods";
                self.finish(SUCCESS_CRITERIA_MET, "CompletionsReached", message);
            } else if manages {
                changed = self.tell_of_suspension();
            }
        }
        let (ready, terminating) = (Some(self.ready), Some(self.terminating));
        let status = self.status();
        changed |= status.active.unwrap_or_default() != active
            || status.ready != ready
            || status.terminating != terminating;
        status.active = Some(active);
        status.ready = ready;
        status.terminating = terminating;
        if let Some(patience) = patience {
            self.controller.queue.add_after(self.key.clone(), patience);
        }
        self.track(changed).await?;
        failure.map_or(Ok(()), |message| Err(ReconcileError::NotYet(message)))
    }

    pub(super) fn spec(&self) -> &JobSpec {
        &self.spec
    }

    pub(super) fn status(&mut self) -> &mut JobStatus {
        self.job.status.get_or_insert_default()
    }

    pub(super) fn is_indexed(&self) -> bool {
        self.spec().completion_mode.as_deref() == Some("Indexed")
    }

    pub(super) fn completions(&self) -> i32 {
        self.spec().completions.unwrap_or(1)
    }

    pub(super) fn is_suspended(&self) -> bool {
        self.spec().suspend == Some(true)
    }

    /// The index of `pod`, if the Job asks for it still.
    pub(super) fn valid_index(&self, pod: &Pod) -> Option<i32> {
        index(pod).filter(|index| *index < self.completions())
    }

    pub(super) fn active_count(&self) -> i32 {
        i32::try_from(self.active.len()).unwrap_or(i32::MAX)
    }

    /// Whether `pod` still has to be let go.
    pub(super) fn is_held(&self, pod: &Pod) -> bool {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        is_tracked(pod) && !self.memory.released.contains(uid)
    }

    /// Uids that were told to be about to be counted.
    pub(super) fn uncounted(&self) -> (FxHashSet<String>, FxHashSet<String>) {
        let status = self.job.status.as_ref();
        let uncounted = status.and_then(|it| it.uncounted_terminated_pods.as_ref());
        let set = |uids: Option<&Vec<String>>| uids.into_iter().flatten().cloned().collect();
        (
            set(uncounted.and_then(|it| it.succeeded.as_ref())),
            set(uncounted.and_then(|it| it.failed.as_ref())),
        )
    }

    /// Held pods that are not among `uncounted`, and of an indexed Job have an index it asks for.
    fn new_pods(&self, uncounted: &FxHashSet<String>, is: impl Fn(&Pod) -> bool) -> Vec<Arc<Pod>> {
        let wanted = |pod: &&Arc<Pod>| {
            let uid = pod.metadata.uid.as_deref().unwrap_or_default();
            self.is_held(pod)
                && !uncounted.contains(uid)
                && (!self.is_indexed() || self.valid_index(pod).is_some())
                && is(pod)
        };
        self.pods.iter().filter(wanted).cloned().collect()
    }

    /// Counts what has ended.
    fn count(&mut self) {
        let (uncounted_succeeded, uncounted_failed) = self.uncounted();
        let succeeded = self.new_pods(&uncounted_succeeded, is_succeeded);
        let failed = self.new_pods(&uncounted_failed, |pod| is_failed(pod, &self.job));
        let counting = |pod: &&Arc<Pod>| verdict(&self.job, pod) != Verdict::Ignore;
        let counting = failed.iter().filter(counting).count();
        let total = |told: Option<i32>, new: usize, uncounted: usize| {
            let more = i32::try_from(new + uncounted).unwrap_or(i32::MAX);
            told.unwrap_or_default().saturating_add(more)
        };
        let status = self.job.status.clone().unwrap_or_default();
        self.succeeded = total(status.succeeded, succeeded.len(), uncounted_succeeded.len());
        self.failed = total(status.failed, counting, uncounted_failed.len());
        self.memory.backoff = self.memory.backoff.after(&succeeded, &failed);
        if status.start_time.is_none() && !self.is_suspended() {
            let now = Time(self.now);
            self.status().start_time = Some(now);
        }
    }

    /// Decides whether the Job is over.
    fn judge(&mut self) {
        let now = Time(self.now);
        self.finished = holding(&self.job, SUCCESS_CRITERIA_MET).cloned();
        if self.finished.is_none() {
            let failing = holding(&self.job, FAILURE_TARGET);
            self.finished = failing.map(|failing| becomes(failing, FAILED, &now));
        }
        if self.finished.is_none()
            && let Some(message) = self.failing_verdict()
        {
            self.finish(FAILURE_TARGET, "PodFailurePolicy", &message);
        }
        if self.finished.is_none() {
            self.judge_limits();
        }
        if self.is_indexed() {
            self.judge_indexes();
        }
    }

    pub(super) fn finish(&mut self, type_: &str, reason: &str, message: &str) {
        self.finished = Some(holds(type_, reason, message, &Time(self.now)));
    }

    /// Why the pod failure policy fails the Job, if it does.
    fn failing_verdict(&self) -> Option<String> {
        let mut failed = self.pods.iter().filter(|pod| is_failed(pod, &self.job));
        failed.find_map(|pod| match verdict(&self.job, pod) {
            Verdict::FailJob(message) => Some(message),
            _ => None,
        })
    }

    fn judge_limits(&mut self) {
        let limit = self.spec().backoff_limit.unwrap_or(BACKOFF_LIMIT);
        if self.failed > limit || self.restarted_too_often(limit) {
            let message = "Job has reached the specified backoff limit";
            self.finish(FAILURE_TARGET, "BackoffLimitExceeded", message);
            return;
        }
        let started = self
            .job
            .status
            .as_ref()
            .and_then(|it| it.start_time.clone());
        let (Some(seconds), Some(Time(started))) = (self.spec().active_deadline_seconds, started)
        else {
            return;
        };
        if self.is_suspended() {
            return;
        }
        let left = SignedDuration::from_secs(seconds) - self.now.duration_since(started);
        if left.is_positive() {
            self.look_again_in(left);
        } else {
            let message = "Job was active longer than specified deadline";
            self.finish(FAILURE_TARGET, "DeadlineExceeded", message);
        }
    }

    /// Whether pods that restart on failure have done so too often.
    fn restarted_too_often(&self, limit: i32) -> bool {
        let spec = self.spec().template.spec.as_ref();
        if spec.and_then(|spec| spec.restart_policy.as_deref()) != Some("OnFailure") {
            return false;
        }
        let running = |pod: &&Arc<Pod>| matches!(phase(pod), "Running" | "Pending");
        let total: i32 = self
            .pods
            .iter()
            .filter(running)
            .map(|pod| restarts(pod))
            .sum();
        if limit == 0 {
            total > 0
        } else {
            total >= limit
        }
    }

    fn judge_indexes(&mut self) {
        let completions = self.completions();
        let status = self.job.status.clone().unwrap_or_default();
        let told = status.completed_indexes.unwrap_or_default();
        self.known_indexes = Indexes::parse(&told, completions);
        let succeeded = self.tracked_indexes(is_succeeded);
        self.succeeded_indexes = self.known_indexes.with(&succeeded);
        self.succeeded = self.succeeded_indexes.total();
        if let Some(limit) = self.spec().backoff_limit_per_index {
            let told = status.failed_indexes.unwrap_or_default();
            let failed = self.tracked_indexes(|pod| self.fails_index(pod, limit));
            let failed = Indexes::parse(&told, completions).with(&failed);
            if self.finished.is_none() {
                self.judge_failed_indexes(&failed);
            }
            self.failed_indexes = Some(failed);
            self.delayed = self.delayed_pods();
        }
        let policy = self.spec().success_policy.as_ref();
        if self.finished.is_none()
            && let Some(rule) = enough(policy, completions, &self.succeeded_indexes)
        {
            let message = format!("Matched rules at index {rule}");
            self.finish(SUCCESS_CRITERIA_MET, "SuccessPolicy", &message);
        }
    }

    fn tracked_indexes(&self, is: impl Fn(&Pod) -> bool) -> BTreeSet<i32> {
        let pods = self.pods.iter().filter(|pod| is_tracked(pod) && is(pod));
        pods.filter_map(|pod| self.valid_index(pod)).collect()
    }

    /// Whether the failure of `pod` is the last its index has.
    fn fails_index(&self, pod: &Pod, limit: i32) -> bool {
        let counts = is_failed(pod, &self.job)
            && match verdict(&self.job, pod) {
                Verdict::FailIndex => return true,
                Verdict::Ignore => false,
                _ => true,
            };
        counts && index_failures(pod) >= limit
    }

    fn judge_failed_indexes(&mut self, failed: &Indexes) {
        let most = self.spec().max_failed_indexes;
        if most.is_some_and(|most| failed.total() > most) {
            let message = "Job has exceeded the specified maximal number of failed indexes";
            self.finish(FAILURE_TARGET, "MaxFailedIndexesExceeded", message);
        } else if !failed.is_empty()
            && failed.total() + self.succeeded_indexes.total() >= self.completions()
        {
            self.finish(FAILURE_TARGET, "FailedIndexes", "Job has failed indexes");
        }
    }

    /// The last failed pod of each index that is to have another.
    fn delayed_pods(&self) -> FxHashMap<i32, Arc<Pod>> {
        let active: FxHashSet<_> = self.active.iter().filter_map(|pod| index(pod)).collect();
        let failed_indexes = self.failed_indexes.as_ref();
        let mut delayed = FxHashMap::<i32, Arc<Pod>>::default();
        let failed = |pod: &Pod| is_failed(pod, &self.job);
        for pod in self.new_pods(&FxHashSet::default(), failed) {
            let Some(index) = self.valid_index(&pod) else {
                continue;
            };
            if active.contains(&index)
                || self.succeeded_indexes.contains(index)
                || failed_indexes.is_some_and(|it| it.contains(index))
            {
                continue;
            }
            let rank = |pod: &Pod| (all_index_failures(pod), finished_at(pod));
            let other = delayed.get(&index);
            if other.is_none_or(|other| rank(other) <= rank(&pod)) {
                delayed.insert(index, pod);
            }
        }
        delayed
    }

    /// Says whether the Job is suspended, and whether that is news.
    fn tell_of_suspension(&mut self) -> bool {
        let suspended = self.is_suspended();
        let (status, reason, message, event) = if suspended {
            ("True", "JobSuspended", "Job suspended", "Suspended")
        } else {
            ("False", "JobResumed", "Job resumed", "Resumed")
        };
        let now = Time(self.now);
        let condition = JobCondition {
            status: status.to_owned(),
            ..holds(SUSPENDED, reason, message, &now)
        };
        if !ensure(&mut self.job, condition) {
            return false;
        }
        let controller = self.controller;
        controller.tell(&self.job, EventType::Normal, event, message);
        self.status().start_time = (!suspended).then_some(now);
        true
    }

    pub(super) fn look_again_in(&self, wait: SignedDuration) {
        // A little more, so that the clock has passed the moment by then.
        let wait = Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1);
        self.controller.queue.add_after(self.key.clone(), wait);
    }
}
