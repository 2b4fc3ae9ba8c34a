//! Admission: rules that change a write or refuse it for what else is on the server.
//!
//! Each plugin is a function in a file of its own, after the plugin of kube-apiserver that is named
//! in it; all of them are on there by default. [`mutate`] runs those that change the object, before
//! the server's own fields are set and the object is validated; [`check`] those that only look, after
//! that. Both read other objects through [`Lookup`] and write none.

mod defaults;
mod namespace;

mod priority;
mod runtime_class;
mod service_account;
mod tolerations;

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
    fn is(&self, group: &str, resource: &str) -> bool {
        self.group == group && self.resource == resource && self.subresource.is_empty()
    }

    fn is_create(&self, group: &str, resource: &str) -> bool {
        self.operation == Operation::Create && self.is(group, resource)
    }

    /// The refusal of this write.
    fn forbidden(&self, why: &str) -> Status {
        Status::forbidden(self.group, self.resource, self.name, why)
    }
}

/// Changes the object of a create or update as the server's plugins do, or refuses it; `object` is
/// decoded and defaulted, and what is added here needs no defaults.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn mutate(
    object: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    namespace::lifecycle(attributes, lookup).await?;
    service_account::admit(object, attributes, lookup).await?;
    defaults::taint_new_node(object, attributes);
    defaults::name_requester(object, attributes);
    priority::admit(object, attributes, lookup).await?;
    tolerations::tolerate_lost_nodes(object, attributes);
    defaults::storage_class(object, attributes, lookup).await?;
    defaults::protect_storage(object, attributes);
    runtime_class::admit(object, attributes, lookup).await?;
    defaults::ingress_class(object, attributes, lookup).await
}

/// Refuses what may not be written or deleted. `object` is the object as it will be stored, or, for
/// a deletion, as it is.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if attributes.operation == Operation::Delete {
        return namespace::lifecycle(attributes, lookup).await;
    }
    priority::check_class(object, attributes, lookup).await?;
    defaults::check_expansion(object, attributes, lookup).await
}

/// The `spec` of an object, to be changed.
fn spec_of(object: &mut Value) -> Option<&mut Mapping> {
    object.get_mut("spec")?.as_mapping_mut()
}

/// The text at a path, unless it is empty.
fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The list field of a mapping, made if it is not there.
fn list_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Vec<Value>> {
    let list = fields.get_or_insert_with(field, || Value::sequence(Vec::new()));
    if list.is_null() {
        *list = Value::sequence(Vec::new());
    }
    list.as_sequence_mut()
}

#[cfg(test)]
mod tests;
