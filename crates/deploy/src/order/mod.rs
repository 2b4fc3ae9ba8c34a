//! In which order objects are applied: by the stages that their annotations name, within a stage what others
//! need first. The classes are data; within one the order stays that of the build.

mod hook;
mod stage;

pub(crate) use hook::runs as is_hook_that_runs;
pub use hook::{is_deleted_when_done, is_hook_by_any_name};
pub use stage::Stage;

use crate::fields::field;
use trimtab_tree::Value;

/// A step of an apply. All objects of one are applied before any of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Namespaces: all else may be in them.
    Namespaces,
    /// Definitions of other kinds.
    Definitions,
    /// What limits and classifies what comes after.
    Policies,
    /// Who may do what.
    Access,
    /// What pods read and mount.
    Configuration,
    /// Addresses, before the pods that get them as environment variables.
    Networking,
    /// Objects of custom kinds, and every kind not named here.
    Others,
    /// What runs.
    Workloads,
    /// What watches over workloads.
    Scaling,
    /// What stands in the way of every later request once it is there.
    Admission,
}

/// Kinds by group. The classes follow Helm's install order and kapp's default ordering rules.
const CLASSES: &[(&str, &[&str], Class)] = &[
    ("", &["Namespace"], Class::Namespaces),
    (
        "apiextensions.k8s.io",
        &["CustomResourceDefinition"],
        Class::Definitions,
    ),
    ("", &["ResourceQuota", "LimitRange"], Class::Policies),
    ("scheduling.k8s.io", &["PriorityClass"], Class::Policies),
    ("node.k8s.io", &["RuntimeClass"], Class::Policies),
    (
        "storage.k8s.io",
        &["StorageClass", "CSIDriver", "VolumeAttributesClass"],
        Class::Policies,
    ),
    (
        "networking.k8s.io",
        &["IngressClass", "NetworkPolicy"],
        Class::Policies,
    ),
    (
        "gateway.networking.k8s.io",
        &["GatewayClass"],
        Class::Policies,
    ),
    ("policy", &["PodDisruptionBudget"], Class::Policies),
    ("", &["ServiceAccount"], Class::Access),
    (
        "rbac.authorization.k8s.io",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        Class::Access,
    ),
    (
        "",
        &[
            "ConfigMap",
            "Secret",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "PodTemplate",
        ],
        Class::Configuration,
    ),
    ("", &["Service", "Endpoints"], Class::Networking),
    ("discovery.k8s.io", &["EndpointSlice"], Class::Networking),
    ("", &["Pod", "ReplicationController"], Class::Workloads),
    (
        "apps",
        &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
        Class::Workloads,
    ),
    ("batch", &["Job", "CronJob"], Class::Workloads),
    ("autoscaling", &["HorizontalPodAutoscaler"], Class::Scaling),
    ("networking.k8s.io", &["Ingress"], Class::Scaling),
    ("apiregistration.k8s.io", &["APIService"], Class::Scaling),
    (
        "admissionregistration.k8s.io",
        &[
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
        ],
        Class::Admission,
    ),
];

impl Class {
    /// The class of an object.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        let (group, _) = trimtab_object::split_api_version(field(object, "apiVersion"));
        let kind = field(object, "kind");
        CLASSES
            .iter()
            .find(|(of_group, kinds, _)| *of_group == group && kinds.contains(&kind))
            .map_or(Self::Others, |(_, _, class)| *class)
    }
}

/// Brings objects into the order in which they are applied. What is wrong about a stage's annotations is not
/// said here, see [`Stage::of`].
pub fn sort_for_apply(objects: &mut [Value]) {
    objects.sort_by_cached_key(|object| {
        let stage = Stage::of(object).ok().flatten();
        (stage.unwrap_or_default(), Class::of(object))
    });
}

/// Brings objects into the order in which they are deleted: the reverse.
pub fn sort_for_delete(objects: &mut [Value]) {
    sort_for_apply(objects);
    objects.reverse();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::metadata;
    use crate::testing::yaml;

    fn sorted(kinds: &[(&str, &str, &str)]) -> Vec<String> {
        let mut objects: Vec<Value> = kinds
            .iter()
            .map(|(api_version, kind, name)| {
                yaml(&format!(
                    "{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: {name}}}}}"
                ))
            })
            .collect();
        sort_for_apply(&mut objects);
        objects
            .iter()
            .map(|o| metadata(o, "name").to_owned())
            .collect()
    }

    #[test]
    fn what_others_need_comes_first() {
        let kinds = [
            (
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "hook",
            ),
            ("apps/v1", "Deployment", "web"),
            ("example.com/v1", "Widget", "custom"),
            ("v1", "Service", "service"),
            ("v1", "ConfigMap", "b"),
            ("v1", "ConfigMap", "a"),
            ("rbac.authorization.k8s.io/v1", "Role", "role"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "crd"),
            ("v1", "Namespace", "namespace"),
        ];
        let expected = [
            "namespace",
            "crd",
            "role",
            "b",
            "a",
            "service",
            "custom",
            "web",
            "hook",
        ];
        assert_eq!(sorted(&kinds), expected);
    }

    #[test]
    fn a_custom_kind_of_a_known_name_is_custom() {
        let knative = yaml("{apiVersion: serving.knative.dev/v1, kind: Service}");
        assert_eq!(Class::of(&knative), Class::Others);
    }
}
