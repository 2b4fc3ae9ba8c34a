//! What tells one object from another.

use crate::Gvk;
use std::fmt;
use trimtab_tree::Text;

/// The namespace that an object without one is in.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Kind, name and namespace of an object, and whether its kind is known to be cluster-scoped.
#[derive(Clone, Debug, Default)]
pub struct ResourceId {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// `metadata.name`
    pub name: Text,
    /// `metadata.namespace` as written; empty where it is not.
    pub namespace: Text,
    /// Whether the schema knows the kind and says that its objects are in no namespace.
    pub cluster_scoped: bool,
}

/// The namespace an object is really in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope<'a> {
    /// In none: its kind is cluster-scoped.
    Cluster,
    /// In this one; `default` where the object names none.
    Namespace(&'a str),
}

impl ResourceId {
    /// The namespace the object is really in.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope::of(self.cluster_scoped, &self.namespace)
    }

    /// Whether both are in the same namespace, or both in none.
    #[must_use]
    pub fn same_scope(&self, other: &Self) -> bool {
        self.scope() == other.scope()
    }

    /// Whether group, version, kind and name are equal; the namespace does not count.
    #[must_use]
    pub fn same_gvk_and_name(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk
    }
}

impl<'a> Scope<'a> {
    /// The scope of an object whose `metadata.namespace` is `namespace`.
    #[must_use]
    pub fn of(cluster_scoped: bool, namespace: &'a str) -> Self {
        match (cluster_scoped, namespace) {
            (true, _) => Self::Cluster,
            (false, "") => Self::Namespace(DEFAULT_NAMESPACE),
            (false, namespace) => Self::Namespace(namespace),
        }
    }

    /// The name that kustomize uses for it: the namespace's, or `_non_namespaceable_`.
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            Self::Cluster => "_non_namespaceable_",
            Self::Namespace(namespace) => namespace,
        }
    }
}

/// Equal kind and name, in the same [`Scope`]: an empty namespace equals `default`.
impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.same_gvk_and_name(other) && self.same_scope(other)
    }
}

impl Eq for ResourceId {}

impl std::hash::Hash for ResourceId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.gvk.hash(state);
        self.name.hash(state);
        self.scope().hash(state);
    }
}

/// As kustomize writes it in messages: `Deployment.v1.apps/web.[noNs]`.
impl ResourceId {
    /// How a sentence names it: kind, name, namespace if it is in one, and the `apiVersion` unless
    /// that is plain `v1`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut words = format!("{} `{}`", self.gvk.kind, self.name);
        if !self.namespace.is_empty() {
            words = format!("{words} in namespace `{}`", self.namespace);
        }
        let api_version = self.gvk.api_version();
        if !api_version.is_empty() && api_version != "v1" {
            words = format!("{words} ({api_version})");
        }
        words
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &Text, placeholder: &'static str| {
            if text.is_empty() {
                Text::const_new(placeholder)
            } else {
                text.clone()
            }
        };
        write!(
            f,
            "{}/{}.{}",
            self.gvk,
            or(&self.name, "[noName]"),
            or(&self.namespace, "[noNs]")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(namespace: &str, cluster_scoped: bool) -> ResourceId {
        ResourceId {
            gvk: Gvk::new("", "v1", "ConfigMap"),
            name: "settings".into(),
            namespace: namespace.into(),
            cluster_scoped,
        }
    }

    #[test]
    fn no_namespace_is_the_default_namespace() {
        assert_eq!(id("", false), id("default", false));
        assert_ne!(id("", false), id("web", false));
        assert_eq!(id("a", true), id("b", true));
        assert_eq!(
            id("", false).to_string(),
            "ConfigMap.v1.[noGrp]/settings.[noNs]"
        );
        let mut id = id("shop", false);
        assert_eq!(id.in_words(), "ConfigMap `settings` in namespace `shop`");
        id.gvk = Gvk::new("apps", "v1", "Deployment");
        id.namespace = Text::default();
        assert_eq!(id.in_words(), "Deployment `settings` (apps/v1)");
    }
}
