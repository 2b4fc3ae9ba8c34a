//! The manager of all simulated nodes: one watch, one queue of timers, a few writes on their way.

mod control;
mod writes;

use crate::addresses::{MOST_NODES, PodAddresses, node_address};
use crate::files::Files;
use crate::life::{Host, Life, Moment, Told};
use crate::needs::Objects;
use crate::pace::ReadyAfter;
use crate::ports::NodePorts;
use crate::scenario::{NodePlan, Scenario, plans};
use crate::timers::{TimerKey, Timers};
use crate::{node_status, registration};
use control::Command;
pub use control::NodeControl;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod, PodStatus};
use kube::Client;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{Change, EventRecorder, Informers, reference};
use writes::Written;

/// How many writes about pods are on their way at once: as many as share a flush of the store.
const IN_FLIGHT: usize = 64;

/// How often a lease is renewed: a quarter of how long it holds, as the kubelet does. As often it
/// looks whether its node still is what it said: its `nodeStatusUpdateFrequency`.
const RENEWAL: Duration = Duration::from_secs(10);

/// How many nodes renew their leases in one go: what they need is at hand then, the store flushes
/// once for all of them, and between two rounds nothing has to wake up.
const RENEWED_TOGETHER: usize = 100;

/// How often a node reports its status where nothing changed: the kubelet's `nodeStatusReportFrequency`.
const REPORT: Duration = Duration::from_secs(300);

/// After what time a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What simulated nodes need.
pub struct Options {
    /// The client of the node with this name, whose identity its writes have.
    pub client_of: Box<dyn Fn(&str) -> Client + Send>,
    /// The shared watches.
    pub informers: Informers,
    /// Tells what the kubelets do.
    pub events: EventRecorder,
    /// For the times that objects show.
    pub clock: Clock,
    /// Decides how long things take.
    pub chance: Chance,
    /// How many nodes; called `node-1` and so on. At most [`MOST_NODES`]. Those of the scenario come in
    /// their place.
    pub count: usize,
    /// What nodes there are, and what some pods go through.
    pub scenario: Scenario,
    /// How soon pods get ready.
    pub ready_after: ReadyAfter,
}

struct Machine {
    plan: NodePlan,
    /// Whether it cannot be reached, and what it does not learn of meanwhile.
    is_lost: bool,
    missed: Vec<Change<Pod>>,
    /// When it renews its lease next.
    renewal: Instant,
    /// When it reports next that all is well.
    report: Option<TimerKey>,
    /// Whether somebody else has changed what it reported.
    is_altered: bool,
    host: Host,
    client: Client,
    events: EventRecorder,
    /// Known once it is registered.
    node: Option<Arc<Node>>,
    lease: Option<Box<Lease>>,
}

/// A pod on one of the nodes.
struct Played {
    life: Life,
    machine: usize,
    timer: Option<TimerKey>,
    /// What the API server has of the status, as far as the node knows.
    written: Option<PodStatus>,
    /// The resource version that its last write gave the pod; 0 before the first.
    version: u64,
    /// What the write brings that is on its way.
    sent: Option<PodStatus>,
    is_queued: bool,
    is_being_written: bool,
}

impl Played {
    /// Takes note of conditions that somebody else has changed since the node wrote them: a pod is
    /// made unready while its node cannot be reached. What is stored then differs from what the node
    /// knows, and is written again, as the kubelet does where a pod `needsReconcile`.
    fn notice_others(&mut self) {
        let pod = &self.life.pod;
        if resource_version(pod) <= self.version {
            return;
        }
        let stored = pod.status.as_ref().and_then(|it| it.conditions.as_deref());
        let written = self.written.as_mut().and_then(|it| it.conditions.as_mut());
        for own in written.into_iter().flatten() {
            let mut stored = stored.unwrap_or_default().iter();
            if let Some(other) = stored.find(|other| other.type_ == own.type_)
                && other.status != own.status
            {
                *own = other.clone();
            }
        }
    }
}

/// The version of a stored pod; 0 where it has none that is a number.
fn resource_version(pod: &Pod) -> u64 {
    let version = pod.metadata.resource_version.as_deref();
    version.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// What the shared watches show of a machine.
enum Seen {
    /// One of its pods changed.
    Pod(Change<Pod>),
    /// What is known about itself changed: most often because it reported.
    Node(Arc<Node>),
}

enum Due {
    /// A node makes itself known.
    Registration(usize),
    /// Something happens in the pod with this uid.
    Pod(String),
    /// A write about the pod is to be tried again.
    Retry(String),
    Lease(usize),
    Report(usize),
}

/// Simulated nodes and the pods on them. See the crate's documentation.
pub struct Nodes {
    informers: Informers,
    clock: Clock,
    chance: Chance,
    scenario: Scenario,
    ready_after: ReadyAfter,
    machines: Vec<Machine>,
    /// By uid. Looked up only.
    pods: FxHashMap<String, Played>,
    changes: mpsc::UnboundedReceiver<(usize, Seen)>,
    timers: Timers<Due>,
    /// When the nodes began to make themselves known.
    started: Instant,
    /// The pods, by uid, that have something to write.
    queue: VecDeque<String>,
    pod_writes: JoinSet<Written>,
    node_writes: JoinSet<Written>,
    /// How many nodes are known.
    known: watch::Sender<usize>,
    commands: (
        mpsc::UnboundedSender<Command>,
        mpsc::UnboundedReceiver<Command>,
    ),
}

impl Nodes {
    /// Registers with the watch of pods, so that from now on nothing is missed.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let Options {
            client_of,
            informers,
            events,
            clock,
            chance,
            count,
            scenario,
            ready_after,
        } = options;
        let plans = plans(&scenario.nodes, count).into_iter().take(MOST_NODES);
        let machines: Vec<Machine> = plans
            .enumerate()
            .map(|(number, plan)| {
                let name = plan.name.clone();
                Machine {
                    plan,
                    is_lost: false,
                    missed: Vec::new(),
                    renewal: Instant::now(),
                    report: None,
                    is_altered: false,
                    client: client_of(&name),
                    events: events.on_host(&name),
                    host: Host {
                        address: node_address(number as u32),
                        pods: PodAddresses::of_node(number as u32),
                        ports: NodePorts::default(),
                        images: FxHashSet::default(),
                        objects: Objects::default(),
                        files: Files::default(),
                        name,
                    },
                    node: None,
                    lease: None,
                }
            })
            .collect();
        let names = machines.iter().map(|machine| machine.host.name.clone());
        let numbers: FxHashMap<_, _> = names.zip(0..).collect();
        // Unbounded, because a watch must never wait for the nodes; the loop empties it whenever it
        // turns, and waits for nothing but a change.
        let (sender, changes) = mpsc::unbounded_channel();
        let (of_pods, numbers) = (sender.clone(), Arc::new(numbers));
        let known = Arc::clone(&numbers);
        informers.of::<Pod>().on_change(move |change| {
            let spec = change.object().spec.as_ref();
            let node = spec.and_then(|spec| spec.node_name.as_ref());
            if let Some(&number) = node.and_then(|node| known.get(node)) {
                let _ = of_pods.send((number, Seen::Pod(change.clone())));
            }
        });
        informers.of::<Node>().on_change(move |change| {
            let node = change.object();
            let name = node.metadata.name.as_ref();
            if let Some(&number) = name.and_then(|name| numbers.get(name)) {
                let _ = sender.send((number, Seen::Node(Arc::clone(node))));
            }
        });
        Self {
            informers,
            clock,
            chance: chance.fork("nodes"),
            scenario,
            ready_after,
            machines,
            pods: FxHashMap::default(),
            changes,
            timers: Timers::new(),
            started: Instant::now(),
            queue: VecDeque::new(),
            pod_writes: JoinSet::new(),
            node_writes: JoinSet::new(),
            known: watch::Sender::new(0),
            commands: mpsc::unbounded_channel(),
        }
    }

    /// What takes nodes away and gives them back.
    #[must_use]
    pub fn control(&self) -> NodeControl {
        NodeControl(self.commands.0.clone())
    }

    /// What resolves once all nodes are known to the API server, while [`Nodes::run`] runs.
    pub fn registered(&self) -> impl Future<Output = ()> + use<> {
        let (mut known, count) = (self.known.subscribe(), self.machines.len());
        async move {
            // Fails only when the nodes are gone; then there is nothing to wait for.
            let _ = known.wait_for(|&known| known == count).await;
        }
    }

    /// Makes the nodes known and plays their pods, until the watch ends.
    // What comes in a box is compiled here, and not once more in every crate that waits for it.
    pub fn run(self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.played())
    }

    async fn played(mut self) {
        self.started = Instant::now();
        for number in 0..self.machines.len() {
            self.timers.set(self.started, Due::Registration(number));
        }
        loop {
            while let Ok((number, seen)) = self.changes.try_recv() {
                self.see(number, &seen);
            }
            let now = Instant::now();
            while let Some(due) = self.timers.pop(now) {
                self.act(due, now);
            }
            while self.pod_writes.len() < IN_FLIGHT
                && let Some(uid) = self.queue.pop_front()
            {
                self.write(uid);
            }
            let next = self.timers.next();
            tokio::select! {
                biased;
                change = self.changes.recv() => match change {
                    Some((number, seen)) => self.see(number, &seen),
                    None => return,
                },
                Some(command) = self.commands.1.recv() => self.obey(&command),
                Some(Ok(written)) = self.pod_writes.join_next() => self.settle(written),
                Some(Ok(written)) = self.node_writes.join_next() => self.settle(written),
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            }
        }
    }

    fn now(&self) -> Moment {
        Moment {
            instant: Instant::now(),
            time: self.clock.now(),
        }
    }

    fn see(&mut self, number: usize, seen: &Seen) {
        match seen {
            Seen::Pod(change) => self.take_in(number, change),
            Seen::Node(found) => {
                let is_altered = node_status::is_altered(found, &self.node(number));
                self.machines[number].is_altered = is_altered;
            }
        }
    }

    /// The node as its kubelet knows it.
    fn node(&self, number: usize) -> Node {
        let Machine { host, plan, .. } = &self.machines[number];
        registration::node(host, plan, self.clock.now(), &self.chance)
    }

    fn take_in(&mut self, number: usize, change: &Change<Pod>) {
        if self.machines[number].is_lost {
            self.machines[number].missed.push(change.clone());
            return;
        }
        let pod = change.object();
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        let now = self.now();
        let machine = &mut self.machines[number];
        if let Change::Deleted(_) = change {
            if let Some(mut played) = self.pods.remove(&uid) {
                played.life.release(&mut machine.host);
                if let Some(timer) = played.timer {
                    self.timers.cancel(timer);
                }
            }
            return;
        }
        let played = self.pods.entry(uid.clone()).or_insert_with(|| {
            let pod = Arc::clone(pod);
            let (scenario, chance) = (&self.scenario, &self.chance);
            let host = &mut machine.host;
            let life = Life::begin(pod, scenario, self.ready_after, chance, host, now);
            Played {
                written: life.written(),
                version: 0,
                life,
                machine: number,
                timer: None,
                sent: None,
                is_queued: false,
                is_being_written: false,
            }
        });
        let mut told = Vec::new();
        let pod = Arc::clone(pod);
        played.life.update(pod, &mut machine.host, now, &mut told);
        played.notice_others();
        self.play(&uid, told);
    }

    fn act(&mut self, due: Due, at: Instant) {
        match due {
            Due::Pod(uid) => self.play(&uid, Vec::new()),
            Due::Retry(uid) => self.enqueue(&uid),
            Due::Registration(number) => {
                let (client, node) = (self.machines[number].client.clone(), self.node(number));
                let clock = self.clock;
                self.node_writes.spawn(async move {
                    let registered = registration::register(&client, &node, clock).await;
                    Written::Registration(number, registered)
                });
            }
            Due::Lease(number) => {
                let machine = &mut self.machines[number];
                if machine.is_lost {
                    self.timers.set(Instant::now() + RETRY, Due::Lease(number));
                    return;
                }
                if machine.is_altered
                    && let Some(report) = machine.report.take()
                {
                    self.timers.cancel(report);
                    self.report_in(Duration::ZERO, number);
                }
                let machine = &mut self.machines[number];
                let (Some(node), client) = (machine.node.clone(), machine.client.clone()) else {
                    return;
                };
                machine.renewal = at + RENEWAL;
                let (lease, now) = (machine.lease.take(), self.clock.now());
                self.node_writes.spawn(async move {
                    let renewed =
                        registration::renew(&client, &node, lease.map(|it| *it), now).await;
                    Written::Lease(number, renewed.map(Box::new))
                });
            }
            Due::Report(number) if self.machines[number].is_lost => {
                self.report_in(RETRY, number);
            }
            Due::Report(number) => {
                let (client, own) = (self.machines[number].client.clone(), self.node(number));
                let now = self.clock.now();
                self.machines[number].report = None;
                self.node_writes.spawn(async move {
                    let reported = registration::report(&client, &own, now).await;
                    Written::Report(number, reported.map(|_| ()))
                });
            }
        }
    }

    /// Lets happen what is due in a pod's life, tells it, and has written what came of it.
    fn play(&mut self, uid: &str, mut told: Vec<Told>) {
        let now = self.now();
        let Some(played) = self.pods.get_mut(uid) else {
            return;
        };
        let machine = &mut self.machines[played.machine];
        played.life.advance(&mut machine.host, now, &mut told);
        if let Some(timer) = played.timer.take() {
            self.timers.cancel(timer);
        }
        let next = played.life.next_due();
        played.timer = next.map(|next| self.timers.set(next, Due::Pod(uid.to_owned())));
        if !told.is_empty() {
            let mut regarding = reference(&*played.life.pod);
            for told in told {
                regarding.field_path = told.field_path;
                let (event_type, reason) = (told.event_type, told.reason);
                machine
                    .events
                    .record(&regarding, event_type, reason, told.message);
            }
        }
        self.enqueue(uid);
    }
}
