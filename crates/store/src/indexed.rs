//! What the backends of this crate share: reads and watches come from the index, and only how a
//! write becomes durable differs.

use std::fs::File;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::operation::{Change, Operation};
use crate::shared::Shared;
use crate::watch::IndexWatch;
use crate::{
    Count, Deleted, Entry, Event, Lookup, Range, RangeRequest, Revision, Store, StoreError, Watch,
};

/// A backend whose whole visible content is in a [`Shared`] index.
#[async_trait]
pub(crate) trait Indexed: Send + Sync {
    fn shared(&self) -> &Arc<Shared>;

    /// Makes a write durable, then visible, then returns it.
    async fn write(&self, operation: Operation) -> Result<Event, StoreError>;

    /// [`Store::compact`].
    async fn forget(&self, revision: Revision) -> Result<(), StoreError>;

    /// [`Store::check`].
    async fn answers(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// [`Store::size`].
    fn bytes(&self) -> Option<u64> {
        None
    }

    /// [`Store::snapshot`].
    async fn copy(&self) -> Result<File, StoreError> {
        Err(StoreError::NoBackup)
    }
}

#[async_trait]
impl<T: Indexed> Store for T {
    async fn get(&self, key: &str, at: Option<Revision>) -> Result<Lookup, StoreError> {
        self.shared().read().state.get(key, at)
    }

    async fn range(&self, request: RangeRequest<'_>) -> Result<Range, StoreError> {
        self.shared().read().state.range(request)
    }

    async fn count(&self, prefix: &str) -> Result<Count, StoreError> {
        Ok(self.shared().read().state.count(prefix))
    }

    async fn create(&self, key: &str, value: Bytes) -> Result<Entry, StoreError> {
        put(self, key, Change::Create(value)).await
    }

    async fn update(
        &self,
        key: &str,
        value: Bytes,
        expected: Revision,
    ) -> Result<Entry, StoreError> {
        put(self, key, Change::Update(value, expected)).await
    }

    async fn delete(&self, key: &str, expected: Option<Revision>) -> Result<Deleted, StoreError> {
        let event = self.write(operation(key, Change::Delete(expected))).await?;
        Ok(Deleted {
            revision: event.revision,
            previous: event
                .previous
                .expect("only a key that exists can be deleted"),
        })
    }

    async fn watch(
        &self,
        prefix: &str,
        from: Option<Revision>,
    ) -> Result<Box<dyn Watch>, StoreError> {
        Ok(Box::new(IndexWatch::open(self.shared(), prefix, from)?))
    }

    async fn compact(&self, revision: Revision) -> Result<(), StoreError> {
        self.forget(revision).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.answers().await
    }

    fn size(&self) -> Option<u64> {
        self.bytes()
    }

    async fn snapshot(&self) -> Result<File, StoreError> {
        self.copy().await
    }

    async fn current_revision(&self) -> Result<Revision, StoreError> {
        Ok(self.shared().read().state.current())
    }
}

async fn put(store: &impl Indexed, key: &str, change: Change) -> Result<Entry, StoreError> {
    let event = store.write(operation(key, change)).await?;
    Ok(event.entry.expect("a create or an update leaves an entry"))
}

fn operation(key: &str, change: Change) -> Operation {
    Operation {
        key: key.into(),
        change,
    }
}
