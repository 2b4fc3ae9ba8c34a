//! `persistentvolumeclaim-protection-controller` and `persistentvolume-protection-controller`: a
//! claim that a pod uses and a volume that a claim has do not go before they are done with.
//!
//! The rules are those of `pkg/controller/volume/pvcprotection` and `pvprotection` in Kubernetes.

use super::claim::{claims_of, uses};
use super::volume::phase;
use crate::context::Context;
use crate::error::{ReconcileError, unless_not_found};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::api::ListParams;
use kube::{Resource, ResourceExt};
use std::sync::Arc;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue};

/// As kube-controller-manager calls the one for claims.
pub(crate) const CLAIMS_NAME: &str = "persistentvolumeclaim-protection-controller";
/// As kube-controller-manager calls the one for volumes.
pub(crate) const VOLUMES_NAME: &str = "persistentvolume-protection-controller";

/// Objects looked at the same time.
const WORKERS: usize = 1;
const OF_CLAIMS: &str = "kubernetes.io/pvc-protection";
const OF_VOLUMES: &str = "kubernetes.io/pv-protection";

/// Name of the index of [`claim_keys`].
const CLAIM: &str = "claim";

/// The claims that a pod on a node uses: what has no node yet has nothing mounted.
fn claim_keys(pod: &Pod) -> Vec<String> {
    let spec = pod.spec.as_ref();
    let node = spec.and_then(|spec| spec.node_name.as_deref());
    if node.unwrap_or_default().is_empty() {
        return Vec::new();
    }
    let namespace = pod.namespace().unwrap_or_default();
    claims_of(pod)
        .map(|claim| claim_key(&namespace, &claim))
        .collect()
}

fn claim_key(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

/// What is to happen to a finalizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Keep,
    Add,
    /// Once nobody uses the object.
    Remove,
}

fn protection<K: Resource>(object: &K, finalizer: &str) -> Protection {
    let has = object.finalizers().iter().any(|it| it == finalizer);
    match (object.meta().deletion_timestamp.is_some(), has) {
        (false, false) => Protection::Add,
        (true, true) => Protection::Remove,
        _ => Protection::Keep,
    }
}

/// `object` with the finalizer, or without.
fn protected<K: Resource + Clone>(object: &K, finalizer: &str, is_protected: bool) -> K {
    let mut object = object.clone();
    let finalizers = object.finalizers_mut();
    finalizers.retain(|it| it != finalizer);
    if is_protected {
        finalizers.push(finalizer.to_owned());
    }
    object
}

/// The controller for claims, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct ClaimProtection {
    context: Context,
    claims: Cache<PersistentVolumeClaim>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for ClaimProtection {
    type Key = ObjectKey;
    const NAME: &str = CLAIMS_NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(claim) = self.claims.find(key) else {
            return Ok(());
        };
        let is_protected = match protection(&*claim, OF_CLAIMS) {
            Protection::Keep => return Ok(()),
            Protection::Add => true,
            Protection::Remove if self.is_used(key).await? => return Ok(()),
            Protection::Remove => false,
        };
        let claims = self
            .context
            .namespaced::<PersistentVolumeClaim>(&key.namespace);
        let new = protected(&*claim, OF_CLAIMS, is_protected);
        let posting = self.context.posting();
        unless_not_found(claims.replace(&key.name, &posting, &new).await)?;
        Ok(())
    }
}

impl ClaimProtection {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            claims: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        controller.pods.add_index(CLAIM, claim_keys);
        let queue = controller.queue.clone();
        controller.claims.on_change(move |change| {
            let claim = change.object();
            if !matches!(change, Change::Deleted(_))
                && protection(&**claim, OF_CLAIMS) != Protection::Keep
            {
                queue.add(ObjectKey::of(&**claim));
            }
        });
        let queue = controller.queue.clone();
        controller.pods.on_change(move |change| {
            // Only its end makes a claim free.
            if let Change::Deleted(pod) = change {
                let namespace = pod.namespace().unwrap_or_default();
                for claim in claims_of(pod) {
                    queue.add(ObjectKey::new(&namespace, &claim));
                }
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.claims.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    /// Whether a pod uses the claim: as far as the cache knows, and as the API server does.
    async fn is_used(&self, key: &ObjectKey) -> Result<bool, ReconcileError> {
        let of = claim_key(&key.namespace, &key.name);
        if !self.pods.indexed(CLAIM, &of).is_empty() {
            return Ok(true);
        }
        let pods = self.context.namespaced::<Pod>(&key.namespace);
        let pods = pods.list(&ListParams::default()).await?;
        let is_used = |pod: &Pod| !claim_keys(pod).is_empty() && uses(pod, &key.name);
        Ok(pods.items.iter().any(is_used))
    }
}

/// The controller for volumes, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct VolumeProtection {
    context: Context,
    volumes: Cache<PersistentVolume>,
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for VolumeProtection {
    type Key = Arc<str>;
    const NAME: &str = VOLUMES_NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(volume) = self.volumes.get("", name) else {
            return Ok(());
        };
        let is_protected = match protection(&*volume, OF_VOLUMES) {
            Protection::Keep => return Ok(()),
            Protection::Add => true,
            Protection::Remove if phase(&volume) == "Bound" => return Ok(()),
            Protection::Remove => false,
        };
        let new = protected(&*volume, OF_VOLUMES, is_protected);
        let volumes = self.context.cluster::<PersistentVolume>();
        let posting = self.context.posting();
        unless_not_found(volumes.replace(name, &posting, &new).await)?;
        Ok(())
    }
}

impl VolumeProtection {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            volumes: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let queue = controller.queue.clone();
        controller.volumes.on_change(move |change| {
            let volume = change.object();
            if !matches!(change, Change::Deleted(_))
                && protection(&**volume, OF_VOLUMES) != Protection::Keep
            {
                queue.add(volume.name_any().into());
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.volumes.synced().await;
        work(&self, &self.queue).await;
    }
}
