//! What an update is checked for, and what it is not, as it was let in before.

use super::{problems, update_problems};

fn stateful(spec: &str, claim: &str) -> String {
    format!(
        r#""spec": {{"selector": {{"matchLabels": {{"a": "b"}}}}, {spec},
            "volumeClaimTemplates": [{{"metadata": {{"name": "data"}}, "spec": {claim}}}],
            "template": {{"metadata": {{"labels": {{"a": "b"}}}}, "spec": {{
                "hostname": "No_Name", "subdomain": "1.2",
                "containers": [{{"name": "c", "image": "i"}}]}}}}}}"#
    )
}

#[test]
fn claims_and_service_of_a_stateful_set_are_checked_once() {
    let (good, bad) = (
        r#"{"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}"#,
        "{}",
    );
    let made = problems(
        "apps/v1",
        "StatefulSet",
        &stateful(r#""serviceName": "No_Name""#, bad),
    );
    assert_eq!(made.len(), 3, "{made:?}");
    let old = stateful(r#""serviceName": "s""#, good);
    assert_eq!(problems("apps/v1", "StatefulSet", &old), [""; 0]);
    for new in [
        stateful(r#""serviceName": "s""#, bad),
        stateful(r#""serviceName": "No_Name""#, good),
    ] {
        let told = update_problems("apps/v1", "StatefulSet", &old, &new);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("spec: Forbidden: updates to statefulset spec"));
    }
    let endless = stateful(r#""serviceName": "s", "revisionHistoryLimit": -1"#, good);
    assert_eq!(
        update_problems("apps/v1", "StatefulSet", &old, &endless),
        [""; 0]
    );
}

#[test]
fn only_the_scopes_of_a_quota_stay() {
    let quota = |scopes: &str, value: &str| {
        format!(
            r#""spec": {{"hard": {{"pods": "1"}}, "scopes": {scopes}, "scopeSelector": {{"matchExpressions": [
                {{"scopeName": "PriorityClass", "operator": "In", "values": ["{value}"]}}]}}}}"#
        )
    };
    let told = |old: &str, new: &str| update_problems("v1", "ResourceQuota", old, new);
    let two = r#"["NotTerminating", "BestEffort"]"#;
    let turned = r#"["BestEffort", "NotTerminating"]"#;
    assert_eq!(told(&quota(two, "a"), &quota(turned, "b")), [""; 0]);
    let other = told(&quota(two, "a"), &quota(r#"["BestEffort"]"#, "a"));
    assert_eq!(
        other,
        [r#"spec.scopes: Invalid value: ["BestEffort"]: field is immutable"#]
    );
}

#[test]
fn the_policy_of_a_priority_class_stays_whatever_it_would_be() {
    let class = |policy: &str| format!(r#""value": 1, "preemptionPolicy": "{policy}""#);
    let told = update_problems(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        &class("Never"),
        &class("Perhaps"),
    );
    assert_eq!(
        told,
        [r#"preemptionPolicy: Invalid value: "Perhaps": field is immutable"#]
    );
}

#[test]
fn a_capacity_is_checked_again_and_stays() {
    let told = update_problems(
        "storage.k8s.io/v1",
        "CSIStorageCapacity",
        r#""storageClassName": "a""#,
        r#""storageClassName": "A_""#,
    );
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].ends_with("field is immutable"), "{told:?}");
}

#[test]
fn a_claim_drops_what_the_old_field_does_not_take() {
    let claim = |source: &str| {
        format!(
            r#""spec": {{"accessModes": ["ReadWriteOnce"], "resources": {{"requests": {{"storage": "1"}}}} {source}}}"#
        )
    };
    let told = |old: &str, new: &str| {
        update_problems("v1", "PersistentVolumeClaim", &claim(old), &claim(new))
    };
    assert_eq!(
        told("", r#", "dataSource": {"kind": "Secret", "name": "s"}"#),
        [""; 0]
    );
    let elsewhere =
        r#", "dataSourceRef": {"kind": "X", "apiGroup": "a.b", "name": "s", "namespace": "n"}"#;
    assert_eq!(told("", elsewhere), [""; 0]);
    let known = r#", "dataSource": {"kind": "PersistentVolumeClaim", "name": "s"}"#;
    assert_eq!(told("", known).len(), 1);
}

#[test]
fn a_service_that_gets_another_type_gives_up_each_field_it_did_not_change() {
    let cluster = r#""spec": {"clusterIP": "198.19.0.9", "clusterIPs": ["198.19.0.9"], "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack", "ports": [{"port": 80}]}"#;
    let external = r#""spec": {"type": "ExternalName", "externalName": "a.b", "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack", "ports": [{"port": 80}]}"#;
    assert_eq!(update_problems("v1", "Service", cluster, external), [""; 0]);
}

#[test]
fn what_is_generated_of_a_job_stays() {
    let job = |more: &str| {
        format!(
            r#""spec": {{{more} "template": {{"spec": {{"restartPolicy": "Never",
                "containers": [{{"name": "c", "image": "i"}}]}}}}}}"#
        )
    };
    // The labels of the uid are made when the job is.
    let own = r#""manualSelector": true, "selector": {"matchLabels": {"a": "b"}},"#;
    let told = update_problems("batch/v1", "Job", &job(""), &job(own));
    assert!(!told.is_empty());
    let unlike = r#""selector": {"matchLabels": {"a": "b"}},"#;
    let told = update_problems("batch/v1", "Job", &job(""), &job(unlike));
    assert!(
        told.iter().any(|it| it.contains("not auto-generated")),
        "{told:?}"
    );
}

#[test]
fn the_modes_of_a_driver_stay() {
    let driver = |mode: &str| format!(r#""spec": {{"volumeLifecycleModes": ["{mode}"]}}"#);
    let (old, new) = (driver("Persistent"), driver("Ephemeral"));
    assert_eq!(
        update_problems("storage.k8s.io/v1", "CSIDriver", &old, &new),
        [r#"spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable"#]
    );
}
