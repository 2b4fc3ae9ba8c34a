//! What a shell is told that completes a command line: the names of what is in the cluster.

use crate::deployed::Cluster;
use crate::trimtab::{root, run_command};

/// The candidates for the last of these words, which may be empty.
fn candidates(cluster: &Cluster, words: &[&str]) -> Vec<String> {
    let mut command = cluster.sandbox.trimtab(&["--", "trimtab"]);
    command
        .env("TRIMTAB_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .args(words);
    let outcome = run_command(command);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "", "a shell shows what is not for it");
    let stdout = String::from_utf8(outcome.stdout).expect("text");
    let lines = stdout.lines().filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[test]
fn names_come_from_the_cluster_that_the_words_are_about() {
    let cluster = Cluster::start();
    cluster.sandbox.write(
        "web.yaml",
        "
{apiVersion: v1, kind: Namespace, metadata: {name: other}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: here-1}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: here-2}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: there, namespace: other}}
---
{apiVersion: v1, kind: Pod, metadata: {name: here-pod}, spec: {containers: [{name: main, image: a}, {name: side, image: a}]}}
",
    );
    cluster.succeed("apply -f WEB --release shop");
    for (words, expected) in [
        (&["get", "configmap", "h"][..], &["here-1", "here-2"][..]),
        (&["delete", "cm", "here-1", "here-2"], &["here-2"]),
        (&["describe", "cm/he"], &["cm/here-1", "cm/here-2"]),
        (&["get", "-n", "other", "cm", "t"], &["there"]),
        (&["get", "configm"], &["configmaps"]),
        (&["get", "pods", "-n", "oth"], &["other"]),
        (&["-n", "other", "get", "cm", "t"], &["there"]),
        (
            &["rollout", "-n", "default", "undo", "--release", "s"],
            &["shop"],
        ),
        (&["releases", "sh"], &["shop"]),
        (&["rollout", "undo", "--release", "s"], &["shop"]),
        (&["get", "nothing-of-the-kind", "h"], &[]),
        (&["rollout", "prom"], &["promote"]),
        (&["logs", "here"], &["here-pod"]),
        (&["logs", "pod/h"], &["pod/here-pod"]),
        (&["logs", "here-pod", "si"], &["side"]),
        (&["get", "pods", "--context", "trim"], &["trimtab"]),
    ] {
        assert_eq!(candidates(&cluster, words), expected, "{words:?}");
    }
}

/// In the form in which kubectl asks the plugins that it finds.
#[cfg(unix)]
#[test]
fn kubectl_is_told_what_can_stand_behind_its_plugin() {
    let cluster = Cluster::start();
    let sandbox = &cluster.sandbox;
    sandbox.write(
        "web.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: here}}",
    );
    cluster.succeed("apply -f WEB");
    let plugin = sandbox.path("kubectl-trimtab");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_trimtab"), plugin).expect("a link");
    let script = root().join("completions/kubectl_complete-trimtab");
    for (words, expected) in [
        (&["rollout", "prom"][..], "promote\n:4\n"),
        (&["get", "cm", "h"], "here\n:4\n"),
    ] {
        let mut command = sandbox.command(script.to_str().expect("text"));
        let path = format!("{}:/usr/bin:/bin", sandbox.path("").display());
        command.env("PATH", path).args(words);
        let outcome = run_command(command);
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
    }
}

#[test]
fn without_a_cluster_there_are_commands_and_flags_still() {
    let cluster = Cluster::start();
    let elsewhere = ["get", "--kubeconfig", "/nowhere", "pods", ""];
    assert!(
        !candidates(&cluster, &elsewhere)
            .iter()
            .any(|it| it == "web")
    );
    assert_eq!(
        candidates(&cluster, &["get", "--kubeconfig", "/nowhere", "--all-n"]),
        ["--all-namespaces"]
    );
}
