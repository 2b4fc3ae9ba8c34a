//! Strategic merge patch, as Kubernetes' API server merges (`apimachinery/pkg/util/strategicpatch`).
//!
//! It is not what kustomize does ([`super::strategic`]): lists are merged by their
//! `patchMergeKey` alone and only where the patch has something, new items go first, and there are
//! four directives:
//!
//! - `$patch: replace` and `$patch: delete` in an object or in an item of a merged list;
//! - `$retainKeys: [...]` clears all other fields of the object;
//! - `$setElementOrder/FIELD: [...]` orders a merged list;
//! - `$deleteFromPrimitiveList/FIELD: [...]` takes scalars out of a merged list.

mod arrange;
mod error;
mod lists;
mod merging;
mod order;

pub use error::StrategicPatchError;

use merging::Merging;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Node, Value};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM_PRIMITIVE_LIST: &str = "$deleteFromPrimitiveList";
const SET_ELEMENT_ORDER: &str = "$setElementOrder";

type Result<T> = std::result::Result<T, StrategicPatchError>;

/// Applies a strategic merge patch to an object of that type and returns the object that comes of it,
/// for the caller to decode: the patch may say what no object can be.
///
/// # Errors
/// When a directive is not understood or contradicts the patch, and when an item of a merged list has
/// no merge key.
pub fn kubernetes_strategic_merge(live: &Value, patch: &Value, ty: Type<'_>) -> Result<Value> {
    let Some(changes) = patch.as_mapping() else {
        let found = patch.describe();
        return Err(StrategicPatchError::NoObject { found });
    };
    let fields = live.as_mapping().cloned().unwrap_or_default();
    Ok(merge_fields(fields, changes, Some(ty))?.into())
}

/// Merges a patch into the fields of an object or map.
fn merge_fields(fields: Mapping, patch: &Mapping, ty: Option<Type<'_>>) -> Result<Mapping> {
    if let Some(directive) = patch.get(PATCH) {
        return match directive.as_str() {
            Some("replace") => {
                let mut patch = patch.clone();
                patch.remove(PATCH);
                Ok(patch)
            }
            Some("delete") => Ok(Mapping::new()),
            _ => Err(unknown_directive(directive, patch)),
        };
    }
    let mut fields = fields;
    retain_keys(&mut fields, patch)?;
    for (key, order) in patch.iter() {
        let error = StrategicPatchError::SetElementOrder;
        if let Some(field) = directed(key, SET_ELEMENT_ORDER, error)? {
            order::set_element_order(&mut fields, patch, field, order, ty)?;
        }
    }
    for (key, change) in patch.iter() {
        if key == RETAIN_KEYS || key.starts_with(SET_ELEMENT_ORDER) || is_ordered(patch, key) {
            continue;
        }
        let error = StrategicPatchError::DeleteFromPrimitiveList;
        if let Some(field) = directed(key, DELETE_FROM_PRIMITIVE_LIST, error)? {
            delete_from_list(&mut fields, field, change)?;
        } else {
            merge_field(&mut fields, key, change, ty)?;
        }
    }
    Ok(fields)
}

/// The field that the key of a directive is about. `None` of other keys, an error of a directive for
/// no field.
fn directed<'k>(
    key: &'k str,
    directive: &str,
    error: StrategicPatchError,
) -> Result<Option<&'k str>> {
    match key.strip_prefix(directive) {
        None => Ok(None),
        Some(rest) => rest.strip_prefix('/').map(Some).ok_or(error),
    }
}

/// Whether the list of that field was merged with its order already.
fn is_ordered(patch: &Mapping, field: &str) -> bool {
    patch.contains_key(&format!("{SET_ELEMENT_ORDER}/{field}"))
}

fn merge_field(
    fields: &mut Mapping,
    key: &str,
    change: &Value,
    ty: Option<Type<'_>>,
) -> Result<()> {
    if change.is_null() {
        fields.remove(key);
        return Ok(());
    }
    let field_type = ty.and_then(|ty| ty.field(key));
    let Some(field) = fields.get_mut(key) else {
        if let Some(value) = without_directives(change) {
            fields.insert(key, value);
        }
        return Ok(());
    };
    match (&mut field.node, &change.node) {
        (Node::Mapping(own), Node::Mapping(changes)) => {
            let replaced = field_type.is_some_and(|ty| ty.patch_strategy().replace);
            *own = if replaced {
                changes.clone()
            } else {
                merge_fields(std::mem::take(own), changes, field_type)?
            };
        }
        (Node::Sequence(own), Node::Sequence(changes)) => {
            let merging = Merging::of(key, field_type);
            *own = lists::merge(std::mem::take(own), changes, merging.as_ref())?;
        }
        _ => match without_directives(change) {
            Some(value) => *field = value,
            None => {
                fields.remove(key);
            }
        },
    }
    Ok(())
}

/// Keeps only the fields that `$retainKeys` names, among them all that the patch sets.
fn retain_keys(fields: &mut Mapping, patch: &Mapping) -> Result<()> {
    let Some(directive) = patch.get(RETAIN_KEYS) else {
        return Ok(());
    };
    let names = directive
        .as_sequence()
        .ok_or(StrategicPatchError::RetainKeys)?;
    let retained: std::collections::BTreeSet<&str> =
        names.iter().filter_map(Value::as_str).collect();
    let sets = patch.iter().filter(|(key, value)| {
        let is_directive = *key == RETAIN_KEYS
            || key.starts_with(DELETE_FROM_PRIMITIVE_LIST)
            || key.starts_with(SET_ELEMENT_ORDER);
        !is_directive && !value.is_null()
    });
    if sets.map(|(key, _)| key).any(|key| !retained.contains(key)) {
        return Err(StrategicPatchError::RetainKeys);
    }
    fields.retain(|key, _| retained.contains(key));
    Ok(())
}

/// Takes scalars out of a list. What is no list, here or there, is let be.
fn delete_from_list(fields: &mut Mapping, field: &str, gone: &Value) -> Result<()> {
    if gone.is_null() {
        fields.remove(field);
        return Ok(());
    }
    let own = fields.get_mut(field).and_then(Value::as_sequence_mut);
    let (Some(own), Some(gone)) = (own, gone.as_sequence()) else {
        return Ok(());
    };
    lists::check_elements(field, own.iter().chain(gone))?;
    let gone = lists::scalars(gone);
    own.retain(|item| !gone.contains(&crate::apply::KeyValue::of(item)));
    Ok(())
}

/// What a patch puts where there was nothing: without nulls, and without objects that have a
/// `$patch`. `None` if nothing is left.
fn without_directives(patch: &Value) -> Option<Value> {
    let mut value = patch.clone();
    strip(&mut value).then_some(value)
}

/// Returns whether the value stays.
fn strip(value: &mut Value) -> bool {
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => items.retain_mut(strip),
        Node::Mapping(fields) => {
            if fields.contains_key(PATCH) {
                return false;
            }
            fields.retain(|_, value| !value.is_null() && strip(value));
        }
    }
    true
}

fn unknown_directive(directive: &Value, object: &Mapping) -> StrategicPatchError {
    StrategicPatchError::Directive {
        directive: error::json(directive),
        object: error::json(&object.clone().into()),
    }
}

#[cfg(test)]
mod tests;
