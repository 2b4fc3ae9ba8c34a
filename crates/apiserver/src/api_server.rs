//! The server, and the way of a request through it.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::Request;
use http::header::{HeaderValue, USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock, Weak};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::aggregation::{Aggregation, merged, pass_on};
use crate::audit::{Audit, Trail};
use crate::authentication::{ClientCertificates, impersonate, wanted_user};
use crate::authorization::{Attributes, Trusted};
use crate::body::{Body, BoxError, Response};
use crate::common_headers::{self, audit_id};
use crate::dispatch::dispatch;
use crate::flow_control::{Admitted, FlowControl, too_many};
use crate::metrics::{Metrics, Page, Target};
use crate::nonresource::{NonResource, no_such_page};
use crate::request::{Query, RequestInfo, unescape};
use crate::state::Server;
use crate::{BACKUP_PATH, Identity, Reason, Status, backup, compress, deadline, media, server};

/// The server. Cheap to clone; it lives until the last clone, and the last watch, is dropped.
#[derive(Clone)]
pub struct ApiServer(pub(crate) Arc<Front>);

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
pub(crate) struct Front {
    pub(crate) server: Arc<Server>,
    pub(crate) nonresource: NonResource,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) aggregation: Aggregation,
    pub(crate) flow_control: Option<Arc<FlowControl>>,
    /// The task of [`crate::background`].
    pub(crate) background: OnceLock<AbortHandle>,
    pub(crate) audit: Option<Audit>,
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
    pub(crate) fn answered(
        self,
        identity: Identity,
        request: Request<Body>,
    ) -> BoxFuture<'static, Response> {
        async move { self.handle_as(identity, request).await }.boxed()
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
        let now = server.clock.now();
        let identity = server.authentication.authenticate(&**server, now, parts);
        let identity = identity.await;
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
