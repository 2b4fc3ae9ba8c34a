//! What a scalar means: the resolution rules of go-yaml v3 (`resolve.go`), which stand between
//! YAML 1.1 and 1.2. Of the YAML 1.1 booleans only `true` and `false` are left (`yes`, `on`, `y`
//! are strings), while octal numbers with a plain leading `0`, underscores in numbers and
//! timestamps are still known.

use crate::{ScalarKind, parse_float, parse_int, parse_timestamp};

/// What a plain scalar (one without quotes and without a tag) means.
#[must_use]
pub fn resolve(text: &str) -> ScalarKind {
    match text.as_bytes().first() {
        Some(b'0'..=b'9') if parse_timestamp(text).is_some() => ScalarKind::Timestamp,
        _ => resolve_without_timestamps(text),
    }
}

fn resolve_without_timestamps(text: &str) -> ScalarKind {
    let Some(first) = text.as_bytes().first() else {
        return ScalarKind::Null;
    };
    match first {
        b't' | b'T' | b'f' | b'F' => match text {
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarKind::Bool,
            _ => ScalarKind::String,
        },
        b'n' | b'N' | b'~' => match text {
            "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
            _ => ScalarKind::String,
        },
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            if parse_int(text).is_some() {
                ScalarKind::Int
            } else if parse_float(text).is_some() {
                ScalarKind::Float
            } else {
                ScalarKind::String
            }
        }
        _ => ScalarKind::String,
    }
}

/// What a tag of YAML's own says about a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagged {
    /// It is of this kind.
    Is(ScalarKind),
    /// It would be of this kind, but its text means another: the one named second.
    Mismatch(ScalarKind),
    /// The tag is none that says anything about scalars.
    Unknown,
}

/// Reads `text` as its tag, in the short form (`!!int`), says.
pub(crate) fn resolve_tagged(tag: &str, text: &str) -> Tagged {
    let wanted = match tag {
        "!!str" => return Tagged::Is(ScalarKind::String),
        "!!binary" if is_base64(text) => return Tagged::Is(ScalarKind::Binary),
        "!!binary" => return Tagged::Mismatch(ScalarKind::String),
        "!!null" => ScalarKind::Null,
        "!!bool" => ScalarKind::Bool,
        "!!int" => ScalarKind::Int,
        "!!float" => ScalarKind::Float,
        "!!timestamp" => ScalarKind::Timestamp,
        _ => return Tagged::Unknown,
    };
    let found = if wanted == ScalarKind::Timestamp {
        resolve(text)
    } else {
        resolve_without_timestamps(text)
    };
    // Go-yaml makes floats of signed numbers only.
    let signed = || parse_int(text).is_some_and(|value| i64::try_from(value).is_ok());
    if found == wanted || (wanted == ScalarKind::Float && found == ScalarKind::Int && signed()) {
        Tagged::Is(wanted)
    } else {
        Tagged::Mismatch(found)
    }
}

/// Whether `text` is padded base64 of the standard alphabet; line breaks do not count.
fn is_base64(text: &str) -> bool {
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let length = text.bytes().filter(|byte| !is_break(byte)).count();
    let body = text.trim_end_matches(['\r', '\n', '=']);
    let digits = body.bytes().filter(|byte| !is_break(byte));
    let padding = text[body.len()..].matches('=').count();
    length % 4 == 0
        && padding <= 2
        && digits
            .into_iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_go_yaml_says() {
        use ScalarKind::{Bool, Float, Int, Null, String, Timestamp};
        for (kind, texts) in [
            (Null, "~ null Null NULL"),
            (Bool, "true True TRUE false False FALSE"),
            (
                String,
                "yes no on off y n Yes NO tRUE nULL << 1e400 0x 1:30 +.infx .e3 0b2 1.2.3 2001-13-01 -",
            ),
            (Int, "0 017 0o17 0b11 0xff 1_000 +1 -1 18446744073709551615"),
            (Float, "1.0 1e3 .5 08 .inf -.INF .nan 18446744073709551616"),
            (
                Timestamp,
                "2001-01-01 2001-1-1 2001-12-14T21:59:43.10-05:00",
            ),
        ] {
            for text in texts.split(' ') {
                assert_eq!(resolve(text), kind, "{text}");
            }
        }
        assert_eq!(resolve(""), Null);
    }

    #[test]
    fn tags_decide() {
        assert_eq!(resolve_tagged("!!str", "1"), Tagged::Is(ScalarKind::String));
        assert_eq!(resolve_tagged("!!int", "0x1"), Tagged::Is(ScalarKind::Int));
        assert_eq!(
            resolve_tagged("!!float", "1"),
            Tagged::Is(ScalarKind::Float)
        );
        assert_eq!(
            resolve_tagged("!!int", "1.5"),
            Tagged::Mismatch(ScalarKind::Float)
        );
        assert_eq!(
            resolve_tagged("!!bool", "yes"),
            Tagged::Mismatch(ScalarKind::String)
        );
        assert_eq!(
            resolve_tagged("!!float", "18446744073709551615"),
            Tagged::Mismatch(ScalarKind::Int)
        );
        assert_eq!(resolve_tagged("!!set", "x"), Tagged::Unknown);
        assert_eq!(
            resolve_tagged("!!binary", "aGk=\n"),
            Tagged::Is(ScalarKind::Binary)
        );
        assert_eq!(
            resolve_tagged("!!binary", "aGk"),
            Tagged::Mismatch(ScalarKind::String)
        );
        assert_eq!(
            resolve_tagged("!!binary", "a==="),
            Tagged::Mismatch(ScalarKind::String)
        );
    }
}
