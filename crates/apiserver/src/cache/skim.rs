//! Reads labels, owners and a few fields out of an object's stored form, passing over all else.
//!
//! Every change of every object comes through here; making a tree of it each time would cost more
//! than all the rest of feeding the cache.

use trimtab_tree::{Text, parse_json};

use super::facts::{Facts, FieldRule};

/// The facts of an object; `None` when the text is not one JSON object.
pub(super) fn skim(text: &str, rules: &[FieldRule]) -> Option<Facts> {
    let mut skimmer = Skimmer::new(text);
    let mut labels = Vec::new();
    let mut owners = Vec::new();
    let mut found: Vec<(&str, Text)> = Vec::new();
    skimmer.object(|skimmer, key| {
        if key == "metadata" {
            return skimmer.object(|skimmer, key| match (key, skimmer.peek()) {
                ("labels", Some(b'{')) => skimmer.object(|skimmer, key| {
                    let value = skimmer.scalar()?;
                    labels.push((Text::from(key), value));
                    Some(())
                }),
                ("ownerReferences", Some(b'[')) => skimmer.owners(&mut owners),
                _ => skimmer.skip(),
            });
        }
        skimmer.field(key, rules, &mut found)
    })?;
    let value_of = |rule: &FieldRule| {
        let mut paths = rule.paths();
        let value = paths.find_map(|path| {
            let (_, value) = found.iter().find(|(known, _)| *known == path)?;
            Some(value.clone()).filter(|value| !value.is_empty())
        });
        value.unwrap_or_else(|| Text::from(rule.default))
    };
    let fields = rules.iter().map(value_of).collect();
    Some(Facts {
        labels,
        fields,
        owners: owners.into(),
    })
}

/// The fields of a stored object and the texts of their values; `None` when it is not one object.
pub(crate) fn top_level_fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut skimmer = Skimmer::new(text);
    let mut fields = Vec::new();
    skimmer.take(b'{')?;
    while skimmer.peek()? != b'}' {
        let key = skimmer.token()?;
        let key = key.strip_prefix('"')?.strip_suffix('"')?;
        skimmer.take(b':')?;
        let start = skimmer.at;
        skimmer.skip()?;
        fields.push((key, text.get(start..skimmer.at)?));
        if skimmer.peek()? == b',' {
            skimmer.at += 1;
        }
    }
    Some(fields)
}

/// A stored object in which fields of this name, wherever they are, are null.
pub(crate) fn without_field(text: &str, name: &str) -> String {
    let key = format!("\"{name}\":");
    let mut short = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(&key) {
        let value = at + key.len();
        short.push_str(&rest[..value]);
        let mut skimmer = Skimmer::new(&rest[value..]);
        // Within a string its quotes stand behind a backslash: then it is no key.
        let is_key = !rest[..at].ends_with('\\') && skimmer.skip().is_some();
        if is_key {
            short.push_str("null");
            rest = &rest[value + skimmer.at..];
        } else {
            rest = &rest[value..];
        }
    }
    short.push_str(rest);
    short
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
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            text,
            at: 0,
        }
    }

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

    /// Reads a list, calling `item` at each item; it must read the item.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            item(self)?;
            if self.peek()? != b',' {
                return self.take(b']');
            }
            self.at += 1;
        }
    }

    /// Reads the uids of references to owners.
    fn owners(&mut self, owners: &mut Vec<Text>) -> Option<()> {
        self.list(|skimmer| {
            if skimmer.peek() != Some(b'{') {
                return skimmer.skip();
            }
            skimmer.object(|skimmer, key| {
                if key != "uid" || !is_scalar(skimmer.peek()) {
                    return skimmer.skip();
                }
                let uid = skimmer.scalar()?;
                if !owners.contains(&uid) {
                    owners.push(uid);
                }
                Some(())
            })
        })
    }

    /// Looks for fields that rules name in the value at a path, and below it.
    fn field<'r>(
        &mut self,
        path: &str,
        rules: &'r [FieldRule],
        found: &mut Vec<(&'r str, Text)>,
    ) -> Option<()> {
        let mut is_it: Option<&'r str> = None;
        let mut is_above = false;
        for known in rules.iter().flat_map(FieldRule::paths) {
            match known.strip_prefix(path) {
                Some("") => is_it = Some(known),
                Some(rest) if rest.starts_with('.') => is_above = true,
                _ => {}
            }
        }
        match is_it {
            Some(known) if is_scalar(self.peek()) => {
                found.push((known, self.scalar()?));
                Some(())
            }
            _ if is_above && self.peek() == Some(b'{') => self.object(|skimmer, key| {
                let path = format!("{path}.{key}");
                skimmer.field(&path, rules, found)
            }),
            _ => self.skip(),
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
fn facts_of(object: &trimtab_tree::Value, rules: &[FieldRule]) -> Option<Facts> {
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
    fn each_owner_is_found_once() {
        let owned = |owners: &str| {
            let text =
                format!(r#"{{"kind":"Pod","metadata":{{"name":"p","ownerReferences":{owners}}}}}"#);
            skim(&text, &[]).map(|facts| facts.owners)
        };
        let none: Box<[Text]> = Box::default();
        assert_eq!(owned("[]"), Some(none.clone()));
        assert_eq!(owned("null"), Some(none.clone()));
        assert_eq!(owned(r#"[{"kind":"A"},7]"#), Some(none));
        let two = owned(
            r#"[{"kind":"A","uid":"u1","x":{"uid":"no"}},{"uid":"u2"},{"controller":true,"uid":"u1"}]"#,
        );
        assert_eq!(two.as_deref(), Some(&["u1".into(), "u2".into()][..]));
        assert_eq!(owned(r#"[{"uid":"u1"}"#), None);
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
    fn fields_of_custom_kinds_are_as_deep_as_they_are() {
        let rules = [FieldRule::of_path("spec.a.b"), FieldRule::of_path("spec.c")];
        let object = r#"{"kind":"K","metadata":{"name":"k"},"spec":{"a":{"b":"x","d":[{"b":"no"}]},"c":true}}"#;
        let facts = facts_of(&parse_json(object, 0).unwrap(), &rules).unwrap();
        assert_eq!(facts.fields, ["x", "true"]);
    }

    #[test]
    fn parts_of_an_object_are_found_without_reading_it() {
        let text = r#"{"a":{"x":[1,{"b":2}]},"b":"x\"x\":1","c":{"x":{}}}"#;
        let fields = top_level_fields(text).unwrap();
        assert_eq!(fields[0], ("a", r#"{"x":[1,{"b":2}]}"#));
        assert_eq!(fields.len(), 3);
        assert_eq!(
            without_field(text, "x"),
            r#"{"a":{"x":null},"b":"x\"x\":1","c":{"x":null}}"#
        );
        assert_eq!(top_level_fields("[]"), None);
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
