//! `persistentvolume-binder-controller`: gives claims volumes, and says what becomes of volumes
//! whose claims have gone.
//!
//! The rules are those of `pkg/controller/volume/persistentvolume` in Kubernetes. Both sides of a
//! binding are written one after the other; whatever is written last time, the next look goes on.

use crate::context::Context;
use crate::error::ReconcileError;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::ResourceExt;
use std::fmt;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, EventType, ObjectKey, WorkQueue, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "persistentvolume-binder-controller";
/// The source of its events.
pub(crate) const SOURCE: &str = "persistentvolume-controller";

/// One look at a time: a volume that is given to one claim is not free for the next.
const WORKERS: usize = 1;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    Claim(ObjectKey),
    Volume(Arc<str>),
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(key) => write!(f, "claim {key}"),
            Self::Volume(name) => write!(f, "volume {name}"),
        }
    }
}

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct VolumeBinder {
    pub(super) context: Context,
    pub(super) claims: Cache<PersistentVolumeClaim>,
    pub(super) volumes: Cache<PersistentVolume>,
    pub(super) classes: Cache<StorageClass>,
    pub(super) pods: Cache<Pod>,
    pub(super) queue: WorkQueue<Look>,
}

impl Reconcile for VolumeBinder {
    type Key = Look;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, look: &Look) -> Result<(), ReconcileError> {
        match look {
            Look::Claim(key) => match self.claims.find(key) {
                Some(claim) => self.look_at_claim(&claim).await,
                None => Ok(()),
            },
            Look::Volume(name) => match self.volumes.get("", name) {
                Some(volume) => self.look_at_volume(&volume).await,
                None => Ok(()),
            },
        }
    }
}

impl VolumeBinder {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            claims: context.informers.of(),
            volumes: context.informers.of(),
            classes: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let it = controller.clone();
        controller.claims.on_change(move |change| {
            let claim = change.object();
            if !matches!(change, Change::Deleted(_)) {
                it.queue.add(Look::Claim(ObjectKey::of(&**claim)));
            }
            // The end of a claim is the release of its volume.
            let spec = claim.spec.as_ref();
            if let Some(volume) = spec.and_then(|spec| spec.volume_name.as_deref()) {
                it.queue.add(Look::Volume(volume.into()));
            }
        });
        let it = controller.clone();
        controller.volumes.on_change(move |change| {
            let volume = change.object();
            if !matches!(change, Change::Deleted(_)) {
                it.queue.add(Look::Volume(volume.name_any().into()));
            }
            let spec = volume.spec.as_ref();
            match spec.and_then(|spec| spec.claim_ref.as_ref()) {
                Some(claim) => {
                    let (namespace, name) = (claim.namespace.as_deref(), claim.name.as_deref());
                    let key =
                        ObjectKey::new(namespace.unwrap_or_default(), name.unwrap_or_default());
                    it.queue.add(Look::Claim(key));
                }
                None => it.look_at_unbound(|_| true),
            }
        });
        let it = controller.clone();
        controller.classes.on_change(move |change| {
            let class = change.object().name_any();
            it.look_at_unbound(|claim| {
                !super::has_class(claim) || super::class_of_claim(claim) == class
            });
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.claims.synced().await;
        self.volumes.synced().await;
        self.classes.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    /// Has looked at the claims without a volume that may get one now.
    fn look_at_unbound(&self, may: impl Fn(&PersistentVolumeClaim) -> bool) {
        for claim in self.claims.list() {
            if !claim.annotations().contains_key(super::BIND_COMPLETED) && may(&claim) {
                self.queue.add(Look::Claim(ObjectKey::of(&*claim)));
            }
        }
    }

    /// Tells of a claim or a volume.
    pub(super) fn tell<K: kube::Resource<DynamicType = ()>>(
        &self,
        object: &K,
        event_type: EventType,
        reason: &str,
        message: &str,
    ) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(object), event_type, reason, message);
    }
}
