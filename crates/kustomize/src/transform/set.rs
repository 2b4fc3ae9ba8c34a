//! How transformers write into a field.
//!
//! kustomize replaces the text of a scalar and keeps its style, so what the new text means is
//! found out again: plain text may become a number, quoted text stays text.

use crate::kustomization::scalar::kind_in_yaml_1_1;
use crate::kustomization::{At, StringMap};
use trimtab_tree::{
    Diagnostic, Entry, Node, Position, Result, Scalar, ScalarKind, Style, Text, Value, resolve,
};

/// Puts `text`, which stands at `position`, in place of the text of a scalar, as if it were written
/// there.
///
/// # Errors
/// When `value` is a list or a mapping.
pub(super) fn set_text(value: &mut Value, text: impl Into<Text>, position: Position) -> Result<()> {
    let scalar = scalar_mut(value)?;
    let text = text.into();
    scalar.kind = match scalar.style {
        Style::Plain | Style::Flow => resolve(&text),
        _ => ScalarKind::String,
    };
    scalar.set_text(text);
    value.position = position.or(value.position);
    Ok(())
}

/// Makes a scalar the string `text`, which stands at a position, whatever it looks like.
///
/// # Errors
/// When `value` is a list or a mapping.
pub(super) fn set_string(value: &mut Value, text: &At<Text>) -> Result<()> {
    let scalar = scalar_mut(value)?;
    scalar.kind = ScalarKind::String;
    scalar.set_text(text.value.clone());
    value.position = text.position.or(value.position);
    Ok(())
}

/// Labels or annotations as they are written into fields.
#[derive(Debug)]
pub(super) struct Strings<'a>(Vec<(&'a Text, Scalar, Position)>);

impl<'a> Strings<'a> {
    pub(super) fn new(entries: &'a StringMap) -> Self {
        let prepared = entries.iter().map(|(key, text)| {
            let mut scalar = Scalar::string(text.value.clone());
            if !looks_like_string(&scalar) {
                // What a patch puts in place of it then takes over the quotes.
                scalar.style = Style::DoubleQuoted;
            }
            (key, scalar, text.position)
        });
        Self(prepared.collect())
    }

    /// The keys of the entries.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().map(|&(key, ..)| key)
    }

    /// The entries as they are added to fields that have none of their keys.
    pub(super) fn new_values(&self) -> impl Iterator<Item = Value> {
        let entries = self.0.iter();
        entries.map(|(_, scalar, position)| Value::new(Node::Scalar(scalar.clone())).at(*position))
    }
}

/// Sets fields of a mapping to strings, in place of whatever they hold; `null` takes none and
/// stays. Tells which entries were not there before.
///
/// # Errors
/// When `value` is a list or another scalar.
pub(super) fn set_entries(
    value: &mut Value,
    entries: &Strings<'_>,
    added: &mut dyn FnMut(usize),
) -> Result<()> {
    if value.is_null() {
        return Ok(());
    }
    let Node::Mapping(fields) = &mut value.node else {
        return Err(Diagnostic::error(
            "wrong-node-kind",
            format!("{} cannot hold labels or annotations", value.describe()),
        )
        .at(value.position)
        .expecting("a mapping"));
    };
    for (index, (key, scalar, position)) in entries.0.iter().enumerate() {
        let mut scalar = scalar.clone();
        let there = fields.position_of(key);
        let Some(field) = there.and_then(|at| fields.value_at_mut(at)) else {
            added(index);
            fields.push(Entry {
                key: Scalar::string(Text::clone(key)),
                key_position: Position::NONE,
                value: Value::new(Node::Scalar(scalar)).at(*position),
            });
            continue;
        };
        if let Some(old) = field.as_scalar().filter(|old| old.kind != ScalarKind::Null) {
            scalar.style = old.style;
        }
        field.node = Node::Scalar(scalar);
        field.position = position.or(field.position);
    }
    Ok(())
}

/// Whether the text alone would be taken for a string.
fn looks_like_string(scalar: &Scalar) -> bool {
    let kind = resolve(scalar.text());
    matches!(kind, ScalarKind::String | ScalarKind::Timestamp)
        && kind_in_yaml_1_1(scalar) == ScalarKind::String
}

/// Whether a scalar is there and is not empty: what "unset only" leaves alone.
pub(super) fn has_text(value: &Value) -> bool {
    value
        .text_if_not_null()
        .is_some_and(|text| !text.is_empty())
}

fn scalar_mut(value: &mut Value) -> Result<&mut Scalar> {
    let (what, position) = (value.describe(), value.position);
    value.as_scalar_mut().ok_or_else(|| {
        Diagnostic::error("wrong-node-kind", format!("the field is {what}"))
            .at(position)
            .expecting("a scalar")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::Mapping;

    fn written(text: &str, style: Style) -> Value {
        let mut value = Value::string(text);
        value.as_scalar_mut().unwrap().style = style;
        value
    }

    #[test]
    fn what_a_new_text_means_depends_on_the_quotes_around_it() {
        for (style, kind) in [
            (Style::Plain, ScalarKind::Int),
            (Style::SingleQuoted, ScalarKind::String),
            (Style::DoubleQuoted, ScalarKind::String),
            (Style::Literal, ScalarKind::String),
        ] {
            let mut value = written("old", style);
            set_text(&mut value, "12", Position::NONE).unwrap();
            assert_eq!(value, Value::scalar(kind, "12"), "{style:?}");
            set_string(&mut value, &"13".into()).unwrap();
            assert_eq!(value, Value::string("13"), "{style:?}");
        }
        assert_eq!(
            set_text(&mut Mapping::new().into(), "x", Position::NONE)
                .unwrap_err()
                .code,
            "wrong-node-kind"
        );
    }

    #[test]
    fn entries_are_always_strings() {
        let entries: StringMap = [("a", "1"), ("b", "true")]
            .into_iter()
            .map(|(key, text)| (key.into(), At::from(text)))
            .collect();
        let mut value = Value::mapping([("b", Value::sequence(vec![])), ("c", Value::int(3))]);
        let mut added = Vec::new();
        let entries = Strings::new(&entries);
        set_entries(&mut value, &entries, &mut |index| added.push(index)).unwrap();
        assert_eq!(
            value,
            Value::mapping([
                ("b", Value::string("true")),
                ("c", Value::int(3)),
                ("a", Value::string("1")),
            ])
        );
        assert_eq!(added, [0]);
        let mut null = Value::null();
        set_entries(&mut null, &entries, &mut |_| {}).unwrap();
        assert!(null.is_null());
        assert!(set_entries(&mut Value::string("x"), &entries, &mut |_| {}).is_err());
    }
}
