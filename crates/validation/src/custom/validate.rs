//! What is wrong with a value, by its schema.

use super::correlate::Before;
use super::formats;
use super::node::{Bound, Kind, Limits, List, Node, Range};
use crate::equality::same_strictly;
use crate::validate::errors::{Errors, Path, show};
use rustc_hash::FxHashSet;
use trimtab_tree::{Mapping, Node as Tree, Scalar, ScalarKind, Text, Value};

/// How messages show the value where kube-apiserver has forgotten which it was.
pub(super) const OF_NOTHING: &str = "\"\"";

/// Checks a value and everything below it.
fn value(value: &Value, node: &Node, path: &Path<'_>, errors: &mut Errors) {
    changed(value, node, Before(None), path, errors);
}

/// Checks a value and everything below it, save what is just as it was before.
pub(super) fn changed(
    value: &Value,
    node: &Node,
    before: Before<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if before.is(value) {
        return;
    }
    if value.is_null() {
        if !node.nullable && !is_of_kind(value, node) {
            wrong_type(value, node, path, errors);
        }
        // Null is never one of those that are allowed, even if it is named.
        if let Some(limits) = node.limits.as_ref().filter(|it| !it.allowed.is_empty()) {
            tell_allowed(value, limits, path, errors);
        }
        return;
    }
    let is_right = is_of_kind(value, node);
    if !is_right {
        wrong_type(value, node, path, errors);
    }
    // What is of another type is held against everything else all the same.
    if let Some(limits) = &node.limits {
        check(value, node, limits, path, errors);
    }
    if !is_right && node.kind == Kind::Integer && number_of(value).is_some() {
        let how = match format_of(node) {
            "" => "(default format)".to_owned(),
            format => format!("with format {format}"),
        };
        let why = format!("Checked value must be of type integer {how} in {path}");
        errors.invalid_text(path, OF_NOTHING, &why);
    }
    match &value.node {
        Tree::Mapping(fields) => {
            for (name, field) in fields.iter() {
                let is_open = node.is_of_resources(name);
                if let Some(below) = node.field(name).filter(|_| !is_open) {
                    changed(field, below, before.field(name), &path.field(name), errors);
                }
            }
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for (at, item) in items.iter().enumerate() {
                    let before = before.item(node, item);
                    changed(item, below, before, &path.item(at), errors);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}

/// Checks of all lists that are sets or maps that no item is there twice.
pub(super) fn lists(value: &Value, node: &Node, path: &Path<'_>, errors: &mut Errors) {
    match &value.node {
        Tree::Mapping(fields) => {
            for (name, field) in fields.iter() {
                if let Some(below) = node.field(name) {
                    lists(field, below, &path.field(name), errors);
                }
            }
        }
        Tree::Sequence(items) => {
            check_distinct(items, &node.list, path, errors);
            if let Some(below) = &node.items {
                for (at, item) in items.iter().enumerate() {
                    lists(item, below, &path.item(at), errors);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}

fn is_of_kind(value: &Value, node: &Node) -> bool {
    if node.int_or_string {
        return is_text(value) || is_whole(value);
    }
    // Texts and lists are left to a format, unless it is one of numbers.
    let is_left = is_text(value) || value.as_sequence().is_some();
    if is_left && !format_of(node).is_empty() && is_other(node.kind) {
        return true;
    }
    match node.kind {
        Kind::Any => true,
        Kind::Object => value.as_mapping().is_some(),
        Kind::Array => value.as_sequence().is_some(),
        Kind::String => is_text(value),
        Kind::Integer => is_whole(value),
        Kind::Number => number_of(value).is_some(),
        Kind::Boolean => kind_of(value) == Some(ScalarKind::Bool),
    }
}

/// Whether it is a type, and not one of numbers.
fn is_other(kind: Kind) -> bool {
    !matches!(kind, Kind::Any | Kind::Integer | Kind::Number)
}

fn format_of(node: &Node) -> &str {
    node.limits.as_ref().map_or("", |limits| &limits.format)
}

fn kind_of(value: &Value) -> Option<ScalarKind> {
    value.as_scalar().map(|scalar| scalar.kind)
}

/// Whether JSON would have it as a string.
fn is_text(value: &Value) -> bool {
    use ScalarKind::{Binary, String, Timestamp};
    matches!(kind_of(value), Some(String | Timestamp | Binary))
}

fn is_whole(value: &Value) -> bool {
    number_of(value).is_some_and(|number| number.fract() == 0.0)
}

fn number_of(value: &Value) -> Option<f64> {
    let is_number = |scalar: &&Scalar| matches!(scalar.kind, ScalarKind::Int | ScalarKind::Float);
    let scalar = value.as_scalar().filter(is_number)?;
    scalar.text().parse().ok()
}

fn wrong_type(value: &Value, node: &Node, path: &Path<'_>, errors: &mut Errors) {
    let wanted = match node.kind {
        _ if node.int_or_string => "integer,string",
        Kind::Any => return,
        Kind::Object => "object",
        Kind::Array => "array",
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
    };
    let found = match &value.node {
        Tree::Mapping(_) => "object",
        Tree::Sequence(_) => "array",
        Tree::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => "null",
            ScalarKind::Bool => "boolean",
            ScalarKind::Int => "integer",
            ScalarKind::Float => "number",
            ScalarKind::Timestamp | ScalarKind::Binary | ScalarKind::String => "string",
        },
    };
    let format = format_of(node);
    let is_left = is_text(value) || value.as_sequence().is_some() || value.is_null();
    let (wanted, found) = if format.is_empty() || is_left {
        (wanted, found)
    } else {
        let found = match found {
            "integer" => "int64",
            "number" => "float64",
            _ => "",
        };
        (format, found)
    };
    let why = format!("{path} in body must be of type {wanted}: {found:?}");
    errors.wrong_type(path, found, &why);
}

/// Checks what must hold of a value beside its type.
fn check(value: &Value, node: &Node, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    check_combinations(value, limits, path, errors);
    match &value.node {
        Tree::Mapping(_) => {}
        Tree::Sequence(items) => check_list(value, items, limits, path, errors),
        Tree::Scalar(scalar) if is_text(value) => check_text(scalar.text(), limits, path, errors),
        Tree::Scalar(_) => {
            if let Some(number) = number_of(value) {
                check_number(value, number, limits, path, errors);
            }
        }
    }
    check_allowed(value, limits, path, errors);
    if let Tree::Mapping(fields) = &value.node {
        check_object(fields, node, limits, path, errors);
    }
}

fn check_object(
    fields: &Mapping,
    node: &Node,
    limits: &Limits,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for name in &limits.required {
        let is_there = fields.contains_key(name) || node.is_of_resources(name);
        if !is_there {
            errors.required(&path.field(name), "");
        }
    }
    let Range { least, most } = limits.properties;
    if let Some(most) = exceeded(fields.len(), most) {
        errors.too_many(path, fields.len(), most);
    }
    if let Some(least) = undercut(fields.len(), least) {
        let why = format!("{path} in body should have at least {least} properties");
        errors.invalid_text(path, &fields.len().to_string(), &why);
    }
}

fn check_list(
    value: &Value,
    items: &[Value],
    limits: &Limits,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Range { least, most } = limits.items;
    if let Some(most) = exceeded(items.len(), most) {
        errors.too_many(path, items.len(), most);
    }
    if let Some(least) = undercut(items.len(), least) {
        let why = format!("{path} in body should have at least {least} items");
        errors.invalid_text(path, &items.len().to_string(), &why);
    }
    if limits.unique_items && distinct(items, &List::Set).next().is_some() {
        let why = format!("{path} in body shouldn't contain duplicates");
        errors.invalid(path, value, &why);
    }
}

fn check_text(text: &str, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    let Range { least, most } = limits.length;
    let length = text.chars().count();
    // Of these only the first is told.
    if let Some(most) = exceeded(length, most) {
        errors.too_many_characters(path, most);
    } else if let Some(least) = undercut(length, least) {
        let why = format!("{path} in body should be at least {least} chars long");
        errors.invalid_string(path, text, &why);
    } else if let Some(pattern) = limits.pattern.as_ref().filter(|it| !it.matches(text)) {
        let why = format!("{path} in body should match '{}'", pattern.text);
        errors.invalid_string(path, text, &why);
    }
    if !formats::fits(text, &limits.format) {
        let why = format!("{path} in body must be of type {}: {text:?}", limits.format);
        errors.wrong_type(path, text, &why);
    }
}

fn check_number(value: &Value, number: f64, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    if let Some(factor) = limits.multiple_of {
        let is_whole = kind_of(value) == Some(ScalarKind::Int);
        // Whole numbers are divided by what is whole of the factor.
        let factor = if is_whole { factor.trunc() } else { factor };
        if factor <= 0.0 {
            let why = format!("factor MultipleOf declared for {path} must be positive: {factor}");
            errors.invalid_text(path, &factor.to_string(), &why);
        } else if (number / factor).fract() != 0.0 {
            let why = format!("{path} in body should be a multiple of {factor}");
            errors.invalid(path, value, &why);
        }
    }
    let mut say = |why: &str| errors.invalid(path, value, &format!("{path} in body {why}"));
    if let Some(Bound {
        value,
        text,
        exclusive,
    }) = &limits.maximum
        && (number > *value || *exclusive && number >= *value)
    {
        let or_equal = if *exclusive { "" } else { " or equal to" };
        // "less than or equal to 5", "less than 5"
        say(&format!("should be less than{or_equal} {text}"));
    }
    if let Some(Bound {
        value,
        text,
        exclusive,
    }) = &limits.minimum
        && (number < *value || *exclusive && number <= *value)
    {
        let or_equal = if *exclusive { "" } else { " or equal to" };
        say(&format!("should be greater than{or_equal} {text}"));
    }
    if !formats::holds(number, &limits.format) {
        let kind = if kind_of(value) == Some(ScalarKind::Int) {
            "integer"
        } else {
            "number"
        };
        let format = &limits.format;
        let why = format!("Checked value must be of type {kind} with format {format} in {path}");
        errors.invalid_text(path, OF_NOTHING, &why);
    }
}

fn check_allowed(value: &Value, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    let is_allowed = |allowed: &Value| {
        same_strictly(allowed, value)
            || allowed.as_str().is_some() && is_text(value) && allowed.text() == value.text()
    };
    if limits.allowed.is_empty() || limits.allowed.iter().any(is_allowed) {
        return;
    }
    tell_allowed(value, limits, path, errors);
}

fn tell_allowed(value: &Value, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    let shown = limits.allowed.iter().map(|allowed| match allowed.as_str() {
        Some(text) => text.to_owned(),
        None => show(Some(allowed)),
    });
    let shown: Vec<String> = shown.collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    errors.unsupported(path, value, &shown);
}

fn check_combinations(value: &Value, limits: &Limits, path: &Path<'_>, errors: &mut Errors) {
    let shown = format!("{:?}", path.to_string());
    let say = |errors: &mut Errors, why: &str| {
        errors.invalid_text(path, OF_NOTHING, &format!("{shown} {why}"));
    };
    if !limits.all_of.is_empty() {
        let before = errors.len();
        let mut holding = 0;
        for part in &limits.all_of {
            let found = errors.len();
            self::value(value, part, path, errors);
            holding += usize::from(errors.len() == found);
        }
        if errors.len() > before {
            let none = if holding == 0 { ". None validated" } else { "" };
            say(
                errors,
                &format!("must validate all the schemas (allOf){none}"),
            );
        }
    }
    if !limits.any_of.is_empty() {
        let (holding, nearest) = alternatives(value, &limits.any_of, path);
        if holding == 0 {
            say(errors, "must validate at least one schema (anyOf)");
            errors.take_over(nearest);
        }
    }
    if !limits.one_of.is_empty() {
        let (holding, nearest) = alternatives(value, &limits.one_of, path);
        match holding {
            0 => {
                let why = "must validate one and only one schema (oneOf). Found none valid";
                say(errors, why);
                errors.take_over(nearest);
            }
            1 => {}
            more => {
                let why = format!(
                    "must validate one and only one schema (oneOf). Found {more} valid alternatives"
                );
                say(errors, &why);
            }
        }
    }
    if limits.not.as_ref().is_some_and(|not| holds(value, not)) {
        say(errors, "must not validate the schema (not)");
    }
}

/// How many of these schemas a value fits, and what is wrong with it by the one that it fits best.
fn alternatives(value: &Value, parts: &[Node], path: &Path<'_>) -> (usize, Errors) {
    let found = parts.iter().map(|part| {
        let mut errors = Errors::default();
        self::value(value, part, path, &mut errors);
        errors
    });
    let found: Vec<Errors> = found.collect();
    let holding = found.iter().filter(|errors| errors.is_empty()).count();
    let nearest = found.into_iter().min_by_key(Errors::len);
    (holding, nearest.unwrap_or_default())
}

/// Whether a value is all that a schema says.
fn holds(value: &Value, node: &Node) -> bool {
    let mut errors = Errors::default();
    self::value(value, node, &Path::ROOT, &mut errors);
    errors.is_empty()
}

fn exceeded(found: usize, most: Option<u64>) -> Option<u64> {
    most.filter(|most| found as u64 > *most)
}

fn undercut(found: usize, least: Option<u64>) -> Option<u64> {
    least.filter(|least| (found as u64) < *least)
}

/// Checks that no item of a set or map is there twice.
fn check_distinct(items: &[Value], list: &List, path: &Path<'_>, errors: &mut Errors) {
    if matches!(list, List::Map(_)) {
        for (at, item) in items.iter().enumerate() {
            if item.as_mapping().is_none() {
                let why = "must be an object for an array of list-type map";
                errors.invalid(&path.item(at), item, why);
            }
        }
    }
    for (at, shown) in distinct(items, list) {
        errors.duplicate_text(&path.item(at), &shown);
    }
}

/// The items that are there already, as messages show them.
fn distinct<'v>(
    items: &'v [Value],
    list: &'v List,
) -> impl Iterator<Item = (usize, String)> + use<'v> {
    let mut seen = FxHashSet::default();
    let named = items.iter().enumerate().filter_map(move |(at, item)| {
        let name = match list {
            List::Atomic => return None,
            List::Set => show(Some(item)),
            List::Map(keys) => key_of(item, keys)?,
        };
        Some((at, name))
    });
    named.filter(move |(_, name)| !seen.insert(name.clone()))
}

/// What tells an item of a map from the others; `None` of what is no object.
fn key_of(item: &Value, keys: &[Text]) -> Option<String> {
    let fields = item.as_mapping()?;
    let mut sorted: Vec<&Text> = keys.iter().collect();
    sorted.sort();
    let mut named = Mapping::new();
    for key in sorted {
        if let Some(value) = fields.get(key) {
            named.insert(key, value.clone());
        }
    }
    Some(show(Some(&named.into())))
}
