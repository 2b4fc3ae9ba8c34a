//! One path in kubectl's spelling.

use crate::error::{Error, Result};
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value as Json;
use trimtab_tree::{JsonStyle, Value, write_json};

/// A path such as `.status.conditions[?(@.type=="Ready")].status`.
#[derive(Clone, Debug)]
pub struct JsonPath(JpQuery);

impl JsonPath {
    /// Reads a path as kubectl takes it where no template is meant: `{.a.b}`, `.a.b` or `a.b`.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let inner = match (trimmed.strip_prefix('{'), trimmed.ends_with('}')) {
            (Some(rest), true) => &rest[..rest.len() - 1],
            (None, false) => trimmed,
            _ => return Err(malformed(text, "its braces are not closed")),
        };
        Self::parse_inner(inner)
    }

    /// Reads what stands between the braces of a template.
    pub(super) fn parse_inner(text: &str) -> Result<Self> {
        let mut speller = Speller::new(text);
        speller.path(true)?;
        if let Some(left) = speller.rest().chars().next() {
            return Err(malformed(text, &format!("{left:?} cannot stand there")));
        }
        let spelled = speller.out;
        let query = parse_json_path(&spelled)
            .map_err(|problem| malformed(text, &format!("as {spelled}: {problem}")))?;
        Ok(Self(query))
    }

    /// What the path leads to.
    pub(super) fn find<'j>(&self, json: &'j Json) -> Vec<&'j Json> {
        // The only failure is a query that computes a value, which a path never does.
        let found = js_path_process(&self.0, json).unwrap_or_default();
        found.into_iter().map(|found| found.val).collect()
    }

    /// The texts of what the path leads to: strings as they are, all else as JSON.
    #[must_use]
    pub fn texts(&self, object: &Value) -> Vec<String> {
        let json = to_json(object);
        self.find(&json).into_iter().map(text_of).collect()
    }
}

/// The text of a value as kubectl prints it.
pub(super) fn text_of(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// The object in the form that the library queries.
pub(super) fn to_json(object: &Value) -> Json {
    let mut text = String::new();
    // API objects are JSON by birth, so both steps succeed.
    write_json(object, &mut text, JsonStyle::Ordered)
        .ok()
        .and_then(|()| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

pub(super) fn malformed(text: &str, why: &str) -> Error {
    Error::Usage(format!("error parsing jsonpath {text}, {why}"))
}

/// Spells a kubectl path in the letters of RFC 9535.
struct Speller<'t> {
    text: &'t str,
    at: usize,
    out: String,
}

impl<'t> Speller<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            out: String::new(),
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn take(&mut self, prefix: &str) -> bool {
        let is_there = self.rest().starts_with(prefix);
        if is_there {
            self.at += prefix.len();
        }
        is_there
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// A path up to what cannot belong to it. At the root its `$` may be missing and a first field
    /// needs no dot.
    fn path(&mut self, is_root: bool) -> Result<()> {
        if is_root {
            self.skip_blanks();
            let _ = self.take("$") || self.take("@");
            self.out.push('$');
            if self
                .rest()
                .starts_with(|c: char| c.is_alphanumeric() || c == '_')
            {
                let name = self.name();
                self.quoted(&name);
            }
        }
        loop {
            if self.take("..") {
                self.out.push_str("..");
                if self.take("*") {
                    self.out.push('*');
                } else if !self.rest().starts_with('[') {
                    self.field()?;
                }
            } else if self.take(".") {
                if self.take("*") {
                    self.out.push_str("[*]");
                } else if self.rest().starts_with('[') || self.rest().trim().is_empty() {
                    // `.` alone is the object itself, and `.[0]` its item.
                } else {
                    self.field()?;
                }
            } else if self.take("[") {
                self.brackets()?;
            } else {
                break;
            }
        }
        if is_root {
            self.skip_blanks();
        }
        Ok(())
    }

    fn field(&mut self) -> Result<()> {
        let name = self.name();
        if name.is_empty() {
            return Err(malformed(self.text, "a field name is missing behind a dot"));
        }
        self.quoted(&name);
        Ok(())
    }

    /// A field name; a backslash takes the meaning from what follows.
    fn name(&mut self) -> String {
        let mut name = String::new();
        let mut characters = self.rest().char_indices();
        let mut end = self.rest().len();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.extend(characters.next().map(|(_, c)| c)),
                '.' | '[' | ']' | '(' | ')' | ',' | '|' | '&' | '=' | '!' | '<' | '>' | '{'
                | '}' => {
                    end = at;
                    break;
                }
                c if c.is_whitespace() => {
                    end = at;
                    break;
                }
                c => name.push(c),
            }
        }
        self.at += end;
        name
    }

    fn quoted(&mut self, name: &str) {
        self.out.push_str("['");
        for character in name.chars() {
            if matches!(character, '\'' | '\\') {
                self.out.push('\\');
            }
            self.out.push(character);
        }
        self.out.push_str("']");
    }

    /// What stands in brackets: names, indices, a slice, `*` or a filter.
    fn brackets(&mut self) -> Result<()> {
        self.skip_blanks();
        if self.take("?") {
            self.out.push_str("[?");
            self.filter()?;
        } else {
            self.out.push('[');
            self.plain_brackets()?;
        }
        self.skip_blanks();
        if !self.take("]") {
            return Err(malformed(self.text, "a bracket is not closed"));
        }
        self.out.push(']');
        Ok(())
    }

    fn plain_brackets(&mut self) -> Result<()> {
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Ok(());
            };
            match next {
                ']' => return Ok(()),
                '\'' | '"' => self.string()?,
                c if c.is_whitespace() => self.at += c.len_utf8(),
                c => {
                    self.out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// `(@.a.b == "c")`: paths in it are spelled anew, the rest stands.
    fn filter(&mut self) -> Result<()> {
        let mut depth = 0;
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(malformed(self.text, "a filter is not closed"));
            };
            match next {
                '\'' | '"' => self.string()?,
                '@' | '$' => {
                    self.at += 1;
                    self.out.push(next);
                    self.path(false)?;
                }
                ']' if depth == 0 => return Ok(()),
                c => {
                    match c {
                        '(' | '[' => depth += 1,
                        ')' | ']' => depth -= 1,
                        _ => {}
                    }
                    self.out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// A string in quotes, copied with them.
    fn string(&mut self) -> Result<()> {
        let rest = self.rest();
        let mut characters = rest.char_indices();
        let quote = characters.next().map(|(_, quote)| quote);
        while let Some((at, character)) = characters.next() {
            if character == '\\' {
                characters.next();
            } else if Some(character) == quote {
                let end = at + character.len_utf8();
                self.out.push_str(&rest[..end]);
                self.at += end;
                return Ok(());
            }
        }
        Err(malformed(self.text, "a quote is not closed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    const OBJECT: &str = r#"
metadata: {name: web, labels: {app.kubernetes.io/name: shop, a-b: dashed, "it's": quoted}}
spec: {replicas: 3, containers: [{name: a, image: x, env: [{name: E}]}, {name: b, image: y}], paused: false}
status: {conditions: [{type: Ready, status: "True"}, {type: Other, status: "False"}]}
"#;

    fn texts(path: &str) -> Vec<String> {
        JsonPath::parse(path).expect(path).texts(&yaml(OBJECT))
    }

    #[test]
    fn kubectls_spellings_lead_to_values() {
        for (path, expected) in [
            (".metadata.name", vec!["web"]),
            ("metadata.name", vec!["web"]),
            ("{.metadata.name}", vec!["web"]),
            ("{ $.metadata.name }", vec!["web"]),
            (r".metadata.labels.app\.kubernetes\.io/name", vec!["shop"]),
            (".metadata.labels['app.kubernetes.io/name']", vec!["shop"]),
            (".metadata.labels.a-b", vec!["dashed"]),
            (".metadata.labels.it's", vec!["quoted"]),
            (".spec.replicas", vec!["3"]),
            (".spec.paused", vec!["false"]),
            (".spec.containers[*].image", vec!["x", "y"]),
            (".spec.containers[0].name", vec!["a"]),
            (".spec.containers[-1].name", vec!["b"]),
            (".spec.containers[0:1].name", vec!["a"]),
            (".spec.containers[0,1].name", vec!["a", "b"]),
            (".spec.containers[0]['name','image']", vec!["a", "x"]),
            (
                r#".status.conditions[?(@.type=="Ready")].status"#,
                vec!["True"],
            ),
            (
                ".status.conditions[?(@.type == 'Other')].status",
                vec!["False"],
            ),
            (".spec.containers[?(@.env)].name", vec!["a"]),
            (".spec.containers[?(@.env[0].name=='E')].name", vec!["a"]),
            (".spec.missing", vec![]),
            (
                ".metadata.labels",
                vec![r#"{"a-b":"dashed","app.kubernetes.io/name":"shop","it's":"quoted"}"#],
            ),
        ] {
            assert_eq!(texts(path), expected, "{path}");
        }
        assert_eq!(texts("..image"), ["x", "y"]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for (path, why) in [
            ("{.a", "braces"),
            (".a[0", "a bracket is not closed"),
            (".a['b", "a quote is not closed"),
            (".a[?(@.b", "a filter is not closed"),
            (".a..", "a field name is missing"),
            (".a b", "'b' cannot stand there"),
            (".a[x]", "as $['a'][x]"),
        ] {
            let error = JsonPath::parse(path).expect_err(path).to_string();
            assert!(error.contains(why), "{path}: {error}");
        }
    }
}
