//! DELETE of all objects that are selected.

use trimtab_tree::{Mapping, Value};

use super::continuation::Continuation;
use super::delete::{delete, warn_of_orphans};
use super::delete_options::DeleteOptions;
use super::read_options::ReadOptions;
use super::selector::selection;
use super::{Call, list};
use crate::Status;
use crate::body::{Body, Response};
use crate::cache::PageRequest;
use crate::custom;
use crate::status::store_failed;

/// Deletes each object that is selected, and answers with a list of them as they were.
///
/// # Errors
/// When a parameter is wrong, or one of them cannot be deleted.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    // Whatever a list can be asked for can be asked here, and must make sense.
    let listed = ReadOptions::read(call)?;
    if !listed.continuation.is_empty() {
        Continuation::read(&listed.continuation)?;
    }
    let options = DeleteOptions::read(call, body).await?;
    warn_of_orphans(call, &options);
    let selection = selection(call)?;
    let cache = &call.server.cache;
    cache.catch_up().await.map_err(store_failed)?;
    let page = cache.list(PageRequest {
        collection: call.storage()?.collection,
        selection: &selection,
        after: None,
        behind: None,
        limit: 0,
    });
    for object in &page.objects {
        match delete(call, object.key(), &options).await {
            // Somebody else was faster.
            Ok(_) | Err(Status { code: 404, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let version = Value::string(page.revision.to_string());
    let metadata = Mapping::from([("resourceVersion", version)]);
    let kind = &call.resource.kind;
    let objects = custom::in_request_version(call.server, kind, page.objects).await?;
    list::respond(call, metadata, &objects)
}
