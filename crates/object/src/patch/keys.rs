//! What tells the items of a list apart.

use super::slot::Slot;
use trimtab_tree::{Diagnostic, Position, Result, Text, Value};

/// The key that list items are inferred to have.
const INFERRED_KEY: &str = "name";

/// How the items of a list are told apart.
pub(super) enum Keys {
    /// By the texts of these fields.
    Fields(Vec<Text>),
    /// They are scalars, told apart by their own text.
    Items,
}

impl Keys {
    /// Those of a list: as the schema has them, or inferred from the items.
    pub(super) fn of_list(
        slot: Option<&Slot<'_>>,
        items: &[Value],
        changes: &[&Value],
    ) -> Result<Self> {
        let Some(slot) = slot else {
            return infer_keys(items, changes);
        };
        let keys = slot.merge_keys();
        Ok(if keys.is_empty() {
            Self::Items
        } else {
            Self::Fields(keys)
        })
    }
}

/// Whether every item of a list has a name, the inferred key.
pub(super) fn all_have_name(list: &Value) -> bool {
    let items = list.as_sequence().unwrap_or_default();
    !list.is_null() && items.iter().all(has_name)
}

fn has_name(item: &Value) -> bool {
    item.get(INFERRED_KEY).is_some()
}

/// `name`, when all items of a list that has items have it, and not only the target's.
fn infer_keys(items: &[Value], changes: &[&Value]) -> Result<Keys> {
    let nameless = items.iter().find(|item| !has_name(item));
    let change_nameless = changes.iter().find(|item| !has_name(item));
    let named = !items.is_empty() && nameless.is_none();
    let changes_named = !changes.is_empty() && change_nameless.is_none();
    if changes_named || (named && changes.is_empty()) {
        return Ok(Keys::Fields(vec![Text::const_new(INFERRED_KEY)]));
    }
    let culprit = change_nameless.copied().or(nameless);
    Err(Diagnostic::error(
        "no-merge-key",
        "no merge key found for the items of this list",
    )
    .at(culprit.map_or(Position::NONE, |item| item.position))
    .expecting("every item to have a `name`"))
}

/// The text that an item has for a key; empty when it has none, or nothing that is a text.
pub(super) fn key_text<'v>(item: &'v Value, key: &str) -> &'v str {
    item.get(key)
        .filter(|value| !value.is_null())
        .and_then(Value::text)
        .unwrap_or_default()
}
