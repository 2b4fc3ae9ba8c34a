//! Objects of one resource that are asked for together.

use super::path::{Query, collection_path};
use super::{ObjectRef, Resource};
use crate::fields::{field, text_at};
use std::sync::Arc;
use trimtab_tree::{Mapping, Text, Value};

/// Which objects of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// A label selector; empty for all.
    pub labels: String,
    /// A field selector; empty for all.
    pub fields: String,
}

impl Selection {
    /// Only the object of that name.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self {
            labels: String::new(),
            fields: format!("metadata.name={name}"),
        }
    }
}

/// Objects of one resource that are asked for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Of what kind.
    pub resource: Arc<Resource>,
    /// In which namespace; in all without.
    pub namespace: Option<Text>,
    /// Which of them.
    pub selection: Selection,
}

impl Collection {
    /// All objects of a resource in a namespace.
    #[must_use]
    pub fn in_namespace(resource: &Arc<Resource>, namespace: &str) -> Self {
        Self {
            resource: Arc::clone(resource),
            namespace: Some(namespace.into()),
            selection: Selection::default(),
        }
    }

    /// One object alone.
    #[must_use]
    pub fn of_object(object: &ObjectRef) -> Self {
        Self {
            selection: Selection::name(&object.name),
            ..Self::in_namespace(&object.resource, &object.namespace)
        }
    }

    pub(super) fn path(&self) -> String {
        collection_path(&self.resource, self.namespace.as_deref())
    }

    pub(super) fn query(&self) -> Query {
        Query::new(self.path()).selection(&self.selection)
    }
}

/// Objects, and the point in time at which they were all there.
#[derive(Clone, Debug)]
pub struct List {
    /// The objects, each with `apiVersion` and `kind`.
    pub items: Vec<Value>,
    /// From which a watch sees everything that came later.
    pub resource_version: String,
}

/// Items of a list come without the type that the list names.
pub(super) fn with_type(mut item: Value, resource: &Resource) -> Value {
    if !field(&item, "kind").is_empty() && !text_at(&item, &["apiVersion"]).is_empty() {
        return item;
    }
    if let Some(fields) = item.as_mapping_mut() {
        let mut typed = Mapping::with_capacity(fields.len() + 2);
        typed.insert("apiVersion", Value::string(resource.api_version()));
        typed.insert("kind", Value::string(resource.kind.clone()));
        for entry in std::mem::take(fields).into_entries() {
            if entry.key.text() != "apiVersion" && entry.key.text() != "kind" {
                typed.push(entry);
            }
        }
        *fields = typed;
    }
    item
}
