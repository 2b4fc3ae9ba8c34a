//! From a request's body to an object of the resource's kind.

use http::header::CONTENT_TYPE;
use trimtab_tree::Value;

use super::Call;
use super::options::FieldValidation;
use crate::Status;
use crate::body::{Body, read};
use crate::media;

/// An object as the client sent it, decoded and defaulted.
pub(crate) struct Decoded {
    /// The object.
    pub(crate) object: Value,
    /// What the client should know: `Warning` headers.
    pub(crate) warnings: Vec<String>,
}

/// Reads a request's body as an object of the call's kind.
///
/// # Errors
/// When it cannot be read, or is not of that kind, or, if strict, has fields that the kind does
/// not have.
pub(crate) async fn decode_body(
    call: &Call<'_>,
    body: Body,
    validation: FieldValidation,
) -> Result<Decoded, Status> {
    let bytes = read(body).await?;
    let value = media::decode(call.header(&CONTENT_TYPE), &bytes)?;
    check_kind(call, &value)?;
    decode_value(call, value, validation)
}

/// Brings a tree into the form of the call's kind: types checked, unknown fields dropped, defaults
/// set.
///
/// # Errors
/// When a value is of the wrong type, or, if strict, a field is unknown.
pub(crate) fn decode_value(
    call: &Call<'_>,
    object: Value,
    _validation: FieldValidation,
) -> Result<Decoded, Status> {
    if object.as_mapping().is_none() {
        return Err(Status::bad_request(format!(
            "a {} is a mapping, not {}",
            call.resource.kind.kind(),
            object.describe()
        )));
    }
    Ok(Decoded {
        object,
        warnings: Vec::new(),
    })
}

/// Refuses an object that says it is of another kind than the path is for.
fn check_kind(call: &Call<'_>, value: &Value) -> Result<(), Status> {
    let own = call.resource.kind;
    let text = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if api_version == own.api_version() && kind == own.kind() {
        return Ok(());
    }
    if kind.is_empty() {
        return Err(Status::bad_request(
            "Object 'Kind' is missing in the body of the request",
        ));
    }
    if api_version.is_empty() {
        let told = format!("the object of kind {kind:?} has no apiVersion");
        return Err(Status::bad_request(told));
    }
    if api_version != own.api_version() {
        return Err(Status::bad_request(format!(
            "the API version in the data ({api_version}) does not match the expected API version ({})",
            own.api_version()
        )));
    }
    Err(Status::bad_request(format!(
        "the kind in the data ({kind}) does not match the expected kind ({})",
        own.kind()
    )))
}
