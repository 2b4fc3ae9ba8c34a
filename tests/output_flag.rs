//! Where `trimtab build` writes: standard output, a file, or one file for each resource.

use crate::{golden, trimtab};
use std::fs;

const STAGING: &str = "examples/base-overlay/overlays/staging";

fn expected_staging() -> String {
    let path = trimtab::root().join("testdata/examples/staging.yaml");
    fs::read_to_string(path).expect("the golden file is there")
}

/// The path as an argument; the repository's own path is UTF-8.
fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

#[test]
fn without_a_directory_the_working_directory_is_built() {
    let outcome = trimtab::run(&trimtab::root().join(STAGING), &["build"]);
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected_staging());
}

#[test]
fn a_file_holds_what_standard_output_would() {
    let file = trimtab::scratch_directory().join("all.yaml");
    let outcome = trimtab::run(trimtab::root(), &["build", STAGING, "-o", text(&file)]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    let written = fs::read_to_string(file).expect("the file was written");
    assert_eq!(written, expected_staging());
}

#[test]
fn a_directory_holds_one_file_for_each_resource() {
    let directory = trimtab::scratch_directory();
    let arguments = ["build", "--output", text(&directory), STAGING];
    let outcome = trimtab::run(trimtab::root(), &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty());
    let names = golden::entries(&directory);
    let expected = [
        "apps_v1_deployment_staging-tickets.yaml",
        "networking.k8s.io_v1_ingress_staging-tickets.yaml",
        "v1_configmap_staging-tickets-exporter-728hff862t.yaml",
        "v1_configmap_staging-tickets-settings-kdcbt7ft68.yaml",
        "v1_configmap_staging-tickets-timetable-g78928d77h.yaml",
        "v1_namespace_tickets-staging.yaml",
        "v1_service_staging-tickets-metrics.yaml",
        "v1_service_staging-tickets.yaml",
        "v1_serviceaccount_staging-tickets.yaml",
    ];
    assert_eq!(names, expected);
    let all = expected_staging();
    for name in names {
        let document = fs::read_to_string(directory.join(&name)).expect("just listed");
        assert!(all.split("---\n").any(|part| part == document), "{name}");
    }
}

#[test]
fn names_carry_the_namespace_where_there_are_several() {
    let directory = trimtab::scratch_directory();
    let input = "testdata/build/resources-same-name-other-namespace/input";
    let arguments = ["build", input, "-o", text(&directory)];
    let outcome = trimtab::run(trimtab::root(), &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let expected = ["a_v1_configmap_s.yaml", "b_v1_configmap_s.yaml"];
    assert_eq!(golden::entries(&directory), expected);
}

#[test]
fn the_managed_by_label_names_the_tool() {
    let arguments = ["build", STAGING, "--enable-managedby-label"];
    let outcome = trimtab::run(trimtab::root(), &arguments);
    let stdout = String::from_utf8_lossy(&outcome.stdout);
    let labels = stdout
        .matches("app.kubernetes.io/managed-by: trimtab-")
        .count();
    assert_eq!(labels, stdout.split("---\n").count());
}

#[test]
fn the_version_is_told() {
    let outcome = trimtab::run(trimtab::root(), &["--version"]);
    let told = String::from_utf8_lossy(&outcome.stdout);
    assert_eq!(told.trim(), concat!("trimtab ", env!("CARGO_PKG_VERSION")));
}
