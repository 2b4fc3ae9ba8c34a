//! Comments on the page.
//!
//! go-yaml v3 does not write comments where it meets them: each event leaves its own in a few
//! slots, and they are written at the next occasion for their kind. That is followed here, so that
//! comments end up where go-yaml puts them.

use super::analysis::Dialect;
use super::page::Page;
use crate::{Comments, Value};

static NONE: Comments = Comments {
    head: String::new(),
    line: String::new(),
    foot: String::new(),
};

/// The comments at a node.
pub(super) fn comments(value: &Value) -> &Comments {
    value.extra.as_ref().map_or(&NONE, |extra| &extra.comments)
}

/// The comments at the key of which `value` is the value.
pub(super) fn key_comments(value: &Value) -> &Comments {
    let extra = value.extra.as_ref();
    extra.map_or(&NONE, |extra| &extra.key_comments)
}

/// A page and the comments that wait to be written on it.
pub(super) struct CommentedPage<'o, 'v> {
    page: Page<'o>,
    head: &'v str,
    line: &'v str,
    foot: &'v str,
    /// What follows the field before, written before the next one.
    tail: &'v str,
    /// The line comment of a key, until its value is known.
    key_line: &'v str,
    /// The indentation of a comment below something: an empty line separates it from what
    /// follows at the same indentation.
    foot_indent: Option<usize>,
}

fn put<'v>(slot: &mut &'v str, text: &'v str) {
    if !text.is_empty() {
        *slot = text;
    }
}

impl<'o, 'v> CommentedPage<'o, 'v> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self {
            page: Page::new(out, Dialect::V3),
            head: "",
            line: "",
            foot: "",
            tail: "",
            key_line: "",
            foot_indent: None,
        }
    }

    pub(super) fn expect(&mut self, comments: &'v Comments, foot: &'v str) {
        self.expect_head(comments);
        put(&mut self.line, &comments.line);
        put(&mut self.foot, foot);
    }

    pub(super) fn expect_head(&mut self, comments: &'v Comments) {
        put(&mut self.head, &comments.head);
    }

    pub(super) fn expect_tail(&mut self, tail: &'v str) {
        put(&mut self.tail, tail);
    }

    /// The comments of a collection that ends.
    pub(super) fn expect_behind(&mut self, comments: &'v Comments) {
        put(&mut self.line, &comments.line);
        put(&mut self.foot, &comments.foot);
    }

    pub(super) fn has_comments_behind(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }

    pub(super) fn has_comments_before_end(&self) -> bool {
        !(self.head.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }

    /// Keeps the line comment of a key until the value is known.
    pub(super) fn keep_for_value(&mut self) {
        put(&mut self.key_line, std::mem::take(&mut self.line));
    }

    /// Hands the line comment of a key on to a value that stays on the line (which loses it if it
    /// has one of its own), or writes it before a block.
    pub(super) fn place_key_comment(&mut self, value_on_line: bool) {
        if self.key_line.is_empty() {
            return;
        }
        if !value_on_line {
            let own = std::mem::replace(&mut self.line, std::mem::take(&mut self.key_line));
            self.write_line();
            self.line = own;
        } else if self.line.is_empty() {
            self.line = std::mem::take(&mut self.key_line);
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.page.push(text);
    }

    pub(super) fn at_line_start(&self) -> bool {
        self.page.at_line_start()
    }

    pub(super) fn end_line(&mut self) {
        self.page.end_line();
    }

    /// Adds a space unless there is one, or a line or bracket was just begun.
    pub(super) fn gap(&mut self) {
        self.page.gap();
    }

    pub(super) fn new_line(&mut self, indent: usize) {
        if !self.page.at_line_start() {
            self.page.end_line();
        }
        if self.foot_indent.take() == Some(indent) {
            self.page.end_line();
        }
        self.page.new_line(indent);
    }

    /// Begins an item or a field, on the line of the `-` before it if `inline` and still possible.
    pub(super) fn begin(&mut self, indent: usize, inline: bool) {
        if inline && !self.page.at_line_start() {
            self.page.gap();
        } else {
            self.new_line(indent);
        }
    }

    /// The page, and the line comment, which a block takes for its first line.
    pub(super) fn split(&mut self) -> (&mut Page<'o>, &mut &'v str) {
        (&mut self.page, &mut self.line)
    }

    /// Writes what stands above the next node.
    pub(super) fn write_head(&mut self, indent: usize, inline: bool) {
        let tail = std::mem::take(&mut self.tail);
        if !tail.is_empty() {
            self.begin(indent, inline);
            self.write_lines(tail, indent);
            self.foot_indent = Some(indent);
        }
        let head = std::mem::take(&mut self.head);
        if !head.is_empty() {
            self.begin(indent, inline);
            self.write_lines(head, indent);
        }
    }

    /// Writes what stands behind the last node.
    pub(super) fn write_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            if !self.page.at_line_start() {
                self.page.push(" ");
            }
            self.write_lines(line, 0);
        }
    }

    /// Writes what stands below the last node.
    pub(super) fn write_foot(&mut self, indent: usize) {
        let foot = std::mem::take(&mut self.foot);
        if !foot.is_empty() {
            self.new_line(indent);
            self.write_lines(foot, indent);
            self.foot_indent = Some(indent);
        }
    }

    fn write_lines(&mut self, comment: &str, indent: usize) {
        for (at, line) in comment.split('\n').enumerate() {
            if at > 0 {
                self.page.end_line();
            }
            if line.is_empty() {
                continue;
            }
            if at > 0 {
                self.new_line(indent);
            }
            if !line.starts_with('#') {
                self.page.push("# ");
            }
            self.page.push(line);
        }
        if !self.page.at_line_start() {
            self.page.end_line();
        }
    }

    /// Ends the document.
    pub(super) fn finish(&mut self) {
        self.foot_indent = Some(0);
        self.write_foot(0);
        self.page.new_line(0);
    }
}
