//! What a new object is called, and where it goes.

use trimtab_tree::Value;

use super::{Call, metadata};
use crate::Status;

/// The longest beginning of a generated name: with the suffix it is a DNS label still.
const LONGEST_BASE: usize = 58;
/// The length of a generated name's end.
const SUFFIX: usize = 5;
/// Gives an object without a name one that begins as it wants.
pub(crate) fn name(call: &Call<'_>, object: &mut Value) {
    if metadata::has(object, "name") || !metadata::has(object, "generateName") {
        return;
    }
    let base: String = metadata::text(object, "generateName")
        .chars()
        .take(LONGEST_BASE)
        .collect();
    let suffix = call.server.chance.name_suffix(SUFFIX);
    metadata::set_text(object, "name", format!("{base}{suffix}"));
}

/// Puts the object where the path says.
///
/// # Errors
/// When it says itself that it is elsewhere.
pub(crate) fn place(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let namespace = call.namespace();
    let own = metadata::text(object, "namespace");
    if namespace.is_empty() {
        if !own.is_empty() {
            metadata::set(object, "namespace", None);
        }
        return Ok(());
    }
    if !own.is_empty() && own != namespace {
        return Err(Status::bad_request(format!(
            "the namespace of the provided object ({own}) does not match the namespace sent on the request ({namespace})"
        )));
    }
    metadata::set_text(object, "namespace", namespace);
    Ok(())
}
