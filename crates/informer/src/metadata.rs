//! Objects of any kind, by their metadata.

use crate::cache::{Cache, Change};
use futures::future::BoxFuture;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use std::fmt;
use std::sync::Arc;

/// What happened to an object, as far as its metadata tells.
#[derive(Clone, Copy, Debug)]
pub enum MetadataChange<'a> {
    /// It is there, new or changed.
    Present(&'a ObjectMeta),
    /// It is gone; this is the last that was seen of it.
    Gone(&'a ObjectMeta),
}

/// The metadata of the objects of one kind: of the decoded cache where somebody keeps one, else of
/// a watch that asks for nothing else. Clones are the same cache.
#[derive(Clone)]
pub struct MetadataCache(Arc<dyn Erased>);

impl MetadataCache {
    /// Tells `handler` of every object there is and of every change from now on, under the rules of
    /// [`Cache::on_change`].
    pub fn on_change(&self, handler: impl Fn(MetadataChange<'_>) + Send + Sync + 'static) {
        self.0.on_change(Box::new(handler));
    }

    /// Whether there is an object of that name.
    pub fn contains(&self, namespace: &str, name: &str) -> bool {
        self.0.contains(namespace, name)
    }

    /// Waits until the first list is in.
    pub async fn synced(&self) {
        self.0.synced().await;
    }

    /// Whether the first list is in.
    pub fn has_synced(&self) -> bool {
        self.0.has_synced()
    }

    /// Forgets all handlers.
    pub(crate) fn close(&self) {
        self.0.close();
    }
}

impl fmt::Debug for MetadataCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataCache").finish_non_exhaustive()
    }
}

impl<K: Resource + Send + Sync + 'static> From<Cache<K>> for MetadataCache {
    fn from(cache: Cache<K>) -> Self {
        Self(Arc::new(cache))
    }
}

/// A [`Cache`] whose kind is forgotten.
trait Erased: Send + Sync {
    fn on_change(&self, handler: Box<dyn Fn(MetadataChange<'_>) + Send + Sync>);
    fn contains(&self, namespace: &str, name: &str) -> bool;
    fn synced(&self) -> BoxFuture<'_, ()>;
    fn has_synced(&self) -> bool;
    fn close(&self);
}

impl<K: Resource + Send + Sync + 'static> Erased for Cache<K> {
    fn on_change(&self, handler: Box<dyn Fn(MetadataChange<'_>) + Send + Sync>) {
        Self::on_change(self, move |change| {
            handler(match change {
                Change::Added(object) | Change::Updated { new: object, .. } => {
                    MetadataChange::Present(object.meta())
                }
                Change::Deleted(object) => MetadataChange::Gone(object.meta()),
            });
        });
    }

    fn contains(&self, namespace: &str, name: &str) -> bool {
        self.get(namespace, name).is_some()
    }

    fn synced(&self) -> BoxFuture<'_, ()> {
        Box::pin(Self::synced(self))
    }

    fn has_synced(&self) -> bool {
        Self::has_synced(self)
    }

    fn close(&self) {
        Self::close(self);
    }
}
