//! Nodes.

use super::Surroundings;
use super::events;
use super::fields::{amount_of, at, flag, items, pairs, text, text_or};
use super::moment::Moment;
use super::pod_resources::{Amounts, limits, requests};
use super::sheet::Sheet;
use std::collections::BTreeSet;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Writes a Node with its pods.
pub(super) fn write(sheet: &mut Sheet, node: &Value, around: &Surroundings, moment: &Moment) {
    sheet.field(0, "Name", text(node, "metadata.name"));
    let roles = roles(node);
    let roles = if roles.is_empty() {
        "<none>".to_owned()
    } else {
        roles
    };
    sheet.field(0, "Roles", roles);
    sheet.labels(node);
    sheet.annotations(node);
    sheet.field(
        0,
        "CreationTimestamp",
        moment.date(node, "metadata.creationTimestamp"),
    );
    sheet.below_each_other("Taints", &taints(node));
    sheet.field(0, "Unschedulable", flag(node, "spec.unschedulable"));
    write_lease(sheet, &around.lease, moment);
    write_conditions(sheet, node, moment);
    sheet.line(0, "Addresses:");
    for address in items(node, "status.addresses") {
        sheet.field(1, text(address, "type"), text(address, "address"));
    }
    for (name, path) in [
        ("Capacity", "status.capacity"),
        ("Allocatable", "status.allocatable"),
    ] {
        let amounts = pairs(node, path);
        if !amounts.is_empty() {
            sheet.line(0, format_args!("{name}:"));
        }
        for (name, amount) in amounts {
            sheet.field(1, name, amount_of(amount));
        }
    }
    write_system(sheet, node);
    match &around.pods {
        Ok(pods) => write_pods(sheet, node, pods, moment),
        Err(_) => sheet.field(0, "Pods", "not authorized"),
    }
    events::write(sheet, around.events.as_deref(), moment);
}

fn roles(node: &Value) -> String {
    let mut roles = BTreeSet::new();
    for (name, value) in pairs(node, "metadata.labels") {
        if let Some(role) = name.strip_prefix("node-role.kubernetes.io/") {
            roles.insert(role);
        } else if name == "kubernetes.io/role" {
            roles.insert(value.text().unwrap_or_default());
        }
    }
    let roles = roles.into_iter().filter(|role| !role.is_empty());
    roles.collect::<Vec<_>>().join(",")
}

fn taints(node: &Value) -> Vec<String> {
    let mut taints: Vec<&Value> = items(node, "spec.taints").iter().collect();
    taints.sort_by_key(|taint| format!("{},{}", text(taint, "effect"), text(taint, "key")));
    let taints = taints.into_iter().map(|taint| {
        let (key, value, effect) = (
            text(taint, "key"),
            text(taint, "value"),
            text(taint, "effect"),
        );
        match (value, effect) {
            ("", "") => key.to_owned(),
            ("", _) => format!("{key}:{effect}"),
            (_, "") => format!("{key}={value}:"),
            _ => format!("{key}={value}:{effect}"),
        }
    });
    taints.collect()
}

fn write_lease(sheet: &mut Sheet, lease: &Result<Value, String>, moment: &Moment) {
    let lease = match lease {
        Ok(lease) => lease,
        Err(problem) => {
            sheet.field(0, "Lease", format_args!("Failed to get lease: {problem}"));
            return;
        }
    };
    sheet.line(0, "Lease:");
    sheet.field(
        1,
        "HolderIdentity",
        text_or(lease, "spec.holderIdentity", "<unset>"),
    );
    for (name, path) in [
        ("AcquireTime", "spec.acquireTime"),
        ("RenewTime", "spec.renewTime"),
    ] {
        let time = at(lease, path).map(|_| moment.date(lease, path));
        sheet.field(1, name, time.as_deref().unwrap_or("<unset>"));
    }
}

fn write_conditions(sheet: &mut Sheet, node: &Value, moment: &Moment) {
    let conditions = items(node, "status.conditions");
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        let heading = "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage";
        sheet.line(1, heading);
        sheet.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for condition in conditions {
        let of = |name| text(condition, name);
        let heard = moment.date(condition, "lastHeartbeatTime");
        let changed = moment.date(condition, "lastTransitionTime");
        let (kind, status, reason) = (of("type"), of("status"), of("reason"));
        let message = of("message");
        let line = format!("{kind} \t{status} \t{heard} \t{changed} \t{reason} \t{message}");
        sheet.line(1, line);
    }
}

fn write_system(sheet: &mut Sheet, node: &Value) {
    sheet.line(0, "System Info:");
    let nothing = Value::null();
    let info = at(node, "status.nodeInfo").unwrap_or(&nothing);
    for (name, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
        sheet.field(1, name, text(info, field));
    }
    sheet.field_if_any(0, "PodCIDR", node, "spec.podCIDR");
    sheet.list_if_any("PodCIDRs", node, "spec.podCIDRs");
    sheet.field_if_any(0, "ProviderID", node, "spec.providerID");
}

fn write_pods(sheet: &mut Sheet, node: &Value, pods: &[Value], moment: &Moment) {
    let room = room(node);
    sheet.field(
        0,
        "Non-terminated Pods",
        format_args!("({} in total)", pods.len()),
    );
    let heading =
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge";
    sheet.line(1, heading);
    let line = "---------\t----\t\t------------\t----------\t---------------\t-------------\t---";
    sheet.line(1, line);
    let (mut requested, mut limited) = (Amounts::default(), Amounts::default());
    for pod in pods {
        let (request, limit) = (requests(pod), limits(pod));
        let cells = [
            share(&request, &room, "cpu"),
            share(&limit, &room, "cpu"),
            share(&request, &room, "memory"),
            share(&limit, &room, "memory"),
        ];
        let (namespace, name) = (text(pod, "metadata.namespace"), text(pod, "metadata.name"));
        let (cells, age) = (
            cells.join("\t"),
            moment.since(pod, "metadata.creationTimestamp"),
        );
        sheet.line(1, format_args!("{namespace}\t{name}\t\t{cells}\t{age}"));
        requested.add(&request);
        limited.add(&limit);
    }
    sheet.line(0, "Allocated resources:");
    sheet.line(
        1,
        "(Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    sheet.row(1, &["Resource", "Requests", "Limits"]);
    sheet.row(1, &["--------", "--------", "------"]);
    let huge = room.names().filter(|name| name.starts_with("hugepages-"));
    for name in ["cpu", "memory", "ephemeral-storage"]
        .into_iter()
        .chain(huge)
    {
        let (request, limit) = (share(&requested, &room, name), share(&limited, &room, name));
        sheet.row(1, &[name, &request, &limit]);
    }
    let is_own = |name: &&str| {
        let known = ["cpu", "memory", "ephemeral-storage", "pods"];
        !known.contains(name) && !name.starts_with("hugepages-")
    };
    for name in room.names().filter(is_own) {
        let (request, limit) = (requested.of(name), limited.of(name));
        sheet.row(1, &[name, &request.to_string(), &limit.to_string()]);
    }
}

/// What the pods of a node may take together.
fn room(node: &Value) -> Amounts {
    let path = match at(node, "status.allocatable") {
        Some(allocatable) if !allocatable.is_null_or_empty() => "status.allocatable",
        _ => "status.capacity",
    };
    Amounts::read(at(node, path))
}

/// An amount, and how many percent of the room it is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "percents are rough, and kubectl's are cut like this"
)]
fn share(amounts: &Amounts, room: &Amounts, name: &str) -> String {
    let value = |amount: &Quantity| match name {
        "cpu" => amount.millis(),
        _ => amount.units(),
    };
    let (amount, room) = (amounts.of(name), room.of(name));
    let percent = match value(&room) {
        0 => 0,
        room => (value(&amount) as f64 / room as f64 * 100.0) as i64,
    };
    format!("{amount} ({percent}%)")
}
