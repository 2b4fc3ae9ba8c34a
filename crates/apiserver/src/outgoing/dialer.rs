//! The client: requests to targets over connections that are kept.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::{Connector, Route};
use super::service::{Backend, ServicePort, backend};
use super::target::Place;
use super::{CallError, Egress, Target, Trust};
use crate::body::{Body, full};
use crate::lookup::Lookup;

/// For how many targets connections are kept; beyond, those that were used longest ago go.
const TARGETS: usize = 128;
/// How many connections without a request are kept for a target, and how long.
const IDLE: usize = 16;
const IDLE_TIME: Duration = Duration::from_secs(90);

/// What a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From the start to the answer's last byte.
    pub(crate) time: Duration,
    /// The longest answer, in bytes.
    pub(crate) bytes: usize,
}

/// Makes calls to other servers. One for the whole server, shared.
pub(crate) struct Dialer {
    egress: Egress,
    /// The latest used is at the end.
    clients: Mutex<VecDeque<(Arc<Key>, HttpClient)>>,
}

type HttpClient = Client<Connector, Body>;

/// What connections are shared by.
#[derive(PartialEq, Eq)]
struct Key {
    route: Route,
    server_name: String,
    trust: Trust,
}

impl Dialer {
    /// A client that dials what `egress` permits.
    pub(crate) fn new(egress: Egress) -> Self {
        Self {
            egress,
            clients: Mutex::default(),
        }
    }

    /// Sends a request with its whole body and reads the whole answer, within limits. The request's
    /// URI is one of [`Target::url`].
    ///
    /// # Errors
    /// When there is no answer, or none within the limits.
    pub(crate) async fn call(
        &self,
        lookup: &impl Lookup,
        target: &Target,
        request: Request<Bytes>,
        limits: Limits,
    ) -> Result<Response<Bytes>, CallError> {
        let answered = async {
            let response = self.send(lookup, target, request.map(full)).await?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, limits.bytes).collect().await;
            let body = body.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    CallError::TooLong(limits.bytes)
                } else {
                    CallError::Http(innermost(&*error))
                }
            })?;
            Ok(Response::from_parts(parts, body.to_bytes()))
        };
        tokio::time::timeout(limits.time, answered)
            .await
            .map_err(|_| CallError::Timeout(limits.time))?
    }

    /// Sends a request and gives back the answer as soon as its head is there; its body streams. A
    /// connection that answers `101` can be taken over with [`hyper::upgrade::on`]. There is no
    /// limit: that is up to the caller.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn send(
        &self,
        lookup: &impl Lookup,
        target: &Target,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, CallError> {
        let route = match &target.place {
            Place::Host { host, port } => Route::Name(host.clone(), *port),
            Place::Service {
                namespace,
                name,
                port,
            } => {
                let wanted = ServicePort {
                    namespace,
                    name,
                    port: *port,
                };
                match backend(lookup, wanted).await? {
                    Backend::Addresses(addresses) => Route::Addresses(addresses),
                    Backend::Name(name, port) => Route::Name(name, port),
                }
            }
        };
        let client = self.client(Key {
            route,
            server_name: target.server_name.clone(),
            trust: target.trust.clone(),
        })?;
        client
            .request(request)
            .await
            .map_err(|error| failed(&error))
    }

    /// The client whose connections go there, made if there is none.
    fn client(&self, key: Key) -> Result<HttpClient, CallError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = clients.iter().position(|(known, _)| **known == key) {
            let found = clients.remove(at).expect("the position is of this queue");
            let client = found.1.clone();
            clients.push_back(found);
            return Ok(client);
        }
        let connector = Connector {
            route: key.route.clone(),
            egress: self.egress,
            server_name: key.server_name.clone(),
            tls: Arc::new(key.trust.config()?),
        };
        let client: HttpClient = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE)
            .build(connector);
        if clients.len() >= TARGETS {
            clients.pop_front();
        }
        clients.push_back((Arc::new(key), client.clone()));
        Ok(client)
    }
}

/// Why a request failed: what our own connector says, if it is that.
fn failed(error: &hyper_util::client::legacy::Error) -> CallError {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(own) = inner.downcast_ref::<CallError>() {
            return own.clone();
        }
        source = inner.source();
    }
    CallError::Http(innermost(error))
}

/// The error at the bottom, which says what happened.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
