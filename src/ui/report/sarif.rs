//! SARIF 2.1.0, the OASIS form of the results of static analysis, as code scanning reads it: one run
//! with the rules that have results. Only the parts that its readers use are written.

use super::finding::{Finding, Place};
use super::rules::{self, Level, Rule};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The document, indented, with a line break at its end.
pub(super) fn document(findings: &[Finding]) -> String {
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> = findings.iter().map(|it| result(it, &codes)).collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "trimtab",
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn rule(code: &str) -> Value {
    let mut rule = json!({"id": code});
    if let Some(Rule {
        meaning,
        example,
        level,
        ..
    }) = rules::find(code)
    {
        let level = match level {
            Level::Error => "error",
            Level::Warning | Level::Either => "warning",
            Level::Note => "note",
        };
        rule["shortDescription"] = json!({"text": meaning});
        rule["help"] = json!({"text": format!("{meaning} For example: {example}")});
        rule["properties"] = json!({"tags": rules::heading(code)
            .into_iter().collect::<Vec<_>>()});
        rule["defaultConfiguration"] = json!({"level": level});
        rule["helpUri"] = json!(format!(
            "{}/blob/main/docs/findings.md#{code}",
            env!("CARGO_PKG_REPOSITORY")
        ));
    }
    rule
}

/// `codes` are those of the rules, in their order.
fn result(finding: &Finding, codes: &[&str]) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": codes.binary_search(&finding.code).unwrap_or_default(),
        "level": finding.severity,
        "message": {"text": finding.text()},
    });
    let checked = finding.checked.as_ref();
    if let Some(fingerprint) = checked.and_then(|it| it.fingerprint.as_ref()) {
        result["partialFingerprints"] = json!({"trimtab/v1": fingerprint});
    }
    result["locations"] = location(&finding.place).into_iter().collect();
    let related: Vec<Value> = finding
        .labels
        .iter()
        .filter_map(|label| {
            let mut place = location(&label.place)?;
            place["message"] = json!({"text": label.text});
            Some(place)
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(place: &Place) -> Option<Value> {
    let artifact = json!({"uri": uri(place.file.as_deref()?)});
    let mut physical = json!({"artifactLocation": artifact});
    if let Some(line) = place.line {
        let mut region = json!({"startLine": line});
        for (name, number) in [
            ("startColumn", place.column),
            ("endLine", place.end_line),
            ("endColumn", place.end_column),
        ] {
            if let Some(number) = number {
                region[name] = json!(number);
            }
        }
        physical["region"] = region;
    }
    Some(json!({"physicalLocation": physical}))
}

/// What a path segment may hold unescaped, beside the separator itself (RFC 3986, section 3.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+')
    .remove(b'=');

fn uri(file: &str) -> String {
    if file.contains("://") {
        return file.to_owned();
    }
    let escaped = utf8_percent_encode(file, ESCAPED);
    if file.starts_with('/') {
        format!("file://{escaped}")
    } else {
        escaped.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (file, wanted) in [
            ("base/a.yaml", "base/a.yaml"),
            ("/tmp/a b.yaml", "file:///tmp/a%20b.yaml"),
            ("../50%/é#?.yaml", "../50%25/%C3%A9%23%3F.yaml"),
            ("a:b.yaml", "a%3Ab.yaml"),
            (
                "https://example.com/a.yaml?ref=1",
                "https://example.com/a.yaml?ref=1",
            ),
        ] {
            assert_eq!(uri(file), wanted);
        }
    }
}
