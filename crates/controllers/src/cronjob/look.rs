//! One look at a cron job.
//!
//! The rules are those of `syncCronJob` and `cleanupFinishedJobs` in Kubernetes'
//! `pkg/controller/cronjob/cronjob_controllerv2.go`.

use super::CronJobController;
use super::due::{Timetable, deadline};
use crate::context::deleting;
use crate::error::{
    ReconcileError, is_already_exists, is_namespace_terminating, is_not_found, message,
};
use crate::job::finished;
use crate::ownership::controller_reference;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, CronJobStatus, Job};
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::ResourceExt;
use kube::api::{DeleteParams, PropagationPolicy};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::time::Duration;
use trimtab_cron::{Schedule, zone};
use trimtab_informer::EventType::{Normal, Warning};
use trimtab_informer::{EventType, ObjectKey, index, reference};

/// The annotation that tells a Job when it was due.
const SCHEDULED_AT: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/// How long after the moment a run is due it is looked for, so that clocks may differ a little.
const AFTER: SignedDuration = SignedDuration::from_millis(100);

/// What one look knows and changes.
pub(super) struct Look<'a> {
    controller: &'a CronJobController,
    key: &'a ObjectKey,
    cron_job: CronJob,
    spec: CronJobSpec,
    jobs: Vec<Arc<Job>>,
    changed: bool,
}

impl<'a> Look<'a> {
    pub(super) fn new(
        controller: &'a CronJobController,
        key: &'a ObjectKey,
        cron_job: &CronJob,
    ) -> Self {
        let uid = cron_job.uid().unwrap_or_default();
        let mut jobs = controller.jobs.indexed(index::CONTROLLER, &uid);
        jobs.sort_by_key(|job| job.name_any());
        Self {
            controller,
            key,
            jobs,
            spec: cron_job.spec.clone(),
            cron_job: cron_job.clone(),
            changed: false,
        }
    }

    /// Starts what is due, and clears up.
    pub(super) async fn run(mut self) -> Result<(), ReconcileError> {
        let next = self.advance().await;
        self.clear_up().await;
        if self.changed {
            let all = self
                .controller
                .context
                .namespaced::<CronJob>(&self.key.namespace);
            let posting = self.controller.context.posting();
            all.replace_status(&self.key.name, &posting, &self.cron_job)
                .await?;
        }
        if let Some(wait) = next? {
            let wait = Duration::try_from(wait + AFTER).unwrap_or_default();
            self.controller.queue.add_after(self.key.clone(), wait);
        }
        Ok(())
    }

    fn status(&mut self) -> &mut CronJobStatus {
        self.cron_job.status.get_or_insert_default()
    }

    fn active(&self) -> &[ObjectReference] {
        let status = self.cron_job.status.as_ref();
        status
            .and_then(|it| it.active.as_deref())
            .unwrap_or_default()
    }

    fn is_active(&self, uid: Option<&String>) -> bool {
        self.active().iter().any(|it| it.uid.as_ref() == uid)
    }

    fn no_longer_active(&mut self, uid: Option<&String>) {
        let status = self.status();
        let mut active = status.active.take().unwrap_or_default();
        active.retain(|it| it.uid.as_ref() != uid);
        status.active = Some(active).filter(|active| !active.is_empty());
    }

    fn tell(&self, event_type: EventType, reason: &str, message: &str) {
        let controller = self.controller;
        controller.tell(&self.cron_job, event_type, reason, message);
    }

    /// Notes what has become of the Jobs, and starts the one that is due. Gives how long until the
    /// next.
    async fn advance(&mut self) -> Result<Option<SignedDuration>, ReconcileError> {
        let now = self.controller.context.clock.now();
        self.note_jobs().await?;
        self.note_missing().await?;
        if self.cron_job.metadata.deletion_timestamp.is_some() {
            return Ok(None);
        }
        if let Some(name) = &self.spec.time_zone
            && zone(name).is_none()
        {
            let why = format!("invalid timeZone: {name:?}: unknown time zone {name}");
            self.tell(Warning, "UnknownTimeZone", &why);
            return Ok(None);
        }
        if self.spec.suspend == Some(true) {
            return Ok(None);
        }
        let Some(timetable) = self.timetable() else {
            return Ok(None);
        };
        let Ok(run) = timetable.due(&self.cron_job, now) else {
            let why = format!("invalid schedule: {} : it is never due", self.spec.schedule);
            self.tell(Warning, "InvalidSchedule", &why);
            return Ok(None);
        };
        if let Some(run) = run {
            if run.many_missed {
                let why = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
                self.tell(Warning, "TooManyMissedTimes", why);
            }
            if self.may_start(run.at, now) {
                if self.spec.concurrency_policy.as_deref() == Some("Replace") {
                    self.delete_active().await?;
                }
                if !self.start(run.at, &timetable.zone).await? {
                    return Ok(None);
                }
            }
        }
        Ok(timetable.until_next(&self.cron_job, now))
    }

    /// Notes which Jobs have come to an end.
    async fn note_jobs(&mut self) -> Result<(), ReconcileError> {
        for job in self.jobs.clone() {
            let uid = job.metadata.uid.as_ref();
            let is_active = self.is_active(uid);
            let Some(condition) = finished(&job) else {
                if !is_active {
                    self.note_unexpected(&job).await?;
                }
                continue;
            };
            if is_active {
                self.no_longer_active(uid);
                let (name, type_) = (job.name_any(), &condition.type_);
                let told = format!("Saw completed job: {name}, condition: {type_}");
                self.tell(Normal, "SawCompletedJob", &told);
                self.changed = true;
            }
            let completed = job
                .status
                .as_ref()
                .and_then(|it| it.completion_time.clone());
            let status = self.status();
            if condition.type_ == "Complete" && completed > status.last_successful_time {
                status.last_successful_time = completed;
                self.changed = true;
            }
        }
        Ok(())
    }

    /// A Job that runs and is not known to: the cache is behind, or somebody else made it.
    async fn note_unexpected(&mut self, job: &Job) -> Result<(), ReconcileError> {
        let all = self
            .controller
            .context
            .namespaced::<CronJob>(&self.key.namespace);
        let fresh = all.get(&self.key.name).await?;
        let known = fresh.status.as_ref().and_then(|it| it.active.as_ref());
        let known = known
            .into_iter()
            .flatten()
            .any(|it| it.uid == job.metadata.uid);
        if known {
            self.cron_job = fresh;
            return Ok(());
        }
        if let Some(at) = self.started_at(job) {
            // Kubernetes would leave it forgotten, and start another beside it whatever the policy.
            let status = self.status();
            status.active.get_or_insert_default().push(reference(job));
            let last = status.last_schedule_time.take().map(|last| last.0);
            status.last_schedule_time = Some(Time(last.map_or(at, |last| last.max(at))));
            self.changed = true;
            return Ok(());
        }
        let name = job.name_any();
        let told = format!("Saw a job that the controller did not create or forgot: {name}");
        self.tell(Warning, "UnexpectedJob", &told);
        Ok(())
    }

    /// When a Job was due that this controller started, and then could not note down; nothing of one
    /// that somebody else made.
    fn started_at(&self, job: &Job) -> Option<Timestamp> {
        let at = job.annotations().get(SCHEDULED_AT)?.parse().ok()?;
        (job.name_any() == self.name_of(at)).then_some(at)
    }

    /// Notes which Jobs that should run are gone.
    async fn note_missing(&mut self) -> Result<(), ReconcileError> {
        let there = self.jobs.iter().filter_map(|job| job.metadata.uid.as_ref());
        let there: FxHashSet<_> = there.cloned().collect();
        for active in self.active().to_vec() {
            if active.uid.as_ref().is_some_and(|uid| there.contains(uid)) {
                continue;
            }
            let name = active.name.unwrap_or_default();
            let jobs = self
                .controller
                .context
                .namespaced::<Job>(&self.key.namespace);
            match jobs.get_metadata(&name).await {
                Ok(_) => {}
                Err(error) if is_not_found(&error) => {
                    let told = format!("Active job went missing: {name}");
                    self.tell(Normal, "MissingJob", &told);
                    self.no_longer_active(active.uid.as_ref());
                    self.changed = true;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn timetable(&self) -> Option<Timetable> {
        let text = &self.spec.schedule;
        if text.contains("TZ") {
            let why =
                format!("CRON_TZ or TZ used in schedule {text:?} is not officially supported");
            self.tell(Warning, "UnsupportedSchedule", &why);
        }
        let unparseable = |error: &str| {
            let why = format!("unparseable schedule: {text:?} : {error}");
            self.tell(Warning, "UnparseableSchedule", &why);
        };
        let schedule = match Schedule::parse(text) {
            Ok(schedule) => schedule,
            Err(error) => {
                unparseable(&error.to_string());
                return None;
            }
        };
        let named = schedule.zone().or(self.spec.time_zone.as_deref());
        let named = named.unwrap_or_default();
        let Some(zone) = zone(named) else {
            unparseable(&format!("unknown time zone {named}"));
            return None;
        };
        Some(Timetable { schedule, zone })
    }

    /// Whether the run due at `at` may start, and has not yet.
    fn may_start(&self, at: Timestamp, now: Timestamp) -> bool {
        let latest = deadline(&self.cron_job).and_then(|late| at.checked_add(late).ok());
        if latest.is_some_and(|latest| latest < now) {
            let at = rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap_or_default();
            let told = format!("Missed scheduled time to start a job: {at}");
            self.tell(Warning, "MissSchedule", &told);
            return false;
        }
        let name = self.name_of(at);
        let is_known = self
            .active()
            .iter()
            .any(|it| it.name.as_ref() == Some(&name));
        let last = self.cron_job.status.as_ref();
        let last = last.and_then(|it| it.last_schedule_time.as_ref());
        if is_known || last.is_some_and(|last| last.0 == at) {
            return false;
        }
        let forbids = self.spec.concurrency_policy.as_deref() == Some("Forbid");
        if forbids && !self.active().is_empty() {
            let told = "Not starting job because prior execution is running and concurrency policy is Forbid";
            self.tell(Normal, "JobAlreadyActive", told);
            return false;
        }
        true
    }

    /// The name of the Job of the run due at `at`: the minutes since 1970 tell it from others.
    fn name_of(&self, at: Timestamp) -> String {
        format!("{}-{}", self.key.name, at.as_second() / 60)
    }

    async fn delete_active(&mut self) -> Result<(), ReconcileError> {
        for active in self.active().to_vec() {
            let name = active.name.unwrap_or_default();
            if !self.delete(&name, active.uid.as_ref()).await {
                return Err(ReconcileError::NotYet(format!(
                    "could not replace job {name}"
                )));
            }
        }
        Ok(())
    }

    /// Deletes a Job and its pods; tells whether that went well.
    async fn delete(&mut self, name: &str, uid: Option<&String>) -> bool {
        let jobs = self
            .controller
            .context
            .namespaced::<Job>(&self.key.namespace);
        let params = DeleteParams {
            propagation_policy: Some(PropagationPolicy::Background),
            ..deleting(uid.map(String::as_str))
        };
        if let Err(error) = jobs.delete(name, &params).await
            && !is_not_found(&error)
        {
            let told = format!("Deleted job: {}", message(&error));
            self.tell(Warning, "FailedDelete", &told);
            return false;
        }
        self.no_longer_active(uid);
        self.changed = true;
        self.tell(Normal, "SuccessfulDelete", &format!("Deleted job {name}"));
        true
    }

    /// Starts the run due at `at`; tells whether the next is to be waited for.
    async fn start(&mut self, at: Timestamp, zone: &TimeZone) -> Result<bool, ReconcileError> {
        let wanted = self.new_job(at, zone);
        let jobs = self
            .controller
            .context
            .namespaced::<Job>(&self.key.namespace);
        let job = match jobs
            .create(&self.controller.context.posting(), &wanted)
            .await
        {
            Ok(job) => {
                let told = format!("Created job {}", job.name_any());
                self.tell(Normal, "SuccessfulCreate", &told);
                job
            }
            Err(error) if is_already_exists(&error) => {
                let job = jobs.get(&wanted.name_any()).await?;
                let owner = index::controller_of(&job).map(|owner| &owner.uid);
                let is_ours = owner == self.cron_job.metadata.uid.as_ref();
                if !is_ours || self.is_active(job.metadata.uid.as_ref()) {
                    return Ok(false);
                }
                job
            }
            Err(error) => {
                if !is_namespace_terminating(&error) {
                    let told = format!("Error creating job: {}", message(&error));
                    self.tell(Warning, "FailedCreate", &told);
                }
                return Err(error.into());
            }
        };
        let status = self.status();
        status.active.get_or_insert_default().push(reference(&job));
        status.last_schedule_time = Some(Time(at));
        self.changed = true;
        Ok(true)
    }

    fn new_job(&self, at: Timestamp, zone: &TimeZone) -> Job {
        let template = self.spec.job_template.clone();
        let meta = template.metadata.unwrap_or_default();
        let mut annotations = meta.annotations.unwrap_or_default();
        let local = at.to_zoned(zone.clone());
        let local = if zone == &TimeZone::UTC {
            at.to_string()
        } else {
            local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        annotations.insert(SCHEDULED_AT.to_owned(), local);
        Job {
            metadata: ObjectMeta {
                name: Some(self.name_of(at)),
                namespace: self.cron_job.namespace(),
                labels: meta.labels,
                annotations: Some(annotations),
                owner_references: Some(vec![controller_reference(&self.cron_job)]),
                ..ObjectMeta::default()
            },
            spec: template.spec,
            status: None,
        }
    }

    /// Deletes the oldest Jobs that have ended, but for as many as are to be kept.
    async fn clear_up(&mut self) {
        let limits = [
            ("Complete", self.spec.successful_jobs_history_limit),
            ("Failed", self.spec.failed_jobs_history_limit),
        ];
        for (type_, limit) in limits {
            let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) else {
                continue;
            };
            let ended = |job: &&Arc<Job>| finished(job).is_some_and(|it| it.type_ == type_);
            let mut ended: Vec<_> = self.jobs.iter().filter(ended).cloned().collect();
            ended.sort_by_key(|job| {
                let started = job.status.as_ref().and_then(|it| it.start_time.as_ref());
                (
                    started.is_none(),
                    started.map(|time| time.0),
                    job.name_any(),
                )
            });
            let surplus = ended.len().saturating_sub(limit);
            for job in ended.into_iter().take(surplus) {
                if job.metadata.deletion_timestamp.is_none() {
                    self.delete(&job.name_any(), job.metadata.uid.as_ref())
                        .await;
                }
            }
        }
    }
}
