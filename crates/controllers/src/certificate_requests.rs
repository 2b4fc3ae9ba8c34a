//! The requests for certificates that a controller has to look at.

use crate::context::Context;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use kube::ResourceExt;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, Change, WorkQueue};

/// Their cache, and a queue of the names of those that one controller is concerned with.
#[derive(Clone)]
pub(crate) struct CertificateRequests {
    cache: Cache<CertificateSigningRequest>,
    queue: WorkQueue<Arc<str>>,
}

impl CertificateRequests {
    /// From now on each that changes is queued, if it concerns the controller as it is then.
    pub(crate) fn watched(
        context: &Context,
        concerns: fn(&CertificateSigningRequest) -> bool,
    ) -> Self {
        let requests = Self {
            cache: context.informers.of(),
            queue: WorkQueue::new(),
        };
        let queue = requests.queue.clone();
        requests.cache.on_change(move |change| {
            if !matches!(change, Change::Deleted(_)) && concerns(change.object()) {
                queue.add(change.object().name_any().into());
            }
        });
        requests
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<CertificateSigningRequest>> {
        self.cache.get("", name)
    }

    /// Has the request looked at again after that time.
    pub(crate) fn look_again(&self, name: &Arc<str>, after: Duration) {
        self.queue.add_after(Arc::clone(name), after);
    }

    /// Has `controller` work at them until its task ends.
    pub(crate) async fn work<C: Reconcile<Key = Arc<str>>>(&self, controller: &C) {
        self.cache.synced().await;
        work(controller, &self.queue).await;
    }
}
