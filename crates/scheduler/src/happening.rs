//! What the scheduler hears of, from the shared watches.

use crate::name::SCHEDULER_NAME;
use crate::pod_terms::Labels;
use k8s_openapi::api::apps::v1::{ReplicaSet, StatefulSet};
use k8s_openapi::api::core::v1::{
    Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, ReplicationController, Service,
};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::resource::v1::ResourceClaim;
use k8s_openapi::api::storage::v1::{CSINode, StorageClass, VolumeAttachment};
use kube::Resource;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use trimtab_informer::{Change, Informers};

/// A change of something that selects pods.
pub(crate) enum Selecting {
    Service(Change<Service>),
    ReplicationController(Change<ReplicationController>),
    ReplicaSet(Change<ReplicaSet>),
    StatefulSet(Change<StatefulSet>),
}

/// Something that the scheduler must know of.
pub(crate) enum Happening {
    Pod(Change<Pod>),
    Node(Change<Node>),
    Namespace(Change<Namespace>),
    Claim(Change<PersistentVolumeClaim>),
    Volume(Change<PersistentVolume>),
    Class(Change<StorageClass>),
    Budget(Change<PodDisruptionBudget>),
    NodeStorage(Change<CSINode>),
    Attachment(Change<VolumeAttachment>),
    Devices(Change<ResourceClaim>),
    Selecting(Selecting),
}

/// Everything that happens from now on, what is there already first. Unbounded, because a watch must never
/// wait for the scheduler; it holds no more than the changes since the last turn of the loop, which only
/// passes them on.
pub(crate) fn happenings(informers: &Informers) -> mpsc::UnboundedReceiver<Happening> {
    let (sender, happenings) = mpsc::unbounded_channel();
    pass_on(informers, &sender, Happening::Namespace);
    pass_on(informers, &sender, Happening::Class);
    pass_on(informers, &sender, Happening::Volume);
    pass_on(informers, &sender, Happening::Claim);
    pass_on(informers, &sender, Happening::NodeStorage);
    pass_on(informers, &sender, Happening::Attachment);
    pass_on(informers, &sender, Happening::Devices);
    pass_on(informers, &sender, Happening::Budget);
    pass_on(informers, &sender, |it| {
        Happening::Selecting(Selecting::Service(it))
    });
    pass_on(informers, &sender, |it| {
        Happening::Selecting(Selecting::ReplicationController(it))
    });
    pass_on(informers, &sender, |it| {
        Happening::Selecting(Selecting::ReplicaSet(it))
    });
    pass_on(informers, &sender, |it| {
        Happening::Selecting(Selecting::StatefulSet(it))
    });
    pass_on(informers, &sender, Happening::Pod);
    pass_on(informers, &sender, Happening::Node);
    happenings
}

fn pass_on<K>(
    informers: &Informers,
    sender: &mpsc::UnboundedSender<Happening>,
    as_happening: fn(Change<K>) -> Happening,
) where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Send + Sync + 'static,
{
    let sender = sender.clone();
    informers.of::<K>().on_change(move |change| {
        // Nobody listens any more once the scheduler has ended.
        let _ = sender.send(as_happening(change.clone()));
    });
}

/// The object as it is now; `None` once it is deleted.
pub(crate) fn current<K>(change: &Change<K>) -> Option<&K> {
    match change {
        Change::Deleted(_) => None,
        Change::Added(it) | Change::Updated { new: it, .. } => Some(it),
    }
}

/// The labels that a namespace has; `None` once it is deleted.
pub(crate) fn labels_of(change: &Change<Namespace>) -> Option<Labels> {
    let namespace = current(change)?;
    Some(namespace.metadata.labels.clone().unwrap_or_default())
}

/// Whether this scheduler has to find the pod a node.
pub(crate) fn wants_a_node(pod: &Pod) -> bool {
    let Some(spec) = &pod.spec else {
        return false;
    };
    let scheduler = spec.scheduler_name.as_deref().unwrap_or(SCHEDULER_NAME);
    let gates = spec.scheduling_gates.as_deref().unwrap_or_default();
    scheduler == SCHEDULER_NAME && gates.is_empty() && pod.metadata.deletion_timestamp.is_none()
}

/// Whether a node changed in what scheduling looks at; its heartbeats are not worth a try.
pub(crate) fn matters(old: &Node, new: &Node) -> bool {
    let allocatable = |node: &Node| node.status.as_ref().and_then(|it| it.allocatable.clone());
    let spec = |node: &Node| {
        let spec = node.spec.as_ref();
        spec.map(|it| (it.unschedulable, it.taints.clone()))
    };
    old.metadata.labels != new.metadata.labels
        || spec(old) != spec(new)
        || allocatable(old) != allocatable(new)
}
