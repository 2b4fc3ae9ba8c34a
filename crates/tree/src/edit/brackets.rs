//! Putting the elements of a collection in brackets together again, with the commas, line breaks and
//! comments that were around them.

use super::layout::spaces;
use super::lines::column;
use std::ops::Range;

/// An element of a collection, and which one it was.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) was: Option<usize>,
    /// How many of the old elements are before it, those that go too.
    pub(super) passed: usize,
}

/// What is around an old element.
struct Around<'t> {
    /// From the line break before it, or from the comma, to the element.
    lead: &'t str,
    /// From the element to its comma.
    before_comma: &'t str,
    /// From there to the end of the line: a comment, if anything.
    trail: &'t str,
}

/// A collection without its elements.
struct Frame<'t> {
    /// The bracket, and a comment behind it.
    open: &'t str,
    elements: Vec<Around<'t>>,
    /// Whether there is a comma behind the last element.
    ends_with_comma: bool,
    /// From the line break behind the last element to the bracket.
    close: &'t str,
}

impl<'t> Frame<'t> {
    /// The one of `whole`, the old collection with its brackets, whose elements are at `ranges`;
    /// nothing when there are none.
    fn of(text: &'t str, whole: &Range<usize>, ranges: &[Range<usize>]) -> Option<Self> {
        let (first, last) = (ranges.first()?, ranges.last()?);
        let head = &text[whole.start + 1..first.start];
        let (beside, mut lead) = split_at_line_break(head);
        let close = whole.end - 1;
        let ends = ranges[1..].iter().map(|next| next.start);
        let gaps = ranges.iter().zip(ends.chain([close]));
        let mut elements = Vec::with_capacity(ranges.len());
        for (range, end) in gaps {
            let gap = &text[range.end..end];
            let (before_comma, behind) = split_at_comma(gap).unwrap_or(("", gap));
            let (trail, next) = split_at_line_break(behind);
            elements.push(Around {
                lead,
                before_comma,
                trail,
            });
            lead = next;
        }
        Some(Self {
            open: &text[whole.start..=whole.start + beside.len()],
            elements,
            ends_with_comma: split_at_comma(&text[last.end..close]).is_some(),
            close: lead,
        })
    }

    /// What is before an element that is not the first, without comments.
    fn usual_lead(&self) -> &'t str {
        let (first, others) = (&self.elements[0], &self.elements[1..]);
        let leads = || others.iter().map(|element| element.lead);
        let broken = || leads().chain([first.lead]).find(|lead| lead.contains('\n'));
        leads()
            .find(|lead| !lead.contains('#'))
            .or_else(|| broken().map(last_line))
            .unwrap_or(" ")
    }

    /// What is before a comma, without comments.
    fn usual_before_comma(&self) -> &'t str {
        let mut before = self.elements.iter().map(|element| element.before_comma);
        before.find(|before| !before.contains('#')).unwrap_or("")
    }
}

/// Puts the pieces together. `whole` is the old collection with its brackets, `ranges` are its old
/// elements. A comment on the line of an element that goes, goes with it; those on lines of their own
/// stay.
pub(super) fn join(
    text: &str,
    whole: &Range<usize>,
    ranges: &[Range<usize>],
    pieces: &[Piece],
    line_break: &str,
) -> String {
    let (open, close) = (
        &text[whole.start..=whole.start],
        &text[whole.end - 1..whole.end],
    );
    let Some(frame) = Frame::of(text, whole, ranges) else {
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        return format!("{open}{}{close}", texts.join(", "));
    };
    let elements = &frame.elements;
    let mut leads = elements.iter().map(|element| element.lead);
    if pieces.is_empty() && !leads.any(|lead| lead.contains('#')) && !frame.close.contains('#') {
        return format!("{open}{close}");
    }
    let new_line = format!("{line_break}{}", spaces(column(text, ranges[0].start)));
    let mut out = Joined {
        commented: frame.open.contains('#'),
        text: frame.open.to_owned(),
        left_break: None,
        new_line: &new_line,
    };
    let mut passed = 0;
    for (at, piece) in pieces.iter().enumerate() {
        for gone in elements.get(passed..piece.passed).unwrap_or_default() {
            out.leave(gone);
        }
        passed = piece.passed + usize::from(piece.was.is_some());
        let own = piece.was.map(|was| &elements[was]);
        let first = elements[0].lead;
        let lead = match own {
            Some(own) if own.lead.contains('#') => own.lead,
            _ if at == 0 && first.contains('#') => last_line(first),
            _ if at == 0 => first,
            Some(own) if piece.was > Some(0) || own.lead.contains('\n') => own.lead,
            _ => frame.usual_lead(),
        };
        out.push(lead, &piece.text);
        let is_last = at + 1 == pieces.len();
        let comma = !is_last || frame.ends_with_comma;
        let before_comma = match own {
            Some(own) if own.before_comma.contains('#') => own.before_comma,
            _ if !comma => "",
            Some(own) if piece.was < Some(elements.len() - 1) => own.before_comma,
            _ => frame.usual_before_comma(),
        };
        let comma = if comma { "," } else { "" };
        out.push_behind(before_comma, comma, own.map_or("", |own| own.trail));
    }
    for gone in &elements[passed..] {
        out.leave(gone);
    }
    if !out.commented {
        out.left_break = None;
    }
    out.push(frame.close, close);
    out.text
}

struct Joined<'t> {
    text: String,
    /// Whether a comment is open, so that a line break must follow.
    commented: bool,
    /// The line break before an element that went, which what follows on its line needs.
    left_break: Option<&'t str>,
    /// What breaks a line where nothing else shows how.
    new_line: &'t str,
}

impl<'t> Joined<'t> {
    /// Keeps what stays of what is around an element that goes.
    fn leave(&mut self, gone: &Around<'t>) {
        if !gone.lead.contains('\n') {
            return;
        }
        let line = last_line(gone.lead);
        if gone.lead.contains('#') {
            self.text
                .push_str(&gone.lead[..gone.lead.len() - line.len()]);
            self.commented = true;
        }
        self.left_break = self.left_break.or(Some(line));
    }

    fn push(&mut self, lead: &str, text: &str) {
        let left_break = self.left_break.take();
        let lead = match left_break {
            _ if lead.contains('\n') => lead,
            Some(line) => line,
            None if self.commented => self.new_line,
            None => lead,
        };
        self.text.extend([lead, text]);
        self.commented = false;
    }

    fn push_behind(&mut self, before_comma: &str, comma: &str, trail: &str) {
        self.text.extend([before_comma, comma, trail]);
        self.commented = trail.contains('#');
    }
}

/// What is before the comma of a gap between elements, and what is behind it. The gap holds comments,
/// but no texts.
fn split_at_comma(gap: &str) -> Option<(&str, &str)> {
    let mut in_comment = false;
    for (at, byte) in gap.bytes().enumerate() {
        match byte {
            b'#' => in_comment = true,
            b'\n' => in_comment = false,
            b',' if !in_comment => return Some((&gap[..at], &gap[at + 1..])),
            _ => {}
        }
    }
    None
}

/// The rest of a line, and what begins with the line break; a gap without one is all the latter.
fn split_at_line_break(gap: &str) -> (&str, &str) {
    gap.find('\n').map_or(("", gap), |at| {
        let is_crlf = gap[..at].ends_with('\r');
        gap.split_at(at - usize::from(is_crlf))
    })
}

/// The last line, with the line break before it.
fn last_line(lead: &str) -> &str {
    lead.rfind('\n').map_or(lead, |at| {
        let is_crlf = lead[..at].ends_with('\r');
        &lead[at - usize::from(is_crlf)..]
    })
}
