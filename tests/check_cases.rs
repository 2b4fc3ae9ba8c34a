//! `testdata/check/`: overlays with what `trimtab check` says of them.
//!
//! `expected.stdout` is what is found, `expected.stderr` the rest, and `expected.status` the status
//! where it is not 0.

use crate::{golden, trimtab};
use std::fs;

#[test]
fn every_case_has_its_findings() {
    golden::hold_command("check", 34);
}

/// Values of Secrets are told in no form, nor kept in a baseline.
#[test]
fn no_form_tells_a_secret() {
    let input = trimtab::root().join("testdata/check/secrets/input");
    let scratch = trimtab::scratch_directory();
    let baseline = scratch.join("known.json");
    let baseline = baseline.to_str().expect("it is UTF-8");
    let keep = ["--baseline", baseline, "--write-baseline"];
    let forms = ["text", "json", "sarif", "github", "junit"];
    let mut told = String::new();
    for more in forms
        .iter()
        .map(|form| vec!["-o", form])
        .chain([keep.to_vec()])
    {
        let outcome = trimtab::run(&input, &[&["check", "."], &more[..]].concat());
        told.push_str(&String::from_utf8(outcome.stdout).expect("findings are UTF-8"));
        told.push_str(&outcome.stderr);
    }
    told.push_str(&fs::read_to_string(baseline).expect("it was written"));
    for secret in ["hunter", "9876", "0777", "0755", "511", "493"] {
        assert!(!told.contains(secret), "{secret} in:\n{told}");
    }
    assert!(told.contains("stringData.zeros"), "{told}");
}

/// What is written as known is neither told nor fails, also after lines have moved; what is new is.
#[test]
fn only_new_findings_fail_beside_a_baseline() {
    let scratch = trimtab::scratch_directory();
    let pod = |containers: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{containers}"
        )
    };
    let known = "  - {name: known, image: a, colour: red}\n";
    let new = "  - {name: new, image: a, size: 1}\n";
    let write = |text: &str| fs::write(scratch.join("pod.yaml"), text).expect("it is ours");
    fs::write(
        scratch.join("kustomization.yaml"),
        "resources: [pod.yaml]\n",
    )
    .expect("it is ours");
    let check = |more: &[&str]| {
        let arguments = [&["check", ".", "--baseline", "known.json"], more].concat();
        trimtab::run(&scratch, &arguments)
    };
    write(&pod(known));
    assert_eq!(check(&[]).status, Some(1), "there is no baseline yet");
    assert_eq!(check(&["--write-baseline"]).status, Some(0));
    assert_eq!(check(&[]).status, Some(0));
    write(&pod(&format!("  - {{name: first, image: a}}\n{known}")));
    assert_eq!(check(&[]).status, Some(0), "the finding only moved");
    write(&pod(&format!("{known}{new}")));
    let outcome = check(&[]);
    assert_eq!(outcome.status, Some(1));
    let stdout = String::from_utf8(outcome.stdout).expect("findings are UTF-8");
    assert!(
        stdout.contains("size") && !stdout.contains("colour"),
        "{stdout}"
    );
    write(&pod("  - {name: known, image: a}\n"));
    let outcome = check(&[]);
    assert_eq!(outcome.status, Some(0));
    assert!(
        outcome.stderr.contains("did not come (1)"),
        "{}",
        outcome.stderr
    );
}
