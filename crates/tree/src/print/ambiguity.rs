//! Texts that would be read back as something other than a string when written without quotes.

use super::analysis::Dialect;
use super::{number, timestamp::Timestamp};

/// What a first byte can begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    /// Strings only.
    String,
    /// A keyword such as `true`, `no` or `~`.
    Keyword,
    /// A number or a timestamp.
    Number,
}

const HINTS: [Hint; 256] = {
    let mut hints = [Hint::String; 256];
    let keywords = b"yYnNtTfFoO~";
    let mut at = 0;
    while at < keywords.len() {
        hints[keywords[at] as usize] = Hint::Keyword;
        at += 1;
    }
    let numbers = b"+-.0123456789";
    let mut at = 0;
    while at < numbers.len() {
        hints[numbers[at] as usize] = Hint::Number;
        at += 1;
    }
    hints
};

/// Whether a string must be quoted because the text alone means something else: null, a boolean, a
/// number or a timestamp. In the manner of go-yaml v2 also because other parsers of YAML 1.1 would
/// take it for a boolean (`y`, `on`, `No`) or a number of base 60 (`1:30`); kyaml, which prints
/// nodes with v3, leaves those plain.
pub(super) fn is_ambiguous(text: &str, dialect: Dialect) -> bool {
    let Some(&first) = text.as_bytes().first() else {
        return true;
    };
    match HINTS[first as usize] {
        Hint::String => false,
        Hint::Keyword => is_keyword(text) || (dialect == Dialect::V2 && is_old_bool(text)),
        Hint::Number => {
            number::parse(text).is_some()
                || Timestamp::parse(text).is_some()
                || (dialect == Dialect::V2 && is_base_60(text))
        }
    }
}

fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE"
    )
}

/// Booleans of YAML 1.1 that YAML 1.2 dropped.
fn is_old_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    )
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, the form that go-yaml looks for.
fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((first, rest)) = text.split_once(':') else {
        return false;
    };
    let digit_or_underscore = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let (rest, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    first.starts_with(|char: char| char.is_ascii_digit())
        && first.bytes().all(digit_or_underscore)
        && rest
            .split(':')
            .all(|group| matches!(group.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
        && fraction.bytes().all(digit_or_underscore)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_another_type_is_quoted() {
        for text in [
            "",
            "~",
            "null",
            "Null",
            "true",
            "FALSE",
            "1",
            "-1.5",
            "1e3",
            "0x1F",
            "0o17",
            "017",
            "1_000",
            ".5",
            ".inf",
            "-.INF",
            ".nan",
            "2001-01-01",
            "2001-1-1 1:2:3",
            "08",
        ] {
            assert!(is_ambiguous(text, Dialect::V2), "{text}");
            assert!(is_ambiguous(text, Dialect::V3), "{text}");
        }
    }

    #[test]
    fn what_only_yaml_1_1_takes_for_another_type_is_quoted_by_v2() {
        for text in [
            "y",
            "Yes",
            "NO",
            "off",
            "1:30",
            "-1:2:3",
            "1_0:59.5_",
            "1:2.",
        ] {
            assert!(is_ambiguous(text, Dialect::V2), "{text}");
            assert!(!is_ambiguous(text, Dialect::V3), "{text}");
        }
    }

    #[test]
    fn strings_are_strings() {
        for text in [
            "a",
            "yEs",
            "nUll",
            "tRUE",
            "<<",
            "=",
            "1:60",
            "1:",
            ":1",
            "_1:2",
            "1:2:",
            "1.2.3",
            "10.0.0.1",
            "1:2.x",
            "v1",
            "-",
            "+",
            ".",
            "..",
            "100m",
            "1e400",
            "2001-13-01",
            "é",
        ] {
            assert!(!is_ambiguous(text, Dialect::V2), "{text}");
        }
    }
}
