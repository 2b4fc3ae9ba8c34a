//! Counting the pods of a Job that have ended, letting them go, and telling how the Job stands.
//!
//! The rules are those of `trackJobStatusAndRemoveFinalizers` in Kubernetes'
//! `pkg/controller/job/job_controller.go`.

use super::conditions::{
    COMPLETE, FAILED, FAILURE_TARGET, SUCCESS_CRITERIA_MET, becomes, ensure, holding,
};
use super::look::Look;
use super::pods::{index, is_failed, is_succeeded};
use super::policy::{Verdict, verdict};
use super::version;
use crate::error::ReconcileError;
use futures::{StreamExt, stream};
use k8s_openapi::api::batch::v1::{Job, JobCondition, UncountedTerminatedPods};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::sync::Arc;
use trimtab_informer::EventType;

/// Pods told to be about to be counted at once.
const MOST_UNCOUNTED: usize = 500;
/// Pods let go at the same time.
const IN_FLIGHT: usize = 32;

impl Look<'_> {
    /// Writes the status, lets pods go in between, and ends the Job when all are counted. `changed`
    /// tells whether the status is to be written in any case.
    pub(super) async fn track(mut self, mut changed: bool) -> Result<(), ReconcileError> {
        let uid = |pod: &Pod| pod.metadata.uid.clone().unwrap_or_default();
        let held = self.pods.iter().filter(|pod| self.is_held(pod));
        let mut held: FxHashSet<String> = held.map(|pod| uid(pod)).collect();
        changed |= self.count_released(&held);
        let (released, full) = self.announce(&mut changed);
        changed |= self.announce_end();
        if changed {
            self.write().await?;
            let backoff = self.memory.backoff;
            let controller = self.controller;
            controller.note(self.key, |memory| memory.backoff = backoff);
        }
        let failed = self.release(released, &mut held).await;
        changed = self.count_released(&held);
        if let Some(error) = failed {
            if changed {
                self.write().await?;
            }
            return Err(error.into());
        }
        let ended = if full { None } else { self.end() };
        if changed || ended.is_some() {
            self.write().await?;
        }
        if let Some(condition) = ended {
            self.tell_of_end(&condition);
        }
        Ok(())
    }

    fn uncounted_mut(&mut self) -> &mut UncountedTerminatedPods {
        self.status()
            .uncounted_terminated_pods
            .get_or_insert_default()
    }

    /// Counts the announced pods that are held no more.
    fn count_released(&mut self, held: &FxHashSet<String>) -> bool {
        let take = |uids: &mut Option<Vec<String>>| {
            let Some(all) = uids else {
                return 0;
            };
            let before = all.len();
            all.retain(|uid| held.contains(uid));
            let gone = before - all.len();
            if all.is_empty() {
                *uids = None;
            }
            i32::try_from(gone).unwrap_or(i32::MAX)
        };
        let uncounted = self.uncounted_mut();
        let (succeeded, failed) = (take(&mut uncounted.succeeded), take(&mut uncounted.failed));
        let status = self.status();
        if succeeded > 0 {
            status.succeeded = Some(status.succeeded.unwrap_or_default() + succeeded);
        }
        if failed > 0 {
            status.failed = Some(status.failed.unwrap_or_default() + failed);
        }
        succeeded + failed > 0
    }

    /// Notes in the status which pods are about to be let go; gives them, and whether there are more.
    fn announce(&mut self, changed: &mut bool) -> (Vec<Arc<Pod>>, bool) {
        let (succeeded, failed) = self.uncounted();
        let mut pods = self.pods.clone();
        if self.is_indexed() {
            pods.sort_by_key(|pod| index(pod));
        }
        let mut announced = succeeded.len() + failed.len();
        let mut new_indexes = BTreeSet::new();
        let (mut released, mut full) = (Vec::new(), false);
        for pod in pods {
            let is_failed = is_failed(&pod, &self.job);
            if !self.is_held(&pod) || !self.may_release(&pod, is_failed) {
                continue;
            }
            let uid = pod.metadata.uid.clone().unwrap_or_default();
            let index = self.valid_index(&pod);
            if is_succeeded(&pod) && !failed.contains(&uid) {
                match index {
                    Some(index) if self.is_indexed() => {
                        if !self.known_indexes.contains(index) && new_indexes.insert(index) {
                            *changed = true;
                            announced += 1;
                        }
                    }
                    None if self.is_indexed() => {}
                    _ if succeeded.contains(&uid) => {}
                    _ => {
                        let uids = &mut self.uncounted_mut().succeeded;
                        uids.get_or_insert_default().push(uid);
                        *changed = true;
                        announced += 1;
                    }
                }
            } else if (is_failed || self.fails())
                && !failed.contains(&uid)
                && (!self.is_indexed() || index.is_some())
                && verdict(&self.job, &pod) != Verdict::Ignore
            {
                let uids = &mut self.uncounted_mut().failed;
                uids.get_or_insert_default().push(uid);
                *changed = true;
                announced += 1;
            }
            released.push(pod);
            if announced >= MOST_UNCOUNTED {
                full = true;
                break;
            }
        }
        if self.is_indexed() {
            *changed |= self.tell_indexes(&new_indexes);
        }
        (released, full)
    }

    /// Whether the Job is over because it failed.
    fn fails(&self) -> bool {
        let finished = self.finished.as_ref();
        finished.is_some_and(|it| it.type_ != SUCCESS_CRITERIA_MET)
    }

    fn may_release(&self, pod: &Pod, is_failed: bool) -> bool {
        if self.job.metadata.deletion_timestamp.is_some()
            || self.finished.is_some()
            || is_succeeded(pod)
        {
            return true;
        }
        // The last failed pod of an index stays until it is replaced: it tells how often the index
        // failed.
        let is_delayed = || {
            let delayed = index(pod).and_then(|index| self.delayed.get(&index));
            delayed.is_some_and(|delayed| delayed.metadata.uid == pod.metadata.uid)
        };
        is_failed && !is_delayed()
    }

    fn tell_indexes(&mut self, new: &BTreeSet<i32>) -> bool {
        self.succeeded_indexes = self.succeeded_indexes.with(new);
        let succeeded = self.succeeded_indexes.total();
        let completed = Some(self.succeeded_indexes.to_string());
        let completed = completed.filter(|indexes| !indexes.is_empty());
        let failed = self.failed_indexes.as_ref().map(ToString::to_string);
        let status = self.status();
        let changed = status.completed_indexes != completed || status.failed_indexes != failed;
        status.succeeded = Some(succeeded);
        status.completed_indexes = completed;
        status.failed_indexes = failed;
        changed
    }

    /// Tells that the Job is about to end, and how.
    fn announce_end(&mut self) -> bool {
        let now = Time(self.now);
        let Some(target) = self.finished.take() else {
            return false;
        };
        let end = match target.type_.as_str() {
            FAILURE_TARGET => FAILED,
            SUCCESS_CRITERIA_MET => COMPLETE,
            _ => {
                self.finished = Some(target);
                return false;
            }
        };
        self.finished = Some(becomes(&target, end, &now));
        if holding(&self.job, &target.type_).is_some() {
            return false;
        }
        let conditions = self.status().conditions.get_or_insert_default();
        conditions.push(target);
        true
    }

    /// Lets pods go; gives the first error.
    async fn release(
        &self,
        pods: Vec<Arc<Pod>>,
        held: &mut FxHashSet<String>,
    ) -> Option<kube::Error> {
        let uids = pods.iter().filter_map(|pod| pod.metadata.uid.clone());
        let uids: Vec<_> = uids.collect();
        let controller = self.controller;
        controller.note(self.key, |memory| memory.released.extend(uids));
        let released: Vec<_> = stream::iter(pods)
            .map(|pod| async move { (controller.release(&pod).await, pod) })
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        let mut failed = None;
        for (result, pod) in released {
            let uid = pod.metadata.uid.clone().unwrap_or_default();
            match result {
                Ok(()) => {
                    held.remove(&uid);
                }
                Err(error) => {
                    controller.note(self.key, |memory| {
                        memory.released.remove(&uid);
                    });
                    failed = Some(error);
                }
            }
        }
        failed
    }

    /// Ends the Job, if it is to and nothing is left to be counted or on its way out.
    fn end(&mut self) -> Option<JobCondition> {
        let mut condition = self.finished.clone()?;
        let (succeeded, failed) = self.uncounted();
        if !succeeded.is_empty() || !failed.is_empty() || self.terminating > 0 {
            return None;
        }
        let now = Time(self.now);
        condition.last_transition_time = Some(now.clone());
        ensure(&mut self.job, condition.clone());
        if condition.type_ == COMPLETE {
            self.status().completion_time = Some(now);
        }
        Some(condition)
    }

    async fn write(&mut self) -> Result<(), ReconcileError> {
        let controller = self.controller;
        let jobs = controller.context.namespaced::<Job>(&self.key.namespace);
        let posting = controller.context.posting();
        let written = jobs.replace_status(&self.key.name, &posting, &self.job);
        self.job = written.await?;
        let written = version(&self.job);
        controller.note(self.key, |memory| memory.written = written);
        Ok(())
    }

    fn tell_of_end(&self, condition: &JobCondition) {
        let controller = self.controller;
        let tell = |event_type, reason: &str, message: &str| {
            controller.tell(&self.job, event_type, reason, message);
        };
        if condition.type_ != COMPLETE {
            let text = |it: &Option<String>| it.clone().unwrap_or_default();
            let (reason, message) = (text(&condition.reason), text(&condition.message));
            tell(EventType::Warning, &reason, &message);
            return;
        }
        let succeeded = self.job.status.as_ref().and_then(|it| it.succeeded);
        let wanted = self.spec().completions;
        if wanted.is_some_and(|wanted| succeeded.unwrap_or_default() > wanted) {
            let message = "Too many succeeded pods running after completion count reached";
            tell(EventType::Warning, "TooManySucceededPods", message);
        }
        tell(EventType::Normal, "Completed", "Job completed");
    }
}
