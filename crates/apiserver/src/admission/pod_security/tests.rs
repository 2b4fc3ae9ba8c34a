use super::level::{Level, Standards, standards};
use super::pod::{Pod, Violation};
use super::settings::read;
use crate::admission::attributes::{Attributes, KindName};
use crate::admission::place::Place;
use crate::admission::running::Running;
use crate::admission::testing::{Objects, Request, parse};
use crate::admission::{AdmissionPlugins, builtin};
use trimtab_tree::Value;

/// What is said of a pod, or of the pods of a namespace, by a standard.
fn broken(labels: &str, pod: &str) -> String {
    let namespace = parse(&format!(r#"{{"metadata": {{"labels": {{{labels}}}}}}}"#));
    let (standards, faults) = standards(&namespace, &Standards::default());
    assert_eq!(faults, []);
    Violation::details(&super::violations(
        &Pod::new(&parse(pod)),
        standards.enforce,
    ))
}

const BASELINE: &str = r#""pod-security.kubernetes.io/enforce": "baseline""#;
const RESTRICTED: &str = r#""pod-security.kubernetes.io/enforce": "restricted""#;

#[test]
fn the_baseline_forbids_what_leads_out() {
    for (pod, wanted) in [
        (r#"{"spec": {"containers": [{"name": "c"}]}}"#, ""),
        (
            r#"{"spec": {"hostNetwork": true, "hostIPC": true}}"#,
            "host namespaces (hostNetwork=true, hostIPC=true)",
        ),
        (
            r#"{"spec": {"volumes": [{"name": "a", "hostPath": {"path": "/"}}, {"name": "b", "emptyDir": {}}]}}"#,
            r#"hostPath volumes (volume "a")"#,
        ),
        (
            r#"{"spec": {"containers": [{"name": "c", "ports": [{"hostPort": 80}, {"hostPort": 443}]}],
                "initContainers": [{"name": "i", "ports": [{"hostPort": 80}]}]}}"#,
            r#"hostPort (containers "i", "c" use hostPorts 443, 80)"#,
        ),
        (
            r#"{"spec": {"containers": [{"name": "c", "securityContext": {"privileged": true,
                "capabilities": {"add": ["CHOWN", "SYS_ADMIN", "NET_RAW"]}, "procMount": "Unmasked",
                "seLinuxOptions": {"type": "x_t", "role": "r"}, "seccompProfile": {"type": "Unconfined"}}}]}}"#,
            r#"non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add), privileged (container "c" must not set securityContext.privileged=true), procMount (container "c" must not set securityContext.procMount to "Unmasked"), seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "x_t"; role may not be set), seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")"#,
        ),
        (
            r#"{"metadata": {"annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}},
                "spec": {"securityContext": {"appArmorProfile": {"type": "Unconfined"}, "sysctls": [{"name": "kernel.msgmax"}],
                "windowsOptions": {"hostProcess": true}}}}"#,
            r#"forbidden AppArmor profiles (pod and annotation must not set AppArmor profile type to "Unconfined", "container.apparmor.security.beta.kubernetes.io/c="unconfined""), forbidden sysctls (kernel.msgmax), hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"#,
        ),
        (
            r#"{"spec": {"containers": [{"name": "c", "livenessProbe": {"httpGet": {"host": "h"}}}]}}"#,
            r#"probe or lifecycle host (container "c" uses probe or lifecycle host "h")"#,
        ),
    ] {
        assert_eq!(broken(BASELINE, pod), wanted, "{pod}");
    }
}

#[test]
fn what_is_restricted_must_be_set() {
    let pod = r#"{"spec": {"containers": [{"name": "c"}], "volumes": [{"name": "v", "nfs": {}}]}}"#;
    assert_eq!(
        broken(RESTRICTED, pod),
        r#"allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), restricted volume types (volume "v" uses restricted volume type "nfs"), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")"#
    );
    let pod = r#"{"spec": {"securityContext": {"runAsNonRoot": true, "runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "c", "securityContext": {"allowPrivilegeEscalation": false,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}}]}}"#;
    assert_eq!(
        broken(RESTRICTED, pod),
        "runAsUser=0 (pod must not set runAsUser=0)"
    );
}

#[test]
fn each_version_has_its_own_rules() {
    let version = |standard: &str, version: &str| {
        format!(r#"{standard}, "pod-security.kubernetes.io/enforce-version": "{version}""#)
    };
    let sysctl = r#"{"spec": {"securityContext": {"sysctls": [{"name": "net.ipv4.tcp_rmem"}]}}}"#;
    assert_eq!(
        broken(&version(BASELINE, "v1.31"), sysctl),
        "forbidden sysctls (net.ipv4.tcp_rmem)"
    );
    assert_eq!(broken(&version(BASELINE, "v1.32"), sysctl), "");
    // Before 1.19 there was no field for it, and before 1.22 no rule about what is dropped.
    let pod = r#"{"metadata": {"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}},
        "spec": {"securityContext": {"runAsNonRoot": true}, "containers": [
        {"name": "c", "securityContext": {"allowPrivilegeEscalation": false}}]}}"#;
    assert_eq!(
        broken(&version(RESTRICTED, "v1.18"), pod),
        r#"seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")"#
    );
    let windows = r#"{"spec": {"os": {"name": "windows"}, "securityContext": {"runAsNonRoot": true}, "containers": [{"name": "c"}]}}"#;
    assert_eq!(broken(&version(RESTRICTED, "v1.25"), windows), "");
    assert!(broken(&version(RESTRICTED, "v1.24"), windows).starts_with("allowPrivilegeEscalation"));
    let own_users = r#"{"spec": {"hostUsers": false, "containers": [{"name": "c", "securityContext": {"procMount": "Unmasked"}}]}}"#;
    assert_eq!(broken(&version(BASELINE, "v1.35"), own_users), "");
    assert!(broken(&version(BASELINE, "v1.34"), own_users).starts_with("procMount"));
    assert!(broken(&version(RESTRICTED, "v1.35"), own_users).contains("procMount"));
}

#[test]
fn labels_are_read_strictly() {
    let of = |labels: &str| {
        let namespace = parse(&format!(r#"{{"metadata": {{"labels": {{{labels}}}}}}}"#));
        let (standards, faults) = standards(&namespace, &Standards::default());
        let faults: Vec<_> = faults.into_iter().map(|fault| fault.field).collect();
        (standards, faults.join(" "))
    };
    let (standards, faults) = of(RESTRICTED);
    assert_eq!(faults, "");
    assert_eq!(standards.warn, standards.enforce);
    assert_eq!(standards.audit.level, Level::Privileged);
    let (standards, faults) = of(
        r#""pod-security.kubernetes.io/enforce": "x", "pod-security.kubernetes.io/warn-version": "v1.01""#,
    );
    assert_eq!(
        faults,
        "metadata.labels[pod-security.kubernetes.io/enforce] metadata.labels[pod-security.kubernetes.io/warn-version]"
    );
    assert_eq!(standards.enforce.level, Level::Restricted);
}

const ACCOUNT: ([&str; 4], &str) = (["", "serviceaccounts", "n", "default"], "{}");
const BAD: &str = r#"{"metadata": {"name": "bad"}, "spec": {"hostPID": true, "containers": []}}"#;

async fn checked(
    object: &Value,
    attributes: &Attributes<'_>,
    objects: &Objects,
) -> Result<(), String> {
    let plugins = Running::uncounted(AdmissionPlugins::default());
    let checked = builtin::check(object, attributes, plugins, objects).await;
    checked.map_err(|status| status.message)
}

#[tokio::test]
async fn pods_are_refused_and_templates_warned_of() {
    let namespace = format!(
        r#"{{"metadata": {{"labels": {{{BASELINE}, "pod-security.kubernetes.io/audit": "baseline"}}}}}}"#
    );
    let objects = Objects::of(&[(["", "namespaces", "", "n"], &namespace), ACCOUNT]);
    let request = Request::new("", "pods");
    let refused = checked(&parse(BAD), &request.create(), &objects).await;
    assert_eq!(
        refused.unwrap_err(),
        "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces (hostPID=true)"
    );
    assert_eq!(request.notes.take_warnings(), [""; 0]);
    let annotations = request.notes.take_annotations();
    let annotated = annotations.iter().map(|(key, _)| key.as_str());
    assert_eq!(
        annotated.collect::<Vec<_>>(),
        [
            "pod-security.kubernetes.io/enforce-policy",
            "pod-security.kubernetes.io/audit-violations"
        ]
    );
    let request = Request::new("apps", "deployments");
    let deployment = parse(&format!(r#"{{"spec": {{"template": {BAD}}}}}"#));
    let kind = KindName {
        group: "apps",
        version: "v1",
        kind: "Deployment",
    };
    let attributes = request.create().of_kind(kind, None);
    assert_eq!(checked(&deployment, &attributes, &objects).await, Ok(()));
    assert_eq!(
        request.notes.take_warnings(),
        ["would violate PodSecurity \"baseline:latest\": host namespaces (hostPID=true)"]
    );
}

#[tokio::test]
async fn a_namespace_is_told_of_pods_that_break_its_new_standard() {
    let pod = |owner: &str| {
        format!(
            r#"{{"metadata": {{"name": "p{owner}", "ownerReferences": [{{"controller": true, "uid": "u"}}]}}, "spec": {{"hostIPC": true}}}}"#
        )
    };
    let (one, two) = (pod("2"), pod("1"));
    let objects = Objects::of(&[
        (["", "pods", "x", "p2"], &one),
        (["", "pods", "x", "p1"], &two),
        (["", "pods", "x", "ok"], "{}"),
    ]);
    let request = Request::new("", "namespaces");
    let (old, new) = (
        parse("{}"),
        parse(&format!(r#"{{"metadata": {{"labels": {{{BASELINE}}}}}}}"#)),
    );
    let attributes = Attributes {
        operation: crate::admission::Operation::Update,
        old: Some(&old),
        ..request.create()
    };
    assert_eq!(checked(&new, &attributes, &objects).await, Ok(()));
    assert_eq!(
        request.notes.take_warnings(),
        [
            "existing pods in namespace \"x\" violate the new PodSecurity enforce level \"baseline:latest\"",
            "p1 (and 1 other pod): host namespaces"
        ]
    );
}

#[tokio::test]
async fn defaults_hold_of_namespaces_that_say_nothing_and_some_are_exempt() {
    let configured = |text: &str| {
        let place = Place::of(std::path::Path::new("pods.yaml"));
        read(&parse(text), &place).unwrap()
    };
    let strict = r#""defaults": {"enforce": "restricted", "enforce-version": "v1.30"}"#;
    let said = format!(r#"{{"metadata": {{"labels": {{{BASELINE}}}}}}}"#);
    for (configuration, namespace, is_refused) in [
        (strict.to_owned(), "{}", true),
        (strict.to_owned(), &*said, false),
        (
            format!(r#"{strict}, "exemptions": {{"namespaces": ["n"]}}"#),
            "{}",
            false,
        ),
        (
            format!(r#"{strict}, "exemptions": {{"usernames": ["jane"]}}"#),
            "{}",
            false,
        ),
        (
            format!(r#"{strict}, "exemptions": {{"runtimeClasses": ["sandbox"]}}"#),
            "{}",
            false,
        ),
        (
            format!(r#"{strict}, "exemptions": {{"runtimeClasses": ["other"]}}"#),
            "{}",
            true,
        ),
    ] {
        let objects = Objects::of(&[(["", "namespaces", "", "n"], namespace)]);
        let mut request = Request::new("", "pods");
        request.settings.pod_security = configured(&format!("{{{configuration}}}"));
        let pod =
            parse(r#"{"spec": {"runtimeClassName": "sandbox", "containers": [{"name": "c"}]}}"#);
        let checked = checked(&pod, &request.create(), &objects).await;
        assert_eq!(checked.is_err(), is_refused, "{configuration}: {checked:?}");
    }
}
