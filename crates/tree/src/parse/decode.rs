//! From the bytes of a file to text.

use super::{MAX_LENGTH, check_length};
use crate::{Diagnostic, Result};

/// Makes text of the bytes of a file: UTF-8, or UTF-16 when a byte order mark says so. The mark is
/// not part of the text.
///
/// # Errors
/// When the bytes are not text in that encoding; the message names the first bad byte by offset,
/// line and column. When there are more than [`crate::MAX_LENGTH`].
pub fn decode(bytes: Vec<u8>) -> Result<String> {
    check_length(bytes.len(), MAX_LENGTH)?;
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: Vec<u8>) -> Result<String> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = String::from_utf8_lossy(&bytes[..at]);
        let wrong = format!("byte 0x{:02x}", bytes[at]);
        not_text("UTF-8", &wrong, at, &before)
            .expecting("UTF-8, or UTF-16 with a byte order mark")
            .hint("save the file as UTF-8")
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut read = 0;
    for character in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        match character {
            Ok(character) => {
                text.push(character);
                read += 2 * character.len_utf16();
            }
            Err(error) => {
                let wrong = format!("unpaired surrogate {:04x}", error.unpaired_surrogate());
                return Err(not_text("UTF-16", &wrong, read + 2, &text));
            }
        }
    }
    if !odd.is_empty() {
        return Err(not_text("UTF-16", "half a character", read + 2, &text));
    }
    Ok(text)
}

/// The error for the byte at `offset`, which is behind the text `before`.
fn not_text(encoding: &str, wrong: &str, offset: usize, before: &str) -> Box<Diagnostic> {
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    Diagnostic::error(
        "invalid-encoding",
        format!("not {encoding}: {wrong} at offset {offset} (line {line}, column {column})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes.to_vec()).unwrap_err().message
    }

    #[test]
    fn marks_choose_the_encoding_and_are_dropped() {
        assert_eq!(decode(b"a: \xC3\xA9".to_vec()).unwrap(), "a: é");
        assert_eq!(decode(b"\xEF\xBB\xBFa".to_vec()).unwrap(), "a");
        assert_eq!(decode(b"\xFF\xFEa\0=\xD8\0\xDE".to_vec()).unwrap(), "a😀");
        assert_eq!(decode(b"\xFE\xFF\0a\xD8=\xDE\0".to_vec()).unwrap(), "a😀");
        assert_eq!(decode(Vec::new()).unwrap(), "");
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        assert_eq!(
            message(b"a\nb: caf\xE9\n"),
            "not UTF-8: byte 0xe9 at offset 8 (line 2, column 7)"
        );
        assert_eq!(
            message(b"\xFF\xFEa\0\n\0\0\xD8b\0"),
            "not UTF-16: unpaired surrogate d800 at offset 6 (line 2, column 1)"
        );
        assert_eq!(
            message(b"\xFE\xFF\0a\0"),
            "not UTF-16: half a character at offset 4 (line 1, column 2)"
        );
    }
}
