//! What is done once, at the end, to all resources of the target: hashes behind names, references to
//! names, vars, the final order, and the removal of whatever only the build needed.

use super::{Accumulation, Build, Target};
use crate::config::{FieldPath, FieldSpec, FieldSpecs, SpecList};
use crate::documents;
use crate::kustomization::{At, Kustomization, StringMap};
use crate::options::{BuildOptions, Reorder};
use crate::origin;
use crate::provenance::{Action, Step};
use crate::reference;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use crate::transform::{self, Keep};
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Position, Result};

impl Build<'_> {
    pub(super) fn finish(
        &mut self,
        target: &Target<'_>,
        accumulation: Accumulation,
    ) -> Result<Vec<Resource>> {
        let Accumulation {
            mut resources,
            config,
            vars,
        } = accumulation;
        let file = &target.kustomization;
        resources.begin(Step::at_the_end(Action::Hash));
        transform::add_hashes(&mut resources)?;
        resources.begin(Step::at_the_end(Action::NameReference));
        reference::fix_name_references(&mut resources, config.name_references())?;
        resources.begin(Step::at_the_end(Action::Variable));
        // The list of fields is long, and most builds have no variables.
        let unused = if vars.is_empty() {
            Vec::new()
        } else {
            vars.resolve(&mut resources, config.specs(SpecList::VarReference))?
        };
        for warning in unused {
            self.sources.warn(warning);
        }
        resources.begin(Step::at_the_end(Action::LocalConfig));
        drop_local(&mut resources)?;
        resources.check_unique()?;
        self.sort(file, &mut resources)?;
        let asked = |option: &str| {
            file.build_metadata
                .iter()
                .find(|asked| asked.as_str() == option)
        };
        let asks_for = |option: &str| asked(option).is_some();
        let asked = asked("managedByLabel").map(|asked| asked.position);
        if self.options.managed_by_label || asked.is_some() {
            resources.begin(managed_by_step(asked));
            let label = managed_by(self.options, asked);
            transform::set_labels(&mut resources, &label, &metadata_labels())?;
        }
        let keep = Keep {
            origin: asks_for("originAnnotations"),
            transformations: asks_for("transformerAnnotations"),
        };
        let position = file.build_metadata.first().map(|asked| asked.position);
        let step = Step::new(
            Action::BuildMetadata,
            "buildMetadata",
            position.unwrap_or_default(),
        );
        resources.begin(step);
        if self.tracks_origins {
            resources.edit_all(|resource| report(resource, keep, position.unwrap_or_default()))?;
        }
        resources.begin(Step::at_the_end(Action::Clean));
        transform::finish(&mut resources, keep)?;
        if let Some(recording) = resources.recording_mut() {
            self.sources.note_effects(recording.take_effects());
        }
        self.removed = resources.take_removed();
        Ok(resources.into_vec())
    }

    fn sort(&mut self, file: &Kustomization, resources: &mut ResourceSet) -> Result<()> {
        if let Some(options) = &file.sort_options {
            if self.options.reorder != Reorder::Unspecified {
                let warning = Diagnostic::warning(
                    "reorder-ignored",
                    "`--reorder` is passed over: the kustomization has `sortOptions`",
                );
                self.sources.warn(*warning.at(options.position));
            }
            return transform::sort(resources, options).map_err(|error| error.at(options.position));
        }
        if self.options.reorder != Reorder::None {
            transform::sort_legacy(resources);
        }
        Ok(())
    }
}

fn drop_local(resources: &mut ResourceSet) -> Result<()> {
    for resource in &*resources {
        let id = resource.id();
        if id.gvk.kind.is_empty() || id.name.is_empty() {
            documents::checked_kind(resource.value())?;
        }
    }
    resources.retain(|resource| !resource.is_local());
    Ok(())
}

/// What asks for the label: an entry of `buildMetadata`, or else the flag.
fn managed_by_step(asked: Option<Position>) -> Step {
    match asked {
        Some(position) => Step::new(Action::BuildMetadata, "buildMetadata", position),
        None => Step::new(Action::Flag, "--enable-managedby-label", Position::NONE),
    }
}

/// The label that `managedByLabel` asks for, at the place that does.
fn managed_by(options: &BuildOptions, asked: Option<Position>) -> StringMap {
    let own = concat!("trimtab-v", env!("CARGO_PKG_VERSION"));
    let version = options.manager.unwrap_or(own);
    [(
        "app.kubernetes.io/managed-by".into(),
        At::new(version.into(), asked.unwrap_or_default()),
    )]
    .into_iter()
    .collect()
}

fn metadata_labels() -> FieldSpecs {
    FieldSpecs::new(vec![FieldSpec {
        gvk: Gvk::default(),
        path: FieldPath::from_static("metadata/labels"),
        create: true,
    }])
}

/// Writes where a resource came from and what changed it into its annotations, as the entry at a
/// position asks.
fn report(resource: &mut Resource, keep: Keep, position: Position) -> Result<()> {
    let origin = resource.origin.take().filter(|_| keep.origin);
    let steps = std::mem::take(&mut resource.transformations);
    let steps = if keep.transformations {
        steps
    } else {
        Vec::new()
    };
    if origin.is_none() && steps.is_empty() {
        return Ok(());
    }
    origin::write_reports(resource.value_mut(), origin.as_deref(), &steps, position)
}
