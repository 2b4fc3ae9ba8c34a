//! Rules about fields, written down as tables and applied in their order.

use super::errors::{Errors, Path};
use super::formats::Format;
use crate::fields::{given, has, items, text};
use trimtab_tree::Value;

/// Something that must hold of an object.
pub(super) enum Rule {
    /// The field has a value.
    Required(&'static str),
    /// The field has a value, because of this.
    RequiredBecause(&'static str, &'static str),
    /// The field is there, be it empty: one that may be left out.
    Present(&'static str),
    /// The field, if it is there, is one of these, which messages list in this order. Of an empty one
    /// that the same table requires nothing more is said.
    OneOf(&'static str, &'static [&'static str]),
    /// The field, if it is there, is no less.
    AtLeast(&'static str, i64),
    /// The field, if it is there, is in this range, both ends included.
    Between(&'static str, i64, i64),
    /// The field, if it has a value, has this form.
    Form(&'static str, Format),
    /// The field, if it is there, has this form, be it empty.
    GivenForm(&'static str, Format),
    /// The items of a list of texts have this form.
    Forms(&'static str, Format),
    /// These hold of the field, if it is there.
    Object(&'static str, &'static [Rule]),
    /// These hold of each item of the field.
    Items(&'static str, &'static [Rule]),
    /// No two items of the list have the same value at this field.
    Unique(&'static str, &'static str),
    /// Whatever else.
    Do(fn(&Value, &Path<'_>, &mut Errors)),
}

/// Applies rules to the object at `path`.
pub(super) fn apply(rules: &[Rule], object: &Value, path: &Path<'_>, errors: &mut Errors) {
    for rule in rules {
        apply_one(rule, rules, object, path, errors);
    }
}

fn is_required(rules: &[Rule], field: &str) -> bool {
    rules.iter().any(|rule| {
        matches!(rule, Rule::Required(found) | Rule::RequiredBecause(found, _) if *found == field)
    })
}

fn apply_one(rule: &Rule, all: &[Rule], object: &Value, path: &Path<'_>, errors: &mut Errors) {
    match *rule {
        Rule::Required(field) => require(object, field, "", path, errors),
        Rule::RequiredBecause(field, why) => require(object, field, why, path, errors),
        Rule::Present(field) => {
            if given(object, field).is_none() {
                errors.required(&path.field(field), "");
            }
        }
        Rule::OneOf(field, supported) => {
            if let Some(found) = given(object, field)
                && !supported.contains(&found)
                && !(found.is_empty() && is_required(all, field))
            {
                errors.unsupported(&path.field(field), &Value::string(found), supported);
            }
        }
        Rule::AtLeast(field, least) => {
            if let Some(found) = number(object, field).filter(|found| *found < least) {
                let why = format!("must be greater than or equal to {least}");
                errors.invalid(&path.field(field), &Value::int(found), &why);
            }
        }
        Rule::Between(field, least, most) => {
            let outside = |found: &i64| !(least..=most).contains(found);
            if let Some(found) = number(object, field).filter(outside) {
                let why = format!("must be between {least} and {most}, inclusive");
                errors.invalid(&path.field(field), &Value::int(found), &why);
            }
        }
        Rule::Form(field, format) => {
            if let Some(found) = text(object, field) {
                errors.invalid_each(&path.field(field), found, format(found));
            }
        }
        Rule::GivenForm(field, format) => {
            if let Some(found) = given(object, field) {
                errors.invalid_each(&path.field(field), found, format(found));
            }
        }
        Rule::Forms(field, format) => {
            let list = path.field(field);
            for (at, item) in items(object, field).iter().enumerate() {
                let found = item.text().unwrap_or_default();
                errors.invalid_each(&list.item(at), found, format(found));
            }
        }
        Rule::Object(field, rules) => {
            if let Some(inner) = object.get(field).filter(|inner| !inner.is_null()) {
                apply(rules, inner, &path.field(field), errors);
            }
        }
        Rule::Items(field, rules) => {
            let list = path.field(field);
            for (at, item) in items(object, field).iter().enumerate() {
                apply(rules, item, &list.item(at), errors);
            }
        }
        Rule::Unique(field, key) => {
            let list = path.field(field);
            let items = items(object, field);
            for (at, item) in items.iter().enumerate() {
                let Some(found) = text(item, key) else {
                    continue;
                };
                if items[..at]
                    .iter()
                    .any(|other| text(other, key) == Some(found))
                {
                    errors.duplicate(&list.item(at).field(key), found);
                }
            }
        }
        Rule::Do(check) => check(object, path, errors),
    }
}

fn require(object: &Value, field: &str, why: &str, path: &Path<'_>, errors: &mut Errors) {
    if !has(object, field) {
        errors.required(&path.field(field), why);
    }
}

/// A whole number; nothing of a text such as a percentage.
fn number(object: &Value, field: &str) -> Option<i64> {
    let value = object.get(field)?;
    if value.as_str().is_some() {
        return None;
    }
    value.text()?.parse().ok()
}
