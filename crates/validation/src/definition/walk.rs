//! Every schema within a schema.

use crate::fields::{entries, items};
use trimtab_tree::Value;

/// The schemas directly within a schema, in the order in which Kubernetes goes through them
/// (`SchemaHas` in `apiextensions/validation`).
pub(super) fn below(schema: &Value) -> impl Iterator<Item = &Value> {
    let one = |name: &'static str| {
        let found = schema.get(name).into_iter();
        found.filter(|it| it.as_mapping().is_some())
    };
    let map = |name: &'static str| {
        let found = entries(schema, name).map(|(_, value)| value);
        found.filter(|it| it.as_mapping().is_some())
    };
    one("items")
        .chain(items(schema, "items"))
        .chain(items(schema, "allOf"))
        .chain(items(schema, "anyOf"))
        .chain(items(schema, "oneOf"))
        .chain(one("not"))
        .chain(map("properties"))
        .chain(one("additionalProperties"))
        .chain(map("patternProperties"))
        .chain(one("additionalItems"))
        .chain(map("definitions"))
        .chain(map("dependencies"))
}

/// Whether something holds of a schema or of one within it.
pub(super) fn any(schema: &Value, holds: &dyn Fn(&Value) -> bool) -> bool {
    holds(schema) || below(schema).any(|part| any(part, holds))
}
