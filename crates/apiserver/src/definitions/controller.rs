//! Follows definitions, and brings the status of each up to what it says.
//!
//! Level-triggered: a definition that was written is read anew, what its status lacks is written,
//! and the rest is left to the next time.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

use super::conditions::set_condition;
use super::names::{Taken, decide};
use super::{PATH, approval, finalizer};
use crate::api_server::WeakApiServer;
use crate::body::full;
use crate::cache::{Cache, CollectionId, Lost, Seen, Selection, Watcher};
use crate::media::told;
use crate::state::{Server, store_failed};
use crate::{ApiServer, Identity, Status};

/// Who writes the status of definitions, in `managedFields`.
const AGENT: &str = "kube-apiserver";

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
    if !text_at(&definition, &["metadata", "deletionTimestamp"]).is_empty() {
        finalizer::begin(api, &definition);
        return Ok(Synced::Done);
    }
    let all = api.server().live_resources.definitions();
    let group = text_at(&definition, &["spec", "group"]).to_owned();
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

pub(super) fn text_at<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    let text = value.get_path(path).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// A definition, as the API has it.
pub(super) async fn get(api: &ApiServer, name: &str) -> Result<Option<Value>, Status> {
    match ask(api, Method::GET, &format!("{PATH}/{name}"), None).await {
        Ok(definition) => Ok(Some(definition)),
        Err(error) if error.code == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the status of a definition.
pub(super) async fn put_status(
    api: &ApiServer,
    name: &str,
    definition: &Value,
) -> Result<Value, Status> {
    let path = format!("{PATH}/{name}/status");
    ask(
        api,
        Method::PUT,
        &path,
        Some(("application/json", definition)),
    )
    .await
}

/// Asks this server itself.
pub(super) async fn ask(
    api: &ApiServer,
    method: Method,
    path: &str,
    body: Option<(&str, &Value)>,
) -> Result<Value, Status> {
    let mut json = String::new();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(USER_AGENT, AGENT);
    if let Some((content_type, body)) = body {
        request = request.header(CONTENT_TYPE, content_type);
        write_json(body, &mut json, JsonStyle::Ordered)
            .map_err(|error| Status::internal(told(&error)))?;
    }
    let request = request
        .body(full(Bytes::from(json)))
        .map_err(Status::internal)?;
    let identity = Identity::user("system:apiserver", &[Identity::MASTERS]);
    let response = api.handle_as(identity, request).await;
    let code = response.status().as_u16();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(Status::internal)?;
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    if code >= 400 {
        return Err(Status::new(code, crate::Reason::Unknown, text));
    }
    parse_json(&text, 0).map_err(|error| Status::internal(told(&error)))
}
