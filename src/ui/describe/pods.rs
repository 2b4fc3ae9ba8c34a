//! Pods.

use super::Surroundings;
use super::containers::{self, write_resources};
use super::events;
use super::fields::{at, items, number, text};
use super::moment::Moment;
use super::place::Place;
use super::pod_template::{write_placement, write_spread};
use super::sheet::Sheet;
use super::volumes;
use trimtab_tree::Value;

/// Writes a pod.
pub(super) fn write(sheet: &mut Sheet, pod: &Value, around: &Surroundings, moment: &Moment) {
    write_head(sheet, pod, moment);
    write_state(sheet, pod, moment);
    let place = Place::Pod(pod, moment);
    let first = items(pod, "spec.initContainers");
    if !first.is_empty() {
        let statuses = "status.initContainerStatuses";
        containers::write(sheet, "Init Containers", first, statuses, place);
    }
    let main = items(pod, "spec.containers");
    containers::write(sheet, "Containers", main, "status.containerStatuses", place);
    let ephemeral = items(pod, "spec.ephemeralContainers");
    if !ephemeral.is_empty() {
        let statuses = "status.ephemeralContainerStatuses";
        containers::write(sheet, "Ephemeral Containers", ephemeral, statuses, place);
    }
    write_conditions(sheet, pod);
    let nothing = Value::null();
    let spec = at(pod, "spec").unwrap_or(&nothing);
    volumes::write(sheet, spec, false);
    sheet.field(0, "QoS Class", text(pod, "status.qosClass"));
    write_placement(sheet, "", spec);
    write_spread(sheet, "", spec);
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_head(sheet: &mut Sheet, pod: &Value, moment: &Moment) {
    sheet.name_and_namespace(pod);
    sheet.field_if_any(0, "Priority", pod, "spec.priority");
    sheet.field_if_any(0, "Priority Class Name", pod, "spec.priorityClassName");
    sheet.field_if_any(0, "Runtime Class Name", pod, "spec.runtimeClassName");
    sheet.field_if_any(0, "Service Account", pod, "spec.serviceAccountName");
    match text(pod, "spec.nodeName") {
        "" => sheet.field(0, "Node", "<none>"),
        node => sheet.field(
            0,
            "Node",
            format_args!("{node}/{}", text(pod, "status.hostIP")),
        ),
    }
    if at(pod, "status.startTime").is_some() {
        sheet.field(0, "Start Time", moment.date(pod, "status.startTime"));
    }
    sheet.labels(pod);
    sheet.annotations(pod);
}

fn write_state(sheet: &mut Sheet, pod: &Value, moment: &Moment) {
    let phase = text(pod, "status.phase");
    let is_ending = at(pod, "metadata.deletionTimestamp").is_some();
    if is_ending && !matches!(phase, "Failed" | "Succeeded") {
        let since = moment.since(pod, "metadata.deletionTimestamp");
        sheet.field(0, "Status", format_args!("Terminating (lasts {since})"));
        let grace = number(pod, "metadata.deletionGracePeriodSeconds");
        sheet.field(0, "Termination Grace Period", format_args!("{grace}s"));
    } else {
        sheet.field(0, "Status", phase);
    }
    sheet.field_if_any(0, "Reason", pod, "status.reason");
    sheet.field_if_any(0, "Message", pod, "status.message");
    if let Some(profile) = at(pod, "spec.securityContext.seccompProfile") {
        sheet.field(0, "SeccompProfile", text(profile, "type"));
        if text(profile, "type") == "Localhost" {
            sheet.field(0, "LocalhostProfile", text(profile, "localhostProfile"));
        }
    }
    sheet.field(0, "IP", text(pod, "status.podIP"));
    let addresses = items(pod, "status.podIPs");
    if addresses.is_empty() {
        sheet.field(0, "IPs", "<none>");
    } else {
        sheet.line(0, "IPs:");
    }
    for address in addresses {
        sheet.field(1, "IP", text(address, "ip"));
    }
    write_controller(sheet, pod);
    sheet.field_if_any(0, "NominatedNodeName", pod, "status.nominatedNodeName");
    if let Some(resources) = at(pod, "spec.resources") {
        sheet.line(0, "Resources:");
        write_resources(sheet, 1, Some(resources));
    }
}

/// Writes what controls an object, if anything does.
pub(super) fn write_controller(sheet: &mut Sheet, object: &Value) {
    let mut owners = items(object, "metadata.ownerReferences").iter();
    if let Some(owner) = owners.find(|owner| text(owner, "controller") == "true") {
        let (kind, name) = (text(owner, "kind"), text(owner, "name"));
        sheet.field(0, "Controlled By", format_args!("{kind}/{name}"));
    }
}

fn write_conditions(sheet: &mut Sheet, pod: &Value) {
    let conditions = items(pod, "status.conditions");
    let gates = items(pod, "spec.readinessGates");
    if !gates.is_empty() {
        sheet.line(0, "Readiness Gates:");
        sheet.row(1, &["Type", "Status"]);
    }
    for gate in gates {
        let kind = text(gate, "conditionType");
        let condition = conditions
            .iter()
            .find(|condition| text(condition, "type") == kind);
        let status = condition.map_or("<none>", |condition| text(condition, "status"));
        sheet.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        sheet.row(1, &["Type", "Status"]);
    }
    for condition in conditions {
        let (kind, status) = (text(condition, "type"), text(condition, "status"));
        sheet.line(1, format_args!("{kind} \t{status} "));
    }
}
