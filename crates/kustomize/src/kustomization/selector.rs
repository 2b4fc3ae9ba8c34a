//! Which resources something is meant for.

use super::At;
use super::decode::fields;
use trimtab_tree::Text;

/// The parts of an id, each empty when it does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IdFields {
    /// The API group.
    pub group: At<Text>,
    /// The version.
    pub version: At<Text>,
    /// The kind.
    pub kind: At<Text>,
    /// The name.
    pub name: At<Text>,
    /// The namespace.
    pub namespace: At<Text>,
}

impl IdFields {
    /// Whether no part is given.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        let parts = [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
        ];
        parts.into_iter().all(|part| part.is_empty())
    }
}

/// Resources by id, each part a regular expression that must match all of it, and by labels and
/// annotations.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(clippy::struct_field_names, reason = "kustomize's own names")]
pub(crate) struct Selector {
    /// The id.
    pub id: IdFields,
    /// A label selector over annotations.
    pub annotation_selector: At<Text>,
    /// A label selector.
    pub label_selector: At<Text>,
}

fields!(Selector, "a selector", {
    "group" => id.group,
    "version" => id.version,
    "kind" => id.kind,
    "name" => id.name,
    "namespace" => id.namespace,
    "annotationSelector" => annotation_selector,
    "labelSelector" => label_selector,
});
