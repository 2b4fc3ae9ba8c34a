//! Who controls an object, and taking control of it or giving it up.
//!
//! The rules are those of `pkg/controller/controller_ref_manager.go` in Kubernetes.

use crate::context::Context;
use crate::error::{ReconcileError, is_not_found, status};
use crate::selector::selects;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::Patch;
use kube::core::Selector;
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use trimtab_informer::{Cache, ObjectKey, index};

/// What an owner does about an object it may control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Keep,
    Adopt,
    Release,
    Ignore,
}

fn claim<K: Resource>(owner: &ObjectMeta, selector: &Selector, object: &K) -> Claim {
    let selected = selects(selector, object);
    let leaving = owner.deletion_timestamp.is_some();
    match index::controller_of(object) {
        Some(controller) if Some(&controller.uid) != owner.uid.as_ref() => Claim::Ignore,
        Some(_) if selected => Claim::Keep,
        Some(_) if leaving => Claim::Ignore,
        Some(_) => Claim::Release,
        None if leaving || !selected || object.meta().deletion_timestamp.is_some() => Claim::Ignore,
        None => Claim::Adopt,
    }
}

/// The reference by which `owner` controls what it makes.
pub(crate) fn controller_reference<O: Resource<DynamicType = ()>>(owner: &O) -> OwnerReference {
    OwnerReference {
        api_version: O::api_version(&()).into_owned(),
        kind: O::kind(&()).into_owned(),
        name: owner.name_any(),
        uid: owner.uid().unwrap_or_default(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}

/// Files objects so that [`candidates`] finds them.
pub(crate) fn index_owners<K: Resource>(objects: &Cache<K>) {
    objects.add_index(index::CONTROLLER, index::controller_uid);
    objects.add_index(index::ORPHAN, index::orphan_namespace);
}

/// The objects that `owner` controls, and those of its namespace that nobody does.
pub(crate) fn candidates<O: Resource, K>(objects: &Cache<K>, owner: &O) -> Vec<Arc<K>> {
    let mut candidates = objects.indexed(index::CONTROLLER, &owner.uid().unwrap_or_default());
    candidates.extend(objects.indexed(index::ORPHAN, &owner.namespace().unwrap_or_default()));
    candidates
}

/// Which of `owners` controls `object`: the one that the reference means, if it is still of that
/// uid.
pub(crate) fn controller<O, K>(owners: &Cache<O>, object: &K) -> Option<ObjectKey>
where
    O: Resource<DynamicType = ()>,
    K: Resource,
{
    let reference = index::controller_of(object).filter(|it| it.kind == O::kind(&()))?;
    let key = ObjectKey::new(object.meta().namespace.as_deref()?, &reference.name);
    let owner = owners.find(&key)?;
    (owner.meta().uid.as_ref() == Some(&reference.uid)).then_some(key)
}

/// Those of `owners` that would adopt an object nobody controls. One that selects everything, which
/// is warned of or refused, adopts nothing.
pub(crate) fn adopters<O, K>(
    owners: &Cache<O>,
    selector_of: fn(&O) -> Option<Selector>,
    object: &K,
) -> Vec<ObjectKey>
where
    O: Resource,
    K: Resource,
{
    let adopts = |owner: &Arc<O>| {
        selector_of(owner).is_some_and(|it| !it.selects_all() && selects(&it, object))
    };
    let owners = owners.list_in(object.meta().namespace.as_deref().unwrap_or_default());
    owners
        .iter()
        .filter(|owner| adopts(owner))
        .map(|owner| ObjectKey::of(&**owner))
        .collect()
}

/// Those of `candidates` that `owner` controls: takes control of what its selector matches and
/// nobody controls, gives up what it no longer matches.
pub(crate) async fn claim_all<O, K>(
    context: &Context,
    owner: &O,
    selector: &Selector,
    candidates: Vec<Arc<K>>,
) -> Result<Vec<Arc<K>>, ReconcileError>
where
    O: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    O: std::fmt::Debug,
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    K: std::fmt::Debug,
{
    let mut claimed = Vec::with_capacity(candidates.len());
    // Adoption goes by a cache that may not yet show that the owner is being deleted or was made
    // anew, so it is asked for once, and only where something is to be adopted.
    let mut may_adopt = false;
    for object in candidates {
        match claim(owner.meta(), selector, &*object) {
            Claim::Keep => claimed.push(object),
            Claim::Ignore => {}
            Claim::Release => release(context, owner, &*object).await?,
            Claim::Adopt => {
                if !may_adopt {
                    check_may_adopt(context, owner).await?;
                    may_adopt = true;
                }
                claimed.extend(adopt(context, owner, &*object).await?.map(Arc::new));
            }
        }
    }
    Ok(claimed)
}

async fn check_may_adopt<O>(context: &Context, owner: &O) -> Result<(), ReconcileError>
where
    O: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    O: std::fmt::Debug,
{
    let owners = context.namespaced::<O>(&owner.namespace().unwrap_or_default());
    let fresh = owners.get_metadata(&owner.name_any()).await?;
    if fresh.uid() != owner.uid() {
        let message = format!("{} was deleted and made anew", owner.name_any());
        return Err(ReconcileError::NotYet(message));
    }
    if fresh.metadata.deletion_timestamp.is_some() {
        let message = format!("{} is being deleted and adopts nothing", owner.name_any());
        return Err(ReconcileError::NotYet(message));
    }
    Ok(())
}

async fn adopt<O, K>(context: &Context, owner: &O, object: &K) -> Result<Option<K>, ReconcileError>
where
    O: Resource<DynamicType = ()>,
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    K: std::fmt::Debug,
{
    let reference = json!(controller_reference(owner));
    match patch_owner(context, object, &reference).await {
        Ok(adopted) => Ok(Some(adopted)),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn release<O, K>(context: &Context, owner: &O, object: &K) -> Result<(), ReconcileError>
where
    O: Resource<DynamicType = ()>,
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    K: std::fmt::Debug,
{
    let reference = json!({"$patch": "delete", "uid": owner.uid()});
    match patch_owner(context, object, &reference).await {
        Ok(_) => Ok(()),
        // Gone, or (422, its uid is another) gone and made anew: either way not ours any more.
        Err(error) if status(&error).is_some_and(|it| it.is_not_found() || it.is_invalid()) => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Merges `reference` into the owners of `object`, and of no later one of its name.
async fn patch_owner<K>(context: &Context, object: &K, reference: &Value) -> Result<K, kube::Error>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned,
    K: std::fmt::Debug,
{
    let patch = json!({"metadata": {"uid": object.uid(), "ownerReferences": [reference]}});
    let objects = context.namespaced::<K>(&object.namespace().unwrap_or_default());
    let patch = Patch::Strategic(patch);
    objects
        .patch(&object.name_any(), &context.patching(), &patch)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::Pod;

    /// uid of the controller, whether the labels match, whether owner and object are being deleted.
    #[test]
    fn claims() {
        let selector: Selector = [("app", "a")].into_iter().collect();
        for (controller, matching, owner_leaves, object_leaves, expected) in [
            (Some("us"), true, false, false, Claim::Keep),
            (Some("us"), true, true, true, Claim::Keep),
            (Some("us"), false, false, false, Claim::Release),
            (Some("us"), false, true, false, Claim::Ignore),
            (Some("them"), true, false, false, Claim::Ignore),
            (None, true, false, false, Claim::Adopt),
            (None, false, false, false, Claim::Ignore),
            (None, true, true, false, Claim::Ignore),
            (None, true, false, true, Claim::Ignore),
        ] {
            let deleted = |is: bool| is.then_some("2026-01-01T00:00:00Z");
            let references: Vec<_> = controller
                .map(|uid| json!({"apiVersion": "v1", "kind": "K", "name": "o", "uid": uid, "controller": true}))
                .into_iter()
                .collect();
            let pod: Pod = serde_json::from_value(json!({"metadata": {
                "labels": {"app": if matching { "a" } else { "b" }},
                "ownerReferences": references,
                "deletionTimestamp": deleted(object_leaves),
            }}))
            .unwrap();
            let owner: ObjectMeta = serde_json::from_value(
                json!({"uid": "us", "deletionTimestamp": deleted(owner_leaves)}),
            )
            .unwrap();
            assert_eq!(
                claim(&owner, &selector, &pod),
                expected,
                "{controller:?} {matching} {owner_leaves} {object_leaves}"
            );
        }
    }
}
