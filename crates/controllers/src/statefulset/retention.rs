//! Who owns the claims of a `StatefulSet`, so that they go when they are meant to.
//!
//! The rules are those of `isClaimOwnerUpToDate` and `updateClaimOwnerRefForSetAndPod` in
//! Kubernetes' `pkg/controller/statefulset/stateful_set_utils.go`.

use super::identity::{ordinal, ordinals};
use crate::ownership::controller_reference;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::{Resource, ResourceExt};

/// What becomes of a claim.
pub(super) enum Ownership {
    /// It is as it should be, or of somebody else.
    Right,
    /// It is to have these owners. The flag tells whether a controller that should not be there
    /// keeps the policy from being followed.
    Wrong(Vec<OwnerReference>, bool),
}

/// Whether claims go when the set goes, and when it is scaled down.
fn policy(set: &StatefulSet) -> (bool, bool) {
    let spec = set.spec.as_ref();
    let policy = spec.and_then(|spec| spec.persistent_volume_claim_retention_policy.as_ref());
    let deletes = |it: Option<&String>| it.is_some_and(|it| it == "Delete");
    policy.map_or((false, false), |policy| {
        (
            deletes(policy.when_deleted.as_ref()),
            deletes(policy.when_scaled.as_ref()),
        )
    })
}

fn means<O: Resource<DynamicType = ()>>(reference: &OwnerReference, owner: &O) -> bool {
    reference.api_version == O::api_version(&())
        && reference.kind == O::kind(&())
        && reference.name == owner.name_any()
}

fn is_of<O: Resource>(reference: &OwnerReference, owner: &O) -> bool {
    Some(&reference.uid) == owner.meta().uid.as_ref()
}

/// Whether `claim` belongs to an owner of the same name that was there before.
fn is_stale<O: Resource<DynamicType = ()>>(claim: &PersistentVolumeClaim, owner: &O) -> bool {
    let mut references = claim.owner_references().iter();
    references
        .find(|it| means(it, owner))
        .is_some_and(|it| !is_of(it, owner))
}

/// Whether a claim left by an earlier pod of the name keeps `pod` from being made: it is about to
/// go.
pub(super) fn blocks(set: &StatefulSet, claim: &PersistentVolumeClaim, pod: &Pod) -> bool {
    policy(set).1 && is_stale(claim, pod)
}

/// What is to become of the owners of `claim`, which `pod` uses.
pub(super) fn ownership(set: &StatefulSet, claim: &PersistentVolumeClaim, pod: &Pod) -> Ownership {
    if is_stale(claim, set) || is_stale(claim, pod) {
        return Ownership::Right;
    }
    let (when_deleted, when_scaled) = policy(set);
    let references = claim.owner_references();
    let is_ours = |it: &&OwnerReference| is_of(it, set) || is_of(it, pod);
    let controls = |it: &OwnerReference| it.controller == Some(true);
    let others: Vec<_> = references
        .iter()
        .filter(|it| !means(it, set) && !means(it, pod))
        .cloned()
        .collect();
    if (when_deleted || when_scaled) && others.iter().any(controls) {
        return if references.iter().any(|it| is_ours(&it)) {
            Ownership::Wrong(others, true)
        } else {
            Ownership::Right
        };
    }
    let scaled_down = !ordinal(pod).is_some_and(|it| ordinals(set).contains(&it));
    let of_pod = when_scaled && scaled_down;
    let of_set = when_deleted && !of_pod;
    let has_set = references.iter().any(|it| is_of(it, set));
    let has_pod = references.iter().any(|it| is_of(it, pod));
    let half_owned = references.iter().filter(is_ours).any(|it| !controls(it));
    if !half_owned && has_set == of_set && has_pod == of_pod {
        return Ownership::Right;
    }
    let mut wanted = others;
    if of_set {
        wanted.push(controller_reference(set));
    }
    if of_pod {
        wanted.push(controller_reference(pod));
    }
    Ownership::Wrong(wanted, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn owners(
        when_deleted: &str,
        when_scaled: &str,
        replicas: i32,
        references: &Value,
    ) -> Option<Vec<String>> {
        let set: StatefulSet = serde_json::from_value(json!({
            "metadata": {"name": "web", "uid": "set"},
            "spec": {"replicas": replicas, "selector": {}, "template": {},
                "persistentVolumeClaimRetentionPolicy": {"whenDeleted": when_deleted, "whenScaled": when_scaled}},
        }))
        .unwrap();
        let pod =
            serde_json::from_value(json!({"metadata": {"name": "web-1", "uid": "pod"}})).unwrap();
        let claim = json!({"metadata": {"name": "data-web-1", "ownerReferences": references}});
        let claim = serde_json::from_value(claim).unwrap();
        match ownership(&set, &claim, &pod) {
            Ownership::Right => None,
            Ownership::Wrong(owners, _) => Some(owners.into_iter().map(|it| it.uid).collect()),
        }
    }

    fn reference(kind: &str, name: &str, uid: &str) -> Value {
        let version = if kind == "StatefulSet" {
            "apps/v1"
        } else {
            "v1"
        };
        json!({"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": true})
    }

    #[test]
    fn the_policy_says_who_owns_a_claim() {
        let set = || reference("StatefulSet", "web", "set");
        let pod = || reference("Pod", "web-1", "pod");
        let owned = |uids: &[&str]| Some(uids.iter().map(|it| (*it).to_owned()).collect());
        let none: Option<Vec<String>> = None;
        for (deleted, scaled, replicas, references, expected) in [
            ("Retain", "Retain", 2, json!([]), none.clone()),
            ("Retain", "Retain", 2, json!([set()]), owned(&[])),
            ("Delete", "Retain", 2, json!([]), owned(&["set"])),
            ("Delete", "Retain", 1, json!([set()]), none.clone()),
            ("Retain", "Delete", 2, json!([]), none.clone()),
            ("Retain", "Delete", 1, json!([]), owned(&["pod"])),
            ("Delete", "Delete", 1, json!([set()]), owned(&["pod"])),
            ("Delete", "Delete", 2, json!([pod()]), owned(&["set"])),
            (
                "Delete",
                "Delete",
                2,
                json!([reference("StatefulSet", "web", "old")]),
                none.clone(),
            ),
            (
                "Delete",
                "Retain",
                2,
                json!([reference("Operator", "o", "o")]),
                none.clone(),
            ),
            (
                "Delete",
                "Retain",
                2,
                json!([reference("Operator", "o", "o"), set()]),
                owned(&["o"]),
            ),
        ] {
            assert_eq!(
                owners(deleted, scaled, replicas, &references),
                expected,
                "{deleted} {scaled} {replicas} {references}"
            );
        }
    }
}
