//! What stands below an object: its status, its scale, and requests about it.

mod binding;
mod eviction;
mod kubelet;
mod scale;
mod token;

pub(crate) use binding::create_in_namespace as bind_in_namespace;

use trimtab_tree::Value;

use crate::body::{Body, Response};
use crate::fields::string_at;
use crate::registry::{self, Call};
use crate::{Details, Status};

/// Answers a request about a subresource.
///
/// # Errors
/// Whatever the answer is when it is none.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let resource = call.resource;
    match (
        resource.plural.as_str(),
        call.info.subresource,
        call.info.verb,
    ) {
        (_, "status", "get") => registry::get(call).await,
        (_, part @ "status", "update")
        | ("namespaces", part @ "finalize", "update")
        | ("certificatesigningrequests", part @ "approval", "update")
        | ("pods", part @ ("ephemeralcontainers" | "resize"), "update") => {
            registry::update(call, part, body).await
        }
        (_, part @ "status", "patch")
        | ("certificatesigningrequests", part @ "approval", "patch")
        | ("pods", part @ ("ephemeralcontainers" | "resize"), "patch") => {
            registry::patch(call, part, body).await
        }
        ("certificatesigningrequests", "approval", "get")
        | ("pods", "ephemeralcontainers" | "resize", "get") => registry::get(call).await,
        (_, "scale", "get") => scale::get(call).await,
        (_, "scale", "update") => scale::update(call, body).await,
        (_, "scale", "patch") => scale::patch(call, body).await,
        ("pods", "binding", "create") => binding::create(call, body).await,
        ("pods", "eviction", "create") => eviction::create(call, body).await,
        ("serviceaccounts", "token", "create") => token::create(call, body).await,
        ("pods", "log", "get") => kubelet::log(call).await,
        ("pods" | "services" | "nodes", "proxy", _) => kubelet::proxy(call).await,
        ("pods", "exec" | "attach" | "portforward", "get" | "create") => {
            kubelet::connect(call).await
        }
        (plural, "status" | "scale", verb @ ("create" | "delete"))
            if resource.kind.custom().is_some() =>
        {
            Err(unsupported(resource.group(), plural, verb))
        }
        _ => Err(Status::no_such_method()),
    }
}

/// Custom kinds say of what there is no such verb.
fn unsupported(group: &str, plural: &str, verb: &str) -> Status {
    let message = format!("{verb} is not supported on resources of kind \"{plural}.{group}\"");
    Status::method_not_allowed(message).with_details(Details {
        group: group.to_owned(),
        kind: plural.to_owned(),
        ..Details::default()
    })
}

/// Fills in what the path says of an object that is posted to it: kind, name and namespace.
fn complete(call: &Call<'_>, object: &mut Value, api_version: &str, kind: &str) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    for (name, value) in [("apiVersion", api_version), ("kind", kind)] {
        fields.insert(name, Value::string(value));
    }
    let metadata = fields.get_or_insert_with("metadata", || Value::mapping([]));
    if let Some(metadata) = metadata.as_mapping_mut() {
        for (name, value) in [("name", call.info.name), ("namespace", call.info.namespace)] {
            metadata.get_or_insert_with(name, || Value::string(value));
        }
    }
}

/// What is answered to a request that makes no object of its own.
fn succeeded() -> Value {
    Value::mapping([
        ("kind", Value::string("Status")),
        ("apiVersion", Value::string("v1")),
        ("metadata", Value::mapping([])),
        ("status", Value::string("Success")),
        ("code", Value::int(201)),
    ])
}

/// Puts a condition into the status of an object, in the place of the one of its type.
fn set_condition(object: &mut Value, condition: Value) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    let status = fields.get_or_insert_with("status", || Value::mapping([]));
    let Some(status) = status.as_mapping_mut() else {
        return;
    };
    let conditions = status.get_or_insert_with("conditions", || Value::sequence(Vec::new()));
    let Some(conditions) = conditions.as_sequence_mut() else {
        return;
    };
    let own_type = string_at(&condition, &["type"]).to_owned();
    let is_it = |known: &&mut Value| string_at(known, &["type"]) == own_type;
    match conditions.iter_mut().find(is_it) {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
}
