//! Deletes objects, and waits until they are gone.

use crate::error::Result;
use crate::fields::{field, metadata, text_at};
use crate::target::ObjectRef;
use crate::target::{Deletion, Target};
use crate::wait_for::until_gone;
use tokio::time::Instant;
use trimtab_tree::Value;

/// Deletes an object and gives the uid of what is ending; nothing if it was gone at once.
///
/// # Errors
/// When it is not there, or the server refuses.
pub async fn delete(
    target: &Target,
    object: &ObjectRef,
    deletion: Deletion,
) -> Result<Option<String>> {
    let answer = target.delete(object, deletion, None).await?;
    Ok(uid_of_answer(&answer).map(str::to_owned))
}

/// Deletes an object and waits until it is gone.
///
/// # Errors
/// When it is not there, the server refuses, or it is `deadline` first.
pub async fn delete_and_wait(
    target: &Target,
    object: &ObjectRef,
    deletion: Deletion,
    deadline: Option<Instant>,
) -> Result<()> {
    match delete(target, object, deletion).await? {
        Some(uid) => until_gone(target, object, &uid, deadline).await,
        None => Ok(()),
    }
}

/// The uid in the answer to a deletion: the object itself while finalizers or a grace period hold
/// it, or a `Status` that names it.
fn uid_of_answer(answer: &Value) -> Option<&str> {
    let uid = if field(answer, "kind") == "Status" {
        text_at(answer, &["details", "uid"])
    } else {
        metadata(answer, "uid")
    };
    Some(uid).filter(|uid| !uid.is_empty())
}
