//! The manager of all simulated nodes: one watch, one queue of timers, a few writes on their way.

use crate::addresses::{MOST_NODES, PodAddresses, node_address};
use crate::life::{Host, Life, Moment, Told};
use crate::needs::Objects;
use crate::pace::ReadyAfter;
use crate::ports::NodePorts;
use crate::scenario::{NodePlan, Pattern, Scenario, plans};
use crate::timers::{TimerKey, Timers};
use crate::{registration, report};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod, PodStatus};
use kube::api::{Api, DeleteParams, Patch, Preconditions};
use kube::{Client, Error};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{Change, EventRecorder, Informers, reference};

/// How many writes about pods are on their way at once: as many as share a flush of the store.
const IN_FLIGHT: usize = 64;

/// How often a lease is renewed: a quarter of how long it holds, as the kubelet does.
const RENEWAL: Duration = Duration::from_secs(10);

/// How often a node reports that nothing changed: the kubelet's `nodeStatusReportFrequency`.
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

/// Takes nodes away and gives them back.
#[derive(Clone, Debug)]
pub struct NodeControl(mpsc::UnboundedSender<Command>);

impl NodeControl {
    /// Nodes of that name are not heard of from now on: they write nothing and learn of nothing.
    pub fn lose(&self, nodes: &Pattern) {
        // Fails only when all nodes are gone already.
        let _ = self.0.send(Command::Lose(nodes.clone()));
    }

    /// They are heard of again, and catch up with what they missed.
    pub fn give_back(&self, nodes: &Pattern) {
        let _ = self.0.send(Command::GiveBack(nodes.clone()));
    }
}

#[derive(Clone, Debug)]
enum Command {
    Lose(Pattern),
    GiveBack(Pattern),
}

struct Machine {
    plan: NodePlan,
    /// Whether it cannot be reached, and what it does not learn of meanwhile.
    is_lost: bool,
    missed: Vec<Change<Pod>>,
    /// When it reports next that all is well.
    report: Option<TimerKey>,
    host: Host,
    client: Client,
    events: EventRecorder,
    /// Known once it is registered.
    node: Option<Box<Node>>,
    lease: Option<Box<Lease>>,
}

/// A pod on one of the nodes.
struct Played {
    life: Life,
    machine: usize,
    timer: Option<TimerKey>,
    /// What the API server has of the status, as far as the node knows.
    written: Option<PodStatus>,
    /// What the write brings that is on its way.
    sent: Option<PodStatus>,
    is_queued: bool,
    is_being_written: bool,
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

enum Written {
    Status(String, Result<(), Error>),
    Removed(String, Result<(), Error>),
    Registration(usize, Result<(Box<Node>, Box<Lease>), Error>),
    Lease(usize, Result<Box<Lease>, Error>),
    Report(usize, Result<(), Error>),
    Resources(Result<(), Error>),
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
    changes: mpsc::UnboundedReceiver<(usize, Change<Pod>)>,
    /// What others want of the nodes, as patches of their status.
    wishes: mpsc::UnboundedReceiver<(usize, Value)>,
    timers: Timers<Due>,
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
                    report: None,
                    client: client_of(&name),
                    events: events.on_host(&name),
                    host: Host {
                        address: node_address(number as u32),
                        pods: PodAddresses::of_node(number as u32),
                        ports: NodePorts::default(),
                        images: FxHashSet::default(),
                        objects: Objects::default(),
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
        let (wisher, wishes) = mpsc::unbounded_channel();
        let numbers = Arc::new(numbers);
        let ours = Arc::clone(&numbers);
        informers.of::<Node>().on_change(move |change| {
            let node = change.object();
            let name = node.metadata.name.as_ref();
            if let Some(&number) = name.and_then(|name| ours.get(name))
                && let Some(patch) = registration::extended_resources(node)
            {
                let _ = wisher.send((number, patch));
            }
        });
        let (sender, changes) = mpsc::unbounded_channel();
        informers.of::<Pod>().on_change(move |change| {
            let spec = change.object().spec.as_ref();
            let node = spec.and_then(|spec| spec.node_name.as_ref());
            if let Some(&number) = node.and_then(|node| numbers.get(node)) {
                let _ = sender.send((number, change.clone()));
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
            wishes,
            timers: Timers::new(),
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
        for number in 0..self.machines.len() {
            self.timers.set(Instant::now(), Due::Registration(number));
        }
        loop {
            while let Ok((number, change)) = self.changes.try_recv() {
                self.take_in(number, &change);
            }
            let now = Instant::now();
            while let Some(due) = self.timers.pop(now) {
                self.act(due);
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
                    Some((number, change)) => self.take_in(number, &change),
                    None => return,
                },
                Some(command) = self.commands.1.recv() => self.obey(&command),
                Some((number, patch)) = self.wishes.recv() => self.grant(number, patch),
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

    fn obey(&mut self, command: &Command) {
        let (pattern, is_lost) = match command {
            Command::Lose(pattern) => (pattern, true),
            Command::GiveBack(pattern) => (pattern, false),
        };
        for number in 0..self.machines.len() {
            let machine = &mut self.machines[number];
            if machine.is_lost == is_lost || !pattern.matches(&machine.host.name) {
                continue;
            }
            machine.is_lost = is_lost;
            if is_lost {
                // So that it is heard of soon after it is back.
                if let Some(report) = machine.report.take() {
                    self.timers.cancel(report);
                    self.report_in(RETRY, number);
                }
                continue;
            }
            for change in std::mem::take(&mut machine.missed) {
                self.take_in(number, &change);
            }
            // In an order that does not depend on the map.
            let here = self.pods.iter().filter(|(_, it)| it.machine == number);
            let mut here: Vec<String> = here.map(|(uid, _)| uid.clone()).collect();
            here.sort_unstable();
            for uid in here {
                self.enqueue(&uid);
            }
        }
    }

    /// Takes what somebody says that a node has for what pods can have of it.
    fn grant(&mut self, number: usize, patch: Value) {
        let Machine { client, host, .. } = &self.machines[number];
        let (client, name) = (client.clone(), host.name.clone());
        self.node_writes.spawn(async move {
            Written::Resources(registration::report_status(&client, &name, &patch).await)
        });
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
        self.play(&uid, told);
    }

    fn act(&mut self, due: Due) {
        match due {
            Due::Pod(uid) => self.play(&uid, Vec::new()),
            Due::Retry(uid) => self.enqueue(&uid),
            Due::Registration(number) => {
                let Machine { client, host, .. } = &self.machines[number];
                let (client, name) = (client.clone(), host.name.clone());
                let plan = &self.machines[number].plan;
                let node = registration::node(host, plan, self.clock.now(), &self.chance);
                let clock = self.clock;
                self.node_writes.spawn(async move {
                    let registered = registration::register(&client, &name, &node, clock).await;
                    Written::Registration(number, registered)
                });
            }
            Due::Lease(number) => {
                let machine = &mut self.machines[number];
                if machine.is_lost {
                    self.timers.set(Instant::now() + RETRY, Due::Lease(number));
                    return;
                }
                let (Some(node), client) = (machine.node.clone(), machine.client.clone()) else {
                    return;
                };
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
                let Machine { client, host, .. } = &self.machines[number];
                let (client, now) = (client.clone(), self.clock.now());
                let name = host.name.clone();
                self.node_writes.spawn(async move {
                    let reported = registration::report(&client, &name, now).await;
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

    fn enqueue(&mut self, uid: &str) {
        if let Some(played) = self.pods.get_mut(uid)
            && !played.is_queued
            && !played.is_being_written
        {
            played.is_queued = true;
            self.queue.push_back(uid.to_owned());
        }
    }

    /// Sends what the API server does not have yet: the status, and when all is over the removal.
    fn write(&mut self, uid: String) {
        let now = self.now();
        let Some(played) = self.pods.get_mut(&uid) else {
            return;
        };
        played.is_queued = false;
        if self.machines[played.machine].is_lost {
            // Everything is written once it is back.
            return;
        }
        let life = &mut played.life;
        let is_removal = life.may_be_removed();
        let status = life.status(now);
        let is_news = played.written.as_ref() != Some(&status);
        let meta = &life.pod.metadata;
        let name = meta.name.clone().unwrap_or_default();
        let namespace = meta.namespace.as_deref().unwrap_or("default");
        let client = self.machines[played.machine].client.clone();
        let pods: Api<Pod> = Api::namespaced(client, namespace);
        if is_news && (!is_removal || life.reports_its_end()) {
            let patch = report::patch(&life.pod, played.written.as_ref(), &status);
            played.sent = Some(status);
            played.is_being_written = true;
            self.pod_writes.spawn(async move {
                let (parameters, patch) = (registration::patching(), Patch::Strategic(patch));
                let patched = pods.patch_status(&name, &parameters, &patch).await;
                Written::Status(uid, patched.map(|_| ()))
            });
        } else if is_removal {
            played.is_being_written = true;
            let parameters = DeleteParams {
                grace_period_seconds: Some(0),
                preconditions: Some(Preconditions {
                    uid: Some(uid.clone()),
                    resource_version: None,
                }),
                ..DeleteParams::default()
            };
            self.pod_writes.spawn(async move {
                let removed = pods.delete(&name, &parameters).await;
                Written::Removed(uid, removed.map(|_| ()))
            });
        }
    }

    fn settle(&mut self, written: Written) {
        match written {
            Written::Status(uid, result) => {
                if let Some(played) = self.pods.get_mut(&uid) {
                    played.is_being_written = false;
                    let sent = played.sent.take();
                    if result.is_ok() {
                        played.written = sent;
                    }
                    self.after_write(uid, result);
                }
            }
            Written::Removed(uid, result) => {
                if let Some(played) = self.pods.get_mut(&uid) {
                    // If it was removed, the watch tells; there is nothing more to write.
                    played.is_being_written = result.is_ok();
                    self.after_write(uid, result);
                }
            }
            Written::Registration(number, result) => {
                let now = Instant::now();
                let what = "could not register a node";
                if let Some((node, lease)) = settled(result, what) {
                    if *self.known.borrow() == 0 {
                        // By now those are watched that somebody keeps whole, so that none is
                        // watched twice.
                        let objects = Objects::of(&self.informers);
                        for machine in &mut self.machines {
                            machine.host.objects = objects.clone();
                        }
                    }
                    let machine = &mut self.machines[number];
                    machine.node = Some(node);
                    machine.lease = Some(lease);
                    self.known.send_modify(|known| *known += 1);
                    // Spread over the period, so that many nodes do not all write at once.
                    let share = (number + 1) as u32;
                    let count = self.machines.len() as u32;
                    let part = |period: Duration| period / count * share;
                    self.timers.set(now + part(RENEWAL), Due::Lease(number));
                    self.report_in(part(REPORT), number);
                } else {
                    self.timers.set(now + RETRY, Due::Registration(number));
                }
            }
            Written::Lease(number, result) => {
                let wait = if result.is_ok() { RENEWAL } else { RETRY };
                // Without a lease it is looked up anew.
                self.machines[number].lease = settled(result, "could not renew a node's lease");
                self.timers.set(Instant::now() + wait, Due::Lease(number));
            }
            Written::Resources(result) => {
                settled(result, "could not report a node's resources");
            }
            Written::Report(number, result) => {
                let wait = if result.is_ok() { REPORT } else { RETRY };
                settled(result, "could not report a node's status");
                self.report_in(wait, number);
            }
        }
    }

    fn report_in(&mut self, wait: Duration, number: usize) {
        let key = self.timers.set(Instant::now() + wait, Due::Report(number));
        self.machines[number].report = Some(key);
    }

    fn after_write(&mut self, uid: String, result: Result<(), Error>) {
        match result {
            // There may be news already.
            Ok(()) => self.enqueue(&uid),
            // Gone: the watch tells. So it does of a namesake, at the next try.
            Err(Error::Api(status)) if status.code == 404 => {}
            Err(error) => {
                tracing::debug!(%error, "could not write about a pod");
                self.timers.set(Instant::now() + RETRY, Due::Retry(uid));
            }
        }
    }
}

/// Lets an error of a heartbeat be known: it comes again anyway.
fn settled<T>(result: Result<T, Error>, what: &'static str) -> Option<T> {
    result
        .inspect_err(|error| tracing::debug!(%error, "{what}"))
        .ok()
}
