//! How containers and pods are stopped, killed and ended.

use super::{INSTANTLY, Play, all, condition, plain, seconds};
use crate::pace::ReadyAfter;
use crate::scenario::{Outcome, PodRule};
use serde_json::json;

#[test]
fn a_deleted_pod_stops_and_then_may_be_removed() {
    let mut play = Play::of(plain(), ReadyAfter::Believable, vec![]);
    play.wait(seconds(10));
    play.delete();
    assert!(!play.life.may_be_removed());
    assert_eq!(play.reasons().last(), Some(&"Killing"));
    let status = play.wait(seconds(1));
    assert!(play.life.may_be_removed());
    assert_eq!(status.phase.as_deref(), Some("Succeeded"));
    assert_eq!(play.life.next_due(), None);

    let mut early = Play::of(plain(), ReadyAfter::Believable, vec![]);
    early.delete();
    assert!(early.life.may_be_removed());
}

#[test]
fn a_deadline_ends_the_pod() {
    let mut pod = plain();
    pod["spec"]["activeDeadlineSeconds"] = json!(30);
    let mut play = Play::of(pod, INSTANTLY, vec![]);
    assert_eq!(play.wait(seconds(29)).phase.as_deref(), Some("Running"));
    let status = play.wait(seconds(1));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    assert_eq!(status.reason.as_deref(), Some("DeadlineExceeded"));
}

#[test]
fn what_takes_too_much_memory_is_killed_again_and_again() {
    let rules = all(Outcome::OOMKilled);
    let mut play = Play::of(plain(), ReadyAfter::Believable, rules);
    let status = play.wait(seconds(60));
    let container = &status.container_statuses.unwrap()[0];
    let last = container.last_state.clone().unwrap().terminated.unwrap();
    assert_eq!(
        (last.exit_code, last.reason.as_deref()),
        (137, Some("OOMKilled"))
    );
    assert!(container.restart_count >= 1);
    assert!(play.reasons().contains(&"BackOff"));
}

#[test]
fn a_failing_liveness_probe_restarts_the_container() {
    let mut rules = all(Outcome::LivenessFails);
    rules[0].after = Some(seconds(5));
    let mut play = Play::of(plain(), INSTANTLY, rules);
    assert_eq!(condition(&play.wait(seconds(4)), "Ready").0, "True");
    let status = play.wait(seconds(3));
    assert_eq!(status.container_statuses.unwrap()[0].restart_count, 1);
    let told = play.told.iter().find(|it| it.reason == "Killing").unwrap();
    assert_eq!(
        told.message,
        "Container c failed liveness probe, will be restarted"
    );
    assert!(play.reasons().contains(&"Unhealthy"));
}

#[test]
fn what_does_not_stop_in_time_is_killed_and_sidecars_stop_last() {
    let pod = json!({"spec": {
        "initContainers": [
            {"name": "a", "image": "x", "restartPolicy": "Always"},
            {"name": "b", "image": "x", "restartPolicy": "Always"},
        ],
        "containers": [{"name": "c", "image": "slow"}],
    }});
    let rules = vec![PodRule {
        selector: crate::scenario::PodMatch {
            image: Some(crate::scenario::Pattern::new("slow")),
            ..Default::default()
        },
        stopped_after: Some(seconds(120)),
        ..PodRule::default()
    }];
    let mut play = Play::of(pod, ReadyAfter::Believable, rules);
    assert_eq!(condition(&play.wait(seconds(60)), "Ready").0, "True");
    play.delete();
    play.wait(seconds(29));
    assert!(!play.life.is_over(), "it has 30 s");
    let status = play.wait(seconds(3));
    assert!(play.life.is_over());
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 137);
    let killed: Vec<&str> = play
        .told
        .iter()
        .filter(|told| told.reason == "Killing")
        .map(|told| told.message.rsplit(' ').next().unwrap())
        .collect();
    assert_eq!(killed, ["c", "b", "a"]);
}
