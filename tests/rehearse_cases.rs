//! `testdata/rehearse/`: overlays with what `trimtab rehearse` says of them.
//!
//! `expected.stdout` is the rehearsal, `expected.stderr` what else is told, and `expected.status` the
//! status where it is not 0.

use crate::golden;

#[test]
fn every_case_is_rehearsed_as_before() {
    golden::hold_command("rehearse", 8);
}
