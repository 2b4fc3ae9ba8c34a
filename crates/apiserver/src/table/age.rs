//! How long something has been, in a few characters.

use jiff::Timestamp;
use trimtab_clock::human_duration;
use trimtab_tree::Value;

/// What stands where there is no time.
pub(super) const UNKNOWN: &str = "<unknown>";

/// How long ago a time of RFC 3339 was; [`UNKNOWN`] if there is none.
pub(super) fn since(time: Option<&Value>, now: Timestamp) -> String {
    let time = time.and_then(Value::as_str);
    let time = time.and_then(|time| time.parse::<Timestamp>().ok());
    time.map_or_else(
        || UNKNOWN.to_owned(),
        |time| human_duration(seconds(time, now)),
    )
}

/// The whole seconds between two times.
pub(super) fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_unknown() {
        let now = "2026-01-01T00:01:30Z".parse().unwrap();
        assert_eq!(since(None, now), "<unknown>");
        assert_eq!(since(Some(&Value::null()), now), "<unknown>");
        assert_eq!(
            since(Some(&Value::string("2026-01-01T00:00:00Z")), now),
            "90s"
        );
    }
}
