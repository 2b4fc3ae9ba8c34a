//! What all requests share.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{Revision, Store};

use crate::admission::conditions::Conditions;
use crate::admission::configuration::AdmissionConfiguration;
use crate::admission::plugins::AdmissionPlugins;
use crate::admission::policy::compiled::Policies;
use crate::admission::quota::queue::Quotas;
use crate::authentication::Authentication;
use crate::authorization::Authorizer;
use crate::cache::Cache;
use crate::cidr::Cidr;
use crate::definitions::Cleaning;
use crate::metrics::Metrics;
use crate::outgoing::Dialer;
use crate::registry::Reserved;
use crate::resource::{LiveResources, Resources};
use crate::status::store_failed;
use crate::{Cause, Details, Reason, Status};

/// What all requests share.
pub(crate) struct Server {
    /// Where the objects are.
    pub(crate) store: Arc<dyn Store>,
    /// Which kinds there are.
    pub(crate) schema: Schema,
    /// What time it is.
    pub(crate) clock: Clock,
    /// Uids, name suffixes and other chance.
    pub(crate) chance: Chance,
    /// What the store holds, in memory.
    pub(crate) cache: Arc<Cache>,
    /// What is served.
    pub(crate) live_resources: Arc<LiveResources>,
    /// Who requests from sockets are.
    pub(crate) authentication: Authentication,
    /// Who may do what.
    pub(crate) authorizer: Authorizer,
    /// Where the addresses of Services come from.
    pub(crate) service_cluster_ip_range: Cidr,
    /// Which admission plugins run.
    pub(crate) admission_plugins: AdmissionPlugins,
    /// What they have been told in a file.
    pub(crate) admission_settings: AdmissionConfiguration,
    /// Policies that have been compiled.
    pub(crate) policies: Policies,
    /// Conditions of webhooks that have been compiled.
    pub(crate) conditions: Conditions,
    /// Who waits for the quotas of namespaces.
    pub(crate) quotas: Quotas,
    /// How long a request may take that is answered whole.
    pub(crate) request_timeout: Duration,
    /// How long a watch goes on, at least, that does not say.
    pub(crate) min_request_timeout: Duration,
    /// Calls other servers.
    pub(crate) dialer: Dialer,
    /// Addresses and ports of Services that are not stored yet.
    pub(crate) reserved: Reserved,
    /// Held while addresses are given out.
    pub(crate) allocating: tokio::sync::Mutex<()>,
    /// Whether sockets are served still.
    pub(crate) serving: Arc<Serving>,
    /// Counts what the server does.
    pub(crate) metrics: Arc<Metrics>,
    /// The task that feeds the cache: it ends with the server.
    pub(crate) feed: AbortHandle,
    /// The task that looks after definitions: it ends with the server.
    pub(crate) definitions: OnceLock<AbortHandle>,
    /// Which other parts of the control plane are in this process.
    pub(crate) components: Components,
    /// Tasks that delete the objects of definitions.
    pub(crate) cleaning: Cleaning,
}

/// The parts of the control plane that are in the server's process, by the names that they have as
/// `componentstatuses`.
#[derive(Default)]
pub(crate) struct Components(OnceLock<Vec<&'static str>>);

impl Components {
    /// Says once and for all which there are.
    pub(crate) fn are(&self, names: Vec<&'static str>) {
        // Only the first to say it is heard.
        let _ = self.0.set(names);
    }

    /// Whether one of that name runs here.
    pub(crate) fn runs(&self, name: &str) -> bool {
        self.0.get().is_some_and(|names| names.contains(&name))
    }
}

/// Whether sockets are served still: watches of clients behind them end with that, as they would
/// keep their connections open otherwise.
#[derive(Default)]
pub(crate) struct Serving {
    is_over: AtomicBool,
    over: Notify,
}

impl Serving {
    /// Ends the watches.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.over.notify_waiters();
    }

    /// Whether the watches have been ended.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Waits for the end.
    pub(crate) async fn ended(&self) {
        let mut over = pin!(self.over.notified());
        over.as_mut().enable();
        if !self.is_over() {
            over.await;
        }
    }
}

/// How long a read waits for a revision that nobody has written yet, as kube-apiserver's cacher.
const FUTURE_WAIT: Duration = Duration::from_secs(3);

impl Server {
    /// What is served at this moment.
    pub(crate) fn resources(&self) -> Arc<Resources> {
        self.live_resources.current()
    }

    /// Waits until the cache is at `revision`, which may not have been written yet.
    ///
    /// # Errors
    /// When it still is not after a while.
    pub(crate) async fn reach(&self, revision: Revision) -> Result<(), Status> {
        let reached = tokio::time::timeout(FUTURE_WAIT, self.cache.reach(revision)).await;
        if let Ok(reached) = reached {
            return reached.map_err(store_failed);
        }
        let current = self.cache.revision();
        let message =
            format!("Timeout: Too large resource version: {revision}, current: {current}");
        let cause = Cause {
            reason: "ResourceVersionTooLarge".to_owned(),
            message: "Too large resource version".to_owned(),
            field: String::new(),
        };
        Err(
            Status::new(504, Reason::Timeout, message).with_details(Details {
                causes: vec![cause],
                retry_after_seconds: 1,
                ..Details::default()
            }),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.feed.abort();
        if let Some(definitions) = self.definitions.get() {
            definitions.abort();
        }
    }
}
