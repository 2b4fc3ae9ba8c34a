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

/// A pod whose container has these fields and an empty volume at `/data`.
fn at_work(fields: &Value) -> Value {
    let mut pod = plain();
    pod["spec"]["volumes"] = json!([{"name": "data", "emptyDir": {}}]);
    let container = &mut pod["spec"]["containers"][0];
    container["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}]);
    for (field, value) in fields.as_object().unwrap() {
        container[field] = value.clone();
    }
    pod
}

#[test]
fn what_a_container_made_in_a_volume_outlives_it() {
    let script = "if [ -r /data/foo ]; then exit 0; fi; touch /data/foo; exit 1";
    let mut pod = at_work(&json!({"command": ["sh", "-c", script]}));
    pod["spec"]["restartPolicy"] = json!("OnFailure");
    let status = Play::of(pod.clone(), INSTANTLY, vec![]).wait(seconds(60));
    assert_eq!(status.phase.as_deref(), Some("Succeeded"));
    assert_eq!(status.container_statuses.unwrap()[0].restart_count, 1);

    // In the container alone it is gone with it.
    let script = script.replace("/data/foo", "/tmp/foo");
    pod["spec"]["containers"][0]["command"] = json!(["sh", "-c", script]);
    let status = Play::of(pod, INSTANTLY, vec![]).wait(seconds(60));
    assert_eq!(status.phase.as_deref(), Some("Running"));
    assert!(status.container_statuses.unwrap()[0].restart_count > 1);
}

#[test]
fn a_probe_that_reads_a_file_sees_it_come_and_go() {
    let script = "sleep 5; touch /data/up; sleep 20; rm /data/up; sleep 600";
    let probe = json!({"exec": {"command": ["cat", "/data/up"]}, "periodSeconds": 1, "failureThreshold": 2});
    let pod = at_work(&json!({"command": ["sh", "-c", script], "readinessProbe": probe}));
    let mut play = Play::of(pod, INSTANTLY, vec![]);
    for (wait, ready) in [(4, "False"), (3, "True"), (17, "True"), (4, "False")] {
        let status = play.wait(seconds(wait));
        assert_eq!(condition(&status, "Ready").0, ready, "after {wait} more");
    }
}

#[test]
fn a_container_that_loses_the_file_of_its_health_is_started_again() {
    let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
    let probe = json!({
        "exec": {"command": ["cat", "/tmp/healthy"]},
        "initialDelaySeconds": 5,
        "periodSeconds": 5,
    });
    let pod = at_work(&json!({"command": ["sh", "-c", script], "livenessProbe": probe}));
    let mut play = Play::of(pod, INSTANTLY, vec![]);
    let restarts = |status: PodStatus| status.container_statuses.unwrap()[0].restart_count;
    assert_eq!(restarts(play.wait(seconds(38))), 0);
    assert_eq!(restarts(play.wait(seconds(5))), 1);
    assert!(play.reasons().contains(&"Unhealthy"));
}

#[test]
fn a_trap_says_how_long_a_container_takes_to_stop() {
    let script = "trap 'sleep 5; exit 143' TERM; while true; do sleep 1; done";
    let mut pod = at_work(&json!({"command": ["sh", "-c", script]}));
    pod["spec"]["restartPolicy"] = json!("Never");
    let mut play = Play::of(pod, INSTANTLY, vec![]);
    play.wait(seconds(10));
    play.delete();
    play.wait(seconds(5));
    assert!(!play.life.is_over());
    let status = play.wait(seconds(2));
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    let state = status.container_statuses.unwrap()[0].state.clone();
    assert_eq!(state.unwrap().terminated.unwrap().exit_code, 143);
}

#[test]
fn a_restart_rule_can_have_all_containers_begin_anew() {
    let rule =
        json!({"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}});
    let script = "if [ -f /data/was ]; then sleep 600; fi; touch /data/was; sleep 5; exit 42";
    let mut pod = at_work(&json!({
        "command": ["sh", "-c", script],
        "restartPolicyRules": [rule],
        "restartPolicy": "Never",
    }));
    pod["spec"]["restartPolicy"] = json!("Never");
    let beside = json!({"name": "beside", "image": "nginx:1"});
    pod["spec"]["containers"]
        .as_array_mut()
        .unwrap()
        .push(beside);
    pod["spec"]["initContainers"] =
        json!([{"name": "init", "image": "busybox", "command": ["true"]}]);
    let mut play = Play::of(pod, ReadyAfter::Believable, vec![]);
    let mut seen = Vec::new();
    for _ in 0..200 {
        let status = play.wait(Duration::from_millis(100));
        let restarting = condition(&status, "AllContainersRestarting");
        if seen.last() != Some(&restarting) {
            seen.push(restarting);
        }
    }
    let no = ("False".to_owned(), None);
    let yes = (
        "True".to_owned(),
        Some("RestartAllContainersStarted".to_owned()),
    );
    assert_eq!(seen, [no.clone(), yes, no]);
    let status = play.wait(seconds(10));
    assert_eq!(status.phase.as_deref(), Some("Running"));
    let mains = status.container_statuses.unwrap();
    let inits = status.init_container_statuses.unwrap();
    for it in mains.iter().chain(&inits) {
        assert_eq!(it.restart_count, 1, "{}", it.name);
        let last = it.last_state.clone().unwrap().terminated.unwrap();
        assert_eq!(last.reason.as_deref(), Some("RestartingAllContainers"));
        assert_eq!(last.exit_code, 137);
    }
    assert!(inits[0].state.clone().unwrap().terminated.is_some());
    assert!(
        mains
            .iter()
            .all(|it| it.state.clone().unwrap().running.is_some())
    );
}
