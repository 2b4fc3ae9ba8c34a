//! Who writes.

use super::manager::{ManagerId, Operation};
use trimtab_tree::Text;

/// The manager that has no name.
const UNKNOWN: &str = "unknown";

/// Who writes, how and when, as `managedFields` note it.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// The field manager; empty stands for `unknown`.
    pub manager: &'a str,
    /// The version in which the object is written, such as `apps/v1`.
    pub api_version: &'a str,
    /// The subresource through which it is written; empty for the object itself.
    pub subresource: &'a str,
    /// The time in the form of RFC 3339, in UTC and whole seconds.
    pub time: &'a str,
}

impl Writer<'_> {
    /// Its entry.
    pub(super) fn id(&self, operation: Operation) -> ManagerId {
        let manager = if self.manager.is_empty() {
            UNKNOWN
        } else {
            self.manager
        };
        ManagerId {
            manager: manager.into(),
            operation,
            api_version: match operation {
                Operation::Apply => Text::default(),
                Operation::Update => self.api_version.into(),
            },
            subresource: self.subresource.into(),
        }
    }
}
