//! Server-side apply of custom objects.

use crate::custom::{THINGS, apply, define, definition, owned, thing, version};
use crate::support::{ask, server};
use serde_json::{Value, json};
use trimtab_apiserver::ApiServer;

async fn with(spec: Value) -> ApiServer {
    let server = server().await;
    let spec = json!({"type": "object", "properties": spec});
    define(&server, &definition(vec![version("v1", spec)])).await;
    server
}

#[tokio::test]
async fn defaults_of_keys_are_part_of_keys() {
    let server = with(json!({"list": {
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k", "port"],
        "items": {"type": "object", "required": ["k"], "properties": {
            "k": {"type": "string"}, "port": {"type": "integer", "default": 80}, "v": {"type": "string"}}},
    }}))
    .await;
    let one = thing("v1", "t", &json!({"list": [{"k": "a", "v": "x"}]}));
    let (code, made) = apply(&server, "m1", &one, "").await;
    assert_eq!(code, 201, "{made}");
    assert_eq!(
        owned(&made, "m1"),
        json!({"f:spec": {"f:list": {r#"k:{"k":"a","port":80}"#: {".": {}, "f:k": {}, "f:v": {}}}}})
    );
    let same = thing(
        "v1",
        "t",
        &json!({"list": [{"k": "a", "port": 80, "v": "y"}]}),
    );
    let (code, refused) = apply(&server, "m2", &same, "").await;
    assert_eq!(code, 409, "{refused}");
    assert_eq!(
        refused["details"]["causes"][0]["field"],
        r#".spec.list[k="a",port=80].v"#
    );
    let other = thing(
        "v1",
        "t",
        &json!({"list": [{"k": "a", "port": 81, "v": "y"}]}),
    );
    assert_eq!(apply(&server, "m2", &other, "").await.0, 200);
}

#[tokio::test]
async fn what_a_schema_leaves_open_is_merged_by_its_values() {
    let server = with(json!({
        "either": {"x-kubernetes-int-or-string": true},
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true,
            "properties": {"known": {"type": "string"}}},
        "numbers": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "number"}},
    }))
    .await;
    let spec = json!({"open": {"known": "a", "free": {"x": 1}}, "numbers": [1, 1.5], "either": 5});
    let (code, made) = apply(&server, "m1", &thing("v1", "t", &spec), "").await;
    assert_eq!(code, 201, "{made}");
    let spec = json!({"open": {"free": {"y": 2}}, "numbers": [1.0]});
    let (code, both) = apply(&server, "m2", &thing("v1", "t", &spec), "").await;
    assert_eq!(code, 200, "{both}");
    assert_eq!(both["spec"]["open"]["free"], json!({"x": 1, "y": 2}));
    // A number is the same however it is written.
    assert_eq!(
        owned(&both, "m2")["f:spec"]["f:numbers"],
        json!({"v:1": {}})
    );
    let wrong = thing("v1", "t", &json!({"either": [1]}));
    let (code, refused) = apply(&server, "m3", &wrong, "&force=true").await;
    assert_eq!((code, &refused["reason"]), (422, &json!("Invalid")));
    assert_eq!(refused["details"]["causes"][0]["field"], "spec.either");
}

#[tokio::test]
async fn fields_are_owned_in_the_words_of_the_version_that_wrote_them() {
    let server = server().await;
    let spec = |names: &[&str]| {
        let fields = names.iter();
        let fields: serde_json::Map<String, Value> = fields
            .map(|name| ((*name).to_owned(), json!({"type": "string"})))
            .collect();
        json!({"type": "object", "properties": fields})
    };
    let versions = vec![
        version("v1", spec(&["a"])),
        version("v2", spec(&["a", "b"])),
    ];
    define(&server, &definition(versions)).await;
    let one = thing("v1", "t", &json!({"a": "1"}));
    assert_eq!(apply(&server, "m1", &one, "").await.0, 201);
    // Another version, the same field.
    let (code, refused) = apply(&server, "m2", &thing("v2", "t", &json!({"a": "2"})), "").await;
    assert_eq!(code, 409, "{refused}");
    let other = thing("v2", "t", &json!({"a": "2"}));
    let (code, taken) = apply(&server, "m2", &other, "&force=true").await;
    assert_eq!(code, 200, "{taken}");
    assert_eq!(owned(&taken, "m1"), Value::Null);
    // The first takes it back, in its own version.
    assert_eq!(apply(&server, "m1", &one, "&force=true").await.0, 200);
    // With a field that a manager's version does not have, nobody knows any more who owns what ...
    let path = "/apis/example.com/v2/namespaces/ns/things/t";
    let (code, lost) = ask(&server, "PATCH", path, r#"{"spec":{"b":"x"}}"#).await;
    assert_eq!(code, 200, "{lost}");
    assert_eq!(lost["metadata"]["managedFields"], Value::Null);
    // ... and the version that is stored does not keep it.
    let (_, stored) = ask(&server, "GET", path, "").await;
    assert_eq!(stored["spec"], json!({"a": "1"}));
}

#[tokio::test]
async fn managers_have_short_names_and_an_empty_list_resets_nothing() {
    let server = with(json!({"a": {"type": "string"}})).await;
    let (_, made) = apply(&server, "m1", &thing("v1", "t", &json!({"a": "1"})), "").await;
    let path = format!("{THINGS}/t");
    let manager = "m".repeat(129);
    let entry = json!({"manager": manager, "operation": "Update", "apiVersion": "example.com/v1",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}});
    let patch = json!({"metadata": {"managedFields": [entry]}});
    let (code, refused) = ask(&server, "PATCH", &path, &patch.to_string()).await;
    assert_eq!(code, 422, "{refused}");
    assert_eq!(
        refused["details"]["causes"][0]["field"],
        "metadata.managedFields[0].manager"
    );
    let mut sent = made.clone();
    sent["metadata"]["managedFields"] = json!([]);
    let (_, kept) = ask(&server, "PUT", &path, &sent.to_string()).await;
    assert_eq!(
        kept["metadata"]["managedFields"],
        made["metadata"]["managedFields"]
    );
    sent["metadata"]["managedFields"] = json!([{}]);
    let (_, reset) = ask(&server, "PUT", &path, &sent.to_string()).await;
    assert_eq!(reset["metadata"]["managedFields"], Value::Null);
}

#[tokio::test]
async fn an_apply_means_the_nulls_that_it_says() {
    let server = with(json!({
        "list": {"type": "array", "items": {"type": "string"}},
        "none": {"type": "string", "nullable": true},
        "set": {"type": "string", "default": "x"},
    }))
    .await;
    let nulls = json!({"list": null});
    let (code, refused) = apply(&server, "m1", &thing("v1", "t", &nulls), "").await;
    assert_eq!(
        (code, &refused["reason"]),
        (422, &json!("Invalid")),
        "{refused}"
    );
    let cause = &refused["details"]["causes"][0];
    assert_eq!(
        (&cause["field"], &cause["reason"]),
        (&json!("spec.list"), &json!("FieldValueTypeInvalid"))
    );
    let allowed = json!({"none": null, "set": null});
    let (code, made) = apply(&server, "m1", &thing("v1", "t", &allowed), "").await;
    assert_eq!(
        (code, &made["spec"]),
        (201, &json!({"none": null, "set": "x"}))
    );
    // Any other write takes such nulls for nothing.
    let (code, made) = ask(
        &server,
        "POST",
        THINGS,
        &thing("v1", "u", &nulls).to_string(),
    )
    .await;
    assert_eq!((code, &made["spec"]), (201, &json!({"set": "x"})));
}

#[tokio::test]
async fn what_several_find_is_told_once() {
    let server = with(json!({"a": {"type": "string"}})).await;
    apply(&server, "m1", &thing("v1", "t", &json!({"a": "1"})), "").await;
    let patch = json!({"metadata": {"labels": {"a b": "c"}}}).to_string();
    let (code, refused) = ask(&server, "PATCH", &format!("{THINGS}/t"), &patch).await;
    assert_eq!(code, 422, "{refused}");
    assert_eq!(refused["details"]["causes"].as_array().unwrap().len(), 3);
    let message = refused["message"].as_str().unwrap();
    assert_eq!(message.matches("metadata.labels").count(), 1, "{message}");
    // A prefix that made the name once is not looked at again.
    let patch = json!({"metadata": {"generateName": "A_b"}}).to_string();
    assert_eq!(
        ask(&server, "PATCH", &format!("{THINGS}/t"), &patch)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn zero_is_no_version_to_update() {
    let server = with(json!({"a": {"type": "string"}})).await;
    let (_, mut made) = apply(&server, "m1", &thing("v1", "t", &json!({"a": "1"})), "").await;
    made["metadata"]["resourceVersion"] = json!("0");
    let (code, refused) = ask(&server, "PUT", &format!("{THINGS}/t"), &made.to_string()).await;
    assert_eq!((code, &refused["reason"]), (422, &json!("Invalid")));
    assert_eq!(
        refused["details"]["causes"][0]["field"],
        "metadata.resourceVersion"
    );
}

#[tokio::test]
async fn what_an_apply_empties_stays_a_map_for_who_owns_it() {
    let server = with(json!({
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "a": {"type": "string"},
    }))
    .await;
    let empty = thing("v1", "t", &json!({"map": {}, "set": []}));
    ask(
        &server,
        "POST",
        &format!("{THINGS}?fieldManager=u"),
        &empty.to_string(),
    )
    .await;
    let full = thing("v1", "t", &json!({"map": {"k": "v"}, "set": ["x"]}));
    assert_eq!(apply(&server, "m1", &full, "").await.0, 200);
    let (code, left) = apply(&server, "m1", &thing("v1", "t", &json!({"a": "1"})), "").await;
    assert_eq!((code, &left["spec"]), (200, &json!({"a": "1", "map": {}})));
    assert_eq!(owned(&left, "u"), json!({"f:spec": {".": {}, "f:map": {}}}));
}
