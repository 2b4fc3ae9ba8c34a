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

#[test]
fn a_longer_file_keeps_nothing_of_its_end() {
    let file = trimtab::scratch_directory().join("all.yaml");
    let expected = expected_staging();
    for before in [expected.len() * 3, expected.len() - 1, expected.len() + 1] {
        fs::write(&file, "x".repeat(before)).expect("a scratch directory can be written");
        let outcome = trimtab::run(trimtab::root(), &["build", STAGING, "-o", text(&file)]);
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        let written = fs::read_to_string(&file).expect("the file was written");
        assert_eq!(written, expected, "{before}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_there_stays_the_same_file() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let directory = trimtab::scratch_directory();
    let [file, linked, other] = ["file", "linked", "other"].map(|name| directory.join(name));
    fs::write(&file, "x".repeat(100_000)).expect("a scratch directory can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("the file is ours");
    fs::hard_link(&file, &other).expect("files can have two names");
    symlink("file", &linked).expect("files can be linked");
    let before = fs::metadata(&file).expect("the file is there");
    let outcome = trimtab::run(trimtab::root(), &["build", STAGING, "-o", text(&linked)]);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let after = fs::metadata(&file).expect("the file is there");
    assert_eq!((before.ino(), before.mode()), (after.ino(), after.mode()));
    assert!(linked.is_symlink());
    let written = fs::read_to_string(&other).expect("both are one file");
    assert_eq!(written, expected_staging());
    let names = ["file", "linked", "other"];
    assert_eq!(golden::entries(&directory), names);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_written_to_as_it_is() {
    let arguments = ["build", STAGING, "-o", "/dev/stdout"];
    let outcome = trimtab::run(trimtab::root(), &arguments);
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected_staging());
    let outcome = trimtab::run(trimtab::root(), &["build", STAGING, "-o", "/dev/full"]);
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("/dev/full"), "{}", outcome.stderr);
}
