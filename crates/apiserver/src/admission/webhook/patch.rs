//! What a mutating webhook makes of an object.

use super::call::Refused;
use super::hook::Hook;
use super::review::Answer;
use crate::Status;
use crate::admission::normal_form::normal_form;
use crate::state::Server;
use trimtab_object::JsonPatch;
use trimtab_tree::Value;

/// The object as the answer changes it; `None` if it does not.
pub(super) fn apply(
    server: &Server,
    hook: &Hook<'_>,
    object: &Value,
    answer: Option<Answer>,
) -> Result<Option<Value>, Refused> {
    let Some(operations) = answer.and_then(|answer| answer.patch) else {
        return Ok(None);
    };
    let patch = JsonPatch::from_value(&operations).map_err(|why| {
        let why = format!("received undecodable patch in webhook response: {why}");
        Refused::Unreachable(why)
    })?;
    let failed = |why: String| {
        let name = hook.name;
        Refused::Status(Status::internal(format!(
            "cannot apply the patch of admission webhook {name:?}: {why}"
        )))
    };
    let mut patched = object.clone();
    patch
        .apply(&mut patched)
        .map_err(|why| failed(crate::media::told(&why)))?;
    normal_form(&server.schema, &mut patched).map_err(failed)?;
    Ok(Some(patched))
}
