//! `/metrics`: what the server has done, in Prometheus' text format and under kube-apiserver's
//! names, so that its dashboards and alerts work here.
//!
//! Invariant: labels come from the table of kinds and from fixed sets, never from a client, so
//! nobody can make the server remember more and more series.

use crate::body::{Response, response};
use http::StatusCode;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// The upper bounds of the duration histogram, in seconds: kube-apiserver's.
const BOUNDS: [f64; 23] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0,
    10.0, 15.0, 20.0, 30.0, 45.0, 60.0,
];

/// What a request was about. Texts are of the table of kinds or of fixed sets; what is about
/// nothing that is served has empty ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `APPLY`, `DELETE`, `DELETECOLLECTION`
    pub(crate) verb: &'static str,
    /// `apps`
    pub(crate) group: &'static str,
    /// `v1`
    pub(crate) version: &'static str,
    /// `deployments`
    pub(crate) resource: &'static str,
    /// `status`
    pub(crate) subresource: &'static str,
    /// `cluster`, `namespace` or `resource`: how much a request was about.
    pub(crate) scope: &'static str,
}

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

/// How many objects there are, by resource (`deployments.apps`): asked when the metrics are.
type ObjectCounts = Box<dyn Fn() -> Vec<(String, u64)> + Send + Sync>;

/// Counts what the server does.
#[derive(Default)]
pub(crate) struct Metrics {
    state: Mutex<State>,
    objects: Mutex<Option<ObjectCounts>>,
}

/// A watch that is open: counted as long as this is there.
pub(crate) struct LongRunning {
    metrics: Arc<Metrics>,
    target: Target,
}

/// A request that is being answered: counted as long as this is there.
pub(crate) struct InFlight {
    metrics: Arc<Metrics>,
    changes: bool,
}

impl Metrics {
    /// Counts an answered request.
    pub(crate) fn answered(&self, target: Target, code: u16, dry_run: bool, took: Duration) {
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

    /// Counts a watch until what is returned is dropped.
    pub(crate) fn long_running(self: &Arc<Self>, target: Target) -> LongRunning {
        *self.state().long_running.entry(target).or_default() += 1;
        LongRunning {
            metrics: Arc::clone(self),
            target,
        }
    }

    /// Counts a request, which changes something or does not, until what is returned is dropped.
    pub(crate) fn in_flight(self: &Arc<Self>, changes: bool) -> InFlight {
        self.state().in_flight[usize::from(changes)] += 1;
        InFlight {
            metrics: Arc::clone(self),
            changes,
        }
    }

    /// Says where to ask how many objects there are, by resource (`deployments.apps`).
    pub(crate) fn count_objects(
        &self,
        counts: impl Fn() -> Vec<(String, u64)> + Send + Sync + 'static,
    ) {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        *objects = Some(Box::new(counts));
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
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = &*objects {
            page.objects(counts());
        }
        drop(objects);
        page.process();
        page.text
    }
}

impl Drop for LongRunning {
    fn drop(&mut self) {
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

impl Target {
    /// Label values need no escaping: they are names.
    fn labels(&self) -> String {
        let Self {
            verb,
            group,
            version,
            resource,
            subresource,
            scope,
        } = self;
        format!(
            "component=\"apiserver\",group=\"{group}\",resource=\"{resource}\",scope=\"{scope}\",\
             subresource=\"{subresource}\",verb=\"{verb}\",version=\"{version}\""
        )
    }
}

/// The text under way.
#[derive(Default)]
struct Page {
    text: String,
}

const WRITE: &str = "writing to a String cannot fail";

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}").expect(WRITE);
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        if labels.is_empty() {
            writeln!(self.text, "{name} {value}").expect(WRITE);
        } else {
            writeln!(self.text, "{name}{{{labels}}} {value}").expect(WRITE);
        }
    }

    fn durations(&mut self, durations: &BTreeMap<Target, Durations>) {
        let name = "apiserver_request_duration_seconds";
        let help = "How long requests took to be answered; of watches, to be established.";
        self.family(name, "histogram", help);
        for (target, durations) in durations {
            let labels = target.labels();
            let mut so_far = 0;
            for (bound, count) in BOUNDS.iter().zip(durations.counts) {
                so_far += count;
                let labels = format!("{labels},le=\"{bound}\"");
                self.sample(&format!("{name}_bucket"), &labels, so_far);
            }
            let all = format!("{labels},le=\"+Inf\"");
            self.sample(&format!("{name}_bucket"), &all, durations.count);
            self.sample(&format!("{name}_sum"), &labels, durations.sum);
            self.sample(&format!("{name}_count"), &labels, durations.count);
        }
    }

    fn objects(&mut self, mut counts: Vec<(String, u64)>) {
        counts.sort();
        let name = "apiserver_storage_objects";
        self.family(name, "gauge", "Objects that are stored, by resource.");
        for (resource, count) in counts {
            self.sample(name, &format!("resource=\"{resource}\""), count);
        }
    }

    /// What the system says of this process, where it does.
    fn process(&mut self) {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
            return;
        };
        let kilobytes = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        if let Some(resident) = kilobytes("VmRSS:") {
            let name = "process_resident_memory_bytes";
            self.family(name, "gauge", "Resident memory size in bytes.");
            self.sample(name, "", resident * 1024);
        }
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
