//! What the fields of a kustomization do to resources, in kustomize's order, and transformers and
//! validators named by file.

use super::{Accumulation, Build, Target};
use crate::config::SpecList;
use crate::function::PATHS;
use crate::kustomization::{At, Image};
use crate::origin::Origin;
use crate::provenance::{Action, Step};
use crate::resource::{Resource, remove_annotations};
use crate::resource_set::ResourceSet;
use crate::transform::patch::{Patch, apply_patches};
use crate::transform::replacement::{apply_replacements, read_replacements};
use crate::transform::{self, Affix, SetNamespace, Subjects};
use trimtab_tree::{Diagnostic, Result, Value, write_yaml};

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
            transform::set_replicas(resources, &replicas, config.specs(SpecList::Replicas))
                .map_err(|error| error.at(file.replicas[0].position))?;
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

    /// Runs the validators, which may not change anything but the label `validated-by`.
    pub(super) fn validate(&mut self, target: &Target<'_>, into: &mut Accumulation) -> Result<()> {
        for plugin in self.plugins(target, &target.kustomization.validators)? {
            let mut copy = into.resources.clone();
            self.run_transformer(target, &plugin, &mut copy)?;
            let is_kept = |before: &&Resource| match *copy.find_current(before.id()) {
                [place] => is_same(copy.get(place).value(), before.value()),
                _ => false,
            };
            let changed = into.resources.iter().find(|before| !is_kept(before));
            if changed.is_some() || copy.len() != into.resources.len() {
                let validator = plugin.config.id().in_words();
                let message = format!("the validator {validator} changes resources");
                let mut error = Diagnostic::error("validator-changes", message)
                    .at(plugin.config.position())
                    .hint("name it under `transformers` if it should");
                if let Some(changed) = changed {
                    error = error.label(changed.position(), "it changes this one");
                }
                return Err(error);
            }
            into.resources = copy;
        }
        Ok(())
    }
}

/// The label that a validator may set. kustomize leaves it where it is.
const VALIDATED_BY: &str = "validated-by";

/// Whether a validator left an object as it was, however it is written now.
fn is_same(after: &Value, before: &Value) -> bool {
    let bare = |object: &Value| {
        let mut object = object.clone();
        // Functions come back with these. kustomize takes them for changes, so that with it no
        // function can be a validator.
        remove_annotations(&mut object, |key| PATHS.contains(&key));
        let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
        if let Some(metadata) = metadata {
            let labels = metadata.get_mut("labels").and_then(Value::as_mapping_mut);
            let is_empty = labels.is_some_and(|labels| {
                labels.remove(VALIDATED_BY);
                labels.is_empty()
            });
            if is_empty {
                metadata.remove("labels");
            }
        }
        let mut text = String::new();
        write_yaml(&object, &mut text).map(|()| text)
    };
    after == before || bare(after).ok() == bare(before).ok()
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
                None => *made_by = Some(Box::new(origin.clone())),
                Some(_) => steps.push(origin.clone()),
            }
        }
    }
}
