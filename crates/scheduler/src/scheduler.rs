//! The loop: what happened comes in, pods go out to their nodes.

mod intake;

use crate::asked::Asked;
use crate::bind::Nominated;
use crate::claims::claims_of;
use crate::devices::DeviceNeeds;
use crate::failures::Failures;
use crate::happening::{Happening, happenings};
use crate::nodes::Nodes;
use crate::pick::{Picker, Unschedulable};
use crate::preempt::{self, Budgets};
use crate::queue::{Queue, Relief};
use crate::statistics::{Outcome, Statistics};
use crate::storage::Storage;
use crate::writes::{Writes, Written};
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{EventRecorder, EventType, Informers, reference};

/// How long a pod waits for its volumes on the node that was chosen: kube-scheduler's
/// `bindTimeoutSeconds`.
const VOLUME_PATIENCE: Duration = Duration::from_secs(600);

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

/// A pod whose node is chosen, and whose volumes are being made or tied to it.
struct AwaitingVolumes {
    pod: Arc<Pod>,
    node: String,
    claims: Vec<String>,
    /// When it is no longer waited for.
    until: Instant,
}

/// Puts pods onto nodes. See the crate's documentation.
pub struct Scheduler {
    events: EventRecorder,
    chance: Chance,
    happenings: mpsc::UnboundedReceiver<Happening>,
    nodes: Nodes,
    picker: Picker,
    storage: Storage,
    budgets: Budgets,
    queue: Queue,
    failures: Failures,
    /// How often volumes or budgets have changed.
    changes: u64,
    /// By uid.
    awaiting: BTreeMap<String, AwaitingVolumes>,
    writes: Writes,
    /// When the try began of each pod, by uid, whose try has not ended, and which one it is.
    tries: FxHashMap<String, (Instant, u32)>,
    statistics: Arc<Statistics>,
}

impl Scheduler {
    /// Registers with the watches, so that from now on nothing is missed.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            events: options.events,
            chance: options.chance.fork("scheduler"),
            happenings: happenings(&options.informers),
            nodes: Nodes::default(),
            picker: Picker::default(),
            storage: Storage::default(),
            budgets: Budgets::default(),
            queue: Queue::default(),
            failures: Failures::default(),
            changes: 0,
            awaiting: BTreeMap::new(),
            writes: Writes::new(options.client, options.clock),
            tries: FxHashMap::default(),
            statistics: Arc::default(),
        }
    }

    /// What it does, once it runs: for the metrics.
    #[must_use]
    pub fn statistics(&self) -> Arc<Statistics> {
        Arc::clone(&self.statistics)
    }

    /// Schedules until the watches end.
    // What comes in a box is compiled here, and not once more in every crate that waits for it.
    pub fn run(self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.scheduled())
    }

    async fn scheduled(mut self) {
        loop {
            // What is known comes before the next decision.
            while let Ok(happening) = self.happenings.try_recv() {
                self.take_in(happening);
            }
            self.statistics.wait(self.queue.waiting());
            if self.writes.have_room()
                && let Some(pod) = self.queue.take(Instant::now())
            {
                self.schedule(&pod);
                continue;
            }
            self.give_up_on_volumes(Instant::now());
            let patience = self.awaiting.values().map(|it| it.until).min();
            let due = self.queue.next_due().into_iter().chain(patience).min();
            let has_room = self.writes.have_room();
            tokio::select! {
                biased;
                happening = self.happenings.recv() => match happening {
                    Some(happening) => self.take_in(happening),
                    None => return,
                },
                Some(written) = self.writes.next() => self.settle(written),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() && has_room => {}
            }
        }
    }

    fn schedule(&mut self, pod: &Arc<Pod>) {
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        let is_nominated = self.nodes.nomination(&uid).is_some();
        let number = self.queue.failures(&uid) + 1;
        self.tries.insert(uid, (Instant::now(), number));
        if !is_nominated
            && let Some(known) = self.failures.of(pod, (self.nodes.changes(), self.changes))
        {
            return self.park(pod, &known, Nominated::Nowhere);
        }
        let asked = match Asked::by(pod, &mut self.nodes, &self.storage) {
            Ok(asked) => asked,
            Err(hopeless) => {
                let unschedulable = Unschedulable::everywhere(&self.nodes, hopeless);
                return self.park(pod, &unschedulable, Nominated::AsItIs);
            }
        };
        let picker = &mut self.picker;
        match picker.pick(&asked, &self.nodes, &self.storage, &self.chance) {
            Ok(node) => self.assign(asked, node),
            Err(unschedulable) => self.make_room(&asked, unschedulable),
        }
    }

    /// Gives a pod its node: at once, or as soon as it has its volumes there.
    fn assign(&mut self, asked: Asked, node: String) {
        let pod = Arc::clone(&asked.pod);
        let found = self.nodes.get(&node).and_then(|info| info.node.clone());
        let plan = found.and_then(|node| asked.volumes.plan(&node));
        let plan = plan.unwrap_or_default();
        let to_reserve = asked.devices.to_reserve.clone();
        // What it shares with the nodes is about to change there.
        drop(asked);
        // Taken from now on, so that the next pod does not count on the same room.
        self.nodes.place(&pod, &node);
        self.queue.relieve(Relief::PodPlaced, Instant::now());
        for provision in &plan {
            self.changes += 1;
            self.storage.assume(provision, &node);
        }
        if plan.is_empty() {
            self.writes.bind(pod, node, to_reserve);
        } else {
            self.writes.provision(pod, node, plan);
        }
    }

    /// Binds a pod if all its claims have their volumes by now.
    fn bind_if_bound(&mut self, uid: &str) {
        let is_ready = |it: &AwaitingVolumes| self.storage.are_bound(&it.claims);
        if self.awaiting.get(uid).is_some_and(is_ready)
            && let Some(it) = self.awaiting.remove(uid)
        {
            // What stood in the way of its devices was looked at when its node was chosen.
            let devices = DeviceNeeds::of(&it.pod, &self.storage.devices);
            let to_reserve = devices.unwrap_or_default().to_reserve;
            self.writes.bind(it.pod, it.node, to_reserve);
        }
    }

    fn give_up_on_volumes(&mut self, now: Instant) {
        let late: Vec<String> = self
            .awaiting
            .iter()
            .filter(|(_, it)| it.until <= now)
            .map(|(uid, _)| uid.clone())
            .collect();
        for uid in late {
            if let Some(it) = self.awaiting.remove(&uid) {
                self.unbind(&it.pod, "its volumes were not bound in time");
            }
        }
    }

    /// Lets less important pods go from a node if that helps, and puts the pod back until something does.
    fn make_room(&mut self, asked: &Asked, mut unschedulable: Box<Unschedulable>) {
        let pod = &asked.pod;
        let room = preempt::find(
            asked,
            &unschedulable.crowded,
            &self.nodes,
            &self.storage,
            &self.budgets,
            &self.chance,
        );
        let victims = room.as_ref().ok().map(|room| room.victims.len());
        self.statistics.preempted(victims);
        let room = match room {
            Ok(room) => room,
            Err(why) => {
                let uid = pod.metadata.uid.as_deref().unwrap_or_default();
                let is_eligible = !why.starts_with("not eligible");
                unschedulable.preemption = Some(why);
                if !is_eligible {
                    return self.park(pod, &unschedulable, Nominated::AsItIs);
                }
                self.nodes.dismiss(uid);
                let known = Arc::from(unschedulable);
                let state = (self.nodes.changes(), self.changes);
                self.failures.add(pod, state, &known);
                return self.park(pod, &known, Nominated::Nowhere);
            }
        };
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        for victim in room.victims {
            let message = format!("Preempted by pod {uid} on node {}", room.node);
            let regarding = reference(&*victim);
            self.events
                .record(&regarding, EventType::Normal, "Preempted", message);
            self.writes.evict(victim);
        }
        for other in self.nodes.outdone(&room.node, asked.priority()) {
            let uid = other.metadata.uid.as_deref().unwrap_or_default();
            self.nodes.dismiss(uid);
            self.writes.clear_nomination(other);
        }
        self.nodes.nominate(pod, &room.node);
        self.park(pod, &unschedulable, Nominated::Node(&room.node));
    }

    /// Puts back a pod that fits nowhere, and says why.
    fn park(&mut self, pod: &Arc<Pod>, unschedulable: &Unschedulable, nominated: Nominated<'_>) {
        let message = unschedulable.to_string();
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.ended(uid, Outcome::Unschedulable);
        let obstacles = unschedulable.obstacles.clone();
        self.queue.park(uid, obstacles, Instant::now());
        let regarding = reference(&**pod);
        self.events.record(
            &regarding,
            EventType::Warning,
            "FailedScheduling",
            &*message,
        );
        self.writes.mark(Arc::clone(pod), message, nominated);
    }

    /// The try of a pod has ended.
    fn ended(&mut self, uid: &str, outcome: Outcome) {
        if let Some((begun, number)) = self.tries.remove(uid) {
            self.statistics.tried(outcome, begun.elapsed());
            if outcome == Outcome::Scheduled {
                self.statistics.placed(number);
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
                let uid = meta.uid.as_deref().unwrap_or_default();
                self.ended(uid, Outcome::Scheduled);
                self.queue.remove(uid);
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
            } => self.unbind(&pod, &error.to_string()),
            Written::Provisioned {
                pod,
                node,
                result: Ok(()),
            } => {
                let uid = pod.metadata.uid.clone().unwrap_or_default();
                let awaiting = AwaitingVolumes {
                    claims: claims_of(&pod),
                    until: Instant::now() + VOLUME_PATIENCE,
                    pod,
                    node,
                };
                // It may have gone meanwhile.
                if self.nodes.holds(&uid) {
                    self.awaiting.insert(uid.clone(), awaiting);
                    self.bind_if_bound(&uid);
                }
            }
            Written::Provisioned {
                pod,
                result: Err(error),
                ..
            } => self.unbind(&pod, &error.to_string()),
            // The pod is gone, or the next try says it.
            Written::Marked(Err(error)) => {
                tracing::debug!(%error, "could not mark a pod unschedulable");
            }
            Written::Marked(Ok(())) => {}
        }
    }

    /// Takes an assumption back. Whether the pod is gone, or was bound by somebody else, the watch
    /// tells; until then it is as good as pending.
    fn unbind(&mut self, pod: &Pod, error: &str) {
        let now = Instant::now();
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        tracing::warn!(pod = name, error, "binding failed");
        self.ended(uid, Outcome::Error);
        self.nodes.remove(uid);
        self.queue.relieve(Relief::PodGone, now);
        self.queue.retry_later(uid, now);
    }
}
