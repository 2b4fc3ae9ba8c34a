//! PUT, and what all changes of an object have in common.

use http::StatusCode;
use trimtab_tree::Value;

use super::change::{Admitted, Change};
use super::decode::{Decoded, decode_body};
use super::live::{Outcome, Written};
use super::options::{WriteOptions, cause, not_a_number};
use super::version::with_versions;
use super::{Call, answer, create, live, metadata, naming, strategy};
use crate::Status;
use crate::body::{Body, Response};
use crate::cache::Object;

/// How often a change that is not bound to a version is made again when another comes between.
const TRIES: usize = 64;

/// Replaces the object, or its part that the subresource is about, by the one in the body.
///
/// # Errors
/// When there is none, it has been changed meanwhile, or the new one breaks rules.
pub(crate) async fn answer(
    call: &Call<'_>,
    subresource: &str,
    body: Body,
) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "UpdateOptions", false)?;
    let mut decoded = decode_body(call, body, options.field_validation).await?;
    naming::place(call, &mut decoded.object)?;
    check_name(call, &decoded.object)?;
    let is_bound = !is_unversioned(metadata::text(&decoded.object, "resourceVersion"));
    let change = Change {
        subresource,
        options: &options,
        is_bound,
        may_create: call.resource.rules.create_on_update && subresource.is_empty(),
        admitted: Admitted::Object,
    };
    change
        .make(call, |_| Ok(decoded.clone()))
        .await?
        .answer(call)
}

fn check_name(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let name = metadata::text(object, "name");
    if name == call.info.name {
        return Ok(());
    }
    Err(Status::bad_request(if name.is_empty() {
        format!("name must be provided: {}", call.info.name)
    } else {
        format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            call.info.name
        )
    }))
}

/// What a change made.
pub(crate) struct Changed {
    /// The object.
    pub(crate) outcome: Outcome,
    /// Whether it was not there before.
    pub(crate) is_new: bool,
    /// What the client should know.
    pub(crate) warnings: Vec<String>,
}

impl Changed {
    /// Answers with the object.
    ///
    /// # Errors
    /// When the client wants it in a form that it does not have.
    pub(crate) fn answer(self, call: &Call<'_>) -> Result<Response, Status> {
        let code = if self.is_new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        answer::outcome(call, code, self.outcome, &self.warnings)
    }
}

impl Change<'_> {
    /// Makes the change. `new` tells what the object shall be, from
    /// what it is; it is asked again when another change comes between.
    ///
    /// # Errors
    /// When there is no object, it has been changed meanwhile, or the new one breaks rules.
    pub(crate) async fn make(
        &self,
        call: &Call<'_>,
        new: impl Fn(Option<&Value>) -> Result<Decoded, Status>,
    ) -> Result<Changed, Status> {
        let key = call.key()?;
        for _ in 0..TRIES {
            let Some(live) = live::read(call, &key).await? else {
                if !self.may_create {
                    return Err(call.not_found(call.info.name));
                }
                let decoded = with_versions(call, || new(None)).await??;
                check_uid_precondition(call, &decoded.object, "")?;
                let (outcome, warnings) = create::create(call, self.options, decoded).await?;
                return Ok(Changed {
                    outcome,
                    is_new: true,
                    warnings,
                });
            };
            let old = call.value_of(&live)?;
            let mut decoded = with_versions(call, || new(Some(&old))).await??;
            check_uid_precondition(call, &decoded.object, metadata::text(&old, "uid"))?;
            Self::check_version(call, &old, &decoded.object)?;
            let prepared = strategy::before_update(call, &old, &mut decoded, self).await?;
            let Decoded {
                object, warnings, ..
            } = decoded;
            let outcome = if self.options.dry_run {
                Some(Outcome::Unstored(object))
            } else {
                write(call, live, object).await?
            };
            if let Some(outcome) = outcome {
                return Ok(Changed {
                    outcome,
                    is_new: false,
                    warnings,
                });
            }
            prepared.charge.failed().await;
            if self.is_bound {
                break;
            }
        }
        Err(call.modified(call.info.name))
    }

    /// Refuses a change of another version than the one that is there.
    fn check_version(call: &Call<'_>, old: &Value, new: &Value) -> Result<(), Status> {
        let wanted = metadata::text(new, "resourceVersion");
        if is_unversioned(wanted) {
            if call.resource.rules.conditional_update {
                let told = "Invalid value: 0: must be specified for an update";
                let cause = cause("FieldValueInvalid", "metadata.resourceVersion", told);
                let (group, plural) = (call.resource.group(), &call.resource.plural);
                return Err(Status::invalid(group, plural, call.info.name, vec![cause]));
            }
            return Ok(());
        }
        if wanted == metadata::text(old, "resourceVersion") {
            return Ok(());
        }
        if wanted.parse::<u64>().is_err() {
            let why = not_a_number(wanted, false);
            return Err(Status::new(500, crate::Reason::Unknown, why));
        }
        Err(call.modified(call.info.name))
    }
}

/// Whether an object with this resource version is not of a certain version: zero is none.
fn is_unversioned(resource_version: &str) -> bool {
    resource_version.is_empty() || resource_version.parse() == Ok(0_u64)
}

/// Stores the object; `None` when the one that was there is not as expected any more.
async fn write(call: &Call<'_>, live: Object, object: Value) -> Result<Option<Outcome>, Status> {
    if is_finished(call, &object) {
        // The last finalizer is gone: so is the object. It is told as it was.
        let removed = live::remove(call, &live).await?;
        return Ok(removed.map(|_| Outcome::Unstored(object)));
    }
    match live::replace(call, live, &object).await? {
        Written::Done(stored) => Ok(Some(Outcome::Stored(stored))),
        Written::Moved => Ok(None),
    }
}

/// Whether nothing keeps an object that has been deleted.
fn is_finished(call: &Call<'_>, object: &Value) -> bool {
    metadata::has(object, "deletionTimestamp")
        && metadata::finalizers(object).is_empty()
        && !(call.is_namespaces() && metadata::has_spec_finalizers(object))
        && metadata::number(object, "deletionGracePeriodSeconds").unwrap_or_default() == 0
}

/// Refuses an object that says it is another than the one that is there.
fn check_uid_precondition(call: &Call<'_>, object: &Value, uid: &str) -> Result<(), Status> {
    let wanted = metadata::text(object, "uid");
    if wanted.is_empty() || wanted == uid {
        return Ok(());
    }
    let failed =
        format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
    // The words are those of the storage, in which it was looked for.
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: {failed}",
        call.key()?
    );
    Err(call.conflict(call.info.name, &why))
}
