//! What a pod's volumes ask of its node.
//!
//! The rules are those of kube-scheduler's `VolumeBinding`, `VolumeZone` and `VolumeRestrictions`
//! plugins, as far as claims go: a bound claim goes where its volume can be reached; an unbound one of a
//! class that waits for its first consumer goes where a volume is, or where one can be made.

use crate::affinity::selector_matches;
use crate::claims::{Used, is_bound, is_made_for, used};
use crate::limits::attachable;
use crate::storage::{Provision, SELECTED_NODE, Storage};
use k8s_openapi::api::core::v1::{
    Node, NodeSelectorTerm, PersistentVolume, PersistentVolumeClaim, Pod, TopologySelectorTerm,
};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::core::{Selector, SelectorExt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_object::Quantity;

/// The class of a claim that nothing makes volumes for.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

const READ_WRITE_ONCE_POD: &str = "ReadWriteOncePod";

/// Labels of volumes that say where they can be reached, newer and older.
const ZONE_LABELS: [&str; 4] = [
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
];

/// What the volumes of one pod ask for.
#[derive(Debug, Default)]
pub(crate) struct VolumeNeeds {
    bound: Vec<Arc<PersistentVolume>>,
    /// A claim is bound to a volume that is not there.
    is_lost: bool,
    unbound: Vec<Unbound>,
    /// Claims that no two pods may use.
    pub(crate) exclusive: Vec<String>,
    /// Those that drivers attach to nodes.
    pub(crate) attachable: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Unbound {
    claim: Arc<PersistentVolumeClaim>,
    class: Arc<StorageClass>,
    /// The volumes that it could have if they can be reached, the smallest first.
    volumes: Vec<(String, Arc<PersistentVolume>)>,
}

impl VolumeNeeds {
    /// What the volumes of a pod ask for.
    ///
    /// # Errors
    /// Why it can go to no node at all, in the words of kube-scheduler.
    pub(crate) fn of(pod: &Pod, storage: &Storage) -> Result<Self, String> {
        let mut needs = Self {
            attachable: attachable(pod, storage),
            ..Self::default()
        };
        for Used { key, is_own } in used(pod) {
            let (namespace, name) = key.split_once('/').unwrap_or_default();
            let Some(claim) = storage.claims.get(&key) else {
                return Err(if is_own {
                    format!(
                        "waiting for ephemeral volume controller to create the \
                         persistentvolumeclaim \"{name}\""
                    )
                } else {
                    format!("persistentvolumeclaim \"{name}\" not found")
                });
            };
            let volume = claim.spec.as_ref().and_then(|it| it.volume_name.as_deref());
            let phase = claim.status.as_ref().and_then(|it| it.phase.as_deref());
            if phase == Some("Lost") {
                let volume = volume.unwrap_or_default();
                return Err(format!(
                    "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \
                     \"{volume}\""
                ));
            }
            if claim.metadata.deletion_timestamp.is_some() {
                return Err(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            if is_own && !is_made_for(claim, pod) {
                let pod = pod.metadata.name.as_deref().unwrap_or_default();
                return Err(format!(
                    "PVC {namespace}/{name} was not created for pod {namespace}/{pod} (pod is not owner)"
                ));
            }
            let Some(spec) = &claim.spec else { continue };
            let mut modes = spec.access_modes.iter().flatten();
            if modes.any(|mode| mode == READ_WRITE_ONCE_POD) {
                needs.exclusive.push(key.clone());
            }
            if is_bound(claim) {
                let volume = spec.volume_name.as_ref();
                match volume.and_then(|name| storage.volumes.get(name)) {
                    Some(volume) => needs.bound.push(Arc::clone(volume)),
                    None => needs.is_lost = true,
                }
                continue;
            }
            let class = spec.storage_class_name.as_ref();
            let class = class.and_then(|name| storage.classes.get(name));
            let waits = |class: &&Arc<StorageClass>| {
                class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
            };
            // One that names its volume is only waiting for the other side.
            let is_named = spec.volume_name.as_ref().is_some_and(|it| !it.is_empty());
            let Some(class) = class.filter(waits).filter(|_| !is_named) else {
                return Err("pod has unbound immediate PersistentVolumeClaims".to_owned());
            };
            needs.unbound.push(Unbound {
                volumes: fitting(claim, storage).unwrap_or_default(),
                claim: Arc::clone(claim),
                class: Arc::clone(class),
            });
        }
        Ok(needs)
    }

    /// Whether the volumes can be reached from a node, or made there.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, node: &Node) -> Result<(), &'static str> {
        if self.is_lost {
            return Err(
                "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
            );
        }
        if !self.bound.iter().all(|volume| is_reached(volume, node)) {
            return Err("node(s) didn't match PersistentVolume's node affinity");
        }
        if !self.unbound.is_empty() && self.plan(node).is_none() {
            return Err("node(s) didn't find available persistent volumes to bind");
        }
        if !self.bound.iter().all(|volume| is_in_zone(volume, node)) {
            return Err("node(s) had no available volume zone");
        }
        Ok(())
    }

    /// What to do for the claims that have no volume yet, if the pod goes to the node; `None` where it
    /// cannot be done.
    pub(crate) fn plan(&self, node: &Node) -> Option<Vec<Provision>> {
        let mut taken: Vec<&str> = Vec::new();
        let planned = self.unbound.iter().map(|unbound| {
            let annotations = unbound.claim.metadata.annotations.as_ref();
            if let Some(chosen) = annotations.and_then(|it| it.get(SELECTED_NODE)) {
                // One is being made for another pod that uses it.
                return (Some(chosen) == node.metadata.name.as_ref())
                    .then(|| Provision::Make(Arc::clone(&unbound.claim)));
            }
            let mut volumes = unbound.volumes.iter();
            let found = volumes
                .find(|(name, volume)| !taken.contains(&name.as_str()) && is_reached(volume, node));
            if let Some((name, _)) = found {
                taken.push(name);
                return Some(Provision::Bind(Arc::clone(&unbound.claim), name.clone()));
            }
            let can_make = unbound.class.provisioner != NO_PROVISIONER
                && allows(unbound.class.allowed_topologies.as_ref(), node);
            can_make.then(|| Provision::Make(Arc::clone(&unbound.claim)))
        });
        planned.collect()
    }
}

fn is_reached(volume: &PersistentVolume, node: &Node) -> bool {
    let affinity = volume
        .spec
        .as_ref()
        .and_then(|it| it.node_affinity.as_ref());
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    required.is_none_or(|selector| selector_matches(selector, node))
}

/// Nodes that say nothing of zones are in all of them.
fn is_in_zone(volume: &PersistentVolume, node: &Node) -> bool {
    let empty = BTreeMap::new();
    let labels = node.metadata.labels.as_ref().unwrap_or(&empty);
    if !ZONE_LABELS.iter().any(|&key| labels.contains_key(key)) {
        return true;
    }
    let own = volume.metadata.labels.as_ref().unwrap_or(&empty);
    ZONE_LABELS.iter().all(|&key| {
        own.get(key).is_none_or(|zones| {
            let found = labels.get(key);
            found.is_some_and(|found| zones.split("__").any(|zone| zone == found))
        })
    })
}

/// The volumes that a claim can have, wherever they are, the smallest first.
fn fitting(
    claim: &PersistentVolumeClaim,
    storage: &Storage,
) -> Option<Vec<(String, Arc<PersistentVolume>)>> {
    let spec = claim.spec.as_ref()?;
    let amount = |list: Option<&BTreeMap<_, _>>| {
        let text: &k8s_openapi::apimachinery::pkg::api::resource::Quantity =
            list?.get("storage")?;
        Quantity::parse(&text.0).ok().map(|amount| amount.units())
    };
    let wanted = spec.resources.as_ref().and_then(|it| it.requests.as_ref());
    let wanted = amount(wanted).unwrap_or(0);
    let selector: Option<Selector> = match spec.selector.clone() {
        Some(selector) => Some(selector.try_into().ok()?),
        None => None,
    };
    let empty = BTreeMap::new();
    let fits = storage.volumes.iter().filter_map(|(name, volume)| {
        let own = volume.spec.as_ref()?;
        let modes = own.access_modes.as_deref().unwrap_or_default();
        let mut asked = spec.access_modes.iter().flatten();
        let size = amount(own.capacity.as_ref())?;
        let mode = |mode: &Option<String>| mode.clone().unwrap_or_else(|| "Filesystem".into());
        let labels = volume.metadata.labels.as_ref().unwrap_or(&empty);
        let is_free = match &own.claim_ref {
            None => true,
            Some(other) => {
                (&other.namespace, &other.name) == (&claim.metadata.namespace, &claim.metadata.name)
                    && (other.uid.is_none() || other.uid == claim.metadata.uid)
            }
        };
        let fits = is_free
            && volume.metadata.deletion_timestamp.is_none()
            && own.storage_class_name.as_deref().unwrap_or_default()
                == spec.storage_class_name.as_deref().unwrap_or_default()
            && mode(&own.volume_mode) == mode(&spec.volume_mode)
            && size >= wanted
            && asked.all(|mode| modes.contains(mode))
            && selector.as_ref().is_none_or(|it| it.matches(labels));
        fits.then_some((size, name, volume))
    });
    let mut fits: Vec<_> = fits.collect();
    fits.sort_by_key(|&(size, name, _)| (size, name));
    let fits = fits.into_iter();
    let fits = fits.map(|(_, name, volume)| (name.clone(), Arc::clone(volume)));
    Some(fits.collect())
}

/// Whether a class makes volumes that a node can reach.
fn allows(topologies: Option<&Vec<TopologySelectorTerm>>, node: &Node) -> bool {
    let terms = topologies.map(Vec::as_slice).unwrap_or_default();
    let as_expressions = |term: &TopologySelectorTerm| {
        let labels = term.match_label_expressions.iter().flatten();
        let expressions = labels.map(|it| k8s_openapi::api::core::v1::NodeSelectorRequirement {
            key: it.key.clone(),
            operator: "In".to_owned(),
            values: Some(it.values.clone()),
        });
        NodeSelectorTerm {
            match_expressions: Some(expressions.collect()),
            match_fields: None,
        }
    };
    terms.is_empty()
        || selector_matches(
            &k8s_openapi::api::core::v1::NodeSelector {
                node_selector_terms: terms.iter().map(as_expressions).collect(),
            },
            node,
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::BIND_COMPLETED;
    use crate::testing::{node, pod, read};
    use serde_json::{Value, json};

    fn storage(claim: &Value, volumes: &[Value]) -> Storage {
        let mut storage = Storage::default();
        let mut whole = json!({"metadata": {"name": "c", "namespace": "default"}, "spec": {
            "storageClassName": "wait", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
        let spec = whole["spec"].as_object_mut().unwrap();
        spec.extend(claim.as_object().unwrap().clone());
        storage.claims.insert("default/c".into(), read(whole));
        for (name, provisioner, mode) in [
            ("wait", NO_PROVISIONER, "WaitForFirstConsumer"),
            ("make", "example.com/p", "WaitForFirstConsumer"),
            ("now", "example.com/p", "Immediate"),
        ] {
            let class = json!({"metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": mode});
            storage.classes.insert(name.into(), read(class));
        }
        for (at, volume) in volumes.iter().enumerate() {
            let mut spec = json!({"storageClassName": "wait", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}});
            let fields = spec.as_object_mut().unwrap();
            fields.extend(volume.as_object().unwrap().clone());
            let name = format!("v{at}");
            let volume = json!({"metadata": {"name": name}, "spec": spec});
            storage.volumes.insert(name, read(volume));
        }
        storage
    }

    fn user() -> Arc<Pod> {
        let claim = json!({"name": "v", "persistentVolumeClaim": {"claimName": "c"}});
        pod("p", json!({"containers": [], "volumes": [claim]}))
    }

    fn only_on(name: &str) -> Value {
        let here = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": [name]});
        json!({"nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}}})
    }

    fn on(node_name: &str, storage: &Storage) -> Result<(), &'static str> {
        let needs = VolumeNeeds::of(&user(), storage).unwrap();
        needs.check(&node(node_name, "1"))
    }

    #[test]
    fn claims_that_are_not_there_or_wait_for_nobody_keep_a_pod_off_every_node() {
        let none = Storage::default();
        let error = VolumeNeeds::of(&user(), &none).unwrap_err();
        assert_eq!(error, "persistentvolumeclaim \"c\" not found");
        let now = storage(&json!({"storageClassName": "now"}), &[]);
        let error = VolumeNeeds::of(&user(), &now).unwrap_err();
        assert_eq!(error, "pod has unbound immediate PersistentVolumeClaims");
    }

    #[test]
    fn a_claim_whose_volume_went_or_that_is_another_pods_keeps_a_pod_off_every_node() {
        let mut lost = storage(&json!({"volumeName": "v"}), &[]);
        let mut claim = (*lost.claims["default/c"]).clone();
        claim.status = serde_json::from_value(json!({"phase": "Lost"})).unwrap();
        lost.claims.insert("default/c".into(), Arc::new(claim));
        assert_eq!(
            VolumeNeeds::of(&user(), &lost).unwrap_err(),
            "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\""
        );

        let own = json!({"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}});
        let user = pod("p", json!({"containers": [], "volumes": [own]}));
        let mut storage = storage(&json!({}), &[]);
        assert_eq!(
            VolumeNeeds::of(&user, &storage).unwrap_err(),
            "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-v\""
        );
        let mut claim = (*storage.claims["default/c"]).clone();
        storage
            .claims
            .insert("default/p-v".into(), Arc::new(claim.clone()));
        assert_eq!(
            VolumeNeeds::of(&user, &storage).unwrap_err(),
            "PVC default/p-v was not created for pod default/p (pod is not owner)"
        );
        let owner =
            json!({"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true});
        claim.metadata.owner_references = Some(vec![serde_json::from_value(owner).unwrap()]);
        storage.claims.insert("default/p-v".into(), Arc::new(claim));
        assert!(VolumeNeeds::of(&user, &storage).is_ok());
    }

    #[test]
    fn an_unbound_claim_goes_where_a_volume_fits_or_can_be_made() {
        let none = "node(s) didn't find available persistent volumes to bind";
        let too_small = json!({"capacity": {"storage": "1Mi"}});
        let there = storage(&json!({}), &[only_on("a"), too_small.clone()]);
        assert_eq!((on("a", &there), on("b", &there)), (Ok(()), Err(none)));
        for wrong in [
            too_small,
            json!({"accessModes": ["ReadOnlyMany"]}),
            json!({"storageClassName": "other"}),
            json!({"volumeMode": "Block"}),
            json!({"claimRef": {"namespace": "default", "name": "other"}}),
        ] {
            assert_eq!(on("a", &storage(&json!({}), &[wrong])), Err(none));
        }
        assert_eq!(
            on("b", &storage(&json!({"storageClassName": "make"}), &[])),
            Ok(())
        );
    }

    #[test]
    fn the_smallest_volume_is_taken() {
        let there = storage(
            &json!({}),
            &[json!({"capacity": {"storage": "9Gi"}}), json!({})],
        );
        let needs = VolumeNeeds::of(&user(), &there).unwrap();
        let plan = needs.plan(&node("a", "1")).unwrap();
        assert!(
            matches!(&plan[..], [Provision::Bind(_, name)] if name == "v1"),
            "{plan:?}"
        );
    }

    #[test]
    fn a_bound_claim_goes_where_its_volume_is() {
        let bound = json!({"volumeName": "v0"});
        let mut there = storage(&bound, &[only_on("a")]);
        let mut claim = (*there.claims["default/c"]).clone();
        let annotations = claim.metadata.annotations.get_or_insert_default();
        annotations.insert(BIND_COMPLETED.into(), "yes".into());
        there.claims.insert("default/c".into(), Arc::new(claim));
        let conflict = "node(s) didn't match PersistentVolume's node affinity";
        assert_eq!((on("a", &there), on("b", &there)), (Ok(()), Err(conflict)));
        there.volumes.clear();
        let lost = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
        assert_eq!(on("a", &there), Err(lost));
    }
}
