//! Where a patch says that a field goes.

use super::address::{Address, Part};
use super::items;
use trimtab_object::JsonPatch;
use trimtab_tree::{Position, Value};

/// A patch that removes fields.
#[derive(Clone, Debug)]
pub(crate) enum Removal {
    /// A strategic merge patch: with `null` or `$patch: delete`.
    Strategic(Value),
    /// A JSON patch: with the operations `remove` and `move`.
    Json(JsonPatch),
}

impl Removal {
    /// The line that removes the field at an address of an object as it was before, or the nearest one
    /// around it.
    pub(super) fn position_of(&self, address: &Address, before: &Value) -> Position {
        match self {
            Self::Strategic(patch) => {
                let (mut found, mut old) = (patch, Some(before));
                for part in address.parts() {
                    old = old.and_then(|old| part.get(old));
                    match said_of(part, old, found) {
                        Some(value) => found = value,
                        None => break,
                    }
                }
                found.position
            }
            Self::Json(patch) => {
                let steps: Vec<Option<&str>> = address.parts().iter().map(name).collect();
                patch.removal_of(&steps)
            }
        }
    }
}

/// What a part of a patch says of the field or item that `part` leads to, which was `old`. An item of a
/// patch may name another one by any field that lists are merged by, and give it new ones beside.
fn said_of<'p>(part: &Part, old: Option<&Value>, patch: &'p Value) -> Option<&'p Value> {
    let (Part::Match(..), Some(old), Some(items)) = (part, old, patch.as_sequence()) else {
        return part.get(patch);
    };
    let agreed = |item: &Value| items::agreeing_keys(item, old);
    let named = items.iter().filter(|item| agreed(item) > 0);
    let is_deleted = |item: &Value| item.get("$patch").and_then(Value::text) == Some("delete");
    // Of equals the last wins, which is to be the first in the patch.
    named
        .rev()
        .max_by_key(|item| (part.is_item(item), agreed(item), is_deleted(item)))
}

/// The name of a field; items have places that operations before may have moved.
fn name(part: &Part) -> Option<&str> {
    match part {
        Part::Field(name) => Some(name),
        Part::Index(_) | Part::Match(..) => None,
    }
}
