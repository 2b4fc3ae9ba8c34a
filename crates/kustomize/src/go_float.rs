//! Floats as text, where kustomize lets Go write them.

use std::fmt::{Display, LowerExp};

/// A float as Go's `%v` writes it: its shortest digits, with an exponent below -4 and from 6 on.
pub(crate) fn shortest(value: impl Display + LowerExp) -> String {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_written_as_go_writes_them() {
        for (value, text) in [
            (1.5, "1.5"),
            (123_456.0, "123456"),
            (1_234_567.0, "1.234567e+06"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (-1e30, "-1e+30"),
        ] {
            assert_eq!(shortest(value), text);
        }
    }
}
