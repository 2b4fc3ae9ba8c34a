//! The events of an object.

use super::fields::{at, number, or, text};
use super::moment::{Moment, time_at};
use super::sheet::Sheet;
use trimtab_tree::Value;

/// Writes the events, the one that was last seen last; nothing where they are not to be shown.
pub(super) fn write(sheet: &mut Sheet, events: Option<&[Value]>, moment: &Moment) {
    let Some(events) = events else {
        return;
    };
    if events.is_empty() {
        sheet.field(0, "Events", "<none>");
        return;
    }
    sheet.end_columns();
    sheet.line(0, "Events:");
    sheet.row(1, &["Type", "Reason", "Age", "From", "Message"]);
    sheet.row(1, &["----", "------", "----", "----", "-------"]);
    let mut events: Vec<&Value> = events.iter().collect();
    events.sort_by_key(|event| time_at(event, "lastTimestamp"));
    for event in events {
        let source = or(
            text(event, "source.component"),
            text(event, "reportingComponent"),
        );
        let (kind, reason) = (text(event, "type"), text(event, "reason"));
        let message = text(event, "message").trim();
        sheet.row(1, &[kind, reason, &seen(event, moment), source, message]);
    }
}

/// How long ago an event was seen, and how often since when, if more than once.
fn seen(event: &Value, moment: &Moment) -> String {
    let first = match at(event, "eventTime") {
        Some(_) => moment.since(event, "eventTime"),
        None => moment.since(event, "firstTimestamp"),
    };
    let often = |last: &str, count: &str| {
        let last = moment.since(event, last);
        format!("{last} (x{} over {first})", number(event, count))
    };
    if at(event, "series").is_some() {
        return often("series.lastObservedTime", "series.count");
    }
    if number(event, "count")
        .parse()
        .is_ok_and(|count: i64| count > 1)
    {
        return often("lastTimestamp", "count");
    }
    first
}
