//! Controllers, scheduler and simulated nodes as ordinary clients of an API server that is somewhere else.
//!
//! Controllers and scheduler may take part in an election, under the names and with the lease that
//! kube-controller-manager and kube-scheduler have: beside those, whoever holds the lease works.

use crate::components::{KUBELET, SCHEDULER};
use crate::error::ClusterError;
use kube::Client;
use std::time::Duration;
use trimtab_clock::{Chance, Clock};
use trimtab_controllers::{Controllers, Options, Selection};
use trimtab_informer::{Component, Election, Ended, EventRecorder, Informers, LeaderElection};
use trimtab_node::{MOST_NODES, Nodes, ReadyAfter, Scenario};
use trimtab_scheduler::Scheduler;

/// Who tells of elections for the controllers.
const CONTROLLER_MANAGER: Component<'_> = Component {
    name: "kube-controller-manager",
    manager: "kube-controller-manager",
};

/// How one of several is chosen to do the work.
#[derive(Clone, Debug)]
pub struct LeaderElectionOptions {
    /// The namespace of the lease.
    pub namespace: String,
    /// The name of the lease; without it that of the Kubernetes component.
    pub name: Option<String>,
    /// What this process is called among its likes: each has another name.
    pub identity: String,
    /// How long a lease holds that is not renewed.
    pub lease_duration: Duration,
    /// How long the leader tries to renew it before it gives up.
    pub renew_deadline: Duration,
    /// From one try to the next.
    pub retry_period: Duration,
}

impl LeaderElectionOptions {
    /// What Kubernetes' components have by default.
    #[must_use]
    pub fn new(identity: String) -> Self {
        Self {
            namespace: "kube-system".to_owned(),
            name: None,
            identity,
            lease_duration: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry_period: Duration::from_secs(2),
        }
    }

    fn election(&self, component: Component<'_>, lease: &str) -> Election {
        Election {
            namespace: self.namespace.clone(),
            name: self.name.clone().unwrap_or_else(|| lease.to_owned()),
            identity: self.identity.clone(),
            manager: component.manager.to_owned(),
            lease_duration: self.lease_duration,
            renew_deadline: self.renew_deadline,
            retry_period: self.retry_period,
        }
    }
}

/// What controllers without a control plane of their own are given.
#[derive(Clone)]
pub struct ControllersOptions {
    /// Whose identity all of them have.
    pub client: Client,
    /// Which of them run.
    pub controllers: Selection,
    /// The certificate authority that pods are told to trust, in PEM form.
    pub root_ca: Option<String>,
    /// Without it they work at once, whoever else does.
    pub election: Option<LeaderElectionOptions>,
    /// The time that objects show.
    pub clock: Clock,
    /// Names and choices.
    pub chance: Chance,
}

/// Runs controllers until `stop` comes or the lease is lost.
pub async fn run_controllers(options: ControllersOptions, stop: impl Future<Output = ()>) -> Ended {
    let ControllersOptions {
        client,
        controllers,
        root_ca,
        election,
        clock,
        chance,
    } = options;
    let with = client.clone();
    let random = chance.clone();
    let work = || async move {
        let informers = Informers::new(with.clone(), clock, random.fork("informers"));
        let _closing = Closing(informers.clone());
        let controllers = Controllers::new(Options {
            client_of: Box::new(move |_| with.clone()),
            informers,
            enabled: Box::new(move |name| controllers.includes(name)),
            root_ca,
            signer: None,
        });
        controllers.run().await;
    };
    let by = (CONTROLLER_MANAGER, "kube-controller-manager");
    elected(client, election, by, clock, &chance, work, stop).await
}

/// What a scheduler without a control plane of its own is given.
#[derive(Clone)]
pub struct SchedulerOptions {
    /// Whose identity it has.
    pub client: Client,
    /// Without it it works at once, whoever else does.
    pub election: Option<LeaderElectionOptions>,
    /// The time that objects show.
    pub clock: Clock,
    /// Choices between equally good nodes.
    pub chance: Chance,
}

/// Runs a scheduler until `stop` comes or the lease is lost.
pub async fn run_scheduler(options: SchedulerOptions, stop: impl Future<Output = ()>) -> Ended {
    let SchedulerOptions {
        client,
        election,
        clock,
        chance,
    } = options;
    let (with, random) = (client.clone(), chance.clone());
    let work = || async move {
        let informers = Informers::new(with.clone(), clock, random.fork("informers"));
        let _closing = Closing(informers.clone());
        let events = EventRecorder::start(with.clone(), SCHEDULER, clock, &random);
        let scheduler = Scheduler::new(trimtab_scheduler::Options {
            client: with,
            informers,
            events,
            clock,
            chance: random,
        });
        scheduler.run().await;
    };
    let by = (SCHEDULER, "kube-scheduler");
    elected(client, election, by, clock, &chance, work, stop).await
}

/// What simulated nodes without a control plane of their own are given.
#[derive(Clone)]
pub struct NodesOptions {
    /// Whose identity all of them have.
    pub client: Client,
    /// How many there are, unless the scenario says which.
    pub count: usize,
    /// What nodes there are, and what some pods go through.
    pub scenario: Scenario,
    /// How soon pods get ready.
    pub ready_after: ReadyAfter,
    /// The time that objects show.
    pub clock: Clock,
    /// Decides how long things take.
    pub chance: Chance,
}

/// Runs simulated nodes until `stop` comes.
///
/// # Errors
/// When there are more of them than addresses.
pub async fn run_nodes(
    options: NodesOptions,
    stop: impl Future<Output = ()>,
) -> Result<(), ClusterError> {
    let NodesOptions {
        client,
        count,
        scenario,
        ready_after,
        clock,
        chance,
    } = options;
    let wanted = scenario.node_count(count);
    if wanted > MOST_NODES {
        return Err(ClusterError::TooManyNodes(wanted));
    }
    let informers = Informers::new(client.clone(), clock, chance.fork("informers"));
    let _closing = Closing(informers.clone());
    let events = EventRecorder::start(client.clone(), KUBELET, clock, &chance);
    let nodes = Nodes::new(trimtab_node::Options {
        client_of: Box::new(move |_| client.clone()),
        informers,
        events,
        clock,
        chance,
        count: wanted,
        scenario,
        ready_after,
    });
    tokio::select! {
        biased;
        () = stop => {}
        () = nodes.run() => {}
    }
    Ok(())
}

/// Does `work` as long as it is this program's turn. `by` is who tells, and the lease's usual name.
async fn elected<F: Future<Output = ()>>(
    client: Client,
    election: Option<LeaderElectionOptions>,
    by: (Component<'_>, &str),
    clock: Clock,
    chance: &Chance,
    work: impl FnOnce() -> F,
    stop: impl Future<Output = ()>,
) -> Ended {
    let Some(election) = election else {
        tokio::select! {
            biased;
            () = stop => {}
            () = work() => {}
        }
        return Ended::Stopped;
    };
    let (component, lease) = by;
    let election = election.election(component, lease);
    let chance = chance.fork(&election.identity);
    let events = EventRecorder::start(client.clone(), component, clock, &chance);
    LeaderElection::new(client, election, events, clock, &chance)
        .run(work, stop)
        .await
}

/// Ends the watches with whoever needs them.
struct Closing(Informers);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}
