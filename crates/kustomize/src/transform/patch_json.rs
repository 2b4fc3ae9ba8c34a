//! JSON patches (RFC 6902), written as JSON or as YAML.

use super::patch_text::PatchText;
use super::patcher::Patcher;
use crate::Resource;

use crate::kustomization::scalar;
use crate::nearest::nearest_field;
use crate::provenance::Removal;
use crate::resource::annotations_mut;
use trimtab_object::{JsonPatch, JsonPointer, read_as_yaml_1_1};
use trimtab_tree::{Node, Position, Result, Scalar, ScalarKind, Style, Value};

/// A patch and where it stands.
#[derive(Clone, Debug)]
pub(super) struct PositionedJsonPatch {
    patch: JsonPatch,
    position: Position,
}

impl PositionedJsonPatch {
    /// The patch in a text, which is the first document that is not empty.
    ///
    /// # Errors
    /// When that is not a list of operations.
    pub(super) fn in_text(text: PatchText) -> Result<Self> {
        let position = text.position;
        let is_json = text.is_json;
        let mut documents = text.documents.into_iter();
        let mut operations = documents
            .find(|document| !document.is_null_or_empty())
            .unwrap_or_else(Value::null);
        if !is_json {
            make_json(&mut operations);
            read_as_yaml_1_1(&mut operations);
        }
        Ok(Self {
            patch: JsonPatch::for_kustomize(&operations).map_err(|error| error.at(position))?,
            position,
        })
    }

    /// Applies it to the resources at `places`. With `keep_ids` these remember the ids they had
    /// before, as those that entries of `patches` change do.
    ///
    /// # Errors
    /// When an operation does not fit.
    pub(super) fn apply_to(
        &self,
        patcher: &mut Patcher<'_>,
        places: &[usize],
        keep_ids: bool,
    ) -> Result<()> {
        patcher.removes(|| Removal::Json(self.patch.clone()));
        for &place in places {
            let target = patcher.get(place);
            let (id, position) = (target.id().clone(), target.position());
            patcher
                .edit(place, |resource| self.apply_at(resource, keep_ids))
                .map_err(|error| {
                    error
                        .at(self.position)
                        .label(position, format!("when it is applied to {}", id.in_words()))
                })?;
        }
        Ok(())
    }

    fn apply_at(&self, resource: &mut Resource, keep_id: bool) -> Result<()> {
        if keep_id {
            resource.store_previous_id();
        }
        resource.part_shared();
        // What the build remembers of a resource stands in its annotations in kustomize, so
        // operations find these there.
        let remembers = resource.has_history()
            && (self.patch.touches(&["metadata", "annotations"])
                || !resource.has_orderly_annotations());
        let is_settled = !remembers && resource.settle_for_json();
        if is_settled
            && let Some(copied) = resource.as_copied()
            && let Some(scalars) = self.patch.late_scalars(copied)
            && resource.put_later(scalars)
        {
            return Ok(());
        }
        let value = resource.value_mut();
        let annotations = if remembers {
            annotations_mut(value)
        } else {
            None
        };
        let were_empty = annotations.is_some_and(|annotations| annotations.is_empty());
        let applied = if is_settled {
            self.patch.apply(value)
        } else {
            self.patch.apply_to_resource(value)
        };
        let result = applied.map_err(|error| {
            let pointer = error.field.as_deref().and_then(JsonPointer::parse);
            let hint = pointer.and_then(|pointer| {
                let (steps, last) = pointer.split_last();
                let steps = steps.iter().map(|step| &**step).chain([last]);
                nearest_field(value, steps, '/')
            });
            match hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        });
        if were_empty
            && let Some(metadata) = value.get_mut("metadata").and_then(Value::as_mapping_mut)
            && metadata
                .get("annotations")
                .is_some_and(Value::is_null_or_empty)
        {
            metadata.remove("annotations");
        }
        result
    }
}

/// Makes of a value what is left of it in JSON: keys are strings, and nothing is folded.
fn make_json(value: &mut Value) {
    let is_no_text = |key: &Scalar| !matches!(key.kind, ScalarKind::String | ScalarKind::Null);
    match &mut value.node {
        Node::Scalar(scalar) => {
            if scalar.style == Style::Folded {
                scalar.style = Style::DoubleQuoted;
            }
        }
        Node::Sequence(items) => items.iter_mut().for_each(make_json),
        Node::Mapping(fields) => {
            fields.values_mut().for_each(make_json);
            if fields.entries().iter().all(|entry| !is_no_text(&entry.key)) {
                return;
            }
            for mut entry in std::mem::take(fields).into_entries() {
                if is_no_text(&entry.key) {
                    entry.key = Scalar::string(scalar::as_text(entry.key.text(), entry.key.kind));
                }
                if !fields.contains_key(entry.key.text()) {
                    fields.push(entry);
                }
            }
        }
    }
}
