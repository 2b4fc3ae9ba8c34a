//! `/metrics`: what the server has done, in Prometheus' text format and under kube-apiserver's
//! names, so that its dashboards and alerts work here.
//!
//! Invariant: labels come from the table of kinds and from fixed sets, never from a client, so
//! nobody can make the server remember more and more series.

mod page;
mod target;

pub(crate) use target::Target;

use crate::body::{Endless, Response, response};
use http::StatusCode;
use http_body_util::BodyExt as _;
use page::Page;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// The upper bounds of the duration histogram, in seconds: kube-apiserver's.
const BOUNDS: [f64; 23] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0,
    10.0, 15.0, 20.0, 30.0, 45.0, 60.0,
];

/// The durations of the requests of one target.
#[derive(Clone, Default)]
struct Durations {
    /// How many took no longer than each of [`BOUNDS`] but longer than the one before.
    counts: [u64; BOUNDS.len()],
    count: u64,
    /// In seconds.
    sum: f64,
}

#[derive(Default)]
struct State {
    requests: BTreeMap<(Target, u16, bool), u64>,
    durations: BTreeMap<Target, Durations>,
    long_running: BTreeMap<Target, i64>,
    in_flight: [i64; 2],
}

/// Numbers by name that others have: asked when the metrics are.
type Numbers = Box<dyn Fn() -> Vec<(String, usize)> + Send + Sync>;

/// Counts what the server does.
#[derive(Default)]
pub(crate) struct Metrics {
    state: Mutex<State>,
    /// How many objects there are, by resource (`deployments.apps`).
    objects: OnceLock<Numbers>,
    /// How many requests each priority level has answered at once.
    limits: OnceLock<Numbers>,
    /// How many watches are open.
    watches: AtomicUsize,
    /// How many requests were sent away because there were too many.
    dropped: AtomicU64,
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
        let code = answer.status().as_u16();
        self.answered(target, code, dry_run, begun.elapsed());
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

    /// Counts an answered request.
    fn answered(&self, target: Target, code: u16, dry_run: bool, took: Duration) {
        let mut state = self.state();
        *state.requests.entry((target, code, dry_run)).or_default() += 1;
        let seconds = took.as_secs_f64();
        let durations = state.durations.entry(target).or_default();
        if let Some(at) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            durations.counts[at] += 1;
        }
        durations.count += 1;
        durations.sum += seconds;
    }

    /// How many watches are open.
    pub(crate) fn watches(&self) -> usize {
        self.watches.load(Ordering::Relaxed)
    }

    /// Counts a request that was sent away because there were too many.
    pub(crate) fn dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a watch until what is returned is dropped.
    fn long_running(self: &Arc<Self>, target: Target) -> LongRunning {
        self.watches.fetch_add(1, Ordering::Relaxed);
        *self.state().long_running.entry(target).or_default() += 1;
        LongRunning {
            metrics: Arc::clone(self),
            target,
        }
    }

    /// Counts a request, which changes something or does not, until what is returned is dropped.
    fn in_flight(self: &Arc<Self>, changes: bool) -> InFlight {
        self.state().in_flight[usize::from(changes)] += 1;
        InFlight {
            metrics: Arc::clone(self),
            changes,
        }
    }

    /// Says where to ask how many objects there are, by resource (`deployments.apps`).
    pub(crate) fn count_objects(
        &self,
        counts: impl Fn() -> Vec<(String, usize)> + Send + Sync + 'static,
    ) {
        // Said once, at the start.
        let _ = self.objects.set(Box::new(counts));
    }

    /// Says where to ask how many requests each priority level has answered at once.
    pub(crate) fn tell_limits(
        &self,
        limits: impl Fn() -> Vec<(String, usize)> + Send + Sync + 'static,
    ) {
        let _ = self.limits.set(Box::new(limits));
    }

    /// All metrics.
    pub(crate) fn answer(&self) -> Response {
        response(StatusCode::OK, CONTENT_TYPE, self.text())
    }

    /// Counts stay right whatever happens to who counts.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> String {
        let mut page = Page::default();
        page.family(
            "apiserver_request_total",
            "counter",
            "Requests answered, by verb, resource, scope, dry run and status code.",
        );
        {
            let state = self.state();
            for ((target, code, dry_run), count) in &state.requests {
                let dry_run = if *dry_run { "All" } else { "" };
                let labels = format!("code=\"{code}\",dry_run=\"{dry_run}\",{}", target.labels());
                page.sample("apiserver_request_total", &labels, count);
            }
            page.durations(&state.durations);
            page.family(
                "apiserver_longrunning_requests",
                "gauge",
                "Watches that are open.",
            );
            for (target, count) in &state.long_running {
                page.sample("apiserver_longrunning_requests", &target.labels(), count);
            }
            page.family(
                "apiserver_current_inflight_requests",
                "gauge",
                "Requests that are being answered.",
            );
            for (kind, count) in ["readOnly", "mutating"].iter().zip(state.in_flight) {
                let labels = format!("request_kind=\"{kind}\"");
                page.sample("apiserver_current_inflight_requests", &labels, count);
            }
        }
        page.family(
            "apiserver_dropped_requests_total",
            "counter",
            "Requests that were sent away because there were too many.",
        );
        let dropped = self.dropped.load(Ordering::Relaxed);
        page.sample("apiserver_dropped_requests_total", "", dropped);
        page.family(
            "apiserver_registered_watchers",
            "gauge",
            "Watches that are open, of all kinds.",
        );
        page.sample("apiserver_registered_watchers", "", self.watches());
        page.build();
        if let Some(counts) = self.objects.get() {
            page.objects(counts());
        }
        if let Some(limits) = self.limits.get() {
            page.limits(limits());
        }
        page.process();
        page.text
    }
}

impl Drop for LongRunning {
    fn drop(&mut self) {
        self.metrics.watches.fetch_sub(1, Ordering::Relaxed);
        let mut state = self.metrics.state();
        if let Some(count) = state.long_running.get_mut(&self.target) {
            *count -= 1;
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.metrics.state().in_flight[usize::from(self.changes)] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: Target = Target {
        verb: "LIST",
        group: "",
        version: "v1",
        resource: "pods",
        subresource: "",
        scope: "namespace",
    };

    fn line<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
        text.lines()
            .filter(|line| line.starts_with(start))
            .collect()
    }

    #[test]
    fn answers_are_counted_by_what_they_were_about() {
        let metrics = Metrics::default();
        metrics.answered(PODS, 200, false, Duration::from_millis(30));
        metrics.answered(PODS, 200, false, Duration::from_millis(60));
        metrics.answered(PODS, 404, true, Duration::from_secs(100));
        let text = metrics.text();
        let about = "component=\"apiserver\",group=\"\",resource=\"pods\",scope=\"namespace\",\
                     subresource=\"\",verb=\"LIST\",version=\"v1\"";
        assert_eq!(
            line(&text, "apiserver_request_total{"),
            [
                format!("apiserver_request_total{{code=\"200\",dry_run=\"\",{about}}} 2"),
                format!("apiserver_request_total{{code=\"404\",dry_run=\"All\",{about}}} 1"),
            ]
        );
        let bucket = |bound: &str| {
            let start =
                format!("apiserver_request_duration_seconds_bucket{{{about},le=\"{bound}\"}} ");
            line(&text, &start)[0]
                .rsplit(' ')
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            ["0.025", "0.05", "0.1", "1", "60", "+Inf"].map(bucket),
            ["0", "1", "2", "2", "2", "3"]
        );
        assert_eq!(
            line(&text, "apiserver_request_duration_seconds_sum")[0]
                .rsplit(' ')
                .next(),
            Some("100.09")
        );
    }

    #[test]
    fn what_is_open_is_counted_until_it_is_over() {
        let metrics = Arc::new(Metrics::default());
        let open = |metrics: &Metrics, start: &str| {
            line(&metrics.text(), start)[0]
                .rsplit(' ')
                .next()
                .unwrap()
                .to_owned()
        };
        let watch = metrics.long_running(Target {
            verb: "WATCH",
            ..PODS
        });
        let write = metrics.in_flight(true);
        assert_eq!(open(&metrics, "apiserver_longrunning_requests{"), "1");
        assert_eq!(
            open(
                &metrics,
                "apiserver_current_inflight_requests{request_kind=\"mutating\""
            ),
            "1"
        );
        drop((watch, write));
        assert_eq!(open(&metrics, "apiserver_longrunning_requests{"), "0");
        assert_eq!(
            open(
                &metrics,
                "apiserver_current_inflight_requests{request_kind=\"mutating\""
            ),
            "0"
        );
    }

    #[test]
    fn objects_are_counted_when_asked() {
        let metrics = Metrics::default();
        assert!(line(&metrics.text(), "apiserver_storage_objects{").is_empty());
        metrics.count_objects(|| vec![("pods".to_owned(), 3), ("deployments.apps".to_owned(), 1)]);
        assert_eq!(
            line(&metrics.text(), "apiserver_storage_objects{"),
            [
                "apiserver_storage_objects{resource=\"deployments.apps\"} 1",
                "apiserver_storage_objects{resource=\"pods\"} 3"
            ]
        );
    }
}
