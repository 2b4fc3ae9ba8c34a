//! Configurations that are refused, and what the error says.

use super::World;
use crate::testing::yaml;
use std::sync::Arc;
use trimtab_schema::{BuiltIn, Schema};

fn refused(config: &str) -> (u16, String) {
    let error = World::new().try_apply("m", config, false).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn managed_fields_are_not_for_clients_to_apply() {
    for entries in ["[]", "[{manager: x}]"] {
        let config = format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, managedFields: {entries}}}}}"
        );
        assert_eq!(
            refused(&config),
            (400, "metadata.managedFields must be nil".into())
        );
    }
}

#[test]
fn what_the_type_does_not_allow_is_named() {
    for (config, facts) in [
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n}, data: {k: 1}}",
            &["(n/a; /v1, Kind=ConfigMap)", ".data.k", "1"][..],
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, zzz: 1}",
            &[".zzz", "not declared in schema"],
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, finalizers: [x, y, x]}}",
            &[".metadata.finalizers: duplicate entries", r#"[="x"]"#],
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, finalizers: [[x]]}}",
            &[
                ".metadata.finalizers: element 0: not supported: associative list with lists as elements",
            ],
        ),
        (
            "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}, {port: 80, protocol: TCP}]}}",
            &[".spec.ports", r#"[port=80,protocol="TCP"]"#],
        ),
        (
            "{apiVersion: v1, kind: ServiceAccount, secrets: [{namespace: x}]}",
            &[
                r#".secrets: element 0: associative list with keys has an element that omits all key fields ["name"]"#,
            ],
        ),
        (
            "{apiVersion: v1, kind: Service, spec: {ports: {port: 80}}}",
            &[".spec.ports: expected list, got &{map[port:80]}"],
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, data: [1, a, true]}",
            &[".data: expected map, got &{[1 a true]}"],
        ),
        (
            "{apiVersion: v1, kind: Service, spec: {ports: [80]}}",
            &[".spec.ports: element 0: associative list with keys may not have non-map elements"],
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: {a: 1}}}",
            &[".spec.replicas: expected numeric (int or float), got map[string]interface {}"],
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, spec: {paused: {a: [1, b, null]}}}",
            &[".spec.paused: expected boolean, got &{map[a:[1 b <nil>]]}"],
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, data: {a: {b: c}}}",
            &[
                r#".data.a: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"b":"c"}}"#,
            ],
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: x, paused: 1}}",
            &[
                "Kind=Deployment",
                ".spec.replicas",
                ".spec.paused",
                "errors:",
            ],
        ),
    ] {
        let (code, text) = refused(config);
        assert_eq!(code, 500, "{config}");
        for fact in facts {
            assert!(text.contains(fact), "{config}: {text}");
        }
    }
}

#[test]
fn entries_of_the_live_object_that_cannot_be_read_are_an_error() {
    for (entries, fact) in [
        ("[{manager: x}]", "operation"),
        ("[{operation: Apply}]", "apiVersion"),
        ("[{operation: Apply, apiVersion: v1}]", "fieldsType"),
        (
            "[{operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {bad: {}}}]",
            "bad",
        ),
        ("{}", "a mapping"),
    ] {
        let mut world = World::new();
        world.live = Some(yaml(&format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, managedFields: {entries}}}}}"
        )));
        let config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
        let error = world.try_apply("m", config, false).unwrap_err();
        assert_eq!(error.code(), 500);
        assert!(error.to_string().contains(fact), "{entries}: {error}");
    }
}

#[test]
fn null_fits_everywhere() {
    let mut world = World::new();
    world.apply(
        "m",
        "{apiVersion: v1, kind: Service, metadata: {name: s, labels: null}, spec: {ports: null, type: null}}",
    );
    assert_eq!(
        world.owned("m", "Apply"),
        r#"{"f:metadata":{"f:labels":{}},"f:spec":{"f:ports":{},"f:type":{}}}"#
    );
}

#[test]
fn fields_that_a_custom_type_preserves_need_no_name() {
    let document = yaml(
        "{definitions: {a: {type: object, x-kubernetes-group-version-kind: [{group: g, version: v1, kind: A}],
         properties: {apiVersion: {type: string}, kind: {type: string}, metadata: {type: object},
           open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {named: {type: string}}},
           closed: {type: object, properties: {named: {type: string}}}}}}}",
    );
    let schema = Schema::kubernetes();
    let schema = schema
        .with_openapi(Arc::new(document), BuiltIn::Over)
        .unwrap();
    let mut world = World::new();
    world.schema = schema;
    world.apply(
        "m",
        "{apiVersion: g/v1, kind: A, metadata: {name: a}, open: {named: x, other: {y: 1}}}",
    );
    assert!(world.get(&["open", "other", "y"]).is_some());
    let refused = world.try_apply(
        "m",
        "{apiVersion: g/v1, kind: A, metadata: {name: a}, open: {named: 1}}",
        false,
    );
    assert!(refused.unwrap_err().to_string().contains(".open.named"));
    let refused = world.try_apply(
        "m",
        "{apiVersion: g/v1, kind: A, metadata: {name: a}, closed: {other: 1}}",
        false,
    );
    assert!(refused.unwrap_err().to_string().contains(".closed.other"));
}
