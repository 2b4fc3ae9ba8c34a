//! Ownership after other writes.

use super::World;
use crate::apply::keep_timestamps;
use crate::testing::yaml;
use trimtab_tree::Value;

const OBJECT: &str =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: '1', l: '2'}}";

#[test]
fn a_create_owns_maps_but_not_what_every_object_has() {
    let mut world = World::new();
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}, \
               spec: {containers: [{name: c, resources: {}}], nodeName: n}, status: {phase: Pending}}";
    world.update("tool", "", yaml(pod));
    assert_eq!(
        world.owned("tool", "Update"),
        concat!(
            r#"{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:containers":{"#,
            r#""k:{\"name\":\"c\"}":{".":{},"f:name":{},"f:resources":{}}},"f:nodeName":{}}}"#
        )
    );
}

#[test]
fn who_changes_a_field_takes_it_and_what_goes_is_nobodys() {
    let mut world = World::new();
    world.update("tool", "", yaml(OBJECT));
    world.patch("fm1", "{data: {k: '9'}}");
    assert_eq!(
        world.owned("tool", "Update"),
        r#"{"f:data":{".":{},"f:l":{}}}"#
    );
    assert_eq!(world.owned("fm1", "Update"), r#"{"f:data":{"f:k":{}}}"#);
    world.patch("fm2", "{data: {k: null}}");
    assert_eq!(world.entry("fm1", "Update"), None);
    assert_eq!(world.entry("fm2", "Update"), None);
}

#[test]
fn a_manager_has_an_entry_for_each_operation_and_subresource() {
    let mut world = World::new();
    world.apply("m", OBJECT);
    world.patch("m", "{data: {k: '9'}}");
    let mut status = world.live().clone();
    crate::merge_patch(&mut status, &yaml("{data: {l: '8'}}"));
    world.update("m", "status", status);
    let entries = world.entries();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[1].get("subresource"),
        Some(&Value::string("status"))
    );
}

#[test]
fn the_time_changes_only_with_the_set() {
    let mut world = World::new();
    world.update("tool", "", yaml(OBJECT));
    let before = world.live().clone();
    world.patch("tool", "{}");
    assert_eq!(world.live(), &before);
    world.patch("tool", "{data: {k: '9'}}");
    assert_ne!(
        world.entries()[0].get("time"),
        before
            .get_path(&["metadata", "managedFields"])
            .unwrap()
            .as_sequence()
            .unwrap()[0]
            .get("time")
    );
}

#[test]
fn times_alone_are_no_change() {
    let mut world = World::new();
    world.update("tool", "", yaml(OBJECT));
    let live = world.live().clone();
    let time = |value: &Value| {
        value
            .get_path(&["metadata", "managedFields"])
            .unwrap()
            .as_sequence()
            .unwrap()[0]
            .get("time")
            .cloned()
    };
    // Sent once more by a client that changes a field there and back.
    world.patch("tool", "{data: {k: '9'}}");
    world.patch("tool", "{data: {k: '1'}}");
    let mut new = world.live().clone();
    assert_ne!(time(&new), time(&live));
    keep_timestamps(&live, &mut new);
    assert_eq!(time(&new), time(&live));
    crate::merge_patch(&mut new, &yaml("{data: {k: '3'}}"));
    let mut later = world.live().clone();
    crate::merge_patch(&mut later, &yaml("{data: {k: '4'}}"));
    let unchanged = later.clone();
    keep_timestamps(&live, &mut later);
    assert_eq!(time(&later), time(&unchanged));
}

#[test]
fn entries_that_a_client_sends_replace_the_live_ones_unless_bad() {
    let mut world = World::new();
    world.update("tool", "", yaml(OBJECT));
    world.patch("tool", "{metadata: {managedFields: [{manager: x}]}}");
    assert!(world.entry("tool", "Update").is_some());
    world.patch("tool", "{metadata: {managedFields: null}}");
    assert!(world.entry("tool", "Update").is_some());
    world.patch(
        "tool",
        "{metadata: {managedFields: [{manager: y, operation: Update, apiVersion: v1, \
         fieldsType: FieldsV1, fieldsV1: {'f:data': {'f:k': {}, 'x:later': {}}}}]}}",
    );
    assert_eq!(world.entries().len(), 1);
    assert_eq!(world.owned("y", "Update"), r#"{"f:data":{"f:k":{}}}"#);
    let mut object = world.live().clone();
    crate::merge_patch(&mut object, &yaml("{metadata: {managedFields: []}}"));
    world.update("tool", "status", object);
    assert_eq!(world.owned("y", "Update"), r#"{"f:data":{"f:k":{}}}"#);
}

#[test]
fn a_reset_lasts_until_the_first_apply() {
    for reset in ["[]", "[{}]"] {
        let mut world = World::new();
        world.update("tool", "", yaml(OBJECT));
        world.patch("tool", &format!("{{metadata: {{managedFields: {reset}}}}}"));
        assert_eq!(world.get(&["metadata", "managedFields"]), None);
        world.patch("tool", "{data: {k: '9'}}");
        assert_eq!(world.get(&["metadata", "managedFields"]), None);
    }
}

#[test]
fn the_oldest_of_many_updaters_are_put_together() {
    let mut world = World::new();
    world.update("tool", "", yaml(OBJECT));
    for number in 0..14 {
        world.patch(
            &format!("fm{number:02}"),
            &format!("{{data: {{n{number:02}: x}}}}"),
        );
    }
    assert_eq!(world.entries().len(), 10);
    let ancient = world.owned("ancient-changes", "Update");
    assert!(
        ancient.contains("f:n00") && ancient.contains("f:k"),
        "{ancient}"
    );
    assert!(!ancient.contains("f:n13"));
    assert!(world.entry("fm13", "Update").is_some());
    assert_eq!(world.entry("fm00", "Update"), None);
}

#[test]
fn duplicates_that_were_stored_are_owned_together() {
    let object = |ports: &str| {
        yaml(&format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{ports: {ports}}}}}"
        ))
    };
    let mut world = World::new();
    world.update(
        "tool",
        "",
        object("[{port: 80, name: a}, {port: 80, name: b}, {port: 81}]"),
    );
    let duplicate = r#""k:{\"port\":80,\"protocol\":\"TCP\"}":{}"#;
    assert!(world.owned("tool", "Update").contains(duplicate));
    world.update("other", "", object("[{port: 80, name: a}, {port: 81}]"));
    let single = r#""k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}"#;
    assert!(
        !world.owned("tool", "Update").contains(":80"),
        "{}",
        world.owned("tool", "Update")
    );
    assert!(
        world.owned("other", "Update").contains(single),
        "{}",
        world.owned("other", "Update")
    );
}
