//! Where a resource came from and what changed it, as `buildMetadata` reports it.

use trimtab_remote::RepoSpec;
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
    /// The origin of something at `path` as seen from here; a reference to a repository starts
    /// anew there.
    #[must_use]
    pub(crate) fn join(&self, path: &str) -> Self {
        let mut origin = self.clone();
        let Ok(spec) = RepoSpec::parse(path) else {
            origin.path = crate::path::join(&self.path, path);
            return origin;
        };
        origin.repo = spec.clone_url();
        origin.path = match crate::path::clean(&spec.directory) {
            // kustomize's name for where a repository will be cloned to slips in.
            top if top == "." => "notCloned".to_owned(),
            inside => inside,
        };
        origin.reference = spec.reference;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_repository_starts_anew() {
        let join = |path: &str| {
            let Origin {
                path,
                repo,
                reference,
                ..
            } = Origin::default()
                .join("base")
                .join(path)
                .join("../pod.yaml");
            (path, repo, reference)
        };
        let parts = |path: &str, repo: &str, reference: &str| {
            (path.to_owned(), repo.to_owned(), reference.to_owned())
        };
        assert_eq!(join("dev"), parts("base/pod.yaml", "", ""));
        let repo = "https://host/a/b";
        assert_eq!(
            join("https://host/a/b//c/d?ref=v1"),
            parts("c/pod.yaml", repo, "v1")
        );
        assert_eq!(join("https://host/a/b"), parts("pod.yaml", repo, ""));
        // As kustomize has it, whose test of this is skipped for that reason.
        let top = Origin::default().join("https://host/a/b").join("pod.yaml");
        assert_eq!(top.path, "notCloned/pod.yaml");
    }
}
