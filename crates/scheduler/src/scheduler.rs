//! The loop: what happened comes in, pods go out to their nodes.

use crate::bind;
use crate::nodes::Nodes;
use crate::pick::pick;
use crate::queue::{Queue, Relief};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::Client;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{Change, EventRecorder, EventType, Informers, reference};

/// The scheduler that pods ask for unless they name another.
pub const SCHEDULER_NAME: &str = "default-scheduler";

/// How many writes are on their way at once. Deciding takes microseconds, a write a flush to the
/// disk; with so many together the flushes are shared.
const IN_FLIGHT: usize = 64;

/// What a scheduler needs.
pub struct Options {
    /// Writes bindings and conditions; its identity is who does.
    pub client: Client,
    /// The shared watches.
    pub informers: Informers,
    /// Tells `Scheduled` and `FailedScheduling`.
    pub events: EventRecorder,
    /// For the times in conditions.
    pub clock: Clock,
    /// Decides between equally good nodes.
    pub chance: Chance,
}

/// Something that the scheduler must know of.
enum Happening {
    Pod(Change<Pod>),
    Node(Change<Node>),
}

/// A write that came back.
enum Written {
    Bound {
        pod: Arc<Pod>,
        node: String,
        result: Result<(), kube::Error>,
    },
    Marked(Result<(), kube::Error>),
}

/// Puts pods onto nodes. See the crate's documentation.
pub struct Scheduler {
    client: Client,
    events: EventRecorder,
    clock: Clock,
    chance: Chance,
    happenings: mpsc::UnboundedReceiver<Happening>,
    nodes: Nodes,
    queue: Queue,
    writes: JoinSet<Written>,
}

impl Scheduler {
    /// Registers with the watches, so that from now on nothing is missed.
    #[must_use]
    pub fn new(options: Options) -> Self {
        // Unbounded, because a watch must never wait for the scheduler; it holds no more than the
        // changes since the last turn of the loop, which only passes them on.
        let (sender, happenings) = mpsc::unbounded_channel();
        let pods = sender.clone();
        options.informers.of::<Pod>().on_change(move |change| {
            let _ = pods.send(Happening::Pod(change.clone()));
        });
        options.informers.of::<Node>().on_change(move |change| {
            let _ = sender.send(Happening::Node(change.clone()));
        });
        Self {
            client: options.client,
            events: options.events,
            clock: options.clock,
            chance: options.chance.fork("scheduler"),
            happenings,
            nodes: Nodes::default(),
            queue: Queue::default(),
            writes: JoinSet::new(),
        }
    }

    /// Schedules until the watches end.
    pub async fn run(mut self) {
        loop {
            // What is known comes before the next decision.
            while let Ok(happening) = self.happenings.try_recv() {
                self.take_in(happening);
            }
            if self.writes.len() < IN_FLIGHT
                && let Some(pod) = self.queue.take(Instant::now())
            {
                self.schedule(pod);
                continue;
            }
            let due = self.queue.next_due();
            let has_room = self.writes.len() < IN_FLIGHT;
            tokio::select! {
                biased;
                happening = self.happenings.recv() => match happening {
                    Some(happening) => self.take_in(happening),
                    None => return,
                },
                Some(Ok(written)) = self.writes.join_next() => self.settle(written),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() && has_room => {}
            }
        }
    }

    fn take_in(&mut self, happening: Happening) {
        let now = Instant::now();
        match happening {
            Happening::Pod(Change::Added(pod) | Change::Updated { new: pod, .. }) => {
                self.set_pod(&pod, now);
            }
            Happening::Pod(Change::Deleted(pod)) => self.forget(&pod, now),
            Happening::Node(Change::Added(node)) => {
                self.nodes.set_node(&node);
                self.queue.relieve(Relief::Node, now);
            }
            Happening::Node(Change::Updated { old, new }) => {
                self.nodes.set_node(&new);
                if matters(&old, &new) {
                    self.queue.relieve(Relief::Node, now);
                }
            }
            Happening::Node(Change::Deleted(node)) => {
                let name = node.metadata.name.as_deref().unwrap_or_default();
                self.nodes.remove_node(name);
            }
        }
    }

    fn set_pod(&mut self, pod: &Arc<Pod>, now: Instant) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
        if matches!(phase, Some("Succeeded" | "Failed")) {
            // What has ended takes nothing, though it still names its node.
            self.forget(pod, now);
            return;
        }
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
        if let Some(node) = node.filter(|node| !node.is_empty()) {
            self.queue.remove(uid);
            self.nodes.place(pod, node);
        } else if wants_a_node(pod) {
            self.queue.set(pod, now);
        } else {
            self.queue.remove(uid);
        }
    }

    fn forget(&mut self, pod: &Pod, now: Instant) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.queue.remove(uid);
        if self.nodes.remove(uid) {
            self.queue.relieve(Relief::PodGone, now);
        }
    }

    fn schedule(&mut self, pod: Arc<Pod>) {
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        let client = self.client.clone();
        match pick(&pod, &self.nodes, &self.chance) {
            Ok(node) => {
                // Taken from now on, so that the next pod does not count on the same room.
                self.nodes.place(&pod, &node);
                self.writes.spawn(async move {
                    let result = bind::bind(&client, &pod, node.clone()).await;
                    Written::Bound { pod, node, result }
                });
            }
            Err(unschedulable) => {
                let message = unschedulable.to_string();
                self.queue
                    .park(&uid, unschedulable.obstacles, Instant::now());
                let regarding = reference(&*pod);
                self.events.record(
                    &regarding,
                    EventType::Warning,
                    "FailedScheduling",
                    &*message,
                );
                let clock = self.clock;
                self.writes.spawn(async move {
                    let marked = bind::mark_unschedulable(&client, &clock, &pod, &message);
                    Written::Marked(marked.await)
                });
            }
        }
    }

    fn settle(&mut self, written: Written) {
        match written {
            Written::Bound {
                pod,
                node,
                result: Ok(()),
            } => {
                let meta = &pod.metadata;
                self.queue.remove(meta.uid.as_deref().unwrap_or_default());
                let namespace = meta.namespace.as_deref().unwrap_or_default();
                let name = meta.name.as_deref().unwrap_or_default();
                let message = format!("Successfully assigned {namespace}/{name} to {node}");
                self.events
                    .record(&reference(&*pod), EventType::Normal, "Scheduled", message);
            }
            Written::Bound {
                pod,
                result: Err(error),
                ..
            } => self.unbind(&pod, &error),
            // The pod is gone, or the next try says it.
            Written::Marked(Err(error)) => {
                tracing::debug!(%error, "could not mark a pod unschedulable");
            }
            Written::Marked(Ok(())) => {}
        }
    }

    /// Takes an assumption back. Whether the pod is gone, or was bound by somebody else, the watch
    /// tells; until then it is as good as pending.
    fn unbind(&mut self, pod: &Pod, error: &kube::Error) {
        let now = Instant::now();
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        tracing::warn!(pod = name, %error, "binding failed");
        self.nodes.remove(uid);
        self.queue.relieve(Relief::PodGone, now);
        self.queue.retry_later(uid, now);
    }
}

/// Whether this scheduler has to find the pod a node.
fn wants_a_node(pod: &Pod) -> bool {
    let Some(spec) = &pod.spec else {
        return false;
    };
    let scheduler = spec.scheduler_name.as_deref().unwrap_or(SCHEDULER_NAME);
    let is_gated = spec
        .scheduling_gates
        .as_ref()
        .is_some_and(|it| !it.is_empty());
    scheduler == SCHEDULER_NAME && !is_gated && pod.metadata.deletion_timestamp.is_none()
}

/// Whether a node changed in what scheduling looks at; its heartbeats are not worth a try.
fn matters(old: &Node, new: &Node) -> bool {
    let allocatable = |node: &Node| node.status.as_ref().and_then(|it| it.allocatable.clone());
    let spec = |node: &Node| {
        let spec = node.spec.as_ref();
        spec.map(|it| (it.unschedulable, it.taints.clone()))
    };
    old.metadata.labels != new.metadata.labels
        || spec(old) != spec(new)
        || allocatable(old) != allocatable(new)
}
