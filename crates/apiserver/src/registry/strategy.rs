//! What happens to an object between the client's wish and the store.
//!
//! The order is kube-apiserver's: ownership of fields is tracked, then the kind prepares the
//! object (takes back what this path may not set, sets what only the server sets), then it is
//! validated.

use trimtab_tree::Value;

use super::options::WriteOptions;
use super::{Call, metadata};
use crate::Status;

/// Makes an object ready to be stored for the first time.
///
/// # Errors
/// When it breaks the rules of its kind.
pub(crate) fn before_create(
    call: &Call<'_>,
    object: &mut Value,
    _options: &WriteOptions,
) -> Result<(), Status> {
    let server = call.server;
    let fields = metadata::of(object);
    for name in [
        "resourceVersion",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
    ] {
        fields.remove(name);
    }
    let now = timestamp(server.clock.now());
    metadata::set_text(object, "uid", server.chance.uid());
    metadata::set_text(object, "creationTimestamp", now);
    Ok(())
}

/// Makes an object ready to replace `live`.
///
/// # Errors
/// When it breaks the rules of its kind, or changes what cannot be changed.
pub(crate) fn before_update(
    _call: &Call<'_>,
    live: &Value,
    object: &mut Value,
    _subresource: &str,
    _options: &WriteOptions,
) -> Result<(), Status> {
    // No write of a client changes these.
    for name in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "resourceVersion",
        "selfLink",
    ] {
        let old = metadata::field(live, name).cloned();
        metadata::set(object, name, old);
    }
    Ok(())
}

/// A time as objects have it: RFC 3339, to the second.
pub(crate) fn timestamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
