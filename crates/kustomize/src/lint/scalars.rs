//! Plain scalars that go-yaml sees something else in than those who wrote them, or than other readers
//! of the same file: boolean words of YAML 1.1, dates, numbers whose digits are not kept.

use trimtab_tree::{
    Diagnostic, JsonStyle, Node, Position, Result, Scalar, ScalarKind, Style, Value, is_base_60,
    old_boolean, parse_float, parse_int, write_json,
};

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A kustomization file: go-yaml v2 reads it, for which words are booleans; what is no text
    /// where text is wanted is refused.
    Kustomization,
    /// Objects, whole or as patches: go-yaml v3 reads them.
    Objects,
    /// A JSON patch in YAML, in which words are booleans again.
    JsonPatch,
}

/// Mappings of texts, in which words are what they look like.
const MAPS_OF_TEXTS: [&str; 8] = [
    "annotations",
    "commonAnnotations",
    "commonLabels",
    "data",
    "labels",
    "matchLabels",
    "nodeSelector",
    "stringData",
];

/// Fields that hold texts wherever they are.
const TEXTS: [&str; 4] = ["name", "namespace", "value", "key"];

/// A number with an exponent and so many characters is rather a part of a commit's hash.
const SHORTEST_HASH: usize = 6;

/// Warns of the scalars in documents that the parser found doubtful.
pub(crate) fn warn_of_scalars(documents: &[Value], role: Role, warn: &mut dyn FnMut(Diagnostic)) {
    let mut walk = Walk { role, warn };
    for document in documents {
        walk.value(document, Place::default());
    }
}

/// Where a value is.
#[derive(Clone, Copy, Default)]
struct Place<'v> {
    /// The field it is in, or that its list is in.
    field: &'v str,
    /// The field that the mapping around it is in.
    parent: &'v str,
    /// Whether it is an item of a list.
    in_list: bool,
}

impl Place<'_> {
    /// Whether only a text can be there.
    fn holds_text(self) -> bool {
        MAPS_OF_TEXTS.contains(&self.parent) || TEXTS.contains(&self.field)
    }

    fn field_ends_with(self, ends: &[&str]) -> bool {
        let field = self.field.to_ascii_lowercase();
        ends.iter().any(|end| field.ends_with(end))
    }
}

struct Walk<'w> {
    role: Role,
    warn: &'w mut dyn FnMut(Diagnostic),
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, place: Place<'_>) {
        match &value.node {
            Node::Scalar(scalar) if scalar.style == Style::Plain => {
                let warning = self.scalar(scalar, value, place);
                if let Some(warning) = warning {
                    (self.warn)(*warning.at(value.position));
                }
            }
            Node::Scalar(_) => {}
            Node::Sequence(items) => {
                for item in items {
                    self.value(
                        item,
                        Place {
                            in_list: true,
                            ..place
                        },
                    );
                }
            }
            Node::Mapping(fields) => {
                for entry in fields.entries() {
                    self.key(&entry.key, entry.key_position, place.field);
                    let inner = Place {
                        field: entry.key.text(),
                        parent: place.field,
                        in_list: false,
                    };
                    self.value(&entry.value, inner);
                }
            }
        }
    }

    fn key(&mut self, key: &Scalar, position: Position, parent: &str) {
        let text = key.text();
        if key.style != Style::Plain || key.kind != ScalarKind::String {
            return;
        }
        let Some(meaning) = old_boolean(text) else {
            return;
        };
        let message = if self.role == Role::Objects {
            format!("the key `{text}` is text here, and `{meaning}` to other readers of YAML")
        } else if MAPS_OF_TEXTS.contains(&parent) || parent == "pairs" {
            format!("the key `{text}` is the boolean `{meaning}`")
        } else {
            return;
        };
        let warning = Diagnostic::warning("yaml-boolean-key", message).at(position);
        (self.warn)(*warning.hint(format!("quote it: \"{text}\"")));
    }

    fn scalar(&self, scalar: &Scalar, value: &Value, place: Place<'_>) -> Option<Box<Diagnostic>> {
        let text = scalar.text();
        match scalar.kind {
            ScalarKind::String => self.word(text, place),
            ScalarKind::Int => leading_zero(text, place),
            ScalarKind::Float => leading_zero(text, place).or_else(|| float(text, value, place)),
            ScalarKind::Timestamp if self.role == Role::Objects => date(text, value),
            _ => None,
        }
    }

    fn word(&self, text: &str, place: Place<'_>) -> Option<Box<Diagnostic>> {
        if self.role != Role::Objects {
            return None;
        }
        if old_boolean(text).is_some() && !place.in_list && !place.holds_text() {
            let message =
                format!("`{text}` is a text here, and a boolean to other readers of YAML");
            let warning = Diagnostic::warning("yaml-boolean", message);
            let warning = warning.expecting("true, false, or quotes around the text");
            return Some(warning.in_field(place.field));
        }
        let is_port = place.field_ends_with(&["port", "ports"]);
        if is_base_60(text) && is_port {
            let message = format!("`{text}` is a text, or a number of base 60, but no port");
            let warning = Diagnostic::warning("yaml-base-60", message);
            return Some(warning.expecting("one whole number").in_field(place.field));
        }
        None
    }
}

/// `012` is 10; of file modes it is meant so.
fn leading_zero(text: &str, place: Place<'_>) -> Option<Box<Diagnostic>> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || !digits.starts_with('0') || place.field_ends_with(&["mode", "umask"]) {
        return None;
    }
    // What has nothing but zeros is zero either way.
    let shown = match parse_int(text) {
        Some(0) => return None,
        Some(value) => value.to_string(),
        None => parse_float(text)?.to_string(),
    };
    let message = format!("`{text}` is the number {shown}");
    let warning = Diagnostic::warning("yaml-leading-zero", message).in_field(place.field);
    let without = digits.trim_start_matches('0');
    Some(warning.expecting(format!("\"{text}\" for the text, {without} for the number")))
}

/// Digits of a version, a hash or a long number that would be lost.
fn float(text: &str, value: &Value, place: Place<'_>) -> Option<Box<Diagnostic>> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let shown = printed(value).ok()?;
    let is_version = place.field_ends_with(&["version", "tag", "release", "revision"])
        || (place.holds_text() && place.field != "value");
    let has_no_point = !text.contains('.');
    let is_hash = text.len() >= SHORTEST_HASH && has_no_point && text.contains(['e', 'E']);
    let is_long = text.bytes().all(is_digit);
    if shown == text || !(is_version || is_hash || is_long) {
        return None;
    }
    let message = format!("`{text}` is the number {shown}");
    let warning = Diagnostic::warning("yaml-number", message).in_field(place.field);
    Some(warning.hint(format!("to mean the text, quote it: \"{text}\"")))
}

/// A date becomes a point in time.
fn date(text: &str, value: &Value) -> Option<Box<Diagnostic>> {
    let shown = printed(value).ok()?;
    if shown.trim_matches('"') == text {
        return None;
    }
    let message = format!("`{text}` is a date, which becomes {shown}");
    let warning = Diagnostic::warning("yaml-date", message);
    Some(warning.hint(format!("to mean the text, quote it: \"{text}\"")))
}

/// The scalar as it comes out of the build.
fn printed(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Go)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_documents_with_doubt};

    /// The codes and messages for a text.
    fn found(text: &str, role: Role) -> Vec<String> {
        let parsed = parse_documents_with_doubt(text, ParseOptions::default()).unwrap();
        let mut found = Vec::new();
        warn_of_scalars(&parsed.documents, role, &mut |warning| {
            found.push(format!("{}: {}", warning.code, warning.message));
        });
        assert!(found.is_empty() || parsed.is_doubtful, "{text}");
        found
    }

    #[test]
    fn each_trap_is_told_once_where_it_is_one() {
        for (text, wanted) in [
            (
                "hostNetwork: yes",
                "yaml-boolean: `yes` is a text here, and a boolean to other readers of YAML",
            ),
            (
                "on: push",
                "yaml-boolean-key: the key `on` is text here, and `true` to other readers of YAML",
            ),
            ("count: 012", "yaml-leading-zero: `012` is the number 10"),
            ("zip: 0890", "yaml-leading-zero: `0890` is the number 890"),
            ("appVersion: 1.10", "yaml-number: `1.10` is the number 1.1"),
            ("labels: {a: 1.20}", "yaml-number: `1.20` is the number 1.2"),
            (
                "commit: 12345e6",
                "yaml-number: `12345e6` is the number 12345000000",
            ),
            (
                "id: 123456789012345678901",
                "yaml-number: `123456789012345678901` is the number 123456789012345680000",
            ),
            (
                "day: 2024-01-31",
                "yaml-date: `2024-01-31` is a date, which becomes \"2024-01-31T00:00:00Z\"",
            ),
            (
                "ports: ['80:80', 22:22]",
                "yaml-base-60: `22:22` is a text, or a number of base 60, but no port",
            ),
        ] {
            assert_eq!(found(text, Role::Objects), [wanted], "{text}");
        }
    }

    #[test]
    fn what_is_meant_is_left_alone() {
        for text in [
            "labels: {enabled: yes}",
            "env: [{name: DEBUG, value: on}]",
            "args: [yes, no]",
            "defaultMode: 0644",
            "cpu: 1.50",
            "weight: 1e3",
            "creationTimestamp: 2024-01-31T01:02:03Z",
            "start: 22:22",
            "on: 'x'\nyes: y",
            "'on': 1.5",
            "hostNetwork: 'yes'",
            "zeros: 000",
        ] {
            let found = found(text, Role::Objects);
            let is_key = text.starts_with("on") && found.len() == 3;
            assert!(found.is_empty() || is_key, "{text}: {found:?}");
        }
    }

    #[test]
    fn kustomizations_and_json_patches_have_booleans_in_words() {
        let labels = "commonLabels: {on: x}\nlabels: [{pairs: {no: y}}]\nnamePrefix: on";
        assert_eq!(
            found(labels, Role::Kustomization),
            [
                "yaml-boolean-key: the key `on` is the boolean `true`",
                "yaml-boolean-key: the key `no` is the boolean `false`",
            ]
        );
        let patch = "[{op: add, path: /spec/suspend, value: yes}]";
        assert!(found(patch, Role::JsonPatch).is_empty());
        let counts = "replicas: [{name: a, count: 010}]";
        assert_eq!(
            found(counts, Role::Kustomization),
            ["yaml-leading-zero: `010` is the number 8"]
        );
    }
}
