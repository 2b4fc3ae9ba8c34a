//! Deleting what has lost its last owner, and setting free what is to stay.
//!
//! The rules are those of Kubernetes' `pkg/controller/garbagecollector/garbagecollector.go`.

use super::GarbageCollector;
use super::graph::{FOREGROUND, Identity, Node, ORPHAN, Task};
use crate::error::{ReconcileError, is_not_found, unless_not_found};
use futures::{StreamExt, TryStreamExt, stream};
use indexmap::IndexSet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::{Api, DeleteParams, DynamicObject, Patch, Preconditions, PropagationPolicy};
use serde_json::json;

/// Dependents set free at the same time.
pub(super) const IN_FLIGHT: usize = 16;

/// What an owner is to its dependent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    /// It is there.
    Solid,
    /// It is gone.
    Dangling,
    /// It is there until its dependents are gone.
    Waiting,
}

impl GarbageCollector {
    pub(super) async fn perform(&self, task: &Task) -> Result<(), ReconcileError> {
        match task {
            Task::Delete(uid) => match self.node(uid) {
                Some(node) => self.delete_if_unowned(&node).await,
                None => Ok(()),
            },
            Task::Orphan(uid) => match self.node(uid) {
                Some(node) => self.orphan_dependents(&node).await,
                None => Ok(()),
            },
        }
    }

    fn node(&self, uid: &str) -> Option<Node> {
        self.graph().get(uid).cloned()
    }

    async fn delete_if_unowned(&self, node: &Node) -> Result<(), ReconcileError> {
        if node.is_being_deleted && !node.deletes_dependents {
            return Ok(());
        }
        let Some(latest) = self.latest(&node.identity).await? else {
            // It was named by a dependent and never was, or its end is not told yet.
            self.is_gone(&node.identity);
            return Ok(());
        };
        if node.is_virtual {
            // It is there: its watch will tell soon, unless its kind is not watched.
            return Ok(());
        }
        if node.deletes_dependents {
            return self.delete_after_dependents(node).await;
        }
        let owners = latest.owner_references.clone().unwrap_or_default();
        if owners.is_empty() {
            return Ok(());
        }
        let mut bonds = Vec::with_capacity(owners.len());
        for owner in &owners {
            match self.bond(owner, &node.identity).await? {
                Some(bond) => bonds.push(bond),
                None => return Ok(()),
            }
        }
        let has = |bond| bonds.contains(&bond);
        if has(Bond::Solid) {
            if bonds.iter().all(|bond| *bond == Bond::Solid) {
                return Ok(());
            }
            let kept = owners
                .into_iter()
                .zip(bonds)
                .filter(|(_, bond)| *bond == Bond::Solid);
            let kept = kept.map(|(owner, _)| owner).collect();
            return self.set_owners(&node.identity, &latest, kept).await;
        }
        if has(Bond::Waiting) && !node.dependents.is_empty() {
            self.break_circle(node, &latest).await?;
            return self
                .delete(&node.identity, &latest, PropagationPolicy::Foreground)
                .await;
        }
        let wants = |finalizer: &str| latest.finalizers.iter().flatten().any(|it| it == finalizer);
        let policy = if wants(ORPHAN) {
            PropagationPolicy::Orphan
        } else if wants(FOREGROUND) {
            PropagationPolicy::Foreground
        } else {
            PropagationPolicy::Background
        };
        self.delete(&node.identity, &latest, policy).await
    }

    /// An owner waits for its dependents, and one of these waits for its own: should they own each
    /// other, neither would ever go unless one stops to block.
    async fn break_circle(&self, node: &Node, latest: &ObjectMeta) -> Result<(), ReconcileError> {
        let dependents = self.graph().dependents(&node.identity.uid);
        if !dependents
            .iter()
            .any(|dependent| dependent.deletes_dependents)
        {
            return Ok(());
        }
        let mut owners = latest.owner_references.clone().unwrap_or_default();
        for owner in &mut owners {
            owner.block_owner_deletion = Some(false);
        }
        self.set_owners(&node.identity, latest, owners).await
    }

    async fn delete_after_dependents(&self, node: &Node) -> Result<(), ReconcileError> {
        let blocking = self.graph().blocking_dependents(&node.identity.uid);
        if blocking.is_empty() {
            return self.remove_finalizer(&node.identity, FOREGROUND).await;
        }
        for dependent in blocking {
            if !dependent.deletes_dependents {
                self.queue.add(Task::Delete(dependent.identity.uid));
            }
        }
        Ok(())
    }

    async fn orphan_dependents(&self, node: &Node) -> Result<(), ReconcileError> {
        let known = self.graph().dependents(&node.identity.uid);
        let mut dependents: IndexSet<Identity> =
            known.into_iter().map(|node| node.identity).collect();
        dependents.extend(self.stored_dependents(&node.identity).await?);
        stream::iter(dependents)
            .map(|dependent| async move { self.set_free(&dependent, &node.identity).await })
            .buffer_unordered(IN_FLIGHT)
            .try_collect::<()>()
            .await?;
        self.remove_finalizer(&node.identity, ORPHAN).await
    }

    async fn set_free(&self, dependent: &Identity, owner: &Identity) -> Result<(), ReconcileError> {
        let Some(latest) = self.latest(dependent).await? else {
            return Ok(());
        };
        let owners = latest.owner_references.clone().unwrap_or_default();
        let count = owners.len();
        let kept: Vec<_> = owners
            .into_iter()
            .filter(|it| *it.uid != *owner.uid)
            .collect();
        if kept.len() == count {
            return Ok(());
        }
        self.set_owners(dependent, &latest, kept).await
    }

    /// What an owner is to `dependent`. `None` if the reference can never mean anything: an object
    /// outside namespaces cannot be owned by one in a namespace.
    async fn bond(
        &self,
        owner: &OwnerReference,
        dependent: &Identity,
    ) -> Result<Option<Bond>, ReconcileError> {
        let Some(kind) = self.served().find(&owner.api_version, &owner.kind) else {
            let (version, kind) = (&owner.api_version, &owner.kind);
            return Err(ReconcileError::NotYet(format!(
                "{version} {kind} is not served"
            )));
        };
        if kind.is_namespaced && dependent.namespace.is_empty() {
            return Ok(None);
        }
        let namespace = if kind.is_namespaced {
            &*dependent.namespace
        } else {
            ""
        };
        let identity = Identity::of_owner(owner, namespace);
        if self.absent().contains(&identity) {
            return Ok(Some(Bond::Dangling));
        }
        let Some(latest) = self.latest(&identity).await? else {
            self.absent().insert(identity);
            return Ok(Some(Bond::Dangling));
        };
        let waits = latest.deletion_timestamp.is_some()
            && latest
                .finalizers
                .iter()
                .flatten()
                .any(|it| it == FOREGROUND);
        Ok(Some(if waits { Bond::Waiting } else { Bond::Solid }))
    }

    /// The object of that uid, as the API server has it now.
    async fn latest(&self, identity: &Identity) -> Result<Option<ObjectMeta>, ReconcileError> {
        let Some(api) = self.api(identity) else {
            let message = format!("{} {} is not served", identity.api_version, identity.kind);
            return Err(ReconcileError::NotYet(message));
        };
        match api.get_metadata(&identity.name).await {
            Ok(found) if found.metadata.uid.as_deref() == Some(&*identity.uid) => {
                Ok(Some(found.metadata))
            }
            Ok(_) => Ok(None),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn api(&self, identity: &Identity) -> Option<Api<DynamicObject>> {
        let kind = self.served().find(&identity.api_version, &identity.kind)?;
        let client = self.context.client.clone();
        Some(if kind.is_namespaced {
            Api::namespaced_with(client, &identity.namespace, &kind.resource)
        } else {
            Api::all_with(client, &kind.resource)
        })
    }

    async fn delete(
        &self,
        identity: &Identity,
        latest: &ObjectMeta,
        policy: PropagationPolicy,
    ) -> Result<(), ReconcileError> {
        let Some(api) = self.api(identity) else {
            return Ok(());
        };
        let params = DeleteParams {
            propagation_policy: Some(policy),
            preconditions: Some(Preconditions {
                uid: Some(identity.uid.to_string()),
                // Somebody may just be giving it another owner.
                resource_version: latest.resource_version.clone(),
            }),
            ..DeleteParams::default()
        };
        tracing::debug!(%identity, ?params.propagation_policy, "deleting what has lost its owner");
        unless_not_found(api.delete(&identity.name, &params).await)?;
        Ok(())
    }

    async fn set_owners(
        &self,
        identity: &Identity,
        latest: &ObjectMeta,
        owners: Vec<OwnerReference>,
    ) -> Result<(), ReconcileError> {
        let owners = Some(owners).filter(|owners| !owners.is_empty());
        let patch = json!({"metadata": {
            "uid": &*identity.uid,
            "resourceVersion": latest.resource_version,
            "ownerReferences": owners,
        }});
        self.patch(identity, patch).await
    }

    async fn remove_finalizer(
        &self,
        identity: &Identity,
        finalizer: &str,
    ) -> Result<(), ReconcileError> {
        let Some(latest) = self.latest(identity).await? else {
            return Ok(());
        };
        let mut finalizers = latest.finalizers.clone().unwrap_or_default();
        let count = finalizers.len();
        finalizers.retain(|it| it != finalizer);
        if finalizers.len() == count {
            return Ok(());
        }
        let patch = json!({"metadata": {
            "uid": &*identity.uid,
            "resourceVersion": latest.resource_version,
            "finalizers": Some(finalizers).filter(|finalizers| !finalizers.is_empty()),
        }});
        self.patch(identity, patch).await
    }

    /// The version in `patch` makes it apply to the state it was made from alone.
    async fn patch(
        &self,
        identity: &Identity,
        patch: serde_json::Value,
    ) -> Result<(), ReconcileError> {
        let Some(api) = self.api(identity) else {
            return Ok(());
        };
        let patched = api
            .patch_metadata(
                &identity.name,
                &self.context.patching(),
                &Patch::Merge(patch),
            )
            .await;
        match patched {
            Ok(_) => Ok(()),
            Err(error) if is_not_found(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
