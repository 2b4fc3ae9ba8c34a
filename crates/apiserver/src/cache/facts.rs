//! What objects are selected by, besides name and namespace: labels, and the fields that a kind
//! lets be named in a field selector.

use std::borrow::Cow;
use trimtab_tree::Text;

/// What an object is selected by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Sorted by key, as they are in the stored form.
    pub(crate) labels: Vec<(Text, Text)>,
    /// In the order of the resource's [`FieldRule`]s.
    pub(crate) fields: Vec<Text>,
}

impl Facts {
    /// The value of a label.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        let (_, value) = self.labels.iter().find(|(own, _)| own == key)?;
        Some(value)
    }
}

/// A field that can be named in a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// As it is named.
    pub(crate) name: Cow<'static, str>,
    /// Where it is in the stored form; the first of several that is there and not empty counts.
    pub(crate) paths: Cow<'static, [Cow<'static, str>]>,
    /// What it counts as where it is not there.
    pub(crate) default: &'static str,
}

/// Paths of the table below.
type Paths = &'static [Cow<'static, str>];

const fn rule(name: &'static str, paths: Paths) -> FieldRule {
    rule_or(name, paths, "")
}

const fn rule_or(name: &'static str, paths: Paths, default: &'static str) -> FieldRule {
    FieldRule {
        name: Cow::Borrowed(name),
        paths: Cow::Borrowed(paths),
        default,
    }
}

/// A path of the table below.
const fn at(path: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(path)
}

impl FieldRule {
    /// A field that is named as it is in the object: `spec.size`.
    pub(crate) fn of_path(path: &str) -> Self {
        Self {
            name: Cow::Owned(path.to_owned()),
            paths: Cow::Owned(vec![Cow::Owned(path.to_owned())]),
            default: "",
        }
    }
}

const POD: &[FieldRule] = &[
    rule("spec.nodeName", &[at("spec.nodeName")]),
    rule("spec.restartPolicy", &[at("spec.restartPolicy")]),
    rule("spec.schedulerName", &[at("spec.schedulerName")]),
    rule("spec.serviceAccountName", &[at("spec.serviceAccountName")]),
    rule_or("spec.hostNetwork", &[at("spec.hostNetwork")], "false"),
    rule("status.phase", &[at("status.phase")]),
    rule("status.podIP", &[at("status.podIP")]),
    rule("status.podIPs", &[at("status.podIP")]),
    rule("status.nominatedNodeName", &[at("status.nominatedNodeName")]),
];
const NAMESPACE: &[FieldRule] = &[rule("status.phase", &[at("status.phase")])];
const NODE: &[FieldRule] = &[rule_or(
    "spec.unschedulable",
    &[at("spec.unschedulable")],
    "false",
)];
const SECRET: &[FieldRule] = &[rule("type", &[at("type")])];
const SERVICE: &[FieldRule] = &[
    rule("spec.clusterIP", &[at("spec.clusterIP")]),
    rule("spec.type", &[at("spec.type")]),
];
const REPLICATION_CONTROLLER: &[FieldRule] =
    &[rule_or("status.replicas", &[at("status.replicas")], "0")];
const JOB: &[FieldRule] = &[rule_or("status.successful", &[at("status.succeeded")], "0")];
const CERTIFICATE_SIGNING_REQUEST: &[FieldRule] = &[rule("spec.signerName", &[at("spec.signerName")])];
/// Events are stored in the form of `v1`.
const EVENT: &[FieldRule] = &[
    rule("involvedObject.kind", &[at("involvedObject.kind")]),
    rule("involvedObject.namespace", &[at("involvedObject.namespace")]),
    rule("involvedObject.name", &[at("involvedObject.name")]),
    rule("involvedObject.uid", &[at("involvedObject.uid")]),
    rule("involvedObject.apiVersion", &[at("involvedObject.apiVersion")]),
    rule(
        "involvedObject.resourceVersion",
        &[at("involvedObject.resourceVersion")],
    ),
    rule("involvedObject.fieldPath", &[at("involvedObject.fieldPath")]),
    rule("reason", &[at("reason")]),
    rule("reportingComponent", &[at("reportingComponent")]),
    rule("source", &[at("source.component"), at("reportingComponent")]),
    rule("type", &[at("type")]),
];

/// The fields of a resource that can be named in a field selector, besides `metadata.name` and
/// `metadata.namespace`: those of `AddFieldLabelConversionFunc` in `pkg/apis/*/v1/conversion.go`.
pub(crate) fn field_rules(group: &str, resource: &str) -> &'static [FieldRule] {
    match (group, resource) {
        ("", "pods") => POD,
        ("", "namespaces") => NAMESPACE,
        ("", "nodes") => NODE,
        ("", "secrets") => SECRET,
        ("", "services") => SERVICE,
        ("", "replicationcontrollers") => REPLICATION_CONTROLLER,
        ("", "events") => EVENT,
        ("batch", "jobs") => JOB,
        ("certificates.k8s.io", "certificatesigningrequests") => CERTIFICATE_SIGNING_REQUEST,
        _ => &[],
    }
}
