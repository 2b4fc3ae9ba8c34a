//! Comments, collected while the text is scanned.

/// A comment: from its `#` to the end of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Byte offset of the first byte of its line.
    pub(super) line_start: usize,
}
