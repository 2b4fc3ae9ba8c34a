//! Values for what was left out.
//!
//! The facts are in [`tables`], by the type that has the field; what follows from other fields is
//! computed in [`pods`] and [`others`]. One walk over the object applies them, a type's own rules
//! before those of what it holds, as Kubernetes' generated defaulting does.

mod others;
mod pods;
mod rule;
mod tables;

pub(crate) use others::TEMPLATE_GENERATION;

use rule::{Literal, Rule};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use trimtab_object::Quantity;
use trimtab_schema::{Type, ValueKind, ZeroValue};
use trimtab_tree::{Mapping, Node, Value};

static RULES: LazyLock<FxHashMap<(&str, &str), &[Rule]>> = LazyLock::new(|| {
    let rows = tables::ROWS.iter();
    rows.map(|&(package, name, rules)| ((package, name), rules))
        .collect()
});

/// Fills in the defaults of `object`, which was decoded as `ty`.
pub fn default(object: &mut Value, ty: Type<'_>) {
    walk(object, ty, EmptyLists::Kept);
}

/// Fills in the defaults of an object that has been validated and is to be stored, as reading it from
/// the store would, and forgets what the store does not tell apart: an empty list that is written
/// even without items comes back as null.
pub fn default_stored(object: &mut Value, ty: Type<'_>) {
    walk(object, ty, EmptyLists::Forgotten);
}

/// What becomes of empty lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EmptyLists {
    Kept,
    Forgotten,
}

fn walk(object: &mut Value, ty: Type<'_>, empty: EmptyLists) {
    match &mut object.node {
        Node::Mapping(fields) if ty.kind() == ValueKind::Map => default_map(fields, ty, empty),
        Node::Mapping(fields) => default_object(fields, ty, empty),
        Node::Sequence(items) => {
            if let Some(element) = ty.elements() {
                for item in items {
                    walk(item, element, empty);
                }
            }
        }
        Node::Scalar(_) => {}
    }
}

fn default_object(fields: &mut Mapping, ty: Type<'_>, empty: EmptyLists) {
    let Some(name) = ty.name() else { return };
    if name.1 == "ObjectMeta" {
        return;
    }
    // A version in the making has the rules of the one that it became, or will.
    let rules = RULES
        .get(&name)
        .or_else(|| RULES.get(&(stable(name.0), name.1)));
    let rules = rules.copied().unwrap_or_default();
    for rule in rules {
        match *rule {
            Rule::Set(field, literal) => set_default(fields, ty, field, literal),
            Rule::SetIn(outer, field, literal) => {
                if let Some(outer_type) = ty.field(outer)
                    && let Some(outer) = fields.get_mut(outer).and_then(Value::as_mapping_mut)
                {
                    set_default(outer, outer_type, field, literal);
                }
            }
            Rule::Do(compute) => compute(fields),
        }
    }
    for (name, field) in fields.iter_mut() {
        if matches!(field.node, Node::Mapping(_) | Node::Sequence(_))
            && let Some(field_type) = ty.field(name)
        {
            let is_empty = field.as_sequence().is_some_and(<[Value]>::is_empty);
            if is_empty
                && empty == EmptyLists::Forgotten
                && field_type.zero_value() != ZeroValue::Held
            {
                *field = Value::null();
            }
            walk(field, field_type, empty);
        }
    }
}

/// A package without what marks its version as one in the making: `v1` of `v1beta1`.
fn stable(package: &str) -> &str {
    let start = package.rfind(".v").map_or(0, |at| at + 2);
    let marks = ["alpha", "beta"];
    let end = marks.iter().find_map(|mark| package[start..].find(mark));
    end.map_or(package, |end| &package[..start + end])
}

/// The values of a map. Quantities are rounded up to thousandths, as all lists of resources are.
fn default_map(fields: &mut Mapping, ty: Type<'_>, empty: EmptyLists) {
    let Some(values) = ty.values() else { return };
    if matches!(values.name(), Some((_, "Quantity"))) {
        for value in fields.values_mut() {
            if let Some(quantity) = value.text().and_then(|text| Quantity::parse(text).ok()) {
                *value = Value::string(quantity.round_up_to_millis().to_string());
            }
        }
    } else if matches!(values.kind(), ValueKind::Object | ValueKind::List) {
        for value in fields.values_mut() {
            walk(value, values, empty);
        }
    }
}

fn set_default(fields: &mut Mapping, ty: Type<'_>, field: &str, literal: Literal) {
    let is_set = match fields.get(field) {
        None => false,
        Some(value) if value.is_null() => false,
        // A field that is always written has its zero value where none was given.
        Some(value) => {
            !matches!(value.text(), Some("" | "0"))
                || ty.field(field).map(|ty| ty.zero_value()) != Some(ZeroValue::Written)
        }
    };
    if !is_set {
        fields.insert(field, literal.value());
    }
}

#[cfg(test)]
mod tests;
