//! How Go sees a scalar of a configuration file.
//!
//! kustomize reads its own files as YAML with go-yaml v2, turns them to JSON and that into Go
//! values. The tree's scalars are resolved as go-yaml v3 does; the one difference that matters is
//! that v2 takes `yes`, `on`, `y` and their like for booleans.

use crate::go_float;
use std::borrow::Cow;
use trimtab_tree::{Scalar, ScalarKind, Style, old_boolean, parse_float, parse_int};

/// What a scalar is to go-yaml v2.
pub(crate) fn kind_in_yaml_1_1(scalar: &Scalar) -> ScalarKind {
    let is_word = scalar.kind == ScalarKind::String && scalar.style == Style::Plain;
    if is_word && old_boolean(scalar.text()).is_some() {
        ScalarKind::Bool
    } else {
        scalar.kind
    }
}

/// The meaning of a boolean in any spelling.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        text => old_boolean(text),
    }
}

/// The value of a whole number in any spelling that go-yaml takes, also of a float without a
/// fraction that JSON writes without an exponent.
pub(super) fn integer(text: &str) -> Option<i64> {
    if let Some(value) = parse_int(text) {
        return i64::try_from(value).ok();
    }
    let value = finite(text)?;
    // 2^63 is exact in a float, so the bounds are.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    (fits && value.fract() == 0.0).then_some(value as i64)
}

/// The text that sigs.k8s.io/yaml makes of a number or boolean where a string is wanted.
pub(crate) fn as_text(text: &str, kind: ScalarKind) -> Cow<'_, str> {
    match kind {
        ScalarKind::Bool => Cow::Borrowed(match boolean(text) {
            Some(true) => "true",
            _ => "false",
        }),
        ScalarKind::Int | ScalarKind::Float => {
            if let Some(value) = parse_int(text) {
                Cow::Owned(value.to_string())
            } else {
                finite(text).map_or(Cow::Borrowed(text), |value| {
                    Cow::Owned(go_float::shortest(value as f32))
                })
            }
        }
        _ => Cow::Borrowed(text),
    }
}

fn finite(text: &str) -> Option<f64> {
    parse_float(text).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_the_text_that_go_makes_of_them() {
        for (text, kind, made) in [
            ("010", ScalarKind::Int, "8"),
            ("0x1F", ScalarKind::Int, "31"),
            ("1_000", ScalarKind::Int, "1000"),
            ("-0b11", ScalarKind::Int, "-3"),
            (
                "18446744073709551615",
                ScalarKind::Int,
                "18446744073709551615",
            ),
            (
                "123456789012345678901234567890",
                ScalarKind::Int,
                "1.2345679e+29",
            ),
            ("1.10", ScalarKind::Float, "1.1"),
            ("1e3", ScalarKind::Float, "1000"),
            ("1234567.0", ScalarKind::Float, "1.234567e+06"),
            ("0.00001", ScalarKind::Float, "1e-05"),
            ("TRUE", ScalarKind::Bool, "true"),
            ("off", ScalarKind::Bool, "false"),
            ("a b", ScalarKind::String, "a b"),
        ] {
            assert_eq!(as_text(text, kind), made, "{text}");
        }
    }

    #[test]
    fn counts_are_whole() {
        for (text, value) in [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("0x10", Some(16)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("3.5", None),
            ("--3", None),
            (".inf", None),
            ("", None),
        ] {
            assert_eq!(integer(text), value, "{text}");
        }
    }
}
