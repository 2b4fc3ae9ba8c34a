//! Durations as Go writes them: `1h30m`.

/// Units, and how many nanoseconds they have.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("h", 3.6e12),
    ("m", 6e10),
    ("s", 1e9),
];

/// The whole seconds of a duration, if `text` is one.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut nanoseconds = 0.0;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number: f64 = rest[..rest.len() - after.len()].parse().ok()?;
        let unit = UNITS
            .iter()
            .find_map(|(unit, size)| Some((after.strip_prefix(unit)?, size)));
        let (next, size) = unit?;
        nanoseconds += number * size;
        rest = next;
    }
    if text.is_empty() || nanoseconds >= 9.2e18 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    Some((nanoseconds / 1e9) as i64)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("1h30m", Some(5400)),
            ("1.5s", Some(1)),
            ("90s500ms", Some(90)),
            ("100ms", Some(0)),
            ("", None),
            ("5", None),
            ("h", None),
            ("999999999h", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
