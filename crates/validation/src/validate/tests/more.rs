//! Rules of kinds that only few write by hand, by the field that they are told at.

use super::{problems, update_problems};

/// An object, and of each thing that is wrong with it, its reason and its field.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

fn told(problems: &[String]) -> Vec<String> {
    let head = |problem: &String| {
        let problem = problem.trim_start_matches("FieldValue");
        problem.split(": ").next().unwrap_or_default().to_owned()
    };
    problems.iter().map(head).collect()
}

#[track_caller]
fn assert_told(cases: &[Case]) {
    for &(api_version, kind, fields, expected) in cases {
        let found = problems(api_version, kind, fields);
        assert_eq!(told(&found), expected, "{kind} {fields}: {found:#?}");
    }
}

#[test]
fn an_empty_text_is_a_value_where_none_is_another() {
    assert_told(&[
        (
            "networking.k8s.io/v1",
            "Ingress",
            r#""spec": {"ingressClassName": "", "defaultBackend": {"service": {"name": "s", "port": {"number": 1}}}}"#,
            &["Invalid spec.ingressClassName"],
        ),
        (
            "discovery.k8s.io/v1",
            "EndpointSlice",
            r#""addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"], "hostname": "", "nodeName": ""}], "ports": [{"protocol": ""}]"#,
            &[
                "NotSupported ports[0].protocol",
                "Invalid endpoints[0].nodeName",
                "Invalid endpoints[0].hostname",
            ],
        ),
        (
            "scheduling.k8s.io/v1",
            "PriorityClass",
            r#""value": 1, "preemptionPolicy": """#,
            &["Required preemptionPolicy"],
        ),
        (
            "policy/v1",
            "PodDisruptionBudget",
            r#""spec": {"unhealthyPodEvictionPolicy": ""}"#,
            &["NotSupported spec.unhealthyPodEvictionPolicy"],
        ),
        (
            "v1",
            "Pod",
            r#""spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"procMount": ""}}], "readinessGates": [{}]}"#,
            &[
                "NotSupported spec.containers[0].securityContext.procMount",
                "Invalid spec.readinessGates[0].conditionType",
                "Invalid spec.readinessGates[0].conditionType",
            ],
        ),
    ]);
}

#[test]
fn flow_control_says_whom_it_is_about() {
    let schema = |rule: &str| {
        let fields = format!(
            r#""spec": {{"matchingPrecedence": 5, "priorityLevelConfiguration": {{"name": "l"}}, "rules": [{{{rule}}}]}}"#
        );
        told(&problems(
            "flowcontrol.apiserver.k8s.io/v1",
            "FlowSchema",
            &fields,
        ))
    };
    let urls = r#""nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["*"]}]"#;
    let of = |subject: &str| schema(&format!(r#""subjects": [{subject}], {urls}"#));
    let at = "spec.rules[0].subjects[0]";
    assert!(of(r#"{"kind": "User", "user": {"name": "u"}}"#).is_empty());
    assert_eq!(
        of(r#"{"kind": "User", "user": {"name": ""}, "group": {"name": "g"}}"#),
        [
            format!("Forbidden {at}.group"),
            format!("Required {at}.user.name")
        ]
    );
    assert_eq!(
        of(r#"{"kind": "ServiceAccount", "serviceAccount": {"name": "*"}}"#),
        [format!("Required {at}.serviceAccount.namespace")]
    );
    let namespaces = |list: &str| {
        let subject = r#""subjects": [{"kind": "Group", "group": {"name": "g"}}]"#;
        schema(&format!(
            r#"{subject}, "resourceRules": [{{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "namespaces": {list}}}]"#
        ))
    };
    let at = "spec.rules[0].resourceRules[0].namespaces";
    assert!(namespaces(r#"["*"]"#).is_empty());
    assert_eq!(namespaces(r#"["*", "a"]"#), [format!("Invalid {at}")]);
    assert_eq!(namespaces(r#"["a", "B"]"#), [format!("Invalid {at}[1]")]);
}

#[test]
fn a_priority_level_is_of_one_kind() {
    let level = |spec: &str| {
        let fields = format!(r#""spec": {{{spec}}}"#);
        told(&problems(
            "flowcontrol.apiserver.k8s.io/v1",
            "PriorityLevelConfiguration",
            &fields,
        ))
    };
    assert_eq!(level(r#""type": "Limited""#), ["Required spec.limited"]);
    assert_eq!(
        level(
            r#""type": "Limited", "exempt": {}, "limited": {"lendablePercent": 101, "borrowingLimitPercent": -1}"#
        ),
        [
            "Forbidden spec.exempt",
            "Invalid spec.limited.lendablePercent",
            "Invalid spec.limited.borrowingLimitPercent",
            "NotSupported spec.limited.limitResponse.type",
        ]
    );
    let queuing = |queues: u32| {
        level(&format!(
            r#""type": "Limited", "limited": {{"limitResponse": {{"type": "Queue", "queuing": {{"queues": {queues}, "handSize": 8, "queueLengthLimit": 1}}}}}}"#
        ))
    };
    assert!(queuing(128).is_empty());
    assert_eq!(
        queuing(100_000),
        ["Invalid spec.limited.limitResponse.queuing.handSize"]
    );
}

#[test]
fn events_of_their_own_group_are_complete() {
    let event = |fields: &str| {
        let event = format!(
            r#""metadata": {{"name": "e", "namespace": "n"}}, "regarding": {{"namespace": "n"}}, "reason": "r", "action": "a", "reportingController": "c", "reportingInstance": "i", "type": "Normal", {fields}"#
        );
        problems("events.k8s.io/v1", "Event", &event)
    };
    let now = r#""eventTime": "2024-01-01T00:00:00.000000Z""#;
    assert!(event(now).is_empty(), "{:?}", event(now));
    assert_eq!(told(&event(r#""note": "n""#)), ["Required eventTime"]);
    let wrong = format!(
        r#"{now}, "type": "Odd", "deprecatedCount": 3, "deprecatedSource": {{"host": "h"}}, "series": {{"count": 1}}, "reason": "{}""#,
        "x".repeat(129)
    );
    assert_eq!(
        told(&event(&wrong)),
        [
            "Invalid reason",
            "Invalid series.count",
            "Required series.lastObservedTime",
            "Invalid type",
            "Invalid count",
            "Invalid source",
        ]
    );
}

#[test]
fn classes_say_where_their_volumes_are() {
    let class = |terms: &str| {
        let fields = format!(r#""provisioner": "P", "allowedTopologies": {terms}"#);
        told(&problems("storage.k8s.io/v1", "StorageClass", &fields))
    };
    let term = |key: &str, values: &str| {
        format!(r#"{{"matchLabelExpressions": [{{"key": "{key}", "values": {values}}}]}}"#)
    };
    let (a, b) = (term("z", r#"["1"]"#), term("z", r#"["2"]"#));
    assert!(class(&format!("[{a}, {b}]")).is_empty());
    assert_eq!(
        class(&format!("[{a}, {a}]")),
        ["Duplicate allowedTopologies[1].matchLabelExpressions"]
    );
    let at = "allowedTopologies[0].matchLabelExpressions[0]";
    assert_eq!(
        class(&format!("[{}]", term("-", r#"["1", "1"]"#))),
        [
            format!("Duplicate {at}.values[1]"),
            format!("Invalid {at}.key")
        ]
    );
}

#[test]
fn drivers_and_autoscalers_stay_within_limits() {
    assert_told(&[
        (
            "storage.k8s.io/v1",
            "CSIDriver",
            r#""spec": {"nodeAllocatableUpdatePeriodSeconds": 9, "serviceAccountTokenInSecrets": true}"#,
            &[
                "Invalid spec.nodeAllocatableUpdatePeriodSeconds",
                "Invalid spec.serviceAccountTokenInSecrets",
            ],
        ),
        (
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            r#""spec": {"maxReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"},
                "behavior": {"scaleUp": {"policies": [], "selectPolicy": "", "tolerance": "-1"}}}"#,
            &[
                "NotSupported spec.behavior.scaleUp.selectPolicy",
                "Required spec.behavior.scaleUp.policies",
                "Invalid spec.behavior.scaleUp.tolerance",
            ],
        ),
        (
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            r#""roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "a/b"}"#,
            &["Invalid roleRef.name"],
        ),
        (
            "apiregistration.k8s.io/v1",
            "APIService",
            r#""metadata": {"name": "1.G"}, "spec": {"group": "G", "version": "1", "groupPriorityMinimum": 1, "versionPriority": 1,
                "service": {"name": "s", "namespace": "n", "port": 0}}"#,
            &[
                "Invalid spec.group",
                "Invalid spec.version",
                "Invalid spec.service.port",
            ],
        ),
    ]);
}

fn claim(devices: &str) -> Vec<String> {
    let fields = format!(r#""spec": {{"devices": {{{devices}}}}}"#);
    told(&problems("resource.k8s.io/v1", "ResourceClaim", &fields))
}

#[test]
fn claims_ask_for_devices_in_one_way() {
    let request = |fields: &str| claim(&format!(r#""requests": [{fields}]"#));
    assert!(request(r#"{"name": "a", "exactly": {"deviceClassName": "c"}}"#).is_empty());
    let at = "spec.devices.requests[0]";
    assert_eq!(request(r#"{"name": "a"}"#), [format!("Required {at}")]);
    assert_eq!(
        request(r#"{"name": "A", "exactly": {"allocationMode": "All", "count": 2}}"#),
        [
            format!("Invalid {at}.name"),
            format!("Required {at}.exactly.deviceClassName"),
            format!("Invalid {at}.exactly.count"),
        ]
    );
    let alternatives = r#"{"name": "a", "firstAvailable": [{"name": "s", "deviceClassName": "c"}, {"name": "s", "deviceClassName": "c"}]}"#;
    assert_eq!(
        request(alternatives),
        [format!("Duplicate {at}.firstAvailable[1]")]
    );
}

#[test]
fn what_is_said_of_requests_names_some() {
    let with = |rest: &str| {
        claim(&format!(
            r#""requests": [{{"name": "a", "firstAvailable": [{{"name": "s", "deviceClassName": "c"}}]}}], {rest}"#
        ))
    };
    let constraint = |requests: &str| {
        with(&format!(
            r#""constraints": [{{"requests": {requests}, "matchAttribute": "d.example/x"}}]"#
        ))
    };
    assert!(constraint(r#"["a", "a/s"]"#).is_empty());
    assert_eq!(
        constraint(r#"["b", "a/t"]"#),
        [
            "Invalid spec.devices.constraints[0].requests[0]",
            "Invalid spec.devices.constraints[0].requests[1]"
        ]
    );
    assert_eq!(
        with(
            r#""constraints": [{}, {"matchAttribute": "x"}], "config": [{"opaque": {"driver": "d", "parameters": 1}}]"#
        ),
        [
            "Required spec.devices.constraints[0]",
            "Invalid spec.devices.constraints[1].matchAttribute",
            "Invalid spec.devices.config[0].opaque.parameters",
        ]
    );
}

#[test]
fn devices_are_selected_by_what_they_are() {
    let select = |expression: &str| {
        let fields =
            format!(r#""spec": {{"selectors": [{{"cel": {{"expression": "{expression}"}}}}]}}"#);
        told(&problems("resource.k8s.io/v1", "DeviceClass", &fields))
    };
    assert!(select("device.driver == 'd' && device.attributes['d'].x").is_empty());
    for wrong in ["", "1 + 1", "other.driver == 'd'"] {
        assert_eq!(select(wrong), ["Invalid spec.selectors[0].cel.expression"]);
    }
}

#[test]
fn slices_are_somewhere() {
    let slice = |fields: &str| {
        let fields = format!(
            r#""spec": {{"driver": "d.example", "pool": {{"name": "p", "generation": 1, "resourceSliceCount": 1}}, {fields}}}"#
        );
        told(&problems("resource.k8s.io/v1", "ResourceSlice", &fields))
    };
    let device = |fields: &str| {
        slice(&format!(
            r#""nodeName": "n", "devices": [{{"name": "d", {fields}}}]"#
        ))
    };
    assert!(device(r#""attributes": {"a": {"int": 1}}"#).is_empty());
    assert_eq!(slice(r#""devices": []"#), ["Required spec"]);
    assert_eq!(
        slice(r#""nodeName": "n", "allNodes": true"#),
        ["Invalid spec"]
    );
    let at = "spec.devices[0]";
    assert_eq!(
        device(
            r#""attributes": {"a": {}, "b c": {"int": 1}, "v": {"version": "1"}}, "nodeName": "m""#
        ),
        [
            format!("Invalid {at}.attributes[a]"),
            format!("Invalid {at}.attributes"),
            format!("Invalid {at}.attributes[v].version"),
            format!("Invalid {at}"),
        ]
    );
    assert_eq!(
        device(r#""taints": [{"key": "k", "effect": "Odd"}], "bindingConditions": ["c"]"#),
        [
            format!("NotSupported {at}.taints[0].effect"),
            format!("Invalid {at}.bindingFailureConditions"),
        ]
    );
}

#[test]
fn slices_stay_where_they_are() {
    let slice = |pool: &str| {
        format!(
            r#""spec": {{"driver": "d.example", "nodeName": "n", "pool": {{"name": "{pool}", "resourceSliceCount": 1}}}}"#
        )
    };
    let found = update_problems(
        "resource.k8s.io/v1",
        "ResourceSlice",
        &slice("a"),
        &slice("b"),
    );
    assert_eq!(
        found,
        [r#"spec.pool.name: Invalid value: "b": field is immutable"#]
    );
}

#[test]
fn updates_are_checked_as_new_objects_are() {
    let class = |handler: &str| format!(r#""handler": "{handler}""#);
    assert_eq!(
        update_problems("node.k8s.io/v1", "RuntimeClass", &class("a"), &class("B")).len(),
        2
    );
    let ranges = |list: &str| format!(r#""spec": {{"cidrs": [{list}]}}"#);
    let found = |new: &str| {
        let old = ranges(r#""10.0.0.0/24""#);
        let found = update_problems("networking.k8s.io/v1", "ServiceCIDR", &old, &ranges(new));
        let fields = found
            .iter()
            .map(|it| it.split(": ").next().unwrap_or_default().to_owned());
        fields.collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["spec.cidrs"]);
    assert_eq!(found(r#""x""#), ["spec.cidrs[0]"]);
    assert!(found(r#""10.0.0.0/24", "fd00::/64""#).is_empty());
}

#[test]
fn an_attachment_stays_what_it_is() {
    let attachment = |node: &str| {
        format!(
            r#""spec": {{"attacher": "a", "nodeName": "{node}", "source": {{"persistentVolumeName": "v"}}}}"#
        )
    };
    let found = update_problems(
        "storage.k8s.io/v1",
        "VolumeAttachment",
        &attachment("n"),
        &attachment("m"),
    );
    assert_eq!(
        found,
        [
            r#"spec: Invalid value: {"Attacher":"a","Source":{"PersistentVolumeName":"v","InlineVolumeSpec":null},"NodeName":"m"}: field is immutable"#
        ]
    );
}
