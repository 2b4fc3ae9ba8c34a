//! `testdata/rehearse/`: overlays with what `trimtab rehearse` says of them.
//!
//! `expected.stdout` is the rehearsal, `expected.stderr` what else is told, and `expected.status` the
//! status where it is not 0.

use crate::golden;

#[test]
fn every_case_is_rehearsed_as_before() {
    let cases = golden::cases("rehearse");
    assert!(cases.len() >= 8, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let outcome = case.run_command("rehearse");
        let status = match outcome.status {
            Some(0) => String::new(),
            Some(status) => format!("{status}\n"),
            None => "killed\n".to_owned(),
        };
        let stdout = String::from_utf8(outcome.stdout).expect("a rehearsal is UTF-8");
        for (file, text) in [
            ("expected.stdout", stdout),
            ("expected.stderr", outcome.stderr),
            ("expected.status", status),
        ] {
            failures.extend(golden::compare(&case.folder.join(file), &text).err());
        }
    }
    golden::report(&failures);
}
