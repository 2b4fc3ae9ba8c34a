//! The order of kinds that kustomize sorts its own tables in.

use std::cmp::Ordering;
use trimtab_object::Gvk;

/// Kinds that others need, in this order before all others.
pub(crate) const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that would stop others, in this order behind all others.
pub(crate) const LAST: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Kinds in the order of the two lists above, then by group, version and kind, where an empty
/// one comes behind all that are not.
#[must_use]
pub(super) fn compare_gvks(a: &Gvk, b: &Gvk) -> Ordering {
    rank(&a.kind)
        .cmp(&rank(&b.kind))
        .then_with(|| compare_texts(a, b))
}

/// Which of the two lists a kind is in and where: those of the first list before all others.
fn rank(kind: &str) -> (u8, usize) {
    let place = |kinds: &[&str]| kinds.iter().position(|&other| other == kind);
    match (place(FIRST), place(LAST)) {
        (Some(place), _) => (0, place),
        (None, None) => (1, 0),
        (None, Some(place)) => (2, place),
    }
}

/// Compares `group_version_kind`, with placeholders for the empty ones, byte by byte and without
/// building the texts.
pub(crate) fn compare_texts(a: &Gvk, b: &Gvk) -> Ordering {
    fn bytes(gvk: &Gvk) -> impl Iterator<Item = u8> {
        fn or<'a>(part: &'a str, placeholder: &'static str) -> &'a str {
            if part.is_empty() { placeholder } else { part }
        }
        let parts = [
            or(&gvk.group, "~G"),
            "_",
            or(&gvk.version, "~V"),
            "_",
            or(&gvk.kind, "~K"),
        ];
        parts.into_iter().flat_map(str::bytes)
    }
    bytes(a).cmp(bytes(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_ranked_then_named() {
        let mut gvks = [
            Gvk::new("", "", ""),
            Gvk::new("", "v1", "ValidatingWebhookConfiguration"),
            Gvk::new("apps", "", "DaemonSet"),
            Gvk::new("", "v1", "Secret"),
            Gvk::new("", "", "DaemonSet"),
            Gvk::new("", "", "Namespace"),
        ];
        gvks.sort_by(compare_gvks);
        let names: Vec<_> = gvks
            .iter()
            .map(|gvk| format!("{}/{}", gvk.group, gvk.kind))
            .collect();
        assert_eq!(
            names,
            [
                "/Namespace",
                "/Secret",
                "apps/DaemonSet",
                "/DaemonSet",
                "/",
                "/ValidatingWebhookConfiguration",
            ]
        );
    }
}
