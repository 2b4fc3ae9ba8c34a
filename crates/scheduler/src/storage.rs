//! What there is to store things in, and what is done with it for a pod.

use crate::attachments::Attachments;
use crate::claims::{claim_key, is_bound};
use crate::devices::Devices;
use k8s_openapi::api::core::v1::{ObjectReference, PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::api::storage::v1::StorageClass;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The node that a volume is to be made for.
pub(crate) const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// What there is to store things in.
#[derive(Debug, Default)]
pub(crate) struct Storage {
    /// By namespace and name.
    pub(crate) claims: FxHashMap<String, Arc<PersistentVolumeClaim>>,
    /// In an order, so that among equals always the same is taken.
    pub(crate) volumes: BTreeMap<String, Arc<PersistentVolume>>,
    pub(crate) classes: FxHashMap<String, Arc<StorageClass>>,
    pub(crate) attachments: Attachments,
    pub(crate) devices: Devices,
}

/// What is to be done for a claim once its pod has a node.
#[derive(Clone, Debug)]
pub(crate) enum Provision {
    /// Tie it to a volume that is there.
    Bind(Arc<PersistentVolumeClaim>, String),
    /// Have one made for the node.
    Make(Arc<PersistentVolumeClaim>),
}

impl Storage {
    /// Takes it as done, so that the next pod does not count on the same volume.
    pub(crate) fn assume(&mut self, provision: &Provision, node: &str) {
        match provision {
            Provision::Bind(claim, name) => {
                let Some(volume) = self.volumes.get_mut(name) else {
                    return;
                };
                let mut bound = (**volume).clone();
                bound.spec.get_or_insert_default().claim_ref = Some(reference(claim));
                *volume = Arc::new(bound);
            }
            Provision::Make(claim) => {
                let mut chosen = (**claim).clone();
                let annotations = chosen.metadata.annotations.get_or_insert_default();
                annotations.insert(SELECTED_NODE.to_owned(), node.to_owned());
                self.claims.insert(claim_key(claim), Arc::new(chosen));
            }
        }
    }

    /// Whether all these claims have their volumes.
    pub(crate) fn are_bound(&self, claims: &[String]) -> bool {
        let mut claims = claims.iter().map(|key| self.claims.get(key));
        claims.all(|claim| claim.is_some_and(|claim| is_bound(claim)))
    }
}

/// What a volume says of the claim that has it.
pub(crate) fn reference(claim: &PersistentVolumeClaim) -> ObjectReference {
    ObjectReference {
        api_version: Some("v1".to_owned()),
        kind: Some("PersistentVolumeClaim".to_owned()),
        name: claim.metadata.name.clone(),
        namespace: claim.metadata.namespace.clone(),
        uid: claim.metadata.uid.clone(),
        resource_version: claim.metadata.resource_version.clone(),
        field_path: None,
    }
}
