//! How a pod is stopped, and how it ends.

use super::container::{Container, Kind};
use super::steps::{KILLED, Step};
use super::told::{self, Told};
use super::{Course, Host, Life, Moment};
use crate::program::Program;
use std::time::Duration;

/// The code of what ended at the signal to stop: 128 and the number of SIGTERM.
const TERMINATED: i32 = 143;

/// How long a pod may take to stop that says nothing of it.
const GRACE: Duration = Duration::from_secs(30);

impl Life {
    /// Tells the containers to stop, because somebody deleted the pod.
    pub(super) fn stop(&mut self, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        self.course = Course::Stopping;
        self.agenda.clear();
        let grace = self
            .pod
            .metadata
            .deletion_grace_period_seconds
            .map_or(GRACE, |it| {
                Duration::from_secs(u64::try_from(it).unwrap_or(0))
            });
        self.stop_by = Some(now.instant + grace);
        for at in 0..self.containers.len() {
            if self.containers[at].kind != Kind::Sidecar {
                self.stop_container(at, now, told);
            }
        }
        self.stop_sidecar(now, told);
        self.end_if_done(host, now, told);
    }

    /// Tells a container to stop, if it runs: it ends of itself, or is killed when its grace is over.
    fn stop_container(&mut self, at: usize, now: Moment, told: &mut Vec<Told>) {
        let container = &self.containers[at];
        if !container.is_running() {
            return;
        }
        told.push(Told::killing(container));
        // Servers end well when they are told to; work that is not done has failed.
        let is_at_work = matches!(container.program, Program::Ends { .. })
            || (container.program == Program::Unknown && self.is_of_a_job());
        let code = if is_at_work { TERMINATED } else { 0 };
        let said = match (container.stopped_after, container.on_signal) {
            (Some(after), _) => Some((after, code)),
            (None, on_signal) => on_signal,
        };
        let (wanted, code) = said.unwrap_or_else(|| (self.pace.stop(), code));
        let left = self
            .stop_by
            .map_or(GRACE, |by| by.saturating_duration_since(now.instant));
        let (wait, code) = if left < wanted && said.is_some() {
            (left, KILLED)
        } else {
            (wanted.min(left), code)
        };
        self.appoint(now.instant + wait, Some(at), Step::Exit(code));
    }

    /// Once nothing but sidecars runs, stops the last of them: they go in the reverse of the order in
    /// which they came (KEP-753).
    pub(super) fn stop_sidecar(&mut self, now: Moment, told: &mut Vec<Told>) {
        let running = |it: &&(usize, &Container)| it.1.is_running();
        let others = self.containers.iter().enumerate();
        let mut others = others.filter(|(_, it)| it.kind != Kind::Sidecar);
        let is_stopping = |at: usize| {
            let mut agenda = self.agenda.iter();
            agenda.any(|it| it.container == Some(at) && matches!(it.step, Step::Exit(_)))
        };
        if others.any(|(_, it)| it.is_running()) {
            return;
        }
        let sidecars: Vec<(usize, &Container)> = self
            .containers
            .iter()
            .enumerate()
            .filter(|(_, it)| it.kind == Kind::Sidecar)
            .collect();
        let last = sidecars.iter().rfind(running).map(|(at, _)| *at);
        if let Some(at) = last.filter(|&at| !is_stopping(at)) {
            self.stop_container(at, now, told);
        }
    }

    pub(super) fn exceed_deadline(&mut self, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        if self.course == Course::Alive {
            told.push(Told::deadline_exceeded());
            let failure = ("DeadlineExceeded", told::DEADLINE_EXCEEDED);
            self.failure = Some((failure.0.to_owned(), failure.1.to_owned()));
            self.end(KILLED, host, now, told);
        }
    }

    /// Ends what still runs, with this code, and the pod.
    pub(super) fn end(&mut self, code: i32, host: &mut Host, now: Moment, told: &mut Vec<Told>) {
        for container in &mut self.containers {
            if container.is_running() {
                told.push(Told::killing(container));
                container.end(code, now);
            }
        }
        self.agenda.clear();
        self.course = Course::Over;
        self.release(host);
    }
}
