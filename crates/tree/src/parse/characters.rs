//! Classes of bytes, and the check for characters that YAML does not allow.
//!
//! Line breaks are those of YAML 1.1, as libyaml has them: LF, CR, CR LF, NEL (U+0085), LS (U+2028)
//! and PS (U+2029). The last three are recognised by their first byte, so a byte that may start a
//! break is looked at more closely and all others pass in one table lookup.

/// Space or tab.
pub(super) const BLANK: u8 = 1;
/// May start a line break: see [`break_length`].
pub(super) const BREAK: u8 = 1 << 1;
/// `:`
pub(super) const COLON: u8 = 1 << 2;
/// Ends a plain scalar inside `[]` and `{}`.
pub(super) const FLOW: u8 = 1 << 3;
/// May be in an anchor's name or a tag's handle.
pub(super) const WORD: u8 = 1 << 4;
/// May be in a tag, besides what [`WORD`] has.
pub(super) const URI: u8 = 1 << 5;

/// The classes of each byte.
pub(super) static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' | 0xC2 | 0xE2 => BREAK,
            b':' => COLON | URI,
            b',' | b'[' | b']' | b'?' => FLOW | URI,
            b'{' | b'}' => FLOW,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
            b';' | b'/' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*' | b'\''
            | b'(' | b')' | b'%' => URI,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Whether `byte` is in one of `classes`.
#[inline]
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASS[byte as usize] & classes != 0
}

/// The length in bytes of the line break at `at`, 0 if none is there.
#[inline]
pub(super) fn break_length(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\n') => 1,
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => 2,
        Some(b'\r') => 1,
        Some(0xC2) if bytes.get(at + 1) == Some(&0x85) => 2,
        Some(0xE2) if is_separator(bytes, at) => 3,
        _ => 0,
    }
}

/// Whether LS or PS is at `at`.
pub(super) fn is_separator(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..at + 3), Some([0xE2, 0x80, 0xA8 | 0xA9]))
}

/// Whether a blank, a line break or the end of the text is at `at`.
#[inline]
pub(super) fn blank_or_end(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at)
        .is_none_or(|&byte| is(byte, BLANK) || (is(byte, BREAK) && break_length(bytes, at) > 0))
}

/// Where the first character is that YAML 1.1 (section 5.1) does not allow, if there is one.
pub(super) fn find_forbidden(text: &str) -> Option<usize> {
    const CHUNK: usize = 64;
    let bytes = text.as_bytes();
    let suspicious = |byte: &u8| {
        (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))
            | matches!(byte, 0x7F | 0xC2 | 0xEF)
    };
    for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
        // Without a branch inside, so that it is done for many bytes at once.
        if !chunk.iter().fold(false, |any, byte| any | suspicious(byte)) {
            continue;
        }
        let start = number * CHUNK;
        let found = (start..start + chunk.len()).find(|&at| match bytes[at] {
            0xC2 => matches!(bytes[at + 1], 0x80..=0x84 | 0x86..=0x9F),
            0xEF => bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE,
            byte => suspicious(&byte),
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_found_where_they_are() {
        for text in [
            "",
            "plain\ttext\r\n",
            "é\u{85}\u{A0}\u{FEFF}\u{FFFD}\u{1F600}",
        ] {
            assert_eq!(find_forbidden(text), None, "{text:?}");
        }
        for bad in [
            '\0', '\u{1b}', '\u{7f}', '\u{80}', '\u{9f}', '\u{fffe}', '\u{ffff}',
        ] {
            for before in [0, 1, 63, 64, 200] {
                let text = format!("{}{bad}x", "a".repeat(before));
                assert_eq!(find_forbidden(&text), Some(before), "{text:?}");
            }
        }
    }
}
