//! What admission looks up: other objects on the server.

use std::sync::Arc;
use trimtab_tree::Value;

use crate::Status;
use crate::cache::{PageRequest, Selection};
use crate::lookup::Lookup;
use crate::resource::Storage;
use crate::state::Server;
use crate::status::store_failed;

impl Lookup for Server {
    /// From the cache; what is not there is looked for again once the cache has caught up, as it may
    /// have been made a moment ago.
    async fn get(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, Status> {
        let Some(storage) = self.storage_of(group, resource) else {
            return Ok(None);
        };
        let key = storage.key(namespace, name);
        let mut found = self.cache.object(storage.collection, &key);
        if found.is_none() {
            self.cache.catch_up().await.map_err(store_failed)?;
            found = self.cache.object(storage.collection, &key);
        }
        found.map(|object| object.shared_value()).transpose()
    }

    async fn list(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> Result<Vec<Arc<Value>>, Status> {
        let Some(storage) = self.storage_of(group, resource) else {
            return Ok(Vec::new());
        };
        let page = self.cache.list(PageRequest {
            collection: storage.collection,
            selection: &Selection::in_namespace(namespace),
            after: None,
            behind: None,
            limit: 0,
        });
        page.objects
            .iter()
            .map(|object| object.shared_value())
            .collect()
    }

    async fn list_all(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> Result<Vec<Arc<Value>>, Status> {
        let known = self.list(group, resource, namespace).await?;
        let Some(storage) = self.storage_of(group, resource) else {
            return Ok(known);
        };
        // Waited for only if there is something to wait for.
        let current = self.store.current_revision().await.map_err(store_failed)?;
        if !known.is_empty() || self.cache.revision() >= current {
            return Ok(known);
        }
        let prefix = storage.key(namespace, "");
        let count = self.store.count(&prefix).await.map_err(store_failed)?;
        if count.keys == 0 {
            return Ok(known);
        }
        self.cache.reach(current).await.map_err(store_failed)?;
        self.list(group, resource, namespace).await
    }
}

impl Server {
    /// Where the objects of a resource are.
    pub(crate) fn storage_of(&self, group: &str, resource: &str) -> Option<Storage> {
        self.resources().storage_of(group, resource)
    }
}
