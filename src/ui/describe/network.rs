//! What leads into the cluster, and what may talk with what.

use super::events;
use super::fields::{at, items, or, text, text_or, texts};
use super::limits::write_conditions;
use super::moment::Moment;
use super::selectors::{selector, selector_or_none};
use super::services::endpoints;
use super::sheet::Sheet;
use super::{Backend, Surroundings};
use trimtab_tree::Value;

/// Writes an Ingress with what is behind it.
pub(super) fn write_ingress(
    sheet: &mut Sheet,
    ingress: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.field(0, "Name", text(ingress, "metadata.name"));
    sheet.labels(ingress);
    sheet.field(0, "Namespace", text(ingress, "metadata.namespace"));
    sheet.field(0, "Address", addresses(ingress));
    sheet.field(
        0,
        "Ingress Class",
        text_or(ingress, "spec.ingressClassName", "<none>"),
    );
    let default = at(ingress, "spec.defaultBackend");
    let default = default.map_or_else(|| "<default>".to_owned(), |it| backend(it, around));
    sheet.field(0, "Default backend", &default);
    let certificates = items(ingress, "spec.tls");
    if !certificates.is_empty() {
        sheet.line(0, "TLS:");
    }
    for certificate in certificates {
        let hosts = texts(certificate, "hosts").join(",");
        match text(certificate, "secretName") {
            "" => sheet.line(1, format_args!("SNI routes {hosts}")),
            secret => sheet.line(1, format_args!("{secret} terminates {hosts}")),
        }
    }
    sheet.line(0, "Rules:");
    sheet.row(1, &["Host", "Path", "Backends"]);
    sheet.row(1, &["----", "----", "--------"]);
    let rules = items(ingress, "spec.rules").iter();
    let rules: Vec<&Value> = rules.filter(|rule| at(rule, "http").is_some()).collect();
    for rule in &rules {
        sheet.row(1, &[text_or(rule, "host", "*"), ""]);
        for path in items(rule, "http.paths") {
            let behind = at(path, "backend").map(|it| backend(it, around));
            let behind = behind.unwrap_or_default();
            sheet.line(2, format_args!("\t{} \t{behind}", text(path, "path")));
        }
    }
    if rules.is_empty() {
        sheet.row(1, &["*", "*", &default]);
    }
    sheet.annotations(ingress);
    events::write(sheet, around.events.as_deref(), moment);
}

fn addresses(ingress: &Value) -> String {
    let balancers = items(ingress, "status.loadBalancer.ingress").iter();
    let addresses = balancers.map(|it| text_or(it, "ip", text(it, "hostname")));
    let mut addresses: Vec<&str> = addresses.filter(|it| !it.is_empty()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.join(",")
}

/// What requests are sent to, and the addresses there.
fn backend(backend: &Value, around: &Surroundings) -> String {
    if let Some(service) = at(backend, "service") {
        let name = text(service, "name");
        let (number, port_name) = (text(service, "port.number"), text(service, "port.name"));
        let port = if matches!(number, "" | "0") {
            port_name
        } else {
            number
        };
        let mut backends = around.backends.iter();
        let behind = match backends.find(|(its, _)| its == name).map(|(_, it)| it) {
            Some(Ok(Backend { service, slices })) => {
                let mut ports = items(service, "spec.ports").iter();
                let is_it = |it: &&Value| {
                    text(it, "port") == number
                        || !port_name.is_empty() && text(it, "name") == port_name
                };
                let port = ports.rfind(is_it).map_or("", |port| text(port, "name"));
                endpoints(slices, port)
            }
            Some(Err(problem)) => format!("<error: {problem}>"),
            None => "<none>".to_owned(),
        };
        return format!("{name}:{port} ({behind})");
    }
    let Some(resource) = at(backend, "resource") else {
        return String::new();
    };
    let group = text_or(resource, "apiGroup", "<none>");
    let (kind, name) = (text(resource, "kind"), text(resource, "name"));
    format!("APIGroup: {group}, Kind: {kind}, Name: {name}")
}

/// Writes an `IngressClass`.
pub(super) fn write_class(
    sheet: &mut Sheet,
    class: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.cluster_head(class);
    sheet.field(0, "Controller", text(class, "spec.controller"));
    if let Some(parameters) = at(class, "spec.parameters") {
        sheet.line(0, "Parameters:");
        if at(parameters, "apiGroup").is_some() {
            sheet.field(1, "APIGroup", text(parameters, "apiGroup"));
        }
        sheet.field(1, "Kind", text(parameters, "kind"));
        sheet.field(1, "Name", text(parameters, "name"));
    }
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes a `ServiceCIDR`.
pub(super) fn write_cidr(sheet: &mut Sheet, cidr: &Value, around: &Surroundings, moment: &Moment) {
    sheet.cluster_head(cidr);
    sheet.field(0, "CIDRs", texts(cidr, "spec.cidrs").join(", "));
    if !items(cidr, "status.conditions").is_empty() {
        sheet.line(0, "Status:");
    }
    write_conditions(sheet, cidr, moment);
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes an `IPAddress`.
pub(super) fn write_address(
    sheet: &mut Sheet,
    address: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.cluster_head(address);
    if let Some(parent) = at(address, "spec.parentRef") {
        sheet.line(0, "Parent Reference:");
        for (name, field) in [
            ("Group", "group"),
            ("Resource", "resource"),
            ("Namespace", "namespace"),
            ("Name", "name"),
        ] {
            sheet.field(1, name, text(parent, field));
        }
    }
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes a `NetworkPolicy`.
pub(super) fn write_policy(sheet: &mut Sheet, policy: &Value, moment: &Moment) {
    sheet.name_and_namespace(policy);
    sheet.field(
        0,
        "Created on",
        moment.go_time(policy, "metadata.creationTimestamp"),
    );
    sheet.labels(policy);
    sheet.annotations(policy);
    sheet.line(0, "Spec:");
    let pods = selector(policy, "spec.podSelector");
    let all = "<none> (Allowing the specific traffic to all pods in this namespace)";
    sheet.line(1, format_args!("PodSelector:     {}", or(&pods, all)));
    let types = texts(policy, "spec.policyTypes");
    for side in [INGRESS, EGRESS] {
        let word = side.name.to_lowercase();
        if types.contains(&side.name) {
            sheet.line(1, format_args!("Allowing {word} traffic:"));
            write_rules(sheet, items(policy, side.rules), &side);
        } else {
            sheet.line(1, format_args!("Not affecting {word} traffic"));
        }
    }
    let types = types.join(", ");
    sheet.line(1, format_args!("Policy Types: {}", or(&types, "<none>")));
}

/// One of the two directions of traffic.
struct Side {
    name: &'static str,
    rules: &'static str,
    peers: &'static str,
    heading: &'static str,
    place: &'static str,
}

const INGRESS: Side = Side {
    name: "Ingress",
    rules: "spec.ingress",
    peers: "from",
    heading: "From",
    place: "source",
};

const EGRESS: Side = Side {
    name: "Egress",
    rules: "spec.egress",
    peers: "to",
    heading: "To",
    place: "destination",
};

fn write_rules(sheet: &mut Sheet, rules: &[Value], side: &Side) {
    if rules.is_empty() {
        let word = side.name.to_lowercase();
        sheet.line(
            2,
            format_args!("<none> (Selected pods are isolated for {word} connectivity)"),
        );
    }
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            sheet.line(2, "----------");
        }
        let ports = items(rule, "ports");
        if ports.is_empty() {
            sheet.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            write_port(sheet, port);
        }
        let peers = items(rule, side.peers);
        let Side { heading, place, .. } = side;
        if peers.is_empty() {
            sheet.line(
                2,
                format_args!("{heading}: <any> (traffic not restricted by {place})"),
            );
        }
        for peer in peers {
            sheet.line(2, format_args!("{heading}:"));
            write_peer(sheet, peer);
        }
    }
}

fn write_port(sheet: &mut Sheet, port: &Value) {
    let number = text_or(port, "port", "<nil>");
    let protocol = text_or(port, "protocol", "TCP");
    match text(port, "endPort") {
        "" => sheet.line(2, format_args!("To Port: {number}/{protocol}")),
        end => sheet.line(2, format_args!("To Port Range: {number}-{end}/{protocol}")),
    }
}

fn write_peer(sheet: &mut Sheet, peer: &Value) {
    let selectors = [
        ("NamespaceSelector", "namespaceSelector"),
        ("PodSelector", "podSelector"),
    ];
    let mut has_selector = false;
    for (name, field) in selectors {
        if at(peer, field).is_some() {
            has_selector = true;
            sheet.line(3, format_args!("{name}: {}", selector_or_none(peer, field)));
        }
    }
    if let Some(block) = at(peer, "ipBlock").filter(|_| !has_selector) {
        sheet.line(3, "IPBlock:");
        sheet.line(4, format_args!("CIDR: {}", text(block, "cidr")));
        sheet.line(
            4,
            format_args!("Except: {}", texts(block, "except").join(", ")),
        );
    }
}
