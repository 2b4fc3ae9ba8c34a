use super::*;
use trimtab_schema::Schema;
use trimtab_tree::parse_json;

fn decoded(text: &str) -> Result<(Value, Vec<String>), String> {
    let schema = Schema::kubernetes();
    let mut value = parse_json(text, 1).unwrap();
    let api_version = value.get("apiVersion").unwrap().text().unwrap().to_owned();
    let kind = value.get("kind").unwrap().text().unwrap().to_owned();
    let ty = schema.type_of(&api_version, &kind).unwrap();
    let problems = decode(&mut value, ty).map_err(|error| error.to_string())?;
    Ok((value, problems.iter().map(ToString::to_string).collect()))
}

fn assert_decodes(text: &str, expected: &str) {
    let (value, problems) = decoded(text).unwrap();
    assert_eq!(problems, Vec::<String>::new());
    let print = |value: &Value| {
        let mut value = value.clone();
        sort(&mut value);
        value
    };
    assert_eq!(print(&value), print(&parse_json(expected, 1).unwrap()));
}

fn sort(value: &mut Value) {
    match &mut value.node {
        Node::Mapping(fields) => {
            fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
            fields.values_mut().for_each(sort);
        }
        Node::Sequence(items) => items.iter_mut().for_each(sort),
        Node::Scalar(_) => {}
    }
}

#[test]
fn empty_values_are_kept_dropped_or_written_as_the_types_say() {
    assert_decodes(
        r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "labels": {}},
            "spec": {"replicas": 0, "paused": false, "minReadySeconds": null, "selector": null,
                "template": {"spec": {"containers": [{"name": "c", "image": "", "args": [],
                    "resources": {"limits": {"cpu": "1000m", "memory": 1024}}}],
                    "securityContext": {}, "hostNetwork": false, "nodeName": ""}}}}"#,
        r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
            "spec": {"replicas": 0, "selector": null, "strategy": {},
                "template": {"metadata": {}, "spec": {"containers": [{"name": "c",
                    "resources": {"limits": {"cpu": "1", "memory": "1024"}}}],
                    "securityContext": {}}}},
            "status": {}}"#,
    );
    assert_decodes(
        r#"{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {}}"#,
        r#"{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {},
            "spec": {"selector": null, "updateStrategy": {}, "template": {"metadata": {}, "spec": {"containers": null}}},
            "status": {"currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0}}"#,
    );
    assert_decodes(
        r#"{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "rules": []}"#,
        r#"{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {}, "rules": []}"#,
    );
    assert_decodes(
        r#"{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": null, "b": ""}, "immutable": false}"#,
        r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": {"a": "", "b": ""}, "immutable": false}"#,
    );
}

#[test]
fn a_text_that_reads_as_zero_is_kept() {
    let job =
        r#"{"apiVersion":"batch/v1","kind":"Job","status":{"active":0,"completedIndexes":"0"}}"#;
    let (decoded, _) = decoded(job).unwrap();
    let status = decoded.get("status").unwrap();
    assert_eq!(
        status.get("completedIndexes").and_then(Value::as_str),
        Some("0")
    );
    assert_eq!(status.get("active"), None);
}

#[test]
fn unknown_fields_go_and_are_named_in_order() {
    let (value, problems) = decoded(
        r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "x": 1},
            "spec": {"containers": [{"name": "c", "imagee": "i"}], "y": {"z": 1}}}"#,
    )
    .unwrap();
    assert_eq!(
        problems,
        [
            "unknown field \"metadata.x\"",
            "unknown field \"spec.containers[0].imagee\"",
            "unknown field \"spec.y\"",
        ]
    );
    assert_eq!(value.get_path(&["spec", "y"]), None);
    assert_eq!(
        value.get_path(&["metadata", "name"]).unwrap().text(),
        Some("p")
    );
}

#[test]
fn values_of_another_type_are_refused_in_gos_words() {
    let deployment = |spec: &str| {
        format!(r#"{{"apiVersion": "apps/v1", "kind": "Deployment", "spec": {spec}}}"#)
    };
    let config_map =
        |fields: &str| format!(r#"{{"apiVersion": "v1", "kind": "ConfigMap", {fields}}}"#);
    for (text, error) in [
        (
            deployment(r#"{"replicas": "3"}"#),
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            deployment(r#"{"replicas": 1.5}"#),
            "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            deployment(r#"{"replicas": 3000000000}"#),
            "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            config_map(r#""metadata": "x""#),
            "json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta",
        ),
        (
            config_map(r#""metadata": {"name": 7}"#),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string",
        ),
        (
            config_map(r#""metadata": {"labels": {"a": 1}}"#),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            config_map(r#""data": []"#),
            "json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string",
        ),
        (
            config_map(r#""immutable": "yes""#),
            "json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool",
        ),
        (
            config_map(r#""binaryData": {"a": "***"}"#),
            "illegal base64 data at input byte 0",
        ),
    ] {
        assert_eq!(decoded(&text).unwrap_err(), error);
    }
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"env": [{"name": "A", "value": 5}]}]}}"#;
    assert_eq!(
        decoded(pod).unwrap_err(),
        "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string"
    );
}

#[test]
fn bytes_are_written_in_one_form() {
    for (given, stored) in [
        ("aGVsbG8=", "aGVsbG8="),
        (r"aGVs\nbG8=\n", "aGVsbG8="),
        (r"aGVs\r\nbG8x", "aGVsbG8x"),
        ("aGVsbG9=", "aGVsbG8="),
        ("", ""),
    ] {
        let secret =
            format!(r#"{{"apiVersion": "v1", "kind": "Secret", "data": {{"a": "{given}"}}}}"#);
        let (decoded, _) = decoded(&secret).unwrap();
        let data = decoded.get_path(&["data", "a"]).and_then(Value::text);
        assert_eq!(data, Some(stored), "{given}");
    }
}

#[test]
fn everything_wrong_is_found_at_once_when_asked() {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("apps/v1", "Deployment").unwrap();
    let mut body = parse_json(
        r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"labels": {"a/b": 1}},
            "spec": {"replicas": "3", "paused": 1, "sellector": {}, "template": {"spec": {"containers":
                [{"name": "c", "resources": {"limits": {"cpu": "a lot"}}}]}}}}"#,
        1,
    )
    .unwrap();
    let found = decode_all(&mut body, ty);
    let fields: Vec<&str> = found.errors.iter().map(DecodeError::field).collect();
    assert_eq!(
        fields,
        [
            "metadata.labels.a/b",
            "spec.replicas",
            "spec.paused",
            "spec.template.spec.containers[0].resources.limits.cpu"
        ]
    );
    assert_eq!(found.problems[0].field(), "spec.sellector");
    assert_eq!(found.problems.len(), 1);
}

/// Go's clients send every field of a message, and those without a value must not count.
#[test]
fn schemas_within_schemas_are_decoded_wherever_they_are() {
    let definition = |schema: &str| {
        format!(
            r#"{{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {{"name": "d"}},
            "spec": {{"group": "g", "scope": "Cluster", "names": {{"plural": "ds", "kind": "D"}}, "versions": [
            {{"name": "v1", "served": true, "storage": true, "schema": {{"openAPIV3Schema": {schema}}}}}]}}}}"#
        )
    };
    let inner =
        r#"{"type": "string", "title": "", "nullable": false, "maxLength": 0, "unknown": 1}"#;
    let (sent, problems) = decoded(&definition(&format!(
        r#"{{"type": "object", "items": {inner}, "additionalProperties": {inner},
            "properties": {{"a": {{"items": [{inner}, {inner}]}}, "b": {{"additionalItems": true}}}},
            "dependencies": {{"c": {inner}, "d": ["e"]}}}}"#
    )))
    .unwrap();
    assert_eq!(
        problems,
        Vec::<String>::new(),
        "as Kubernetes does not tell of these"
    );
    let left = r#"{"type": "string", "maxLength": 0}"#;
    let (expected, _) = decoded(&definition(&format!(
        r#"{{"type": "object", "items": {left}, "additionalProperties": {left},
            "properties": {{"a": {{"items": [{left}, {left}]}}, "b": {{"additionalItems": true}}}},
            "dependencies": {{"c": {left}, "d": ["e"]}}}}"#
    )))
    .unwrap();
    assert_eq!(sent, expected);
    let bad = definition(r#"{"items": {"type": 1}}"#);
    assert!(decoded(&bad).is_err());
}
