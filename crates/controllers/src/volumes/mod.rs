//! Persistent volumes: who gets which, who may go when, and where new ones come from.
//!
//! `binder` brings claims and volumes together, `protection` keeps what is in use from going,
//! `provisioner` makes volumes that are nowhere, as simulated nodes have nothing to store.

pub(crate) mod binder;
mod claim;
mod matching;
pub(crate) mod protection;
pub(crate) mod provisioner;
mod volume;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::ResourceExt;
use std::sync::Arc;

/// On a claim whose binding is complete; it is not looked for another volume any more.
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// On either side of a binding that this controller has chosen, rather than a person.
const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// On a volume: who made it.
const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
/// On a claim: who is to make a volume for it; and the same as it was called before.
const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
const BETA_PROVISIONER: &str = "volume.beta.kubernetes.io/storage-provisioner";
/// On a claim: the node that the scheduler has chosen for the pod that waits for it.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// The class of a claim or a volume, before it was a field.
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
/// On the class that claims get that name none.
const IS_DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
const BETA_IS_DEFAULT: &str = "storageclass.beta.kubernetes.io/is-default-class";
const STORAGE: &str = "storage";

/// The class a claim asks for; empty for none.
fn class_of_claim(claim: &PersistentVolumeClaim) -> &str {
    let spec = claim.spec.as_ref();
    let named = spec.and_then(|spec| spec.storage_class_name.as_deref());
    let old = claim.annotations().get(BETA_CLASS).map(String::as_str);
    old.or(named).unwrap_or_default()
}

/// The class a volume is of; empty for none.
fn class_of_volume(volume: &PersistentVolume) -> &str {
    let spec = volume.spec.as_ref();
    let named = spec.and_then(|spec| spec.storage_class_name.as_deref());
    let old = volume.annotations().get(BETA_CLASS).map(String::as_str);
    old.or(named).unwrap_or_default()
}

/// Whether the claim says anything about its class, be it that it is to have none.
fn has_class(claim: &PersistentVolumeClaim) -> bool {
    let spec = claim.spec.as_ref();
    claim.annotations().contains_key(BETA_CLASS)
        || spec.is_some_and(|spec| spec.storage_class_name.is_some())
}

/// Whether volumes of the class are chosen when a pod comes that wants one.
fn waits_for_consumer(class: &StorageClass) -> bool {
    class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
}

/// The class of those that claims get that name none: the newest of them.
fn default_class(classes: Vec<Arc<StorageClass>>) -> Option<Arc<StorageClass>> {
    let is_default = |class: &Arc<StorageClass>| {
        let annotations = class.annotations();
        let says = |key| annotations.get(key).is_some_and(|it| it == "true");
        says(IS_DEFAULT) || says(BETA_IS_DEFAULT)
    };
    classes.into_iter().filter(is_default).max_by_key(|class| {
        let created = class.metadata.creation_timestamp.as_ref().map(|it| it.0);
        (created, std::cmp::Reverse(class.name_any()))
    })
}

/// Whether the volume is reserved for, or belongs to, the claim.
fn is_for(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let spec = volume.spec.as_ref();
    let Some(reference) = spec.and_then(|spec| spec.claim_ref.as_ref()) else {
        return false;
    };
    reference.name == claim.metadata.name
        && reference.namespace == claim.metadata.namespace
        && reference
            .uid
            .as_ref()
            .is_none_or(|uid| uid.is_empty() || Some(uid) == claim.metadata.uid.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_newest_default_class_counts() {
        let class = |name: &str, created: &str, is_default: &str| {
            let class = json!({
                "metadata": {"name": name, "creationTimestamp": created, "annotations": {IS_DEFAULT: is_default}},
                "provisioner": "p",
            });
            Arc::new(serde_json::from_value::<StorageClass>(class).unwrap())
        };
        let classes = vec![
            class("a", "2026-01-01T00:00:00Z", "true"),
            class("c", "2026-01-02T00:00:00Z", "true"),
            class("b", "2026-01-02T00:00:00Z", "true"),
            class("d", "2026-01-03T00:00:00Z", "false"),
        ];
        let found = default_class(classes).unwrap();
        assert_eq!(found.name_any(), "b");
        assert!(default_class(Vec::new()).is_none());
    }
}
