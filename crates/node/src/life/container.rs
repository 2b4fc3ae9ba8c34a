//! One container of a simulated pod: what it is and how it does.

use crate::needs::Need;
use crate::pace::Pace;
use crate::program::{Change, Program};
use crate::scenario::{Outcome, PodRule};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Container as Spec, ContainerRestartRule, Probe};
use std::time::Duration;
use tokio::time::Instant;

/// The first wait of the kubelet before it starts or pulls again what failed.
const FIRST_BACKOFF: Duration = Duration::from_secs(10);

/// What doubling with every failure does not pass: `MaxContainerBackOff`.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);

/// The action of a restart rule that concerns the whole pod.
const RESTART_ALL: &str = "RestartAllContainers";

/// A container that ran so long failed for a new reason: its waits begin anew.
const FORGIVEN_AFTER: Duration = LONGEST_BACKOFF.saturating_mul(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Runs to its end before what comes after it.
    Init,
    /// An init container that goes on beside what comes after it (KEP-753).
    Sidecar,
    Main,
    /// Somebody looks into the pod with it: nothing waits for it, and it is never started again.
    Ephemeral,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// Why, in the runtime's words: `Completed`, `Error`, `OOMKilled`.
    pub(crate) reason: String,
    pub(crate) message: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) finished: Timestamp,
    pub(crate) id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Waiting {
        reason: String,
        message: Option<String>,
    },
    Running {
        since: Timestamp,
        id: String,
    },
    Terminated(Ended),
}

/// Waits that double.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubling(u32);

impl Doubling {
    pub(crate) fn next(&mut self) -> Duration {
        let wait = FIRST_BACKOFF.saturating_mul(1 << self.0.min(10));
        self.0 += 1;
        wait.min(LONGEST_BACKOFF)
    }

    /// As if so many failures had been.
    pub(crate) fn after(failures: i32) -> Self {
        Self(u32::try_from(failures).unwrap_or(0))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) kind: Kind,
    pub(crate) always_pulls: bool,
    /// What its environment is taken from.
    pub(crate) needs: Vec<Need>,
    pub(crate) state: State,
    /// The run before this one.
    pub(crate) last: Option<Ended>,
    pub(crate) restarts: i32,
    pub(crate) ready: bool,
    pub(crate) started: bool,
    /// Whether it has been begun on, so that the next one may.
    pub(crate) was_tried: bool,
    /// It ended and is not started again.
    pub(crate) is_done: bool,
    pub(crate) outcome: Option<Outcome>,
    /// What its command says about its end; known once it has started.
    pub(crate) program: Program,
    /// What its command says it does at the signal to stop: after how long it ends, and with what.
    pub(crate) on_signal: Option<(Duration, i32)>,
    /// The files that its command makes and takes away, in that order.
    pub(crate) changes: Vec<Change>,
    /// How long it does well before that shows, if the scenario says.
    pub(crate) after: Option<Duration>,
    /// What it ends with if it fails.
    pub(crate) exit_code: i32,
    ready_after: Option<Duration>,
    /// How long its image takes to be pulled, if the scenario says.
    pub(crate) pulled_after: Option<Duration>,
    /// How long after the signal to stop it ends, if the scenario says.
    pub(crate) stopped_after: Option<Duration>,
    /// Its own instead of the pod's, if it has one, and what comes before both.
    restart_policy: Option<String>,
    restart_rules: Vec<ContainerRestartRule>,
    pub(crate) readiness: Option<Probe>,
    pub(crate) liveness: Option<Probe>,
    startup: Option<Probe>,
    pub(crate) running_since: Option<Instant>,
    crashes: Option<Doubling>,
    pub(crate) pulls: Doubling,
}

impl Container {
    pub(crate) fn new(spec: &Spec, kind: Kind, rule: Option<&PodRule>, waits_for: &str) -> Self {
        Self {
            name: spec.name.clone(),
            image: spec.image.clone().unwrap_or_default(),
            kind,
            needs: Need::of_environment(spec),
            always_pulls: spec.image_pull_policy.as_deref() == Some("Always"),
            state: State::Waiting {
                reason: waits_for.to_owned(),
                message: None,
            },
            last: None,
            restarts: 0,
            ready: false,
            started: false,
            was_tried: false,
            is_done: false,
            outcome: rule.and_then(|rule| rule.outcome),
            program: Program::Unknown,
            on_signal: None,
            changes: Vec::new(),
            after: rule.and_then(|rule| rule.after),
            exit_code: rule.and_then(|rule| rule.exit_code).unwrap_or(1),
            ready_after: rule.and_then(|rule| rule.ready_after),
            pulled_after: rule.and_then(|rule| rule.pulled_after),
            stopped_after: rule.and_then(|rule| rule.stopped_after),
            restart_policy: spec.restart_policy.clone(),
            restart_rules: spec.restart_policy_rules.clone().unwrap_or_default(),
            readiness: spec.readiness_probe.clone(),
            liveness: spec.liveness_probe.clone(),
            startup: spec.startup_probe.clone(),
            running_since: None,
            crashes: None,
            pulls: Doubling::default(),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// Whether it ran to a good end.
    pub(crate) fn succeeded(&self) -> bool {
        matches!(&self.state, State::Terminated(ended) if ended.code == 0)
    }

    pub(crate) fn has_probe(&self) -> bool {
        self.readiness.is_some() || self.startup.is_some()
    }

    /// Whether it is started again after it ended with this code, in a pod of this policy (KEP-5307).
    pub(crate) fn is_started_again(&self, code: i32, of_pod: &str) -> bool {
        let policy = self.restart_policy.as_deref().unwrap_or(of_pod);
        match self.kind {
            Kind::Sidecar => true,
            Kind::Ephemeral => false,
            _ if self.rule_for(code).is_some() => true,
            Kind::Init => code != 0 && policy != "Never",
            Kind::Main => policy == "Always" || (policy == "OnFailure" && code != 0),
        }
    }

    /// The first of its restart rules that such an end meets.
    fn rule_for(&self, code: i32) -> Option<&ContainerRestartRule> {
        self.restart_rules.iter().find(|rule| {
            rule.exit_codes.as_ref().is_some_and(|it| {
                let is_named = it.values.iter().flatten().any(|&value| value == code);
                is_named == (it.operator == "In")
            })
        })
    }

    /// Whether such an end has all containers of the pod started again (KEP-5532).
    pub(crate) fn restarts_all(&self, code: i32) -> bool {
        self.rule_for(code)
            .is_some_and(|rule| rule.action == RESTART_ALL)
    }

    /// Whether any end has.
    pub(crate) fn may_restart_all(&self) -> bool {
        self.restart_rules
            .iter()
            .any(|rule| rule.action == RESTART_ALL)
    }

    /// How long after its start it counts as started and as ready.
    pub(crate) fn delays(&self, pace: &Pace) -> (Duration, Duration) {
        if let Some(after) = self.ready_after {
            return (Duration::ZERO, after);
        }
        let delay = |probe: &Option<Probe>| {
            let probe = probe.as_ref()?;
            Some(probed(probe, pace))
        };
        let started = delay(&self.startup).unwrap_or_default();
        // The readiness probe runs only after the startup probe has succeeded.
        let ready = delay(&self.readiness).unwrap_or_default();
        (started, started.max(ready))
    }

    /// When its probe first finds it unready, or what stands for a probe where there is none.
    pub(crate) fn first_probe(&self) -> Duration {
        let probe = self.readiness.as_ref();
        let delay = probe.and_then(|probe| probe.initial_delay_seconds);
        seconds(delay.unwrap_or(0)).max(Duration::from_secs(1))
    }

    /// What the failed readiness probe says.
    pub(crate) fn probe_failure(&self) -> &'static str {
        let Some(probe) = &self.readiness else {
            return "Readiness probe failed: the scenario has it never ready";
        };
        if probe.http_get.is_some() {
            "Readiness probe failed: HTTP probe failed with statuscode: 503"
        } else if probe.tcp_socket.is_some() {
            "Readiness probe failed: dial tcp: connect: connection refused"
        } else {
            "Readiness probe failed: command exited with 1"
        }
    }

    /// What the failed liveness probe says.
    pub(crate) fn liveness_failure(&self) -> &'static str {
        let Some(probe) = &self.liveness else {
            return "Liveness probe failed: the scenario has it fail";
        };
        if probe.http_get.is_some() {
            "Liveness probe failed: HTTP probe failed with statuscode: 500"
        } else if probe.tcp_socket.is_some() {
            "Liveness probe failed: dial tcp: connect: connection refused"
        } else {
            "Liveness probe failed: command exited with 1"
        }
    }

    /// When it is started again after a run that ended: the first time at once (`None`), and then
    /// after waits that double until a run has lasted.
    pub(crate) fn wait_after_crash(&mut self, now: Instant) -> Option<Duration> {
        let ran = self.running_since.map(|since| now.duration_since(since));
        if ran.is_some_and(|ran| ran >= FORGIVEN_AFTER) {
            self.crashes = None;
        }
        match &mut self.crashes {
            Some(waits) => Some(waits.next()),
            none => {
                *none = Some(Doubling::default());
                None
            }
        }
    }

    /// Takes up the waits where a former process left them.
    pub(crate) fn resume_waits(&mut self) {
        if self.restarts > 0 {
            self.crashes = Some(Doubling::after(self.restarts - 1));
        }
    }
}

/// When a probe has seen often enough that the container has warmed up.
fn probed(probe: &Probe, pace: &Pace) -> Duration {
    let warm = pace.warm_up();
    if !pace.is_believable() {
        return warm;
    }
    let first = seconds(probe.initial_delay_seconds.unwrap_or(0));
    let period = seconds(probe.period_seconds.unwrap_or(10).max(1));
    let mut at = first;
    let late = warm.saturating_sub(first);
    let missed = late.as_nanos().div_ceil(period.as_nanos());
    at += period * u32::try_from(missed).unwrap_or(0);
    let more = probe.success_threshold.unwrap_or(1).max(1) - 1;
    at + period * u32::try_from(more).unwrap_or(0)
}

fn seconds(seconds: i32) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}
