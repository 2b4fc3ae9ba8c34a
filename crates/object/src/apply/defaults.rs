//! What tells items apart that leave a key out.

use super::shape::Place;
use crate::zero::zero;
use trimtab_schema::ZeroValue;
use trimtab_tree::Value;

/// The default of a key of a list's items, if it has one: an item that leaves it out is told apart as
/// if it had it. It is the `default` of the field in Kubernetes' OpenAPI document: the zero value of
/// fields that its types always write, and what the API itself defaults. Of a custom kind it is the
/// `default` of its schema.
pub(super) fn of_key(items: Place<'_>, key: &str) -> Option<Value> {
    let Place::Typed(ty) = items else {
        return None;
    };
    let field = ty.field(key);
    if let Some(default) = field.and_then(|field| field.custom_default()) {
        return Some(default.clone());
    }
    match (ty.name()?.1, key) {
        ("ContainerPort" | "ServicePort", "protocol") => Some(Value::string("TCP")),
        ("LocalObjectReference", "name") => Some(Value::string("")),
        _ => field
            .filter(|field| field.zero_value() == ZeroValue::Written)
            .map(zero),
    }
}
