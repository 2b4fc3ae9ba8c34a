//! What of a job may change, and what its status may say.

use super::errors::{Errors, Path};
use super::internal::show_internal;
use super::job::{self, is_indexed};
use super::job_policies::{parse_indexes, shared_index};
use super::metadata::check_immutable;
use super::rules::Rule::AtLeast;
use super::rules::apply;
use crate::equality::same;
use crate::fields::{self, int, is_true, items, some, text};
use trimtab_tree::{Mapping, Value};

/// A label of jobs since there is a prefix.
const PREFIXED: &str = "batch.kubernetes.io/controller-uid";

const IMMUTABLE: &str = "field is immutable";

/// Checks a job that takes the place of another.
pub(super) fn check_change(job: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let labels = ["spec", "template", "metadata", "labels"];
    let labels = old.get_path(&labels);
    let are_prefixed = labels.is_some_and(|it| it.get(PREFIXED).is_some());
    job::check_generated(job, are_prefixed, path, errors);
    apply(job::JOB_AGAIN, job, path, errors);
    check_update(job, old, path, errors);
}

/// What of a job may not change once it is there.
fn check_update(job: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (
        job.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    apply(job::SPEC, spec, &path, errors);
    check_completions(spec, before, &path, errors);
    check_immutable(spec, before, "selector", &path, errors);
    check_template(spec, before, old, &path, errors);
    for (field, ty) in [
        ("completionMode", ""),
        ("podFailurePolicy", "PodFailurePolicy"),
        ("backoffLimitPerIndex", ""),
        ("managedBy", ""),
        ("successPolicy", "SuccessPolicy"),
    ] {
        let (now, then) = (some(spec, field), some(before, field));
        if ty.is_empty() || now.is_none() {
            check_immutable(spec, before, field, &path, errors);
        } else if !same(now.unwrap_or(&null), then.unwrap_or(&null)) {
            errors.invalid_text(&path.field(field), &show_internal(now, ty), IMMUTABLE);
        }
    }
}

/// An indexed job may be resized, others not.
fn check_completions(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    if !is_indexed(spec) {
        check_immutable(spec, before, "completions", path, errors);
        return;
    }
    let completions = int(spec, "completions");
    if completions == int(before, "completions") || completions == int(spec, "parallelism") {
        return;
    }
    if let Some(completions) = some(spec, "completions") {
        let why = "can only be modified in tandem with spec.parallelism";
        errors.invalid(&path.field("completions"), completions, why);
    }
}

/// The template stays; of a job that is suspended and runs no pods, where pods run and what they
/// need may change.
fn check_template(spec: &Value, before: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let now = some(spec, "template").unwrap_or(&null);
    let then = some(before, "template").unwrap_or(&null);
    let status = old.get("status").unwrap_or(&null);
    let is_quiet = is_true(before, "suspend")
        && (some(status, "startTime").is_none() || is_so(status, "Suspended"))
        && int(status, "active").unwrap_or(0) == 0;
    let mut then = then.clone();
    if is_quiet {
        take_directives(&mut then, now);
        let pod = |template: &Value| template.get("spec").cloned().unwrap_or_else(Value::null);
        let (now, mut then) = (pod(now), pod(&then));
        take_resources(&mut then, &now);
        if !same(&now, &then) {
            let path = path.field("template");
            let shown = show_internal(Some(&now), "PodSpec");
            errors.invalid_text(&path.field("spec"), &shown, IMMUTABLE);
        }
    } else if !same(now, &then) {
        let shown = show_internal(Some(now), "PodTemplateSpec");
        errors.invalid_text(&path.field("template"), &shown, IMMUTABLE);
    }
}

/// Gives a template what another says about where pods run.
fn take_directives(template: &mut Value, from: &Value) {
    for field in ["annotations", "labels"] {
        let found = from.get_path(&["metadata", field]);
        if let Some(metadata) = template.get_mut("metadata") {
            put(metadata, field, found);
        }
    }
    let Some(pod) = template.get_mut("spec") else {
        return;
    };
    let from = from.get("spec");
    for field in ["nodeSelector", "tolerations", "schedulingGates"] {
        put(pod, field, from.and_then(|from| from.get(field)));
    }
    let affinity = from.and_then(|from| from.get("affinity"));
    let mut own = fields::remove(pod, "affinity").unwrap_or_else(|| Value::mapping(Mapping::new()));
    let node = affinity.and_then(|it| it.get("nodeAffinity"));
    put(&mut own, "nodeAffinity", node);
    if affinity.is_some() || !own.is_null_or_empty() {
        fields::set(pod, "affinity", own);
    }
}

fn put(object: &mut Value, field: &str, value: Option<&Value>) {
    match value {
        Some(value) => fields::set(object, field, value.clone()),
        None => {
            fields::remove(object, field);
        }
    }
}

/// Gives the containers of a pod what those of another need.
fn take_resources(pod: &mut Value, from: &Value) {
    for list in ["containers", "initContainers"] {
        let wanted = items(from, list);
        let containers = pod.get_mut(list).and_then(Value::as_sequence_mut);
        let Some(containers) = containers.filter(|it| it.len() == wanted.len()) else {
            continue;
        };
        for (container, wanted) in containers.iter_mut().zip(wanted) {
            if text(container, "name") == text(wanted, "name") {
                put(container, "resources", wanted.get("resources"));
            }
        }
    }
}

/// Whether a condition is true.
fn is_so(status: &Value, condition: &str) -> bool {
    items(status, "conditions")
        .iter()
        .any(|it| text(it, "type") == Some(condition) && text(it, "status") == Some("True"))
}

/// A status before and after it changes.
struct Change<'v> {
    spec: &'v Value,
    now: &'v Value,
    before: &'v Value,
}

impl Change<'_> {
    fn is(&self, condition: &str) -> bool {
        is_so(self.now, condition)
    }

    fn was(&self, condition: &str) -> bool {
        is_so(self.before, condition)
    }

    /// Whether a condition became true or ceased to be it.
    fn turned(&self, condition: &str) -> bool {
        self.is(condition) != self.was(condition)
    }

    fn is_finished(&self) -> bool {
        self.is("Complete") || self.is("Failed")
    }

    fn finishes(&self) -> bool {
        self.is_finished() != (self.was("Complete") || self.was("Failed"))
    }

    fn changes(&self, field: &str) -> bool {
        let null = Value::null();
        !same(
            self.now.get(field).unwrap_or(&null),
            self.before.get(field).unwrap_or(&null),
        )
    }

    fn count(&self, field: &str) -> i64 {
        int(self.now, field).unwrap_or(0)
    }
}

/// What an update of the status may not say. Most rules look only at what changes.
pub(super) fn check_status(job: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let change = Change {
        spec: job.get("spec").unwrap_or(&null),
        now: job.get("status").unwrap_or(&null),
        before: old.get("status").unwrap_or(&null),
    };
    let path = path.field("status");
    let counts = [
        AtLeast("active", 0),
        AtLeast("succeeded", 0),
        AtLeast("failed", 0),
        AtLeast("ready", 0),
        AtLeast("terminating", 0),
    ];
    apply(&counts, change.now, &path, errors);
    check_uncounted(change.now, &path, errors);
    check_ends(&change, &path, errors);
    check_times(&change, &path, errors);
    check_finished(&change, &path, errors);
    check_indexes(&change, &path, errors);
    check_success(&change, &path, errors);
    check_course(&change, &path, errors);
}

fn check_uncounted(status: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(uncounted) = some(status, "uncountedTerminatedPods") else {
        return;
    };
    let path = path.field("uncountedTerminatedPods");
    let mut seen = Vec::new();
    for field in ["succeeded", "failed"] {
        let list = path.field(field);
        for (at, uid) in items(uncounted, field).iter().enumerate() {
            let uid = uid.text().unwrap_or_default();
            if uid.is_empty() {
                errors.invalid_string(&list.item(at), uid, "must not be empty");
            } else if seen.contains(&uid) {
                errors.duplicate(&list.item(at), uid);
            } else {
                seen.push(uid);
            }
        }
    }
}

fn check_ends(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("conditions");
    let (completes, fails) = (change.turned("Complete"), change.turned("Failed"));
    if (completes || fails) && change.is("Complete") && change.is("Failed") {
        errors.invalid_whole(&path, "cannot set Complete=True and Failed=true conditions");
    }
    let targets = change.turned("FailureTarget");
    if (completes || targets) && change.is("Complete") && change.is("FailureTarget") {
        let why = "cannot set Complete=True and FailureTarget=true conditions";
        errors.invalid_whole(&path, why);
    }
}

fn check_times(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let end_path = path.field("completionTime");
    let start = some(change.now, "startTime");
    let end = some(change.now, "completionTime");
    if change.turned("Complete") || change.changes("completionTime") {
        match end {
            Some(end) if !change.is("Complete") => {
                let why = "cannot set completionTime when there is no Complete=True condition";
                errors.invalid(&end_path, end, why);
            }
            None if change.is("Complete") => {
                let why = "completionTime is required for Complete jobs";
                errors.required(&end_path, why);
            }
            _ => {}
        }
    }
    if (change.changes("startTime") || change.changes("completionTime"))
        && let (Some(start), Some(end)) = (start, end)
        // Times of one form are in the order of their texts.
        && end.text() < start.text()
    {
        let why = "must be equal to or after `startTime`";
        errors.invalid(&end_path, end, why);
    }
}

fn check_finished(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let conditions = path.field("conditions");
    let fails = change.turned("Failed") || change.changes("failedIndexes");
    if fails && change.is("Failed") && !change.is("FailureTarget") {
        let why = "cannot set Failed=True condition without the FailureTarget=true condition";
        errors.invalid_whole(&conditions, why);
    }
    let completes = change.turned("Complete") || change.turned("SuccessCriteriaMet");
    if completes && change.is("Complete") && !change.is("SuccessCriteriaMet") {
        let why =
            "cannot set Complete=True condition without the SuccessCriteriaMet=true condition";
        errors.invalid_whole(&conditions, why);
    }
    let check_count = |field: &str, errors: &mut Errors| {
        let found = change.count(field);
        if found > 0 && change.is_finished() && (change.finishes() || change.changes(field)) {
            let why = format!("{field}>0 is invalid for finished job");
            errors.invalid(&path.field(field), &Value::int(found), &why);
        }
    };
    check_count("active", errors);
    let has_nothing_to_do =
        is_true(change.spec, "suspend") && int(change.spec, "completions") == Some(0);
    if (change.finishes() || change.changes("startTime"))
        && !has_nothing_to_do
        && change.is_finished()
        && some(change.now, "startTime").is_none()
    {
        let why = "startTime is required for finished job";
        errors.required(&path.field("startTime"), why);
    }
    let uncounted = some(change.now, "uncountedTerminatedPods");
    if (change.finishes() || change.changes("uncountedTerminatedPods"))
        && change.is_finished()
        && let Some(uncounted) = uncounted
        && ["failed", "succeeded"]
            .iter()
            .any(|field| !items(uncounted, field).is_empty())
    {
        let path = path.field("uncountedTerminatedPods");
        let shown = show_internal(Some(uncounted), "UncountedTerminatedPods");
        errors.invalid_text(&path, &shown, "must be empty for finished job");
    }
    check_count("terminating", errors);
}

fn check_indexes(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let completed = text(change.now, "completedIndexes");
    let failed = change.now.get("failedIndexes").and_then(Value::text);
    let (completes, fails) = (
        change.changes("completedIndexes"),
        change.changes("failedIndexes"),
    );
    let completions = int(change.spec, "completions");
    let has_limit = some(change.spec, "backoffLimitPerIndex").is_some();
    let check = |field: &str, found: Option<&str>, errors: &mut Errors| {
        let (Some(found), Some(completions)) = (found, completions) else {
            return;
        };
        if let Err(why) = parse_indexes(found, completions) {
            let why = format!("error parsing {field}: {why}");
            errors.invalid_string(&path.field(field), found, &why);
        }
    };
    if completes {
        check("completedIndexes", completed, errors);
    }
    if fails && has_limit {
        check("failedIndexes", failed, errors);
    }
    if completes
        && !is_indexed(change.spec)
        && let Some(completed) = completed
    {
        let why = "cannot set non-empty completedIndexes when non-indexed completion mode";
        errors.invalid_string(&path.field("completedIndexes"), completed, why);
    }
    let path = path.field("failedIndexes");
    let Some(failed) = failed else { return };
    if fails && !has_limit {
        let why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
        errors.invalid_string(&path, failed, why);
    }
    if (completes || fails)
        && let (Some(completed), Some(completions)) = (completed, completions)
        && let Some(at) = shared_index(completed, failed, completions)
    {
        let why = format!("failedIndexes and completedIndexes overlap at index: {at}");
        errors.invalid_string(&path, failed, &why);
    }
}

fn check_success(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let ready = change.count("ready");
    if (change.changes("ready") || change.changes("active")) && ready > change.count("active") {
        let why = "cannot set more ready pods than active";
        errors.invalid(&path.field("ready"), &Value::int(ready), why);
    }
    let path = path.field("conditions");
    let is_met = change.is("SuccessCriteriaMet");
    for (condition, why) in [
        (
            "Failed",
            "cannot set SuccessCriteriaMet=True and Failed=true conditions",
        ),
        (
            "FailureTarget",
            "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
        ),
    ] {
        if is_met && change.is(condition) {
            errors.invalid_whole(&path, why);
        }
    }
    if some(change.spec, "successPolicy").is_some() && !is_met && change.is("Complete") {
        let why = "cannot set Complete=True for Job with SuccessPolicy unless \
                   SuccessCriteriaMet=True";
        errors.invalid_whole(&path, why);
    }
}

/// The condition that says how a job will end.
const MET: &str = "SuccessCriteriaMet";

/// What may not be taken back.
fn check_course(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let conditions = path.field("conditions");
    for condition in ["Failed", "Complete", "FailureTarget"] {
        if change.was(condition) && !change.is(condition) {
            let why = format!("cannot disable the terminal {condition}=True condition");
            errors.invalid_whole(&conditions, &why);
        }
    }
    let scales = is_indexed(change.spec)
        && int(change.spec, "completions") == int(change.spec, "parallelism");
    for (field, counts) in [("failed", true), ("succeeded", !scales)] {
        let found = change.count(field);
        if counts && found < int(change.before, field).unwrap_or(0) {
            let why = format!("cannot decrease the {field} counter");
            errors.invalid(&path.field(field), &Value::int(found), &why);
        }
    }
    let both = |field: &str| Some((some(change.now, field)?, some(change.before, field)?));
    if let Some((now, before)) = both("completionTime")
        && !same(now, before)
    {
        errors.invalid(&path.field("completionTime"), now, IMMUTABLE);
    }
    let is_suspended = |status: &Value, value: &str| {
        let is =
            |it: &Value| text(it, "type") == Some("Suspended") && text(it, "status") == Some(value);
        items(status, "conditions").iter().any(is)
    };
    let resumes = is_suspended(change.before, "True") && is_suspended(change.now, "False");
    if change.changes("startTime")
        && !resumes
        && some(change.before, "startTime").is_some()
        && !is_true(change.spec, "suspend")
    {
        let why = "field is immutable for unsuspended job once set";
        let found = some(change.now, "startTime");
        errors.invalid_or_none(&path.field("startTime"), found, why);
    }
    if change.was(MET) && !change.is(MET) {
        let why = "cannot disable the SuccessCriteriaMet=True condition";
        errors.invalid_whole(&conditions, why);
    }
    if change.was("Complete") && !change.was(MET) && change.is(MET) {
        let why = "cannot set SuccessCriteriaMet=True for Job already has Complete=true \
                   conditions";
        errors.invalid_whole(&conditions, why);
    }
}
