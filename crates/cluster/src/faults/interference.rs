//! Stands between clients and the API server, and spoils requests and watches when a fault says so.

use futures::StreamExt;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use trimtab_clock::Chance;
use trimtab_node::Pattern;

/// What clients get, spoilt or not.
type Answer = Response<UnsyncBoxBody<bytes::Bytes, kube::Error>>;

/// What is spoilt at present. Clones share it.
#[derive(Clone)]
pub(crate) struct Interference(Arc<Shared>);

struct Shared {
    /// Only a scenario that has such faults puts itself in the way.
    is_wanted: bool,
    refusing: Mutex<Vec<Refusing>>,
    /// How often watches were dropped, and whose the last time.
    drops: watch::Sender<(u64, Option<Pattern>)>,
}

/// Requests that are refused.
struct Refusing {
    number: usize,
    client: Pattern,
    status: u16,
    share: f64,
    verbs: Vec<String>,
    chance: Chance,
}

impl Interference {
    /// None yet. Unless `is_wanted` there never will be.
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self(Arc::new(Shared {
            is_wanted,
            refusing: Mutex::default(),
            drops: watch::Sender::new((0, None)),
        }))
    }

    /// The client that `name` is to be given.
    pub(crate) fn between(&self, name: &str, client: Client) -> Client {
        if !self.0.is_wanted {
            return client;
        }
        let (interference, name): (Self, Arc<str>) = (self.clone(), name.into());
        let service = tower::service_fn(move |request: Request<Body>| {
            let (interference, name, client) =
                (interference.clone(), Arc::clone(&name), client.clone());
            async move { interference.pass(&name, client, request).await }
        });
        Client::new(service, "default")
    }

    /// Refuses a share of the requests of a client from now on. Returns what to end it by.
    pub(crate) fn refuse(
        &self,
        client: &Pattern,
        status: u16,
        share: f64,
        verbs: &[String],
        chance: &Chance,
    ) -> usize {
        let mut refusing = self.refusing();
        let number = refusing.last().map_or(0, |last| last.number + 1);
        refusing.push(Refusing {
            number,
            client: client.clone(),
            status,
            share,
            verbs: verbs.to_vec(),
            chance: chance.fork("requests"),
        });
        number
    }

    /// Ends a refusal.
    pub(crate) fn relent(&self, number: usize) {
        self.refusing().retain(|it| it.number != number);
    }

    /// Breaks off all watches that a client has now.
    pub(crate) fn drop_watches(&self, client: &Pattern) {
        self.0.drops.send_modify(|(times, whose)| {
            *times += 1;
            *whose = Some(client.clone());
        });
    }

    fn refusing(&self) -> MutexGuard<'_, Vec<Refusing>> {
        let refusing = self.0.refusing.lock();
        // A list of plain values: a panic elsewhere leaves it whole.
        refusing.unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(
        &self,
        name: &Arc<str>,
        client: Client,
        request: Request<Body>,
    ) -> Result<Answer, kube::Error> {
        let is_watch = is_watch(&request);
        if !is_watch && let Some(status) = self.refusal(name, verb(&request)) {
            return Ok(refused(status));
        }
        // From before the request, so that no drop is missed.
        let mut drops = self.0.drops.subscribe();
        let response = client.send(request).await?;
        if !is_watch {
            return Ok(response.map(BodyExt::boxed_unsync));
        }
        let name = Arc::clone(name);
        let dropped = async move {
            // Ends only with the cluster: then the watch ends anyway.
            while drops.changed().await.is_ok() {
                let whose = drops.borrow_and_update().1.clone();
                if whose.is_some_and(|whose| whose.matches(&name)) {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        Ok(response.map(|body| {
            let frames = body.into_data_stream().take_until(Box::pin(dropped));
            StreamBody::new(frames.map(|data| data.map(Frame::data))).boxed_unsync()
        }))
    }

    /// What a request is refused with, if it is.
    fn refusal(&self, name: &str, verb: &str) -> Option<u16> {
        let refusing = self.refusing();
        let mut fitting = refusing.iter().filter(|it| {
            it.client.matches(name) && (it.verbs.is_empty() || it.verbs.iter().any(|of| of == verb))
        });
        let found = fitting.find(|it| it.chance.fraction() < it.share);
        found.map(|it| it.status)
    }
}

fn is_watch(request: &Request<Body>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = query.split('&');
    request.method() == Method::GET
        && pairs.any(|pair| matches!(pair, "watch=true" | "watch=1" | "watch"))
}

/// The verb of a request, as authorisation names it; the one of a list is told by nothing but its
/// query, so both kinds of reading are `get` unless it selects or pages.
fn verb(request: &Request<Body>) -> &'static str {
    let query = request.uri().query().unwrap_or_default();
    match *request.method() {
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ if query.contains("limit=") || query.contains("resourceVersionMatch=") => "list",
        _ => "get",
    }
}

/// The answer of an API server that is overloaded, broken, or was overtaken by another write.
fn refused(code: u16) -> Answer {
    let (reason, message) = match code {
        409 => (
            "Conflict",
            "the scenario has it that the object has been modified; please apply your changes to the latest version and try again",
        ),
        429 => (
            "TooManyRequests",
            "the scenario has it that the server has received too many requests",
        ),
        _ => (
            "InternalError",
            "the scenario has it that an internal error occurred",
        ),
    };
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": if code == 429 { json!({"retryAfterSeconds": 1}) } else { json!({}) },
        "code": code,
    });
    let body = Full::new(bytes::Bytes::from(status.to_string()));
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if code == 429 {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
