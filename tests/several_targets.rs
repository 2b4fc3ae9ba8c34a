//! `trimtab build` of several targets at a time: what each gives alone, and where it goes.

use crate::{golden, trimtab};
use std::fs;
use std::path::{Path, PathBuf};

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

fn write(root: &Path, name: &str, content: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a file has a directory"))
        .expect("a scratch directory");
    fs::write(path, content).expect("a scratch directory can be written");
}

/// A base of one config map and overlays of it, below a scratch directory.
fn overlays(names: &[&str]) -> PathBuf {
    let root = trimtab::scratch_directory();
    let base = "configMapGenerator: [{name: settings, literals: [a=b], options: {disableNameSuffixHash: true}}]\n";
    write(&root, "base/kustomization.yaml", base);
    for name in names {
        let depth = "../".repeat(name.split('/').count());
        let last = name.rsplit('/').next().unwrap_or(name);
        let overlay = format!("resources: [{depth}base]\nnamePrefix: {last}-\n");
        write(&root, &format!("{name}/kustomization.yaml"), &overlay);
    }
    root
}

fn settings(name: &str) -> String {
    format!("apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: {name}-settings\n")
}

#[test]
fn every_case_gives_together_what_it_gives_alone() {
    let cases: Vec<_> = golden::cases("build")
        .into_iter()
        .filter(|case| case.text("args").is_none())
        .collect();
    let targets: Vec<String> = cases
        .iter()
        .map(|case| text(&case.folder.join("input")).to_owned())
        .collect();
    assert!(targets.len() > 50, "there are many cases");
    let directory = trimtab::scratch_directory();
    let mut arguments = vec![
        "build".to_owned(),
        "-o".to_owned(),
        text(&directory).to_owned(),
    ];
    // Twice, so that each shares all of it with the other.
    arguments.extend(targets.iter().chain(&targets).cloned());
    let outcome = trimtab::run(trimtab::root(), &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    for case in cases {
        let written = directory.join(&case.name).join("input.yaml");
        let written = fs::read_to_string(&written).unwrap_or_else(|_| panic!("{written:?}"));
        let expected = case.text("expected.yaml").unwrap_or_default();
        assert_eq!(written, expected, "{}", case.name);
    }
}

#[test]
fn each_target_gets_a_file_named_after_it() {
    let root = overlays(&["overlays/dev", "overlays/prod"]);
    let arguments = ["build", "overlays/dev", "./overlays/prod/", "-o", "out/put"];
    let outcome = trimtab::run(&root, &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    let output = root.join("out/put");
    assert_eq!(golden::entries(&output), ["dev.yaml", "prod.yaml"]);
    let dev = fs::read_to_string(output.join("dev.yaml")).expect("it was written");
    assert_eq!(dev, settings("dev"));
}

#[test]
fn targets_of_the_same_name_get_directories() {
    let root = overlays(&["a/overlays/dev", "b/overlays/dev"]);
    let arguments = ["build", "a/overlays/dev", "b/overlays/dev", "-o", "out"];
    let outcome = trimtab::run(&root, &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    for name in ["a", "b"] {
        let file = root.join("out").join(name).join("overlays/dev.yaml");
        assert_eq!(
            fs::read_to_string(file).expect("it was written"),
            settings("dev")
        );
    }
}

#[test]
fn standard_output_is_one_stream_in_the_order_of_the_targets() {
    let root = overlays(&["overlays/dev", "overlays/prod"]);
    let outcome = trimtab::run(&root, &["build", "overlays/prod", "overlays/dev"]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let expected = format!(
        "# Source: overlays/prod\n{}---\n# Source: overlays/dev\n{}",
        settings("prod"),
        settings("dev")
    );
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
}

#[test]
fn nothing_is_written_unless_all_can_be_built_and_every_failure_is_told() {
    let root = overlays(&["overlays/a", "overlays/b", "overlays/c"]);
    write(
        &root,
        "overlays/b/kustomization.yaml",
        "resources: [nowhere]\n",
    );
    write(
        &root,
        "overlays/c/kustomization.yaml",
        "resources: [missing.yaml]\n",
    );
    let arguments = [
        "build",
        "overlays/a",
        "overlays/b",
        "overlays/c",
        "-o",
        "out",
    ];
    let outcome = trimtab::run(&root, &arguments);
    assert_eq!(outcome.status, Some(1));
    assert!(!root.join("out").exists());
    for place in [
        "overlays/b/kustomization.yaml:1:13",
        "overlays/c/kustomization.yaml:1:13",
    ] {
        assert!(outcome.stderr.contains(place), "{}", outcome.stderr);
    }
    let outcome = trimtab::run(&root, &["build", "overlays/a", "overlays/b"]);
    assert!(outcome.stdout.is_empty());
}

#[test]
fn what_was_written_stays_as_it_is_unless_all_can_be_built() {
    let root = overlays(&["overlays/a", "overlays/b"]);
    let arguments = ["build", "overlays/a", "overlays/b", "-o", "out"];
    let outcome = trimtab::run(&root, &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    write(&root, "out/a.yaml", "mine\n");
    write(
        &root,
        "overlays/b/kustomization.yaml",
        "resources: [nowhere]\n",
    );
    let outcome = trimtab::run(&root, &arguments);
    assert_eq!(outcome.status, Some(1));
    let out = root.join("out");
    assert_eq!(golden::entries(&out), ["a.yaml", "b.yaml"]);
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("it was written");
    assert_eq!(read("a.yaml"), "mine\n");
    assert_eq!(read("b.yaml"), settings("b"));
}

#[test]
fn several_targets_do_not_fit_into_a_file() {
    let root = overlays(&["a", "b"]);
    write(&root, "file", "mine\n");
    let outcome = trimtab::run(&root, &["build", "a", "b", "-o", "file"]);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("error[output-not-a-directory]"),
        "{}",
        outcome.stderr
    );
    let kept = fs::read_to_string(root.join("file")).expect("it is still there");
    assert_eq!(kept, "mine\n");
}

#[test]
fn warnings_of_a_shared_base_are_told_once() {
    let root = overlays(&["a", "b", "c"]);
    write(
        &root,
        "base/kustomization.yaml",
        "commonLabels: {a: b}\nconfigMapGenerator: [{name: settings}]\n",
    );
    let outcome = trimtab::run(&root, &["build", "a", "b", "c"]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let told = outcome.stderr.matches("deprecated-field").count();
    assert_eq!(told, 1, "{}", outcome.stderr);
}
