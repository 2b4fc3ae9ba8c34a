//! The bytes of a file as text, and back.

use crate::Result;
use crate::parse::decode;

/// How a file's text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Marked,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl Encoding {
    /// The text of a file and how it is encoded.
    pub(super) fn read(bytes: Vec<u8>) -> Result<(Self, String)> {
        let encoding = match bytes.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Marked,
            [0xFF, 0xFE, ..] => Self::Utf16LittleEndian,
            [0xFE, 0xFF, ..] => Self::Utf16BigEndian,
            _ => Self::Utf8,
        };
        Ok((encoding, decode(bytes)?))
    }

    /// The bytes of a text.
    pub(super) fn write(self, text: &str) -> Vec<u8> {
        let units = |bytes: fn(u16) -> [u8; 2]| {
            let marked = "\u{FEFF}".encode_utf16().chain(text.encode_utf16());
            marked.flat_map(bytes).collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => ["\u{FEFF}", text].concat().into_bytes(),
            Self::Utf16LittleEndian => units(u16::to_le_bytes),
            Self::Utf16BigEndian => units(u16::to_be_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back() {
        for bytes in [
            &b"a: \xC3\xA9"[..],
            b"\xEF\xBB\xBFa: 1\r\n",
            b"\xFF\xFEa\0=\xD8\0\xDE",
            b"\xFE\xFF\0a\xD8=\xDE\0",
            b"",
        ] {
            let (encoding, text) = Encoding::read(bytes.to_vec()).unwrap();
            assert_eq!(encoding.write(&text), bytes, "{encoding:?}");
        }
    }
}
