//! What can go wrong between here and the cluster.

use kube::client::AuthError;
use kube::core::Status;
use thiserror::Error;

/// Why something could not be done.
#[derive(Debug, Error)]
pub enum Error {
    /// The server refused a request, or could not be reached.
    #[error(transparent)]
    Request(#[from] kube::Error),

    /// The server's answer makes no sense.
    #[error("the server's answer to {request} cannot be read: {problem}")]
    Answer {
        /// The request, such as `GET /api/v1/pods`.
        request: String,
        /// What is wrong with the answer.
        problem: String,
    },

    /// The server serves no resource of that name; kubectl's words.
    #[error("the server doesn't have a resource type {0:?}")]
    UnknownResource(String),

    /// The server serves no such kind.
    #[error("no matches for kind {kind:?} in version {api_version:?}")]
    UnknownKind {
        /// The kind of the object.
        kind: String,
        /// Its `apiVersion`.
        api_version: String,
    },

    /// What was asked for makes no sense, whatever the cluster holds; the text says why.
    #[error("{0}")]
    Usage(String),

    /// What was asked for cannot be done with what the cluster holds; the text says why.
    #[error("{0}")]
    Impossible(String),

    /// What was waited for did not happen in time.
    #[error("timed out waiting for {0}")]
    TimedOut(String),
}

impl Error {
    /// What the server said against the request, if it was the server.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Request(kube::Error::Api(status)) => Some(status),
            _ => None,
        }
    }

    /// What went wrong in a line: what the server said, if it was the server, without the rest of
    /// its answer.
    #[must_use]
    pub fn message(&self) -> String {
        match self.status() {
            Some(status) if !status.message.is_empty() => status.message.clone(),
            _ => self.to_string(),
        }
    }

    /// Whether it may be otherwise with the next object: the server answered, or need not have.
    #[must_use]
    pub fn is_of_one_object(&self) -> bool {
        let need_not = matches!(
            self,
            Self::Usage(_) | Self::Impossible(_) | Self::TimedOut(_)
        );
        need_not || self.status().is_some()
    }

    /// Whether the server, or the way to it, is what fails: it will be the same with the next object.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        match self.status() {
            Some(status) => is_of_server(status),
            None => self.is_of_connection(),
        }
    }

    /// Whether a request got no answer, although there were credentials to ask with.
    fn is_of_connection(&self) -> bool {
        let Self::Request(error) = self else {
            return false;
        };
        let is_broken = matches!(error, kube::Error::Service(_) | kube::Error::HyperError(_));
        is_broken && credentials_problem(error).is_none()
    }

    /// Whether the server says that there is no such object, or none of that kind any more: then it answers with
    /// a line of text, of which only the code (404) is known.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status()
            .is_some_and(|status| status.code == 404 || status.is_not_found())
    }

    /// Whether there is an object of that name already (409).
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.status().is_some_and(Status::is_already_exists)
    }

    /// Whether somebody else has changed the object meanwhile (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status().is_some_and(Status::is_conflict)
    }

    /// Whether a watch must begin with a new list: its resource version is too old (410).
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.status()
            .is_some_and(|status| status.code == 410 || status.reason == "Expired")
    }
}

/// What is wrong with the credentials, if that is why a request failed: it was never sent.
#[must_use]
pub fn credentials_problem(error: &kube::Error) -> Option<&AuthError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// How kube-apiserver begins to say that an applied object does not fit the types: fields that there are not,
/// values of another type.
pub(crate) const DOES_NOT_FIT: &str = "failed to create typed patch object";

/// Whether the server says that of the object, and not that it has failed itself, as the code 500 that comes
/// with it would have it.
pub(crate) fn is_misfit(status: &Status) -> bool {
    status.code == 500 && status.message.starts_with(DOES_NOT_FIT)
}

/// Whether the server says that a webhook did not answer it about the object: others may need none.
pub(crate) fn is_of_webhook(status: &Status) -> bool {
    status.code == 500 && status.message.contains(" webhook ")
}

/// Whether the server says that it cannot answer now, whatever it is asked.
pub(crate) fn is_of_server(status: &Status) -> bool {
    let is_busy = matches!(status.code, 429 | 500 | 502..=504);
    is_busy && !is_misfit(status) && !is_of_webhook(status)
}

/// What this crate's functions give.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    /// As the client gives it when the kind is gone.
    #[test]
    fn what_is_of_no_kind_any_more_is_not_found_either() {
        let answered = |code| {
            let status = Status::failure("404 page not found", "Failed to parse error data");
            Error::Request(kube::Error::Api(status.with_code(code).boxed()))
        };
        assert!(answered(404).is_not_found());
        assert!(!answered(403).is_not_found());
    }
}
