//! Headers that every answer to a client has.
//!
//! Rules: `apiserver/pkg/endpoints/filters/{cachecontrol,with_auditid}.go` upstream.

use crate::body::Response;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use trimtab_clock::Chance;

const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// The longest id of a client's own, in bytes.
const LONGEST_ID: usize = 64;

/// By which id a request is told of: the client's own, or one that is made up.
pub(crate) fn audit_id(headers: &HeaderMap, chance: &Chance) -> Option<HeaderValue> {
    match headers.get(AUDIT_ID) {
        Some(own) if !own.is_empty() => {
            let cut = own.as_bytes().get(..LONGEST_ID).unwrap_or(own.as_bytes());
            HeaderValue::from_bytes(cut).ok()
        }
        _ => HeaderValue::from_str(&chance.uid()).ok(),
    }
}

/// Adds those that are missing: nobody but the client keeps an answer unless it says otherwise.
pub(crate) fn complete(answer: &mut Response, audit_id: Option<HeaderValue>) {
    let headers = answer.headers_mut();
    let private = HeaderValue::from_static("no-cache, private");
    headers.entry(CACHE_CONTROL).or_insert(private);
    if let Some(id) = audit_id {
        headers.entry(AUDIT_ID).or_insert(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_clients_alone_and_has_an_id() {
        let chance = Chance::seeded(1);
        let mut headers = HeaderMap::new();
        let made_up = audit_id(&headers, &chance).unwrap();
        assert_eq!(made_up.len(), 36);
        headers.insert(AUDIT_ID, HeaderValue::from_str(&"x".repeat(70)).unwrap());
        let own = audit_id(&headers, &chance);
        assert_eq!(own.as_ref().map(HeaderValue::len), Some(64));
        let mut answer = Response::new(crate::body::empty());
        complete(&mut answer, own.clone());
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-cache, private");
        assert_eq!(answer.headers()[AUDIT_ID], own.unwrap());
        let public = HeaderValue::from_static("public");
        answer.headers_mut().insert(CACHE_CONTROL, public);
        complete(&mut answer, None);
        assert_eq!(answer.headers()[CACHE_CONTROL], "public");
    }
}
