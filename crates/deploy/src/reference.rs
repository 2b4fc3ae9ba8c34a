//! Which object: its resource, namespace and name.

use crate::error::Result;
use crate::target::{Discovery, Resource};
use std::fmt;
use std::sync::Arc;
use trimtab_tree::{Text, Value};

/// Names one object of a cluster. Prints as kubectl names it: `deployment.apps/web`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// What kind of object.
    pub resource: Arc<Resource>,
    /// Its namespace; empty if its kind has none.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
}

impl ObjectRef {
    /// The object `name` of `resource`, in `namespace` if its kind lives in namespaces.
    #[must_use]
    pub fn new(resource: &Arc<Resource>, namespace: &str, name: &str) -> Self {
        Self {
            resource: Arc::clone(resource),
            namespace: if resource.is_namespaced {
                namespace.into()
            } else {
                Text::default()
            },
            name: name.into(),
        }
    }

    /// The object that `object` describes; without a namespace of its own it is in
    /// `default_namespace`.
    ///
    /// # Errors
    /// When the server has no such kind.
    pub fn of(object: &Value, discovery: &Discovery, default_namespace: &str) -> Result<Self> {
        let resource = discovery.of_kind(field(object, "apiVersion"), field(object, "kind"))?;
        let namespace = match metadata(object, "namespace") {
            "" => default_namespace,
            namespace => namespace,
        };
        let resource = Arc::new(resource.clone());
        Ok(Self::new(&resource, namespace, metadata(object, "name")))
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.resource.singular_with_group(), self.name)
    }
}

/// A text field of the root, or nothing.
pub(crate) fn field<'v>(object: &'v Value, name: &str) -> &'v str {
    text_at(object, &[name])
}

/// A text field of `metadata`, or nothing.
pub(crate) fn metadata<'v>(object: &'v Value, name: &str) -> &'v str {
    text_at(object, &["metadata", name])
}

/// The text at a path, or nothing.
pub(crate) fn text_at<'v>(object: &'v Value, path: &[&str]) -> &'v str {
    object
        .get_path(path)
        .and_then(Value::text_if_not_null)
        .unwrap_or_default()
}

/// The whole number at a path, if there is one.
pub(crate) fn number_at(object: &Value, path: &[&str]) -> Option<i64> {
    object.get_path(path)?.text()?.parse().ok()
}

/// The items of the list at a path; none if there is no list.
pub(crate) fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    object
        .get_path(path)
        .and_then(Value::as_sequence)
        .unwrap_or_default()
}
