//! Transformers that an object of their own configures, named in `transformers`.

use super::patch::{Patch, apply_patches};
use super::replacement::{Replacement, apply_replacements, configure_replacements};
use super::{
    Affix, SetNamespace, Subjects, ValueAdd, add_affix, add_hashes, set_images, set_labels,
    set_namespace, set_replicas,
};
use super::{patch, replacement, value_add};
use crate::builtin_plugins::transformer_kinds;
use crate::config::{FieldSpecs, to_specs};
use crate::kustomization::decode::{Decode, Rules, fields, first_unknown};
use crate::kustomization::{self, At, Image, ObjectMeta, Replica, StringMap};
use crate::loader::Loader;
use crate::resource_set::ResourceSet;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Result, Text, Value, nearest};

/// A transformer with its configuration, ready to be applied.
#[derive(Debug)]
pub(crate) enum Builtin {
    /// `PrefixTransformer`, `SuffixTransformer`, and `PrefixSuffixTransformer` which is both.
    Affixes {
        /// The texts, each with the end it goes to.
        affixes: Vec<(Affix, At<Text>)>,
        /// The fields.
        specs: FieldSpecs,
    },
    /// `LabelTransformer` and `AnnotationsTransformer`
    Entries {
        /// The labels or annotations.
        entries: StringMap,
        /// The fields.
        specs: FieldSpecs,
    },
    /// `NamespaceTransformer`
    Namespace {
        /// The namespace.
        namespace: At<Text>,
        /// Further fields.
        specs: FieldSpecs,
        /// Whether only fields that are empty are set.
        unset_only: bool,
        /// Which subjects of role bindings are moved.
        subjects: Subjects,
    },
    /// `ImageTagTransformer`
    Image {
        /// The entry.
        image: Box<Image>,
        /// The fields.
        specs: FieldSpecs,
    },
    /// `ReplicaCountTransformer`
    Replicas {
        /// The entry.
        replica: Replica,
        /// The fields.
        specs: FieldSpecs,
    },
    /// `HashTransformer`
    Hash,
    /// `ValueAddTransformer`
    ValueAdd(ValueAdd),
    /// `PatchTransformer`, `PatchStrategicMergeTransformer` and `PatchJson6902Transformer`
    Patch(Box<Patch>),
    /// `ReplacementTransformer`
    Replacements(Vec<Replacement>),
}

type Specs = Vec<At<kustomization::FieldSpec>>;

#[derive(Debug, Default)]
struct AffixConfig {
    prefix: At<Text>,
    suffix: At<Text>,
    field_specs: Option<At<Specs>>,
}

#[derive(Debug, Default)]
struct EntriesConfig {
    labels: StringMap,
    annotations: StringMap,
    field_specs: Specs,
}

#[derive(Debug, Default)]
struct NamespaceConfig {
    metadata: ObjectMeta,
    unset_only: bool,
    subjects: At<Text>,
    field_specs: Specs,
}

#[derive(Debug, Default)]
struct ImageConfig {
    image_tag: Image,
    field_specs: Specs,
}

#[derive(Debug, Default)]
struct ReplicaConfig {
    replica: Replica,
    field_specs: Specs,
}

fields!(AffixConfig, "a transformer of names", {
    "prefix" => prefix,
    "suffix" => suffix,
    "fieldSpecs" => field_specs,
});

fields!(EntriesConfig, "a transformer of labels or annotations", {
    "labels" => labels,
    "annotations" => annotations,
    "fieldSpecs" => field_specs,
});

fields!(NamespaceConfig, "a NamespaceTransformer", {
    "metadata" => metadata,
    "unsetOnly" => unset_only,
    "setRoleBindingSubjects" => subjects,
    "fieldSpecs" => field_specs,
});

fields!(ImageConfig, "an ImageTagTransformer", {
    "imageTag" => image_tag,
    "fieldSpecs" => field_specs,
});

fields!(ReplicaConfig, "a ReplicaCountTransformer", {
    "replica" => replica,
    "fieldSpecs" => field_specs,
});

impl Builtin {
    /// Reads an object that configures a transformer. Paths in it are those of `loader`.
    ///
    /// # Errors
    /// When its kind is none of the transformers, or it does not hold what it should.
    pub(crate) fn configure(object: &Value, loader: &Loader<'_>, schema: &Schema) -> Result<Self> {
        let kind = object.get("kind").and_then(Value::text).unwrap_or_default();
        if let Some(warning) = unknown_field(object, kind) {
            loader.sources().warn(warning);
        }
        match kind {
            "PrefixTransformer" => affixes(object, &[Affix::Prefix]),
            "SuffixTransformer" => affixes(object, &[Affix::Suffix]),
            "PrefixSuffixTransformer" => affixes(object, &[Affix::Prefix, Affix::Suffix]),
            "LabelTransformer" => entries(object, |config| config.labels),
            "AnnotationsTransformer" => entries(object, |config| config.annotations),
            "NamespaceTransformer" => namespace(object),
            "ImageTagTransformer" => {
                let config = ImageConfig::decode(object, Rules::PLUGIN)?;
                Ok(Self::Image {
                    image: Box::new(config.image_tag),
                    specs: specs(&config.field_specs),
                })
            }
            "ReplicaCountTransformer" => {
                let config = ReplicaConfig::decode(object, Rules::PLUGIN)?;
                Ok(Self::Replicas {
                    replica: config.replica,
                    specs: specs(&config.field_specs),
                })
            }
            "HashTransformer" => Ok(Self::Hash),
            "ValueAddTransformer" => ValueAdd::configure(object, loader).map(Self::ValueAdd),
            "PatchTransformer" => Patch::configure(object, loader, schema).map(Self::patch),
            "PatchStrategicMergeTransformer" => {
                Patch::configure_strategic(object, loader, schema).map(Self::patch)
            }
            "PatchJson6902Transformer" => Patch::configure_json(object, loader).map(Self::patch),
            "ReplacementTransformer" => {
                configure_replacements(object, loader).map(Self::Replacements)
            }
            _ => Err(unknown(object, kind)),
        }
    }

    fn patch(patch: Patch) -> Self {
        Self::Patch(Box::new(patch))
    }

    /// Changes the resources.
    ///
    /// # Errors
    /// Those of the transformer.
    pub(crate) fn apply(&self, resources: &mut ResourceSet) -> Result<()> {
        match self {
            Self::Affixes { affixes, specs } => affixes
                .iter()
                .try_for_each(|(affix, text)| add_affix(resources, *affix, text, specs)),
            Self::Entries { entries, specs } => set_labels(resources, entries, specs),
            Self::Namespace {
                namespace,
                specs,
                unset_only,
                subjects,
            } => {
                let order = SetNamespace {
                    namespace,
                    specs,
                    unset_only: *unset_only,
                    subjects: *subjects,
                };
                set_namespace(resources, &order)
            }
            Self::Image { image, specs } => set_images(resources, &[image], specs),
            Self::Replicas { replica, specs } => set_replicas(resources, &[replica], specs),
            Self::Hash => add_hashes(resources),
            Self::ValueAdd(transformer) => transformer.apply(resources),
            Self::Patch(patch) => apply_patches(resources, [&**patch]),
            Self::Replacements(replacements) => apply_replacements(resources, replacements),
        }
    }
}

/// A warning of a field that no transformer of this kind reads.
fn unknown_field(object: &Value, kind: &str) -> Option<Diagnostic> {
    let unknown = match kind {
        "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
            first_unknown::<AffixConfig>
        }
        "LabelTransformer" | "AnnotationsTransformer" => first_unknown::<EntriesConfig>,
        "NamespaceTransformer" => first_unknown::<NamespaceConfig>,
        "ImageTagTransformer" => first_unknown::<ImageConfig>,
        "ReplicaCountTransformer" => first_unknown::<ReplicaConfig>,
        "ValueAddTransformer" => first_unknown::<value_add::Config>,
        "PatchTransformer" => first_unknown::<kustomization::Patch>,
        "PatchStrategicMergeTransformer" => first_unknown::<patch::StrategicConfig>,
        "PatchJson6902Transformer" => first_unknown::<patch::JsonConfig>,
        "ReplacementTransformer" => first_unknown::<replacement::Config>,
        _ => return None,
    };
    unknown(object, Rules::PLUGIN)
}

fn specs(specs: &[At<kustomization::FieldSpec>]) -> FieldSpecs {
    FieldSpecs::new(to_specs(specs))
}

fn affixes(object: &Value, which: &[Affix]) -> Result<Builtin> {
    let config = AffixConfig::decode(object, Rules::PLUGIN)?;
    let field_specs = config.field_specs.ok_or_else(|| {
        Diagnostic::error("missing-field-specs", "the transformer has no field specs")
            .at(object.position)
            .in_field("fieldSpecs")
            .expecting("a list of fields, such as `- path: metadata/name`")
    })?;
    let text = |affix: Affix| match affix {
        Affix::Prefix => config.prefix.clone(),
        Affix::Suffix => config.suffix.clone(),
    };
    Ok(Builtin::Affixes {
        affixes: which.iter().map(|&affix| (affix, text(affix))).collect(),
        specs: specs(&field_specs),
    })
}

fn entries(object: &Value, pick: impl Fn(EntriesConfig) -> StringMap) -> Result<Builtin> {
    let mut config = EntriesConfig::decode(object, Rules::PLUGIN)?;
    let specs = specs(&std::mem::take(&mut config.field_specs));
    let entries = pick(config);
    Ok(Builtin::Entries { entries, specs })
}

fn namespace(object: &Value) -> Result<Builtin> {
    let config = NamespaceConfig::decode(object, Rules::PLUGIN)?;
    let subjects = match config.subjects.as_str() {
        "" | "defaultOnly" => Subjects::DefaultOnly,
        "allServiceAccounts" => Subjects::AllServiceAccounts,
        "none" => Subjects::Nobody,
        other => {
            return Err(Diagnostic::error(
                "unknown-subjects",
                format!("`{other}` names no subjects of role bindings"),
            )
            .at(config.subjects.position)
            .in_field("setRoleBindingSubjects")
            .expecting("`defaultOnly`, `allServiceAccounts` or `none`"));
        }
    };
    Ok(Builtin::Namespace {
        namespace: config.metadata.namespace,
        specs: specs(&config.field_specs),
        unset_only: config.unset_only,
        subjects,
    })
}

fn unknown(object: &Value, kind: &str) -> Box<Diagnostic> {
    let position = object
        .get("kind")
        .map_or(object.position, |kind| kind.position);
    let error = Diagnostic::error(
        "unknown-transformer",
        format!("there is no built-in transformer `{kind}`"),
    )
    .at(position);
    match nearest(kind, transformer_kinds()) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.expecting(format!(
            "one of: {}",
            transformer_kinds().collect::<Vec<_>>().join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources, value};
    use super::*;
    use crate::loader::{LoadRestrictions, Sources};
    use std::path::Path;

    fn configure(text: &str) -> Result<Builtin> {
        let sources = Sources::new(Path::new("."));
        let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
        Builtin::configure(&value(text), &loader, &Schema::kustomize())
    }

    #[test]
    fn objects_become_transformers() {
        let service = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {image: i}}";
        for (config, result) in [
            (
                "{kind: PrefixTransformer, prefix: p-, fieldSpecs: [{path: metadata/name}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: p-a}, spec: {image: i}}",
            ),
            (
                "{kind: PrefixSuffixTransformer, prefix: p-, suffix: -s, \
                 fieldSpecs: [{path: metadata/name}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: p-a-s}, spec: {image: i}}",
            ),
            (
                "{kind: LabelTransformer, labels: {a: 1}, \
                 fieldSpecs: [{path: metadata/labels, create: true}, {path: x, kind: Pod}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: a, labels: {a: '1'}}, \
                 spec: {image: i}}",
            ),
            (
                "{kind: AnnotationsTransformer, labels: {a: 1}, fieldSpecs: [{path: spec}]}",
                service,
            ),
            (
                "{kind: NamespaceTransformer, metadata: {namespace: n}, unsetOnly: true}",
                "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: n}, \
                 spec: {image: i}}",
            ),
            (
                "{kind: ImageTagTransformer, imageTag: {name: i, newTag: 2}, \
                 fieldSpecs: [{path: spec/image}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {image: 'i:2'}}",
            ),
            (
                "{kind: ReplicaCountTransformer, replica: {name: a, count: 2}, \
                 fieldSpecs: [{path: spec/image}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {image: 2}}",
            ),
            ("{kind: HashTransformer}", service),
            (
                "{kind: ValueAddTransformer, value: ' v ', targets: [{fieldPath: spec/image}]}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {image: v}}",
            ),
            (
                "{kind: PatchTransformer, patch: '[{op: remove, path: /spec}]', \
                 target: {kind: Service}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}}",
            ),
        ] {
            let mut set = resources(service);
            configure(config).unwrap().apply(&mut set).unwrap();
            assert_text(&set, result);
        }
    }

    #[test]
    fn objects_that_configure_nothing_are_errors() {
        for (config, code) in [
            ("{kind: LabelsTransformer}", "unknown-transformer"),
            (
                "{kind: PrefixTransformer, prefix: p-}",
                "missing-field-specs",
            ),
            (
                "{kind: NamespaceTransformer, setRoleBindingSubjects: all}",
                "unknown-subjects",
            ),
            ("{kind: ValueAddTransformer, value: v}", "missing-target"),
            ("{kind: ImageTagTransformer, imageTag: []}", "wrong-type"),
        ] {
            assert_eq!(configure(config).unwrap_err().code, code, "{config}");
        }
    }
}
