//! Offsets and lines of a text.

/// The first byte of the line that holds the byte at `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// Behind the line break of the line that holds the byte at `at`, or the end of the text.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |found| at + found + 1)
}

/// The end of the line that holds the byte at `at`, before its line break.
pub(super) fn line_content_end(text: &str, at: usize) -> usize {
    let line = &text[at..line_end(text, at)];
    at + line.trim_end_matches(['\n', '\r']).len()
}

/// How many bytes are before the byte at `at` on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// Whether there is nothing but spaces before the byte at `at` on its line.
pub(super) fn begins_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at]
        .bytes()
        .all(|byte| byte == b' ')
}

/// Whether the line that holds the byte at `at` has nothing on it. There is no line at the end of a
/// text that ends with a line break.
pub(super) fn is_blank_line(text: &str, at: usize) -> bool {
    let (start, end) = (line_start(text, at), line_end(text, at));
    start < end && text[start..end].trim().is_empty()
}

/// Whether the line that holds the byte at `at` is a comment, which begins at column `least` or
/// further in.
pub(super) fn is_comment_line(text: &str, at: usize, least: usize) -> bool {
    let line = &text[line_start(text, at)..line_end(text, at)];
    let comment = line.trim_start_matches(' ');
    comment.starts_with('#') && line.len() - comment.len() >= least
}

/// Whether the rest of the line behind `at` holds a comment.
pub(super) fn has_comment_behind(text: &str, at: usize) -> bool {
    text[at..line_content_end(text, at)]
        .trim_start()
        .starts_with('#')
}
