//! Admission policies in CEL.

use crate::support::{ask, request, server};
use serde_json::{Value, json};
use trimtab_apiserver::ApiServer;

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";
const REGISTRATION: &str = "/apis/admissionregistration.k8s.io/v1";

/// Makes a policy about configuration maps, and a binding.
async fn make(server: &ApiServer, kind: &str, policy: Value, binding: Value) {
    let maps = json!({"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
        "resources": ["configmaps"], "operations": ["CREATE", "UPDATE"]}]});
    let mut spec = json!({"matchConstraints": maps});
    let mut bound = json!({"policyName": "p"});
    for (of, fields) in [(&mut spec, policy), (&mut bound, binding)] {
        for (name, value) in fields.as_object().unwrap() {
            of[name] = value.clone();
        }
    }
    for (suffix, spec) in [("policies", spec), ("policybindings", bound)] {
        let object = json!({"metadata": {"name": "p"}, "spec": spec});
        let path = format!("{REGISTRATION}/{kind}admission{suffix}");
        let (code, body) = ask(server, "POST", &path, &object.to_string()).await;
        assert_eq!(code, 201, "{body}");
    }
    ask(server, "GET", MAPS, "").await;
}

async fn create(server: &ApiServer, name: &str, data: Value) -> (u16, Value) {
    let map = json!({"metadata": {"name": name}, "data": data});
    ask(server, "POST", MAPS, &map.to_string()).await
}

#[tokio::test]
async fn what_must_be_true_is_said_in_the_policys_words() {
    let server = server().await;
    let policy = json!({
        "variables": [{"name": "n", "expression": "size(object.data)"}],
        "matchConditions": [{"name": "c", "expression": "object.metadata.name != 'exempt'"}],
        "validations": [
            {"expression": "variables.n < 2", "reason": "Forbidden",
                "messageExpression": "'at most one, got ' + string(variables.n)"},
            {"expression": "!('x' in object.data)", "message": "no x"},
            {"expression": "object.data.must == 'be'"},
        ],
    });
    make(
        &server,
        "validating",
        policy,
        json!({"validationActions": ["Deny"]}),
    )
    .await;
    let by = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request";
    for (data, code, reason, why) in [
        (
            json!({"a": "1", "must": "be"}),
            403,
            "Forbidden",
            "at most one, got 2",
        ),
        (json!({"x": "1"}), 422, "Invalid", "no x"),
        (
            json!({"must": "not"}),
            422,
            "Invalid",
            "failed expression: object.data.must == 'be'",
        ),
        (
            json!({"other": "1"}),
            422,
            "Invalid",
            "expression 'object.data.must == 'be'' resulted in error: no such key: must",
        ),
    ] {
        let (found, refused) = create(&server, "m", data.clone()).await;
        assert_eq!(
            (found, &refused["reason"]),
            (code, &json!(reason)),
            "{refused}"
        );
        let told = format!("configmaps \"m\" is forbidden: {by}: {why}");
        assert_eq!(refused["message"], told, "{data}");
        assert_eq!(
            refused["details"]["causes"],
            json!([{"message": format!("{by}: {why}")}])
        );
    }
    assert_eq!(create(&server, "exempt", json!({"x": "1"})).await.0, 201);
    assert_eq!(create(&server, "fine", json!({"must": "be"})).await.0, 201);
    let path = format!("{MAPS}/fine");
    let (code, _) = ask(&server, "PATCH", &path, r#"{"data":{"must":"not"}}"#).await;
    assert_eq!(code, 422);
}

#[tokio::test]
async fn parameters_come_from_objects_and_may_be_missing() {
    let server = server().await;
    let policy = json!({
        "paramKind": {"apiVersion": "v1", "kind": "ServiceAccount"},
        "validations": [{"expression": "object.metadata.name.startsWith(params.metadata.labels.prefix)",
            "messageExpression": "'not ' + params.metadata.labels.prefix"}],
    });
    let binding = json!({"validationActions": ["Deny"],
        "paramRef": {"selector": {"matchLabels": {"for": "p"}}, "parameterNotFoundAction": "Deny"}});
    make(&server, "validating", policy, binding).await;
    let (code, refused) = create(&server, "abc", json!({})).await;
    assert_eq!(code, 422);
    let told = refused["message"].as_str().unwrap();
    assert!(
        told.contains("failed to configure binding: no params found"),
        "{told}"
    );
    let accounts = "/api/v1/namespaces/ns/serviceaccounts";
    for (name, prefix) in [("one", "a"), ("two", "ab")] {
        let labels = json!({"for": "p", "prefix": prefix});
        let account = json!({"metadata": {"name": name, "labels": labels}});
        assert_eq!(
            ask(&server, "POST", accounts, &account.to_string()).await.0,
            201
        );
    }
    ask(&server, "GET", accounts, "").await;
    assert_eq!(create(&server, "abc", json!({})).await.0, 201);
    let (code, refused) = create(&server, "ax", json!({})).await;
    assert_eq!(code, 422);
    assert!(
        refused["message"].as_str().unwrap().ends_with(": not ab"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_binding_may_only_warn() {
    let server = server().await;
    let policy = json!({"validations": [{"expression": "false", "message": "hm"}]});
    make(
        &server,
        "validating",
        policy,
        json!({"validationActions": ["Warn", "Audit"]}),
    )
    .await;
    let body = r#"{"metadata":{"name":"a"}}"#;
    let response = server
        .handle(request("POST", MAPS, "application/json", body))
        .await;
    assert_eq!(response.status(), 201);
    assert_eq!(
        response.headers()["warning"],
        "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': hm\""
    );
}

#[tokio::test]
async fn an_expression_may_ask_what_the_user_may_do() {
    let server = server().await;
    let policy = json!({"validations": [{
        "expression": "authorizer.group('').resource('secrets').namespace('ns').check('get').allowed() \
            && !authorizer.serviceAccount('ns', 'default').group('').resource('secrets').check('get').allowed()",
        "message": "who are you"}]});
    make(
        &server,
        "validating",
        policy,
        json!({"validationActions": ["Deny"]}),
    )
    .await;
    let (code, body) = create(&server, "a", json!({})).await;
    assert_eq!(code, 201, "{body}");
}

#[tokio::test]
async fn policies_change_objects_by_configuration_and_by_patch() {
    let server = server().await;
    let policy = json!({
        "reinvocationPolicy": "Never",
        "failurePolicy": "Fail",
        "mutations": [
            {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                "Object{metadata: Object.metadata{labels: {'by': request.userInfo.username}}}"}},
            {"patchType": "JSONPatch", "jsonPatch": {"expression":
                "[JSONPatch{op: 'test', path: '/data/a', value: '1'}, JSONPatch{op: 'add', path: '/data/b', value: '2'}]"}},
        ],
    });
    make(&server, "mutating", policy, json!({})).await;
    let (code, made) = create(&server, "m", json!({"a": "1"})).await;
    assert_eq!(code, 201, "{made}");
    assert_eq!(made["metadata"]["labels"], json!({"by": "admin"}));
    assert_eq!(made["data"], json!({"a": "1", "b": "2"}));
    // A test that fails is a condition: nothing of that patch is done.
    let (_, made) = create(&server, "n", json!({"a": "9"})).await;
    assert_eq!(made["data"], json!({"a": "9"}));
}
