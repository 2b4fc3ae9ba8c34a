//! Objects of custom kinds, in parts that several tests share.

use crate::support::{ask, request, send};
use serde_json::{Value, json};
use std::time::Duration;
use trimtab_apiserver::ApiServer;

pub(crate) const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
pub(crate) const THINGS: &str = "/apis/example.com/v1/namespaces/ns/things";

/// A version with this schema of `spec`.
pub(crate) fn version(name: &str, spec: Value) -> Value {
    let mut version = json!({
        "name": name, "served": true, "storage": false,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        }}},
    });
    version["schema"]["openAPIV3Schema"]["properties"]["spec"] = spec;
    version
}

/// The definition of `things.example.com`; the first version is the one that is stored.
pub(crate) fn definition(mut versions: Vec<Value>) -> Value {
    versions[0]["storage"] = json!(true);
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "versions": versions,
            "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
        },
    })
}

/// Makes a definition and waits until it is served.
pub(crate) async fn define(server: &ApiServer, definition: &Value) {
    let (code, body) = ask(server, "POST", DEFINITIONS, &definition.to_string()).await;
    assert_eq!(code, 201, "{body}");
    let name = definition["metadata"]["name"].as_str().unwrap();
    let path = format!("{DEFINITIONS}/{name}");
    until(server, &path, |definition| {
        condition(definition, "Established") == "True"
    })
    .await;
}

/// The status of a condition; empty if there is none.
pub(crate) fn condition(object: &Value, kind: &str) -> String {
    let conditions = object["status"]["conditions"].as_array();
    let found = conditions
        .into_iter()
        .flatten()
        .find(|it| it["type"] == kind);
    let status = found.and_then(|it| it["status"].as_str());
    status.unwrap_or_default().to_owned()
}

/// Asks until the answer is as wished, and gives it.
pub(crate) async fn until(
    server: &ApiServer,
    path: &str,
    is_done: impl Fn(&Value) -> bool,
) -> Value {
    for _ in 0..500 {
        let (_, body) = ask(server, "GET", path, "").await;
        if is_done(&body) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{path} is never as wished");
}

/// A thing of a version.
pub(crate) fn thing(version: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": format!("example.com/{version}"), "kind": "Thing",
        "metadata": {"name": name}, "spec": spec,
    })
}

/// Applies, through a version.
pub(crate) async fn apply(
    server: &ApiServer,
    manager: &str,
    object: &Value,
    query: &str,
) -> (u16, Value) {
    let api_version = object["apiVersion"].as_str().unwrap();
    let name = object["metadata"]["name"].as_str().unwrap();
    let path =
        format!("/apis/{api_version}/namespaces/ns/things/{name}?fieldManager={manager}{query}");
    let content_type = "application/apply-patch+yaml";
    send(
        server,
        request("PATCH", &path, content_type, &object.to_string()),
    )
    .await
}

/// What a manager owns.
pub(crate) fn owned(object: &Value, manager: &str) -> Value {
    let entries = object["metadata"]["managedFields"].as_array();
    let found = entries
        .into_iter()
        .flatten()
        .find(|it| it["manager"] == manager);
    found.map_or(Value::Null, |entry| entry["fieldsV1"].clone())
}
