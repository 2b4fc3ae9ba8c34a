//! What the server has against an object, as its answer to a dry run says it.

use crate::error::{DOES_NOT_FIT, Error, Result, is_misfit, is_of_webhook};
use kube::core::Status;

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
    "immutable",
    "may not change",
    "may not be changed",
    "may not be updated",
    "cannot be changed",
    "can not be changed",
    "cannot change",
    "updates to ",
    "may not be modified",
];

/// Whether a server says of a field that it may not change.
#[must_use]
pub fn says_immutable(message: &str) -> bool {
    let message = message.to_lowercase();
    IMMUTABLE.iter().any(|words| message.contains(words))
}

pub(super) enum Refusal {
    /// Fields would change that may not.
    Immutable(Vec<Cause>),
    /// Something else; a line for each fault.
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
    let is_of_server = matches!(status.code, 401 | 429 | 500..);
    if is_of_server && !is_misfit(status) && !is_of_webhook(status) {
        return Err(error);
    }
    let causes: Vec<Cause> = status
        .details
        .iter()
        .flat_map(|details| &details.causes)
        .map(|cause| Cause {
            field: cause.field.clone(),
            message: without_structure(&cause.message),
        })
        .collect();
    let is_immutable = |cause: &Cause| says_immutable(&cause.message);
    if is_there && status.code == 422 && !causes.is_empty() && causes.iter().all(is_immutable) {
        return Ok(Refusal::Immutable(causes));
    }
    Ok(Refusal::Other(words(status, &causes)))
}

/// Leaves out the value that is invalid where that is a whole structure, of which the server prints every
/// field: the fields that differ are told beside it.
fn without_structure(message: &str) -> String {
    let value = message.strip_prefix("Invalid value: ");
    let rest = value.and_then(|value| match value.as_bytes().first() {
        Some(b'{') => value.rsplit_once("}: "),
        Some(b'[') => value.rsplit_once("]: "),
        _ => None,
    });
    rest.map_or(message, |(_, rest)| rest).to_owned()
}

/// The server's words, a line for each fault.
fn words(status: &Status, causes: &[Cause]) -> String {
    if let Some(misfits) = misfits(&status.message) {
        return misfits;
    }
    if status.code != 422 || causes.is_empty() {
        return status.message.clone();
    }
    let lines = causes.iter().map(|cause| match &*cause.field {
        "" => cause.message.clone(),
        field => format!("{field}: {}", cause.message),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The lines for the fields in `failed to create typed patch object (NAME; KIND): FIELD: WHY`, or of several in
/// `...: errors:` and a line for each.
fn misfits(message: &str) -> Option<String> {
    let (_, faults) = message.strip_prefix(DOES_NOT_FIT)?.split_once("): ")?;
    let faults = faults.strip_prefix("errors:\n").unwrap_or(faults);
    let lines = faults
        .lines()
        .map(|line| line.trim().trim_start_matches('.'));
    Some(lines.collect::<Vec<_>>().join("\n"))
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
        assert!(read(refused(429, &[]), true).is_err());
    }

    fn lines(error: Error) -> String {
        match read(error, false).expect("it is about the object") {
            Refusal::Other(lines) => lines,
            Refusal::Immutable(_) => panic!("nothing is there"),
        }
    }

    #[test]
    fn a_structure_is_not_told_field_by_field() {
        for (message, told) in [
            (
                r#"Invalid value: {"Spec":{"Containers":[]}}: field is immutable"#,
                "field is immutable",
            ),
            (
                "Invalid value: [{}]: field is immutable",
                "field is immutable",
            ),
            (
                r#"Invalid value: "Opaque": field is immutable"#,
                r#"Invalid value: "Opaque": field is immutable"#,
            ),
        ] {
            let Refusal::Immutable(causes) = read(refused(422, &[message]), true).unwrap() else {
                panic!("it cannot be changed: {message}");
            };
            assert_eq!(causes[0].message, told);
        }
    }

    #[test]
    fn each_fault_has_a_line() {
        let faults = ["Invalid value: -1", "Required value"];
        let expected = "spec.selector: Invalid value: -1\nspec.selector: Required value";
        assert_eq!(lines(refused(422, &faults)), expected);
        assert_eq!(lines(refused(422, &[])), "it is invalid");
        assert_eq!(lines(refused(403, &["exceeded"])), "it is invalid");
    }

    #[test]
    fn what_does_not_fit_the_types_is_a_refusal_whatever_its_code() {
        let answered = |message: &str| {
            let status = Status::failure(message, "").with_code(500);
            Error::Request(kube::Error::Api(status.boxed()))
        };
        let head = "failed to create typed patch object (n/web; apps/v1, Kind=Deployment): ";
        let one = format!("{head}.spec.replica: field not declared in schema");
        let expected = "spec.replica: field not declared in schema";
        assert_eq!(lines(answered(&one)), expected);
        let two = format!(
            "{head}errors:\n  .spec.a: field not declared in schema\n  .spec.b: expected map, got &{{1}}"
        );
        let expected = "spec.a: field not declared in schema\nspec.b: expected map, got &{1}";
        assert_eq!(lines(answered(&two)), expected);
        assert!(read(answered("etcdserver: request timed out"), false).is_err());
    }
}
