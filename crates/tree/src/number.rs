//! What the text of a number is worth, by the rules of go-yaml v3 (`resolve.go`) and Go's
//! `strconv`, on which those rules stand.
//!
//! Underscores are ignored. A leading `0` means octal (`017` is 15), as do `0o` and `0O`; `0b` and
//! `0x` are understood too. Whole numbers that fit neither `int64` nor `uint64` are floats.

use std::borrow::Cow;

/// The value of a whole number, or `None` when `text` is not one that fits `int64` or `uint64`.
#[must_use]
pub fn parse_int(text: &str) -> Option<i128> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
        return None;
    }
    let text = without_underscores(text);
    let value = parse_go_literal(&text).or_else(|| parse_prefixed_signed(&text))?;
    (i128::from(i64::MIN)..=i128::from(u64::MAX))
        .contains(&value)
        .then_some(value)
}

/// The value of a number of any spelling: `1.5`, `.5`, `1e3`, `.inf`, `.nan`, `1_000`, and every
/// whole number too. `None` for other text, and for numbers that no `float64` is near (`1e400`),
/// which go-yaml takes for strings.
#[must_use]
pub fn parse_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    if let Some(value) = parse_int(text) {
        #[expect(clippy::cast_precision_loss, reason = "a float is what was asked for")]
        return Some(value as f64);
    }
    let digits = match text.as_bytes().first()? {
        // Here Go's own syntax decides, in which underscores stand between digits only.
        b'.' if underscores_separate_digits(text) => without_underscores(text),
        b'0'..=b'9' | b'+' | b'-' => without_underscores(text),
        _ => return None,
    };
    if !is_decimal_float(digits.as_bytes()) {
        return None;
    }
    digits.parse().ok().filter(|value: &f64| value.is_finite())
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

fn underscores_separate_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    (0..bytes.len())
        .filter(|&at| bytes[at] == b'_')
        .all(|at| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
}

/// Splits a sign off: the factor and the rest.
fn split_sign(text: &str) -> (i128, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    }
}

fn parse_digits(digits: &str, radix: u32) -> Option<i128> {
    // `from_str_radix` would take a second sign.
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    i128::from_str_radix(digits, radix).ok()
}

/// `strconv.ParseInt(text, 0, 64)`: the prefix names the base.
fn parse_go_literal(text: &str) -> Option<i128> {
    let (factor, digits) = split_sign(text);
    let value = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => parse_digits(&digits[2..], 16),
        [b'0', b'b' | b'B', ..] => parse_digits(&digits[2..], 2),
        [b'0', b'o' | b'O', ..] => parse_digits(&digits[2..], 8),
        [b'0', _, ..] => parse_digits(&digits[1..], 8),
        _ => parse_digits(digits, 10),
    }?;
    let value = factor * value;
    // Only an unsigned number may use the upper half of `uint64`.
    (digits.len() == text.len() || value <= i128::from(i64::MAX)).then_some(value)
}

/// go-yaml looks at `0b` and `0o` once more by itself, and there a sign may follow the prefix.
fn parse_prefixed_signed(text: &str) -> Option<i128> {
    let (radix, rest) = if let Some(rest) = text.strip_prefix("0b") {
        (2, rest)
    } else {
        (8, text.strip_prefix("0o")?)
    };
    let (factor, digits) = split_sign(rest);
    Some(factor * parse_digits(digits, radix)?)
}

/// Whether the bytes are digits with a point and an exponent where they may be.
fn is_decimal_float(bytes: &[u8]) -> bool {
    let unsigned = |bytes: &[u8]| usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = &bytes[unsigned(bytes)..];
    let whole = digits(rest);
    rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let length = digits(fraction);
        if whole == 0 && length == 0 {
            return false;
        }
        rest = &fraction[length..];
    } else if whole == 0 {
        return false;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = &exponent[unsigned(exponent)..];
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("+1", 1),
            ("1_000", 1000),
            ("017", 15),
            ("-017", -15),
            ("0o17", 15),
            ("0O17", 15),
            ("-0o17", -15),
            ("0b11", 3),
            ("0b-11", -3),
            ("0x_1F", 31),
            ("-0xff", -255),
            ("9223372036854775807", i128::from(i64::MAX)),
            ("-9223372036854775808", i128::from(i64::MIN)),
            ("18446744073709551615", i128::from(u64::MAX)),
        ] {
            assert_eq!(parse_int(text), Some(value), "{text}");
        }
        for text in [
            "",
            "+",
            "-",
            "--1",
            "0x",
            "0b",
            "0b2",
            "08",
            "_1",
            "1.0",
            "1e3",
            "١",
            "18446744073709551616",
            "+18446744073709551615",
            "-9223372036854775809",
            "0x10000000000000000",
            "340282366920938463463374607431768211456",
        ] {
            assert_eq!(parse_int(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_and_exponents() {
        for (text, value) in [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("+.5", 0.5),
            (".5_0", 0.5),
            ("-1e3", -1000.0),
            ("1_0.5E-1", 1.05),
            ("08", 8.0),
            ("0x10", 16.0),
            (
                "123456789012345678901234567890",
                123_456_789_012_345_678_901_234_567_890.0,
            ),
            ("-.INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse_float(text), Some(value), "{text}");
        }
        assert!(parse_float(".NaN").is_some_and(f64::is_nan));
        for text in [
            "", ".", "-", "e3", ".e3", "1e", "1e+", "1.5.2", "inf", "nan", "1e400", "._5", ".5_",
            "0x1p4",
        ] {
            assert_eq!(parse_float(text), None, "{text}");
        }
    }
}
