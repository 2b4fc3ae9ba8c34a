//! POST: a new object.

use http::StatusCode;
use trimtab_tree::Value;

use super::decode::{Decoded, decode_body};
use super::live::{Outcome, Written};
use super::options::WriteOptions;
use super::{Call, answer, live, metadata, naming, strategy};
use crate::Status;
use crate::body::{Body, Response};
use crate::custom;

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
    mut decoded: Decoded,
) -> Result<(Outcome, Vec<String>), Status> {
    naming::place(call, &mut decoded.object)?;
    if metadata::has(&decoded.object, "resourceVersion") && call.info.verb == "create" {
        let message = "resourceVersion should not be set on objects to be created";
        return Err(Status::new(500, crate::Reason::Unknown, message));
    }
    custom::admit_write(call, metadata::text(&decoded.object, "name"))?;
    let is_drawn = metadata::text(&decoded.object, "name").is_empty();
    let prepared = strategy::before_create(call, &mut decoded, options).await?;
    let Decoded {
        mut object,
        warnings,
        ..
    } = decoded;
    for draw in 1.. {
        let stored = store(call, options, &object).await?;
        if let Some(outcome) =
            stored.map(|stored| stored.unwrap_or(Outcome::Unstored(object.clone())))
        {
            return Ok((outcome, warnings));
        }
        if !is_drawn || draw == DRAWS {
            break;
        }
        metadata::set(&mut object, "name", None);
        naming::name(call, &mut object);
    }
    prepared.charge.failed().await;
    Err(taken(call, metadata::text(&object, "name")).await?)
}

/// Why a name cannot be given to a new object.
async fn taken(call: &Call<'_>, name: &str) -> Result<Status, Status> {
    let exists = Status::already_exists(call.resource.group(), &call.resource.plural, name);
    let key = call.storage()?.key(call.namespace(), name);
    let live = live::read(call, &key).await?;
    if let Some(live) = live
        && metadata::has(&call.value_of(&live)?, "deletionTimestamp")
    {
        let message = format!("object is being deleted: {}", exists.message);
        return Ok(exists.reworded(message));
    }
    Ok(exists)
}

/// Stores a new object; the inner `None` is a dry run, the outer one a name that is taken.
async fn store(
    call: &Call<'_>,
    options: &WriteOptions,
    object: &Value,
) -> Result<Option<Option<Outcome>>, Status> {
    let key = call
        .storage()?
        .key(call.namespace(), metadata::text(object, "name"));
    if options.dry_run {
        let is_taken = live::read(call, &key).await?.is_some();
        return Ok((!is_taken).then_some(None));
    }
    match live::create(call, &key, object).await? {
        Written::Done(stored) => Ok(Some(Some(Outcome::Stored(stored)))),
        Written::Moved => Ok(None),
    }
}
