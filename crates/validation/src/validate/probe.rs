//! Probes and hooks: what is run in a container or asked of it.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::AtLeast;
use super::rules::{Rule, apply};
use crate::fields::{int, items, text};
use trimtab_tree::Value;

/// What a probe is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Liveness,
    Readiness,
    Startup,
}

static PROBE: &[Rule] = &[
    AtLeast("initialDelaySeconds", 0),
    AtLeast("timeoutSeconds", 0),
    AtLeast("periodSeconds", 0),
    AtLeast("successThreshold", 0),
    AtLeast("failureThreshold", 0),
];

pub(super) fn check(probe: &Value, role: Role, path: &Path<'_>, errors: &mut Errors) {
    check_handler(probe, &HANDLERS[..4], None, path, errors);
    apply(PROBE, probe, path, errors);
    let grace = path.field("terminationGracePeriodSeconds");
    if let Some(seconds) = int(probe, "terminationGracePeriodSeconds") {
        if seconds < 1 {
            errors.invalid(&grace, &Value::int(seconds), "must be greater than 0");
        }
        if role == Role::Readiness {
            let why = "must not be set for readinessProbes";
            errors.invalid(&grace, &Value::int(seconds), why);
        }
    }
    if role != Role::Readiness
        && let Some(threshold) = int(probe, "successThreshold").filter(|found| *found != 1)
    {
        let path = path.field("successThreshold");
        errors.invalid(&path, &Value::int(threshold), "must be 1");
    }
}

/// Ways to run or ask something; one is needed. The last is only for hooks.
const HANDLERS: [&str; 5] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/// Checks what is run when a container starts or stops, in a pod that has so many seconds to stop.
pub(super) fn check_hook(
    handler: &Value,
    grace: Option<i64>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_handler(handler, &HANDLERS, grace, path, errors);
}

fn check_handler(
    handler: &Value,
    ways: &[&str],
    grace: Option<i64>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut first = true;
    for &way in ways {
        let Some(action) = handler.get(way) else {
            continue;
        };
        let path = path.field(way);
        if !first {
            errors.forbidden(&path, "may not specify more than 1 handler type");
            continue;
        }
        first = false;
        match way {
            "exec" if items(action, "command").is_empty() => {
                errors.required(&path.field("command"), "");
            }
            "httpGet" => check_http(action, &path, errors),
            "tcpSocket" => check_port(action, &path, errors),
            "grpc" => {
                let port = int(action, "port").unwrap_or(0);
                check_number_or_name(Some(&Value::int(port)), &path.field("port"), errors);
            }
            "sleep" => check_sleep(action, grace, &path, errors),
            _ => {}
        }
    }
    if first {
        errors.required(path, "must specify a handler type");
    }
}

fn check_sleep(action: &Value, grace: Option<i64>, path: &Path<'_>, errors: &mut Errors) {
    let seconds = int(action, "seconds").unwrap_or(0);
    if let Some(grace) = grace
        && !(0..=grace).contains(&seconds)
    {
        let why =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.invalid(path, &Value::int(seconds), &why);
    }
}

fn check_http(action: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(action, "path").is_none() {
        errors.required(&path.field("path"), "");
    }
    check_port(action, path, errors);
    let scheme = text(action, "scheme").unwrap_or_default();
    if !matches!(scheme, "HTTP" | "HTTPS") {
        let supported = ["HTTP", "HTTPS"];
        errors.unsupported(&path.field("scheme"), &Value::string(scheme), &supported);
    }
    for header in items(action, "httpHeaders") {
        let name = text(header, "name").unwrap_or_default();
        errors.invalid_each(&path.field("httpHeaders"), name, formats::header_name(name));
    }
}

/// A port by number or name.
fn check_port(action: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_number_or_name(action.get("port"), &path.field("port"), errors);
}

pub(super) fn check_number_or_name(port: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let Some(port) = port else {
        return;
    };
    if let Some(name) = port.as_str() {
        errors.invalid_each(path, name, formats::port_name(name));
        return;
    }
    let number = port.text().and_then(|number| number.parse::<i64>().ok());
    if number.is_none_or(|number| !(1..=65535).contains(&number)) {
        errors.invalid(path, port, "must be between 1 and 65535, inclusive");
    }
}
