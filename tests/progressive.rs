//! Canary and blue-green on plain Deployments and Services, over several processes.

use crate::deployed::Cluster;
#[cfg(unix)]
use crate::sandbox::Running;

const SHOP: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  progressDeadlineSeconds: DEADLINE
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'shop/web:TAG'}]}
";

/// The shop with this tag. What cannot get ready is given up soon; the rest never is, however busy the machine.
fn shop(tag: &str) -> String {
    let deadline = if tag == "broken" { "5" } else { "600" };
    SHOP.replace("TAG", tag).replace("DEADLINE", deadline)
}

/// A cluster with the first version, and the second one in the file.
fn with_change(tag: &str) -> Cluster {
    let cluster = Cluster::start();
    let write = |tag| cluster.sandbox.write("web.yaml", &shop(tag));
    write("1");
    cluster.succeed("apply -f WEB --release shop");
    write(tag);
    cluster
}

fn get(cluster: &Cluster, what: &str) -> String {
    cluster.succeed(&format!("get {what}"))
}

/// Replicas and image of a Deployment; nothing if it is not there.
fn deployment(cluster: &Cluster, name: &str) -> String {
    let image = "{.spec.replicas}:{.spec.template.spec.containers[0].image}";
    get(
        cluster,
        &format!("deployment {name} --ignore-not-found -o jsonpath={image}"),
    )
}

fn selector(cluster: &Cluster) -> String {
    get(cluster, "service web -o jsonpath={.spec.selector}")
}

/// The statuses of the release's revisions.
fn statuses(cluster: &Cluster) -> Vec<String> {
    let releases = cluster.succeed("releases shop --no-headers");
    let status = |line: &str| {
        line.split_whitespace()
            .nth(2)
            .unwrap_or_default()
            .to_owned()
    };
    releases.lines().map(status).collect()
}

const CANARY: &str = "apply -f WEB --release shop --strategy canary --steps 25%,50%";

#[test]
fn a_canary_grows_by_steps_and_another_process_goes_on_with_it() {
    let cluster = with_change("2");
    let (status, stdout, stderr) = cluster.run(&format!("{CANARY} --pause manual"));
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stderr.contains("Step 1 of 2: 25%: 1 of 4 replicas of deployment.apps/web."),
        "{stderr}"
    );
    assert!(
        stderr.contains("rollout promote --release shop"),
        "{stderr}"
    );
    assert!(!stdout.contains("deployment.apps/web "), "{stdout}");
    assert_eq!(deployment(&cluster, "web"), "3:shop/web:1");
    assert_eq!(deployment(&cluster, "web-canary"), "1:shop/web:2");
    assert_eq!(statuses(&cluster), ["applied", "applying"]);

    let (status, _, stderr) = cluster.run("apply -f WEB --release shop");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("in the middle of another change (canary 25%,50%, 1 steps done)"),
        "{stderr}"
    );

    let (status, stdout, stderr) = cluster.run("rollout promote -y --release shop");
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stderr.contains("Step 2 of 2: 50%: 2 of 4 replicas"),
        "{stderr}"
    );
    assert!(
        stdout.contains("deployment.apps/web configured"),
        "{stdout}"
    );
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:2");
    assert_eq!(deployment(&cluster, "web-canary"), "");
    assert_eq!(statuses(&cluster), ["superseded", "applied"]);
    let (status, _, stderr) = cluster.run("rollout promote --release shop");
    assert_eq!(status, 1);
    assert!(stderr.contains("not in the middle of a change"), "{stderr}");
    cluster.succeed("apply -f WEB --release shop --exit-code");
}

#[test]
fn a_canary_is_taken_back_by_hand_and_when_it_fails() {
    let cluster = with_change("2");
    cluster.succeed(&format!("{CANARY} --pause manual"));
    cluster.succeed("rollout abort --release shop --yes");
    let is_as_before = || {
        assert_eq!(deployment(&cluster, "web"), "4:shop/web:1");
        assert_eq!(deployment(&cluster, "web-canary"), "");
        assert_eq!(
            statuses(&cluster).last().map(String::as_str),
            Some("failed")
        );
    };
    is_as_before();

    let asked = cluster.sandbox.path("asked");
    let gate = format!("--gate=command=echo>>{}", asked.display());
    let (status, _, stderr) = cluster.run(&format!("{CANARY} {gate} --gate=command=false"));
    assert_eq!(status, 3, "{stderr}");
    assert!(
        stderr.contains("a gate does not hold: command \"false\""),
        "{stderr}"
    );
    let asked = std::fs::read_to_string(asked).expect("the first gate was asked");
    assert_eq!(asked.lines().count(), 1, "the second step never came");
    is_as_before();
    let (status, _, stderr) = cluster.run("status --release shop");
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("all is as in revision 1 again"), "{stderr}");
    assert!(!stderr.contains("go back"), "{stderr}");

    cluster.sandbox.write("web.yaml", &shop("broken"));
    let (status, _, stderr) = cluster.run(CANARY);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("ImagePullBackOff"), "{stderr}");
    is_as_before();
}

/// Whoever stops an apply while a gate is asked ends what the gate started, and anybody can go on or back.
#[cfg(unix)]
#[test]
fn a_gate_that_is_interrupted_ends_and_leaves_the_change_where_it_stands() {
    let cluster = with_change("2");
    let script = "echo the gate asks >&2\n(sleep 600) &\nsleep 600\n";
    let script = cluster.sandbox.write("gate.sh", script);
    let change = format!("{CANARY} --gate=command=sh<{}", script.display());
    for (then, image) in [("abort", "shop/web:1"), ("promote", "shop/web:2")] {
        let mut apply = cluster.begin(&change, "the gate asks");
        apply.signal("INT");
        apply.wait_for(&format!("rollout {then} --release shop"));
        assert!(!apply.said().contains("taking the new replicas away"));
        assert_eq!(apply.end_with_all().code(), Some(3), "as of any wait");
        assert_eq!(deployment(&cluster, "web"), "3:shop/web:1");
        assert_eq!(deployment(&cluster, "web-canary"), "1:shop/web:2");
        let last = statuses(&cluster).pop();
        assert_eq!(last.as_deref(), Some("applying"));

        cluster.succeed(&format!("rollout {then} --release shop"));
        assert_eq!(deployment(&cluster, "web"), format!("4:{image}"));
        assert_eq!(deployment(&cluster, "web-canary"), "");
    }
}

/// Who takes a change back, or goes on with it, does so for all: also for the process that waits between its steps.
#[cfg(unix)]
#[test]
fn a_change_that_somebody_else_ends_is_left_to_him() {
    let cluster = with_change("2");
    for (then, image, status) in [("abort", "1", "failed"), ("promote --full", "2", "applied")] {
        // The gate after the last step is asked until the other process is done.
        let done = cluster.sandbox.path(&format!("{image}-done"));
        let wait = format!("until test -e {}; do sleep 0.1; done", done.display());
        let script = format!("test $TRIMTAB_STEP = 1 || {wait}\n");
        let script = cluster.sandbox.write("gate.sh", &script);
        let gate = format!("--gate=command=sh<{}", script.display());
        let mut apply = cluster.begin(&format!("{CANARY} {gate}"), "Step 2 of 2");
        apply.wait_for("\"web-canary\" successfully rolled out");
        cluster.succeed(&format!("rollout {then} --release shop"));
        std::fs::write(done, "").expect("the sandbox can be written");
        apply.wait_for("Another process has gone on with this change, or taken it back");
        assert!(!apply.said().contains("taking the new replicas away"));
        assert_eq!(apply.end().code(), Some(3));
        assert_eq!(deployment(&cluster, "web"), format!("4:shop/web:{image}"));
        assert_eq!(deployment(&cluster, "web-canary"), "");
        assert_eq!(statuses(&cluster).pop().as_deref(), Some(status));
    }
}

/// Begins a canary whose gate stops the server and says `answer`, until `text` is said.
#[cfg(unix)]
fn with_server_stopped(cluster: &Cluster, answer: &str, text: &str) -> Running {
    let script = format!("kill -STOP {}; {answer}\n", cluster.process());
    let script = cluster.sandbox.write("gate.sh", &script);
    let gate = format!("--gate=command=sh<{}", script.display());
    let mut apply = cluster.begin(&format!("{CANARY} {gate}"), text);
    apply.signal("INT");
    apply.wait_for("Stopping after the request that is on its way.");
    apply
}

#[cfg(unix)]
#[test]
fn an_interrupt_in_a_request_is_heard_after_it() {
    let cluster = with_change("2");
    let mut apply = with_server_stopped(&cluster, "true", "Step 2 of 2");
    cluster.signal("CONT");
    apply.wait_for("rollout promote --release shop");
    assert!(!apply.said().contains("taking the new replicas away"));
    assert_eq!(apply.end().code(), Some(3), "as of any wait");
    assert_eq!(deployment(&cluster, "web"), "3:shop/web:1");
    assert_eq!(deployment(&cluster, "web-canary"), "2:shop/web:2");
}

/// The new pods do not go before the old ones are back, whoever does not wait for that.
#[cfg(unix)]
#[test]
fn a_taking_back_that_is_interrupted_leaves_both() {
    let cluster = with_change("2");
    let mut apply = with_server_stopped(&cluster, "false", "That failed.");
    cluster.signal("CONT");
    apply.wait_for("rollout abort --release shop");
    assert_eq!(apply.end().code(), Some(3));
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:1");
    assert_eq!(deployment(&cluster, "web-canary"), "1:shop/web:2");
    cluster.succeed("rollout abort --release shop");
    assert_eq!(deployment(&cluster, "web-canary"), "");
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_waits_for_no_answer() {
    let cluster = with_change("2");
    let apply = with_server_stopped(&cluster, "false", "That failed.");
    apply.signal("INT");
    assert_eq!(apply.end().code(), Some(130));
    cluster.signal("CONT");
    cluster.succeed("rollout abort --release shop");
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:1");
    assert_eq!(deployment(&cluster, "web-canary"), "");
}

#[test]
fn blue_green_switches_services_at_once() {
    let cluster = with_change("2");
    let plain = selector(&cluster);
    let change = "apply -f WEB --release shop --strategy blue-green --pause manual";
    cluster.succeed(change);
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:1");
    assert_eq!(deployment(&cluster, "web-green"), "4:shop/web:2");
    assert!(
        selector(&cluster).contains("pod-template-hash"),
        "{}",
        selector(&cluster)
    );
    cluster.succeed("rollout abort --release shop");
    assert_eq!(selector(&cluster), plain);
    assert_eq!(deployment(&cluster, "web-green"), "");

    cluster.succeed(change);
    cluster.succeed("rollout promote --release shop --pause manual");
    let switched = selector(&cluster);
    assert!(
        switched.contains("green") && !switched.contains("hash"),
        "{switched}"
    );
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:1");
    cluster.succeed("rollout promote --release shop");
    assert_eq!(selector(&cluster), plain);
    assert_eq!(deployment(&cluster, "web"), "4:shop/web:2");
    assert_eq!(deployment(&cluster, "web-green"), "");
    cluster.succeed("apply -f WEB --release shop --exit-code");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_happens() {
    let cluster = with_change("2");
    for (flags, why) in [
        ("--strategy canary --steps 50%,10%", "10% comes after 50%"),
        (
            "--strategy blue-green --steps 50%",
            "those of --strategy canary",
        ),
        ("--strategy canary --wait=false", "waits after each step"),
        ("--pause 1s", "for the steps of a --strategy"),
        ("--strategy canary --gate check.sh", "is no gate"),
    ] {
        let (status, _, stderr) = cluster.run(&format!("apply -f WEB --release shop {flags}"));
        assert!(status == 1 || status == 2, "{flags}: {status}");
        assert!(stderr.contains(why), "{flags}: {stderr}");
    }
    let (status, _, stderr) = cluster.run("apply -f WEB --strategy canary");
    assert_eq!(status, 1);
    assert!(stderr.contains("--release NAME"), "{stderr}");
    cluster.succeed("autoscale deployment web --min 1 --max 9");
    let (status, _, stderr) = cluster.run(CANARY);
    assert_eq!(status, 1, "{stderr}");
    assert!(
        stderr.contains("the autoscaler web counts its replicas"),
        "{stderr}"
    );
}

/// What comes after the Deployment, and does not get ready.
const LATE: &str = "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, annotations: {trimtab.dev/wave: '1'}}
spec:
  progressDeadlineSeconds: 1
  selector: {matchLabels: {app: late}}
  template:
    metadata: {labels: {app: late}}
    spec: {containers: [{name: late, image: 'shop/web:broken'}]}
";

#[test]
fn what_fails_after_the_last_step_is_taken_back_too() {
    let cluster = with_change("2");
    let plain = selector(&cluster);
    let changed = shop("2").replace("replicas: 4", "replicas: 5");
    cluster
        .sandbox
        .write("web.yaml", &format!("{changed}{LATE}"));
    for strategy in ["canary --steps 50%", "blue-green"] {
        let change = format!("apply -f WEB --release shop --strategy {strategy}");
        let (status, stdout, stderr) = cluster.run(&change);
        assert_eq!(status, 3, "{stderr}");
        assert!(stderr.contains("deployment \"late\""), "{stderr}");
        assert!(
            stdout.contains("deployment.apps/web configured"),
            "{stdout}"
        );
        assert_eq!(deployment(&cluster, "web"), "4:shop/web:1", "{strategy}");
        assert_eq!(deployment(&cluster, "web-canary"), "", "{strategy}");
        assert_eq!(deployment(&cluster, "web-green"), "", "{strategy}");
        assert_eq!(selector(&cluster), plain, "{strategy}");
        let statuses = statuses(&cluster);
        assert_eq!(statuses.last().map(String::as_str), Some("failed"));
    }
}

#[test]
fn what_cannot_go_by_steps_is_refused_before_anything_is_written() {
    let cluster = with_change("2");
    let settings = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n";
    let refused = |text: &str, strategy: &str, why: &str| {
        cluster
            .sandbox
            .write("web.yaml", &format!("{text}{settings}"));
        let change = format!("apply -f WEB --release shop --strategy {strategy}");
        let (status, _, stderr) = cluster.run(&change);
        assert_eq!(status, 1, "{stderr}");
        assert!(stderr.contains(why), "{why}: {stderr}");
        assert_eq!(cluster.run("get configmap settings").0, 1, "{why}");
        assert_eq!(statuses(&cluster), ["applied"], "{why}");
    };
    let changed = shop("2");
    let labelled = changed.replace("labels: {app: web}", "labels: {app: web, tier: front}");
    // A label that only the new pods have.
    let moved = labelled.replace(
        "{selector: {app: web}",
        "{selector: {app: web, tier: front}",
    );
    for strategy in ["canary", "blue-green"] {
        let why = "service/web would select the new pods of deployment.apps/web and not the old";
        refused(&moved, strategy, why);
    }
    let paused = changed.replace("replicas: 4", "replicas: 4\n  paused: true");
    refused(&paused, "canary", "deployment.apps/web is paused");
    let green = changed.replace("name: web", "name: web-green");
    cluster.sandbox.write("web.yaml", &green);
    cluster.succeed("apply -f WEB");
    refused(
        &changed,
        "blue-green",
        "deployment.apps/web-green is there already",
    );
    cluster.succeed("autoscale deployment web --min 1 --max 9");
    refused(&changed, "canary", "the autoscaler web counts its replicas");

    // A label that the old pods have and the new ones have not.
    cluster.succeed("delete hpa web");
    cluster
        .sandbox
        .write("web.yaml", &moved.replace("web:2", "web:1"));
    cluster.succeed("apply -f WEB --release shop");
    cluster.sandbox.write(
        "web.yaml",
        &moved.replace("labels: {app: web, tier: front}", "labels: {app: web}"),
    );
    let (status, _, stderr) = cluster.run("apply -f WEB --release shop --strategy canary");
    assert_eq!(status, 1, "{stderr}");
    assert!(
        stderr.contains("service/web would select the old pods"),
        "{stderr}"
    );
}
