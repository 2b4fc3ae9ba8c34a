//! What the binder does about a volume: `syncVolume` in Kubernetes.

use super::binder::{Look, VolumeBinder};
use super::matching::modes_differ;
use super::{BOUND_BY_CONTROLLER, PROVISIONED_BY};
use crate::context::deleting;
use crate::error::{ReconcileError, unless_not_found};
use k8s_openapi::api::core::v1::{ObjectReference, PersistentVolume, PersistentVolumeClaim};
use kube::ResourceExt;
use std::sync::Arc;
use trimtab_informer::EventType::{Normal, Warning};
use trimtab_informer::ObjectKey;

impl VolumeBinder {
    pub(super) async fn look_at_volume(
        &self,
        volume: &PersistentVolume,
    ) -> Result<(), ReconcileError> {
        let spec = volume.spec.as_ref();
        let owner = spec.and_then(|spec| spec.claim_ref.as_ref());
        let Some((owner, uid)) =
            owner.and_then(|owner| Some((owner, owner.uid.as_ref().filter(|it| !it.is_empty())?)))
        else {
            // Nobody's, or reserved for a claim that is still to come.
            self.set_phase(volume, "Available", None).await?;
            return Ok(());
        };
        let Some(claim) = self.owner(owner, uid).await? else {
            return self.reclaim(volume).await;
        };
        let name = claim.spec.as_ref().and_then(|it| it.volume_name.as_deref());
        match name.unwrap_or_default() {
            "" if modes_differ(volume, &claim) => {
                let told = format!(
                    "Cannot bind PersistentVolume to requested PersistentVolumeClaim {:?} due to \
                     incompatible volumeMode.",
                    claim.name_any()
                );
                self.tell(volume, Warning, "VolumeMismatch", &told);
                let told = format!(
                    "Cannot bind PersistentVolume {:?} to requested PersistentVolumeClaim due to \
                     incompatible volumeMode.",
                    volume.name_any()
                );
                self.tell(&*claim, Warning, "VolumeMismatch", &told);
            }
            "" => self.queue.add(Look::Claim(ObjectKey::of(&*claim))),
            name if Some(name) == volume.metadata.name.as_deref() => {
                self.set_phase(volume, "Bound", None).await?;
            }
            // The claim has got another one.
            _ if was_made_for_claim(volume) => self.reclaim(volume).await?,
            _ => self.unbind(volume).await?,
        }
        Ok(())
    }

    /// The claim a volume belongs to. That it is gone is asked of the API server: what is lost
    /// with the volume does not come back.
    async fn owner(
        &self,
        owner: &ObjectReference,
        uid: &str,
    ) -> Result<Option<Arc<PersistentVolumeClaim>>, ReconcileError> {
        let namespace = owner.namespace.as_deref().unwrap_or_default();
        let name = owner.name.as_deref().unwrap_or_default();
        let is_it = |it: &PersistentVolumeClaim| it.metadata.uid.as_deref() == Some(uid);
        if let Some(claim) = self.claims.get(namespace, name).filter(|it| is_it(it)) {
            return Ok(Some(claim));
        }
        let claims = self.context.namespaced::<PersistentVolumeClaim>(namespace);
        let fresh = claims.get_opt(name).await?;
        Ok(fresh.filter(is_it).map(Arc::new))
    }

    /// Does with a volume whose claim has gone what its policy says.
    async fn reclaim(&self, volume: &PersistentVolume) -> Result<(), ReconcileError> {
        let volume = match phase(volume) {
            "Released" | "Failed" => Box::new(volume.clone()),
            _ => self.set_phase(volume, "Released", None).await?,
        };
        let spec = volume.spec.as_ref();
        let host_path = spec.and_then(|it| it.host_path.as_ref());
        let host_path = host_path.map(|it| it.path.as_str());
        match spec.and_then(|it| it.persistent_volume_reclaim_policy.as_deref()) {
            None | Some("Retain") => Ok(()),
            // Whoever made it deletes it, which nobody but they can.
            Some("Delete") if volume.annotations().contains_key(PROVISIONED_BY) => Ok(()),
            Some("Delete") => match host_path {
                Some(path) if path.starts_with("/tmp/") => self.delete(&volume).await,
                Some(path) => {
                    let why = format!(
                        "host_path deleter only supports /tmp/.+ but received provided {path}"
                    );
                    self.fail(&volume, "VolumeFailedDelete", &why).await
                }
                None => {
                    let why = format!(
                        "error getting deleter volume plugin for volume {:?}: no deletable volume \
                         plugin matched",
                        volume.name_any()
                    );
                    self.fail(&volume, "VolumeFailedDelete", &why).await
                }
            },
            Some("Recycle") => {
                // There is nothing on it that would have to be wiped.
                self.tell(&*volume, Normal, "VolumeRecycled", "Volume recycled");
                self.unbind(&volume).await
            }
            Some(_) => {
                let why = "Volume has unrecognized PersistentVolumeReclaimPolicy";
                self.fail(&volume, "VolumeUnknownReclaimPolicy", why).await
            }
        }
    }

    async fn fail(
        &self,
        volume: &PersistentVolume,
        reason: &str,
        why: &str,
    ) -> Result<(), ReconcileError> {
        if phase(volume) != "Failed" {
            self.set_phase(volume, "Failed", Some(why)).await?;
            self.tell(volume, Warning, reason, why);
        }
        Ok(())
    }

    async fn delete(&self, volume: &PersistentVolume) -> Result<(), ReconcileError> {
        if volume.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        let params = deleting(volume.metadata.uid.as_deref());
        let volumes = self.context.cluster::<PersistentVolume>();
        unless_not_found(volumes.delete(&volume.name_any(), &params).await)?;
        Ok(())
    }

    /// Frees a volume that a claim has not come to have. One that a person has reserved stays so.
    async fn unbind(&self, volume: &PersistentVolume) -> Result<(), ReconcileError> {
        let mut free = Box::new(volume.clone());
        let was_chosen = free.annotations_mut().remove(BOUND_BY_CONTROLLER).is_some();
        let spec = free.spec.get_or_insert_default();
        if was_chosen {
            spec.claim_ref = None;
        } else if let Some(owner) = &mut spec.claim_ref {
            owner.uid = None;
            owner.resource_version = None;
        }
        let free = self.replace_volume(&free).await?;
        self.set_phase(&free, "Available", None).await?;
        Ok(())
    }

    pub(super) async fn replace_volume(
        &self,
        volume: &PersistentVolume,
    ) -> Result<Box<PersistentVolume>, ReconcileError> {
        let volumes = self.context.cluster::<PersistentVolume>();
        let posting = self.context.posting();
        let name = volume.name_any();
        let replaced = Box::pin(volumes.replace(&name, &posting, volume));
        Ok(Box::new(replaced.await?))
    }

    /// Says what is of the volume, if that is news. Returns it as it is then.
    pub(super) async fn set_phase(
        &self,
        volume: &PersistentVolume,
        to: &str,
        message: Option<&str>,
    ) -> Result<Box<PersistentVolume>, ReconcileError> {
        let mut volume = Box::new(volume.clone());
        if phase(&volume) == to {
            return Ok(volume);
        }
        let status = volume.status.get_or_insert_default();
        status.phase = Some(to.to_owned());
        status.message = message.map(str::to_owned);
        let volumes = self.context.cluster::<PersistentVolume>();
        let posting = self.context.posting();
        let name = volume.name_any();
        let replaced = Box::pin(volumes.replace_status(&name, &posting, &volume));
        Ok(Box::new(replaced.await?))
    }
}

/// `status.phase`; empty before anything was said.
pub(super) fn phase(volume: &PersistentVolume) -> &str {
    let status = volume.status.as_ref();
    status
        .and_then(|it| it.phase.as_deref())
        .unwrap_or_default()
}

/// Whether the volume was made for a claim and is to go with it.
fn was_made_for_claim(volume: &PersistentVolume) -> bool {
    let spec = volume.spec.as_ref();
    let policy = spec.and_then(|it| it.persistent_volume_reclaim_policy.as_deref());
    volume.annotations().contains_key(PROVISIONED_BY) && policy == Some("Delete")
}
