//! Which run of a cron job is due, and when the next is.
//!
//! The rules are those of `pkg/controller/cronjob/utils.go` in Kubernetes.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::CronJob;
use trimtab_cron::Schedule;

/// Missed runs from which on something is wrong with the clock or the deadline.
const MANY: i64 = 100;

/// A schedule, told by a clock.
pub(super) struct Timetable {
    pub(super) schedule: Schedule,
    pub(super) zone: TimeZone,
}

/// The latest run that should have started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) at: Timestamp,
    /// Whether very many before it were missed.
    pub(super) many_missed: bool,
}

/// A schedule that is never due, or ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

impl Timetable {
    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.schedule.next(after, &self.zone)
    }

    /// The latest run of `job` that is due at `now` and, if it has a deadline, not before that.
    pub(super) fn due(&self, job: &CronJob, now: Timestamp) -> Result<Option<Run>, Invalid> {
        self.latest(earliest(job, now, true), now)
    }

    /// How long from `now` until the next run.
    pub(super) fn until_next(&self, job: &CronJob, now: Timestamp) -> Option<SignedDuration> {
        let earliest = earliest(job, now, false);
        let from = match self.latest(earliest, now) {
            Ok(Some(run)) => run.at,
            Ok(None) => earliest,
            Err(Invalid) => now,
        };
        // Runs may be further from each other than the first two; what was missed is not made up.
        let next = self.next(from).filter(|next| *next > now);
        let next = next.or_else(|| self.next(now))?;
        Some(next.duration_since(now))
    }

    fn latest(&self, earliest: Timestamp, now: Timestamp) -> Result<Option<Run>, Invalid> {
        let first = self.next(earliest).ok_or(Invalid)?;
        let second = self.next(first).ok_or(Invalid)?;
        if now < first {
            return Ok(None);
        }
        if now < second {
            return Ok(Some(Run {
                at: first,
                many_missed: false,
            }));
        }
        // As if all runs were as far from each other as these two; from just before where the last
        // one would be by that, the schedule itself is asked.
        let between = second.duration_since(first).as_secs();
        let elapsed = now.duration_since(first).as_secs();
        let missed = elapsed / between + 1;
        let skip = SignedDuration::from_secs((missed - 2) * between);
        let mut at = None;
        let mut time = self.next(first.saturating_add(skip).map_err(|_| Invalid)?);
        while let Some(due) = time.filter(|due| *due <= now) {
            at = Some(due);
            time = self.next(due);
        }
        Ok(at.map(|at| Run {
            at,
            many_missed: missed > MANY,
        }))
    }
}

/// From when on runs count: the last one, or the creation; with a deadline none before that.
fn earliest(job: &CronJob, now: Timestamp, with_deadline: bool) -> Timestamp {
    let created = job.metadata.creation_timestamp.as_ref();
    let last = job
        .status
        .as_ref()
        .and_then(|it| it.last_schedule_time.as_ref());
    let earliest = last.or(created).map_or(now, |time| time.0);
    let deadline = deadline(job).filter(|_| with_deadline);
    let deadline = deadline.and_then(|it| now.checked_sub(it).ok());
    deadline.map_or(earliest, |deadline| deadline.max(earliest))
}

/// How late a run may start.
pub(super) fn deadline(job: &CronJob) -> Option<SignedDuration> {
    let seconds = job.spec.starting_deadline_seconds?;
    Some(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job(last: Option<&str>, deadline: Option<i64>) -> CronJob {
        serde_json::from_value(json!({
            "metadata": {"creationTimestamp": "2026-01-01T00:00:30Z"},
            "spec": {"schedule": "", "jobTemplate": {}, "startingDeadlineSeconds": deadline},
            "status": {"lastScheduleTime": last},
        }))
        .unwrap()
    }

    /// Schedule, last run, deadline, now; the run that is due, whether many were missed, and the
    /// seconds until the next.
    #[test]
    fn the_latest_run_is_due() {
        let hourly = "0 * * * *";
        for (schedule, last, seconds, now, expected, many, next) in [
            (hourly, None, None, "2026-01-01T00:59:59Z", None, false, 1),
            (
                hourly,
                None,
                None,
                "2026-01-01T01:00:00Z",
                Some("2026-01-01T01:00:00Z"),
                false,
                3600,
            ),
            (
                hourly,
                None,
                None,
                "2026-01-01T05:30:00Z",
                Some("2026-01-01T05:00:00Z"),
                false,
                1800,
            ),
            (
                hourly,
                Some("2026-01-01T05:00:00Z"),
                None,
                "2026-01-01T05:30:00Z",
                None,
                false,
                1800,
            ),
            (
                hourly,
                None,
                Some(60),
                "2026-01-01T05:30:00Z",
                None,
                false,
                1800,
            ),
            (
                hourly,
                None,
                Some(1800),
                "2026-01-01T05:20:00Z",
                Some("2026-01-01T05:00:00Z"),
                false,
                2400,
            ),
            (
                hourly,
                None,
                None,
                "2026-02-01T00:30:00Z",
                Some("2026-02-01T00:00:00Z"),
                true,
                1800,
            ),
            (
                "0 0 * * 1-5",
                None,
                None,
                "2026-01-05T12:00:00Z",
                Some("2026-01-05T00:00:00Z"),
                false,
                43200,
            ),
        ] {
            let timetable = Timetable {
                schedule: Schedule::parse(schedule).unwrap(),
                zone: TimeZone::UTC,
            };
            let (job, now) = (job(last, seconds), now.parse().unwrap());
            let run = expected.map(|at: &str| Run {
                at: at.parse().unwrap(),
                many_missed: many,
            });
            assert_eq!(
                timetable.due(&job, now),
                Ok(run),
                "{schedule} {last:?} {now}"
            );
            let wait = timetable.until_next(&job, now);
            assert_eq!(
                wait,
                Some(SignedDuration::from_secs(next)),
                "{schedule} {last:?} {now}"
            );
        }
        let never = Timetable {
            schedule: Schedule::parse("0 0 30 2 *").unwrap(),
            zone: TimeZone::UTC,
        };
        let now = "2026-01-01T05:00:00Z".parse().unwrap();
        assert_eq!(never.due(&job(None, None), now), Err(Invalid));
    }
}
