//! From a request to the verb that answers it.

use http::Method;
use http::header::ACCEPT;
use std::sync::Arc;
use trimtab_validation::deprecation;

use crate::admission::{AuditAnnotations, Notes};
use crate::authorization::Trusted;
use crate::body::{Apart, Body, Response};
use crate::custom::Conversions;
use crate::media::{Accepted, Shape, negotiate_objects, negotiate_replies, negotiate_stream};
use crate::nonresource::no_such_page;
use crate::registry::{self, Call, with_warnings};
use crate::request::{Query, RequestInfo};
use crate::resource::{Resource, Resources, ServedKind};
use crate::state::Server;
use crate::{Identity, Status, deadline, media, subresource};

/// Whether what is answered is no object that is kept: what was asked for has been done, or this is
/// the answer to a question.
fn is_reply(info: &RequestInfo<'_>) -> bool {
    matches!(info.group, "authentication.k8s.io" | "authorization.k8s.io")
        || matches!(info.subresource, "binding" | "eviction" | "token")
        || (info.group.is_empty() && info.resource == "bindings")
}

/// What is answered whole where a table is asked for: upstream these endpoints have no columns.
const WITHOUT_TABLE: [(&str, &str); 5] = [
    ("apiservices", "status"),
    ("certificatesigningrequests", "approval"),
    ("pods", "ephemeralcontainers"),
    ("pods", "resize"),
    ("resourceclaims", "status"),
];

/// Answers a request about objects.
///
/// # Errors
/// Whatever the answer is when it is none.
pub(crate) async fn dispatch(
    server: &Arc<Server>,
    parts: &http::request::Parts,
    info: &RequestInfo<'_>,
    identity: &Identity,
    body: Body,
) -> Result<Response, Status> {
    let resources = server.resources();
    let resource = match find(&resources, info) {
        Ok(resource) => resource,
        // What no definition says anything of is nowhere.
        Err(_) if resources.custom().group(info.group).is_some() => {
            return misplaced_custom(&resources, info);
        }
        Err(status) => return Err(status),
    };
    let accept = parts.headers.get(ACCEPT);
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let accept = accept.and_then(|value| value.to_str().ok());
    let accepted = if info.verb == "watch" {
        negotiate_stream(accept, resource.has_messages())?
    } else {
        let accepted = if is_reply(info) {
            negotiate_replies(accept, resource.has_messages())
        } else {
            negotiate_objects(accept, resource.has_messages(), info.verb == "list")
        };
        accepted?.or_for_people(query.optional_bool("pretty"), &parts.headers)
    };
    let accepted = match accepted.shape {
        Shape::Table(_) if WITHOUT_TABLE.contains(&(info.resource, info.subresource)) => Accepted {
            shape: Shape::Whole,
            ..accepted
        },
        _ => accepted,
    };
    let notes = Notes::default();
    let conversions = Conversions::default();
    let trusted = parts.extensions.get::<Trusted>().copied();
    let call = Call {
        server,
        info,
        query: &query,
        headers: &parts.headers,
        identity,
        trusted,
        deadline: match trusted {
            Some(_) => None,
            None => deadline::of(info, &query, server.request_timeout),
        },
        resource,
        notes: &notes,
        conversions: &conversions,
        accepted,
    };
    // The real server has no HEAD of objects either.
    let answer = if parts.method == Method::HEAD {
        Err(Status::no_such_method())
    } else {
        // Boxed, so that whoever asks is not as large as the largest of all answers.
        Box::pin(answer(&call, body)).await
    };
    let mut warnings = notes.take_warnings();
    // A body of another media type is refused before it is looked at what it is for.
    let is_unread = matches!(&answer, Err(status) if status.code == 415);
    warnings.extend(match &resource.kind {
        _ if is_unread => None,
        ServedKind::BuiltIn(kind) => {
            deprecation(kind.api_version(), kind.kind()).map(str::to_owned)
        }
        ServedKind::Custom(kind) => kind.version().deprecation.clone(),
    });
    let annotations = notes.take_annotations();
    let waited = notes.time_waited();
    let answer = answer.map(|mut answer| {
        Apart::add(&mut answer, waited);
        answer
    });
    if warnings.is_empty() && annotations.is_empty() {
        return answer;
    }
    let mut response = answer.unwrap_or_else(|status| media::error(status, &parts.headers));
    if !annotations.is_empty() {
        response
            .extensions_mut()
            .insert(AuditAnnotations(annotations));
    }
    Ok(with_warnings(response, &warnings))
}

async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let info = call.info;
    allow(call.resource, info)?;
    if !info.subresource.is_empty() {
        return subresource::answer(call, body).await;
    }
    if (info.group, info.resource, info.verb) == ("", "bindings", "create") {
        return subresource::bind_in_namespace(call, body).await;
    }
    if (info.group, info.resource) == ("", "componentstatuses") {
        return registry::component(call).await;
    }
    if call.resource.storage.is_none() && info.verb == "create" {
        return registry::review(call, body).await;
    }
    match info.verb {
        "get" => registry::get(call).await,
        "list" => registry::list(call).await,
        "watch" => registry::watch(call).await,
        "create" => registry::create(call, body).await,
        "update" => registry::update(call, "", body).await,
        "patch" => registry::patch(call, "", body).await,
        "delete" => registry::delete(call, body).await,
        "deletecollection" => registry::delete_collection(call, body).await,
        _ => Err(Status::no_such_method()),
    }
}

/// The answer to a request for a custom resource that is not there: a page that says so, unless it
/// is only a part of it that is not.
fn misplaced_custom(resources: &Resources, info: &RequestInfo<'_>) -> Result<Response, Status> {
    let resource = resources.get(info.group, info.version, info.resource);
    let is_below = |resource: &Resource| {
        let is_placed = resource.namespaced != info.namespace.is_empty();
        !info.subresource.is_empty() && is_placed
    };
    if resource.is_some_and(is_below) {
        return Err(Status::not_found(info.group, info.resource, info.name));
    }
    Ok(no_such_page())
}

fn find<'s>(resources: &'s Resources, info: &RequestInfo<'_>) -> Result<&'s Resource, Status> {
    let resource = resources.get(info.group, info.version, info.resource);
    let resource = resource.ok_or_else(Status::no_such_path)?;
    // What is only posted, such as a question, has no names by which it could be read again.
    let is_nameless = resource.allows("create") && !resource.allows("get");
    let is_named = !info.name.is_empty() && info.subresource.is_empty();
    if is_nameless && is_named && resource.kind.custom().is_none() {
        return Err(Status::no_such_path());
    }
    let unknown = !info.subresource.is_empty() && !resource.has_subresource(info.subresource);
    let too_long = !info.rest.is_empty() && info.subresource != "proxy";
    // An object that is in a namespace is only there, and one that is in none is not in any. Custom
    // ones are only read across namespaces.
    let is_read = matches!(info.verb, "list" | "watch") || resource.kind.custom().is_none();
    let misplaced = if resource.namespaced {
        (!info.name.is_empty() || !is_read) && info.namespace.is_empty()
    } else {
        !info.namespace.is_empty() && info.resource != "namespaces"
    };
    if unknown || too_long || misplaced {
        return Err(Status::no_such_path());
    }
    Ok(resource)
}

/// Refuses what the path cannot be asked for.
fn allow(resource: &Resource, info: &RequestInfo<'_>) -> Result<(), Status> {
    let is_collection = info.name.is_empty();
    let fits = match info.verb {
        "create" if !info.subresource.is_empty() => true,
        "create" => is_collection && !(resource.namespaced && info.namespace.is_empty()),
        "list" | "watch" => true,
        "deletecollection" => !(resource.namespaced && info.namespace.is_empty()),
        _ => !is_collection,
    };
    let allowed = !info.subresource.is_empty() || resource.allows(info.verb);
    if fits && allowed {
        return Ok(());
    }
    Err(Status::no_such_method())
}
