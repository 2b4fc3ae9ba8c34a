//! Label selectors in Kubernetes' string form: `app=web,tier in (front, back),!canary`.
//!
//! Grammar and validation are those of `labels.Parse` in k8s.io/apimachinery. kustomize also uses
//! them for annotations.

use std::collections::BTreeSet;
use std::fmt;
use trimtab_tree::{Diagnostic, Result, Text, Value};

/// What a [`Requirement`] asks of the label it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `key in (a, b)`: it is there and has one of the values.
    In,
    /// `key notin (a, b)`: it has none of the values, or is not there.
    NotIn,
    /// `key=a`: it is there and has the value.
    Equals,
    /// `key==a`, another way to write [`Operator::Equals`].
    DoubleEquals,
    /// `key!=a`: it does not have the value, or is not there.
    NotEquals,
    /// `key`: it is there.
    Exists,
    /// `!key`: it is not there.
    DoesNotExist,
    /// `key>5`: it is there and is a greater whole number.
    GreaterThan,
    /// `key<5`: it is there and is a smaller whole number.
    LessThan,
}

/// One condition of a [`LabelSelector`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    key: Text,
    operator: Operator,
    /// Sorted, each once; as many as the operator takes.
    values: Vec<Text>,
}

/// Conditions on labels, all of which must hold. Without any it selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LabelSelector {
    /// Sorted by key.
    requirements: Vec<Requirement>,
}

/// What is wrong with a label in a text that is no selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultyLabel {
    /// The key is none that a label may have.
    Key(String),
    /// The value is none that the label of this key may have.
    Value {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// Which one of the values it is.
        at: usize,
    },
    /// The value is no whole number, where one is asked for.
    Number {
        /// The value.
        value: String,
        /// Which one of the values it is.
        at: usize,
    },
}

impl LabelSelector {
    /// Parses a selector. The empty text is the selector of everything.
    ///
    /// # Errors
    /// When the text is not a selector, or a key or value in it is none that a label may have.
    pub fn parse(text: &str) -> Result<Self> {
        let mut requirements = Parser::new(text).selector()?;
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { requirements })
    }

    /// Which label a text that is no selector uses wrongly; `None` when it is a selector, or wrong as
    /// a whole. For those who tell of it in words of their own.
    #[must_use]
    pub fn faulty_label(text: &str) -> Option<FaultyLabel> {
        let mut parser = Parser::new(text);
        parser.selector().err()?;
        parser.fault
    }

    /// The conditions, sorted by key.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Whether it selects everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether it selects an object whose labels `label` looks up.
    pub fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.matches(label(&requirement.key)))
    }

    /// Whether it selects an object with these labels or annotations: a mapping whose values count
    /// by their text, null as the empty text. An object without labels has `None`.
    #[must_use]
    pub fn matches_value(&self, labels: Option<&Value>) -> bool {
        self.matches(|key| {
            let value = labels?.get(key)?;
            Some(if value.is_null() {
                ""
            } else {
                value.text().unwrap_or_default()
            })
        })
    }
}

impl Requirement {
    /// The label it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it asks.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The values it compares with, sorted.
    #[must_use]
    pub fn values(&self) -> &[Text] {
        &self.values
    }

    /// Whether it holds for a label of this value, `None` where there is no such label.
    #[must_use]
    pub fn matches(&self, value: Option<&str>) -> bool {
        let listed = |value: &str| self.values.iter().any(|listed| listed == value);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => value.is_some_and(listed),
            Operator::NotIn | Operator::NotEquals => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.compares(value, |found, bound| found > bound),
            Operator::LessThan => self.compares(value, |found, bound| found < bound),
        }
    }

    fn compares(&self, value: Option<&str>, holds: impl Fn(i64, i64) -> bool) -> bool {
        let found = value.and_then(|value| value.parse().ok());
        let bound = self.values.first().and_then(|value| value.parse().ok());
        found
            .zip(bound)
            .is_some_and(|(found, bound)| holds(found, bound))
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, requirement) in self.requirements.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values.join(",");
        let key = &self.key;
        match self.operator {
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    /// A key, a value, or one of the words `in` and `notin`.
    Word(&'t str),
    /// One of `= == != ! > < ( ) ,`.
    Sign(&'t str),
    End,
}

impl<'t> Token<'t> {
    fn text(self) -> &'t str {
        match self {
            Self::Word(text) | Self::Sign(text) => text,
            Self::End => "",
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'=' | b'!' | b'(' | b')' | b',' | b'>' | b'<')
}

fn scan(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if is_space(bytes[at]) {
            at += 1;
            continue;
        }
        let rest = &text[at..];
        if is_sign(bytes[at]) {
            let two = rest.starts_with("==") || rest.starts_with("!=");
            let length = if two { 2 } else { 1 };
            tokens.push(Token::Sign(&rest[..length]));
            at += length;
        } else {
            let ends = |&byte: &u8| is_space(byte) || is_sign(byte);
            let length = rest.bytes().position(|byte| ends(&byte));
            let length = length.unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..length]));
            at += length;
        }
    }
    tokens
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
    fault: Option<FaultyLabel>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            tokens: scan(text),
            at: 0,
            fault: None,
        }
    }

    fn selector(&mut self) -> Result<Vec<Requirement>> {
        let mut requirements = Vec::new();
        if self.peek() == Token::End {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.next() {
                Token::End => return Ok(requirements),
                Token::Sign(",") => {}
                other => return Err(self.unexpected(other, "`,` or the end")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement> {
        let negated = self.peek() == Token::Sign("!");
        if negated {
            self.at += 1;
        }
        let key = match self.next() {
            Token::Word(key) => key,
            other => return Err(self.unexpected(other, "a label key")),
        };
        if let Err(expected) = check_key(key) {
            self.fault = Some(FaultyLabel::Key(key.to_owned()));
            return Err(self.error(format!("invalid label key {key:?}"), expected));
        }
        let (operator, values) = if negated {
            (Operator::DoesNotExist, BTreeSet::new())
        } else if matches!(self.peek(), Token::End | Token::Sign(",")) {
            (Operator::Exists, BTreeSet::new())
        } else {
            self.condition()?
        };
        for (at, value) in values.iter().enumerate() {
            if let Err(expected) = check_value(value) {
                self.fault = Some(FaultyLabel::Value {
                    key: key.to_owned(),
                    value: (*value).to_owned(),
                    at,
                });
                let message = format!("invalid label value {value:?} at key {key:?}");
                return Err(self.error(message, expected));
            }
            let numeric = matches!(operator, Operator::GreaterThan | Operator::LessThan);
            if numeric && value.parse::<i64>().is_err() {
                self.fault = Some(FaultyLabel::Number {
                    value: (*value).to_owned(),
                    at,
                });
                let message = format!("{value:?} at key {key:?} is not a whole number");
                return Err(self.error(message, "a whole number after `>` and `<`"));
            }
        }
        Ok(Requirement {
            key: key.into(),
            operator,
            values: values.into_iter().map(Text::from).collect(),
        })
    }

    fn condition(&mut self) -> Result<(Operator, BTreeSet<&'t str>)> {
        let operator = match self.next() {
            Token::Word("in") => Operator::In,
            Token::Word("notin") => Operator::NotIn,
            Token::Sign("=") => Operator::Equals,
            Token::Sign("==") => Operator::DoubleEquals,
            Token::Sign("!=") => Operator::NotEquals,
            Token::Sign(">") => Operator::GreaterThan,
            Token::Sign("<") => Operator::LessThan,
            other => {
                let expected = "`=`, `==`, `!=`, `in`, `notin`, `>` or `<`";
                return Err(self.unexpected(other, expected));
            }
        };
        let values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => BTreeSet::from([self.value()?]),
        };
        Ok((operator, values))
    }

    /// One value; nothing at all is the empty value.
    fn value(&mut self) -> Result<&'t str> {
        match self.peek() {
            Token::End | Token::Sign(",") => Ok(""),
            Token::Word(value) => {
                self.at += 1;
                Ok(value)
            }
            other @ Token::Sign(_) => Err(self.unexpected(other, "a value")),
        }
    }

    /// `(a, b)`; a value left out is the empty value.
    fn values(&mut self) -> Result<BTreeSet<&'t str>> {
        if self.next() != Token::Sign("(") {
            self.at -= 1;
            return Err(self.unexpected(self.peek(), "`(`"));
        }
        let mut values = BTreeSet::new();
        loop {
            values.insert(match self.peek() {
                Token::Word(value) => {
                    self.at += 1;
                    value
                }
                _ => "",
            });
            match self.next() {
                Token::Sign(",") => {}
                Token::Sign(")") => return Ok(values),
                other => return Err(self.unexpected(other, "`,` or `)`")),
            }
        }
    }

    fn peek(&self) -> Token<'t> {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token<'t> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn unexpected(&self, found: Token<'_>, expected: &str) -> Box<Diagnostic> {
        let found = match found {
            Token::End => "the end".to_owned(),
            token => format!("`{}`", token.text()),
        };
        self.error(format!("unexpected {found}"), expected)
    }

    fn error(&self, message: impl fmt::Display, expected: &str) -> Box<Diagnostic> {
        let message = format!("label selector {:?}: {message}", self.text);
        Diagnostic::error("bad-label-selector", message).expecting(expected)
    }
}

/// The longest name part of a key, and the longest value.
const LONGEST_NAME: usize = 63;
/// The longest prefix of a key.
const LONGEST_PREFIX: usize = 253;

/// A qualified name: `name` or `prefix/name`, the prefix a DNS subdomain.
fn check_key(key: &str) -> std::result::Result<(), &'static str> {
    let name = match key.split_once('/') {
        None => key,
        Some((prefix, name)) => {
            let label = |label: &str| {
                is_framed(
                    label,
                    |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(),
                    b"-",
                )
            };
            if prefix.len() > LONGEST_PREFIX || !prefix.split('.').all(label) {
                return Err("a lower case DNS name of at most 253 characters before the `/`");
            }
            name
        }
    };
    if name.len() > LONGEST_NAME || !is_name(name) {
        return Err("at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends");
    }
    Ok(())
}

fn check_value(value: &str) -> std::result::Result<(), &'static str> {
    if value.is_empty() || (value.len() <= LONGEST_NAME && is_name(value)) {
        return Ok(());
    }
    Err("nothing, or at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends")
}

fn is_name(text: &str) -> bool {
    is_framed(text, |byte| byte.is_ascii_alphanumeric(), b"-_.")
}

/// Whether `text` begins and ends with a byte that is `solid` and has only those and `inner` ones.
fn is_framed(text: &str, solid: impl Fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|&byte| solid(byte))
        && bytes.last().is_some_and(|&byte| solid(byte))
        && bytes
            .iter()
            .all(|&byte| solid(byte) || inner.contains(&byte))
}

#[cfg(test)]
mod tests;
