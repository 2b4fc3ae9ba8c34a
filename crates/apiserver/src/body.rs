//! Bodies of requests and answers.

use bytes::Bytes;
use futures::FutureExt as _;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, LengthLimitError, Limited};
use std::time::Duration;

use crate::Status;

/// What can go wrong with a body on its way.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body, whole or streamed.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// An answer.
pub type Response = http::Response<Body>;

/// Marks an answer whose body goes on until somebody ends it, as a watch's does: one of its
/// extensions. A server that shuts down ends it, and does not wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endless;

/// What of the time that an answer took was no work of the server's own: one of its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Apart(pub(crate) Duration);

impl Apart {
    /// Adds to what the answer says already.
    pub(crate) fn add(response: &mut Response, time: Duration) {
        if !time.is_zero() {
            let extensions = response.extensions_mut();
            let before = extensions.get::<Self>().map_or(Duration::ZERO, |it| it.0);
            extensions.insert(Self(before.saturating_add(time)));
        }
    }
}

/// Marks the answer to a request that the server ended to protect itself: one of its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminated;

/// The most bytes that a request's body may have (kube-apiserver's `MaxRequestBodyBytes`).
pub(crate) const MAX_REQUEST_BYTES: usize = 3 << 20;

/// A body that is there.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// No body.
pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// An answer of this status, type and body.
pub(crate) fn response(
    code: http::StatusCode,
    content_type: &'static str,
    bytes: impl Into<Bytes>,
) -> Response {
    let mut response = http::Response::new(full(bytes));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Reads a request's body to its end.
///
/// # Errors
/// When it is longer than [`MAX_REQUEST_BYTES`], or the client goes away.
pub(crate) async fn read(body: Body) -> Result<Bytes, Status> {
    // Boxed, as the compiler cannot see that the limit's own future may be sent to other threads.
    let collected = Limited::new(body, MAX_REQUEST_BYTES).collect().boxed();
    match collected.await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Status::request_too_large(MAX_REQUEST_BYTES))
        }
        Err(error) => Err(Status::bad_request(format!(
            "the body of the request could not be read: {error}"
        ))),
    }
}
