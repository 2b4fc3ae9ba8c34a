//! `trimtab snapshot`: recording, verifying, and what becomes of overlays that are gone.

use crate::trimtab::{self, Outcome};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Two overlays over one base, in a directory of their own.
fn overlays() -> PathBuf {
    let scratch = trimtab::scratch_directory();
    for (path, text) in [
        ("base/kustomization.yaml", "resources: [map.yaml]\n"),
        (
            "base/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: \"1\"\n",
        ),
        (
            "overlays/one/kustomization.yaml",
            "resources: [../../base]\nnamePrefix: one-\n",
        ),
        (
            "overlays/two/kustomization.yaml",
            "resources: [../../base]\nnamePrefix: two-\n",
        ),
    ] {
        let path = scratch.join(path);
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("it is ours");
        fs::write(path, text).expect("it is ours");
    }
    scratch
}

fn snapshot(inside: &Path, arguments: &[&str]) -> (Outcome, String) {
    let mut outcome = trimtab::run(inside, &[&["snapshot"], arguments].concat());
    let stdout = String::from_utf8(std::mem::take(&mut outcome.stdout)).expect("it is UTF-8");
    (outcome, stdout)
}

/// Every file below a directory, with its content.
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("it is ours") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                directories.push(path);
            } else {
                files.insert(path.clone(), fs::read(path).expect("it is ours"));
            }
        }
    }
    files
}

#[test]
fn snapshots_are_recorded_and_verified() {
    let root = overlays();
    let both = ["overlays/one", "overlays/two"];
    let (outcome, stdout) = snapshot(&root, &both);
    assert_eq!(outcome.status, Some(1));
    assert_eq!(stdout, "");
    assert!(
        outcome
            .stderr
            .contains("overlays/one has no snapshot snapshots/overlays/one.yaml")
            && outcome.stderr.contains("`trimtab snapshot --update`"),
        "{}",
        outcome.stderr
    );
    assert!(
        !root.join("snapshots").exists(),
        "verifying changes nothing"
    );

    let (outcome, _) = snapshot(&root, &[&both[..], &["--update"]].concat());
    assert_eq!(
        (outcome.status, &*outcome.stderr),
        (Some(0), "2 snapshots: 2 written\n")
    );
    let built = trimtab::run(&root, &["build", "overlays/one"]).stdout;
    let recorded = fs::read(root.join("snapshots/overlays/one.yaml")).expect("it was recorded");
    assert_eq!(recorded, built);
    let (outcome, stdout) = snapshot(&root, &both);
    assert_eq!((outcome.status, &*stdout), (Some(0), ""));

    let map = root.join("base/map.yaml");
    let text = fs::read_to_string(&map).expect("it is ours");
    fs::write(&map, text.replace("\"1\"", "\"2\"")).expect("it is ours");
    let before = contents(&root);
    let (outcome, stdout) = snapshot(&root, &both);
    assert_eq!(outcome.status, Some(1));
    assert_eq!(contents(&root), before, "verifying changes nothing");
    let difference = "--- snapshots/overlays/one.yaml\n+++ overlays/one (now)\n@@ -1,6 +1,6 @@ \
                      ConfigMap one-settings\n apiVersion: v1\n data:\n-  a: \"1\"\n+  a: \"2\"\n";
    assert!(stdout.starts_with(difference), "{stdout}");
    assert!(
        outcome.stderr.ends_with("2 snapshots: 2 failed\n"),
        "{}",
        outcome.stderr
    );
    // A pull request is annotated at the snapshot.
    let (outcome, _) = snapshot(&root, &["overlays/one", "--error-format", "github"]);
    let annotation = "::error file=snapshots/overlays/one.yaml,";
    assert!(outcome.stderr.contains(annotation), "{}", outcome.stderr);
}

#[test]
fn snapshots_of_overlays_that_are_gone_are_stale() {
    let root = overlays();
    assert_eq!(snapshot(&root, &["-R", ".", "--update"]).0.status, Some(0));
    fs::remove_dir_all(root.join("overlays/two")).expect("it is ours");
    let stale = root.join("snapshots/overlays/two.yaml");
    let (outcome, _) = snapshot(&root, &["-R", "."]);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome
            .stderr
            .contains("snapshots/overlays/two.yaml: the overlay of this snapshot is gone"),
        "{}",
        outcome.stderr
    );
    assert_eq!(snapshot(&root, &["-R", ".", "--update"]).0.status, Some(1));
    assert!(stale.exists(), "only --prune removes");
    assert_eq!(
        snapshot(&root, &["-R", ".", "--update", "--prune"])
            .0
            .status,
        Some(0)
    );
    assert!(!stale.exists());
}

#[test]
fn manifests_are_never_taken_for_snapshots() {
    let root = overlays();
    let before = contents(&root);
    for directory in [".", "base", "overlays"] {
        let arguments = ["overlays/one", "--dir", directory, "--update", "--prune"];
        let (outcome, _) = snapshot(&root, &arguments);
        assert_eq!(outcome.status, Some(1), "{directory}");
        assert!(
            outcome.stderr.contains("is among the snapshots"),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(contents(&root), before, "nothing is written either");
}

#[test]
fn an_overlay_that_does_not_build_leaves_the_others() {
    let root = overlays();
    assert_eq!(snapshot(&root, &["-R", ".", "--update"]).0.status, Some(0));
    let broken = root.join("overlays/one/kustomization.yaml");
    fs::write(broken, "resources: [missing.yaml]\n").expect("it is ours");
    let (outcome, _) = snapshot(&root, &["overlays/one", "overlays/two"]);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("missing.yaml")
            && outcome
                .stderr
                .ends_with("2 snapshots: 1 as recorded, 1 failed\n"),
        "{}",
        outcome.stderr
    );
}
