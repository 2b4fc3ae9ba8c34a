//! Pods of one operating system: each has fields that the other has not.

use super::errors::{Errors, Path};
use super::formats;
use super::pod_context::PodContext;
use crate::fields::{has, is_true, text};
use regex::Regex;
use std::sync::LazyLock;
use trimtab_tree::Value;

/// Fields of a pod that Windows has not, in the order of Kubernetes; those of its security context are
/// marked.
const NOT_OF_PODS: [(bool, &str); 15] = [
    (true, "appArmorProfile"),
    (true, "seLinuxOptions"),
    (false, "hostUsers"),
    (false, "hostPID"),
    (false, "hostIPC"),
    (true, "seccompProfile"),
    (true, "fsGroup"),
    (true, "fsGroupChangePolicy"),
    (true, "sysctls"),
    (false, "shareProcessNamespace"),
    (true, "runAsUser"),
    (true, "runAsGroup"),
    (true, "supplementalGroups"),
    (true, "supplementalGroupsPolicy"),
    (true, "seLinuxChangePolicy"),
];

/// The same of containers.
const NOT_OF_CONTAINERS: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

fn is_set(object: &Value, field: &str) -> bool {
    object.get(field).is_some_and(|value| !value.is_null())
}

/// Checks that a pod has the fields of its operating system only.
pub(super) fn check_os(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let Some(os) = pod.spec.get("os").filter(|os| !os.is_null()) else {
        return;
    };
    match text(os, "name") {
        None => errors.required(&path.field("os").field("name"), ""),
        Some("linux") => check_linux(pod, path, errors),
        Some("windows") => check_windows(pod, path, errors),
        Some(name) => {
            let supported = ["linux", "windows"];
            errors.unsupported(&path.field("os"), &Value::string(name), &supported);
        }
    }
}

fn check_linux(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let why = "windows options cannot be set for a linux pod";
    let has_options =
        |context: Option<&Value>| context.is_some_and(|it| is_set(it, "windowsOptions"));
    if has_options(pod.spec.get("securityContext")) {
        errors.forbidden(&path.field("securityContext").field("windowsOptions"), why);
    }
    pod.each_container(path, |container, path| {
        if has_options(container.get("securityContext")) {
            errors.forbidden(&path.field("securityContext").field("windowsOptions"), why);
        }
    });
}

fn check_windows(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let why = "cannot be set for a windows pod";
    let none = Value::null();
    let context = pod.spec.get("securityContext").unwrap_or(&none);
    let context_path = path.field("securityContext");
    for (in_context, field) in NOT_OF_PODS {
        let (holder, path) = if in_context {
            (context, &context_path)
        } else {
            (pod.spec, path)
        };
        let is_refused = match field {
            "hostPID" | "hostIPC" => is_true(holder, field),
            "sysctls" => has(holder, field),
            _ => is_set(holder, field),
        };
        if is_refused {
            errors.forbidden(&path.field(field), why);
        }
    }
    pod.each_container(path, |container, path| {
        let Some(context) = container.get("securityContext") else {
            return;
        };
        let path = path.field("securityContext");
        for field in NOT_OF_CONTAINERS {
            if is_set(context, field) {
                errors.forbidden(&path.field(field), why);
            }
        }
    });
}

/// Checks containers that run as processes of a Windows host: all or none, in the host's network.
pub(super) fn check_host_processes(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let of = |context: Option<&Value>| -> Option<bool> {
        let value = context?
            .get_path(&["windowsOptions", "hostProcess"])?
            .text()?;
        Some(value == "true")
    };
    let of_pod = of(pod.spec.get("securityContext"));
    let (mut all, mut processes) = (0, 0);
    pod.each_container(path, |container, path| {
        all += 1;
        let own = of(container.get("securityContext"));
        if let (Some(of_pod), Some(own)) = (of_pod, own)
            && of_pod != own
        {
            let context = path.field("securityContext");
            let options = context.field("windowsOptions");
            let why = format!(
                "pod hostProcess value must be identical if both are specified, was {of_pod}"
            );
            errors.invalid(&options.field("hostProcess"), &Value::bool(own), &why);
        }
        if own.or(of_pod) == Some(true) {
            processes += 1;
        }
    });
    if processes == 0 {
        return;
    }
    if processes != all {
        let why = "If pod contains any hostProcess containers then all containers must be \
                   HostProcess containers";
        errors.invalid_string(path, "", why);
    }
    if !is_true(pod.spec, "hostNetwork") {
        let why = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.invalid(&path.field("hostNetwork"), &Value::bool(false), why);
    }
}

static NET_BIOS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}$"#).expect("the pattern is constant")
});
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    let label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    Regex::new(&format!(r"^{label}(?:\.{label})*$")).expect("the pattern is constant")
});

/// Checks the options of a security context for Windows.
pub(super) fn check_options(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(options) = context.get("windowsOptions") else {
        return;
    };
    let path = path.field("windowsOptions");
    if let Some(name) = options.get("gmsaCredentialSpecName").and_then(Value::text) {
        let problems = formats::dns_subdomain(name);
        errors.invalid_each(&path.field("gmsaCredentialSpecName"), name, problems);
    }
    if let Some(spec) = options.get("gmsaCredentialSpec").and_then(Value::text) {
        let path = path.field("gmsaCredentialSpec");
        if spec.is_empty() {
            let why = "gmsaCredentialSpec cannot be an empty string";
            errors.invalid_string(&path, spec, why);
        } else if spec.len() > 64 << 10 {
            let why = "gmsaCredentialSpec size must be under 64 KiB";
            errors.invalid_string(&path, spec, why);
        }
    }
    if let Some(user) = options.get("runAsUserName").and_then(Value::text) {
        let path = path.field("runAsUserName");
        for problem in user_problems(user) {
            errors.invalid_string(&path, user, &format!("runAsUserName{problem}"));
        }
    }
}

/// What is wrong with the name of a user of Windows.
fn user_problems(name: &str) -> Vec<&'static str> {
    if name.is_empty() {
        return vec![" cannot be an empty string"];
    }
    if name.chars().any(char::is_control) {
        return vec![" cannot contain control characters"];
    }
    let (domain, user) = match name.split_once('\\') {
        Some((_, rest)) if rest.contains('\\') => {
            return vec![" cannot contain more than one backslash"];
        }
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    let mut problems = Vec::new();
    if let Some(domain) = domain {
        if domain.len() >= 256 {
            problems.push("'s Domain length must be under 256 characters");
        }
        if !NET_BIOS.is_match(domain) && !DOMAIN.is_match(domain) {
            problems.push("'s Domain doesn't match the NetBios nor the DNS format");
        }
    }
    if user.is_empty() {
        problems.push("'s User cannot be empty");
    } else if user.len() > 104 {
        problems.push("'s User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        problems.push("'s User cannot contain only periods or spaces");
    }
    if user.contains([
        '"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']',
    ]) {
        problems.push("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
    }
    problems
}
