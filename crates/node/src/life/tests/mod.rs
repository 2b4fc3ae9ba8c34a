//! Lives, played on a clock that the test moves.

mod ends;
mod spec;

use super::{Host, Life, Moment, Told};
use crate::addresses::PodAddresses;
use crate::pace::ReadyAfter;
use crate::scenario::{Outcome, PodRule, Scenario};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Pod, PodStatus};
use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_clock::Chance;

const INSTANTLY: ReadyAfter = ReadyAfter::Fixed(Duration::ZERO);

struct Play {
    host: Host,
    now: Moment,
    life: Life,
    told: Vec<Told>,
}

impl Play {
    fn of(pod: Value, ready_after: ReadyAfter, rules: Vec<PodRule>) -> Self {
        let mut pod: Pod = serde_json::from_value(pod).unwrap();
        let meta = &mut pod.metadata;
        meta.namespace = Some("default".into());
        meta.name.get_or_insert("p".into());
        meta.uid = Some("u".into());
        let mut host = Host {
            name: "node-1".into(),
            address: [172, 18, 0, 2].into(),
            pods: PodAddresses::of_node(0),
            ports: crate::ports::NodePorts::default(),
            images: FxHashSet::default(),
            objects: crate::needs::Objects::default(),
            files: crate::files::Files::default(),
        };
        let now = Moment {
            instant: Instant::now(),
            time: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let scenario = Scenario {
            pods: rules,
            ..Scenario::default()
        };
        let chance = Chance::seeded(1);
        let life = Life::begin(
            Arc::new(pod),
            &scenario,
            ready_after,
            &chance,
            &mut host,
            now,
        );
        let mut play = Self {
            host,
            now,
            life,
            told: Vec::new(),
        };
        play.wait(Duration::ZERO);
        play
    }

    /// Plays on for so long, step by step. Returns the status then.
    fn wait(&mut self, wait: Duration) -> PodStatus {
        let end = self.now.instant + wait;
        loop {
            self.life.advance(&mut self.host, self.now, &mut self.told);
            match self.life.next_due() {
                Some(due) if due <= end => self.jump(due),
                _ => break,
            }
        }
        self.jump(end);
        self.life.status(self.now)
    }

    fn jump(&mut self, to: Instant) {
        let passed = to.duration_since(self.now.instant);
        self.now.instant = to;
        self.now.time += passed;
    }

    fn delete(&mut self) {
        let mut pod = (*self.life.pod).clone();
        let time = k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(self.now.time);
        pod.metadata.deletion_timestamp = Some(time);
        pod.metadata.deletion_grace_period_seconds = Some(30);
        self.life
            .update(Arc::new(pod), &mut self.host, self.now, &mut self.told);
    }

    fn reasons(&self) -> Vec<&str> {
        self.told.iter().map(|told| told.reason).collect()
    }
}

fn plain() -> Value {
    json!({"spec": {"containers": [{"name": "c", "image": "nginx:1"}]}})
}

fn all(outcome: Outcome) -> Vec<PodRule> {
    vec![PodRule {
        outcome: Some(outcome),
        ..PodRule::default()
    }]
}

fn condition(status: &PodStatus, type_: &str) -> (String, Option<String>) {
    let mut conditions = status.conditions.iter().flatten();
    let condition = conditions.find(|it| it.type_ == type_).unwrap();
    (condition.status.clone(), condition.reason.clone())
}

fn waiting(status: &PodStatus, at: usize) -> Option<String> {
    let state = status.container_statuses.as_ref()?[at].state.as_ref()?;
    state.waiting.as_ref()?.reason.clone()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn an_instant_pod_is_ready_after_one_step() {
    let mut play = Play::of(plain(), INSTANTLY, vec![]);
    let status = play.wait(Duration::ZERO);
    assert_eq!(status.phase.as_deref(), Some("Running"));
    for type_ in [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ] {
        assert_eq!(condition(&status, type_), ("True".into(), None), "{type_}");
    }
    let container = &status.container_statuses.as_ref().unwrap()[0];
    assert!(container.ready && container.started == Some(true));
    assert_eq!(container.image, "docker.io/library/nginx:1");
    assert_eq!(status.pod_ip.as_deref(), Some("10.128.0.2"));
    assert_eq!(status.host_ip.as_deref(), Some("172.18.0.2"));
    assert_eq!(play.reasons(), ["Pulling", "Pulled", "Created", "Started"]);
    assert_eq!(play.life.next_due(), None);
}

#[test]
fn a_believable_pod_takes_its_time_and_the_same_for_the_same_seed() {
    let run = || {
        let mut play = Play::of(plain(), ReadyAfter::Believable, vec![]);
        let status = play.life.status(play.now);
        assert_eq!(status.phase.as_deref(), Some("Pending"));
        assert_eq!(waiting(&status, 0).as_deref(), Some("ContainerCreating"));
        assert_eq!(condition(&status, "PodReadyToStartContainers").0, "False");
        assert_eq!(status.pod_ip, None);
        let status = play.wait(seconds(10));
        assert_eq!(condition(&status, "Ready").0, "True");
        let since = |type_: &str| -> Timestamp {
            let mut conditions = status.conditions.iter().flatten();
            let condition = conditions.find(|it| it.type_ == type_).unwrap();
            condition.last_transition_time.as_ref().unwrap().0
        };
        assert!(since("Ready") > since("Initialized"));
        since("Ready")
    };
    assert_eq!(run(), run());
}

#[test]
fn a_fixed_time_is_kept_with_and_without_a_probe() {
    let fixed = ReadyAfter::Fixed(seconds(5));
    let probed = json!({"spec": {"containers": [
        {"name": "c", "image": "i", "readinessProbe": {"tcpSocket": {"port": 1}, "initialDelaySeconds": 60}},
    ]}});
    for (pod, phase) in [(plain(), "Pending"), (probed, "Running")] {
        let mut play = Play::of(pod, fixed, vec![]);
        let status = play.wait(Duration::from_millis(4_999));
        assert_eq!(condition(&status, "Ready").0, "False");
        assert_eq!(status.phase.as_deref(), Some(phase));
        let status = play.wait(Duration::from_millis(1));
        assert_eq!(condition(&status, "Ready").0, "True");
    }
}

#[test]
fn a_probe_begins_after_its_delay() {
    let pod = json!({"spec": {"containers": [{"name": "c", "image": "i", "readinessProbe": {
        "httpGet": {"port": 80}, "initialDelaySeconds": 20, "periodSeconds": 5,
    }}]}});
    let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
    let status = play.wait(seconds(20));
    let (ready, reason) = condition(&status, "Ready");
    assert_eq!(
        (&*ready, reason.as_deref()),
        ("False", Some("ContainersNotReady"))
    );
    assert_eq!(condition(&play.wait(seconds(5)), "Ready").0, "True");
}

#[test]
fn init_containers_go_one_after_the_other_and_a_sidecar_goes_on() {
    let pod = json!({"spec": {
        "initContainers": [
            {"name": "first", "image": "i"},
            {"name": "proxy", "image": "p", "restartPolicy": "Always"},
            {"name": "second", "image": "i"},
        ],
        "containers": [{"name": "c", "image": "nginx:1"}],
    }});
    let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
    let status = play.wait(seconds(3));
    assert_eq!(waiting(&status, 0).as_deref(), Some("PodInitializing"));
    assert_eq!(
        condition(&status, "Initialized").1.as_deref(),
        Some("ContainersNotInitialized")
    );
    let status = play.wait(seconds(60));
    assert_eq!(condition(&status, "Ready").0, "True");
    let inits = status.init_container_statuses.unwrap();
    let ended = |at: usize| inits[at].state.as_ref().unwrap().terminated.is_some();
    assert_eq!([ended(0), ended(1), ended(2)], [true, false, true]);
    let started: Vec<_> = play
        .told
        .iter()
        .filter(|it| it.reason == "Started")
        .collect();
    let order: Vec<_> = started
        .iter()
        .map(|it| it.field_path.as_deref().unwrap())
        .collect();
    assert_eq!(
        order,
        [
            "spec.initContainers{first}",
            "spec.initContainers{proxy}",
            "spec.initContainers{second}",
            "spec.containers{c}"
        ]
    );
}

#[test]
fn an_image_that_is_not_there_alternates_between_the_two_reasons() {
    let mut play = Play::of(
        plain(),
        ReadyAfter::Believable,
        all(Outcome::ImagePullBackOff),
    );
    let mut seen = Vec::new();
    for _ in 0..300 {
        let status = play.wait(Duration::from_millis(100));
        assert_eq!(status.phase.as_deref(), Some("Pending"));
        let reason = waiting(&status, 0).unwrap();
        if seen.last() != Some(&reason) {
            seen.push(reason);
        }
    }
    assert_eq!(
        seen,
        [
            "ContainerCreating",
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImagePull",
            "ImagePullBackOff"
        ]
    );
    let told = |reason: &str, message: &str| {
        play.told
            .iter()
            .any(|it| it.reason == reason && it.message.starts_with(message))
    };
    assert!(told(
        "Failed",
        "Failed to pull image \"nginx:1\": rpc error: code = NotFound"
    ));
    assert!(told("Failed", "Error: ErrImagePull"));
    assert!(told("BackOff", "Back-off pulling image \"nginx:1\""));
}

#[test]
fn a_crash_loop_waits_twice_as_long_each_time() {
    let mut play = Play::of(plain(), INSTANTLY, all(Outcome::CrashLoopBackOff));
    let restarts =
        |status: &PodStatus| status.container_statuses.as_ref().unwrap()[0].restart_count;
    // The first restart is immediate, then come 10 s, 20 s, 40 s.
    let status = play.wait(Duration::ZERO);
    assert_eq!(restarts(&status), 1);
    assert_eq!(waiting(&status, 0).as_deref(), Some("CrashLoopBackOff"));
    assert_eq!(status.phase.as_deref(), Some("Running"));
    let last = status.container_statuses.as_ref().unwrap()[0]
        .last_state
        .clone()
        .unwrap();
    assert_eq!(last.terminated.unwrap().exit_code, 1);
    let counts: Vec<i32> = [9, 1, 19, 1, 39, 1]
        .map(|it| restarts(&play.wait(seconds(it))))
        .into();
    assert_eq!(counts, [1, 2, 2, 3, 3, 4]);
}

#[test]
fn an_error_is_got_over_unless_the_pod_may_not_restart() {
    let mut play = Play::of(plain(), INSTANTLY, all(Outcome::Error));
    let status = play.wait(seconds(1));
    assert_eq!(condition(&status, "Ready").0, "True");
    assert_eq!(status.container_statuses.unwrap()[0].restart_count, 1);

    let mut pod = plain();
    pod["spec"]["restartPolicy"] = json!("Never");
    let mut play = Play::of(pod, INSTANTLY, all(Outcome::Error));
    let status = play.wait(seconds(1));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    assert_eq!(
        condition(&status, "Ready"),
        ("False".into(), Some("PodFailed".into()))
    );
}

#[test]
fn a_pod_fails_with_the_code_of_its_rule() {
    let mut pod = plain();
    pod["spec"]["restartPolicy"] = json!("Never");
    let mut rules = all(Outcome::Error);
    rules[0].exit_code = Some(42);
    let status = Play::of(pod, INSTANTLY, rules).wait(seconds(1));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 42);
}

#[test]
fn a_jobs_pod_ends_well_and_gives_its_address_back() {
    let pod = json!({
        "metadata": {"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "j", "controller": true}]},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]},
    });
    let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
    let status = play.wait(seconds(60));
    assert_eq!(status.phase.as_deref(), Some("Succeeded"));
    assert_eq!(
        condition(&status, "Ready"),
        ("False".into(), Some("PodCompleted".into()))
    );
    assert_eq!(condition(&status, "Initialized").0, "True");
    let state = status.container_statuses.unwrap()[0].state.clone().unwrap();
    assert_eq!(
        state.terminated.unwrap().reason.as_deref(),
        Some("Completed")
    );
    assert!(!play.life.may_be_removed());
    assert!(status.pod_ip.is_some());
    let again = std::iter::from_fn(|| play.host.pods.give());
    assert!(again.last().unwrap().to_string() == status.pod_ip.unwrap());
}

#[test]
fn a_pod_that_is_never_ready_runs() {
    let mut play = Play::of(plain(), INSTANTLY, all(Outcome::NeverReady));
    let status = play.wait(seconds(600));
    assert_eq!(status.phase.as_deref(), Some("Running"));
    assert_eq!(
        condition(&status, "ContainersReady").1.as_deref(),
        Some("ContainersNotReady")
    );
    assert!(play.reasons().contains(&"Unhealthy"));

    let mut rules = all(Outcome::NeverReady);
    rules[0].after = Some(seconds(30));
    let mut play = Play::of(plain(), INSTANTLY, rules);
    assert_eq!(condition(&play.wait(seconds(29)), "Ready").0, "True");
    assert_eq!(condition(&play.wait(seconds(1)), "Ready").0, "False");
}

#[test]
fn another_process_goes_on_where_this_one_was() {
    let scheduled = json!({"type": "PodScheduled", "status": "True"});
    let mut pod = plain();
    pod["status"] = json!({"conditions": [scheduled]});
    let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
    let before = play.wait(seconds(10));
    let json = |status: &PodStatus| serde_json::to_value(status).unwrap();
    let mut pod = serde_json::to_value(&*play.life.pod).unwrap();
    pod["status"] = json(&before);
    let conditions = pod["status"]["conditions"].as_array_mut().unwrap();
    conditions.push(scheduled);
    let mut next = Play::of(pod.clone(), ReadyAfter::Believable, vec![]);
    assert_eq!(json(&next.life.written().unwrap()), json(&before));
    assert_eq!(json(&next.life.status(next.now)), json(&before));
    assert_eq!(json(&next.wait(seconds(60))), json(&before));
    assert!(next.told.is_empty(), "{:?}", next.told);
    assert_ne!(
        next.host.pods.give().map(|it| it.to_string()),
        before.pod_ip
    );

    let crashing = all(Outcome::CrashLoopBackOff);
    let mut play = Play::of(plain(), INSTANTLY, crashing.clone());
    pod["status"] = serde_json::to_value(play.wait(seconds(40))).unwrap();
    let mut next = Play::of(pod, INSTANTLY, crashing);
    let status = next.wait(Duration::ZERO);
    assert_eq!(status.container_statuses.unwrap()[0].restart_count, 4);
}

#[test]
fn rules_of_the_pod_itself_come_first_and_bad_ones_are_told() {
    let pod = |rule: &str| {
        let mut pod = plain();
        pod["metadata"] = json!({"annotations": {"trimtab.dev/scenario": rule}});
        pod
    };
    let own = pod("{outcome: CrashLoopBackOff, exitCode: 7, after: 1s}");
    let mut play = Play::of(own, INSTANTLY, all(Outcome::NeverReady));
    let status = play.wait(seconds(5));
    let state = status.container_statuses.unwrap()[0]
        .last_state
        .clone()
        .unwrap();
    assert_eq!(state.terminated.unwrap().exit_code, 7);
    let mut play = Play::of(pod("{outcome: Crash}"), INSTANTLY, Vec::new());
    assert_eq!(condition(&play.wait(seconds(1)), "Ready").0, "True");
    let told = play
        .told
        .iter()
        .find(|it| it.reason == "BadScenario")
        .unwrap();
    assert!(
        told.message.contains("unknown outcome `Crash`"),
        "{}",
        told.message
    );
}

#[test]
fn what_a_pod_mounts_and_reads_has_to_be_there() {
    let mut pod = plain();
    pod["spec"]["volumes"] = json!([{"name": "cfg", "configMap": {"name": "settings"}}]);
    pod["spec"]["containers"][0]["envFrom"] = json!([{"secretRef": {"name": "key"}}]);
    let mut play = Play::of(pod, ReadyAfter::Believable, Vec::new());
    play.host.objects = crate::needs::Objects::only(&["secret/default/key"]);
    let status = play.wait(seconds(60));
    assert_eq!(waiting(&status, 0).as_deref(), Some("ContainerCreating"));
    assert_eq!(condition(&status, "PodReadyToStartContainers").0, "False");
    let told = &play.told[0];
    assert_eq!(told.reason, "FailedMount");
    assert!(
        told.message
            .ends_with("\"cfg\" : configmap \"settings\" not found")
    );
    // Each try waits twice as long as the one before.
    assert_eq!(play.told.len(), 7);
    play.host.objects = crate::needs::Objects::only(&["configmap/default/settings"]);
    let status = play.wait(seconds(65));
    assert_eq!(
        waiting(&status, 0).as_deref(),
        Some("CreateContainerConfigError")
    );
    assert!(
        play.told
            .iter()
            .any(|it| it.message == "Error: secret \"key\" not found")
    );
    play.host.objects = crate::needs::Objects::default();
    assert_eq!(condition(&play.wait(seconds(30)), "Ready").0, "True");
}

#[test]
fn images_take_as_long_to_be_pulled_as_the_scenario_says() {
    let rules = vec![PodRule {
        pulled_after: Some(seconds(90)),
        ..PodRule::default()
    }];
    let mut play = Play::of(plain(), ReadyAfter::Believable, rules);
    assert_eq!(condition(&play.wait(seconds(89)), "Ready").0, "False");
    assert_eq!(condition(&play.wait(seconds(10)), "Ready").0, "True");
}
