//! The templates that a `StatefulSet` or a `DaemonSet` had: its `ControllerRevisions`.
//!
//! The rules are those of `pkg/controller/history` in Kubernetes. A revision holds the patch that
//! brings its template back, so that `kubectl rollout undo` can apply it.

use crate::context::Context;
use crate::error::{ReconcileError, is_already_exists, unless_not_found};
use crate::ownership::{candidates, claim_all, controller_reference};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::ControllerRevision;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::runtime::RawExtension;
use kube::core::Selector;
use kube::{Resource, ResourceExt};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use trimtab_informer::Cache;

/// The label that tells pods of one revision from those of another.
pub(crate) const HASH_LABEL: &str = "controller-revision-hash";

/// The longest name of an owner that goes whole into the name of a revision.
const LONGEST_PREFIX: usize = 223;

/// The revisions that `owner` controls, oldest first; those that nobody does are adopted.
pub(crate) async fn of<O>(
    context: &Context,
    revisions: &Cache<ControllerRevision>,
    owner: &O,
    selector: &Selector,
) -> Result<Vec<Arc<ControllerRevision>>, ReconcileError>
where
    O: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    O: std::fmt::Debug,
{
    let candidates = candidates(revisions, owner);
    let mut all = claim_all(context, owner, selector, candidates).await?;
    all.sort_by(|one, other| {
        let key = |it: &ControllerRevision| {
            let created = it.metadata.creation_timestamp.as_ref().map(|time| time.0);
            (it.revision, created, it.metadata.name.clone())
        };
        key(one).cmp(&key(other))
    });
    Ok(all)
}

/// What a revision stores of `template`: the patch that brings it back.
pub(crate) fn patch_to(template: &PodTemplateSpec) -> Result<Value, serde_json::Error> {
    let mut template = serde_json::to_value(template)?;
    template["$patch"] = json!("replace");
    Ok(json!({"spec": {"template": template}}))
}

/// The template that `revision` brings back.
pub(crate) fn template_of(revision: &ControllerRevision) -> Option<PodTemplateSpec> {
    let template = revision.data.as_ref()?.0.pointer("/spec/template")?;
    PodTemplateSpec::deserialize(template).ok()
}

/// Whether `revision` brings back just `template`.
pub(crate) fn holds(revision: &ControllerRevision, template: &PodTemplateSpec) -> bool {
    template_of(revision).as_ref() == Some(template)
}

/// The number of the next revision.
pub(crate) fn next_number(revisions: &[Arc<ControllerRevision>]) -> i64 {
    revisions.last().map_or(1, |last| last.revision + 1)
}

/// A revision of `owner` that holds `template`, of this number. `hash` is in its name and, under
/// the key `label`, among its labels.
pub(crate) fn new<O: Resource<DynamicType = ()>>(
    owner: &O,
    template: &PodTemplateSpec,
    number: i64,
    (label, hash): (&str, &str),
) -> Result<ControllerRevision, serde_json::Error> {
    let meta = template.metadata.clone().unwrap_or_default();
    let mut labels = meta.labels.unwrap_or_default();
    labels.insert(label.to_owned(), hash.to_owned());
    let prefix = owner.name_any();
    let prefix: String = prefix.chars().take(LONGEST_PREFIX).collect();
    Ok(ControllerRevision {
        metadata: ObjectMeta {
            name: Some(format!("{prefix}-{hash}")),
            namespace: owner.namespace(),
            labels: Some(labels),
            annotations: owner.meta().annotations.clone(),
            owner_references: Some(vec![controller_reference(owner)]),
            ..ObjectMeta::default()
        },
        data: Some(RawExtension(patch_to(template)?)),
        revision: number,
    })
}

/// Stores `revision`; `None` if its name is taken by one that holds something else.
pub(crate) async fn store(
    context: &Context,
    revision: &ControllerRevision,
) -> Result<Option<ControllerRevision>, ReconcileError> {
    let namespace = revision.namespace().unwrap_or_default();
    let revisions = context.namespaced::<ControllerRevision>(&namespace);
    match revisions.create(&context.posting(), revision).await {
        Ok(stored) => Ok(Some(stored)),
        Err(error) if is_already_exists(&error) => {
            let there = revisions.get(&revision.name_any()).await?;
            Ok((there.data == revision.data).then_some(there))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes an old revision the newest, as undoing does.
pub(crate) async fn renumber(
    context: &Context,
    revision: &ControllerRevision,
    number: i64,
) -> Result<ControllerRevision, ReconcileError> {
    let namespace = revision.namespace().unwrap_or_default();
    let revisions = context.namespaced::<ControllerRevision>(&namespace);
    let mut revision = revision.clone();
    revision.revision = number;
    let name = revision.name_any();
    Ok(revisions
        .replace(&name, &context.posting(), &revision)
        .await?)
}

/// Deletes the oldest of `revisions` that are not among the `live` by name, until only `limit` of
/// them are left.
pub(crate) async fn truncate(
    context: &Context,
    revisions: &[Arc<ControllerRevision>],
    live: &FxHashSet<String>,
    limit: usize,
) -> Result<(), ReconcileError> {
    let dead: Vec<_> = revisions
        .iter()
        .filter(|revision| !live.contains(&revision.name_any()))
        .collect();
    for revision in &dead[..dead.len().saturating_sub(limit)] {
        let namespace = revision.namespace().unwrap_or_default();
        let revisions = context.namespaced::<ControllerRevision>(&namespace);
        let params = crate::context::deleting(revision.metadata.uid.as_deref());
        unless_not_found(revisions.delete(&revision.name_any(), &params).await)?;
    }
    Ok(())
}
