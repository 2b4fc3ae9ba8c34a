//! What limits a namespace: quotas, ranges, budgets and priorities.

use super::Surroundings;
use super::events;
use super::fields::{
    amount_of, at, equations_in_line, flag, items, number, pairs, text, text_or, texts,
};
use super::moment::Moment;
use super::selectors::selector_or_none;
use super::sheet::Sheet;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Writes a Namespace with its quotas and ranges.
pub(super) fn write_namespace(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.cluster_head(object);
    sheet.field(0, "Status", text(object, "status.phase"));
    write_conditions(sheet, object, moment);
    if let Some(quotas) = &around.quotas {
        sheet.line(0, "");
        write_quotas(sheet, quotas);
    }
    if let Some(ranges) = &around.limit_ranges {
        sheet.line(0, "");
        write_ranges(sheet, ranges);
    }
}

/// Writes conditions with their times, if there are any.
pub(super) fn write_conditions(sheet: &mut Sheet, object: &Value, moment: &Moment) {
    let conditions = items(object, "status.conditions");
    if !conditions.is_empty() {
        sheet.line(0, "Conditions:");
        sheet.row(
            1,
            &["Type", "Status", "LastTransitionTime", "Reason", "Message"],
        );
        sheet.row(
            1,
            &["----", "------", "------------------", "------", "-------"],
        );
    }
    for condition in conditions {
        let of = |name| text(condition, name);
        let changed = moment.date(condition, "lastTransitionTime");
        sheet.row(
            1,
            &[
                of("type"),
                of("status"),
                &changed,
                of("reason"),
                of("message"),
            ],
        );
    }
}

fn write_quotas(sheet: &mut Sheet, quotas: &[Value]) {
    if quotas.is_empty() {
        sheet.line(0, "No resource quota.");
        return;
    }
    sheet.line(0, "Resource Quotas");
    let mut quotas: Vec<&Value> = quotas.iter().collect();
    quotas.sort_by_key(|quota| text(quota, "metadata.name"));
    for quota in quotas {
        sheet.field(1, "Name", text(quota, "metadata.name"));
        write_scopes(sheet, 1, "* ", quota);
        sheet.row(1, &["Resource", "Used", "Hard"]);
        sheet.row(1, &["--------", "---", "---"]);
        for (name, hard) in pairs(quota, "status.hard") {
            sheet.row(1, &[name, &used(quota, name), &amount_of(hard)]);
        }
    }
}

fn used(quota: &Value, name: &str) -> String {
    let used = at(quota, "status.used").and_then(|used| used.get(name));
    used.map_or_else(|| "0".to_owned(), amount_of)
}

fn write_scopes(sheet: &mut Sheet, level: usize, bullet: &str, quota: &Value) {
    let mut scopes = texts(quota, "spec.scopes");
    scopes.sort_unstable();
    if !scopes.is_empty() {
        sheet.field(level, "Scopes", scopes.join(", "));
    }
    for scope in scopes {
        let help = scope_help(scope);
        if !help.is_empty() {
            sheet.line(level, format_args!("{bullet}{help}"));
        }
    }
}

/// What a scope means: kubectl's words.
fn scope_help(scope: &str) -> &'static str {
    match scope {
        "Terminating" => {
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
        }
        "NotTerminating" => {
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
        }
        "BestEffort" => {
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
        }
        "NotBestEffort" => {
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
        }
        _ => "",
    }
}

/// Writes a `ResourceQuota`.
pub(super) fn write_quota(sheet: &mut Sheet, quota: &Value) {
    sheet.name_and_namespace(quota);
    write_scopes(sheet, 0, " * ", quota);
    sheet.row(0, &["Resource", "Used", "Hard"]);
    sheet.row(0, &["--------", "----", "----"]);
    for (name, hard) in pairs(quota, "status.hard") {
        let hard = amount_of(hard);
        sheet.row(0, &[name, &in_units_of(&used(quota, name), &hard), &hard]);
    }
}

/// An amount with the units of another: binary ones beside `Gi`, decimal ones beside `G`.
fn in_units_of(amount: &str, other: &str) -> String {
    if amount.ends_with('i') == other.ends_with('i') {
        return amount.to_owned();
    }
    let Ok(amount) = Quantity::parse(amount) else {
        return amount.to_owned();
    };
    let units = amount.units();
    let binary = (units % 1024 == 0).then(|| Quantity::parse(&format!("{}Ki", units / 1024)));
    match binary {
        Some(Ok(binary)) if other.ends_with('i') => binary.canonical(),
        _ if other.ends_with('i') => units.to_string(),
        _ => Quantity::from_units(units).canonical(),
    }
}

/// The columns of a range.
const COLUMNS: [&str; 5] = [
    "min",
    "max",
    "defaultRequest",
    "default",
    "maxLimitRequestRatio",
];

fn write_ranges(sheet: &mut Sheet, ranges: &[Value]) {
    if ranges.is_empty() {
        sheet.line(0, "No LimitRange resource.");
        return;
    }
    sheet.line(0, "Resource Limits");
    write_range_heading(sheet, " ");
    for range in ranges {
        write_limits(sheet, " ", range);
    }
}

fn write_range_heading(sheet: &mut Sheet, space: &str) {
    let heading =
        "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
    let line = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";
    sheet.line(0, format_args!("{space}{heading}"));
    sheet.line(0, format_args!("{space}{line}"));
}

/// Writes a `LimitRange`.
pub(super) fn write_range(sheet: &mut Sheet, range: &Value) {
    sheet.name_and_namespace(range);
    write_range_heading(sheet, "");
    write_limits(sheet, "", range);
}

fn write_limits(sheet: &mut Sheet, space: &str, range: &Value) {
    for limit in items(range, "spec.limits") {
        let resources = COLUMNS.iter().flat_map(|column| pairs(limit, column));
        let mut resources: Vec<&str> = resources.map(|(name, _)| name).collect();
        resources.sort_unstable();
        resources.dedup();
        for resource in resources {
            let cells = COLUMNS.map(|column| {
                let amount = at(limit, column).and_then(|amounts| amounts.get(resource));
                amount.map_or_else(|| "-".to_owned(), amount_of)
            });
            let (kind, cells) = (text(limit, "type"), cells.join("\t"));
            sheet.line(0, format_args!("{space}{kind}\t{resource}\t{cells}"));
        }
    }
}

/// Writes a `PodDisruptionBudget`.
pub(super) fn write_budget(
    sheet: &mut Sheet,
    budget: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.name_and_namespace(budget);
    if at(budget, "spec.minAvailable").is_some() {
        sheet.field(0, "Min available", text(budget, "spec.minAvailable"));
    } else if at(budget, "spec.maxUnavailable").is_some() {
        sheet.field(0, "Max unavailable", text(budget, "spec.maxUnavailable"));
    }
    let selector = match at(budget, "spec.selector") {
        Some(_) => selector_or_none(budget, "spec.selector"),
        None => "<unset>".to_owned(),
    };
    sheet.field(0, "Selector", selector);
    sheet.line(0, "Status:");
    for (name, path) in [
        ("Allowed disruptions", "status.disruptionsAllowed"),
        ("Current", "status.currentHealthy"),
        ("Desired", "status.desiredHealthy"),
        ("Total", "status.expectedPods"),
    ] {
        sheet.field(2, name, number(budget, path));
    }
    events::write(sheet, around.events.as_deref(), moment);
}

/// Writes a `PriorityClass`.
pub(super) fn write_priority(
    sheet: &mut Sheet,
    class: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.field(0, "Name", text(class, "metadata.name"));
    sheet.field(0, "Value", number(class, "value"));
    sheet.field(0, "GlobalDefault", flag(class, "globalDefault"));
    let policy = text_or(class, "preemptionPolicy", "PreemptLowerPriority");
    sheet.field(0, "PreemptionPolicy", policy);
    sheet.field(0, "Description", text(class, "description"));
    sheet.field(
        0,
        "Annotations",
        equations_in_line(class, "metadata.annotations"),
    );
    events::write(sheet, around.events.as_deref(), moment);
}
