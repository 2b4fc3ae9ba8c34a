//! One JSON object for all findings.

use super::Finding;
use serde::Serialize;

/// Grows only when a field changes its name or meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    errors: usize,
    warnings: usize,
    findings: &'a [Finding],
}

/// The object, indented, with a line break at its end.
pub(super) fn document(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let document = Document {
        version: VERSION,
        errors: count("error"),
        warnings: count("warning"),
        findings,
    };
    let mut text = serde_json::to_string_pretty(&document).expect("it has text keys only");
    text.push('\n');
    text
}
