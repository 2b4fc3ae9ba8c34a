//! Security contexts, and what a pod may not ask for given the rest.

use super::errors::{Errors, Path};
use super::formats;
use super::internal::show_internal;
use super::paths::check_relative;
use super::pod_context::PodContext;
use super::rules::Rule::{Between, Do, OneOf};
use super::rules::{Rule, apply};
use super::windows;
use crate::fields::{has, is_true, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// The largest id of a user or group.
pub(super) const MAX_ID: i64 = i32::MAX as i64;

static CONTAINER: &[Rule] = &[
    Between("runAsUser", 0, MAX_ID),
    Between("runAsGroup", 0, MAX_ID),
    OneOf("procMount", &["Default", "Unmasked"]),
];

static POD: &[Rule] = &[
    Between("fsGroup", 0, MAX_ID),
    Between("runAsUser", 0, MAX_ID),
    Between("runAsGroup", 0, MAX_ID),
    Do(check_groups),
];

static POD_END: &[Rule] = &[
    OneOf("fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    Do(check_seccomp),
    Do(windows::check_options),
    Do(check_app_armor),
    OneOf("supplementalGroupsPolicy", &["Merge", "Strict"]),
    OneOf("seLinuxChangePolicy", &["MountOption", "Recursive"]),
];

/// The security of a pod as a whole.
pub(super) fn check_pod(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let context = spec.get("securityContext").unwrap_or(&none);
    let path = path.field("securityContext");
    apply(POD, context, &path, errors);
    if is_true(spec, "hostPID") && is_true(spec, "shareProcessNamespace") {
        let why = "ShareProcessNamespace and HostPID cannot both be enabled";
        let path = path.field("shareProcessNamespace");
        errors.invalid(&path, &Value::bool(true), why);
    }
    check_parameters(spec, context, &path.field("sysctls"), errors);
    apply(POD_END, context, &path, errors);
}

/// Users that are not the host's.
pub(super) fn check_host_users(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    if pod.host_users {
        return;
    }
    let why = "when `hostUsers` is false";
    for (field, told_as) in [
        ("hostNetwork", "hostNetwork"),
        ("hostPID", "HostPID"),
        ("hostIPC", "HostIPC"),
    ] {
        if is_true(pod.spec, field) {
            errors.forbidden(&path.field(told_as), why);
        }
    }
    pod.each_container(path, |container, path| {
        if has(container, "volumeDevices") {
            errors.forbidden(&path.field("volumeDevices"), why);
        }
    });
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

/// Kernel parameters; those of a namespace that is the host's are the host's.
fn check_parameters(spec: &Value, context: &Value, list: &Path<'_>, errors: &mut Errors) {
    const OF_IPC: [&str; 3] = ["kernel.shm", "kernel.msg", "fs.mqueue."];
    let mut names = FxHashSet::default();
    for (at, parameter) in items(context, "sysctls").iter().enumerate() {
        let item = list.item(at);
        let path = item.field("name");
        let name = text(parameter, "name").unwrap_or_default();
        let problems = formats::sysctl_name(name);
        if name.is_empty() {
            errors.required(&path, "");
        } else if !problems.is_empty() {
            errors.invalid_each(&path, name, problems);
        } else if names.contains(name) {
            errors.duplicate(&path, name);
        }
        names.insert(name);
        // A name may be written with slashes as well.
        let dotted = name.replace('/', ".");
        let of_ipc = OF_IPC.iter().any(|start| dotted.starts_with(start)) || dotted == "kernel.sem";
        for (field, is_its) in [
            ("hostNetwork", dotted.starts_with("net.")),
            ("hostIPC", of_ipc),
        ] {
            if is_its && is_true(spec, field) {
                let why = format!("may not be specified when '{field}' is true");
                errors.invalid_string(&path, name, &why);
            }
        }
    }
}

fn check_seccomp(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(profile) = context.get("seccompProfile") else {
        return;
    };
    let path = path.field("seccompProfile");
    check_profile_type(profile, "seccompProfile", &path, errors);
    let place_path = path.field("localhostProfile");
    let place = profile.get("localhostProfile").and_then(Value::as_str);
    match (text(profile, "type"), place) {
        (Some("Localhost"), None) => {
            errors.required(&place_path, "must be set when seccomp type is Localhost");
        }
        (Some("Localhost"), Some(place)) => check_relative(place, &place_path, errors),
        (_, Some(_)) => {
            let shown = show_internal(Some(profile), "SeccompProfile");
            let why = "can only be set when seccomp type is Localhost";
            errors.invalid_text(&place_path, &shown, why);
        }
        (_, None) => {}
    }
}

fn check_profile_type(profile: &Value, what: &str, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("type");
    match text(profile, "type") {
        None => errors.required(&path, &format!("type is required when {what} is set")),
        Some("Localhost" | "RuntimeDefault" | "Unconfined") => {}
        Some(found) => {
            let supported = ["Localhost", "RuntimeDefault", "Unconfined"];
            errors.unsupported(&path, &Value::string(found), &supported);
        }
    }
}

fn check_app_armor(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    const LONGEST: usize = 4095;
    let Some(profile) = context.get("appArmorProfile") else {
        return;
    };
    let path = path.field("appArmorProfile");
    let place_path = path.field("localhostProfile");
    let place = profile.get("localhostProfile").and_then(Value::as_str);
    match (text(profile, "type"), place) {
        (Some("Localhost"), place) => {
            let place = place.unwrap_or_default();
            if place.trim() != place {
                let why = "must not be padded with whitespace";
                errors.invalid_string(&place_path, place, why);
            } else if place.is_empty() {
                errors.required(&place_path, "must be set when AppArmor type is Localhost");
            }
            if place.len() > LONGEST {
                errors.too_long(&place_path, LONGEST);
            }
        }
        (Some("RuntimeDefault" | "Unconfined"), Some(place)) => {
            let why = "can only be set when AppArmor type is Localhost";
            errors.invalid_string(&place_path, place, why);
        }
        _ => check_profile_type(profile, "appArmorProfile", &path, errors),
    }
}

/// The security context of a container in this pod.
pub(super) fn check_container(
    context: &Value,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    apply(CONTAINER, context, path, errors);
    if text(context, "procMount") == Some("Unmasked") && pod.host_users {
        let why = "`hostUsers` must be false to use `Unmasked`";
        errors.invalid_string(&path.field("procMount"), "Unmasked", why);
    }
    check_seccomp(context, path, errors);
    check_escalation(context, path, errors);
    windows::check_options(context, path, errors);
    check_app_armor(context, path, errors);
}

fn check_escalation(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let allows = context
        .get("allowPrivilegeEscalation")
        .and_then(Value::text);
    if allows != Some("false") {
        return;
    }
    let shown = || show_internal(Some(context), "SecurityContext");
    if is_true(context, "privileged") {
        let why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        errors.invalid_text(path, &shown(), why);
    }
    let added = context.get_path(&["capabilities", "add"]);
    let added = added.and_then(Value::as_sequence).unwrap_or_default();
    for _ in added.iter().filter(|it| it.text() == Some("CAP_SYS_ADMIN")) {
        let why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` \
                   CAP_SYS_ADMIN";
        errors.invalid_text(path, &shown(), why);
    }
}
