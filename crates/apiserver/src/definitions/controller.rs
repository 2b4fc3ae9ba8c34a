//! Follows definitions, and brings the status of each up to what it says.
//!
//! Level-triggered: a definition that was written is read anew, what its status lacks is written,
//! and the rest is left to the next time.

use std::collections::BTreeSet;
use std::sync::Arc;
use trimtab_tree::Value;

use super::conditions::set_condition;
use super::names::{Taken, decide};
use super::requests::{get, put_status};
use super::{approval, finalizer};
use crate::api_server::WeakApiServer;
use crate::cache::{Cache, CollectionId, Lost, Seen, Selection, Watcher};
use crate::fields::string_at;
use crate::state::Server;
use crate::status::store_failed;
use crate::{ApiServer, Status};

/// Follows definitions. The server ends it when it goes itself.
pub(crate) async fn run(api: WeakApiServer, cache: Arc<Cache>, collection: CollectionId) {
    loop {
        let (page, mut watcher) = Watcher::from_now(&cache, collection, Selection::default());
        let names = page.objects.iter().map(|object| object.name().to_owned());
        let mut todo: BTreeSet<String> = names.collect();
        loop {
            let Some(server) = api.upgrade() else {
                return;
            };
            sync_all(&server, todo).await;
            // Nobody is kept alive while there is nothing to do.
            drop(server);
            match watcher.next().await {
                Ok(seen) => todo = names_of(&seen),
                Err(Lost::Expired { .. } | Lost::Ended) => break,
                Err(Lost::Closed) => return,
            }
        }
    }
}

/// Where definitions are in the cache.
pub(crate) fn collection(server: &Server) -> Option<CollectionId> {
    let resources = server.resources();
    let resource = resources.get("apiextensions.k8s.io", "v1", "customresourcedefinitions")?;
    Some(resource.storage.as_ref()?.collection)
}

fn names_of(seen: &[Seen]) -> BTreeSet<String> {
    let names = seen.iter().map(|seen| match seen {
        Seen::Added(object) | Seen::Modified(object) | Seen::Deleted(object, _) => object.name(),
    });
    names.map(str::to_owned).collect()
}

/// Looks at definitions, and at others that what they get or give up leaves names for.
async fn sync_all(api: &ApiServer, names: BTreeSet<String>) {
    let mut todo = names;
    while let Some(name) = todo.pop_first() {
        match sync(api, &name).await {
            Ok(Synced::Done) => {}
            Ok(Synced::Gone) => {
                // Somebody else may have waited for its names.
                let group = name.split_once('.').map_or("", |(_, group)| group);
                let others = api.server().live_resources.definitions();
                let waiting = others
                    .iter()
                    .filter(|it| it.group == group && !it.has_names);
                todo.extend(waiting.map(|it| it.name.clone()));
            }
            // The next write of the definition asks again.
            Err(error) if error.code == 409 || error.code == 404 => {}
            Err(error) => tracing::warn!(%name, %error, "a definition could not be looked after"),
        }
    }
}

enum Synced {
    Done,
    Gone,
}

async fn sync(api: &ApiServer, name: &str) -> Result<Synced, Status> {
    let cache = &api.server().cache;
    cache.catch_up().await.map_err(store_failed)?;
    let Some(mut definition) = get(api, name).await? else {
        return Ok(Synced::Gone);
    };
    if !string_at(&definition, &["metadata", "deletionTimestamp"]).is_empty() {
        finalizer::begin(api, &definition);
        return Ok(Synced::Done);
    }
    let all = api.server().live_resources.definitions();
    let group = string_at(&definition, &["spec", "group"]).to_owned();
    let taken = Taken::of(&all, &group);
    let decision = decide(&definition, &taken);
    let now = crate::registry::timestamp(api.server().clock.now());
    let mut is_changed = set_names(&mut definition, decision.names);
    is_changed |= set_condition(&mut definition, &decision.accepted, &now);
    if let Some(established) = &decision.established {
        is_changed |= set_condition(&mut definition, established, &now);
    }
    if let Some(condition) = approval::condition(&definition) {
        is_changed |= set_condition(&mut definition, &condition, &now);
    }
    if !is_changed {
        return Ok(Synced::Done);
    }
    put_status(api, name, &definition).await?;
    Ok(Synced::Done)
}

fn set_names(definition: &mut Value, names: Value) -> bool {
    let Some(status) = definition.get_mut("status").and_then(Value::as_mapping_mut) else {
        return false;
    };
    if status.get("acceptedNames") == Some(&names) {
        return false;
    }
    status.insert("acceptedNames", names);
    true
}
