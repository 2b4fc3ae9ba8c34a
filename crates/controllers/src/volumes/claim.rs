//! What the binder does about a claim: `syncClaim` in Kubernetes.

use super::binder::VolumeBinder;
use super::matching::{capacity, find, mismatch, read};
use super::{
    BETA_PROVISIONER, BIND_COMPLETED, BOUND_BY_CONTROLLER, PROVISIONER, SELECTED_NODE, STORAGE,
    class_of_claim, default_class, has_class, is_for, waits_for_consumer,
};
use crate::error::ReconcileError;
use k8s_openapi::api::core::v1::{
    ObjectReference, PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec, Pod,
};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::ResourceExt;
use std::sync::Arc;
use trimtab_informer::EventType::{Normal, Warning};

/// The provisioner of classes whose volumes people make.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

impl VolumeBinder {
    pub(super) async fn look_at_claim(
        &self,
        claim: &PersistentVolumeClaim,
    ) -> Result<(), ReconcileError> {
        let name = claim.spec.as_ref().and_then(|it| it.volume_name.as_deref());
        let name = name.unwrap_or_default();
        if claim.annotations().contains_key(BIND_COMPLETED) {
            return self.look_at_bound(claim, name).await;
        }
        if name.is_empty() {
            return self.look_at_unnamed(claim).await;
        }
        let Some(volume) = self.volumes.get("", name) else {
            // It may come yet.
            return self.set_status(claim, "Pending", None).await;
        };
        let spec = volume.spec.as_ref();
        if spec.is_none_or(|spec| spec.claim_ref.is_none()) {
            if let Some(why) = mismatch(&volume, claim) {
                let told = format!("Cannot bind to requested volume {name:?}: {why}");
                self.tell(claim, Warning, "VolumeMismatch", &told);
                return self.set_status(claim, "Pending", None).await;
            }
            return self.bind(claim, &volume).await;
        }
        if is_for(&volume, claim) {
            return self.bind(claim, &volume).await;
        }
        let told = format!("volume {name:?} already bound to a different claim.");
        self.tell(claim, Warning, "FailedBinding", &told);
        self.set_status(claim, "Pending", None).await
    }

    /// A claim that names no volume, and has none.
    async fn look_at_unnamed(&self, claim: &PersistentVolumeClaim) -> Result<(), ReconcileError> {
        let class = self.classes.get("", class_of_claim(claim));
        let selected = claim.annotations().contains_key(SELECTED_NODE);
        let waits = class.as_ref().is_some_and(|it| waits_for_consumer(it));
        if let Some(volume) = find(claim, &self.volumes.list(), waits)? {
            return self.bind(claim, &volume).await;
        }
        if !has_class(claim)
            && let Some(default) = default_class(self.classes.list())
        {
            // Made before there was a default.
            let mut claim = Box::new(claim.clone());
            claim.spec.get_or_insert_default().storage_class_name = Some(default.name_any());
            return self.replace(&claim).await.map(drop);
        }
        if waits && !selected {
            self.tell_what_it_waits_for(claim);
        } else if !class_of_claim(claim).is_empty() {
            self.ask_for_volume(claim, class.as_deref()).await?;
        } else {
            let told = "no persistent volumes available for this claim and no storage class is set";
            self.tell(claim, Normal, "FailedBinding", told);
        }
        self.set_status(claim, "Pending", None).await
    }

    fn tell_what_it_waits_for(&self, claim: &PersistentVolumeClaim) {
        let namespace = claim.namespace().unwrap_or_default();
        let waits = |pod: &Arc<Pod>| {
            let spec = pod.spec.as_ref();
            let node = spec.and_then(|spec| spec.node_name.as_deref());
            node.unwrap_or_default().is_empty() && uses(pod, &claim.name_any())
        };
        let pods = self.pods.list_in(&namespace);
        let names: Vec<_> = pods
            .iter()
            .filter(|it| waits(it))
            .map(|it| it.name_any())
            .collect();
        let (reason, told) = match names.as_slice() {
            [] => (
                "WaitForFirstConsumer",
                "waiting for first consumer to be created before binding".to_owned(),
            ),
            [name] => (
                "WaitForPodScheduled",
                format!("waiting for pod {name} to be scheduled"),
            ),
            names => (
                "WaitForPodScheduled",
                format!("waiting for pods {} to be scheduled", names.join(",")),
            ),
        };
        self.tell(claim, Normal, reason, &told);
    }

    /// Says on the claim who is to make a volume for it.
    async fn ask_for_volume(
        &self,
        claim: &PersistentVolumeClaim,
        class: Option<&StorageClass>,
    ) -> Result<(), ReconcileError> {
        let Some(class) = class else {
            let name = class_of_claim(claim);
            let told = format!("storageclass.storage.k8s.io {name:?} not found");
            self.tell(claim, Warning, "ProvisioningFailed", &told);
            return Ok(());
        };
        let provisioner = &class.provisioner;
        if provisioner == NO_PROVISIONER {
            let told = format!("no volume plugin matched name: {provisioner}");
            self.tell(claim, Warning, "ProvisioningFailed", &told);
            return Ok(());
        }
        if claim.annotations().get(PROVISIONER) != Some(provisioner) {
            let mut asking = Box::new(claim.clone());
            let annotations = asking.annotations_mut();
            for key in [BETA_PROVISIONER, PROVISIONER] {
                annotations.insert(key.to_owned(), provisioner.clone());
            }
            self.replace(&asking).await?;
        }
        let told = format!(
            "Waiting for a volume to be created either by the external provisioner '{provisioner}' \
             or manually by the system administrator. If volume creation is delayed, please verify \
             that the provisioner is running and correctly registered."
        );
        self.tell(claim, Normal, "ExternalProvisioning", &told);
        Ok(())
    }

    /// A claim that has had its volume.
    async fn look_at_bound(
        &self,
        claim: &PersistentVolumeClaim,
        name: &str,
    ) -> Result<(), ReconcileError> {
        let lost = |reason, told| (reason, told);
        let (reason, told) = if name.is_empty() {
            lost(
                "ClaimLost",
                "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!",
            )
        } else {
            match self.volumes.get("", name) {
                None => lost(
                    "ClaimLost",
                    "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
                ),
                Some(volume) => {
                    let spec = volume.spec.as_ref();
                    let owner = spec.and_then(|spec| spec.claim_ref.as_ref());
                    if owner.is_none_or(|owner| owner.uid == claim.metadata.uid) {
                        return self.bind(claim, &volume).await;
                    }
                    lost(
                        "ClaimMisbound",
                        "Two claims are bound to the same volume, this one is bound incorrectly",
                    )
                }
            }
        };
        if phase(claim) != "Lost" {
            self.set_status(claim, "Lost", None).await?;
            self.tell(claim, Warning, reason, told);
        }
        Ok(())
    }

    /// Brings both together, a step at a time, those that were taken already left out.
    async fn bind(
        &self,
        claim: &PersistentVolumeClaim,
        volume: &PersistentVolume,
    ) -> Result<(), ReconcileError> {
        let reserved = reserved(volume, claim);
        let volume = match reserved {
            None => Box::new(volume.clone()),
            Some(reserved) => self.replace_volume(&reserved).await?,
        };
        let volume = self.set_phase(&volume, "Bound", None).await?;
        let claim = match taken(claim, &volume) {
            None => Box::new(claim.clone()),
            Some(taken) => self.replace(&taken).await?,
        };
        self.set_status(&claim, "Bound", Some(&*volume)).await
    }

    pub(super) async fn replace(
        &self,
        claim: &PersistentVolumeClaim,
    ) -> Result<Box<PersistentVolumeClaim>, ReconcileError> {
        let namespace = claim.namespace().unwrap_or_default();
        let claims = self.context.namespaced::<PersistentVolumeClaim>(&namespace);
        let posting = self.context.posting();
        let name = claim.name_any();
        let replaced = Box::pin(claims.replace(&name, &posting, claim));
        Ok(Box::new(replaced.await?))
    }

    /// Says what is of the claim, if that is news: with the volume that it has, if it has one.
    async fn set_status(
        &self,
        claim: &PersistentVolumeClaim,
        phase: &str,
        volume: Option<&PersistentVolume>,
    ) -> Result<(), ReconcileError> {
        let before = claim.status.clone().unwrap_or_default();
        let mut status = before.clone();
        let is_new = before.phase.as_deref() != Some(phase);
        status.phase = Some(phase.to_owned());
        match volume.and_then(|volume| volume.spec.as_ref().map(|spec| (volume, spec))) {
            None => {
                status.access_modes = None;
                status.capacity = None;
                status.current_volume_attributes_class_name = None;
            }
            Some((volume, spec)) => {
                status.access_modes.clone_from(&spec.access_modes);
                let known = status.capacity.as_ref().and_then(|it| it.get(STORAGE));
                // Later changes of the size are told by who makes them.
                if is_new && known.is_none_or(|it| read(&it.0) != capacity(volume)) {
                    status.capacity.clone_from(&spec.capacity);
                }
                if is_new {
                    let attributes = &spec.volume_attributes_class_name;
                    status
                        .current_volume_attributes_class_name
                        .clone_from(attributes);
                }
            }
        }
        if status == before {
            return Ok(());
        }
        let mut claim = Box::new(claim.clone());
        claim.status = Some(status);
        let namespace = claim.namespace().unwrap_or_default();
        let claims = self.context.namespaced::<PersistentVolumeClaim>(&namespace);
        let posting = self.context.posting();
        let name = claim.name_any();
        Box::pin(claims.replace_status(&name, &posting, &claim)).await?;
        Ok(())
    }
}

fn phase(claim: &PersistentVolumeClaim) -> &str {
    let status = claim.status.as_ref();
    status
        .and_then(|it| it.phase.as_deref())
        .unwrap_or_default()
}

/// Whether a volume of the pod is that claim's.
pub(super) fn uses(pod: &Pod, claim: &str) -> bool {
    claims_of(pod).any(|it| it == claim)
}

/// The names of the claims of a pod: those it names, and those that were made for it.
pub(super) fn claims_of(pod: &Pod) -> impl Iterator<Item = String> {
    let spec = pod.spec.iter();
    let volumes = spec.flat_map(|spec| spec.volumes.iter().flatten());
    volumes.filter_map(|volume| {
        let named = volume.persistent_volume_claim.as_ref();
        let made = volume.ephemeral.as_ref();
        named
            .map(|it| it.claim_name.clone())
            .or_else(|| made.map(|_| format!("{}-{}", pod.name_any(), volume.name)))
    })
}

/// The volume with its claim on it, if that is news.
fn reserved(
    volume: &PersistentVolume,
    claim: &PersistentVolumeClaim,
) -> Option<Box<PersistentVolume>> {
    let mut new = Box::new(volume.clone());
    let spec = new.spec.get_or_insert_default();
    let is_chosen = spec.claim_ref.is_none();
    let is_whole = |it: &ObjectReference| it.uid == claim.metadata.uid;
    if spec.claim_ref.as_ref().is_some_and(is_whole) {
        return None;
    }
    spec.claim_ref = Some(ObjectReference {
        api_version: Some("v1".to_owned()),
        kind: Some("PersistentVolumeClaim".to_owned()),
        namespace: claim.namespace(),
        name: claim.metadata.name.clone(),
        uid: claim.metadata.uid.clone(),
        resource_version: claim.metadata.resource_version.clone(),
        field_path: None,
    });
    if is_chosen {
        let annotations = new.annotations_mut();
        annotations.insert(BOUND_BY_CONTROLLER.to_owned(), "yes".to_owned());
    }
    Some(new)
}

/// The claim with its volume on it, if that is news.
fn taken(
    claim: &PersistentVolumeClaim,
    volume: &PersistentVolume,
) -> Option<Box<PersistentVolumeClaim>> {
    let mut new = Box::new(claim.clone());
    let spec: &mut PersistentVolumeClaimSpec = new.spec.get_or_insert_default();
    let is_chosen = spec.volume_name.as_deref().unwrap_or_default().is_empty();
    if is_chosen {
        spec.volume_name = Some(volume.name_any());
    }
    let annotations = new.annotations_mut();
    let mut mark = |key: &str| annotations.insert(key.to_owned(), "yes".to_owned());
    if is_chosen {
        mark(BOUND_BY_CONTROLLER);
    }
    mark(BIND_COMPLETED);
    (*new != *claim).then_some(new)
}
