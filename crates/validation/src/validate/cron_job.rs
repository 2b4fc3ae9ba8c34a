//! Cron jobs.

use super::errors::{Errors, Path};
use super::job;
use super::rules::Rule::{AtLeast, Do, Object, OneOf};
use super::rules::{Rule, apply};
use crate::fields::{some, text};
use trimtab_cron::{Schedule, is_known_zone};
use trimtab_tree::Value;

pub(super) static CRON_JOB: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_schedule_is_there),
        AtLeast("startingDeadlineSeconds", 0),
        Do(check_concurrency),
        Object(
            "jobTemplate",
            &[Object("spec", &[Do(job::check_spec), Do(check_generated)])],
        ),
        AtLeast("successfulJobsHistoryLimit", 0),
        AtLeast("failedJobsHistoryLimit", 0),
    ],
)];

pub(super) static NEW: &[Rule] = &[Object("spec", &[Do(check_new_spec)]), Do(check_name)];

/// What names of jobs leave for those of cron jobs: a time is put behind them.
const MAX_NAME: usize = 52;

fn check_schedule_is_there(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("schedule");
    match text(spec, "schedule") {
        None => errors.required(&path, ""),
        Some(found) => {
            if let Err(why) = Schedule::parse(found) {
                errors.invalid_string(&path, found, &why.to_string());
            }
        }
    }
}

fn check_new_spec(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_zone_in_schedule(spec, false, path, errors);
    check_time_zone(spec, path, errors);
}

/// A schedule may name a time zone only if it always did.
fn check_zone_in_schedule(spec: &Value, may: bool, path: &Path<'_>, errors: &mut Errors) {
    let found = text(spec, "schedule").filter(|it| it.contains("TZ"));
    let Some(found) = found else { return };
    let path = path.field("schedule");
    if !may {
        let why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        errors.invalid_string(&path, found, why);
    } else if some(spec, "timeZone").is_some() {
        let why = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
        errors.invalid_string(&path, found, why);
    }
}

pub(super) fn check_update(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (
        now.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    let may = text(before, "schedule").is_some_and(|it| it.contains("TZ"));
    check_zone_in_schedule(spec, may, &path, errors);
    if some(spec, "timeZone") != some(before, "timeZone") {
        check_time_zone(spec, &path, errors);
    }
}

fn check_time_zone(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(zone) = spec.get("timeZone").and_then(Value::text) else {
        return;
    };
    let path = path.field("timeZone");
    if zone.is_empty() {
        errors.invalid_string(&path, zone, "timeZone must be nil or non-empty string");
        return;
    }
    if zone.eq_ignore_ascii_case("local") {
        let why = "timeZone must be an explicit time zone as defined in \
                   https://www.iana.org/time-zones";
        errors.invalid_string(&path, zone, why);
    }
    if !is_known_zone(zone) {
        errors.invalid_string(&path, zone, &format!("unknown time zone {zone}"));
    }
}

fn check_concurrency(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(spec, "concurrencyPolicy").is_none() {
        errors.required(&path.field("concurrencyPolicy"), "");
    }
    let policies = [OneOf("concurrencyPolicy", &["Allow", "Forbid", "Replace"])];
    apply(&policies, spec, path, errors);
}

/// Jobs that are made from a template get their selector made too.
fn check_generated(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(selector) = some(spec, "selector") {
        let why = "`selector` will be auto-generated";
        errors.invalid(&path.field("selector"), selector, why);
    }
    if let Some(manual) = spec
        .get("manualSelector")
        .filter(|it| it.text() == Some("true"))
    {
        errors.unsupported(&path.field("manualSelector"), manual, &["nil", "false"]);
    }
}

fn check_name(object: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = object.get_path(&["metadata", "name"]).and_then(Value::text);
    if let Some(name) = name.filter(|name| name.len() > MAX_NAME) {
        let path = path.field("metadata");
        let why = format!("must be no more than {MAX_NAME} characters");
        errors.invalid_string(&path.field("name"), name, &why);
    }
}
