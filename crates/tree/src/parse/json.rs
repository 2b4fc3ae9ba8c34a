//! JSON, by the letter of RFC 8259. (YAML files may hold JSON too; the YAML reader reads that.)

use super::{MAX_DEPTH, check_length, problem};
use crate::{
    Diagnostic, Entry, Mapping, Node, Position, Result, Scalar, ScalarKind, Text, Value, resolve,
};
use std::fmt::Write;

/// Texts of more bytes are refused. That is more than YAML may have: a large cluster's lists are JSON.
const LONGEST: usize = 512 << 20;

/// Reads one JSON value; `base` is the offset of the text in its [`crate::SourceMap`]. Strings and
/// collections get no style of their own: they are printed as the printer thinks best.
///
/// # Errors
/// When `text` is not JSON, has equal keys in one object, is nested deeper than [`MAX_DEPTH`] or
/// has more than 512 MiB.
pub fn parse_json(text: &str, base: u32) -> Result<Value> {
    Reader::new(text, base, None).document()
}

/// Reads one JSON value as [`parse_json`] does, but of equal keys in one object the last value
/// stays, in the place of the first. Gives the paths of the keys that were repeated too, once for
/// each repetition, in the order of the text: `spec.containers[0].image`.
///
/// # Errors
/// As [`parse_json`], equal keys aside.
pub fn parse_json_last_key_wins(text: &str, base: u32) -> Result<(Value, Vec<String>)> {
    let mut reader = Reader::new(text, base, Some(Repeated::default()));
    let value = reader.document()?;
    Ok((value, reader.repeated.unwrap_or_default().paths))
}

/// Keeps track of keys that come again.
#[derive(Default)]
struct Repeated {
    /// Where the reader is.
    steps: Vec<Step>,
    paths: Vec<String>,
}

/// A step of a path.
enum Step {
    Key(Text),
    Item(usize),
}

impl Repeated {
    fn report(&mut self, key: &str) {
        let mut path = String::new();
        for step in &self.steps {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.extend([".", key.as_str()]),
                Step::Item(at) => {
                    let _ = write!(path, "[{at}]");
                }
            }
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        self.paths.push(path);
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    base: u32,
    at: usize,
    /// Whether repeated keys are taken, and which were.
    repeated: Option<Repeated>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, base: u32, repeated: Option<Repeated>) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            base,
            at: 0,
            repeated,
        }
    }

    fn document(&mut self) -> Result<Value> {
        check_length(self.text.len(), LONGEST)?;
        let value = self.value(0)?;
        self.skip_blanks();
        if self.at < self.text.len() {
            return Err(self.unexpected("the end of the text"));
        }
        Ok(value)
    }

    fn enter(&mut self, step: impl FnOnce() -> Step) {
        if let Some(repeated) = &mut self.repeated {
            repeated.steps.push(step());
        }
    }

    fn leave(&mut self) {
        if let Some(repeated) = &mut self.repeated {
            repeated.steps.pop();
        }
    }

    fn position(&self, offset: usize) -> Position {
        Position::new(self.base, offset)
    }

    fn error(&self, offset: usize, message: impl Into<String>) -> Box<Diagnostic> {
        Diagnostic::error("json-syntax", message).at(self.position(offset))
    }

    /// Something else is at the current place than what `expected` says.
    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let message = match self.text[self.at..].chars().next() {
            Some(character) => format!("found unexpected character {character:?}"),
            None => "found unexpected end of text".to_owned(),
        };
        self.error(self.at, message).expecting(expected)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Skips blanks and then `byte`, if that is there.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Reads a value inside `depth` collections.
    fn value(&mut self, depth: usize) -> Result<Value> {
        self.skip_blanks();
        let position = self.position(self.at);
        let node = match self.bytes.get(self.at) {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(problem::too_deep(position)),
            Some(b'{') => Node::Mapping(self.object(depth + 1)?),
            Some(b'[') => Node::Sequence(self.array(depth + 1)?),
            Some(b'"') => Node::Scalar(Scalar::string(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Node::Scalar(self.number()?),
            _ => Node::Scalar(self.word()?),
        };
        Ok(Value::new(node).at(position))
    }

    fn word(&mut self) -> Result<Scalar> {
        let words = [
            ("true", ScalarKind::Bool),
            ("false", ScalarKind::Bool),
            ("null", ScalarKind::Null),
        ];
        for (word, kind) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(Scalar::new(kind, word));
            }
        }
        Err(self.unexpected("a JSON value"))
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(items);
        }
        loop {
            self.enter(|| Step::Item(items.len()));
            items.push(self.value(depth)?);
            self.leave();
            if self.take(b']') {
                return Ok(items);
            }
            if !self.take(b',') {
                return Err(self.unexpected("',' or ']'"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Mapping> {
        self.at += 1;
        let mut mapping = Mapping::new();
        if self.take(b'}') {
            return Ok(mapping);
        }
        loop {
            self.skip_blanks();
            let key_position = self.position(self.at);
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = Scalar::string(self.string()?);
            let first = mapping.position_of(key.text());
            if let Some(first) = first {
                let Some(repeated) = &mut self.repeated else {
                    let first = mapping.entries()[first].key_position;
                    return Err(problem::duplicate_key(key.text(), key_position, first));
                };
                repeated.report(key.text());
            }
            if !self.take(b':') {
                return Err(self.unexpected("':'"));
            }
            self.enter(|| Step::Key(key.text.clone()));
            let value = self.value(depth)?;
            self.leave();
            if first.is_some() {
                mapping.insert(key.text(), value);
            } else {
                mapping.push(Entry {
                    key,
                    key_position,
                    value,
                });
            }
            if self.take(b'}') {
                return Ok(mapping);
            }
            if !self.take(b',') {
                return Err(self.unexpected("',' or '}'"));
            }
        }
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.bytes.get(self.at) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.unexpected("a digit"));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Scalar> {
        let start = self.at;
        self.at += usize::from(self.bytes[start] == b'-');
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        let kind = match resolve(text) {
            ScalarKind::Int => ScalarKind::Int,
            ScalarKind::Float => ScalarKind::Float,
            _ => {
                return Err(self
                    .error(start, format!("the number {text} is too large"))
                    .expecting("a number that a 64-bit float can hold"));
            }
        };
        Ok(Scalar::new(kind, text))
    }

    fn string(&mut self) -> Result<Text> {
        let opening = self.at;
        self.at += 1;
        let mut value = Text::default();
        loop {
            let start = self.at;
            let rest = &self.bytes[start..];
            let length = rest
                .iter()
                .position(|&byte| byte < 0x20 || matches!(byte, b'"' | b'\\'))
                .unwrap_or(rest.len());
            self.at += length;
            value.push_str(&self.text[start..self.at]);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape()?),
                Some(_) => {
                    return Err(self
                        .error(self.at, "control characters are not allowed")
                        .expecting("an escape such as \\n"));
                }
                None => {
                    return Err(self
                        .unexpected("a closing \"")
                        .label(self.position(opening), "the quote was opened here"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let escape = self.at;
        self.at += 2;
        Ok(match self.bytes.get(escape + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0C',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let code = self.code(escape)?;
                return self.pair(escape, code);
            }
            _ => {
                return Err(self
                    .error(escape, "found unknown escape character")
                    .expecting("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"));
            }
        })
    }

    /// Reads four hexadecimal digits.
    fn code(&mut self, escape: usize) -> Result<u32> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let code = digits.and_then(|digits| {
            digits.iter().try_fold(0, |code, &byte| {
                Some(code << 4 | char::from(byte).to_digit(16)?)
            })
        });
        self.at += 4;
        code.ok_or_else(|| {
            self.error(escape, "did not find expected hexadecimal number")
                .expecting("4 hexadecimal digits")
        })
    }

    /// Makes a character of a code, or of two when the first is half of a pair.
    fn pair(&mut self, escape: usize, high: u32) -> Result<char> {
        let mut code = high;
        if let 0xD800..=0xDBFF = high
            && self.bytes[self.at..].starts_with(b"\\u")
        {
            self.at += 2;
            let low = self.code(escape)?;
            if let 0xDC00..=0xDFFF = low {
                code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            }
        }
        char::from_u32(code).ok_or_else(|| {
            self.error(escape, "found invalid Unicode character escape code")
                .expecting("a character, or the two halves of a surrogate pair")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParseOptions, parse_document};

    #[test]
    fn json_and_yaml_agree() {
        for text in [
            r#"{"a": [1, -2.5, 1e3, true, false, null], "b": {}, "c": []}"#,
            r#" "x\n\t\"\\\u00e9" "#,
            "[\n]",
            "0",
        ] {
            let json = parse_json(text, 1).unwrap();
            assert_eq!(
                json,
                parse_document(text, ParseOptions::default()).unwrap(),
                "{text}"
            );
        }
        let pair = parse_json(r#""\ud83d\ude00\/""#, 1).unwrap();
        assert_eq!(pair.as_str(), Some("😀/"));
    }

    #[test]
    fn positions_and_number_texts_are_kept() {
        let value = parse_json("{\"a\": 1.50}", 10).unwrap();
        let entry = value.as_mapping().unwrap().entry("a").unwrap();
        assert_eq!(entry.key_position, Position::new(10, 1));
        assert_eq!(entry.value.position, Position::new(10, 6));
        assert_eq!(entry.value.text(), Some("1.50"));
    }

    #[test]
    fn repeated_keys_are_reported_where_they_are_taken() {
        let text = r#"{"a": 1, "l": [{}, {"b": 1, "b": {"c": 2, "c": 3}, "b": 4}], "a": 2}"#;
        let (value, repeated) = parse_json_last_key_wins(text, 1).unwrap();
        assert_eq!(
            value,
            parse_json(r#"{"a": 2, "l": [{}, {"b": 4}]}"#, 1).unwrap()
        );
        assert_eq!(repeated, ["l[1].b", "l[1].b.c", "l[1].b", "a"]);
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_is() {
        let deep = "[".repeat(100_000);
        for (text, at, message) in [
            ("", 0, "found unexpected end of text"),
            ("{a: 1}", 1, "found unexpected character 'a'"),
            ("[1,]", 3, "found unexpected character ']'"),
            ("[1 2]", 3, "found unexpected character '2'"),
            ("01", 1, "found unexpected character '1'"),
            ("1.", 2, "found unexpected end of text"),
            ("1e999", 0, "the number 1e999 is too large"),
            ("nul", 0, "found unexpected character 'n'"),
            ("{} x", 3, "found unexpected character 'x'"),
            ("\"a", 2, "found unexpected end of text"),
            ("\"a\nb\"", 2, "control characters are not allowed"),
            ("\"\\x\"", 1, "found unknown escape character"),
            ("\"\\u12\"", 1, "did not find expected hexadecimal number"),
            (
                "\"\\ud83d\"",
                1,
                "found invalid Unicode character escape code",
            ),
            (
                "\"\\ud83d\\u0041\"",
                1,
                "found invalid Unicode character escape code",
            ),
            ("{\"a\":1,\"a\":2}", 7, "mapping key \"a\" already defined"),
            (&deep, 256, "exceeded max depth of 256"),
        ] {
            let error = parse_json(text, 1).unwrap_err();
            assert_eq!(error.message, message);
            assert_eq!(error.position, Position::new(1, at), "{message}");
        }
    }
}
