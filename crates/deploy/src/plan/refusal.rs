//! What the server has against an object, as its answer to a dry run says it.

use crate::error::{Error, Result};

/// A field that may not change, and what the server says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The field, such as `spec.selector`.
    pub field: String,
    /// The server's words.
    pub message: String,
}

/// Words by which validation says that a field may not change. There is no reason of its own for
/// it: `FieldValueInvalid` and `FieldValueForbidden` mean many things.
const IMMUTABLE: &[&str] = &[
    "field is immutable",
    "is immutable",
    "may not change",
    "may not be changed",
    "may not be updated",
    "cannot be changed",
    "can not be changed",
    "cannot change",
    "updates to ",
    "may not be modified",
];

pub(super) enum Refusal {
    /// Fields would change that may not.
    Immutable(Vec<Cause>),
    /// Something else; the message.
    Other(String),
}

/// What a refusal means for an object that is there already or not.
///
/// # Errors
/// What is no refusal of the object, such as a server that cannot be reached, is given back.
pub(super) fn read(error: Error, is_there: bool) -> Result<Refusal> {
    let Some(status) = error.status() else {
        return Err(error);
    };
    // These speak of who asks or of the server, not of the object.
    if status.code == 401 || status.code >= 500 {
        return Err(error);
    }
    let causes: Vec<Cause> = status
        .details
        .iter()
        .flat_map(|details| &details.causes)
        .map(|cause| Cause {
            field: cause.field.clone(),
            message: cause.message.clone(),
        })
        .collect();
    let is_immutable = |cause: &Cause| {
        let message = cause.message.to_lowercase();
        IMMUTABLE.iter().any(|words| message.contains(words))
    };
    if is_there && status.code == 422 && !causes.is_empty() && causes.iter().all(is_immutable) {
        return Ok(Refusal::Immutable(causes));
    }
    Ok(Refusal::Other(status.message.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use kube::core::response::{StatusCause, StatusDetails};

    fn refused(code: u16, messages: &[&str]) -> Error {
        let causes = messages.iter().map(|message| StatusCause {
            reason: "FieldValueInvalid".to_owned(),
            message: (*message).to_owned(),
            field: "spec.selector".to_owned(),
        });
        let details = StatusDetails {
            name: String::new(),
            group: String::new(),
            kind: String::new(),
            uid: String::new(),
            causes: causes.collect(),
            retry_after_seconds: 0,
        };
        let status = Status::failure("it is invalid", "Invalid").with_code(code);
        Error::Request(kube::Error::Api(status.with_details(details).boxed()))
    }

    fn is_immutable(error: Error, is_there: bool) -> bool {
        let refusal = read(error, is_there).expect("it is about the object");
        matches!(refusal, Refusal::Immutable(_))
    }

    #[test]
    fn only_what_is_there_and_may_not_change_is_replaced() {
        let immutable = "Invalid value: {}: field is immutable";
        let other = "Invalid value: -1: must be greater than or equal to 0";
        assert!(is_immutable(refused(422, &[immutable]), true));
        assert!(!is_immutable(refused(422, &[immutable]), false));
        assert!(!is_immutable(refused(422, &[immutable, other]), true));
        assert!(!is_immutable(refused(422, &[]), true));
        assert!(read(refused(503, &[]), true).is_err());
    }
}
