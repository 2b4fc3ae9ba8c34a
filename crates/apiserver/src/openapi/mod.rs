//! What the API looks like, in `OpenAPI`: an index of documents, and one document a group-version.
//! kubectl reads it to explain kinds, to learn what `apply` may ask the server for, and to merge
//! lists.
//!
//! Schemas and operations follow from the table of kinds in `trimtab-schema`, and from definitions
//! of custom kinds. A document is made
//! when it is asked for and not kept: only its hash is, which is part of its address, so that
//! clients fetch it once.
//!
//! Rules: `OpenAPI` 3.0, KEP-2896, the `x-kubernetes-*` extensions of Kubernetes' own documents.

mod custom;
mod description;
mod document;
mod names;
mod operation;
mod parameter;
mod paths;
mod schema;
mod subject;
mod text;
mod version_2;

use crate::body::{Response, empty, response};
use crate::resource::{LiveResources, Resources};
use crate::{Status, media};
use bytes::Bytes;
use document::Document;
use http::StatusCode;
use http::header::{
    ACCEPT, CACHE_CONTROL, ETAG, EXPIRES, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION, VARY,
};
use jiff::SignedDuration;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha512};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use text::json;
use trimtab_clock::Clock;
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Value};

const JSON: &str = "application/json";
/// What documents of version 3 are served as, behind `application/`: JSON, and Protocol Buffers
/// under their older name and their present one.
const VERSION_3_TYPES: [&str; 3] = [
    "json",
    "com.github.proto-openapi.spec.v3@v1.0+protobuf",
    "com.github.proto-openapi.spec.v3.v1.0+protobuf",
];
const VERSION_3_MESSAGE: &str = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
/// The same of version 2.
const VERSION_2_TYPES: [&str; 3] = [
    "json",
    "com.github.proto-openapi.spec.v2@v1.0+protobuf",
    "com.github.proto-openapi.spec.v2.v1.0+protobuf",
];
const VERSION_2_MESSAGE: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const ROOT: &str = "/openapi/v3";
/// Of a document of a known hash, which will never be another; it is said that it can be kept for a
/// year.
const FOREVER: &str = "public, immutable";

/// Answers `/openapi/v2`, `/openapi/v3` and what is below.
pub(crate) struct OpenApi {
    schema: Schema,
    resources: Arc<LiveResources>,
    clock: Clock,
    /// The hashes of the documents by their paths, once one was asked for.
    hashes: Mutex<FxHashMap<String, String>>,
    /// The hash of the built-in part of the document of version 2, once it was asked for.
    old_hash: Mutex<Option<String>>,
}

impl OpenApi {
    pub(crate) fn new(schema: Schema, resources: Arc<LiveResources>, clock: Clock) -> Self {
        Self {
            schema,
            resources,
            clock,
            hashes: Mutex::default(),
            old_hash: Mutex::default(),
        }
    }

    /// The paths there are, for the index.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = vec!["/openapi/v2".to_owned(), ROOT.to_owned()];
        let resources = self.resources.current();
        let documents = Document::all(&resources);
        paths.extend(documents.map(|document| format!("{ROOT}/{}", document.path())));
        paths
    }

    /// The document at `path`; `None` if there is none. As on a real server, it is the answer to any
    /// method.
    ///
    /// # Errors
    /// When a document cannot be written.
    pub(crate) fn answer(
        &self,
        path: &str,
        query: &str,
        headers: &HeaderMap,
    ) -> Option<Result<Response, Status>> {
        let below = path.strip_prefix("/openapi/")?.trim_end_matches('/');
        let resources = self.resources.current();
        let found = match below {
            "v2" => Found::Old,
            "v3" => Found::Index,
            _ => {
                let wanted = below.strip_prefix("v3/")?;
                let mut all = Document::all(&resources);
                match all.find(|document| document.path() == wanted) {
                    Some(document) => Found::Document(document),
                    None => Found::Nothing,
                }
            }
        };
        Some(Ok(match found {
            Found::Nothing => nothing(),
            Found::Old => return Some(self.old(&resources, headers)),
            Found::Index => self.index(&resources),
            Found::Document(document) => return Some(self.document(&document, query, headers)),
        }))
    }

    fn index(&self, resources: &Resources) -> Response {
        let mut paths = Mapping::new();
        for document in Document::all(resources) {
            let path = document.path();
            let hash = self.hash(&document);
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
        document: &Document<'_>,
        query: &str,
        headers: &HeaderMap,
    ) -> Result<Response, Status> {
        let Some(form) = form(headers, &VERSION_3_TYPES) else {
            return Ok(nothing_acceptable());
        };
        let content_type = if form == 0 { JSON } else { VERSION_3_MESSAGE };
        let hash = self.hash(document);
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("hash="));
        if asked.is_some_and(|asked| asked != hash) {
            return Ok(moved(&document.path(), &hash, content_type));
        }
        let text = || {
            let json = document.text(&self.schema);
            if form == 0 {
                return Ok(Bytes::from(json));
            }
            let message = trimtab_protobuf::open_api_message(&json);
            message.map(Bytes::from).map_err(Status::internal)
        };
        let mut answer = entity(text, content_type, &hash, headers)?;
        if asked.is_some() {
            let headers = answer.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
            let year = SignedDuration::from_hours(24 * 365);
            let end = self.clock.now().saturating_add(year).ok();
            // As upstream writes it, with the zone's name.
            let end = end.map(|end| end.strftime("%a, %d %b %Y %H:%M:%S UTC").to_string());
            let end = end.and_then(|end| HeaderValue::from_str(&end).ok());
            if let Some(end) = end {
                headers.insert(EXPIRES, end);
            }
        }
        Ok(answer)
    }

    /// Everything in one document of version 2, which older clients ask for, in JSON or in Protocol
    /// Buffers. Both have one tag, as the answer varies by what the client takes.
    fn old(&self, resources: &Resources, headers: &HeaderMap) -> Result<Response, Status> {
        let Some(form) = form(headers, &VERSION_2_TYPES) else {
            return Ok(nothing_acceptable());
        };
        let known = || self.old_hash.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = known().clone();
        let hash = kept.unwrap_or_else(|| {
            let hash = version_2::Parts::hash(&self.schema);
            *known() = Some(hash.clone());
            hash
        });
        let hash = resources.custom().groups().fold(hash, |hash, (_, group)| {
            let versions = group.versions();
            let hashes = versions.iter().map(|version| custom::hash(group, version));
            hashes.fold(hash, |hash, own| self::hash(&(hash + &own)))
        });
        let document = || {
            let mut parts = version_2::Parts::described(&self.schema);
            for (name, group) in resources.custom().groups() {
                parts.add_custom(name, group);
            }
            if form == 0 {
                return Ok(Bytes::from(parts.into_json()));
            }
            parts
                .into_message()
                .map(Bytes::from)
                .map_err(Status::internal)
        };
        let content_type = if form == 0 { JSON } else { VERSION_2_MESSAGE };
        entity(document, content_type, &hash, headers)
    }

    fn hash(&self, document: &Document<'_>) -> String {
        let custom = document.custom();
        let custom = custom.map(|(group, version)| custom::hash(group, version));
        if let (Document::Custom(..), Some(custom)) = (document, &custom) {
            return custom.clone();
        }
        let path = document.path();
        let hashes = || self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hashes().get(&path).cloned();
        let built_in = known.unwrap_or_else(|| {
            let hash = hash(&document.built_in_alone().structure(&self.schema));
            hashes().insert(path, hash.clone());
            hash
        });
        match custom {
            Some(custom) => hash(&(built_in + &custom)),
            None => built_in,
        }
    }
}

enum Found<'a> {
    Nothing,
    Old,
    Index,
    Document(Document<'a>),
}

/// A document with its entity tag, or "not modified" to a client that has it already.
fn entity(
    document: impl FnOnce() -> Result<Bytes, Status>,
    content_type: &'static str,
    hash: &str,
    headers: &HeaderMap,
) -> Result<Response, Status> {
    let etag = format!("\"{hash}\"");
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| {
        let mut tags = known.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    });
    let mut answer = if is_known {
        let mut answer = Response::new(empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        response(StatusCode::OK, content_type, document()?)
    };
    tagged(answer.headers_mut(), hash);
    Ok(answer)
}

/// The place among `served`, types behind `application/`, of what the client would rather have; the
/// first one if it does not say. `None` if it takes none of them.
fn form(headers: &HeaderMap, served: &[&str]) -> Option<usize> {
    let accept = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .filter(|accept| !accept.is_empty());
    let Some(accept) = accept else {
        return Some(0);
    };
    let mut best: Option<(u16, usize)> = None;
    for clause in accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/').unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q="));
        let quality = quality.map_or(1000, media::quality);
        if !["application", "*"].contains(&kind) {
            continue;
        }
        let at = match subtype {
            "*" => Some(0),
            _ => served.iter().position(|served| *served == subtype),
        };
        if let Some(at) = at
            && best.is_none_or(|(known, _)| quality > known)
        {
            best = Some((quality, at));
        }
    }
    best.map(|(_, at)| at)
}

/// The client takes none of the forms of a document. kube-apiserver says no more than that.
fn nothing_acceptable() -> Response {
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::NOT_ACCEPTABLE;
    let headers = answer.headers_mut();
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
fn moved(path: &str, hash: &str, content_type: &'static str) -> Response {
    let mut answer = response(StatusCode::MOVED_PERMANENTLY, content_type, "");
    let location = HeaderValue::from_str(&format!("{ROOT}/{path}?hash={hash}"))
        .expect("names of groups and versions are plain ASCII");
    let headers = answer.headers_mut();
    headers.insert(LOCATION, location);
    tagged(headers, hash);
    answer
}

/// Says of which hash a document is, and what else the answer depends on.
fn tagged(headers: &mut HeaderMap, hash: &str) {
    let etag = HeaderValue::from_str(&format!("\"{hash}\""));
    headers.insert(ETAG, etag.expect("hexadecimal digits in quotes"));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
}

fn hash(text: &str) -> String {
    hexadecimal(&Sha512::digest(text))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02X}").expect("writing to a String cannot fail");
    }
    text
}

#[cfg(test)]
mod tests;
