//! Lengths of time as people type and read them: `500ms`, `3m12s`, `2h`.

use jiff::SignedDuration;
use std::fmt::Write;
use std::time::Duration;

/// Reads a length of time as Go and kubectl write it, such as `500ms`, `1m30s` or `0s`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is no length of time: expected one such as 500ms, 90s or 1m30s");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let duration: SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

/// How long is waited; without a length as long as it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeout(pub(crate) Option<Duration>);

/// The same, where kubectl takes what is less than nothing for no end, or for one far off.
pub(crate) fn parse_or_endless(text: &str) -> Result<Timeout, String> {
    match text.strip_prefix('-') {
        Some(length) => parse(length).map(|_| Timeout(None)),
        None => parse(text).map(|length| Timeout(Some(length))),
    }
}

/// The two largest units that are not nothing: `3m12s`, `2h`, `14d6h`.
pub(crate) fn human(duration: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let mut rest = duration.as_secs();
    let first = UNITS.iter().position(|(length, _)| rest >= *length);
    let first = first.unwrap_or(UNITS.len() - 1);
    let mut text = String::new();
    for (length, unit) in UNITS.iter().skip(first).take(2) {
        let count = rest / length;
        rest %= length;
        if count > 0 || text.is_empty() {
            let _ = write!(text, "{count}{unit}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_writes_them() {
        assert_eq!(parse("0"), Ok(Duration::ZERO));
        assert_eq!(parse("0s"), Ok(Duration::ZERO));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("1m30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "5", "-5s", "soon", "5 parsecs"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn less_than_nothing_has_no_end() {
        assert_eq!(parse_or_endless("-1s"), Ok(Timeout(None)));
        let second = Some(Duration::from_secs(1));
        assert_eq!(parse_or_endless("1s"), Ok(Timeout(second)));
        assert!(parse_or_endless("-5").is_err());
    }

    #[test]
    fn two_units_are_enough_to_read() {
        let human = |seconds| human(Duration::from_secs(seconds));
        assert_eq!(human(0), "0s");
        assert_eq!(human(59), "59s");
        assert_eq!(human(192), "3m12s");
        assert_eq!(human(7_200), "2h");
        assert_eq!(human(7_261), "2h1m");
        assert_eq!(human(86_400 * 14 + 3_600 * 6 + 59), "14d6h");
    }
}
