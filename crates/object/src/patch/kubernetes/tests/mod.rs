//! Tests of the strategic merge patch of Kubernetes.

mod laws;
mod recorded;

use super::*;
use crate::testing::yaml;
use trimtab_schema::Schema;

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: p, finalizers: [a.b/x, a.b/y]}
spec:
  containers:
  - {name: a, image: 'a:1', args: [x], env: [{name: X, value: '1'}, {name: Y, value: '2'}]}
  - {name: b, image: 'b:1'}
  nodeSelector: {p: q}
  tolerations: [{key: t}]
  volumes: [{name: v, emptyDir: {}}]
";

fn merged(patch: &str) -> Result<Value> {
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Pod").unwrap();
    kubernetes_strategic_merge(&yaml(POD), &yaml(patch), ty)
}

fn field(patch: &str, path: &[&str]) -> Value {
    merged(patch).unwrap().get_path(path).cloned().unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_sequence().unwrap().iter();
    items
        .filter_map(|item| item.get("name")?.as_str())
        .collect()
}

#[test]
fn items_are_merged_by_key_and_new_ones_go_first() {
    let containers = field(
        "{spec: {containers: [{name: n, image: n}, {name: b, image: 'b:2'}]}}",
        &["spec", "containers"],
    );
    assert_eq!(names(&containers), ["n", "a", "b"]);
    let containers = field(
        "{spec: {containers: [{name: n, image: n}]}}",
        &["spec", "containers"],
    );
    assert_eq!(names(&containers), ["n", "a", "b"]);
    let image = &containers.as_sequence().unwrap()[2];
    assert_eq!(image, &yaml("{name: b, image: 'b:1'}"));
}

#[test]
fn only_lists_with_the_strategy_are_merged() {
    let spec = field(
        "{spec: {tolerations: [{key: u}], containers: [{name: a, args: [y]}]}}",
        &["spec"],
    );
    assert_eq!(spec.get("tolerations"), Some(&yaml("[{key: u}]")));
    let first = &spec.get("containers").unwrap().as_sequence().unwrap()[0];
    assert_eq!(first.get("args"), Some(&yaml("[y]")));
}

#[test]
fn items_and_objects_are_deleted_and_replaced() {
    let path = &["spec", "containers"];
    let left = field("{spec: {containers: [{name: a, $patch: delete}]}}", path);
    assert_eq!(names(&left), ["b"]);
    let left = field("{spec: {containers: [{name: n}, {$patch: replace}]}}", path);
    assert_eq!(left, yaml("[{name: n}]"));
    let path = &["spec", "nodeSelector"];
    let replaced = field("{spec: {nodeSelector: {$patch: replace, r: s}}}", path);
    assert_eq!(replaced, yaml("{r: s}"));
    let deleted = field("{spec: {nodeSelector: {$patch: delete}}}", path);
    assert_eq!(deleted, yaml("{}"));
}

#[test]
fn null_removes_and_never_appears() {
    let spec = field(
        "{spec: {nodeSelector: null, hostname: null, affinity: {nodeAffinity: null}}}",
        &["spec"],
    );
    assert_eq!(spec.get("nodeSelector"), None);
    assert_eq!(spec.get("hostname"), None);
    assert_eq!(spec.get("affinity"), Some(&yaml("{}")));
}

#[test]
fn retain_keys_clears_the_others() {
    let volumes = field(
        "{spec: {volumes: [{$retainKeys: [name, secret], name: v, secret: {secretName: s}}]}}",
        &["spec", "volumes"],
    );
    assert_eq!(volumes, yaml("[{name: v, secret: {secretName: s}}]"));
    let bad = merged("{spec: {volumes: [{$retainKeys: [name], name: v, emptyDir: {}}]}}");
    assert_eq!(bad, Err(StrategicPatchError::RetainKeys));
}

#[test]
fn element_order_is_set() {
    let path = &["spec", "containers"];
    let patch = "{spec: {$setElementOrder/containers: [{name: b}, {name: a}]}}";
    assert_eq!(names(&field(patch, path)), ["b", "a"]);
    let patch = "{spec: {$setElementOrder/containers: [{name: n}, {name: b}],
        containers: [{name: n, image: n}]}}";
    assert_eq!(names(&field(patch, path)), ["n", "a", "b"]);
    let patch = "{spec: {$setElementOrder/containers: [{name: b}], containers: [{name: zz}]}}";
    assert!(matches!(
        merged(patch),
        Err(StrategicPatchError::Order { .. })
    ));
    let patch = "{metadata: {$setElementOrder/finalizers: [a.b/y, a.b/x]}}";
    let finalizers = field(patch, &["metadata", "finalizers"]);
    assert_eq!(finalizers, yaml("[a.b/y, a.b/x]"));
}

#[test]
fn scalars_are_merged_and_taken_out() {
    let path = &["metadata", "finalizers"];
    let added = field("{metadata: {finalizers: [c.d/z, a.b/x]}}", path);
    assert_eq!(added, yaml("[c.d/z, a.b/x, a.b/y]"));
    let patch = "{metadata: {$deleteFromPrimitiveList/finalizers: [a.b/x]}}";
    assert_eq!(field(patch, path), yaml("[a.b/y]"));
    let patch = "{metadata: {$deleteFromPrimitiveList/finalizers: x}}";
    assert_eq!(field(patch, path), yaml("[a.b/x, a.b/y]"));
}

#[test]
fn bad_patches_name_their_facts() {
    for (patch, code, facts) in [
        (
            "{spec: {containers: [{image: q}]}}",
            500,
            &[r#"{"image":"q"}"#, "name"][..],
        ),
        (
            "{spec: {containers: [{name: a, $patch: explode}]}}",
            500,
            &["explode", r#""name":"a""#],
        ),
        ("{spec: {containers: [[]]}}", 422, &["lists"]),
        ("{spec: {containers: [x]}}", 500, &["containers"]),
        ("{spec: {$setElementOrder/zzz: []}}", 500, &["zzz"]),
        ("{spec: {$setElementOrder: []}}", 400, &["$setElementOrder"]),
        ("[]", 400, &["a list"]),
    ] {
        let error = merged(patch).unwrap_err();
        assert_eq!(error.code(), code, "{patch}");
        let text = error.to_string();
        for fact in facts {
            assert!(text.contains(fact), "{patch}: {text}");
        }
    }
}

#[test]
fn an_empty_patch_changes_nothing() {
    assert_eq!(merged("{}"), Ok(yaml(POD)));
}
