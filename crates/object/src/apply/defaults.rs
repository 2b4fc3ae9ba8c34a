//! What the schema puts where an object says nothing, as far as ownership depends on it.

use super::shape::Place;
use trimtab_schema::{Type, ValueKind};
use trimtab_tree::{Mapping, Value};

/// The default of a key of a list's items, if it has one: an item that leaves it out is then told
/// apart as if it had it.
///
/// A field that must be there counts as having its zero value, since Kubernetes' own types cannot
/// leave it out; of the others the API defaults the protocol of ports.
pub(super) fn of_key(items: Place<'_>, key: &str) -> Option<Value> {
    let Place::Typed(ty) = items else {
        return None;
    };
    if let Some((_, name)) = ty.name() {
        match (name, key) {
            ("ContainerPort" | "ServicePort", "protocol") => return Some(Value::string("TCP")),
            ("LocalObjectReference", "name") => return Some(Value::string("")),
            _ => {}
        }
        if ty.requires(key) {
            return zero(ty.field(key)?);
        }
    }
    None
}

/// The zero value of a scalar, as Go has it.
fn zero(ty: Type<'_>) -> Option<Value> {
    match ty.kind() {
        ValueKind::String => Some(Value::string("")),
        ValueKind::Integer | ValueKind::Number | ValueKind::IntOrString => Some(Value::int(0)),
        ValueKind::Boolean => Some(Value::bool(false)),
        _ => None,
    }
}

/// An object of that type in which nothing is set: what Kubernetes compares a new object with. Fields
/// that its types cannot leave out are there.
pub(super) fn empty_object(_ty: Type<'_>) -> Value {
    Mapping::new().into()
}
