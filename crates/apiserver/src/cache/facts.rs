//! What objects are selected by, besides name and namespace: labels, owners, and the fields that a
//! kind lets be named in a field selector.

use std::borrow::Cow;
use trimtab_tree::Text;

/// What an object is selected by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Sorted by key, as they are in the stored form.
    pub(crate) labels: Vec<(Text, Text)>,
    /// In the order of the resource's [`FieldRule`]s.
    pub(crate) fields: Vec<Text>,
    /// The uids of its owners, in the order in which it names them.
    pub(crate) owners: Box<[Text]>,
}

impl Facts {
    /// The value of a label.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        let (_, value) = self.labels.iter().find(|(own, _)| own == key)?;
        Some(value)
    }

    /// Whether it names an owner of that uid.
    pub(super) fn is_owned_by(&self, uid: &str) -> bool {
        self.owners.iter().any(|owner| owner == uid)
    }
}

/// A field that can be named in a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// As it is named.
    pub(crate) name: Cow<'static, str>,
    /// Where it is in the stored form.
    pub(crate) path: Cow<'static, str>,
    /// Where it is else, if it is not there or empty.
    pub(crate) substitute: Option<&'static str>,
    /// What it counts as where it is not there.
    pub(crate) default: &'static str,
}

const fn rule(name: &'static str, path: &'static str) -> FieldRule {
    rule_or(name, path, "")
}

const fn rule_or(name: &'static str, path: &'static str, default: &'static str) -> FieldRule {
    FieldRule {
        name: Cow::Borrowed(name),
        path: Cow::Borrowed(path),
        substitute: None,
        default,
    }
}

const fn rule_with_substitute(
    name: &'static str,
    path: &'static str,
    substitute: &'static str,
) -> FieldRule {
    FieldRule {
        name: Cow::Borrowed(name),
        path: Cow::Borrowed(path),
        substitute: Some(substitute),
        default: "",
    }
}

impl FieldRule {
    /// Where it may be.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.path).chain(self.substitute)
    }

    /// A field that is named as it is in the object: `spec.size`.
    pub(crate) fn of_path(path: &str) -> Self {
        Self {
            name: Cow::Owned(path.to_owned()),
            path: Cow::Owned(path.to_owned()),
            substitute: None,
            default: "",
        }
    }
}

const POD: &[FieldRule] = &[
    rule("spec.nodeName", "spec.nodeName"),
    rule("spec.restartPolicy", "spec.restartPolicy"),
    rule("spec.schedulerName", "spec.schedulerName"),
    rule("spec.serviceAccountName", "spec.serviceAccountName"),
    rule_or("spec.hostNetwork", "spec.hostNetwork", "false"),
    rule("status.phase", "status.phase"),
    rule("status.podIP", "status.podIP"),
    rule("status.podIPs", "status.podIP"),
    rule("status.nominatedNodeName", "status.nominatedNodeName"),
];
const NAMESPACE: &[FieldRule] = &[rule("status.phase", "status.phase")];
const NODE: &[FieldRule] = &[rule_or("spec.unschedulable", "spec.unschedulable", "false")];
const SECRET: &[FieldRule] = &[rule("type", "type")];
const SERVICE: &[FieldRule] = &[
    rule("spec.clusterIP", "spec.clusterIP"),
    rule("spec.type", "spec.type"),
];
const REPLICATION_CONTROLLER: &[FieldRule] = &[rule_or("status.replicas", "status.replicas", "0")];
const JOB: &[FieldRule] = &[rule_or("status.successful", "status.succeeded", "0")];
const CERTIFICATE_SIGNING_REQUEST: &[FieldRule] = &[rule("spec.signerName", "spec.signerName")];
const RESOURCE_SLICE: &[FieldRule] = &[
    rule("spec.nodeName", "spec.nodeName"),
    rule("spec.driver", "spec.driver"),
];
/// Events are stored in the form of `v1`.
const EVENT: &[FieldRule] = &[
    rule("involvedObject.kind", "involvedObject.kind"),
    rule("involvedObject.namespace", "involvedObject.namespace"),
    rule("involvedObject.name", "involvedObject.name"),
    rule("involvedObject.uid", "involvedObject.uid"),
    rule("involvedObject.apiVersion", "involvedObject.apiVersion"),
    rule(
        "involvedObject.resourceVersion",
        "involvedObject.resourceVersion",
    ),
    rule("involvedObject.fieldPath", "involvedObject.fieldPath"),
    rule("reason", "reason"),
    rule("reportingComponent", "reportingComponent"),
    rule_with_substitute("source", "source.component", "reportingComponent"),
    rule("type", "type"),
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
        ("resource.k8s.io", "resourceslices") => RESOURCE_SLICE,
        _ => &[],
    }
}
