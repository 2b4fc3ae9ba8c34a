//! Deletes the objects of a definition that is going away, and lets it go when they are gone.

use http::Method;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;
use trimtab_tree::Value;

use super::CLEANUP;
use super::conditions::{Condition, holds, set_condition};
use super::requests::{ask, put_status};
use crate::api_server::WeakApiServer;
use crate::cache::{Cache, CollectionId, Lost, PageRequest, Selection, Watcher};
use crate::fields::string_at;
use crate::{ApiServer, Status};

/// Begins to clean up after a definition; it goes on by itself. Once for each.
pub(super) fn begin(api: &ApiServer, definition: &Value) {
    let name = string_at(definition, &["metadata", "name"]).to_owned();
    let uid = string_at(definition, &["metadata", "uid"]).to_owned();
    let finalizers = definition.get_path(&["metadata", "finalizers"]);
    let finalizers = finalizers.and_then(Value::as_sequence).unwrap_or_default();
    let is_kept = finalizers.iter().any(|it| it.text() == Some(CLEANUP));
    if !is_kept {
        return;
    }
    let weak = api.downgrade();
    let cache = Arc::clone(&api.server().cache);
    let key = uid.clone();
    let cleaning = async move {
        // Conflicts come from others that write the definition: it is read anew.
        loop {
            match clean(&weak, &cache, &name).await {
                Ok(()) => break,
                Err(error) if error.code == 404 => break,
                Err(error) if error.code == 409 => {}
                Err(error) => {
                    tracing::warn!(%name, %error, "the objects of a definition are not deleted");
                    break;
                }
            }
        }
        if let Some(api) = weak.upgrade() {
            api.server().cleaning.end(&key);
        }
    };
    api.server().cleaning.begin(uid, cleaning);
}

/// Definitions that are being cleaned up after, by uid. Ends with the server.
#[derive(Default)]
pub(crate) struct Cleaning(Mutex<FxHashMap<String, AbortHandle>>);

impl Cleaning {
    fn tasks(&self) -> MutexGuard<'_, FxHashMap<String, AbortHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, uid: String, cleaning: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks();
        tasks
            .entry(uid)
            .or_insert_with(|| tokio::spawn(cleaning).abort_handle());
    }

    fn end(&self, uid: &str) {
        self.tasks().remove(uid);
    }
}

impl Drop for Cleaning {
    fn drop(&mut self) {
        for (_, task) in self.tasks().drain() {
            task.abort();
        }
    }
}

fn server(weak: &WeakApiServer) -> Result<ApiServer, Status> {
    weak.upgrade()
        .ok_or_else(|| Status::internal("the server is gone"))
}

async fn clean(weak: &WeakApiServer, cache: &Arc<Cache>, name: &str) -> Result<(), Status> {
    let Some(definition) = super::requests::get(&server(weak)?, name).await? else {
        return Ok(());
    };
    let told = |message: &str| message.to_owned();
    let definition = set(
        weak,
        definition,
        "True",
        "InstanceDeletionInProgress",
        told("the objects of the definition are being deleted"),
    )
    .await?;
    let definition = if holds(&definition, "Established") {
        delete_objects(weak, cache, &definition).await?;
        let current = super::requests::get(&server(weak)?, name).await?;
        let Some(current) = current else {
            return Ok(());
        };
        set(
            weak,
            current,
            "False",
            "InstanceDeletionCompleted",
            told("all objects are gone"),
        )
        .await?
    } else {
        set(
            weak,
            definition,
            "False",
            "NeverEstablished",
            told("its objects were never served"),
        )
        .await?
    };
    let finalizers = definition.get_path(&["metadata", "finalizers"]);
    let finalizers = finalizers.and_then(Value::as_sequence).unwrap_or_default();
    let left = finalizers
        .iter()
        .filter(|it| it.text() != Some(CLEANUP))
        .cloned();
    let left = Value::sequence(left.collect());
    let mut definition = definition.clone();
    if let Some(metadata) = definition
        .get_mut("metadata")
        .and_then(Value::as_mapping_mut)
    {
        metadata.insert("finalizers", left);
    }
    // Whatever is wrong with what it says, it goes: the status is not validated with it.
    put_status(&server(weak)?, name, &definition).await?;
    Ok(())
}

async fn set(
    weak: &WeakApiServer,
    mut definition: Value,
    status: &'static str,
    reason: &'static str,
    message: String,
) -> Result<Value, Status> {
    let api = server(weak)?;
    let now = crate::registry::timestamp(api.server().clock.now());
    let condition = Condition {
        kind: "Terminating",
        status,
        reason,
        message,
    };
    if !set_condition(&mut definition, &condition, &now) {
        return Ok(definition);
    }
    let name = string_at(&definition, &["metadata", "name"]).to_owned();
    put_status(&api, &name, &definition).await
}

/// Deletes all objects, namespace by namespace, and waits until they are gone: finalizers of theirs
/// may keep them.
async fn delete_objects(
    weak: &WeakApiServer,
    cache: &Arc<Cache>,
    definition: &Value,
) -> Result<(), Status> {
    let group = string_at(definition, &["spec", "group"]);
    let plural = string_at(definition, &["status", "acceptedNames", "plural"]);
    let mut asked: BTreeSet<String> = BTreeSet::new();
    loop {
        let Some((version, collection)) = place(&server(weak)?, group, plural) else {
            return Ok(());
        };
        let (page, mut watcher) = Watcher::from_now(cache, collection, Selection::default());
        if page.objects.is_empty() {
            return Ok(());
        }
        let namespaces: BTreeSet<String> = page
            .objects
            .iter()
            .map(|object| object.namespace().to_owned())
            .collect();
        for namespace in namespaces {
            if !asked.insert(namespace.clone()) {
                continue;
            }
            let path = if namespace.is_empty() {
                format!("/apis/{group}/{version}/{plural}")
            } else {
                format!("/apis/{group}/{version}/namespaces/{namespace}/{plural}")
            };
            ask(&server(weak)?, Method::DELETE, &path, None).await?;
        }
        loop {
            let left = cache.list(PageRequest {
                collection,
                selection: &Selection::default(),
                after: None,
                behind: None,
                limit: 1,
            });
            if left.objects.is_empty() {
                return Ok(());
            }
            match watcher.next().await {
                Ok(_) => {}
                Err(Lost::Closed) => return Err(Status::internal("the store is closed")),
                // Look where the objects are now.
                Err(Lost::Ended | Lost::Expired { .. }) => break,
            }
        }
    }
}

fn place(api: &ApiServer, group: &str, plural: &str) -> Option<(String, CollectionId)> {
    let resources = api.server().resources();
    let group = resources.custom().group(group)?;
    let definition = group.definitions().find(|it| it.plural == plural)?;
    let (_, version) = definition.served().next()?;
    let resource = resources.get(&definition.group, &version.name, plural)?;
    let collection = resource.storage.as_ref()?.collection;
    Some((version.name.to_string(), collection))
}
