//! When events were seen, as kubectl says it.

use jiff::Timestamp;
use trimtab_clock::human_duration;
use trimtab_deploy::EventSummary;

/// How long ago an event was last seen, and how often since when, if more than once:
/// `12s (x4 over 5m)`.
pub(crate) fn last_seen(event: &EventSummary, now: Timestamp) -> String {
    let ago = |time: Option<Timestamp>| {
        time.map_or_else(
            || "<unknown>".to_owned(),
            |time| human_duration(now.duration_since(time).as_secs()),
        )
    };
    if event.count > 1 {
        let (last, first) = (ago(event.last_seen), ago(event.first_seen));
        return format!("{last} (x{} over {first})", event.count);
    }
    ago(event.first_seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    #[test]
    fn what_was_seen_often_says_so() {
        let now = "2026-01-01T00:05:00Z".parse().expect("it is a time");
        for (event, expected) in [
            ("{eventTime: '2026-01-01T00:04:30Z'}", "30s"),
            (
                "{firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:04:48Z', count: 4}",
                "12s (x4 over 5m)",
            ),
            ("{count: 1}", "<unknown>"),
        ] {
            let event = parse_document(event, ParseOptions::default()).expect("it is YAML");
            assert_eq!(last_seen(&EventSummary::of(&event), now), expected);
        }
    }
}
