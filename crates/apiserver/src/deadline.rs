//! How long a request may take.
//!
//! Rules: `--request-timeout` and the parameter `timeout`, as in
//! `apiserver/pkg/endpoints/filters/request_deadline.go` upstream.

use crate::Status;
use crate::body::{Response, Terminated, response};
use crate::request::{Query, RequestInfo};
use http::StatusCode;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_validation::cel::parse_duration;

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
    let Some(asked) = parse_duration(asked) else {
        let why = duration_fault(asked);
        let message = format!("invalid timeout specified in the request URL - time: {why}");
        return Err(Status::bad_request(message));
    };
    // Nothing, and less than nothing, is as if it were not said.
    let asked = u64::try_from(asked).map_or(Duration::ZERO, Duration::from_nanos);
    Ok(if asked.is_zero() {
        longest
    } else {
        asked.min(longest)
    })
}

/// When a request that begins now has taken too long; `None` if it goes on.
pub(crate) fn of(info: &RequestInfo<'_>, query: &Query, longest: Duration) -> Option<Instant> {
    if goes_on(info) {
        return None;
    }
    let time = allotted(query, longest).unwrap_or(longest);
    Instant::now().checked_add(time)
}

/// What Go says of a text that is no span of time.
fn duration_fault(text: &str) -> String {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_numeric = |c: char| c.is_ascii_digit() || c == '.';
    let behind = rest.trim_start_matches(is_numeric);
    let unit = behind.split(is_numeric).next().unwrap_or_default();
    if behind.len() == rest.len() || matches!(unit, "ns" | "us" | "µs" | "ms" | "s" | "m" | "h") {
        format!("invalid duration {text:?}")
    } else if unit.is_empty() {
        format!("missing unit in duration {text:?}")
    } else {
        format!("unknown unit {unit:?} in duration {text:?}")
    }
}

/// The answer to a request that took too long: a `Status`, but as upstream's filter writes it, in
/// plain text and without its kind.
pub(crate) fn exceeded() -> Response {
    const STATUS: &str = concat!(
        r#"{"metadata":{},"status":"Failure","#,
        r#""message":"Timeout: request did not complete within the allotted timeout","#,
        r#""reason":"Timeout","details":{},"code":504}"#,
        "\n"
    );
    let plain = "text/plain; charset=utf-8";
    let mut answer = response(StatusCode::GATEWAY_TIMEOUT, plain, STATUS);
    answer.extensions_mut().insert(Terminated);
    answer
}

/// A duration as Go writes it: `1h2m3.5s`, `300ms`, `0`; nothing if it is none, or less than none.
pub fn go_duration(text: &str) -> Option<Duration> {
    let nanoseconds = parse_duration(text)?;
    u64::try_from(nanoseconds).ok().map(Duration::from_nanos)
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
        assert_eq!(asked("timeout=-1s"), Ok(60_000));
        for wrong in ["5", "s", "1x", "1.2.3s"] {
            assert_eq!(asked(&format!("timeout={wrong}")), Err(400), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_span_of_time_is_told_as_go_tells_it() {
        for (text, fault) in [
            ("abc", "invalid duration \"abc\""),
            ("-", "invalid duration \"-\""),
            ("5", "missing unit in duration \"5\""),
            ("1m5", "invalid duration \"1m5\""),
            ("5x", "unknown unit \"x\" in duration \"5x\""),
        ] {
            assert_eq!(duration_fault(text), fault);
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
