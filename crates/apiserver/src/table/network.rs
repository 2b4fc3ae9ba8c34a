//! Ways into the cluster, and what may pass.

use super::cells::{NONE, age, items, joined, name, selector, string, string_or, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use super::service::{first_of, load_balancers};
use jiff::Timestamp;
use trimtab_tree::Value;

const GROUP: &str = "networking.k8s.io";

pub(super) const ENTRIES: &[Entry] = &[
    entry(GROUP, "Ingress", INGRESS, ingress),
    entry(GROUP, "IngressClass", INGRESS_CLASS, ingress_class),
    entry(GROUP, "NetworkPolicy", NETWORK_POLICY, network_policy),
    entry(GROUP, "IPAddress", IP_ADDRESS, ip_address),
    entry(GROUP, "ServiceCIDR", SERVICE_CIDR, service_cidr),
];

const INGRESS: &[Column] = &[
    NAME,
    column("Class", "The class of controllers that serve the ingress."),
    column("Hosts", "The hosts of the requests that the ingress takes."),
    column(
        "Address",
        "The addresses of the load balancers that serve the ingress.",
    ),
    column(
        "Ports",
        "The ports that are open: that of TLS only where it is configured.",
    ),
    AGE,
];

const INGRESS_CLASS: &[Column] = &[
    NAME,
    column(
        "Controller",
        "The controller that serves ingresses of the class.",
    ),
    column("Parameters", "The object that configures the controller."),
    AGE,
];

const NETWORK_POLICY: &[Column] = &[
    NAME,
    column(
        "Pod-Selector",
        "The labels of the pods that the policy is about.",
    ),
    AGE,
];

/// kube-apiserver tells the age of addresses in a cell behind the last column.
const IP_ADDRESS: &[Column] = &[
    NAME,
    column("ParentRef", "The object that the address belongs to."),
];

const SERVICE_CIDR: &[Column] = &[
    NAME,
    column(
        "CIDRs",
        "The ranges from which services get their addresses, e.g. \"192.168.0.0/24\" or \
         \"2001:db8::/64\".",
    ),
    AGE,
];

fn ingress(object: &Value, now: Timestamp) -> Vec<Value> {
    let rules = items(object, &["spec", "rules"]).iter();
    let hosts = rules.map(|rule| text(rule, &["host"]).to_owned());
    let hosts: Vec<String> = hosts.filter(|host| !host.is_empty()).collect();
    let hosts = if hosts.is_empty() {
        "*".to_owned()
    } else {
        first_of(&hosts)
    };
    let has_tls = !items(object, &["spec", "tls"]).is_empty();
    vec![
        name(object),
        string_or(object, &["spec", "ingressClassName"], NONE),
        Value::string(hosts),
        Value::string(load_balancers(object).join(",")),
        Value::string(if has_tls { "80, 443" } else { "80" }),
        age(object, now),
    ]
}

fn ingress_class(object: &Value, now: Timestamp) -> Vec<Value> {
    let parameters = object.get_path(&["spec", "parameters"]);
    let parameters = parameters.map_or_else(
        || NONE.to_owned(),
        |parameters| {
            let (kind, name) = (text(parameters, &["kind"]), text(parameters, &["name"]));
            match text(parameters, &["apiGroup"]) {
                "" => format!("{kind}/{name}"),
                group => format!("{kind}.{group}/{name}"),
            }
        },
    );
    vec![
        super::storage::class_name(object, "ingressclass.kubernetes.io/is-default-class"),
        string(object, &["spec", "controller"]),
        Value::string(parameters),
        age(object, now),
    ]
}

fn network_policy(object: &Value, now: Timestamp) -> Vec<Value> {
    let pods = object.get_path(&["spec", "podSelector"]);
    vec![
        name(object),
        Value::string(selector(pods)),
        age(object, now),
    ]
}

fn ip_address(object: &Value, now: Timestamp) -> Vec<Value> {
    let parent = object.get_path(&["spec", "parentRef"]);
    let parent = parent.map_or_else(
        || NONE.to_owned(),
        |parent| {
            let resource = match (text(parent, &["resource"]), text(parent, &["group"])) {
                (resource, "") => resource.to_owned(),
                (resource, group) => format!("{resource}.{group}"),
            };
            let name = text(parent, &["name"]);
            match text(parent, &["namespace"]) {
                "" => format!("{resource}/{name}"),
                namespace => format!("{resource}/{namespace}/{name}"),
            }
        },
    );
    vec![name(object), Value::string(parent), age(object, now)]
}

fn service_cidr(object: &Value, now: Timestamp) -> Vec<Value> {
    let cidrs = items(object, &["spec", "cidrs"]).iter();
    vec![
        name(object),
        Value::string(joined(cidrs.filter_map(Value::text))),
        age(object, now),
    ]
}
