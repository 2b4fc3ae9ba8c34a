//! Deployments, replica sets, daemon sets, replication controllers, and what these and stateful sets have in
//! common.

use super::amounts;
use super::errors::{Errors, Path, show};
use super::pod;
use super::rules::Rule::{AtLeast, Do, Object};
use super::rules::{Rule, apply};
use super::selectors;
use crate::fields::{entries, int, text};
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
pub(super) struct Kind {
    /// In the message about an empty selector.
    pub(super) empty: &'static str,
    /// In the message about a deadline.
    pub(super) deadline: &'static str,
    /// Said of a selector that cannot be used.
    pub(super) unusable: &'static str,
}

fn check_deployment_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = Kind {
        empty: "empty selector is invalid for deployment",
        deadline: "activeDeadlineSeconds in ReplicaSet is not Supported",
        unusable: "invalid label selector",
    };
    check_selector(spec, kind, path, errors);
}

/// Checks the selector and, if it can be used, the template; says whether it could.
pub(super) fn check_selector(
    spec: &Value,
    kind: Kind,
    path: &Path<'_>,
    errors: &mut Errors,
) -> bool {
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
pub(super) fn show_strategy(strategy: &Value, first: (&str, &str), second: (&str, &str)) -> String {
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
