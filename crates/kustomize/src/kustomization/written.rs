//! A kustomization as its file has it, older forms and all.

use super::decode::{Decode, Rules, fields};
use super::helm::OldHelmChart;
use super::{At, Image, Kustomization};
use crate::lint::{self, Role};
use crate::loader::Source;
use trimtab_tree::{
    Diagnostic, ParseOptions, Result, Severity, Text, Value, parse_documents_with_doubt,
};

/// A kustomization as it is written: what its file holds, each in the field it stands in.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(super) api_version: At<Text>,
    pub(super) kind: At<Text>,
    /// The fields of today's form.
    pub(crate) file: Kustomization,
    /// `resources` in an older form.
    pub(crate) bases: Vec<At<Text>>,
    pub(super) image_tags: Vec<At<Image>>,
    /// `helmCharts` and `helmGlobals` in an older form.
    pub(crate) old_helm_charts: Vec<At<OldHelmChart>>,
}

fields!(Written, "a kustomization", {
    "apiVersion" => api_version,
    "kind" => kind,
    "metadata" => file.metadata,
    "openapi" => file.openapi,
    "namePrefix" => file.name_prefix,
    "nameSuffix" => file.name_suffix,
    "namespace" => file.namespace,
    "commonLabels" => file.common_labels,
    "labels" => file.labels,
    "commonAnnotations" => file.common_annotations,
    "patchesStrategicMerge" => file.patches_strategic_merge,
    "patchesJson6902" => file.patches_json6902,
    "patches" => file.patches,
    "images" => file.images,
    "imageTags" => image_tags,
    "replacements" => file.replacements,
    "replicas" => file.replicas,
    "vars" => file.vars,
    "sortOptions" => file.sort_options,
    "resources" => file.resources,
    "components" => file.components,
    "crds" => file.crds,
    "bases" => bases,
    "configMapGenerator" => file.config_map_generator,
    "secretGenerator" => file.secret_generator,
    "helmGlobals" => file.helm_globals,
    "helmCharts" => file.helm_charts,
    "helmChartInflationGenerator" => old_helm_charts,
    "generatorOptions" => file.generator_options,
    "configurations" => file.configurations,
    "generators" => file.generators,
    "transformers" => file.transformers,
    "validators" => file.validators,
    "buildMetadata" => file.build_metadata,
});

impl Written {
    /// Reads a kustomization file as [`Kustomization::parse`] does, but takes every kind and
    /// version, and a file that says nothing.
    ///
    /// # Errors
    /// When it is not YAML, and when a field is unknown or holds something else than it should.
    pub(crate) fn parse(source: &Source, warnings: &mut Vec<Diagnostic>) -> Result<Self> {
        let document = first_document(source, warnings)?;
        document.map_or_else(|| Ok(Self::default()), |document| Self::read(&document))
    }

    /// Reads the tree of a kustomization file.
    ///
    /// # Errors
    /// When a field is unknown or holds something else than it should.
    pub(crate) fn read(value: &Value) -> Result<Self> {
        Self::decode(value, Rules::KUSTOMIZATION).map_err(explain_old_forms)
    }
}

/// The first document of a kustomization file, of equal keys with the last. What is passed over goes
/// to `warnings`.
pub(super) fn first_document(
    source: &Source,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Option<Value>> {
    let options = ParseOptions {
        base: source.base,
        bare_tag_is_text: true,
        ..ParseOptions::default()
    };
    let parsed = match parse_documents_with_doubt(&source.text, options) {
        Err(mut error) if error.code == "duplicate-key" => {
            let last_key_wins = true;
            let parsed = parse_documents_with_doubt(
                &source.text,
                ParseOptions {
                    last_key_wins,
                    ..options
                },
            )?;
            error.severity = Severity::Warning;
            warnings.push(*error.hint("the last one counts; remove the others"));
            parsed
        }
        parsed => parsed?,
    };
    let documents = parsed.documents;
    if parsed.is_doubtful {
        let read = &documents[..documents.len().min(1)];
        lint::warn_of_scalars(read, Role::Kustomization, &mut |warning| {
            warnings.push(warning);
        });
    }
    if let Some(second) = documents.get(1) {
        let message = "a second document in a kustomization file is not read";
        let warning = Diagnostic::warning("second-document", message);
        let hint = "put it into a directory of its own and name that under `resources`";
        warnings.push(*warning.at(second.position).hint(hint));
    }
    Ok(documents.into_iter().next())
}

/// Helps with entries that older versions took.
fn explain_old_forms(error: Box<Diagnostic>) -> Box<Diagnostic> {
    let is_patch = error.field.as_deref().is_some_and(|field| {
        let index = field
            .strip_prefix("patches[")
            .and_then(|rest| rest.strip_suffix(']'));
        index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
    });
    if error.code == "wrong-type" && is_patch {
        return error.hint("to name a file write `- path: FILE`");
    }
    error
}
