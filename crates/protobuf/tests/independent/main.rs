//! What is written here, as the messages read it that others have made from Kubernetes' own descriptions.
//!
//! Their version is one behind: [`NEWER`] says what they do not know yet.

#[path = "../maker/mod.rs"]
mod maker;
mod shown;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use k8s_pb::Resource;
use k8s_pb::api::{
    admissionregistration as admission, apps, authentication, authorization, autoscaling, batch,
    certificates, coordination, core, discovery, events, flowcontrol, networking, node, policy,
    rbac, resource, scheduling, storage,
};
use k8s_pb::apiextensions_apiserver::pkg::apis::apiextensions;
use k8s_pb::apimachinery::pkg::apis::meta::v1::ListMeta;
use k8s_pb::apimachinery::pkg::runtime::Unknown;
use k8s_pb::kube_aggregator::pkg::apis::apiregistration;
use maker::{Maker, kinds};
use prost::Message;
use shown::{Shown, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use trimtab_protobuf::{Encoder, decode};
use trimtab_schema::{Kind, Schema};
use trimtab_tree::{JsonStyle, Node, Value, write_json};

/// What an envelope begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Messages that stand for a single value, or for any: what is in them is seen when they are written
/// again.
const LEAVES: [&str; 10] = [
    "FieldsV1",
    "IntOrString",
    "Json",
    "JsonSchemaPropsOrArray",
    "JsonSchemaPropsOrBool",
    "JsonSchemaPropsOrStringArray",
    "MicroTime",
    "Quantity",
    "RawExtension",
    "Time",
];

/// Fields that came with Kubernetes 1.36.
const NEWER: [&str; 10] = [
    "CSIDriverSpec.preventPodSchedulingIfMissing",
    "Device.nodeAllocatableResourceMappings",
    "DeviceAttribute.bools",
    "DeviceAttribute.ints",
    "DeviceAttribute.strings",
    "DeviceAttribute.versions",
    "PodSpec.schedulingGroup",
    "PodStatus.nodeAllocatableResourceClaimStatuses",
    "ResourceHealth.message",
    "VolumeMountStatus.volumeStatus",
];

/// One of lists that did.
const NEWER_OF_LISTS: &str = "ListMeta.shardInfo";

/// Kinds that did.
const NEWER_KINDS: [(&str, &str); 2] = [
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"),
    (
        "admissionregistration.k8s.io/v1",
        "MutatingAdmissionPolicyBinding",
    ),
];

/// What the other decoder makes of a message: how it shows it, and how it writes it again.
type Other = fn(&[u8]) -> (Shown, Vec<u8>);

fn other<M: Message + Default + Debug>(bytes: &[u8]) -> (Shown, Vec<u8>) {
    let message = M::decode(bytes).expect("it is a message");
    (
        Shown::read(&format!("{message:?}")),
        message.encode_to_vec(),
    )
}

/// The kinds that the other decoder knows.
fn others() -> BTreeMap<(&'static str, &'static str), Other> {
    let mut known: BTreeMap<_, Other> = BTreeMap::new();
    macro_rules! known {
        ($($package:path { $($name:ident),* })*) => {$($({
            use $package as package;
            type M = package::$name;
            known.insert((M::API_VERSION, M::KIND), other::<M>);
        })*)*};
    }
    known! {
        admission::v1 {
            MutatingWebhookConfiguration, ValidatingAdmissionPolicy,
            ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration
        }
        apps::v1 { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet }
        authentication::v1 { SelfSubjectReview, TokenReview }
        authorization::v1 {
            LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview,
            SubjectAccessReview
        }
        autoscaling::v1 { HorizontalPodAutoscaler }
        autoscaling::v2 { HorizontalPodAutoscaler }
        batch::v1 { CronJob, Job }
        certificates::v1 { CertificateSigningRequest }
        coordination::v1 { Lease }
        core::v1 {
            Binding, ComponentStatus, ConfigMap, Endpoints, Event, LimitRange, Namespace, Node,
            PersistentVolume, PersistentVolumeClaim, Pod, PodTemplate, ReplicationController,
            ResourceQuota, Secret, Service, ServiceAccount
        }
        discovery::v1 { EndpointSlice }
        events::v1 { Event }
        flowcontrol::v1 { FlowSchema, PriorityLevelConfiguration }
        networking::v1 { IPAddress, Ingress, IngressClass, NetworkPolicy, ServiceCIDR }
        node::v1 { RuntimeClass }
        policy::v1 { PodDisruptionBudget }
        rbac::v1 { ClusterRole, ClusterRoleBinding, Role, RoleBinding }
        resource::v1 { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice }
        scheduling::v1 { PriorityClass }
        storage::v1 {
            CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment,
            VolumeAttributesClass
        }
        apiextensions::v1 { CustomResourceDefinition }
        apiregistration::v1 { APIService }
    }
    known
}

/// What differs between an object and a message of it.
#[derive(Default)]
struct Differences {
    /// `PodSpec.name`: fields that the message does not know.
    missing: BTreeSet<String>,
    /// Whatever else there is, with its place.
    wrong: Vec<String>,
}

impl Differences {
    fn compare(&mut self, place: &str, value: &Value, shown: &Shown) {
        match (&value.node, shown) {
            (_, Shown::Struct(name, _)) if LEAVES.contains(&name.as_str()) => {}
            (Node::Mapping(_), Shown::Struct(name, fields)) => {
                self.compare_fields(place, value, name, fields);
            }
            // A list in a map stands in a message of its own.
            (Node::Sequence(_), Shown::Struct(_, fields)) => match fields.get("items") {
                Some(items) => self.compare(place, value, items),
                None => self.wrong.push(format!("{place}: {value:?} is {shown:?}")),
            },
            (Node::Mapping(map), Shown::Map(shown)) if map.len() == shown.len() => {
                for (key, shown) in shown {
                    match map.get(key) {
                        Some(value) => self.compare(&format!("{place}.{key}"), value, shown),
                        None => self.wrong.push(format!("{place}.{key} is nowhere")),
                    }
                }
            }
            (Node::Sequence(items), Shown::List(shown)) if items.len() == shown.len() => {
                for (item, shown) in items.iter().zip(shown) {
                    self.compare(&format!("{place}[]"), item, shown);
                }
            }
            (Node::Scalar(scalar), Shown::Scalar(text)) if scalar.text() == text => {}
            (Node::Scalar(scalar), Shown::List(bytes)) if is_bytes(scalar.text(), bytes) => {}
            _ => self.wrong.push(format!("{place}: {value:?} is {shown:?}")),
        }
    }

    fn compare_fields(
        &mut self,
        place: &str,
        value: &Value,
        name: &str,
        fields: &BTreeMap<String, Shown>,
    ) {
        let own = value.as_mapping().expect("it was looked at");
        let own: BTreeMap<_, _> = own
            .iter()
            .map(|(key, it)| (plain(key), (key, it)))
            .collect();
        let mut others = BTreeMap::new();
        flatten(fields, &own.keys().collect(), &mut others);
        for (key, (written, value)) in &own {
            let place = format!("{place}.{written}");
            match others.remove(key.as_str()) {
                Some(shown) => self.compare(&place, value, shown),
                None => drop(self.missing.insert(format!("{name}.{written}"))),
            }
        }
        for key in others.keys() {
            self.wrong.push(format!("{place}: nothing is called {key}"));
        }
    }
}

/// The fields of a message with those of messages in it that an object holds as its own.
fn flatten<'s>(
    fields: &'s BTreeMap<String, Shown>,
    known: &BTreeSet<&String>,
    into: &mut BTreeMap<&'s str, &'s Shown>,
) {
    for (name, shown) in fields {
        match shown {
            Shown::Struct(_, inner) if !known.contains(name) => flatten(inner, known, into),
            _ => drop(into.insert(name, shown)),
        }
    }
}

fn is_bytes(base64: &str, shown: &[Shown]) -> bool {
    let bytes = STANDARD.decode(base64).unwrap_or_default();
    let is_same = |(byte, shown): (&u8, &Shown)| matches!(shown, Shown::Scalar(text) if *text == byte.to_string());
    bytes.len() == shown.len() && bytes.iter().zip(shown).all(is_same)
}

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Go).expect("it can be written");
    json
}

/// What the other decoder finds in an envelope.
fn opened(bytes: &[u8], kind: Kind) -> Unknown {
    let bytes = bytes.strip_prefix(MAGIC).expect("it is in an envelope");
    let envelope = Unknown::decode(bytes).expect("it is an envelope");
    let type_meta = envelope.type_meta.clone().expect("it says its kind");
    assert_eq!(type_meta.kind.as_deref(), Some(kind.kind()));
    assert_eq!(type_meta.api_version.as_deref(), Some(kind.api_version()));
    envelope
}

#[test]
fn others_read_the_same_of_every_kind() {
    let schema = Schema::kubernetes();
    let mut encoder = Encoder::new(&schema);
    let others = others();
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for (kind, ty) in kinds(&schema) {
        let Some(other) = others.get(&(kind.api_version(), kind.kind())) else {
            let is_newer = NEWER_KINDS.contains(&(kind.api_version(), kind.kind()));
            assert!(is_newer || kind.kind().ends_with("List"), "{}", kind.kind());
            continue;
        };
        count += 1;
        // First every field, then those of other objects in each: one in the place of another shows.
        for seed in 0..12 {
            let mut seen = BTreeSet::new();
            let mut maker = Maker {
                chance: Rng::with_seed(seed),
                share: if seed == 0 { 100 } else { 50 },
                seen: &mut seen,
            };
            let object = maker.whole(kind, ty);
            let bytes = encoder.value(&object).expect("it has a message");
            let mut envelope = opened(&bytes, kind);
            let (shown, again) = other(envelope.raw());

            let mut differences = Differences::default();
            let mut plain = object.clone();
            for of_envelope in ["apiVersion", "kind"] {
                plain.as_mapping_mut().unwrap().remove(of_envelope);
            }
            differences.compare(kind.kind(), &plain, &shown);
            assert!(differences.wrong.is_empty(), "{:#?}", differences.wrong);
            if differences.missing.is_empty() {
                envelope.raw = Some(again);
                let written = [MAGIC, &envelope.encode_to_vec()].concat();
                let back = decode(&schema, &written).expect("others write messages");
                assert_eq!(json(&back), json(&object), "{}, seed {seed}", kind.kind());
            }
            missing.extend(differences.missing);
        }
    }
    assert_eq!(count, others.len());
    let newer: BTreeSet<String> = NEWER.map(str::to_owned).into();
    assert_eq!(missing, newer);
}

/// A list of objects of any kind.
#[derive(Clone, PartialEq, Message)]
struct ListOf {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ListMeta>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    items: Vec<Vec<u8>>,
}

#[test]
fn others_read_the_same_of_lists() {
    let schema = Schema::kubernetes();
    let mut encoder = Encoder::new(&schema);
    let others = others();
    let mut known = 0;
    for (kind, ty) in kinds(&schema) {
        let item_kind = kind.kind().strip_suffix("List").unwrap_or_default();
        let Some(other) = others.get(&(kind.api_version(), item_kind)) else {
            continue;
        };
        known += 1;
        let mut maker = Maker {
            chance: Rng::with_seed(1),
            share: 100,
            seen: &mut BTreeSet::new(),
        };
        let object = maker.whole(kind, ty);
        let bytes = encoder.value(&object).expect("it has a message");
        let list = ListOf::decode(opened(&bytes, kind).raw()).expect("it is a list");
        let items = object.get("items").and_then(Value::as_sequence).unwrap();
        assert_eq!(items.len(), list.items.len(), "{}", kind.kind());
        let mut differences = Differences::default();
        for (item, raw) in items.iter().zip(&list.items) {
            differences.compare(kind.kind(), item, &other(raw).0);
        }
        let metadata = Shown::read(&format!(
            "{:?}",
            list.metadata.expect("all fields are made")
        ));
        differences.compare("metadata", object.get("metadata").unwrap(), &metadata);
        assert!(differences.wrong.is_empty(), "{:#?}", differences.wrong);
        let missing = &mut differences.missing;
        missing.retain(|field| !NEWER.contains(&field.as_str()));
        assert_eq!(*missing, [NEWER_OF_LISTS.to_owned()].into());
    }
    assert!(known > 50, "{known} kinds of lists");
}
