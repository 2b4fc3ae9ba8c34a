//! The audit log: who asked what, and what came of it, a line of JSON an event.
//!
//! Events are `audit.k8s.io/v1` `Event`s, chosen by a `Policy`: the first rule that a request fits
//! says how much of it is told ([`Level`]) and at which stages. Without a policy, everything is told
//! without bodies. Bodies of requests are read before they are answered, and those of answers before
//! they are sent, only where the policy asks for them; watches are never held up.

mod event;
mod level;
mod log;
mod policy;

pub use log::{AuditError, AuditOptions};

use bytes::Bytes;
use http::Request;
use http::header::{HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::BodyExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use trimtab_clock::{Chance, Clock};

use crate::Identity;
use crate::admission::AuditAnnotations;
use crate::body::{Body, BoxError, Endless, MAX_REQUEST_BYTES, Response, full};
use crate::metrics::{Page, family};
use crate::request::{RequestInfo, unescape};
use event::Event;
use level::{Level, Stage};
use log::Log;
use policy::Policy;

/// The header that names a request in the log.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// What is learnt of a request on its way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// Who sent it.
    pub(crate) user: Option<Identity>,
    /// As whom, and by which bounded right.
    pub(crate) impersonated: Option<(Identity, String)>,
    /// What is noted about it.
    pub(crate) annotations: Vec<(String, String)>,
}

impl Trail {
    /// Notes something; the first value of a key stays.
    pub(crate) fn annotate(&mut self, key: &str, value: impl Into<String>) {
        if self.annotations.iter().all(|(known, _)| known != key) {
            self.annotations.push((key.to_owned(), value.into()));
        }
    }
}

/// Writes the log. Cheap to clone.
#[derive(Clone)]
pub struct Audit(Arc<Inner>);

struct Inner {
    policy: Policy,
    log: Log,
    /// How many events were written.
    events: AtomicU64,
    /// How many requests were told of at each level.
    levels: [AtomicU64; Level::ALL.len()],
}

impl Audit {
    /// Opens the log.
    ///
    /// # Errors
    /// When the policy or the log cannot be opened, or the policy is none.
    pub fn open(options: &AuditOptions) -> Result<Self, AuditError> {
        let policy = match &options.policy {
            Some(path) => Policy::read(path)?,
            None => Policy::default(),
        };
        let log = Log::open(options)?;
        Ok(Self(Arc::new(Inner {
            policy,
            log,
            events: AtomicU64::default(),
            levels: Default::default(),
        })))
    }

    /// Tells the metrics what has been told.
    pub(crate) fn measure(&self, page: &mut Page) {
        let number = |count: &AtomicU64| count.load(Ordering::Relaxed);
        page.single(&family::AUDIT_EVENTS, number(&self.0.events));
        page.family(&family::AUDIT_LEVELS);
        for (level, count) in Level::ALL.iter().zip(&self.0.levels) {
            page.sample(&family::AUDIT_LEVELS, &[level.as_str()], number(count));
        }
    }

    /// Begins to tell of a request; `None` if nothing of it is told. Who sends it is not known yet,
    /// so what the policy says of users is looked at in the end.
    pub(crate) async fn begin(
        &self,
        request: Request<Body>,
        clock: Clock,
        chance: &Chance,
    ) -> (Request<Body>, Telling) {
        let (parts, mut body) = request.into_parts();
        let mut telling = Telling {
            audit: self.clone(),
            clock,
            event: Event::of(&parts, clock.now(), chance.uid()),
            level: Level::None,
            omitted: Vec::new(),
            omits_managed_fields: false,
            is_long: false,
        };
        let query = parts.uri.query().unwrap_or_default();
        let path = unescape(parts.uri.path());
        let info = RequestInfo::parse(&parts.method, &path, query);
        telling.is_long = info.verb == "watch";
        if self.0.policy.may_tell_bodies(&info) {
            let (read, rest) = head(body).await;
            telling.event.request = read;
            body = rest;
        }
        (Request::from_parts(parts, body), telling)
    }
}

/// Reads a body, unless it is too long; gives back one of the same bytes.
async fn head(mut body: Body) -> (Option<Bytes>, Body) {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => read.extend_from_slice(&data),
            Ok(Err(_)) => {}
            Err(error) => {
                let broken: Result<Frame<Bytes>, BoxError> = Err(error);
                let rest = futures::stream::iter([Ok(Frame::data(read.into())), broken]);
                return (None, http_body_util::StreamBody::new(rest).boxed_unsync());
            }
        }
        if read.len() > MAX_REQUEST_BYTES {
            // It is refused anyway; what was read goes before the rest.
            let before = futures::stream::iter([Ok(Frame::data(Bytes::from(read)))]);
            let rest = futures::stream::unfold(body, |mut body| async move {
                Some((body.frame().await?, body))
            });
            let all = futures::StreamExt::chain(before, rest);
            return (None, http_body_util::StreamBody::new(all).boxed_unsync());
        }
    }
    let read = Bytes::from(read);
    (Some(read.clone()), full(read))
}

/// What is told of one request.
pub(crate) struct Telling {
    audit: Audit,
    clock: Clock,
    event: Event,
    level: Level,
    omitted: Vec<Stage>,
    omits_managed_fields: bool,
    is_long: bool,
}

impl Telling {
    /// Tells what came of it.
    pub(crate) async fn end(mut self, trail: Trail, mut response: Response) -> Response {
        if let Ok(id) = HeaderValue::from_str(self.event.id()) {
            response.headers_mut().insert(AUDIT_ID, id);
        }
        let annotations = response.extensions().get::<AuditAnnotations>();
        let annotations = annotations.map(|noted| noted.0.clone()).unwrap_or_default();
        self.event.learn(trail, annotations);
        let rule = self.audit.0.policy.of(&self.event);
        self.level = rule.level;
        self.audit.0.levels[rule.level as usize].fetch_add(1, Ordering::Relaxed);
        self.omitted = rule.omitted;
        self.omits_managed_fields = rule.omits_managed_fields;
        if self.level == Level::None {
            return response;
        }
        self.tell(Stage::RequestReceived);
        self.event.answered(response.status());
        let is_endless = self.is_long || response.extensions().get::<Endless>().is_some();
        if is_endless && response.status().is_success() {
            self.tell(Stage::ResponseStarted);
            return response.map(|body| {
                Told {
                    body,
                    telling: self,
                }
                .boxed_unsync()
            });
        }
        let is_error = !response.status().is_success();
        if self.level == Level::RequestResponse || is_error {
            let (parts, body) = response.into_parts();
            let (read, body) = head(body).await;
            self.event.response = read;
            response = Response::from_parts(parts, body);
        }
        self.tell(Stage::ResponseComplete);
        response
    }

    fn tell(&self, stage: Stage) {
        if self.omitted.contains(&stage) || self.level == Level::None {
            return;
        }
        let now = self.clock.now();
        let line = self
            .event
            .line(stage, self.level, self.omits_managed_fields, now);
        self.audit.0.log.write(&line, now);
        self.audit.0.events.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of a watch, whose end is told of.
struct Told {
    body: Body,
    telling: Telling,
}

impl http_body::Body for Told {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.telling.tell(Stage::ResponseComplete);
    }
}
