//! What plugins are told about a write, and how they look around.

use crate::{Identity, Status};
use std::future::Future;
use std::sync::Arc;
use trimtab_clock::Chance;
use trimtab_tree::{Mapping, Value};

/// What is done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// It is new.
    Create,
    /// It is there already, and changes.
    Update,
    /// It goes.
    Delete,
}

/// A write that asks to be admitted.
pub(crate) struct Attributes<'a> {
    pub(crate) operation: Operation,
    /// The API group; empty for the core group.
    pub(crate) group: &'a str,
    /// `pods`
    pub(crate) resource: &'a str,
    /// `status`; empty for the object itself.
    pub(crate) subresource: &'a str,
    /// Empty for objects in no namespace.
    pub(crate) namespace: &'a str,
    /// Empty where the server is still to make one up.
    pub(crate) name: &'a str,
    /// Who asks.
    pub(crate) user: &'a Identity,
    /// The object as it is, unless it is new.
    pub(crate) old: Option<&'a Value>,
    /// For names that are made up.
    pub(crate) chance: &'a Chance,
}

/// Reads what is on the server, every acknowledged write included.
pub(crate) trait Lookup: Sync {
    /// One object; `namespace` is empty for those in none.
    fn get(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> impl Future<Output = Result<Option<Arc<Value>>, Status>> + Send;

    /// All objects of a resource, in one namespace or, if that is empty, in all, ordered by name.
    fn list(
        &self,
        group: &str,
        resource: &str,
        namespace: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Value>>, Status>> + Send;
}

impl Attributes<'_> {
    /// Whether it is about objects of this resource themselves.
    pub(super) fn is(&self, group: &str, resource: &str) -> bool {
        self.group == group && self.resource == resource && self.subresource.is_empty()
    }

    pub(super) fn is_create(&self, group: &str, resource: &str) -> bool {
        self.operation == Operation::Create && self.is(group, resource)
    }

    /// The refusal of this write.
    pub(super) fn forbidden(&self, why: &str) -> Status {
        Status::forbidden(self.group, self.resource, self.name, why)
    }
}

/// The `spec` of an object, to be changed.
pub(super) fn spec_of(object: &mut Value) -> Option<&mut Mapping> {
    object.get_mut("spec")?.as_mapping_mut()
}

/// The text at a path, unless it is empty.
pub(super) fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The list field of a mapping, made if it is not there.
pub(super) fn list_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Vec<Value>> {
    let list = fields.get_or_insert_with(field, || Value::sequence(Vec::new()));
    if list.is_null() {
        *list = Value::sequence(Vec::new());
    }
    list.as_sequence_mut()
}
