//! What the metrics ask the parts of a server.

use rustc_hash::FxHashSet;
use std::sync::Arc;

use crate::api_server::WeakApiServer;
use crate::audit::Audit;
use crate::cache::{Cache, CollectionId, LOG_CHANGES};
use crate::metrics::{Metrics, Page, family};
use crate::registry::{GivenOut, given_out};
use crate::resource::LiveResources;
use crate::status::qualified;

/// A resource that is stored, whatever its versions.
struct Stored {
    group: String,
    /// `deployments`
    plural: String,
    /// `deployments.apps`
    name: String,
    collection: CollectionId,
}

/// Tells of the objects of each resource, and of the cache that they are in.
pub(crate) fn objects(metrics: &Metrics, resources: &Arc<LiveResources>, cache: &Arc<Cache>) {
    let (resources, cache) = (Arc::clone(resources), Arc::clone(cache));
    metrics.ask_too(move |page| {
        let stored = stored(&resources);
        let count = |it: &Stored| cache.count(it.collection);
        page.family(&family::STORAGE_OBJECTS);
        for it in &stored {
            page.sample(&family::STORAGE_OBJECTS, &[&it.name], count(it));
        }
        let mut tell = |family, number: &dyn Fn(&Stored) -> u64| {
            page.family(family);
            for it in &stored {
                page.sample(family, &[&it.group, &it.plural], number(it));
            }
        };
        tell(&family::RESOURCE_OBJECTS, &|it| count(it) as u64);
        tell(&family::CACHE_RECEIVED, &|it| cache.received(it.collection));
        tell(&family::STORE_EVENTS, &|it| cache.received(it.collection));
        tell(&family::CACHE_REVISION, &|it| {
            cache.last_change(it.collection)
        });
        tell(&family::CACHE_CAPACITY, &|_| LOG_CHANGES as u64);
    });
}

fn stored(resources: &LiveResources) -> Vec<Stored> {
    let mut known: FxHashSet<CollectionId> = FxHashSet::default();
    let current = resources.current();
    let stored = current.iter().filter_map(|resource| {
        let collection = resource.storage.as_ref()?.collection;
        known.insert(collection).then(|| Stored {
            group: resource.group().to_owned(),
            plural: resource.plural.to_string(),
            name: qualified(&resource.plural, resource.group()),
            collection,
        })
    });
    let mut stored: Vec<Stored> = stored.collect();
    stored.sort_by(|a, b| a.name.cmp(&b.name));
    stored
}

/// Tells of the store, the servers behind one, and its audit log.
pub(crate) fn others(metrics: &Metrics, server: WeakApiServer, audit: Option<Audit>) {
    metrics.ask_too(move |page: &mut Page| {
        if let Some(audit) = &audit {
            audit.measure(page);
        }
        let Some(server) = server.upgrade() else {
            return;
        };
        if let Some(size) = server.server().store.size() {
            page.family(&family::STORE_SIZE);
            page.sample(&family::STORE_SIZE, &["etcd-0"], size);
        }
        // What cannot be read is told where it is.
        if let Ok(GivenOut { addresses, ports }) = given_out(server.server()) {
            let cidr = server.server().service_cluster_ip_range.to_string();
            page.family(&family::ADDRESSES);
            page.sample(&family::ADDRESSES, &[&cidr], addresses.0);
            page.family(&family::FREE_ADDRESSES);
            page.sample(&family::FREE_ADDRESSES, &[&cidr], addresses.1);
            page.single(&family::NODE_PORTS, ports.0);
            page.single(&family::FREE_NODE_PORTS, ports.1);
        }
        page.family(&family::REMOTES_UNAVAILABLE);
        for remote in &*server.aggregation().remotes() {
            let unavailable = u8::from(!remote.available);
            page.sample(&family::REMOTES_UNAVAILABLE, &[&remote.name], unavailable);
        }
    });
}
