//! How a server is put together and begins.

use futures::future::{BoxFuture, try_join};
use futures::{FutureExt as _, TryFutureExt as _};
use std::sync::{Arc, OnceLock};
use tokio::task::AbortHandle;
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{Store, StoreError};

use crate::admission::conditions::Conditions;
use crate::admission::policy::compiled::Policies;
use crate::admission::quota::queue::Quotas;
use crate::aggregation::Aggregation;
use crate::api_server::{ApiServer, Front};
use crate::audit::Audit;
use crate::authentication::Authentication;
use crate::authorization::policy::install::install;
use crate::authorization::{Authorization, Authorizer};
use crate::background::Background;
use crate::bootstrap::BootstrapError;
use crate::cache::{Cache, Definitions};
use crate::cidr::Cidr;
use crate::definitions::{self, Cleaning};
use crate::encryption::EncryptedStore;
use crate::flow_control::FlowControl;
use crate::metrics::Metrics;
use crate::nonresource::NonResource;
use crate::options::ServingOptions;
use crate::outgoing::{Dialer, Egress};
use crate::pages::Pages;
use crate::registry::{Reserved, timestamp};
use crate::resource::{LiveResources, Resources};
use crate::started::{Stage, Started};
use crate::state::{Components, Server, Serving};
use crate::{
    AdmissionPlugins, Identity, Status, background, bootstrap, checks, compaction, measured,
};

/// What a server is made of.
pub struct Config {
    /// Where the objects are.
    pub store: Arc<dyn Store>,
    /// Which kinds there are.
    pub schema: Schema,
    /// What time it is.
    pub clock: Clock,
    /// Uids, name suffixes and other chance.
    pub chance: Chance,
    /// Who requests from sockets are.
    pub authentication: Authentication,
    /// What requests from sockets may do.
    pub authorization: Authorization,
    /// Where it is told who asked what, if anywhere.
    pub audit: Option<Audit>,
    /// Where the addresses of Services come from.
    pub service_cluster_ip_range: Cidr,
    /// How requests from sockets are let in.
    pub serving: ServingOptions,
    /// Which admission plugins run.
    pub admission_plugins: AdmissionPlugins,
    /// Which addresses webhooks and other servers may be dialled at.
    pub egress: Egress,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be read.
    #[error("the store cannot be read: {0}")]
    Store(#[from] StoreError),
    /// An object that every cluster has could not be made.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// The default roles and bindings could not be made.
    #[error("the default roles could not be made: {0}")]
    Policy(Status),
}

impl ApiServer {
    /// Starts a server: fills the watch cache, and makes the objects that every cluster has.
    ///
    /// A task of the current tokio runtime feeds the cache until the server is dropped.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    // What comes in a box is compiled here, and not once more in every crate that waits for it.
    pub fn start(config: Config) -> BoxFuture<'static, Result<Self, StartError>> {
        Self::started(config).boxed()
    }

    async fn started(config: Config) -> Result<Self, StartError> {
        let started = Arc::new(Started::default());
        let gather_roles = config.authorization.gather_roles;
        let addresses = config.service_cluster_ip_range;
        let (api, background) = Self::assembled(config, &started).await?;
        api.make_what_every_cluster_has(gather_roles, addresses, &started)
            .await?;
        api.go_on(background, &started);
        Ok(api)
    }

    /// Puts a server together: its watch cache is filled, and nothing goes on but what feeds it and what
    /// follows definitions.
    async fn assembled(
        mut config: Config,
        started: &Arc<Started>,
    ) -> Result<(Self, Background), StartError> {
        if let Some(encryption) = &config.serving.encryption {
            let encryption = Arc::clone(encryption);
            config.store = Arc::new(EncryptedStore::new(config.store, encryption));
        }
        let resources = Arc::new(LiveResources::new(Resources::new(&config.schema)));
        let cache = Arc::new(Cache::new(
            Arc::clone(&config.store),
            resources.current().layouts(),
            Arc::clone(&resources) as Arc<dyn Definitions>,
        ));
        let watch = cache.fill().await?;
        let fed = Arc::clone(&cache);
        let feed = tokio::spawn(async move { fed.run(watch).await }).abort_handle();
        started.goes_on(Stage::Cache, feed.clone());
        let metrics = Arc::new(Metrics::default());
        measured::objects(&metrics, &resources, &cache);
        let serving = Arc::new(Serving::default());
        let pages = Pages::new(config.clock, config.serving.flags.clone());
        let issuer = config.authentication.service_accounts.discovery();
        let nonresource = NonResource::new(
            config.schema.clone(),
            Arc::clone(&resources),
            checks::all(&config.store, &cache, &serving, started),
            Arc::clone(&metrics),
            issuer,
            config.clock,
        );
        let nonresource = nonresource.with_pages(pages);
        let built_in = resources.current();
        let authorizer = Authorizer::new(config.authorization.modes, &cache, &built_in);
        let services =
            background::collection(&built_in, "apiregistration.k8s.io", "v1", "apiservices");
        let front_proxy = config.serving.front_proxy.clone();
        let services = services.ok_or_else(|| BootstrapError::no_kind("APIService"))?;
        let aggregation = Aggregation::new(&cache, services, front_proxy);
        let flow_control = flow_control(&built_in, &cache, &config.serving);
        if let Some(flow_control) = flow_control.clone() {
            metrics.ask_too(move |page| flow_control.measure(page));
        }
        let background = Background::new(&cache, &built_in);
        let background = background.ok_or_else(|| BootstrapError::no_kind("FlowSchema"))?;
        let server = Arc::new(Server {
            store: config.store,
            schema: config.schema,
            clock: config.clock,
            chance: config.chance,
            cache,
            live_resources: resources,
            authentication: config.authentication,
            authorizer,
            service_cluster_ip_range: config.service_cluster_ip_range,
            admission_plugins: config.admission_plugins,
            admission_settings: config.serving.admission,
            policies: Policies::default(),
            conditions: Conditions::default(),
            quotas: Quotas::default(),
            dialer: Dialer::new(config.egress),
            request_timeout: config.serving.request_timeout,
            min_request_timeout: config.serving.min_request_timeout,
            reserved: Reserved::default(),
            allocating: tokio::sync::Mutex::default(),
            serving,
            metrics: Arc::clone(&metrics),
            feed,
            definitions: OnceLock::new(),
            components: Components::default(),
            cleaning: Cleaning::default(),
        });
        let api = Self(Arc::new(Front {
            server,
            nonresource,
            metrics,
            aggregation,
            flow_control,
            background: OnceLock::new(),
            audit: config.audit,
        }));
        measured::others(&api.0.metrics, api.downgrade(), api.0.audit.clone());
        if let Some(task) = api.follow_definitions() {
            started.goes_on(Stage::Definitions, task);
        }
        Ok((api, background))
    }

    /// Makes the objects and roles that every cluster has, if they are not there.
    async fn make_what_every_cluster_has(
        &self,
        gather_roles: bool,
        addresses: Cidr,
        started: &Started,
    ) -> Result<(), StartError> {
        let identity = || Identity::user("system:apiserver", &[Identity::MASTERS]);
        let send = |request| self.clone().answered(identity(), request);
        let policy = install(&self.0.server, gather_roles);
        let policy = policy
            .map_ok(|()| started.is_done(Stage::Policy))
            .map_err(StartError::Policy);
        let authorities = bootstrap::Authorities {
            clients: self.0.server.authentication.client_ca.as_ref(),
            front_proxies: self.0.server.authentication.request_header.as_ref(),
        };
        let now = timestamp(self.0.server.clock.now());
        let objects = bootstrap::run(send, addresses, authorities, &now);
        let objects = objects
            .map_ok(|()| started.is_done(Stage::Objects))
            .map_err(StartError::Bootstrap);
        try_join(policy, objects).await.map(drop)
    }

    /// Begins what goes on beside answering, until the server is dropped.
    fn go_on(&self, background: Background, started: &Started) {
        let server = self.downgrade();
        let background = background.run(move || server.upgrade());
        let compaction = compaction::run(self.downgrade());
        let background =
            tokio::spawn(async { futures::future::join(background, compaction).await });
        let background = self.0.background.get_or_init(|| background.abort_handle());
        started.goes_on(Stage::Background, background.clone());
    }

    /// Looks after definitions of custom kinds, in a task that ends with the server.
    fn follow_definitions(&self) -> Option<AbortHandle> {
        let server = self.server();
        let collection = definitions::collection(server)?;
        let cache = Arc::clone(&server.cache);
        let follow = definitions::run(self.downgrade(), cache, collection);
        let task = server
            .definitions
            .get_or_init(|| tokio::spawn(follow).abort_handle());
        Some(task.clone())
    }
}

/// What decides when requests are answered; nothing where there is no limit.
fn flow_control(
    resources: &Resources,
    cache: &Arc<Cache>,
    serving: &ServingOptions,
) -> Option<Arc<FlowControl>> {
    const GROUP: &str = "flowcontrol.apiserver.k8s.io";
    let capacity = serving.max_requests_inflight + serving.max_mutating_requests_inflight;
    let schemas = background::collection(resources, GROUP, "v1", "flowschemas")?;
    let levels = background::collection(resources, GROUP, "v1", "prioritylevelconfigurations")?;
    (capacity > 0).then(|| Arc::new(FlowControl::new(cache, schemas, levels, capacity)))
}
