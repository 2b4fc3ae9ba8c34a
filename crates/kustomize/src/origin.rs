//! Where a resource came from and what changed it, as `buildMetadata` reports it.

use crate::resource::set_annotation;
use trimtab_remote::RepoSpec;
use trimtab_tree::{
    Mapping, ParseOptions, Position, Result, SequenceIndent, Text, Value, parse_document,
    write_yaml_styled,
};

/// The annotation that says where a resource came from.
pub(crate) const ORIGIN: &str = "config.kubernetes.io/origin";
/// The annotation that says what changed a resource on the way.
pub(crate) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

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

    /// What a tree as [`Origin::to_value`] makes it says; what else it holds is passed over.
    #[must_use]
    pub(crate) fn from_value(value: &Value) -> Self {
        let text = |of: &Value, key: &str| {
            let text = of.get(key).and_then(Value::text_if_not_null);
            text.unwrap_or_default().to_owned()
        };
        let by = value.get("configuredBy").filter(|by| !by.is_null());
        Self {
            path: text(value, "path"),
            repo: text(value, "repo"),
            reference: text(value, "ref"),
            configured_in: text(value, "configuredIn"),
            configured_by: by.map(|by| ConfiguredBy {
                api_version: text(by, "apiVersion").into(),
                kind: text(by, "kind").into(),
                name: text(by, "name").into(),
                namespace: text(by, "namespace").into(),
            }),
        }
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

/// Writes where an object came from and what changed it into its annotations, as what is at a position
/// asks; nothing where it is not known.
///
/// # Errors
/// Those of printing.
pub(crate) fn write_reports(
    object: &mut Value,
    origin: Option<&Origin>,
    steps: &[Origin],
    position: Position,
) -> Result<()> {
    let steps =
        (!steps.is_empty()).then(|| Value::sequence(steps.iter().map(Origin::to_value).collect()));
    for (key, report) in [
        (ORIGIN, origin.map(Origin::to_value)),
        (TRANSFORMATIONS, steps),
    ] {
        if let Some(report) = report {
            let mut text = String::new();
            write_yaml_styled(&report, &mut text, SequenceIndent::Wide)?;
            set_annotation(object, key, Value::string(text).at(position));
        }
    }
    Ok(())
}

/// What an object says in its annotations about where it came from and what changed it. Reports that
/// cannot be read count as none.
pub(crate) fn read_reports(object: &Value) -> (Option<Origin>, Vec<Origin>) {
    let annotations = object.get_path(&["metadata", "annotations"]);
    let report = |key: &str| {
        let text = annotations?.get(key)?.text_if_not_null()?;
        parse_document(text, ParseOptions::default()).ok()
    };
    let origin = report(ORIGIN).filter(|origin| !origin.is_null());
    let steps = report(TRANSFORMATIONS);
    let steps = steps
        .as_ref()
        .and_then(Value::as_sequence)
        .unwrap_or_default();
    let origin = origin.as_ref().map(Origin::from_value);
    (origin, steps.iter().map(Origin::from_value).collect())
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

    #[test]
    fn what_is_written_can_be_read() {
        let by = ConfiguredBy {
            api_version: "v1".into(),
            kind: "Fn".into(),
            name: "f".into(),
            namespace: "n".into(),
        };
        let origin = Origin {
            path: "a/b.yaml".to_owned(),
            repo: "https://example.com/r".to_owned(),
            reference: "main".to_owned(),
            configured_in: "c.yaml".to_owned(),
            configured_by: Some(by),
        };
        let steps = [origin.clone(), Origin::default().join("x")];
        let mut object = Value::mapping(Mapping::new());
        write_reports(&mut object, Some(&origin), &steps, Position::NONE).unwrap();
        assert_eq!(read_reports(&object), (Some(origin), steps.to_vec()));
        assert_eq!(read_reports(&Value::null()), (None, Vec::new()));
    }
}
