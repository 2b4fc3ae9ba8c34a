//! Generated resources that meet others of their id.

use super::ResourceSet;
use crate::nearest::nearest_resource;
use crate::resource::{Behavior, Resource, metadata_mut};
use trimtab_tree::{Diagnostic, Mapping, Result, ScalarKind, Value};

impl ResourceSet {
    /// Adds a generated resource as its [`Behavior`] says: a new one, or in the place of the one
    /// that has or had its id.
    ///
    /// # Errors
    /// When there is one and should not be, none and should be, or several.
    pub(crate) fn absorb(&mut self, mut resource: Resource) -> Result<()> {
        let places = self.find_any(resource.id());
        let place = match (places.as_slice(), resource.behavior) {
            ([], Behavior::Merge | Behavior::Replace) => {
                let (id, behavior) = (resource.id(), resource.behavior.name());
                let message = format!("there is no {} for `{behavior}`", id.in_words());
                let ids = self.resources.iter().map(Resource::id);
                return Err(Diagnostic::error("generator-nothing-to-merge", message)
                    .at(resource.position())
                    .hint(nearest_resource(&id.gvk.kind, &id.name, ids))
                    .hint("to make a new one leave `behavior` out"));
            }
            ([], _) => return self.append(resource),
            (&[place], Behavior::Merge | Behavior::Replace) => place,
            (&[place], behavior) => {
                let hint = "to change the other one use `behavior: merge` or `replace`";
                let error = self.twice(&resource, place);
                return Err(if behavior == Behavior::Unspecified {
                    error.hint(hint)
                } else {
                    error.hint(format!("{hint}, not `{}`", behavior.name()))
                });
            }
            (places, _) => {
                let mut error = Diagnostic::error(
                    "generator-ambiguous",
                    format!(
                        "{} resources are or were {}",
                        places.len(),
                        resource.id().in_words()
                    ),
                )
                .at(resource.position());
                for &place in places {
                    error = error.label(self.resources[place].position(), "one of them");
                }
                return Err(error);
            }
        };
        let old = self.resources[place].clone();
        if resource.behavior == Behavior::Merge {
            for field in ["data", "binaryData"] {
                merge_strings(resource.value_mut(), old.value(), &[field]);
            }
            if old.origin.is_some() {
                resource.origin.clone_from(&old.origin);
            }
        }
        merge_metadata(resource.value_mut(), old.value());
        resource.inherit(old);
        self.edit(place, |there| {
            *there = resource;
            there.number_kind(None);
            Ok(())
        })
    }
}

/// Gives `new` the labels, annotations, name and namespace of `old`; labels and annotations that
/// `new` has itself stay.
fn merge_metadata(new: &mut Value, old: &Value) {
    merge_strings(new, old, &["metadata", "labels"]);
    merge_strings(new, old, &["metadata", "annotations"]);
    let old = old.get("metadata");
    if let Some(metadata) = metadata_mut(new) {
        for field in ["name", "namespace"] {
            match old.and_then(|old| old.get(field)) {
                Some(value) => {
                    metadata.insert(field, value.clone());
                }
                None => {
                    metadata.remove(field);
                }
            }
        }
    }
}

fn as_text(value: &Value) -> Value {
    match value.as_scalar() {
        Some(scalar) if scalar.kind == ScalarKind::String => value.clone(),
        _ => Value::string(value.text_if_not_null().unwrap_or_default()).at(value.position),
    }
}

/// Puts the fields that `old` has at `path` below those of `new`, as texts whatever they are.
fn merge_strings(new: &mut Value, old: &Value, path: &[&str]) {
    let Some(old) = old.get_path(path).and_then(Value::as_mapping) else {
        return;
    };
    let mut target = Some(new);
    for key in path {
        target = target
            .and_then(Value::as_mapping_mut)
            .map(|fields| fields.get_or_insert_with(key, || Mapping::new().into()));
    }
    let Some(target) = target.and_then(Value::as_mapping_mut) else {
        return;
    };
    for entry in old.entries() {
        target.get_or_insert_with(entry.key.text(), || as_text(&entry.value));
    }
}
