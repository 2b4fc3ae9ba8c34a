//! Where a resource came from and what changed it, as `buildMetadata` reports it.

use trimtab_tree::{Mapping, Text, Value};

/// The value of `config.kubernetes.io/origin`, or one entry of
/// `alpha.config.kubernetes.io/transformations`. Empty parts are left out of the annotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Path of the file, relative to the target or, with `repo`, to the repository.
    pub path: String,
    /// The repository of a remote base.
    pub repo: String,
    /// The branch, tag or commit of a remote base.
    pub reference: String,
    /// Path of the file that configured the generator or transformer.
    pub configured_in: String,
    /// The generator or transformer itself.
    pub configured_by: Option<ConfiguredBy>,
}

/// The object that configured a generator or transformer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConfiguredBy {
    /// Its `apiVersion`.
    pub api_version: Text,
    /// Its kind.
    pub kind: Text,
    /// Its name.
    pub name: Text,
    /// Its namespace.
    pub namespace: Text,
}

impl Origin {
    /// The origin of something at `path` as seen from here.
    #[must_use]
    pub(crate) fn join(&self, path: &str) -> Self {
        let mut origin = self.clone();
        origin.path = crate::path::join(&self.path, path);
        origin
    }

    /// As a tree, fields in the order in which kustomize writes them.
    #[must_use]
    pub(crate) fn to_value(&self) -> Value {
        let mut fields = Mapping::new();
        let mut put = |key: &str, text: &str| {
            if !text.is_empty() {
                fields.insert(key, Value::string(text));
            }
        };
        put("path", &self.path);
        put("repo", &self.repo);
        put("ref", &self.reference);
        put("configuredIn", &self.configured_in);
        if let Some(by) = &self.configured_by {
            let mut inner = Mapping::new();
            for (key, text) in [
                ("apiVersion", &by.api_version),
                ("kind", &by.kind),
                ("name", &by.name),
                ("namespace", &by.namespace),
            ] {
                if !text.is_empty() {
                    inner.insert(key, Value::string(text.clone()));
                }
            }
            fields.insert("configuredBy", inner.into());
        }
        fields.into()
    }
}
