//! Times, as a description tells them.

use super::fields::at;
use jiff::{Timestamp, tz::TimeZone};
use trimtab_clock::human_duration;
use trimtab_tree::Value;

/// When and where something is described.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// Now.
    pub(crate) time: Timestamp,
    /// The time zone that times are told in.
    pub(crate) zone: TimeZone,
}

/// What Go prints for a time that was never set.
const NEVER: &str = "Mon, 01 Jan 0001 00:00:00 +0000";

impl Moment {
    /// The time at a path, as mail headers have it.
    pub(super) fn date(&self, value: &Value, path: &str) -> String {
        let Some(time) = time_at(value, path) else {
            return NEVER.to_owned();
        };
        let time = time.to_zoned(self.zone.clone());
        time.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    /// The time at a path, as Go's `time.Time` prints itself.
    pub(super) fn go_time(&self, value: &Value, path: &str) -> String {
        let Some(time) = time_at(value, path) else {
            return "0001-01-01 00:00:00 +0000 UTC".to_owned();
        };
        let time = time.to_zoned(self.zone.clone());
        time.strftime("%Y-%m-%d %H:%M:%S %z %Z").to_string()
    }

    /// How long ago the time at a path was.
    pub(super) fn since(&self, value: &Value, path: &str) -> String {
        time_at(value, path).map_or_else(
            || "<unknown>".to_owned(),
            |time| human_duration(self.time.duration_since(time).as_secs()),
        )
    }
}

/// The time at a path.
pub(super) fn time_at(value: &Value, path: &str) -> Option<Timestamp> {
    at(value, path)?.text()?.parse().ok()
}
