//! Defaults: what a schema sets is what it allows.

use super::shown;
use crate::custom::StructuralSchema;
use crate::fields::{entries, is_true};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

/// Checks all defaults of a schema.
pub(super) fn check(
    schema: &Value,
    parsed: &StructuralSchema,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    walk(schema, parsed, &mut Vec::new(), true, path, errors);
}

fn walk(
    schema: &Value,
    parsed: &StructuralSchema,
    steps: &mut Vec<String>,
    is_resource: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let is_resource = is_resource || is_true(schema, "x-kubernetes-embedded-resource");
    if let Some(default) = schema.get("default").filter(|it| !it.is_null()) {
        let path = path.field("default");
        let below = path.to_string();
        let findings = parsed.check_default(steps, default, is_resource);
        if findings.is_pruned {
            let shown = shown::value(default);
            errors.invalid_text(&path, &shown, "must not have unknown fields");
        }
        for error in findings.errors {
            errors.add_below(&below, error);
        }
    }
    if let Some(of_items) = schema.get("items").filter(|it| it.as_mapping().is_some()) {
        steps.push("items".to_owned());
        walk(of_items, parsed, steps, false, &path.field("items"), errors);
        steps.pop();
    }
    let properties = path.field("properties");
    for (name, property) in entries(schema, "properties") {
        steps.push(format!("properties.{name}"));
        walk(
            property,
            parsed,
            steps,
            false,
            &properties.key(name),
            errors,
        );
        steps.pop();
    }
    let values = schema.get("additionalProperties");
    if let Some(values) = values.filter(|it| it.as_mapping().is_some()) {
        steps.push("additionalProperties".to_owned());
        let path = path.field("additionalProperties");
        walk(values, parsed, steps, false, &path, errors);
        steps.pop();
    }
}
