//! Reading the words of scripts: quotes, escapes, variables and substitutions.

use super::parse::{Parser, is_name};
use super::syntax::{Part, PartKind, Word};
use std::rc::Rc;

impl Parser<'_> {
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut parts: Vec<Part> = Vec::new();
        let start = self.at;
        while let Some(character) = self.rest().chars().next() {
            match character {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    let rest = &self.rest()[1..];
                    let length = rest.find('\'')?;
                    push_text(&mut parts, true, &rest[..length]);
                    self.at += length + 2;
                }
                '"' => {
                    self.at += 1;
                    push_text(&mut parts, true, "");
                    self.double_quoted(&mut parts)?;
                }
                '\\' => {
                    let escaped = self.rest().chars().nth(1)?;
                    self.at += 1 + escaped.len_utf8();
                    if escaped != '\n' {
                        push_text(&mut parts, true, escaped.encode_utf8(&mut [0; 4]));
                    }
                }
                '$' | '`' => self.dollar(&mut parts, false)?,
                other => {
                    self.at += other.len_utf8();
                    push_text(&mut parts, false, other.encode_utf8(&mut [0; 4]));
                }
            }
        }
        (self.at > start).then_some(Word(parts))
    }

    /// What stands behind an opening double quote, up to the closing one.
    fn double_quoted(&mut self, parts: &mut Vec<Part>) -> Option<()> {
        loop {
            let character = self.rest().chars().next()?;
            match character {
                '"' => {
                    self.at += 1;
                    return Some(());
                }
                '\\' => {
                    let escaped = self.rest().chars().nth(1)?;
                    self.at += 1 + escaped.len_utf8();
                    if !matches!(escaped, '$' | '`' | '"' | '\\' | '\n') {
                        push_text(parts, true, "\\");
                    }
                    if escaped != '\n' {
                        push_text(parts, true, escaped.encode_utf8(&mut [0; 4]));
                    }
                }
                '$' | '`' => self.dollar(parts, true)?,
                other => {
                    self.at += other.len_utf8();
                    push_text(parts, true, other.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    /// What a `$` or a backquote begins.
    fn dollar(&mut self, parts: &mut Vec<Part>, is_quoted: bool) -> Option<()> {
        let kind = if self.takes("`") {
            let rest = self.rest();
            self.at += rest.find('`')? + 1;
            PartKind::Opaque
        } else if self.takes("$((") {
            let rest = self.rest();
            let length = rest.find("))")?;
            self.at += length + 2;
            PartKind::Arithmetic(rest[..length].to_owned())
        } else if self.takes("$(") {
            self.substitution()?
        } else if self.takes("${") {
            let rest = self.rest();
            let length = rest.find('}')?;
            self.at += length + 1;
            let name = &rest[..length];
            if is_name(name) {
                PartKind::Variable(name.to_owned())
            } else {
                PartKind::Opaque
            }
        } else {
            self.at += 1;
            let rest = self.rest();
            let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
            let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            match rest.chars().next() {
                Some('?') => {
                    self.at += 1;
                    PartKind::Variable("?".to_owned())
                }
                Some('$' | '!' | '@' | '*' | '#' | '-' | '0'..='9') => {
                    self.at += 1;
                    PartKind::Opaque
                }
                _ if length > 0 => {
                    self.at += length;
                    PartKind::Variable(rest[..length].to_owned())
                }
                _ => PartKind::Text("$".to_owned()),
            }
        };
        parts.push(Part { is_quoted, kind });
        Some(())
    }

    /// What stands behind `$(`. Where it cannot be read, it is only gone past.
    fn substitution(&mut self) -> Option<PartKind> {
        let (start, depth) = (self.at, self.depth);
        if let Some(list) = self.list(&[])
            && self.takes(")")
        {
            return Some(PartKind::Substitution(Rc::new(list)));
        }
        (self.at, self.depth) = (start, depth);
        let mut open = 1;
        for (at, character) in self.rest().char_indices() {
            open += match character {
                '(' => 1,
                ')' => -1,
                // Parentheses may be quoted.
                '\'' | '"' | '\\' | '#' => return None,
                _ => 0,
            };
            if open == 0 {
                self.at += at + 1;
                return Some(PartKind::Opaque);
            }
        }
        None
    }
}

fn push_text(parts: &mut Vec<Part>, is_quoted: bool, text: &str) {
    if let Some(Part {
        is_quoted: last,
        kind: PartKind::Text(before),
    }) = parts.last_mut()
        && *last == is_quoted
    {
        before.push_str(text);
        return;
    }
    parts.push(Part {
        is_quoted,
        kind: PartKind::Text(text.to_owned()),
    });
}
