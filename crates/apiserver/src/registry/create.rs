//! POST: a new object.

use http::StatusCode;
use trimtab_tree::Value;

use super::decode::{Decoded, decode_body};
use super::live::{Outcome, Written};
use super::options::WriteOptions;
use super::{Call, answer, live, metadata, strategy};
use crate::Status;
use crate::api_server::store_failed;
use crate::body::{Body, Response};
use crate::cache::stored_form;

/// The longest beginning of a generated name: with the suffix it is a DNS label still.
const LONGEST_BASE: usize = 58;
/// The length of a generated name's end.
const SUFFIX: usize = 5;
/// How often a generated name is drawn again when there is an object of it.
const DRAWS: usize = 8;

/// Makes the object of the body and answers with it.
///
/// # Errors
/// When it breaks rules, or there is one of its name already.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    let decoded = decode_body(call, body, options.field_validation).await?;
    let (outcome, warnings) = create(call, &options, decoded).await?;
    answer::outcome(call, StatusCode::CREATED, outcome, &warnings)
}

/// Makes an object; gives it back with what the client should know.
///
/// # Errors
/// When it breaks rules, or there is one of its name already.
pub(crate) async fn create(
    call: &Call<'_>,
    options: &WriteOptions,
    decoded: Decoded,
) -> Result<(Outcome, Vec<String>), Status> {
    let Decoded {
        mut object,
        warnings,
    } = decoded;
    place(call, &mut object)?;
    namespace_is_there(call).await?;
    let draws =
        metadata::text(&object, "name").is_empty() && metadata::has(&object, "generateName");
    let base: String = metadata::text(&object, "generateName")
        .chars()
        .take(LONGEST_BASE)
        .collect();
    if draws {
        draw_name(call, &mut object, &base);
    }
    strategy::before_create(call, &mut object, options)?;
    let storage = call.storage()?;
    for _ in 0..DRAWS {
        let name = metadata::text(&object, "name");
        let key = storage.key(call.namespace(), name);
        let exists = Status::already_exists(call.resource.group(), call.resource.plural, name);
        if options.dry_run {
            if live::read(call, &key).await?.is_some() {
                return Err(exists);
            }
            return Ok((Outcome::Unstored(object), warnings));
        }
        match live::create(call, &key, stored_form(&object)?).await? {
            Written::Done(stored) => return Ok((Outcome::Stored(stored), warnings)),
            Written::Moved if draws => draw_name(call, &mut object, &base),
            Written::Moved => return Err(exists),
        }
    }
    let name = metadata::text(&object, "name");
    Err(Status::already_exists(
        call.resource.group(),
        call.resource.plural,
        name,
    ))
}

fn draw_name(call: &Call<'_>, object: &mut Value, base: &str) {
    let suffix = call.server.chance.name_suffix(SUFFIX);
    metadata::set_text(object, "name", format!("{base}{suffix}"));
}

/// Puts the object where the path says.
///
/// # Errors
/// When it says itself that it is elsewhere.
pub(crate) fn place(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let namespace = call.namespace();
    let own = metadata::text(object, "namespace");
    if namespace.is_empty() {
        if !own.is_empty() {
            metadata::set(object, "namespace", None);
        }
        return Ok(());
    }
    if !own.is_empty() && own != namespace {
        return Err(Status::bad_request(format!(
            "the namespace of the provided object ({own}) does not match the namespace sent on the request ({namespace})"
        )));
    }
    metadata::set_text(object, "namespace", namespace);
    Ok(())
}

/// Refuses an object in a namespace that is not there, or is going away.
async fn namespace_is_there(call: &Call<'_>) -> Result<(), Status> {
    let namespace = call.namespace();
    if namespace.is_empty() {
        return Ok(());
    }
    let server = call.server;
    let gone = || Status::not_found("", "namespaces", namespace);
    let namespaces = server
        .resources
        .get("", "v1", "namespaces")
        .ok_or_else(gone)?;
    let storage = namespaces.storage.as_ref().ok_or_else(gone)?;
    let key = storage.key("", namespace);
    let mut found = server.cache.object(storage.collection, &key);
    if found.is_none() {
        // It may have been made a moment ago.
        server.cache.catch_up().await.map_err(store_failed)?;
        found = server.cache.object(storage.collection, &key);
    }
    let found = found.ok_or_else(gone)?;
    if found
        .facts
        .fields
        .first()
        .is_some_and(|phase| phase == "Terminating")
    {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let name = call.info.name;
        let mut status = Status::forbidden(call.resource.group(), call.resource.plural, name, &why);
        let details = status.details.get_or_insert_default();
        details.causes.push(crate::Cause {
            reason: "NamespaceTerminating".to_owned(),
            message: format!("namespace {namespace} is being terminated"),
            field: "metadata.namespace".to_owned(),
        });
        return Err(status);
    }
    Ok(())
}
