//! What a pod's claims of devices ask of its node.
//!
//! The rules are those of kube-scheduler's `DynamicResources` plugin for claims that are allocated: a pod
//! waits until each of its claims is there, allocated and free for one more pod, and goes where the
//! allocation can be reached. Allocating devices is left to others: no node takes a pod with a claim
//! that is not allocated yet.

use crate::affinity::selector_matches;
use k8s_openapi::api::core::v1::{Node, NodeSelector, Pod, PodResourceClaim};
use k8s_openapi::api::resource::v1::{ResourceClaim, ResourceClaimStatus};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How many pods can have a claim reserved at once: `ResourceClaimReservedForMaxSize`.
const MOST_CONSUMERS: usize = 256;

/// The claims of devices that there are, by namespace and name.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    claims: FxHashMap<(String, String), Arc<ResourceClaim>>,
}

impl Devices {
    /// Takes in a claim, or that it `is_gone`.
    pub(crate) fn set(&mut self, claim: &Arc<ResourceClaim>, is_gone: bool) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let meta = &claim.metadata;
        let key = (text(&meta.namespace), text(&meta.name));
        if is_gone {
            self.claims.remove(&key);
        } else {
            self.claims.insert(key, Arc::clone(claim));
        }
    }
}

/// What the claims of devices of one pod ask for.
#[derive(Debug, Default)]
pub(crate) struct DeviceNeeds {
    /// Where the allocated ones can be reached.
    reached_from: Vec<NodeSelector>,
    is_unallocated: bool,
    /// Those that are not reserved for the pod yet.
    pub(crate) to_reserve: Vec<Arc<ResourceClaim>>,
}

impl DeviceNeeds {
    /// What the claims of a pod ask for.
    ///
    /// # Errors
    /// Why it can go to no node at all, in the words of kube-scheduler.
    pub(crate) fn of(pod: &Pod, devices: &Devices) -> Result<Self, String> {
        let mut needs = Self::default();
        for asked in asked_by(pod) {
            let Some(claim) = find(pod, asked, devices)? else {
                continue;
            };
            let status = claim.status.as_ref();
            let Some(allocation) = status.and_then(|it| it.allocation.as_ref()) else {
                needs.is_unallocated = true;
                continue;
            };
            needs.reached_from.extend(allocation.node_selector.clone());
            if is_reserved_for(pod, status) {
                continue;
            }
            let consumers = status.and_then(|it| it.reserved_for.as_ref());
            if consumers.map_or(0, Vec::len) >= MOST_CONSUMERS {
                return Err("resourceclaim in use".to_owned());
            }
            needs.to_reserve.push(Arc::clone(claim));
        }
        Ok(needs)
    }

    /// Whether a node has the devices.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, node: &Node) -> Result<(), &'static str> {
        if self.is_unallocated {
            return Err("cannot allocate all claims");
        }
        let mut selectors = self.reached_from.iter();
        if !selectors.all(|selector| selector_matches(selector, node)) {
            return Err("resourceclaim not available on the node");
        }
        Ok(())
    }
}

/// Whether a pod has claims of devices.
pub(crate) fn asks_for_devices(pod: &Pod) -> bool {
    !asked_by(pod).is_empty()
}

fn asked_by(pod: &Pod) -> &[PodResourceClaim] {
    let spec = pod.spec.as_ref();
    let claims = spec.and_then(|spec| spec.resource_claims.as_deref());
    claims.unwrap_or_default()
}

/// The claim that is meant; `None` if its template turned out to need none.
fn find<'d>(
    pod: &Pod,
    asked: &PodResourceClaim,
    devices: &'d Devices,
) -> Result<Option<&'d Arc<ResourceClaim>>, String> {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
    let pod_name = pod.metadata.name.as_deref().unwrap_or_default();
    let is_own = asked.resource_claim_name.is_none();
    let name = if is_own {
        let statuses = pod.status.iter();
        let mut made = statuses.flat_map(|it| it.resource_claim_statuses.iter().flatten());
        let made = made.find(|it| it.name == asked.name).ok_or_else(|| {
            format!("pod \"{namespace}/{pod_name}\": ResourceClaim not created yet")
        })?;
        made.resource_claim_name.as_ref()
    } else {
        asked.resource_claim_name.as_ref()
    };
    let Some(name) = name else { return Ok(None) };
    let key = (namespace.to_owned(), name.clone());
    let Some(claim) = devices.claims.get(&key) else {
        return Err(format!(
            "could not find ResourceClaim \"{namespace}/{name}\""
        ));
    };
    if claim.metadata.deletion_timestamp.is_some() {
        return Err(format!("resourceclaim \"{name}\" is being deleted"));
    }
    let owners = claim.metadata.owner_references.iter().flatten();
    let mut controllers = owners.filter(|owner| owner.controller == Some(true));
    if is_own && !controllers.any(|owner| Some(&owner.uid) == pod.metadata.uid.as_ref()) {
        return Err(format!(
            "ResourceClaim {namespace}/{name} was not created for pod {namespace}/{pod_name} \
             (pod is not owner)"
        ));
    }
    Ok(Some(claim))
}

fn is_reserved_for(pod: &Pod, status: Option<&ResourceClaimStatus>) -> bool {
    let consumers = status.and_then(|it| it.reserved_for.as_ref());
    let mut consumers = consumers.into_iter().flatten();
    consumers.any(|it| Some(&it.uid) == pod.metadata.uid.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{node, pod, read};
    use serde_json::{Value, json};

    fn having(claims: &[Value]) -> Devices {
        let mut devices = Devices::default();
        for claim in claims {
            devices.set(&read(claim.clone()), false);
        }
        devices
    }

    fn claim(status: &Value) -> Value {
        json!({"metadata": {"name": "gpu", "namespace": "default"}, "spec": {}, "status": status})
    }

    fn asking(claim: &Value) -> Arc<Pod> {
        pod("p", json!({"containers": [], "resourceClaims": [claim]}))
    }

    fn by_name() -> Arc<Pod> {
        asking(&json!({"name": "d", "resourceClaimName": "gpu"}))
    }

    fn refusal(pod: &Pod, devices: &Devices) -> String {
        DeviceNeeds::of(pod, devices).unwrap_err()
    }

    #[test]
    fn a_claim_must_be_there_and_stay() {
        let mut devices = Devices::default();
        let missing = "could not find ResourceClaim \"default/gpu\"";
        assert_eq!(refusal(&by_name(), &devices), missing);
        let mut leaving = claim(&json!({"allocation": {}}));
        leaving["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        devices.set(&read(leaving), false);
        let leaving = "resourceclaim \"gpu\" is being deleted";
        assert_eq!(refusal(&by_name(), &devices), leaving);
        let there = read(claim(&json!({"allocation": {}})));
        devices.set(&there, false);
        assert!(DeviceNeeds::of(&by_name(), &devices).is_ok());
        devices.set(&there, true);
        assert_eq!(refusal(&by_name(), &devices), missing);
    }

    #[test]
    fn one_from_a_template_must_be_made_for_the_pod() {
        let mut pod = (*asking(&json!({"name": "d", "resourceClaimTemplateName": "t"}))).clone();
        let mut own = claim(&json!({"allocation": {}}));
        let devices = having(std::slice::from_ref(&own));
        let unmade = "pod \"default/p\": ResourceClaim not created yet";
        assert_eq!(refusal(&pod, &devices), unmade);
        let made = json!({"resourceClaimStatuses": [{"name": "d", "resourceClaimName": "gpu"}]});
        pod.status = Some(serde_json::from_value(made).unwrap());
        let foreign =
            "ResourceClaim default/gpu was not created for pod default/p (pod is not owner)";
        assert_eq!(refusal(&pod, &devices), foreign);
        own["metadata"]["ownerReferences"] = json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true}]);
        assert!(DeviceNeeds::of(&pod, &having(&[own])).is_ok());
        // Its template needed none.
        let none = json!({"resourceClaimStatuses": [{"name": "d"}]});
        pod.status = Some(serde_json::from_value(none).unwrap());
        let needs = DeviceNeeds::of(&pod, &devices).unwrap();
        assert_eq!(needs.check(&node("n", "1")), Ok(()));
        assert!(needs.to_reserve.is_empty());
    }

    #[test]
    fn a_claim_is_allocated_first_and_binds_to_where_it_is() {
        let needs = |status: Value| {
            let devices = having(&[claim(&status)]);
            DeviceNeeds::of(&by_name(), &devices).unwrap()
        };
        let unallocated = needs(json!({}));
        let reason = Err("cannot allocate all claims");
        assert_eq!(unallocated.check(&node("a", "1")), reason);
        let on_a = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": ["a"]});
        let selector = json!({"nodeSelectorTerms": [{"matchExpressions": [on_a]}]});
        let there = needs(json!({"allocation": {"nodeSelector": selector}}));
        assert_eq!(there.check(&node("a", "1")), Ok(()));
        let reason = Err("resourceclaim not available on the node");
        assert_eq!(there.check(&node("b", "1")), reason);
    }

    #[test]
    fn a_claim_is_reserved_once_and_for_no_more_pods_than_there_is_room() {
        let reserved = |uids: &[&str]| {
            let consumer = |uid: &&str| json!({"resource": "pods", "name": uid, "uid": uid});
            let consumers: Vec<Value> = uids.iter().map(consumer).collect();
            let devices = having(&[claim(&json!({"allocation": {}, "reservedFor": consumers}))]);
            DeviceNeeds::of(&by_name(), &devices).map(|needs| needs.to_reserve.len())
        };
        assert_eq!(reserved(&[]), Ok(1));
        assert_eq!(reserved(&["q"]), Ok(1));
        assert_eq!(reserved(&["q", "p"]), Ok(0));
        let in_use = Err("resourceclaim in use".to_owned());
        assert_eq!(reserved(&["q"; MOST_CONSUMERS]), in_use);
    }
}
