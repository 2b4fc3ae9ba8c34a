//! Addresses and ports of Services: the server gives them out.
//!
//! What is taken is what the Services say that there are, or that are on their way to the store, so
//! nothing has to be kept in step. One request at a time chooses; a second server on the same store can give out the same
//! address in the same moment, as upstream before its repair loop has run.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::{Mapping, Value};

use super::options::cause;
use super::{Call, metadata};
use crate::cache::{CollectionId, PageRequest, Selection};
use crate::state::Server;
use crate::status::store_failed;
use crate::{Cause, Status};

/// The ports that are given out on nodes (`--service-node-port-range`).
const NODE_PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;

/// What has been given to a Service that is not stored yet; given up when this is dropped.
pub(crate) struct Reservation {
    server: Arc<Server>,
    number: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.server.reserved.remove(self.number);
    }
}

/// What has been given to Services on their way to the store.
#[derive(Default)]
pub(crate) struct Reserved(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    last: u64,
    services: Vec<(u64, Taken)>,
}

impl Reserved {
    fn add(&self, taken: Taken) -> u64 {
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        waiting.services.push((number, taken));
        number
    }

    fn remove(&self, number: u64) {
        self.waiting().services.retain(|(own, _)| *own != number);
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a Service the addresses and ports that it needs and does not have yet. They are nobody
/// else's as long as what is returned lives: until the Service is stored.
///
/// # Errors
/// When it asks for one that is taken or out of range, or there is none left.
pub(crate) async fn allocate(
    call: &Call<'_>,
    service: &mut Value,
    live: Option<&Value>,
) -> Result<Option<Reservation>, Status> {
    if !is_about_services(call) {
        return Ok(None);
    }
    let _turn = call.server.allocating.lock().await;
    let taken = Taken::read(call, metadata::text(service, "uid")).await?;
    let mut causes = Vec::new();
    address(call, service, live, &taken, &mut causes);
    if causes.is_empty() {
        ports(call, service, live, &taken, &mut causes);
        health_check_port(call, service, &taken);
    }
    if causes.is_empty() {
        let number = call.server.reserved.add(Taken {
            addresses: addresses(service).collect(),
            ports: node_ports(service).collect(),
        });
        return Ok(Some(Reservation {
            server: Arc::clone(call.server),
            number,
        }));
    }
    let name = metadata::text(service, "name");
    Err(Status::invalid("", "Service", name, causes))
}

/// How many addresses and ports Services have, and how many are left of each.
pub(crate) struct GivenOut {
    /// Addresses of the range.
    pub(crate) addresses: (usize, usize),
    /// Ports of nodes.
    pub(crate) ports: (usize, usize),
}

/// What has been given to the Services that there are.
///
/// # Errors
/// When one of them is damaged in the store.
pub(crate) fn given_out(server: &Server) -> Result<GivenOut, Status> {
    let resources = server.resources();
    let services = resources.get("", "v1", "services");
    let storage = services.and_then(|services| services.storage.as_ref());
    let storage = storage.ok_or_else(Status::no_such_path)?;
    let taken = Taken::of(server, storage.collection, "")?;
    // The first address is that of the network, and the last is for all of it.
    let in_range = usize::try_from(server.service_cluster_ip_range.size()).unwrap_or(usize::MAX);
    let in_range = in_range.saturating_sub(2);
    let of_nodes = NODE_PORTS.len();
    let (addresses, ports) = (taken.addresses.len(), taken.ports.len());
    Ok(GivenOut {
        addresses: (addresses, in_range.saturating_sub(addresses)),
        ports: (ports, of_nodes.saturating_sub(ports)),
    })
}

/// Whether a call is about Services.
fn is_about_services(call: &Call<'_>) -> bool {
    call.resource.group().is_empty() && call.resource.plural == "services"
}

/// What other Services have.
struct Taken {
    addresses: BTreeSet<Ipv4Addr>,
    ports: BTreeSet<u16>,
}

impl Taken {
    async fn read(call: &Call<'_>, own_uid: &str) -> Result<Self, Status> {
        let server = call.server;
        server.cache.catch_up().await.map_err(store_failed)?;
        Self::of(server, call.storage()?.collection, own_uid)
    }

    fn of(server: &Server, collection: CollectionId, own_uid: &str) -> Result<Self, Status> {
        let page = server.cache.list(PageRequest {
            collection,
            selection: &Selection::default(),
            after: None,
            behind: None,
            limit: 0,
        });
        let mut taken = Self {
            addresses: BTreeSet::new(),
            ports: BTreeSet::new(),
        };
        for object in page.objects {
            let service = object.shared_value()?;
            if metadata::text(&service, "uid") == own_uid {
                continue;
            }
            taken.addresses.extend(addresses(&service));
            taken.ports.extend(node_ports(&service));
        }
        for (_, reserved) in &server.reserved.waiting().services {
            taken.addresses.extend(&reserved.addresses);
            taken.ports.extend(&reserved.ports);
        }
        Ok(taken)
    }
}

fn spec_text<'v>(service: &'v Value, name: &str) -> &'v str {
    let text = service.get_path(&["spec", name]).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn addresses(service: &Value) -> impl Iterator<Item = Ipv4Addr> {
    let all = service
        .get_path(&["spec", "clusterIPs"])
        .and_then(Value::as_sequence);
    let all = all.unwrap_or_default().iter();
    all.filter_map(|address| address.as_str()?.parse().ok())
}

fn node_ports(service: &Value) -> impl Iterator<Item = u16> {
    let ports = service
        .get_path(&["spec", "ports"])
        .and_then(Value::as_sequence);
    let own = ports
        .unwrap_or_default()
        .iter()
        .map(|port| port.get("nodePort"));
    let health = std::iter::once(service.get_path(&["spec", "healthCheckNodePort"]));
    own.chain(health)
        .filter_map(|port| port?.text()?.parse().ok())
        .filter(|&port| port != 0)
}

/// Sets `clusterIP` and `clusterIPs`, and the families that follow from them.
fn address(
    call: &Call<'_>,
    service: &mut Value,
    live: Option<&Value>,
    taken: &Taken,
    causes: &mut Vec<Cause>,
) {
    let kind = spec_text(service, "type").to_owned();
    if kind == "ExternalName" {
        return;
    }
    let old = live
        .filter(|live| spec_text(live, "type") != "ExternalName")
        .map(|live| spec_text(live, "clusterIP"))
        .unwrap_or_default();
    keep_address(service, live);
    let problems = trimtab_validation::validate_service_addresses(service, live);
    if !problems.is_empty() {
        causes.extend(problems.into_iter().map(Cause::from));
        return;
    }
    let mut wanted = spec_text(service, "clusterIP").to_owned();
    let range = call.server.service_cluster_ip_range;
    let selects = service
        .get_path(&["spec", "selector"])
        .is_some_and(|it| !it.is_null_or_empty());
    let is_headless_without_selector = wanted == "None" && !selects;
    if !is_headless_without_selector && !has_families(service, causes) {
        return;
    }
    if wanted.is_empty() {
        let Some(address) = free_address(call, taken) else {
            let told = "Internal error: failed to allocate a serviceIP: range is full";
            causes.push(cause("InternalError", "spec.clusterIPs", told));
            return;
        };
        wanted = address.to_string();
    } else if wanted != "None" && old.is_empty() {
        // One that takes the place of another is refused by validation.
        let invalid = |why: &str| {
            let told =
                format!("Invalid value: [{wanted:?}]: failed to allocate IP {wanted}: {why}");
            cause("FieldValueInvalid", "spec.clusterIPs", &told)
        };
        match wanted.parse::<Ipv4Addr>() {
            Ok(address) if taken.addresses.contains(&address) => {
                causes.push(invalid("provided IP is already allocated"));
            }
            Ok(address) if range.number(address).is_none() => {
                let why = format!(
                    "the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {range}"
                );
                causes.push(invalid(&why));
            }
            // What is no address is found by validation.
            _ => {}
        }
    }
    let Some(spec) = service.get_mut("spec").and_then(Value::as_mapping_mut) else {
        return;
    };
    spec.insert("clusterIP", Value::string(&wanted));
    set_if_missing(spec, "clusterIPs", || {
        Value::sequence(vec![Value::string(&wanted)])
    });
    let (families, policy) = if is_headless_without_selector {
        (vec!["IPv4", "IPv6"], "RequireDualStack")
    } else {
        (vec!["IPv4"], "SingleStack")
    };
    set_if_missing(spec, "ipFamilies", || {
        Value::sequence(families.into_iter().map(Value::string).collect())
    });
    set_if_missing(spec, "ipFamilyPolicy", || Value::string(policy));
}

/// Brings `clusterIP` and `clusterIPs` together, as they are meant: who writes a Service back without
/// them, or changes the one that it knows, does not mean to change the other.
fn keep_address(service: &mut Value, live: Option<&Value>) {
    let (one, all) = ("clusterIP", "clusterIPs");
    let before = live
        .and_then(|live| live.get("spec"))
        .filter(|spec| spec.get("type").and_then(Value::as_str) != Some("ExternalName"));
    let Some(spec) = service.get_mut("spec").and_then(Value::as_mapping_mut) else {
        return;
    };
    let is_missing =
        |spec: &Mapping, name: &str| spec.get(name).is_none_or(Value::is_null_or_empty);
    if let Some(before) = before {
        let is_changed = !is_missing(spec, one) && spec.get(one) != before.get(one);
        for name in [one, all] {
            if is_missing(spec, name)
                && let Some(old) = before.get(name)
            {
                spec.insert(name, old.clone());
            }
        }
        if !(is_changed && spec.get(all) == before.get(all)) {
            return;
        }
        spec.remove(all);
    }
    if is_missing(spec, all)
        && !is_missing(spec, one)
        && let Some(address) = spec.get(one).cloned()
    {
        spec.insert(all, Value::sequence(vec![address]));
    }
}

/// Whether the families that a Service asks for are there: only IPv4 is.
fn has_families(service: &Value, causes: &mut Vec<Cause>) -> bool {
    const DUAL: &str = "RequireDualStack";
    const SINGLE: &str = "SingleStack";
    const MISSING: &str = "IPv6";
    let before = causes.len();
    if spec_text(service, "ipFamilyPolicy") == DUAL {
        let told = format!(
            "Invalid value: {DUAL:?}: this cluster is not configured for dual-stack services"
        );
        causes.push(cause("FieldValueInvalid", "spec.ipFamilyPolicy", &told));
    }
    let families = service.get_path(&["spec", "ipFamilies"]);
    let families = families.and_then(Value::as_sequence).unwrap_or_default();
    let policy = spec_text(service, "ipFamilyPolicy");
    if families.len() > 1 && matches!(policy, "" | SINGLE) {
        let told = format!(
            "Invalid value: {SINGLE:?}: must be 'RequireDualStack' or 'PreferDualStack' when multiple IP \
             families are specified"
        );
        causes.push(cause("FieldValueInvalid", "spec.ipFamilyPolicy", &told));
        return false;
    }
    for (at, family) in families.iter().enumerate() {
        if family.text() == Some(MISSING) {
            let told = format!("Invalid value: {MISSING:?}: not configured on this cluster");
            let field = format!("spec.ipFamilies[{at}]");
            causes.push(cause("FieldValueInvalid", &field, &told));
        }
    }
    causes.len() == before
}

fn set_if_missing(spec: &mut Mapping, name: &str, value: impl FnOnce() -> Value) {
    if spec.get(name).is_none_or(Value::is_null_or_empty) {
        spec.insert(name, value());
    }
}

/// An address that is free. The first is that of the `kubernetes` Service; a lower part of the range
/// is left for addresses that are asked for, as KEP-3070 has it.
fn free_address(call: &Call<'_>, taken: &Taken) -> Option<Ipv4Addr> {
    let range = call.server.service_cluster_ip_range;
    let last = range.size() - 2;
    let reserved = (range.size() / 16).clamp(16, 256).min(last);
    let upper = last - reserved;
    let start = if upper > 0 {
        call.server.chance.below(upper)
    } else {
        0
    };
    let behind = (0..upper).map(|step| 1 + reserved + (start + step) % upper);
    let lower = 1..=reserved;
    behind
        .chain(lower)
        .filter_map(|number| range.address(number))
        .find(|address| !taken.addresses.contains(address))
}

/// Sets `nodePort` of the ports of Services that are reached through nodes.
fn ports(
    call: &Call<'_>,
    service: &mut Value,
    live: Option<&Value>,
    taken: &Taken,
    causes: &mut Vec<Cause>,
) {
    let kind = spec_text(service, "type");
    let no_ports = service.get_path(&["spec", "allocateLoadBalancerNodePorts"]);
    let no_ports = no_ports.and_then(Value::text) == Some("false");
    let wants = kind == "NodePort" || (kind == "LoadBalancer" && !no_ports);
    let old: BTreeSet<u16> = live
        .map(|live| node_ports(live).collect())
        .unwrap_or_default();
    let mut own: BTreeSet<u16> = node_ports(service).collect();
    let Some(ports) = service
        .get_mut("spec")
        .and_then(|spec| spec.get_mut("ports"))
    else {
        return;
    };
    for (at, port) in ports.as_sequence_mut().into_iter().flatten().enumerate() {
        let Some(fields) = port.as_mapping_mut() else {
            continue;
        };
        let wanted = fields
            .get("nodePort")
            .and_then(Value::text)
            .and_then(|text| text.parse().ok());
        match wanted.unwrap_or(0_u16) {
            0 if !wants => {}
            0 => {
                if let Some(free) = free_port(call, taken, &own) {
                    own.insert(free);
                    fields.insert("nodePort", Value::int(i64::from(free)));
                } else {
                    let told = "Internal error: failed to allocate a nodePort: range is full";
                    causes.push(cause(
                        "InternalError",
                        &format!("spec.ports[{at}].nodePort"),
                        told,
                    ));
                }
            }
            wanted if old.contains(&wanted) => {}
            wanted => {
                let field = format!("spec.ports[{at}].nodePort");
                let why = if !NODE_PORTS.contains(&wanted) {
                    let (first, last) = (NODE_PORTS.start(), NODE_PORTS.end());
                    format!(
                        "provided port is not in the valid range. The range of valid ports is {first}-{last}"
                    )
                } else if taken.ports.contains(&wanted) {
                    "provided port is already allocated".to_owned()
                } else {
                    continue;
                };
                let told = format!("Invalid value: {wanted}: {why}");
                causes.push(cause("FieldValueInvalid", &field, &told));
            }
        }
    }
}

/// Sets `healthCheckNodePort`, by which a load balancer asks a node whether it has endpoints of its
/// own.
fn health_check_port(call: &Call<'_>, service: &mut Value, taken: &Taken) {
    let wants = spec_text(service, "type") == "LoadBalancer"
        && spec_text(service, "externalTrafficPolicy") == "Local";
    let own = service
        .get_path(&["spec", "healthCheckNodePort"])
        .and_then(Value::text);
    if !wants || own.is_some_and(|port| port != "0") {
        return;
    }
    let own: BTreeSet<u16> = node_ports(service).collect();
    let free = free_port(call, taken, &own);
    let spec = service.get_mut("spec").and_then(Value::as_mapping_mut);
    if let (Some(spec), Some(free)) = (spec, free) {
        spec.insert("healthCheckNodePort", Value::int(i64::from(free)));
    }
}

fn free_port(call: &Call<'_>, taken: &Taken, own: &BTreeSet<u16>) -> Option<u16> {
    let (first, count) = (*NODE_PORTS.start(), NODE_PORTS.len() as u64);
    let start = call.server.chance.below(count);
    (0..count)
        .filter_map(|step| u16::try_from((start + step) % count).ok())
        .map(|number| first + number)
        .find(|port| !taken.ports.contains(port) && !own.contains(port))
}
