//! Jobs and what makes them.

use super::Surroundings;
use super::events;
use super::fields::{at, items, number, text, text_or};
use super::moment::{Moment, time_at};
use super::pod_template;
use super::pods::write_controller;
use super::selectors::selector;
use super::sheet::Sheet;
use trimtab_clock::human_duration;
use trimtab_tree::Value;

/// So much of a list of indexes is shown, up to the next comma.
const SHOWN_INDEXES: usize = 50;

/// Writes a Job.
pub(super) fn write_job(sheet: &mut Sheet, job: &Value, around: &Surroundings, moment: &Moment) {
    sheet.name_and_namespace(job);
    sheet.field(0, "Selector", selector(job, "spec.selector"));
    sheet.labels(job);
    sheet.annotations(job);
    write_controller(sheet, job);
    sheet.field_if_any(0, "Parallelism", job, "spec.parallelism");
    sheet.field(
        0,
        "Completions",
        text_or(job, "spec.completions", "<unset>"),
    );
    for (name, path) in [
        ("Completion Mode", "spec.completionMode"),
        ("Suspend", "spec.suspend"),
        ("Backoff Limit", "spec.backoffLimit"),
        ("TTL Seconds After Finished", "spec.ttlSecondsAfterFinished"),
    ] {
        sheet.field_if_any(0, name, job, path);
    }
    write_times(sheet, job, moment);
    let count = |path| number(job, path);
    let active = count("status.active");
    let active = match at(job, "status.ready") {
        Some(_) => format!("{active} Active ({} Ready)", count("status.ready")),
        None => format!("{active} Active"),
    };
    let (succeeded, failed) = (count("status.succeeded"), count("status.failed"));
    let counts = format!("{active} / {succeeded} Succeeded / {failed} Failed");
    sheet.field(0, "Pods Statuses", counts);
    if text(job, "spec.completionMode") == "Indexed" {
        let indexes = text_or(job, "status.completedIndexes", "<none>");
        sheet.field(0, "Completed Indexes", first_indexes(indexes));
    }
    let nothing = Value::null();
    pod_template::write(sheet, at(job, "spec.template").unwrap_or(&nothing));
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_times(sheet: &mut Sheet, job: &Value, moment: &Moment) {
    let start = time_at(job, "status.startTime");
    let end = time_at(job, "status.completionTime");
    if start.is_some() {
        sheet.field(0, "Start Time", moment.date(job, "status.startTime"));
    }
    if end.is_some() {
        sheet.field(0, "Completed At", moment.date(job, "status.completionTime"));
    }
    if let (Some(start), Some(end)) = (start, end) {
        let seconds = end.duration_since(start).as_secs();
        sheet.field(0, "Duration", human_duration(seconds));
    }
    write_deadline(sheet, job);
}

fn write_deadline(sheet: &mut Sheet, holder: &Value) {
    if at(holder, "spec.activeDeadlineSeconds").is_some() {
        let seconds = number(holder, "spec.activeDeadlineSeconds");
        sheet.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
}

fn first_indexes(indexes: &str) -> String {
    let rest = indexes.get(SHOWN_INDEXES..).unwrap_or_default();
    match rest.find(',') {
        Some(comma) => format!("{}...", &indexes[..=SHOWN_INDEXES + comma]),
        None => indexes.to_owned(),
    }
}

/// Writes a `CronJob`.
pub(super) fn write_cron_job(
    sheet: &mut Sheet,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) {
    sheet.head(object);
    sheet.field(0, "Schedule", text(object, "spec.schedule"));
    sheet.field(
        0,
        "Concurrency Policy",
        text(object, "spec.concurrencyPolicy"),
    );
    let suspend = match text(object, "spec.suspend") {
        "true" => "True",
        "false" => "False",
        _ => "<unset>",
    };
    sheet.field(0, "Suspend", suspend);
    for (name, path) in [
        (
            "Successful Job History Limit",
            "spec.successfulJobsHistoryLimit",
        ),
        ("Failed Job History Limit", "spec.failedJobsHistoryLimit"),
    ] {
        sheet.field(0, name, text_or(object, path, "<unset>"));
    }
    let deadline = match text(object, "spec.startingDeadlineSeconds") {
        "" => "<unset>".to_owned(),
        seconds => format!("{seconds}s"),
    };
    sheet.field(0, "Starting Deadline Seconds", deadline);
    if let Some(template) = at(object, "spec.jobTemplate") {
        write_job_template(sheet, template);
    }
    let last = match at(object, "status.lastScheduleTime") {
        Some(_) => moment.date(object, "status.lastScheduleTime"),
        None => "<unset>".to_owned(),
    };
    sheet.field(0, "Last Schedule Time", last);
    let active = items(object, "status.active").iter();
    let active: Vec<&str> = active.map(|job| text(job, "name")).collect();
    let active = if active.is_empty() {
        "<none>".to_owned()
    } else {
        active.join(", ")
    };
    sheet.field(0, "Active Jobs", active);
    events::write(sheet, around.events.as_deref(), moment);
}

fn write_job_template(sheet: &mut Sheet, template: &Value) {
    let labels = match at(template, "spec.selector") {
        Some(_) => selector(template, "spec.selector"),
        None => "<unset>".to_owned(),
    };
    sheet.field(0, "Selector", labels);
    for (name, path) in [
        ("Parallelism", "spec.parallelism"),
        ("Completions", "spec.completions"),
    ] {
        sheet.field(0, name, text_or(template, path, "<unset>"));
    }
    write_deadline(sheet, template);
    let nothing = Value::null();
    pod_template::write(sheet, at(template, "spec.template").unwrap_or(&nothing));
}
