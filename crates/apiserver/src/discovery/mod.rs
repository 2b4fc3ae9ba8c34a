//! What the server serves, as clients ask for it before they do anything else: the groups, their
//! versions, and the resources of each, one document a group-version or all in one ("aggregated").
//!
//! Everything follows from the table of kinds in `trimtab-schema`, and from the custom kinds that
//! are served at the moment. Documents are made when they are
//! asked for; the aggregated ones, which every start of kubectl asks for, are kept as bytes.
//!
//! Rules: the documents of the groups `meta/v1` and `apidiscovery.k8s.io/v2`, KEP-3352.

mod aggregated;
mod custom;
mod groups;
mod resources;

use crate::Status;
use crate::body::{Response, empty, response};
use crate::media::{Accepted, Encoding, Shape, negotiate};
use crate::resource::{LiveResources, Resources};
use http::header::{
    ACCEPT, CACHE_CONTROL, ETAG, HOST, HeaderMap, HeaderValue, IF_NONE_MATCH, VARY,
};
use http::{Method, StatusCode};
use sha2::{Digest as _, Sha512};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use trimtab_schema::{Group, Kind, SERVED_GROUPS, Schema, Scope};
use trimtab_tree::{JsonStyle, Value, write_json};

/// The media types of aggregated discovery, by the encodings it is told in.
const AGGREGATED_TYPES: [(Encoding, &str); 2] = [
    (
        Encoding::Json,
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    ),
    (
        Encoding::Protobuf,
        "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    ),
];

/// Answers `/api`, `/apis` and what is below them, down to group-versions.
pub(crate) struct Discovery {
    schema: Schema,
    resources: Arc<LiveResources>,
    /// Aggregated, of the core group.
    core: OnceLock<Arc<Aggregated>>,
    /// Aggregated, of all others, with the resources that it tells of.
    groups: Mutex<Option<(Arc<Resources>, Arc<Aggregated>)>>,
}

/// A document that is kept.
struct Aggregated {
    document: Value,
    json: bytes::Bytes,
    etag: HeaderValue,
}

/// The form of an answer, once agreed on.
enum Form {
    /// By its place in [`AGGREGATED_TYPES`].
    Aggregated(usize),
    Plain(Accepted),
}

impl Discovery {
    pub(crate) fn new(schema: Schema, resources: Arc<LiveResources>) -> Self {
        Self {
            schema,
            resources,
            core: OnceLock::new(),
            groups: Mutex::default(),
        }
    }

    /// The paths of all documents, for the index.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = ["/api", "/api/v1", "/apis", "/apis/"]
            .map(str::to_owned)
            .to_vec();
        let mut add = |name: &str, versions: &[&str]| {
            paths.push(format!("/apis/{name}"));
            let versions = versions.iter();
            paths.extend(versions.map(|version| format!("/apis/{name}/{version}")));
        };
        let resources = self.resources.current();
        for group in SERVED_GROUPS.iter().skip(1) {
            add(
                group.name,
                &groups::versions(group.name, resources.custom()),
            );
        }
        for (name, group) in resources.custom().groups() {
            if group_named(name).is_none() {
                add(name, &group.versions());
            }
        }
        paths
    }

    /// The document at `path`; `None` if there is none, nor could be.
    ///
    /// # Errors
    /// For group-versions that are not there, methods other than reading, and media types that are
    /// not served.
    pub(crate) fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Option<Result<Response, Status>> {
        let place = Place::of(path)?;
        let resources = self.resources.current();
        // A group that is not there is no place at all, and neither is a version of one of definitions.
        if let Place::Version(name, version) = place
            && group_named(name).is_none()
            && !groups::versions(name, resources.custom()).contains(&version)
        {
            return None;
        }
        if let Place::Group(name) | Place::Version(name, _) = place
            && group_named(name).is_none()
            && resources.custom().group(name).is_none()
        {
            return None;
        }
        // kube-aggregator answers these two whatever is done to them.
        let any_method = matches!(place, Place::Groups | Place::Group(_));
        if !any_method && method != Method::GET {
            return Some(Err(Status::no_such_method()));
        }
        Some(self.document(&place, &resources, headers))
    }

    fn document(
        &self,
        place: &Place,
        resources: &Arc<Resources>,
        headers: &HeaderMap,
    ) -> Result<Response, Status> {
        let form = form(text(headers, &ACCEPT), place)?;
        let document = match (place, &form) {
            (Place::Core, Form::Aggregated(at)) => {
                let kept = self.core.get_or_init(|| {
                    Arc::new(Aggregated::new(aggregated::core_discovery_list(
                        &self.schema,
                    )))
                });
                return kept.answer(*at, headers);
            }
            (_, Form::Aggregated(at)) => return self.groups(resources).answer(*at, headers),
            (Place::Core, _) => groups::core_versions(text(headers, &HOST).unwrap_or_default()),
            (Place::Groups, _) => groups::group_list(resources.custom()),
            (Place::Group(name), _) => {
                let versions = groups::versions(name, resources.custom());
                if versions.is_empty() {
                    return Err(Status::no_such_path());
                }
                groups::group_document(name, &versions)
            }
            (Place::Version(name, version), _) => {
                // What definitions add to a built-in version is served, but not told.
                let built_in = group_named(name).filter(|it| it.versions.contains(version));
                let document = if let Some(group) = built_in {
                    let api_version = group.api_version(version);
                    Some(resources::resource_list(&group, &self.schema, &api_version))
                } else {
                    let custom = resources.custom().group(name);
                    custom.and_then(|it| custom::resource_list(name, it, version))
                };
                document.ok_or_else(Status::no_such_path)?
            }
        };
        let Form::Plain(accepted) = form else {
            return Err(Status::not_acceptable(crate::media::SERVED));
        };
        let accepted = accepted.or_for_people(None, headers);
        let bytes = accepted.encoding.encode(&document, accepted.pretty)?;
        let content_type = accepted.encoding.content_type();
        Ok(response(StatusCode::OK, content_type, bytes))
    }

    /// All groups but the core group, aggregated.
    fn groups(&self, resources: &Arc<Resources>) -> Arc<Aggregated> {
        let mut kept = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((of, aggregated)) if Arc::ptr_eq(of, resources) => Arc::clone(aggregated),
            _ => {
                let document = aggregated::group_discovery_list(&self.schema, resources.custom());
                let aggregated = Arc::new(Aggregated::new(document));
                *kept = Some((Arc::clone(resources), Arc::clone(&aggregated)));
                aggregated
            }
        }
    }
}

impl Aggregated {
    /// The kept document, or "not modified" to a client that has it already.
    fn answer(&self, form: usize, headers: &HeaderMap) -> Result<Response, Status> {
        let (encoding, content_type) = AGGREGATED_TYPES[form];
        let known = headers.get(IF_NONE_MATCH);
        let mut answer = if known.is_some_and(|known| names_tag(known, &self.etag)) {
            let mut answer = Response::new(empty());
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer
        } else if encoding == Encoding::Json {
            response(StatusCode::OK, content_type, self.json.clone())
        } else {
            let bytes = encoding.encode(&self.document, false)?;
            response(StatusCode::OK, content_type, bytes)
        };
        let headers = answer.headers_mut();
        headers.insert(ETAG, self.etag.clone());
        headers.insert(VARY, HeaderValue::from_static("Accept"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        Ok(answer)
    }

    fn new(document: Value) -> Self {
        let mut json = String::new();
        write_json(&document, &mut json, JsonStyle::Ordered)
            .expect("discovery holds texts, lists and mappings");
        let mut etag = String::from("\"");
        for byte in Sha512::digest(&json) {
            write!(etag, "{byte:02X}").expect("writing to a String cannot fail");
        }
        etag.push('"');
        Self {
            document,
            json: json.into(),
            etag: HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes"),
        }
    }
}

/// Which document a path names.
enum Place<'a> {
    /// `/api`
    Core,
    /// `/apis`
    Groups,
    /// `/apis/apps`
    Group(&'a str),
    /// `/apis/apps/v1`, `/api/v1`
    Version(&'a str, &'a str),
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        if let Some(rest) = below(path, "/apis") {
            return match rest.split_once('/') {
                None if rest.is_empty() => Some(Self::Groups),
                None => Some(Self::Group(rest)),
                Some((group, version)) => Some(Self::Version(group, version)),
            };
        }
        match below(path, "/api")? {
            "" => Some(Self::Core),
            version => Some(Self::Version("", version)),
        }
    }

    fn can_be_aggregated(&self) -> bool {
        matches!(self, Self::Core | Self::Groups)
    }
}

fn below<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(root)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

fn group_named(name: &str) -> Option<Group> {
    SERVED_GROUPS.into_iter().find(|group| group.name == name)
}

/// The form that the client would rather have, of those that are served. The lists of groups are
/// told by kube-aggregator, which takes `application/*` and says otherwise what it has.
fn form(accept: Option<&str>, place: &Place<'_>) -> Result<Form, Status> {
    let is_aggregators = matches!(place, Place::Groups | Place::Group(_));
    if !is_aggregators && !place.can_be_aggregated() {
        return negotiate(accept).and_then(plain);
    }
    let Some(clauses) = accept else {
        return negotiate(None).and_then(plain);
    };
    for clause in clauses.split(',') {
        let at = aggregated_form(clause);
        if let Some(at) = at.filter(|_| place.can_be_aggregated()) {
            return Ok(Form::Aggregated(at));
        }
        if let Ok(form) = negotiate(Some(clause)).and_then(plain) {
            return Ok(form);
        }
        if is_aggregators && clause.trim() == "application/*" {
            return Ok(Form::Plain(Accepted::default()));
        }
    }
    if is_aggregators {
        return Err(Status::not_acceptable(crate::media::SERVED));
    }
    negotiate(accept).and_then(plain)
}

fn plain(accepted: Accepted) -> Result<Form, Status> {
    if accepted.shape == Shape::Whole {
        return Ok(Form::Plain(accepted));
    }
    Err(Status::not_acceptable(crate::media::SERVED))
}

/// The place in [`AGGREGATED_TYPES`] of what a clause of an `Accept` header asks for, if it does.
fn aggregated_form(clause: &str) -> Option<usize> {
    let mut parts = clause.split(';').map(str::trim);
    let encoding = match parts.next()? {
        "*/*" => Encoding::Json,
        media_type => Encoding::named(media_type)?,
    };
    let parameters: Vec<&str> = parts.collect();
    let wanted = ["g=apidiscovery.k8s.io", "v=v2", "as=APIGroupDiscoveryList"];
    let is_wanted = wanted.iter().all(|wanted| parameters.contains(wanted));
    let mut types = AGGREGATED_TYPES.iter();
    let at = types.position(|(served, _)| *served == encoding);
    at.filter(|_| is_wanted)
}

/// Whether `If-None-Match` names `etag`.
fn names_tag(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(known), Ok(etag)) = (known.to_str(), etag.to_str()) else {
        return false;
    };
    let mut tags = known.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The served kinds of a group-version, in the order of their plurals.
fn kinds_of(schema: &Schema, api_version: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = schema
        .kinds()
        .filter(|kind| kind.api_version() == api_version && kind.is_served())
        .collect();
    kinds.sort_by_key(|kind| kind.plural());
    kinds
}

fn is_namespaced(kind: Kind) -> bool {
    kind.scope() == Scope::Namespaced
}

/// The texts as a list; `None` if there are none.
fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Value> {
    let texts: Vec<Value> = texts.map(Value::string).collect();
    (!texts.is_empty()).then(|| Value::sequence(texts))
}

#[cfg(test)]
mod tests;
