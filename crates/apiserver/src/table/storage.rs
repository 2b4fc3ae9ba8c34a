//! Volumes, claims to them and what provides them.

use super::cells::{
    NONE, UNSET, age, boolean, count, is_true, items, joined, joined_or, name, string, string_or,
    text, text_or,
};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

const GROUP: &str = "storage.k8s.io";

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "PersistentVolume", VOLUME, volume),
    entry("", "PersistentVolumeClaim", CLAIM, claim),
    entry(GROUP, "StorageClass", STORAGE_CLASS, storage_class),
    entry(
        GROUP,
        "VolumeAttributesClass",
        ATTRIBUTES_CLASS,
        attributes_class,
    ),
    entry(GROUP, "VolumeAttachment", ATTACHMENT, attachment),
    entry(GROUP, "CSIDriver", DRIVER, driver),
    entry(GROUP, "CSINode", CSI_NODE, csi_node),
];

const VOLUME: &[Column] = &[
    NAME,
    column(
        "Capacity",
        "How much fits into the volume. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
    ),
    column(
        "Access Modes",
        "How the volume can be mounted. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes",
    ),
    column(
        "Reclaim Policy",
        "What becomes of the volume when its claim is gone. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming",
    ),
    column(
        "Status",
        "Whether the volume is free, claimed or left. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase",
    ),
    column(
        "Claim",
        "The claim that the volume belongs to; claim.VolumeName decides. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding",
    ),
    column(
        "StorageClass",
        "The class of storage that the volume is of.",
    ),
    column(
        "VolumeAttributesClass",
        "The class of attributes that the volume has.",
    ),
    column(
        "Reason",
        "Why the volume is not as it should be, in a word.",
    ),
    AGE,
    column(
        "VolumeMode",
        "Whether the volume is a file system or a bare device.",
    )
    .wide(),
];

const CLAIM: &[Column] = &[
    NAME,
    column("Status", "Whether the claim has its volume."),
    column("Volume", "The claim's volume."),
    column("Capacity", "How much fits into the volume."),
    column(
        "Access Modes",
        "How the volume can be mounted. \
         See https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1",
    ),
    column("StorageClass", "The class of storage that is claimed."),
    column(
        "VolumeAttributesClass",
        "The class of attributes that are claimed.",
    ),
    AGE,
    column(
        "VolumeMode",
        "Whether a file system or a bare device is claimed.",
    )
    .wide(),
];

const STORAGE_CLASS: &[Column] = &[
    NAME,
    column("Provisioner", "What makes volumes of the class."),
    column(
        "ReclaimPolicy",
        "What becomes of volumes of the class when their claims are gone.",
    ),
    column("VolumeBindingMode", "When volumes of the class are made."),
    column(
        "AllowVolumeExpansion",
        "Whether volumes of the class can grow.",
    ),
    AGE,
];

const ATTRIBUTES_CLASS: &[Column] = &[
    NAME,
    column("DriverName", "The driver that knows the attributes."),
    AGE,
];

const ATTACHMENT: &[Column] = &[
    NAME,
    column("Attacher", "What attaches the volume.").named(),
    column("PV", "The volume."),
    column("Node", "The node to which it is attached."),
    column(
        "Attached",
        "Whether it is; set by whoever attaches it, i.e. the external attacher.",
    )
    .boolean(),
    AGE,
];

const DRIVER: &[Column] = &[
    NAME,
    column(
        "AttachRequired",
        "Whether volumes are attached to nodes before they are mounted.",
    )
    .boolean(),
    column(
        "PodInfoOnMount",
        "Whether the driver is told of the pod when it mounts a volume: \"csi.storage.k8s.io/pod.name\": \
         pod.Name, \"csi.storage.k8s.io/pod.namespace\": pod.Namespace, \
         \"csi.storage.k8s.io/pod.uid\": string(pod.UID), and, since 1.16, whether the volume is \
         Ephemeral and not Persistent (\"csi.storage.k8s.io/ephemeral\": \"true\" or \"false\"; drivers of \
         1.15 may not know it). It can be changed since 1.29.",
    )
    .boolean(),
    column(
        "StorageCapacity",
        "Whether pods are scheduled by how much the driver has left. It can be changed since 1.22.",
    )
    .boolean(),
    column(
        "TokenRequests",
        "The audiences of the service account tokens that the driver is given, as \
         \"csi.storage.k8s.io/serviceAccount.tokens\": { \"<audience>\": { \"token\": .., \
         \"expirationTimestamp\": .. } }.",
    ),
    column(
        "RequiresRepublish",
        "Whether the driver is told again and again of what is mounted.",
    )
    .boolean(),
    column(
        "Modes",
        "How long the driver's volumes live: \"Persistent\", or \"Ephemeral\" as the pod. \
         See https://kubernetes-csi.github.io/docs/ephemeral-local-volumes.html",
    ),
    AGE,
];

const CSI_NODE: &[Column] = &[
    NAME,
    column("Drivers", "How many drivers are on the node.").integer(),
    AGE,
];

/// What older objects say in an annotation.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
const DEFAULT_CLASS_ANNOTATION: &str = "storageclass.kubernetes.io/is-default-class";

const ACCESS_MODES: [(&str, &str); 4] = [
    ("ReadWriteOnce", "RWO"),
    ("ReadOnlyMany", "ROX"),
    ("ReadWriteMany", "RWX"),
    ("ReadWriteOncePod", "RWOP"),
];

fn access_modes(object: &Value, path: &[&str]) -> Value {
    let modes = items(object, path);
    let known = ACCESS_MODES.iter().filter(|(mode, _)| {
        let mut modes = modes.iter();
        modes.any(|found| found.text() == Some(mode))
    });
    Value::string(joined(known.map(|(_, short)| *short)))
}

fn phase(object: &Value) -> Value {
    if object
        .get_path(&["metadata", "deletionTimestamp"])
        .is_some()
    {
        return Value::string("Terminating");
    }
    string(object, &["status", "phase"])
}

fn class(object: &Value) -> Value {
    let annotated = text(object, &["metadata", "annotations", CLASS_ANNOTATION]);
    let own = text(object, &["spec", "storageClassName"]);
    Value::string(if annotated.is_empty() { own } else { annotated })
}

fn volume(object: &Value, now: Timestamp) -> Vec<Value> {
    let claim = match (
        text(object, &["spec", "claimRef", "namespace"]),
        text(object, &["spec", "claimRef", "name"]),
    ) {
        ("", "") => String::new(),
        (namespace, name) => format!("{namespace}/{name}"),
    };
    vec![
        name(object),
        string(object, &["spec", "capacity", "storage"]),
        access_modes(object, &["spec", "accessModes"]),
        string(object, &["spec", "persistentVolumeReclaimPolicy"]),
        phase(object),
        Value::string(claim),
        class(object),
        string_or(object, &["spec", "volumeAttributesClassName"], UNSET),
        string(object, &["status", "reason"]),
        age(object, now),
        string_or(object, &["spec", "volumeMode"], UNSET),
    ]
}

fn claim(object: &Value, now: Timestamp) -> Vec<Value> {
    let empty = || Value::string("");
    let bound = !text(object, &["spec", "volumeName"]).is_empty();
    let (capacity, modes) = if bound {
        (
            string(object, &["status", "capacity", "storage"]),
            access_modes(object, &["status", "accessModes"]),
        )
    } else {
        (empty(), empty())
    };
    vec![
        name(object),
        phase(object),
        string(object, &["spec", "volumeName"]),
        capacity,
        modes,
        class(object),
        string_or(object, &["spec", "volumeAttributesClassName"], UNSET),
        age(object, now),
        string_or(object, &["spec", "volumeMode"], UNSET),
    ]
}

/// The name of a class, and whether it is what others get without asking.
pub(super) fn class_name(object: &Value, annotation: &str) -> Value {
    let own = text(object, &["metadata", "name"]);
    Value::string(
        if is_true(object, &["metadata", "annotations", annotation]) {
            format!("{own} (default)")
        } else {
            own.to_owned()
        },
    )
}

fn storage_class(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        class_name(object, DEFAULT_CLASS_ANNOTATION),
        string(object, &["provisioner"]),
        string_or(object, &["reclaimPolicy"], "Delete"),
        string_or(object, &["volumeBindingMode"], "Immediate"),
        boolean(object, &["allowVolumeExpansion"]),
        age(object, now),
    ]
}

fn attributes_class(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        string(object, &["driverName"]),
        age(object, now),
    ]
}

fn attachment(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        string(object, &["spec", "attacher"]),
        string(object, &["spec", "source", "persistentVolumeName"]),
        string(object, &["spec", "nodeName"]),
        boolean(object, &["status", "attached"]),
        age(object, now),
    ]
}

fn driver(object: &Value, now: Timestamp) -> Vec<Value> {
    let audiences = items(object, &["spec", "tokenRequests"]).iter();
    let audiences = audiences.map(|request| text(request, &["audience"]));
    let modes = items(object, &["spec", "volumeLifecycleModes"]).iter();
    vec![
        name(object),
        Value::bool(text_or(object, &["spec", "attachRequired"], "true") == "true"),
        boolean(object, &["spec", "podInfoOnMount"]),
        boolean(object, &["spec", "storageCapacity"]),
        Value::string(joined_or(audiences, UNSET)),
        boolean(object, &["spec", "requiresRepublish"]),
        Value::string(joined_or(modes.filter_map(Value::text), NONE)),
        age(object, now),
    ]
}

fn csi_node(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        count(items(object, &["spec", "drivers"]).len()),
        age(object, now),
    ]
}
