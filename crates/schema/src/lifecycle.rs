//! When the versions of built-in kinds came, and when they go.
//!
//! The facts are those of Kubernetes' deprecated API migration guide and of the
//! `prerelease-lifecycle-gen` tags in `k8s.io/api`. Every version of a built-in kind that was ever
//! served by default and no longer is, or will not be, has a row.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes, such as 1.29.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(u16);

impl Release {
    /// The release whose types [`Schema::kubernetes`](crate::Schema::kubernetes) has.
    pub const LATEST: Self = Self(36);

    /// Release `1.MINOR`.
    #[must_use]
    pub const fn minor(minor: u16) -> Self {
        Self(minor)
    }
}

/// `1.29`
impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// Takes `1.29`, `v1.29` and `1.29.3`.
impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a release of Kubernetes such as 1.29");
        let numbers = text.strip_prefix('v').unwrap_or(text);
        let mut parts = numbers.split('.');
        let (Some("1"), Some(minor)) = (parts.next(), parts.next()) else {
            return Err(wrong());
        };
        // A vendor's suffix, as in `1.29.3-gke.100`, says nothing about the API.
        let is_number = !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit());
        let minor = is_number.then(|| minor.parse().ok()).flatten();
        minor.map(Self).ok_or_else(wrong)
    }
}

/// The life of one version of a built-in kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// From when on it is advised against.
    pub deprecated: Release,
    /// From when on it is not served; `None` if no release is known that will not.
    pub removed: Option<Release>,
    /// `apiVersion` and kind of what takes its place.
    pub replacement: Option<(&'static str, &'static str)>,
}

/// Rows of one group-version: kinds, deprecated, removed, the version that takes its place.
struct Row {
    api_version: &'static str,
    kinds: &'static [&'static str],
    deprecated: u16,
    /// 0 if it is not known when.
    removed: u16,
    /// Empty if there is none; the kind stays the same unless it is named.
    replacement: &'static str,
}

const fn row(
    api_version: &'static str,
    kinds: &'static [&'static str],
    deprecated: u16,
    removed: u16,
    replacement: &'static str,
) -> Row {
    Row {
        api_version,
        kinds,
        deprecated,
        removed,
        replacement,
    }
}

const WORKLOADS: &[&str] = &[
    "ControllerRevision",
    "DaemonSet",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
];
const WEBHOOKS: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];
const POLICIES: &[&str] = &[
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
];
const MUTATING_POLICIES: &[&str] = &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"];
const RBAC: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const FLOW: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];
const ACCESS_REVIEWS: &[&str] = &[
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
];
const CLAIMS: &[&str] = &[
    "DeviceClass",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "ResourceSlice",
];
const ADDRESSES: &[&str] = &["IPAddress", "ServiceCIDR"];

static ROWS: &[Row] = &[
    row("extensions/v1beta1", WORKLOADS, 8, 16, "apps/v1"),
    row(
        "extensions/v1beta1",
        &["NetworkPolicy"],
        9,
        16,
        "networking.k8s.io/v1",
    ),
    row(
        "extensions/v1beta1",
        &["PodSecurityPolicy"],
        11,
        16,
        "policy/v1beta1",
    ),
    row(
        "extensions/v1beta1",
        &["Ingress"],
        14,
        22,
        "networking.k8s.io/v1",
    ),
    row("apps/v1beta1", WORKLOADS, 8, 16, "apps/v1"),
    row("apps/v1beta2", WORKLOADS, 9, 16, "apps/v1"),
    row(
        "admissionregistration.k8s.io/v1alpha1",
        &["InitializerConfiguration"],
        13,
        14,
        "",
    ),
    row(
        "auditregistration.k8s.io/v1alpha1",
        &["AuditSink"],
        18,
        19,
        "",
    ),
    row("settings.k8s.io/v1alpha1", &["PodPreset"], 19, 20, ""),
    row(
        "admissionregistration.k8s.io/v1beta1",
        WEBHOOKS,
        16,
        22,
        "admissionregistration.k8s.io/v1",
    ),
    row(
        "admissionregistration.k8s.io/v1alpha1",
        POLICIES,
        29,
        32,
        "admissionregistration.k8s.io/v1",
    ),
    row(
        "admissionregistration.k8s.io/v1beta1",
        POLICIES,
        31,
        34,
        "admissionregistration.k8s.io/v1",
    ),
    row(
        "admissionregistration.k8s.io/v1alpha1",
        MUTATING_POLICIES,
        35,
        38,
        "admissionregistration.k8s.io/v1",
    ),
    row(
        "admissionregistration.k8s.io/v1beta1",
        MUTATING_POLICIES,
        37,
        40,
        "admissionregistration.k8s.io/v1",
    ),
    row(
        "apiextensions.k8s.io/v1beta1",
        &["CustomResourceDefinition"],
        16,
        22,
        "apiextensions.k8s.io/v1",
    ),
    row(
        "apiregistration.k8s.io/v1beta1",
        &["APIService"],
        19,
        22,
        "apiregistration.k8s.io/v1",
    ),
    row(
        "authentication.k8s.io/v1beta1",
        &["TokenReview"],
        19,
        22,
        "authentication.k8s.io/v1",
    ),
    row(
        "authentication.k8s.io/v1alpha1",
        &["SelfSubjectReview"],
        29,
        32,
        "authentication.k8s.io/v1",
    ),
    row(
        "authentication.k8s.io/v1beta1",
        &["SelfSubjectReview"],
        30,
        33,
        "authentication.k8s.io/v1",
    ),
    row(
        "authorization.k8s.io/v1beta1",
        ACCESS_REVIEWS,
        19,
        22,
        "authorization.k8s.io/v1",
    ),
    row(
        "autoscaling/v2beta1",
        &["HorizontalPodAutoscaler"],
        22,
        25,
        "autoscaling/v2",
    ),
    row(
        "autoscaling/v2beta2",
        &["HorizontalPodAutoscaler"],
        23,
        26,
        "autoscaling/v2",
    ),
    row("batch/v2alpha1", &["CronJob"], 20, 21, "batch/v1"),
    row("batch/v1beta1", &["CronJob"], 21, 25, "batch/v1"),
    row(
        "certificates.k8s.io/v1beta1",
        &["CertificateSigningRequest"],
        19,
        22,
        "certificates.k8s.io/v1",
    ),
    row(
        "coordination.k8s.io/v1beta1",
        &["Lease"],
        19,
        22,
        "coordination.k8s.io/v1",
    ),
    row(
        "discovery.k8s.io/v1alpha1",
        &["EndpointSlice"],
        17,
        20,
        "discovery.k8s.io/v1",
    ),
    row(
        "discovery.k8s.io/v1beta1",
        &["EndpointSlice"],
        21,
        25,
        "discovery.k8s.io/v1",
    ),
    row(
        "events.k8s.io/v1beta1",
        &["Event"],
        19,
        25,
        "events.k8s.io/v1",
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1alpha1",
        FLOW,
        20,
        24,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        FLOW,
        23,
        26,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        FLOW,
        26,
        29,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta3",
        FLOW,
        29,
        32,
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    row(
        "networking.k8s.io/v1beta1",
        &["Ingress", "IngressClass"],
        19,
        22,
        "networking.k8s.io/v1",
    ),
    row("networking.k8s.io/v1alpha1", &["ClusterCIDR"], 28, 31, ""),
    row(
        "networking.k8s.io/v1alpha1",
        ADDRESSES,
        30,
        33,
        "networking.k8s.io/v1",
    ),
    row(
        "networking.k8s.io/v1beta1",
        ADDRESSES,
        34,
        37,
        "networking.k8s.io/v1",
    ),
    row(
        "node.k8s.io/v1alpha1",
        &["RuntimeClass"],
        20,
        24,
        "node.k8s.io/v1",
    ),
    row(
        "node.k8s.io/v1beta1",
        &["RuntimeClass"],
        22,
        25,
        "node.k8s.io/v1",
    ),
    row(
        "policy/v1beta1",
        &["PodDisruptionBudget"],
        21,
        25,
        "policy/v1",
    ),
    row("policy/v1beta1", &["PodSecurityPolicy"], 21, 25, ""),
    row("policy/v1beta1", &["Eviction"], 22, 0, "policy/v1"),
    row(
        "rbac.authorization.k8s.io/v1alpha1",
        RBAC,
        17,
        23,
        "rbac.authorization.k8s.io/v1",
    ),
    row(
        "rbac.authorization.k8s.io/v1beta1",
        RBAC,
        17,
        22,
        "rbac.authorization.k8s.io/v1",
    ),
    row(
        "resource.k8s.io/v1alpha1",
        CLAIMS,
        27,
        27,
        "resource.k8s.io/v1",
    ),
    row(
        "resource.k8s.io/v1alpha2",
        CLAIMS,
        31,
        31,
        "resource.k8s.io/v1",
    ),
    row(
        "resource.k8s.io/v1alpha3",
        CLAIMS,
        32,
        33,
        "resource.k8s.io/v1",
    ),
    row(
        "resource.k8s.io/v1beta1",
        CLAIMS,
        35,
        38,
        "resource.k8s.io/v1",
    ),
    row(
        "resource.k8s.io/v1beta2",
        CLAIMS,
        36,
        39,
        "resource.k8s.io/v1",
    ),
    row(
        "scheduling.k8s.io/v1alpha1",
        &["PriorityClass"],
        14,
        23,
        "scheduling.k8s.io/v1",
    ),
    row(
        "scheduling.k8s.io/v1beta1",
        &["PriorityClass"],
        14,
        22,
        "scheduling.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1alpha1",
        &["CSIStorageCapacity"],
        21,
        24,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1alpha1",
        &["VolumeAttachment"],
        21,
        24,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1beta1",
        &["CSINode"],
        17,
        22,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1beta1",
        &["CSIDriver", "StorageClass", "VolumeAttachment"],
        19,
        22,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1beta1",
        &["CSIStorageCapacity"],
        24,
        27,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1alpha1",
        &["VolumeAttributesClass"],
        32,
        35,
        "storage.k8s.io/v1",
    ),
    row(
        "storage.k8s.io/v1beta1",
        &["VolumeAttributesClass"],
        34,
        37,
        "storage.k8s.io/v1",
    ),
    row("v1", &["ComponentStatus"], 19, 0, ""),
    row(
        "v1",
        &["Endpoints"],
        33,
        0,
        "discovery.k8s.io/v1 EndpointSlice",
    ),
];

/// Versions that take an older one's place, and since when they are served.
static INTRODUCED: &[(&str, &[&str], u16)] = &[
    ("admissionregistration.k8s.io/v1", WEBHOOKS, 16),
    ("admissionregistration.k8s.io/v1", POLICIES, 30),
    ("admissionregistration.k8s.io/v1", MUTATING_POLICIES, 36),
    ("apiextensions.k8s.io/v1", &["CustomResourceDefinition"], 16),
    ("apiregistration.k8s.io/v1", &["APIService"], 10),
    ("apps/v1", WORKLOADS, 9),
    ("autoscaling/v2", &["HorizontalPodAutoscaler"], 23),
    ("batch/v1", &["CronJob"], 21),
    ("certificates.k8s.io/v1", &["CertificateSigningRequest"], 19),
    ("coordination.k8s.io/v1", &["Lease"], 14),
    ("discovery.k8s.io/v1", &["EndpointSlice"], 21),
    ("events.k8s.io/v1", &["Event"], 19),
    ("flowcontrol.apiserver.k8s.io/v1", FLOW, 29),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19),
    ("networking.k8s.io/v1", ADDRESSES, 33),
    ("node.k8s.io/v1", &["RuntimeClass"], 20),
    ("policy/v1", &["PodDisruptionBudget"], 21),
    ("rbac.authorization.k8s.io/v1", RBAC, 8),
    ("resource.k8s.io/v1", CLAIMS, 34),
    ("scheduling.k8s.io/v1", &["PriorityClass"], 14),
    ("storage.k8s.io/v1", &["CSIDriver"], 18),
    ("storage.k8s.io/v1", &["CSINode"], 17),
    ("storage.k8s.io/v1", &["CSIStorageCapacity"], 24),
    ("storage.k8s.io/v1", &["VolumeAttributesClass"], 34),
];

/// The life of a version of a kind that is to go or is gone; `None` of one that stays, and of what is
/// no built-in kind.
#[must_use]
pub fn lifecycle(api_version: &str, kind: &str) -> Option<Lifecycle> {
    let row = ROWS
        .iter()
        .find(|row| row.api_version == api_version && row.kinds.contains(&kind))?;
    let replacement = match row.replacement.split_once(' ') {
        Some(other) => Some(other),
        None if row.replacement.is_empty() => None,
        None => {
            let same = row.kinds.iter().find(|known| **known == kind)?;
            Some((row.replacement, *same))
        }
    };
    Some(Lifecycle {
        deprecated: Release(row.deprecated),
        removed: (row.removed > 0).then_some(Release(row.removed)),
        replacement,
    })
}

/// The first release that served a version of a kind, where an older version was there before.
#[must_use]
pub fn introduced(api_version: &str, kind: &str) -> Option<Release> {
    let mut rows = INTRODUCED.iter();
    let row = rows.find(|(version, kinds, _)| *version == api_version && kinds.contains(&kind));
    row.map(|(_, _, release)| Release(*release))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    #[test]
    fn releases_are_read_in_their_usual_forms() {
        for text in ["1.29", "v1.29", "1.29.3", "v1.29.3-gke.100"] {
            assert_eq!(text.parse(), Ok(Release::minor(29)), "{text}");
        }
        for text in ["", "1", "2.0", "1.x", "latest", "1.+5"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
        assert!(Release::minor(9) < Release::minor(10));
    }

    #[test]
    fn what_is_gone_says_what_takes_its_place() {
        let ingress = lifecycle("extensions/v1beta1", "Ingress").unwrap();
        assert_eq!(ingress.removed, Some(Release::minor(22)));
        assert_eq!(
            ingress.replacement,
            Some(("networking.k8s.io/v1", "Ingress"))
        );
        let endpoints = lifecycle("v1", "Endpoints").unwrap();
        assert_eq!(endpoints.removed, None);
        assert_eq!(
            endpoints.replacement,
            Some(("discovery.k8s.io/v1", "EndpointSlice"))
        );
        assert_eq!(
            lifecycle("policy/v1beta1", "PodSecurityPolicy")
                .unwrap()
                .replacement,
            None
        );
        assert_eq!(lifecycle("apps/v1", "Deployment"), None);
        assert_eq!(
            introduced("autoscaling/v2", "HorizontalPodAutoscaler"),
            Some(Release::minor(23))
        );
    }

    /// The table agrees with the types that are compiled in: every version that kustomize's release
    /// knows and ours does not is in it, and what is in it as gone is not served.
    #[test]
    fn every_version_that_went_has_a_row() {
        let (new, old) = (Schema::kubernetes(), Schema::kustomize());
        for kind in old.kinds() {
            let (api_version, name) = (kind.api_version(), kind.kind());
            let is_object = old
                .type_of(api_version, name)
                .is_some_and(|ty| ty.field("metadata").is_some() && ty.field("items").is_none());
            if is_object && new.kind(api_version, name).is_none() {
                let life = lifecycle(api_version, name);
                assert!(
                    life.is_some_and(|life| life.removed <= Some(Release::LATEST)),
                    "{api_version} {name}: {life:?}"
                );
            }
        }
        for row in ROWS {
            for kind in row.kinds {
                let replacement = lifecycle(row.api_version, kind).unwrap().replacement;
                if let Some((api_version, kind)) = replacement {
                    let stays = new.kind(api_version, kind).is_some()
                        || lifecycle(api_version, kind).is_some();
                    assert!(stays || row.kinds.len() > 4, "{api_version} {kind}");
                }
                assert!(row.removed == 0 || row.deprecated <= row.removed);
            }
        }
    }
}
