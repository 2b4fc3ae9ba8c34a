//! Lists that a patch orders: `$setElementOrder/FIELD`.

use super::arrange::arrange;
use super::error::{StrategicPatchError, json};
use super::lists;
use super::merging::Merging;
use super::{PATCH, Result, without_directives};
use crate::apply::KeyValue;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Value};

/// Merges the list of a field and orders it as `$setElementOrder/FIELD` says.
pub(super) fn set_element_order(
    fields: &mut Mapping,
    patch: &Mapping,
    field: &str,
    order: &Value,
    ty: Option<Type<'_>>,
) -> Result<()> {
    let field_type = ty.and_then(|ty| ty.field(field));
    let Some(field_type) = field_type else {
        let field = field.to_owned();
        return Err(StrategicPatchError::UnknownField { field });
    };
    let merging = Merging::of(field, Some(field_type)).unwrap_or(Merging {
        field,
        key: field_type.patch_merge_key(),
        items: field_type.elements(),
    });
    let order = list(field, order)?;
    let own = fields.get(field).filter(|own| !own.is_null());
    let own = own.map(|own| list(field, own)).transpose()?;
    let changes = patch.get(field);
    let changes = changes.map(|changes| list(field, changes)).transpose()?;
    if let Some(changes) = changes {
        check_order(changes, order, &merging)?;
    }
    let merged = match (own, changes) {
        (None, None) => return Ok(()),
        (Some(own), None) => own.to_vec(),
        (None, Some(changes)) => changes.iter().filter_map(without_directives).collect(),
        (Some(own), Some(changes)) => {
            let by_strategy = field_type.patch_strategy().merge.then_some(&merging);
            lists::merge(own.to_vec(), changes, by_strategy)?
        }
    };
    let keys = order.iter().map(|item| merging.key_of(item));
    let keys: Vec<KeyValue> = keys.collect::<Result<_>>()?;
    let ordered = arrange(merged, &keys, own.unwrap_or_default(), &merging)?;
    fields.insert(field, Value::sequence(ordered));
    Ok(())
}

fn list<'v>(field: &str, value: &'v Value) -> Result<&'v [Value]> {
    value
        .as_sequence()
        .ok_or_else(|| StrategicPatchError::NoList {
            field: field.to_owned(),
            found: value.describe(),
        })
}

/// Checks that the items of a patch are in the order, and in its order.
fn check_order(changes: &[Value], order: &[Value], merging: &Merging<'_>) -> Result<()> {
    if changes.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut ordered = order.iter();
    for change in changes.iter().filter(|change| change.get(PATCH).is_none()) {
        let key = merging.key_of(change)?;
        loop {
            let Some(next) = ordered.next() else {
                return Err(StrategicPatchError::Order {
                    items: json(&Value::sequence(changes.to_vec())),
                    order: json(&Value::sequence(order.to_vec())),
                });
            };
            if merging.key_of(next)? == key {
                break;
            }
        }
    }
    Ok(())
}
