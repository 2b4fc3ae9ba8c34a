//! Where a patch says that a field goes.

use super::address::{Address, Part};
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
    /// The line that removes the field at an address, or the nearest one around it.
    pub(super) fn position_of(&self, address: &Address) -> Position {
        match self {
            Self::Strategic(patch) => {
                let mut here = Address::root();
                let mut found = patch;
                for part in address.parts() {
                    here.push(part.clone());
                    match here.get(patch) {
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

/// The name of a field; items have places that operations before may have moved.
fn name(part: &Part) -> Option<&str> {
    match part {
        Part::Field(name) => Some(name),
        Part::Index(_) | Part::Match(..) => None,
    }
}
