//! One watch and one cache a kind, whoever asks.

use crate::cache::Cache;
use crate::metadata::MetadataCache;
use crate::reflector::{Content, Reflector};
use crate::sink::CacheSink;
use crate::statistics::Statistics;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::{ApiResource, PartialObjectMeta};
use kube::{Client, Resource};
use serde::de::DeserializeOwned;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;
use trimtab_clock::{Chance, Clock};

/// The shared caches of one process. Clones share them; the watches end with the last clone.
#[derive(Clone)]
pub struct Informers(Arc<Inner>);

struct Inner {
    client: Client,
    clock: Clock,
    chance: Chance,
    statistics: Arc<Statistics>,
    /// By path of the collection, so that the order in which they are waited for is always the same.
    decoded: Mutex<BTreeMap<String, Running>>,
    metadata: Mutex<BTreeMap<String, Running>>,
}

struct Running {
    /// A `Cache<K>`.
    cache: Box<dyn Any + Send + Sync>,
    metadata: MetadataCache,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Informers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Informers")
            .field("decoded", &lock(&self.0.decoded).len())
            .field("metadata", &lock(&self.0.metadata).len())
            .finish_non_exhaustive()
    }
}

impl Informers {
    /// Caches filled through `client`, whose identity must be allowed to list and watch every kind
    /// that will be asked for. Watches nothing yet.
    pub fn new(client: Client, clock: Clock, chance: Chance) -> Self {
        Self(Arc::new(Inner {
            client,
            clock,
            chance,
            statistics: Arc::default(),
            decoded: Mutex::default(),
            metadata: Mutex::default(),
        }))
    }

    /// The cache of a kind, in all namespaces. The first call starts its watch, on the current
    /// tokio runtime; it fills in the background: see [`Informers::synced`].
    pub fn of<K>(&self) -> Cache<K>
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Send + Sync + 'static,
    {
        let path = K::url_path(&(), None);
        let mut running = lock(&self.0.decoded);
        let known = running.get(&path).map(|running| &running.cache);
        if let Some(cache) = known.and_then(|cache| cache.downcast_ref::<Cache<K>>()) {
            return cache.clone();
        }
        // A second Rust type for the same kind gets a watch of its own beside the first.
        let name = match known {
            None => path.clone(),
            Some(_) => format!("{path} {}", std::any::type_name::<K>()),
        };
        if let Some(other) = running.get(&name)
            && let Some(cache) = other.cache.downcast_ref::<Cache<K>>()
        {
            return cache.clone();
        }
        let (cache, entry) = self.start::<K>(path, Content::Whole);
        running.insert(name, entry);
        cache
    }

    /// The metadata of a kind that may be unknown to this program, in all namespaces. Where the
    /// decoded objects are kept anyway it is theirs; else the first call starts a watch that asks
    /// for metadata alone (and drops labels and annotations, which nobody who has to take objects
    /// for what they are can use).
    pub fn metadata(&self, resource: &ApiResource) -> MetadataCache {
        let path = collection_path(resource);
        if let Some(running) = lock(&self.0.decoded).get(&path) {
            return running.metadata.clone();
        }
        let mut running = lock(&self.0.metadata);
        let entry = running
            .entry(path.clone())
            .or_insert_with(|| self.start::<PartialObjectMeta>(path, Content::Metadata).1);
        entry.metadata.clone()
    }

    /// Ends the watch that [`Informers::metadata`] started for a kind, as when its definition is
    /// gone. Decoded caches stay.
    pub fn stop_metadata(&self, resource: &ApiResource) {
        lock(&self.0.metadata).remove(&collection_path(resource));
    }

    /// Ends all watches and forgets all handlers. Handlers hold what they tell, which mostly holds
    /// caches and a client: without this, none of them would ever go.
    pub fn close(&self) {
        for running in [&self.0.decoded, &self.0.metadata] {
            let running = std::mem::take(&mut *lock(running));
            for running in running.values() {
                running.metadata.close();
            }
        }
    }

    /// Waits until every cache asked for so far holds its first list.
    pub async fn synced(&self) {
        let caches: Vec<_> = [&self.0.decoded, &self.0.metadata]
            .into_iter()
            .flat_map(|running| {
                let running = lock(running);
                let caches = running.values().map(|running| running.metadata.clone());
                caches.collect::<Vec<_>>()
            })
            .collect();
        for cache in caches {
            cache.synced().await;
        }
    }

    /// The client the caches are filled through.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The clock handed in.
    pub fn clock(&self) -> Clock {
        self.0.clock
    }

    /// The chance handed in; fork it.
    pub fn chance(&self) -> &Chance {
        &self.0.chance
    }

    /// What was asked of the API server so far.
    pub fn statistics(&self) -> &Statistics {
        &self.0.statistics
    }

    fn start<K>(&self, path: String, content: Content) -> (Cache<K>, Running)
    where
        K: Resource + Clone + DeserializeOwned + Send + Sync + 'static,
    {
        let cache = Cache::new();
        let trim: fn(&mut ObjectMeta) = match content {
            Content::Whole => |meta| meta.managed_fields = None,
            Content::Metadata => |meta| {
                meta.managed_fields = None;
                meta.annotations = None;
                meta.labels = None;
            },
        };
        let statistics = &self.0.statistics;
        let reflector = Reflector {
            client: self.0.client.clone(),
            chance: self.0.chance.fork(&path),
            path,
            content,
            sink: Box::new(CacheSink::new(cache.clone(), trim, Arc::clone(statistics))),
            statistics: Arc::clone(statistics),
        };
        let running = Running {
            cache: Box::new(cache.clone()),
            metadata: cache.clone().into(),
            task: tokio::spawn(reflector.run()).abort_handle(),
        };
        (cache, running)
    }
}

fn collection_path(resource: &ApiResource) -> String {
    <PartialObjectMeta as Resource>::url_path(resource, None)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each critical section is one map operation: a panic leaves the map whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_double::ServerDouble;
    use k8s_openapi::api::core::v1::{ConfigMap, Pod};
    use std::time::Duration;

    fn informers(server: &ServerDouble) -> Informers {
        let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        Informers::new(server.client(), clock, Chance::seeded(1))
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_held_after_the_end() {
        let server = ServerDouble::new();
        let informers = informers(&server);
        let pods = informers.of::<Pod>();
        let held = Arc::new(());
        let by_handler = (Arc::clone(&held), pods.clone(), informers.clone());
        pods.on_change(move |_| {
            let _ = &by_handler;
        });
        informers.synced().await;
        informers.close();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(Arc::strong_count(&held), 1);
        assert_eq!(Arc::strong_count(&informers.0), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_watch_a_kind_whoever_asks() {
        let server = ServerDouble::new();
        let informers = informers(&server);
        let (first, second) = (informers.of::<Pod>(), informers.of::<Pod>());
        let metadata = informers.metadata(&ApiResource::erase::<Pod>(&()));
        let maps = informers.metadata(&ApiResource::erase::<ConfigMap>(&()));
        let same = informers.metadata(&ApiResource::erase::<ConfigMap>(&()));
        informers.synced().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(server.watches(), ["/api/v1/configmaps", "/api/v1/pods"]);

        server.put("/api/v1/pods", "p", 7);
        server.put("/api/v1/configmaps", "c", 8);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(Arc::ptr_eq(
            &first.get("a", "p").unwrap(),
            &second.get("a", "p").unwrap()
        ));
        assert_eq!(informers.statistics().objects(), 2, "one decode per event");
        assert!(metadata.has_synced() && maps.has_synced() && same.has_synced());
        assert_eq!(server.watches().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_watches_end_with_their_owner() {
        let server = ServerDouble::new();
        let informers = informers(&server);
        informers.of::<Pod>().synced().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(server.open_watches(), 1);
        drop(informers);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(server.open_watches(), 0);
    }
}
