//! Secrets in flow collections of YAML; JSON is one.

use super::fields::{Closed, Fields, GENERATORS, Ranges, is_document};
use std::ops::Range;

/// A flow collection that was read.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Behind its last bracket, or where the text ends.
    pub(super) end: usize,
    /// Whether its last bracket is there.
    pub(super) is_closed: bool,
    /// Where its own values are.
    pub(super) values: Ranges,
    /// What those in it have.
    pub(super) closed: Closed,
}

/// A bracket that is open.
#[derive(Debug, Default)]
struct Open {
    is_mapping: bool,
    key: Option<Range<usize>>,
    /// Where the present key or value begins.
    start: usize,
    values: Ranges,
    /// The values of what was closed last, if it is the present value.
    below: Option<Ranges>,
    fields: Fields,
}

struct Reader<'t> {
    text: &'t str,
    open: Vec<Open>,
    flow: Flow,
}

/// Reads the collection whose first bracket is at `start`, up to its end or `limit`.
pub(super) fn read(text: &str, start: usize, limit: usize, makes_secrets: bool) -> Flow {
    let mut reader = Reader {
        text,
        open: Vec::new(),
        flow: Flow::default(),
    };
    let end = reader.read(start, limit, makes_secrets);
    reader.flow.is_closed = end.is_some();
    let end = end.unwrap_or(limit);
    while !reader.open.is_empty() {
        reader.close(end);
    }
    reader.flow.end = end;
    reader.flow
}

impl Reader<'_> {
    /// The offset behind the last bracket, if it is there.
    fn read(&mut self, start: usize, limit: usize, makes_secrets: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        // Whether a value, key or item may begin here.
        let mut begins = true;
        let mut at = start;
        while at < limit {
            let byte = bytes[at];
            match byte {
                b'"' | b'\'' if begins => {
                    at = self.quoted(at, limit);
                    begins = false;
                    continue;
                }
                b'{' | b'[' if begins => self.open(byte == b'{', at + 1, makes_secrets),
                b'}' | b']' => {
                    self.close(at);
                    begins = false;
                    if self.open.is_empty() {
                        return Some(at + 1);
                    }
                }
                b',' => {
                    self.end_entry(at);
                    begins = true;
                }
                b':' if self.ends_key(at) => {
                    self.end_key(at);
                    begins = true;
                }
                b'#' if begins || bytes[at - 1].is_ascii_whitespace() => {
                    let rest = &self.text[at..limit];
                    at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                _ if byte.is_ascii_whitespace() => {}
                // Properties stand before a value.
                b'&' | b'!' if begins => {
                    let rest = &self.text[at..limit];
                    at += rest.find([' ', '\n', ',']).unwrap_or(rest.len());
                    continue;
                }
                _ => begins = false,
            }
            at += 1;
        }
        None
    }

    fn open(&mut self, is_mapping: bool, start: usize, makes_secrets: bool) {
        let above = self.open.last();
        let below_generators = above.is_some_and(|above| {
            let key = above.key.clone().map(|key| &self.text[key]);
            above.fields.makes_secrets || key.is_some_and(|key| unquoted(key) == GENERATORS)
        });
        let mut open = Open {
            is_mapping,
            start,
            ..Open::default()
        };
        open.fields.is_list = !is_mapping;
        open.fields.makes_secrets = makes_secrets || below_generators;
        self.open.push(open);
    }

    /// Passes a quoted scalar, which may be a document itself.
    fn quoted(&mut self, start: usize, limit: usize) -> usize {
        let end = end_of_quoted(self.text, start, limit);
        if is_document(&self.text[start..end])
            && let Some(open) = self.open.last_mut()
        {
            let key = open.key.clone().map(|key| unquoted(&self.text[key]));
            let patched = Closed::patch(start..end);
            let hidden = &mut self.flow.closed.hidden;
            open.fields
                .take_closed(key.unwrap_or_default(), patched, hidden);
        }
        end
    }

    /// Whether the colon at `at` ends a key.
    fn ends_key(&self, at: usize) -> bool {
        let Some(open) = self.open.last().filter(|open| open.is_mapping) else {
            return false;
        };
        let bytes = self.text.as_bytes();
        let is_apart = bytes
            .get(at + 1)
            .is_none_or(|next| next.is_ascii_whitespace() || b",]}[{".contains(next));
        let is_quoted = self.text[open.start..at].trim_end().ends_with(['"', '\'']);
        open.key.is_none() && (is_apart || is_quoted)
    }

    fn end_key(&mut self, at: usize) {
        if let Some(open) = self.open.last_mut() {
            open.key = Some(trimmed(self.text, open.start..at));
            open.start = at + 1;
        }
    }

    fn end_entry(&mut self, at: usize) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let value = trimmed(self.text, open.start..at);
        let below = open.below.take();
        if let Some(key) = open.key.take() {
            let key = unquoted(&self.text[key]);
            let text = &self.text[value.clone()];
            let mut values = below.unwrap_or_else(|| vec![value.clone()]);
            if key == "literals" {
                values = values
                    .into_iter()
                    .map(|literal| super::of_literal(self.text, literal))
                    .collect();
            }
            open.fields.take(key, text, values);
        }
        if !value.is_empty() {
            open.values.push(value);
        }
        open.start = at + 1;
    }

    /// Closes the innermost bracket.
    fn close(&mut self, at: usize) {
        self.end_entry(at);
        let Some(open) = self.open.pop() else {
            return;
        };
        let closed = open.fields.close();
        if let Some(above) = self.open.last_mut() {
            let key = above.key.clone().map(|key| unquoted(&self.text[key]));
            let hidden = &mut self.flow.closed.hidden;
            above
                .fields
                .take_closed(key.unwrap_or_default(), closed, hidden);
            above.below = Some(open.values);
        } else {
            self.flow.values = open.values;
            self.flow.closed.patched.extend(closed.patched);
            self.flow.closed.hidden.extend(closed.hidden);
            self.flow.closed.is_of_another_kind = closed.is_of_another_kind;
        }
    }
}

/// The offset behind a quoted scalar, or `limit` where its second quote is not there.
pub(super) fn end_of_quoted(text: &str, start: usize, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let mut at = start + 1;
    while at < limit {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => {
                // Two single quotes are one.
                if quote == b'\'' && bytes.get(at + 1) == Some(&quote) {
                    at += 1;
                } else {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    limit
}

/// A range without the space at both of its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

/// The text of a key.
pub(super) fn unquoted(key: &str) -> &str {
    key.trim_matches(['"', '\''])
}
