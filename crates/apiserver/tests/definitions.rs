//! Definitions of custom kinds: what becomes of one from its creation to its end.

use crate::custom::{DEFINITIONS, THINGS, condition, define, definition, thing, until, version};
use crate::support::{ask, request, send, server};
use serde_json::{Value, json};

fn plain() -> Value {
    json!({"type": "object", "properties": {"a": {"type": "string"}}})
}

#[tokio::test]
async fn a_definition_that_goes_takes_its_objects_along_and_can_come_back() {
    let server = server().await;
    define(&server, &definition(vec![version("v1", plain())])).await;
    let body = thing("v1", "t", &json!({"a": "x"})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 201);
    let path = format!("{DEFINITIONS}/things.example.com");
    // Whatever its status says, it goes.
    let status = r#"{"status":{"storedVersions":["v1","gone"]}}"#;
    let (code, body) = ask(&server, "PATCH", &format!("{path}/status"), status).await;
    assert_eq!(code, 200, "{body}");
    let (code, deleted) = ask(&server, "DELETE", &path, "").await;
    assert_eq!(code, 200, "{deleted}");
    assert_eq!(condition(&deleted, "Terminating"), "True");
    until(&server, &path, |answer| answer["code"] == 404).await;
    assert_eq!(ask(&server, "GET", THINGS, "").await.0, 404);
    assert_eq!(ask(&server, "GET", "/apis/example.com", "").await.0, 404);
    assert_eq!(ask(&server, "GET", "/apis/example.com/v1", "").await.0, 404);

    let spec = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    define(&server, &definition(vec![version("v1", spec)])).await;
    let (_, list) = ask(&server, "GET", THINGS, "").await;
    assert_eq!(list["items"], json!([]));
    let body = thing("v1", "t", &json!({"a": "x"})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 422);
    let body = thing("v1", "t", &json!({"a": 1})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 201);
}

#[tokio::test]
async fn the_status_of_a_definition_may_change_its_metadata() {
    let server = server().await;
    define(&server, &definition(vec![version("v1", plain())])).await;
    let path = format!("{DEFINITIONS}/things.example.com/status");
    let patch = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"scope": "Cluster"},
        "status": {"storedVersions": []}});
    let (code, changed) = ask(&server, "PATCH", &path, &patch.to_string()).await;
    assert_eq!(code, 200, "{changed}");
    assert_eq!(changed["metadata"]["labels"], json!({"a": "b"}));
    assert_eq!(changed["spec"]["scope"], "Namespaced");
    // One that does not say what it stored, stored what it stores.
    assert_eq!(changed["status"]["storedVersions"], json!(["v1"]));
}

#[tokio::test]
async fn a_definition_in_a_group_of_kubernetes_is_told_once() {
    let server = server().await;
    let mut kind = definition(vec![version("v1alpha7", plain()), version("v1", plain())]);
    kind["metadata"] = json!({"name": "things.networking.k8s.io",
        "annotations": {"api-approved.kubernetes.io": "unapproved, a test"}});
    kind["spec"]["group"] = json!("networking.k8s.io");
    define(&server, &kind).await;
    let (_, groups) = ask(&server, "GET", "/apis", "").await;
    let named = groups["groups"].as_array().unwrap().iter();
    let named: Vec<&Value> = named
        .filter(|it| it["name"] == "networking.k8s.io")
        .collect();
    assert_eq!(named.len(), 1);
    let versions = named[0]["versions"].as_array().unwrap().iter();
    let versions: Vec<&str> = versions.map(|it| it["version"].as_str().unwrap()).collect();
    assert!(
        versions.contains(&"v1") && versions.contains(&"v1alpha7"),
        "{versions:?}"
    );
    let names = |list: &Value| -> Vec<String> {
        let names = list["resources"].as_array().unwrap().iter();
        names
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    // The built-in part of a version is not hidden, and what is added to it is served, not told.
    let (_, list) = ask(&server, "GET", "/apis/networking.k8s.io/v1", "").await;
    let names_of_v1 = names(&list);
    assert!(
        names_of_v1.contains(&"ingresses".to_owned())
            && !names_of_v1.contains(&"things".to_owned())
    );
    let (_, list) = ask(&server, "GET", "/apis/networking.k8s.io/v1alpha7", "").await;
    assert_eq!(names(&list), ["things"]);
    let path = "/apis/networking.k8s.io/v1/namespaces/ns/things";
    assert_eq!(ask(&server, "GET", path, "").await.0, 200);
    let mut asked = request("GET", "/apis", "application/json", "");
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    asked
        .headers_mut()
        .insert("accept", accept.parse().unwrap());
    let (_, all) = send(&server, asked).await;
    let items = all["items"].as_array().unwrap().iter();
    let named = items.filter(|it| it["metadata"]["name"] == "networking.k8s.io");
    assert_eq!(named.count(), 1);
    // Its documents tell of both.
    let path = "/openapi/v3/apis/networking.k8s.io/v1";
    let (_, told) = ask(&server, "GET", path, "").await;
    let schemas = &told["components"]["schemas"];
    let own = &schemas["io.k8s.networking.v1.Thing"];
    let spec = &own["properties"]["spec"];
    assert_eq!(spec["properties"]["a"], json!({"type": "string"}), "{own}");
    assert!(own["properties"]["kind"]["description"].is_string());
    assert!(schemas["io.k8s.api.networking.v1.Ingress"].is_object());
    let under = "/apis/networking.k8s.io/v1/namespaces/{namespace}";
    assert!(told["paths"][format!("{under}/things")].is_object());
    assert!(told["paths"][format!("{under}/ingresses")].is_object());
    let hash = |index: &Value, path: &str| index["paths"][path]["serverRelativeURL"].clone();
    let (_, before) = ask(&server, "GET", "/openapi/v3", "").await;
    let description = json!([{"op": "add", "value": "d",
        "path": "/spec/versions/1/schema/openAPIV3Schema/description"}]);
    let definition = format!("{DEFINITIONS}/things.networking.k8s.io");
    let patch = description.to_string();
    let patch = request("PATCH", &definition, "application/json-patch+json", &patch);
    assert_eq!(send(&server, patch).await.0, 200);
    let path = "apis/networking.k8s.io/v1";
    let is_other = |index: &Value| hash(&before, path) != hash(index, path);
    let after = until(&server, "/openapi/v3", is_other).await;
    assert_eq!(hash(&before, "apis/apps/v1"), hash(&after, "apis/apps/v1"));
}

#[tokio::test]
async fn a_version_shows_only_what_it_knows() {
    let server = server().await;
    let spec = |names: &[&str]| {
        let fields = names.iter();
        let fields = fields.map(|name| ((*name).to_owned(), json!({"type": "string"})));
        json!({"type": "object", "properties": fields.collect::<serde_json::Map<_, _>>()})
    };
    let versions = vec![
        version("v2", spec(&["a", "b"])),
        version("v1", spec(&["a"])),
    ];
    define(&server, &definition(versions)).await;
    let v2 = "/apis/example.com/v2/namespaces/ns/things";
    let body = thing("v2", "t", &json!({"a": "1", "b": "2"})).to_string();
    assert_eq!(ask(&server, "POST", v2, &body).await.0, 201);
    let (_, old) = ask(&server, "GET", &format!("{THINGS}/t"), "").await;
    assert_eq!(old["spec"], json!({"a": "1"}));
    let (_, list) = ask(&server, "GET", THINGS, "").await;
    assert_eq!(list["items"][0]["spec"], json!({"a": "1"}));
    let (_, new) = ask(&server, "GET", &format!("{v2}/t"), "").await;
    assert_eq!(new["spec"], json!({"a": "1", "b": "2"}));
}

#[tokio::test]
async fn custom_objects_say_of_which_kind_they_are() {
    let server = server().await;
    define(&server, &definition(vec![version("v1", plain())])).await;
    for (object, code, told) in [
        (
            json!({"metadata": {"name": "t"}}),
            400,
            "Object 'Kind' is missing",
        ),
        (
            json!({"kind": "Thing", "metadata": {"name": "t"}}),
            400,
            "(example.com/v1)",
        ),
        (
            json!({"apiVersion": "example.com/v1", "kind": "Other", "metadata": {"name": "t"}}),
            422,
            "must be Thing",
        ),
    ] {
        let (found, body) = ask(&server, "POST", THINGS, &object.to_string()).await;
        assert_eq!(found, code, "{body}");
        assert!(body["message"].as_str().unwrap().contains(told), "{body}");
    }
    // Across namespaces they are only read.
    let body = thing("v1", "t", &json!({})).to_string();
    let all = "/apis/example.com/v1/things";
    assert_eq!(ask(&server, "POST", all, &body).await.0, 404);
    assert_eq!(ask(&server, "GET", all, "").await.0, 200);
}

#[tokio::test]
async fn the_scale_of_a_custom_object_needs_no_version_and_is_validated_as_the_object() {
    let server = server().await;
    let spec = json!({"type": "object", "properties": {"replicas": {"type": "integer"}}});
    let mut only = version("v1", spec);
    only["subresources"] = json!({"status": {}, "scale": {
        "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    define(&server, &definition(vec![only])).await;
    let body = thing("v1", "t", &json!({})).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 201);
    let path = format!("{THINGS}/t/scale");
    let (code, body) = ask(&server, "PATCH", &path, r#"{"spec":{"replicas":2}}"#).await;
    assert_eq!(
        (code, &body["spec"]["replicas"]),
        (200, &json!(2)),
        "{body}"
    );
    let scale = |replicas: i64| {
        json!({"apiVersion": "autoscaling/v1", "kind": "Scale",
            "metadata": {"name": "t", "namespace": "ns"}, "spec": {"replicas": replicas}})
    };
    let (code, body) = ask(&server, "PUT", &path, &scale(3).to_string()).await;
    assert_eq!(
        (code, &body["spec"]["replicas"]),
        (200, &json!(3)),
        "{body}"
    );
    let (code, body) = ask(&server, "PUT", &path, &scale(-1).to_string()).await;
    assert_eq!(
        (code, &body["details"]["kind"]),
        (422, &json!("Thing")),
        "{body}"
    );
    assert_eq!(body["details"]["causes"][0]["field"], ".spec.replicas");
    for (method, part) in [("DELETE", "status"), ("POST", "scale")] {
        let (code, body) = ask(&server, method, &format!("{THINGS}/t/{part}"), "{}").await;
        assert_eq!(
            (code, &body["details"]["kind"]),
            (405, &json!("things")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn tables_and_field_selectors_are_those_of_the_definition() {
    let server = server().await;
    let mut only = version("v1", plain());
    only["additionalPrinterColumns"] =
        json!([{"name": "A", "type": "string", "jsonPath": ".spec.a"}]);
    only["selectableFields"] = json!([{"jsonPath": ".spec.a"}]);
    define(&server, &definition(vec![only])).await;
    for name in ["x", "y"] {
        let body = thing("v1", name, &json!({"a": name})).to_string();
        assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 201);
    }
    let mut asked = request(
        "GET",
        &format!("{THINGS}?fieldSelector=spec.a%3Dy"),
        "application/json",
        "",
    );
    let accept = "application/json;as=Table;g=meta.k8s.io;v=v1";
    asked
        .headers_mut()
        .insert("accept", accept.parse().unwrap());
    let (_, table) = send(&server, asked).await;
    assert_eq!(table["rows"].as_array().unwrap().len(), 1);
    assert_eq!(table["rows"][0]["cells"], json!(["y", "y"]));
    assert_eq!(table["columnDefinitions"][1]["name"], "A");
    let path = format!("{THINGS}?fieldSelector=spec.b%3Dy");
    assert_eq!(ask(&server, "GET", &path, "").await.0, 400);
}

/// Paths that are none, or lead to the same places over and over, cost no more than others.
#[tokio::test]
async fn hostile_paths_of_columns_cost_nothing() {
    let server = server().await;
    let any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let mut only = version("v1", any);
    let functions = format!(".spec[?(@.a == {}1", "length(".repeat(13));
    let brackets = format!(".spec[?{}@.a", "(".repeat(50_000));
    let everywhere = format!(".spec{}", "..*".repeat(9));
    let columns = [functions, brackets, everywhere]
        .map(|path| json!({"name": path.len().to_string(), "type": "string", "jsonPath": path}));
    only["additionalPrinterColumns"] = json!(columns);
    define(&server, &definition(vec![only])).await;
    let mut spec = json!({"a": "leaf"});
    for _ in 0..40 {
        spec = json!({"b": spec});
    }
    let body = thing("v1", "x", &spec).to_string();
    assert_eq!(ask(&server, "POST", THINGS, &body).await.0, 201);
    let mut asked = request("GET", THINGS, "application/json", "");
    let accept = "application/json;as=Table;g=meta.k8s.io;v=v1";
    asked
        .headers_mut()
        .insert("accept", accept.parse().unwrap());
    let begin = std::time::Instant::now();
    let (code, table) = send(&server, asked).await;
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    assert_eq!(code, 200, "{table}");
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    assert_eq!(cells[..3], [json!("x"), json!(null), json!(null)]);
    assert!(cells[3].is_string(), "{}", cells[3]);
}
