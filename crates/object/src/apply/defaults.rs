//! What stands where an object says nothing, as far as ownership depends on it.

use super::shape::Place;
use trimtab_schema::{Type, ValueKind, ZeroValue};
use trimtab_tree::{Mapping, Value};

/// The default of a key of a list's items, if it has one: an item that leaves it out is told apart as
/// if it had it. It is the `default` of the field in Kubernetes' OpenAPI document: the zero value of
/// fields that its types always write, and what the API itself defaults.
pub(super) fn of_key(items: Place<'_>, key: &str) -> Option<Value> {
    let Place::Typed(ty) = items else {
        return None;
    };
    match (ty.name()?.1, key) {
        ("ContainerPort" | "ServicePort", "protocol") => Some(Value::string("TCP")),
        ("LocalObjectReference", "name") => Some(Value::string("")),
        _ => {
            let field = ty.field(key)?;
            (field.zero_value() == ZeroValue::Written).then(|| zero(field))
        }
    }
}

/// An object of that type in which nothing is set, with all that Kubernetes writes nevertheless: what
/// it compares a new object with. Who creates an object therefore does not own `spec` itself.
pub(super) fn empty_object(ty: Type<'_>) -> Value {
    let mut object = Mapping::new();
    for field in ty.fields() {
        let Some(inner) = field.value_type() else {
            continue;
        };
        match inner.zero_value() {
            ZeroValue::Written => {
                object.insert(field.name, zero(inner));
            }
            ZeroValue::Null => {
                object.insert(field.name, Value::null());
            }
            ZeroValue::Held | ZeroValue::Dropped => {}
        }
    }
    object.into()
}

/// The zero value, as Go writes it.
fn zero(ty: Type<'_>) -> Value {
    match ty.kind() {
        ValueKind::String => Value::string(""),
        ValueKind::Integer | ValueKind::Number | ValueKind::IntOrString => Value::int(0),
        ValueKind::Boolean => Value::bool(false),
        ValueKind::Object => empty_object(ty),
        ValueKind::Any | ValueKind::List | ValueKind::Map => Value::null(),
    }
}
