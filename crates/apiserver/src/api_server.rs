//! The server: what it is made of, and the way of a request through it.

use futures::future::{BoxFuture, try_join};
use futures::{FutureExt as _, TryFutureExt as _};
use http::Request;
use http::header::{HeaderValue, USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock, Weak};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{Store, StoreError};

use crate::admission::{Conditions, Policies, Quotas};
use crate::aggregation::{Aggregation, merged, pass_on};
use crate::audit::{Audit, Trail};
use crate::authentication::{Authentication, ClientCertificates, impersonate, wanted_user};
use crate::authorization::{Attributes, Authorization, Authorizer, Trusted, install_policy};
use crate::background::Background;
use crate::body::{Body, BoxError, Response};
use crate::bootstrap::BootstrapError;
use crate::cache::{Cache, Definitions};
use crate::cidr::Cidr;
use crate::common_headers::{self, audit_id};
use crate::definitions::{self, Cleaning};
use crate::dispatch::dispatch;
use crate::encryption::EncryptedStore;
use crate::flow_control::{Admitted, FlowControl, too_many};
use crate::metrics::{Metrics, Page, Target};
use crate::nonresource::{NonResource, no_such_page};
use crate::options::ServingOptions;
use crate::outgoing::{Dialer, Egress};
use crate::pages::Pages;
use crate::registry::{Reserved, timestamp};
use crate::request::{Query, RequestInfo, unescape};
use crate::resource::{LiveResources, Resources};
use crate::started::{Stage, Started};
use crate::state::{Components, Server, Serving};
use crate::{
    AdmissionPlugins, BACKUP_PATH, Identity, Reason, Status, background, backup, bootstrap, checks,
    compaction, compress, deadline, measured, media, server,
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

/// The server. Cheap to clone; it lives until the last clone, and the last watch, is dropped.
#[derive(Clone)]
pub struct ApiServer(Arc<Front>);

/// A server that is not kept alive.
#[derive(Clone)]
pub(crate) struct WeakApiServer(Weak<Front>);

impl WeakApiServer {
    /// The server, if it is still there.
    pub(crate) fn upgrade(&self) -> Option<ApiServer> {
        self.0.upgrade().map(ApiServer)
    }
}

/// What stands before the objects.
struct Front {
    server: Arc<Server>,
    nonresource: NonResource,
    metrics: Arc<Metrics>,
    aggregation: Aggregation,
    flow_control: Option<Arc<FlowControl>>,
    /// The task of [`background`].
    background: OnceLock<AbortHandle>,
    audit: Option<Audit>,
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(background) = self.background.get() {
            background.abort();
        }
    }
}

/// How many watches may be open.
const MAX_WATCHES: usize = 100_000;

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

    async fn started(mut config: Config) -> Result<Self, StartError> {
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
        let started = Arc::new(Started::default());
        started.goes_on(Stage::Cache, feed.clone());
        let metrics = Arc::new(Metrics::default());
        measured::objects(&metrics, &resources, &cache);
        let serving = Arc::new(Serving::default());
        let pages = Pages::new(config.clock, config.serving.flags.clone());
        let issuer = config.authentication.service_accounts.discovery();
        let nonresource = NonResource::new(
            config.schema.clone(),
            Arc::clone(&resources),
            checks::all(&config.store, &cache, &serving, &started),
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
        let identity = || Identity::user("system:apiserver", &[Identity::MASTERS]);
        let send = |request| api.clone().answered(identity(), request);
        let policy = install_policy(&api.0.server, config.authorization.gather_roles);
        let policy = policy
            .map_ok(|()| started.is_done(Stage::Policy))
            .map_err(StartError::Policy);
        let authorities = bootstrap::Authorities {
            clients: api.0.server.authentication.client_ca.as_ref(),
            front_proxies: api.0.server.authentication.request_header.as_ref(),
        };
        let now = timestamp(api.0.server.clock.now());
        let objects = bootstrap::run(send, config.service_cluster_ip_range, authorities, &now);
        let objects = objects
            .map_ok(|()| started.is_done(Stage::Objects))
            .map_err(StartError::Bootstrap);
        try_join(policy, objects).await?;
        let front = Arc::downgrade(&api.0);
        let server = move || front.upgrade().map(ApiServer);
        let background = background.run(server);
        let compaction = compaction::run(api.downgrade());
        let background =
            tokio::spawn(async { futures::future::join(background, compaction).await });
        let background = api.0.background.get_or_init(|| background.abort_handle());
        started.goes_on(Stage::Background, background.clone());
        Ok(api)
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

    /// Says which other parts of the control plane run in this process: `controller-manager`,
    /// `scheduler`. Clients see it as `componentstatuses`. Only the first call counts.
    pub fn runs_beside(&self, components: Vec<&'static str>) {
        self.0.server.components.are(components);
    }

    /// Lets somebody else in this process write onto the page of metrics, each time that it is asked
    /// for.
    pub fn tell_too(&self, source: impl Fn(&mut Page) + Send + Sync + 'static) {
        self.0.metrics.ask_too(source);
    }

    /// What all requests share.
    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.0.server
    }

    /// The server, without keeping it alive.
    pub(crate) fn downgrade(&self) -> WeakApiServer {
        WeakApiServer(Arc::downgrade(&self.0))
    }

    /// A client in the same process: no socket, no TLS, and this identity, which may do everything.
    /// It needs a tokio runtime.
    pub fn client(&self, identity: Identity) -> kube::Client {
        let server = self.clone();
        let user_agent = HeaderValue::from_str(&identity.user_agent()).ok();
        let service = tower::service_fn(move |request: Request<kube::client::Body>| {
            let mut request = request.map(|body| body.map_err(BoxError::from).boxed_unsync());
            if let Some(user_agent) = &user_agent {
                let headers = request.headers_mut();
                headers
                    .entry(USER_AGENT)
                    .or_insert_with(|| user_agent.clone());
            }
            let metrics = Arc::clone(&server.0.metrics);
            let method = request.method().clone();
            let begun = Instant::now();
            let answered = server.clone().answered(identity.clone(), request);
            answered.map(move |answer| {
                let code = answer.status().as_u16();
                metrics.client_answered(method.as_str(), code, begun.elapsed());
                Ok::<_, Infallible>(answer)
            })
        });
        kube::Client::new(service, "default")
    }

    /// Answers a request. Who sends it follows from its credentials; one that comes from
    /// [`ApiServer::client`] brings its identity.
    pub fn handle(&self, request: Request<Body>) -> BoxFuture<'_, Response> {
        self.handled(request).boxed()
    }

    async fn handled(&self, request: Request<Body>) -> Response {
        if request.extensions().get::<Trusted>().is_some() {
            return self.told(request).await;
        }
        let audit_id = audit_id(request.headers(), &self.0.server.chance);
        let mut answer = self.told(request).await;
        common_headers::complete(&mut answer, audit_id);
        answer
    }

    /// Answers a request and tells the audit log, if there is one.
    async fn told(&self, request: Request<Body>) -> Response {
        let Some(audit) = &self.0.audit else {
            return self.measured(request, None).await;
        };
        let server = &self.0.server;
        let (request, telling) = audit.begin(request, server.clock, &server.chance).await;
        let mut trail = Trail::default();
        let response = self.measured(request, Some(&mut trail)).await;
        telling.end(trail, response).await
    }

    /// Answers a request and counts it; what the audit log is to tell is noted in `trail`.
    async fn measured(&self, request: Request<Body>, trail: Option<&mut Trail>) -> Response {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let path = unescape(parts.uri.path());
        let info = RequestInfo::parse(&parts.method, &path, query);
        let resources = self.0.server.resources();
        let resource = resources.get(info.group, info.version, info.resource);
        let target = Target::of(&info, resource, &parts.headers);
        let dry_run = Query::parse(query).has("dryRun");
        let answer = async {
            let answer = self.answered_in_time(&parts, &info, body, trail).await;
            answer.unwrap_or_else(|status| media::error(status, &parts.headers))
        };
        self.0.metrics.measure(target, dry_run, answer).await
    }

    /// Answers a request of this identity, which may do everything, whatever the request's
    /// credentials: what [`ApiServer::client`] does, without a client.
    pub async fn handle_as(&self, identity: Identity, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(Trusted);
        request.extensions_mut().insert(identity);
        self.handle(request).await
    }

    /// Serves on a socket, over TLS, until `shutdown` completes.
    pub fn serve<'a>(
        &'a self,
        listener: TcpListener,
        tls: Arc<rustls::ServerConfig>,
        shutdown: impl Future<Output = ()> + Send + 'a,
    ) -> BoxFuture<'a, ()> {
        self.served(listener, tls, shutdown.boxed()).boxed()
    }

    async fn served(
        &self,
        listener: TcpListener,
        tls: Arc<rustls::ServerConfig>,
        shutdown: BoxFuture<'_, ()>,
    ) {
        let api = self.clone();
        let handler = move |request: Request<hyper::body::Incoming>| {
            let api = api.clone();
            let request = request.map(|body| body.map_err(BoxError::from).boxed_unsync());
            async move {
                let takes_gzip = compress::takes_gzip(request.headers());
                let answer = api.handle(request).await;
                if takes_gzip {
                    return compress::gzipped(answer).await;
                }
                answer
            }
            .boxed()
        };
        let shutdown = async {
            shutdown.await;
            self.0.server.serving.end();
        };
        let metrics = Arc::clone(&self.0.metrics);
        let handshake_failed = move || metrics.handshake_failed();
        server::serve_and_tell(listener, tls, handler, handshake_failed, shutdown).await;
    }

    /// As [`ApiServer::handle_as`], as one future that owns what it needs.
    fn answered(self, identity: Identity, request: Request<Body>) -> BoxFuture<'static, Response> {
        async move { self.handle_as(identity, request).await }.boxed()
    }

    /// What all requests share.
    pub(crate) fn state(&self) -> &Arc<Server> {
        &self.0.server
    }

    /// The servers behind this one.
    pub(crate) fn aggregation(&self) -> &Aggregation {
        &self.0.aggregation
    }

    /// Whether there are servers behind this one.
    pub(crate) fn has_remotes(&self) -> bool {
        !self.0.aggregation.remotes().is_empty()
    }

    /// As [`ApiServer::answer`], in the time that the request has. What goes on, and what comes from
    /// inside, has all the time there is.
    async fn answered_in_time(
        &self,
        parts: &http::request::Parts,
        info: &RequestInfo<'_>,
        body: Body,
        trail: Option<&mut Trail>,
    ) -> Result<Response, Status> {
        let is_inside = parts.extensions.get::<Trusted>().is_some();
        if is_inside || deadline::goes_on(info) {
            return self.answer(parts, info, body, trail).await;
        }
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let time = deadline::allotted(&query, self.0.server.request_timeout)?;
        let answer = tokio::time::timeout(time, self.answer(parts, info, body, trail)).await;
        answer.unwrap_or_else(|_| Ok(deadline::exceeded()))
    }

    /// Lets a request in as soon as it may be answered.
    ///
    /// # Errors
    /// The answer to one that is sent away.
    async fn admit(
        &self,
        identity: &Identity,
        info: &RequestInfo<'_>,
    ) -> Result<Admitted, Response> {
        if info.verb == "watch" && self.0.metrics.watches() > MAX_WATCHES {
            self.0.metrics.dropped();
            return Err(too_many());
        }
        let goes_on = deadline::goes_on(info);
        let Some(flow_control) = &self.0.flow_control else {
            return Ok(Admitted::default());
        };
        // Connections to what is behind an object have no places.
        if goes_on && info.verb != "watch" {
            return Ok(Admitted::default());
        }
        let admitted = flow_control.enter(identity, info, goes_on).await;
        admitted.inspect_err(|_| self.0.metrics.dropped())
    }

    async fn answer(
        &self,
        parts: &http::request::Parts,
        info: &RequestInfo<'_>,
        body: Body,
        trail: Option<&mut Trail>,
    ) -> Result<Response, Status> {
        let trusted = parts.extensions.get::<Trusted>().is_some();
        let known = parts.extensions.get::<Identity>().filter(|_| trusted);
        if let Some(identity) = known {
            if let Some(trail) = trail {
                trail.user = Some(identity.clone());
            }
            return self.answer_to(parts, info, identity, body).await;
        }
        let mut trail = trail;
        let identity = self.identify(parts, info, trail.as_deref_mut()).await?;
        // As upstream, whoever is known takes a place, even to be told that it may not.
        let admitted = match self.admit(&identity, info).await {
            Ok(admitted) => admitted,
            Err(answer) => return Ok(answer),
        };
        let answer = match self.authorize(parts, info, &identity, trail).await {
            Ok(()) => self.answer_to(parts, info, &identity, body).await,
            Err(status) => {
                let mut answer = media::error(status, &parts.headers);
                // It holds names that the client made up.
                let nosniff = HeaderValue::from_static("nosniff");
                answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
                Ok(answer)
            }
        };
        let mut answer = answer.unwrap_or_else(|status| media::error(status, &parts.headers));
        admitted.mark(&mut answer);
        Ok(answer)
    }

    /// Answers a request that has been let in.
    async fn answer_to(
        &self,
        parts: &http::request::Parts,
        info: &RequestInfo<'_>,
        identity: &Identity,
        body: Body,
    ) -> Result<Response, Status> {
        let Front {
            server,
            aggregation,
            nonresource,
            ..
        } = &*self.0;
        if let Some(remote) = aggregation.of_path(parts.uri.path()) {
            return Ok(pass_on(server, aggregation, &remote, identity, parts, body).await);
        }
        if let Some(answer) = merged(server, aggregation, nonresource, parts).await {
            return answer;
        }
        if parts.uri.path() == BACKUP_PATH {
            return backup::answer(&*server.store, &parts.method).await;
        }
        if !info.is_resource {
            if let Some(answer) = nonresource.health(parts).await {
                return Ok(answer);
            }
            return nonresource.answer(parts);
        }
        if !server.resources().has_group(info.group) {
            return Ok(no_such_page());
        }
        dispatch(server, parts, info, identity, body).await
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

impl ApiServer {
    /// Who sends a request from a socket, or as whom.
    ///
    /// # Errors
    /// When the credentials are not known, or who has them may not act as that.
    async fn identify(
        &self,
        parts: &http::request::Parts,
        info: &RequestInfo<'_>,
        mut trail: Option<&mut Trail>,
    ) -> Result<Identity, Status> {
        let server = &self.0.server;
        let begun = Instant::now();
        let identity = server.authentication.authenticate(server, parts).await;
        let user = identity
            .as_ref()
            .ok()
            .map(|identity| identity.name.as_str());
        server.metrics.authenticated(user, begun.elapsed());
        if let Some(shown) = parts.extensions.get::<ClientCertificates>()
            && identity.is_ok()
        {
            let left = shown.time_left(server.clock.now());
            server.metrics.certificate_shown(left);
        }
        let mut identity =
            identity.map_err(|_| Status::new(401, Reason::Unauthorized, "Unauthorized"))?;
        if let Some(trail) = &mut trail {
            trail.user = Some(identity.clone());
        }
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        if let Some(wanted) = wanted_user(&parts.headers)? {
            let mut name = String::new();
            let asked = Attributes::of_request(&identity, info, &query, &mut name);
            let acted_as = impersonate(&server.authorizer, &asked, &wanted).await?;
            if let Some(trail) = &mut trail {
                let identity = acted_as.identity.clone();
                trail.impersonated = Some((identity, acted_as.constraint));
            }
            identity = acted_as.identity;
        }
        Ok(identity)
    }

    /// Whether somebody may ask that.
    ///
    /// # Errors
    /// When not.
    async fn authorize(
        &self,
        parts: &http::request::Parts,
        info: &RequestInfo<'_>,
        identity: &Identity,
        trail: Option<&mut Trail>,
    ) -> Result<(), Status> {
        let server = &self.0.server;
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let mut name = String::new();
        let asked = Attributes::of_request(identity, info, &query, &mut name);
        let begun = Instant::now();
        let decision = server.authorizer.authorize(&asked).await;
        let allowed = decision.as_ref().ok().map(|decision| decision.allowed);
        server.metrics.authorized(allowed, begun.elapsed());
        let decision = decision?;
        if let Some(trail) = trail {
            let word = if decision.allowed { "allow" } else { "forbid" };
            trail.annotate("authorization.k8s.io/decision", word);
            trail.annotate("authorization.k8s.io/reason", &*decision.reason);
        }
        if !decision.allowed {
            return Err(asked.forbidden(&decision.reason));
        }
        Ok(())
    }
}
