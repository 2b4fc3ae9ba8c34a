//! Which requests are sent again, and when: a server that is busy, or is just being restarted, must not end
//! an apply in the middle.

use crate::error::is_misfit;
use http::Method;
use kube::core::Status;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So often a request is sent at most: with the waits between them 25 s, in which a server restarts.
const ATTEMPTS: u32 = 9;

/// How long is waited before the second attempt; before each further one twice as long, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// What is known of a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Retries {
    /// Whether it has answered before: one that never did is not there.
    has_answered: Arc<AtomicBool>,
}

impl Retries {
    /// Sends a request as often as it may be sent.
    pub(super) async fn send<T, F>(
        &self,
        is_repeatable: bool,
        request: impl Fn() -> F,
    ) -> kube::Result<T>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let mut attempt = 1;
        loop {
            let error = match request().await {
                Ok(answer) => {
                    self.has_answered.store(true, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            attempt += 1;
            let Some(wait) = self.wait(&error, attempt, is_repeatable) else {
                return Err(error);
            };
            tracing::debug!(%error, ?wait, "a request is sent again");
            tokio::time::sleep(wait).await;
        }
    }

    /// How long to wait before a request is sent for the `attempt`th time, after it failed; nothing where it
    /// must not be. `is_repeatable` says that a request which was carried out can be carried out again.
    fn wait(&self, error: &kube::Error, attempt: u32, is_repeatable: bool) -> Option<Duration> {
        if attempt > ATTEMPTS {
            return None;
        }
        let doubled = FIRST_WAIT * (1 << (attempt - 2).min(16));
        let wait = doubled.min(LONGEST_WAIT);
        match error {
            // It comes to the same each time.
            kube::Error::Api(status) if is_misfit(status) => None,
            kube::Error::Api(status) => match status.code {
                // It was not even begun.
                429 => Some(asked_for(status).unwrap_or(wait)),
                500 | 502..=504 if is_repeatable => Some(asked_for(status).unwrap_or(wait)),
                _ => None,
            },
            kube::Error::Service(_) | kube::Error::HyperError(_) => {
                let has_answered = self.has_answered.load(Ordering::Relaxed);
                (is_repeatable && has_answered).then_some(wait)
            }
            _ => None,
        }
    }
}

/// How long the server wants to be left alone, if it says so.
fn asked_for(status: &Status) -> Option<Duration> {
    let seconds = status.details.as_ref()?.retry_after_seconds;
    let wait = Duration::from_secs(u64::from(seconds));
    (seconds > 0).then(|| wait.min(LONGEST_WAIT))
}

/// Whether a request can be carried out twice and come to the same.
pub(super) fn is_repeatable(method: &Method, content_type: Option<&str>) -> bool {
    let is_apply = content_type.is_some_and(|it| it.starts_with("application/apply-patch"));
    method == Method::GET || method == Method::PATCH && is_apply
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, retry_after: u32) -> kube::Error {
        let details = kube::core::response::StatusDetails {
            name: String::new(),
            group: String::new(),
            kind: String::new(),
            uid: String::new(),
            causes: Vec::new(),
            retry_after_seconds: retry_after,
        };
        let status = Status::failure("no", "Reason")
            .with_code(code)
            .with_details(details);
        kube::Error::Api(status.boxed())
    }

    #[test]
    fn a_busy_server_is_asked_again_at_growing_intervals() {
        let retries = Retries::default();
        let waits = (2..=10).map(|attempt| retries.wait(&refused(429, 0), attempt, false));
        let waits: Vec<_> = waits.map(|wait| wait.map(|it| it.as_millis())).collect();
        let millis = [100, 200, 400, 800, 1600, 3200, 6400, 8000].map(Some);
        assert_eq!(waits[..8], millis);
        assert_eq!(waits[8], None);
        let asked = retries.wait(&refused(429, 3), 2, false);
        assert_eq!(asked, Some(Duration::from_secs(3)));
        let too_long = retries.wait(&refused(429, 3600), 2, false);
        assert_eq!(too_long, Some(LONGEST_WAIT));
    }

    #[test]
    fn only_what_can_be_done_twice_is_sent_again_when_it_may_have_been_done() {
        let retries = Retries::default();
        for code in [500, 502, 503, 504] {
            assert!(retries.wait(&refused(code, 0), 2, true).is_some(), "{code}");
            assert!(
                retries.wait(&refused(code, 0), 2, false).is_none(),
                "{code}"
            );
        }
        for code in [400, 401, 403, 404, 409, 410, 422, 501] {
            assert!(retries.wait(&refused(code, 0), 2, true).is_none(), "{code}");
        }
        let misfit = "failed to create typed patch object (/web; v1, Kind=Pod): .spec.x: field not declared in schema";
        let misfit = Status::failure(misfit, "").with_code(500);
        let misfit = kube::Error::Api(misfit.boxed());
        assert!(retries.wait(&misfit, 2, true).is_none(), "it stays so");
        let broken = || kube::Error::Service("connection refused".into());
        assert!(
            retries.wait(&broken(), 2, true).is_none(),
            "it never answered"
        );
        retries.has_answered.store(true, Ordering::Relaxed);
        assert!(retries.wait(&broken(), 2, true).is_some());
        assert!(retries.wait(&broken(), 2, false).is_none());
    }

    #[test]
    fn reads_and_applies_can_be_done_twice() {
        assert!(is_repeatable(&Method::GET, None));
        assert!(is_repeatable(
            &Method::PATCH,
            Some("application/apply-patch+yaml")
        ));
        for content_type in [
            "application/json-patch+json",
            "application/merge-patch+json",
        ] {
            assert!(!is_repeatable(&Method::PATCH, Some(content_type)));
        }
        assert!(!is_repeatable(&Method::POST, Some("application/json")));
        assert!(!is_repeatable(&Method::DELETE, Some("application/json")));
    }
}
