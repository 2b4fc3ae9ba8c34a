//! Services and what stands behind them.

use super::cells::{
    NONE, UNSET, age, items, joined, joined_or, labels, name, string, string_or, text,
};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "Service", SERVICE, service),
    entry("", "Endpoints", ENDPOINTS, endpoints),
    entry(
        "discovery.k8s.io",
        "EndpointSlice",
        ENDPOINT_SLICE,
        endpoint_slice,
    ),
];

const SERVICE: &[Column] = &[
    NAME,
    column(
        "Type",
        "How the service can be reached: by an address within the cluster (\"ClusterIP\"; \"None\" \
         makes it headless), also by a port of every node (\"NodePort\"), also by a load balancer \
         (\"LoadBalancer\"), or as another name (\"ExternalName\"). \
         See https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    ),
    column(
        "Cluster-IP",
        "The service's address within the cluster; \"None\" of a \"headless service\". \
         See https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies",
    ),
    column(
        "External-IP",
        "Addresses outside the cluster by which the service can be reached.",
    ),
    column(
        "Port(s)",
        "The service's ports, with the nodes' ports behind a colon. \
         See https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies",
    ),
    AGE,
    column(
        "Selector",
        "The labels of the pods that stand behind the service. \
         See https://kubernetes.io/docs/concepts/services-networking/service/",
    )
    .wide(),
];

const ENDPOINTS: &[Column] = &[
    NAME,
    column(
        "Endpoints",
        "The addresses and ports that stand behind the service.",
    ),
    AGE,
];

const ENDPOINT_SLICE: &[Column] = &[
    NAME,
    column(
        "AddressType",
        "Of what kind the addresses are: \"IPv4\", \"IPv6\" or \"FQDN\".",
    ),
    column(
        "Ports",
        "The ports of every endpoint: at least 1 for a Service, at most 100.",
    ),
    column(
        "Endpoints",
        "The addresses of the endpoints, of which there are at most 1000.",
    ),
    AGE,
];

/// How many of several are told; of the others only how many there are.
const SHOWN: usize = 3;

fn service(object: &Value, now: Timestamp) -> Vec<Value> {
    let cluster_ips = items(object, &["spec", "clusterIPs"]);
    let cluster_ip = cluster_ips.first().and_then(Value::text);
    vec![
        name(object),
        string(object, &["spec", "type"]),
        cluster_ip.map_or_else(
            || string_or(object, &["spec", "clusterIP"], NONE),
            Value::string,
        ),
        Value::string(external_ip(object)),
        Value::string(ports(object)),
        age(object, now),
        Value::string(labels(object.get_path(&["spec", "selector"]))),
    ]
}

fn external_ip(object: &Value) -> String {
    let external = items(object, &["spec", "externalIPs"]);
    let external: Vec<&str> = external.iter().filter_map(Value::text).collect();
    match text(object, &["spec", "type"]) {
        "ExternalName" => text(object, &["spec", "externalName"]).to_owned(),
        "LoadBalancer" => {
            let balancers = load_balancers(object);
            let balancers = balancers.iter().map(String::as_str);
            joined_or(balancers.chain(external), "<pending>")
        }
        _ => joined_or(external, NONE),
    }
}

/// The addresses or names of an object's load balancers, in order.
pub(super) fn load_balancers(object: &Value) -> Vec<String> {
    let ingress = items(object, &["status", "loadBalancer", "ingress"]);
    let mut addresses: Vec<String> = ingress
        .iter()
        .map(|ingress| match text(ingress, &["ip"]) {
            "" => text(ingress, &["hostname"]).to_owned(),
            ip => ip.to_owned(),
        })
        .filter(|address| !address.is_empty())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

fn ports(object: &Value) -> String {
    let ports: Vec<String> = items(object, &["spec", "ports"])
        .iter()
        .map(|port| {
            let (number, protocol) = (text(port, &["port"]), text(port, &["protocol"]));
            match text(port, &["nodePort"]) {
                "" | "0" => format!("{number}/{protocol}"),
                node_port => format!("{number}:{node_port}/{protocol}"),
            }
        })
        .collect();
    joined_or(ports.iter().map(String::as_str), NONE)
}

fn endpoints(object: &Value, now: Timestamp) -> Vec<Value> {
    let subsets = items(object, &["subsets"]);
    let mut all = Vec::new();
    for subset in subsets {
        let addresses = items(subset, &["addresses"]);
        let addresses = addresses.iter().map(|address| text(address, &["ip"]));
        let ports = items(subset, &["ports"]);
        if ports.is_empty() {
            all.extend(addresses.map(str::to_owned));
            continue;
        }
        for port in ports {
            let port = text(port, &["port"]);
            all.extend(addresses.clone().map(|address| host_port(address, port)));
        }
    }
    let told = if subsets.is_empty() {
        NONE.to_owned()
    } else {
        first_of(&all)
    };
    vec![name(object), Value::string(told), age(object, now)]
}

fn host_port(address: &str, port: &str) -> String {
    if address.contains(':') {
        return format!("[{address}]:{port}");
    }
    format!("{address}:{port}")
}

fn endpoint_slice(object: &Value, now: Timestamp) -> Vec<Value> {
    let ports: Vec<String> = items(object, &["ports"])
        .iter()
        .map(
            |port| match (text(port, &["port"]), text(port, &["name"])) {
                ("", "") => "*".to_owned(),
                ("", name) => name.to_owned(),
                (number, _) => number.to_owned(),
            },
        )
        .collect();
    let addresses: Vec<String> = items(object, &["endpoints"])
        .iter()
        .flat_map(|endpoint| items(endpoint, &["addresses"]))
        .filter_map(|address| address.text().map(str::to_owned))
        .collect();
    vec![
        name(object),
        string(object, &["addressType"]),
        Value::string(first_of_or_unset(&ports)),
        Value::string(first_of_or_unset(&addresses)),
        age(object, now),
    ]
}

fn first_of_or_unset(all: &[String]) -> String {
    if all.is_empty() {
        return UNSET.to_owned();
    }
    first_of(all)
}

/// The first few, and how many more there are.
pub(super) fn first_of(all: &[String]) -> String {
    let shown = joined(all.iter().take(SHOWN).map(String::as_str));
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} + {more} more..."),
    }
}
