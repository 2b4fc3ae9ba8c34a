//! Horizontal pod autoscalers.

use super::Surroundings;
use super::events;
use super::fields::{amount_of, at, items, number, text, text_or};
use super::moment::Moment;
use super::sheet::Sheet;
use trimtab_tree::Value;

/// Writes a `HorizontalPodAutoscaler`.
pub(super) fn write(sheet: &mut Sheet, scaler: &Value, around: &Surroundings, moment: &Moment) {
    sheet.head(scaler);
    sheet.field(
        0,
        "CreationTimestamp",
        moment.date(scaler, "metadata.creationTimestamp"),
    );
    let kind = text(scaler, "spec.scaleTargetRef.kind");
    let name = text(scaler, "spec.scaleTargetRef.name");
    sheet.field(0, "Reference", format_args!("{kind}/{name}"));
    sheet.field(0, "Metrics", "( current / target )");
    let known = items(scaler, "status.currentMetrics");
    for (at, metric) in items(scaler, "spec.metrics").iter().enumerate() {
        write_metric(sheet, metric, known.get(at).unwrap_or(&Value::null()));
    }
    sheet.field(
        0,
        "Min replicas",
        text_or(scaler, "spec.minReplicas", "<unset>"),
    );
    sheet.field(0, "Max replicas", number(scaler, "spec.maxReplicas"));
    if let Some(behavior) = at(scaler, "spec.behavior") {
        sheet.line(0, "Behavior:");
        write_direction(sheet, "Scale Up", at(behavior, "scaleUp"));
        write_direction(sheet, "Scale Down", at(behavior, "scaleDown"));
    }
    let current = number(scaler, "status.currentReplicas");
    let desired = number(scaler, "status.desiredReplicas");
    sheet.field(
        0,
        format_args!("{kind} pods"),
        format_args!("{current} current / {desired} desired"),
    );
    write_conditions(sheet, scaler);
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_metric(sheet: &mut Sheet, metric: &Value, known: &Value) {
    let kind = text(metric, "type");
    let field = match kind {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => {
            sheet.line(1, format_args!("<unknown metric type {kind:?}>"));
            return;
        }
    };
    let nothing = Value::null();
    let asked = at(metric, field).unwrap_or(&nothing);
    let current = at(known, field).and_then(|known| at(known, "current"));
    let name = text(asked, "metric.name");
    match kind {
        "External" => {
            let is_average = at(asked, "target.averageValue").is_some();
            write_value(sheet, &format!("{name:?}"), asked, current, is_average);
        }
        "Pods" => {
            let values = values(asked, current, "averageValue");
            sheet.field(1, format_args!("{name:?} on pods"), values);
        }
        "Object" => {
            let object = text(asked, "describedObject.name");
            let of = format!(
                "{name:?} on {}/{object}",
                text(asked, "describedObject.kind")
            );
            let is_average = text(asked, "target.type") == "AverageValue";
            write_value(sheet, &of, asked, current, is_average);
        }
        _ => write_resource(sheet, asked, current),
    }
}

fn write_value(
    sheet: &mut Sheet,
    of: &str,
    asked: &Value,
    current: Option<&Value>,
    is_average: bool,
) {
    let (words, field) = if is_average {
        ("target average value", "averageValue")
    } else {
        ("target value", "value")
    };
    sheet.field(
        1,
        format_args!("{of} ({words})"),
        values(asked, current, field),
    );
}

/// What is, and what is asked for.
fn values(asked: &Value, current: Option<&Value>, field: &str) -> String {
    let current = current.map_or_else(
        || "<unknown>".to_owned(),
        |current| amount_or_nil(current, field),
    );
    let target = amount_or_nil(asked, &format!("target.{field}"));
    format!("{current} / {target}")
}

/// An amount, or what Go prints for none.
fn amount_or_nil(value: &Value, path: &str) -> String {
    at(value, path).map_or_else(|| "<nil>".to_owned(), amount_of)
}

fn write_resource(sheet: &mut Sheet, asked: &Value, current: Option<&Value>) {
    let of = match text(asked, "container") {
        "" => String::new(),
        container => format!(" of container \"{container}\""),
    };
    let name = format!("resource {}{of} on pods", text(asked, "name"));
    if at(asked, "target.averageValue").is_some() {
        sheet.field(1, name, values(asked, current, "averageValue"));
        return;
    }
    let current = current.filter(|current| at(current, "averageUtilization").is_some());
    let current = current.map_or_else(
        || "<unknown>".to_owned(),
        |current| {
            let share = number(current, "averageUtilization");
            format!("{share}% ({})", amount_or_nil(current, "averageValue"))
        },
    );
    let target = match text(asked, "target.averageUtilization") {
        "" => "<auto>".to_owned(),
        share => format!("{share}%"),
    };
    let name = format!("{name}  (as a percentage of request)");
    sheet.field(1, name, format_args!("{current} / {target}"));
}

fn write_direction(sheet: &mut Sheet, name: &str, rules: Option<&Value>) {
    let Some(rules) = rules else {
        return;
    };
    sheet.line(1, format_args!("{name}:"));
    if at(rules, "stabilizationWindowSeconds").is_some() {
        let seconds = number(rules, "stabilizationWindowSeconds");
        sheet.line(2, format_args!("Stabilization Window: {seconds} seconds"));
    }
    let policies = items(rules, "policies");
    if !policies.is_empty() {
        let choice = text_or(rules, "selectPolicy", "Max");
        sheet.line(2, format_args!("Select Policy: {choice}"));
        sheet.line(2, "Policies:");
    }
    for policy in policies {
        let (kind, value) = (text(policy, "type"), number(policy, "value"));
        let period = number(policy, "periodSeconds");
        let line = format!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds");
        sheet.line(3, line);
    }
}

fn write_conditions(sheet: &mut Sheet, scaler: &Value) {
    let conditions = items(scaler, "status.conditions");
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        sheet.row(1, &["Type", "Status", "Reason", "Message"]);
        sheet.row(1, &["----", "------", "------", "-------"]);
    }
    for condition in conditions {
        let cells = ["type", "status", "reason", "message"].map(|field| text(condition, field));
        sheet.row(1, &cells);
    }
}
