//! `testdata/errors/`: bad inputs, with the messages they give.
//!
//! `expected.stderr` is the whole message; `wants.txt` lists the facts that any wording must tell
//! (the position, the wrong word, the right one), and is never renewed by a command.

use crate::golden;

#[test]
fn every_bad_input_is_refused_with_a_pointed_message() {
    let cases = golden::cases("errors");
    assert!(cases.len() >= 36, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let name = &case.name;
        let outcome = case.run();
        if !matches!(outcome.status, Some(1 | 2)) || outcome.stderr.contains("panicked at") {
            let status = outcome.status;
            failures.push(format!("{name}: ended with {status:?}\n{}", outcome.stderr));
            continue;
        }
        if !outcome.stdout.is_empty() {
            failures.push(format!("{name}: printed to standard output"));
        }
        failures.extend(case.untold_facts(&outcome.stderr));
        let message = case.folder.join("expected.stderr");
        failures.extend(golden::compare(&message, &outcome.stderr).err());
    }
    golden::report(&failures);
}
