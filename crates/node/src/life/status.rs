//! What the kubelet reports of a pod: phase, conditions, containers.

use super::container::{Container, Ended, Kind, State};
use super::{Course, Life, Moment};
use crate::image;
use k8s_openapi::api::core::v1::{
    ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting,
    ContainerStatus, HostIP, PodCondition, PodIP, PodStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

/// The condition that is the scheduler's, and the kubelet's only where no scheduler was asked.
pub(super) const POD_SCHEDULED: &str = "PodScheduled";

/// A condition before it is known since when it holds.
pub(super) struct Finding {
    pub(super) type_: &'static str,
    is_true: bool,
    reason: Option<&'static str>,
    message: Option<String>,
}

impl Life {
    /// The status as it is now. Conditions keep the time of their last transition.
    pub(crate) fn status(&mut self, now: Moment) -> PodStatus {
        if self.is_refused {
            return self.refusal();
        }
        let phase = self.phase();
        self.conditions = self.conditions(phase, now);
        let (reason, message) = self.failure.clone().unzip();
        let address = self.address.map(|address| address.to_string());
        let host = self.host_address.to_string();
        let statuses = |kinds: &[Kind]| -> Option<Vec<ContainerStatus>> {
            let containers = self.containers.iter();
            let wanted = containers.filter(|it| kinds.contains(&it.kind));
            let statuses: Vec<_> = wanted.map(Container::status).collect();
            (!statuses.is_empty()).then_some(statuses)
        };
        PodStatus {
            phase: Some(phase.to_owned()),
            reason,
            message,
            observed_generation: self.pod.metadata.generation,
            conditions: Some(self.conditions.clone()),
            host_ip: Some(host.clone()),
            host_ips: Some(vec![HostIP { ip: host }]),
            pod_ips: address.clone().map(|ip| vec![PodIP { ip }]),
            pod_ip: address,
            start_time: Some(Time(self.arrived)),
            init_container_statuses: statuses(&[Kind::Init, Kind::Sidecar]),
            container_statuses: statuses(&[Kind::Main]),
            ephemeral_container_statuses: statuses(&[Kind::Ephemeral]),
            qos_class: self.pod.status.as_ref().and_then(|it| it.qos_class.clone()),
            ..PodStatus::default()
        }
    }

    /// The status of a pod that was not let in (`rejectPod`).
    fn refusal(&self) -> PodStatus {
        let (reason, message) = self.failure.clone().unzip();
        PodStatus {
            phase: Some("Failed".to_owned()),
            reason,
            message,
            observed_generation: self.pod.metadata.generation,
            conditions: Some(Vec::new()),
            start_time: Some(Time(self.arrived)),
            qos_class: self.pod.status.as_ref().and_then(|it| it.qos_class.clone()),
            ..PodStatus::default()
        }
    }

    /// The kubelet's `getPhase`.
    fn phase(&self) -> &'static str {
        if self.failure.is_some() {
            return "Failed";
        }
        let inits = self.containers.iter().filter(|it| it.kind == Kind::Init);
        if inits.clone().any(|it| it.is_done && !it.succeeded()) {
            return "Failed";
        }
        let is_initialized = inits.clone().all(Container::succeeded);
        let never_ran =
            |it: &Container| matches!(it.state, State::Waiting { .. }) && it.last.is_none();
        if self.course == Course::Alive && (!is_initialized || self.mains().any(never_ran)) {
            return "Pending";
        }
        if self.mains().any(Container::is_running) {
            return "Running";
        }
        let mut mains = self.mains();
        match self.course {
            Course::Alive | Course::Stopping => "Running",
            Course::Over if mains.all(|it| it.succeeded() || never_ran(it)) => "Succeeded",
            Course::Over => "Failed",
        }
    }

    fn conditions(&self, phase: &'static str, now: Moment) -> Vec<PodCondition> {
        let generation = self.pod.metadata.generation;
        self.findings(phase)
            .into_iter()
            .map(|finding| {
                let status = if finding.is_true { "True" } else { "False" };
                let mut before = self.conditions.iter();
                let before = before.find(|it| it.type_ == finding.type_ && it.status == status);
                let since = before.and_then(|it| it.last_transition_time.clone());
                PodCondition {
                    type_: finding.type_.to_owned(),
                    status: status.to_owned(),
                    reason: finding.reason.map(str::to_owned),
                    message: finding.message,
                    last_transition_time: Some(since.unwrap_or(Time(now.time))),
                    last_probe_time: None,
                    observed_generation: generation,
                }
            })
            .collect()
    }

    /// The conditions that are the kubelet's, in its order (`pkg/kubelet/status/generate.go`).
    pub(super) fn findings(&self, phase: &str) -> Vec<Finding> {
        let is_over = matches!(phase, "Succeeded" | "Failed");
        let ended = match phase {
            "Succeeded" => Some("PodCompleted"),
            "Failed" => Some("PodFailed"),
            _ => None,
        };
        let condition = |type_, lacking: Vec<&str>, reason, what: &str| Finding {
            type_,
            is_true: lacking.is_empty() && ended.is_none(),
            reason: ended.or((!lacking.is_empty()).then_some(reason)),
            message: (!lacking.is_empty() && ended.is_none())
                .then(|| format!("containers with {what} status: [{}]", lacking.join(" "))),
        };
        let names_of = |lacks: &dyn Fn(&Container) -> bool| -> Vec<&str> {
            let containers = self.containers.iter().filter(|it| lacks(it));
            containers.map(|it| it.name.as_str()).collect()
        };
        let incomplete = names_of(&|it| match it.kind {
            Kind::Init => !it.succeeded(),
            Kind::Sidecar => !it.started && !is_over,
            Kind::Main | Kind::Ephemeral => false,
        });
        let unready = names_of(&|it| matches!(it.kind, Kind::Main | Kind::Sidecar) && !it.ready);
        let containers_ready = condition(
            "ContainersReady",
            unready.clone(),
            "ContainersNotReady",
            "unready",
        );
        let mut ready = Finding {
            type_: "Ready",
            message: containers_ready.message.clone(),
            ..containers_ready
        };
        let gates = self.failing_gates();
        if ready.is_true && !gates.is_empty() {
            ready.is_true = false;
            ready.reason = Some("ReadinessGatesNotReady");
            ready.message = Some(gates.join(", "));
        }
        let initialized = if phase == "Succeeded" {
            Finding {
                is_true: true,
                ..condition("Initialized", Vec::new(), "", "")
            }
        } else {
            let is_true = incomplete.is_empty();
            Finding {
                type_: "Initialized",
                is_true,
                reason: (!is_true).then_some("ContainersNotInitialized"),
                message: (!is_true).then(|| {
                    format!(
                        "containers with incomplete status: [{}]",
                        incomplete.join(" ")
                    )
                }),
            }
        };
        let mut findings = vec![
            Finding {
                type_: "PodReadyToStartContainers",
                is_true: self.has_sandbox && self.course != Course::Over,
                reason: None,
                message: None,
            },
            initialized,
            ready,
            containers_ready,
        ];
        if self.came_unscheduled {
            // Whoever named the node itself passed the scheduler by.
            findings.push(Finding {
                type_: POD_SCHEDULED,
                is_true: true,
                reason: None,
                message: None,
            });
        }
        if self.containers.iter().any(Container::may_restart_all) {
            findings.push(Finding {
                type_: "AllContainersRestarting",
                is_true: self.is_restarting && !is_over,
                reason: ended.or(self.is_restarting.then_some("RestartAllContainersStarted")),
                message: (self.is_restarting && !is_over)
                    .then(|| "a container ended as its restart rule says".to_owned()),
            });
        }
        findings
    }

    /// What keeps a pod from being ready though its containers are (KEP-580).
    fn failing_gates(&self) -> Vec<String> {
        let gates = self.spec().and_then(|spec| spec.readiness_gates.as_ref());
        let conditions = self
            .pod
            .status
            .as_ref()
            .and_then(|it| it.conditions.as_ref());
        gates
            .into_iter()
            .flatten()
            .filter_map(|gate| {
                let gate = &gate.condition_type;
                let mut conditions = conditions.into_iter().flatten();
                match conditions.find(|it| it.type_ == *gate) {
                    None => Some(format!(
                        "corresponding condition of pod readiness gate \"{gate}\" does not exist."
                    )),
                    Some(condition) if condition.status != "True" => Some(format!(
                        "the status of pod readiness gate \"{gate}\" is not \"True\", but {}",
                        condition.status
                    )),
                    Some(_) => None,
                }
            })
            .collect()
    }
}

impl Container {
    fn status(&self) -> ContainerStatus {
        let id = match (&self.state, &self.last) {
            (State::Running { id, .. }, _) => Some(id.clone()),
            (State::Terminated(ended), _) | (State::Waiting { .. }, Some(ended)) => {
                Some(ended.id.clone())
            }
            (State::Waiting { .. }, None) => None,
        };
        // Before the first start nobody has resolved the image.
        let (image, image_id) = if id.is_some() {
            (image::full_reference(&self.image), image::id(&self.image))
        } else {
            (self.image.clone(), String::new())
        };
        ContainerStatus {
            name: self.name.clone(),
            image,
            image_id,
            container_id: id,
            ready: self.ready,
            started: Some(self.started),
            restart_count: self.restarts,
            state: Some(self.state.report()),
            last_state: Some(ContainerState {
                terminated: self.last.as_ref().map(Ended::report),
                ..ContainerState::default()
            }),
            ..ContainerStatus::default()
        }
    }
}

impl State {
    fn report(&self) -> ContainerState {
        let mut state = ContainerState::default();
        match self {
            Self::Waiting { reason, message } => {
                state.waiting = Some(ContainerStateWaiting {
                    reason: Some(reason.clone()),
                    message: message.clone(),
                });
            }
            Self::Running { since, .. } => {
                state.running = Some(ContainerStateRunning {
                    started_at: Some(Time(*since)),
                });
            }
            Self::Terminated(ended) => state.terminated = Some(ended.report()),
        }
        state
    }
}

impl Ended {
    fn report(&self) -> ContainerStateTerminated {
        ContainerStateTerminated {
            exit_code: self.code,
            reason: Some(self.reason.clone()),
            message: self.message.clone(),
            started_at: Some(Time(self.started)),
            finished_at: Some(Time(self.finished)),
            container_id: Some(self.id.clone()),
            ..ContainerStateTerminated::default()
        }
    }
}
