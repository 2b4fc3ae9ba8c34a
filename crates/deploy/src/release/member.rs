//! One object of a release, by its name.

use crate::error::Result;
use crate::fields::{field, metadata};
use crate::target::{Discovery, ObjectRef};
use std::fmt;
use std::sync::Arc;
use trimtab_object::split_api_version;
use trimtab_tree::Value;

/// Names an object for as long as it may be remembered: by the version of its kind that it was applied
/// in, which is not what makes it the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// `apps/v1`, or `v1` in the core group.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, or the one that it would be in if its kind lives in namespaces.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Member {
    /// The object that `object` describes; without a namespace of its own it is in
    /// `default_namespace`.
    #[must_use]
    pub fn of(object: &Value, default_namespace: &str) -> Self {
        let namespace = match metadata(object, "namespace") {
            "" => default_namespace,
            namespace => namespace,
        };
        Self {
            api_version: field(object, "apiVersion").to_owned(),
            kind: field(object, "kind").to_owned(),
            namespace: namespace.to_owned(),
            name: metadata(object, "name").to_owned(),
        }
    }

    /// Whether both are one object, in whatever version of its group.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let group = |member: &Self| split_api_version(&member.api_version).0.to_owned();
        self.name == other.name
            && self.kind == other.kind
            && self.namespace == other.namespace
            && group(self) == group(other)
    }

    /// Where the server has it, in whatever version.
    ///
    /// # Errors
    /// When the server serves no such kind.
    pub(crate) fn reference(&self, discovery: &Discovery) -> Result<ObjectRef> {
        let (group, _) = split_api_version(&self.api_version);
        let mut resources = discovery.resources().iter();
        let resource = match discovery.of_kind(&self.api_version, &self.kind) {
            Ok(resource) => resource,
            Err(error) => resources
                .find(|it| it.group == group && it.kind == self.kind)
                .ok_or(error)?,
        };
        let resource = Arc::new(resource.clone());
        Ok(ObjectRef::new(&resource, &self.namespace, &self.name))
    }
}

/// As kubectl names it: `deployment.apps/web`.
impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (group, _) = split_api_version(&self.api_version);
        let dot = if group.is_empty() { "" } else { "." };
        write!(f, "{}{dot}{group}/{}", self.kind.to_lowercase(), self.name)
    }
}
