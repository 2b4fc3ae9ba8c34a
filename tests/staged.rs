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
  progressDeadlineSeconds: 1
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
        .replace("name: last", "name: later");
    write(&cluster, &broken);
    let (status, all) = events(&cluster);
    assert_eq!(status, 3, "{all:?}");
    assert!(!told(&all, &["reasons"]).is_empty(), "{all:?}");
    assert_eq!(told(&all, &["end"]), [("", "not-ready")]);
    assert_eq!(cluster.run("get configmap later").0, 1);
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
