use super::*;
use crate::default::default_stored;
use trimtab_schema::Schema;
use trimtab_tree::parse_json;

fn object(text: &str) -> Value {
    parse_json(text, 1).unwrap()
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    let path: Vec<_> = path.split('.').collect();
    value.get_path(&path).and_then(Value::text)
}

#[test]
fn generations_count_what_is_desired() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let mut old = object(
        r#"{"metadata": {"name": "d"}, "spec": {"replicas": 1}, "status": {"replicas": 1}}"#,
    );
    prepare_create(&mut old, ty);
    assert_eq!(at(&old, "metadata.generation"), Some("1"));
    assert_eq!(at(&old, "status.replicas"), None);

    let mut new = old.clone();
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("1"));

    set(new.get_mut("spec").unwrap(), "replicas", Value::int(2));
    set(
        new.get_mut("metadata").unwrap(),
        "generation",
        Value::int(9),
    );
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("2"));

    let mut new = old.clone();
    set(
        new.get_mut("metadata").unwrap(),
        "annotations",
        object(r#"{"a": "b"}"#),
    );
    prepare_update(&mut new, &old, ty, "");
    assert_eq!(at(&new, "metadata.generation"), Some("2"));
}

#[test]
fn each_endpoint_writes_its_own_part() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let old = object(r#"{"metadata": {"generation": 3}, "spec": {"replicas": 1}, "status": {}}"#);
    let written = object(
        r#"{"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}},
            "spec": {"replicas": 5}, "status": {"replicas": 4}}"#,
    );
    let mut at_status = written.clone();
    prepare_update(&mut at_status, &old, ty, "status");
    assert_eq!(at(&at_status, "spec.replicas"), Some("1"));
    assert_eq!(at(&at_status, "status.replicas"), Some("4"));
    assert_eq!(at(&at_status, "metadata.labels.a"), None);
    assert_eq!(at(&at_status, "metadata.annotations.c"), Some("d"));
    assert_eq!(at(&at_status, "metadata.generation"), Some("3"));

    let mut at_object = written;
    prepare_update(&mut at_object, &old, ty, "");
    assert_eq!(at(&at_object, "spec.replicas"), Some("5"));
    assert_eq!(at(&at_object, "status.replicas"), None);
    assert_eq!(at(&at_object, "metadata.generation"), Some("4"));
}

#[test]
fn endpoints_of_a_pod_write_one_thing_each() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Pod").unwrap();
    let old = object(
        r#"{"metadata": {"generation": 1}, "status": {"phase": "Running"}, "spec": {"nodeName": "n",
            "containers": [{"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "1"}}}]}}"#,
    );
    let written = object(
        r#"{"metadata": {}, "status": {"phase": "Failed"}, "spec": {"nodeName": "m",
            "ephemeralContainers": [{"name": "d", "image": "d:1"}],
            "containers": [{"name": "c", "image": "i:2", "resources": {"requests": {"cpu": "2"}}}]}}"#,
    );
    let at_endpoint = |subresource: &str| {
        let mut pod = written.clone();
        prepare_update(&mut pod, &old, ty, subresource);
        assert_eq!(at(&pod, "spec.nodeName"), Some("n"));
        assert_eq!(at(&pod, "status.phase"), Some("Running"));
        let container = pod
            .get_path(&["spec", "containers"])
            .unwrap()
            .as_sequence()
            .unwrap()[0]
            .clone();
        assert_eq!(at(&container, "image"), Some("i:1"));
        let cpu = at(&container, "resources.requests.cpu").map(str::to_owned);
        let debugs = pod.get_path(&["spec", "ephemeralContainers"]).is_some();
        (
            cpu.unwrap(),
            debugs,
            at(&pod, "metadata.generation").map(str::to_owned),
        )
    };
    let generation = Some("2".to_owned());
    assert_eq!(
        at_endpoint("resize"),
        ("2".to_owned(), false, generation.clone())
    );
    assert_eq!(
        at_endpoint("ephemeralcontainers"),
        ("1".to_owned(), true, generation)
    );
}

#[test]
fn jobs_select_by_their_uid_unless_told_not_to() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("batch/v1", "Job").unwrap();
    let mut job = object(r#"{"metadata": {"name": "j", "uid": "u"}, "spec": {"template": {}}}"#);
    prepare_create(&mut job, ty);
    let selector = "spec.selector.matchLabels.batch.kubernetes.io/controller-uid";
    let selector: Vec<_> = selector.splitn(4, '.').collect();
    assert_eq!(job.get_path(&selector).unwrap().text(), Some("u"));
    assert_eq!(
        at(&job, "spec.template.metadata.labels.job-name"),
        Some("j")
    );

    let mut job = object(
        r#"{"metadata": {"name": "j", "uid": "u"}, "spec": {"manualSelector": true, "template": {}}}"#,
    );
    prepare_create(&mut job, ty);
    assert_eq!(job.get_path(&["spec", "selector"]), None);
}

#[test]
fn the_store_does_not_tell_no_items_from_no_list() {
    let schema = Schema::kubernetes();
    let ty = schema
        .type_of("rbac.authorization.k8s.io/v1", "Role")
        .unwrap();
    let mut role = object(r#"{"metadata": {"name": "r"}, "rules": []}"#);
    prepare_create(&mut role, ty);
    default_stored(&mut role, ty);
    assert!(role.get("rules").unwrap().is_null());
}

#[test]
fn an_owner_is_named_once() {
    let mut twice = object(
        r#"{"metadata": {"ownerReferences": [{"uid": "a"}, {"uid": "b"}, {"uid": "a"}, {"uid": "a"}]}}"#,
    );
    let warning = dedup_owner_references(&mut twice).unwrap();
    assert!(warning.ends_with("observed: a"), "{warning}");
    let once = object(r#"{"metadata": {"ownerReferences": [{"uid": "a"}, {"uid": "b"}]}}"#);
    assert_eq!(twice, once);
    assert_eq!(dedup_owner_references(&mut twice), None);
    assert_eq!(dedup_owner_references(&mut object("{}")), None);
}

#[test]
fn a_service_loses_what_its_old_type_needed() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Service").unwrap();
    let old = object(
        r#"{"spec": {"type": "NodePort", "clusterIP": "10.0.0.1", "externalTrafficPolicy": "Cluster",
            "ports": [{"port": 80, "nodePort": 30080}, {"port": 81, "nodePort": 30081}]}}"#,
    );
    let mut new = old.clone();
    set(
        new.get_mut("spec").unwrap(),
        "type",
        Value::string("ClusterIP"),
    );
    prepare_update(&mut new, &old, ty, "");
    let spec = new.get("spec").unwrap();
    assert_eq!(spec.get("externalTrafficPolicy"), None);
    assert_eq!(spec.get("clusterIP").unwrap().text(), Some("10.0.0.1"));
    let ports = spec.get("ports").unwrap().as_sequence().unwrap();
    assert!(ports.iter().all(|port| port.get("nodePort").is_none()));

    let mut asks = old.clone();
    let ports = object(r#"[{"port": 80, "nodePort": 30099}]"#);
    let spec = asks.get_mut("spec").unwrap();
    set(spec, "type", Value::string("ClusterIP"));
    set(spec, "ports", ports);
    prepare_update(&mut asks, &old, ty, "");
    assert!(
        asks.get("spec")
            .unwrap()
            .get("ports")
            .unwrap()
            .as_sequence()
            .unwrap()[0]
            .get("nodePort")
            .is_some()
    );
}

#[test]
fn equality_ignores_order_and_null() {
    assert!(same(
        &object(r#"{"a": 1, "b": null}"#),
        &object(r#"{"a": 1}"#)
    ));
    assert!(same(
        &object(r#"{"a": 1, "b": [2]}"#),
        &object(r#"{"b": [2], "a": 1}"#)
    ));
    assert!(!same(
        &object(r#"{"a": [1, 2]}"#),
        &object(r#"{"a": [2, 1]}"#)
    ));
    assert!(!same(
        &object(r#"{"a": 1}"#),
        &object(r#"{"a": 1, "b": ""}"#)
    ));
}

#[test]
fn fields_of_features_that_are_off_are_forgotten() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let text = r#"{"metadata": {}, "spec": {"template": {"spec": {"schedulingGroup": {"podGroupName": "g"},
        "containers": [{"name": "c", "lifecycle": {"stopSignal": "SIGUSR1"}}]}}}}"#;
    let mut new = object(text);
    prepare_create(&mut new, ty);
    let pod = new.get_path(&["spec", "template", "spec"]).unwrap();
    assert!(pod.get("schedulingGroup").is_none());
    let container = &pod.get("containers").and_then(Value::as_sequence).unwrap()[0];
    assert!(container.get("lifecycle").is_none());

    // What a server with the feature stored stays.
    let old = object(text);
    let mut new = old.clone();
    prepare_update(&mut new, &old, ty, "");
    let pod = new.get_path(&["spec", "template", "spec"]).unwrap();
    assert!(pod.get("schedulingGroup").is_some());
}

#[test]
fn accounts_name_secrets_of_their_namespace() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "ServiceAccount").unwrap();
    let mut account =
        object(r#"{"metadata": {}, "secrets": [{"name": "s", "namespace": "n", "uid": "u"}]}"#);
    prepare_create(&mut account, ty);
    let secrets = account.get("secrets").and_then(Value::as_sequence).unwrap();
    assert_eq!(secrets, [object(r#"{"name": "s"}"#)]);
}
