//! `local-volume-provisioner`: makes volumes for the claims of classes that name it, lets them grow,
//! and deletes them when their claims have gone.
//!
//! Kubernetes leaves this to others; what is local and small comes with a provisioner such as
//! Rancher's local-path. So here: without one no claim of a `StatefulSet` would ever be bound. The
//! volumes are directories on simulated nodes, which is to say nowhere.

use super::matching::{capacity, read, requested};
use super::volume::phase;
use super::{
    PROVISIONED_BY, PROVISIONER, SELECTED_NODE, STORAGE, class_of_claim, waits_for_consumer,
};
use crate::context::{Context, deleting};
use crate::error::{ReconcileError, unless_not_found};
use crate::service_account::settle;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{
    HostPathVolumeSource, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, ObjectReference,
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, VolumeNodeAffinity,
};
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use std::collections::BTreeMap;
use trimtab_informer::EventType::Normal;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue, reference};

/// What the controller of local volumes is called; kube-controller-manager has none such.
pub const NAME: &str = "local-volume-provisioner";
/// The service account whose permissions it has.
pub(crate) const ACCOUNT: &str = "persistent-volume-binder";

/// What classes call the provisioner of local volumes by; the source of its events too.
pub const BY: &str = "trimtab.dev/local";
/// Objects looked at the same time.
const WORKERS: usize = 4;
/// Where on a node the directories of volumes would be.
const DIRECTORY: &str = "/var/local-volumes";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct LocalProvisioner {
    context: Context,
    claims: Cache<PersistentVolumeClaim>,
    volumes: Cache<PersistentVolume>,
    classes: Cache<StorageClass>,
    /// Claims, by their keys, and volumes, by their names without a namespace.
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for LocalProvisioner {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        if key.namespace.is_empty() {
            return self.look_at_volume(&key.name).await;
        }
        let Some(claim) = self.claims.find(key) else {
            return Ok(());
        };
        let Some(class) = self.classes.get("", class_of_claim(&claim)) else {
            return Ok(());
        };
        let spec = claim.spec.as_ref();
        match spec.and_then(|spec| spec.volume_name.as_deref()) {
            None | Some("") => self.provision(&claim, &class).await,
            Some(volume) => self.grow(&claim, &class, volume).await,
        }
    }
}

impl LocalProvisioner {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            claims: context.informers.of(),
            volumes: context.informers.of(),
            classes: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let queue = controller.queue.clone();
        controller.claims.on_change(move |change| {
            let claim = change.object();
            let is_ours = claim
                .annotations()
                .get(PROVISIONER)
                .is_some_and(|it| it == BY);
            if is_ours && !matches!(change, Change::Deleted(_)) {
                queue.add(ObjectKey::of(&**claim));
            }
        });
        let queue = controller.queue.clone();
        controller.volumes.on_change(move |change| {
            let volume = change.object();
            if is_ours(volume) && !matches!(change, Change::Deleted(_)) {
                queue.add(ObjectKey::of(&**volume));
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.classes.synced().await;
        self.claims.synced().await;
        self.volumes.synced().await;
        work(&self, &self.queue).await;
    }

    async fn provision(
        &self,
        claim: &PersistentVolumeClaim,
        class: &StorageClass,
    ) -> Result<(), ReconcileError> {
        let asked = claim
            .annotations()
            .get(PROVISIONER)
            .is_some_and(|it| it == BY);
        let node = claim.annotations().get(SELECTED_NODE);
        let waits = waits_for_consumer(class) && node.is_none();
        if !asked || waits || class.provisioner != BY || claim.metadata.deletion_timestamp.is_some()
        {
            return Ok(());
        }
        let volume = volume_for(claim, class);
        let name = volume.name_any();
        if self.volumes.get("", &name).is_some() {
            // The binder has not got to it.
            return Ok(());
        }
        let posting = self.context.posting();
        settle(self.context.cluster().create(&posting, &volume).await)?;
        let told = format!("Successfully provisioned volume {name}");
        let recorder = &self.context.recorder;
        recorder.record(&reference(claim), Normal, "ProvisioningSucceeded", told);
        Ok(())
    }

    /// Makes a volume as large as its claim asks for by now.
    async fn grow(
        &self,
        claim: &PersistentVolumeClaim,
        class: &StorageClass,
        volume: &str,
    ) -> Result<(), ReconcileError> {
        let Some(volume) = self.volumes.get("", volume).filter(|it| is_ours(it)) else {
            return Ok(());
        };
        let status = claim.status.as_ref();
        let held = status.and_then(|it| it.capacity.as_ref()?.get(STORAGE));
        let wanted = requested(claim);
        if class.allow_volume_expansion != Some(true)
            || held.is_none_or(|held| read(&held.0) >= wanted)
        {
            return Ok(());
        }
        let size = BTreeMap::from([(STORAGE.to_owned(), Quantity(wanted.to_string()))]);
        let posting = self.context.posting();
        if capacity(&volume) < wanted {
            let mut volume = (*volume).clone();
            volume.spec.get_or_insert_default().capacity = Some(size.clone());
            let volumes = self.context.cluster::<PersistentVolume>();
            volumes
                .replace(&volume.name_any(), &posting, &volume)
                .await?;
        }
        let mut larger = claim.clone();
        larger.status.get_or_insert_default().capacity = Some(size);
        let namespace = claim.namespace().unwrap_or_default();
        let claims = self.context.namespaced::<PersistentVolumeClaim>(&namespace);
        claims
            .replace_status(&claim.name_any(), &posting, &larger)
            .await?;
        let recorder = &self.context.recorder;
        let told = "volume has been resized";
        recorder.record(&reference(claim), Normal, "VolumeResizeSuccessful", told);
        Ok(())
    }

    async fn look_at_volume(&self, name: &str) -> Result<(), ReconcileError> {
        let Some(volume) = self.volumes.get("", name) else {
            return Ok(());
        };
        let spec = volume.spec.as_ref();
        let policy = spec.and_then(|it| it.persistent_volume_reclaim_policy.as_deref());
        let is_over = phase(&volume) == "Released" && policy == Some("Delete");
        if !is_over || volume.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        let params = deleting(volume.metadata.uid.as_deref());
        let volumes = self.context.cluster::<PersistentVolume>();
        unless_not_found(volumes.delete(name, &params).await)?;
        Ok(())
    }
}

fn is_ours(volume: &PersistentVolume) -> bool {
    volume
        .annotations()
        .get(PROVISIONED_BY)
        .is_some_and(|it| it == BY)
}

/// The volume that a claim gets, on the node that its pod goes to, if that is known.
fn volume_for(claim: &PersistentVolumeClaim, class: &StorageClass) -> PersistentVolume {
    let uid = claim.uid().unwrap_or_default();
    let name = format!("pvc-{uid}");
    let namespace = claim.namespace().unwrap_or_default();
    let path = format!("{DIRECTORY}/{name}_{namespace}_{}", claim.name_any());
    let spec = claim.spec.clone().unwrap_or_default();
    let size = Quantity(requested(claim).to_string());
    let node = claim.annotations().get(SELECTED_NODE);
    PersistentVolume {
        metadata: ObjectMeta {
            name: Some(name),
            annotations: Some(BTreeMap::from([(PROVISIONED_BY.to_owned(), BY.to_owned())])),
            ..ObjectMeta::default()
        },
        spec: Some(PersistentVolumeSpec {
            access_modes: spec.access_modes,
            capacity: Some(BTreeMap::from([(STORAGE.to_owned(), size)])),
            claim_ref: Some(ObjectReference {
                api_version: Some("v1".to_owned()),
                kind: Some("PersistentVolumeClaim".to_owned()),
                namespace: Some(namespace),
                name: claim.metadata.name.clone(),
                uid: Some(uid),
                resource_version: claim.metadata.resource_version.clone(),
                field_path: None,
            }),
            host_path: Some(HostPathVolumeSource {
                path,
                type_: Some("DirectoryOrCreate".to_owned()),
            }),
            mount_options: class.mount_options.clone(),
            node_affinity: node.map(|node| on_node(node)),
            persistent_volume_reclaim_policy: class.reclaim_policy.clone(),
            storage_class_name: Some(class.name_any()),
            volume_attributes_class_name: spec.volume_attributes_class_name,
            volume_mode: spec.volume_mode,
            ..PersistentVolumeSpec::default()
        }),
        status: None,
    }
}

fn on_node(node: &str) -> VolumeNodeAffinity {
    let is_it = NodeSelectorRequirement {
        key: "kubernetes.io/hostname".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec![node.to_owned()]),
    };
    VolumeNodeAffinity {
        required: Some(NodeSelector {
            node_selector_terms: vec![NodeSelectorTerm {
                match_expressions: Some(vec![is_it]),
                match_fields: None,
            }],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_volume_is_what_its_claim_and_class_ask_for() {
        let claim = json!({
            "metadata": {"name": "data-db-0", "namespace": "shop", "uid": "u",
                "annotations": {SELECTED_NODE: "node-2"}},
            "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem",
                "resources": {"requests": {"storage": "1Gi"}}},
        });
        let claim = serde_json::from_value(claim).unwrap();
        let class =
            json!({"metadata": {"name": "standard"}, "provisioner": BY, "reclaimPolicy": "Delete"});
        let class = serde_json::from_value(class).unwrap();
        let volume = json!(volume_for(&claim, &class));
        assert_eq!(volume["metadata"]["name"], "pvc-u");
        let spec = &volume["spec"];
        assert_eq!(spec["capacity"]["storage"], "1Gi");
        assert_eq!(
            spec["hostPath"]["path"],
            "/var/local-volumes/pvc-u_shop_data-db-0"
        );
        assert_eq!(spec["persistentVolumeReclaimPolicy"], "Delete");
        assert_eq!(spec["storageClassName"], "standard");
        let term = &spec["nodeAffinity"]["required"]["nodeSelectorTerms"][0];
        assert_eq!(term["matchExpressions"][0]["values"][0], "node-2");
        let read: PersistentVolume = serde_json::from_value(volume).unwrap();
        assert!(super::super::is_for(&read, &claim) && is_ours(&read));
    }
}
