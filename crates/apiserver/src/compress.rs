//! Large answers, packed for clients that take them so.
//!
//! Rules: `apiserver/pkg/endpoints/handlers/responsewriters/writers.go` upstream.

use crate::Status;
use crate::body::{Response, full};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use http::{HeaderMap, HeaderValue};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::io::Write as _;

/// Smaller answers are sent faster than they are packed.
const LEAST: u64 = 128 << 10;

/// Whether the client takes `gzip`.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(ACCEPT_ENCODING).iter();
    let mut encodings = encodings.filter_map(|value| value.to_str().ok());
    encodings.any(|value| {
        value.split(',').any(|encoding| {
            let (name, quality) = encoding.split_once(';').unwrap_or((encoding, ""));
            let refused = quality.trim().trim_start_matches("q=").parse() == Ok(0.0_f32);
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    })
}

/// The answer, packed if it is whole and large.
pub(crate) async fn gzipped(response: Response) -> Response {
    let size = response.body().size_hint().exact();
    let is_packed = response.headers().contains_key(CONTENT_ENCODING);
    if is_packed || size.is_none_or(|size| size < LEAST) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match body.collect().await {
        Ok(bytes) => bytes.to_bytes(),
        Err(error) => return Status::internal(error).into_response(),
    };
    // It takes milliseconds that others would wait for.
    let unpacked = bytes.clone();
    let packed = tokio::task::spawn_blocking(move || pack(&unpacked)).await;
    let Ok(Ok(packed)) = packed else {
        return Response::from_parts(parts, full(bytes));
    };
    parts.headers.remove(CONTENT_LENGTH);
    let gzip = HeaderValue::from_static("gzip");
    parts.headers.insert(CONTENT_ENCODING, gzip);
    let vary = HeaderValue::from_static("Accept-Encoding");
    parts.headers.append(VARY, vary);
    Response::from_parts(parts, full(packed))
}

fn pack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let packed = Vec::with_capacity(bytes.len() / 4);
    let mut encoder = GzEncoder::new(packed, Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::response;
    use http::StatusCode;
    use std::io::Read as _;

    fn takes(header: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
        takes_gzip(&headers)
    }

    #[test]
    fn clients_say_whether_they_unpack() {
        assert!(takes("gzip") && takes("deflate, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0") && !takes("deflate") && !takes("x-gzip2"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn only_large_answers_are_packed() {
        let text = |length: usize| "x".repeat(length);
        let answer = |length| response(StatusCode::OK, "text/plain", text(length));
        let small = gzipped(answer(1000)).await;
        assert!(small.headers().get(CONTENT_ENCODING).is_none());
        let large = gzipped(answer(200_000)).await;
        assert_eq!(large.headers()[CONTENT_ENCODING], "gzip");
        let packed = large.into_body().collect().await.unwrap().to_bytes();
        assert!(packed.len() < 2000);
        let mut unpacked = String::new();
        let mut decoder = flate2::read::GzDecoder::new(&packed[..]);
        decoder.read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text(200_000));
    }
}
