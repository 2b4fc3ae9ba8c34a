//! Reads labels and a few fields out of an object's stored form, passing over all else.
//!
//! Every change of every object comes through here; making a tree of it each time would cost more
//! than all the rest of feeding the cache.

use trimtab_tree::{Text, parse_json};

use super::facts::{Facts, FieldRule};

/// The facts of an object; `None` when the text is not one JSON object.
pub(super) fn skim(text: &str, rules: &'static [FieldRule]) -> Option<Facts> {
    let mut skimmer = Skimmer {
        bytes: text.as_bytes(),
        text,
        at: 0,
    };
    let mut labels = Vec::new();
    let mut found: Vec<(&'static str, Text)> = Vec::new();
    skimmer.object(|skimmer, key| {
        if key == "metadata" {
            return skimmer.object(|skimmer, key| {
                if key != "labels" || skimmer.peek() != Some(b'{') {
                    return skimmer.skip();
                }
                skimmer.object(|skimmer, key| {
                    let value = skimmer.scalar()?;
                    labels.push((Text::from(key), value));
                    Some(())
                })
            });
        }
        let wanted = |path: &&&'static str| {
            path.strip_prefix(key)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut paths = rules.iter().flat_map(|rule| rule.paths).filter(wanted);
        let Some(&first) = paths.next() else {
            return skimmer.skip();
        };
        if skimmer.peek() != Some(b'{') {
            if first == key && is_scalar(skimmer.peek()) {
                found.push((first, skimmer.scalar()?));
                return Some(());
            }
            return skimmer.skip();
        }
        let outer = key.len();
        let top = key.to_owned();
        skimmer.object(|skimmer, key| {
            let is_it = |path: &&&'static str| {
                path.strip_prefix(top.as_str())
                    .and_then(|rest| rest.strip_prefix('.'))
                    == Some(key)
            };
            let mut paths = rules.iter().flat_map(|rule| rule.paths);
            match paths.find(is_it) {
                Some(&path) if is_scalar(skimmer.peek()) => {
                    debug_assert!(path.len() > outer, "the path goes on behind the first key");
                    found.push((path, skimmer.scalar()?));
                    Some(())
                }
                _ => skimmer.skip(),
            }
        })
    })?;
    let value_of = |rule: &FieldRule| {
        let mut paths = rule.paths.iter();
        let value = paths.find_map(|path| {
            let (_, value) = found.iter().find(|(known, _)| known == path)?;
            Some(value.clone()).filter(|value| !value.is_empty())
        });
        value.unwrap_or_else(|| Text::from(rule.default))
    };
    let fields = rules.iter().map(value_of).collect();
    Some(Facts { labels, fields })
}

fn is_scalar(next: Option<u8>) -> bool {
    !matches!(next, Some(b'{' | b'[') | None)
}

struct Skimmer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Skimmer<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        if self.peek()? == byte {
            self.at += 1;
            return Some(());
        }
        None
    }

    /// Reads an object, calling `field` at the value of each key; it must read the value.
    fn object(&mut self, mut field: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            let key = self.scalar()?;
            self.take(b':')?;
            field(self, &key)?;
            if self.peek()? != b',' {
                return self.take(b'}');
            }
            self.at += 1;
        }
    }

    /// Reads a scalar: its text.
    fn scalar(&mut self) -> Option<Text> {
        let token = self.token()?;
        match token.strip_prefix('"') {
            None => Some(Text::from(token)),
            Some(_) if token.contains('\\') => {
                let value = parse_json(token, 0).ok()?;
                value.as_str().map(Text::from)
            }
            Some(rest) => rest.strip_suffix('"').map(Text::from),
        }
    }

    /// Passes over a scalar.
    fn token(&mut self) -> Option<&'a str> {
        let start = self.at;
        if self.peek()? == b'"' {
            self.at += 1;
            loop {
                match self.peek()? {
                    b'"' => break,
                    b'\\' => self.at += 2,
                    _ => self.at += 1,
                }
            }
            self.at += 1;
        } else {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b':');
            self.at += self.bytes[start..].iter().position(ends)?;
        }
        self.text.get(start..self.at)
    }

    /// Passes over a value.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => {
                    self.token()?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// The facts of an object that is not stored, for tests and for what comes from history.
#[cfg(test)]
fn facts_of(object: &trimtab_tree::Value, rules: &'static [FieldRule]) -> Option<Facts> {
    let stored = super::stored_form(object).ok()?;
    skim(std::str::from_utf8(&stored).ok()?, rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::field_rules;

    fn facts(json: &str, resource: &str) -> Facts {
        facts_of(&parse_json(json, 0).unwrap(), field_rules("", resource)).unwrap()
    }

    #[test]
    fn labels_and_fields_are_found() {
        let facts = facts(
            r#"{"kind":"Pod","metadata":{"annotations":{"labels":"{}"},"labels":{"b":"q\"\\uote","a":""},"name":"p"},"spec":{"containers":[{"nodeName":"no"}],"hostNetwork":true,"nodeName":"n1"},"status":{}}"#,
            "pods",
        );
        assert_eq!(facts.label("a"), Some(""));
        assert_eq!(facts.label("b"), Some("q\"\\uote"));
        assert_eq!(facts.label("c"), None);
        assert_eq!(facts.fields[0], "n1");
        assert_eq!(facts.fields[4], "true");
        assert_eq!(facts.fields[5], "");
    }

    #[test]
    fn fields_have_defaults_and_substitutes() {
        let facts = facts(
            r#"{"kind":"Event","metadata":{"name":"e"},"reportingComponent":"c","reason":"R","source":{}}"#,
            "events",
        );
        assert_eq!(facts.fields[7], "R");
        assert_eq!(facts.fields[9], "c");
    }

    #[test]
    fn what_is_no_object_has_no_facts() {
        for text in [
            "",
            "{",
            "[]",
            "{\"a\"}",
            "{\"a\":[}",
            "{\"a\":\"b",
            "{\"a\":1]",
        ] {
            assert_eq!(skim(text, &[]), None, "{text}");
        }
    }
}
