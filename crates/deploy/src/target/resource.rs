//! One kind of object that a server serves, and where.

use trimtab_tree::Text;

/// A resource type as discovery describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: Text,
    /// The version within the group.
    pub version: Text,
    /// The name in request paths, such as `deployments`.
    pub plural: Text,
    /// The name of one, such as `deployment`.
    pub singular: Text,
    /// The kind of its objects, such as `Deployment`.
    pub kind: Text,
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// Abbreviations, such as `deploy`.
    pub short_names: Vec<Text>,
    /// Groups of resources it belongs to, such as `all`.
    pub categories: Vec<Text>,
    /// What can be done with it, such as `list`.
    pub verbs: Vec<Text>,
    /// The names of its subresources, such as `scale`.
    pub subresources: Vec<Text>,
}

impl Resource {
    /// `apps/v1`, or `v1` in the core group.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `deployments.apps`, or `pods` in the core group.
    #[must_use]
    pub fn plural_with_group(&self) -> String {
        with_group(&self.plural, &self.group)
    }

    /// `deployment.apps`, or `pod` in the core group: how kubectl names objects of the kind.
    #[must_use]
    pub fn singular_with_group(&self) -> String {
        with_group(&self.kind.to_lowercase(), &self.group)
    }

    /// Whether the server does `verb` with it.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|can| can == verb)
    }

    /// Whether it has the subresource.
    #[must_use]
    pub fn has_subresource(&self, name: &str) -> bool {
        self.subresources.iter().any(|has| has == name)
    }

    /// Whether `word` in lower case is a name of it: plural, singular or short.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        self.plural == word
            || self.singular == word
            || self.short_names.iter().any(|short| short == word)
    }
}

fn with_group(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}
