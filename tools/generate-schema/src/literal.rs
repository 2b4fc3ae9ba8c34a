//! JSON, and the `json_schema!` literals of k8s-openapi: JSON with trailing commas, where a value
//! may also be a Rust expression that asks for the schema of another type.

use crate::Error;

/// A value of a literal.
#[derive(Debug, PartialEq)]
pub(crate) enum Literal {
    /// Text, escapes undone.
    Text(String),
    /// A number, `true`, `false` or `null`, as written.
    Word(String),
    /// `[...]`
    List(Vec<Literal>),
    /// `{...}`, in order.
    Object(Vec<(String, Literal)>),
    /// `subschema_for::<crate::a::b::C>()`, as `a::b::C`.
    Reference(String),
}

impl Literal {
    /// The member `key` of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        members.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The text that member `key` is.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        if let Self::List(items) = self {
            items
        } else {
            &[]
        }
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[(String, Self)] {
        if let Self::Object(members) = self {
            members
        } else {
            &[]
        }
    }
}

/// Reads the literal that `text` begins with; what follows it is not looked at.
pub(crate) fn parse(text: &str) -> Result<Literal, Error> {
    let mut reader = Reader { text, at: 0 };
    reader.value()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Literal, Error> {
        match self.peek() {
            Some('{') => self.object(),
            Some('[') => self.list(),
            Some('"') => self.string().map(Literal::Text),
            Some('(' | '_') => self.expression(),
            Some(c) if c.is_ascii_alphanumeric() || c == '-' => Ok(self.word()),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn object(&mut self) -> Result<Literal, Error> {
        self.take('{')?;
        let mut members = Vec::new();
        while !self.ends_with('}')? {
            let key = self.string()?;
            self.take(':')?;
            members.push((key, self.value()?));
        }
        Ok(Literal::Object(members))
    }

    fn list(&mut self) -> Result<Literal, Error> {
        self.take('[')?;
        let mut items = Vec::new();
        while !self.ends_with(']')? {
            items.push(self.value()?);
        }
        Ok(Literal::List(items))
    }

    /// Whether `close` comes next, and takes it, and a comma before it.
    fn ends_with(&mut self, close: char) -> Result<bool, Error> {
        if self.peek() == Some(',') {
            self.at += 1;
        }
        match self.peek() {
            Some(c) if c == close => {
                self.at += 1;
                Ok(true)
            }
            Some(_) => Ok(false),
            None => Err(self.unexpected("the end of a list or object")),
        }
    }

    fn string(&mut self) -> Result<String, Error> {
        self.take('"')?;
        let mut text = String::new();
        let mut rest = self.text[self.at..].char_indices();
        while let Some((at, c)) = rest.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                // Only names matter here, and none has an escape: what follows is kept as it is.
                '\\' => text.extend(rest.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        Err(self.unexpected("the end of a string"))
    }

    fn word(&mut self) -> Literal {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c))
            .unwrap_or(rest.len());
        self.at += end;
        Literal::Word(rest[..end].to_owned())
    }

    /// `__gen.subschema_for::<crate::a::C>()`, bare, in parentheses, or in a block in parentheses
    /// that adds a description.
    fn expression(&mut self) -> Result<Literal, Error> {
        const CALL: &str = "subschema_for::<crate::";
        let rest = &self.text[self.at..];
        let (Some(call), next_key) = (rest.find(CALL), rest.find("\": ")) else {
            return Err(self.unexpected("a call of subschema_for"));
        };
        let name = &rest[call + CALL.len()..];
        let (Some(end), false) = (name.find('>'), next_key.is_some_and(|key| key < call)) else {
            return Err(self.unexpected("a call of subschema_for"));
        };
        let name = name[..end].to_owned();
        if rest.starts_with('(') {
            self.skip_parentheses()?;
        } else {
            self.at += call + CALL.len() + end + ">()".len();
        }
        Ok(Literal::Reference(name))
    }

    fn skip_parentheses(&mut self) -> Result<(), Error> {
        let mut depth = 0;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.string()?;
                    continue;
                }
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            self.at += c.len_utf8();
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.unexpected("a closing parenthesis"))
    }

    /// The next character that is not a space.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> Result<(), Error> {
        if self.peek() == Some(wanted) {
            self.at += wanted.len_utf8();
            return Ok(());
        }
        Err(self.unexpected(&format!("`{wanted}`")))
    }

    fn unexpected(&self, expected: &str) -> Error {
        let found: String = self.text[self.at..].chars().take(40).collect();
        format!("expected {expected} at {found:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_may_stand_in_a_block() {
        let literal = parse(
            r#"{ "a": ({ let mut o = __gen.subschema_for::<crate::x::A>(); o.insert("d".into(), "\")\"".into()); o }),
                 "b": __gen.subschema_for::<crate::x::B>(), "c": [(__gen.subschema_for::<crate::x::C>()),], "d": true }"#,
        );
        let reference = |name: &str| Literal::Reference(name.to_owned());
        assert_eq!(
            literal,
            Ok(Literal::Object(vec![
                ("a".to_owned(), reference("x::A")),
                ("b".to_owned(), reference("x::B")),
                ("c".to_owned(), Literal::List(vec![reference("x::C")])),
                ("d".to_owned(), Literal::Word("true".to_owned())),
            ]))
        );
    }

    #[test]
    fn an_unknown_expression_is_an_error() {
        for text in [
            "{",
            "[1, ",
            r#"{"a" 1}"#,
            r#"{"a": (1 + 2), "b": (subschema_for::<crate::B>())}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
