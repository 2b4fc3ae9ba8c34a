//! The store around another.

use super::Encryption;
use super::configuration::ENCRYPTED;
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::HashSet;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_store::{
    Count, Deleted, Entry, Lookup, Range, RangeRequest, Revision, Store, StoreError, Watch,
    WatchMessage,
};

/// A store whose values are encrypted, by their keys, in the one below.
pub(crate) struct EncryptedStore {
    inner: Arc<dyn Store>,
    shared: Arc<Shared>,
}

struct Shared {
    encryption: Arc<Encryption>,
    /// Keys whose value was not written by the provider that writes now.
    stale: Mutex<HashSet<Arc<str>>>,
}

impl EncryptedStore {
    pub(crate) fn new(inner: Arc<dyn Store>, encryption: Arc<Encryption>) -> Self {
        let shared = Shared {
            encryption,
            stale: Mutex::default(),
        };
        Self {
            inner,
            shared: Arc::new(shared),
        }
    }
}

impl Shared {
    fn encrypted(&self, key: &str, value: Bytes) -> Result<Bytes, StoreError> {
        let Some(provider) = self.encryption.providers(key).first() else {
            return Ok(value);
        };
        let written = provider.write(&value, key);
        written
            .map(Bytes::from)
            .ok_or_else(|| StoreError::Unavailable {
                reason: format!("{key} could not be encrypted"),
            })
    }

    /// The entry with its value as it was before it was encrypted. If it is the newest of its key,
    /// it is remembered whether it should be written once more.
    fn decrypted(&self, mut entry: Entry, is_newest: bool) -> Result<Entry, StoreError> {
        let providers = self.encryption.providers(&entry.key);
        if providers.is_empty() && !entry.value.starts_with(ENCRYPTED) {
            return Ok(entry);
        }
        let unreadable = |why: &str| StoreError::Unavailable {
            reason: format!("{} cannot be decrypted: {why}", entry.key),
        };
        let is_encrypted = entry.value.starts_with(ENCRYPTED);
        let fits = |prefix: &str| {
            entry.value.starts_with(prefix.as_bytes()) && prefix.is_empty() != is_encrypted
        };
        let mut tried = false;
        for (at, provider) in providers.iter().enumerate() {
            if !fits(&provider.prefix) {
                continue;
            }
            tried = true;
            if let Some(plain) = provider.read(&entry.value, &entry.key) {
                if is_newest {
                    self.mark(&entry.key, at > 0);
                }
                entry.value = Bytes::from(plain);
                return Ok(entry);
            }
        }
        Err(unreadable(if tried {
            "it was written by another key of that name, or changed since"
        } else if is_encrypted {
            "no provider of the encryption configuration has its key"
        } else {
            "it is not encrypted, and the encryption configuration has no provider `identity` for it"
        }))
    }

    fn mark(&self, key: &Arc<str>, is_stale: bool) {
        let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        if is_stale {
            stale.insert(Arc::clone(key));
        } else {
            stale.remove(key);
        }
    }

    fn readable(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Conflict {
                key,
                current: Some(entry),
            } => match self.decrypted(*entry, true) {
                Ok(entry) => StoreError::Conflict {
                    key,
                    current: Some(Box::new(entry)),
                },
                Err(error) => error,
            },
            other => other,
        }
    }
}

#[async_trait]
impl Store for EncryptedStore {
    async fn get(&self, key: &str, at: Option<Revision>) -> Result<Lookup, StoreError> {
        let mut lookup = self.inner.get(key, at).await?;
        let entry = lookup.entry.take();
        let entry = entry.map(|entry| self.shared.decrypted(entry, at.is_none()));
        lookup.entry = entry.transpose()?;
        Ok(lookup)
    }

    async fn range(&self, request: RangeRequest<'_>) -> Result<Range, StoreError> {
        let is_newest = request.revision.is_none();
        let mut range = self.inner.range(request).await?;
        let entries = std::mem::take(&mut range.entries).into_iter();
        let entries = entries.map(|entry| self.shared.decrypted(entry, is_newest));
        range.entries = entries.collect::<Result<_, _>>()?;
        Ok(range)
    }

    async fn count(&self, prefix: &str) -> Result<Count, StoreError> {
        self.inner.count(prefix).await
    }

    async fn create(&self, key: &str, value: Bytes) -> Result<Entry, StoreError> {
        let written = self.shared.encrypted(key, value.clone())?;
        let entry = self.inner.create(key, written).await;
        let mut entry = entry.map_err(|error| self.shared.readable(error))?;
        entry.value = value;
        self.shared.mark(&entry.key, false);
        Ok(entry)
    }

    async fn update(
        &self,
        key: &str,
        value: Bytes,
        expected: Revision,
    ) -> Result<Entry, StoreError> {
        let written = self.shared.encrypted(key, value.clone())?;
        let entry = self.inner.update(key, written, expected).await;
        let mut entry = entry.map_err(|error| self.shared.readable(error))?;
        entry.value = value;
        self.shared.mark(&entry.key, false);
        Ok(entry)
    }

    async fn delete(&self, key: &str, expected: Option<Revision>) -> Result<Deleted, StoreError> {
        let deleted = self.inner.delete(key, expected).await;
        let deleted = deleted.map_err(|error| self.shared.readable(error))?;
        self.shared.mark(&deleted.previous.key, false);
        let previous = self.shared.decrypted(deleted.previous, false)?;
        Ok(Deleted {
            previous,
            ..deleted
        })
    }

    async fn watch(
        &self,
        prefix: &str,
        from: Option<Revision>,
    ) -> Result<Box<dyn Watch>, StoreError> {
        Ok(Box::new(EncryptedWatch {
            inner: self.inner.watch(prefix, from).await?,
            shared: Arc::clone(&self.shared),
        }))
    }

    async fn compact(&self, revision: Revision) -> Result<(), StoreError> {
        self.inner.compact(revision).await
    }

    async fn current_revision(&self) -> Result<Revision, StoreError> {
        self.inner.current_revision().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    fn size(&self) -> Option<u64> {
        self.inner.size()
    }

    async fn snapshot(&self) -> Result<File, StoreError> {
        self.inner.snapshot().await
    }

    fn should_rewrite(&self, key: &str) -> bool {
        let stale = &self.shared.stale;
        stale
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(key)
    }
}

struct EncryptedWatch {
    inner: Box<dyn Watch>,
    shared: Arc<Shared>,
}

#[async_trait]
impl Watch for EncryptedWatch {
    async fn next(&mut self) -> Result<WatchMessage, StoreError> {
        let mut events = match self.inner.next().await? {
            WatchMessage::Events(events) => events,
            progress @ WatchMessage::Progress(_) => return Ok(progress),
        };
        for event in &mut events {
            for (entry, is_newest) in [(&mut event.entry, true), (&mut event.previous, false)] {
                let found = entry.take();
                let found = found.map(|found| self.shared.decrypted(found, is_newest));
                *entry = found.transpose()?;
            }
        }
        Ok(WatchMessage::Events(events))
    }

    async fn request_progress(&mut self) -> Result<(), StoreError> {
        self.inner.request_progress().await
    }
}
