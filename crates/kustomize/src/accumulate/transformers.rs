//! What the fields of a kustomization do to resources, in kustomize's order, and transformers and
//! validators named by file.

use super::{Accumulation, Build, Target};
use crate::config::SpecList;
use crate::kustomization::{At, Image};
use crate::origin::Origin;
use crate::provenance::{Action, Step};
use crate::resource_set::ResourceSet;
use crate::transform::patch::{Patch, apply_patches};
use crate::transform::replacement::{apply_replacements, read_replacements};
use crate::transform::{self, Affix, SetNamespace, Subjects};
use trimtab_tree::{Diagnostic, Result};

impl Build<'_> {
    pub(super) fn transform(&mut self, target: &Target<'_>, into: &mut Accumulation) -> Result<()> {
        let file = &target.kustomization;
        let Accumulation {
            resources, config, ..
        } = into;
        if !file.patches_strategic_merge.is_empty() {
            let patches = &file.patches_strategic_merge;
            resources.begin(Step::list(Action::Patch, "patchesStrategicMerge"));
            let patch = Patch::strategic(patches, &target.loader, &self.schema)?;
            apply_patches(resources, [&patch])?;
            self.has_merged = true;
            self.record(target, "PatchStrategicMergeTransformer", 1, resources);
        }
        if !file.patches.is_empty() {
            let read =
                |patch: &At<_>| Patch::new(patch, patch.position, &target.loader, &self.schema);
            resources.begin(Step::list(Action::Patch, "patches"));
            let patches: Vec<Patch> = file.patches.iter().map(read).collect::<Result<_>>()?;
            apply_patches(resources, &patches)?;
            self.has_merged = true;
            self.record(target, "PatchTransformer", file.patches.len(), resources);
        }
        if !file.namespace.is_empty() {
            let position = file.namespace.position;
            resources.begin(Step::new(Action::Namespace, "namespace", position));
            let order = SetNamespace {
                namespace: &file.namespace,
                specs: config.specs(SpecList::Namespace),
                unset_only: false,
                subjects: Subjects::default(),
            };
            transform::set_namespace(resources, &order)
                .map_err(|error| error.at(file.namespace.position))?;
            self.record(target, "NamespaceTransformer", 1, resources);
        }
        for (affix, text, list, kind) in [
            (
                Affix::Prefix,
                &file.name_prefix,
                SpecList::NamePrefix,
                "PrefixTransformer",
            ),
            (
                Affix::Suffix,
                &file.name_suffix,
                SpecList::NameSuffix,
                "SuffixTransformer",
            ),
        ] {
            if !text.is_empty() {
                resources.begin(affix.step(text.position));
                transform::add_affix(resources, affix, text, config.specs(list))?;
                self.record(target, kind, 1, resources);
            }
        }
        resources.begin(Step::list(Action::Label, "labels"));
        for (entry, label) in file.labels.iter().enumerate() {
            resources.entry(entry, label.position);
            let specs = transform::label_specs(label, config)?;
            transform::set_labels(resources, &label.pairs, &specs)?;
        }
        if !file.labels.is_empty() || !file.common_labels.is_empty() {
            let position = file.common_labels.position();
            resources.begin(Step::new(Action::Label, "commonLabels", position));
            transform::set_labels(
                resources,
                &file.common_labels,
                config.specs(SpecList::CommonLabels),
            )?;
            self.record(target, "LabelTransformer", file.labels.len() + 1, resources);
        }
        if !file.common_annotations.is_empty() {
            let position = file.common_annotations.position();
            resources.begin(Step::new(Action::Annotation, "commonAnnotations", position));
            let specs = config.specs(SpecList::CommonAnnotations);
            transform::set_labels(resources, &file.common_annotations, specs)?;
            self.record(target, "AnnotationsTransformer", 1, resources);
        }
        if !file.patches_json6902.is_empty() {
            resources.begin(Step::list(Action::Patch, "patchesJson6902"));
            let read = |patch: &At<_>| Patch::json(patch, patch.position, &target.loader);
            let patches: Vec<Patch> = file
                .patches_json6902
                .iter()
                .map(read)
                .collect::<Result<_>>()?;
            apply_patches(resources, &patches)?;
            self.record(
                target,
                "PatchJson6902Transformer",
                file.patches_json6902.len(),
                resources,
            );
        }
        if !file.replicas.is_empty() {
            resources.begin(Step::list(Action::Replicas, "replicas"));
            let replicas: Vec<_> = file.replicas.iter().map(|replica| &replica.value).collect();
            transform::set_replicas(resources, &replicas, config.specs(SpecList::Replicas))?;
            self.record(target, "ReplicaCountTransformer", replicas.len(), resources);
        }
        if !file.images.is_empty() {
            resources.begin(Step::list(Action::Image, "images"));
            let images: Vec<&Image> = file.images.iter().map(|image| &image.value).collect();
            transform::set_images(resources, &images, config.specs(SpecList::Images))?;
            self.record(target, "ImageTagTransformer", images.len(), resources);
        }
        if !file.replacements.is_empty() {
            resources.begin(Step::list(Action::Replacement, "replacements"));
            let replacements = read_replacements(&file.replacements, &target.loader)?;
            apply_replacements(resources, &replacements)?;
            self.record(target, "ReplacementTransformer", 1, resources);
        }
        for plugin in self.plugins(target, &file.transformers)? {
            resources.begin(plugin.step(Action::Transformer, "transformers"));
            self.run_transformer(target, &plugin, resources)?;
            if let Some(origin) = &plugin.origin {
                record(resources, origin, 1);
            }
        }
        Ok(())
    }

    /// Runs the validators, which may not change anything.
    pub(super) fn validate(&mut self, target: &Target<'_>, into: &mut Accumulation) -> Result<()> {
        for plugin in self.plugins(target, &target.kustomization.validators)? {
            let mut copy = into.resources.clone();
            self.run_transformer(target, &plugin, &mut copy)?;
            let same = copy.len() == into.resources.len()
                && copy
                    .iter()
                    .zip(&into.resources)
                    .all(|(a, b)| a.value() == b.value());
            if !same {
                return Err(Diagnostic::error(
                    "validator-changes",
                    format!(
                        "the validator {} changes resources",
                        plugin.config.id().in_words()
                    ),
                )
                .at(plugin.config.position())
                .hint("name it under `transformers` if it should"));
            }
        }
        Ok(())
    }
}

impl Build<'_> {
    /// Notes that a field of the kustomization file changed all resources, `times` times.
    fn record(&self, target: &Target<'_>, kind: &str, times: usize, resources: &mut ResourceSet) {
        if let Some(origin) = self.builtin_origin(target, kind) {
            record(resources, &origin, times);
        }
    }
}

/// A resource of unknown origin counts as made by the first thing that touches it.
fn record(resources: &mut ResourceSet, origin: &Origin, times: usize) {
    for place in 0..resources.len() {
        let (made_by, steps) = resources.history_mut(place);
        for _ in 0..times {
            match made_by {
                None => *made_by = Some(origin.clone()),
                Some(_) => steps.push(origin.clone()),
            }
        }
    }
}
