//! An API server for tests: a few collections in memory behind a `kube::Client`.

use futures::{Stream, StreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;

/// How the next watch is answered, if not with events.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// An event with a 410 in it.
    Gone,
    /// A stream that ends at once.
    HangUp,
}

#[derive(Clone, Default)]
pub(crate) struct ServerDouble(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// By collection, then name.
    objects: BTreeMap<String, BTreeMap<String, Value>>,
    version: u32,
    requests: Vec<String>,
    watches: Vec<(String, mpsc::UnboundedSender<Value>)>,
    answers: VecDeque<Answer>,
    failing_lists: u32,
    pages_expire: bool,
}

impl ServerDouble {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn client(&self) -> Client {
        let server = self.clone();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let server = server.clone();
            async move {
                let (parts, _) = request.into_parts();
                Ok::<_, Infallible>(server.answer(&parts))
            }
        });
        Client::new(service, "default")
    }

    /// Creates or changes an object, and tells the watches.
    pub(crate) fn put(&self, collection: &str, name: &str, version: u32) {
        let object = object(name, version);
        let mut state = self.state();
        state.version = version;
        let objects = state.objects.entry(collection.to_owned()).or_default();
        let known = objects.insert(name.to_owned(), object.clone()).is_some();
        let kind = if known { "MODIFIED" } else { "ADDED" };
        state.tell(Some(collection), &json!({"type": kind, "object": object}));
    }

    /// Deletes an object, and tells the watches.
    pub(crate) fn delete(&self, collection: &str, name: &str, version: u32) {
        self.forget(collection, name, version);
        let event = json!({"type": "DELETED", "object": object(name, version)});
        self.state().tell(Some(collection), &event);
    }

    /// Deletes an object and tells nobody.
    pub(crate) fn forget(&self, collection: &str, name: &str, version: u32) {
        let mut state = self.state();
        state.version = version;
        state.objects.get_mut(collection).unwrap().remove(name);
    }

    pub(crate) fn bookmark(&self, version: u32) {
        let mut state = self.state();
        state.version = version;
        let object = json!({"apiVersion": "v1", "kind": "X", "metadata": {"resourceVersion": version.to_string()}});
        state.tell(None, &json!({"type": "BOOKMARK", "object": object}));
    }

    pub(crate) fn next_watch(&self, answer: Answer) {
        self.state().answers.push_back(answer);
    }

    pub(crate) fn drop_watches(&self) {
        self.state().watches.clear();
    }

    pub(crate) fn fail_lists(&self, times: u32) {
        self.state().failing_lists = times;
    }

    pub(crate) fn expire_pages(&self) {
        self.state().pages_expire = true;
    }

    /// Every request so far, in short.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// The collections of all watches that were ever opened.
    pub(crate) fn watches(&self) -> Vec<String> {
        let requests = self.requests();
        let mut watched: Vec<_> = requests
            .iter()
            .filter_map(|request| request.strip_prefix("GET ")?.split_once("?watch"))
            .map(|(path, _)| path.to_owned())
            .collect();
        watched.sort();
        watched
    }

    pub(crate) fn open_watches(&self) -> usize {
        let state = self.state();
        state
            .watches
            .iter()
            .filter(|(_, events)| !events.is_closed())
            .count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn answer(&self, parts: &http::request::Parts) -> http::Response<Answered> {
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default();
        let value = |key: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value.to_owned())
        };
        let mut state = self.state();
        if value("watch").is_none() {
            state.requests.push(format!("GET {path}?{query}"));
            return state.list(&path, value("limit"), value("continue"));
        }
        let from = value("resourceVersion").unwrap();
        state.requests.push(format!("GET {path}?watch from {from}"));
        let (events, stream) = mpsc::unbounded_channel();
        match state.answers.pop_front() {
            Some(Answer::HangUp) => {}
            Some(Answer::Gone) => {
                let status = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"});
                let _ = events.send(json!({"type": "ERROR", "object": status}));
            }
            None => state.watches.push((path, events)),
        }
        http::Response::new(StreamBody::new(lines(stream)).boxed_unsync())
    }
}

impl State {
    fn tell(&mut self, collection: Option<&str>, event: &Value) {
        for (watched, events) in &self.watches {
            if collection.is_none_or(|collection| collection == watched) {
                let _ = events.send(event.clone());
            }
        }
    }

    fn list(
        &mut self,
        path: &str,
        limit: Option<String>,
        token: Option<String>,
    ) -> http::Response<Answered> {
        if self.failing_lists > 0 {
            self.failing_lists -= 1;
            return response(
                500,
                &json!({"kind": "Status", "code": 500, "message": "no", "reason": "InternalError"}),
            );
        }
        if token.is_some() && self.pages_expire {
            return response(
                410,
                &json!({"kind": "Status", "code": 410, "message": "no", "reason": "Expired"}),
            );
        }
        let all: Vec<_> = self
            .objects
            .get(path)
            .into_iter()
            .flat_map(BTreeMap::values)
            .collect();
        let from: usize = token.map_or(0, |token| token.parse().unwrap());
        let to = limit.map_or(all.len(), |limit| {
            all.len().min(from + limit.parse::<usize>().unwrap())
        });
        let mut metadata = json!({"resourceVersion": self.version.to_string()});
        if to < all.len() {
            metadata["continue"] = json!(to.to_string());
        }
        response(200, &json!({"metadata": metadata, "items": all[from..to]}))
    }
}

fn object(name: &str, version: u32) -> Value {
    json!({"metadata": {
        "namespace": "a", "name": name, "uid": name, "resourceVersion": version.to_string(),
        "managedFields": [{"manager": "somebody"}],
    }})
}

fn response(code: u16, body: &Value) -> http::Response<Answered> {
    let mut response = http::Response::new(Full::from(body.to_string()).boxed_unsync());
    *response.status_mut() = http::StatusCode::from_u16(code).unwrap();
    response
}

type Answered = UnsyncBoxBody<bytes::Bytes, Infallible>;
type Frame = http_body::Frame<bytes::Bytes>;

fn lines(events: mpsc::UnboundedReceiver<Value>) -> impl Stream<Item = Result<Frame, Infallible>> {
    futures::stream::unfold(events, |mut events| async move {
        let event = events.recv().await?;
        Some((
            Ok(http_body::Frame::data(format!("{event}\n").into())),
            events,
        ))
    })
    .boxed()
}
