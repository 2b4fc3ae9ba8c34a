//! What a write asks of quotas.

use crate::Status;
use trimtab_tree::Value;
use trimtab_validation::usage::Evaluator;

/// What a write asks of quotas.
pub(super) struct Claim {
    pub(super) evaluator: Evaluator,
    pub(super) object: Value,
    /// The object as it is, unless it is new.
    pub(super) old: Option<Value>,
    /// The refusal, without the reason.
    pub(super) refusal: Refusal,
    pub(super) dry_run: bool,
    /// Writes of a status are counted, never refused.
    pub(super) is_status: bool,
    /// Whether what it uses may be such that a quota must cover it.
    pub(super) needs_quota: bool,
}

/// Of what a refusal is.
pub(super) struct Refusal {
    pub(super) group: String,
    pub(super) resource: String,
    pub(super) name: String,
}

impl Refusal {
    /// The refusal, for that reason.
    pub(super) fn because(&self, why: &str) -> Status {
        Status::forbidden(&self.group, &self.resource, &self.name, why)
    }
}
