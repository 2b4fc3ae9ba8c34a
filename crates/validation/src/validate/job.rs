//! What a job is.

use super::errors::{Errors, Path};
use super::formats;
use super::internal::show_internal;
use super::job_policies;
use super::names;
use super::pod;
use super::rules::Rule::{AtLeast, Do, Object, OneOf};
use super::rules::{Rule, apply};
use super::selectors;
use crate::fields::{int, is_true, some, text};
use trimtab_tree::Value;

/// The most pods that an indexed job runs at the same time, and the most that may fail; with more
/// completions than that, there are limits to both.
const MAX_INDEXES: i64 = 100_000;
/// The most of both of a job with more completions than that.
const MAX_INDEXES_OF_MANY: i64 = 10_000;
const MAX_MANAGER: usize = 63;

pub(super) static JOB: &[Rule] = &[
    Do(check_generated_selector),
    Object("spec", SPEC),
    Do(check_host_names),
];

/// What holds of a job besides what is generated.
pub(super) static JOB_AGAIN: &[Rule] = &[Object("spec", SPEC), Do(check_host_names)];

pub(super) static SPEC: &[Rule] = &[Do(check_spec), Do(check_selector)];

static COUNTS: &[Rule] = &[
    AtLeast("parallelism", 0),
    AtLeast("completions", 0),
    AtLeast("activeDeadlineSeconds", 0),
    AtLeast("backoffLimit", 0),
    AtLeast("ttlSecondsAfterFinished", 0),
    AtLeast("backoffLimitPerIndex", 0),
    AtLeast("maxFailedIndexes", 0),
];

pub(super) fn is_indexed(spec: &Value) -> bool {
    text(spec, "completionMode") == Some("Indexed")
}

/// What a job is, in itself or as the template of a cron job.
pub(super) fn check_spec(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(COUNTS, spec, path, errors);
    if some(spec, "maxFailedIndexes").is_some() && some(spec, "backoffLimitPerIndex").is_none() {
        let why = "when maxFailedIndexes is specified";
        errors.required(&path.field("backoffLimitPerIndex"), why);
    }
    if let Some(manager) = spec.get("managedBy").and_then(Value::text) {
        let path = path.field("managedBy");
        names::check_domain_path(manager, &path, errors);
        if manager.len() > MAX_MANAGER {
            errors.too_long(&path, MAX_MANAGER);
        }
    }
    let modes = [OneOf("completionMode", &["NonIndexed", "Indexed"])];
    apply(&modes, spec, path, errors);
    match text(spec, "completionMode") {
        Some("Indexed") => check_indexes(spec, path, errors),
        None | Some("NonIndexed") => check_no_index_limits(spec, path, errors),
        _ => {}
    }
    if let Some(policy) = some(spec, "podFailurePolicy") {
        let path = path.field("podFailurePolicy");
        job_policies::check_failure(spec, policy, &path, errors);
    }
    if let Some(policy) = some(spec, "successPolicy") {
        let path = path.field("successPolicy");
        if is_indexed(spec) {
            let completions = int(spec, "completions").unwrap_or(0);
            job_policies::check_success(policy, completions, &path, errors);
        } else {
            let shown = show_internal(Some(policy), "SuccessPolicy");
            errors.invalid_text(&path, &shown, "requires indexed completion mode");
        }
    }
    let replacement: [Rule; 1] = if some(spec, "podFailurePolicy").is_some() {
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

/// Checks the counts of a job whose pods have indexes.
fn check_indexes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let check = |field: &str, most: i64, why: &str, errors: &mut Errors| {
        if let Some(found) = int(spec, field).filter(|found| *found > most) {
            errors.invalid(&path.field(field), &Value::int(found), why);
        }
    };
    let completions = int(spec, "completions");
    if completions.is_none() {
        let why = "when completion mode is Indexed";
        errors.required(&path.field("completions"), why);
    }
    let why = format!("must be less than or equal to {MAX_INDEXES}");
    let why_mode = format!("{why} when completion mode is Indexed");
    check("parallelism", MAX_INDEXES, &why_mode, errors);
    if let Some(completions) = completions {
        let why = "must be less than or equal to completions";
        check("maxFailedIndexes", completions, why, errors);
    }
    check("maxFailedIndexes", MAX_INDEXES, &why, errors);
    let has_many = completions.is_some_and(|it| it > MAX_INDEXES);
    if has_many && some(spec, "backoffLimitPerIndex").is_some() {
        if some(spec, "maxFailedIndexes").is_none() {
            let why = format!("must be specified when completions is above {MAX_INDEXES}");
            errors.required(&path.field("maxFailedIndexes"), &why);
        }
        let why = format!(
            "must be less than or equal to {MAX_INDEXES_OF_MANY} when completions are above \
             {MAX_INDEXES} and used with backoff limit per index"
        );
        check("parallelism", MAX_INDEXES_OF_MANY, &why, errors);
        check("maxFailedIndexes", MAX_INDEXES_OF_MANY, &why, errors);
    }
}

fn check_no_index_limits(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["backoffLimitPerIndex", "maxFailedIndexes"] {
        if let Some(limit) = some(spec, field) {
            let why = "requires indexed completion mode";
            errors.invalid(&path.field(field), limit, why);
        }
    }
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
            if some(spec, "podFailurePolicy").is_some() {
                let why = "only \"Never\" is supported when podFailurePolicy is specified";
                errors.invalid_string(&path, "OnFailure", why);
            }
        }
        None | Some("Always") => errors.required(&path, "valid values: \"OnFailure\", \"Never\""),
        Some(found) => {
            errors.unsupported(&path, &Value::string(found), &["OnFailure", "Never"]);
        }
    }
}

/// A job's selector and the labels it selects are made from its uid, unless its author makes them.
fn check_generated_selector(job: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_generated(job, true, path, errors);
}

/// The same of a job whose labels have a prefix, or had none before there was one.
pub(super) fn check_generated(
    job: &Value,
    are_prefixed: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(spec) = job.get("spec") else { return };
    let Some(selector) = some(spec, "selector") else {
        return;
    };
    if is_true(spec, "manualSelector") {
        return;
    }
    let of = |field| job.get_path(&["metadata", field]).and_then(Value::text);
    let (uid, name) = (
        of("uid").unwrap_or_default(),
        of("name").unwrap_or_default(),
    );
    if uid.is_empty() {
        errors.required(&path.field("metadata").field("uid"), "");
    }
    let labels = [
        ("controller-uid", uid),
        ("job-name", name),
        ("batch.kubernetes.io/controller-uid", uid),
        ("batch.kubernetes.io/job-name", name),
    ];
    let path = path.field("spec");
    let checked = if are_prefixed { &labels } else { &labels[..2] };
    check_labels(spec, checked, &path, errors);
    let expected = Value::mapping(labels.map(|(key, value)| (key, Value::string(value))));
    let mut own = Errors::default();
    selectors::check(selector, &path, &mut own);
    if own.is_empty() && !selectors::selects(selector, Some(&expected)) {
        let why = "`selector` not auto-generated";
        errors.invalid(&path.field("selector"), selector, why);
    }
}

fn check_labels(spec: &Value, labels: &[(&str, &str)], path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("template");
    let path = path.field("metadata");
    let path = path.field("labels");
    let found = spec.get_path(&["template", "metadata", "labels"]);
    for (key, expected) in labels {
        let value = found.and_then(|labels| labels.get(key));
        let why = format!("must be '{expected}'");
        match value.map(|value| value.text().unwrap_or_default()) {
            None => errors.required(&path.key(key), &why),
            Some(value) if value == *expected => {}
            Some(_) => errors.invalid_or_none(&path.key(key), found, &why),
        }
    }
}

fn check_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let selector = some(spec, "selector");
    let mut own = Errors::default();
    match selector {
        None => errors.required(&path.field("selector"), ""),
        Some(selector) => selectors::check(selector, &path.field("selector"), &mut own),
    }
    let is_right = own.is_empty();
    errors.append(own);
    let labels = spec.get_path(&["template", "metadata", "labels"]);
    let fits = selector.is_some_and(|selector| selectors::selects(selector, labels));
    if is_right && !fits {
        let template = path.field("template");
        let metadata = template.field("metadata");
        let why = "`selector` does not match template `labels`";
        errors.invalid_or_none(&metadata.field("labels"), labels, why);
    }
}

/// The pods of an indexed job are named by it and their index.
fn check_host_names(job: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = job.get("spec").filter(|spec| is_indexed(spec)) else {
        return;
    };
    let name = job.get_path(&["metadata", "name"]).and_then(Value::text);
    let completions = int(spec, "completions").filter(|it| *it > 0);
    let (Some(name), Some(completions)) = (name, completions) else {
        return;
    };
    let longest = format!("{name}-{}", completions - 1);
    if !formats::dns_label(&longest).is_empty() {
        let path = path.field("metadata");
        let why = format!("will not able to create pod with invalid DNS label: {longest}");
        errors.invalid_string(&path.field("name"), name, &why);
    }
}
