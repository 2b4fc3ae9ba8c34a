//! A `CustomResourceDefinition`, read.

use super::StructuralSchema;
use crate::FieldError;
use crate::fields::{group_and_kind, is_true, items, text};
use trimtab_tree::Value;

/// What a `CustomResourceDefinition` defines.
#[derive(Debug)]
pub struct Definition {
    /// `spec.group`
    pub group: String,
    /// `spec.names.kind`
    pub kind: String,
    /// `spec.names.plural`
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// `spec.versions`
    pub versions: Vec<DefinitionVersion>,
}

/// A version of a custom kind.
#[derive(Debug)]
pub struct DefinitionVersion {
    /// Such as `v1alpha1`.
    pub name: String,
    /// Whether the API has it.
    pub served: bool,
    /// What is said of its use, where it is deprecated.
    pub deprecation: Option<String>,
    /// Its schema, and what is not structural about it. None of a definition of
    /// `apiextensions.k8s.io/v1beta1` that has none.
    pub schema: Option<(StructuralSchema, Vec<FieldError>)>,
    /// The path of the schema in the definition.
    pub schema_path: String,
}

impl Definition {
    /// Reads an object; `None` if it is no definition, or lacks what it takes to be one.
    #[must_use]
    pub fn parse(object: &Value) -> Option<Self> {
        if group_and_kind(object) != ("apiextensions.k8s.io", "CustomResourceDefinition") {
            return None;
        }
        let spec = object.get("spec")?;
        let names = spec.get("names")?;
        let (group, kind) = (text(spec, "group")?, text(names, "kind")?);
        let mut versions: Vec<DefinitionVersion> = items(spec, "versions")
            .iter()
            .enumerate()
            .filter_map(|(at, version)| self::version(at, version, group, kind))
            .collect();
        // One schema for all versions, and one version without a list, are of v1beta1.
        if versions.is_empty()
            && let Some(name) = text(spec, "version")
        {
            versions.push(DefinitionVersion {
                name: name.to_owned(),
                served: true,
                deprecation: None,
                schema: None,
                schema_path: String::new(),
            });
        }
        if let Some(common) = spec.get_path(&["validation", "openAPIV3Schema"]) {
            for version in versions.iter_mut().filter(|it| it.schema.is_none()) {
                version.schema = Some(StructuralSchema::parse(common));
                "spec.validation.openAPIV3Schema".clone_into(&mut version.schema_path);
            }
        }
        Some(Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            plural: text(names, "plural").unwrap_or_default().to_owned(),
            is_namespaced: text(spec, "scope") != Some("Cluster"),
            versions,
        })
    }

    /// The version of this name.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<&DefinitionVersion> {
        self.versions.iter().find(|version| version.name == name)
    }
}

fn version(at: usize, version: &Value, group: &str, kind: &str) -> Option<DefinitionVersion> {
    let name = text(version, "name")?;
    let schema = version.get_path(&["schema", "openAPIV3Schema"]);
    let is_deprecated = is_true(version, "deprecated");
    let said = text(version, "deprecationWarning").map(str::to_owned);
    let deprecation = is_deprecated
        .then(|| said.unwrap_or_else(|| format!("{group}/{name} {kind} is deprecated")));
    Some(DefinitionVersion {
        name: name.to_owned(),
        served: version.get("served").is_none() || is_true(version, "served"),
        deprecation,
        schema: schema.map(StructuralSchema::parse),
        schema_path: format!("spec.versions[{at}].schema.openAPIV3Schema"),
    })
}
