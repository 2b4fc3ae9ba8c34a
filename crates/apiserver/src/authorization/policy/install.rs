//! The default roles and bindings, written to the store.
//!
//! They are written as they are: the table is known to be valid, and all of them together share a flush
//! or two.

use futures::future::try_join_all;
use std::sync::Arc;
use trimtab_object::{FieldSet, Writer, track_update};
use trimtab_store::StoreError;
use trimtab_tree::Value;

use super::parse::{What, defaults};
use super::{API_VERSION, gathered};
use crate::Status;
use crate::authorization::rbac::GROUP;
use crate::cache::{Object, stored_form};
use crate::registry::timestamp;
use crate::resource::Resource;
use crate::state::Server;
use crate::status::store_failed;

/// Makes what is missing. With `gather`, roles that gather the rules of others are made with them.
///
/// # Errors
/// When the store fails.
pub(crate) async fn install(server: &Server, gather: bool) -> Result<(), Status> {
    let mut all = defaults();
    if gather {
        for at in 0..all.len() {
            let gathered = gathered(&all, at);
            if let What::Role { rules, .. } = &mut all[at].what {
                *rules = gathered;
            }
        }
    }
    let now = timestamp(server.clock.now());
    // Of its own chance, so that nothing else depends on how many of these there are.
    let chance = server.chance.fork("policy");
    let resources = server.resources();
    let mut writes = Vec::with_capacity(all.len());
    for default in &all {
        let Some(resource) = resources.get(GROUP, "v1", default.plural()) else {
            continue;
        };
        let Some(storage) = &resource.storage else {
            continue;
        };
        let key = storage.key(default.namespace, default.name);
        let (live, object) = match server.cache.object(storage.collection, &key) {
            None => (None, Some(default.object(chance.uid(), &now))),
            Some(live) => {
                let completed = default.completed(&live.to_value()?);
                (Some(live), completed)
            }
        };
        if let Some(mut object) = object {
            let old = live.as_ref().map(|live| live.to_value()).transpose()?;
            own(server, resource, old.as_ref(), &mut object, &now);
            writes.push(write(server, key, live, object));
        }
    }
    try_join_all(writes).await.map(|_| ())
}

/// Notes that this server owns what it writes.
fn own(server: &Server, resource: &Resource, old: Option<&Value>, object: &mut Value, now: &str) {
    let writer = Writer {
        manager: "kube-apiserver",
        api_version: API_VERSION,
        subresource: "",
        time: now,
    };
    let ty = resource.type_in(&server.schema);
    track_update(old, object, ty, &writer, &FieldSet::new());
}

async fn write(
    server: &Server,
    key: String,
    live: Option<Arc<Object>>,
    object: Value,
) -> Result<(), Status> {
    let value = stored_form(&object)?;
    let written = match live {
        None => server.store.create(&key, value).await,
        Some(live) => server.store.update(&key, value, live.revision).await,
    };
    match written {
        // Another server on the same store was faster.
        Ok(_) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(store_failed(error)),
    }
}
