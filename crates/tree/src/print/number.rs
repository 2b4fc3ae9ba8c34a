//! Numbers as Go writes them: `strconv.FormatFloat` with the shortest digits that read back as the
//! same number, laid out as `encoding/json` and go-yaml do.

use super::INFALLIBLE;
use crate::{parse_float, parse_int};
use std::fmt::Write as _;

/// A number as go-yaml hands it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// A whole number that fits `int64` or `uint64`.
    Whole(i128),
    /// Any other that is finite.
    Float(f64),
}

impl Number {
    /// The value of a number's text. `None` for infinities, "none" and text that is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let float = || parse_float(text).filter(|value| value.is_finite());
        parse_int(text)
            .map(Self::Whole)
            .or_else(|| float().map(Self::Float))
    }
}

/// Whether a text is a whole number that is already written as it would be printed: no sign but
/// `-`, no needless zero, and short enough to fit.
pub(super) fn is_canonical_int(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [] => false,
        [b'0'] => text.len() == 1,
        [first, ..] => {
            *first != b'0' && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit)
        }
    }
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
pub(super) fn write_json_float(out: &mut String, value: f64) {
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
pub(super) fn write_yaml_float(out: &mut String, value: f64) {
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
/// Infinities and "none" have no JSON form; the caller refuses them.
pub(super) fn write_yaml_number(out: &mut String, number: Number) {
    match number {
        Number::Whole(value) => write!(out, "{value}").expect(INFALLIBLE),
        Number::Float(value) => {
            let mut json = String::new();
            write_json_float(&mut json, value);
            match parse_int(&json) {
                Some(value) => write!(out, "{value}").expect(INFALLIBLE),
                None => write_yaml_float(out, value),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> String {
        let mut out = String::new();
        match Number::parse(text) {
            Some(number) => write_yaml_number(&mut out, number),
            None => out.push_str("none"),
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
            ("1e400", "none"),
            ("1e-400", "0"),
            ("-.inf", "none"),
        ] {
            assert_eq!(yaml(text), printed, "{text}");
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
