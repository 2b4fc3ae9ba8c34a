//! `statefulset-controller`: keeps numbered pods, each with its name and its storage.
//!
//! The rules are those of `pkg/controller/statefulset` in Kubernetes: `advance` goes through the
//! pods of a set in order and says what is next, `objects` makes and deletes pods and claims.

mod advance;
mod identity;
mod objects;
mod retention;
mod status;

use crate::context::Context;
use crate::deployment::template_hash;
use crate::error::{ReconcileError, unless_not_found};
use crate::history;
use crate::ownership::{candidates, claim_all, index_owners};
use crate::pod_changes::PodChanges;
use crate::selector;
use crate::worker::{Reconcile, due, work};
use advance::Advance;
use identity::is_member;
use k8s_openapi::api::apps::v1::{ControllerRevision, StatefulSet, StatefulSetStatus};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, PodTemplateSpec};
use kube::ResourceExt;
use kube::core::Selector;
use rustc_hash::FxHashSet;
use status::Revisions;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{
    Cache, Change, EventType, Expectations, ObjectKey, WorkQueue, index, reference,
};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "statefulset-controller";

/// Sets looked at the same time: `--concurrent-statefulset-syncs`.
const WORKERS: usize = 5;
/// The label of a revision that its hash is under.
const REVISION_HASH_LABEL: &str = "controller.kubernetes.io/hash";
/// Revisions kept beside those in use, unless the set says how many.
const HISTORY_LIMIT: i32 = 10;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct StatefulSetController {
    context: Context,
    sets: Cache<StatefulSet>,
    pods: Cache<Pod>,
    claims: Cache<PersistentVolumeClaim>,
    revisions: Cache<ControllerRevision>,
    queue: WorkQueue<ObjectKey>,
    expectations: Arc<Expectations>,
}

/// A revision and the template it holds.
struct Version {
    name: String,
    template: PodTemplateSpec,
}

impl Version {
    fn of(revision: &ControllerRevision) -> Self {
        Self {
            name: revision.name_any(),
            template: history::template_of(revision).unwrap_or_default(),
        }
    }
}

impl Reconcile for StatefulSetController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let found = self.sets.find(key);
        let Some(set) = due(found, key, &self.expectations, &self.queue) else {
            return Ok(());
        };
        let selector = selector::parse(&set.spec.clone().unwrap_or_default().selector)?;
        let mut candidates = candidates(&self.pods, &*set);
        candidates.retain(|pod| index::controller_of(&**pod).is_some() || is_member(&set, pod));
        let pods = claim_all(&self.context, &*set, &selector, candidates).await?;
        Box::pin(self.update(key, &set, &selector, &pods)).await
    }
}

impl StatefulSetController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            sets: context.informers.of(),
            pods: context.informers.of(),
            claims: context.informers.of(),
            revisions: context.informers.of(),
            queue: WorkQueue::new(),
            expectations: Arc::default(),
            context,
        };
        index_owners(&controller.pods);
        index_owners(&controller.revisions);
        controller.watch();
        controller
    }

    fn watch(&self) {
        let it = self.clone();
        self.sets.on_change(move |change| {
            let key = ObjectKey::of(&**change.object());
            if matches!(change, Change::Deleted(_)) {
                it.expectations.forget(&key);
            }
            it.queue.add(key);
        });
        let queue = self.queue.clone();
        let changes = PodChanges {
            owners: self.sets.clone(),
            expectations: Arc::clone(&self.expectations),
            selector_of: |set: &StatefulSet| selector::parse(&set.spec.as_ref()?.selector).ok(),
            wake: Box::new(move |key| queue.add(key)),
        };
        changes.register(&self.pods);
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.sets.synced().await;
        self.pods.synced().await;
        self.claims.synced().await;
        self.revisions.synced().await;
        work(&self, &self.queue).await;
    }

    async fn update(
        &self,
        key: &ObjectKey,
        set: &StatefulSet,
        selector: &Selector,
        pods: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        let revisions = history::of(&self.context, &self.revisions, set, selector).await?;
        let (current, update, collisions) = self.versions(set, &revisions).await?;
        let names = Revisions {
            current: current.name.clone(),
            update: update.name.clone(),
            collisions,
        };
        let now = self.context.clock.now();
        let (mut reported, next) = status::status(set, pods, &names, now);
        let advance = Advance {
            controller: self,
            key,
            set,
            current: &current,
            update: &update,
            now,
        };
        // What was deleted for the update counts as current no more.
        let advanced = advance.run(pods).await;
        if let Ok(deleted) = &advanced {
            let current = reported.current_replicas.unwrap_or_default();
            reported.current_replicas = Some(current - deleted);
        }
        self.report(key, set, reported).await?;
        if let Some(wait) = next {
            // A little more, so that the clock has passed the moment by then.
            let wait = Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1);
            self.queue.add_after(key.clone(), wait);
        }
        advanced?;
        let mut live: FxHashSet<_> = pods
            .iter()
            .map(|pod| identity::revision(pod).to_owned())
            .collect();
        live.extend([current.name, update.name]);
        let limit = set.spec.as_ref().and_then(|it| it.revision_history_limit);
        match usize::try_from(limit.unwrap_or(HISTORY_LIMIT)) {
            Ok(limit) => history::truncate(&self.context, &revisions, &live, limit).await,
            Err(_) => Ok(()),
        }
    }

    /// The version the set comes from and the one it goes to, which is stored first if need be; and
    /// how often the name of one was taken.
    async fn versions(
        &self,
        set: &StatefulSet,
        revisions: &[Arc<ControllerRevision>],
    ) -> Result<(Version, Version, i32), ReconcileError> {
        let template = &set.spec.clone().unwrap_or_default().template;
        let status = set.status.as_ref();
        let mut collisions = status
            .and_then(|status| status.collision_count)
            .unwrap_or_default();
        let mut newest_first = revisions.iter().rev();
        let same = newest_first.find(|revision| history::holds(revision, template));
        let update = match same {
            Some(same) if revisions.last() == Some(same) => Version::of(same),
            Some(same) => {
                let number = history::next_number(revisions);
                Version::of(&history::renumber(&self.context, same, number).await?)
            }
            None => {
                let stored = self.new_version(set, template, revisions, &mut collisions);
                Version::of(&stored.await?)
            }
        };
        let current = status.and_then(|status| status.current_revision.as_deref());
        let current = revisions
            .iter()
            .find(|revision| revision.metadata.name.as_deref() == current);
        let current = match current {
            Some(current) => Version::of(current),
            None => Version {
                name: update.name.clone(),
                template: update.template.clone(),
            },
        };
        Ok((current, update, collisions))
    }

    async fn new_version(
        &self,
        set: &StatefulSet,
        template: &PodTemplateSpec,
        revisions: &[Arc<ControllerRevision>],
        collisions: &mut i32,
    ) -> Result<ControllerRevision, ReconcileError> {
        let number = history::next_number(revisions);
        loop {
            let hash = template_hash(template, Some(*collisions))?;
            let label = (REVISION_HASH_LABEL, hash.as_str());
            let revision = history::new(set, template, number, label)?;
            if let Some(stored) = history::store(&self.context, &revision).await? {
                return Ok(stored);
            }
            *collisions += 1;
        }
    }

    async fn report(
        &self,
        key: &ObjectKey,
        set: &StatefulSet,
        mut reported: StatefulSetStatus,
    ) -> Result<(), ReconcileError> {
        status::complete(set, &mut reported);
        let told = set.status.as_ref();
        if told.is_some_and(|old| status::is_same(old, &reported)) {
            return Ok(());
        }
        let sets = self.context.namespaced::<StatefulSet>(&key.namespace);
        let mut set = set.clone();
        set.status = Some(reported);
        let posting = self.context.posting();
        unless_not_found(sets.replace_status(&key.name, &posting, &set).await)?;
        Ok(())
    }

    fn tell(&self, set: &StatefulSet, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(set), event_type, reason, message);
    }
}
