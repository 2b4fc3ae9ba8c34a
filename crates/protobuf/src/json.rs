//! JSON text, taken apart in place: where each value begins and ends, and nothing copied.

use crate::Error;
use std::borrow::Cow;

/// How deep values may stand in each other.
const MAX_DEPTH: usize = 500;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    /// Where it stands in the text; of texts, what is between the quotes.
    start: u32,
    end: u32,
    /// The token behind it and all that it holds.
    next: u32,
}

/// The values of a text. It keeps its memory for the next one.
#[derive(Debug, Default)]
pub(crate) struct Tape(Vec<Token>);

/// A value in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a> {
    text: &'a str,
    tape: &'a [Token],
    at: usize,
}

impl Tape {
    /// Takes a text apart.
    pub(crate) fn read<'a>(&'a mut self, text: &'a str) -> Result<Json<'a>, Error> {
        self.0.clear();
        if u32::try_from(text.len()).is_err() {
            return Err(Error::value("the object is longer than 4 GiB"));
        }
        let mut scanner = Scanner {
            bytes: text.as_bytes(),
            at: 0,
            tokens: &mut self.0,
        };
        scanner.space();
        scanner.value(0)?;
        scanner.space();
        if scanner.at != text.len() {
            return Err(not_json());
        }
        let tape = &self.0;
        Ok(Json { text, tape, at: 0 })
    }
}

impl<'a> Json<'a> {
    pub(crate) fn kind(self) -> Kind {
        self.tape[self.at].kind
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// As it stands in the text.
    pub(crate) fn raw(self) -> &'a str {
        let token = self.tape[self.at];
        let quotes = u32::from(token.kind == Kind::Text);
        &self.text[(token.start - quotes) as usize..(token.end + quotes) as usize]
    }

    /// The content of a text; other scalars as they are written, null as nothing.
    pub(crate) fn text(self) -> Result<Cow<'a, str>, Error> {
        let token = self.tape[self.at];
        let inner = &self.text[token.start as usize..token.end as usize];
        match token.kind {
            Kind::Text if inner.contains('\\') => unescape(inner).map(Cow::Owned),
            Kind::Text | Kind::Bool | Kind::Number => Ok(Cow::Borrowed(inner)),
            Kind::Null => Ok(Cow::Borrowed("")),
            Kind::List | Kind::Object => Err(Error::value(format!(
                "a scalar was expected, not {}",
                self.described()
            ))),
        }
    }

    /// The items of a list; none of what is no list.
    pub(crate) fn items(self) -> impl Iterator<Item = Json<'a>> {
        let is_list = self.kind() == Kind::List;
        let end = if is_list { self.next() } else { self.at + 1 };
        let mut item = Json {
            at: self.at + 1,
            ..self
        };
        std::iter::from_fn(move || {
            let here = item;
            (here.at < end).then(|| {
                item.at = here.next();
                here
            })
        })
    }

    /// The members of an object; none of what is no object.
    pub(crate) fn members(self) -> impl Iterator<Item = (Json<'a>, Json<'a>)> {
        let is_object = self.kind() == Kind::Object;
        let end = if is_object { self.next() } else { self.at + 1 };
        let mut key = Json {
            at: self.at + 1,
            ..self
        };
        std::iter::from_fn(move || {
            let here = key;
            (here.at < end).then(|| {
                let value = Json {
                    at: here.next(),
                    ..here
                };
                key.at = value.next();
                (here, value)
            })
        })
    }

    /// The member of that name, which is written without escapes, of an object.
    pub(crate) fn member(self, wanted: &str) -> Option<Json<'a>> {
        let mut members = self.members();
        let found = members.find(|(key, _)| key.raw().trim_matches('"') == wanted);
        found.map(|(_, value)| value)
    }

    /// What it is, for errors.
    pub(crate) fn described(self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::Bool => "true or false",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::List => "a list",
            Kind::Object => "an object",
        }
    }

    fn next(self) -> usize {
        self.tape[self.at].next as usize
    }
}

fn not_json() -> Error {
    Error::value("the object is no JSON")
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    tokens: &'a mut Vec<Token>,
}

impl Scanner<'_> {
    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, Error> {
        self.bytes.get(self.at).copied().ok_or_else(not_json)
    }

    /// Begins a token; [`Scanner::end`] ends it.
    fn begin(&mut self, kind: Kind) -> usize {
        let start = self.at as u32;
        self.tokens.push(Token {
            kind,
            start,
            end: start,
            next: 0,
        });
        self.tokens.len() - 1
    }

    fn end(&mut self, token: usize) {
        let next = self.tokens.len() as u32;
        let token = &mut self.tokens[token];
        token.end = self.at as u32;
        token.next = next;
    }

    fn value(&mut self, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooDeep(MAX_DEPTH));
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.string(),
            b't' => self.word("true", Kind::Bool),
            b'f' => self.word("false", Kind::Bool),
            b'n' => self.word("null", Kind::Null),
            b'-' | b'0'..=b'9' => {
                let token = self.begin(Kind::Number);
                while matches!(
                    self.bytes.get(self.at),
                    Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
                ) {
                    self.at += 1;
                }
                self.end(token);
                Ok(())
            }
            _ => Err(not_json()),
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), Error> {
        let token = self.begin(kind);
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(not_json());
        }
        self.at += word.len();
        self.end(token);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Error> {
        self.at += 1;
        let token = self.begin(Kind::Text);
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.end(token);
        self.at += 1;
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<(), Error> {
        let token = self.begin(Kind::List);
        self.at += 1;
        self.space();
        while self.peek()? != b']' {
            self.value(depth + 1)?;
            self.behind(b']')?;
        }
        self.at += 1;
        self.end(token);
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), Error> {
        let token = self.begin(Kind::Object);
        self.at += 1;
        self.space();
        while self.peek()? != b'}' {
            if self.peek()? != b'"' {
                return Err(not_json());
            }
            self.string()?;
            self.space();
            if self.peek()? != b':' {
                return Err(not_json());
            }
            self.at += 1;
            self.space();
            self.value(depth + 1)?;
            self.behind(b'}')?;
        }
        self.at += 1;
        self.end(token);
        Ok(())
    }

    /// Behind a value stands a comma and another one, or the end.
    fn behind(&mut self, end: u8) -> Result<(), Error> {
        self.space();
        if self.peek()? == b',' {
            self.at += 1;
            self.space();
            return match self.peek()? {
                found if found == end => Err(not_json()),
                _ => Ok(()),
            };
        }
        if self.peek()? == end {
            return Ok(());
        }
        Err(not_json())
    }
}

fn unescape(text: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        match chars.next().ok_or_else(not_json)? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => {
                let (c, behind) = unicode(chars.as_str())?;
                out.push(c);
                rest = behind;
                continue;
            }
            plain => out.push(plain),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

/// The character of four hexadecimal digits, or of two times four, and what stands behind. Halves
/// of pairs without the other half are the replacement character, as in Go.
fn unicode(text: &str) -> Result<(char, &str), Error> {
    let digits = |text: &str| {
        let digits = text.get(..4).ok_or_else(not_json)?;
        u32::from_str_radix(digits, 16).map_err(|_| not_json())
    };
    let first = digits(text)?;
    let behind = &text[4..];
    if let Some(c) = char::from_u32(first) {
        return Ok((c, behind));
    }
    if let Some(second) = behind.strip_prefix("\\u") {
        let low = digits(second)?;
        if (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&low) {
            let joined = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            let c = char::from_u32(joined).ok_or_else(not_json)?;
            return Ok((c, &second[4..]));
        }
    }
    Ok((char::REPLACEMENT_CHARACTER, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_place() {
        let mut tape = Tape::default();
        let text = r#" {"a":[1, "x\n\u00e9\ud83d\ude00", null,{}], "b" : {"c":true,"d":[]}} "#;
        let json = tape.read(text).unwrap();
        let members: Vec<_> = json.members().collect();
        assert_eq!(members[0].0.text().unwrap(), "a");
        let items: Vec<_> = members[0].1.items().collect();
        assert_eq!(items[0].text().unwrap(), "1");
        assert_eq!(items[1].text().unwrap(), "x\né😀");
        assert!(items[2].is_null());
        assert_eq!((items[3].kind(), items.len()), (Kind::Object, 4));
        assert_eq!(members[1].1.raw(), r#"{"c":true,"d":[]}"#);
        assert_eq!(items[1].raw(), r#""x\n\u00e9\ud83d\ude00""#);
        assert_eq!(members[1].1.members().count(), 2);
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        let mut tape = Tape::default();
        for text in [
            "",
            "{",
            "[1",
            "{\"a\"}",
            "{\"a\":1,}",
            "[,]",
            "[1 2]",
            "tru",
            "\"a",
            "\"\\",
            "{}x",
            "{1:2}",
            "nul",
            "'a'",
        ] {
            assert!(tape.read(text).is_err(), "{text}");
        }
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert_eq!(tape.read(&deep).unwrap_err(), Error::TooDeep(MAX_DEPTH));
    }
}
