//! What time it is where the server is.

use super::Target;
use http::{Request, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use kube::client::Body;

/// So often a server is asked that does not answer.
const ATTEMPTS: u32 = 5;

impl Target {
    /// The server's time, to the second: what it wrote is compared with that. Where it does not say, `now`, the time
    /// here.
    pub(crate) async fn time(&self, now: Timestamp) -> Timestamp {
        for _ in 0..ATTEMPTS {
            let Ok(request) = Request::get("/version").body(Body::empty()) else {
                break;
            };
            // A proxy that refuses tells its own time.
            if let Ok(answer) = self.client.send(request).await
                && answer.status().is_success()
            {
                let date = answer.headers().get(header::DATE);
                let date = date.and_then(|date| date.to_str().ok());
                return date.and_then(read).unwrap_or(now);
            }
        }
        now
    }
}

fn read(date: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_is_a_time() {
        let expected = "2026-11-27T20:31:10Z".parse().ok();
        assert_eq!(read("Fri, 27 Nov 2026 20:31:10 GMT"), expected);
        assert_eq!(read("yesterday"), None);
    }
}
