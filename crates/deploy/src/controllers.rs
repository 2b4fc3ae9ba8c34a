//! Which controllers a cluster has.
//!
//! Every Kubernetes cluster has them all. trimtab's own control plane may run with fewer; it
//! announces those that it runs in a `ConfigMap`, and whatever nobody would reconcile is applied
//! but not waited for.

use crate::error::Result;
use crate::fields::{field, text_at};
use crate::target::ObjectRef;
use crate::target::Target;
use std::collections::BTreeSet;
use std::sync::Arc;
use trimtab_object::split_api_version;
use trimtab_tree::Value;

/// Where trimtab's control plane announces its controllers: namespace, name and field. The field's
/// value is a name a line, as kube-controller-manager's `--controllers` has them, besides
/// `scheduler` and `nodes`.
pub const ANNOUNCEMENT: (&str, &str, &str) = ("kube-system", "trimtab-controllers", "controllers");

/// Who must be there for an object of a kind to become ready.
const NEEDED: &[(&str, &str, &[&str])] = &[
    (
        "apps",
        "Deployment",
        &[
            "deployment-controller",
            "replicaset-controller",
            "scheduler",
            "nodes",
        ],
    ),
    (
        "apps",
        "ReplicaSet",
        &["replicaset-controller", "scheduler", "nodes"],
    ),
    (
        "apps",
        "StatefulSet",
        &["statefulset-controller", "scheduler", "nodes"],
    ),
    (
        "apps",
        "DaemonSet",
        &["daemonset-controller", "scheduler", "nodes"],
    ),
    ("batch", "Job", &["job-controller", "scheduler", "nodes"]),
    (
        "",
        "ReplicationController",
        &["replicationcontroller-controller", "scheduler", "nodes"],
    ),
    ("", "Pod", &["scheduler", "nodes"]),
    // Kubernetes runs it in the API server (apiextensions-apiserver), not in the controller manager.
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        &["crd-establishing-controller"],
    ),
];

/// The controllers of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controllers(Option<BTreeSet<String>>);

impl Controllers {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// Asks the cluster. One that announces nothing, or does not let it be read, has them all.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn read(target: &Target) -> Result<Self> {
        let (namespace, name, key) = ANNOUNCEMENT;
        let discovery = target.discovery().await?;
        let resource = Arc::new(discovery.of_kind("v1", "ConfigMap")?.clone());
        let announcement = target
            .get(&ObjectRef::new(&resource, namespace, name))
            .await;
        match announcement {
            Ok(Some(announcement)) => {
                let names = text_at(&announcement, &["data", key]).lines();
                Ok(Self(Some(
                    names.map(|name| name.trim().to_owned()).collect(),
                )))
            }
            Ok(None) => Ok(Self::all()),
            Err(error) if error.status().is_some_and(|status| status.code == 403) => {
                Ok(Self::all())
            }
            Err(error) => Err(error),
        }
    }

    /// Whose absence keeps the object from ever becoming ready, if anybody's does.
    #[must_use]
    pub fn missing_for(&self, object: &Value) -> Option<&'static str> {
        let there = self.0.as_ref()?;
        let (group, _) = split_api_version(field(object, "apiVersion"));
        let kind = field(object, "kind");
        let (_, _, needed) = NEEDED
            .iter()
            .find(|(of_group, of_kind, _)| (*of_group, *of_kind) == (group, kind))?;
        needed.iter().copied().find(|name| !there.contains(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn who_is_missing_is_named() {
        let names = [
            "deployment-controller",
            "replicaset-controller",
            "scheduler",
            "nodes",
        ];
        let ours = Controllers(Some(names.into_iter().map(str::to_owned).collect()));
        for (object, missing) in [
            ("{apiVersion: apps/v1, kind: Deployment}", None),
            (
                "{apiVersion: apps/v1, kind: StatefulSet}",
                Some("statefulset-controller"),
            ),
            (
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}",
                Some("crd-establishing-controller"),
            ),
            ("{apiVersion: v1, kind: ConfigMap}", None),
        ] {
            assert_eq!(ours.missing_for(&yaml(object)), missing, "{object}");
            assert_eq!(Controllers::all().missing_for(&yaml(object)), None);
        }
    }
}
