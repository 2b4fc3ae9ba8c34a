//! Documents of the user's own, as kustomize takes them in `openapi: {path: ...}`.

use std::sync::Arc;
use trimtab_schema::{BuiltIn, Schema, Type, ValueKind};
use trimtab_tree::{Mapping, Value};

/// A mapping.
fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let mut mapping = Mapping::new();
    for (key, value) in fields {
        mapping.insert(key, value);
    }
    Value::mapping(mapping)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::sequence(items.into())
}

fn gvk(group: &str, kind: &str) -> Value {
    map([
        ("group", text(group)),
        ("version", text("v1")),
        ("kind", text(kind)),
    ])
}

const KINDS: &str = "x-kubernetes-group-version-kind";

/// Widgets with parts that merge by two keys, and a pod template that another document defines.
fn widgets() -> Value {
    let parts = map([
        ("type", text("array")),
        ("items", map([("$ref", text("#/definitions/Part"))])),
        ("x-kubernetes-patch-strategy", text("merge")),
        ("x-kubernetes-patch-merge-key", text("name")),
        (
            "x-kubernetes-list-map-keys",
            list([text("name"), text("side")]),
        ),
    ]);
    let widget = map([
        (KINDS, list([gvk("example.com", "Widget")])),
        ("required", list([text("parts")])),
        (
            "properties",
            map([
                ("parts", parts),
                (
                    "labels",
                    map([("additionalProperties", map([("type", text("string"))]))]),
                ),
                (
                    "template",
                    map([(
                        "$ref",
                        text("#/definitions/io.k8s.api.core.v1.PodTemplateSpec"),
                    )]),
                ),
                (
                    "same",
                    map([("$ref", text("#/definitions/Widget/properties/parts"))]),
                ),
                ("circle", map([("$ref", text("#/definitions/Circle"))])),
            ]),
        ),
    ]);
    let part = map([(
        "properties",
        map([("size", map([("type", text("integer"))]))]),
    )]);
    let circle = map([("$ref", text("#/definitions/Circle"))]);
    let get = |group, kind| map([("get", map([(KINDS, gvk(group, kind))]))]);
    map([
        (
            "definitions",
            map([("Widget", widget), ("Part", part), ("Circle", circle)]),
        ),
        (
            "paths",
            map([
                ("/apis/example.com/v1/widgets", get("example.com", "Widget")),
                (
                    "/apis/example.com/v1/namespaces/{namespace}/widgets",
                    get("example.com", "Widget"),
                ),
                ("/apis/example.com/v1/planets", get("example.com", "Planet")),
                ("/api/v1/pods", get("", "Pod")),
            ]),
        ),
    ])
}

fn schema(built_in: BuiltIn) -> Schema {
    Schema::kustomize()
        .with_openapi(Arc::new(widgets()), built_in)
        .expect("a document of the right form")
}

fn widget(schema: &Schema) -> Type<'_> {
    let widget = schema.type_of("example.com/v1", "Widget");
    widget.expect("the document defines widgets")
}

#[test]
fn fields_and_items_follow_references() {
    let schema = schema(BuiltIn::Dropped);
    let widget = widget(&schema);
    let parts = widget.field("parts").unwrap();
    assert_eq!(parts.kind(), ValueKind::List);
    assert!(parts.patch_strategy().merge);
    assert_eq!(parts.merge_keys().collect::<Vec<_>>(), ["name", "side"]);
    let size = parts.elements().unwrap().field("size").unwrap();
    assert_eq!(size.kind(), ValueKind::Integer);
    assert_eq!(
        widget.field("same").unwrap().patch_merge_key(),
        Some("name")
    );
    assert_eq!(
        widget.field("labels").unwrap().field("any").unwrap().kind(),
        ValueKind::String
    );
    assert!(widget.field("circle").is_none());
    assert!(widget.field("colour").is_none());
    assert!(widget.requires("parts") && !widget.requires("labels"));
    let names: Vec<_> = widget.fields().map(|field| field.name).collect();
    assert_eq!(names, ["parts", "labels", "template", "same", "circle"]);
}

#[test]
fn a_document_replaces_the_types_but_not_the_scopes() {
    let schema = schema(BuiltIn::Dropped);
    assert!(schema.type_of("apps/v1", "Deployment").is_none());
    assert!(widget(&schema).field("template").is_none());
    assert_eq!(schema.is_cluster_scoped("v1", "Namespace"), Some(true));
    assert_eq!(schema.is_cluster_scoped("v1", "Pod"), Some(false));
    assert_eq!(
        schema.is_cluster_scoped("example.com/v1", "Widget"),
        Some(false)
    );
    assert_eq!(
        schema.is_cluster_scoped("example.com/v1", "Planet"),
        Some(true)
    );
    assert_eq!(schema.is_cluster_scoped("example.com/v1", "Moon"), None);
    assert!(schema.type_of("example.com/v1", "Planet").is_none());
}

#[test]
fn a_document_beside_the_types_may_refer_to_them() {
    for built_in in [BuiltIn::Under, BuiltIn::Over] {
        let schema = schema(built_in);
        let template = widget(&schema).field("template").unwrap();
        let containers = template.field("spec").unwrap().field("containers").unwrap();
        assert!(containers.merge_keys().eq(["name"]));
        assert!(schema.type_of("apps/v1", "Deployment").is_some());
    }
}

#[test]
fn of_two_types_of_one_name_the_order_decides() {
    let own = map([(
        "properties",
        map([("engine", map([("type", text("string"))]))]),
    )]);
    let document = map([("definitions", map([("io.k8s.api.core.v1.PodSpec", own)]))]);
    let spec_has = |built_in, field: &str| {
        let schema = Schema::kustomize()
            .with_openapi(Arc::new(document.clone()), built_in)
            .unwrap();
        let spec = schema.type_of("v1", "Pod").unwrap().field("spec").unwrap();
        spec.field(field).is_some()
    };
    assert!(spec_has(BuiltIn::Under, "engine") && !spec_has(BuiltIn::Under, "containers"));
    assert!(!spec_has(BuiltIn::Over, "engine") && spec_has(BuiltIn::Over, "containers"));
}

#[test]
fn a_document_of_another_form_is_refused() {
    let nameless = map([(KINDS, list([map([("kind", text("Widget"))])]))]);
    let cases = [
        (list([]), "an OpenAPI document is a list"),
        (
            map([("definitions", list([text("a")]))]),
            "definitions is a list",
        ),
        (
            map([("definitions", map([("a", text("b"))]))]),
            "a definition is a string",
        ),
        (map([("paths", text("/"))]), "paths is a string"),
        (
            map([("definitions", map([("a", nameless)]))]),
            "a kind without version",
        ),
    ];
    for (document, message) in cases {
        let error = Schema::kustomize()
            .with_openapi(Arc::new(document), BuiltIn::Dropped)
            .unwrap_err();
        assert_eq!(error.message, message);
    }
    let empty = map([("definitions", Value::null()), ("info", text("x"))]);
    assert!(
        Schema::kustomize()
            .with_openapi(Arc::new(empty), BuiltIn::Dropped)
            .is_ok()
    );
}
