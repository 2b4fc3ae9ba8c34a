//! What specs and commands of containers decide, and what is refused or added.

use super::*;

/// A pod that is not started again, whose container has this command.
fn once(command: &[&str]) -> Value {
    let mut pod = plain();
    pod["spec"]["restartPolicy"] = json!("Never");
    pod["spec"]["containers"][0]["command"] = json!(command);
    pod
}

#[test]
fn a_pod_whose_node_has_given_its_port_away_is_refused() {
    let mut own = plain();
    own["spec"]["containers"][0]["ports"] = json!([{"containerPort": 80, "hostPort": 80}]);
    let mut first = Play::of(own.clone(), INSTANTLY, vec![]);
    let mut pod: Pod = serde_json::from_value(own).unwrap();
    pod.metadata.uid = Some("other".into());
    let begin = |pod: &Pod, play: &mut Play| {
        let (scenario, chance) = (Scenario::default(), Chance::seeded(1));
        let host = &mut play.host;
        Life::begin(
            Arc::new(pod.clone()),
            &scenario,
            INSTANTLY,
            &chance,
            host,
            play.now,
        )
    };
    let mut second = begin(&pod, &mut first);
    assert!(second.is_over());
    let mut told = Vec::new();
    second.advance(&mut first.host, first.now, &mut told);
    assert_eq!(told[0].reason, "NodePorts");
    let status = second.status(first.now);
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    assert_eq!(status.reason.as_deref(), Some("NodePorts"));
    assert_eq!(status.container_statuses, None);

    // Another process leaves it at that.
    pod.status = Some(status.clone());
    assert_eq!(begin(&pod, &mut first).status(first.now), status);

    first.life.release(&mut first.host);
    pod.status = None;
    assert!(!begin(&pod, &mut first).is_over());
}

#[test]
fn an_ephemeral_container_runs_beside_the_others() {
    let mut play = Play::of(plain(), INSTANTLY, vec![]);
    let before = play.wait(seconds(1));
    let mut pod = (*play.life.pod).clone();
    let debugger = json!([{"name": "debugger", "image": "busybox", "command": ["sleep", "60"]}]);
    let spec = pod.spec.as_mut().unwrap();
    spec.ephemeral_containers = Some(serde_json::from_value(debugger).unwrap());
    let pod = Arc::new(pod);
    play.life
        .update(Arc::clone(&pod), &mut play.host, play.now, &mut play.told);
    let status = play.wait(seconds(1));
    let state = |status: &PodStatus| {
        let statuses = status.ephemeral_container_statuses.as_ref().unwrap();
        assert_eq!(statuses.len(), 1);
        statuses[0].state.clone().unwrap()
    };
    assert!(state(&status).running.is_some());
    assert_eq!(status.container_statuses, before.container_statuses);
    assert_eq!(condition(&status, "Ready").0, "True");

    // It ends for good, and the pod goes on.
    play.life
        .update(pod, &mut play.host, play.now, &mut play.told);
    let status = play.wait(seconds(90));
    assert_eq!(state(&status).terminated.unwrap().exit_code, 0);
    assert_eq!(status.phase.as_deref(), Some("Running"));
}

#[test]
fn a_pods_deadline_can_be_brought_forward() {
    let mut play = Play::of(plain(), INSTANTLY, vec![]);
    play.wait(seconds(10));
    let mut pod = (*play.life.pod).clone();
    pod.spec.as_mut().unwrap().active_deadline_seconds = Some(30);
    play.life
        .update(Arc::new(pod), &mut play.host, play.now, &mut play.told);
    assert_eq!(play.wait(seconds(19)).phase.as_deref(), Some("Running"));
    let status = play.wait(seconds(2));
    assert_eq!(status.reason.as_deref(), Some("DeadlineExceeded"));
}

#[test]
fn a_probe_that_plainly_fails_leaves_the_container_unready() {
    let mut pod = plain();
    let probe = json!({"exec": {"command": ["/bin/false"]}});
    pod["spec"]["containers"][0]["readinessProbe"] = probe;
    let status = Play::of(pod, INSTANTLY, vec![]).wait(seconds(60));
    assert_eq!(condition(&status, "Ready").0, "False");
    assert_eq!(status.container_statuses.unwrap()[0].restart_count, 0);
}

#[test]
fn a_container_can_have_restart_rules_of_its_own() {
    let restarts = |code: i32, policy: &str| {
        let mut pod = once(&["sh", "-c", &format!("exit {code}")]);
        let rule = json!({"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}});
        pod["spec"]["containers"][0]["restartPolicy"] = json!(policy);
        pod["spec"]["containers"][0]["restartPolicyRules"] = json!([rule]);
        let status = Play::of(pod, INSTANTLY, vec![]).wait(seconds(5));
        status.container_statuses.unwrap()[0].restart_count
    };
    assert_eq!(restarts(42, "Never"), 1);
    assert_eq!(restarts(1, "Never"), 0);
    assert_eq!(restarts(1, "OnFailure"), 1);
    assert_eq!(restarts(0, "OnFailure"), 0);
}

#[test]
fn a_container_ends_as_its_command_says() {
    let mut play = Play::of(once(&["sleep", "300"]), INSTANTLY, vec![]);
    assert_eq!(play.wait(seconds(299)).phase.as_deref(), Some("Running"));
    assert_eq!(play.wait(seconds(2)).phase.as_deref(), Some("Succeeded"));

    let mut play = Play::of(once(&["sh", "-c", "sleep 5; exit 3"]), INSTANTLY, vec![]);
    let status = play.wait(seconds(6));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 3);
}

#[test]
fn a_jobs_pod_goes_on_while_its_command_does() {
    let mut pod = once(&["sleep", "infinity"]);
    pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "j", "controller": true}]);
    let mut play = Play::of(pod, INSTANTLY, vec![]);
    assert_eq!(play.wait(seconds(9_000)).phase.as_deref(), Some("Running"));
}

#[test]
fn work_that_is_stopped_has_failed() {
    let stopped = |pod: Value| {
        let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
        play.wait(seconds(9));
        play.delete();
        play.wait(seconds(30))
    };
    let status = stopped(once(&["sleep", "300"]));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 143);

    let status = stopped(once(&["sleep", "infinity"]));
    assert_eq!(status.phase.as_deref(), Some("Succeeded"));
}

#[test]
fn the_scenario_comes_before_the_command() {
    let mut rules = all(Outcome::Error);
    rules[0].exit_code = Some(42);
    let status = Play::of(once(&["sleep", "300"]), INSTANTLY, rules).wait(seconds(1));
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 42);
}
