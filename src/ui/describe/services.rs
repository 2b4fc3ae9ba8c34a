//! Services and what is behind them.

use super::Surroundings;
use super::events;
use super::fields::{at, equations_in_line, flag, items, number, or, text, text_or, texts};
use super::moment::Moment;
use super::sheet::Sheet;
use trimtab_tree::Value;

/// So many addresses are shown of one port.
const SHOWN_ADDRESSES: usize = 3;

/// Writes a Service.
pub(super) fn write_service(
    sheet: &mut Sheet,
    service: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.head(service);
    sheet.field(0, "Selector", equations_in_line(service, "spec.selector"));
    sheet.field(0, "Type", text(service, "spec.type"));
    sheet.field_if_any(0, "IP Family Policy", service, "spec.ipFamilyPolicy");
    let or_none = |path| or(&texts(service, path).join(","), "<none>").to_owned();
    sheet.field(0, "IP Families", or_none("spec.ipFamilies"));
    sheet.field(0, "IP", text(service, "spec.clusterIP"));
    sheet.field(0, "IPs", or_none("spec.clusterIPs"));
    sheet.list_if_any("External IPs", service, "spec.externalIPs");
    sheet.field_if_any(0, "Desired LoadBalancer IP", service, "spec.loadBalancerIP");
    sheet.field_if_any(0, "External Name", service, "spec.externalName");
    let ingress = items(service, "status.loadBalancer.ingress");
    if !ingress.is_empty() {
        let ingress: Vec<String> = ingress.iter().map(balancer).collect();
        sheet.field(0, "LoadBalancer Ingress", ingress.join(", "));
    }
    for port in items(service, "spec.ports") {
        write_port(sheet, port, &around.endpoint_slices);
    }
    sheet.field(0, "Session Affinity", text(service, "spec.sessionAffinity"));
    for (name, path) in [
        ("External Traffic Policy", "spec.externalTrafficPolicy"),
        ("Internal Traffic Policy", "spec.internalTrafficPolicy"),
    ] {
        sheet.field_if_any(0, name, service, path);
    }
    if number(service, "spec.healthCheckNodePort") != "0" {
        sheet.field(
            0,
            "HealthCheck NodePort",
            number(service, "spec.healthCheckNodePort"),
        );
    }
    let ranges = "spec.loadBalancerSourceRanges";
    sheet.list_if_any("LoadBalancer Source Ranges", service, ranges);
    events::write(sheet, around.events.as_deref(), moment);
}

fn balancer(ingress: &Value) -> String {
    match (text(ingress, "ip"), text(ingress, "ipMode")) {
        ("", _) => text(ingress, "hostname").to_owned(),
        (address, "") => address.to_owned(),
        (address, mode) => format!("{address} ({mode})"),
    }
}

fn write_port(sheet: &mut Sheet, port: &Value, slices: &[Value]) {
    let name = text_or(port, "name", "<unset>");
    let protocol = text(port, "protocol");
    let line = |number: &str| format!("{name}\t{number}/{protocol}");
    sheet.field(0, "Port", line(number(port, "port")));
    sheet.field(
        0,
        "TargetPort",
        format_args!("{}/{protocol}", number(port, "targetPort")),
    );
    if number(port, "nodePort") != "0" {
        sheet.field(0, "NodePort", line(number(port, "nodePort")));
    }
    sheet.field(0, "Endpoints", endpoints(slices, text(port, "name")));
}

/// The addresses that are ready behind the port of this name.
pub(super) fn endpoints(slices: &[Value], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown: Vec<String> = Vec::new();
    let (mut count, mut has_more) = (0, false);
    let mut add = |endpoint: &Value, port: Option<&str>| {
        has_more |= shown.len() == SHOWN_ADDRESSES;
        if text(endpoint, "conditions.ready") == "false" {
            return;
        }
        count += 1;
        let address = texts(endpoint, "addresses")
            .first()
            .copied()
            .unwrap_or_default();
        if !has_more {
            shown.push(port.map_or_else(|| address.to_owned(), |port| with_port(address, port)));
        }
    };
    for slice in slices {
        let ports = items(slice, "ports");
        let endpoints = items(slice, "endpoints");
        for endpoint in endpoints.iter().filter(|_| ports.is_empty()) {
            add(endpoint, None);
        }
        for port in ports.iter().filter(|port| text(port, "name") == port_name) {
            for endpoint in endpoints {
                add(endpoint, Some(number(port, "port")));
            }
        }
    }
    let shown = shown.join(",");
    if has_more {
        return format!("{shown} + {} more...", count - SHOWN_ADDRESSES.min(count));
    }
    shown
}

fn with_port(address: &str, port: &str) -> String {
    if address.contains(':') {
        return format!("[{address}]:{port}");
    }
    format!("{address}:{port}")
}

/// Writes Endpoints.
pub(super) fn write_endpoints(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.head(object);
    sheet.line(0, "Subsets:");
    for subset in items(object, "subsets") {
        for (name, field) in [
            ("Addresses", "addresses"),
            ("NotReadyAddresses", "notReadyAddresses"),
        ] {
            let addresses = items(subset, field).iter();
            let addresses: Vec<&str> = addresses.map(|address| text(address, "ip")).collect();
            sheet.field(1, name, or(&addresses.join(","), "<none>"));
        }
        let ports = items(subset, "ports");
        if !ports.is_empty() {
            sheet.line(1, "Ports:");
            sheet.row(2, &["Name", "Port", "Protocol"]);
            sheet.row(2, &["----", "----", "--------"]);
        }
        for port in ports {
            write_endpoint_port(sheet, 2, port, "0");
        }
        sheet.line(0, "");
    }
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_endpoint_port(sheet: &mut Sheet, level: usize, port: &Value, unset: &str) {
    let name = text_or(port, "name", "<unset>");
    sheet.row(
        level,
        &[name, text_or(port, "port", unset), text(port, "protocol")],
    );
}

/// Writes an `EndpointSlice`.
pub(super) fn write_slice(
    sheet: &mut Sheet,
    slice: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.head(slice);
    sheet.field(0, "AddressType", text(slice, "addressType"));
    let ports = items(slice, "ports");
    if ports.is_empty() {
        sheet.line(0, "Ports: <unset>");
    } else {
        sheet.line(0, "Ports:");
        sheet.row(1, &["Name", "Port", "Protocol"]);
        sheet.row(1, &["----", "----", "--------"]);
    }
    for port in ports {
        write_endpoint_port(sheet, 1, port, "<unset>");
    }
    let endpoints = items(slice, "endpoints");
    sheet.line(
        0,
        if endpoints.is_empty() {
            "Endpoints: <none>"
        } else {
            "Endpoints:"
        },
    );
    for endpoint in endpoints {
        write_endpoint(sheet, endpoint);
    }
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_endpoint(sheet: &mut Sheet, endpoint: &Value) {
    let addresses = texts(endpoint, "addresses").join(", ");
    sheet.field(1, "- Addresses", or(&addresses, "<none>"));
    sheet.line(2, "Conditions:");
    let ready = match at(endpoint, "conditions.ready") {
        Some(_) => flag(endpoint, "conditions.ready"),
        None => "<unset>",
    };
    sheet.field(3, "Ready", ready);
    let or_unset = |path| at(endpoint, path).map_or("<unset>", |it| it.text().unwrap_or_default());
    sheet.field(2, "Hostname", or_unset("hostname"));
    if let Some(object) = at(endpoint, "targetRef") {
        let (kind, name) = (text(object, "kind"), text(object, "name"));
        sheet.field(2, "TargetRef", format_args!("{kind}/{name}"));
    }
    sheet.field(2, "NodeName", or_unset("nodeName"));
    sheet.field(2, "Zone", or_unset("zone"));
}
