//! GET of one object.

use http::StatusCode;

use super::options::not_a_number;
use super::{Call, answer};
use crate::Status;
use crate::body::Response;
use crate::custom;
use crate::status::store_failed;

/// Answers with the object.
///
/// # Errors
/// When there is none, or the resourceVersion asked for is none.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, Status> {
    let storage = call.storage()?;
    wait_for(call).await?;
    let object = call.server.cache.object(storage.collection, &call.key()?);
    let object = object.ok_or_else(|| call.not_found(call.info.name))?;
    let kind = &call.resource.kind;
    let mut shown = custom::in_request_version(call.server, kind, vec![object]).await?;
    match shown.pop() {
        Some(object) => answer::object(call, StatusCode::OK, &object),
        None => Err(call.not_found(call.info.name)),
    }
}

/// Waits until the cache is as new as the call wants it: as the newest acknowledged write, or as
/// the `resourceVersion` that it names; 0 is any.
async fn wait_for(call: &Call<'_>) -> Result<(), Status> {
    match call.query.text("resourceVersion") {
        "" => call.server.cache.catch_up().await.map_err(store_failed),
        "0" => Ok(()),
        text => {
            let revision = text.parse().map_err(|_| {
                let message = format!(
                    "resourceVersion: Invalid value: {text:?}: {}",
                    not_a_number(text, false)
                );
                Status::new(500, crate::Reason::Unknown, message)
            })?;
            call.server.reach(revision).await
        }
    }
}
