//! What is counted of which kind, and when.
//!
//! After `pkg/quota/v1/evaluator/core` and `pkg/quota/v1/generic` upstream.

use super::amounts::{Amounts, Side, pod_states_resources};
use super::expression::holds;
use super::objects;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_object::{items_at, text_at};
use trimtab_tree::Value;

/// Kinds that no quota counts.
const IGNORED: [(&str, &str); 10] = [
    ("", "bindings"),
    ("", "componentstatuses"),
    ("", "events"),
    ("events.k8s.io", "events"),
    ("authentication.k8s.io", "tokenreviews"),
    ("authentication.k8s.io", "selfsubjectreviews"),
    ("authorization.k8s.io", "subjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "localsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
];

/// Whether no quota counts that kind.
pub fn is_ignored(group: &str, resource: &str) -> bool {
    IGNORED.contains(&(group, resource))
}

/// Kinds that may be counted by their bare name, as they were before `count/` was there.
pub const BARE: [&str; 4] = [
    "configmaps",
    "resourcequotas",
    "replicationcontrollers",
    "secrets",
];

/// How a kind is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluator {
    /// Pods, by what they ask for.
    Pods,
    /// Services, by their ports, too.
    Services,
    /// Claims of volumes, by size and class.
    Claims,
    /// Claims of devices, by class.
    ResourceClaims,
    /// By number, under each of these names.
    Others(Vec<String>),
}

impl Evaluator {
    /// How the objects of a resource are counted.
    pub fn of(group: &str, resource: &str) -> Self {
        match (group, resource) {
            ("", "pods") => Self::Pods,
            ("", "services") => Self::Services,
            ("", "persistentvolumeclaims") => Self::Claims,
            ("resource.k8s.io", "resourceclaims") => Self::ResourceClaims,
            ("", resource) => {
                let mut names = vec![format!("count/{resource}")];
                if BARE.contains(&resource) {
                    names.push(resource.to_owned());
                }
                Self::Others(names)
            }
            (group, resource) => Self::Others(vec![format!("count/{resource}.{group}")]),
        }
    }

    /// Whether the write of an object, or of a subresource of it (empty for none), may change what
    /// is used. `old` is the object as it is, unless the write makes it.
    pub fn counts(&self, object: &Value, old: Option<&Value>, subresource: &str) -> bool {
        let is_create = old.is_none();
        match (self, subresource) {
            (Self::Pods, "resize") => !is_create,
            (Self::Pods, "") => {
                let changes_scope = |old| is_terminating(old) != is_terminating(object);
                is_create || old.is_some_and(changes_scope)
            }
            (Self::Claims, "status") => {
                old.is_some_and(|old| objects::of_claim(old) != objects::of_claim(object))
            }
            (Self::Services | Self::Claims | Self::ResourceClaims, "") => true,
            (Self::Others(_), "") => is_create,
            _ => false,
        }
    }

    /// Whether a quota can count this kind under that name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Pods => objects::is_of_pods(name),
            Self::Services => objects::SERVICES.contains(&name),
            Self::Claims => objects::is_of_claims(name),
            Self::ResourceClaims => objects::is_of_resource_claims(name),
            Self::Others(names) => names.iter().any(|own| own == name),
        }
    }

    /// What an object uses.
    pub fn usage(&self, object: &Value, now: jiff::Timestamp) -> Amounts {
        match self {
            Self::Pods => objects::of_pod(object, now),
            Self::Services => objects::of_service(object),
            Self::Claims => objects::of_claim(object),
            Self::ResourceClaims => objects::of_resource_claim(object),
            Self::Others(names) => objects::one_of_each(names.iter().map(String::as_str)),
        }
    }

    /// What an object must say, where a quota counts these; `None` when it does.
    pub fn missing<'n>(
        &self,
        object: &Value,
        counted: impl Iterator<Item = &'n str>,
    ) -> Option<String> {
        if *self != Self::Pods || pod_states_resources(object) {
            return None;
        }
        let wanted: BTreeSet<&str> = counted.filter(|name| STATED.contains(name)).collect();
        let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for list in ["containers", "initContainers"] {
            for container in items_at(object, &["spec", list]) {
                let stated =
                    objects::of_compute(&Side::Requests.of(container), &Side::Limits.of(container));
                for name in wanted.iter().filter(|name| stated.get(name).is_none()) {
                    let container = text_at(container, &["name"]).unwrap_or_default();
                    missing.entry(name).or_default().insert(container);
                }
            }
        }
        if missing.is_empty() {
            return None;
        }
        let told = missing.into_iter().map(|(name, containers)| {
            let containers: Vec<_> = containers.into_iter().collect();
            format!("{name} for: {}", containers.join(","))
        });
        Some(format!(
            "must specify {}",
            told.collect::<Vec<_>>().join("; ")
        ))
    }

    /// Whether an object is within a scope: a requirement of a quota's `scopeSelector`.
    pub fn is_within(&self, scope: &Value, object: &Value) -> bool {
        let name = text_at(scope, &["scopeName"]).unwrap_or_default();
        match (self, name) {
            (Self::Pods, "Terminating") => is_terminating(object),
            (Self::Pods, "NotTerminating") => !is_terminating(object),
            (Self::Pods, "BestEffort") => is_best_effort(object),
            (Self::Pods, "NotBestEffort") => !is_best_effort(object),
            (Self::Pods, "PriorityClass") => {
                holds(scope, text_at(object, &["spec", "priorityClassName"]))
            }
            (Self::Pods, "CrossNamespacePodAffinity") => looks_across_namespaces(object),
            (Self::Claims, "VolumeAttributesClass") => {
                let classes: BTreeSet<&str> = ATTRIBUTES_CLASSES
                    .iter()
                    .filter_map(|path| text_at(object, path))
                    .collect();
                match text_at(scope, &["operator"]) {
                    Some("Exists") => !classes.is_empty(),
                    _ if classes.is_empty() => holds(scope, None),
                    _ => classes.into_iter().any(|class| holds(scope, Some(class))),
                }
            }
            _ => false,
        }
    }
}

/// Resources that every container must state where a quota counts them.
const STATED: [&str; 6] = [
    "cpu",
    "memory",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
];

/// Where a claim names classes of attributes: the one that is wanted, that it has, and that it is
/// on the way to.
const ATTRIBUTES_CLASSES: [&[&str]; 3] = [
    &["spec", "volumeAttributesClassName"],
    &["status", "currentVolumeAttributesClassName"],
    &[
        "status",
        "modifyVolumeStatus",
        "targetVolumeAttributesClassName",
    ],
];

/// Whether a pod's time is limited.
fn is_terminating(pod: &Value) -> bool {
    text_at(pod, &["spec", "activeDeadlineSeconds"]).is_some_and(|text| !text.starts_with('-'))
}

/// Whether a pod asks for nothing.
fn is_best_effort(pod: &Value) -> bool {
    if let Some(class) = text_at(pod, &["status", "qosClass"]) {
        return class == "BestEffort";
    }
    let states = |side: Side| {
        let stated = side.of_pod(pod);
        ["cpu", "memory"]
            .iter()
            .any(|name| stated.get(name).is_some_and(|amount| !amount.is_zero()))
    };
    !states(Side::Requests) && !states(Side::Limits)
}

/// Whether a pod wants to be near pods of other namespaces, or away from them.
fn looks_across_namespaces(pod: &Value) -> bool {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    let across = |term: &Value| {
        !items_at(term, &["namespaces"]).is_empty()
            || term
                .get("namespaceSelector")
                .is_some_and(|it| !it.is_null())
    };
    ["podAffinity", "podAntiAffinity"].iter().any(|affinity| {
        let required = items_at(pod, &["spec", "affinity", affinity, REQUIRED]);
        let preferred = items_at(pod, &["spec", "affinity", affinity, PREFERRED]);
        let preferred = preferred.iter().filter_map(|it| it.get("podAffinityTerm"));
        required.iter().chain(preferred).any(across)
    })
}
