//! Where other readers of YAML 1.1 see something else in a plain scalar than go-yaml v3 does, and
//! where go-yaml v3 sees something else than most who write it.

use crate::ScalarKind;

/// The meaning of the boolean words that only YAML 1.1 has.
#[must_use]
pub fn old_boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Whether YAML 1.1 has a number of base 60 in a text: `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`,
/// the form that go-yaml looks for.
#[must_use]
pub fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !text.starts_with(|char: char| char.is_ascii_digit()) {
        return false;
    }
    let Some((first, rest)) = text.split_once(':') else {
        return false;
    };
    let digit_or_underscore = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let (rest, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    first.bytes().all(digit_or_underscore)
        && rest
            .split(':')
            .all(|group| matches!(group.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
        && fraction.bytes().all(digit_or_underscore)
}

/// Whether a plain scalar that was found to be of a kind deserves a second look: a word or number
/// that others read otherwise, a number whose digits are not kept (`012`, `1.10`), a date.
pub(crate) fn is_doubtful(text: &str, kind: ScalarKind) -> bool {
    match kind {
        ScalarKind::Float | ScalarKind::Timestamp => true,
        ScalarKind::Int => {
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            digits.len() > 1 && digits.starts_with('0')
        }
        ScalarKind::String => old_boolean(text).is_some() || is_base_60(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve;

    #[test]
    fn numbers_words_and_dates_are_doubtful_and_plain_text_is_not() {
        for text in "yes On n 1:30 012 -07 1.10 1e3 2001-01-01 08 .inf".split(' ') {
            assert!(is_doubtful(text, resolve(text)), "{text}");
        }
        for text in "web 1 0 -1 80 true null yEs a:b 1:90 1.2.3 10Gi".split(' ') {
            assert!(!is_doubtful(text, resolve(text)), "{text}");
        }
    }
}
