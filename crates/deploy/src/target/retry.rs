//! Which requests are sent again, and when: a server that is busy, or is just being restarted, must not end
//! an apply in the middle.

use crate::error::{credentials_problem, is_misfit, is_of_server, is_of_webhook};
use http::Method;
use kube::core::Status;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So often a request is sent at most: with the waits between them 25 s, in which a server restarts.
const ATTEMPTS: u32 = 9;

/// How long is waited before the second attempt; before each further one twice as long, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// Whether a request may be sent again that was perhaps carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It would be carried out twice.
    No,
    /// It comes to the same.
    Yes,
    /// It comes to the same, and somebody waits for the answer alone: what a webhook that may yet start would
    /// say is worth no wait.
    Pretence,
}

/// An apply that meets another write of the object is sent again so often at most: a version that somebody has
/// written into it would conflict for ever.
const ATTEMPTS_AGAINST_OTHERS: u32 = 5;

/// From this attempt on, some three seconds after the first, somebody is told.
const TOLD_FROM: u32 = 7;

/// What is known of a server.
#[derive(Clone, Default)]
pub(super) struct Retries {
    /// Whether it has answered before: one that never did is not there.
    has_answered: Arc<AtomicBool>,
    /// Whether a request was sent as often as may be, and none has got an answer since: then no other waits as long
    /// for the same.
    is_given_up: Arc<AtomicBool>,
    /// Whether somebody was told since the last answer.
    is_told: Arc<AtomicBool>,
    /// Who is told.
    tell: Option<Arc<Tell>>,
}

/// Hears that a server is waited for.
type Tell = dyn Fn(&str) + Send + Sync;

impl fmt::Debug for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retries")
            .field("has_answered", &self.has_answered)
            .field("is_given_up", &self.is_given_up)
            .finish_non_exhaustive()
    }
}

impl Retries {
    /// The same, where `tell` hears of a server that is waited for: once until it answers.
    pub(super) fn telling(self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            tell: Some(Arc::new(tell)),
            ..self
        }
    }

    /// Sends a request as often as it may be sent.
    pub(super) async fn send<T, F>(
        &self,
        repeat: Repeat,
        request: impl Fn() -> F,
    ) -> kube::Result<T>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let mut attempt = 1;
        loop {
            let error = match request().await {
                Ok(answer) => {
                    self.hear();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            attempt += 1;
            self.heed(&error, attempt);
            let Some(wait) = self.wait(&error, attempt, repeat) else {
                return Err(error);
            };
            if attempt >= TOLD_FROM {
                self.tell(&error);
            }
            tracing::debug!(%error, ?wait, "a request is sent again");
            tokio::time::sleep(wait).await;
        }
    }

    /// The server has answered.
    fn hear(&self) {
        self.has_answered.store(true, Ordering::Relaxed);
        self.is_given_up.store(false, Ordering::Relaxed);
        self.is_told.store(false, Ordering::Relaxed);
    }

    /// The server has not answered a request that would be sent for the `attempt`th time; or it has, with something
    /// against what was asked.
    fn heed(&self, error: &kube::Error, attempt: u32) {
        if !is_trouble(error) {
            self.is_given_up.store(false, Ordering::Relaxed);
        } else if attempt > ATTEMPTS {
            self.is_given_up.store(true, Ordering::Relaxed);
        }
    }

    fn tell(&self, error: &kube::Error) {
        let Some(tell) = &self.tell else { return };
        if self.is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        match error {
            kube::Error::Api(status) => tell(&format!(
                "the server answers with status {}: trying again",
                status.code
            )),
            _ => tell("the server does not answer: trying again"),
        }
    }

    /// How long to wait before a request is sent for the `attempt`th time, after it failed; nothing where it
    /// must not be.
    fn wait(&self, error: &kube::Error, attempt: u32, repeat: Repeat) -> Option<Duration> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return None;
        }
        if attempt > ATTEMPTS {
            return None;
        }
        let is_repeatable = repeat != Repeat::No;
        let doubled = FIRST_WAIT * (1 << (attempt - 2).min(16));
        let wait = doubled.min(LONGEST_WAIT);
        match error {
            // It comes to the same each time.
            _ if credentials_problem(error).is_some() => None,
            kube::Error::Api(status) if is_misfit(status) => None,
            kube::Error::Api(status) if repeat == Repeat::Pretence && is_of_webhook(status) => None,
            kube::Error::Api(status) => match status.code {
                // It was not even begun.
                429 => Some(asked_for(status).unwrap_or(wait)),
                409 if is_repeatable && is_other_write(status) => {
                    (attempt <= ATTEMPTS_AGAINST_OTHERS).then_some(wait)
                }
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

/// Whether an error is of the server or the way to it, and not of what was asked.
fn is_trouble(error: &kube::Error) -> bool {
    match error {
        _ if credentials_problem(error).is_some() => false,
        kube::Error::Api(status) => is_of_server(status),
        kube::Error::Service(_) | kube::Error::HyperError(_) => true,
        _ => false,
    }
}

/// Whether somebody else wrote the object at the same moment, and nobody owns what was to be changed.
fn is_other_write(status: &Status) -> bool {
    let has_causes = status
        .details
        .as_ref()
        .is_some_and(|it| !it.causes.is_empty());
    status.is_conflict() && !has_causes
}

/// How long the server wants to be left alone, if it says so.
fn asked_for(status: &Status) -> Option<Duration> {
    let seconds = status.details.as_ref()?.retry_after_seconds;
    let wait = Duration::from_secs(u64::from(seconds));
    (seconds > 0).then(|| wait.min(LONGEST_WAIT))
}

/// Whether a request can be carried out twice and come to the same.
pub(super) fn repeat(method: &Method, path: &str, content_type: Option<&str>) -> Repeat {
    let is_type = |start| content_type.is_some_and(|it| it.starts_with(start));
    let is_apply = is_type("application/apply-patch");
    let is_merge = method == Method::PATCH && is_type("application/merge-patch");
    if method == Method::GET || is_merge {
        Repeat::Yes
    } else if method == Method::PATCH && is_apply {
        if path.contains("dryRun=All") {
            Repeat::Pretence
        } else {
            Repeat::Yes
        }
    } else {
        Repeat::No
    }
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
        let waits = (2..=10).map(|attempt| retries.wait(&refused(429, 0), attempt, Repeat::No));
        let waits: Vec<_> = waits.map(|wait| wait.map(|it| it.as_millis())).collect();
        let millis = [100, 200, 400, 800, 1600, 3200, 6400, 8000].map(Some);
        assert_eq!(waits[..8], millis);
        assert_eq!(waits[8], None);
        let asked = retries.wait(&refused(429, 3), 2, Repeat::No);
        assert_eq!(asked, Some(Duration::from_secs(3)));
        let too_long = retries.wait(&refused(429, 3600), 2, Repeat::No);
        assert_eq!(too_long, Some(LONGEST_WAIT));
    }

    #[test]
    fn only_what_can_be_done_twice_is_sent_again_when_it_may_have_been_done() {
        let retries = Retries::default();
        for code in [500, 502, 503, 504] {
            assert!(
                retries.wait(&refused(code, 0), 2, Repeat::Yes).is_some(),
                "{code}"
            );
            assert!(
                retries.wait(&refused(code, 0), 2, Repeat::No).is_none(),
                "{code}"
            );
        }
        for code in [400, 401, 403, 404, 409, 410, 422, 501] {
            assert!(
                retries.wait(&refused(code, 0), 2, Repeat::Yes).is_none(),
                "{code}"
            );
        }
        let misfit = "failed to create typed patch object (/web; v1, Kind=Pod): .spec.x: field not declared in schema";
        let misfit = Status::failure(misfit, "").with_code(500);
        let misfit = kube::Error::Api(misfit.boxed());
        assert!(
            retries.wait(&misfit, 2, Repeat::Yes).is_none(),
            "it stays so"
        );
        let broken = || kube::Error::Service("connection refused".into());
        assert!(
            retries.wait(&broken(), 2, Repeat::Yes).is_none(),
            "it never answered"
        );
        retries.has_answered.store(true, Ordering::Relaxed);
        let unknown = kube::client::AuthError::AuthExec("no token".to_owned());
        let unknown = kube::Error::Service(unknown.into());
        assert!(retries.wait(&unknown, 2, Repeat::Yes).is_none());
        assert!(retries.wait(&broken(), 2, Repeat::Yes).is_some());
        assert!(retries.wait(&broken(), 2, Repeat::No).is_none());
    }

    #[test]
    fn a_server_that_was_given_up_is_not_waited_for_until_it_answers() {
        let retries = Retries::default();
        let (busy, refused) = (refused(503, 0), refused(404, 0));
        retries.heed(&busy, ATTEMPTS);
        assert!(retries.wait(&busy, 2, Repeat::Yes).is_some());
        retries.heed(&busy, ATTEMPTS + 1);
        assert!(retries.wait(&busy, 2, Repeat::Yes).is_none());
        // So does a refusal show that it is there.
        retries.heed(&refused, 2);
        assert!(retries.wait(&busy, 2, Repeat::Yes).is_some());
    }

    #[test]
    fn another_write_is_waited_for_a_little() {
        let retries = Retries::default();
        let other = Status::failure("the object has been modified", "Conflict").with_code(409);
        let other = kube::Error::Api(other.boxed());
        let waits = |attempt| retries.wait(&other, attempt, Repeat::Pretence).is_some();
        assert!(waits(ATTEMPTS_AGAINST_OTHERS));
        assert!(!waits(ATTEMPTS_AGAINST_OTHERS + 1));
        assert!(retries.wait(&other, 2, Repeat::No).is_none());
    }

    #[test]
    fn a_webhook_that_does_not_answer_is_waited_for_where_something_comes_of_it() {
        let failed = r#"Internal error occurred: failed calling webhook "a.b.io": no endpoints"#;
        let failed = Status::failure(failed, "InternalError").with_code(500);
        let failed = kube::Error::Api(failed.boxed());
        let retries = Retries::default();
        assert!(retries.wait(&failed, 2, Repeat::Yes).is_some());
        assert!(retries.wait(&failed, 2, Repeat::Pretence).is_none());
        let other = refused(500, 0);
        assert!(retries.wait(&other, 2, Repeat::Pretence).is_some());
    }

    #[test]
    fn reads_and_applies_can_be_done_twice() {
        let repeats = |method: &Method, content_type| repeat(method, "/a?force=true", content_type);
        assert_eq!(repeats(&Method::GET, None), Repeat::Yes);
        let apply = Some("application/apply-patch+yaml");
        assert_eq!(repeats(&Method::PATCH, apply), Repeat::Yes);
        let pretended = repeat(&Method::PATCH, "/a?fieldManager=b&dryRun=All", apply);
        assert_eq!(pretended, Repeat::Pretence);
        let merge = Some("application/merge-patch+json");
        assert_eq!(repeats(&Method::PATCH, merge), Repeat::Yes);
        let json = Some("application/json-patch+json");
        assert_eq!(repeats(&Method::PATCH, json), Repeat::No);
        for method in [Method::POST, Method::DELETE] {
            assert_eq!(repeats(&method, Some("application/json")), Repeat::No);
        }
    }
}
