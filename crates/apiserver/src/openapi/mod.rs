//! What the API looks like, in `OpenAPI`: an index of documents, and one document a group-version.
//! kubectl reads it to explain kinds, to learn what `apply` may ask the server for, and to merge
//! lists.
//!
//! Schemas and operations follow from the table of kinds in `trimtab-schema`. A document is made
//! when it is asked for and not kept: only its hash is, which is part of its address, so that
//! clients fetch it once.
//!
//! Rules: `OpenAPI` 3.0, KEP-2896, the `x-kubernetes-*` extensions of Kubernetes' own documents.

mod description;
mod document;
mod names;
mod operation;
mod parameter;
mod paths;
mod schema;
mod text;
mod version_2;

use crate::Status;
use crate::body::{Response, empty, response};
use document::Document;
use http::header::{
    CACHE_CONTROL, ETAG, EXPIRES, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION, VARY,
};
use http::{Method, StatusCode};
use sha2::{Digest as _, Sha512};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use text::json;
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Value};

const JSON: &str = "application/json";
const ROOT: &str = "/openapi/v3";
/// As long as clients may keep a document of a known hash: a year, in seconds.
const FOREVER: &str = "public, immutable, max-age=31536000";

/// Answers `/openapi/v2`, `/openapi/v3` and what is below.
pub(crate) struct OpenApi {
    schema: Schema,
    /// The hashes of the documents, in the order of [`Document::all`], once one was asked for.
    hashes: Mutex<Vec<Option<String>>>,
}

impl OpenApi {
    pub(crate) fn new(schema: Schema) -> Self {
        let hashes = Document::all().map(|_| None).collect();
        Self {
            schema,
            hashes: Mutex::new(hashes),
        }
    }

    /// The paths there are, for the index.
    pub(crate) fn paths() -> impl Iterator<Item = String> {
        let documents = Document::all().map(|document| format!("{ROOT}/{}", document.path()));
        ["/openapi/v2", ROOT]
            .map(str::to_owned)
            .into_iter()
            .chain(documents)
    }

    /// The document at `path`; `None` if there is none.
    ///
    /// # Errors
    /// For methods other than reading.
    pub(crate) fn answer(
        &self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
    ) -> Option<Result<Response, Status>> {
        let below = path.strip_prefix("/openapi/")?.trim_end_matches('/');
        let found = match below {
            "v2" => Found::Old,
            "v3" => Found::Index,
            _ => {
                let wanted = below.strip_prefix("v3/")?;
                let mut all = Document::all().enumerate();
                match all.find(|(_, document)| document.path() == wanted) {
                    Some((at, document)) => Found::Document(at, document),
                    None => Found::Nothing,
                }
            }
        };
        if method != Method::GET && method != Method::HEAD {
            return Some(Err(Status::no_such_method()));
        }
        Some(Ok(match found {
            Found::Nothing => nothing(),
            Found::Old => self.old(headers),
            Found::Index => self.index(),
            Found::Document(at, document) => self.document(at, &document, query, headers),
        }))
    }

    fn index(&self) -> Response {
        let mut paths = Mapping::new();
        for (at, document) in Document::all().enumerate() {
            let path = document.path();
            let hash = self.hash(at, &document);
            let address = format!("{ROOT}/{path}?hash={hash}");
            let address = [("serverRelativeURL", Value::string(address))];
            paths.insert(&path, Value::mapping(address));
        }
        let index = Value::mapping([("paths", Value::from(paths))]);
        // kube-apiserver lets Go guess the type, and it does not guess JSON.
        response(StatusCode::OK, "text/plain; charset=utf-8", json(&index))
    }

    fn document(
        &self,
        at: usize,
        document: &Document,
        query: &str,
        headers: &HeaderMap,
    ) -> Response {
        let hash = self.hash(at, document);
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("hash="));
        match asked {
            Some(asked) if asked != hash => moved(&format!("{}?hash={hash}", document.path())),
            Some(_) => {
                let mut answer = entity(|| document.text(&self.schema), &hash, headers);
                let headers = answer.headers_mut();
                headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
                headers.remove(EXPIRES);
                answer
            }
            None => entity(|| document.text(&self.schema), &hash, headers),
        }
    }

    /// Everything in one document of version 2, which older clients ask for.
    fn old(&self, headers: &HeaderMap) -> Response {
        let text = version_2::text(&self.schema);
        let hash = hash(&text);
        entity(|| text, &hash, headers)
    }

    fn hash(&self, at: usize, document: &Document) -> String {
        let kept = |hashes: &[Option<String>]| hashes.get(at).cloned().flatten();
        let known = kept(&self.hashes.lock().unwrap_or_else(PoisonError::into_inner));
        known.unwrap_or_else(|| {
            let hash = hash(&document.structure(&self.schema));
            let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = hashes.get_mut(at) {
                *kept = Some(hash.clone());
            }
            hash
        })
    }
}

enum Found {
    Nothing,
    Old,
    Index,
    Document(usize, Document),
}

/// A document with its entity tag, or "not modified" to a client that has it already.
fn entity(text: impl FnOnce() -> String, hash: &str, headers: &HeaderMap) -> Response {
    let etag = format!("\"{hash}\"");
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag));
    let mut answer = if is_known {
        let mut answer = Response::new(empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        response(StatusCode::OK, JSON, text())
    };
    let headers = answer.headers_mut();
    headers.insert(
        ETAG,
        HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes"),
    );
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    answer
}

/// There is no such document. kube-apiserver says no more than that.
fn nothing() -> Response {
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

/// Where the document of the hash is that it has now.
fn moved(address: &str) -> Response {
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let location = format!("{ROOT}/{address}");
    let location = HeaderValue::from_str(&location).expect("paths of the table are plain ASCII");
    answer.headers_mut().insert(LOCATION, location);
    answer
}

fn hash(text: &str) -> String {
    let mut hash = String::with_capacity(128);
    for byte in Sha512::digest(text) {
        write!(hash, "{byte:02X}").expect("writing to a String cannot fail");
    }
    hash
}

#[cfg(test)]
mod tests;
