//! Errors in the form that the client takes.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, header};

use super::{Encoding, is_from_people, negotiate};
use crate::Status;
use crate::body::{Response, full};

/// The answer that tells an error, in the encoding that the request's headers ask for. Of what is
/// asked for and not served, or served in another shape only, it is told in JSON: a negotiation that
/// fails does not hide what was wrong before it (as upstream's `WriteObjectNegotiated`).
pub(crate) fn error(status: Status, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let encoding = negotiate(accept).map_or(Encoding::Json, |accepted| accepted.encoding);
    let pretty = is_from_people(headers);
    if encoding == Encoding::Json && !pretty {
        return status.into_response();
    }
    let body = encoding.encode(&status.to_value(), pretty);
    let mut response = status.into_response();
    if let Ok(body) = body {
        let content_type = HeaderValue::from_static(encoding.content_type());
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        *response.body_mut() = full(body);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(accept: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        let response = error(Status::not_found("", "pods", "a"), &headers);
        assert_eq!(response.status(), 404);
        response.headers()[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn errors_are_told_as_the_client_takes_them() {
        let protobuf = "application/vnd.kubernetes.protobuf";
        assert_eq!(told(&format!("{protobuf},application/json")), protobuf);
        assert_eq!(told("application/yaml"), "application/yaml");
        assert_eq!(told("application/json"), "application/json");
        assert_eq!(told("text/html"), "application/json");
    }
}
