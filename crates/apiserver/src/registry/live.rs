//! The object as it is in the store now, and writes that depend on it.

use bytes::Bytes;
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_store::{Entry, StoreError};
use trimtab_tree::Value;

use super::Call;
use crate::Status;
use crate::cache::Object;
use crate::custom;
use crate::metrics::StoreRequest;
use crate::resource::Conversion;
use crate::status::store_failed;

/// What became of a write.
pub(crate) enum Written {
    /// It is in the store.
    Done(Object),
    /// The object was not as expected any more: look again.
    Moved,
}

/// What a request made of an object.
pub(crate) enum Outcome {
    /// It is in the store.
    Stored(Object),
    /// It is not, as after a dry run.
    Unstored(Value),
}

impl Outcome {
    /// As a tree.
    ///
    /// # Errors
    /// When the stored object is damaged.
    pub(crate) fn into_value(self, call: &Call<'_>) -> Result<Value, Status> {
        match self {
            Self::Stored(object) => call.value_of(&object),
            Self::Unstored(value) => Ok(value),
        }
    }
}

/// The object under a key. Writes ask the store, not the cache: that is always as new as can be.
///
/// # Errors
/// When the store fails.
pub(crate) async fn read(call: &Call<'_>, key: &str) -> Result<Option<Object>, Status> {
    let asked = call.server.store.get(key, None);
    let lookup = timed(call, StoreRequest::Get, asked).await;
    let lookup = lookup.map_err(store_failed)?;
    match lookup.entry {
        Some(entry) => Ok(Some(object(call, &entry).await?)),
        None => Ok(None),
    }
}

/// Stores a new object.
///
/// # Errors
/// When there is one of that key, or the store fails.
pub(crate) async fn create(call: &Call<'_>, key: &str, new: &Value) -> Result<Written, Status> {
    let value = stored_form(call, new).await?;
    let asked = call.server.store.create(key, value);
    match timed(call, StoreRequest::Create, asked).await {
        Ok(entry) => Ok(Written::Done(object(call, &entry).await?)),
        Err(StoreError::Conflict { .. }) => Ok(Written::Moved),
        Err(error) => Err(store_failed(error)),
    }
}

/// Stores an object in the place of `live`; one that is the same is not written.
///
/// # Errors
/// When it cannot be written as JSON, or the store fails.
pub(crate) async fn replace(call: &Call<'_>, live: Object, new: &Value) -> Result<Written, Status> {
    let value = stored_form(call, new).await?;
    if value == live.stored() && !call.server.store.should_rewrite(live.key()) {
        return Ok(Written::Done(live));
    }
    let asked = call.server.store.update(live.key(), value, live.revision);
    match timed(call, StoreRequest::Update, asked).await {
        Ok(entry) => Ok(Written::Done(object(call, &entry).await?)),
        Err(StoreError::Conflict { .. }) => Ok(Written::Moved),
        Err(error) => Err(store_failed(error)),
    }
}

/// Deletes `live`; gives back the number of the write, `None` if it was not as expected.
///
/// # Errors
/// When the store fails.
pub(crate) async fn remove(call: &Call<'_>, live: &Object) -> Result<Option<u64>, Status> {
    let asked = call.server.store.delete(live.key(), Some(live.revision));
    match timed(call, StoreRequest::Delete, asked).await {
        Ok(deleted) => Ok(Some(deleted.revision)),
        Err(StoreError::Conflict { .. }) => Ok(None),
        Err(error) => Err(store_failed(error)),
    }
}

/// Waits for the store, and counts for how long.
async fn timed<T>(call: &Call<'_>, request: StoreRequest, asked: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let answer = asked.await;
    let metrics = &call.server.metrics;
    metrics.store_asked(request, call.resource, begun.elapsed());
    answer
}

/// What an object is stored as.
async fn stored_form(call: &Call<'_>, object: &Value) -> Result<Bytes, Status> {
    let kind = &call.resource.kind;
    let object = custom::in_storage_version(call.server, kind, object).await?;
    call.stored_form(&object)
}

/// What stands in the store, in the version that the call is for if a webhook converts it.
async fn object(call: &Call<'_>, entry: &Entry) -> Result<Object, Status> {
    let object = Object::new(entry, &call.storage()?.layout)?;
    let Some(kind) = call.resource.kind.custom() else {
        return Ok(object);
    };
    if matches!(kind.definition.conversion, Conversion::None) {
        return Ok(object);
    }
    let objects = vec![Arc::new(object)];
    let kind = &call.resource.kind;
    let mut objects = custom::in_request_version(call.server, kind, objects).await?;
    let object = objects.pop().and_then(Arc::into_inner);
    object.ok_or_else(|| Status::internal("a converted object is gone"))
}
