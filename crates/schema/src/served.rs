//! What a server serves: which group-versions, in which order, and what there is below an object.
//!
//! The facts are those of kube-apiserver 1.36 with its default switches: stable versions only.
//! (Upstream: the group priorities of its API aggregator, `kube-aggregator`'s API service list, and
//! the storage maps of `pkg/registry`.)

use crate::{Kind, Names};

/// An API group and its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// `apps`; empty for the core group.
    pub name: &'static str,
    /// Its served versions, the preferred one first.
    pub versions: &'static [&'static str],
}

const fn group(name: &'static str, versions: &'static [&'static str]) -> Group {
    Group { name, versions }
}

/// The served groups in the order of discovery, which is that of preference when a name is in
/// several; the core group is the first.
pub const SERVED_GROUPS: [Group; 21] = [
    group("", &["v1"]),
    group("apiregistration.k8s.io", &["v1"]),
    group("apps", &["v1"]),
    group("events.k8s.io", &["v1"]),
    group("authentication.k8s.io", &["v1"]),
    group("authorization.k8s.io", &["v1"]),
    group("autoscaling", &["v2", "v1"]),
    group("batch", &["v1"]),
    group("certificates.k8s.io", &["v1"]),
    group("networking.k8s.io", &["v1"]),
    group("policy", &["v1"]),
    group("rbac.authorization.k8s.io", &["v1"]),
    group("storage.k8s.io", &["v1"]),
    group("admissionregistration.k8s.io", &["v1"]),
    group("apiextensions.k8s.io", &["v1"]),
    group("scheduling.k8s.io", &["v1"]),
    group("coordination.k8s.io", &["v1"]),
    group("node.k8s.io", &["v1"]),
    group("discovery.k8s.io", &["v1"]),
    group("resource.k8s.io", &["v1"]),
    group("flowcontrol.apiserver.k8s.io", &["v1"]),
];

impl Group {
    /// `apps/v1`; in the core group, `v1`.
    #[must_use]
    pub fn api_version(&self, version: &str) -> String {
        if self.name.is_empty() {
            version.to_owned()
        } else {
            format!("{}/{version}", self.name)
        }
    }
}

/// What there is below objects of a kind, such as their `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subresource {
    /// `status`
    pub name: &'static str,
    /// The group of what it takes and gives.
    pub group: &'static str,
    /// The version of what it takes and gives.
    pub version: &'static str,
    /// The kind of what it takes and gives.
    pub kind: &'static str,
    verbs: &'static str,
}

/// A subresource that is the same whatever it is below. No kind: that of the object itself.
struct SubresourceFacts {
    name: &'static str,
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    verbs: &'static str,
}

const fn facts(
    name: &'static str,
    (group, version, kind): (&'static str, &'static str, &'static str),
    verbs: &'static str,
) -> SubresourceFacts {
    SubresourceFacts {
        name,
        group,
        version,
        kind,
        verbs,
    }
}

const OWN: (&str, &str, &str) = ("", "", "");
const PROXY: &str = "create,delete,get,patch,update";

/// By name.
const SUBRESOURCES: [SubresourceFacts; 14] = [
    facts("approval", OWN, "get,patch,update"),
    facts("attach", ("", "v1", "PodAttachOptions"), "create,get"),
    facts("binding", ("", "v1", "Binding"), "create"),
    facts("ephemeralcontainers", OWN, "get,patch,update"),
    facts("eviction", ("policy", "v1", "Eviction"), "create"),
    facts("exec", ("", "v1", "PodExecOptions"), "create,get"),
    facts("finalize", OWN, "update"),
    facts("log", OWN, "get"),
    facts(
        "portforward",
        ("", "v1", "PodPortForwardOptions"),
        "create,get",
    ),
    facts("proxy", ("", "v1", ""), PROXY),
    facts("resize", OWN, "get,patch,update"),
    facts("scale", ("autoscaling", "v1", "Scale"), "get,patch,update"),
    facts("status", OWN, "get,patch,update"),
    facts(
        "token",
        ("authentication.k8s.io", "v1", "TokenRequest"),
        "create",
    ),
];

/// The kinds of the options that a proxy takes, by the kind of the object.
const PROXY_OPTIONS: [(&str, &str); 3] = [
    ("Node", "NodeProxyOptions"),
    ("Pod", "PodProxyOptions"),
    ("Service", "ServiceProxyOptions"),
];

impl Subresource {
    /// What can be done with it, in the order of the alphabet.
    pub fn verbs(&self) -> Names<'static> {
        Names::joined(self.verbs)
    }
}

impl Kind {
    /// Whether a server serves it: its version is on by default, and it has a path of its own.
    pub fn is_served(self) -> bool {
        let group = SERVED_GROUPS
            .iter()
            .find(|group| group.name == self.group());
        self.plural().is_some()
            && !self.verbs().is_empty()
            && group.is_some_and(|group| group.versions.contains(&self.version()))
    }

    /// The subresource of that name; `None` if there is none of that name below objects of this
    /// kind.
    pub fn subresource(self, name: &str) -> Option<Subresource> {
        let mut names = self.subresources();
        names.find(|known| *known == name)?;
        let facts = SUBRESOURCES.iter().find(|facts| facts.name == name)?;
        let (group, version, kind) = match facts.name {
            "proxy" => {
                let options = PROXY_OPTIONS
                    .iter()
                    .find(|(kind, _)| *kind == self.kind())?;
                (facts.group, facts.version, options.1)
            }
            _ if facts.kind.is_empty() => (self.group(), self.version(), self.kind()),
            _ => (facts.group, facts.version, facts.kind),
        };
        Some(Subresource {
            name: facts.name,
            group,
            version,
            kind,
            verbs: facts.verbs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    #[test]
    fn every_served_version_has_kinds() {
        let schema = Schema::kubernetes();
        for group in SERVED_GROUPS {
            for version in group.versions {
                let api_version = group.api_version(version);
                let mut kinds = schema.kinds().filter(|kind| kind.is_served());
                assert!(
                    kinds.any(|kind| kind.api_version() == api_version),
                    "{api_version}"
                );
            }
        }
    }

    #[test]
    fn every_subresource_is_known() {
        for kind in Schema::kubernetes().kinds() {
            for name in kind.subresources() {
                let found = kind.subresource(name);
                let found = found.unwrap_or_else(|| panic!("{name} of {kind:?}"));
                assert!(!found.verbs().is_empty());
            }
        }
    }

    #[test]
    fn what_is_off_by_default_or_only_below_others_is_not_served() {
        let schema = Schema::kubernetes();
        let served = |api_version, kind| schema.kind(api_version, kind).unwrap().is_served();
        assert!(served("apps/v1", "Deployment"));
        assert!(served("v1", "Binding"));
        assert!(!served("resource.k8s.io/v1beta1", "ResourceClaim"));
        assert!(!served("autoscaling/v1", "Scale"));
        assert!(!served("v1", "Status"));
        assert!(!served("apps/v1", "DeploymentList"));
    }
}
