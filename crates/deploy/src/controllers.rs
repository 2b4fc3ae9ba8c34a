//! Which controllers a cluster has.
//!
//! Every Kubernetes cluster has them all. trimtab's own control plane may run with fewer; it
//! announces those that it runs in a `ConfigMap`, and whatever nobody would reconcile is applied
//! but not waited for. Programs beside it announce nothing; but they renew a lease while they work,
//! or can be seen to have done some of it.

use crate::error::Result;
use crate::fields::{field, text_at};
use crate::target::ObjectRef;
use crate::target::{Collection, Target};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use trimtab_object::split_api_version;
use trimtab_tree::Value;

/// Where trimtab's control plane announces its controllers: namespace, name and field. The field's
/// value is a name a line, as kube-controller-manager's `--controllers` has them, besides
/// `scheduler` and `nodes`.
pub const ANNOUNCEMENT: (&str, &str, &str) = ("kube-system", "trimtab-controllers", "controllers");

/// Who must be there for an object of a kind to become ready, besides the API server: definitions are its own work.
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
];

/// What kube-controller-manager's lease in `kube-system` is called, and kube-scheduler's.
const LEASES: [&str; 2] = ["kube-controller-manager", "kube-scheduler"];

/// How much longer than it says a lease is taken for held: clocks differ.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(15);

/// How often is looked whether somebody works on an object, and how long after each time again.
const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// The controllers of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controllers(Option<BTreeSet<String>>);

impl Controllers {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self(None)
    }

    /// Those that the control plane itself runs. One that announces nothing, or does not let it be
    /// read, has them all.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn announced(target: &Target) -> Result<Self> {
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

    /// Those, and what runs beside it: the controllers or the scheduler of whoever holds their lease, and nodes
    /// that are ready. `now` is the time here; what counts is the server's, if it says so.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn working(target: &Target, now: Timestamp) -> Result<Self> {
        let Self(Some(mut there)) = Self::announced(target).await? else {
            return Ok(Self::all());
        };
        let needed = || {
            NEEDED
                .iter()
                .flat_map(|(_, _, needed)| needed.iter().copied())
        };
        let lacks_manager = needed().any(|it| is_of_a_manager(it) && !there.contains(it));
        if !lacks_manager && there.contains("scheduler") && there.contains("nodes") {
            return Ok(Self(Some(there)));
        }
        let now = target.time(now).await;
        if lacks_manager && is_held(target, LEASES[0], now).await? {
            there.extend(needed().filter(|it| is_of_a_manager(it)).map(str::to_owned));
        }
        if !there.contains("scheduler") && is_held(target, LEASES[1], now).await? {
            there.insert("scheduler".to_owned());
        }
        if !there.contains("nodes") && has_ready_nodes(target).await? {
            there.insert("nodes".to_owned());
        }
        Ok(Self(Some(there)))
    }

    /// Who keeps an object from ever becoming ready by not being there. Before that is said of a
    /// controller, it has half a second to show that it has seen the object.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn missing_for_applied(
        &self,
        target: &Target,
        reference: &ObjectRef,
        object: &Value,
    ) -> Result<Option<&'static str>> {
        let Some(missing) = self.missing_for(object) else {
            return Ok(None);
        };
        let generation = text_at(object, &["metadata", "generation"]);
        if !is_of_a_manager(missing) || generation.is_empty() {
            return Ok(Some(missing));
        }
        for look in 0..LOOKS {
            let found = target.get(reference).await?;
            let seen = found.as_ref();
            if seen.is_some_and(|it| text_at(it, &["status", "observedGeneration"]) == generation) {
                let mut there = self.0.clone().unwrap_or_default();
                let needed = NEEDED.iter().flat_map(|(_, _, needed)| needed.iter());
                there.extend(
                    needed
                        .filter(|it| is_of_a_manager(it))
                        .map(|&it| it.to_owned()),
                );
                return Ok(Self(Some(there)).missing_for(object));
            }
            if look + 1 < LOOKS {
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
        }
        Ok(Some(missing))
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

/// Whether kube-controller-manager is who runs it elsewhere.
fn is_of_a_manager(name: &str) -> bool {
    !matches!(name, "scheduler" | "nodes")
}

/// Whether somebody holds a lease of a component. Where it may not be looked at nobody seems to.
async fn is_held(target: &Target, name: &str, now: Timestamp) -> Result<bool> {
    let discovery = target.discovery().await?;
    let Ok(resource) = discovery.of_kind("coordination.k8s.io/v1", "Lease") else {
        return Ok(false);
    };
    let reference = ObjectRef::new(&Arc::new(resource.clone()), ANNOUNCEMENT.0, name);
    match target.get(&reference).await {
        Ok(lease) => Ok(lease.is_some_and(|lease| holds(&lease, now))),
        Err(error) if error.status().is_some_and(|status| status.code == 403) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a lease has a holder who renewed it in time.
fn holds(lease: &Value, now: Timestamp) -> bool {
    let renewed: Option<Timestamp> = text_at(lease, &["spec", "renewTime"]).parse().ok();
    let duration: Option<i64> = text_at(lease, &["spec", "leaseDurationSeconds"])
        .parse()
        .ok();
    let lasts = SignedDuration::from_secs(duration.unwrap_or_default()).saturating_add(TOLERANCE);
    !text_at(lease, &["spec", "holderIdentity"]).is_empty()
        && renewed.is_some_and(|renewed| now.duration_since(renewed) <= lasts)
}

async fn has_ready_nodes(target: &Target) -> Result<bool> {
    let discovery = target.discovery().await?;
    let Ok(resource) = discovery.of_kind("v1", "Node") else {
        return Ok(false);
    };
    let nodes = Collection {
        resource: Arc::new(resource.clone()),
        namespace: None,
        selection: crate::target::Selection::default(),
    };
    match target.list(&nodes).await {
        Ok(nodes) => Ok(nodes.items.iter().any(is_ready)),
        Err(error) if error.status().is_some_and(|status| status.code == 403) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_ready(node: &Value) -> bool {
    let conditions = node.get_path(&["status", "conditions"]);
    let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
    conditions
        .iter()
        .any(|it| field(it, "type") == "Ready" && field(it, "status") == "True")
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
                None,
            ),
            ("{apiVersion: v1, kind: ConfigMap}", None),
        ] {
            assert_eq!(ours.missing_for(&yaml(object)), missing, "{object}");
            assert_eq!(Controllers::all().missing_for(&yaml(object)), None);
        }
    }

    #[test]
    fn a_lease_is_held_until_it_has_run_out() {
        let lease = |holder: &str| {
            yaml(&format!(
                "{{spec: {{holderIdentity: '{holder}', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z'}}}}"
            ))
        };
        let at = |time: &str| time.parse().unwrap();
        assert!(holds(&lease("a"), at("2026-01-01T00:00:14Z")));
        assert!(holds(&lease("a"), at("2026-01-01T00:00:29Z")));
        // Another machine's clock may be behind.
        assert!(holds(&lease("a"), at("2025-12-31T23:59:50Z")));
        assert!(!holds(&lease("a"), at("2026-01-01T00:00:31Z")));
        assert!(!holds(&lease(""), at("2026-01-01T00:00:01Z")));
        assert!(!holds(
            &yaml("{spec: {holderIdentity: a}}"),
            at("2026-01-01T00:00:01Z")
        ));
    }

    #[test]
    fn a_node_is_ready_by_its_condition() {
        let node = |status: &str| {
            yaml(&format!(
                "{{status: {{conditions: [{{type: Ready, status: '{status}'}}]}}}}"
            ))
        };
        assert!(is_ready(&node("True")));
        assert!(!is_ready(&node("Unknown")));
        assert!(!is_ready(&yaml("{}")));
    }
}
