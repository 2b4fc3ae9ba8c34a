//! The containers of a pod or of a template.

use super::environment;
use super::fields::{amount_of, at, capital_flag, flag, items, number, or, pairs, text, texts};
use super::moment::Moment;
use super::place::Place;
use super::probes::probe;
use super::sheet::Sheet;
use trimtab_tree::Value;

/// Writes a list of containers of a `PodSpec`, whose states are in a list of the pod's status.
pub(super) fn write(
    sheet: &mut Sheet,
    heading: &str,
    containers: &[Value],
    statuses: &str,
    place: Place<'_>,
) {
    let (space, name_space) = match place {
        Place::Template => ("  ", " "),
        Place::Pod(..) => ("", ""),
    };
    let none = if containers.is_empty() { " <none>" } else { "" };
    sheet.line(0, format_args!("{space}{heading}:{none}"));
    for container in containers {
        let name = text(container, "name");
        let status = match place {
            Place::Template => None,
            Place::Pod(pod, moment) => {
                let mut statuses = items(pod, statuses).iter().rev();
                let status = statuses.find(|status| text(status, "name") == name);
                status.map(|status| (status, moment))
            }
        };
        sheet.line(1, format_args!("{name_space}{name}:"));
        write_image_and_ports(sheet, container, status.map(|(status, _)| status));
        write_lines(sheet, "Command", container, "command");
        write_lines(sheet, "Args", container, "args");
        if let Some((status, moment)) = status {
            write_state(sheet, status, moment);
        }
        write_resources(sheet, 2, at(container, "resources"));
        for (field, heading) in [
            ("livenessProbe", "Liveness"),
            ("readinessProbe", "Readiness"),
            ("startupProbe", "Startup"),
        ] {
            if let Some(it) = at(container, field) {
                sheet.field(2, heading, probe(it));
            }
        }
        environment::write(sheet, container, place);
        write_mounts(sheet, container);
    }
}

fn write_image_and_ports(sheet: &mut Sheet, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        sheet.field(2, "Container ID", text(status, "containerID"));
    }
    sheet.field(2, "Image", text(container, "image"));
    if let Some(status) = status {
        sheet.field(2, "Image ID", text(status, "imageID"));
    }
    write_ports(sheet, "Port", container, "containerPort");
    write_ports(sheet, "Host Port", container, "hostPort");
    if at(container, "securityContext.seccompProfile").is_some() {
        let profile = text(container, "securityContext.seccompProfile.type");
        sheet.field(2, "SeccompProfile", profile);
        if profile == "Localhost" {
            let path = "securityContext.seccompProfile.localhostProfile";
            sheet.field(3, "LocalhostProfile", text(container, path));
        }
    }
}

fn write_ports(sheet: &mut Sheet, heading: &str, container: &Value, which: &str) {
    let ports = items(container, "ports").iter();
    let ports: Vec<String> = ports
        .map(|port| format!("{}/{}", number(port, which), text(port, "protocol")))
        .collect();
    let plural = if ports.len() > 1 { "s" } else { "" };
    let ports = ports.join(", ");
    sheet.field(2, format_args!("{heading}{plural}"), or(&ports, "<none>"));
}

fn write_lines(sheet: &mut Sheet, heading: &str, container: &Value, field: &str) {
    let words = texts(container, field);
    if words.is_empty() {
        return;
    }
    sheet.line(2, format_args!("{heading}:"));
    for line in words.iter().flat_map(|word| word.split('\n')) {
        sheet.line(3, line);
    }
}

fn write_state(sheet: &mut Sheet, status: &Value, moment: &Moment) {
    let nothing = Value::null();
    write_one_state(
        sheet,
        "State",
        at(status, "state").unwrap_or(&nothing),
        moment,
    );
    if at(status, "lastState.terminated").is_some() {
        let last = at(status, "lastState").unwrap_or(&nothing);
        write_one_state(sheet, "Last State", last, moment);
    }
    sheet.field(2, "Ready", capital_flag(status, "ready"));
    sheet.field(2, "Restart Count", number(status, "restartCount"));
}

fn write_one_state(sheet: &mut Sheet, heading: &str, state: &Value, moment: &Moment) {
    if let Some(running) = at(state, "running") {
        sheet.field(2, heading, "Running");
        sheet.field(3, "Started", moment.date(running, "startedAt"));
    } else if let Some(ended) = at(state, "terminated").filter(|_| at(state, "waiting").is_none()) {
        sheet.field(2, heading, "Terminated");
        sheet.field_if_any(3, "Reason", ended, "reason");
        sheet.field_if_any(3, "Message", ended, "message");
        sheet.field(3, "Exit Code", number(ended, "exitCode"));
        if !number(ended, "signal").starts_with(['0', '-']) {
            sheet.field(3, "Signal", number(ended, "signal"));
        }
        sheet.field(3, "Started", moment.date(ended, "startedAt"));
        sheet.field(3, "Finished", moment.date(ended, "finishedAt"));
    } else {
        sheet.field(2, heading, "Waiting");
        sheet.field_if_any(3, "Reason", state, "waiting.reason");
    }
}

/// Writes limits and requests, at a level.
pub(super) fn write_resources(sheet: &mut Sheet, level: usize, resources: Option<&Value>) {
    let Some(resources) = resources else {
        return;
    };
    for (field, heading) in [("limits", "Limits"), ("requests", "Requests")] {
        let amounts = pairs(resources, field);
        if !amounts.is_empty() {
            sheet.line(level, format_args!("{heading}:"));
        }
        for (name, amount) in amounts {
            sheet.field(level + 1, name, amount_of(amount));
        }
    }
}

fn write_mounts(sheet: &mut Sheet, container: &Value) {
    let mounts = sorted(items(container, "volumeMounts"), "mountPath");
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    sheet.line(2, format_args!("Mounts:{none}"));
    for mount in mounts {
        let mode = if flag(mount, "readOnly") == "true" {
            "ro"
        } else {
            "rw"
        };
        let path = match text(mount, "subPath") {
            "" => String::new(),
            path => format!(",path={path:?}"),
        };
        let (to, from) = (text(mount, "mountPath"), text(mount, "name"));
        sheet.line(3, format_args!("{to} from {from} ({mode}{path})"));
    }
    let devices = sorted(items(container, "volumeDevices"), "devicePath");
    if !devices.is_empty() {
        sheet.line(2, format_args!("Devices:{none}"));
    }
    for device in devices {
        let (to, from) = (text(device, "devicePath"), text(device, "name"));
        sheet.line(3, format_args!("{to} from {from}"));
    }
}

fn sorted<'v>(values: &'v [Value], by: &str) -> Vec<&'v Value> {
    let mut sorted: Vec<&Value> = values.iter().collect();
    sorted.sort_by_key(|value| text(value, by));
    sorted
}
