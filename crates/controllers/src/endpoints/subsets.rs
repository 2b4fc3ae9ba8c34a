//! Addresses and ports as the subsets of an `Endpoints` object, in their one canonical form.
//!
//! The rules are those of `RepackSubsets` in Kubernetes' `pkg/api/v1/endpoints`: the ports that the
//! same addresses offer stand together, and an address that is not ready for one of two reasons is
//! not ready.

use k8s_openapi::api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset};
use std::collections::BTreeMap;

/// What makes an address the same one: two hosts may share an IP address.
type Identity = (String, Option<String>);
/// The addresses that offer a port, and whether each is ready.
type Offering = BTreeMap<Identity, bool>;

fn identity(address: &EndpointAddress) -> Identity {
    let target = address.target_ref.as_ref();
    let uid = target.and_then(|target| target.uid.clone());
    (address.ip.clone(), uid)
}

/// Gathers single addresses and ports into subsets.
#[derive(Default)]
pub(super) struct Gathered {
    addresses: BTreeMap<Identity, EndpointAddress>,
    /// `None` stands for no port at all: a Service without an address needs none.
    ports: Vec<(Option<EndpointPort>, Offering)>,
}

impl Gathered {
    /// Takes in that an address offers a port.
    pub(super) fn add(
        &mut self,
        address: &EndpointAddress,
        port: Option<EndpointPort>,
        is_ready: bool,
    ) {
        let key = identity(address);
        self.addresses
            .entry(key.clone())
            .or_insert_with(|| address.clone());
        let at = self.ports.iter().position(|(known, _)| *known == port);
        let at = at.unwrap_or_else(|| {
            self.ports.push((port, Offering::new()));
            self.ports.len() - 1
        });
        let ready = self.ports[at].1.entry(key).or_insert(is_ready);
        *ready &= is_ready;
    }

    /// The subsets: by their ports, which are by name and number.
    pub(super) fn subsets(self) -> Vec<EndpointSubset> {
        let mut by_addresses: BTreeMap<Offering, Vec<EndpointPort>> = BTreeMap::new();
        for (port, offering) in self.ports {
            by_addresses.entry(offering).or_default().extend(port);
        }
        let addresses = self.addresses;
        let of = |offering: &Offering, is_ready: bool| {
            let wanted = offering.iter().filter(|(_, ready)| **ready == is_ready);
            let found: Vec<_> = wanted.map(|(key, _)| addresses[key].clone()).collect();
            Some(found).filter(|found| !found.is_empty())
        };
        let mut subsets: Vec<_> = by_addresses
            .into_iter()
            .map(|(offering, mut ports)| {
                ports.sort_by_cached_key(port_order);
                EndpointSubset {
                    addresses: of(&offering, true),
                    not_ready_addresses: of(&offering, false),
                    ports: Some(ports).filter(|ports| !ports.is_empty()),
                }
            })
            .collect();
        subsets.sort_by_cached_key(|subset| {
            let ports = subset.ports.iter().flatten();
            ports.map(port_order).collect::<Vec<_>>()
        });
        subsets
    }
}

fn port_order(port: &EndpointPort) -> (String, i32, String) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    (text(&port.name), port.port, text(&port.protocol))
}

/// Gathers subsets that somebody wrote by hand anew.
pub(crate) fn repacked(subsets: &[EndpointSubset]) -> Vec<EndpointSubset> {
    let mut gathered = Gathered::default();
    for subset in subsets {
        let ports = subset.ports.iter().flatten().cloned().map(Some);
        let mut ports: Vec<_> = ports.collect();
        if ports.is_empty() {
            ports.push(None);
        }
        for port in ports {
            for address in subset.addresses.iter().flatten() {
                gathered.add(address, port.clone(), true);
            }
            for address in subset.not_ready_addresses.iter().flatten() {
                gathered.add(address, port.clone(), false);
            }
        }
    }
    gathered.subsets()
}

/// Cuts `subsets` down to `most` addresses, of each subset its share, those that are not ready
/// first. Whether anything was cut.
pub(super) fn truncate(subsets: &mut [EndpointSubset], most: usize) -> bool {
    let len = |it: &Option<Vec<EndpointAddress>>| it.as_ref().map_or(0, Vec::len);
    let ready: usize = subsets.iter().map(|it| len(&it.addresses)).sum();
    let others: usize = subsets.iter().map(|it| len(&it.not_ready_addresses)).sum();
    if ready + others <= most {
        return false;
    }
    let cuts_ready = ready > most;
    let (room, total) = if cuts_ready {
        (most, ready)
    } else {
        (most - ready, others)
    };
    let mut left = room;
    for subset in subsets {
        if cuts_ready {
            subset.not_ready_addresses = None;
        }
        let list = if cuts_ready {
            &mut subset.addresses
        } else {
            &mut subset.not_ready_addresses
        };
        if let Some(addresses) = list {
            let share = (addresses.len() * room).div_ceil(total).min(left);
            addresses.truncate(share);
            left -= addresses.len();
        }
        if list.as_ref().is_some_and(Vec::is_empty) {
            *list = None;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn repack(subsets: Value) -> Value {
        let subsets: Vec<EndpointSubset> = serde_json::from_value(subsets).unwrap();
        json!(repacked(&subsets))
    }

    #[test]
    fn ports_of_the_same_addresses_stand_together() {
        let subsets = json!([
            {"addresses": [{"ip": "10.0.0.2"}], "ports": [{"name": "b", "port": 2}]},
            {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"name": "b", "port": 2}]},
            {"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}], "ports": [{"name": "a", "port": 1}]},
            {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"name": "c", "port": 3}]},
        ]);
        let expected = json!([
            {"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}],
             "ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
            {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"name": "c", "port": 3}]},
        ]);
        assert_eq!(repack(subsets), expected);
    }

    #[test]
    fn not_ready_wins_and_no_port_is_kept() {
        let subsets = json!([
            {"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},
            {"notReadyAddresses": [{"ip": "10.0.0.1"}]},
        ]);
        let expected = json!([
            {"addresses": [{"ip": "10.0.0.2"}], "notReadyAddresses": [{"ip": "10.0.0.1"}]},
        ]);
        assert_eq!(repack(subsets), expected);
    }

    #[test]
    fn the_ready_stay_when_there_are_too_many() {
        let addresses = |from: usize, count: usize| -> Vec<Value> {
            let range = from..from + count;
            range
                .map(|it| json!({"ip": format!("10.0.0.{it}")}))
                .collect()
        };
        let subsets = json!([
            {"addresses": addresses(0, 4), "notReadyAddresses": addresses(10, 4)},
            {"addresses": addresses(20, 2), "notReadyAddresses": addresses(30, 4)},
        ]);
        // Most -> ready and others of each subset.
        for (most, expected) in [
            (14, [(4, 4), (2, 4)]),
            (9, [(4, 2), (2, 1)]),
            (6, [(4, 0), (2, 0)]),
            (3, [(2, 0), (1, 0)]),
        ] {
            let mut subsets: Vec<EndpointSubset> = serde_json::from_value(subsets.clone()).unwrap();
            assert_eq!(truncate(&mut subsets, most), most < 14);
            let len = |it: &Option<Vec<EndpointAddress>>| it.as_ref().map_or(0, Vec::len);
            let got: Vec<_> = subsets
                .iter()
                .map(|it| (len(&it.addresses), len(&it.not_ready_addresses)))
                .collect();
            assert_eq!(got, expected, "{most}");
        }
    }
}
