//! Findings that are known already: what a baseline file holds.
//!
//! A fingerprint is made of what a finding is about, not of where it is written, so that it survives
//! changes elsewhere: the overlay, the code, the object, the field with list items by name instead
//! of number, and the message, each without the hash that a generator puts behind a name.

use crate::Finding;
use crate::locate::locate;
use regex::Regex;
use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use trimtab_tree::{Diagnostic, Node, Value};

/// Known findings, each as often as it may come.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    left: FxHashMap<String, Left>,
}

/// How often a finding may still come, and in the build of which overlay.
#[derive(Clone, Debug)]
struct Left {
    overlay: String,
    count: usize,
}

/// A finding as a baseline keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    overlay: String,
    subject: String,
    code: String,
    field: String,
    message: String,
}

/// The alphabet and length of kustomize's content hashes.
static HASH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"-[24-9bcdfghkmt]{10}\b").expect("the pattern is a literal"));

const VERSION: u64 = 1;

impl Entry {
    /// The entry of a finding in the build of `overlay`; `object` is what the finding is about.
    #[must_use]
    pub fn new(overlay: &str, finding: &Finding, object: &Value) -> Self {
        let diagnostic = &finding.diagnostic;
        let field = diagnostic.field.as_deref().unwrap_or_default();
        let named = by_names(object, field);
        let stable = |text: &str| HASH.replace_all(text, "").into_owned();
        Self {
            overlay: overlay.to_owned(),
            subject: stable(&finding.subject),
            code: diagnostic.code.to_owned(),
            message: stable(&diagnostic.message.replace(field, &named)),
            field: stable(&named),
        }
    }

    /// The entry of what is wrong with the build of `overlay` as a whole.
    #[must_use]
    pub fn of_build(overlay: &str, diagnostic: &Diagnostic) -> Self {
        Self {
            overlay: overlay.to_owned(),
            subject: String::new(),
            code: diagnostic.code.to_owned(),
            field: diagnostic.field.clone().unwrap_or_default(),
            message: diagnostic.message.clone(),
        }
    }

    /// The overlay whose build has it.
    #[must_use]
    pub fn overlay(&self) -> &str {
        &self.overlay
    }

    /// What tells it from all others.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            &self.overlay,
            &self.subject,
            &self.code,
            &self.field,
            &self.message,
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut fingerprint = format!("{:x}", hash.finalize());
        fingerprint.truncate(16);
        fingerprint
    }
}

/// A path whose list items are told by their names, where they have one.
fn by_names(object: &Value, path: &str) -> String {
    let mut named = String::new();
    let mut rest = path;
    let mut done = 0;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find(']') else {
            break;
        };
        let end = done + open + close + 1;
        named.push_str(&rest[..open]);
        let located = locate(object, &path[..end]);
        let name = match &located.value.node {
            Node::Mapping(fields) if located.rest.is_empty() => {
                fields.get("name").and_then(Value::text_if_not_null)
            }
            _ => None,
        };
        match name {
            Some(name) => {
                named.push('[');
                named.push_str(name);
                named.push(']');
            }
            None => named.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
        done = end;
    }
    named.push_str(rest);
    named
}

impl Baseline {
    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is no baseline, as a sentence fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Json =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        match document["version"].as_u64() {
            Some(VERSION) => {}
            Some(other) => return Err(format!("it is of version {other}, not {VERSION}")),
            None => return Err("it has no `version`".to_owned()),
        }
        let findings = document["findings"]
            .as_array()
            .ok_or("it has no list of `findings`")?;
        let mut left: FxHashMap<String, Left> = FxHashMap::default();
        for finding in findings {
            let fingerprint = finding["fingerprint"].as_str();
            let fingerprint = fingerprint.ok_or("a finding has no `fingerprint`")?;
            let count = finding["count"].as_u64().unwrap_or(1);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let known = left.entry(fingerprint.to_owned()).or_insert_with(|| Left {
                overlay: finding["overlay"].as_str().unwrap_or_default().to_owned(),
                count: 0,
            });
            known.count += count;
        }
        Ok(Self { left })
    }

    /// The text of a file with these findings.
    #[must_use]
    pub fn render(mut entries: Vec<Entry>) -> String {
        entries.sort();
        let mut findings: Vec<Json> = Vec::new();
        let mut entries = entries.into_iter().peekable();
        while let Some(entry) = entries.next() {
            let mut count = 1;
            while entries.next_if_eq(&entry).is_some() {
                count += 1;
            }
            let mut finding = json!({
                "fingerprint": entry.fingerprint(),
                "overlay": entry.overlay,
                "object": entry.subject,
                "code": entry.code,
                "field": entry.field,
                "message": entry.message,
            });
            if count > 1 {
                finding["count"] = json!(count);
            }
            findings.push(finding);
        }
        let document = json!({ "version": VERSION, "findings": findings });
        format!("{document:#}\n")
    }

    /// Whether a finding is known. Each known one counts as often as it was there.
    pub fn take(&mut self, entry: &Entry) -> bool {
        match self.left.get_mut(&entry.fingerprint()) {
            Some(Left { count, .. }) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many known findings of these overlays did not come.
    #[must_use]
    pub fn left_of(&self, overlays: &[&str]) -> usize {
        let of_these = self.left.values();
        let of_these = of_these.filter(|left| overlays.contains(&left.overlay.as_str()));
        of_these.map(|left| left.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{Diagnostic, ParseOptions, parse_document};

    fn object(text: &str) -> Value {
        parse_document(text, ParseOptions::default()).unwrap()
    }

    fn finding(field: &str, message: &str) -> Finding {
        Finding {
            object: 0,
            subject: "ConfigMap settings-6ctk9tt9kd".to_owned(),
            diagnostic: Diagnostic::error("invalid-value", message).in_field(field),
        }
    }

    #[test]
    fn fingerprints_survive_moves_and_new_hashes() {
        let before = object("spec: {containers: [{name: a}, {name: b}]}");
        let after = object("spec: {containers: [{name: b}]}");
        let old = Entry::new(
            "o",
            &finding("spec.containers[1].x", "spec.containers[1].x: bad"),
            &before,
        );
        let mut moved = finding("spec.containers[0].x", "spec.containers[0].x: bad");
        moved.subject = "ConfigMap settings-m2mg5mb749".to_owned();
        let new = Entry::new("o", &moved, &after);
        assert_eq!(old, new);
        let other = Entry::new("other", &moved, &after);
        assert_ne!(old.fingerprint(), other.fingerprint());
    }

    #[test]
    fn known_findings_count_as_often_as_they_were_there() {
        let value = object("{}");
        let entry = || Entry::new("o", &finding("a", "m"), &value);
        let text = Baseline::render(vec![entry(), entry()]);
        let mut baseline = Baseline::parse(&text).unwrap();
        assert!(baseline.take(&entry()) && baseline.take(&entry()));
        assert!(!baseline.take(&entry()));
        assert_eq!(baseline.left_of(&["o"]), 0);
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!((baseline.left_of(&["o"]), baseline.left_of(&["p"])), (2, 0));
        for text in [
            "",
            "{}",
            r#"{"version": 2}"#,
            r#"{"version": 1, "findings": [{}]}"#,
        ] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
    }
}
