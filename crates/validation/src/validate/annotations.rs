//! Annotations that say something about how a pod runs.

use super::errors::{Errors, Path};
use super::paths::check_relative;
use super::pod_context::each_container;
use super::scheduling;
use crate::fields::{entries, text};
use trimtab_tree::{Value, parse_json};

const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP_OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

fn annotation<'v>(metadata: &'v Value, name: &str) -> Option<&'v str> {
    metadata.get("annotations")?.get(name)?.text()
}

/// Checks the annotations of a pod or template, whose errors are told at `path`.
pub(super) fn check(metadata: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(value) = annotation(metadata, MIRROR)
        && text(spec, "nodeName").is_none()
    {
        let why = "must set spec.nodeName if mirror pod annotation is set";
        errors.invalid_string(&path.key(MIRROR), value, why);
    }
    if let Some(value) = annotation(metadata, TOLERATIONS).filter(|value| !value.is_empty()) {
        check_tolerations(value, path, errors);
    }
    if let Some(cost) = annotation(metadata, DELETION_COST) {
        let is_number = cost.parse::<i32>().is_ok();
        // A number is written in one way: without a sign in front and without zeros.
        let is_plain = !cost.starts_with('+') && (cost == "0" || !cost.starts_with('0'));
        if !is_number || !is_plain {
            errors.invalid_string(&path.key(DELETION_COST), cost, "must be a 32bit integer");
        }
    }
    for (name, value) in entries(metadata, "annotations") {
        let value = value.text().unwrap_or_default();
        if name == SECCOMP_OF_POD || name.starts_with(SECCOMP_OF_CONTAINER) {
            check_seccomp(value, &path.field(name), errors);
        }
        if let Some(container) = name.strip_prefix(APP_ARMOR) {
            check_app_armor(container, value, spec, &path.key(name), errors);
        }
    }
}

fn check_tolerations(value: &str, path: &Path<'_>, errors: &mut Errors) {
    match parse_json(value, 0) {
        Ok(list) if list.as_sequence().is_some() => {
            let path = path.field(TOLERATIONS);
            let tolerations = list.as_sequence().unwrap_or_default();
            for (at, toleration) in tolerations.iter().enumerate() {
                let rules = scheduling::TOLERATION;
                super::rules::apply(rules, toleration, &path.item(at), errors);
            }
        }
        _ => errors.invalid_string(path, TOLERATIONS, "must be a JSON list of tolerations"),
    }
}

fn check_seccomp(profile: &str, path: &Path<'_>, errors: &mut Errors) {
    match profile {
        "runtime/default" | "docker/default" | "unconfined" => {}
        _ => match profile.strip_prefix("localhost/") {
            Some(place) => check_relative(place, path, errors),
            None => errors.invalid_string(path, profile, "must be a valid seccomp profile"),
        },
    }
}

fn check_app_armor(
    container: &str,
    profile: &str,
    spec: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut is_there = false;
    each_container(spec, &Path::ROOT, |found, _| {
        is_there |= text(found, "name") == Some(container);
    });
    if !is_there {
        errors.invalid_string(path, container, "container not found");
    }
    let is_known = matches!(profile, "" | "runtime/default" | "unconfined")
        || profile.starts_with("localhost/");
    if !is_known {
        let why = format!("invalid AppArmor profile name: {profile:?}");
        errors.invalid_string(path, profile, &why);
    }
}

/// Checks that annotations and fields, where a new pod has both, say the same.
pub(super) fn check_agreement(
    metadata: &Value,
    spec: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let of_pod = |field: &str| spec.get_path(&["securityContext", field]);
    let context = path.field("securityContext");
    if let Some(profile) = of_pod("seccompProfile")
        && let Some(value) = annotation(metadata, SECCOMP_OF_POD)
    {
        let path = context.field("seccompProfile");
        check_same(profile, value, "seccomp", &path, errors);
    }
    each_container(spec, path, |container, path| {
        let name = text(container, "name").unwrap_or_default();
        let context = path.field("securityContext");
        for (field, prefix, what) in [
            ("seccompProfile", SECCOMP_OF_CONTAINER, "seccomp"),
            ("appArmorProfile", APP_ARMOR, "apparmor"),
        ] {
            let own = container.get_path(&["securityContext", field]);
            // The pod's own profile is that of containers that have none.
            let profile = if what == "apparmor" {
                own.or_else(|| of_pod(field))
            } else {
                own
            };
            if let Some(profile) = profile
                && let Some(value) = annotation(metadata, &format!("{prefix}{name}"))
            {
                check_same(profile, value, what, &context.field(field), errors);
            }
        }
    });
}

fn check_same(profile: &Value, value: &str, what: &str, path: &Path<'_>, errors: &mut Errors) {
    let local = text(profile, "localhostProfile");
    let is_same = match text(profile, "type") {
        Some("Unconfined") => value == "unconfined",
        Some("RuntimeDefault") => {
            value == "runtime/default" || (what == "seccomp" && value == "docker/default")
        }
        Some("Localhost") => {
            let Some(place) = value.strip_prefix("localhost/") else {
                let why = format!("{what} type in annotation and field must match");
                errors.forbidden(&path.field("type"), &why);
                return;
            };
            if local != Some(place) {
                let why = format!("{what} profile in annotation and field must match");
                errors.forbidden(&path.field("localhostProfile"), &why);
            }
            return;
        }
        _ => true,
    };
    if !is_same {
        let why = format!("{what} type in annotation and field must match");
        errors.forbidden(&path.field("type"), &why);
    }
}

/// Checks annotations that a pod has for life.
pub(super) fn check_update(metadata: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (name, before) in entries(old, "annotations") {
        if annotation(metadata, name) == before.text() {
            continue;
        }
        if name.starts_with(APP_ARMOR) {
            let why = "may not remove or update AppArmor annotations";
            errors.forbidden(&path.key(name), why);
        } else if name == MIRROR {
            let why = "may not remove or update mirror pod annotation";
            errors.forbidden(&path.key(name), why);
        }
    }
    for (name, _) in entries(metadata, "annotations") {
        if annotation(old, name).is_some() {
            continue;
        }
        if name.starts_with(APP_ARMOR) {
            errors.forbidden(&path.key(name), "may not add AppArmor annotations");
        } else if name == MIRROR {
            errors.forbidden(&path.key(name), "may not add mirror pod annotation");
        }
    }
}

/// Whether a pod stands for one that a node made by itself.
pub(super) fn is_mirror(metadata: &Value) -> bool {
    annotation(metadata, MIRROR).is_some()
}
