//! Choosing how to write a string, and writing it.

use super::ambiguity::is_ambiguous;
use super::analysis::{Analysis, Dialect, analyze, is_surely_plain, is_word};
use super::page::{Fit, Page};
use crate::Style;

/// Where a scalar stands.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Where continuation lines begin.
    pub(super) indent: usize,
    /// Before a `:` on the same line.
    pub(super) simple_key: bool,
    /// Inside `[]` or `{}`.
    pub(super) flow: bool,
}

impl Slot {
    fn fit(self) -> Fit {
        Fit {
            indent: self.indent,
            may_break: !self.simple_key,
        }
    }
}

/// Writes a string the way go-yaml v2 would.
pub(super) fn write_string(page: &mut Page<'_>, text: &str, slot: Slot) {
    if !slot.flow && is_word(text) {
        page.push(text);
        return;
    }
    let ambiguous = is_ambiguous(text, Dialect::V2);
    if !ambiguous && !slot.flow && is_surely_plain(text) {
        page.plain(text, slot.fit());
        return;
    }
    let wish = if text.contains('\n') {
        Style::Literal
    } else if ambiguous {
        Style::DoubleQuoted
    } else {
        Style::Plain
    };
    write_as(page, text, wish, slot, &mut "");
}

/// Writes a text in the wished style, or in the next one that can hold it. A block takes the line
/// comment, which must begin with `#`, for its first line; other styles leave it.
pub(super) fn write_as(
    page: &mut Page<'_>,
    text: &str,
    wish: Style,
    slot: Slot,
    line_comment: &mut &str,
) {
    let style = possible_style(text, analyze(text, page.dialect()), wish, slot);
    let fit = slot.fit();
    let mut begin_block = |page: &mut Page<'_>, indicator| {
        page.push(indicator);
        page.block_hints(text);
        let comment = std::mem::take(line_comment);
        if !comment.is_empty() {
            page.push(" ");
            page.push(comment);
        }
        page.end_line();
    };
    match style {
        Style::SingleQuoted => page.single_quoted(text, fit),
        Style::DoubleQuoted => page.double_quoted(text, fit),
        Style::Literal => {
            begin_block(page, "|");
            page.literal_lines(text, slot.indent);
        }
        Style::Folded => {
            begin_block(page, ">");
            page.folded_lines(text, slot.indent);
        }
        Style::Plain | Style::Flow => page.plain(text, fit),
    }
}

/// The wished style if it can hold the text, else single, else double quotes.
pub(super) fn possible_style(text: &str, analysis: Analysis, wish: Style, slot: Slot) -> Style {
    let mut style = wish;
    if slot.simple_key && analysis.multiline {
        style = Style::DoubleQuoted;
    }
    if matches!(style, Style::Plain | Style::Flow) {
        let plain = if slot.flow {
            analysis.flow_plain
        } else {
            analysis.block_plain
        };
        if !plain || (text.is_empty() && (slot.flow || slot.simple_key)) {
            style = Style::SingleQuoted;
        }
    }
    let possible = match style {
        Style::SingleQuoted => analysis.single_quoted,
        Style::Literal | Style::Folded => analysis.block && !slot.flow && !slot.simple_key,
        _ => true,
    };
    if possible { style } else { Style::DoubleQuoted }
}
