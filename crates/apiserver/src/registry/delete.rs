//! DELETE of one object.
//!
//! The rules are those of `BeforeDelete` and of the generic store in apiserver: finalizers keep an
//! object with a `deletionTimestamp`, graceful kinds are told first and removed later, and what
//! happens to dependents is left to the garbage collector through finalizers of its own.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use trimtab_tree::Value;

use super::delete_options::{DeleteOptions, Propagation};
use super::live::Written;
use super::metadata::{FOREGROUND, ORPHAN};
use super::strategy::timestamp;
use super::{Call, answer, live, metadata, strategy};
use crate::body::{Body, Response};
use crate::cache::Object;
use crate::{Details, Status, definitions};

/// How often a delete is tried again when another change comes between.
const TRIES: usize = 64;
/// How long a pod that does not say has to end.
const POD_GRACE_SECONDS: i64 = 30;

/// Deletes the object and answers with what became of it.
///
/// # Errors
/// When there is none, or it is not the one that is meant.
pub(crate) async fn answer(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let options = DeleteOptions::read(call, body).await?;
    warn_of_orphans(call, &options);
    let fate = delete(call, &call.key()?, &options).await?;
    let response = match fate {
        Fate::Kept(object) => {
            let is_old_cascade = options.orphan_dependents == Some(false);
            let code = if is_old_cascade {
                StatusCode::ACCEPTED
            } else {
                StatusCode::OK
            };
            answer::value(call, code, object)?
        }
        Fate::Gone(object) if call.resource.rules.returns_deleted => {
            answer::value(call, StatusCode::OK, object)?
        }
        Fate::Gone(object) => {
            let status = success(call, call.info.name, metadata::text(&object, "uid"));
            answer::encoded(call, StatusCode::OK, &status)?
        }
    };
    Ok(response)
}

/// Whoever deletes jobs in the old way keeps their pods, perhaps without meaning it.
pub(super) fn warn_of_orphans(call: &Call<'_>, options: &DeleteOptions) {
    let says_nothing = options.propagation.is_none() && options.orphan_dependents.is_none();
    if call.resource.rules.orphans_by_default && call.resource.group() == "batch" && says_nothing {
        call.notes.warn_all([
            "child pods are preserved by default when jobs are deleted; set \
             propagationPolicy=Background to remove them or set propagationPolicy=Orphan to \
             suppress this warning"
                .to_owned(),
        ]);
    }
}

/// What became of a deleted object.
pub(crate) enum Fate {
    /// It is gone; this is how it was.
    Gone(Value),
    /// It is still there, to be finished by others.
    Kept(Value),
}

/// Deletes one object.
///
/// # Errors
/// When there is none, or it is not the one that is meant.
pub(crate) async fn delete(
    call: &Call<'_>,
    key: &str,
    options: &DeleteOptions,
) -> Result<Fate, Status> {
    for _ in 0..TRIES {
        let name = key.rsplit('/').next().unwrap_or_default();
        let live = live::read(call, key).await?;
        let live = live.ok_or_else(|| call.not_found(name))?;
        let mut object = call.value_of(&live)?;
        check_preconditions(call, options, &object)?;
        if !options.is_admitted {
            strategy::before_delete(call, &object, options).await?;
        }
        if definitions::is_about(call)
            && definitions::mark_deleted(&mut object, call.server.clock.now())
        {
            if options.dry_run {
                return Ok(Fate::Kept(object));
            }
            match live::replace(call, live, &object).await? {
                Written::Done(stored) => return Ok(Fate::Kept(call.value_of(&stored)?)),
                Written::Moved => continue,
            }
        }
        match step(call, options, &mut object) {
            Step::Leave => return Ok(Fate::Kept(object)),
            Step::Mark if options.dry_run => return Ok(Fate::Kept(object)),
            Step::Remove if options.dry_run => return Ok(Fate::Gone(object)),
            Step::Mark => match live::replace(call, live, &object).await? {
                Written::Done(stored) => return Ok(Fate::Kept(call.value_of(&stored)?)),
                Written::Moved => {}
            },
            Step::Remove => {
                if let Some(fate) = remove(call, live, object).await? {
                    return Ok(fate);
                }
            }
        }
    }
    Err(call.modified(call.info.name))
}

/// Removes an object. One of a graceful kind is told first that it has no time left, for watchers
/// that wait for just that.
async fn remove(call: &Call<'_>, live: Object, object: Value) -> Result<Option<Fate>, Status> {
    let live = if metadata::has(&object, "deletionTimestamp") {
        match live::replace(call, live, &object).await? {
            Written::Done(stored) => stored,
            Written::Moved => return Ok(None),
        }
    } else {
        live
    };
    let Some(revision) = live::remove(call, &live).await? else {
        return Ok(None);
    };
    Ok(Some(Fate::Gone(call.value_at(&live, revision)?)))
}

/// What a delete does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing: it is being deleted already.
    Leave,
    /// Write the object as it has been changed; others will finish it.
    Mark,
    /// Remove it.
    Remove,
}

/// Decides what to do, and changes the object accordingly.
fn step(call: &Call<'_>, options: &DeleteOptions, object: &mut Value) -> Step {
    let now = call.server.clock.now();
    let was = object.clone();
    let grace = if call.resource.rules.graceful {
        match grace_step(options, object, now) {
            Grace::Pending => return Step::Leave,
            Grace::Seconds(seconds) => Some(seconds),
            Grace::None => None,
        }
    } else {
        None
    };
    // What happens to what a namespace owns is settled when it is first deleted.
    if !call.is_namespaces() || was.get_path(&["metadata", "deletionTimestamp"]).is_none() {
        set_finalizers(call, options, object);
    }
    let is_namespace = call.is_namespaces() && metadata::has_spec_finalizers(object);
    if is_namespace {
        set_terminating(object);
    }
    let is_kept = is_namespace || !metadata::finalizers(object).is_empty();
    match grace {
        Some(seconds) if seconds > 0 || is_kept => Step::Mark,
        _ if is_kept => {
            mark(object, now, 0);
            if is_namespace {
                metadata::set(object, "deletionGracePeriodSeconds", None);
            }
            if *object == was {
                Step::Leave
            } else {
                Step::Mark
            }
        }
        _ => Step::Remove,
    }
}

/// Says of a namespace that it is going away.
fn set_terminating(namespace: &mut Value) {
    if let Some(fields) = namespace.as_mapping_mut() {
        let status = fields.get_or_insert_with("status", || Value::mapping([]));
        if let Some(status) = status.as_mapping_mut() {
            status.insert("phase", Value::string("Terminating"));
        }
    }
}

/// How long a graceful kind has.
enum Grace {
    /// It is being deleted already, and has no longer than is asked for now.
    Pending,
    /// So long.
    Seconds(i64),
    /// Its time is over.
    None,
}

fn grace_step(options: &DeleteOptions, object: &mut Value, now: Timestamp) -> Grace {
    let current = metadata::number(object, "deletionGracePeriodSeconds").unwrap_or_default();
    if let Some(deleted) = deletion_time(object) {
        if current == 0 {
            return Grace::None;
        }
        let Some(wanted) = options.grace_seconds else {
            return Grace::Pending;
        };
        let wanted = at_least_one_if_negative(wanted);
        if wanted >= current {
            return Grace::Pending;
        }
        let shortened = deleted.checked_add(SignedDuration::from_secs(wanted - current));
        set_deletion(object, shortened.unwrap_or(deleted), wanted);
        return Grace::Seconds(wanted);
    }
    let seconds = grace_of_pod(options, object);
    mark(object, now, seconds);
    Grace::Seconds(seconds)
}

/// A pod that is on no node, or has ended, need not be waited for.
fn grace_of_pod(options: &DeleteOptions, pod: &Value) -> i64 {
    let text = |path: &[&str]| pod.get_path(path).and_then(Value::text_if_not_null);
    let ended = matches!(text(&["status", "phase"]), Some("Succeeded" | "Failed"));
    if ended || text(&["spec", "nodeName"]).unwrap_or_default().is_empty() {
        return 0;
    }
    let own = text(&["spec", "terminationGracePeriodSeconds"]).and_then(|text| text.parse().ok());
    at_least_one_if_negative(options.grace_seconds.or(own).unwrap_or(POD_GRACE_SECONDS))
}

fn at_least_one_if_negative(seconds: i64) -> i64 {
    if seconds < 0 { 1 } else { seconds }
}

fn deletion_time(object: &Value) -> Option<Timestamp> {
    metadata::text(object, "deletionTimestamp").parse().ok()
}

/// Marks an object as being deleted, once.
fn mark(object: &mut Value, now: Timestamp, seconds: i64) {
    if deletion_time(object).is_none() {
        let at = now
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(now);
        set_deletion(object, at, seconds);
        if let Some(generation) =
            metadata::number(object, "generation").filter(|&number| number > 0)
        {
            metadata::set(object, "generation", Some(Value::int(generation + 1)));
        }
    } else {
        metadata::set(
            object,
            "deletionGracePeriodSeconds",
            Some(Value::int(seconds)),
        );
    }
}

fn set_deletion(object: &mut Value, at: Timestamp, seconds: i64) {
    metadata::set_text(object, "deletionTimestamp", timestamp(at));
    metadata::set(
        object,
        "deletionGracePeriodSeconds",
        Some(Value::int(seconds)),
    );
}

/// Tells the garbage collector, through finalizers, what to do with dependents.
fn set_finalizers(call: &Call<'_>, options: &DeleteOptions, object: &mut Value) {
    let own = metadata::finalizers(object);
    let default = if call.resource.rules.orphans_by_default {
        Propagation::Orphan
    } else {
        Propagation::Background
    };
    let said = options.propagation.or(match options.orphan_dependents {
        Some(true) => Some(Propagation::Orphan),
        Some(false) => Some(Propagation::Background),
        None => None,
    });
    let propagation = said.unwrap_or_else(|| {
        if own.iter().any(|finalizer| finalizer == ORPHAN) {
            Propagation::Orphan
        } else if own.iter().any(|finalizer| finalizer == FOREGROUND) {
            Propagation::Foreground
        } else {
            default
        }
    });
    let mut finalizers = own.clone();
    finalizers.retain(|finalizer| finalizer != ORPHAN && finalizer != FOREGROUND);
    match propagation {
        Propagation::Orphan => finalizers.push(ORPHAN.to_owned()),
        Propagation::Foreground => finalizers.push(FOREGROUND.to_owned()),
        Propagation::Background => {}
    }
    if finalizers != own {
        metadata::set_finalizers(object, &finalizers);
    }
}

/// Refuses an object that is not the one that is meant.
///
/// # Errors
/// When its uid or version is another.
pub(crate) fn check_preconditions(
    call: &Call<'_>,
    options: &DeleteOptions,
    object: &Value,
) -> Result<(), Status> {
    let check = |wanted: &Option<String>, what: &str, field: &str, since: &str| {
        let found = metadata::text(object, field);
        match wanted {
            Some(wanted) if wanted != found => {
                let why = format!(
                    "the {what} in the precondition ({wanted}) does not match the {what} in record \
                     ({found}). The object might have been {since}"
                );
                // Told of the kind, not of the resource, as the check is made before there is one; save
                // of namespaces, which have a check of their own.
                let kind = if call.is_namespaces() {
                    &call.resource.plural
                } else {
                    call.resource.kind.kind()
                };
                let name = metadata::text(object, "name");
                Err(Status::conflict(call.told_group(), kind, name, &why))
            }
            _ => Ok(()),
        }
    };
    check(&options.uid, "UID", "uid", "deleted and then recreated")?;
    let version = &options.resource_version;
    check(version, "ResourceVersion", "resourceVersion", "modified")
}

/// The `Status` of a delete that is done.
fn success(call: &Call<'_>, name: &str, uid: &str) -> Value {
    let details = Details {
        name: name.to_owned(),
        group: call.resource.group().to_owned(),
        kind: call.resource.plural.to_string(),
        uid: uid.to_owned(),
        ..Details::default()
    };
    Status::success(&details)
}
