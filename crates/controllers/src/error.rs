//! Why a key has to be looked at again.

use kube::core::Status;
use thiserror::Error;

/// What keeps a reconcile from its end. Whoever runs the reconcile tries again, later each time.
#[derive(Debug, Error)]
pub(crate) enum ReconcileError {
    /// The API server refused, or could not be reached.
    #[error(transparent)]
    Api(#[from] kube::Error),
    /// A selector in the object cannot be read; the API server lets none such in.
    #[error("invalid selector: {0}")]
    Selector(#[from] kube::core::ParseExpressionError),
    /// A request could not be put together.
    #[error(transparent)]
    Request(#[from] kube::core::request::Error),
    /// An object cannot be written as JSON.
    #[error("cannot encode the object: {0}")]
    Encode(#[from] serde_json::Error),
    /// The world does not look as it must for the next step; it soon will.
    #[error("{0}")]
    NotYet(String),
}

/// What the API server said, if it is what answered.
pub(crate) fn status(error: &kube::Error) -> Option<&Status> {
    match error {
        kube::Error::Api(status) => Some(status),
        _ => None,
    }
}

pub(crate) fn is_not_found(error: &kube::Error) -> bool {
    status(error).is_some_and(Status::is_not_found)
}

pub(crate) fn is_already_exists(error: &kube::Error) -> bool {
    status(error).is_some_and(Status::is_already_exists)
}

/// A write based on an older state of the object than the API server's: ordinary, and settled by
/// the next look.
pub(crate) fn is_conflict(error: &kube::Error) -> bool {
    status(error).is_some_and(Status::is_conflict)
}

/// A creation in a namespace that is being deleted: nothing to do but wait for its end.
pub(crate) fn is_namespace_terminating(error: &kube::Error) -> bool {
    let details = status(error).and_then(|status| status.details.as_ref());
    details.is_some_and(|details| {
        let mut causes = details.causes.iter();
        causes.any(|cause| cause.reason == "NamespaceTerminating")
    })
}

/// As people are told of it: the API server's own words where it answered.
pub(crate) fn message(error: &kube::Error) -> String {
    match status(error) {
        Some(status) => status.message.clone(),
        None => error.to_string(),
    }
}

/// Takes it that what was to be deleted may be gone already.
pub(crate) fn unless_not_found<T>(result: Result<T, kube::Error>) -> Result<(), kube::Error> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if is_not_found(&error) => Ok(()),
        Err(error) => Err(error),
    }
}
