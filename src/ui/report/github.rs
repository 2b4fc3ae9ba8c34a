//! Workflow commands of GitHub Actions: one line a finding, which annotates the line of the file.

use super::Finding;
use std::fmt::Write as _;

/// The lines; nothing when there are no findings.
pub(super) fn document(findings: &[Finding]) -> String {
    findings.iter().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let place = &finding.place;
    let numbers = [
        ("line", place.line),
        ("endLine", place.end_line),
        ("col", place.column),
        ("endColumn", place.end_column),
    ];
    let command = match finding.severity {
        "note" => "notice",
        severity => severity,
    };
    let mut line = format!("::{command} ");
    if let Some(file) = &place.file {
        let _ = write!(line, "file={},", property(file));
    }
    for (name, number) in numbers {
        if let Some(number) = number {
            let _ = write!(line, "{name}={number},");
        }
    }
    let _ = writeln!(
        line,
        "title={}::{}",
        property(finding.code),
        data(&finding.text())
    );
    line
}

/// Text that goes to the end of the line.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Text that ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        assert_eq!(data("50%\r\na: b, c::d"), "50%25%0D%0Aa: b, c::d");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
