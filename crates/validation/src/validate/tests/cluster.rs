//! Kinds that are not workloads.

use super::{problems, update_problems};

#[track_caller]
fn assert_problems(api_version: &str, kind: &str, fields: &str, expected: &[&str]) {
    assert_eq!(problems(api_version, kind, fields), expected, "{fields}");
}

#[test]
fn limits_are_in_order() {
    let limits =
        |fields: &str| format!(r#""spec": {{"limits": [{{"type": "Container", {fields}}}]}}"#);
    assert_problems(
        "v1",
        "LimitRange",
        &limits(r#""max": {"cpu": "2"}, "min": {"cpu": "1"}"#),
        &[],
    );
    assert_problems(
        "v1",
        "LimitRange",
        &limits(r#""max": {"cpu": "1"}, "default": {"cpu": "2"}"#),
        &[
            r#"FieldValueInvalid spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1"#,
            r#"FieldValueInvalid spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1"#,
        ],
    );
    assert_problems(
        "v1",
        "LimitRange",
        r#""spec": {"limits": [{"type": "Zed"}]}"#,
        &[
            r#"FieldValueInvalid spec.limits[0].type: Invalid value: "Zed": must be a standard limit type or fully qualified"#,
        ],
    );
}

#[test]
fn quotas_count_what_their_scopes_apply_to() {
    let quota = |fields: &str| format!(r#""spec": {{{fields}}}"#);
    assert_problems(
        "v1",
        "ResourceQuota",
        &quota(r#""hard": {"pods": "1"}, "scopes": ["BestEffort"]"#),
        &[],
    );
    assert_problems(
        "v1",
        "ResourceQuota",
        &quota(r#""hard": {"cpu": "1"}, "scopes": ["BestEffort"]"#),
        &[
            r#"FieldValueInvalid spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource"#,
        ],
    );
    assert_problems(
        "v1",
        "ResourceQuota",
        &quota(r#""hard": {"pods": "1.5"}"#),
        &[r#"FieldValueInvalid spec.hard[pods]: Invalid value: "1500m": must be an integer"#],
    );
    assert_eq!(
        update_problems(
            "v1",
            "ResourceQuota",
            &quota(r#""hard": {"pods": "1"}"#),
            &quota(r#""hard": {"pods": "1"}, "scopes": ["BestEffort"]"#)
        ),
        [r#"spec.scopes: Invalid value: ["BestEffort"]: field is immutable"#]
    );
}

#[test]
fn content_has_keys_of_a_form_and_a_limit() {
    assert_problems("v1", "ConfigMap", r#""data": {"a.b": "c"}"#, &[]);
    assert_problems(
        "v1",
        "ConfigMap",
        r#""data": {"..": "c"}"#,
        &[r#"FieldValueInvalid data[..]: Invalid value: "..": must not be '..'"#],
    );
    let large = format!(r#""data": {{"a": "{}"}}"#, "x".repeat((1 << 20) + 1));
    assert_problems(
        "v1",
        "ConfigMap",
        &large,
        &["FieldValueTooLong []: Too long: may not be more than 1048576 bytes"],
    );
    assert_problems(
        "v1",
        "Secret",
        r#""type": "kubernetes.io/tls", "data": {"tls.crt": ""}"#,
        &["FieldValueRequired data[tls.key]: Required value"],
    );
}

#[test]
fn roles_and_bindings_are_complete() {
    let rbac = "rbac.authorization.k8s.io/v1";
    assert_problems(
        rbac,
        "Role",
        r#""rules": [{"apiGroups": [""], "resources": ["pods"]}]"#,
        &[
            "FieldValueRequired rules[0].verbs: Required value: verbs must contain at least one value",
        ],
    );
    let binding = |role: &str| {
        format!(
            r#""roleRef": {{"kind": "Role", "name": "{role}"}}, "subjects": [{{"kind": "User", "name": "u"}}]"#
        )
    };
    assert_problems(rbac, "RoleBinding", &binding("r"), &[]);
    assert_eq!(
        update_problems(rbac, "RoleBinding", &binding("r"), &binding("s")),
        [
            r#"roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"s"}: cannot change roleRef"#
        ]
    );
    assert_problems(
        rbac,
        "ClusterRoleBinding",
        r#""roleRef": {"kind": "Role", "name": "r"}, "subjects": [{"kind": "ServiceAccount", "name": "a"}]"#,
        &[
            r#"FieldValueNotSupported roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole""#,
            "FieldValueRequired subjects[0].namespace: Required value",
        ],
    );
}

#[test]
fn nodes_priorities_and_leases() {
    assert_problems(
        "v1",
        "Node",
        r#""spec": {"taints": [{"key": "a", "effect": "X"}]}"#,
        &[
            r#"FieldValueNotSupported metadata.taints[0].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute""#,
        ],
    );
    assert_problems(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        r#""value": 1000000001"#,
        &[
            "FieldValueForbidden value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
        ],
    );
    assert_problems(
        "coordination.k8s.io/v1",
        "Lease",
        r#""spec": {"leaseDurationSeconds": 0}"#,
        &["FieldValueInvalid spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
    );
}

#[test]
fn flow_control_names_levels_and_queues() {
    let group = "flowcontrol.apiserver.k8s.io/v1";
    assert_problems(
        group,
        "FlowSchema",
        r#""spec": {}"#,
        &[
            "FieldValueRequired spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
        ],
    );
    let level = |queuing: &str| {
        format!(
            r#""spec": {{"type": "Limited", "limited": {{"limitResponse": {{"type": "Queue", "queuing": {{{queuing}}}}}}}}}"#
        )
    };
    assert_problems(
        group,
        "PriorityLevelConfiguration",
        &level(r#""queues": 64"#),
        &[],
    );
    assert_problems(
        group,
        "PriorityLevelConfiguration",
        &level(r#""queues": 2, "handSize": 8"#),
        &[
            "FieldValueInvalid spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (2)",
        ],
    );
    assert_problems(
        group,
        "PriorityLevelConfiguration",
        r#""spec": {"type": "Exempt"}"#,
        &[
            r#"FieldValueInvalid spec.type: Invalid value: "Exempt": must be 'Exempt' if and only if `name` is 'exempt'"#,
        ],
    );
}

#[test]
fn registrations_say_where_and_for_whom() {
    assert_problems(
        "apiregistration.k8s.io/v1",
        "APIService",
        r#""metadata": {"name": "v1.g"}, "spec": {"group": "g", "version": "v1", "groupPriorityMinimum": 0, "versionPriority": 1, "service": {"namespace": "n", "name": "s"}}"#,
        &[
            "FieldValueInvalid spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000",
        ],
    );
    let webhook = |fields: &str| {
        format!(
            r#""webhooks": [{{"name": "w.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], {fields}}}]"#
        )
    };
    let service = r#""clientConfig": {"service": {"namespace": "n", "name": "s"}}"#;
    let group = "admissionregistration.k8s.io/v1";
    assert_problems(
        group,
        "ValidatingWebhookConfiguration",
        &webhook(service),
        &[],
    );
    assert_problems(
        group,
        "MutatingWebhookConfiguration",
        &webhook(r#""clientConfig": {"url": "http://x/"}"#),
        &[
            r#"FieldValueInvalid webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]"#,
        ],
    );
    assert_problems(
        group,
        "ValidatingAdmissionPolicyBinding",
        r#""spec": {"policyName": "p", "validationActions": []}"#,
        &[
            "FieldValueRequired spec.validationActions: Required value: at least one validation action is required",
        ],
    );
    assert_problems(
        "certificates.k8s.io/v1",
        "CertificateSigningRequest",
        r#""spec": {"request": "AAAA", "signerName": "example.com/s", "usages": ["client auth"]}"#,
        &[
            r#"FieldValueInvalid spec.request: Invalid value: "AAAA": PEM block type must be CERTIFICATE REQUEST"#,
        ],
    );
}

#[test]
fn storage_classes_and_drivers() {
    let class = |provisioner: &str| format!(r#""provisioner": "{provisioner}""#);
    assert_eq!(
        update_problems(
            "storage.k8s.io/v1",
            "StorageClass",
            &class("a/b"),
            &class("x/y")
        ),
        [r#"provisioner: Invalid value: "x/y": field is immutable"#]
    );
    assert_problems(
        "storage.k8s.io/v1",
        "CSINode",
        r#""spec": {"drivers": [{"name": "a", "nodeID": "x"}, {"name": "a", "nodeID": "x"}]}"#,
        &[r#"FieldValueDuplicate spec.drivers[1].name: Duplicate value: "a""#],
    );
    assert_problems(
        "networking.k8s.io/v1",
        "ServiceCIDR",
        r#""spec": {"cidrs": ["203.0.113.7/24"]}"#,
        &[
            r#"FieldValueInvalid spec.cidrs[0]: Invalid value: "203.0.113.7/24": must not have bits set beyond the prefix length"#,
        ],
    );
    let claim = |size: &str| {
        format!(
            r#""spec": {{"accessModes": ["ReadWriteOnce"], "resources": {{"requests": {{"storage": "{size}"}}}}}}"#
        )
    };
    assert_problems("v1", "PersistentVolumeClaim", &claim("1Gi"), &[]);
    assert!(
        update_problems("v1", "PersistentVolumeClaim", &claim("1Gi"), &claim("2Gi"))[0]
            .starts_with("spec: Forbidden: spec is immutable")
    );
}

#[test]
fn what_is_said_of_a_node_once_stays() {
    let told = |old: &str, new: &str| update_problems("v1", "Node", old, new);
    let forbidden = told(
        r#""spec": {"podCIDR": "10.0.0.0/24", "providerID": "a", "externalID": "x"}"#,
        r#""spec": {"podCIDR": "10.0.1.0/24", "providerID": "b", "externalID": "y"}"#,
    );
    let fields: Vec<_> = forbidden
        .iter()
        .map(|told| told.split(':').next().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["spec.podCIDRs", "spec.providerID", "spec.externalID"]
    );
    let first = told(
        r#""spec": {}"#,
        r#""spec": {"podCIDR": "10.0.1.0/24", "providerID": "b"}"#,
    );
    assert_eq!(first, Vec::<String>::new());
    let taints = told(
        r#""spec": {}"#,
        r#""spec": {"taints": [{"key": "a", "effect": "No"}]}"#,
    );
    assert_eq!(taints.len(), 2, "told twice: {taints:?}");
}

#[test]
fn claims_of_a_stateful_set_come_before_its_volumes() {
    let problems = problems(
        "apps/v1",
        "StatefulSet",
        r#""spec": {"selector": {"matchLabels": {"a": "b"}}, "serviceName": "s",
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1"}}}}],
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
                "volumes": [{"name": "data", "emptyDir": {}}, {"emptyDir": {}}],
                "containers": [{"name": "c", "image": "i"}]}}}"#,
    );
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("spec.template.spec.volumes[1].name"),
        "{problems:?}"
    );
}
