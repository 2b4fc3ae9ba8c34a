//! What is allowed in a definition but is of no use.

use super::walk;
use crate::custom::is_known_format;
use crate::fields::{items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// What should not be said in a definition; of one that takes the place of `old`, what is new.
#[must_use]
pub fn warnings(definition: &Value, old: Option<&Value>) -> Vec<String> {
    let mut known: FxHashSet<String> = FxHashSet::default();
    if let Some(old) = old {
        known.extend(all(old));
    }
    let mut warnings = all(definition);
    warnings.retain(|warning| !known.contains(warning));
    warnings
}

fn all(definition: &Value) -> Vec<String> {
    let Some(spec) = definition.get("spec") else {
        return Vec::new();
    };
    let (mut formats, mut sets) = (Vec::new(), Vec::new());
    let mut schemas: Vec<&Value> = Vec::new();
    for version in items(spec, "versions") {
        // What all versions have in common is said once.
        if let Some(schema) = version.get_path(&["schema", "openAPIV3Schema"])
            && !schemas.contains(&schema)
        {
            schemas.push(schema);
            collect(schema, &mut formats, &mut sets);
        }
    }
    sets.sort();
    sets.dedup();
    formats.extend(sets);
    formats
}

fn collect(schema: &Value, formats: &mut Vec<String>, sets: &mut Vec<String>) {
    if let Some(format) = text(schema, "format") {
        let kind = text(schema, "type").unwrap_or_default();
        if !is_known_format(kind, format) {
            formats.push(format!("unrecognized format {format:?}"));
        }
    }
    if text(schema, "x-kubernetes-list-type") == Some("set") {
        let kind = schema.get_path(&["items", "type"]).and_then(Value::text);
        if let Some(kind @ ("object" | "array")) = kind {
            sets.push(format!(
                "x-kubernetes-list-type: set for items of type {kind:?} is not supported by \
                 server-side apply or CEL validation rules"
            ));
        }
    }
    for part in walk::below(schema) {
        collect(part, formats, sets);
    }
}
