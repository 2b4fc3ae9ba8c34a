//! Whether expressions of selectors hold.

use trimtab_object::{items_at, text_at};
use trimtab_tree::Value;

/// Whether a value, or none, fulfils one expression of a selector: an operator and values.
pub fn holds(expression: &Value, value: Option<&str>) -> bool {
    let is_among = |value: &str| {
        items_at(expression, &["values"])
            .iter()
            .any(|known| known.text() == Some(value))
    };
    match text_at(expression, &["operator"]) {
        Some("In") => value.is_some_and(is_among),
        Some("NotIn") => !value.is_some_and(is_among),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}
