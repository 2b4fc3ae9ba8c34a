//! Stored objects in the version that a request is for.

use trimtab_schema::Schema;
use trimtab_tree::Value;

use crate::resource::{ServedKind, in_version};
use crate::{Status, custom};

/// A stored object as clients of a kind's version see it.
///
/// # Errors
/// When what is stored does not fit the kind.
pub(crate) fn shown_in_version(
    schema: &Schema,
    kind: &ServedKind,
    object: Value,
) -> Result<Value, Status> {
    match kind {
        ServedKind::BuiltIn(_) => in_version(schema, kind, object),
        ServedKind::Custom(kind) => Ok(custom::shown(kind, object)),
    }
}
