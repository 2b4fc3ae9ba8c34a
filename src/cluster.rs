//! How a command reaches the cluster that it works on, and how it tells what went wrong there.

use crate::client::{Connection, failure};
use crate::exit::Failure;
use crate::runtime::{self, Threads};
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{Error, Target};

/// Runs `work` on the cluster that the flags name.
pub(crate) fn on_cluster<T>(
    connection: &Connection,
    work: impl AsyncFnOnce(&Target) -> Result<T, Failed>,
) -> Result<T, Failure> {
    runtime::run(Threads::One, &connection.logging, "warn", async {
        let session = connection.open().await?;
        let target = Target::new(session.client, &session.namespace);
        work(&target).await.map_err(|failed| match failed {
            Failed::Said(failure) => failure,
            Failed::Error(error) => told(&session.server, &error),
        })
    })
}

/// Why a command on a cluster ends early.
pub(crate) enum Failed {
    /// As the command wants it told.
    Said(Failure),
    /// As it is told of all commands.
    Error(Error),
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self::Said(failure)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn told(server: &str, error: &Error) -> Failure {
    let message = error.to_string();
    match error {
        Error::Request(error) => failure(server, error),
        Error::Usage(_) => Failure::new("usage", message),
        Error::TimedOut(_) => Failure::new("timed-out", message),
        Error::UnknownResource(_) | Error::UnknownKind { .. } => {
            Failure::new("unknown-kind", message).hint(format!(
                "the server at {server} does not serve it: a definition is missing, or the name is wrong"
            ))
        }
        Error::Answer { .. } => Failure::new("bad-answer", message),
        Error::Impossible(_) => Failure::new("impossible", message),
    }
}

/// When a wait that may take `timeout` is over; never without one.
pub(crate) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

/// Reads a duration as Go writes it: `90s`, `1h30m`, `0.5s`; a bare `0` is allowed.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let malformed = || format!("{text:?} is no duration; expected one such as 30s, 5m or 1h30m");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(malformed)?;
        let number: f64 = rest[..digits].parse().map_err(|_| malformed())?;
        rest = &rest[digits..];
        let (unit, factor) = UNITS
            .iter()
            .find(|(unit, _)| rest.starts_with(unit))
            .ok_or_else(malformed)?;
        rest = &rest[unit.len()..];
        seconds += number * factor;
    }
    if text.is_empty() {
        return Err(malformed());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| malformed())
}

/// Units in seconds; those that begin like another come first.
const UNITS: [(&str, f64); 6] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos() {
        for (text, milliseconds) in [
            ("0", 0),
            ("90s", 90_000),
            ("1h30m", 5_400_000),
            ("1.5s", 1500),
            ("250ms", 250),
        ] {
            let expected = Ok(Duration::from_millis(milliseconds));
            assert_eq!(duration(text), expected, "{text}");
        }
        for text in ["", "5", "s", "-1s", "1x", "1e99h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
