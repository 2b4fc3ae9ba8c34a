//! What runs beside the API server in its process, each part with a client and an identity of its own.

use crate::faults::Interference;
use std::sync::Arc;
use tokio::task::JoinSet;
use trimtab_apiserver::{ApiServer, Identity};
use trimtab_clock::{Chance, Clock};
use trimtab_controllers::{Controllers, Selection, SignCertificates};
use trimtab_informer::{Component, EventRecorder, Informers};
use trimtab_node::{NodeControl, Nodes, ReadyAfter, Scenario};
use trimtab_scheduler::Scheduler;

/// As whom the shared watches are read.
const MANAGER: &str = "system:kube-controller-manager";

/// As whom pods are placed.
const SCHEDULER_USER: &str = "system:kube-scheduler";

/// Who tells of the pods that get nodes, or get none.
pub(crate) const SCHEDULER: Component<'_> = Component {
    name: "default-scheduler",
    manager: "kube-scheduler",
};

/// Who tells of what happens to pods on nodes.
pub(crate) const KUBELET: Component<'_> = Component {
    name: "kubelet",
    manager: "kubelet",
};

/// The components, and what they share.
pub(crate) struct Components {
    server: ApiServer,
    pub(crate) interference: Interference,
    /// One watch a kind for all of them.
    pub(crate) informers: Informers,
    clock: Clock,
    pub(crate) chance: Chance,
    /// One of each that was begun.
    pub(crate) tasks: JoinSet<()>,
}

impl Components {
    /// None yet.
    pub(crate) fn new(
        server: ApiServer,
        interference: Interference,
        clock: Clock,
        chance: Chance,
    ) -> Self {
        // As the component that reads everything anyway.
        let client = interference.between(MANAGER, server.client(component(MANAGER)));
        let informers = Informers::new(client, clock, chance.fork("informers"));
        Self {
            server,
            interference,
            informers,
            clock,
            chance,
            tasks: JoinSet::new(),
        }
    }

    /// Begins to place pods.
    pub(crate) fn begin_scheduler(&mut self) {
        let client = self.server.client(component(SCHEDULER_USER));
        let client = self.interference.between(SCHEDULER_USER, client);
        let events = EventRecorder::start(client.clone(), SCHEDULER, self.clock, &self.chance);
        let scheduler = Scheduler::new(trimtab_scheduler::Options {
            client,
            informers: self.informers.clone(),
            events,
            clock: self.clock,
            chance: self.chance.clone(),
        });
        let statistics = scheduler.statistics();
        self.server.tell_too(move |page| statistics.tell(page));
        self.tasks.spawn(scheduler.run());
    }

    /// Begins to play nodes; gives what resolves once they are all known, and what they are told by.
    pub(crate) fn begin_nodes(
        &mut self,
        count: usize,
        scenario: Scenario,
        ready_after: ReadyAfter,
    ) -> (impl Future<Output = ()> + use<>, NodeControl) {
        let client = self.server.client(component("system:nodes"));
        let events = EventRecorder::start(client, KUBELET, self.clock, &self.chance);
        let (of, between) = (self.server.clone(), self.interference.clone());
        let nodes = Nodes::new(trimtab_node::Options {
            client_of: Box::new(move |name| {
                between.between(&format!("system:node:{name}"), of.client(node(name)))
            }),
            informers: self.informers.clone(),
            events,
            clock: self.clock,
            chance: self.chance.clone(),
            count,
            scenario,
            ready_after,
        });
        let told = (nodes.registered(), nodes.control());
        self.tasks.spawn(nodes.run());
        told
    }

    /// Begins the controllers that are wanted; gives their names.
    pub(crate) fn begin_controllers(
        &mut self,
        wanted: Selection,
        root_ca: Option<String>,
        signer: Option<Arc<dyn SignCertificates>>,
    ) -> Vec<&'static str> {
        let (of, between) = (self.server.clone(), self.interference.clone());
        let controllers = Controllers::new(trimtab_controllers::Options {
            client_of: Box::new(move |account| {
                let name = format!("system:serviceaccount:kube-system:{account}");
                between.between(&name, of.client(service_account(account)))
            }),
            informers: self.informers.clone(),
            enabled: Box::new(move |name| wanted.includes(name)),
            root_ca,
            signer,
        });
        let names = controllers.names().to_vec();
        let queues = controllers.queues();
        self.server.tell_too(move |page| queues.tell(page));
        self.tasks.spawn(controllers.run());
        names
    }
}

/// A component of the control plane, which may do what it has to.
fn component(name: &str) -> Identity {
    Identity::user(name, &[Identity::MASTERS])
}

fn node(name: &str) -> Identity {
    Identity::user(format!("system:node:{name}"), &["system:nodes"])
}

fn service_account(name: &str) -> Identity {
    let groups = [
        "system:serviceaccounts",
        "system:serviceaccounts:kube-system",
    ];
    Identity::user(format!("system:serviceaccount:kube-system:{name}"), &groups)
}
