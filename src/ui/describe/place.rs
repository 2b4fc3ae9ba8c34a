//! Where containers are described.

use super::moment::Moment;
use trimtab_tree::Value;

/// Where containers are described.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In a template, which stands further in.
    Template,
    /// In this pod, which knows how they are.
    Pod(&'a Value, &'a Moment),
}
