//! Deployments, replica sets, stateful sets, daemon sets, replication controllers.

use super::amounts;
use super::claim;
use super::errors::{Errors, Path, show};
use super::formats;
use super::metadata::{check_annotations, check_labels};
use super::pod;
use super::rules::Rule::{AtLeast, Do, Form, Object, OneOf};
use super::rules::{Rule, apply};
use super::selectors;
use crate::equality::same;
use crate::fields::{entries, int, items, text};
use std::collections::BTreeSet;
use trimtab_tree::Value;

pub(super) static DEPLOYMENT: &[Rule] = &[Object(
    "spec",
    &[
        AtLeast("replicas", 0),
        Do(check_deployment_selector),
        Do(check_strategy),
        AtLeast("minReadySeconds", 0),
        AtLeast("revisionHistoryLimit", 0),
        Do(check_progress),
    ],
)];

pub(super) static REPLICA_SET: &[Rule] = &[Object(
    "spec",
    &[
        AtLeast("replicas", 0),
        AtLeast("minReadySeconds", 0),
        Do(check_deployment_selector),
    ],
)];

pub(super) static STATEFUL_SET: &[Rule] = &[Object("spec", &[Do(check_new_stateful)])];

/// How a stateful set brings its pods, before their claims are looked at.
static STATEFUL_WAYS: &[Rule] = &[
    Do(check_pod_management),
    Do(check_stateful_strategy),
    Object(
        "persistentVolumeClaimRetentionPolicy",
        &[
            OneOf("whenDeleted", &["Retain", "Delete"]),
            OneOf("whenScaled", &["Retain", "Delete"]),
        ],
    ),
];

/// How many pods a stateful set has.
static STATEFUL_NUMBERS: &[Rule] = &[
    AtLeast("replicas", 0),
    AtLeast("minReadySeconds", 0),
    Object("ordinals", &[AtLeast("start", 0)]),
];

pub(super) static DAEMON_SET: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_daemon_selector),
        AtLeast("minReadySeconds", 0),
        Do(check_daemon_strategy),
        AtLeast("revisionHistoryLimit", 0),
    ],
)];

pub(super) static REPLICATION_CONTROLLER: &[Rule] = &[Object(
    "spec",
    &[
        AtLeast("minReadySeconds", 0),
        Do(check_controller_selector),
        AtLeast("replicas", 0),
        Do(check_controller_template),
    ],
)];

pub(super) static POD_TEMPLATE: &[Rule] = &[Object("template", pod::TEMPLATE)];

/// How a workload's messages differ.
#[derive(Clone, Copy)]
struct Kind {
    /// In the message about an empty selector.
    empty: &'static str,
    /// In the message about a deadline.
    deadline: &'static str,
    /// Said of a selector that cannot be used.
    unusable: &'static str,
}

fn check_deployment_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = Kind {
        empty: "empty selector is invalid for deployment",
        deadline: "activeDeadlineSeconds in ReplicaSet is not Supported",
        unusable: "invalid label selector",
    };
    check_selector(spec, kind, path, errors);
}

/// A stateful set whose pods are as they will be: with a volume for each of its claims, and names that
/// follow from its own, whatever the template says. None where that changes nothing.
fn pods_as_made(spec: &Value) -> Option<Value> {
    let claims = items(spec, "volumeClaimTemplates").iter();
    // One without a name is told of as the volume that it becomes.
    let names: BTreeSet<&str> = claims
        .map(|it| it.get_path(&["metadata", "name"]).and_then(Value::text))
        .map(Option::unwrap_or_default)
        .collect();
    let of_pod = |name: &str| spec.get_path(&["template", "spec", name]).is_some();
    let is_named = of_pod("hostname") || of_pod("subdomain");
    if names.is_empty() && !is_named {
        return None;
    }
    let mut spec = spec.clone();
    let pod = spec.get_path_mut(&["template", "spec"])?.as_mapping_mut()?;
    for name in ["hostname", "subdomain"] {
        pod.remove(name);
    }
    if names.is_empty() {
        return Some(spec);
    }
    let volumes = pod.get_or_insert_with("volumes", || Value::sequence(Vec::new()));
    let volumes = volumes.as_sequence_mut()?;
    // A claim takes the place of a volume of its name, and claims come first.
    volumes.retain(|volume| !names.contains(text(volume, "name").unwrap_or_default()));
    let claims = names.into_iter().map(|name| {
        let claim = Value::mapping([("claimName", Value::string(name))]);
        Value::mapping([
            ("name", Value::string(name)),
            ("persistentVolumeClaim", claim),
        ])
    });
    volumes.splice(..0, claims);
    Some(spec)
}

fn check_new_stateful(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(STATEFUL_WAYS, spec, path, errors);
    check_claim_templates(spec, path, errors);
    apply(STATEFUL_NUMBERS, spec, path, errors);
    apply(
        &[Form("serviceName", formats::dns_label)],
        spec,
        path,
        errors,
    );
    check_stateful_selector(spec, path, errors);
}

/// A stateful set that takes the place of another: the claims and the name of the service, which
/// cannot change, are as they were let in.
pub(super) fn check_stateful_change(
    object: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let none = Value::null();
    let spec = object.get("spec").unwrap_or(&none);
    let spec_path = path.field("spec");
    apply(STATEFUL_WAYS, spec, &spec_path, errors);
    apply(STATEFUL_NUMBERS, spec, &spec_path, errors);
    check_stateful_selector(spec, &spec_path, errors);
    check_stateful_update(object, old, path, errors);
}

fn check_stateful_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = Kind {
        empty: "empty selector is invalid for statefulset",
        deadline: "activeDeadlineSeconds in StatefulSet is not Supported",
        unusable: "",
    };
    let as_made = pods_as_made(spec);
    let spec = as_made.as_ref().unwrap_or(spec);
    // Labels and annotations of a stateful set's template are looked at twice, as Kubernetes does.
    if check_selector(spec, kind, path, errors)
        && let Some(metadata) = spec.get_path(&["template", "metadata"])
    {
        let path = path.field("template");
        check_labels(metadata, "labels", &path, errors);
        check_annotations(metadata, &path, errors);
    }
}

/// Checks the selector and, if it can be used, the template; says whether it could.
fn check_selector(spec: &Value, kind: Kind, path: &Path<'_>, errors: &mut Errors) -> bool {
    let selector_path = path.field("selector");
    let selector = spec.get("selector").filter(|selector| !selector.is_null());
    let Some(selector) = selector else {
        errors.required(&selector_path, "");
        check_selected_template(spec, false, kind, path, errors);
        return true;
    };
    let mut own = Errors::default();
    selectors::check(selector, &selector_path, &mut own);
    let is_right = own.is_empty();
    errors.append(own);
    let is_empty = selectors::is_empty(selector);
    if is_empty {
        errors.invalid(&selector_path, selector, kind.empty);
    }
    if !is_right {
        errors.invalid(&selector_path, selector, kind.unusable);
        return false;
    }
    let labels = template_labels(spec);
    let fits = is_empty || selectors::selects(selector, labels);
    check_selected_template(spec, fits, kind, path, errors);
    true
}

fn template_labels(spec: &Value) -> Option<&Value> {
    let labels = spec.get_path(&["template", "metadata", "labels"])?;
    Some(labels).filter(|labels| !labels.is_null_or_empty())
}

fn check_selected_template(
    spec: &Value,
    fits: bool,
    kind: Kind,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let path = path.field("template");
    if !fits {
        tell_mismatch(template_labels(spec), &path, errors);
    }
    check_long_running(spec.get("template"), kind.deadline, &path, errors);
}

fn tell_mismatch(labels: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let metadata = path.field("metadata");
    let why = "`selector` does not match template `labels`";
    errors.invalid_or_none(&metadata.field("labels"), labels, why);
}

/// A template of pods that are to run for ever.
fn check_long_running(
    template: Option<&Value>,
    deadline: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(template) = template else { return };
    apply(pod::TEMPLATE, template, path, errors);
    let Some(spec) = template.get("spec") else {
        return;
    };
    let path = path.field("spec");
    if let Some(policy) = text(spec, "restartPolicy").filter(|policy| *policy != "Always") {
        let policy = Value::string(policy);
        errors.unsupported(&path.field("restartPolicy"), &policy, &["Always"]);
    }
    if spec.get("activeDeadlineSeconds").is_some() {
        errors.forbidden(&path.field("activeDeadlineSeconds"), deadline);
    }
}

/// A strategy as messages show it: with its numbers, which are called `first` and `second`.
fn show_strategy(strategy: &Value, first: (&str, &str), second: (&str, &str)) -> String {
    let kind = text(strategy, "type").unwrap_or_default();
    let rolling = strategy.get("rollingUpdate").map(|rolling| {
        let number = |(field, absent): (&str, &str)| match rolling.get(field) {
            Some(number) => show(Some(number)),
            None => absent.to_owned(),
        };
        let (one, other) = (number(first), number(second));
        format!(
            "{{{:?}:{one},{:?}:{other}}}",
            capital(first.0),
            capital(second.0)
        )
    });
    let rolling = rolling.as_deref().unwrap_or("null");
    format!("{{\"Type\":{kind:?},\"RollingUpdate\":{rolling}}}")
}

/// A field as Go calls it.
fn capital(field: &str) -> String {
    let mut letters = field.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The numbers of a rolling update of deployments and daemon sets, and what they are when not said.
const UNAVAILABLE_AND_SURGE: [(&str, &str); 2] = [("maxUnavailable", "0"), ("maxSurge", "0")];

fn check_strategy(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(strategy) = spec.get("strategy") else {
        return;
    };
    let path = path.field("strategy");
    let rolling_path = path.field("rollingUpdate");
    let rolling = strategy.get("rollingUpdate");
    match text(strategy, "type").unwrap_or_default() {
        "Recreate" => {
            if rolling.is_some() {
                let why = "may not be specified when strategy `type` is 'Recreate'";
                errors.forbidden(&rolling_path, why);
            }
        }
        "RollingUpdate" => {
            if let Some(rolling) = rolling {
                check_rolling(rolling, &rolling_path, errors);
            } else {
                let why = "this should be defaulted and never be nil";
                errors.required(&rolling_path, why);
            }
        }
        _ => errors.unsupported_text(
            &path,
            &show_strategy(strategy, UNAVAILABLE_AND_SURGE[0], UNAVAILABLE_AND_SURGE[1]),
            &["Recreate", "RollingUpdate"],
        ),
    }
}

fn check_rolling(rolling: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (unavailable, surge) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"));
    let unavailable_path = path.field("maxUnavailable");
    amounts::check(unavailable, &unavailable_path, errors);
    amounts::check(surge, &path.field("maxSurge"), errors);
    if amounts::is_zero(unavailable) && amounts::is_zero(surge) {
        let why = "may not be 0 when `maxSurge` is 0";
        errors.invalid_or_none(&unavailable_path, unavailable, why);
    }
    amounts::check_at_most_all(unavailable, &unavailable_path, errors);
}

fn check_progress(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(deadline) = int(spec, "progressDeadlineSeconds") else {
        return;
    };
    let path = path.field("progressDeadlineSeconds");
    if deadline < 0 {
        let why = "must be greater than or equal to 0";
        errors.invalid(&path, &Value::int(deadline), why);
    }
    if deadline <= int(spec, "minReadySeconds").unwrap_or(0) {
        let why = "must be greater than minReadySeconds";
        errors.invalid(&path, &Value::int(deadline), why);
    }
}

fn check_pod_management(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("podManagementPolicy");
    match text(spec, "podManagementPolicy") {
        None => errors.required(&path, ""),
        Some("OrderedReady" | "Parallel") => {}
        Some(found) => {
            errors.invalid_string(&path, found, "must be 'OrderedReady' or 'Parallel'");
        }
    }
}

fn check_stateful_strategy(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(strategy) = spec.get("updateStrategy") else {
        return;
    };
    let path = path.field("updateStrategy");
    let rolling_path = path.field("rollingUpdate");
    let rolling = strategy.get("rollingUpdate");
    match (text(strategy, "type"), rolling) {
        (None, _) => errors.required(&path, ""),
        (Some("OnDelete"), Some(rolling)) => {
            let shown = format!(
                "{{\"Partition\":{},\"MaxUnavailable\":{}}}",
                rolling
                    .get("partition")
                    .and_then(Value::text)
                    .unwrap_or("0"),
                show(rolling.get("maxUnavailable")),
            );
            let why = "only allowed for updateStrategy 'RollingUpdate'";
            errors.invalid_text(&rolling_path, &shown, why);
        }
        (Some("RollingUpdate"), Some(rolling)) => {
            apply(&[AtLeast("partition", 0)], rolling, &rolling_path, errors);
            let unavailable = rolling.get("maxUnavailable");
            let path = rolling_path.field("maxUnavailable");
            amounts::check(unavailable, &path, errors);
            if amounts::is_zero(unavailable) {
                errors.invalid_or_none(&path, unavailable, "cannot be 0");
            }
            amounts::check_at_most_all(unavailable, &path, errors);
        }
        (Some("OnDelete" | "RollingUpdate"), None) => {}
        (Some(_), _) => {
            let why = "must be 'RollingUpdate' or 'OnDelete'";
            errors.invalid_text(
                &path,
                &show_strategy(strategy, ("partition", "0"), ("maxUnavailable", "null")),
                why,
            );
        }
    }
}

fn check_claim_templates(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("volumeClaimTemplates");
    for (at, template) in items(spec, "volumeClaimTemplates").iter().enumerate() {
        if let Some(claim) = template.get("spec") {
            claim::check_spec(claim, &list.item(at).field("spec"), errors);
        }
    }
}

fn check_daemon_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let selector_path = path.field("selector");
    let selector = spec.get("selector").filter(|selector| !selector.is_null());
    let labels = template_labels(spec);
    let template_path = path.field("template");
    let mut own = Errors::default();
    if let Some(selector) = selector {
        selectors::check(selector, &selector_path, &mut own);
    }
    let is_right = own.is_empty();
    errors.append(own);
    let fits = selector.is_some_and(|it| selectors::selects(it, labels));
    if is_right && !fits {
        tell_mismatch(labels, &template_path, errors);
    }
    if let Some(selector) = selector
        && selectors::is_empty(selector)
    {
        errors.invalid(
            &selector_path,
            selector,
            "empty selector is invalid for daemonset",
        );
    }
    let deadline = "activeDeadlineSeconds in DaemonSet is not Supported";
    check_long_running(spec.get("template"), deadline, &template_path, errors);
}

fn check_daemon_strategy(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(strategy) = spec.get("updateStrategy") else {
        return;
    };
    let path = path.field("updateStrategy");
    match text(strategy, "type").unwrap_or_default() {
        "OnDelete" => {}
        "RollingUpdate" => {
            let path = path.field("rollingUpdate");
            let Some(rolling) = strategy.get("rollingUpdate") else {
                errors.required(&path, "");
                return;
            };
            let (unavailable, surge) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"));
            let (unavailable_path, surge_path) =
                (path.field("maxUnavailable"), path.field("maxSurge"));
            amounts::check(unavailable, &unavailable_path, errors);
            amounts::check(surge, &surge_path, errors);
            match (amounts::is_zero(unavailable), amounts::is_zero(surge)) {
                (false, false) => {
                    let why = "may not be set when maxUnavailable is non-zero";
                    errors.invalid_or_none(&surge_path, surge, why);
                }
                (true, true) => {
                    errors.required(&unavailable_path, "cannot be 0 when maxSurge is 0");
                }
                _ => {}
            }
            amounts::check_at_most_all(unavailable, &unavailable_path, errors);
            amounts::check_at_most_all(surge, &surge_path, errors);
        }
        _ => errors.unsupported_text(
            &path,
            &show_strategy(strategy, UNAVAILABLE_AND_SURGE[0], UNAVAILABLE_AND_SURGE[1]),
            &["RollingUpdate", "OnDelete"],
        ),
    }
}

fn check_controller_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if entries(spec, "selector").next().is_none() {
        errors.required(&path.field("selector"), "");
    }
}

fn check_controller_template(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("template");
    let Some(template) = spec.get("template").filter(|template| !template.is_null()) else {
        errors.required(&path, "");
        return;
    };
    let labels = template_labels(spec);
    let selects =
        |(key, value): (&str, &Value)| labels.is_some_and(|labels| labels.get(key) == Some(value));
    if !entries(spec, "selector").all(selects) {
        tell_mismatch(labels, &path, errors);
    }
    let deadline = "activeDeadlineSeconds in ReplicationController is not Supported";
    check_long_running(Some(template), deadline, &path, errors);
}

/// Only some fields of a stateful set may change.
fn check_stateful_update(object: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    const CHANGEABLE: [&str; 7] = [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];
    let rest = |object: &Value| {
        let mut spec = object.get("spec").cloned().unwrap_or_else(Value::null);
        for field in CHANGEABLE {
            crate::fields::remove(&mut spec, field);
        }
        spec
    };
    if !same(&rest(object), &rest(old)) {
        let why = "updates to statefulset spec for fields other than 'replicas', 'ordinals', \
                   'template', 'updateStrategy', 'revisionHistoryLimit', \
                   'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&path.field("spec"), why);
    }
}

/// The template of the pods that an object of this kind makes.
pub(super) fn template_of<'v>(kind: &str, object: &'v Value) -> Option<&'v Value> {
    match kind {
        "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicationController"
        | "Job" => object.get_path(&["spec", "template"]),
        "CronJob" => object.get_path(&["spec", "jobTemplate", "spec", "template"]),
        "PodTemplate" => object.get("template"),
        _ => None,
    }
}
