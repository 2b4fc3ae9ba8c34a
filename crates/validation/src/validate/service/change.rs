//! A service beside what it was before.

use crate::fields::{items, text};
use crate::validate::addresses;
use trimtab_tree::Value;

/// What a service says, with what it said before.
pub(super) struct Change<'v> {
    pub(super) service: &'v Value,
    pub(super) spec: &'v Value,
    pub(super) before: Option<&'v Value>,
}

impl<'v> Change<'v> {
    pub(super) fn of_type(&self, kind: &str) -> bool {
        text(self.spec, "type") == Some(kind)
    }

    pub(super) fn annotation(&self, name: &str) -> Option<&'v str> {
        self.service
            .get_path(&["metadata", "annotations", name])?
            .text()
    }

    /// Texts of a list that were there before, which stay allowed.
    pub(super) fn known(&self, list: &str) -> Vec<&'v str> {
        self.before
            .map(|before| addresses::texts(before, list))
            .unwrap_or_default()
    }
}

pub(super) fn is_headless(spec: &Value) -> bool {
    matches!(items(spec, "clusterIPs"), [only] if only.text() == Some("None"))
}

pub(super) fn is_external_name(spec: &Value) -> bool {
    text(spec, "type") == Some("ExternalName")
}
