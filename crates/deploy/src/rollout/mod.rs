//! Rollouts: their history, and how to undo, stop, go on with and repeat them.

mod change;
mod history;
mod undo;

pub(crate) use change::nested;
pub use change::{pause, restart, resume};
pub(crate) use history::{CHANGE_CAUSE, is_controlled_by};
pub use history::{Revision, history};
pub use undo::{Undone, undo};
pub(crate) use undo::{is_same_template, leave_template};

use crate::error::{Error, Result};
use crate::target::ObjectRef;

/// Refuses kinds that have no rollouts, in kubectl's words.
fn check_kind(object: &ObjectRef, kinds: &[&str], verb: &str) -> Result<()> {
    let resource = &object.resource;
    if resource.group == "apps" && kinds.contains(&&*resource.kind) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{} {:?} {verb} is not supported",
        resource.plural_with_group(),
        object.name
    )))
}

/// The kinds with templates that are rolled out.
const ROLLED_OUT: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];
