//! An apply in stages: each is ready before the next begins, and programs can follow it.

use crate::deployed::Cluster;
use serde_json::Value;

const STAGES: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: last, annotations: {argocd.argoproj.io/sync-wave: '5'}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: shop/migrate}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  progressDeadlineSeconds: 600
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'shop/web:1'}]}
---
apiVersion: v1
kind: Pod
metadata: {name: smoke, annotations: {helm.sh/hook: test}}
spec: {containers: [{name: c, image: shop/smoke}]}
";

fn write(cluster: &Cluster, text: &str) {
    cluster.sandbox.write("web.yaml", text);
}

/// Applies and gives the events: what happened, to what, and how it went.
fn events(cluster: &Cluster) -> (i32, Vec<(String, String, String)>) {
    let (status, stdout, stderr) = cluster.run("apply -f WEB -o json");
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).expect("each line is JSON");
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        assert!(text("time").ends_with('Z'), "{line}");
        let result = format!("{}{}", text("result"), text("stage"));
        (text("event"), text("object"), result)
    };
    assert!(!stderr.contains("Plan:"), "{stderr}");
    (status, stdout.lines().map(event).collect())
}

/// The events of these names.
fn told<'e>(events: &'e [(String, String, String)], names: &[&str]) -> Vec<(&'e str, &'e str)> {
    let events = events.iter().filter(|(name, ..)| names.contains(&&**name));
    events
        .map(|(_, object, result)| (&**object, &**result))
        .collect()
}

#[test]
fn each_stage_is_ready_before_the_next_begins() {
    let cluster = Cluster::start();
    write(&cluster, STAGES);
    let (status, all) = events(&cluster);
    assert_eq!(status, 0, "{all:?}");
    let web = "deployment.apps/web";
    let expected = [
        ("", "before all else"),
        ("job.batch/migrate", "created"),
        ("job.batch/migrate", ""),
        ("job.batch/migrate", "deleted"),
        ("", "wave 0"),
        (web, "created"),
        (web, ""),
        ("", "wave 5"),
        ("configmap/last", "created"),
        ("", "applied"),
    ];
    assert_eq!(told(&all, &["stage", "applied", "ready", "end"]), expected);
    assert_eq!(
        cluster.run("get pod smoke").0,
        1,
        "a test is no part of an apply"
    );

    // What does not get ready keeps back what comes after it.
    let broken = STAGES
        .replace("shop/web:1", "shop/web:broken")
        .replace("DeadlineSeconds: 600", "DeadlineSeconds: 3")
        .replace("name: last", "name: later");
    write(&cluster, &broken);
    let (status, all) = events(&cluster);
    assert_eq!(status, 3, "{all:?}");
    assert!(!told(&all, &["reasons"]).is_empty(), "{all:?}");
    assert_eq!(told(&all, &["end"]), [("", "not-ready")]);
    assert_eq!(cluster.run("get configmap later").0, 1);
}

#[test]
fn programs_hear_an_end_that_is_true() {
    let cluster = Cluster::start();
    write(&cluster, STAGES);
    for (line, status, result) in [
        ("apply -f WEB -o json --dry-run=server", 0, "planned"),
        ("apply -f missing.yaml -o json", 1, "failed"),
        ("apply -f WEB -o json --cluster-guard other", 1, "failed"),
        ("status --release none -o json", 1, "failed"),
    ] {
        let (ended, stdout, stderr) = cluster.run(line);
        assert_eq!(ended, status, "{line}: {stderr}");
        let ends: Vec<Value> = stdout
            .lines()
            .filter(|line| line.contains(r#""event":"end""#))
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect();
        assert_eq!(ends.len(), 1, "{line}: {stdout}");
        assert_eq!(ends[0]["result"], result, "{line}");
        assert_eq!(ends[0]["message"].is_string(), status == 1, "{line}");
    }
}

#[test]
fn custom_resources_are_waited_for_by_who_asks() {
    let cluster = Cluster::start();
    write(
        &cluster,
        "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
status: {conditions: [{type: Ready, status: 'False', reason: Slow}]}
",
    );
    cluster.succeed("apply -f WEB --timeout 5s");
    let (status, _, stderr) = cluster.run("apply -f WEB --timeout 1s --wait-custom");
    assert_eq!(status, 3, "{stderr}");
    assert!(
        stderr.contains("widget.example.com/w: not Ready: Slow"),
        "{stderr}"
    );
}

#[test]
fn an_applyset_names_its_members_for_others() {
    let cluster = Cluster::start();
    let map = |name: &str, kind: &str| {
        format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}}}}}\n---\n")
    };
    write(
        &cluster,
        &format!("{}{}", map("a", "ConfigMap"), map("b", "ServiceAccount")),
    );
    cluster.succeed("apply -f WEB --applyset shop");
    let parent = |path: &str| cluster.succeed(&format!("get secret shop -o jsonpath={path}"));
    let kinds = "{.metadata.annotations.applyset\\.kubernetes\\.io/contains-group-kinds}";
    assert_eq!(parent(kinds), "ConfigMap,ServiceAccount");
    let id = parent("{.metadata.labels.applyset\\.kubernetes\\.io/id}");
    let members =
        format!("get configmap,serviceaccount -o name -l applyset.kubernetes.io/part-of={id}");
    assert_eq!(cluster.succeed(&members), "configmap/a\nserviceaccount/b\n");

    write(&cluster, &map("a", "ConfigMap"));
    cluster.succeed("apply -f WEB --applyset shop");
    assert_eq!(parent(kinds), "ConfigMap");
    let theirs = "{apiVersion: v1, kind: Secret, metadata: {name: taken, annotations: {applyset.kubernetes.io/tooling: kubectl/v1.33}}}\n";
    write(&cluster, theirs);
    cluster.succeed("apply -f WEB");
    let (status, _, stderr) = cluster.run("apply -f WEB --applyset taken");
    assert_eq!(status, 1);
    assert!(stderr.contains("of kubectl/v1.33"), "{stderr}");
}

#[test]
fn an_applyset_waits_for_its_namespace() {
    let cluster = Cluster::start();
    let space = "{apiVersion: v1, kind: Namespace, metadata: {name: new}}\n---\n";
    let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    write(&cluster, map);
    let apply = "apply -f WEB -n new --applyset shop";
    let (status, _, stderr) = cluster.run(apply);
    assert_eq!(status, 1, "{stderr}");
    let why = "neither there nor among the objects: add a Namespace new to them";
    assert!(stderr.contains(why), "{stderr}");

    write(&cluster, &format!("{space}{map}"));
    cluster.succeed(&format!("{apply} --release shop"));
    let part_of = "{.metadata.labels.applyset\\.kubernetes\\.io/part-of}";
    let id = "{.metadata.labels.applyset\\.kubernetes\\.io/id}";
    let get = |what: &str| cluster.succeed(&format!("get -n new -o jsonpath={what}"));
    let parent = get(&format!("{id} secret shop"));
    assert!(parent.starts_with("applyset-"), "{parent}");
    assert_eq!(get(&format!("{part_of} configmap a")), parent);
    // A second time it is there before.
    cluster.succeed(&format!("{apply} --release shop"));
}

#[test]
fn what_is_pruned_goes_by_stages_backwards() {
    let cluster = Cluster::start();
    write(&cluster, STAGES);
    cluster.succeed("apply -f WEB --release shop");
    write(
        &cluster,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}\n",
    );
    let stdout = cluster.succeed("apply -f WEB --release shop --prune");
    let pruned: Vec<&str> = stdout
        .lines()
        .filter(|it| it.ends_with(" pruned"))
        .collect();
    assert_eq!(
        pruned,
        ["configmap/last pruned", "deployment.apps/web pruned"]
    );
}

#[test]
fn a_hook_that_generates_its_name_runs_anew_each_time() {
    let cluster = Cluster::start();
    let described = |value: &str| {
        let hook = |occasion: &str| {
            format!(
                "
apiVersion: batch/v1
kind: Job
metadata: {{generateName: migrate-, annotations: {{argocd.argoproj.io/hook: {occasion}}}}}
spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: shop/migrate}}]}}}}}}
---
"
            )
        };
        let config = format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, data: {{a: '{value}'}}}}"
        );
        // One that is for a failure is left out.
        hook("PreSync") + &hook("PreSync") + &hook("SyncFail") + &config
    };
    let jobs = || {
        let columns = "custom-columns=NAME:.metadata.name,UID:.metadata.uid";
        let jobs = cluster.succeed(&format!("get jobs --no-headers -o {columns}"));
        jobs.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    write(&cluster, &described("1"));
    cluster.succeed("apply -f WEB --release shop");
    let first = jobs();
    assert_eq!(first.len(), 2, "{first:?}");
    assert!(
        first.iter().all(|job| job.starts_with("migrate-")),
        "{first:?}"
    );
    let (status, stdout, stderr) = cluster.run("apply -f WEB --release shop --exit-code");
    assert_eq!(status, 0, "nothing changes: {stdout} {stderr}");
    assert_eq!(jobs(), first);

    write(&cluster, &described("2"));
    cluster.succeed("apply -f WEB --release shop");
    let second = jobs();
    assert_eq!(second.len(), 2, "{second:?}");
    assert!(
        second.iter().all(|job| !first.contains(job)),
        "{first:?} {second:?}"
    );
}
