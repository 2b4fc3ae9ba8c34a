use super::default;
use crate::decode::decode;
use trimtab_schema::Schema;
use trimtab_tree::{Value, parse_json};

fn defaulted(api_version: &str, kind: &str, fields: &str) -> Value {
    let schema = Schema::kubernetes();
    let ty = schema.type_of(api_version, kind).unwrap();
    let mut value = parse_json(fields, 1).unwrap();
    decode(&mut value, ty).unwrap();
    default(&mut value, ty);
    value
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    let found = path
        .split('.')
        .try_fold(value, |value, step| match step.parse::<usize>() {
            Ok(at) => value.as_sequence()?.get(at),
            Err(_) => value.get(step),
        });
    found.and_then(Value::text)
}

#[test]
fn templates_and_what_they_hold_are_filled_in() {
    let deployment = defaulted(
        "apps/v1",
        "Deployment",
        r#"{"spec": {"template": {"spec": {"containers": [
            {"name": "c", "image": "nginx", "livenessProbe": {"httpGet": {"port": 80}},
             "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "0.0001"}}}],
            "volumes": [{"name": "v"}, {"name": "w", "secret": {"secretName": "s"}}]}}}}"#,
    );
    let spec = |path: &str| at(&deployment, &format!("spec.{path}"));
    assert_eq!(spec("replicas"), Some("1"));
    assert_eq!(spec("strategy.rollingUpdate.maxSurge"), Some("25%"));
    let pod = |path: &str| at(&deployment, &format!("spec.template.spec.{path}"));
    assert_eq!(pod("containers.0.imagePullPolicy"), Some("Always"));
    assert_eq!(pod("containers.0.livenessProbe.periodSeconds"), Some("10"));
    assert_eq!(pod("containers.0.livenessProbe.httpGet.path"), Some("/"));
    assert_eq!(pod("containers.0.ports.0.protocol"), Some("TCP"));
    assert_eq!(pod("containers.0.resources.limits.cpu"), Some("1m"));
    assert_eq!(pod("containers.0.resources.requests.cpu"), None);
    assert_eq!(pod("volumes.1.secret.defaultMode"), Some("420"));
    assert_eq!(pod("enableServiceLinks"), None);
}

#[test]
fn what_is_set_stays_zero_or_not() {
    let deployment = defaulted(
        "apps/v1",
        "Deployment",
        r#"{"spec": {"replicas": 0, "strategy": {"type": "Recreate"},
            "template": {"spec": {"terminationGracePeriodSeconds": 0}}}}"#,
    );
    assert_eq!(at(&deployment, "spec.replicas"), Some("0"));
    assert_eq!(
        at(&deployment, "spec.strategy.rollingUpdate.maxSurge"),
        None
    );
    let grace = "spec.template.spec.terminationGracePeriodSeconds";
    assert_eq!(at(&deployment, grace), Some("0"));
    let schema = defaulted(
        "flowcontrol.apiserver.k8s.io/v1",
        "FlowSchema",
        r#"{"spec": {}}"#,
    );
    assert_eq!(at(&schema, "spec.matchingPrecedence"), Some("1000"));
}

#[test]
fn requests_of_a_pod_follow_from_limits() {
    let pod = defaulted(
        "v1",
        "Pod",
        r#"{"spec": {"containers": [{"name": "c", "image": "i:1",
            "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "1"}}}]}}"#,
    );
    let request = |name: &str| {
        at(
            &pod,
            &format!("spec.containers.0.resources.requests.{name}"),
        )
        .map(str::to_owned)
    };
    assert_eq!(request("cpu").as_deref(), Some("1"));
    assert_eq!(request("memory").as_deref(), Some("1Gi"));
}

#[test]
fn secrets_take_their_strings_as_data() {
    let secret = defaulted(
        "v1",
        "Secret",
        r#"{"data": {"a": "eA==", "b": "eQ=="}, "stringData": {"b": "text"}}"#,
    );
    assert_eq!(at(&secret, "data.a"), Some("eA=="));
    assert_eq!(at(&secret, "data.b"), Some("dGV4dA=="));
    assert!(secret.get("stringData").is_none());
    assert_eq!(at(&secret, "type"), Some("Opaque"));
}

#[test]
fn services_have_ports_and_policies_by_type() {
    let service = defaulted(
        "v1",
        "Service",
        r#"{"spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}"#,
    );
    assert_eq!(at(&service, "spec.ports.0.targetPort"), Some("80"));
    assert_eq!(at(&service, "spec.externalTrafficPolicy"), Some("Cluster"));
    assert_eq!(
        at(&service, "spec.allocateLoadBalancerNodePorts"),
        Some("true")
    );
    let service = defaulted("v1", "Service", r#"{"spec": {"type": "ExternalName"}}"#);
    assert_eq!(at(&service, "spec.internalTrafficPolicy"), None);
}

#[test]
fn ports_of_the_hosts_network_are_the_hosts_in_pods_only() {
    let pod =
        r#""hostNetwork": true, "containers": [{"name": "c", "ports": [{"containerPort": 80}]}]"#;
    let alone = defaulted("v1", "Pod", &format!(r#"{{"spec": {{{pod}}}}}"#));
    assert_eq!(at(&alone, "spec.containers.0.ports.0.hostPort"), Some("80"));
    let template = format!(r#"{{"spec": {{"template": {{"spec": {{{pod}}}}}}}}}"#);
    let made = defaulted("apps/v1", "Deployment", &template);
    let port = "spec.template.spec.containers.0.ports.0";
    assert_eq!(at(&made, &format!("{port}.containerPort")), Some("80"));
    assert_eq!(at(&made, &format!("{port}.hostPort")), None);
}

#[test]
fn versions_in_the_making_have_the_defaults_of_the_finished_one() {
    for version in ["v1alpha1", "v1beta1", "v1"] {
        let api_version = format!("admissionregistration.k8s.io/{version}");
        let policy = defaulted(
            &api_version,
            "MutatingAdmissionPolicy",
            r#"{"spec": {"matchConstraints": {"resourceRules": [{"resources": ["pods"]}]}}}"#,
        );
        let spec = |path: &str| at(&policy, &format!("spec.{path}"));
        assert_eq!(spec("failurePolicy"), Some("Fail"), "{version}");
        assert_eq!(spec("matchConstraints.matchPolicy"), Some("Equivalent"));
        assert_eq!(spec("matchConstraints.resourceRules.0.scope"), Some("*"));
        let constraints = policy.get_path(&["spec", "matchConstraints"]).unwrap();
        for selector in ["namespaceSelector", "objectSelector"] {
            assert!(constraints.get(selector).is_some(), "{version} {selector}");
        }
    }
    let claim = |version: &str, request: &str| {
        let spec = format!(r#"{{"spec": {{"devices": {{"requests": [{request}]}}}}}}"#);
        let api_version = format!("resource.k8s.io/{version}");
        defaulted(&api_version, "ResourceClaim", &spec)
    };
    let request = "spec.devices.requests.0";
    let later = claim("v1beta2", r#"{"exactly": {"deviceClassName": "x"}}"#);
    let mode = format!("{request}.exactly.allocationMode");
    assert_eq!(at(&later, &mode), Some("ExactCount"));
    let first = claim("v1beta1", r#"{"deviceClassName": "x"}"#);
    assert_eq!(at(&first, &format!("{request}.count")), Some("1"));
    let alternatives = claim(
        "v1beta1",
        r#"{"firstAvailable": [{"name": "b", "deviceClassName": "x"}]}"#,
    );
    assert_eq!(at(&alternatives, &format!("{request}.count")), None);
    let alternative = format!("{request}.firstAvailable.0.count");
    assert_eq!(at(&alternatives, &alternative), Some("1"));
}
