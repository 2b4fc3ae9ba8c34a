//! Base64 in lines, as kustomize writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// From this many characters on the text is broken into lines of as many.
const LINE: usize = 70;

/// Encodes bytes. A long text is broken into lines, each with a line break behind it.
pub(super) fn encode(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = behind;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn long_texts_are_broken_into_lines() {
        assert_eq!(encode(b""), "");
        assert_eq!(encode(&[0xFF, 0xFE, 0]), "//4A");
        assert_eq!(encode(&[0; 51]).len(), 68);
        let two = encode(&[0; 52]);
        assert_eq!(two.lines().map(str::len).collect::<Vec<_>>(), [70, 2]);
        assert!(two.ends_with("==\n"));
        // 140 characters fill two lines.
        assert_eq!(
            encode(&[0; 105]).lines().map(str::len).collect::<Vec<_>>(),
            [70, 70]
        );
    }
}
