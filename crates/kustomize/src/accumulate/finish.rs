//! What is done once, at the end, to all resources of the target: hashes behind names, references to
//! names, vars, the final order, and the removal of whatever only the build needed.

use super::{Accumulation, Build, Target};
use crate::config::{FieldPath, FieldSpec, FieldSpecs, SpecList};
use crate::documents;
use crate::kustomization::{At, Kustomization, StringMap};
use crate::options::{BuildOptions, Reorder};
use crate::origin::Origin;
use crate::reference;
use crate::resource::{Resource, metadata_mut};
use crate::resource_set::ResourceSet;
use crate::transform::{self, Keep, ORIGIN, TRANSFORMATIONS};
use trimtab_object::Gvk;
use trimtab_tree::{
    Diagnostic, Mapping, Position, Result, SequenceIndent, Value, write_yaml_styled,
};

/// Objects with this annotation, unless it says `false`, are for the build only.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

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
        transform::add_hashes(&mut resources)?;
        reference::fix_name_references(&mut resources, config.name_references())?;
        let unused = vars.resolve(&mut resources, config.specs(SpecList::VarReference))?;
        for warning in unused {
            self.sources.warn(warning);
        }
        drop_local(&mut resources)?;
        resources.check_unique()?;
        self.sort(file, &mut resources)?;
        let asks_for = |option: &str| file.build_metadata.iter().any(|asked| **asked == option);
        if self.options.managed_by_label || asks_for("managedByLabel") {
            transform::set_labels(
                &mut resources,
                &managed_by(self.options),
                &metadata_labels(),
            )?;
        }
        let keep = Keep {
            origin: asks_for("originAnnotations"),
            transformations: asks_for("transformerAnnotations"),
        };
        resources.edit_all(|resource| report(resource, keep))?;
        transform::finish(&mut resources, keep)?;
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
            return transform::sort(resources, options);
        }
        if self.options.reorder != Reorder::None {
            transform::sort_legacy(resources);
        }
        Ok(())
    }
}

fn drop_local(resources: &mut ResourceSet) -> Result<()> {
    for resource in &*resources {
        documents::checked_kind(resource.value())?;
    }
    resources.retain(|resource| matches!(resource.annotation(LOCAL_CONFIG), None | Some("false")));
    Ok(())
}

/// The label that `managedByLabel` asks for.
fn managed_by(options: &BuildOptions) -> StringMap {
    let own = concat!("trimtab-v", env!("CARGO_PKG_VERSION"));
    let version = options.manager.unwrap_or(own);
    [(
        "app.kubernetes.io/managed-by".into(),
        At::new(version.into(), Position::NONE),
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

/// Writes where a resource came from and what changed it into its annotations.
fn report(resource: &mut Resource, keep: Keep) -> Result<()> {
    let origin = resource
        .origin
        .take()
        .filter(|_| keep.origin)
        .map(|origin| origin.to_value());
    let steps = std::mem::take(&mut resource.transformations);
    let steps = (keep.transformations && !steps.is_empty())
        .then(|| Value::sequence(steps.iter().map(Origin::to_value).collect()));
    for (key, report) in [(ORIGIN, origin), (TRANSFORMATIONS, steps)] {
        let Some(report) = report else { continue };
        let Some(metadata) = metadata_mut(resource.value_mut()) else {
            continue;
        };
        let mut text = String::new();
        write_yaml_styled(&report, &mut text, SequenceIndent::Wide)?;
        let annotations = metadata.get_or_insert_with("annotations", || Mapping::new().into());
        if annotations.is_null() {
            *annotations = Mapping::new().into();
        }
        if let Some(annotations) = annotations.as_mapping_mut() {
            annotations.insert(key, Value::string(text));
        }
    }
    Ok(())
}
