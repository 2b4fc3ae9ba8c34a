//! Durations, timestamps and doubles as texts, in Go's forms.

use jiff::Timestamp;

/// Nanoseconds in a unit of `time.ParseDuration`.
fn unit(name: &str) -> Option<i128> {
    Some(match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// `1h30m`, `-1.5s`, `0`: nanoseconds. None if it is no span of time.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (digits, behind) = rest.split_at(number);
        let end = behind.find(|c: char| c.is_ascii_digit() || c == '.');
        let (name, behind) = behind.split_at(end.unwrap_or(behind.len()));
        let unit = unit(name)?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        total = total.checked_add(whole.checked_mul(unit)?)?;
        let mut scale = unit;
        for digit in fraction.bytes().take(18) {
            scale /= 10;
            total = total.checked_add(i128::from(digit - b'0') * scale)?;
        }
        rest = behind;
    }
    i64::try_from(total * sign).ok()
}

/// As `string` gives a duration: in seconds.
pub(super) fn duration_text(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let magnitude = nanoseconds.unsigned_abs();
    let (seconds, fraction) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
    if fraction == 0 {
        return format!("{sign}{seconds}s");
    }
    let fraction = format!("{fraction:09}");
    let fraction = fraction.trim_end_matches('0');
    format!("{sign}{seconds}.{fraction}s")
}

/// RFC 3339, with as many digits behind the second as it takes.
pub(super) fn timestamp_text(time: Timestamp) -> String {
    let nanoseconds = time.subsec_nanosecond();
    let whole = time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    if nanoseconds == 0 {
        return format!("{whole}Z");
    }
    let fraction = format!("{nanoseconds:09}");
    format!("{whole}.{}Z", fraction.trim_end_matches('0'))
}

/// As Go's `strconv.FormatFloat(value, 'f' or 'e', -1, 64)` gives a double, whole numbers without
/// a point.
pub(super) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, written) in [
            ("1h30m", "5400s"),
            ("-1.5s", "-1.5s"),
            ("0", "0s"),
            ("2m0.25s", "120.25s"),
            ("1ms", "0.001s"),
        ] {
            let read = parse_duration(text).unwrap();
            assert_eq!(duration_text(read), written, "{text}");
        }
        for text in ["", "1", "h", "1x", "1.2.3s", "99999999999h", "."] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn doubles_are_written_as_go_writes_them() {
        for (value, written) in [
            (1.0, "1"),
            (0.5, "0.5"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-07"),
            (-0.25, "-0.25"),
        ] {
            assert_eq!(double_text(value), written);
        }
    }
}
