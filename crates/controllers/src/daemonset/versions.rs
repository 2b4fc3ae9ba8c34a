//! The history of a `DaemonSet`.
//!
//! The rules are those of `constructHistory` and `cleanupHistory` in Kubernetes'
//! `pkg/controller/daemon/update.go`.

use super::DaemonSetController;
use crate::deployment::template_hash;
use crate::error::{ReconcileError, unless_not_found};
use crate::history::{self, HASH_LABEL};
use k8s_openapi::api::apps::v1::{ControllerRevision, DaemonSet};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::Patch;
use kube::core::Selector;
use rustc_hash::FxHashSet;
use serde_json::json;
use std::sync::Arc;
use trimtab_informer::ObjectKey;

/// Old revisions kept, unless the set says how many.
const HISTORY_LIMIT: i32 = 10;

/// Of one look.
pub(super) struct Versions {
    /// Of the newest template.
    pub(super) hash: String,
    old: Vec<Arc<ControllerRevision>>,
}

fn hash_of(revision: &ControllerRevision) -> String {
    let hash = revision.labels().get(HASH_LABEL);
    hash.cloned().unwrap_or_default()
}

impl DaemonSetController {
    /// The revisions of `set`; the one of its template is stored first if need be.
    pub(super) async fn versions(
        &self,
        key: &ObjectKey,
        set: &DaemonSet,
        selector: &Selector,
        pods: &[Arc<Pod>],
    ) -> Result<Versions, ReconcileError> {
        let template = &set.spec.clone().unwrap_or_default().template;
        let all = history::of(&self.context, &self.revisions, set, selector).await?;
        let is_current = |it: &Arc<ControllerRevision>| history::holds(it, template);
        let (mut current, old): (Vec<_>, Vec<_>) = all.into_iter().partition(is_current);
        let number = history::next_number(&old);
        let Some(newest) = current.pop() else {
            let hash = self.snapshot(key, set, number).await?;
            return Ok(Versions { hash, old });
        };
        let hash = hash_of(&newest);
        for double in current {
            self.give_up(key, &double, &hash, pods).await?;
        }
        if newest.revision < number {
            history::renumber(&self.context, &newest, number).await?;
        }
        Ok(Versions { hash, old })
    }

    /// Stores the template of `set` as a revision, and gives its hash.
    async fn snapshot(
        &self,
        key: &ObjectKey,
        set: &DaemonSet,
        number: i64,
    ) -> Result<String, ReconcileError> {
        let template = &set.spec.clone().unwrap_or_default().template;
        let collisions = set.status.as_ref().and_then(|it| it.collision_count);
        let hash = template_hash(template, collisions)?;
        let revision = history::new(set, template, number, (HASH_LABEL, &hash))?;
        if history::store(&self.context, &revision).await?.is_some() {
            return Ok(hash);
        }
        // The name is that of another template: the next look tries another.
        let sets = self.context.namespaced::<DaemonSet>(&key.namespace);
        let mut set = set.clone();
        let status = set.status.get_or_insert_default();
        status.collision_count = Some(collisions.unwrap_or_default() + 1);
        let posting = self.context.posting();
        sets.replace_status(&key.name, &posting, &set).await?;
        let message = format!("the name {} is taken", revision.name_any());
        Err(ReconcileError::NotYet(message))
    }

    /// Deletes a revision that holds the same as the newest, whose hash its pods get.
    async fn give_up(
        &self,
        key: &ObjectKey,
        double: &ControllerRevision,
        hash: &str,
        pods: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        let all = self.context.namespaced::<Pod>(&key.namespace);
        let patch = Patch::Merge(json!({"metadata": {"labels": {HASH_LABEL: hash}}}));
        let old = hash_of(double);
        for pod in pods
            .iter()
            .filter(|pod| pod.labels().get(HASH_LABEL) == Some(&old))
        {
            let patching = self.context.patching();
            unless_not_found(all.patch(&pod.name_any(), &patching, &patch).await)?;
        }
        let revisions = self
            .context
            .namespaced::<ControllerRevision>(&key.namespace);
        let params = crate::context::deleting(double.metadata.uid.as_deref());
        unless_not_found(revisions.delete(&double.name_any(), &params).await)?;
        Ok(())
    }

    /// Deletes the oldest revisions that no pod is of, but for as many as are to be kept.
    pub(super) async fn clear_up(
        &self,
        set: &DaemonSet,
        versions: &Versions,
        pods: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        let limit = set.spec.as_ref().and_then(|it| it.revision_history_limit);
        let Ok(limit) = usize::try_from(limit.unwrap_or(HISTORY_LIMIT)) else {
            return Ok(());
        };
        let hashes = pods.iter().filter_map(|pod| pod.labels().get(HASH_LABEL));
        let hashes: FxHashSet<_> = hashes.collect();
        let live = versions
            .old
            .iter()
            .filter(|it| hashes.contains(&hash_of(it)));
        let live: FxHashSet<_> = live.map(|it| it.name_any()).collect();
        // Those in use count among the kept.
        let limit = limit.saturating_sub(live.len());
        history::truncate(&self.context, &versions.old, &live, limit).await
    }
}
