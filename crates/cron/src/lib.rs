//! Schedules of cron: five fields, or a word such as `@daily`.
//!
//! What is taken, what is said of the rest and when a schedule is due is as in the parser that
//! Kubernetes uses (`robfig/cron`, its standard parser); what time zones there are, as the system
//! says. No I/O but reading the description of a zone.

mod duration;
mod field;
mod next;
mod zone;

use field::{Field, Set};
use thiserror::Error;
pub use zone::{is_known_zone, zone};

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    zone: Option<String>,
    due: Due,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Due {
    /// Minute, hour, day of the month, month, day of the week.
    Fields([Set; 5]),
    /// Each so many seconds.
    Every(i64),
}

/// What is wrong with a schedule.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ScheduleError(pub(crate) String);

impl Schedule {
    /// Reads a schedule, which may begin with `TZ=ZONE` or `CRON_TZ=ZONE`.
    ///
    /// # Errors
    ///
    /// Fails on what is no schedule. Whether there is such a zone is not looked at.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let prefixed = text
            .strip_prefix("CRON_TZ=")
            .or_else(|| text.strip_prefix("TZ="));
        let (zone, text) = match prefixed.and_then(|rest| rest.split_once(' ')) {
            Some((zone, rest)) => (Some(zone.to_owned()), rest.trim()),
            None => (None, text),
        };
        let due = if let Some(word) = text.strip_prefix('@') {
            word_due(text, word)?
        } else {
            fields_due(text)?
        };
        Ok(Self { zone, due })
    }

    /// The zone the schedule itself names.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }
}

fn fields_due(text: &str) -> Result<Due, ScheduleError> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let Ok(fields) = <[&str; 5]>::try_from(fields.as_slice()) else {
        return Err(ScheduleError(format!(
            "expected exactly 5 fields, found {}: [{}]",
            fields.len(),
            fields.join(" ")
        )));
    };
    let mut sets = [Set::default(); 5];
    for ((text, field), set) in fields.iter().zip(&Field::ALL).zip(&mut sets) {
        *set = field.parse(text)?;
    }
    Ok(Due::Fields(sets))
}

fn word_due(text: &str, word: &str) -> Result<Due, ScheduleError> {
    if let Some(duration) = word.strip_prefix("every ") {
        let seconds = duration::seconds(duration);
        let seconds =
            seconds.ok_or_else(|| ScheduleError(format!("failed to parse duration {text}")))?;
        return Ok(Due::Every(seconds.max(1)));
    }
    fields_due(match word {
        "yearly" | "annually" => "0 0 1 1 *",
        "monthly" => "0 0 1 * *",
        "weekly" => "0 0 * * 0",
        "daily" | "midnight" => "0 0 * * *",
        "hourly" => "0 * * * *",
        _ => return Err(ScheduleError(format!("unrecognized descriptor: {text}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn what_cron_takes() {
        for schedule in [
            "* * * * *",
            "*/5 0-6/2 1,15 jan-MAR sun",
            "0 0 ? * 1-5",
            "@daily",
            "@every 1h30m",
            "TZ=Europe/Berlin 0 0 * * *",
        ] {
            assert!(Schedule::parse(schedule).is_ok(), "{schedule}");
        }
        let zoned = Schedule::parse("CRON_TZ=UTC @hourly").unwrap();
        assert_eq!(zoned.zone(), Some("UTC"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (schedule, problem) in [
            (
                "every day",
                "expected exactly 5 fields, found 2: [every day]",
            ),
            ("61 * * * *", "end of range (61) above maximum (59): 61"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            (
                "5-1 * * * *",
                "beginning of range (5) beyond end of range (1): 5-1",
            ),
            (
                "*/0 * * * *",
                "step of range should be a positive number: */0",
            ),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("1/2/3 * * * *", "too many slashes: 1/2/3"),
            ("x * * * *", "failed to parse int from x: invalid syntax"),
            ("-5 * * * *", "failed to parse int from : invalid syntax"),
            ("@sometimes", "unrecognized descriptor: @sometimes"),
            (
                "@every so often",
                "failed to parse duration @every so often",
            ),
        ] {
            let error = Schedule::parse(schedule).unwrap_err();
            assert_eq!(error.to_string(), problem);
        }
    }
}
