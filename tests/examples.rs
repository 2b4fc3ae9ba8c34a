//! `examples/base-overlay/`: every overlay builds to the bytes in `testdata/examples/`.

use crate::{golden, trimtab};

#[test]
fn every_overlay_of_the_example_builds_to_its_expected_bytes() {
    let overlays = golden::entries(&trimtab::root().join("examples/base-overlay/overlays"));
    assert_eq!(overlays, ["development", "production", "staging"]);
    let mut failures = Vec::new();
    for overlay in overlays {
        let directory = format!("examples/base-overlay/overlays/{overlay}");
        let outcome = trimtab::run(trimtab::root(), &["build", &directory]);
        if outcome.status != Some(0) || !outcome.stderr.is_empty() {
            failures.push(format!(
                "{directory}: {:?}\n{}",
                outcome.status, outcome.stderr
            ));
            continue;
        }
        let expected = trimtab::root().join(format!("testdata/examples/{overlay}.yaml"));
        let stdout = String::from_utf8(outcome.stdout).expect("manifests are UTF-8");
        failures.extend(golden::compare(&expected, &stdout).err());
    }
    golden::report(&failures);
}
