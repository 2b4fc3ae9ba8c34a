//! What admission looks up: other objects on the server.

use std::sync::Arc;
use trimtab_tree::Value;

use crate::Status;
use crate::admission::Lookup;
use crate::cache::{PageRequest, Selection};
use crate::resource::Storage;
use crate::state::{Server, store_failed};

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
            limit: 0,
        });
        page.objects
            .iter()
            .map(|object| object.shared_value())
            .collect()
    }
}

impl Server {
    /// Where the objects of a resource are.
    fn storage_of(&self, group: &str, resource: &str) -> Option<Storage> {
        let is_it =
            |known: &&crate::resource::Resource| known.group() == group && known.plural == resource;
        self.resources().iter().find(is_it)?.storage.clone()
    }
}
