//! What is told of all groups, with those of the servers behind this one: discovery and `OpenAPI`.
//!
//! What this server tells of itself is taken and what the others have said is put in, whatever form
//! the client asks for; so nothing here depends on how this server makes its own documents. Without a
//! server behind this one nothing of this is done.
//!
//! Rules: `kube-aggregator/pkg/apiserver/handler_apis.go`, `pkg/controllers/openapi*` upstream.

use super::{Aggregation, Remote};
use crate::Status;
use crate::body::{Response, empty, full};
use crate::media::Encoding;
use crate::nonresource::NonResource;
use crate::outgoing::Limits;
use crate::state::Server;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use trimtab_protobuf::SwaggerWriter;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

/// What the document of another server may take.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(10),
    bytes: 32 << 20,
};

const JSON: &str = "application/json";
const SWAGGER_MESSAGE: &str = "application/com.github.proto-openapi.spec.v2";

/// The answer to a request for a document that is about all groups, or about one that only other
/// servers serve; `None` if the request is for something else, or there are no other servers.
pub(crate) async fn merged(
    server: &Server,
    aggregation: &Aggregation,
    nonresource: &NonResource,
    parts: &Parts,
) -> Option<Result<Response, Status>> {
    let remotes = aggregation.remotes();
    if remotes.is_empty() || ![Method::GET, Method::HEAD].contains(&parts.method) {
        return None;
    }
    let merge = Merge {
        server,
        aggregation,
        nonresource,
        parts,
        remotes,
    };
    match parts.uri.path().trim_end_matches('/') {
        "/apis" => Some(merge.groups().await),
        "/openapi/v3" => Some(merge.openapi_index().await),
        "/openapi/v2" => Some(merge.openapi().await),
        path => {
            let group = path.strip_prefix("/apis/")?;
            let is_elsewhere = merge.remotes.iter().any(|remote| remote.group == group);
            if is_elsewhere {
                return Some(merge.group(group).await);
            }
            None
        }
    }
}

struct Merge<'a> {
    server: &'a Server,
    aggregation: &'a Aggregation,
    nonresource: &'a NonResource,
    parts: &'a Parts,
    remotes: Arc<Vec<Arc<Remote>>>,
}

impl Merge<'_> {
    /// What this server tells of itself: the answer's head, and the document.
    async fn own(
        &self,
        accept: Option<&'static str>,
    ) -> Result<(http::response::Parts, Bytes), Status> {
        let mut request = Request::new(());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = self.parts.uri.clone();
        *request.headers_mut() = self.parts.headers.clone();
        let headers = request.headers_mut();
        headers.remove(IF_NONE_MATCH);
        if let Some(accept) = accept {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        let answer = self.nonresource.answer(&request.into_parts().0)?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(Status::internal)?;
        Ok((head, body.to_bytes()))
    }

    /// `/apis`
    async fn groups(&self) -> Result<Response, Status> {
        let (head, body) = self.own(None).await?;
        let encoding = encoding_of(&head);
        if head.status != StatusCode::OK {
            return Ok(Response::from_parts(head, full(body)));
        }
        let mut document = encoding.read(&body).map_err(Status::internal)?.value;
        let priorities = self.priorities();
        let (list, name): (&str, &[&str]) = if document.get("groups").is_some() {
            ("groups", &["name"])
        } else {
            ("items", &["metadata", "name"])
        };
        let groups = document.get_mut(list).and_then(Value::as_sequence_mut);
        let groups = groups.ok_or_else(|| Status::internal("a list of groups has none"))?;
        for (group, versions) in self.by_group() {
            let told = if list == "groups" {
                Value::from(group_fields(&group, &versions))
            } else {
                self.discovery(&group, &versions)
            };
            let is_it =
                |known: &&mut Value| known.get_path(name).and_then(Value::text) == Some(&group);
            match groups.iter_mut().find(is_it) {
                None => groups.push(told),
                Some(known) => add_versions(known, &told),
            }
        }
        let place = |group: &Value| {
            let name = group
                .get_path(name)
                .and_then(Value::text)
                .unwrap_or_default();
            let least = priorities.get(name).copied();
            // The group of the `APIService`s themselves has none, and is the first.
            std::cmp::Reverse(least.unwrap_or(i64::MAX))
        };
        groups.sort_by_key(place);
        let body = encoding.encode(&document, false)?;
        self.respond(head, body)
    }

    /// `/apis/GROUP`
    async fn group(&self, group: &str) -> Result<Response, Status> {
        let (head, body) = self.own(None).await?;
        let Some((_, versions)) = self.by_group().into_iter().find(|(name, _)| name == group)
        else {
            return Ok(Response::from_parts(head, full(body)));
        };
        let told = Value::from(group_fields(group, &versions));
        let (mut head, mut document, encoding) = if head.status == StatusCode::OK {
            let encoding = encoding_of(&head);
            let mut document = encoding.read(&body).map_err(Status::internal)?.value;
            add_versions(&mut document, &told);
            (head, document, encoding)
        } else {
            let accept = self.parts.headers.get(ACCEPT);
            let accept = accept.and_then(|accept| accept.to_str().ok());
            let accepted = crate::media::negotiate(accept)?;
            let mut fields = Mapping::from([
                ("kind", Value::string("APIGroup")),
                ("apiVersion", Value::string("v1")),
            ]);
            for (name, value) in group_fields(group, &versions).iter() {
                fields.insert(name, value.clone());
            }
            let head = Response::new(empty()).into_parts().0;
            (head, Value::from(fields), accepted.encoding)
        };
        if let Some(fields) = document.as_mapping_mut() {
            let first = fields.get("versions").and_then(Value::as_sequence);
            if let Some(first) = first.and_then(<[Value]>::first).cloned() {
                fields.insert("preferredVersion", first);
            }
        }
        let content_type = HeaderValue::from_static(encoding.content_type());
        head.headers.insert(CONTENT_TYPE, content_type);
        let body = encoding.encode(&document, false)?;
        self.respond(head, body)
    }

    /// `/openapi/v3`
    async fn openapi_index(&self) -> Result<Response, Status> {
        let (head, body) = self.own(None).await?;
        let Ok(mut document) = Encoding::Json.read(&body) else {
            return Ok(Response::from_parts(head, full(body)));
        };
        let paths = document.value.get_mut("paths");
        if let Some(paths) = paths.and_then(Value::as_mapping_mut) {
            for remote in self.remotes.iter() {
                let place = format!("apis/{}/{}", remote.group, remote.version);
                let served = self.aggregation.served(&remote.group, &remote.version);
                let address = served.and_then(|served| served.openapi.clone());
                if let Some(address) = address {
                    let address = [("serverRelativeURL", Value::string(address))];
                    paths.insert(&place, Value::mapping(address));
                }
            }
        }
        let body = Encoding::Json.encode(&document.value, false)?;
        self.respond(head, body)
    }

    /// `/openapi/v2`: the paths below the versions of the other servers, and all that is defined
    /// there and not here.
    async fn openapi(&self) -> Result<Response, Status> {
        let (wanted, body) = self.own(None).await?;
        if wanted.status != StatusCode::OK {
            return Ok(Response::from_parts(wanted, full(body)));
        }
        let is_message = content_type(&wanted).starts_with(SWAGGER_MESSAGE);
        let body = if is_message {
            self.own(Some(JSON)).await?.1
        } else {
            body
        };
        let mut document = Encoding::Json.read(&body).map_err(Status::internal)?.value;
        for remote in self.remotes.iter().filter(|remote| remote.available) {
            match self.openapi_of(remote).await {
                Ok(other) => add_openapi(&mut document, &other, remote),
                Err(why) => tracing::warn!(service = remote.name, why, "no OpenAPI document"),
            }
        }
        let body = if is_message {
            swagger_message(&document)?
        } else {
            Encoding::Json.encode(&document, false)?
        };
        self.respond(wanted, body)
    }

    async fn openapi_of(&self, remote: &Remote) -> Result<Value, String> {
        let target = self.aggregation.target(remote, false);
        let request = Request::get(target.url("/openapi/v2", ""))
            .header(ACCEPT, JSON)
            .header("x-remote-user", super::availability::AGGREGATOR)
            .header("x-remote-group", crate::Identity::MASTERS)
            .body(Bytes::new())
            .map_err(|error| error.to_string())?;
        let dialer = &self.server.dialer;
        let answer = dialer.call(self.server, &target, request, LIMITS).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        parse_json(&text, 0).map_err(|error| error.to_string())
    }

    /// The answer with another body: its tag is that of the body.
    fn respond(&self, mut head: http::response::Parts, body: Vec<u8>) -> Result<Response, Status> {
        head.headers.remove(CONTENT_LENGTH);
        if head.headers.contains_key(ETAG) {
            let mut tag = String::from("\"");
            for byte in Sha256::digest(&body) {
                write!(tag, "{byte:02X}").map_err(Status::internal)?;
            }
            tag.push('"');
            let known = self.parts.headers.get(IF_NONE_MATCH);
            let known = known.and_then(|known| known.to_str().ok());
            let is_known = known.is_some_and(|known| known.split(',').any(|it| it.trim() == tag));
            let tag = HeaderValue::from_str(&tag).map_err(Status::internal)?;
            head.headers.insert(ETAG, tag);
            if is_known {
                head.status = StatusCode::NOT_MODIFIED;
                head.headers.remove(CONTENT_TYPE);
                return Ok(Response::from_parts(head, empty()));
            }
        }
        Ok(Response::from_parts(head, full(body)))
    }

    /// The other servers by group, in each the versions in the order of their priorities.
    fn by_group(&self) -> BTreeMap<String, Vec<Arc<Remote>>> {
        let mut groups: BTreeMap<String, Vec<Arc<Remote>>> = BTreeMap::new();
        for remote in self.remotes.iter() {
            let group = groups.entry(remote.group.clone()).or_default();
            group.push(Arc::clone(remote));
        }
        for versions in groups.values_mut() {
            versions.sort_by_key(|remote| std::cmp::Reverse(remote.priorities.1));
        }
        groups
    }

    /// The priority of every group that has an `APIService`.
    fn priorities(&self) -> BTreeMap<String, i64> {
        let mut priorities = BTreeMap::new();
        for service in self.aggregation.objects() {
            let text = |name| service.get_path(&["spec", name]).and_then(Value::text);
            let group = text("group").unwrap_or_default().to_owned();
            let least = text("groupPriorityMinimum").and_then(|text| text.parse().ok());
            let known = priorities.entry(group).or_insert(0);
            *known = (*known).max(least.unwrap_or(0));
        }
        priorities
    }

    /// `APIGroupDiscovery`
    fn discovery(&self, group: &str, versions: &[Arc<Remote>]) -> Value {
        let versions = versions.iter().map(|remote| {
            let served = self.aggregation.served(group, &remote.version);
            let document = served.map(|served| served.version.clone());
            let mut document = document.unwrap_or_else(|| {
                Value::mapping([
                    ("version", Value::string(remote.version.as_str())),
                    ("resources", Value::sequence(Vec::new())),
                ])
            });
            let freshness = if remote.available { "Current" } else { "Stale" };
            if let Some(fields) = document.as_mapping_mut() {
                fields.insert("freshness", Value::string(freshness));
            }
            document
        });
        let versions = versions.collect();
        Value::mapping([
            ("metadata", Value::mapping([("name", Value::string(group))])),
            ("versions", Value::sequence(versions)),
        ])
    }
}

/// The fields of `APIGroup`.
fn group_fields(group: &str, versions: &[Arc<Remote>]) -> Mapping {
    let versions: Vec<Value> = versions
        .iter()
        .map(|remote| {
            let of = format!("{group}/{}", remote.version);
            Value::mapping([
                ("groupVersion", Value::string(of)),
                ("version", Value::string(remote.version.as_str())),
            ])
        })
        .collect();
    let preferred = versions.first().cloned().unwrap_or_else(Value::null);
    Mapping::from([
        ("name", Value::string(group)),
        ("versions", Value::sequence(versions)),
        ("preferredVersion", preferred),
    ])
}

/// Adds the versions of a group that are not known yet.
fn add_versions(known: &mut Value, told: &Value) {
    let version = |value: &Value| {
        value
            .get("version")
            .and_then(Value::text)
            .map(str::to_owned)
    };
    let told = told.get("versions").and_then(Value::as_sequence);
    let versions = known.get_mut("versions").and_then(Value::as_sequence_mut);
    if let (Some(told), Some(versions)) = (told, versions) {
        for more in told {
            if versions.iter().all(|known| version(known) != version(more)) {
                versions.push(more.clone());
            }
        }
    }
}

fn add_openapi(document: &mut Value, other: &Value, remote: &Remote) {
    let root = format!("/apis/{}/{}/", remote.group, remote.version);
    let belongs = |list: &str, name: &str| list == "definitions" || name.starts_with(&root);
    for list in ["paths", "definitions"] {
        let from = other.get(list).and_then(Value::as_mapping);
        let to = document.get_mut(list).and_then(Value::as_mapping_mut);
        if let (Some(from), Some(to)) = (from, to) {
            for (name, value) in from.iter().filter(|(name, _)| belongs(list, name)) {
                if to.get(name).is_none() {
                    to.insert(name, value.clone());
                }
            }
        }
    }
}

/// A document of version 2 in Protocol Buffers.
fn swagger_message(document: &Value) -> Result<Vec<u8>, Status> {
    let text = |value: &Value| {
        let mut text = String::new();
        let written = write_json(value, &mut text, JsonStyle::Ordered);
        written.map(|()| text).map_err(Status::internal)
    };
    let mut head = document.clone();
    if let Some(fields) = head.as_mapping_mut() {
        fields.remove("paths");
        fields.remove("definitions");
    }
    let members = |list: &str| {
        let members = document.get(list).and_then(Value::as_mapping);
        let members = members.into_iter().flat_map(Mapping::iter);
        let members = members.map(|(name, value)| Ok((name.to_owned(), text(value)?)));
        members.collect::<Result<Vec<_>, Status>>()
    };
    let mut writer = SwaggerWriter::new(&text(&head)?).map_err(Status::internal)?;
    writer.paths(members("paths")?).map_err(Status::internal)?;
    let definitions = members("definitions")?;
    writer.definitions(definitions).map_err(Status::internal)?;
    Ok(writer.finish())
}

fn content_type(head: &http::response::Parts) -> &str {
    let content_type = head.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|content_type| content_type.to_str().ok());
    content_type.unwrap_or_default()
}

fn encoding_of(head: &http::response::Parts) -> Encoding {
    let media_type = content_type(head).split(';').next().unwrap_or_default();
    Encoding::named(media_type).unwrap_or_default()
}
