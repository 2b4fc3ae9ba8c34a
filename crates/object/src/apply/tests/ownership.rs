//! Who owns what after applies.

use super::World;

const CONFIG: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v, l: w}}";

fn config(data: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, data: {data}}}")
}

#[test]
fn a_create_owns_what_it_says_but_not_the_identity() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    assert_eq!(
        super::json(&world.entries()[0]),
        concat!(
            r#"{"manager":"m1","operation":"Apply","apiVersion":"v1","#,
            r#""time":"2026-01-01T00:00:01Z","fieldsType":"FieldsV1","#,
            r#""fieldsV1":{"f:data":{"f:k":{},"f:l":{}}}}"#
        )
    );
}

#[test]
fn the_same_apply_again_changes_nothing() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    let before = world.live().clone();
    world.apply("m1", CONFIG);
    assert_eq!(world.live(), &before);
}

#[test]
fn what_is_given_up_goes_unless_another_owns_it() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    world.apply("m2", &config("{k: v}"));
    world.apply("m1", &config("{}"));
    assert_eq!(world.get(&["data", "k"]), Some(&crate::testing::yaml("v")));
    assert_eq!(world.get(&["data", "l"]), None);
    world.apply("m2", &config("{x: y}"));
    assert_eq!(world.get(&["data"]), Some(&crate::testing::yaml("{x: y}")));
}

#[test]
fn the_same_value_is_owned_by_both_and_the_second_has_no_time() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    world.apply("m2", &config("{k: v}"));
    assert_eq!(world.owned("m2", "Apply"), r#"{"f:data":{"f:k":{}}}"#);
    assert_eq!(world.entry("m2", "Apply").unwrap().get("time"), None);
    assert!(world.entry("m1", "Apply").unwrap().get("time").is_some());
}

#[test]
fn another_value_conflicts_until_it_is_forced() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    let error = world.try_apply("m2", &config("{k: x, l: y}"), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "Apply failed with 2 conflicts: conflicts with \"m1\":\n- .data.k\n- .data.l"
    );
    world.force("m2", &config("{k: x}"));
    assert_eq!(world.owned("m1", "Apply"), r#"{"f:data":{"f:l":{}}}"#);
    let error = world.try_apply("m1", CONFIG, false).unwrap_err();
    assert_eq!(error.code(), 409);
    assert_eq!(
        error.to_string(),
        "Apply failed with 1 conflict: conflict with \"m2\": .data.k"
    );
}

#[test]
fn updaters_are_named_with_their_version() {
    let mut world = World::new();
    world.apply("m1", CONFIG);
    world.patch("tool", "{data: {k: x}}");
    assert_eq!(world.owned("m1", "Apply"), r#"{"f:data":{"f:l":{}}}"#);
    let error = world.try_apply("m1", CONFIG, false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Apply failed with 1 conflict: conflict with \"tool\" using v1: .data.k"
    );
}

#[test]
fn items_of_keyed_lists_have_owners_of_their_own() {
    let service = |ports: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{ports: {ports}}}}}"
        )
    };
    let mut world = World::new();
    world.apply("m1", &service("[{port: 80, name: http}]"));
    world.apply("m2", &service("[{port: 443, protocol: TCP, name: https}]"));
    assert_eq!(
        world.owned("m2", "Apply"),
        r#"{"f:spec":{"f:ports":{"k:{\"port\":443,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{}}}}}"#
    );
    let error = world.try_apply("m2", &service("[{port: 80, name: web}]"), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "Apply failed with 1 conflict: conflict with \"m1\": .spec.ports[port=80,protocol=\"TCP\"].name"
    );
    world.apply("m1", &service("[]"));
    let ports = world.get(&["spec", "ports"]).unwrap();
    assert_eq!(
        super::json(ports),
        r#"[{"port":443,"protocol":"TCP","name":"https"}]"#
    );
}

#[test]
fn atomic_fields_have_one_owner() {
    let service = |selector: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{selector: {selector}}}}}"
        )
    };
    let mut world = World::new();
    world.apply("m1", &service("{a: b}"));
    assert_eq!(
        world.owned("m1", "Apply"),
        r#"{"f:spec":{"f:selector":{}}}"#
    );
    let error = world.try_apply("m2", &service("{a: b, c: d}"), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "Apply failed with 1 conflict: conflict with \"m1\": .spec.selector"
    );
}

#[test]
fn values_of_sets_have_owners_of_their_own() {
    let object = |finalizers: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, finalizers: {finalizers}}}}}"
        )
    };
    let mut world = World::new();
    world.apply("m1", &object("[a.b/x, a.b/y]"));
    world.apply("m2", &object("[a.b/z, a.b/x]"));
    world.apply("m1", &object("[a.b/y]"));
    let finalizers = world.get(&["metadata", "finalizers"]).unwrap();
    assert_eq!(super::json(finalizers), r#"["a.b/z","a.b/x","a.b/y"]"#);
    world.apply("m2", &object("[]"));
    let finalizers = world.get(&["metadata", "finalizers"]).unwrap();
    assert_eq!(super::json(finalizers), r#"["a.b/y"]"#);
}

#[test]
fn what_was_there_before_the_first_apply_has_a_manager() {
    let mut world = World::new();
    world.update("tool", "", crate::testing::yaml(CONFIG));
    world.patch("tool", "{metadata: {managedFields: [{}]}}");
    assert_eq!(world.entries(), []);
    world.apply("m1", &config("{k: v, x: y}"));
    assert_eq!(
        world.owned("before-first-apply", "Update"),
        r#"{"f:data":{".":{},"f:k":{},"f:l":{}}}"#
    );
    assert_eq!(
        world.owned("m1", "Apply"),
        r#"{"f:data":{"f:k":{},"f:x":{}}}"#
    );
}

#[test]
fn kubectl_takes_over_what_its_client_side_apply_left() {
    let last = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}}"#;
    let object = format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, annotations: \
         {{kubectl.kubernetes.io/last-applied-configuration: '{last}'}}}}, data: {{k: v, l: w}}}}"
    );
    let mut world = World::new();
    world.update(
        "kubectl-client-side-apply",
        "",
        crate::testing::yaml(&object),
    );
    let error = world.try_apply("other", &config("{k: x}"), false);
    assert_eq!(error.unwrap_err().code(), 409);
    let error = world.try_apply("kubectl", &config("{k: x, l: y}"), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.l"
    );
    world.apply("kubectl", &config("{k: x}"));
    let path = [
        "metadata",
        "annotations",
        super::super::LAST_APPLIED_ANNOTATION,
    ];
    assert_eq!(
        world.get(&path).unwrap().as_str().unwrap(),
        "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"x\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n"
    );
}

#[test]
fn status_is_not_owned_through_the_object() {
    let mut world = World::new();
    world.apply(
        "m1",
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: ClusterIP}, \
         status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}}",
    );
    assert_eq!(world.owned("m1", "Apply"), r#"{"f:spec":{"f:type":{}}}"#);
}

#[test]
fn types_that_are_not_known_are_deduced() {
    let object = |spec: &str| {
        format!("{{apiVersion: x.y/v1, kind: Z, metadata: {{name: z}}, spec: {spec}}}")
    };
    let mut world = World::new();
    world.apply("m1", &object("{list: [1, 2], map: {a: 1}}"));
    world.apply("m2", &object("{map: {b: 2}}"));
    let error = world.try_apply("m2", &object("{list: [3], map: {a: 1}}"), false);
    assert_eq!(
        error.unwrap_err().to_string(),
        "Apply failed with 1 conflict: conflict with \"m1\": .spec.list"
    );
    world.force("m2", &object("{list: {now: a map}}"));
    assert_eq!(
        super::json(world.get(&["spec"]).unwrap()),
        r#"{"list":{"now":"a map"},"map":{"a":1}}"#
    );
}
