//! A field path of a replacement.

use trimtab_object::FieldPath;
use trimtab_tree::{Position, Text};

/// A parsed path and where it was read.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) steps: FieldPath,
    pub(super) text: Text,
    pub(super) position: Position,
}
