//! What keeps pods: Deployments, `ReplicaSet`s, `ReplicationController`s, `StatefulSet`s, `DaemonSet`s.

use super::Surroundings;
use super::claims::write_templates;
use super::events;
use super::fields::{at, equations_in_line, items, number, or, text};
use super::moment::Moment;
use super::pod_template;
use super::pods::write_controller;
use super::selectors::{selector, selector_or_none};
use super::sheet::Sheet;
use trimtab_tree::Value;

/// Writes a Deployment.
pub(super) fn write_deployment(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(object);
    sheet.field(
        0,
        "CreationTimestamp",
        moment.date(object, "metadata.creationTimestamp"),
    );
    sheet.labels(object);
    sheet.annotations(object);
    sheet.field(0, "Selector", selector(object, "spec.selector"));
    let counts = [
        ("spec.replicas", "desired"),
        ("status.updatedReplicas", "updated"),
        ("status.replicas", "total"),
        ("status.availableReplicas", "available"),
        ("status.unavailableReplicas", "unavailable"),
    ];
    let counts = counts.map(|(path, name)| format!("{} {name}", number(object, path)));
    sheet.field(0, "Replicas", counts.join(" | "));
    sheet.field(0, "StrategyType", text(object, "spec.strategy.type"));
    sheet.field(0, "MinReadySeconds", number(object, "spec.minReadySeconds"));
    if let Some(update) = at(object, "spec.strategy.rollingUpdate") {
        let (unavailable, surge) = (text(update, "maxUnavailable"), text(update, "maxSurge"));
        let line = format!("{unavailable} max unavailable, {surge} max surge");
        sheet.field(0, "RollingUpdateStrategy", line);
    }
    write_template(sheet, object);
    write_conditions(sheet, object);
    let (old, new) = (&around.old_replica_sets, &around.new_replica_set);
    if !old.is_empty() || new.is_some() {
        sheet.field(0, "OldReplicaSets", created(old.iter()));
        sheet.field(0, "NewReplicaSet", created(new.iter()));
    }
    events::write(sheet, around.events.as_deref(), moment);
}

fn created<'v>(sets: impl Iterator<Item = &'v Value>) -> String {
    let sets: Vec<String> = sets
        .map(|set| {
            let (name, made) = (text(set, "metadata.name"), number(set, "status.replicas"));
            format!(
                "{name} ({made}/{} replicas created)",
                number(set, "spec.replicas")
            )
        })
        .collect();
    or(&sets.join(", "), "<none>").to_owned()
}

fn write_template(sheet: &mut Sheet, object: &Value) {
    let nothing = Value::null();
    pod_template::write(sheet, at(object, "spec.template").unwrap_or(&nothing));
}

fn write_conditions(sheet: &mut Sheet, object: &Value) {
    let conditions = items(object, "status.conditions");
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        sheet.row(1, &["Type", "Status", "Reason"]);
        sheet.row(1, &["----", "------", "------"]);
    }
    for condition in conditions {
        let of = |name| text(condition, name);
        let (kind, status, reason) = (of("type"), of("status"), of("reason"));
        sheet.line(1, format_args!("{kind} \t{status}\t{reason}"));
    }
}

/// Writes a `ReplicaSet`.
pub(super) fn write_replica_set(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(object);
    sheet.field(0, "Selector", selector_or_none(object, "spec.selector"));
    write_replicas(sheet, object, around, moment);
}

/// Writes a `ReplicationController`.
pub(super) fn write_controller_of_replicas(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(object);
    sheet.field(0, "Selector", equations_in_line(object, "spec.selector"));
    write_replicas(sheet, object, around, moment);
}

fn write_replicas(sheet: &mut Sheet, object: &Value, around: &Surroundings, moment: &Moment) {
    sheet.labels(object);
    sheet.annotations(object);
    write_controller(sheet, object);
    let (made, wanted) = (
        number(object, "status.replicas"),
        number(object, "spec.replicas"),
    );
    sheet.field(
        0,
        "Replicas",
        format_args!("{made} current / {wanted} desired"),
    );
    sheet.field(0, "Pods Status", pods(object, around));
    write_template(sheet, object);
    write_conditions(sheet, object);
    events::write(sheet, around.events.as_deref(), moment);
}

/// How many of an object's pods are in which phase.
fn pods(object: &Value, around: &Surroundings) -> String {
    let pods = match &around.pods {
        Ok(pods) => pods,
        Err(problem) => return format!("error in fetching pods: {problem}"),
    };
    let uid = text(object, "metadata.uid");
    let is_its = |pod: &&Value| {
        let mut owners = items(pod, "metadata.ownerReferences").iter();
        owners.any(|owner| text(owner, "controller") == "true" && text(owner, "uid") == uid)
    };
    let its: Vec<&str> = pods
        .iter()
        .filter(is_its)
        .map(|pod| text(pod, "status.phase"))
        .collect();
    let phases = [
        ("Running", "Running"),
        ("Pending", "Waiting"),
        ("Succeeded", "Succeeded"),
        ("Failed", "Failed"),
    ];
    let counts = phases.map(|(phase, name)| {
        let count = its.iter().filter(|its| **its == phase).count();
        format!("{count} {name}")
    });
    counts.join(" / ")
}

/// Writes a `StatefulSet`.
pub(super) fn write_stateful_set(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(object);
    sheet.field(
        0,
        "CreationTimestamp",
        moment.date(object, "metadata.creationTimestamp"),
    );
    sheet.field(0, "Selector", selector(object, "spec.selector"));
    sheet.labels(object);
    sheet.annotations(object);
    let (wanted, made) = (
        number(object, "spec.replicas"),
        number(object, "status.replicas"),
    );
    sheet.field(
        0,
        "Replicas",
        format_args!("{wanted} desired | {made} total"),
    );
    sheet.field(
        0,
        "Update Strategy",
        text(object, "spec.updateStrategy.type"),
    );
    let update = at(object, "spec.updateStrategy.rollingUpdate");
    if let Some(update) = update.filter(|update| at(update, "partition").is_some()) {
        sheet.field(1, "Partition", number(update, "partition"));
        if at(update, "maxUnavailable").is_some() {
            sheet.field(1, "MaxUnavailable", text(update, "maxUnavailable"));
        }
    }
    sheet.field(0, "Pods Status", pods(object, around));
    write_template(sheet, object);
    write_templates(sheet, items(object, "spec.volumeClaimTemplates"));
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes a `DaemonSet`.
pub(super) fn write_daemon_set(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(object);
    sheet.field(0, "Selector", selector(object, "spec.selector"));
    let nodes = equations_in_line(object, "spec.template.spec.nodeSelector");
    sheet.field(0, "Node-Selector", nodes);
    sheet.labels(object);
    sheet.annotations(object);
    for (name, field) in [
        (
            "Desired Number of Nodes Scheduled",
            "desiredNumberScheduled",
        ),
        (
            "Current Number of Nodes Scheduled",
            "currentNumberScheduled",
        ),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            "updatedNumberScheduled",
        ),
        (
            "Number of Nodes Scheduled with Available Pods",
            "numberAvailable",
        ),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        let nothing = Value::null();
        let status = at(object, "status").unwrap_or(&nothing);
        sheet.line(0, format_args!("{name}: {}", number(status, field)));
    }
    sheet.field(0, "Pods Status", pods(object, around));
    write_template(sheet, object);
    events::write(sheet, around.events.as_deref(), moment);
}
