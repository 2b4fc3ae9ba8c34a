//! `trimtab set --local`: what files describe, changed without a server.

use crate::cluster::Failed;
use crate::exit::Failure;
use trimtab_deploy::{ObjectChange, ObjectRef, set_described};
use trimtab_tree::Value;

/// Changes what was described, and says what became of it.
pub(super) fn change(
    objects: &[Value],
    change: &dyn ObjectChange,
    say: &mut dyn FnMut(&ObjectRef, Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for object in objects {
        match set_described(object, change) {
            Ok(Some(changed)) => say(&ObjectRef::described(object), changed)?,
            Ok(None) => {}
            // The others are changed all the same.
            Err(error) => refused.push(error),
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    // There is no server to be named.
    Err(Failed::Errors(refused).into_failure(""))
}
