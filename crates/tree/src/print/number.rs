//! Numbers as Go reads and writes them.
//!
//! Reading follows `strconv.ParseInt` with base 0, `strconv.ParseUint` and `strconv.ParseFloat`, the
//! way go-yaml puts them together; writing follows `strconv.FormatFloat` with the shortest digits
//! that read back as the same number.

use super::INFALLIBLE;
use std::fmt::Write as _;

/// A number as go-yaml hands it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// A whole number that fits 64 bits with a sign.
    Int(i64),
    /// A whole number that only fits without one.
    Uint(u64),
    /// Any other, infinities and "not a number" included.
    Float(f64),
}

impl Number {
    /// The value as a float, rounded where it must be.
    #[expect(
        clippy::cast_precision_loss,
        reason = "rounding to the nearest float is what is asked for"
    )]
    pub(crate) fn to_f64(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Uint(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

/// Whether a text is a whole number that is already written as it would be printed: no sign but
/// `-`, no needless zero, and short enough to fit.
pub(crate) fn is_canonical_int(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [] => false,
        [b'0'] => text.len() == 1,
        [first, ..] => {
            *first != b'0' && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit)
        }
    }
}

/// Reads a number; `None` when go-yaml takes the text for something else.
pub(crate) fn parse(text: &str) -> Option<Number> {
    match text.as_bytes().first()? {
        b'.' => match text {
            ".inf" | ".Inf" | ".INF" => Some(Number::Float(f64::INFINITY)),
            ".nan" | ".NaN" | ".NAN" => Some(Number::Float(f64::NAN)),
            _ => parse_dotted(text),
        },
        b'+' | b'-' | b'0'..=b'9' => match text {
            "+.inf" | "+.Inf" | "+.INF" => Some(Number::Float(f64::INFINITY)),
            "-.inf" | "-.Inf" | "-.INF" => Some(Number::Float(f64::NEG_INFINITY)),
            _ if text.contains('_') => parse_plain(&text.replace('_', "")),
            _ => parse_plain(text),
        },
        _ => None,
    }
}

/// A text without underscores that begins with a digit or a sign.
fn parse_plain(text: &str) -> Option<Number> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = split_radix(unsigned);
    if let Some(number) = parse_digits(negative, radix, digits) {
        // A number above the signed range must not have a sign, as with `ParseUint`.
        let signed = unsigned.len() < text.len();
        if !(signed && matches!(number, Number::Uint(_))) {
            return Some(number);
        }
    }
    if is_decimal_float(unsigned) {
        return parse_finite(text);
    }
    // go-yaml tries these prefixes once more on its own, and thereby takes a sign behind them.
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'b', ..] => (2, &unsigned[2..]),
        [b'0', b'o', ..] => (8, &unsigned[2..]),
        _ => return None,
    };
    if text.len() != unsigned.len() {
        return None;
    }
    match digits.as_bytes().first()? {
        b'-' => parse_digits(true, radix, &digits[1..]),
        b'+' => parse_digits(false, radix, &digits[1..])
            .filter(|number| matches!(number, Number::Int(_))),
        _ => None,
    }
}

/// The base that a prefix names, and the digits behind it.
fn split_radix(text: &str) -> (u32, &str) {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    }
}

fn parse_digits(negative: bool, radix: u32, digits: &str) -> Option<Number> {
    // The standard parser would take a second sign.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Number::Int);
    }
    Some(i64::try_from(magnitude).map_or(Number::Uint(magnitude), Number::Int))
}

/// `12`, `1.`, `1.5`, `.5`, each with or without an exponent.
fn is_decimal_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    exponent_is_good
        && digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
}

/// A text that begins with a dot goes to `ParseFloat` as it is, which allows single underscores
/// between digits.
fn parse_dotted(text: &str) -> Option<Number> {
    if !text.contains('_') {
        return is_decimal_float(text).then(|| parse_finite(text))?;
    }
    let bytes = text.as_bytes();
    let between_digits = bytes.iter().enumerate().all(|(at, &byte)| {
        byte != b'_'
            || (bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
    });
    if !between_digits {
        return None;
    }
    let plain = text.replace('_', "");
    is_decimal_float(&plain).then(|| parse_finite(&plain))?
}

/// Go reports a number beyond the range of a float as an error.
fn parse_finite(text: &str) -> Option<Number> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Number::Float(value))
}

/// Shortest digits of a finite float, without sign, and the exponent of the first digit.
fn shortest_digits(value: f64) -> (String, i32) {
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("the format writes an exponent");
    let exponent = exponent.parse().expect("the exponent is a small number");
    (mantissa.replace('.', ""), exponent)
}

fn write_fixed(out: &mut String, digits: &str, exponent: i32) {
    let Ok(exponent) = usize::try_from(exponent) else {
        out.push_str("0.");
        out.extend(std::iter::repeat_n(
            '0',
            exponent.unsigned_abs() as usize - 1,
        ));
        out.push_str(digits);
        return;
    };
    if exponent + 1 < digits.len() {
        out.push_str(&digits[..=exponent]);
        out.push('.');
        out.push_str(&digits[exponent + 1..]);
    } else {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', exponent + 1 - digits.len()));
    }
}

fn write_scientific(out: &mut String, digits: &str, exponent: i32, exponent_digits: usize) {
    out.push_str(&digits[..1]);
    if digits.len() > 1 {
        out.push('.');
        out.push_str(&digits[1..]);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let size = exponent.unsigned_abs();
    write!(out, "e{sign}{size:0exponent_digits$}").expect(INFALLIBLE);
}

/// Writes a finite float as Go's `encoding/json` does: plain digits from 1e-6 up to, but not
/// including, 1e21.
pub(crate) fn write_json_float(out: &mut String, value: f64) {
    let (digits, exponent) = shortest_digits(value);
    if value.is_sign_negative() {
        out.push('-');
    }
    if value != 0.0 && !(-6..21).contains(&exponent) {
        // `encoding/json` strips the zero of `e-09`; large exponents have two digits anyway.
        write_scientific(out, &digits, exponent, 1);
    } else {
        write_fixed(out, &digits, exponent);
    }
}

/// Writes a finite float as go-yaml does: `FormatFloat` with `g` and the shortest digits.
fn write_yaml_float(out: &mut String, value: f64) {
    let (digits, exponent) = shortest_digits(value);
    if value.is_sign_negative() {
        out.push('-');
    }
    if (-4..6).contains(&exponent) {
        write_fixed(out, &digits, exponent);
    } else {
        write_scientific(out, &digits, exponent, 2);
    }
}

/// Writes a number that went through JSON into go-yaml, as kustomize's resources do: JSON drops the
/// point of a float without a fraction, and go-yaml then reads a whole number again if it fits.
/// Infinities and "not a number" have no JSON form; the caller refuses them.
pub(crate) fn write_yaml_number(out: &mut String, number: Number) {
    let value = match number {
        Number::Int(value) => {
            write!(out, "{value}").expect(INFALLIBLE);
            return;
        }
        Number::Uint(value) => {
            write!(out, "{value}").expect(INFALLIBLE);
            return;
        }
        Number::Float(value) => value,
    };
    let mut json = String::new();
    write_json_float(&mut json, value);
    match parse(&json) {
        Some(whole @ (Number::Int(_) | Number::Uint(_))) => write_yaml_number(out, whole),
        _ => write_yaml_float(out, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> String {
        let mut out = String::new();
        match parse(text) {
            Some(Number::Float(value)) if !value.is_finite() => out.push_str("not finite"),
            Some(number) => write_yaml_number(&mut out, number),
            None => out.push_str("not a number"),
        }
        out
    }

    fn json(value: f64) -> String {
        let mut out = String::new();
        write_json_float(&mut out, value);
        out
    }

    #[test]
    fn numbers_come_out_as_kustomize_prints_them() {
        for (text, printed) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("+1", "1"),
            ("017", "15"),
            ("0o17", "15"),
            ("-0o17", "-15"),
            ("08", "8"),
            ("0x1F", "31"),
            ("-0b11", "-3"),
            ("0b-11", "-3"),
            ("1_000", "1000"),
            ("1e3", "1000"),
            ("1.", "1"),
            (".5", "0.5"),
            (".5_5", "0.55"),
            ("1.50", "1.5"),
            ("0.1e-7", "1e-08"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("123456.5", "123456.5"),
            ("1234567.5", "1.2345675e+06"),
            ("1e20", "1e+20"),
            ("1e19", "10000000000000000000"),
            ("-1e19", "-1e+19"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("-9223372036854775809", "-9.223372036854776e+18"),
            ("18446744073709551615", "18446744073709551615"),
            ("+18446744073709551615", "1.8446744073709552e+19"),
            ("18446744073709551616", "1.8446744073709552e+19"),
            ("123456789012345678901234567890", "1.2345678901234568e+29"),
            ("1e400", "not a number"),
            ("1e-400", "0"),
            ("-.inf", "not finite"),
        ] {
            assert_eq!(yaml(text), printed, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for text in [
            "", "-", "+", ".", "1.2.3", "0x", "0xg", "--1", "-+1", "0b", "0b2", "-0b-1", "1e",
            "1e+", "e1", ".e1", "._5", ".5_", "0x1p4", "1-2", "10m", "inf", "0b--1", "+-.inf",
            "0o8", "1 ", "٣",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn json_switches_to_exponents_late() {
        for (value, printed) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (0.000_001, "0.000001"),
            (0.000_000_12, "1.2e-7"),
            (-123.456, "-123.456"),
            (123_456_789.125, "123456789.125"),
        ] {
            assert_eq!(json(value), printed);
        }
    }

    #[test]
    fn only_plain_decimal_integers_are_canonical() {
        for text in ["0", "7", "-7", "123456789012345678"] {
            assert!(is_canonical_int(text), "{text}");
        }
        for text in [
            "",
            "-",
            "-0",
            "07",
            "+7",
            "1_0",
            "0x1",
            "1234567890123456789",
        ] {
            assert!(!is_canonical_int(text), "{text}");
        }
    }
}
