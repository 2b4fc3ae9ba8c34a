//! Forgetting old states of the store.
//!
//! Every five minutes what was current five minutes before is the oldest state that can still be
//! read, as with `--etcd-compaction-interval` of kube-apiserver (`storage/etcd3/compact.go`): a
//! page of a list can be gone on with, and a watch begun again, for so long and not for ever. Stores
//! bound their history by its size, too, which may be sooner.

use crate::api_server::WeakApiServer;
use std::time::Duration;
use trimtab_store::{Revision, Store, StoreError};

/// `--etcd-compaction-interval`.
const INTERVAL: Duration = Duration::from_secs(5 * 60);

/// Compacts for as long as `server` is there.
pub(crate) async fn run(server: WeakApiServer) {
    let mut before: Option<Revision> = None;
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(server) = server.upgrade() else {
            return;
        };
        match step(&*server.server().store, before).await {
            Ok(current) => {
                if let Some(before) = before {
                    server.server().cache.forget_before(before);
                }
                before = Some(current);
            }
            Err(error) => tracing::warn!(%error, "cannot forget old states of the store"),
        }
    }
}

/// Forgets what is older than `before`; gives the current revision.
async fn step(store: &dyn Store, before: Option<Revision>) -> Result<Revision, StoreError> {
    let current = store.current_revision().await?;
    if let Some(before) = before.filter(|before| *before < current) {
        match store.compact(before).await {
            // The store's own bounds, or another server, were quicker.
            Ok(()) | Err(StoreError::Compacted { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(current)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_store::{MemoryStore, RangeRequest, Retention};

    #[tokio::test]
    async fn what_is_older_than_the_last_time_is_forgotten() {
        let store = MemoryStore::new(Retention::UNBOUNDED);
        let mut revisions = Vec::new();
        for key in ["/a", "/b", "/c"] {
            let entry = store.create(key, "{}".into()).await.unwrap();
            revisions.push(entry.mod_revision);
        }
        let read = async |revision| {
            let request = RangeRequest {
                prefix: "/",
                after: None,
                limit: 0,
                revision: Some(revision),
            };
            store.range(request).await.is_ok()
        };
        let current = step(&store, None).await.unwrap();
        assert_eq!(current, revisions[2]);
        assert!(read(revisions[0]).await, "nothing is known of before");
        step(&store, Some(revisions[1])).await.unwrap();
        assert!(!read(revisions[0]).await);
        assert!(read(revisions[1]).await);
        step(&store, Some(revisions[0])).await.unwrap();
    }
}
