//! `examples/ci/`: the workflow and the hooks are YAML of the right form, and the commands in them
//! run on the example.

use crate::trimtab;
use std::fs;
use std::path::{Path, PathBuf};
use trimtab_tree::{ParseOptions, Value, parse_document};

fn document(name: &str) -> Value {
    let path = trimtab::root().join("examples/ci").join(name);
    let text = fs::read_to_string(path).expect("the example is there");
    parse_document(&text, ParseOptions::default()).expect("the example is YAML")
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    let found = value.get(field).and_then(Value::text);
    found.unwrap_or_else(|| panic!("{field} is missing"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it is ours");
    for entry in fs::read_dir(from).expect("the example can be listed") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("it is ours");
        }
    }
}

/// A copy of the example with its snapshots, as a repository of a user would have it.
fn repository() -> PathBuf {
    let scratch = trimtab::scratch_directory();
    copy(&trimtab::root().join("examples/base-overlay"), &scratch);
    let outcome = trimtab::run(&scratch, &["snapshot", "-R", ".", "--update"]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    scratch
}

/// Runs a command line that begins with `trimtab`.
fn run(repository: &Path, command: &str) {
    let arguments: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(arguments.first(), Some(&"trimtab"), "{command}");
    let outcome = trimtab::run(repository, &arguments[1..]);
    assert_eq!(outcome.status, Some(0), "{command}: {}", outcome.stderr);
}

#[test]
fn the_commands_of_the_workflow_run() {
    let workflow = document("github-workflow.yaml");
    assert!(
        workflow
            .get("on")
            .is_some_and(|on| on.get("pull_request").is_some())
    );
    let steps = workflow.get_path(&["jobs", "manifests", "steps"]);
    let steps = steps.and_then(Value::as_sequence).expect("a job has steps");
    let repository = repository();
    let commands = steps.iter().filter_map(|step| step.get("run")?.text());
    let ours: Vec<&str> = commands.filter(|it| it.starts_with("trimtab ")).collect();
    assert_eq!(ours.len(), 2);
    for command in ours {
        run(&repository, command);
    }
}

#[test]
fn the_commands_of_the_hooks_run() {
    let hooks = document(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().expect("hooks are a list");
    let repository = repository();
    let ids: Vec<&str> = hooks.iter().map(|hook| text(hook, "id")).collect();
    assert_eq!(ids, ["trimtab-check", "trimtab-snapshot"]);
    for hook in hooks {
        assert_eq!(text(hook, "language"), "system");
        assert!(!text(hook, "name").is_empty());
        let files = regex::Regex::new(text(hook, "files")).expect("`files` is a pattern");
        assert!(files.is_match("base/kustomization.yaml") && files.is_match("a/Kustomization"));
        assert!(!files.is_match("README.md"));
        run(&repository, text(hook, "entry"));
    }
}
