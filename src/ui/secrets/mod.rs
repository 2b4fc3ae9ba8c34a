//! What of a text is a secret, so that findings do not show it: values in `data` and `stringData` of
//! Secrets, also in patches of them, and what Secrets are generated from. This is the only place that
//! decides it; excerpts and messages ask here.
//!
//! It reads by itself, rather than to ask the parser: a line that cannot be parsed is shown as well,
//! and is no less secret. Where it is in doubt it hides.

mod blocks;
mod fields;
mod flow;
mod shown;
mod words;

use fields::Ranges;
pub(crate) use shown::Shown;
use std::ops::Range;
use trimtab_tree::{Location, SourceMap};
pub(crate) use words::told;

/// The secrets in the source of a location, in order and apart from each other.
pub(super) fn of<'s>(location: &Location<'_>, sources: &'s SourceMap) -> &'s [Range<usize>] {
    sources.hidden(location.source, |text, is_environment| {
        if is_environment {
            of_environment(text)
        } else {
            of_documents(text)
        }
    })
}

/// The secrets of a stream of documents.
pub(crate) fn of_documents(text: &str) -> Ranges {
    let mut hidden = Ranges::new();
    let mut start = 0;
    for line in text.split_inclusive('\n').chain([""]) {
        let at = if line.is_empty() {
            text.len()
        } else {
            line.as_ptr() as usize - text.as_ptr() as usize
        };
        let is_boundary = line.starts_with("---") || line.starts_with("...");
        if is_boundary || line.is_empty() {
            if may_have_secrets(&text[start..at]) {
                blocks::read(text, start..at, &mut hidden);
            }
            start = at + if is_boundary { "---".len() } else { 0 };
        }
    }
    apart(hidden)
}

/// Spares most documents a reading.
fn may_have_secrets(document: &str) -> bool {
    ["Secret", fields::GENERATORS, "/data", "/stringData"]
        .iter()
        .any(|word| document.contains(word))
}

/// The ranges in order, those that cross as one.
fn apart(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut apart: Ranges = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// The secrets of a file with a line `KEY=value` for each.
fn of_environment(text: &str) -> Ranges {
    let mut hidden = Ranges::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let line = flow::trimmed(text, start..end);
        if !line.is_empty() && !text[line.clone()].starts_with('#') {
            hidden.push(of_literal(text, line));
        }
        start = end;
    }
    apart(hidden)
}

/// The value in `KEY=value`; all of what has no key. What is no name, such as the last line of
/// something in base64, is not shown as one.
fn of_literal(text: &str, literal: Range<usize>) -> Range<usize> {
    let part = &text[literal.clone()];
    let quote = part.chars().next().filter(|first| "\"'".contains(*first));
    let Some(sign) = part.find('=') else {
        return literal;
    };
    let value = &part[sign + 1..];
    let value = quote
        .and_then(|quote| value.strip_suffix(quote))
        .unwrap_or(value);
    if !value.is_empty() && value.chars().all(|it| it == '=') {
        return literal;
    }
    let start = literal.start + sign + 1;
    start..start + value.len()
}

#[cfg(test)]
mod tests;
