//! Answers in the form of a table.

use trimtab_tree::{Mapping, Value};

use super::Call;
use crate::Status;
use crate::table::{IncludeObject, TableOptions};

/// The rows of objects.
///
/// # Errors
/// When the client wants of each object what there is not.
pub(crate) fn table<'a>(
    call: &Call<'_>,
    version: &str,
    metadata: Mapping,
    objects: impl IntoIterator<Item = &'a Value>,
) -> Result<Value, Status> {
    let options = TableOptions {
        version,
        include: IncludeObject::parse(call.query.text("includeObject"))?,
        headers: true,
        now: call.server.clock.now(),
    };
    let kind = &call.resource.kind;
    Ok(crate::table::table(kind, metadata, objects, options))
}
