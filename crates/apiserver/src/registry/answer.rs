//! Answers made of objects.

use http::{HeaderValue, StatusCode, header};
use trimtab_protobuf::{Encoder, Writer};
use trimtab_tree::{Mapping, Value};

use super::Call;
use super::live::Outcome;
use super::rows::table;
use crate::Status;
use crate::body::{Response, response};
use crate::cache::Object;
use crate::media::{Encoding, Shape};
use crate::resource::ServedKind;
use crate::table::partial_object_metadata;

/// Answers with a stored object: its bytes, if that is the form the client takes.
///
/// # Errors
/// When the client wants it in a form that it does not have.
pub(crate) fn object(
    call: &Call<'_>,
    code: StatusCode,
    object: &Object,
) -> Result<Response, Status> {
    if call.copies_bytes_of(object)? {
        let mut json = Vec::new();
        object.write(&mut json);
        return Ok(response(code, Encoding::Json.content_type(), json));
    }
    if call.copies_messages() {
        let mut json = Vec::new();
        object.write(&mut json);
        let (api_version, kind) = message_kind(&call.resource.kind, call.accepted.shape);
        let mut body = Writer::default();
        let mut encoder = Encoder::new(&call.server.schema);
        encoder
            .object(&api_version, kind, text(&json)?, &mut body)
            .map_err(Status::internal)?;
        let content_type = call.accepted.encoding.content_type();
        return Ok(response(code, content_type, body.into_bytes()));
    }
    value(call, code, call.value_of(object)?)
}

/// What the envelope of an object of this kind says, if the answer shows this of it.
pub(crate) fn message_kind(kind: &ServedKind, shape: Shape) -> (String, &str) {
    match shape {
        Shape::Metadata(version) | Shape::MetadataList(version) => {
            (format!("meta.k8s.io/{version}"), "PartialObjectMetadata")
        }
        Shape::Whole | Shape::Table(_) => (kind.api_version().to_owned(), kind.kind()),
    }
}

/// Stored bytes as text.
///
/// # Errors
/// When they are none.
pub(crate) fn text(json: &[u8]) -> Result<&str, Status> {
    std::str::from_utf8(json).map_err(Status::internal)
}

/// Answers with what a request made of an object.
///
/// # Errors
/// When the client wants it in a form that it does not have.
pub(crate) fn outcome(
    call: &Call<'_>,
    code: StatusCode,
    outcome: Outcome,
    warnings: &[String],
) -> Result<Response, Status> {
    let response = match outcome {
        Outcome::Stored(stored) => object(call, code, &stored)?,
        Outcome::Unstored(unstored) => value(call, code, unstored)?,
    };
    Ok(with_warnings(response, warnings))
}

/// Answers with an object that is not stored, as one of a dry run.
///
/// # Errors
/// When the client wants it in a form that it does not have.
pub(crate) fn value(call: &Call<'_>, code: StatusCode, object: Value) -> Result<Response, Status> {
    let shaped = match call.accepted.shape {
        Shape::Whole => object,
        Shape::Metadata(version) => partial_object_metadata(&object, version),
        Shape::MetadataList(_) => {
            return Err(not_acceptable(&format!(
                "you requested PartialObjectMetadataList, but the requested object is not a list ({})",
                called(call)
            )));
        }
        Shape::Table(version) => {
            let version_of = object.get_path(&["metadata", "resourceVersion"]).cloned();
            let metadata = version_of.map(|value| ("resourceVersion", value));
            let metadata = metadata.map_or_else(Mapping::new, |field| Mapping::from([field]));
            table(call, version, metadata, [&object])?
        }
    };
    encoded(call, code, &shaped)
}

/// A kind with its group before it, as messages call it: `apps.Deployment`.
pub(crate) fn called(call: &Call<'_>) -> String {
    let group = match call.resource.group() {
        "" => "core",
        group => group.split('.').next().unwrap_or(group),
    };
    format!("{group}.{}", call.resource.kind.kind())
}

/// Answers with any value.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn encoded(
    call: &Call<'_>,
    code: StatusCode,
    value: &Value,
) -> Result<Response, Status> {
    let encoding = call.accepted.encoding;
    let body = encoding.encode(value, call.accepted.pretty)?;
    Ok(response(code, encoding.content_type(), body))
}

/// The form that the client wants is none that the answer has.
pub(crate) fn not_acceptable(message: &str) -> Status {
    Status::new(406, crate::Reason::NotAcceptable, message)
}

/// Adds `Warning` headers (RFC 7234, code 299), in which quotes and backslashes are escaped.
pub(crate) fn with_warnings(mut response: Response, warnings: &[String]) -> Response {
    for warning in warnings {
        let mut text = String::with_capacity(warning.len() + 10);
        text.push_str("299 - \"");
        for c in warning.chars().filter(|c| !c.is_control()) {
            if matches!(c, '"' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text.push('"');
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    response
}
