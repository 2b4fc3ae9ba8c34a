//! Security contexts, and what a pod may not ask for given the rest.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{Between, Do, Form, OneOf, Unique};
use super::rules::{Rule, apply};
use crate::fields::{is_true, items, text};
use trimtab_tree::Value;

/// The largest id of a user or group.
const MAX_ID: i64 = i32::MAX as i64;

pub(super) static CONTAINER_CONTEXT: &[Rule] = &[
    Between("runAsUser", 0, MAX_ID),
    Between("runAsGroup", 0, MAX_ID),
    OneOf("procMount", &["Default", "Unmasked"]),
    Do(check_seccomp),
    Do(check_escalation),
];

static POD_CONTEXT: &[Rule] = &[
    Between("fsGroup", 0, MAX_ID),
    Between("runAsUser", 0, MAX_ID),
    Between("runAsGroup", 0, MAX_ID),
    Do(check_groups),
    Rule::Items("sysctls", &[Form("name", formats::sysctl_name)]),
    Unique("sysctls", "name"),
    OneOf("fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    Do(check_seccomp),
    OneOf("supplementalGroupsPolicy", &["Merge", "Strict"]),
];

/// The security of a pod as a whole.
pub(super) fn check_pod(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let context = path.field("securityContext");
    if is_true(spec, "hostPID") && is_true(spec, "shareProcessNamespace") {
        let why = "ShareProcessNamespace and HostPID cannot both be enabled";
        let path = context.field("shareProcessNamespace");
        errors.invalid(&path, &Value::bool(true), why);
    }
    if let Some(found) = spec.get("securityContext") {
        apply(POD_CONTEXT, found, &context, errors);
    }
    if spec.get("hostUsers").and_then(Value::text) == Some("false") {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if is_true(spec, field) {
                errors.forbidden(&path.field(field), "when `hostUsers` is false");
            }
        }
    }
}

fn check_groups(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("supplementalGroups");
    for (at, group) in items(context, "supplementalGroups").iter().enumerate() {
        let number = group.text().and_then(|text| text.parse::<i64>().ok());
        if number.is_some_and(|number| !(0..=MAX_ID).contains(&number)) {
            let why = format!("must be between 0 and {MAX_ID}, inclusive");
            errors.invalid(&path.item(at), group, &why);
        }
    }
}

fn check_seccomp(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(profile) = context.get("seccompProfile") else {
        return;
    };
    let path = path.field("seccompProfile");
    let local = path.field("localhostProfile");
    match (text(profile, "type"), text(profile, "localhostProfile")) {
        (Some("Localhost"), None) => {
            errors.required(&local, "must be set when seccomp type is Localhost");
        }
        (Some("RuntimeDefault" | "Unconfined"), Some(found)) => {
            let why = "can only be set when seccomp type is Localhost";
            errors.invalid_string(&local, found, why);
        }
        (None, _) => errors.required(
            &path.field("type"),
            "type is required when seccompProfile is set",
        ),
        (Some("Localhost" | "RuntimeDefault" | "Unconfined"), _) => {}
        (Some(found), _) => {
            let supported = ["Localhost", "RuntimeDefault", "Unconfined"];
            errors.unsupported(&path.field("type"), &Value::string(found), &supported);
        }
    }
}

/// A context as the messages of Kubernetes show it: its fields under their names in Go.
fn show(context: &Value) -> String {
    const FIELDS: [(&str, &str); 12] = [
        ("Capabilities", "capabilities"),
        ("Privileged", "privileged"),
        ("SELinuxOptions", "seLinuxOptions"),
        ("WindowsOptions", "windowsOptions"),
        ("RunAsUser", "runAsUser"),
        ("RunAsGroup", "runAsGroup"),
        ("RunAsNonRoot", "runAsNonRoot"),
        ("ReadOnlyRootFilesystem", "readOnlyRootFilesystem"),
        ("AllowPrivilegeEscalation", "allowPrivilegeEscalation"),
        ("ProcMount", "procMount"),
        ("SeccompProfile", "seccompProfile"),
        ("AppArmorProfile", "appArmorProfile"),
    ];
    let fields = FIELDS
        .map(|(shown, field)| format!("{shown:?}:{}", super::errors::show(context.get(field))));
    format!("{{{}}}", fields.join(","))
}

fn check_escalation(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let forbids = context
        .get("allowPrivilegeEscalation")
        .and_then(Value::text)
        == Some("false");
    if !forbids {
        return;
    }
    if is_true(context, "privileged") {
        let why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        errors.invalid_text(path, &show(context), why);
    }
    let added = context.get_path(&["capabilities", "add"]);
    let added = added.and_then(Value::as_sequence).unwrap_or_default();
    if added.iter().any(|it| it.text() == Some("CAP_SYS_ADMIN")) {
        let why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` \
                   CAP_SYS_ADMIN";
        errors.invalid_text(path, &show(context), why);
    }
}

/// What a container may ask for in this pod.
pub(super) fn check_container_in_pod(
    container: &Value,
    spec: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mount = container.get_path(&["securityContext", "procMount"]);
    let in_host = spec.get("hostUsers").and_then(Value::text) != Some("false");
    if let Some(mount) = mount.filter(|it| it.text() == Some("Unmasked") && in_host) {
        let context = path.field("securityContext");
        let why = "`hostUsers` must be false to use `Unmasked`";
        errors.invalid(&context.field("procMount"), mount, why);
    }
}

/// Fields of a pod's security context that Windows does not have.
const NOT_OF_WINDOWS: &[&str] = &[
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "shareProcessNamespace",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
];

/// The operating system is one of two, and each has its own fields.
pub(super) fn check_os(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(os) = spec.get("os") else { return };
    let Some(name) = text(os, "name") else {
        errors.required(&path.field("os").field("name"), "cannot be empty");
        return;
    };
    match name {
        "linux" => {}
        "windows" => {
            let context_path = path.field("securityContext");
            let context = spec.get("securityContext");
            for field in NOT_OF_WINDOWS {
                if context.is_some_and(|it| crate::fields::has(it, field)) {
                    errors.forbidden(
                        &context_path.field(field),
                        "cannot be set for a windows pod",
                    );
                }
            }
            for field in ["hostPID", "hostIPC", "hostUsers"] {
                if is_true(spec, field) {
                    errors.forbidden(&path.field(field), "cannot be set for a windows pod");
                }
            }
        }
        _ => {
            let os = path.field("os");
            errors.unsupported(&os, &Value::string(name), &["linux", "windows"]);
        }
    }
}
