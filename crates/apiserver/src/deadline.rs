//! How long a request may take.
//!
//! Rules: `--request-timeout` and the parameter `timeout`, as in
//! `apiserver/pkg/endpoints/filters/request_deadline.go` upstream.

use crate::request::{Query, RequestInfo};
use crate::{Details, Reason, Status};
use std::time::Duration;

/// What is below objects and goes on as long as both sides want.
const STREAMS: [&str; 5] = ["attach", "exec", "log", "portforward", "proxy"];

/// Whether a request goes on until somebody ends it.
pub(crate) fn goes_on(request: &RequestInfo<'_>) -> bool {
    request.is_resource && (request.verb == "watch" || STREAMS.contains(&request.subresource))
}

/// How long a request may take: as it says, but no longer than `longest`.
///
/// # Errors
/// When what it says is no time.
pub(crate) fn allotted(query: &Query, longest: Duration) -> Result<Duration, Status> {
    let asked = query.text("timeout");
    if asked.is_empty() {
        return Ok(longest);
    }
    let Some(asked) = go_duration(asked) else {
        return Err(Status::bad_request(format!(
            "invalid timeout specified in the request URL: {asked:?} is no duration such as 30s"
        )));
    };
    Ok(if asked.is_zero() {
        longest
    } else {
        asked.min(longest)
    })
}

/// The request took too long.
pub(crate) fn exceeded() -> Status {
    let message = "Timeout: request did not complete within the allotted timeout";
    Status::new(504, Reason::Timeout, message).with_details(Details::default())
}

/// A duration as Go writes it: `1h2m3.5s`, `300ms`, `0`; nothing if it is none.
pub fn go_duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 7] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("ms", 1e-3),
        ("h", 3600.0),
        ("m", 60.0),
        ("s", 1.0),
    ];
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let (unit, worth) = UNITS
            .iter()
            .find(|(unit, _)| rest[digits..].starts_with(unit))?;
        seconds += number * worth;
        rest = &rest[digits + unit.len()..];
    }
    (!text.is_empty()).then_some(())?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    #[test]
    fn a_request_may_ask_for_less_time() {
        let longest = Duration::from_secs(60);
        let asked = |query: &str| {
            let allotted = allotted(&Query::parse(query), longest);
            allotted
                .map(|time| time.as_millis())
                .map_err(|status| status.code)
        };
        assert_eq!(asked(""), Ok(60_000));
        assert_eq!(asked("timeout=1m30s"), Ok(60_000));
        assert_eq!(asked("timeout=2.5s"), Ok(2500));
        assert_eq!(asked("timeout=300ms"), Ok(300));
        assert_eq!(asked("timeout=0"), Ok(60_000));
        for wrong in ["5", "s", "-1s", "1x", "1.2.3s"] {
            assert_eq!(asked(&format!("timeout={wrong}")), Err(400), "{wrong}");
        }
    }

    #[test]
    fn watches_and_streams_go_on() {
        let goes_on =
            |path: &str, query: &str| goes_on(&RequestInfo::parse(&Method::GET, path, query));
        assert!(goes_on("/api/v1/pods", "watch=1"));
        assert!(goes_on("/api/v1/namespaces/a/pods/b/log", ""));
        assert!(!goes_on("/api/v1/pods", ""));
        assert!(!goes_on("/api/v1/namespaces/a/pods/b/status", ""));
        assert!(!goes_on("/version", ""));
    }
}
