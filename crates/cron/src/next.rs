//! When a schedule is due next.

use crate::{Due, Schedule};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

/// Years within which a schedule has to be due; `0 0 30 2 *` never is.
const YEARS: i16 = 5;

impl Schedule {
    /// The first moment after `after` at which the schedule is due, told by a clock of `zone`;
    /// `None` if there is none in the next five years.
    ///
    /// Hours that a change of the clocks leaves out are not due, and those that come twice are due
    /// twice.
    #[must_use]
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let whole = Timestamp::from_second(after.as_second()).ok()?;
        let [minutes, hours, days, months, weekdays] = match &self.due {
            Due::Every(seconds) => {
                return whole.checked_add(SignedDuration::from_secs(*seconds)).ok();
            }
            Due::Fields(sets) => sets,
        };
        let mut time = whole
            .checked_add(SignedDuration::from_secs(1))
            .ok()?
            .to_zoned(zone.clone());
        let last_year = time.year() + YEARS;
        while time.year() <= last_year {
            let date = time.date();
            if !months.contains(date.month()) {
                let first = date.first_of_month().checked_add(1.month()).ok()?;
                time = at(first.at(0, 0, 0, 0), zone)?;
                continue;
            }
            let day = days.contains(date.day());
            let weekday = weekdays.contains(date.weekday().to_sunday_zero_offset());
            // Where both matter, one is enough.
            let is_day = if days.is_any || weekdays.is_any {
                day && weekday
            } else {
                day || weekday
            };
            if !is_day {
                time = at(date.tomorrow().ok()?.at(0, 0, 0, 0), zone)?;
            } else if !hours.contains(time.hour()) {
                time = up_to(&time, 3600)?;
            } else if time.second() != 0 || !minutes.contains(time.minute()) {
                time = up_to(&time, 60)?;
            } else {
                return Some(time.timestamp());
            }
        }
        None
    }
}

/// The moment a clock of `zone` shows this, or the first after it if it never does.
fn at(time: DateTime, zone: &TimeZone) -> Option<Zoned> {
    zone.to_zoned(time).ok()
}

/// The next moment at which a clock shows a whole number of minutes or hours.
fn up_to(time: &Zoned, seconds: i64) -> Option<Zoned> {
    let into = i64::from(time.minute()) * 60 + i64::from(time.second());
    let left = seconds - into % seconds;
    time.checked_add(SignedDuration::from_secs(left)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz;

    fn series(schedule: &str, from: &str, zone: &TimeZone, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(schedule).unwrap();
        let mut time: Timestamp = from.parse().unwrap();
        let mut due = Vec::new();
        for _ in 0..count {
            time = schedule.next(time, zone).unwrap();
            due.push(time.to_string());
        }
        due
    }

    #[test]
    fn a_schedule_is_due_when_its_fields_say() {
        for (schedule, from, expected) in [
            ("* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"),
            (
                "* * * * *",
                "2026-01-01T00:00:59.9Z",
                "2026-01-01T00:01:00Z",
            ),
            (
                "*/15 * * * *",
                "2026-01-01T00:46:00Z",
                "2026-01-01T01:00:00Z",
            ),
            ("30 4 * * *", "2026-01-01T04:30:00Z", "2026-01-02T04:30:00Z"),
            ("0 0 31 * *", "2026-02-01T00:00:00Z", "2026-03-31T00:00:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            (
                "0 0 13 * fri",
                "2026-01-01T00:00:00Z",
                "2026-01-02T00:00:00Z",
            ),
            (
                "0 0 */2 * fri",
                "2026-01-02T00:00:00Z",
                "2026-01-03T00:00:00Z",
            ),
            (
                "0 0 * * sun",
                "2026-01-01T00:00:00Z",
                "2026-01-04T00:00:00Z",
            ),
            ("@monthly", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
            (
                "@every 1h30m",
                "2026-01-01T00:00:00.5Z",
                "2026-01-01T01:30:00Z",
            ),
        ] {
            let due = series(schedule, from, &TimeZone::UTC, 1);
            assert_eq!(due, [expected], "{schedule} after {from}");
        }
        let never = Schedule::parse("0 0 30 2 *").unwrap();
        assert_eq!(never.next(Timestamp::UNIX_EPOCH, &TimeZone::UTC), None);
    }

    #[test]
    fn the_clock_of_the_zone_counts() {
        let east = TimeZone::fixed(tz::offset(2));
        let due = series("0 1 * * *", "2026-01-01T00:00:00Z", &east, 1);
        assert_eq!(due, ["2026-01-01T23:00:00Z"]);
    }

    #[test]
    fn an_hour_that_is_left_out_is_not_due_and_one_that_comes_twice_is_twice() {
        let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let due = series("30 2 * * *", "2026-03-07T12:00:00Z", &zone, 1);
        assert_eq!(due, ["2026-03-09T06:30:00Z"]);
        let due = series("30 1 * * *", "2026-11-01T00:00:00Z", &zone, 3);
        assert_eq!(
            due,
            [
                "2026-11-01T05:30:00Z",
                "2026-11-01T06:30:00Z",
                "2026-11-02T06:30:00Z"
            ]
        );
    }
}
