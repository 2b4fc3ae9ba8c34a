//! What is restricted: what must be set, so that a container has no more than it needs.

use super::baseline::{added, any_proc_mount, is_seccomp, seccomp_told};
use super::pod::{Bad, Pod, Violation, containers, counted, plural, quoted, setters};
use crate::fields::text_at;
use std::collections::BTreeSet;
use trimtab_tree::Value;

/// What of the restrictions in `v1.minor` a pod breaks, by name of check.
pub(super) fn check(pod: &Pod<'_>, minor: u32) -> Vec<Violation> {
    let found = [
        privilege_escalation(pod, minor),
        capabilities(pod, minor),
        (minor >= 35).then(|| any_proc_mount(pod)).flatten(),
        volumes(pod),
        not_root(pod, minor),
        no_root_user(pod, minor),
        seccomp(pod, minor),
    ];
    found.into_iter().flatten().collect()
}

/// The checks of the baseline that are replaced by stricter ones.
pub(super) fn overridden(minor: u32) -> Vec<&'static str> {
    let replaced = [
        ("capabilities_baseline", 22),
        ("procMount", 35),
        ("hostPathVolumes", 0),
        ("seccompProfile_baseline", 19),
    ];
    let replaced = replaced.iter().filter(|(_, since)| *since <= minor);
    replaced.map(|(name, _)| *name).collect()
}

/// Pods on Windows need not set what means nothing there.
fn is_exempt(pod: &Pod<'_>, minor: u32) -> bool {
    minor >= 25 && pod.is_windows()
}

fn privilege_escalation(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 8 || is_exempt(pod, minor) {
        return None;
    }
    let names = pod.names_of(|it| it.security_text(&["allowPrivilegeEscalation"]) != Some("false"));
    let detail = format!(
        "{} must set securityContext.allowPrivilegeEscalation=false",
        containers(&names)
    );
    (!names.is_empty()).then(|| Violation::new("allowPrivilegeEscalation != false", detail))
}

fn capabilities(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 22 || is_exempt(pod, minor) {
        return None;
    }
    let keeping = pod.names_of(|it| {
        let dropped = it.items(&["securityContext", "capabilities", "drop"]);
        !dropped.iter().any(|name| name.text() == Some("ALL"))
    });
    let mut bad = Bad::default();
    let adding = pod.names_of(|it| bad.has(added(it), |name| name == "NET_BIND_SERVICE"));
    let mut details = Vec::new();
    if !keeping.is_empty() {
        details.push(format!(
            "{} must set securityContext.capabilities.drop=[\"ALL\"]",
            containers(&keeping)
        ));
    }
    if !adding.is_empty() {
        details.push(format!(
            "{} must not include {} in securityContext.capabilities.add",
            containers(&adding),
            quoted(bad.0)
        ));
    }
    (!details.is_empty()).then(|| Violation::new("unrestricted capabilities", details.join("; ")))
}

/// Kinds of volumes that hold nothing of the node's.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

fn volumes(pod: &Pod<'_>) -> Option<Violation> {
    let (mut names, mut kinds) = (Vec::new(), BTreeSet::new());
    for volume in pod.items(&["volumes"]) {
        let sources = crate::fields::entries_at(volume, &[]);
        let mut sources = sources
            .filter(|(key, value)| *key != "name" && !value.is_null())
            .map(|(key, _)| key);
        let Some(kind) = sources.next() else {
            continue;
        };
        if !VOLUMES.contains(&kind) {
            names.push(text_at(volume, &["name"]).unwrap_or_default());
            kinds.insert(kind);
        }
    }
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {}",
        counted("volume", &names),
        if names.len() == 1 { "uses" } else { "use" },
        plural("restricted volume type", kinds.len()),
        quoted(kinds)
    );
    Some(Violation::new("restricted volume types", detail))
}

fn not_root(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor >= 35 && pod.has_own_users() {
        return None;
    }
    let field = &["runAsNonRoot"];
    let of_pod = pod.security(field).and_then(Value::text);
    let explicit = pod.names_of(|it| it.security_text(field) == Some("false"));
    let by = setters(of_pod == Some("false"), &explicit);
    if !by.is_empty() {
        let detail = format!("{by} must not set securityContext.runAsNonRoot=false");
        return Some(Violation::new("runAsNonRoot != true", detail));
    }
    if of_pod == Some("true") {
        return None;
    }
    let implicit = pod.names_of(|it| it.security(field).is_none());
    let detail = format!(
        "pod or {} must set securityContext.runAsNonRoot=true",
        containers(&implicit)
    );
    (!implicit.is_empty()).then(|| Violation::new("runAsNonRoot != true", detail))
}

fn no_root_user(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 23 || (minor >= 35 && pod.has_own_users()) {
        return None;
    }
    let field = &["runAsUser"];
    let pod_sets = pod.security(field).and_then(Value::text) == Some("0");
    let by = setters(
        pod_sets,
        &pod.names_of(|it| it.security_text(field) == Some("0")),
    );
    let detail = format!("{by} must not set runAsUser=0");
    (!by.is_empty()).then(|| Violation::new("runAsUser=0", detail))
}

fn seccomp(pod: &Pod<'_>, minor: u32) -> Option<Violation> {
    if minor < 19 || is_exempt(pod, minor) {
        return None;
    }
    let mut bad = Bad::default();
    let field = &["seccompProfile", "type"];
    let of_pod = pod.security(field).and_then(Value::text);
    let pod_sets = bad.has(of_pod, is_seccomp);
    let explicit = pod.names_of(|it| bad.has(it.security_text(field), is_seccomp));
    let by = setters(pod_sets, &explicit);
    if !by.is_empty() {
        return Some(Violation::new("seccompProfile", seccomp_told(&by, bad)));
    }
    if of_pod.is_some() {
        return None;
    }
    let implicit = pod.names_of(|it| it.security(&["seccompProfile"]).is_none());
    let detail = format!(
        "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
        containers(&implicit)
    );
    (!implicit.is_empty()).then(|| Violation::new("seccompProfile", detail))
}
