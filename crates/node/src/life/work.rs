//! What the programs in a pod do: the files that they make, what probes see of those, and what has
//! all containers begin anew.

use super::container::{Ended, Kind, State};
use super::steps::{KILLED, Step};
use super::{Host, Life, Moment, Told, ephemeral};
use crate::files::Place;
use crate::program::{Program, Run, Scene};
use k8s_openapi::api::core::v1::{Container as Spec, Pod, Probe};
use std::borrow::Cow;
use std::time::Duration;
use tokio::time::Instant;

/// The reason that is told of containers that begin anew with all others of their pod.
const RESTARTING: &str = "RestartingAllContainers";

/// How often a probe looks that does not say.
const PERIOD: Duration = Duration::from_secs(10);

/// After how many failures a probe counts as failed that does not say.
const FAILURES: u32 = 3;

impl Life {
    /// Follows the program of a container that has just started: what it makes at once is there, and
    /// the rest is put into the agenda.
    pub(super) fn begin_work(&mut self, at: usize, host: &mut Host, now: Moment) {
        let run = self.in_scene(at, host, Run::of);
        let container = &mut self.containers[at];
        let run = run.unwrap_or_else(|| Program::Unknown.into());
        (container.program, container.on_signal) = (run.program, run.on_signal);
        container.changes.clear();
        if container.outcome.is_some() {
            // What the scenario says comes before what the command does.
            return;
        }
        for (number, (after, change)) in run.changes.into_iter().enumerate() {
            self.containers[at].changes.push(change);
            if after.is_zero() {
                self.change_file(at, number, host);
            } else {
                self.appoint(now.instant + after, Some(at), Step::Change(number));
            }
        }
    }

    /// Makes a file of a container's, or takes it away.
    pub(super) fn change_file(&mut self, at: usize, number: usize, host: &mut Host) {
        let Some(change) = self.containers[at].changes.get(number).cloned() else {
            return;
        };
        let place = self.in_scene(at, host, |scene| scene.place(&change.path));
        match place.flatten() {
            Some(Place::Node(path)) => host.files.change(path, change.is_there),
            Some(Place::Volume(name) | Place::Container(name)) => {
                self.files.change(name, change.is_there);
            }
            None => {}
        }
    }

    /// Has probes that run commands look again, after a file was made or taken away.
    pub(super) fn look_again(&mut self, host: &Host, now: Moment) {
        for at in 0..self.containers.len() {
            let container = &self.containers[at];
            if !container.is_running() || container.outcome.is_some() {
                continue;
            }
            if let Some(is_well) = self.looks_ready(at, host) {
                let is_coming = self.is_appointed(at, Step::Ready);
                let is_ready = self.containers[at].ready;
                if is_well && !is_ready && !is_coming {
                    self.cancel(at, Step::Unready);
                    self.appoint_probe(at, Step::Ready, now);
                } else if is_well && is_ready {
                    self.cancel(at, Step::Unready);
                } else if !is_well {
                    self.cancel(at, Step::Ready);
                    if is_ready && !self.is_appointed(at, Step::Unready) {
                        self.appoint_probe(at, Step::Unready, now);
                    }
                }
            }
            let liveness = self.containers[at].liveness.as_ref();
            match self.looks_well(at, liveness, host) {
                Some(true) => self.cancel(at, Step::Unlive),
                Some(false) if !self.is_appointed(at, Step::Unlive) => {
                    self.appoint_probe(at, Step::Unlive, now);
                }
                _ => {}
            }
        }
    }

    /// What a readiness probe that runs a command finds now, if that is plain.
    pub(super) fn looks_ready(&self, at: usize, host: &Host) -> Option<bool> {
        self.looks_well(at, self.containers[at].readiness.as_ref(), host)
    }

    fn looks_well(&self, at: usize, probe: Option<&Probe>, host: &Host) -> Option<bool> {
        let command = probe?.exec.as_ref()?.command.as_ref()?;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let run = self.in_scene(at, host, |scene| Run::of_command(&words, scene))?;
        match run.program {
            Program::Ends { code, .. } => Some(code == 0),
            Program::Unknown | Program::Endless => None,
        }
    }

    /// Puts into the agenda when the probe that decides this step has seen it.
    fn appoint_probe(&mut self, at: usize, step: Step, now: Moment) {
        let container = &self.containers[at];
        let probe = match step {
            Step::Unlive => container.liveness.as_ref(),
            _ => container.readiness.as_ref(),
        };
        let Some(probe) = probe else { return };
        let times = |times: Option<i32>, otherwise: u32| {
            times.map_or(otherwise, |it| u32::try_from(it).unwrap_or(1).max(1))
        };
        let period = Duration::from_secs(times(probe.period_seconds, 10).into()).max(PERIOD / 10);
        let delay = u64::try_from(probe.initial_delay_seconds.unwrap_or(0)).unwrap_or(0);
        let since = container.running_since.unwrap_or(now.instant) + Duration::from_secs(delay);
        let looks = match step {
            Step::Ready => times(probe.success_threshold, 1),
            _ => times(probe.failure_threshold, FAILURES),
        };
        let due = next_look(since, period, now.instant) + period * (looks - 1);
        self.appoint(due, Some(at), step);
    }

    fn is_appointed(&self, at: usize, step: Step) -> bool {
        let mut agenda = self.agenda.iter();
        agenda.any(|it| it.container == Some(at) && it.step == step)
    }

    fn cancel(&mut self, at: usize, step: Step) {
        self.agenda
            .retain(|it| it.container != Some(at) || it.step != step);
    }

    fn in_scene<T>(&self, at: usize, host: &Host, of: impl FnOnce(&Scene) -> T) -> Option<T> {
        let spec = spec_of(&self.pod, &self.containers[at].name)?;
        Some(of(&Scene {
            spec: &spec,
            pod: &self.pod,
            chance: &self.chance,
            own: &self.files,
            of_node: &host.files,
        }))
    }

    /// Ends all containers, because the end of the one at `at` asks for that (KEP-5532).
    pub(super) fn restart_all(&mut self, at: usize, now: Moment, told: &mut Vec<Told>) {
        self.agenda.retain(|it| it.step == Step::Deadline);
        self.is_restarting = true;
        for container in &mut self.containers {
            if container.is_running() && container.kind != Kind::Ephemeral {
                told.push(Told::killing(container));
                container.end(KILLED, now);
            }
        }
        let wait = self.containers[at].wait_after_crash(now.instant);
        let wait = wait.unwrap_or_else(|| self.pace.notice());
        self.appoint(now.instant + wait, None, Step::RestartAll);
    }

    /// Has all containers begin anew, in the sandbox and with the volumes that are there.
    pub(super) fn begin_anew(&mut self, now: Moment) {
        self.is_restarting = false;
        self.begun = 0;
        for container in &mut self.containers {
            if container.kind == Kind::Ephemeral {
                continue;
            }
            let message = Some("all containers of the pod are started again".to_owned());
            if container.running_since.take().is_some() {
                container.restarts += 1;
                container.last = Some(
                    match std::mem::replace(
                        &mut container.state,
                        State::Waiting {
                            reason: RESTARTING.to_owned(),
                            message: message.clone(),
                        },
                    ) {
                        State::Terminated(ended) => Ended {
                            code: KILLED,
                            reason: RESTARTING.to_owned(),
                            message,
                            ..ended
                        },
                        _ => Ended {
                            code: KILLED,
                            reason: RESTARTING.to_owned(),
                            message,
                            started: now.time,
                            finished: now.time,
                            id: String::new(),
                        },
                    },
                );
            }
            (container.ready, container.started) = (false, false);
            (container.was_tried, container.is_done) = (false, false);
        }
    }
}

/// When a probe looks next that looks every `period` from `since` on.
fn next_look(since: Instant, period: Duration, now: Instant) -> Instant {
    let passed = now.saturating_duration_since(since);
    let looks = passed.as_nanos().div_ceil(period.as_nanos().max(1));
    since + period * u32::try_from(looks).unwrap_or(u32::MAX)
}

fn spec_of<'a>(pod: &'a Pod, name: &str) -> Option<Cow<'a, Spec>> {
    let spec = pod.spec.as_ref()?;
    let inits = spec.init_containers.iter().flatten();
    let mut own = inits.chain(&spec.containers);
    if let Some(found) = own.find(|it| it.name == name) {
        return Some(Cow::Borrowed(found));
    }
    ephemeral(spec).find(|it| it.name == name).map(Cow::Owned)
}
