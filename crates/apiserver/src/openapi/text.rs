//! Writing parts of documents.

use trimtab_tree::{JsonStyle, Value, write_json};

/// As JSON.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Ordered)
        .expect("OpenAPI documents hold texts, whole numbers, lists and mappings");
    text
}

/// `$ref` to the schema of that full name.
pub(super) fn reference(full_name: &str) -> Value {
    let target = format!("#/components/schemas/{full_name}");
    Value::mapping([("$ref", Value::string(target))])
}
