//! `labels` and `commonLabels`, and what they share with annotations.

use super::set::set_entries;
use crate::config::{Create, FieldSpec, FieldSpecs, SpecList, TransformerConfig};
use crate::kustomization::{Label, StringMap};
use crate::resource_set::ResourceSet;
use std::borrow::Cow;
use trimtab_tree::Result;

/// Sets labels, or annotations, in every field that `specs` name.
///
/// # Errors
/// When such a field, or one on the way to it, holds something else than a mapping.
pub fn set_labels(
    resources: &mut ResourceSet,
    labels: &StringMap,
    specs: &FieldSpecs,
) -> Result<()> {
    if labels.is_empty() {
        return Ok(());
    }
    resources.edit_all(|resource| {
        let position = resource.position();
        let gvk = resource.gvk().clone();
        specs.of(&gvk).try_for_each(|spec| {
            spec.visit(resource.value_mut(), Create::Mapping, &mut |value| {
                set_entries(value, labels)
            })
            .map_err(|error| error.at(position))
        })
    })
}

/// The fields that one entry of `labels` is for: its own, those configured under `labels`, and
/// either all that `commonLabels` has or the metadata of objects and what else the entry includes.
///
/// # Errors
/// When the field specs of these lists conflict.
pub fn label_specs<'a>(
    label: &Label,
    config: &'a TransformerConfig,
) -> Result<Cow<'a, FieldSpecs>> {
    let plain = label.fields.is_empty() && config.specs(SpecList::Labels).is_empty();
    if plain && label.include_selectors && config.is_builtin(SpecList::CommonLabels) {
        return Ok(Cow::Borrowed(config.specs(SpecList::CommonLabels)));
    }
    let own = label.fields.iter().map(|spec| FieldSpec::from(&spec.value));
    let mut specs = FieldSpecs::new(own.collect());
    let mut merge = |list: SpecList| specs.merge(config.specs(list).as_slice());
    merge(SpecList::Labels)?;
    if label.include_selectors {
        merge(SpecList::CommonLabels)?;
        return Ok(Cow::Owned(specs));
    }
    if label.include_templates {
        merge(SpecList::TemplateLabels)?;
    }
    if label.include_volume_claim_templates {
        merge(SpecList::VolumeClaimTemplateLabels)?;
    }
    specs.merge(&[FieldSpec::everywhere("metadata/labels")])?;
    Ok(Cow::Owned(specs))
}
