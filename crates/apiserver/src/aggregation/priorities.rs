//! The `APIService`s of what this server serves itself.
//!
//! The priorities are those of kube-apiserver 1.36 (`cmd/kube-apiserver/app/aggregator.go` and
//! `pkg/controlplane/apiserver/aggregator.go` upstream): they order groups and versions in discovery.

use trimtab_tree::{Mapping, Value};

/// The version of `APIService`s.
pub(crate) const API_VERSION: &str = "apiregistration.k8s.io/v1";

/// Where they are.
pub(crate) const PATH: &str = "/apis/apiregistration.k8s.io/v1/apiservices";

/// Says who looks after an `APIService`, and how.
pub(crate) const MANAGED: &str = "kube-aggregator.kubernetes.io/automanaged";

/// Group, version, the least priority of the group, and the priority of the version in it. The group
/// of `APIService`s themselves has none.
const PRIORITIES: [(&str, &str, i64, i64); 21] = [
    ("", "v1", 18000, 1),
    ("apps", "v1", 17800, 15),
    ("events.k8s.io", "v1", 17750, 15),
    ("authentication.k8s.io", "v1", 17700, 15),
    ("authorization.k8s.io", "v1", 17600, 15),
    ("autoscaling", "v1", 17500, 15),
    ("autoscaling", "v2", 17500, 30),
    ("batch", "v1", 17400, 15),
    ("certificates.k8s.io", "v1", 17300, 15),
    ("networking.k8s.io", "v1", 17200, 15),
    ("policy", "v1", 17100, 15),
    ("rbac.authorization.k8s.io", "v1", 17000, 15),
    ("storage.k8s.io", "v1", 16800, 15),
    ("admissionregistration.k8s.io", "v1", 16700, 15),
    ("apiextensions.k8s.io", "v1", 16700, 15),
    ("scheduling.k8s.io", "v1", 16600, 15),
    ("coordination.k8s.io", "v1", 16500, 15),
    ("node.k8s.io", "v1", 16300, 15),
    ("discovery.k8s.io", "v1", 16200, 15),
    ("resource.k8s.io", "v1", 16200, 21),
    ("flowcontrol.apiserver.k8s.io", "v1", 16100, 21),
];

/// The priority of groups of custom resources, and of their versions.
const CUSTOM: (i64, i64) = (1000, 100);

/// Those of the built-in groups: the fields behind `apiVersion` and `kind`.
pub(crate) fn built_in() -> impl Iterator<Item = [(&'static str, Value); 2]> {
    PRIORITIES.iter().map(|(group, version, least, priority)| {
        local(group, version, (*least, *priority), "onstart")
    })
}

/// That of a version of a group of custom resources.
pub(crate) fn custom(group: &str, version: &str) -> [(&'static str, Value); 2] {
    local(group, version, CUSTOM, "true")
}

/// Whether a version of a group is built in.
pub(crate) fn is_built_in(group: &str, version: &str) -> bool {
    PRIORITIES
        .iter()
        .any(|(own, of, ..)| *own == group && *of == version)
        || group == "apiregistration.k8s.io"
}

fn local(
    group: &str,
    version: &str,
    (least, priority): (i64, i64),
    managed: &str,
) -> [(&'static str, Value); 2] {
    let labels = Value::mapping([(MANAGED, Value::string(managed))]);
    let metadata = [
        ("name", Value::string(format!("{version}.{group}"))),
        ("labels", labels),
    ];
    let mut spec = Mapping::new();
    if !group.is_empty() {
        spec.insert("group", Value::string(group));
    }
    spec.insert("version", Value::string(version));
    spec.insert("groupPriorityMinimum", Value::int(least));
    spec.insert("versionPriority", Value::int(priority));
    [
        ("metadata", Value::mapping(metadata)),
        ("spec", Value::from(spec)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_schema::SERVED_GROUPS;

    #[test]
    fn every_served_group_has_its_place_in_the_order_of_discovery() {
        let mut last = i64::MAX;
        for group in SERVED_GROUPS {
            for version in group.versions {
                assert!(is_built_in(group.name, version), "{group:?}");
            }
            let of = |(own, ..): &&(&str, &str, i64, i64)| *own == group.name;
            if let Some((.., least, _)) = PRIORITIES.iter().find(of) {
                assert!(*least <= last, "{group:?}");
                last = *least;
            }
        }
    }
}
