//! `cronjob-controller`: starts a Job at each time of a schedule.
//!
//! The rules are those of `pkg/controller/cronjob` in Kubernetes.

mod due;
mod look;

use crate::context::Context;
use crate::error::ReconcileError;
use crate::ownership::controller;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use look::Look;
use trimtab_informer::{Cache, Change, EventType, ObjectKey, WorkQueue, index, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "cronjob-controller";

/// Cron jobs looked at the same time: `--concurrent-cron-job-syncs`.
const WORKERS: usize = 5;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct CronJobController {
    context: Context,
    cron_jobs: Cache<CronJob>,
    jobs: Cache<Job>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for CronJobController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(cron_job) = self.cron_jobs.find(key) else {
            return Ok(());
        };
        Box::pin(Look::new(self, key, &cron_job).run()).await
    }
}

impl CronJobController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            cron_jobs: context.informers.of(),
            jobs: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        controller
            .jobs
            .add_index(index::CONTROLLER, index::controller_uid);
        controller.watch();
        controller
    }

    fn watch(&self) {
        let queue = self.queue.clone();
        self.cron_jobs
            .on_change(move |change| queue.add(ObjectKey::of(&**change.object())));
        let it = self.clone();
        self.jobs.on_change(move |change| {
            it.wake_owner(change.object());
            if let Change::Updated { old, .. } = change {
                it.wake_owner(old);
            }
        });
    }

    fn wake_owner(&self, job: &Job) {
        if let Some(key) = controller(&self.cron_jobs, job) {
            self.queue.add(key);
        }
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.cron_jobs.synced().await;
        self.jobs.synced().await;
        work(&self, &self.queue).await;
    }

    fn tell(&self, cron_job: &CronJob, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(cron_job), event_type, reason, message);
    }
}
