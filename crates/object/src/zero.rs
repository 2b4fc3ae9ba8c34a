//! What Kubernetes writes where nothing is set.

use trimtab_schema::{Type, ValueKind, ZeroValue};
use trimtab_tree::{Mapping, Value};

/// What Kubernetes writes for the zero value of a type: an object with only those fields that are
/// always written.
#[must_use]
pub fn zero(ty: Type<'_>) -> Value {
    match ty.kind() {
        ValueKind::String => Value::string(""),
        ValueKind::Integer | ValueKind::Number => Value::int(0),
        ValueKind::Boolean => Value::bool(false),
        ValueKind::IntOrString if is_quantity(ty) => Value::string("0"),
        ValueKind::IntOrString => Value::int(0),
        ValueKind::List | ValueKind::Map | ValueKind::Any => Value::null(),
        ValueKind::Object => {
            let mut fields = Mapping::new();
            write_zeroes(&mut fields, ty);
            fields.into()
        }
    }
}

/// Adds the fields that are written even without a value, where they are not there.
pub fn write_zeroes(fields: &mut Mapping, ty: Type<'_>) {
    for field in ty.fields() {
        let Some(field_type) = field.value_type() else {
            continue;
        };
        let value = match field_type.zero_value() {
            ZeroValue::Held | ZeroValue::Dropped => continue,
            ZeroValue::Written if fields.contains_key(field.name) => continue,
            ZeroValue::Null if fields.contains_key(field.name) => continue,
            ZeroValue::Written => zero(field_type),
            ZeroValue::Null => Value::null(),
        };
        fields.insert(field.name, value);
    }
}

/// Whether values of that type are quantities, as in `resources`.
#[must_use]
pub fn is_quantity(ty: Type<'_>) -> bool {
    matches!(ty.name(), Some((_, "Quantity")))
}
