//! Text with `{...}` in it, as `-o jsonpath=` takes it.

use super::path::{JsonPath, JsonPathError, text_of};
use trimtab_tree::Value;

type Result<T> = std::result::Result<T, JsonPathError>;

/// How deep ranges may stand in each other.
const MAX_DEPTH: usize = 20;

/// A template: text, paths, strings in quotes, and ranges over what a path leads to.
#[derive(Clone, Debug)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Path(JsonPath),
    Range(JsonPath, Vec<Part>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// When a brace, a quote or a range is not closed, or a path is none.
    pub fn parse(text: &str) -> Result<Self> {
        let mut open: Vec<(JsonPath, Vec<Part>)> = Vec::new();
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(brace) = rest.find('{') {
            if brace > 0 {
                parts.push(Part::Text(rest[..brace].to_owned()));
            }
            let inner = &rest[brace + 1..];
            let end = closing_brace(inner);
            let end =
                end.ok_or_else(|| JsonPathError::new(text, "an action is not closed by `}`"))?;
            rest = &inner[end + 1..];
            let action = inner[..end].trim();
            if action == "end" {
                let Some((path, before)) = open.pop() else {
                    return Err(JsonPathError::new(text, "`{end}` ends no range"));
                };
                let body = std::mem::replace(&mut parts, before);
                parts.push(Part::Range(path, body));
            } else if let Some(path) = range_path(action) {
                if open.len() == MAX_DEPTH {
                    let why = format!("ranges are nested more than {MAX_DEPTH} deep");
                    return Err(JsonPathError::new(text, why));
                }
                let path = JsonPath::parse_inner(path)?;
                open.push((path, std::mem::take(&mut parts)));
            } else if action.starts_with(['"', '\'']) {
                parts.push(Part::Text(unquote(action)?));
            } else {
                parts.push(Part::Path(JsonPath::parse_inner(action)?));
            }
        }
        if !open.is_empty() {
            return Err(JsonPathError::new(text, "a range is not closed by `{end}`"));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The template filled with an object. What several values come to is joined by spaces; what a
    /// path does not find is nothing.
    #[must_use]
    pub fn render(&self, object: &Value) -> String {
        let mut out = String::new();
        render(&self.0, object, &mut out);
        out
    }
}

impl Template {
    /// What each part of the template finds in an object, part by part: the text of text, all that a
    /// path leads to, and of a range what its parts find in each item.
    #[must_use]
    pub fn find(&self, object: &Value) -> Vec<Vec<Value>> {
        let mut found = Vec::new();
        find(&self.0, object, &mut found);
        found
    }
}

fn find(parts: &[Part], object: &Value, found: &mut Vec<Vec<Value>>) {
    for part in parts {
        match part {
            Part::Text(text) => found.push(vec![Value::string(text.as_str())]),
            Part::Path(path) => found.push(path.find(object).into_iter().cloned().collect()),
            Part::Range(path, body) => {
                for item in path.find(object) {
                    find(body, item, found);
                }
            }
        }
    }
}

fn render(parts: &[Part], object: &Value, out: &mut String) {
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Path(path) => {
                let texts: Vec<String> = path.find(object).into_iter().map(text_of).collect();
                out.push_str(&texts.join(" "));
            }
            Part::Range(path, body) => {
                for item in path.find(object) {
                    render(body, item, out);
                }
            }
        }
    }
}

fn range_path(action: &str) -> Option<&str> {
    let path = action.strip_prefix("range")?;
    path.starts_with(char::is_whitespace).then_some(path)
}

/// Where the brace that ends the action is: none in quotes counts.
fn closing_brace(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (_, '\\') => {
                characters.next();
            }
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '}') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The text of a string in quotes, with Go's common escapes.
fn unquote(action: &str) -> Result<String> {
    let quote = action.chars().next().unwrap_or('"');
    let inner = action[1..].strip_suffix(quote);
    let inner = inner.ok_or_else(|| JsonPathError::new(action, "a quote is not closed"))?;
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn render(template: &str) -> String {
        let list = yaml(
            "{kind: List, items: [{metadata: {name: a}, n: [1, 2]}, {metadata: {name: b}, n: []}]}",
        );
        Template::parse(template).expect(template).render(&list)
    }

    #[test]
    fn templates_mix_text_paths_and_ranges() {
        for (template, expected) in [
            ("{.items[*].metadata.name}", "a b"),
            ("kind is {.kind}!", "kind is List!"),
            (
                r#"{range .items[*]}{.metadata.name}{"\t"}{.n[*]}{"\n"}{end}"#,
                "a\t1 2\nb\t\n",
            ),
            (
                "{range .items[*]}{.metadata.name}:{range .n[*]}<{@}>{end};{end}",
                "a:<1><2>;b:;",
            ),
            ("{.missing}", ""),
            (r#"{"{}"}{.kind}"#, "{}List"),
            (".kind", ".kind"),
            (
                r#"{.items[?(@.metadata.name=="b")].metadata}"#,
                r#"{"name":"b"}"#,
            ),
        ] {
            assert_eq!(render(template), expected, "{template}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for (template, why) in [
            ("{.a", "not closed by `}`"),
            ("{range .a}x", "not closed by `{end}`"),
            ("{end}", "ends no range"),
            (r#"{"a}"#, "not closed by `}`"),
            (&"{range @}".repeat(100_000), "nested"),
        ] {
            let error = Template::parse(template).expect_err(template).to_string();
            assert!(error.contains(why), "{template}: {error}");
        }
    }
}
