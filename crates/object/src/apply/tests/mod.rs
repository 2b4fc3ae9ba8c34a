//! Tests of server-side apply and of tracking updates, on built-in types.

mod growth;
mod laws;
mod ownership;
mod refusals;
mod scales;
mod updates;

use super::{ApplyError, FieldSet, Writer, apply, track_update};
use crate::testing::yaml;
use trimtab_schema::Schema;
use trimtab_tree::{JsonStyle, Value, write_json};

/// An object and its writers, as an API server would hold it.
struct World {
    schema: Schema,
    live: Option<Value>,
    /// Seconds of the time of the last write.
    clock: u32,
}

impl World {
    fn new() -> Self {
        Self {
            schema: Schema::kubernetes(),
            live: None,
            clock: 0,
        }
    }

    fn time(&mut self) -> String {
        self.clock += 1;
        format!(
            "2026-01-01T00:{:02}:{:02}Z",
            self.clock / 60,
            self.clock % 60
        )
    }

    fn try_apply(&mut self, manager: &str, config: &str, force: bool) -> Result<(), ApplyError> {
        self.apply_value(manager, &yaml(config), force)
    }

    fn apply_value(
        &mut self,
        manager: &str,
        config: &Value,
        force: bool,
    ) -> Result<(), ApplyError> {
        let time = self.time();
        let text = |key| config.get(key).and_then(Value::as_str).unwrap_or_default();
        let writer = Writer {
            manager,
            api_version: text("apiVersion"),
            subresource: "",
            time: &time,
        };
        let ty = self.schema.type_of(text("apiVersion"), text("kind"));
        let status = FieldSet::of_fields(&[&["status"]]);
        let live = self.live.as_ref();
        let mut applied = apply(live, config, ty, &writer, force, &status, None)?;
        drop_nulls(&mut applied);
        self.live = Some(applied);
        Ok(())
    }

    fn apply(&mut self, manager: &str, config: &str) {
        self.try_apply(manager, config, false).unwrap();
    }

    fn force(&mut self, manager: &str, config: &str) {
        self.try_apply(manager, config, true).unwrap();
    }

    /// Replaces the object.
    fn update(&mut self, manager: &str, subresource: &str, object: Value) {
        let time = self.time();
        let text = |key| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let api_version = text("apiVersion").to_owned();
        let writer = Writer {
            manager,
            api_version: &api_version,
            subresource,
            time: &time,
        };
        let ty = self.schema.type_of(&api_version, text("kind"));
        let mut new = object;
        let reset = match subresource {
            "status" => FieldSet::of_fields(&[&["spec"]]),
            _ => FieldSet::of_fields(&[&["status"]]),
        };
        track_update(self.live.as_ref(), &mut new, ty, &writer, &reset);
        self.live = Some(new);
    }

    /// Changes the object by a merge patch.
    fn patch(&mut self, manager: &str, patch: &str) {
        let mut object = self.live.clone().unwrap();
        crate::merge_patch(&mut object, &yaml(patch));
        self.update(manager, "", object);
    }

    fn live(&self) -> &Value {
        self.live.as_ref().unwrap()
    }

    fn get(&self, path: &[&str]) -> Option<&Value> {
        self.live().get_path(path)
    }

    fn entries(&self) -> &[Value] {
        let entries = self.get(&["metadata", "managedFields"]);
        entries.and_then(Value::as_sequence).unwrap_or_default()
    }

    fn entry(&self, manager: &str, operation: &str) -> Option<&Value> {
        self.entries().iter().find(|entry| {
            let text = |key| entry.get(key).and_then(Value::as_str);
            text("manager") == Some(manager) && text("operation") == Some(operation)
        })
    }

    /// What a manager owns, as JSON.
    fn owned(&self, manager: &str, operation: &str) -> String {
        let fields = self
            .entry(manager, operation)
            .and_then(|entry| entry.get("fieldsV1"));
        fields.map_or_else(String::new, json)
    }
}

fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Ordered).unwrap();
    text
}

/// As decoding does with what a typed object does not hold.
fn drop_nulls(value: &mut Value) {
    if let Some(items) = value.as_sequence_mut() {
        items.iter_mut().for_each(drop_nulls);
    }
    if let Some(fields) = value.as_mapping_mut() {
        fields.retain(|_, value| {
            drop_nulls(value);
            !value.is_null()
        });
    }
}
