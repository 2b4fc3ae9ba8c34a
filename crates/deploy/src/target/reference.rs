//! Which object: its resource, namespace and name.

use super::discovery::Discovery;
use super::resource::Resource;
use crate::error::Result;
use crate::fields::{field, metadata};
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

    /// The same without a server, which alone knows what else there is to its kind: a name for people.
    #[must_use]
    pub fn described(object: &Value) -> Self {
        let api_version = field(object, "apiVersion");
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let kind = field(object, "kind");
        let singular = kind.to_lowercase();
        let resource = Resource {
            group: group.into(),
            version: version.into(),
            plural: format!("{singular}s").into(),
            singular: singular.into(),
            kind: kind.into(),
            is_namespaced: true,
            short_names: Vec::new(),
            categories: Vec::new(),
            verbs: Vec::new(),
            subresources: Vec::new(),
        };
        let (namespace, name) = (metadata(object, "namespace"), metadata(object, "name"));
        Self::new(&Arc::new(resource), namespace, name)
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.resource.singular_with_group(), self.name)
    }
}
