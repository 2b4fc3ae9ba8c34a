//! Errors as the API tells them: `Status` objects.
//!
//! Codes, reasons and details are those of Kubernetes' `apimachinery/pkg/api/errors`; clients
//! decide by reason and code, people read the message.

use http::{HeaderValue, StatusCode, header};
use std::fmt;
use trimtab_store::StoreError;
use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

use crate::body::{Response, response};
use crate::reason::Reason;

/// One of the things that are wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// `FieldValueRequired`, `FieldManagerConflict`; may be empty.
    pub reason: String,
    /// For people.
    pub message: String,
    /// `spec.containers[0].name`; empty where it is not about a field.
    pub field: String,
}

impl From<trimtab_validation::FieldError> for Cause {
    fn from(fault: trimtab_validation::FieldError) -> Self {
        Self {
            reason: fault.reason.as_str().to_owned(),
            message: fault.message,
            field: fault.field,
        }
    }
}

/// What a [`Status`] is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The object's name.
    pub name: String,
    /// The group of the resource.
    pub group: String,
    /// The resource (`deployments`); for invalid objects the kind (`Deployment`).
    pub kind: String,
    /// The object's uid.
    pub uid: String,
    /// All that is wrong.
    pub causes: Vec<Cause>,
    /// When to try again, in seconds; 0 says nothing.
    pub retry_after_seconds: u32,
}

/// An error of the API, or another answer that is told as a `Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status code.
    pub code: u16,
    /// For programs.
    pub reason: Reason,
    /// For people.
    pub message: String,
    /// What it is about.
    pub details: Option<Box<Details>>,
    /// The reason in the words of another server, a webhook say, where it is none of [`Reason`].
    pub other_reason: Option<Box<str>>,
    /// How a list that can no longer be gone on with as it began may be gone on with otherwise:
    /// `metadata.continue`.
    pub continue_token: Option<Box<str>>,
    /// The `Allow` header's value, where a method is not allowed.
    pub allow: Option<&'static str>,
}

impl Status {
    /// An error without details.
    pub fn new(code: u16, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            details: None,
            other_reason: None,
            continue_token: None,
            allow: None,
        }
    }

    /// Reads a `Status` of another server.
    #[must_use]
    pub fn of_value(value: &Value) -> Self {
        let text = |value: &Value, name: &str| {
            let text = value.get(name).and_then(Value::text_if_not_null);
            text.unwrap_or_default().to_owned()
        };
        let number = |value: &Value, name: &str| text(value, name).parse().ok();
        let code = number(value, "code").and_then(|code: u32| code.try_into().ok());
        let reason = text(value, "reason");
        let known = Reason::parse(&reason);
        let mut status = Self::new(
            code.unwrap_or_default(),
            known.unwrap_or(Reason::Unknown),
            text(value, "message"),
        );
        if known.is_none() {
            status.other_reason = Some(reason.into());
        }
        if let Some(details) = value.get("details").filter(|it| !it.is_null()) {
            let causes = details.get("causes").and_then(Value::as_sequence);
            let causes = causes.unwrap_or_default().iter().map(|cause| Cause {
                reason: text(cause, "reason"),
                message: text(cause, "message"),
                field: text(cause, "field"),
            });
            status.details = Some(Box::new(Details {
                name: text(details, "name"),
                group: text(details, "group"),
                kind: text(details, "kind"),
                uid: text(details, "uid"),
                causes: causes.collect(),
                retry_after_seconds: number(details, "retryAfterSeconds").unwrap_or_default(),
            }));
        }
        status
    }

    /// As it stands in `reason`.
    #[must_use]
    pub fn reason_text(&self) -> &str {
        let other = self.other_reason.as_deref();
        other.unwrap_or_else(|| self.reason.as_str())
    }

    /// With these details.
    #[must_use]
    pub fn with_details(mut self, details: Details) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// In other words.
    #[must_use]
    pub fn reworded(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    fn about(
        code: u16,
        reason: Reason,
        group: &str,
        resource: &str,
        name: &str,
        message: String,
    ) -> Self {
        Self::new(code, reason, message).with_details(Details {
            name: name.to_owned(),
            group: group.to_owned(),
            kind: resource.to_owned(),
            ..Details::default()
        })
    }

    /// There is no object of that name.
    pub fn not_found(group: &str, resource: &str, name: &str) -> Self {
        let message = format!("{} {name:?} not found", qualified(resource, group));
        Self::about(404, Reason::NotFound, group, resource, name, message)
    }

    /// There is no such path.
    pub fn no_such_path() -> Self {
        let message = "the server could not find the requested resource";
        Self::new(404, Reason::NotFound, message).with_details(Details::default())
    }

    /// There is an object of that name already.
    pub fn already_exists(group: &str, resource: &str, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", qualified(resource, group));
        Self::about(409, Reason::AlreadyExists, group, resource, name, message)
    }

    /// The object is not as the request expects it.
    pub fn conflict(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} {name:?}: {why}",
            qualified(resource, group)
        );
        Self::about(409, Reason::Conflict, group, resource, name, message)
    }

    /// The object has been written since the version that the request is based on.
    pub fn modified(group: &str, resource: &str, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version \
                   and try again";
        Self::conflict(group, resource, name, why)
    }

    /// The user may not do that, or nobody may.
    pub fn forbidden(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let message = if name.is_empty() {
            format!("{} is forbidden: {why}", qualified(resource, group))
        } else {
            format!(
                "{} {name:?} is forbidden: {why}",
                qualified(resource, group)
            )
        };
        Self::about(403, Reason::Forbidden, group, resource, name, message)
    }

    /// The object breaks rules.
    pub fn invalid(group: &str, kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let mut told: Vec<String> = Vec::with_capacity(causes.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for cause in &causes {
            // What several looked at and found is told once.
            let found = format!("{}: {}", cause.field, cause.message);
            if seen.insert(found.clone()) {
                told.push(found);
            }
        }
        let told = match told.as_slice() {
            [] => "<nil>".to_owned(),
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        let message = format!("{} {name:?} is invalid: {told}", qualified(kind, group));
        Self::new(422, Reason::Invalid, message).with_details(Details {
            name: name.to_owned(),
            group: group.to_owned(),
            kind: kind.to_owned(),
            causes,
            ..Details::default()
        })
    }

    /// The request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, Reason::BadRequest, message)
    }

    /// The resource has no such verb.
    pub fn method_not_allowed(message: impl Into<String>) -> Self {
        Self::new(405, Reason::MethodNotAllowed, message).with_details(Details::default())
    }

    /// The path has no such verb.
    pub fn no_such_method() -> Self {
        Self::method_not_allowed("the server does not allow this method on the requested resource")
    }

    /// No media type that the client takes is served.
    pub fn not_acceptable(served: &str) -> Self {
        let message = format!("only the following media types are accepted: {served}");
        Self::new(406, Reason::NotAcceptable, message)
    }

    /// No media type that the client takes is served, whatever its parameters.
    pub fn none_acceptable(served: &str) -> Self {
        let message = format!("406: Not Acceptable\n\nAvailable representations: {served}");
        Self::new(406, Reason::NotAcceptable, message).with_details(Details::default())
    }

    /// The body is of a media type that is not read here.
    pub fn unsupported_media_type(found: &str, read: &str) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: \
             {read} (found {found:?})"
        );
        Self::new(415, Reason::UnsupportedMediaType, message)
    }

    /// The body is longer than `limit` bytes.
    pub fn request_too_large(limit: usize) -> Self {
        let message = format!("Request entity too large: limit is {limit}");
        Self::new(413, Reason::RequestEntityTooLarge, message)
    }

    /// The revision asked for is no longer known.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, Reason::Expired, message)
    }

    /// The server itself failed.
    pub fn internal(message: impl fmt::Display) -> Self {
        let cause = Cause {
            message: message.to_string(),
            ..Cause::default()
        };
        let message = format!("Internal error occurred: {message}");
        Self::new(500, Reason::InternalError, message).with_details(Details {
            causes: vec![cause],
            ..Details::default()
        })
    }

    /// Not an error: the `Status` object that says that something was done.
    #[must_use]
    pub fn success(details: &Details) -> Value {
        Value::mapping([
            ("kind", Value::string("Status")),
            ("apiVersion", Value::string("v1")),
            ("metadata", Value::mapping([])),
            ("status", Value::string("Success")),
            ("details", details.to_value()),
        ])
    }

    /// As an object of kind `Status`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let token = self.continue_token.iter();
        let metadata = token.map(|token| ("continue".into(), Value::string(&**token)));
        let mut fields = Mapping::from([
            ("kind", Value::string("Status")),
            ("apiVersion", Value::string("v1")),
            ("metadata", metadata.collect::<Mapping>().into()),
            ("status", Value::string("Failure")),
        ]);
        put(&mut fields, "message", &self.message);
        put(&mut fields, "reason", self.reason_text());
        if let Some(details) = &self.details {
            fields.insert("details", details.to_value());
        }
        fields.insert("code", Value::int(i64::from(self.code)));
        Value::from(fields)
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        write_json(&self.to_value(), &mut json, JsonStyle::Ordered)
            .expect("a Status holds texts and whole numbers");
        json
    }

    /// The answer that tells it. Errors are always told in JSON.
    #[must_use]
    pub fn into_response(self) -> Response {
        let code = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = response(code, "application/json", self.to_json());
        let headers = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(details) = self
            .details
            .filter(|details| details.retry_after_seconds > 0)
        {
            headers.insert(header::RETRY_AFTER, details.retry_after_seconds.into());
        }
        response
    }
}

impl Details {
    /// As it stands in a `Status`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut fields = Mapping::new();
        put(&mut fields, "name", &self.name);
        put(&mut fields, "group", &self.group);
        put(&mut fields, "kind", &self.kind);
        put(&mut fields, "uid", &self.uid);
        if !self.causes.is_empty() {
            let causes = self.causes.iter().map(|cause| {
                let mut fields = Mapping::new();
                put(&mut fields, "reason", &cause.reason);
                put(&mut fields, "message", &cause.message);
                put(&mut fields, "field", &cause.field);
                Value::from(fields)
            });
            fields.insert("causes", Value::sequence(causes.collect()));
        }
        if self.retry_after_seconds > 0 {
            let seconds = Value::int(i64::from(self.retry_after_seconds));
            fields.insert("retryAfterSeconds", seconds);
        }
        Value::from(fields)
    }
}

/// Sets a text that is not empty.
fn put(fields: &mut Mapping, name: &str, text: &str) {
    if !text.is_empty() {
        fields.insert(name, Value::string(text));
    }
}

/// `deployments.apps`; in the core group, `pods`.
pub(crate) fn qualified(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Status {}

/// What a client is told when the store fails.
pub(crate) fn store_failed(error: StoreError) -> Status {
    match error {
        StoreError::Compacted {
            requested,
            compacted,
        } => Status::expired(format!(
            "too old resource version: {requested} ({compacted})"
        )),
        StoreError::Closed => {
            let message = "the server is shutting down";
            Status::new(503, Reason::ServiceUnavailable, message)
        }
        other => Status::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_name_the_object() {
        let status = Status::not_found("apps", "deployments", "web");
        assert_eq!(
            status.to_json(),
            r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"deployments.apps \"web\" not found","reason":"NotFound","details":{"name":"web","group":"apps","kind":"deployments"},"code":404}"#
        );
    }

    #[test]
    fn several_causes_stand_in_brackets() {
        let cause = |field: &str| Cause {
            reason: "FieldValueRequired".to_owned(),
            message: "Required value".to_owned(),
            field: field.to_owned(),
        };
        let one = Status::invalid("", "Pod", "a", vec![cause("spec.x")]);
        assert_eq!(one.message, "Pod \"a\" is invalid: spec.x: Required value");
        let two = Status::invalid("", "Pod", "a", vec![cause("spec.x"), cause("spec.y")]);
        let told = "Pod \"a\" is invalid: [spec.x: Required value, spec.y: Required value]";
        assert_eq!(two.message, told);
    }
}
