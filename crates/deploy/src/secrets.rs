//! Messages without the secrets that they quote.

use crate::fields::field;
use crate::plan::MASK;
use trimtab_tree::{Node, ParseOptions, Scalar, ScalarKind, Value, parse_document};

/// Shorter words may be words of a message, too: only in quotes they stand for a value.
const SHORTEST: usize = 4;

/// What YAML 1.1 reads as a boolean. A message may name it by what it stands for.
const BOOLEANS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "y", "n"];

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// A value that is not to be shown.
#[derive(Default)]
struct Secret {
    /// How it may be written.
    spellings: Vec<String>,
    /// Whether it is a number, which can be written in many ways.
    is_number: bool,
}

/// Values that are not to be shown, to be taken from what is said about them.
#[derive(Default)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// What an object holds, if it is a Secret.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        if field(object, "kind") != "Secret" {
            return Self::default();
        }
        let parts = ["data", "stringData"].iter();
        let all = parts.filter_map(|part| object.get(part)).flat_map(scalars);
        Self(all.map(|scalar| Secret::of([scalar])).collect())
    }

    /// Adds a value as a file has it, quotes and all.
    pub fn add_written(&mut self, raw: &str) {
        self.0.push(Secret::written(raw));
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text with [`MASK`] for each of them.
    #[must_use]
    pub fn without(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            for spelling in &secret.spellings {
                text = without_word(&text, spelling);
            }
            if secret.is_number {
                text = without_numbers(&text);
            }
        }
        text
    }

    /// A server's refusal without them.
    pub(crate) fn without_in(&self, mut error: kube::Error) -> kube::Error {
        if let kube::Error::Api(status) = &mut error
            && !self.is_empty()
        {
            status.message = self.without(&status.message);
            let details = status.details.iter_mut();
            for cause in details.flat_map(|details| &mut details.causes) {
                cause.message = self.without(&cause.message);
            }
        }
        error
    }
}

/// All scalars in a value: where text is expected, others may stand, which is why it is refused.
fn scalars(value: &Value) -> Vec<&Scalar> {
    match &value.node {
        Node::Scalar(scalar) => vec![scalar],
        Node::Sequence(items) => items.iter().flat_map(scalars).collect(),
        Node::Mapping(fields) => fields.iter().flat_map(|(_, it)| scalars(it)).collect(),
    }
}

impl Secret {
    /// A value as a file has it.
    fn written(raw: &str) -> Self {
        let parsed = parse_document(raw, ParseOptions::default());
        let mut secret = parsed.map_or_else(|_| Self::default(), |value| Self::of(scalars(&value)));
        secret.add(raw);
        secret
    }

    fn of<'s>(scalars: impl IntoIterator<Item = &'s Scalar>) -> Self {
        let mut secret = Self::default();
        for scalar in scalars {
            secret.is_number |= matches!(scalar.kind, ScalarKind::Int | ScalarKind::Float);
            secret.add(scalar.text());
        }
        secret
    }

    /// Adds a spelling, and its lines, which may be quoted alone.
    fn add(&mut self, text: &str) {
        let text = text.trim();
        let inner = text.trim_matches(QUOTES);
        self.is_number |= inner.starts_with(|first: char| first.is_ascii_digit());
        if BOOLEANS.iter().any(|it| it.eq_ignore_ascii_case(inner)) {
            self.spellings
                .extend(["true", "false"].map(ToOwned::to_owned));
        }
        let lines = inner.lines().map(str::trim);
        let lines = lines.filter(|line| line.len() >= SHORTEST);
        for spelling in [text, inner].into_iter().chain(lines) {
            if !spelling.is_empty() && !self.spellings.iter().any(|known| known == spelling) {
                self.spellings.push(spelling.to_owned());
            }
        }
    }
}

fn without_word(text: &str, word: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        let is_quoted = |next: Option<char>| next.is_some_and(|next| QUOTES.contains(&next));
        let is_whole = [before, after]
            .into_iter()
            .flatten()
            .all(|next| !next.is_alphanumeric());
        let counts = is_whole && (word.len() >= SHORTEST || is_quoted(before) && is_quoted(after));
        if counts && at >= done {
            masked.push_str(&text[done..at]);
            masked.push_str(MASK);
            done = end;
        }
    }
    masked.push_str(&text[done..]);
    masked
}

/// Masks all numbers but those in brackets, which count items.
fn without_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let begins = first.is_ascii_digit() && (before == ' ' || QUOTES.contains(&before));
        let length = if begins {
            let inside = |c: char| c.is_ascii_alphanumeric() || "_.+-:".contains(c);
            rest.find(|c| !inside(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        masked.push_str(if begins { MASK } else { &rest[..length] });
        before = rest[..length].chars().next_back().unwrap_or(' ');
        rest = &rest[length..];
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use serde_json::json;

    fn written(raw: &str) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add_written(raw);
        secrets
    }

    #[test]
    fn a_value_is_masked_however_it_is_written() {
        for (raw, text, told) in [
            ("hunter2", "`hunter2` is short", "`***` is short"),
            ("hunter2", "hunter22 is another", "hunter22 is another"),
            ("\"a\\tb c\"", "got a\tb c", "got ***"),
            ("0755", "quote it: \"493\", 0755", "quote it: \"***\", ***"),
            (
                "12",
                "patches[1] sets 12 of uint8",
                "patches[1] sets *** of uint8",
            ),
            ("a", "a list has `a`", "a list has `***`"),
            (
                "no",
                "it has no key `no`: false",
                "it has no key `***`: ***",
            ),
            ("first line\n  second", "bad: second", "bad: ***"),
        ] {
            assert_eq!(written(raw).without(text), told, "{raw}");
        }
    }

    #[test]
    fn a_server_quotes_only_what_is_no_secret() {
        let said = "got &value{Value:12345}, hunter2";
        let status = json!({"status": "Failure", "message": said, "reason": "Invalid", "code": 422,
            "details": {"causes": [{"message": said, "field": "stringData.b"}]}});
        for (kind, told) in [
            ("Secret", "got &value{Value:***}, ***"),
            ("ConfigMap", said),
        ] {
            let object = format!("{{kind: {kind}, stringData: {{a: 12345, b: hunter2}}}}");
            let status = serde_json::from_value(status.clone()).expect("it is a status");
            let refusal = kube::Error::Api(status);
            let refusal = Secrets::of(&yaml(&object)).without_in(refusal);
            let kube::Error::Api(status) = refusal else {
                panic!("{refusal}");
            };
            let causes = status.details.expect("it has some").causes;
            assert_eq!([&*status.message, &*causes[0].message], [told, told]);
        }
    }
}
