//! Strategic merge patches: parts of objects that are merged into resources.
//!
//! Kustomize's `Resource.ApplySmPatch` and its callers. What a patch may not change, name, kind
//! and namespace, is put back afterwards.

use super::patch_text::PatchText;
use super::patcher::Patcher;
use crate::Resource;
use crate::documents;
use crate::kustomization::PatchOptions;
use crate::metadata_mut;
use crate::provenance::Removal;
use std::borrow::Cow;
use trimtab_object::{MergeOptions, Merged, late_scalars, names_no_types, strategic_merge};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Mapping, Node, Position, Result, Value};

/// One patch.
#[derive(Clone, Debug)]
pub(super) struct StrategicPatch {
    object: Resource,
    /// Whether it may be merged only where it reaches.
    names_no_types: bool,
    /// It without what it may not change, if nothing else would come of that.
    change: Option<Value>,
    options: PatchOptions,
    /// Whether the target is given by something else than the patch itself. kustomize then takes
    /// labels and annotations of the patch for texts, so that `null` does not delete.
    has_other_target: bool,
    /// Which entry of `patchesStrategicMerge` it is of, and where that stands.
    entry: Option<(usize, Position)>,
}

const MERGE: MergeOptions = MergeOptions {
    infer_lists: false,
    prepend: true,
    is_settled: false,
};

impl StrategicPatch {
    /// The patches in a text; none when it is empty.
    ///
    /// # Errors
    /// When a document is not an object with kind and name.
    pub(super) fn all_in(
        text: PatchText,
        options: PatchOptions,
        has_other_target: bool,
        schema: &Schema,
    ) -> Result<Vec<Self>> {
        let objects = documents::resources(text.documents, schema)?;
        let patch = |object: Resource| {
            let mut value = object.into_value();
            if has_other_target {
                make_texts(&mut value, "labels");
            }
            if has_other_target || options.allow_name_change || options.allow_kind_change {
                make_texts(&mut value, "annotations");
            }
            Self {
                names_no_types: names_no_types(&value),
                change: change_alone(&value),
                object: Resource::new(value, schema),
                options,
                has_other_target,
                entry: None,
            }
        };
        Ok(objects.into_iter().map(patch).collect())
    }

    /// Says which entry of `patchesStrategicMerge` it is of.
    pub(super) fn of_entry(mut self, entry: usize, position: Position) -> Self {
        self.entry = Some((entry, position));
        self
    }

    /// Applies it to the resource that it names, by any id that this has or had.
    ///
    /// # Errors
    /// When there is none or more than one, and when the patch does not fit.
    pub(super) fn apply_to_named(&self, patcher: &mut Patcher<'_>) -> Result<()> {
        let id = self.object.id();
        let position = self.object.position();
        if let Some((entry, position)) = self.entry {
            patcher.entry(entry, position);
        }
        match patcher.find_any(id)[..] {
            [place] => {
                self.apply_at(patcher, place)?;
                if self.has_other_target {
                    patcher.check_unique(place)?;
                }
                Ok(())
            }
            [] => Err(Diagnostic::error(
                "patch-target-missing",
                format!("there is no {} for this patch to change", id.in_words()),
            )
            .at(position)
            .expecting("apiVersion, kind, name and namespace of a resource")
            .hint(patcher.nearest_to(id))),
            ref places => Err(places.iter().fold(
                Diagnostic::error(
                    "patch-ambiguous-target",
                    format!("{} resources are or were {}", places.len(), id.in_words()),
                )
                .at(position)
                .hint("give the patch a `target` that selects one of them, or all"),
                |error, &place| {
                    let resource = patcher.get(place);
                    error.label(
                        resource.position(),
                        format!("this is {} now", resource.id().in_words()),
                    )
                },
            )),
        }
    }

    /// Applies it to the resources at `places`.
    ///
    /// # Errors
    /// When it does not fit, and when two resources come to have the same id.
    pub(super) fn apply_to(&self, patcher: &mut Patcher<'_>, places: &[usize]) -> Result<()> {
        places
            .iter()
            .try_for_each(|&place| self.apply_at(patcher, place))?;
        places
            .iter()
            .try_for_each(|&place| patcher.check_unique(place))
    }

    fn apply_at(&self, patcher: &mut Patcher<'_>, place: usize) -> Result<()> {
        let schema = patcher.schema().clone();
        let target = patcher.get(place);
        let (target_id, target_position) = (target.id().clone(), target.position());
        patcher.removes(|| Removal::Strategic(self.object.value().clone()));
        patcher
            .edit(place, |resource| {
                resource.part_replaced(self.object.value());
                resource.edit_shared(|resource| self.merge_into(resource, &schema))
            })
            .map_err(|error| {
                error.at(self.object.position()).label(
                    target_position,
                    format!("when it is merged into {}", target_id.in_words()),
                )
            })
    }

    fn merge_into(&self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        let PatchOptions {
            allow_name_change,
            allow_kind_change,
        } = self.options;
        if allow_name_change || allow_kind_change {
            resource.store_previous_id();
        }
        let options = MergeOptions {
            is_settled: self.names_no_types
                && self.is_of_kind(resource)
                && resource.is_settled_for_merge(schema, MERGE),
            ..MERGE
        };
        if options.is_settled
            && self.options == PatchOptions::default()
            && let Some(change) = &self.change
            && !resource.id().name.is_empty()
            && has_orderly_namespace(resource.value())
        {
            return if put_later(resource, change, schema) {
                Ok(())
            } else {
                merge(resource.value_mut(), change, schema, options)
            };
        }
        let target = resource.value_mut();
        let before = Kept::of(target);
        let patch = self.seen_by(target);
        merge(target, &patch, schema, options)?;
        if !target.is_null() {
            before.restore(target, self.has_other_target, self.options);
        }
        Ok(())
    }

    /// Whether the patch says the same kind as a resource has, or leaves its version open.
    fn is_of_kind(&self, resource: &Resource) -> bool {
        let (own, its) = (self.object.gvk(), resource.gvk());
        own.kind == its.kind && (self.has_other_target || own == its)
    }
}

/// Merges a change into a settled object, if that only puts scalars there and they can wait.
fn put_later(resource: &mut Resource, change: &Value, schema: &Schema) -> bool {
    let copied = resource.as_copied();
    let copied = copied.map(|copied| Value::from(copied.clone()));
    let scalars = copied.and_then(|it| late_scalars(&it, change, Some(schema), MERGE));
    scalars.is_some_and(|scalars| resource.put_later(scalars))
}

/// Merges a patch into an object, which becomes null if that deletes it.
fn merge(target: &mut Value, patch: &Value, schema: &Schema, options: MergeOptions) -> Result<()> {
    match strategic_merge(target, patch, Some(schema), options)? {
        // kustomize drops what `$patch: replace` at the top would put there.
        Merged::InPlace | Merged::Replaced(_) => {}
        Merged::Deleted => *target = Value::null(),
    }
    if target.is_null_or_empty() {
        *target = Value::null();
    }
    Ok(())
}

/// A patch without what is put back afterwards, see [`Kept`]. `None` where comments or a directive stand around
/// that.
fn change_alone(patch: &Value) -> Option<Value> {
    let is_plain = |value: &Value| value.extra.is_none() && value.get("$patch").is_none();
    let mut change = patch.clone();
    let metadata = change.get_mut("metadata").filter(|it| is_plain(it));
    let metadata = metadata.and_then(Value::as_mapping_mut)?;
    metadata.retain(|key, _| !matches!(key, "name" | "namespace"));
    let is_left = !metadata.is_empty();
    let fields = change.as_mapping_mut()?;
    fields.retain(|key, _| match key {
        "apiVersion" | "kind" => false,
        "metadata" => is_left,
        _ => true,
    });
    is_plain(&change).then_some(change)
}

/// Whether a namespace is given, if there is one: an empty one is taken away.
fn has_orderly_namespace(object: &Value) -> bool {
    let fields = object.as_mapping();
    let namespace = fields.and_then(|it| it.peek(&["metadata", "namespace"]));
    let is_given = |it: &Value| it.text_if_not_null().is_some_and(|it| !it.is_empty());
    namespace.is_some_and(|namespace| namespace.is_none_or(is_given))
}

impl StrategicPatch {
    /// The patch for one target. One that is given by something else lends the patch its
    /// `apiVersion`, and with the patch's own `kind` that may be no type that is known.
    fn seen_by(&self, target: &Value) -> Cow<'_, Value> {
        let patch = self.object.value();
        let version = target.get("apiVersion");
        if !self.has_other_target || version == patch.get("apiVersion") {
            return Cow::Borrowed(patch);
        }
        let mut patch = patch.clone();
        if let Some(fields) = patch.as_mapping_mut() {
            put(fields, "apiVersion", version.cloned());
        }
        Cow::Owned(patch)
    }
}

/// What a patch may not change.
struct Kept {
    api_version: Option<Value>,
    kind: Option<Value>,
    name: Option<Value>,
    namespace: Option<Value>,
}

impl Kept {
    fn of(object: &Value) -> Self {
        let metadata = |key| object.get_path(&["metadata", key]).cloned();
        Self {
            api_version: object.get("apiVersion").cloned(),
            kind: object.get("kind").cloned(),
            name: metadata("name"),
            namespace: metadata("namespace"),
        }
    }

    fn restore(self, object: &mut Value, and_version: bool, options: PatchOptions) {
        if let Some(fields) = object.as_mapping_mut() {
            let same = fields.get("apiVersion") == self.api_version.as_ref();
            if and_version {
                put(fields, "apiVersion", self.api_version);
            } else if let (true, Some(old), Some(new)) =
                (same, &self.api_version, fields.get_mut("apiVersion"))
            {
                // A patch says it to name its target, not to set it.
                new.position = old.position;
            }
            if !options.allow_kind_change {
                put(fields, "kind", self.kind);
            }
        }
        if let Some(metadata) = metadata_mut(object) {
            if !options.allow_name_change {
                put(metadata, "name", self.name);
            }
            // kustomize takes an empty one away, so that what is patched says none.
            let namespace = self
                .namespace
                .filter(|it| it.text_if_not_null().is_some_and(|it| !it.is_empty()));
            put(metadata, "namespace", namespace);
        }
    }
}

fn put(fields: &mut Mapping, key: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            fields.insert(key, value);
        }
        None => {
            fields.remove(key);
        }
    }
}

/// Makes texts of all values in the labels or annotations of a patch, `null` included, and removes
/// the field when nothing is in it.
fn make_texts(object: &mut Value, field: &str) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    let Some(values) = metadata.get_mut(field) else {
        return;
    };
    match &mut values.node {
        Node::Mapping(texts) if !texts.is_empty() => {
            for value in texts.values_mut() {
                let text = Value::string(value.text().unwrap_or_default());
                *value = text.at(value.position);
            }
        }
        _ => {
            metadata.remove(field);
        }
    }
}
