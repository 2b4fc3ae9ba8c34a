//! Ownership of replicas through the scale subresource.

use super::{World, json};
use crate::apply::{FieldSet, ReplicasPaths, Writer, apply, entries_of_scaled, scale_entries};
use crate::testing::yaml;
use trimtab_tree::Value;

const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1, paused: true}}";

fn paths() -> ReplicasPaths {
    ReplicasPaths::new().with("apps/v1", &["spec", "replicas"])
}

fn scale(parent: &Value, replicas: i64) -> Value {
    let mut scale =
        yaml("{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: d}, spec: {}}");
    let spec = scale
        .get_mut("spec")
        .and_then(Value::as_mapping_mut)
        .unwrap();
    spec.insert("replicas", Value::int(replicas));
    if let Some(entries) = scale_entries(parent, &paths()).unwrap() {
        let metadata = scale
            .get_mut("metadata")
            .and_then(Value::as_mapping_mut)
            .unwrap();
        metadata.insert("managedFields", entries);
    }
    scale
}

fn apply_scale(world: &mut World, replicas: i64, force: bool) -> Result<(), String> {
    let live = scale(world.live(), 1);
    let mut config = scale(&yaml("{}"), replicas);
    config
        .get_mut("metadata")
        .unwrap()
        .as_mapping_mut()
        .unwrap()
        .remove("managedFields");
    let writer = Writer {
        manager: "sc",
        api_version: "autoscaling/v1",
        subresource: "scale",
        time: "2026-01-01T01:00:00Z",
    };
    let ty = world.schema.type_of("autoscaling/v1", "Scale");
    let written = apply(
        Some(&live),
        &config,
        ty,
        &writer,
        force,
        &FieldSet::new(),
        None,
    )
    .map_err(|error| error.to_string())?;
    let mut parent = world.live().clone();
    entries_of_scaled(&mut parent, &written, "apps/v1", &paths()).unwrap();
    world.live = Some(parent);
    Ok(())
}

#[test]
fn owners_of_replicas_conflict_and_lose_them_to_a_forced_scale() {
    let mut world = World::new();
    world.apply("m1", DEPLOYMENT);
    assert_eq!(
        apply_scale(&mut world, 5, false),
        Err("Apply failed with 1 conflict: conflict with \"m1\": .spec.replicas".into())
    );
    apply_scale(&mut world, 5, true).unwrap();
    assert_eq!(world.owned("m1", "Apply"), r#"{"f:spec":{"f:paused":{}}}"#);
    assert_eq!(
        json(world.entry("sc", "Apply").unwrap()),
        concat!(
            r#"{"manager":"sc","operation":"Apply","apiVersion":"apps/v1","fieldsType":"FieldsV1","#,
            r#""fieldsV1":{"f:spec":{"f:replicas":{}}},"subresource":"scale"}"#
        )
    );
}

#[test]
fn an_equal_scale_shares_the_replicas() {
    let mut world = World::new();
    world.update("tool", "", yaml(DEPLOYMENT));
    let before = world.entry("tool", "Update").cloned();
    apply_scale(&mut world, 1, false).unwrap();
    assert_eq!(world.entry("tool", "Update").cloned(), before);
    assert_eq!(
        world.owned("sc", "Apply"),
        r#"{"f:spec":{"f:replicas":{}}}"#
    );
}

#[test]
fn entries_of_versions_without_a_scale_go() {
    let mut world = World::new();
    world.apply("m1", DEPLOYMENT);
    let none = ReplicasPaths::new();
    assert_eq!(scale_entries(world.live(), &none), Ok(None));
    let mut parent = world.live().clone();
    entries_of_scaled(&mut parent, &yaml("{}"), "apps/v1", &none).unwrap();
    assert_eq!(parent.get_path(&["metadata", "managedFields"]), None);
}

/// Replicas that nobody owns are owned by what was there before, from the first apply to the scale on.
#[test]
fn replicas_that_nobody_owned_were_there_before() {
    let mut world = World::new();
    world.apply(
        "m1",
        "{apiVersion: apps/v1, kind: Deployment, spec: {paused: true}}",
    );
    assert_eq!(
        apply_scale(&mut world, 5, false),
        Err(
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" with subresource \
             \"scale\" using autoscaling/v1: .spec.replicas"
                .into()
        )
    );
    apply_scale(&mut world, 1, false).unwrap();
    assert_eq!(
        json(world.entry("before-first-apply", "Update").unwrap()),
        concat!(
            r#"{"manager":"before-first-apply","operation":"Update","apiVersion":"apps/v1","#,
            r#""fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}},"subresource":"scale"}"#
        )
    );
}
