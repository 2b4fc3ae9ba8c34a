//! One JSON object for all findings.

use super::Finding;
use serde::Serialize;
use std::fmt::Write as _;

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
    without_controls(text)
}

/// A JSON text in which those control characters are escaped, too, that JSON lets stand as they are: DEL and C1
/// would steer a terminal.
pub(super) fn without_controls(text: String) -> String {
    let steers = |it: char| matches!(it, '\u{7f}'..='\u{9f}');
    if !text.contains(steers) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            let _ = write!(plain, "\\u{:04x}", u32::from(character));
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_controls;

    #[test]
    fn what_would_steer_a_terminal_is_escaped_and_means_the_same() {
        let text = without_controls("[\"a\u{7f}\u{9b}ä\"]".to_owned());
        assert_eq!(text, "[\"a\\u007f\\u009bä\"]");
        let read: Vec<String> = serde_json::from_str(&text).expect("it is JSON still");
        assert_eq!(read, ["a\u{7f}\u{9b}ä"]);
    }
}
