//! Why a node may not write something.

use trimtab_tree::Value;

use crate::Status;
use crate::fields::string_at;

/// Whether a write may be.
pub(super) type Verdict = Result<(), Refusal>;

/// Why a write is refused.
pub(super) enum Refusal {
    /// In these words.
    Because(String),
    /// Something is not there, or a look-up failed.
    Other(Status),
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self::Other(status)
    }
}

/// Refuses in these words.
pub(super) fn because<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Because(why.into()))
}

/// Refuses, in these words, what does not hold.
pub(super) fn require(holds: bool, why: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { because(why()) }
}

/// The node that an object names.
pub(super) fn node_of(object: &Value) -> &str {
    string_at(object, &["spec", "nodeName"])
}
