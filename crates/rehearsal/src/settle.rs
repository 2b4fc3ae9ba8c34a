//! Waits until workloads are what was asked for, or will not be.

use crate::namespaces::{namespace_of, text};
use crate::promise::Promise;
use crate::report::Subject;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::Resource;
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use trimtab_deploy::{Readiness, readiness};
use trimtab_informer::Informers;
use trimtab_tree::{Value, parse_json};

/// Nothing that is rehearsed may take longer than this.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long a workload has to stay complete to count as complete: a pod that crashes soon after its
/// start is available for a moment.
const STEADY: Duration = Duration::from_secs(60);

/// How long a workload has to stay failed: what an undo begins anew still shows the deadline that was
/// exceeded before, until something moves.
const FAILED: Duration = Duration::from_secs(5);

/// The kinds that are waited for.
const KINDS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "Job", "Pod"];

/// A workload that is waited for.
#[derive(Clone, Debug)]
pub(crate) struct Awaited {
    pub(crate) subject: Subject,
    /// The generation that was asked for: what shows an older one tells nothing.
    pub(crate) generation: i64,
}

/// How the wait for one ended.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// Since the wait began.
    pub(crate) after: Duration,
    pub(crate) is_complete: bool,
    /// How far it is.
    pub(crate) text: String,
}

/// The workload that an object is, if it is one whose pods are counted or waited for.
pub(crate) fn workload(object: &Value) -> Option<Subject> {
    let kind = text(object, &["kind"]);
    let namespace = namespace_of(object);
    let name = text(object, &["metadata", "name"]);
    KINDS
        .contains(&kind)
        .then(|| Subject::new(kind, namespace, name))
}

/// Those of these objects that are waited for, at the generation that they have.
pub(crate) fn awaited_of<'o>(applied: impl Iterator<Item = &'o Value>) -> Vec<Awaited> {
    let awaited = applied.filter_map(|object| {
        let generation = text(object, &["metadata", "generation"]);
        let is_paused = text(object, &["spec", "paused"]) == "true";
        let subject = workload(object).filter(|_| !is_paused)?;
        Some(Awaited {
            subject,
            generation: generation.parse().unwrap_or(0),
        })
    });
    awaited.collect()
}

/// Tells whenever a workload changes.
pub(crate) struct Changes(Arc<Notify>);

impl Changes {
    /// Listens from now on.
    pub(crate) fn listen(informers: &Informers) -> Self {
        let changed = Arc::new(Notify::new());
        listen::<Deployment>(informers, &changed);
        listen::<StatefulSet>(informers, &changed);
        listen::<DaemonSet>(informers, &changed);
        listen::<Job>(informers, &changed);
        Self(changed)
    }

    /// Listens for pods, too: for those that nobody owns.
    pub(crate) fn listen_for_pods(&self, informers: &Informers) {
        listen::<Pod>(informers, &self.0);
    }
}

fn listen<K>(informers: &Informers, changed: &Arc<Notify>)
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Send + Sync + 'static,
{
    let changed = Arc::clone(changed);
    informers.of::<K>().on_change(move |_| changed.notify_one());
}

/// Waits until each of `awaited` is complete, has failed, or stood still for longer than it
/// promises. What comes out is in their order.
pub(crate) async fn settle(
    informers: &Informers,
    changes: &Changes,
    awaited: &[Awaited],
) -> Vec<Settled> {
    let began = Instant::now();
    let mut waits: Vec<Wait> = awaited.iter().map(|_| Wait::new(began)).collect();
    loop {
        for (wait, awaited) in waits.iter_mut().zip(awaited) {
            wait.look(informers, awaited);
        }
        let now = Instant::now();
        let undecided = || waits.iter().filter(|wait| wait.settled.is_none());
        let steady = undecided().filter_map(Wait::standing_until).min();
        // Of those that wait, one that goes on may be what another one waits for.
        let Some(until) = steady.or_else(|| undecided().map(Wait::until).max()) else {
            break;
        };
        let last = began + LONGEST;
        if now < until.min(last) {
            // In time or not: both are looked at alike.
            let _ = timeout_at(until.min(last), changes.0.notified()).await;
            continue;
        }
        for wait in waits.iter_mut().filter(|wait| wait.settled.is_none()) {
            match wait.standing {
                Some(standing) if now >= standing.until() || now >= last => {
                    let after = standing.since.duration_since(began);
                    wait.settle(standing.is_complete, after);
                }
                None if steady.is_none() || now >= last => {
                    wait.settle(false, now.duration_since(began));
                }
                _ => {}
            }
        }
    }
    let settled = waits.into_iter().filter_map(|wait| wait.settled);
    settled.collect()
}

struct Wait {
    /// As it was last looked at.
    version: String,
    text: String,
    /// Everything that it ever said: a second time is no progress.
    said: FxHashSet<String>,
    moved: Instant,
    patience: Duration,
    /// What it has been for some time, if that may be its end.
    standing: Option<Standing>,
    settled: Option<Settled>,
}

impl Wait {
    fn new(began: Instant) -> Self {
        Self {
            version: String::new(),
            text: "it is not there".to_owned(),
            said: FxHashSet::default(),
            moved: began,
            patience: Promise::of_others().patience,
            standing: None,
            settled: None,
        }
    }

    fn until(&self) -> Instant {
        self.moved + self.patience
    }

    /// When what it is counts as its end, if it stays so.
    fn standing_until(&self) -> Option<Instant> {
        self.standing.map(Standing::until)
    }

    fn settle(&mut self, is_complete: bool, after: Duration) {
        self.settled = Some(Settled {
            after,
            is_complete,
            text: self.text.clone(),
        });
    }

    fn look(&mut self, informers: &Informers, awaited: &Awaited) {
        if self.settled.is_some() {
            return;
        }
        let Some((version, generation, promise, object)) =
            read(informers, &awaited.subject, &self.version)
        else {
            return;
        };
        self.version = version;
        self.patience = promise.patience;
        if generation < awaited.generation {
            return;
        }
        let now = Instant::now();
        let (end, text) = match readiness(&object) {
            Readiness::Ready(text) => (Some(true), text),
            Readiness::Failed(text) => (Some(false), text),
            Readiness::Waiting(text) => (None, text),
        };
        if self.said.insert(text.clone()) {
            self.moved = now;
        }
        self.text = text;
        let before = self.standing;
        self.standing = end.map(|is_complete| {
            let same = before.filter(|before| before.is_complete == is_complete);
            same.unwrap_or(Standing {
                is_complete,
                since: now,
            })
        });
    }
}

/// That a workload has been complete, or has failed, since then.
#[derive(Clone, Copy, Debug)]
struct Standing {
    is_complete: bool,
    since: Instant,
}

impl Standing {
    fn until(self) -> Instant {
        self.since + if self.is_complete { STEADY } else { FAILED }
    }
}

/// Version, generation, promise and value of a workload, if it is another than that of `known`.
fn read(
    informers: &Informers,
    subject: &Subject,
    known: &str,
) -> Option<(String, i64, Promise, Value)> {
    match &*subject.kind {
        "Deployment" => read_of::<Deployment>(informers, subject, known, Promise::of_deployment),
        "StatefulSet" => {
            read_of::<StatefulSet>(informers, subject, known, Promise::of_stateful_set)
        }
        "DaemonSet" => read_of::<DaemonSet>(informers, subject, known, Promise::of_daemon_set),
        "Job" => read_of::<Job>(informers, subject, known, |_| Promise::of_others()),
        _ => read_of::<Pod>(informers, subject, known, |_| Promise::of_others()),
    }
}

fn read_of<K>(
    informers: &Informers,
    subject: &Subject,
    known: &str,
    promise: impl Fn(&K) -> Promise,
) -> Option<(String, i64, Promise, Value)>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Serialize + Send + Sync + 'static,
{
    let cache = informers.of::<K>();
    let object = cache.get(&subject.namespace, &subject.name)?;
    let meta = object.meta();
    let version = meta.resource_version.clone().unwrap_or_default();
    if version == known {
        return None;
    }
    let generation = meta.generation.unwrap_or(0);
    let text = serde_json::to_string(&*object).ok()?;
    let value = parse_json(&text, 0).ok()?;
    Some((version, generation, promise(&object), value))
}
