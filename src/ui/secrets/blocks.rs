//! Secrets in block style, line by line: by how far keys are indented. What stands in block scalars
//! is read as if it stood outside, so that patches within kustomizations are found. It does not matter
//! whether the text can be parsed: what is around a mistake is shown, too.

use super::fields::{Closed, Fields, GENERATORS, Ranges, is_document};
use super::flow::{self, end_of_quoted, trimmed, unquoted};
use std::ops::Range;

/// After so many flow collections without an end the rest of a document is hidden: each has to be
/// looked for up to there.
const MOST_UNCLOSED: usize = 32;

/// A mapping whose end is not there yet.
#[derive(Debug)]
struct Open {
    /// Where its keys stand in their lines.
    column: usize,
    /// The present key, and where its value starts.
    key: Range<usize>,
    value: usize,
    fields: Fields,
}

/// One line, as far as it tells structure.
#[derive(Debug)]
struct Line {
    start: usize,
    /// Where its first dash stands, if it begins an item.
    dash: Option<usize>,
    /// Where what is behind the dashes starts.
    content: usize,
    /// The key there.
    key: Option<Range<usize>>,
    /// Where the value of the key starts, or what is no key.
    value: usize,
    end: usize,
}

/// Adds the secrets of the document in `range` of `text`.
pub(super) fn read(text: &str, range: Range<usize>, hidden: &mut Ranges) {
    let mut reader = Reader {
        text,
        end: range.end,
        open: Vec::new(),
        hidden,
    };
    let mut at = range.start;
    let mut unclosed = 0;
    while at < range.end {
        let line = line_at(text, at, range.end);
        at = line.end + 1;
        if let Some(flow) = reader.take(&line) {
            if flow.is_closed {
                at = at.max(flow.end);
                continue;
            }
            unclosed += 1;
            if unclosed == MOST_UNCLOSED {
                reader.hidden.push(at.min(range.end)..range.end);
                break;
            }
        }
    }
    reader.close_from(0, range.end);
}

struct Reader<'t> {
    text: &'t str,
    end: usize,
    open: Vec<Open>,
    hidden: &'t mut Ranges,
}

impl Reader<'_> {
    /// Takes a line; gives the flow collection that begins in it.
    fn take(&mut self, line: &Line) -> Option<flow::Flow> {
        let bytes = self.text.as_bytes();
        let first = bytes.get(line.value).filter(|_| line.value < line.end);
        let is_flow = matches!(first, Some(b'{' | b'['));
        if let Some(key) = &line.key {
            self.enter(line, key.clone());
        } else if let Some(dash) = line.dash.filter(|_| is_flow) {
            self.close_deeper(dash, line.start);
        }
        if is_flow {
            return Some(self.take_flow(line));
        }
        if matches!(first, Some(b'"' | b'\'')) {
            let end = end_of_quoted(self.text, line.value, self.end);
            if is_document(&self.text[line.value..end]) {
                self.give(Closed::patch(line.value..end));
            }
        }
        None
    }

    /// Takes the key of a line into the mapping that it stands in.
    fn enter(&mut self, line: &Line, key: Range<usize>) {
        let column = line.content - line.start;
        // An item is a mapping of its own.
        self.close_deeper(line.dash.unwrap_or(column), line.start);
        match self.open.last_mut() {
            Some(open) if open.column == column => {
                end_entry(self.text, open, line.start);
                (open.key, open.value) = (key, line.value);
            }
            above => {
                let makes_secrets = above.is_some_and(|above| {
                    above.fields.makes_secrets
                        || unquoted(&self.text[above.key.clone()]) == GENERATORS
                });
                let mut fields = Fields::default();
                fields.makes_secrets = makes_secrets;
                self.open.push(Open {
                    column,
                    key,
                    value: line.value,
                    fields,
                });
            }
        }
    }

    fn take_flow(&mut self, line: &Line) -> flow::Flow {
        let makes_secrets = self.open.last().is_some_and(|open| {
            let is_here = unquoted(&self.text[open.key.clone()]) == GENERATORS;
            open.fields.makes_secrets || is_here
        });
        let mut flow = flow::read(self.text, line.value, self.end, makes_secrets);
        self.give(std::mem::take(&mut flow.closed));
        flow
    }

    /// Gives what is in the present value to the mapping that it is in.
    fn give(&mut self, closed: Closed) {
        if let Some(open) = self.open.last_mut() {
            let key = unquoted(&self.text[open.key.clone()]);
            open.fields.take_closed(key, closed, self.hidden);
        } else {
            self.hidden.extend(closed.hidden);
            self.hidden.extend(closed.patched);
        }
    }

    /// Closes the mappings whose keys stand further in than `column`.
    fn close_deeper(&mut self, column: usize, end: usize) {
        let first = self.open.partition_point(|open| open.column <= column);
        self.close_from(first, end);
    }

    fn close_from(&mut self, first: usize, end: usize) {
        while self.open.len() > first
            && let Some(mut open) = self.open.pop()
        {
            end_entry(self.text, &mut open, end);
            self.give(open.fields.close());
        }
    }
}

/// Takes the present entry of a mapping, which ends at `end`.
fn end_entry(text: &str, open: &mut Open, end: usize) {
    let key = unquoted(&text[open.key.clone()]);
    let value = open.value.min(end)..end;
    let line = text[value.clone()].lines().next().unwrap_or_default();
    let values = match key {
        "literals" => literals(text, value),
        _ if Fields::wants_values_of(key) => values(text, value),
        _ => Ranges::new(),
    };
    open.fields.take(key, line, values);
}

/// Where the values are in what stands behind a key: those of a mapping, or all of it.
fn values(text: &str, range: Range<usize>) -> Ranges {
    let range = trimmed(text, without_properties(text, range));
    let part = &text[range.clone()];
    if part.is_empty() {
        return Ranges::new();
    }
    if part.starts_with('{') {
        return flow::read(text, range.start, range.end, false).values;
    }
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    if !text[start..range.start].trim().is_empty() && !part.starts_with('#') {
        return vec![behind_header(text, range)];
    }
    let mut values = Ranges::new();
    let mut column = None;
    // What stands before the first key, and then the value of the last.
    let mut value = range.start;
    for line in lines(text, start..range.end) {
        let here = line.content - line.start;
        let is_key = line.key.is_some() && line.dash.is_none();
        if is_key && line.content >= range.start && *column.get_or_insert(here) == here {
            values.push(behind_header(text, value.min(line.start)..line.start));
            value = line.value;
        }
    }
    values.push(behind_header(text, value..range.end));
    values.retain(|value| !value.is_empty());
    values
}

/// A value without the `|` or `>` in front of a block scalar, and without space around it.
fn behind_header(text: &str, range: Range<usize>) -> Range<usize> {
    let range = trimmed(text, range);
    let part = &text[range.clone()];
    match part.find('\n') {
        Some(at) if part.starts_with(['|', '>']) => trimmed(text, range.start + at..range.end),
        None if part.starts_with(['|', '>']) && part.len() < 4 => range.end..range.end,
        _ => range,
    }
}

/// What is behind an anchor and a tag.
fn without_properties(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = trimmed(text, range);
    while text[range.clone()].starts_with(['&', '!']) {
        let part = &text[range.clone()];
        let length = part.find(char::is_whitespace).unwrap_or(part.len());
        let rest = &part[length..];
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        range.start += length + spaces;
        if text[range.clone()].starts_with('\n') {
            break;
        }
    }
    range
}

/// Where the values are in a list of literals.
fn literals(text: &str, range: Range<usize>) -> Ranges {
    let first = trimmed(text, range.clone());
    if text[first.clone()].starts_with('[') {
        let items = flow::read(text, first.start, first.end, false).values;
        return items
            .into_iter()
            .map(|item| super::of_literal(text, item))
            .collect();
    }
    let start = text[..first.start].rfind('\n').map_or(0, |at| at + 1);
    let mut starts = Vec::new();
    let mut column = None;
    for line in lines(text, start..range.end) {
        if let Some(dash) = line.dash
            && *column.get_or_insert(dash) == dash
            && line.start + dash >= range.start
        {
            starts.push(line.start + dash + 1);
        }
    }
    if starts.is_empty() {
        starts.push(first.start);
    }
    let ends = starts.iter().skip(1).map(|start| start - 1);
    let ends: Vec<usize> = ends.chain([range.end]).collect();
    let items = starts.into_iter().zip(ends);
    items
        .map(|(start, end)| super::of_literal(text, behind_header(text, start..end.max(start))))
        .filter(|value| !value.is_empty())
        .collect()
}

fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Line> + '_ {
    let mut at = range.start;
    std::iter::from_fn(move || {
        (at < range.end).then(|| {
            let line = line_at(text, at, range.end);
            at = line.end + 1;
            line
        })
    })
}

fn line_at(text: &str, start: usize, limit: usize) -> Line {
    let end = text[start..limit].find('\n').map_or(limit, |at| start + at);
    let whole = &text[start..end];
    let mut content = whole.len() - whole.trim_start_matches(' ').len();
    let mut dash = None;
    while whole[content..].starts_with("- ") {
        dash.get_or_insert(content);
        let rest = &whole[content + 1..];
        content += 1 + rest.len() - rest.trim_start_matches(' ').len();
    }
    if whole[content..].trim_end() == "-" {
        dash.get_or_insert(content);
        content = whole.len();
    }
    let found = key(&whole[content..]);
    let content = start + content;
    Line {
        start,
        dash,
        content,
        key: found
            .as_ref()
            .map(|(key, _)| content + key.start..content + key.end),
        value: content + found.map_or(0, |(_, value)| value),
        end,
    }
}

/// Where the key is that a text begins with, and where its value starts.
fn key(text: &str) -> Option<(Range<usize>, usize)> {
    let end = match text.chars().next()? {
        '#' | '{' | '[' | '\t' => return None,
        '"' | '\'' => {
            let end = end_of_quoted(text, 0, text.len());
            let rest = &text[end..];
            let colon = end + rest.len() - rest.trim_start().len();
            text[colon..].starts_with(':').then_some(colon)?
        }
        _ => text.match_indices(':').map(|(at, _)| at).find(|at| {
            text[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })?,
    };
    let rest = &text[end + 1..];
    let mut value = end + 1 + rest.len() - rest.trim_start().len();
    // What stands in front of a value is none of it.
    while text[value..].starts_with(['&', '!']) {
        let Some(length) = text[value..].find(' ') else {
            break;
        };
        let rest = &text[value + length..];
        value += length + rest.len() - rest.trim_start().len();
    }
    Some((0..text[..end].trim_end().len(), value))
}
