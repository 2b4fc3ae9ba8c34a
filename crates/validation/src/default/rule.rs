//! What a rule about defaults is, and what computed rules are made with.

use crate::fields::mapping_at;
use trimtab_tree::{Mapping, Value};

/// What a rule sets.
#[derive(Clone, Copy)]
pub(super) enum Literal {
    Text(&'static str),
    Int(i64),
    Bool(bool),
    /// `{}`
    Empty,
    /// A list of these texts.
    Texts(&'static [&'static str]),
}

/// Something to be done with an object of a type.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Where the field has no value, this.
    Set(&'static str, Literal),
    /// The same one level down, where the outer field has a value.
    SetIn(&'static str, &'static str, Literal),
    /// What depends on several fields.
    Do(fn(&mut Mapping)),
}

/// The rules of one type, named by package and name.
pub(super) type Row = (&'static str, &'static str, &'static [Rule]);

/// Sets a field that has no value.
pub(super) fn set_missing(fields: &mut Mapping, field: &str, literal: Literal) {
    if fields.get(field).is_none_or(Value::is_null) {
        fields.insert(field, literal.value());
    }
}

impl Literal {
    pub(super) fn value(self) -> Value {
        match self {
            Self::Text(text) => Value::string(text),
            Self::Int(value) => Value::int(value),
            Self::Bool(value) => Value::bool(value),
            Self::Empty => Mapping::new().into(),
            Self::Texts(texts) => {
                Value::sequence(texts.iter().map(|text| Value::string(*text)).collect())
            }
        }
    }
}

/// The field of a mapping as a mapping, if it is there.
pub(super) fn inner<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Mapping> {
    fields.get_mut(field)?.as_mapping_mut()
}

/// The items of a list field that are mappings.
pub(super) fn inner_items<'v>(
    fields: &'v mut Mapping,
    field: &str,
) -> impl Iterator<Item = &'v mut Mapping> + use<'v> {
    let items = fields.get_mut(field).and_then(Value::as_sequence_mut);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_mapping_mut)
}

/// Copies those entries of `from` that `to` does not have.
fn copy_missing(to: &mut Mapping, from: &Mapping) {
    for (key, value) in from.iter() {
        if !to.contains_key(key) {
            to.insert(key, value.clone());
        }
    }
}

/// Fills the map `to` with what it lacks of the map `from`, both fields of one object.
pub(super) fn copy_missing_between(fields: &mut Mapping, to: &str, from: &str) {
    let Some(source) = fields.get(from).and_then(Value::as_mapping).cloned() else {
        return;
    };
    if let Some(target) = mapping_at(fields, to) {
        copy_missing(target, &source);
    }
}
