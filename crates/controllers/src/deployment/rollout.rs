//! One look at a Deployment: bringing its sets a step further.

use super::conditions::{self, PROGRESSING, condition, reason};
use super::hash::template_hash;
use super::limits::{Strategy, history_limit, is_paused, progress_deadline, strategy};
use super::proportional::{resize, was_resized};
use super::revision::{
    REVISION, annotate_new_set, next_revision, remember_size, revision, set_revision,
};
use super::rolling::{new_size, old_sizes};
use super::sets::{HASH_LABEL, Sets, is_active, size, status_of};
use super::{DeploymentController, status};
use crate::context::deleting;
use crate::error::{
    ReconcileError, is_already_exists, is_namespace_terminating, message, unless_not_found,
};
use crate::ownership::controller_reference;
use crate::pods::is_finished;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentStatus, ReplicaSet, ReplicaSetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{EventType, ObjectKey, index};

/// A Deployment and its sets as this look knows them: its own writes included.
pub(super) struct Rollout<'a> {
    controller: &'a DeploymentController,
    key: &'a ObjectKey,
    deployment: Deployment,
    sets: Sets,
}

impl<'a> Rollout<'a> {
    pub(super) fn new(
        controller: &'a DeploymentController,
        key: &'a ObjectKey,
        deployment: &Deployment,
        sets: Vec<Arc<ReplicaSet>>,
    ) -> Self {
        Self {
            controller,
            key,
            deployment: deployment.clone(),
            sets: Sets::of(deployment, sets),
        }
    }

    pub(super) async fn advance(&mut self) -> Result<(), ReconcileError> {
        if self.deployment.metadata.deletion_timestamp.is_some() {
            self.keep_new_set().await?;
            return self.report_counts().await;
        }
        self.mark_pause().await?;
        if is_paused(&self.deployment) || was_resized(&self.deployment, &self.sets) {
            self.keep_new_set().await?;
            self.resize_all().await?;
            if is_paused(&self.deployment) {
                self.clean_up().await?;
            }
            return self.report_counts().await;
        }
        match strategy(&self.deployment) {
            Strategy::Recreate => Box::pin(self.recreate()).await,
            Strategy::RollingUpdate => Box::pin(self.roll()).await,
        }
    }

    async fn roll(&mut self) -> Result<(), ReconcileError> {
        self.need_new_set().await?;
        if self.resize_new().await? {
            return self.report_rollout().await;
        }
        let old = old_sizes(&self.deployment, &self.sets);
        if !old.is_empty() {
            for (set, to) in old {
                self.resize(&set, to).await?;
            }
            return self.report_rollout().await;
        }
        self.clean_up_when_complete().await?;
        self.report_rollout().await
    }

    async fn recreate(&mut self) -> Result<(), ReconcileError> {
        self.keep_new_set().await?;
        let active: Vec<_> = self
            .sets
            .old
            .iter()
            .filter(|set| is_active(set))
            .cloned()
            .collect();
        for set in &active {
            self.resize(set, 0).await?;
        }
        if !active.is_empty() || self.old_pods_run() {
            return self.report_rollout().await;
        }
        self.need_new_set().await?;
        self.resize_new().await?;
        self.clean_up_when_complete().await?;
        self.report_rollout().await
    }

    /// Whether pods of old sets are still there: even those that are being deleted.
    fn old_pods_run(&self) -> bool {
        let pods = &self.controller.pods;
        self.sets.old.iter().any(|set| {
            let of_set = || pods.indexed(index::CONTROLLER, &set.uid().unwrap_or_default());
            status_of(set).replicas > 0 || of_set().iter().any(|pod| !is_finished(pod))
        })
    }

    /// Tells that the rollout stands still because somebody wants it to, or no longer does: else
    /// its deadline would run out meanwhile.
    async fn mark_pause(&mut self) -> Result<(), ReconcileError> {
        let mut status = self.deployment.status.clone().unwrap_or_default();
        if progress_deadline(&self.deployment).is_none()
            || conditions::is_for(&status, PROGRESSING, reason::TIMED_OUT)
        {
            return Ok(());
        }
        let now = self.controller.context.now();
        let marked = conditions::is_for(&status, PROGRESSING, reason::PAUSED);
        let (reason, message) = match (is_paused(&self.deployment), marked) {
            (true, false) => (reason::PAUSED, "Deployment is paused"),
            (false, true) => (reason::RESUMED, "Deployment is resumed"),
            _ => return Ok(()),
        };
        let change = condition(PROGRESSING, "Unknown", reason, message.to_owned(), &now);
        conditions::set(&mut status, change);
        self.deployment.status = Some(status);
        self.write_status().await
    }

    /// Sees to the new set if there is one: its revision, and what it takes over.
    async fn keep_new_set(&mut self) -> Result<(), ReconcileError> {
        let Some(new) = self.sets.new.clone() else {
            return Ok(());
        };
        let mut set = (*new).clone();
        let annotated =
            annotate_new_set(&self.deployment, &mut set, next_revision(&self.sets), true);
        let wanted = self
            .deployment
            .spec
            .as_ref()
            .and_then(|spec| spec.min_ready_seconds);
        let spec = set.spec.get_or_insert_default();
        let seconds = spec.min_ready_seconds.unwrap_or_default();
        if annotated || seconds != wanted.unwrap_or_default() {
            spec.min_ready_seconds = wanted;
            self.replace_set(&set).await?;
            // The answer brings the key back; what follows goes by what is written.
        }
        let revision = self
            .sets
            .new
            .as_ref()
            .and_then(|set| set.annotations().get(REVISION))
            .cloned();
        let mut changed = set_revision(&mut self.deployment, revision.as_ref());
        let mut status = self.deployment.status.clone().unwrap_or_default();
        let now = self.controller.context.now();
        if status::stamp_found(&self.deployment, &self.sets, &mut status, &now) {
            self.deployment.status = Some(status);
            changed = true;
        }
        if changed {
            self.write_status().await?;
        }
        Ok(())
    }

    /// Sees to it that there is a new set.
    async fn need_new_set(&mut self) -> Result<(), ReconcileError> {
        if self.sets.new.is_some() {
            return self.keep_new_set().await;
        }
        let set = self.new_set()?;
        let name = set.name_any();
        let pods = size(&set);
        let sets = self
            .controller
            .context
            .namespaced::<ReplicaSet>(&self.key.namespace);
        let created = match sets.create(&self.controller.context.posting(), &set).await {
            Ok(created) => created,
            Err(error) if is_already_exists(&error) => return self.settle_collision(&name).await,
            Err(error) => {
                if !is_namespace_terminating(&error) {
                    self.report_create_failure(&name, &message(&error)).await?;
                }
                return Err(error.into());
            }
        };
        if pods > 0 {
            let told = format!("Scaled up replica set {name} from 0 to {pods}");
            let event = EventType::Normal;
            self.controller
                .tell(&self.deployment, event, "ScalingReplicaSet", &told);
        }
        let mut changed = set_revision(&mut self.deployment, created.annotations().get(REVISION));
        self.sets.new = Some(Arc::new(created));
        if progress_deadline(&self.deployment).is_some() {
            let message = format!("Created new replica set \"{name}\"");
            self.set_progress("True", reason::NEW_SET, message);
            changed = true;
        }
        if changed {
            self.write_status().await?;
        }
        Ok(())
    }

    fn new_set(&self) -> Result<ReplicaSet, ReconcileError> {
        let deployment = &self.deployment;
        let spec = deployment.spec.clone().unwrap_or_default();
        let collisions = deployment
            .status
            .as_ref()
            .and_then(|status| status.collision_count);
        let hash = template_hash(&spec.template, collisions)?;
        let label = || (HASH_LABEL.to_owned(), hash.clone());
        let mut template = spec.template;
        let meta = template.metadata.get_or_insert_default();
        meta.labels.get_or_insert_default().extend([label()]);
        let labels = meta.labels.clone();
        let mut selector = spec.selector;
        selector
            .match_labels
            .get_or_insert_default()
            .extend([label()]);
        let mut set = ReplicaSet {
            metadata: ObjectMeta {
                name: Some(format!("{}-{hash}", deployment.name_any())),
                namespace: deployment.namespace(),
                labels,
                owner_references: Some(vec![controller_reference(deployment)]),
                ..ObjectMeta::default()
            },
            spec: Some(ReplicaSetSpec {
                replicas: Some(new_size(deployment, &self.sets, 0)),
                min_ready_seconds: spec.min_ready_seconds,
                selector,
                template: Some(template),
            }),
            status: None,
        };
        annotate_new_set(deployment, &mut set, next_revision(&self.sets), false);
        Ok(set)
    }

    /// The name is taken: by what an earlier look made and the cache does not show yet, or by the
    /// set of another template, and then the next look takes another name.
    async fn settle_collision(&mut self, name: &str) -> Result<(), ReconcileError> {
        let sets = self
            .controller
            .context
            .namespaced::<ReplicaSet>(&self.key.namespace);
        let found = sets.get(name).await?;
        let is_ours = index::controller_of(&found).map(|owner| &owner.uid)
            == self.deployment.metadata.uid.as_ref();
        if is_ours && let Some(ours) = Sets::of(&self.deployment, vec![Arc::new(found)]).new {
            self.sets.new = Some(ours);
            return self.keep_new_set().await;
        }
        let status = self.deployment.status.get_or_insert_default();
        let count = status.collision_count.get_or_insert_default();
        *count = count.saturating_add(1);
        self.write_status().await?;
        Err(ReconcileError::NotYet(format!(
            "replica set {name} is another's"
        )))
    }

    async fn report_create_failure(
        &mut self,
        name: &str,
        error: &str,
    ) -> Result<(), ReconcileError> {
        let message = format!("Failed to create new replica set \"{name}\": {error}");
        let event = EventType::Warning;
        self.controller
            .tell(&self.deployment, event, reason::CREATE_FAILED, &message);
        if progress_deadline(&self.deployment).is_some() {
            self.set_progress("False", reason::CREATE_FAILED, message);
            self.write_status().await?;
        }
        Ok(())
    }

    fn set_progress(&mut self, status: &str, reason: &str, message: String) {
        let now = self.controller.context.now();
        let change = condition(PROGRESSING, status, reason, message, &now);
        conditions::set(self.deployment.status.get_or_insert_default(), change);
    }

    /// Brings the new set nearer to its size; whether that changed it.
    async fn resize_new(&mut self) -> Result<bool, ReconcileError> {
        let Some(new) = self.sets.new.clone() else {
            return Ok(false);
        };
        let to = new_size(&self.deployment, &self.sets, size(&new));
        if to == size(&new) {
            return Ok(false);
        }
        self.resize(&new, to).await?;
        Ok(true)
    }

    async fn resize_all(&mut self) -> Result<(), ReconcileError> {
        for (set, to) in resize(&self.deployment, &self.sets) {
            self.resize(&set, to).await?;
        }
        Ok(())
    }

    async fn resize(&mut self, set: &ReplicaSet, to: i32) -> Result<(), ReconcileError> {
        let from = size(set);
        let mut resized = set.clone();
        let remembers = remember_size(&self.deployment, &mut resized);
        if from == to && !remembers {
            return Ok(());
        }
        resized.spec.get_or_insert_default().replicas = Some(to);
        self.replace_set(&resized).await?;
        if from != to {
            let way = if from < to { "up" } else { "down" };
            let told = format!(
                "Scaled {way} replica set {} from {from} to {to}",
                set.name_any()
            );
            let event = EventType::Normal;
            self.controller
                .tell(&self.deployment, event, "ScalingReplicaSet", &told);
        }
        Ok(())
    }

    async fn replace_set(&mut self, set: &ReplicaSet) -> Result<(), ReconcileError> {
        let sets = self
            .controller
            .context
            .namespaced::<ReplicaSet>(&self.key.namespace);
        let posting = self.controller.context.posting();
        let replaced = sets.replace(&set.name_any(), &posting, set).await?;
        self.sets.put(replaced);
        Ok(())
    }

    async fn clean_up_when_complete(&self) -> Result<(), ReconcileError> {
        let reported = self.deployment.status.clone().unwrap_or_default();
        if status::is_complete(&self.deployment, &reported) {
            self.clean_up().await?;
        }
        Ok(())
    }

    /// Deletes old, empty sets beyond the history that is kept, the oldest revisions first.
    async fn clean_up(&self) -> Result<(), ReconcileError> {
        let Some(limit) = history_limit(&self.deployment) else {
            return Ok(());
        };
        let is_there = |set: &&Arc<ReplicaSet>| set.metadata.deletion_timestamp.is_none();
        let mut kept: Vec<_> = self.sets.old.iter().filter(is_there).collect();
        kept.sort_by_key(|set| revision(set));
        let surplus = kept.len().saturating_sub(limit);
        let sets = self
            .controller
            .context
            .namespaced::<ReplicaSet>(&self.key.namespace);
        for set in kept.into_iter().take(surplus) {
            let status = status_of(set);
            let is_seen_to = status.observed_generation >= set.metadata.generation;
            if status.replicas == 0 && size(set) == 0 && is_seen_to {
                let deleting = deleting(set.metadata.uid.as_deref());
                unless_not_found(sets.delete(&set.name_any(), &deleting).await)?;
            }
        }
        Ok(())
    }

    async fn report_counts(&mut self) -> Result<(), ReconcileError> {
        let now = self.controller.context.now();
        let status = status::counts(&self.deployment, &self.sets, &now);
        self.report(status).await?;
        Ok(())
    }

    async fn report_rollout(&mut self) -> Result<(), ReconcileError> {
        let now = self.controller.context.now();
        let status = status::rollout(&self.deployment, &self.sets, &now);
        if self.report(status).await? {
            return Ok(());
        }
        let reported = self.deployment.status.clone().unwrap_or_default();
        if let Some(wait) = status::check_again_in(&self.deployment, &reported, now.0) {
            let wait = Duration::try_from(wait).unwrap_or_default();
            self.controller.queue.add_after(self.key.clone(), wait);
        }
        Ok(())
    }

    /// Whether there was anything new to report.
    async fn report(&mut self, status: DeploymentStatus) -> Result<bool, ReconcileError> {
        let old = self.deployment.status.clone().unwrap_or_default();
        if status::is_same(&old, &status) {
            return Ok(false);
        }
        self.deployment.status = Some(status);
        self.write_status().await?;
        Ok(true)
    }

    /// Writes status and revision: the status subresource takes annotations too.
    async fn write_status(&mut self) -> Result<(), ReconcileError> {
        let context = &self.controller.context;
        let deployments = context.namespaced::<Deployment>(&self.key.namespace);
        let name = &self.key.name;
        self.deployment = deployments
            .replace_status(name, &context.posting(), &self.deployment)
            .await?;
        self.deployment.metadata.managed_fields = None;
        Ok(())
    }
}
