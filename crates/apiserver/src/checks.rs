//! What `/healthz`, `/livez` and `/readyz` of a server look at, by the names that kube-apiserver has
//! for it.

use std::sync::Arc;

use crate::cache::Cache;
use crate::health::Health;
use crate::state::Serving;

/// What is done before a server answers, by the names that kube-apiserver has for it.
const DONE_AT_START: [&str; 26] = [
    "poststarthook/start-apiserver-admission-initializer",
    "poststarthook/generic-apiserver-start-informers",
    "poststarthook/priority-and-fairness-config-consumer",
    "poststarthook/priority-and-fairness-filter",
    "poststarthook/storage-object-count-tracker-hook",
    "poststarthook/start-apiextensions-informers",
    "poststarthook/start-apiextensions-controllers",
    "poststarthook/crd-informer-synced",
    "poststarthook/start-system-namespaces-controller",
    "poststarthook/start-cluster-authentication-info-controller",
    "poststarthook/storage-readiness",
    "poststarthook/start-service-ip-repair-controllers",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/scheduling/bootstrap-system-priority-classes",
    "poststarthook/priority-and-fairness-config-producer",
    "poststarthook/bootstrap-controller",
    "poststarthook/start-kubernetes-service-cidr-controller",
    "poststarthook/start-kube-aggregator-informers",
    "poststarthook/apiservice-status-local-available-controller",
    "poststarthook/apiservice-status-remote-available-controller",
    "poststarthook/apiservice-registration-controller",
    "poststarthook/apiservice-discovery-controller",
    "poststarthook/kube-apiserver-autoregistration",
    "autoregister-completion",
    "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller",
];

/// The checks of a server whose cache and sockets these are.
pub(crate) fn all(cache: &Arc<Cache>, serving: &Arc<Serving>) -> Health {
    let is_open = |cache: &Arc<Cache>| {
        let cache = Arc::clone(cache);
        move || {
            if cache.is_closed() {
                Err("the store is closed".to_owned())
            } else {
                Ok(())
            }
        }
    };
    let health = Health::default()
        .must_live("etcd", is_open(cache))
        .must_be_ready("informer-sync", is_open(cache));
    let serving = Arc::clone(serving);
    let health = health.must_be_ready_at_last("shutdown", move || {
        if serving.is_over() {
            return Err("the server is shutting down".to_owned());
        }
        Ok(())
    });
    // Whoever can ask finds these done.
    DONE_AT_START.into_iter().fold(health, Health::has_done)
}
