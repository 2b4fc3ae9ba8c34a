//! Hints by `service.kubernetes.io/topology-mode: Auto`: endpoints are shared out to zones in
//! proportion to the CPUs that their nodes have.
//!
//! The rules are those of Kubernetes' `k8s.io/endpointslice/topologycache`; where it takes any of
//! several zones, the first by name is taken here.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "shares of small, positive counts"
)]

use super::slices::Changes;
use super::zone::{ZONE, in_zone};
use k8s_openapi::api::core::v1::{Node, Service};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointSlice};
use kube::ResourceExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use trimtab_informer::Change;
use trimtab_object::Quantity;

const MODE: &str = "service.kubernetes.io/topology-mode";
/// What it was called before, and is where both are there.
const MODE_BEFORE: &str = "service.kubernetes.io/topology-aware-hints";
/// Nodes with one of these labels serve no traffic.
const APART: [&str; 2] = [
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
];
/// How much more than its share an endpoint may get to do.
const OVERLOAD: f64 = 0.2;

/// Endpoints by the zone that is to ask them.
pub(super) type PerZone = BTreeMap<String, usize>;

/// Whether the Service wants its endpoints shared out to zones.
pub(super) fn is_enabled(service: &Service) -> bool {
    let annotations = service.annotations();
    let mode = annotations.get(MODE_BEFORE).or(annotations.get(MODE));
    mode.is_some_and(|mode| mode == "Auto" || mode == "auto")
}

/// Whether a change of a node may change the shares of the zones.
pub(super) fn concerns_zones(change: &Change<Node>) -> bool {
    match change {
        Change::Updated { old, new } => contribution(old) != contribution(new),
        _ => true,
    }
}

/// Where a node is and what it brings there, in thousandths of a CPU; nothing if it serves nobody.
fn contribution(node: &Node) -> Option<(Option<&str>, i64)> {
    let labels = node.labels();
    let status = node.status.as_ref();
    let mut conditions = status.iter().flat_map(|it| it.conditions.iter().flatten());
    let is_ready = conditions.any(|it| it.type_ == "Ready" && it.status == "True");
    if !is_ready || APART.iter().any(|label| labels.contains_key(*label)) {
        return None;
    }
    let allocatable = status.and_then(|it| it.allocatable.as_ref());
    let cpu = allocatable.and_then(|it| it.get("cpu"));
    let cpu = cpu.and_then(|it| it.0.parse::<Quantity>().ok());
    let zone = labels.get(ZONE).map(String::as_str);
    let zone = zone.filter(|zone| !zone.is_empty());
    Some((zone, cpu.map_or(0, |cpu| cpu.millis())))
}

/// How many endpoints a zone is to get.
struct Allocation {
    most: usize,
    desired: f64,
}

/// The share of each zone in the CPUs of all; empty where nobody can tell.
#[derive(Debug, Default)]
pub(super) struct Zones(BTreeMap<String, f64>);

impl Zones {
    /// The zones of these nodes. One without a zone or CPUs that is ready spoils it for all.
    pub(super) fn of(nodes: &[Arc<Node>]) -> Self {
        let mut cpus = BTreeMap::<&str, i64>::new();
        for (zone, cpu) in nodes.iter().filter_map(|node| contribution(node)) {
            let Some(zone) = zone.filter(|_| cpu > 0) else {
                return Self::default();
            };
            *cpus.entry(zone).or_default() += cpu;
        }
        if cpus.len() < 2 {
            return Self::default();
        }
        let total = cpus.values().sum::<i64>() as f64;
        let shares = cpus.into_iter();
        Self(
            shares
                .map(|(zone, cpu)| (zone.to_owned(), cpu as f64 / total))
                .collect(),
        )
    }

    /// The fewest endpoints that a zone with this share of so many must have.
    fn fewest(share: f64, endpoints: usize) -> usize {
        // Not above the number of endpoints, and never negative.
        (share * endpoints as f64 / (1.0 + OVERLOAD)).ceil() as usize
    }

    fn allocations(&self, endpoints: usize) -> Result<BTreeMap<String, Allocation>, String> {
        let zones = self.0.len();
        if zones == 0 {
            return Err(
                "Insufficient Node information: allocatable CPU or zone not specified on one or \
                        more nodes"
                    .to_owned(),
            );
        }
        let numbers = format!("({endpoints} endpoints, {zones} zones)");
        if zones > endpoints {
            return Err(format!("Insufficient number of endpoints {numbers}"));
        }
        let fewest = self.0.values().map(|&share| Self::fewest(share, endpoints));
        let Some(spare) = endpoints.checked_sub(fewest.sum()) else {
            return Err(format!(
                "Unable to allocate minimum required endpoints to each zone without exceeding \
                 overload threshold {numbers}"
            ));
        };
        let allocations = self.0.iter().map(|(zone, &share)| {
            let fewest = Self::fewest(share, endpoints);
            let allocation = Allocation {
                most: fewest + spare,
                desired: (share * endpoints as f64).max(fewest as f64),
            };
            (zone.clone(), allocation)
        });
        Ok(allocations.collect())
    }

    /// Whether a Service with these endpoints has too few in a zone.
    pub(super) fn overload(&self, given: &PerZone) -> bool {
        let endpoints = given.values().sum();
        let is_short = |(zone, &share): (&String, &f64)| {
            given.get(zone).copied().unwrap_or_default() < Self::fewest(share, endpoints)
        };
        endpoints > 0 && (self.0.is_empty() || self.0.iter().any(is_short))
    }

    /// Shares the endpoints out: slices whose hints still serve stay as they are. Returns how many
    /// each zone is given.
    ///
    /// # Errors
    /// Why they cannot be shared out. The hints are then to be removed.
    pub(super) fn share_out(&self, changes: &mut Changes) -> Result<PerZone, String> {
        let kept = changes.keep.iter();
        let kept = kept.flat_map(|slice| slice.endpoints.iter().flatten());
        let endpoints = kept.filter(|it| is_ready(it)).count()
            + changed(changes).filter(|it| is_ready(it)).count();
        let allocations = self.allocations(endpoints)?;
        let mut given = PerZone::new();
        for slice in std::mem::take(&mut changes.keep) {
            match hints(&slice, &given, &allocations) {
                Some(hints) => {
                    for (zone, count) in hints {
                        *given.entry(zone).or_default() += count;
                    }
                    changes.keep.push(slice);
                }
                None => change(changes, slice),
            }
        }
        for endpoint in changed(changes) {
            endpoint.hints = None;
            if !is_ready(endpoint) {
                continue;
            }
            let Some(zone) = endpoint.zone.clone().filter(|zone| !zone.is_empty()) else {
                return Err("One or more endpoints do not have a zone specified".to_owned());
            };
            endpoint.hints = in_zone(Some(&zone));
            *given.entry(zone).or_default() += 1;
        }
        let mut exchange = exchange(&allocations, &given);
        for endpoint in changed(changes).filter(|it| is_ready(it)) {
            let zone = endpoint.zone.clone().unwrap_or_default();
            if let Some(to) = exchange.take(&zone) {
                endpoint.hints = in_zone(Some(&to));
                *given.entry(to).or_default() += 1;
                if let Some(count) = given.get_mut(&zone) {
                    *count -= 1;
                }
            }
        }
        Ok(given)
    }
}

/// Takes the hints from all endpoints.
pub(super) fn remove_hints(changes: &mut Changes) {
    let has_hints = |slice: &Arc<EndpointSlice>| {
        let mut endpoints = slice.endpoints.iter().flatten();
        endpoints.any(|it| it.hints.is_some())
    };
    let (hinted, keep) = { std::mem::take(&mut changes.keep) }
        .into_iter()
        .partition(has_hints);
    changes.keep = keep;
    let hinted: Vec<_> = hinted;
    for slice in hinted {
        change(changes, slice);
    }
    for endpoint in changed(changes) {
        endpoint.hints = None;
    }
}

fn is_ready(endpoint: &Endpoint) -> bool {
    let conditions = endpoint.conditions.as_ref();
    conditions.and_then(|it| it.ready) == Some(true)
}

fn change(changes: &mut Changes, slice: Arc<EndpointSlice>) {
    let endpoints = slice.endpoints.clone().unwrap_or_default();
    let ports = slice.ports.clone().unwrap_or_default();
    changes.update.push((slice, endpoints, ports));
}

/// The endpoints of the slices that are written.
fn changed(changes: &mut Changes) -> impl Iterator<Item = &mut Endpoint> {
    let created = changes.create.iter_mut().map(|(endpoints, _)| endpoints);
    let updated = changes.update.iter_mut().map(|(_, endpoints, _)| endpoints);
    created.chain(updated).flatten()
}

/// The hints of a slice; nothing if it has to be written anew: an endpoint has none, or one for a
/// zone that is to have none, or a zone would get too many.
fn hints(
    slice: &EndpointSlice,
    given: &PerZone,
    allocations: &BTreeMap<String, Allocation>,
) -> Option<PerZone> {
    let mut hints = PerZone::new();
    let endpoints = slice.endpoints.iter().flatten();
    for endpoint in endpoints.filter(|it| is_ready(it)) {
        let zones = endpoint.hints.as_ref()?.for_zones.as_ref()?;
        if zones.is_empty() {
            return None;
        }
        for zone in zones {
            *hints.entry(zone.name.clone()).or_default() += 1;
        }
    }
    let fits = |(zone, count): (&String, &usize)| {
        let before = given.get(zone).copied().unwrap_or_default();
        allocations
            .get(zone)
            .is_some_and(|it| before + count <= it.most)
    };
    hints.iter().all(fits).then_some(hints)
}

/// How many endpoints zones give away, and others get.
#[derive(Debug, Default, PartialEq)]
struct Exchange {
    giving: PerZone,
    receiving: PerZone,
}

impl Exchange {
    /// The zone that gets an endpoint of this one, if it gives one away.
    fn take(&mut self, from: &str) -> Option<String> {
        let giving = self.giving.get_mut(from).filter(|count| **count > 0)?;
        let (zone, receiving) = self.receiving.iter_mut().find(|(_, count)| **count > 0)?;
        *giving -= 1;
        *receiving -= 1;
        Some(zone.clone())
    }
}

fn exchange(allocations: &BTreeMap<String, Allocation>, given: &PerZone) -> Exchange {
    let (mut surplus, mut lack) = (BTreeMap::new(), BTreeMap::new());
    for (zone, allocation) in allocations {
        let over = given.get(zone).copied().unwrap_or_default() as f64 - allocation.desired;
        let side = if over > 0.0 { &mut surplus } else { &mut lack };
        side.insert(zone.as_str(), over.abs());
    }
    let mut exchange = Exchange::default();
    while let (Some((from, over)), Some((to, under))) = (most(&mut surplus), most(&mut lack)) {
        if *over < 0.5 || *under < 0.5 || *over < 1.0 && *under < 1.0 {
            break;
        }
        *exchange.giving.entry(from.to_owned()).or_default() += 1;
        *exchange.receiving.entry(to.to_owned()).or_default() += 1;
        *over -= 1.0;
        *under -= 1.0;
    }
    exchange
}

/// The first of those that have the most.
fn most<'a, 'b>(zones: &'b mut BTreeMap<&'a str, f64>) -> Option<(&'a str, &'b mut f64)> {
    let zones = zones.iter_mut().map(|(zone, count)| (*zone, count));
    zones.reduce(|most, next| if *next.1 > *most.1 { next } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn node(zone: Option<&str>, cpu: &str, ready: bool) -> Arc<Node> {
        let ready = if ready { "True" } else { "False" };
        let node = json!({
            "metadata": {"labels": zone.map(|zone| json!({ZONE: zone}))},
            "status": {"allocatable": {"cpu": cpu}, "conditions": [{"type": "Ready", "status": ready}]},
        });
        Arc::new(serde_json::from_value(node).unwrap())
    }

    fn zones(cpus: &[(&str, &str)]) -> Zones {
        let nodes = cpus.iter().map(|(zone, cpu)| node(Some(zone), cpu, true));
        Zones::of(&nodes.collect::<Vec<_>>())
    }

    /// One slice with so many ready endpoints in each zone.
    fn new_slice(counts: &[(&str, usize)]) -> Changes {
        let endpoints = counts.iter().flat_map(|&(zone, count)| {
            (0..count).map(move |_| {
                let endpoint =
                    json!({"addresses": [], "zone": zone, "conditions": {"ready": true}});
                serde_json::from_value::<Endpoint>(endpoint).unwrap()
            })
        });
        Changes {
            create: vec![(endpoints.collect(), Vec::new())],
            ..Changes::default()
        }
    }

    fn as_kept(changes: Changes) -> Changes {
        let slices = changes.create.into_iter().map(|(endpoints, _)| {
            Arc::new(EndpointSlice {
                endpoints: Some(endpoints),
                ..EndpointSlice::default()
            })
        });
        Changes {
            keep: slices.collect(),
            ..Changes::default()
        }
    }

    fn given(shares: &Zones, counts: &[(&str, usize)]) -> Value {
        json!(shares.share_out(&mut new_slice(counts)))
    }

    /// Shares of CPUs, endpoints in zones -> endpoints for zones.
    #[test]
    fn endpoints_are_shared_out_by_cpus() {
        let even = zones(&[("a", "2"), ("b", "1500m"), ("b", "500m")]);
        let ok = |counts: Value| json!({"Ok": counts});
        assert_eq!(
            given(&even, &[("a", 3), ("b", 3)]),
            ok(json!({"a": 3, "b": 3}))
        );
        assert_eq!(
            given(&even, &[("a", 4), ("b", 2)]),
            ok(json!({"a": 3, "b": 3}))
        );
        assert_eq!(given(&even, &[("a", 6)]), ok(json!({"a": 3, "b": 3})));
        let uneven = zones(&[("a", "6"), ("b", "2")]);
        assert_eq!(
            given(&uneven, &[("a", 4), ("b", 4)]),
            ok(json!({"a": 6, "b": 2}))
        );
    }

    #[test]
    fn what_cannot_be_shared_out_says_why() {
        let refused = |shares: Zones, counts: &[(&str, usize)]| {
            let refused = shares.share_out(&mut new_slice(counts));
            refused.unwrap_err()
        };
        let even = || zones(&[("a", "1"), ("b", "1")]);
        assert!(refused(zones(&[("a", "1")]), &[("a", 4)]).starts_with("Insufficient Node"));
        let no_zone = Zones::of(&[
            node(Some("a"), "1", true),
            node(Some("b"), "1", true),
            node(None, "1", true),
        ]);
        assert!(refused(no_zone, &[("a", 4)]).starts_with("Insufficient Node"));
        let silent = Zones::of(&[
            node(Some("a"), "1", true),
            node(Some("b"), "1", true),
            node(None, "1", false),
        ]);
        assert!(silent.share_out(&mut new_slice(&[("a", 4)])).is_ok());
        assert_eq!(
            refused(even(), &[("a", 1)]),
            "Insufficient number of endpoints (1 endpoints, 2 zones)"
        );
        let three = zones(&[("a", "8"), ("b", "8"), ("c", "1")]);
        assert!(refused(three, &[("a", 3)]).starts_with("Unable to allocate minimum"));
        assert!(refused(even(), &[("", 4)]).starts_with("One or more endpoints"));
    }

    #[test]
    fn hints_that_serve_stay() {
        let shares = zones(&[("a", "1"), ("b", "1")]);
        let mut changes = new_slice(&[("a", 4), ("b", 2)]);
        let counts = shares.share_out(&mut changes).unwrap();
        assert!(!shares.overload(&counts));
        let mut again = as_kept(changes);
        assert_eq!(shares.share_out(&mut again).unwrap(), counts);
        assert_eq!((again.keep.len(), again.update.len()), (1, 0));

        let others = zones(&[("a", "1"), ("c", "1")]);
        assert!(others.overload(&counts));
        others.share_out(&mut again).unwrap();
        assert_eq!((again.keep.len(), again.update.len()), (0, 1));

        let mut removed = as_kept(Changes {
            create: vec![(again.update.remove(0).1, Vec::new())],
            ..Changes::default()
        });
        remove_hints(&mut removed);
        assert_eq!((removed.keep.len(), removed.update.len()), (0, 1));
        assert!(removed.update[0].1.iter().all(|it| it.hints.is_none()));
    }

    #[test]
    fn the_older_annotation_comes_first() {
        let enabled = |annotations: Value| {
            let service = json!({"metadata": {"annotations": annotations}});
            is_enabled(&serde_json::from_value(service).unwrap())
        };
        assert!(enabled(json!({MODE: "Auto"})));
        assert!(enabled(json!({MODE_BEFORE: "auto"})));
        assert!(!enabled(json!({MODE_BEFORE: "Disabled", MODE: "Auto"})));
        assert!(!enabled(json!({})));
    }
}
