//! How far a release is, told while it is applied, after that, and when whoever applied it is gone.

use crate::deployed::Cluster;
use serde_json::Value;

/// What takes time, and what comes after it.
const SHOP: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: last, annotations: {trimtab.dev/wave: '1'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  progressDeadlineSeconds: 60
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'shop/web:TAG'}]}
";

fn write(cluster: &Cluster, tag: &str) {
    cluster.sandbox.write("web.yaml", &SHOP.replace("TAG", tag));
}

const APPLY: &str = "apply -f WEB --release shop";

/// The lines behind the heading, without their times.
fn table(stdout: &str) -> &str {
    stdout.split_once("\n\n").map_or("", |(_, table)| table)
}

#[test]
fn a_killed_apply_is_followed_to_where_it_stopped_and_beyond() {
    let cluster = Cluster::start();
    write(&cluster, "slow");
    cluster.begin(APPLY, "deployment.apps/web created").kill();

    let (status, stdout, stderr) = cluster.run("status --release shop");
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stdout
            .starts_with("release     shop in namespace default\nrevision    1, applying\nbegun "),
        "{stdout}"
    );
    let lines: Vec<&str> = table(&stdout).lines().collect();
    assert_eq!(lines[0], "OBJECT                STATE         MESSAGE");
    assert_eq!(lines[1], "configmap/settings    ready");
    assert!(
        lines[2].starts_with("deployment.apps/web   not ready     "),
        "{stdout}"
    );
    assert!(
        lines.contains(&"configmap/last        not applied"),
        "{stdout}"
    );
    assert!(
        stdout.contains("`trimtab status --release shop -n default --follow` tells"),
        "{stdout}"
    );

    let (status, stdout, stderr) = cluster.run("status --follow --patience 1s");
    assert_eq!(status, 3, "{stdout}{stderr}");
    for told in [
        "deployment \"web\" successfully rolled out",
        "revision 1 of release shop is not all applied: 1 object to come, and nothing new came for 1s",
        "configmap/last is not applied",
        "`trimtab apply` once more, with `--release shop -n default`",
    ] {
        assert!(stderr.contains(told), "{told}: {stderr}");
    }

    // Somebody goes on, and whoever follows sees it come to its end.
    let mut following = cluster.begin("status --release shop --follow", "revision    1, applying");
    cluster.succeed(APPLY);
    following.wait_for("revision 2 of release shop is ready");
    assert_eq!(following.end().code(), Some(0));
}

#[test]
fn an_interrupted_apply_says_how_to_go_on_watching() {
    let cluster = Cluster::start();
    write(&cluster, "slow");
    let mut apply = cluster.begin(APPLY, "Waiting for deployment \"web\"");
    apply.signal("INT");
    apply.wait_for("trimtab status --release shop -n default --follow");
    assert_eq!(apply.end().code(), Some(3));

    let mut apply = cluster.begin(&format!("{APPLY} -o json"), r#""event":"progress""#);
    apply.signal("INT");
    apply.wait_for(r#""message":"interrupted""#);
    assert_eq!(apply.end().code(), Some(3));
}

/// A Job that its own time to live takes away is no loss.
#[test]
fn what_goes_by_itself_when_it_is_done_is_not_missed() {
    let cluster = Cluster::start();
    let job = "
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  ttlSecondsAfterFinished: 1
  template:
    spec: {restartPolicy: Never, containers: [{name: once, image: shop/once}]}
";
    cluster.sandbox.write("web.yaml", job);
    cluster.succeed("apply -f WEB --release once --yes");
    cluster.succeed("wait --for=delete job/once --timeout=60s");
    let shown = cluster.succeed("status --release once");
    let expected = "\
OBJECT           STATE    MESSAGE
job.batch/once   passed   goes by itself when it is done
";
    assert_eq!(table(&shown), expected);
}

#[test]
fn a_release_that_is_over_is_ready_gone_or_failed() {
    let cluster = Cluster::start();
    write(&cluster, "1");
    let (status, _, stderr) = cluster.run("status --follow");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("there is no release in namespace default"),
        "{stderr}"
    );
    cluster.succeed(APPLY);
    let shown = cluster.succeed("status -n default");
    let expected = "\
OBJECT                STATE   MESSAGE
configmap/settings    ready
deployment.apps/web   ready
configmap/last        ready
";
    assert_eq!(table(&shown), expected);
    let events = cluster.succeed("status --release shop --follow -o json");
    let events: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let names: Vec<&str> = events
        .iter()
        .filter_map(|it| it["event"].as_str())
        .collect();
    assert_eq!(names, ["release", "ready", "end"]);
    assert_eq!(events[0]["status"], "applied");
    assert_eq!(events[2]["result"], "ready");

    let other = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}";
    let other = cluster.sandbox.write("other.yaml", other);
    cluster.succeed(&format!("apply -f {} --no-release", other.display()));
    let events = cluster.succeed("status --release shop -o json");
    let events: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(events[1]["object"], "configmap/settings");
    assert_eq!(events[1]["namespace"], "default");
    assert_eq!(events[1]["state"], "differs");
    assert_eq!(events.last().expect("it ends")["result"], "differs");

    cluster.succeed("set image deployment/web web=shop/web:other");
    cluster.succeed("delete configmap settings");
    let (status, stdout, stderr) = cluster.run("status --release shop");
    assert_eq!(status, 3, "{stderr}");
    let expected = "\
OBJECT                STATE     MESSAGE
configmap/settings    gone
deployment.apps/web   differs   was changed since in spec.template.spec.containers[name=\"web\"].image
configmap/last        ready
";
    assert_eq!(table(&stdout), expected);
    assert!(stderr.contains("configmap/settings is gone"), "{stderr}");

    write(&cluster, "broken");
    let failed = cluster.run(&format!("{APPLY} --timeout 2s"));
    assert_eq!(failed.0, 3, "{}", failed.2);
    for follow in ["", " --follow"] {
        let (status, _, stderr) = cluster.run(&format!("status --release shop{follow}"));
        assert_eq!(status, 3, "{stderr}");
        for told in [
            "revision 2 of release shop failed",
            "ImagePullBackOff",
            "trimtab rollout undo --release shop",
        ] {
            assert!(stderr.contains(told), "{told}: {stderr}");
        }
    }
}

#[test]
fn a_canary_that_stands_at_a_step_is_told() {
    let cluster = Cluster::start();
    write(&cluster, "1");
    cluster.succeed(APPLY);
    write(&cluster, "2");
    cluster.succeed(&format!(
        "{APPLY} --strategy canary --steps 50% --pause manual"
    ));
    let shown = cluster.succeed("status --release shop");
    assert!(
        shown.contains("steps       1 of 1 done (canary 50%): deployment.apps/web-canary beside deployment.apps/web\n"),
        "{shown}"
    );
    assert!(
        shown.contains("deployment.apps/web   not applied   is otherwise in "),
        "{shown}"
    );
    let (status, _, stderr) = cluster.run("status --follow --patience 1s");
    assert_eq!(status, 3, "{stderr}");
    for told in ["stands between its steps", "rollout promote --release shop"] {
        assert!(stderr.contains(told), "{told}: {stderr}");
    }
    cluster.succeed("rollout promote --release shop");
    let shown = cluster.succeed("status --follow");
    assert!(
        shown.ends_with("revision 2 of release shop is ready\n"),
        "{shown}"
    );
}

#[test]
fn an_apply_that_is_interrupted_between_objects_says_what_is_to_come() {
    let cluster = Cluster::start();
    let map = |number| {
        let wave = u32::from(number > 0);
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{number}, annotations: {{trimtab.dev/wave: '{wave}'}}}}}}\n"
        )
    };
    let maps: Vec<String> = (0..2000).map(map).collect();
    cluster.sandbox.write("web.yaml", &maps.join("---\n"));
    let mut apply = cluster.begin(APPLY, "configmap/m100 created");
    apply.signal("INT");
    apply.wait_for("were not applied: apply again to go on");
    assert_eq!(apply.end().code(), Some(3));
    let status = cluster.succeed("status --release shop");
    assert!(status.contains("not applied"), "{status}");
}

#[test]
fn an_apply_that_is_interrupted_while_it_prunes_is_gone_on_with() {
    let cluster = Cluster::start();
    let map = |name: &str, more: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}{more}}}, data: {{a: b}}}}\n"
        )
    };
    let held = ", finalizers: [example.com/held], annotations: {trimtab.dev/wave: '1'}";
    let both = format!("{}---\n{}", map("first", ""), map("held", held));
    cluster.sandbox.write("web.yaml", &both);
    cluster.succeed(APPLY);

    cluster.sandbox.write("web.yaml", &map("other", ""));
    let prune = format!("{APPLY} --prune");
    let mut apply = cluster.begin(&prune, "configmap/held pruned");
    apply.signal("INT");
    apply.wait_for("apply again to go on");
    assert_eq!(apply.end().code(), Some(3));
    cluster.succeed("get configmap first");

    let released = both.replace("finalizers: [example.com/held], ", "");
    cluster.sandbox.write("held.yaml", &released);
    let held = cluster.sandbox.path("held.yaml");
    cluster.succeed(&format!("apply -f {}", held.display()));
    cluster.succeed(&prune);
    for name in ["first", "held"] {
        assert_eq!(cluster.run(&format!("get configmap {name}")).0, 1, "{name}");
    }
}

/// What was fetched for the build has its own way to end at a signal.
#[test]
fn an_apply_of_a_remote_base_is_interrupted_as_any_other() {
    let cluster = Cluster::start();
    cluster
        .sandbox
        .write("base/web.yaml", &SHOP.replace("TAG", "broken"));
    cluster
        .sandbox
        .write("base/kustomization.yaml", "resources: [web.yaml]\n");
    cluster.sandbox.commit("base");
    let base = cluster.sandbox.path("base");
    let overlay = format!("resources: ['file://{}?ref=main']\n", base.display());
    cluster
        .sandbox
        .write("overlay/kustomization.yaml", &overlay);
    let overlay = cluster.sandbox.path("overlay");
    let apply = format!("apply -k {} --yes", overlay.display());
    for signal in ["INT", "TERM"] {
        let mut apply = cluster.begin(&apply, "ImagePullBackOff");
        apply.signal(signal);
        apply.wait_for("Stopped waiting; what was applied goes on.");
        assert_eq!(apply.end().code(), Some(3), "{signal}");
    }
}
