//! `testdata/build/`: inputs that build, with the exact bytes they give.
//!
//! `expected.yaml` is standard output and `expected.stderr` the warnings; a case without the
//! latter must print none. A `kubectl-differs.txt` says why kubectl's answer is another one.

use crate::golden;

#[test]
fn every_case_builds_to_its_expected_bytes() {
    let cases = golden::cases("build");
    assert!(cases.len() >= 60, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let outcome = case.run();
        if outcome.status != Some(0) {
            let name = &case.name;
            failures.push(format!("{name}: {:?}\n{}", outcome.status, outcome.stderr));
            continue;
        }
        let stdout = String::from_utf8(outcome.stdout).expect("manifests are UTF-8");
        failures.extend(golden::compare(&case.folder.join("expected.yaml"), &stdout).err());
        let warnings = case.folder.join("expected.stderr");
        failures.extend(golden::compare(&warnings, &outcome.stderr).err());
        failures.extend(case.untold_facts(&outcome.stderr));
    }
    golden::report(&failures);
}
