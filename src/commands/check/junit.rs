//! `JUnit` XML: a suite for each overlay, a case for each of its objects, which fails with its
//! findings. What is about no object, such as an overlay that does not build, is a case of its own.
//!
//! The form is the one that Jenkins and GitLab read. (A crate for it would bring a clock and random
//! numbers; nothing of that is needed here.)

use super::findings::{Findings, Found};
use crate::ui::report::Finding;
use std::fmt::Write as _;
use trimtab_tree::SourceMap;

/// The name of the case for what is about no object.
const BUILD: &str = "build";

/// The document.
pub(super) fn document(findings: &Findings) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    for checked in &findings.checked {
        let of_overlay: Vec<&Found> = findings
            .found
            .iter()
            .filter(|found| found.overlays.contains(&checked.overlay))
            .collect();
        let mut cases = vec![BUILD];
        cases.extend(checked.subjects.iter().map(String::as_str));
        // Two objects of one name have one case.
        cases.sort_unstable();
        cases.dedup();
        let mut failed = 0;
        let mut text = String::new();
        for case in &cases {
            let subject = Some(*case).filter(|case| *case != BUILD);
            let of_case: Vec<&Found> = of_overlay
                .iter()
                .copied()
                .filter(|found| found.subject.as_deref() == subject)
                .collect();
            failed += usize::from(!of_case.is_empty());
            write_case(
                &mut text,
                &checked.overlay,
                case,
                &of_case,
                &findings.sources,
            );
        }
        tests += cases.len();
        failures += failed;
        // Writing to a string never fails.
        let _ = write!(
            suites,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">\n{text}  </testsuite>\n",
            escaped(&checked.overlay),
            cases.len()
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"trimtab check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n"
    )
}

fn write_case(text: &mut String, overlay: &str, case: &str, found: &[&Found], sources: &SourceMap) {
    let (class, name) = (escaped(overlay), escaped(case));
    let _ = write!(text, "    <testcase classname=\"{class}\" name=\"{name}\"");
    if found.is_empty() {
        text.push_str("/>\n");
        return;
    }
    text.push_str(">\n");
    for found in found {
        let finding = found.resolved(sources);
        let Finding {
            code,
            severity,
            message,
            place,
            ..
        } = &finding;
        let mut body = String::new();
        if let (Some(file), Some(line), Some(column)) = (&place.file, place.line, place.column) {
            let _ = writeln!(body, "{file}:{line}:{column}");
        }
        body.push_str(&finding.text());
        let _ = writeln!(
            text,
            "      <failure type=\"{severity}: {}\" message=\"{}\">{}</failure>",
            escaped(code),
            escaped(message),
            escaped(&body)
        );
    }
    text.push_str("    </testcase>\n");
}

/// Text as it may stand in an attribute or element. What XML cannot hold becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            character if character.is_control() && character < '\u{80}' => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            escaped("a<b>&\"c\"\n\u{1b}[0m"),
            "a&lt;b&gt;&amp;&quot;c&quot;&#10;\u{fffd}[0m"
        );
    }
}
