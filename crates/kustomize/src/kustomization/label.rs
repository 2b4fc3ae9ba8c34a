//! Labels, and metadata of the kustomization itself.

use super::decode::fields;
use super::{At, FieldSpec, StringMap};
use trimtab_tree::Text;

/// One entry of `labels`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Label {
    /// The labels.
    pub pairs: StringMap,
    /// Whether they also go into selectors, and templates with them.
    pub include_selectors: bool,
    /// Whether they also go into templates.
    pub include_templates: bool,
    /// Whether they also go into the volume claim templates of stateful sets.
    pub include_volume_claim_templates: bool,
    /// Further fields they go into.
    pub fields: Vec<At<FieldSpec>>,
}

/// `metadata` of a kustomization. kustomize reads it and does nothing with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ObjectMeta {
    /// The name.
    pub name: At<Text>,
    /// The namespace.
    pub namespace: At<Text>,
    /// Labels.
    pub labels: StringMap,
    /// Annotations.
    pub annotations: StringMap,
}

fields!(Label, "a label entry", {
    "pairs" => pairs,
    "includeSelectors" => include_selectors,
    "includeTemplates" => include_templates,
    "includeVolumeClaimTemplates" => include_volume_claim_templates,
    "fields" => fields,
});

fields!(ObjectMeta, "metadata", {
    "name" => name,
    "namespace" => namespace,
    "labels" => labels,
    "annotations" => annotations,
});
