//! Releases from files to undo: applied, broken, taken back, pruned, and got back.

use crate::deployed::Cluster;
use crate::sandbox::{Running, Sandbox};

const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  progressDeadlineSeconds: DEADLINE
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: shop/web
        envFrom: [{configMapRef: {name: settings}}]
";

/// Writes a kustomization with this tag, this setting and these resources beside the Deployment.
fn write(cluster: &Cluster, tag: &str, setting: &str, resources: &str) {
    let sandbox = &cluster.sandbox;
    // What cannot get ready is given up soon; the rest never is, however busy the machine.
    let deadline = if tag == "broken" { "5" } else { "600" };
    sandbox.write(
        "shop/live/web.yaml",
        &DEPLOYMENT.replace("DEADLINE", deadline),
    );
    sandbox.write(
        "shop/live/old.yaml",
        "{apiVersion: v1, kind: Service, metadata: {name: old}, spec: {ports: [{port: 80}]}}\n",
    );
    sandbox.write(
        "shop/live/kustomization.yaml",
        &format!(
            "resources: [web.yaml{resources}]\nimages: [{{name: shop/web, newTag: '{tag}'}}]\nconfigMapGenerator:\n- name: settings\n  literals: [level={setting}]\n"
        ),
    );
}

/// The revisions of the release with their statuses, and the images that run.
fn state(cluster: &Cluster) -> (String, String) {
    let releases = cluster.succeed("releases shop-live --no-headers");
    let statuses = releases.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", words[1], words[2])
    });
    let statuses: Vec<String> = statuses.collect();
    let images = "get deployment web -o jsonpath={.spec.template.spec.containers[*].image}";
    (statuses.join(", "), cluster.succeed(images))
}

fn apply(cluster: &Cluster, more: &str) -> (i32, String, String) {
    let directory = cluster.sandbox.path("shop/live");
    cluster.run(format!("apply -k {} --yes {more}", directory.display()).trim_end())
}

fn is_there(cluster: &Cluster, object: &str) -> bool {
    cluster.run(&format!("get {object}")).0 == 0
}

#[test]
fn what_is_told_to_be_typed_works() {
    let cluster = Cluster::start();
    write(&cluster, "broken", "info", "");
    let plan = cluster.sandbox.path("shop.plan");
    let directory = cluster.sandbox.path("shop/live");
    let (plan, directory) = (plan.display(), directory.display());
    let (status, _, stderr) = cluster.run(&format!("plan -k {directory} -n default -o {plan}"));
    assert_eq!(status, 0, "{stderr}");
    let told = format!("`trimtab apply {plan} -n default`");
    assert!(stderr.contains(&told), "{stderr}");

    // There is nothing to go back to.
    for line in [
        format!("apply {plan} -n default"),
        "status --release shop-live".to_owned(),
        format!("apply -k {directory} --no-release"),
        "rollout status deployment/web".to_owned(),
    ] {
        let (status, _, stderr) = cluster.run(&line);
        assert_eq!(status, 3, "{line}: {stderr}");
        assert!(!stderr.contains("rollout undo"), "{line}: {stderr}");
    }
    write(&cluster, "1", "info", "");
    assert_eq!(apply(&cluster, "").0, 0);
    write(&cluster, "broken", "debug", "");
    let line = format!("apply -k {directory} --no-release --yes");
    let (_, _, stderr) = cluster.run(&line);
    let back = "`trimtab rollout undo deployment/web -n default`";
    assert!(stderr.contains(back), "{stderr}");
    cluster.succeed("rollout undo deployment/web -n default");
}

#[test]
fn a_release_is_applied_broken_taken_back_and_pruned() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", ", old.yaml");
    let (status, stdout, stderr) = apply(&cluster, "--exit-code");
    assert_eq!(status, 2, "{stderr}");
    assert!(stdout.contains("service/old created\n"), "{stdout}");
    assert!(stderr.contains("Release shop-live in namespace default: the first revision."));
    assert!(
        stderr.starts_with("Cluster: context trimtab (https://127.0.0.1:"),
        "{stderr}"
    );
    // Nothing to do is no new revision.
    assert_eq!(apply(&cluster, "--exit-code").0, 0);
    assert_eq!(
        state(&cluster),
        ("1 applied".to_owned(), "shop/web:1".to_owned())
    );
    let directory = cluster.sandbox.path("shop/live");
    let directory = directory.display();
    let of_directory = format!("releases -k {directory} -o name");
    assert_eq!(cluster.succeed(&of_directory), "shop-live 1\n");
    let pruned = cluster.succeed(&format!("prune -k {directory} --dry-run=client"));
    assert!(pruned.contains("Plan: nothing to do."), "{pruned}");

    // The service goes; the settings stay, for the first revision could come back.
    write(&cluster, "2", "debug", "");
    let (status, stdout, stderr) = apply(&cluster, "--prune");
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.ends_with("service/old pruned\n"), "{stdout}");
    assert!(
        stderr.contains("\n- service/old in default: prune\n"),
        "{stderr}"
    );
    assert!(
        stderr.contains("not described any more, stays: replicaset/web-"),
        "{stderr}"
    );
    assert!(!is_there(&cluster, "service/old"));
    let expected = (
        "1 superseded, 2 applied".to_owned(),
        "shop/web:2".to_owned(),
    );
    assert_eq!(state(&cluster), expected);

    // Broken, and its reason told.
    write(&cluster, "broken", "debug", "");
    let (status, _, stderr) = apply(&cluster, "");
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("ImagePullBackOff"), "{stderr}");
    let hint = "go back with `trimtab rollout undo --release shop-live -n default`";
    assert!(stderr.contains(hint), "{stderr}");
    assert_eq!(state(&cluster).0, "1 superseded, 2 applied, 3 failed");

    // Without --prune it would have stayed, for `prune` to take away.
    let shown = cluster.succeed("prune shop-live --dry-run=client");
    assert!(
        shown.contains("configmap/settings-") && shown.contains("Plan: nothing to do."),
        "{shown}"
    );

    let undo = "rollout undo --release shop-live --yes";
    let shown = cluster.succeed(&format!("{undo} --dry-run=server"));
    assert!(shown.contains("shop/web:broken -> shop/web:2"), "{shown}");
    let undone = cluster.succeed(undo);
    assert!(
        undone.ends_with("release shop-live rolled back to revision 2\n"),
        "{undone}"
    );
    let expected = "1 superseded, 2 superseded, 3 failed, 4 applied";
    assert_eq!(
        state(&cluster),
        (expected.to_owned(), "shop/web:2".to_owned())
    );

    // What was pruned comes back, and so do the settings that the pods read.
    cluster.succeed(&format!("{undo} --to-revision 1"));
    assert!(is_there(&cluster, "service/old"));
    let level = "get configmap -l !x -o jsonpath={.items[*].data.level}";
    assert!(cluster.succeed(level).contains("info"));
    assert_eq!(state(&cluster).1, "shop/web:1");

    let (status, _, stderr) = cluster.run(&format!("{undo} --to-revision 9"));
    assert_eq!(status, 1);
    assert!(stderr.contains("there are 1, 2, 3, 4, 5"), "{stderr}");
}

#[test]
fn what_was_left_is_pruned_later() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", ", old.yaml");
    assert_eq!(apply(&cluster, "").0, 0);
    write(&cluster, "1", "info", "");
    // Twice, so that it is left over from the revision before the last.
    let (status, _, stderr) = apply(&cluster, "");
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stderr.contains("note: 1 object of earlier revisions"),
        "{stderr}"
    );
    write(&cluster, "2", "info", "");
    assert_eq!(apply(&cluster, "").0, 0);
    assert!(is_there(&cluster, "service/old"));
    assert_eq!(
        cluster.succeed("prune shop-live --yes"),
        "service/old pruned\n"
    );
    assert!(!is_there(&cluster, "service/old"));
    assert_eq!(cluster.succeed("prune shop-live --yes"), "");
    assert_eq!(cluster.run("prune shop-other --yes").0, 1);

    // What somebody else has deleted is not told of for ever.
    write(&cluster, "3", "info", ", old.yaml");
    assert_eq!(apply(&cluster, "").0, 0);
    write(&cluster, "3", "info", "");
    assert_eq!(apply(&cluster, "").0, 0);
    cluster.succeed("delete service old");
    write(&cluster, "4", "info", "");
    assert_eq!(apply(&cluster, "").0, 0);
    write(&cluster, "5", "info", "");
    let (status, _, stderr) = apply(&cluster, "");
    assert_eq!(status, 0, "{stderr}");
    assert!(!stderr.contains("note: "), "{stderr}");
}

#[test]
fn an_apply_that_fails_takes_itself_back_where_that_is_wanted() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", "");
    assert_eq!(apply(&cluster, "").0, 0);
    write(&cluster, "broken", "debug", ", old.yaml");
    let (status, _, stderr) = apply(&cluster, "--auto-undo");
    assert_eq!(status, 3, "{stderr}");
    assert!(
        stderr.contains("going back to the revision before"),
        "{stderr}"
    );
    assert!(!stderr.contains("rollout undo"), "it is done: {stderr}");
    let expected = "1 superseded, 2 failed, 3 applied";
    assert_eq!(
        state(&cluster),
        (expected.to_owned(), "shop/web:1".to_owned())
    );
    assert!(
        !is_there(&cluster, "service/old"),
        "what came with it goes with it"
    );
}

#[test]
fn releases_of_one_name_are_not_mixed_up() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", "");
    assert_eq!(apply(&cluster, "--no-release").0, 0);
    let (status, _, stderr) = cluster.run("releases shop-live");
    assert_eq!(status, 1, "{stderr}");
    let (status, _, stderr) = apply(&cluster, "--cluster-guard live");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("--cluster-guard wants live, and this is context trimtab"),
        "{stderr}"
    );
    let (status, _, stderr) = apply(&cluster, "--release other --wait=false");
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(cluster.succeed("releases -o name"), "other 1\n");
    cluster.write_web("shop/web:1", 600);
    let (status, _, stderr) = cluster.run("apply -f WEB --prune");
    assert_eq!(status, 1);
    assert!(stderr.contains("--release NAME"), "{stderr}");
}

/// Writes a plan of the kustomization and gives its path.
fn plan(cluster: &Cluster, more: &str) -> String {
    let (directory, file) = (
        cluster.sandbox.path("shop/live"),
        cluster.sandbox.path("live.plan"),
    );
    let line = format!(
        "plan -k {} -o {} {more}",
        directory.display(),
        file.display()
    );
    let shown = cluster.succeed(line.trim_end());
    assert!(shown.contains("Plan: "), "{shown}");
    file.display().to_string()
}

#[test]
fn a_plan_is_applied_as_it_is_or_not_at_all() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", ", old.yaml");
    let file = plan(&cluster, "");
    assert!(!is_there(&cluster, "deployment/web"), "it was only planned");
    let (status, stdout, stderr) = cluster.run(&format!("apply {file}"));
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.contains("deployment.apps/web created\n"), "{stdout}");
    assert_eq!(state(&cluster).0, "1 applied");

    // The cluster moves.
    write(&cluster, "2", "info", "");
    let file = plan(&cluster, "--prune");
    cluster.succeed("scale deployment/web --replicas 3");
    let (status, stdout, stderr) = cluster.run(&format!("apply {file}"));
    assert_eq!((status, &*stdout), (1, ""));
    assert!(
        stderr.contains("the cluster has changed: deployment.apps/web default"),
        "{stderr}"
    );

    // The files move.
    let file = plan(&cluster, "--prune");
    write(&cluster, "3", "info", "");
    let (status, stdout, stderr) = cluster.run(&format!("apply {file}"));
    assert_eq!((status, &*stdout), (1, ""));
    assert!(stderr.contains("shop/live has changed"), "{stderr}");

    // Neither does.
    let file = plan(&cluster, "--prune");
    let (status, stdout, stderr) = cluster.run(&format!("apply {file}"));
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.ends_with("service/old pruned\n"), "{stdout}");
    assert_eq!(state(&cluster).1, "shop/web:3");
    // It was carried out: what it was made against is no more.
    assert_eq!(cluster.run(&format!("apply {file}")).0, 1);
    let (status, _, stderr) = cluster.run(&format!(
        "apply {}",
        cluster.sandbox.path("shop/live/web.yaml").display()
    ));
    assert_eq!(status, 1);
    assert!(stderr.contains("is no plan"), "{stderr}");
}

#[test]
fn the_history_says_from_which_commit() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", "");
    // As it is shown.
    let first = &cluster.sandbox.commit("shop")[..10];
    let apply = |more: &str| {
        let (status, stdout, stderr) = apply(&cluster, more);
        assert_eq!(status, 0, "{stderr}");
        (stdout, stderr)
    };
    apply("--release shop");
    // What makes no other pods has not caused these.
    write(&cluster, "1", "info", ", old.yaml");
    cluster.sandbox.commit("shop");
    let (stdout, _) = apply("--release shop");
    assert!(
        stdout.contains("deployment.apps/web unchanged\n"),
        "{stdout}"
    );
    write(&cluster, "2", "info", ", old.yaml");
    apply("--release shop");
    let history = cluster.succeed("rollout history deployment/web");
    let mut causes = history
        .lines()
        .skip(2)
        .map(|line| line.split_once("commit ").map(|it| it.1));
    assert_eq!(causes.next(), Some(Some(first)), "{history}");
    let dirty = causes.next().flatten().unwrap_or_default();
    assert!(
        dirty.ends_with("-dirty") && !dirty.starts_with(first),
        "{history}"
    );
    // Nor is it a difference from the files.
    let directory = cluster.sandbox.path("shop/live");
    assert_eq!(
        cluster.succeed(&format!("diff -k {}", directory.display())),
        ""
    );
    let releases = cluster.succeed("releases shop --no-headers");
    assert!(
        releases.contains(first) && releases.contains("-dirty"),
        "{releases}"
    );
}

#[test]
fn the_namespace_of_a_record_may_be_made_by_what_it_records() {
    let cluster = Cluster::start();
    write(&cluster, "1", "info", ", space.yaml");
    cluster.sandbox.write(
        "shop/live/space.yaml",
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n",
    );
    assert_eq!(apply(&cluster, "-n shop").0, 0);
    let listed = cluster.succeed("releases -n shop --no-headers");
    assert!(
        listed.starts_with("shop-live   1") && listed.contains(" applied "),
        "{listed}"
    );
    // One that nobody makes keeps no record, and nothing from being applied.
    write(&cluster, "1", "info", "");
    let text = "resources: [old.yaml]\nnamespace: default\n";
    cluster.sandbox.write("shop/live/kustomization.yaml", text);
    let (status, stdout, stderr) = apply(&cluster, "-n nowhere");
    assert_eq!((status, &*stdout), (0, "service/old created\n"), "{stderr}");
    assert!(
        stderr.contains("no record of this apply is kept"),
        "{stderr}"
    );
    assert_eq!(apply(&cluster, "-n nowhere --release shop").0, 1);
}

#[test]
fn an_apply_goes_on_when_its_server_is_killed_and_comes_back() {
    let sandbox = Sandbox::new();
    let server = sandbox.start(&["up", "--port", "0"]);
    let map = |number| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{number}}}, data: {{a: b}}}}\n"
        )
    };
    let maps: Vec<String> = (0..1500).map(map).collect();
    let file = sandbox.write("maps.yaml", &maps.join("---\n"));
    let file = file.to_str().expect("a path in UTF-8");
    let apply = sandbox.trimtab(&["apply", "-f", file, "--release", "maps"]);
    let applying = Running::start(apply, "configmap/m100 created");
    server.kill();
    let _server = sandbox.start(&["up"]);
    assert!(applying.end().success());
    let printed = |line: &str| {
        let outcome = sandbox.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(outcome.status, Some(0), "{line}: {}", outcome.stderr);
        String::from_utf8(outcome.stdout).expect("text")
    };
    let names = printed("get configmaps -o name");
    assert_eq!(names.matches("configmap/m").count(), maps.len());
    assert!(printed("releases maps --no-headers").contains(" applied "));
}

/// `ConfigMap`s, each with a label and a value.
fn maps(cluster: &Cluster, maps: &[(&str, &str, &str)]) {
    let map = |(name, app, value): &(&str, &str, &str)| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, labels: {{app: {app}}}}}, data: {{value: {value}}}}}\n"
        )
    };
    let maps: Vec<String> = maps.iter().map(map).collect();
    cluster.sandbox.write("web.yaml", &maps.join("---\n"));
}

/// The values of all of them that are there.
fn values(cluster: &Cluster) -> String {
    let columns = "custom-columns=NAME:.metadata.name,VALUE:.data.value";
    let rows = cluster.succeed(&format!("get configmaps -l app --no-headers -o {columns}"));
    let pairs = rows
        .lines()
        .map(|row| row.split_whitespace().collect::<Vec<_>>().join("="));
    pairs.collect::<Vec<_>>().join(" ")
}

#[test]
fn only_what_is_selected_is_sent_and_the_rest_stays_in_the_release() {
    let cluster = Cluster::start();
    maps(
        &cluster,
        &[("a", "web", "v1"), ("b", "db", "v1"), ("c", "db", "v1")],
    );
    cluster.succeed("apply -f WEB --release parts");

    maps(
        &cluster,
        &[("a", "web", "v2"), ("b", "db", "v2"), ("d", "web", "v2")],
    );
    let diff = cluster.run("diff -f WEB -l app=db");
    assert_eq!(diff.0, 1, "{}", diff.2);
    assert!(
        diff.1.contains("+  value: v2") && !diff.1.contains("name: a"),
        "{}",
        diff.1
    );
    let selected = "apply -f WEB --release parts -l app=web --prune";
    let sent = cluster.succeed(selected);
    assert!(sent.contains("configmap/a configured") && sent.contains("configmap/d created"));
    assert_eq!(values(&cluster), "a=v2 b=v1 c=v1 d=v2");
    assert_eq!(cluster.run("diff -f WEB -l app=web").0, 0);
    let status = cluster.succeed("status --release parts");
    for line in ["revision    2, applied", "selector    app=web"] {
        assert!(status.contains(line), "{line}: {status}");
    }
    for name in ["a", "b", "c", "d"] {
        assert!(
            status.contains(&format!("configmap/{name}   ready")),
            "{name}: {status}"
        );
    }

    // What is selected no more by anything that is described goes, and nothing else.
    maps(&cluster, &[("d", "web", "v2")]);
    cluster.succeed(selected);
    assert_eq!(values(&cluster), "b=v1 c=v1 d=v2");
    cluster.succeed(selected);
    let releases = cluster.succeed("releases parts --no-headers -o wide");
    assert_eq!(releases.lines().count(), 3, "{releases}");
    assert_eq!(releases.matches("only app=web").count(), 2, "{releases}");
    cluster.succeed("rollout undo --release parts");
    assert_eq!(values(&cluster), "a=v2 b=v1 c=v1 d=v2");
    assert!(
        !cluster
            .succeed("status --release parts")
            .contains("selector")
    );

    // Without it the release is what is described, whatever was selected before.
    cluster.succeed("apply -f WEB --release parts --prune");
    assert_eq!(values(&cluster), "d=v2");
}

/// What earlier revisions left over has labels that nobody knows.
#[test]
fn what_was_left_over_before_is_not_pruned_by_a_selector() {
    let cluster = Cluster::start();
    maps(
        &cluster,
        &[("a", "web", "v1"), ("b", "db", "v1"), ("c", "db", "v1")],
    );
    cluster.succeed("apply -f WEB --release parts");
    maps(&cluster, &[("a", "web", "v1")]);
    cluster.succeed("apply -f WEB --release parts");
    maps(&cluster, &[("a", "web", "v2")]);
    cluster.succeed("apply -f WEB --release parts -l app=web --prune");
    assert_eq!(values(&cluster), "a=v2 b=v1 c=v1");
    cluster.succeed("prune parts --yes");
    assert_eq!(values(&cluster), "a=v2");
}

#[test]
fn an_undo_with_nothing_to_do_says_so() {
    let cluster = Cluster::start();
    maps(&cluster, &[("a", "web", "one")]);
    cluster.succeed("apply -f WEB --release shop");
    let said = cluster.succeed("rollout undo --release shop --to-revision 1 --yes");
    let expected = "release shop skipped rollback (all is as in revision 1 already)\n";
    assert!(said.ends_with(expected), "{said}");
    assert!(!said.contains("rolled back"), "{said}");
}

#[test]
fn what_cannot_be_selected_is_refused_in_words() {
    let cluster = Cluster::start();
    maps(&cluster, &[("a", "web", "v1")]);
    let plan = cluster.sandbox.path("kept.plan");
    let kept = format!("plan -f WEB -l app=web -o {}", plan.display());
    for (line, status, why) in [
        (
            "apply -f WEB -l app=none",
            1,
            "no object that is described has the labels app=none",
        ),
        ("apply -f WEB -l app==", 1, "app"),
        (
            "apply -f WEB -l app=web --release x --strategy canary",
            1,
            "leave -l out",
        ),
        (
            "apply -f WEB -l app=web --applyset x",
            1,
            "leave -l or --applyset out",
        ),
        (&kept, 1, "leave -l or -o out"),
        (
            "diff examples/base-overlay/base examples/base-overlay/base -l a",
            2,
            "as a whole",
        ),
        ("apply WEB -l app=web", 1, "cannot be used with"),
    ] {
        let (ended, _, stderr) = cluster.run(line);
        assert_eq!(ended, status, "{line}: {stderr}");
        assert!(stderr.contains(why), "{line}: {stderr}");
        assert_eq!(values(&cluster), "", "{line}");
    }
    let (status, stdout, stderr) = cluster.run("diff -f WEB -l app=none");
    assert_eq!((status, &*stdout), (0, ""), "{stderr}");
    assert!(stderr.contains("no object that is described"), "{stderr}");
}
