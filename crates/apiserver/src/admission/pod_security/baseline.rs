//! The baseline: what must not be set, as it leads out of the container.

use super::pod::{Bad, Container, Pod, Violation, containers, counted, plural, quoted, setters};
use crate::fields::text_at;
use std::collections::BTreeSet;
use trimtab_tree::Value;

/// A check finds at most one violation, in the version `v1.x` of the standard.
type Check = fn(&Pod<'_>, u32) -> Option<Violation>;

/// By name, which is the order in which violations are told.
const CHECKS: [(&str, Check); 12] = [
    ("appArmorProfile", app_armor),
    ("capabilities_baseline", capabilities),
    ("hostNamespaces", host_namespaces),
    ("hostPathVolumes", host_path_volumes),
    ("hostPorts", host_ports),
    ("hostProbesAndHostLifecycle", probe_hosts),
    ("privileged", privileged),
    ("procMount", proc_mount),
    ("seLinuxOptions", se_linux),
    ("seccompProfile_baseline", seccomp),
    ("sysctls", sysctls),
    ("windowsHostProcess", windows_host_process),
];

/// What of the baseline in `v1.minor` a pod breaks, without checks that stricter ones replace.
pub(super) fn check(pod: &Pod<'_>, minor: u32, without: &[&str]) -> Vec<Violation> {
    let checks = CHECKS.iter().filter(|(name, _)| !without.contains(name));
    checks.filter_map(|(_, check)| check(pod, minor)).collect()
}

const APP_ARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn app_armor(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let allowed = |kind: &str| matches!(kind, "RuntimeDefault" | "Localhost");
    let mut bad = Bad::default();
    let field = &["appArmorProfile", "type"];
    let pod_sets = bad.has(pod.security(field).and_then(Value::text), allowed);
    let names = pod.names_of(|it| bad.has(it.security_text(field), allowed));
    let fits = |value: &str| {
        value.is_empty() || value == "runtime/default" || value.starts_with("localhost/")
    };
    let annotations: BTreeSet<String> = pod
        .annotations()
        .filter(|(key, value)| key.starts_with(APP_ARMOR_ANNOTATION) && !fits(value))
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect();
    let mut by = setters(pod_sets, &names);
    if !annotations.is_empty() {
        if !by.is_empty() {
            by.push_str(" and ");
        }
        by.push_str(&plural("annotation", annotations.len()));
    }
    if by.is_empty() {
        return None;
    }
    let values = bad.0.iter().map(|value| (*value).to_owned());
    let values: Vec<String> = values.chain(annotations).collect();
    let reason = plural("forbidden AppArmor profile", values.len());
    let values = quoted(&values);
    let detail = format!("{by} must not set AppArmor profile type to {values}");
    Some(Violation::new(reason, detail))
}

const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn capabilities(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let mut bad = Bad::default();
    let names = pod.names_of(|it| bad.has(added(it), |name| CAPABILITIES.contains(&name)));
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not include {} in securityContext.capabilities.add",
        containers(&names),
        quoted(bad.0)
    );
    Some(Violation::new("non-default capabilities", detail))
}

/// The capabilities that a container adds.
pub(super) fn added(container: Container<'_>) -> impl Iterator<Item = &str> {
    let added = container.items(&["securityContext", "capabilities", "add"]);
    added.iter().filter_map(Value::text)
}

fn host_namespaces(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let shared = ["hostNetwork", "hostPID", "hostIPC"]
        .iter()
        .filter(|field| pod.spec(&[field]) == Some("true"))
        .map(|field| format!("{field}=true"));
    let shared: Vec<_> = shared.collect();
    (!shared.is_empty()).then(|| Violation::new("host namespaces", shared.join(", ")))
}

fn host_path_volumes(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let volumes = pod.items(&["volumes"]).iter();
    let bad = volumes.filter(|volume| volume.get("hostPath").is_some_and(|it| !it.is_null()));
    let bad: Vec<_> = bad
        .filter_map(|volume| text_at(volume, &["name"]))
        .collect();
    (!bad.is_empty()).then(|| Violation::new("hostPath volumes", counted("volume", &bad)))
}

fn host_ports(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let mut bad = Bad::default();
    let names = pod.names_of(|it| {
        let ports = it.items(&["ports"]).iter();
        let ports = ports.filter_map(|port| text_at(port, &["hostPort"]));
        bad.has(ports, |port| port == "0")
    });
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {}",
        containers(&names),
        uses(names.len()),
        plural("hostPort", bad.0.len()),
        bad.0.into_iter().collect::<Vec<_>>().join(", ")
    );
    Some(Violation::new("hostPort", detail))
}

fn uses(count: usize) -> &'static str {
    if count == 1 { "uses" } else { "use" }
}

/// Where a container says whom to ask how it is.
const HANDLERS: [&[&str]; 5] = [
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["lifecycle", "postStart"],
    &["lifecycle", "preStop"],
];

fn probe_hosts(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 34 {
        return None;
    }
    let mut bad = Bad::default();
    let names = pod.names_of(|it| {
        let hosts = HANDLERS.iter().flat_map(|handler| {
            ["httpGet", "tcpSocket"].map(|action| {
                let path: Vec<&str> = handler.iter().copied().chain([action, "host"]).collect();
                it.text(&path)
            })
        });
        bad.has(hosts.flatten(), |_| false)
    });
    if names.is_empty() {
        return None;
    }
    let names: BTreeSet<_> = names.into_iter().collect();
    let names: Vec<_> = names.into_iter().collect();
    let detail = format!(
        "{} {} {} {}",
        containers(&names),
        uses(names.len()),
        plural("probe or lifecycle host", bad.0.len()),
        quoted(bad.0)
    );
    Some(Violation::new("probe or lifecycle host", detail))
}

fn privileged(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let names = pod.names_of(|it| it.security_text(&["privileged"]) == Some("true"));
    let detail = || {
        format!(
            "{} must not set securityContext.privileged=true",
            containers(&names)
        )
    };
    (!names.is_empty()).then(|| Violation::new("privileged", detail()))
}

fn proc_mount(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor >= 35 && pod.has_own_users() {
        return None;
    }
    any_proc_mount(pod)
}

/// A way to mount `/proc` that is not the usual one.
pub(super) fn any_proc_mount(pod: &Pod<'_>) -> Option<Violation> {
    let mut bad = Bad::default();
    let names =
        pod.names_of(|it| bad.has(it.security_text(&["procMount"]), |kind| kind == "Default"));
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not set securityContext.procMount to {}",
        containers(&names),
        quoted(bad.0)
    );
    Some(Violation::new("procMount", detail))
}

fn se_linux(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    let allowed = |kind: &str| {
        matches!(
            kind,
            "" | "container_t" | "container_init_t" | "container_kvm_t"
        ) || (kind == "container_engine_t" && minor >= 31)
    };
    let (mut types, mut user, mut role) = (Bad::default(), false, false);
    let mut is_bad = |options: Option<&Value>| {
        let Some(options) = options else {
            return false;
        };
        let sets_user = text_at(options, &["user"]).is_some();
        let sets_role = text_at(options, &["role"]).is_some();
        user |= sets_user;
        role |= sets_role;
        // Of a borrowed value, so that the type outlives the options.
        sets_user
            | sets_role
            | options
                .get("type")
                .and_then(Value::text)
                .is_some_and(|kind| !allowed(kind))
    };
    let field = &["seLinuxOptions"];
    let pod_sets = is_bad(pod.security(field));
    let names = pod.names_of(|it| is_bad(it.security(field)));
    let field = &["seLinuxOptions", "type"];
    types.has(pod.security(field).and_then(Value::text), allowed);
    for container in &pod.containers {
        types.has(container.security_text(field), allowed);
    }
    let by = setters(pod_sets, &names);
    if by.is_empty() {
        return None;
    }
    let mut what = Vec::new();
    if !types.0.is_empty() {
        let types: Vec<_> = types.0.into_iter().collect();
        what.push(counted("type", &types));
    }
    if user {
        what.push("user may not be set".to_owned());
    }
    if role {
        what.push("role may not be set".to_owned());
    }
    let what = what.join("; ");
    let detail = format!("{by} set forbidden securityContext.seLinuxOptions: {what}");
    Some(Violation::new("seLinuxOptions", detail))
}

/// Whether a profile of system calls is one that may be set.
pub(super) fn is_seccomp(kind: &str) -> bool {
    matches!(kind, "RuntimeDefault" | "Localhost")
}

const SECCOMP_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn seccomp(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 19 {
        return seccomp_annotations(pod);
    }
    let mut bad = Bad::default();
    let field = &["seccompProfile", "type"];
    let pod_sets = bad.has(pod.security(field).and_then(Value::text), is_seccomp);
    let names = pod.names_of(|it| bad.has(it.security_text(field), is_seccomp));
    let by = setters(pod_sets, &names);
    if by.is_empty() {
        return None;
    }
    Some(Violation::new("seccompProfile", seccomp_told(&by, bad)))
}

/// Who sets which profiles that may not be set.
pub(super) fn seccomp_told(by: &str, bad: Bad<'_>) -> String {
    let kinds = quoted(bad.0);
    format!("{by} must not set securityContext.seccompProfile.type to {kinds}")
}

/// Before there was a field for it.
fn seccomp_annotations(pod: &Pod<'_>) -> Option<Violation> {
    let fits = |value: &str| {
        matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/")
    };
    let is_own = |key: &str| {
        let container = key.strip_prefix(SECCOMP_OF_CONTAINER);
        key == SECCOMP_ANNOTATION
            || container.is_some_and(|name| pod.containers.iter().any(|it| it.name() == name))
    };
    let bad = pod
        .annotations()
        .filter(|(key, value)| is_own(key) && !fits(value));
    let bad: BTreeSet<_> = bad.map(|(key, value)| format!("{key}={value:?}")).collect();
    if bad.is_empty() {
        return None;
    }
    let word = plural("annotation", bad.len());
    let told = bad.into_iter().collect::<Vec<_>>().join(", ");
    Some(Violation::new(
        "seccompProfile",
        format!("forbidden {word} {told}"),
    ))
}

/// Settings of the kernel that are safe, and since which version of the standard.
const SYSCTLS: [(&str, u32); 12] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
];

fn sysctls(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    let is_safe = |name: &str| {
        SYSCTLS
            .iter()
            .any(|(safe, since)| *safe == name && *since <= minor)
    };
    let set = pod.items(&["securityContext", "sysctls"]).iter();
    let set = set.filter_map(|sysctl| text_at(sysctl, &["name"]));
    let bad: Vec<_> = set.filter(|name| !is_safe(name)).collect();
    (!bad.is_empty()).then(|| Violation::new("forbidden sysctls", bad.join(", ")))
}

fn windows_host_process(pod: &Pod<'_>, _: u32) -> Option<Violation> {
    let field = &["windowsOptions", "hostProcess"];
    let pod_sets = pod.security(field).and_then(Value::text) == Some("true");
    let names = pod.names_of(|it| it.security_text(field) == Some("true"));
    let by = setters(pod_sets, &names);
    let detail = format!("{by} must not set securityContext.windowsOptions.hostProcess=true");
    (!by.is_empty()).then(|| Violation::new("hostProcess", detail))
}
