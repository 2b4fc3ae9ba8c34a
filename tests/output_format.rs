//! `trimtab build -o json`, and what `-o` means when something of that name is there.

use crate::{golden, trimtab};
use std::fs;

const STAGING: &str = "examples/base-overlay/overlays/staging";

fn build(arguments: &[&str]) -> String {
    let outcome = trimtab::run(trimtab::root(), &[&["build", STAGING], arguments].concat());
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    String::from_utf8(outcome.stdout).expect("it prints UTF-8")
}

#[test]
fn json_is_a_list_of_what_yaml_is_a_stream_of() {
    let yaml = build(&[]);
    let json = build(&["-o", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&list["apiVersion"], &list["kind"]),
        (&"v1".into(), &"List".into())
    );
    let items = list["items"].as_array().expect("a list");
    assert_eq!(items.len(), yaml.split("---\n").count());
    let replicas = items
        .iter()
        .find(|item| item["kind"] == "Deployment")
        .map(|item| item["spec"]["replicas"].is_u64());
    assert_eq!(replicas, Some(true), "numbers are numbers");
    for item in items {
        let name = item["metadata"]["name"].as_str().expect("a name");
        assert!(yaml.contains(&format!("  name: {name}\n")), "{name}");
    }
    assert!(json.ends_with("}\n"));
    assert_eq!(json, build(&["--output-format", "json"]));
    assert_eq!(yaml, build(&["-o", "yaml"]));
}

#[test]
fn a_file_of_that_name_is_meant_as_a_file() {
    let directory = trimtab::scratch_directory();
    let target = trimtab::root().join(STAGING);
    let target = target.to_str().expect("the path is UTF-8");
    fs::write(directory.join("json"), "").expect("it can be written");
    let outcome = trimtab::run(&directory, &["build", target, "-o", "json"]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    let written = fs::read_to_string(directory.join("json")).expect("it is there");
    assert_eq!(written, build(&[]));
    // A path is a path, whatever its last name.
    let outcome = trimtab::run(&directory, &["build", target, "-o", "./yaml"]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(directory.join("yaml").is_file());
}

#[test]
fn files_of_resources_hold_the_objects_themselves() {
    let directory = trimtab::scratch_directory();
    build(&[
        "-o",
        directory.to_str().expect("UTF-8"),
        "--output-format",
        "json",
    ]);
    let names = golden::entries(&directory);
    assert!(
        names.contains(&"apps_v1_deployment_staging-tickets.json".to_owned()),
        "{names:?}"
    );
    let text = fs::read_to_string(directory.join(&names[0])).expect("it was written");
    let object: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(object["kind"], "Deployment");
}
