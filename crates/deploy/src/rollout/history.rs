//! What was rolled out before: the `ReplicaSets` of a Deployment, the `ControllerRevisions` of a
//! `StatefulSet` or `DaemonSet`.

use super::{ROLLED_OUT, check_kind};
use crate::error::Result;
use crate::fields::{field, items_at, metadata, number_at, text_at};
use crate::revision::revision;
use crate::selector::selector_text;
use crate::target::ObjectRef;
use crate::target::{Collection, Selection, Target};
use std::sync::Arc;
use trimtab_tree::Value;

/// Where people and `--record` say why a revision came to be.
pub(crate) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// One revision of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Counted up by the controller.
    pub number: i64,
    /// Why it came to be, if anybody said.
    pub change_cause: Option<String>,
    /// The pods' template, as it was written.
    pub template: Value,
    /// The `ReplicaSet` or `ControllerRevision` that keeps it.
    pub keeper: Value,
}

/// The revisions of a workload that are still kept, oldest first.
///
/// # Errors
/// When the workload is not there, is of a kind without rollouts, or cannot be read.
pub async fn history(target: &Target, workload: &ObjectRef) -> Result<Vec<Revision>> {
    check_kind(workload, ROLLED_OUT, "history")?;
    let object = target.get_existing(workload).await?;
    revisions_of(target, workload, &object).await
}

pub(super) async fn revisions_of(
    target: &Target,
    workload: &ObjectRef,
    object: &Value,
) -> Result<Vec<Revision>> {
    let is_deployment = workload.resource.kind == "Deployment";
    let kind = if is_deployment {
        "ReplicaSet"
    } else {
        "ControllerRevision"
    };
    let discovery = target.discovery().await?;
    let resource = Arc::new(discovery.of_kind("apps/v1", kind)?.clone());
    let selector = object.get_path(&["spec", "selector"]);
    let collection = Collection {
        selection: Selection {
            labels: selector.map(selector_text).unwrap_or_default(),
            fields: String::new(),
        },
        ..Collection::in_namespace(&resource, &workload.namespace)
    };
    let uid = metadata(object, "uid");
    let kept = target.list(&collection).await?.items;
    let mut revisions: Vec<Revision> = kept
        .into_iter()
        .filter(|keeper| is_controlled_by(keeper, uid))
        .filter_map(|keeper| read(keeper, is_deployment))
        .collect();
    revisions.sort_by_key(|revision| revision.number);
    Ok(revisions)
}

pub(crate) fn is_controlled_by(object: &Value, uid: &str) -> bool {
    items_at(object, &["metadata", "ownerReferences"])
        .iter()
        .any(|owner| field(owner, "uid") == uid && field(owner, "controller") == "true")
}

fn read(keeper: Value, is_deployment: bool) -> Option<Revision> {
    let (number, path): (_, &[&str]) = if is_deployment {
        (revision(&keeper), &["spec", "template"])
    } else {
        (
            number_at(&keeper, &["revision"])?,
            &["data", "spec", "template"],
        )
    };
    let mut template = keeper.get_path(path)?.clone();
    if let Some(fields) = template.as_mapping_mut() {
        // The mark of the patch that a ControllerRevision is.
        fields.remove("$patch");
    }
    let cause = text_at(&keeper, &["metadata", "annotations", CHANGE_CAUSE]);
    Some(Revision {
        number,
        change_cause: (!cause.is_empty()).then(|| cause.to_owned()),
        template,
        keeper,
    })
}
