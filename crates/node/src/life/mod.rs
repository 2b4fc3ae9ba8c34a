//! The life of one simulated pod, from its arrival on a node to its end.
//!
//! A [`Life`] is a small machine without any I/O: what is to happen stands in its agenda, [`Life::advance`]
//! does what is due and gives out what the kubelet would tell, and [`Life::status`] is what it would
//! report. It is the manager's part to call it in time, to write and to tell.
//!
//! The order of things is the kubelet's (`SyncPod`, `computePodActions`): sandbox and address, init
//! containers one after the other, a sidecar only until it has started, then the containers, each
//! begun when the one before it has been tried.

mod container;
mod resume;
mod status;
mod steps;
mod stop;
#[cfg(test)]
mod tests;
mod told;
mod work;

pub(crate) use told::Told;

use crate::addresses::PodAddresses;
use crate::files::Files;
use crate::needs::Objects;
use crate::pace::{Pace, ReadyAfter};
use crate::ports::{NodePorts, REFUSAL};
use crate::scenario::{ContainerMatch, PodRule, Scenario};
use container::{Container, Kind};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Pod, PodCondition, PodSpec, PodStatus};
use rustc_hash::FxHashSet;
use status::POD_SCHEDULED;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use steps::Step;
use tokio::time::Instant;
use trimtab_clock::Chance;

/// Now, on both clocks: tokio's, by which things are due, and the one that objects show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) time: Timestamp,
}

/// What the pods of a node share.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) pods: PodAddresses,
    /// Its own ports that pods have taken.
    pub(crate) ports: NodePorts,
    /// The images that were pulled. Looked up only.
    pub(crate) images: FxHashSet<String>,
    /// What pods can mount and read.
    pub(crate) objects: Objects,
    /// What pods have made in its directories.
    pub(crate) files: Files,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// It runs, or is about to.
    Alive,
    /// Somebody deleted it; its containers have been told to stop.
    Stopping,
    /// Nothing of it runs or will.
    Over,
}

/// Something to be done at a time.
#[derive(Debug)]
struct Appointment {
    at: Instant,
    /// For which container, by its place in `containers`.
    container: Option<usize>,
    step: Step,
}

/// A simulated pod.
#[derive(Debug)]
pub(crate) struct Life {
    /// As the watch last showed it.
    pub(crate) pod: Arc<Pod>,
    pace: Pace,
    chance: Chance,
    /// Init containers first, in order.
    containers: Vec<Container>,
    /// How many of them have been begun.
    begun: usize,
    agenda: Vec<Appointment>,
    course: Course,
    arrived: Timestamp,
    /// Whether nobody has said yet that it has a node.
    came_unscheduled: bool,
    has_sandbox: bool,
    address: Option<Ipv4Addr>,
    host_address: Ipv4Addr,
    /// Why the pod as a whole failed: a reason and a message.
    failure: Option<(String, String)>,
    /// Whether the kubelet did not let it in: then there is nothing to say of its containers.
    is_refused: bool,
    conditions: Vec<PodCondition>,
    /// Until when its containers may take to stop, once they are told to.
    stop_by: Option<Instant>,
    /// How often its volumes could not be mounted.
    failed_mounts: u32,
    /// Whether all its containers are about to be started again, because one of them asked for it.
    is_restarting: bool,
    /// What its containers have made.
    files: Files,
    /// What is to be told at the first opportunity.
    untold: Option<Told>,
}

impl Life {
    /// The life of a pod that has come to a node. What a former process wrote of it goes on.
    pub(crate) fn begin(
        pod: Arc<Pod>,
        scenario: &Scenario,
        ready_after: ReadyAfter,
        chance: &Chance,
        host: &mut Host,
        now: Moment,
    ) -> Self {
        // Its own sequence of chance, so that what it draws does not depend on other pods.
        let chance = chance.fork(pod.metadata.uid.as_deref().unwrap_or_default());
        let spec = pod.spec.clone().unwrap_or_default();
        let (own, bad_rules) = match Scenario::of_pod(&pod) {
            Ok(own) => (own, None),
            Err(error) => (Vec::new(), Some(Told::bad_rules(&error))),
        };
        let containers = containers(&pod, &spec, scenario, &own, &chance);
        let status = pod.status.as_ref();
        let mut conditions = status.iter().flat_map(|it| it.conditions.iter().flatten());
        let came_unscheduled = !conditions.any(|it| it.type_ == POD_SCHEDULED);
        let mut life = Self {
            pod,
            pace: Pace::new(ready_after, chance.clone()),
            chance,
            containers,
            begun: 0,
            agenda: Vec::new(),
            course: Course::Alive,
            arrived: now.time,
            came_unscheduled,
            has_sandbox: false,
            address: None,
            host_address: host.address,
            failure: None,
            is_refused: false,
            conditions: Vec::new(),
            stop_by: None,
            failed_mounts: 0,
            is_restarting: false,
            files: Files::default(),
            untold: bad_rules,
        };
        if !life.resume(host, now) {
            life.arrive(host);
        }
        if life.course == Course::Alive && !life.has_sandbox {
            let has_probe = life.containers.iter().any(Container::has_probe);
            let delay = life.pace.sandbox(has_probe);
            life.appoint(now.instant + delay, None, Step::Sandbox);
        }
        life.set_deadline(now);
        life
    }

    /// Appoints the end of a pod that may not run for ever, in the place of an earlier one.
    fn set_deadline(&mut self, now: Moment) {
        self.agenda.retain(|it| it.step != Step::Deadline);
        if let Some(seconds) = self.spec().and_then(|spec| spec.active_deadline_seconds) {
            let seconds = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            let passed = now.time.duration_since(self.arrived);
            let left = seconds.saturating_sub(passed.unsigned_abs());
            self.appoint(now.instant + left, None, Step::Deadline);
        }
    }

    /// Lets the pod in, or not.
    fn arrive(&mut self, host: &mut Host) {
        if host.ports.give(&self.pod) {
            return;
        }
        let (reason, message) = REFUSAL;
        self.untold = Some(Told::refused(reason, message));
        self.failure = Some((reason.to_owned(), format!("Pod was rejected: {message}")));
        self.is_refused = true;
        self.course = Course::Over;
    }

    /// Does everything that is due.
    pub(crate) fn advance(&mut self, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        told.extend(self.untold.take());
        while let Some(appointment) = self.take_due(now.instant) {
            let Appointment {
                container, step, ..
            } = appointment;
            self.perform(container, step, host, now, told);
        }
    }

    /// When there is something to do next.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.agenda.iter().map(|appointment| appointment.at).min()
    }

    /// What of the pod's status a node wrote before, if one did.
    pub(crate) fn written(&self) -> Option<PodStatus> {
        let status = self.pod.status.clone();
        let mut status = status.filter(|status| status.start_time.is_some())?;
        status.conditions = Some(self.conditions.clone());
        Some(status)
    }

    /// Takes in what the watch shows; a deletion begins the end.
    pub(crate) fn update(
        &mut self,
        pod: Arc<Pod>,
        host: &mut Host,
        now: Moment,
        told: &mut Vec<Told>,
    ) {
        let is_deleted = pod.metadata.deletion_timestamp.is_some();
        let deadline = |pod: &Pod| pod.spec.as_ref().and_then(|it| it.active_deadline_seconds);
        let is_rescheduled = deadline(&pod) != deadline(&self.pod);
        self.pod = pod;
        self.add_ephemeral(now);
        if is_rescheduled && self.course == Course::Alive {
            self.set_deadline(now);
        }
        if is_deleted && self.course == Course::Alive {
            self.stop(host, now, told);
        }
    }

    /// Takes in ephemeral containers that have been added since.
    fn add_ephemeral(&mut self, now: Moment) {
        let pod = Arc::clone(&self.pod);
        let specs = pod.spec.iter().flat_map(ephemeral);
        let known = self.containers.len();
        for spec in specs {
            if !self.containers.iter().any(|it| it.name == spec.name) {
                let container = Container::new(&spec, Kind::Ephemeral, None, "ContainerCreating");
                self.containers.push(container);
            }
        }
        if self.course == Course::Alive && self.has_sandbox && self.containers.len() > known {
            // Nothing else may be due.
            self.appoint(now.instant, None, Step::Sandbox);
        }
    }

    /// Whether nothing of it runs or will.
    pub(crate) fn is_over(&self) -> bool {
        self.course == Course::Over
    }

    /// Whether somebody deleted it and it is ready to go.
    pub(crate) fn may_be_removed(&self) -> bool {
        self.is_over() && self.pod.metadata.deletion_timestamp.is_some()
    }

    /// Whether its end is worth a report before it is removed: not where everything is instant.
    pub(crate) fn reports_its_end(&self) -> bool {
        !self.pace.is_instant()
    }

    /// Gives its address and its ports back.
    pub(crate) fn release(&mut self, host: &mut Host) {
        host.ports.take_back(&self.pod);
        if let Some(address) = self.address.filter(|_| !self.shares_host_network()) {
            host.pods.take_back(address);
        }
    }

    fn appoint(&mut self, at: Instant, container: Option<usize>, step: Step) {
        self.agenda.push(Appointment {
            at,
            container,
            step,
        });
    }

    /// Takes the first that is due out of the agenda; of the same time, the one put in first.
    fn take_due(&mut self, now: Instant) -> Option<Appointment> {
        let due = self.agenda.iter().enumerate();
        let due = due.filter(|(_, appointment)| appointment.at <= now);
        let (at, _) = due.min_by_key(|(at, appointment)| (appointment.at, *at))?;
        Some(self.agenda.remove(at))
    }

    fn spec(&self) -> Option<&PodSpec> {
        self.pod.spec.as_ref()
    }

    fn restart_policy(&self) -> &str {
        let policy = self.spec().and_then(|spec| spec.restart_policy.as_deref());
        policy.unwrap_or("Always")
    }

    fn shares_host_network(&self) -> bool {
        self.spec().and_then(|spec| spec.host_network) == Some(true)
    }

    /// The containers that run side by side until the pod's end.
    fn mains(&self) -> impl Iterator<Item = &Container> {
        let containers = self.containers.iter();
        containers.filter(|container| container.kind == Kind::Main)
    }
}

fn containers(
    pod: &Pod,
    spec: &PodSpec,
    scenario: &Scenario,
    own: &[PodRule],
    chance: &Chance,
) -> Vec<Container> {
    let inits = spec.init_containers.as_deref().unwrap_or_default();
    let waits_for = if inits.is_empty() {
        "ContainerCreating"
    } else {
        "PodInitializing"
    };
    let inits = inits.iter().map(|spec| {
        if spec.restart_policy.as_deref() == Some("Always") {
            (spec, Kind::Sidecar)
        } else {
            (spec, Kind::Init)
        }
    });
    let mains = spec.containers.iter().map(|spec| (spec, Kind::Main));
    let mut all: Vec<Container> = inits
        .chain(mains)
        .map(|(spec, kind)| {
            let container = ContainerMatch {
                name: &spec.name,
                image: spec.image.as_deref().unwrap_or_default(),
                is_init: kind != Kind::Main,
            };
            let rule = scenario.rule(own, pod, &container, chance);
            Container::new(spec, kind, rule, waits_for)
        })
        .collect();
    all.extend(ephemeral(spec).map(|it| Container::new(&it, Kind::Ephemeral, None, waits_for)));
    all
}

/// The ephemeral containers, as the containers that they are apart from what they look into.
fn ephemeral(spec: &PodSpec) -> impl Iterator<Item = k8s_openapi::api::core::v1::Container> {
    let containers = spec.ephemeral_containers.iter().flatten();
    containers.map(|it| k8s_openapi::api::core::v1::Container {
        name: it.name.clone(),
        image: it.image.clone(),
        image_pull_policy: it.image_pull_policy.clone(),
        command: it.command.clone(),
        args: it.args.clone(),
        env: it.env.clone(),
        env_from: it.env_from.clone(),
        ..Default::default()
    })
}
