//! `garbage-collector-controller`: deletes what has lost its last owner.
//!
//! It watches the metadata of every kind that can be listed, watched and deleted, keeps the graph
//! of owners ([`graph`]), and does what a change in it asks for ([`collect`]). Before it sets free what
//! an object owned, it asks what that is ([`dependents`]). The rules are those
//! of `pkg/controller/garbagecollector` in Kubernetes; kinds that come and go are learnt of from
//! the definitions themselves, not by asking every thirty seconds.

mod collect;
mod dependents;
mod graph;

use crate::context::Context;
use crate::discovery::{Kind, Served};
use crate::error::ReconcileError;
use crate::worker::{Reconcile, work};
use graph::{Graph, Identity, Task};
use indexmap::IndexSet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::discovery::verbs;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use trimtab_informer::{Backoff, MetadataChange, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "garbage-collector-controller";

/// Objects looked at the same time: `--concurrent-gc-syncs`.
const WORKERS: usize = 20;
/// Absent owners remembered: client-go's `NewReferenceCache(500)`.
const ABSENT: usize = 500;
/// How long after a definition has changed the kinds are asked for: until it is served.
const SETTLE: Duration = Duration::from_secs(1);
/// First and longest wait when the kinds cannot be asked for.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// Kinds nobody depends on and that come in numbers, by group and resource.
const IGNORED: [(&str, &str); 2] = [("", "events"), ("events.k8s.io", "events")];
/// Kinds whose objects make other kinds.
const DEFINITIONS: [(&str, &str); 2] = [
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("apiregistration.k8s.io", "apiservices"),
];

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct GarbageCollector {
    context: Context,
    graph: Arc<Mutex<Graph>>,
    /// Owners that are known to be gone: a thousand dependents of one need not ask a thousand
    /// times.
    absent: Arc<Mutex<Absent>>,
    served: Arc<RwLock<Option<Arc<Served>>>>,
    queue: WorkQueue<Task>,
    /// Holds one item when the kinds are to be asked for.
    kinds_changed: WorkQueue<&'static str>,
}

impl Reconcile for GarbageCollector {
    type Key = Task;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, task: &Task) -> Result<(), ReconcileError> {
        self.perform(task).await
    }
}

impl GarbageCollector {
    pub(crate) fn new(context: Context) -> Self {
        Self {
            context,
            graph: Arc::default(),
            absent: Arc::default(),
            served: Arc::default(),
            queue: WorkQueue::new(),
            kinds_changed: WorkQueue::new(),
        }
    }

    /// Works until its task ends. It begins after all others have their caches, so that it shares
    /// them, and does not hold up their start.
    pub(crate) async fn run(self) {
        self.context.informers.synced().await;
        self.kinds_changed.add("all");
        let watching = self.watch_kinds();
        let collecting = async {
            // Not before every kind is known: an owner of one that is not would seem to be gone.
            // (It is asked for all the same; this saves the asking.)
            self.context.informers.synced().await;
            work(&self, &self.queue).await;
        };
        futures::future::join(watching, collecting).await;
    }

    /// Keeps a watch on every kind there is.
    async fn watch_kinds(&self) {
        let mut watched = BTreeMap::<String, Kind>::new();
        let chance = self.context.chance.fork("kinds");
        let mut backoff = Backoff::new(RETRY.0, RETRY.1, chance);
        while let Some(all) = self.kinds_changed.next().await {
            match Served::ask(&self.context.client).await {
                Ok(served) => {
                    backoff.reset();
                    self.watch(served, &mut watched);
                }
                Err(error) => {
                    tracing::warn!(controller = NAME, %error, "cannot learn what kinds there are");
                    self.kinds_changed.add_after(all, backoff.after_failure());
                }
            }
            self.kinds_changed.done(&all);
        }
    }

    fn watch(&self, served: Served, watched: &mut BTreeMap<String, Kind>) {
        let kinds: Vec<_> = served.kinds().into_iter().filter(is_collected).collect();
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(served));
        let mut gone = std::mem::take(watched);
        for kind in kinds {
            let name = format!("{}/{}", kind.resource.api_version, kind.resource.plural);
            if gone.remove(&name).is_none() {
                self.watch_kind(&kind);
            }
            watched.insert(name, kind);
        }
        for kind in gone.values() {
            self.context.informers.stop_metadata(&kind.resource);
        }
    }

    fn watch_kind(&self, kind: &Kind) {
        let it = self.clone();
        let resource = &kind.resource;
        let defines = is_one_of(&DEFINITIONS, kind);
        let (version, kind) = (
            Arc::from(&*resource.api_version),
            Arc::from(&*resource.kind),
        );
        self.context
            .informers
            .metadata(resource)
            .on_change(move |change| {
                if defines {
                    it.kinds_changed.add_after("all", SETTLE);
                }
                let identity = |meta: &ObjectMeta| Identity {
                    api_version: Arc::clone(&version),
                    kind: Arc::clone(&kind),
                    namespace: meta.namespace.as_deref().unwrap_or_default().into(),
                    name: meta.name.as_deref().unwrap_or_default().into(),
                    uid: meta.uid.as_deref().unwrap_or_default().into(),
                };
                match change {
                    MetadataChange::Present(meta) => it.is_present(identity(meta), meta),
                    MetadataChange::Gone(meta) => it.is_gone(&identity(meta)),
                }
            });
    }

    fn is_present(&self, identity: Identity, meta: &ObjectMeta) {
        let tasks = self.graph().present(identity, meta);
        self.queue_all(tasks);
    }

    fn is_gone(&self, identity: &Identity) {
        let tasks = self.graph().gone(&identity.uid);
        if !tasks.is_empty() {
            self.absent().insert(identity.clone());
        }
        self.queue_all(tasks);
    }

    fn queue_all(&self, tasks: Vec<Task>) {
        for task in tasks {
            self.queue.add(task);
        }
    }

    fn graph(&self) -> MutexGuard<'_, Graph> {
        // No panic can happen while a change is taken in.
        self.graph.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn absent(&self) -> MutexGuard<'_, Absent> {
        self.absent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was served when the kinds were last asked for.
    fn served(&self) -> ServedNow {
        let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
        ServedNow(served.clone())
    }
}

/// Nothing is served before the API server was asked.
struct ServedNow(Option<Arc<Served>>);

impl ServedNow {
    fn find(&self, api_version: &str, kind: &str) -> Option<Kind> {
        self.0.as_ref()?.find(api_version, kind)
    }

    /// The kinds that are looked after.
    fn collected(&self) -> Vec<Kind> {
        let kinds = self.0.iter().flat_map(|served| served.kinds());
        kinds.filter(is_collected).collect()
    }
}

fn is_collected(kind: &Kind) -> bool {
    kind.supports(&[verbs::DELETE, verbs::LIST, verbs::WATCH]) && !is_one_of(&IGNORED, kind)
}

fn is_one_of(kinds: &[(&str, &str)], kind: &Kind) -> bool {
    kinds.contains(&(kind.resource.group.as_str(), kind.resource.plural.as_str()))
}

/// The last owners that were found to be gone, the oldest first. A uid is never used again, so what
/// is absent stays so.
#[derive(Default)]
struct Absent(IndexSet<Identity>);

impl Absent {
    fn contains(&self, identity: &Identity) -> bool {
        self.0.contains(identity)
    }

    fn insert(&mut self, identity: Identity) {
        if self.0.len() >= ABSENT {
            self.0.drain(..ABSENT / 2);
        }
        self.0.insert(identity);
    }
}
