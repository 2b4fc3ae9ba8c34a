//! What happens in a pod's life, step by step.

use super::container::{Container, Ended, Kind, State};
use super::told::{self, Told};
use super::{Course, Host, Life, Moment};
use crate::image;
use crate::needs::Need;
use crate::program::Program;
use crate::scenario::Outcome;
use std::time::Duration;

/// Something that happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Network and volumes are there.
    Sandbox,
    /// The image is on the node; the pull took so long.
    Pulled(Duration),
    /// The image could not be pulled.
    PullFailed,
    /// The kubelet notices that it has to wait before it pulls again.
    PullBackOff,
    /// Another try to pull, or another start.
    Again,
    /// The container runs.
    Start,
    /// The startup probe succeeds.
    Started,
    /// The readiness probe succeeds.
    Ready,
    /// The readiness probe fails.
    Unready,
    /// The liveness probe fails.
    Unlive,
    /// The container ends with this code.
    Exit(i32),
    /// The kubelet notices that it has to wait so long before it starts the container again.
    CrashBackOff(Duration),
    /// A file is made or taken away: that of this number of the container's.
    Change(usize),
    /// All containers begin anew.
    RestartAll,
    /// The pod has run as long as it may.
    Deadline,
}

/// The code of what was killed: 128 and the number of SIGKILL.
pub(super) const KILLED: i32 = 137;

/// After what time a volume is mounted again that could not be, the first time and at most: the
/// volume manager's exponential backoff.
const FIRST_MOUNT: Duration = Duration::from_millis(500);
const LONGEST_MOUNT: Duration = Duration::from_secs(122);

/// How often the kubelet comes round to a pod of which it hears nothing.
const SYNC: Duration = Duration::from_secs(12);

impl Life {
    pub(super) fn perform(
        &mut self,
        container: Option<usize>,
        step: Step,
        host: &mut Host,
        now: Moment,
        told: &mut Vec<Told>,
    ) {
        match (step, container) {
            (Step::Sandbox, _) if !self.has_sandbox && self.waits_for_volume(host, now, told) => {}
            (Step::Sandbox, _) => {
                self.has_sandbox = true;
                if self.shares_host_network() {
                    self.address = Some(host.address);
                } else if self.address.is_none() {
                    self.address = host.pods.give();
                }
            }
            (Step::Deadline, _) => self.exceed_deadline(host, now, told),
            (Step::RestartAll, _) => self.begin_anew(now),
            (Step::Change(number), Some(at)) => {
                self.change_file(at, number, host);
                self.look_again(host, now);
            }
            (Step::Pulled(took), Some(at)) => {
                let container = &self.containers[at];
                host.images.insert(container.image.clone());
                told.push(Told::pulled(container, took));
                self.appoint(now.instant + self.pace.create(), Some(at), Step::Start);
            }
            (Step::PullFailed, Some(at)) => self.fail_pull(at, now, told),
            (Step::PullBackOff, Some(at)) => {
                let container = &mut self.containers[at];
                told.extend(Told::pull_backs_off(container));
                container.state = State::Waiting {
                    reason: "ImagePullBackOff".into(),
                    message: Some(told::pull_back_off(container)),
                };
            }
            (Step::Again, Some(at)) => self.pull(at, host, now, told),
            (Step::Start, Some(at)) if self.lacks_environment(at, host, now, told) => {}
            (Step::Start, Some(at)) => self.start(at, host, now, told),
            (Step::Started, Some(at)) => self.containers[at].started = true,
            (Step::Ready, Some(at)) => self.containers[at].ready = true,
            (Step::Unready, Some(at)) => {
                self.containers[at].ready = false;
                told.push(Told::unhealthy(&self.containers[at]));
            }
            (Step::Unlive, Some(at)) => {
                let container = &self.containers[at];
                told.extend(Told::unlive(container));
                let wait = container.stopped_after.unwrap_or_else(|| self.pace.stop());
                self.appoint(now.instant + wait, Some(at), Step::Exit(KILLED));
            }
            (Step::Exit(code), Some(at)) => self.exit(at, code, host, now, told),
            (Step::CrashBackOff(wait), Some(at)) => {
                let message = told::crash_back_off(&self.containers[at], wait, &self.pod);
                told.push(Told::restart_backs_off(&self.containers[at], &self.pod));
                let container = &mut self.containers[at];
                let waiting = State::Waiting {
                    reason: "CrashLoopBackOff".into(),
                    message: Some(message),
                };
                container.remember(waiting);
            }
            // Only the three above are about no container.
            (_, None) => {}
        }
        while self.course == Course::Alive && self.may_begin_next() {
            let at = self.begun;
            self.begun += 1;
            self.pull(at, host, now, told);
        }
    }

    /// Whether the next container's turn has come.
    fn may_begin_next(&self) -> bool {
        if !self.has_sandbox || self.begun == self.containers.len() {
            return false;
        }
        let Some(before) = self.begun.checked_sub(1).map(|at| &self.containers[at]) else {
            return true;
        };
        match before.kind {
            Kind::Init => before.succeeded(),
            Kind::Sidecar => before.started,
            Kind::Main | Kind::Ephemeral => before.was_tried,
        }
    }

    fn pull(&mut self, at: usize, host: &Host, now: Moment, told: &mut Vec<Told>) {
        let container = &self.containers[at];
        let is_present = host.images.contains(&container.image);
        let pull = || container.pulled_after.unwrap_or_else(|| self.pace.pull());
        let is_nowhere = match container.outcome {
            None => image::is_nowhere(&container.image),
            Some(outcome) => outcome == Outcome::ImagePullBackOff,
        };
        let (wait, step) = if is_nowhere {
            told.push(Told::pulling(container));
            let wait = container.after.unwrap_or_else(pull);
            (wait, Step::PullFailed)
        } else if is_present && !container.always_pulls {
            told.push(Told::already_present(container));
            (self.pace.create(), Step::Start)
        } else {
            told.push(Told::pulling(container));
            // Where the layers are there already, only the registry has to be asked.
            let wait = if is_present {
                self.pace.create()
            } else {
                pull()
            };
            (wait, Step::Pulled(wait))
        };
        self.appoint(now.instant + wait, Some(at), step);
    }

    fn fail_pull(&mut self, at: usize, now: Moment, told: &mut Vec<Told>) {
        let container = &mut self.containers[at];
        told.extend(Told::pull_failed(container));
        container.was_tried = true;
        container.state = State::Waiting {
            reason: "ErrImagePull".into(),
            message: Some(told::pull_error(container)),
        };
        let wait = container.pulls.next();
        self.appoint(
            now.instant + self.pace.notice(),
            Some(at),
            Step::PullBackOff,
        );
        self.appoint(now.instant + wait, Some(at), Step::Again);
    }

    /// Whether a volume cannot be mounted yet; then it is tried again after a wait that doubles.
    fn waits_for_volume(&mut self, host: &Host, now: Moment, told: &mut Vec<Told>) -> bool {
        let namespace = self.pod.metadata.namespace.as_deref().unwrap_or_default();
        let needs = Need::of_volumes(&self.pod);
        let lack = needs
            .iter()
            .find(|(_, need)| host.objects.lacks(namespace, need));
        let Some((volume, need)) = lack else {
            return false;
        };
        told.push(Told::not_mounted(volume, need));
        let wait = FIRST_MOUNT.saturating_mul(1 << self.failed_mounts.min(10));
        self.failed_mounts += 1;
        self.appoint(now.instant + wait.min(LONGEST_MOUNT), None, Step::Sandbox);
        true
    }

    /// Whether a container cannot be made, because what its environment is taken from is not there;
    /// then it is tried again when the kubelet comes round.
    fn lacks_environment(
        &mut self,
        at: usize,
        host: &Host,
        now: Moment,
        told: &mut Vec<Told>,
    ) -> bool {
        let namespace = self.pod.metadata.namespace.as_deref().unwrap_or_default();
        let container = &mut self.containers[at];
        let mut needs = container.needs.iter();
        let Some(need) = needs
            .find(|need| host.objects.lacks(namespace, need))
            .cloned()
        else {
            return false;
        };
        told.push(Told::not_created(container, &need));
        container.was_tried = true;
        container.remember(State::Waiting {
            reason: "CreateContainerConfigError".into(),
            message: Some(format!("{need} not found")),
        });
        self.appoint(now.instant + SYNC, Some(at), Step::Again);
        true
    }

    fn start(&mut self, at: usize, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        let id = format!("containerd://{}", image::hex_64(&self.chance));
        let container = &mut self.containers[at];
        if container.was_tried && container.running_since.is_some() {
            container.restarts += 1;
        }
        let running = State::Running {
            since: now.time,
            id,
        };
        container.remember(running);
        container.was_tried = true;
        container.running_since = Some(now.instant);
        told.push(Told::created(container));
        told.push(Told::started(container));
        self.files.renew(&container.name);
        self.foresee(at, host, now);
    }

    /// Puts into the agenda what becomes of a container that has just started.
    pub(super) fn foresee(&mut self, at: usize, host: &mut Host, now: Moment) {
        self.begin_work(at, host, now);
        let is_ever_ready = self.looks_ready(at, host) != Some(false);
        let container = &self.containers[at];
        let is_init = container.kind == Kind::Init;
        let is_ephemeral = container.kind == Kind::Ephemeral;
        let mut plan: Vec<(Duration, Step)> = Vec::new();
        let fails = match container.outcome {
            Some(Outcome::CrashLoopBackOff | Outcome::OOMKilled | Outcome::LivenessFails) => true,
            Some(Outcome::Error) => container.restarts == 0,
            _ => false,
        };
        // What the scenario says comes before what the command does.
        let program = match container.outcome {
            None => container.program,
            Some(_) => Program::Unknown,
        };
        let ends = match program {
            Program::Unknown => {
                is_init
                    || container.outcome == Some(Outcome::Completed)
                    || (self.is_of_a_job() && !is_ephemeral)
            }
            Program::Endless => false,
            Program::Ends { .. } => true,
        };
        let never_ready = container.outcome == Some(Outcome::NeverReady)
            || (container.outcome.is_none() && !is_ever_ready);
        if !is_init && !is_ephemeral {
            let (started, ready) = container.delays(&self.pace);
            plan.push((started, Step::Started));
            match container.after {
                None if never_ready => plan.push((container.first_probe(), Step::Unready)),
                Some(after) if never_ready => {
                    plan.extend([(ready, Step::Ready), (ready.max(after), Step::Unready)]);
                }
                _ => plan.push((ready, Step::Ready)),
            }
        }
        if fails || (ends && container.outcome != Some(Outcome::NeverReady)) {
            let run = container.after.filter(|_| container.outcome.is_some());
            let run = run.unwrap_or_else(|| self.pace.run());
            plan.push(match (container.outcome, program) {
                (Some(Outcome::LivenessFails), _) => (run, Step::Unlive),
                (Some(Outcome::OOMKilled), _) => (run, Step::Exit(KILLED)),
                (_, Program::Ends { after, code }) => (after, Step::Exit(code)),
                _ if fails => (run, Step::Exit(container.exit_code)),
                _ => (run, Step::Exit(0)),
            });
        }
        for (wait, step) in plan {
            self.appoint(now.instant + wait, Some(at), step);
        }
        self.look_again(host, now);
    }

    /// A job's pods do their work and end; nobody knows of others what they do.
    pub(super) fn is_of_a_job(&self) -> bool {
        let owners = self.pod.metadata.owner_references.iter().flatten();
        let mut owners = owners.filter(|owner| owner.controller == Some(true));
        owners.any(|owner| owner.kind == "Job")
    }

    fn exit(&mut self, at: usize, code: i32, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        self.agenda
            .retain(|appointment| appointment.container != Some(at));
        self.containers[at].end(code, now);
        if self.course == Course::Alive && self.containers[at].restarts_all(code) {
            self.restart_all(at, now, told);
            return;
        }
        if !self.is_started_again(at, code) {
            self.containers[at].is_done = true;
            if self.course == Course::Stopping {
                self.stop_sidecar(now, told);
            }
            self.end_if_done(host, now, told);
            return;
        }
        let restart = match self.containers[at].wait_after_crash(now.instant) {
            None => self.pace.notice(),
            Some(wait) => {
                let noticed = now.instant + self.pace.notice();
                self.appoint(noticed, Some(at), Step::CrashBackOff(wait));
                wait
            }
        };
        self.appoint(now.instant + restart, Some(at), Step::Again);
    }

    pub(super) fn is_started_again(&self, at: usize, code: i32) -> bool {
        let container = &self.containers[at];
        self.course == Course::Alive && container.is_started_again(code, self.restart_policy())
    }

    /// Ends the pod when nothing is left that could go on.
    pub(super) fn end_if_done(&mut self, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        let is_over = match self.course {
            Course::Over => return,
            Course::Stopping => !self.containers.iter().any(Container::is_running),
            Course::Alive => {
                let init_failed = self
                    .containers
                    .iter()
                    .any(|it| it.kind == Kind::Init && it.is_done && !it.succeeded());
                init_failed || self.mains().all(|container| container.is_done)
            }
        };
        if is_over {
            self.end(0, host, now, told);
        }
    }
}

impl Container {
    /// Goes over to another state; a run that ended becomes the last one.
    pub(super) fn remember(&mut self, state: State) {
        if let State::Terminated(ended) = std::mem::replace(&mut self.state, state) {
            self.last = Some(ended);
        }
    }

    pub(super) fn end(&mut self, code: i32, now: Moment) {
        let State::Running { since, id } = &self.state else {
            return;
        };
        self.state = State::Terminated(Ended {
            code,
            reason: match (code, self.outcome) {
                (0, _) => "Completed",
                (KILLED, Some(Outcome::OOMKilled)) => "OOMKilled",
                _ => "Error",
            }
            .to_owned(),
            message: None,
            started: *since,
            finished: now.time,
            id: id.clone(),
        });
        // An init container that did its work counts as ready.
        self.ready = self.kind == Kind::Init && code == 0;
        self.started = false;
    }
}
