//! Files named in `configurations`.

use super::field_spec::FieldSpec;
use super::name_references::NameReference;
use super::spec_list::SpecList;
use super::transformer_config::TransformerConfig;
use crate::kustomization::decode::{Decode, Rules, fields};
use crate::kustomization::{self, At};
use trimtab_object::Gvk;
use trimtab_tree::{Result, Value};

type Specs = Vec<At<kustomization::FieldSpec>>;

/// A file as it is written.
#[derive(Debug, Default)]
struct ConfigurationFile {
    name_prefix: Specs,
    name_suffix: Specs,
    namespace: Specs,
    common_labels: Specs,
    labels: Specs,
    template_labels: Specs,
    volume_claim_template_labels: Specs,
    common_annotations: Specs,
    name_reference: Vec<ReferenceEntry>,
    var_reference: Specs,
    images: Specs,
    replicas: Specs,
}

/// One entry of `nameReference`.
#[derive(Debug, Default)]
struct ReferenceEntry {
    target: Gvk,
    field_specs: Specs,
}

fields!(ConfigurationFile, "a transformer configuration", {
    "namePrefix" => name_prefix,
    "nameSuffix" => name_suffix,
    "namespace" => namespace,
    "commonLabels" => common_labels,
    "labels" => labels,
    "templateLabels" => template_labels,
    "volumeClaimTemplateLabels" => volume_claim_template_labels,
    "commonAnnotations" => common_annotations,
    "nameReference" => name_reference,
    "varReference" => var_reference,
    "images" => images,
    "replicas" => replicas,
});

fields!(ReferenceEntry, "a name reference", {
    "group" => target.group,
    "version" => target.version,
    "kind" => target.kind,
    "fieldSpecs" => field_specs,
});

/// Field specs as the transformers want them.
pub(crate) fn to_specs(specs: &[At<kustomization::FieldSpec>]) -> Vec<FieldSpec> {
    specs
        .iter()
        .map(|spec| FieldSpec::from(&spec.value))
        .collect()
}

impl TransformerConfig {
    /// What is built in and what the files of one `configurations` list add, each given as the
    /// document that it holds.
    ///
    /// # Errors
    /// When a document is no transformer configuration, or field specs conflict.
    pub(crate) fn with_files<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Result<Self> {
        let mut added = Self::empty();
        for document in documents {
            let file = Self::from_file(document)?;
            added
                .merge(&file)
                .map_err(|error| error.at(document.position))?;
        }
        let mut config = Self::builtin();
        config.merge(&added)?;
        Ok(config)
    }

    fn from_file(document: &Value) -> Result<Self> {
        let file = ConfigurationFile::decode(document, Rules::CONFIGURATION)?;
        let mut config = Self::empty();
        for (list, specs) in [
            (SpecList::NamePrefix, &file.name_prefix),
            (SpecList::NameSuffix, &file.name_suffix),
            (SpecList::Namespace, &file.namespace),
            (SpecList::CommonLabels, &file.common_labels),
            (SpecList::Labels, &file.labels),
            (SpecList::TemplateLabels, &file.template_labels),
            (
                SpecList::VolumeClaimTemplateLabels,
                &file.volume_claim_template_labels,
            ),
            (SpecList::CommonAnnotations, &file.common_annotations),
            (SpecList::VarReference, &file.var_reference),
            (SpecList::Images, &file.images),
            (SpecList::Replicas, &file.replicas),
        ] {
            if !specs.is_empty() {
                config.set_specs(list, to_specs(specs));
            }
        }
        if !file.name_reference.is_empty() {
            let references = file.name_reference.into_iter().map(|entry| NameReference {
                target: entry.target,
                referrers: to_specs(&entry.field_specs),
            });
            config.set_name_references(references.collect());
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, parse_document};

    fn load(texts: &[&str]) -> Result<TransformerConfig> {
        let documents: Vec<Value> = texts
            .iter()
            .map(|text| parse_document(text, ParseOptions::default()).unwrap())
            .collect();
        TransformerConfig::with_files(&documents)
    }

    #[test]
    fn files_add_to_what_is_built_in() {
        let config = load(&[
            "{images: [{path: spec/image, kind: Foo}], nameReference: []}",
            "nameReference: [{kind: Secret, version: v1, fieldSpecs: [{path: spec/secret, kind: Foo}]}]",
            "",
        ])
        .unwrap();
        let foo = Gvk::new("x", "v1", "Foo");
        let paths: Vec<_> = config
            .specs(SpecList::Images)
            .of(&foo)
            .map(|spec| spec.path.text())
            .collect();
        assert!(paths.contains(&"spec/image") && paths.contains(&"spec/containers[]/image"));
        let references: Vec<_> = config
            .name_references()
            .of(&foo)
            .map(|(target, spec)| format!("{target} {}", spec.path.text()))
            .collect();
        assert_eq!(references, ["Secret.v1.[noGrp] spec/secret"]);
        assert!(config.is_builtin(SpecList::CommonLabels));
    }

    #[test]
    fn unknown_fields_and_conflicts_are_errors() {
        let error = load(&["{image: []}"]).unwrap_err();
        assert_eq!(error.hints, ["did you mean `images`?"]);
        let error = load(&["images: [{path: a, creat: true}]"]).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("images[0]"));
        let error = load(&[
            "replicas: [{path: a, kind: B, create: true}]",
            "replicas: [{path: a, kind: B}]",
        ])
        .unwrap_err();
        assert_eq!(error.code, "conflicting-field-specs");
    }
}
