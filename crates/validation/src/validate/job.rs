//! Jobs and cron jobs.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::pod;
use super::rules::Rule::{AtLeast, Do, Items, Object, OneOf};
use super::rules::{Rule, apply};
use super::schedule;
use super::selectors;
use crate::equality::same;
use crate::fields::{int, is_true, items, text};
use trimtab_tree::Value;

/// The label by which the pods of a job are told apart.
const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";

pub(super) static JOB: &[Rule] = &[Do(check_generated_selector), Object("spec", SPEC)];

static SPEC: &[Rule] = &[Do(check_spec), Do(check_selector)];

pub(super) static CRON_JOB: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_schedule),
        AtLeast("startingDeadlineSeconds", 0),
        Do(check_time_zone),
        Do(check_concurrency),
        Object(
            "jobTemplate",
            &[Object("spec", &[Do(check_spec), Do(check_manual)])],
        ),
        AtLeast("successfulJobsHistoryLimit", 0),
        AtLeast("failedJobsHistoryLimit", 0),
    ],
)];

static COUNTS: &[Rule] = &[
    AtLeast("parallelism", 0),
    AtLeast("completions", 0),
    AtLeast("activeDeadlineSeconds", 0),
    AtLeast("backoffLimit", 0),
    AtLeast("ttlSecondsAfterFinished", 0),
];

fn is_indexed(spec: &Value) -> bool {
    text(spec, "completionMode") == Some("Indexed")
}

/// What a job is, in itself or as the template of a cron job.
fn check_spec(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(COUNTS, spec, path, errors);
    check_index_limits(spec, path, errors);
    if let Some(manager) = text(spec, "managedBy") {
        check_manager(manager, &path.field("managedBy"), errors);
    }
    let modes = [OneOf("completionMode", &["NonIndexed", "Indexed"])];
    apply(&modes, spec, path, errors);
    if is_indexed(spec) && int(spec, "completions").is_none() {
        let why = "when completion mode is Indexed";
        errors.required(&path.field("completions"), why);
    }
    if let Some(policy) = spec.get("podFailurePolicy") {
        apply(
            FAILURE_POLICY,
            policy,
            &path.field("podFailurePolicy"),
            errors,
        );
    }
    if let Some(policy) = spec.get("successPolicy")
        && !is_indexed(spec)
    {
        let why = "requires indexed completion mode";
        errors.invalid_text(&path.field("successPolicy"), &show_success(policy), why);
    }
    let replacement: [Rule; 1] = if spec.get("podFailurePolicy").is_some() {
        [OneOf("podReplacementPolicy", &["Failed"])]
    } else {
        [OneOf(
            "podReplacementPolicy",
            &["Failed", "TerminatingOrFailed"],
        )]
    };
    apply(&replacement, spec, path, errors);
    check_template(spec, &path.field("template"), errors);
}

fn check_index_limits(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let limits = ["backoffLimitPerIndex", "maxFailedIndexes"];
    if spec.get(limits[1]).is_some() && spec.get(limits[0]).is_none() {
        errors.required(&path.field(limits[0]), "when maxFailedIndexes is specified");
    }
    for field in limits {
        apply(&[AtLeast(field, 0)], spec, path, errors);
        if let Some(limit) = spec.get(field).filter(|_| !is_indexed(spec)) {
            errors.invalid(
                &path.field(field),
                limit,
                "requires indexed completion mode",
            );
        }
    }
}

/// The name of a controller: a domain and a path.
fn check_manager(manager: &str, path: &Path<'_>, errors: &mut Errors) {
    match manager.split_once('/') {
        Some((domain, rest)) if !domain.is_empty() && !rest.is_empty() => {
            errors.invalid_each(path, domain, formats::dns_subdomain(domain));
        }
        _ => {
            let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            errors.invalid_string(path, manager, why);
        }
    }
}

static FAILURE_POLICY: &[Rule] = &[Items(
    "rules",
    &[
        OneOf("action", &["Count", "FailIndex", "FailJob", "Ignore"]),
        Do(check_exit_codes),
    ],
)];

fn check_exit_codes(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let codes = rule.get("onExitCodes");
    let conditions = items(rule, "onPodConditions");
    match (codes, conditions.is_empty()) {
        (None, true) => {
            let why = "specifying one of OnExitCodes and OnPodConditions is required";
            errors.required(path, why);
        }
        (Some(_), false) => {
            let why = "specifying both OnExitCodes and OnPodConditions is not supported";
            errors.forbidden(path, why);
        }
        _ => {}
    }
    let Some(codes) = codes else { return };
    let path = path.field("onExitCodes");
    let operators = [OneOf("operator", &["In", "NotIn"])];
    apply(&operators, codes, &path, errors);
    let list = path.field("values");
    let values = items(codes, "values");
    if values.is_empty() {
        errors.invalid_text(&list, "null", "at least one value is required");
    }
    for (at, value) in values.iter().enumerate() {
        if value.text() == Some("0") && text(codes, "operator") == Some("In") {
            errors.invalid(&list.item(at), value, "must not be 0 for the In operator");
        }
    }
}

fn show_success(policy: &Value) -> String {
    let rules = items(policy, "rules").iter().map(|rule| {
        format!(
            "{{\"SucceededIndexes\":{},\"SucceededCount\":{}}}",
            super::errors::show(rule.get("succeededIndexes")),
            super::errors::show(rule.get("succeededCount")),
        )
    });
    format!("{{\"Rules\":[{}]}}", rules.collect::<Vec<_>>().join(","))
}

fn check_template(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(template) = spec.get("template") else {
        return;
    };
    apply(pod::TEMPLATE, template, path, errors);
    let policy = template
        .get("spec")
        .and_then(|it| text(it, "restartPolicy"));
    let path = path.field("spec");
    let path = path.field("restartPolicy");
    match policy {
        Some("Never") => {}
        Some("OnFailure") => {
            if spec.get("podFailurePolicy").is_some() {
                let why = "only \"Never\" is supported when podFailurePolicy is specified";
                errors.invalid_string(&path, "OnFailure", why);
            }
        }
        _ => errors.required(&path, "valid values: \"OnFailure\", \"Never\""),
    }
}

/// A job's selector is made from its uid, and nobody adds to it.
fn check_generated_selector(job: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = job.get("spec") else { return };
    let Some(selector) = spec.get("selector").filter(|it| !it.is_null()) else {
        return;
    };
    if is_true(spec, "manualSelector") {
        return;
    }
    let uid = job.get_path(&["metadata", "uid"]);
    let labels: Vec<_> = crate::fields::entries(selector, "matchLabels").collect();
    let is_generated = matches!(labels.as_slice(), [(UID_LABEL, value)] if Some(*value) == uid)
        && items(selector, "matchExpressions").is_empty();
    if !is_generated {
        let spec = path.field("spec");
        errors.invalid(
            &spec.field("selector"),
            selector,
            "`selector` not auto-generated",
        );
    }
}

fn check_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let selector = spec.get("selector").filter(|it| !it.is_null());
    match selector {
        None => errors.required(&path.field("selector"), ""),
        Some(selector) => selectors::check(selector, &path.field("selector"), errors),
    }
    let labels = spec.get_path(&["template", "metadata", "labels"]);
    let fits = selector.is_some_and(|selector| selectors::selects(selector, labels));
    if !fits {
        let template = path.field("template");
        let metadata = template.field("metadata");
        let why = "`selector` does not match template `labels`";
        errors.invalid_or_none(&metadata.field("labels"), labels, why);
    }
}

/// What of a job may not change once it is there.
pub(super) fn check_job_update(job: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (
        job.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    // An indexed job may be resized.
    let resizes = is_indexed(before) && int(spec, "completions") == int(spec, "parallelism");
    if !resizes {
        check_immutable(spec, before, "completions", &path, errors);
    }
    check_immutable(spec, before, "selector", &path, errors);
    if !is_template_kept(spec, before) {
        let template = spec.get("template");
        errors.invalid_or_none(&path.field("template"), template, "field is immutable");
    }
    for field in [
        "completionMode",
        "podFailurePolicy",
        "backoffLimitPerIndex",
        "managedBy",
        "successPolicy",
    ] {
        check_immutable(spec, before, field, &path, errors);
    }
}

/// Whether the template is the same; where pods run may change while a job that has not begun is
/// suspended.
fn is_template_kept(spec: &Value, before: &Value) -> bool {
    let template = |spec: &Value| {
        let mut template = spec.get("template").cloned().unwrap_or_else(Value::null);
        if is_true(before, "suspend") {
            if let Some(pod) = template.get_mut("spec") {
                for field in ["nodeSelector", "tolerations", "affinity", "schedulingGates"] {
                    crate::fields::remove(pod, field);
                }
            }
            if let Some(metadata) = template.get_mut("metadata") {
                crate::fields::remove(metadata, "annotations");
                crate::fields::remove(metadata, "labels");
            }
        }
        template
    };
    same(&template(spec), &template(before))
}

fn check_schedule(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("schedule");
    let Some(found) = text(spec, "schedule") else {
        errors.required(&path, "");
        return;
    };
    if found.contains("TZ") {
        let why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        errors.invalid_string(&path, found, why);
    } else if let Err(why) = schedule::check(found) {
        errors.invalid_string(&path, found, &why);
    }
}

/// Names of time zones; which there are, only their database knows.
fn check_time_zone(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(zone) = spec.get("timeZone").and_then(Value::text) else {
        return;
    };
    let path = path.field("timeZone");
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    if zone.is_empty() {
        errors.invalid_string(&path, zone, "timeZone must be nil or non-empty string");
    } else if zone.eq_ignore_ascii_case("local") {
        let why = "timeZone must be an explicit time zone as defined in \
                   https://www.iana.org/time-zones";
        errors.invalid_string(&path, zone, why);
    } else if !zone.split('/').all(is_name) {
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
fn check_manual(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(manual) = spec
        .get("manualSelector")
        .filter(|it| it.text() == Some("true"))
    {
        errors.unsupported(&path.field("manualSelector"), manual, &["nil", "false"]);
    }
}
