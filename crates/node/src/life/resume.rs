//! Taking up the life of a pod that an earlier process played, from the status it wrote.

use super::container::{Container, Ended, Kind, State};
use super::steps::Step;
use super::{Course, Host, Life, Moment};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStateTerminated, ContainerStatus};

impl Life {
    /// Puts the pod where its status says it is. Returns whether it says anything: a node wrote it
    /// if it has a start time.
    pub(super) fn resume(&mut self, host: &mut Host, now: Moment) -> bool {
        let pod = self.pod.clone();
        let Some(status) = &pod.status else {
            return false;
        };
        let Some(arrived) = &status.start_time else {
            return false;
        };
        self.arrived = arrived.0;
        // Of those that others wrote none is repeated.
        let ours = self.findings("");
        let mut conditions = status.conditions.clone().unwrap_or_default();
        conditions.retain(|it| ours.iter().any(|own| own.type_ == it.type_));
        self.conditions = conditions;
        self.address = status.pod_ip.as_deref().and_then(|ip| ip.parse().ok());
        self.has_sandbox = self.address.is_some();
        if matches!(status.phase.as_deref(), Some("Succeeded" | "Failed")) {
            self.restore(status, now);
            self.course = Course::Over;
            self.failure = status.reason.clone().zip(status.message.clone());
            let statuses = status.container_statuses.as_deref().unwrap_or_default();
            self.is_refused = self.failure.is_some() && statuses.is_empty();
            return true;
        }
        if !self.has_sandbox {
            return false;
        }
        if let Some(address) = self.address.filter(|_| !self.shares_host_network()) {
            host.pods.reserve(address);
        }
        host.ports.give(&self.pod);
        self.restore(status, now);
        self.go_on(host, now);
        true
    }

    fn restore(&mut self, status: &k8s_openapi::api::core::v1::PodStatus, now: Moment) {
        let inits = status.init_container_statuses.iter().flatten();
        let mains = status.container_statuses.iter().flatten();
        let ephemeral = status.ephemeral_container_statuses.iter().flatten();
        for written in inits.chain(mains).chain(ephemeral) {
            let mut containers = self.containers.iter_mut();
            if let Some(container) = containers.find(|it| it.name == written.name) {
                container.restore(written, now);
            }
        }
    }

    /// Finds out how far the pod had come, and goes on from there.
    fn go_on(&mut self, host: &mut Host, now: Moment) {
        for at in 0..self.containers.len() {
            match &self.containers[at].state {
                State::Running { .. } => {
                    self.begun = at + 1;
                    host.images.insert(self.containers[at].image.clone());
                    // What it had still before it is foreseen anew: it may take a little longer.
                    self.foresee(at, host, now);
                }
                State::Terminated(ended) => {
                    self.begun = at + 1;
                    let code = ended.code;
                    if self.is_started_again(at, code) {
                        self.appoint(now.instant, Some(at), Step::Again);
                    } else {
                        self.containers[at].is_done = true;
                    }
                }
                State::Waiting { .. } if self.containers[at].was_tried => {
                    self.begun = at + 1;
                    self.appoint(now.instant, Some(at), Step::Again);
                }
                State::Waiting { .. } => {}
            }
        }
        let mut ended = self.containers.iter().enumerate();
        let asking = ended.find(|(_, it)| match &it.state {
            State::Terminated(ended) => it.restarts_all(ended.code),
            _ => false,
        });
        if let Some((at, _)) = asking {
            self.restart_all(at, now, &mut Vec::new());
            return;
        }
        // Has the next one begun, where one's turn has come.
        self.appoint(now.instant, None, Step::Sandbox);
        self.end_if_done(host, now, &mut Vec::new());
    }
}

impl Container {
    fn restore(&mut self, written: &ContainerStatus, now: Moment) {
        self.restarts = written.restart_count;
        self.ready = written.ready;
        self.started = written.started == Some(true);
        let last = written.last_state.as_ref();
        self.last = last.and_then(|state| state.terminated.as_ref()).map(ended);
        let state = written.state.clone().unwrap_or_default();
        match state {
            ContainerState {
                running: Some(running),
                ..
            } => {
                self.was_tried = true;
                self.running_since = Some(now.instant);
                self.state = State::Running {
                    since: running.started_at.map_or(now.time, |time| time.0),
                    id: written.container_id.clone().unwrap_or_default(),
                };
            }
            ContainerState {
                terminated: Some(terminated),
                ..
            } => {
                self.was_tried = true;
                self.running_since = Some(now.instant);
                self.state = State::Terminated(ended(&terminated));
            }
            ContainerState {
                waiting: Some(waiting),
                ..
            } => {
                let reason = waiting.reason.unwrap_or_default();
                self.was_tried = matches!(
                    &*reason,
                    "CrashLoopBackOff" | "ImagePullBackOff" | "ErrImagePull"
                );
                self.running_since = self.last.as_ref().map(|_| now.instant);
                self.state = State::Waiting {
                    reason,
                    message: waiting.message,
                };
            }
            ContainerState { .. } => {}
        }
        if self.kind != Kind::Init || self.last.is_some() {
            self.resume_waits();
        }
    }
}

fn ended(state: &ContainerStateTerminated) -> Ended {
    let time = |time: &Option<k8s_openapi::apimachinery::pkg::apis::meta::v1::Time>| {
        time.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0)
    };
    Ended {
        code: state.exit_code,
        reason: state.reason.clone().unwrap_or_default(),
        message: state.message.clone(),
        started: time(&state.started_at),
        finished: time(&state.finished_at),
        id: state.container_id.clone().unwrap_or_default(),
    }
}
