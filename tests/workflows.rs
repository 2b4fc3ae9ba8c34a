//! `.github/workflows/`: they are YAML, ask for no more than they need, and run nothing that can change
//! behind their back.

use crate::{golden, trimtab};
use std::fs;
use trimtab_tree::{ParseOptions, Value, parse_document};

fn workflows() -> Vec<(String, Value)> {
    let directory = trimtab::root().join(".github/workflows");
    let read = |name: String| {
        let text = fs::read_to_string(directory.join(&name)).expect("it is there");
        let value = parse_document(&text, ParseOptions::default());
        (name, value.expect("a workflow is YAML"))
    };
    golden::entries(&directory).into_iter().map(read).collect()
}

fn jobs(workflow: &Value) -> Vec<(&str, &Value)> {
    let jobs = workflow.get("jobs").and_then(Value::as_mapping);
    jobs.expect("a workflow has jobs").iter().collect()
}

fn steps(job: &Value) -> &[Value] {
    job.get("steps")
        .and_then(Value::as_sequence)
        .expect("steps")
}

#[test]
fn actions_are_pinned_to_commits() {
    let pinned = regex::Regex::new("^[a-zA-Z0-9_./-]+@[0-9a-f]{40}$").expect("a pattern");
    let mut count = 0;
    for (name, workflow) in workflows() {
        for (_, job) in jobs(&workflow) {
            let used = steps(job)
                .iter()
                .filter_map(|step| step.get("uses")?.text());
            for action in used {
                assert!(pinned.is_match(action), "{name}: {action}");
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn jobs_may_no_more_than_they_must() {
    let writes = |permissions: &Value| {
        let all = permissions.as_mapping().expect("permissions by name");
        let writes = all
            .iter()
            .filter(|(_, value)| value.text() == Some("write"));
        let names = writes.map(|(name, _)| name.to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    let mut found = Vec::new();
    for (name, workflow) in workflows() {
        let all = workflow.get("permissions").expect("they are said");
        assert_eq!(writes(all), "", "{name}");
        for (job, value) in jobs(&workflow) {
            assert!(value.get("timeout-minutes").is_some(), "{name}: {job}");
            let may = value.get("permissions").map(writes).unwrap_or_default();
            if !may.is_empty() {
                found.push(format!("{name} {job}: {may}"));
            }
        }
    }
    assert_eq!(
        found,
        [
            "release.yml image: packages id-token attestations",
            "release.yml publish: contents id-token attestations",
        ]
    );
}

/// What people wrote somewhere, such as the name of a branch, is never part of a script.
#[test]
fn scripts_get_what_others_wrote_as_variables() {
    for (name, workflow) in workflows() {
        for (job, value) in jobs(&workflow) {
            for script in steps(value)
                .iter()
                .filter_map(|step| step.get("run")?.text())
            {
                assert!(!script.contains("${{"), "{name}: {job}: {script}");
            }
        }
    }
}

#[test]
fn what_is_released_is_what_is_installed() {
    let read = |path: &str| fs::read_to_string(trimtab::root().join(path)).expect("it is there");
    let (_, release) = workflows()
        .into_iter()
        .find(|(name, _)| name == "release.yml")
        .expect("there are releases");
    let matrix = release.get_path(&["jobs", "build", "strategy", "matrix", "include"]);
    let matrix = matrix.and_then(Value::as_sequence).expect("a matrix");
    let targets: Vec<&str> = matrix
        .iter()
        .filter_map(|build| build.get("target")?.text())
        .collect();
    assert_eq!(targets.len(), 5);
    let formula = read("packaging/homebrew/trimtab.rb");
    for target in targets {
        let is_windows = target.contains("windows");
        assert_eq!(formula.contains(target), !is_windows, "{target}");
        assert!(read("docs/installing.md").contains(target), "{target}");
    }
    let dockerfile = read("packaging/container/Dockerfile");
    assert!(dockerfile.contains("USER 65532"), "not root");
}

/// One promise in all places.
#[test]
fn the_oldest_rust_is_said_where_people_look() {
    let read = |path: &str| fs::read_to_string(trimtab::root().join(path)).expect("it is there");
    let said = format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"));
    for path in ["README.md", "docs/installing.md"] {
        assert!(read(path).contains(&said), "{path} does not say {said}");
    }
}
