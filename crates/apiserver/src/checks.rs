//! What `/healthz`, `/livez` and `/readyz` of a server look at, by the names that kube-apiserver has
//! for it.

use std::sync::Arc;
use std::time::Duration;
use trimtab_store::Store;

use crate::cache::Cache;
use crate::health::{Finding, Health};
use crate::started::{HOOKS, Started};
use crate::state::Serving;

/// How long the store may take to answer: `--etcd-healthcheck-timeout`.
const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// The checks of a server of this store, cache and sockets, which has come so far.
pub(crate) fn all(
    store: &Arc<dyn Store>,
    cache: &Arc<Cache>,
    serving: &Arc<Serving>,
    started: &Arc<Started>,
) -> Health {
    let store = Arc::clone(store);
    let cache = Arc::clone(cache);
    let mut health = Health::default()
        .must_live("etcd", move || answers(Arc::clone(&store)))
        .must_be_ready("informer-sync", move || match cache.revision() {
            0 => Err("the cache is not filled".to_owned()),
            _ if cache.is_closed() => Err("the store is closed".to_owned()),
            _ => Ok(()),
        });
    for (name, stage) in HOOKS {
        let started = Arc::clone(started);
        health = health.must_have_started(name, move || started.look_at(stage));
    }
    let serving = Arc::clone(serving);
    health.must_be_ready("shutdown", move || {
        if serving.is_over() {
            return Err("the server is shutting down".to_owned());
        }
        Ok(())
    })
}

async fn answers(store: Arc<dyn Store>) -> Finding {
    match tokio::time::timeout(STORE_ANSWERS_WITHIN, store.check()).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("the store does not answer".to_owned()),
    }
}
