//! `trimtab build` of what no file holds: standard input, and overrides of the command line.

use crate::trimtab::{self, Outcome};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, \
template: {spec: {containers: [{name: c, image: 'nginx:1'}]}}}}\n";

/// Two overlays, of which one has an image.
fn tree() -> PathBuf {
    let root = trimtab::scratch_directory();
    for (name, text) in [
        ("web/kustomization.yaml", "resources: [web.yaml]\n"),
        ("web/web.yaml", DEPLOYMENT),
        (
            "maps/kustomization.yaml",
            "configMapGenerator: [{name: map}]\n",
        ),
        ("kustomization.yaml", "resources: [web]\nnamePrefix: top-\n"),
    ] {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory");
        fs::write(path, text).expect("it can be written");
    }
    root
}

fn pipe(root: &Path, input: &str, arguments: &[&str]) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trimtab"))
        .arg("build")
        .args(arguments)
        .current_dir(root)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Outcome {
        status: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn stdout(outcome: &Outcome) -> String {
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

#[test]
fn a_kustomization_can_come_on_standard_input() {
    let root = tree();
    let text = stdout(&pipe(&root, "resources: [web]\nnamePrefix: p-\n", &["-"]));
    assert!(text.contains("  name: p-web\n"), "{text}");
    // What lies in the directory is one that it can name.
    let text = stdout(&pipe(&root, "resources: [., maps]\n", &["-"]));
    assert!(
        text.contains("  name: top-web\n") && text.contains("name: map-"),
        "{text}"
    );
    let beside = pipe(&root, "resources: [web]\nnamePrefix: p-\n", &["-", "web"]);
    let text = stdout(&beside);
    assert!(
        text.contains("name: p-web\n") && text.contains("name: web\n"),
        "{text}"
    );
}

#[test]
fn errors_point_into_standard_input() {
    let outcome = pipe(&tree(), "resources:\n- nowhere\n", &["-"]);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("standard input:2:3"),
        "{}",
        outcome.stderr
    );
    let outcome = pipe(&tree(), "", &["-"]);
    assert!(
        outcome.stderr.contains("error[empty-kustomization]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn overrides_touch_no_file_and_go_on_top() {
    let root = tree();
    let arguments = [
        "build",
        ".",
        "--image",
        "nginx=host/n:2",
        "--set-replicas",
        "web=7",
        "--namespace",
        "ns",
        "--name-prefix",
        "a-",
        "--name-suffix=-z",
    ];
    let text = stdout(&trimtab::run(&root, &arguments));
    for part in [
        "name: a-top-web-z\n",
        "namespace: ns\n",
        "image: host/n:2\n",
        "replicas: 7\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let file = fs::read_to_string(root.join("kustomization.yaml")).expect("it is there");
    assert_eq!(file, "resources: [web]\nnamePrefix: top-\n");
}

#[test]
fn an_override_must_be_for_something_in_one_of_the_targets() {
    let root = tree();
    let both = ["build", "web", "maps", "--set-replicas", "web=3"];
    let outcome = trimtab::run(&root, &both);
    assert!(stdout(&outcome).contains("replicas: 3\n"));
    assert!(
        !outcome.stderr.contains("nothing is called"),
        "{}",
        outcome.stderr
    );
    let outcome = trimtab::run(&root, &["build", "web", "maps", "--set-replicas", "wob=3"]);
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stdout.is_empty());
    assert!(
        outcome.stderr.contains("command line:1:16"),
        "{}",
        outcome.stderr
    );
    let outcome = trimtab::run(&root, &["build", "web", "--set-replicas", "web"]);
    assert!(
        outcome.stderr.contains("error[bad-override]"),
        "{}",
        outcome.stderr
    );
}
