//! `testdata/cfg/`: directories of objects and what `trimtab cfg` says of them.
//!
//! `args` are the arguments behind `cfg`; with a file `stdin` that is what is read. `expected.txt` is
//! standard output and `expected.stderr` what goes to standard error.

use crate::{golden, trimtab};
use std::fs;

#[test]
fn every_case_prints_what_is_expected() {
    let cases = golden::cases("cfg");
    assert!(cases.len() >= 15, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let input = case.folder.join("input");
        let mut arguments = vec!["cfg".to_owned()];
        let args = case.text("args").expect("a case has arguments");
        arguments.extend(args.lines().map(str::to_owned));
        let stdin = case.folder.join("stdin");
        let outcome = if stdin.exists() {
            trimtab::run_reading(&case.folder, &arguments, &stdin)
        } else {
            trimtab::run(&input, &arguments)
        };
        let stdout = String::from_utf8(outcome.stdout).expect("objects are UTF-8");
        failures.extend(golden::compare(&case.folder.join("expected.txt"), &stdout).err());
        let stderr = case.folder.join("expected.stderr");
        failures.extend(golden::compare(&stderr, &outcome.stderr).err());
        let fails = outcome.stderr.contains("error");
        if outcome.status != Some(i32::from(fails)) {
            failures.push(format!("{}: ends with {:?}", case.name, outcome.status));
        }
    }
    golden::report(&failures);
}

#[test]
fn a_destination_holds_what_standard_output_would() {
    let folder = trimtab::root().join("testdata/cfg/cat/input");
    let file = trimtab::scratch_directory().join("all.yaml");
    let path = file.to_str().expect("the path is UTF-8");
    let printed = trimtab::run(&folder, &["cfg", "cat", "."]);
    let written = trimtab::run(&folder, &["cfg", "cat", ".", "--dest", path]);
    assert_eq!(written.status, Some(0), "{}", written.stderr);
    assert!(written.stdout.is_empty());
    let text = fs::read(file).expect("the file was written");
    assert!(!text.is_empty());
    assert_eq!(text, printed.stdout);
}
