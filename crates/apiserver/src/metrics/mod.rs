//! `/metrics`: what the server has done, in Prometheus' text format and under kube-apiserver's
//! names, so that its dashboards and alerts work here.
//!
//! Invariant: labels come from the table of kinds and from fixed sets, or are names of which only so
//! many are told apart, so nobody can make the server remember more and more series. What is counted
//! of every request costs no lock but one.

mod clients;
pub(crate) mod family;
mod outcomes;
mod process;
mod recorder;
mod requests;
mod spread;
mod steps;
mod stored;
mod target;

pub(crate) use stored::StoreRequest;
pub(crate) use target::Target;
pub(crate) use trimtab_metrics::{Distribution, Page};

use crate::admission::plugins::Plugin;
use crate::body::{Apart, Endless, Response, Terminated, response};
use crate::resource::Resource;
use clients::Clients;
use family::Family;
use http::StatusCode;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use outcomes::Outcomes;
use recorder::Recorder;
use requests::{Answer, Requests};
use spread::Spread;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use steps::Steps;
use stored::Stored;
use tokio::time::Instant;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// So many resources are told apart of which watches are sent events; those that come later are
/// counted as one.
const MOST_WATCHED: usize = 1000;

/// Users that are counted by their names, as upstream; mail addresses and all others behind them.
const USERS: [&str; 7] = [
    "admin",
    "client",
    "kube_proxy",
    "kubelet",
    "system:serviceaccount:kube-system:default",
    "email_id",
    "other",
];

/// What others know of: asked when the metrics are.
type Source = Box<dyn Fn(&mut Page) + Send + Sync>;

/// Counts what the server does.
pub(crate) struct Metrics {
    requests: Mutex<Requests>,
    /// Requests that read and that change something.
    in_flight: [AtomicI64; 2],
    sources: Mutex<Vec<Source>>,
    /// How many watches are open.
    watches: AtomicUsize,
    /// How many requests were sent away because there were too many.
    dropped: AtomicU64,
    /// Of [`USERS`].
    users: [AtomicU64; USERS.len()],
    authentications: Outcomes<2>,
    authorizations: Outcomes<3>,
    steps: Steps,
    /// By plugin, operation, whether it refused, and whether it changes.
    plugins: Spread<(Plugin, &'static str, bool, bool)>,
    stored: Stored,
    clients: Clients,
    /// The sizes of events by group, resource and version.
    events: Mutex<BTreeMap<[String; 3], Arc<Distribution>>>,
    certificates: Distribution,
    tls_errors: AtomicU64,
    others: Recorder,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Mutex::default(),
            in_flight: Default::default(),
            sources: Mutex::default(),
            watches: AtomicUsize::default(),
            dropped: AtomicU64::default(),
            users: Default::default(),
            authentications: Outcomes::new(
                &family::AUTHENTICATIONS,
                &family::AUTHENTICATION_DURATIONS,
                ["success", "failure"],
            ),
            authorizations: Outcomes::new(
                &family::AUTHORIZATIONS,
                &family::AUTHORIZATION_DURATIONS,
                ["allowed", "no-opinion", "error"],
            ),
            steps: Steps::default(),
            plugins: Spread::of(&family::PLUGINS),
            stored: Stored::default(),
            clients: Clients::default(),
            events: Mutex::default(),
            certificates: Distribution::of(&family::CERTIFICATES),
            tls_errors: AtomicU64::default(),
            others: Recorder::default(),
        }
    }
}

/// A watch that is open: counted as long as this is there.
struct LongRunning {
    metrics: Arc<Metrics>,
    target: Target,
}

/// A request that is being answered: counted as long as this is there.
struct InFlight {
    metrics: Arc<Metrics>,
    changes: bool,
}

impl Metrics {
    /// Counts a request, from now until it is answered, and its answer; of a watch also until its
    /// body ends.
    pub(crate) async fn measure(
        self: &Arc<Self>,
        target: Target,
        dry_run: bool,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let long_running = target.is_long_running().then(|| self.long_running(target));
        let in_flight = long_running
            .is_none()
            .then(|| self.in_flight(target.changes()));
        let begun = Instant::now();
        let mut answer = answer.await;
        drop(in_flight);
        let extensions = answer.extensions();
        let counted = Answer {
            code: answer.status().as_u16(),
            dry_run,
            took: begun.elapsed(),
            apart: extensions.get::<Apart>().map_or(Duration::ZERO, |it| it.0),
            size: answer.body().size_hint().exact(),
            is_terminated: extensions.get::<Terminated>().is_some(),
        };
        self.requests().add(target, &counted);
        let Some(guard) = long_running.filter(|_| answer.status().is_success()) else {
            return answer;
        };
        answer.extensions_mut().insert(Endless);
        answer.map(|body| {
            let guarded = body.map_frame(move |frame| {
                let _open = &guard;
                frame
            });
            guarded.boxed_unsync()
        })
    }

    /// How many watches are open.
    pub(crate) fn watches(&self) -> usize {
        self.watches.load(Ordering::Relaxed)
    }

    /// Counts a request that was sent away because there were too many.
    pub(crate) fn dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request of which it became known who sent it, or did not.
    pub(crate) fn authenticated(&self, user: Option<&str>, took: Duration) {
        self.authentications.add(usize::from(user.is_none()), took);
        let Some(user) = user else { return };
        let named = USERS[..USERS.len() - 2]
            .iter()
            .position(|name| *name == user);
        let at = named.unwrap_or(USERS.len() - if user.contains('@') { 2 } else { 1 });
        self.users[at].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that may be answered or not; `None` if that could not be told.
    pub(crate) fn authorized(&self, allowed: Option<bool>, took: Duration) {
        let result = match allowed {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        self.authorizations.add(result, took);
    }

    /// Counts a step of admission, of the plugins that change writes or of those that only look.
    pub(crate) fn admitted(&self, changes: bool, operation: &str, refused: bool, took: Duration) {
        self.steps.add(changes, operation, refused, took);
    }

    /// Counts the work of a plugin of admission on a write.
    pub(crate) fn plugin_ran(
        &self,
        plugin: Plugin,
        changes: bool,
        operation: &'static str,
        refused: bool,
        took: Duration,
    ) {
        let key = (plugin, operation, refused, changes);
        self.plugins.add(key, took.as_secs_f64());
    }

    /// Counts a request to the store.
    pub(crate) fn store_asked(&self, request: StoreRequest, of: &Resource, took: Duration) {
        self.stored.requested(request, of, took);
    }

    /// Counts a list that the cache answered, which looked at so many objects and gave so many.
    pub(crate) fn listed(&self, of: &Resource, looked_at: usize, returned: usize) {
        self.stored.listed(of, looked_at, returned);
    }

    /// Counts a request of a component in this process.
    pub(crate) fn client_answered(&self, method: &str, code: u16, took: Duration) {
        self.clients.answered(method, code, took);
    }

    /// Counts a client certificate that is shown and good for that long still.
    pub(crate) fn certificate_shown(&self, left: Duration) {
        self.certificates.add_time(left);
    }

    /// Counts a connection that did not get through the TLS handshake.
    pub(crate) fn handshake_failed(&self) {
        self.tls_errors.fetch_add(1, Ordering::Relaxed);
    }

    /// Where a watch of a resource counts the sizes of its events.
    pub(crate) fn events(&self, group: &str, resource: &str, version: &str) -> Arc<Distribution> {
        let events = self.events.lock();
        let mut events = events.unwrap_or_else(PoisonError::into_inner);
        let mut key = [group, resource, version].map(str::to_owned);
        if events.len() >= MOST_WATCHED && !events.contains_key(&key) {
            key = ["other"; 3].map(str::to_owned);
        }
        let new = || Arc::new(Distribution::of(&family::WATCH_EVENT_SIZES));
        Arc::clone(events.entry(key).or_insert_with(new))
    }

    /// Counts one of a family of which there are few. The labels are in the order of the family's.
    pub(crate) fn count(&self, family: &'static Family, labels: &[&str]) {
        self.others.add(family, labels, 1.0);
    }

    /// Counts a time of a family of which there are few.
    pub(crate) fn time(&self, family: &'static Family, labels: &[&str], took: Duration) {
        self.others.add(family, labels, took.as_secs_f64());
    }

    /// Counts a watch until what is returned is dropped.
    fn long_running(self: &Arc<Self>, target: Target) -> LongRunning {
        self.watches.fetch_add(1, Ordering::Relaxed);
        self.requests().open(target, 1);
        LongRunning {
            metrics: Arc::clone(self),
            target,
        }
    }

    /// Counts a request, which changes something or does not, until what is returned is dropped.
    fn in_flight(self: &Arc<Self>, changes: bool) -> InFlight {
        self.in_flight[usize::from(changes)].fetch_add(1, Ordering::Relaxed);
        InFlight {
            metrics: Arc::clone(self),
            changes,
        }
    }

    /// Says whom else to ask when the metrics are.
    pub(crate) fn ask_too(&self, source: impl Fn(&mut Page) + Send + Sync + 'static) {
        let sources = self.sources.lock();
        let mut sources = sources.unwrap_or_else(PoisonError::into_inner);
        sources.push(Box::new(source));
    }

    /// All metrics of a process that began at that time, in seconds since 1970.
    pub(crate) fn answer(&self, started: Option<i64>) -> Response {
        let mut page = self.page();
        if let Some(started) = started {
            page.single(&family::STARTED, started);
        }
        response(StatusCode::OK, CONTENT_TYPE, page.into_text())
    }

    /// Counts stay right whatever happens to who counts.
    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self) -> Page {
        let mut page = Page::default();
        self.requests().tell(&mut page);
        page.family(&family::IN_FLIGHT);
        for (kind, count) in ["readOnly", "mutating"].iter().zip(&self.in_flight) {
            let count = count.load(Ordering::Relaxed);
            page.sample(&family::IN_FLIGHT, &[kind], count);
        }
        let number = |count: &AtomicU64| count.load(Ordering::Relaxed);
        page.single(&family::DROPPED, number(&self.dropped));
        page.single(&family::WATCHERS, self.watches());
        page.single(&family::TLS_ERRORS, number(&self.tls_errors));
        page.family(&family::CERTIFICATES);
        page.distribution(&family::CERTIFICATES, &[], &self.certificates);
        page.family(&family::AUTHENTICATED);
        let users = USERS.iter().zip(&self.users);
        for (user, count) in users.filter(|(_, count)| number(count) > 0) {
            page.sample(&family::AUTHENTICATED, &[user], number(count));
        }
        self.authentications.tell(&mut page);
        self.authorizations.tell(&mut page);
        self.steps.tell(&mut page);
        let labels = |(plugin, operation, refused, changes): (Plugin, &'static str, bool, bool)| {
            let rejected = if refused { "true" } else { "false" };
            let kind = if changes { "admit" } else { "validate" };
            [plugin.name(), operation, rejected, kind]
        };
        self.plugins.tell(&mut page, None, labels);
        self.stored.tell(&mut page);
        self.clients.tell(&mut page);
        self.tell_events(&mut page);
        self.others.tell(&mut page);
        let sources = self.sources.lock();
        for source in &*sources.unwrap_or_else(PoisonError::into_inner) {
            source(&mut page);
        }
        process::build(&mut page);
        process::tell(&mut page);
        page
    }

    fn tell_events(&self, page: &mut Page) {
        let events = self.events.lock();
        let events = events.unwrap_or_else(PoisonError::into_inner);
        page.family(&family::WATCH_EVENTS);
        for (key, sizes) in &*events {
            let labels = key.each_ref().map(String::as_str);
            page.sample(&family::WATCH_EVENTS, &labels, sizes.count());
        }
        page.family(&family::WATCH_EVENT_SIZES);
        for (key, sizes) in &*events {
            let labels = key.each_ref().map(String::as_str);
            page.distribution(&family::WATCH_EVENT_SIZES, &labels, sizes);
        }
    }
}

impl Drop for LongRunning {
    fn drop(&mut self) {
        self.metrics.watches.fetch_sub(1, Ordering::Relaxed);
        self.metrics.requests().open(self.target, -1);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.metrics.in_flight[usize::from(self.changes)].fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
