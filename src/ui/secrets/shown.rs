//! A line without its secrets.

use std::ops::Range;
use trimtab_deploy::MASK;

/// What may be shown of a line: all of it, with a mask for each secret.
pub(crate) struct Shown {
    pub(crate) text: String,
    /// The parts of the line, and where each starts in `text`.
    parts: Vec<(Range<usize>, usize, bool)>,
}

impl Shown {
    /// Of the line, or a part of it, that is at `line` of `text`.
    pub(crate) fn new(text: &str, line: Range<usize>, hidden: &[Range<usize>]) -> Self {
        let mut shown = Self {
            text: String::with_capacity(line.len()),
            parts: Vec::new(),
        };
        let indentation = text[line.clone()].len() - text[line.clone()].trim_start().len();
        let first = hidden.partition_point(|range| range.end <= line.start);
        let mut done = line.start;
        for range in &hidden[first..] {
            // Of a value of many lines each is masked where it begins.
            let start = range.start.max(line.start + indentation);
            let end = range.end.min(line.end);
            if start >= line.end {
                break;
            }
            shown.add(text, done..start, false);
            shown.add(text, start..end, true);
            done = end.max(done);
        }
        shown.add(text, done..line.end, false);
        shown
    }

    fn add(&mut self, text: &str, range: Range<usize>, is_secret: bool) {
        if range.is_empty() {
            return;
        }
        self.parts.push((range.clone(), self.text.len(), is_secret));
        self.text
            .push_str(if is_secret { MASK } else { &text[range] });
    }

    /// Where a byte of the source is in what is shown; of a secret, where its mask starts.
    pub(crate) fn start_of(&self, offset: usize) -> usize {
        let after = self
            .parts
            .partition_point(|(range, _, _)| range.start <= offset);
        let Some((range, start, is_secret)) = self.parts.get(after.wrapping_sub(1)) else {
            return 0;
        };
        let within = if *is_secret && offset < range.end {
            0
        } else if *is_secret {
            MASK.len()
        } else {
            offset - range.start
        };
        start + within
    }

    /// Where in the source a byte of what is shown is; of a mask, where the secret ends.
    pub(crate) fn end_in_source(&self, at: usize) -> usize {
        let after = self.parts.partition_point(|(_, start, _)| *start < at);
        match self.parts.get(after.wrapping_sub(1)) {
            None => self.parts.first().map_or(0, |(range, _, _)| range.start),
            Some((range, _, true)) => range.end,
            Some((range, start, false)) => range.start + (at - start),
        }
    }
}
