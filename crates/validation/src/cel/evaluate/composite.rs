//! Lists, maps and objects that expressions write out.

use super::Evaluation;
use crate::cel::ast::{Element, MapEntry, StructField};
use crate::cel::environment::Made;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::library;
use crate::cel::value::{Entries, List, Map, Str, Val};
use std::rc::Rc;
use trimtab_tree::Text;

impl<'a> Evaluation<'_, 'a> {
    pub(super) fn list(&mut self, items: &'a [Element]) -> Evaluated<Val<'a>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(&item.value)?;
            match value {
                Val::Optional(value) if item.is_optional => {
                    values.extend(value.map(|value| (*value).clone()));
                }
                _ if item.is_optional => return Err(EvaluationError::no_overload()),
                value => values.push(value),
            }
        }
        self.meter.charge(10)?;
        Ok(Val::list(values))
    }

    pub(super) fn map(&mut self, entries: &'a [MapEntry]) -> Evaluated<Val<'a>> {
        let mut made = Entries::default();
        for entry in entries {
            let key = self.eval(&entry.key)?;
            let mut value = self.eval(&entry.value)?;
            if entry.is_optional {
                match value {
                    Val::Optional(None) => continue,
                    Val::Optional(Some(inner)) => value = (*inner).clone(),
                    _ => return Err(EvaluationError::no_overload()),
                }
            }
            insert(&mut made, key, value)?;
        }
        self.meter.charge(30)?;
        Ok(Val::Map(Map::Made(Rc::new(made))))
    }

    pub(super) fn object(
        &mut self,
        name: &'a Text,
        fields: &'a [StructField],
    ) -> Evaluated<Val<'a>> {
        let made = if name == "JSONPatch" {
            Made::Patch
        } else {
            Made::Object
        };
        let mut entries = Entries::default();
        for field in fields {
            let mut value = self.eval(&field.value)?;
            if field.is_optional {
                match value {
                    Val::Optional(None) => continue,
                    Val::Optional(Some(inner)) => value = (*inner).clone(),
                    _ => return Err(EvaluationError::no_overload()),
                }
            }
            if made == Made::Object {
                fits_place(name, &field.name, &value)?;
            }
            insert(&mut entries, Val::String(Str::There(&field.name)), value)?;
        }
        self.meter.charge(40)?;
        Ok(Val::Made(made, name.as_str().into(), Rc::new(entries)))
    }
}

/// Adds an entry, unless its key is there or cannot be one.
pub(super) fn insert<'a>(entries: &mut Entries<'a>, key: Val<'a>, value: Val<'a>) -> Evaluated<()> {
    let shown = library::shown(&key);
    match entries.insert(key, value) {
        Some(true) => Ok(()),
        Some(false) => Err(EvaluationError::failed(format!(
            "insert failed: key {shown} already exists"
        ))),
        None => Err(EvaluationError::failed("unsupported key type")),
    }
}

/// A part of an object has its place in its name: `spec` of `Object` is an `Object.spec`.
fn fits_place(of: &str, field: &str, value: &Val<'_>) -> Evaluated<()> {
    let named = |value: &Val<'_>| match value {
        Val::Made(Made::Object, name, _) => Some(name.clone()),
        _ => None,
    };
    let found = match value {
        Val::List(List::Made(items)) => items.iter().find_map(named),
        Val::Map(Map::Made(entries)) => entries.iter().find_map(|(_, value)| named(value)),
        other => named(other),
    };
    let wanted = format!("{of}.{field}");
    match found {
        Some(found) if *found != *wanted => Err(EvaluationError::failed(format!(
            "unexpected type name \"{found}\" for field {field:?}, expected \"{wanted}\""
        ))),
        _ => Ok(()),
    }
}
