//! `labels` and `commonLabels`, and what they share with annotations.

use super::labels_later::AddLater;
use super::set::{Strings, set_entries};
use crate::Resource;
use crate::config::{Create, FieldSpec, FieldSpecs, KnownKinds, SpecList, TransformerConfig};
use crate::kustomization::{Label, StringMap};
use crate::resource::{SharedEntries, SharedEntry, annotations_mut, in_order};
use crate::resource_set::ResourceSet;
use std::borrow::Cow;
use std::sync::LazyLock;
use trimtab_tree::{Position, Result, Text, Value};

/// Sets labels, or annotations, in every field that `specs` name.
///
/// # Errors
/// When such a field, or one on the way to it, holds something else than a mapping.
pub(crate) fn set_labels(
    resources: &mut ResourceSet,
    labels: &StringMap,
    specs: &FieldSpecs,
) -> Result<()> {
    if labels.is_empty() {
        return Ok(());
    }
    let size = |text: &str| 1 + text.len() / 64;
    let nodes = labels.iter().map(|(key, it)| size(key) + size(it)).sum();
    let first = labels.iter().next();
    let position = first.map_or(Position::NONE, |(_, value)| value.position);
    resources.grow(resources.len(), nodes, position)?;
    // The entries that were added to a resource, and where.
    let mut added: Vec<(usize, &FieldSpec)> = Vec::new();
    let mut sharing = Sharing::default();
    let strings = Strings::new(labels);
    let mut kinds = KnownKinds::default();
    let mut later = AddLater::new(&strings);
    let if_there: Vec<_> = specs
        .as_slice()
        .iter()
        .filter(|spec| is_if_there(spec))
        .collect();
    resources.note_from_back(|resource| {
        let (number, gvk) = (resource.kind_number(), resource.gvk());
        let due = kinds.of_numbered(number, gvk, |gvk| specs.due_for(gvk));
        AddLater::note(resource, due)
    });
    resources.edit_all(|resource| {
        if if_there.iter().any(|spec| spec.selects(resource.gvk())) && has_annotations(resource) {
            annotations_mut(resource.value_mut());
        }
        let (number, gvk) = (resource.kind_number(), resource.gvk());
        let due = kinds.of_numbered(number, gvk, |gvk| specs.due_for(gvk));
        if later.add(resource, due, &mut added) {
            sharing.remember(resource, labels, &mut added);
            return Ok(());
        }
        added.clear();
        resource.edit_shared(|resource| {
            let position = resource.position();
            due.in_object(resource.value()).try_for_each(|spec| {
                let mut set = |value: &mut Value| {
                    set_entries(value, &strings, &mut |index| added.push((index, spec)))
                };
                resource
                    .visit(spec, Create::Mapping, &mut set)
                    .map_err(|error| error.at(position))
            })
        })?;
        sharing.remember(resource, labels, &mut added);
        Ok(())
    })
}

/// Whether it is for annotations that must be there.
fn is_if_there(spec: &FieldSpec) -> bool {
    !spec.create && spec.path.text() == "metadata/annotations"
}

/// Whether an object has annotations in kustomize: there what the build remembers of it is in some, and `null` is as
/// good as none of them.
fn has_annotations(resource: &Resource) -> bool {
    let annotations = resource.value().get_path(&["metadata", "annotations"]);
    resource.has_history() || annotations.is_some_and(Value::is_null)
}

/// Labels by their places, each with a field that it was added to.
type Added<'s> = [(usize, &'s FieldSpec)];

/// Remembers which of the labels that were added are the same node in several fields.
#[derive(Default)]
struct Sharing<'s> {
    /// What was met, and what is shared of it: there is little, for many resources.
    met: Vec<(Box<Added<'s>>, SharedEntries)>,
}

impl<'s> Sharing<'s> {
    /// `added` are places in `labels` with the fields they were added to.
    fn remember(&mut self, resource: &mut Resource, labels: &StringMap, added: &mut Added<'s>) {
        let same = |met: &Added<'_>| {
            let mut pairs = met.iter().zip(&*added);
            met.len() == added.len()
                && pairs.all(|(met, added)| met.0 == added.0 && std::ptr::eq(met.1, added.1))
        };
        if let Some((_, shared)) = self.met.iter().find(|(met, _)| same(met)) {
            return resource.share(shared);
        }
        let met = (*added).into();
        let shared = Self::shared(labels, added);
        resource.share(&shared);
        self.met.push((met, shared));
    }

    fn shared(labels: &StringMap, added: &mut Added<'s>) -> SharedEntries {
        // Field by field they were added; the fields of each label keep their order.
        added.sort_by_key(|&(index, _)| index);
        let of_labels = added.chunk_by(|(one, _), (other, _)| one == other);
        let keys: Vec<&Text> = labels.iter().map(|(key, _)| key).collect();
        let of_several = of_labels.filter(|of_label| of_label.len() > 1);
        of_several
            .map(|of_label| {
                let fields = in_order(of_label.iter().map(|&(_, spec)| spec));
                SharedEntry::new(keys[of_label[0].0], fields)
            })
            .collect()
    }
}

/// Where the labels of an object itself are.
static METADATA: LazyLock<FieldSpecs> =
    LazyLock::new(|| FieldSpecs::new(vec![FieldSpec::everywhere("metadata/labels")]));

/// The fields that one entry of `labels` is for: its own, those configured under `labels`, and
/// either all that `commonLabels` has or the metadata of objects and what else the entry includes.
///
/// # Errors
/// When the field specs of these lists conflict.
pub(crate) fn label_specs<'a>(
    label: &Label,
    config: &'a TransformerConfig,
) -> Result<Cow<'a, FieldSpecs>> {
    let plain = label.fields.is_empty() && config.specs(SpecList::Labels).is_empty();
    if plain && label.include_selectors && config.is_builtin(SpecList::CommonLabels) {
        return Ok(Cow::Borrowed(config.specs(SpecList::CommonLabels)));
    }
    let of_pods = label.include_templates || label.include_volume_claim_templates;
    if plain && !label.include_selectors && !of_pods {
        return Ok(Cow::Borrowed(&METADATA));
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
    specs.merge(METADATA.as_slice())?;
    Ok(Cow::Owned(specs))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_text, resources, value};
    use super::*;
    use crate::kustomization::decode::{Decode, Rules};

    fn label(text: &str) -> Label {
        Label::decode(&value(text), Rules::KUSTOMIZATION).unwrap()
    }

    fn set(set: &mut ResourceSet, text: &str) {
        let label = label(text);
        let config = TransformerConfig::builtin();
        let specs = label_specs(&label, &config).unwrap();
        set_labels(set, &label.pairs, &specs).unwrap();
    }

    const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {old: 1}}
spec: {template: {metadata: {labels: null}}}
";

    #[test]
    fn labels_go_where_the_entry_says() {
        for (entry, spec, labels) in [
            (
                "{pairs: {a: '1'}}",
                "{template: {metadata: {labels: null}}}",
                "",
            ),
            (
                "{pairs: {a: '1'}, includeTemplates: true}",
                "{template: {metadata: {labels: {a: '1'}}}}",
                "",
            ),
            (
                "{pairs: {a: '1'}, includeSelectors: true}",
                "{template: {metadata: {labels: {a: '1'}}}, selector: {matchLabels: {a: '1'}}}",
                "",
            ),
            (
                "{pairs: {a: '1'}, fields: [{path: own/labels, create: true}]}",
                "{template: {metadata: {labels: null}}}",
                "own: {labels: {a: '1'}}",
            ),
        ] {
            let mut resources = resources(DEPLOYMENT);
            set(&mut resources, entry);
            assert_text(
                &resources,
                &format!(
                    "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, labels: {{old: 1, a: '1'}}}}
spec: {spec}
{labels}"
                ),
            );
        }
    }

    #[test]
    fn claims_of_stateful_sets_are_labelled_when_wanted() {
        let stateful_set = |labels: &str| {
            format!(
                "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: a, labels: {{x: z}}}}, \
                 spec: {{volumeClaimTemplates: [{{metadata: {labels}}}]}}}}"
            )
        };
        let mut plain = resources(&stateful_set("{}"));
        set(&mut plain, "pairs: {x: z}");
        assert_text(&plain, &stateful_set("{}"));
        set(
            &mut plain,
            "{pairs: {x: z}, includeVolumeClaimTemplates: true}",
        );
        assert_text(&plain, &stateful_set("{labels: {x: z}}"));
    }

    #[test]
    fn a_field_that_cannot_hold_labels_is_an_error() {
        let mut resources =
            resources("{apiVersion: v1, kind: A, metadata: {name: a, labels: [x]}}");
        let label = label("pairs: {x: z}");
        let config = TransformerConfig::builtin();
        let specs = label_specs(&label, &config).unwrap();
        let error = set_labels(&mut resources, &label.pairs, &specs).unwrap_err();
        assert_eq!(error.code, "wrong-node-kind");
        assert_eq!(error.field.as_deref(), Some("metadata/labels"));
        assert!(error.position.is_some());
    }
}
