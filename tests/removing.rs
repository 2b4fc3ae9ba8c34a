//! `trimtab delete`, and the waits for what goes or comes.

use crate::deployed::Cluster;
use crate::sandbox::{block_on, client};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

/// A cluster with some `ConfigMap`s.
fn maps(names: &[&str]) -> Cluster {
    let cluster = Cluster::start();
    let map =
        |name: &&str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n");
    let maps: Vec<String> = names.iter().map(map).collect();
    cluster.sandbox.write("web.yaml", &maps.join("---\n"));
    cluster.succeed("apply -f WEB");
    cluster
}

#[test]
fn flags_of_a_deletion_are_kubectls() {
    let cluster = maps(&["a", "b", "c", "d"]);
    // What kubectl takes for none.
    cluster.succeed("delete cm a --grace-period=-1");
    cluster.succeed("delete cm b --grace-period -1 --now=false");
    let (status, _, stderr) = cluster.run("delete cm c --force --grace-period 5");
    assert_eq!(status, 1, "{stderr}");
    let expected = "--force and --grace-period greater than 0 cannot be specified together";
    assert!(stderr.contains(expected), "{stderr}");
    let (status, stdout, stderr) = cluster.run("delete cm,secrets c");
    assert_eq!(status, 1, "{stderr}");
    assert_eq!(stdout, "configmap \"c\" deleted from default namespace\n");
    assert!(stderr.contains("secrets \"c\" not found"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete all d");
    assert_eq!(status, 1);
    assert!(stderr.contains("only one resource"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete");
    assert_eq!(status, 1);
    assert!(stderr.contains("you must provide one or more"), "{stderr}");
    let (status, _, stderr) = cluster.run("delete cm d -f WEB");
    assert_eq!(status, 1);
    assert!(stderr.contains("but not both"), "{stderr}");
    cluster.succeed("get cm d");
}

/// What is said on standard error, and whether it ended well, when `answer` is typed.
fn delete_interactively(cluster: &Cluster, answer: &str) -> (String, bool) {
    let arguments = ["delete", "cm", "a", "b", "-i"];
    let mut command = cluster.sandbox.trimtab(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(answer.as_bytes()).expect("it is read");
    drop(input);
    let output = child.wait_with_output().expect("the child is ours");
    let said = String::from_utf8(output.stderr).expect("text");
    (said, output.status.success())
}

#[test]
fn who_is_asked_can_think_better_of_it() {
    let cluster = maps(&["a", "b"]);
    for answer in ["n\n", ""] {
        let (said, is_good) = delete_interactively(&cluster, answer);
        assert!(is_good, "{said}");
        let asked = "delete the following 2 resource(s):\nconfigmap/a\nconfigmap/b\n";
        assert!(said.contains(asked), "{said}");
        assert!(said.ends_with("deletion is cancelled\n"), "{said}");
        cluster.succeed("get cm a b");
    }
    let (said, is_good) = delete_interactively(&cluster, "y\n");
    assert!(is_good, "{said}");
    assert_eq!(cluster.run("get cm a").0, 1);
}

const ONE: &str = "
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: one}, rules: [{apiGroups: [''], resources: [configmaps], resourceNames: [b], verbs: [get, list, watch, delete]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: one}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: one}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: anne}]}
";

#[test]
fn what_may_not_be_deleted_does_not_keep_the_others() {
    let cluster = maps(&["a", "b"]);
    cluster.sandbox.write("web.yaml", ONE);
    cluster.succeed("apply -f WEB");
    let (status, stdout, stderr) = cluster.run("delete cm a b --as anne --ignore-not-found");
    assert_eq!(status, 1, "{stderr}");
    assert_eq!(stdout, "configmap \"b\" deleted from default namespace\n");
    assert!(stderr.contains("\"a\" is forbidden"), "{stderr}");
}

#[test]
fn all_that_is_waited_for_is_told_of() {
    let cluster = maps(&["a", "b"]);
    let wait = "wait --for=create cm nothing a other b --timeout 1s";
    let (status, stdout, stderr) = cluster.run(wait);
    assert_eq!(status, 1);
    let missing = "timed out waiting for the condition on configmaps/nothing";
    assert!(stderr.contains(missing), "{stderr}");
    let missing = "timed out waiting for the condition on configmaps/other";
    assert!(stderr.contains(missing), "{stderr}");
    assert_eq!(
        stdout,
        "configmap/a condition met\nconfigmap/b condition met\n"
    );
    for timeout in ["1s", "0"] {
        let wait =
            format!("wait --for=jsonpath={{.metadata.name}}=b cm a nothing b --timeout {timeout}");
        let (status, stdout, stderr) = cluster.run(&wait);
        assert_eq!(
            (status, &*stdout),
            (1, "configmap/b condition met\n"),
            "{stderr}"
        );
        assert!(stderr.contains("configmaps/a"), "{stderr}");
    }
}

#[test]
fn one_waits_for_all_of_several_goals_or_for_any() {
    let cluster = maps(&["a", "b"]);
    let goals = "--for=create --for=jsonpath={.metadata.name}=a";
    let met = cluster.succeed(&format!("wait cm/a {goals}"));
    assert_eq!(met, "configmap/a condition met\n");
    let (status, stdout, stderr) = cluster.run(&format!("wait cm a b {goals} --timeout 1s"));
    assert_eq!((status, &*stdout), (1, "configmap/a condition met\n"));
    assert!(stderr.contains("configmaps/b"), "{stderr}");
    let met = cluster.succeed(&format!("wait --any cm a b {goals}"));
    let both = "configmap/a condition met\nconfigmap/b condition met\n";
    assert_eq!(met, both);
    let either = "wait --any cm a nothing --for=delete --for=jsonpath={.metadata.name}=a";
    let met = cluster.succeed(&format!("{either} --timeout 0"));
    assert_eq!(
        met,
        "configmap/a condition met\nconfigmap/nothing condition met\n"
    );
    let (status, _, stderr) = cluster.run("wait cm/a --for=delete --for=create");
    assert_eq!(status, 1);
    assert!(stderr.contains("say `--any`"), "{stderr}");
}

#[test]
fn waits_end_as_kubectls() {
    let cluster = maps(&["a"]);
    for (command, expected) in [
        (
            "wait cm/a --for=delete --timeout 100ms",
            "timed out waiting for the condition on configmaps/a",
        ),
        (
            "wait cm/a --for=condition=Ready --timeout 0",
            "condition not met for configmaps/a",
        ),
    ] {
        let (status, stdout, stderr) = cluster.run(command);
        assert_eq!((status, &*stdout), (1, ""), "{command}");
        assert!(stderr.contains(expected), "{command}: {stderr}");
    }
    // A week, for kubectl.
    let met = cluster.succeed("wait cm/a --for=create --timeout=-1s");
    assert_eq!(met, "configmap/a condition met\n");
    let met = cluster.succeed("wait cm/a --for=create -o name");
    assert_eq!(met, "configmap/a\n");
}

#[test]
fn a_selector_that_selects_nothing_is_no_failure_of_a_rollout() {
    let cluster = Cluster::start();
    for verb in ["status", "restart", "pause", "resume", "undo", "history"] {
        let (status, stdout, stderr) = cluster.run(&format!("rollout {verb} deploy -l app=none"));
        assert_eq!((status, &*stdout), (0, ""), "{verb}: {stderr}");
        assert_eq!(stderr, "No resources found in default namespace.\n");
    }
}

#[test]
fn a_release_goes_as_a_whole() {
    let cluster = Cluster::start();
    let configured = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]}
";
    cluster.sandbox.write("web.yaml", configured);
    cluster.succeed("apply -f WEB --release shop --yes");
    let (status, stdout, stderr) = cluster.run("prune shop --all --yes");
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(
        stdout,
        "deployment.apps/web pruned\nconfigmap/settings pruned\n"
    );
    assert!(
        stderr.contains("The record of release shop stays, with 1 object of it."),
        "{stderr}"
    );
    let all = "prune shop --all --yes --prune-volume-claims";
    let expected = "persistentvolumeclaim/data pruned\nrelease shop deleted\n";
    assert_eq!(cluster.succeed(all), expected);
    assert_eq!(cluster.run("releases shop").0, 1);
    assert_eq!(cluster.succeed("get secrets -o name"), "");
}

#[test]
fn what_a_finalizer_holds_is_waited_for_and_not_forgotten() {
    let cluster = Cluster::start();
    let map = |name: &str, more: &str| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}{more}}}}}\n---\n")
    };
    let held = map("held", ", finalizers: [example.com/hold]");
    let both = held + &map("other", "");
    cluster.sandbox.write("web.yaml", &both);
    cluster.succeed("apply -f WEB --release shop --yes");
    cluster.sandbox.write("web.yaml", &map("other", ""));
    let (status, stdout, stderr) =
        cluster.run("apply -f WEB --release shop --yes --prune --timeout 3s");
    assert_eq!(status, 3, "{stderr}");
    assert!(stdout.contains("configmap/held pruned"), "{stdout}");
    let held = "configmap/held is deleted, but held by its finalizer example.com/hold";
    assert!(
        stderr.contains(&format!("{held}: waiting until it is gone\n")),
        "{stderr}"
    );
    assert!(
        stderr.contains(&format!("error[timed-out]: timed out: {held}\n")),
        "{stderr}"
    );
    // All else is as it should be, and the record still knows of it.
    assert!(cluster.succeed("releases").contains("applied"));
    let (status, stdout, stderr) = cluster.run("prune shop --all --yes --timeout 1s");
    assert_eq!(status, 3, "{stderr}");
    assert!(!stdout.contains("release shop deleted"), "{stdout}");
    block_on(async {
        let client = client(&cluster.sandbox.kubeconfig()).await;
        let maps: Api<ConfigMap> = Api::namespaced(client, "default");
        let free = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
        let freed = maps.patch("held", &PatchParams::default(), &free).await;
        freed.expect("it is freed");
    });
    let rest = cluster.succeed("prune shop --all --yes");
    assert_eq!(rest, "release shop deleted\n");
    assert_eq!(cluster.run("get configmap other").0, 1);
}

/// Of what has no field but its name nobody is the manager; of what is applied once more, whoever was there before.
#[test]
fn a_namespace_with_nothing_but_a_name_can_be_pruned() {
    let cluster = Cluster::start();
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: bare}}\n---\n";
    let map = |value: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m}}, data: {{a: '{value}'}}}}"
        )
    };
    for value in ["1", "2"] {
        let objects = namespace.to_owned() + &map(value);
        cluster.sandbox.write("web.yaml", &objects);
        cluster.succeed("apply -f WEB --release shop --yes");
    }
    cluster.sandbox.write("web.yaml", &map("2"));
    let pruned = cluster.succeed("apply -f WEB --release shop --yes --prune --prune-namespaces");
    assert!(pruned.contains("namespace/bare pruned\n"), "{pruned}");
    // It was waited for.
    assert_eq!(cluster.run("get namespace bare").0, 1);
}

#[test]
fn what_is_gone_already_is_not_told_of() {
    let cluster = maps(&["a"]);
    let (status, stdout, stderr) = cluster.run("wait cm/nothing --for=delete");
    assert_eq!((status, &*stdout, &*stderr), (0, "", ""));
    let (status, stdout, stderr) = cluster.run("wait cm a nothing --for=delete --timeout 100ms");
    assert_eq!((status, &*stdout), (1, ""));
    assert!(stderr.contains("on configmaps/a"), "{stderr}");
}

#[test]
fn a_forced_deletion_does_not_promise_that_anything_has_ended() {
    let cluster = maps(&["a"]);
    for pretence in [" --dry-run=client", ""] {
        let (status, _, stderr) = cluster.run(&format!("delete cm a --force{pretence}"));
        assert_eq!(status, 0, "{stderr}");
        let expected = "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. ";
        assert!(stderr.starts_with(expected), "{stderr}");
    }
}
