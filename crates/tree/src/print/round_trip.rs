//! What is left of a tree that went through JSON and back.

use super::ambiguity::is_ambiguous;
use super::analysis::{Dialect, analyze};
use super::effects;
use super::number::{self, Number};
use super::scalar::{Slot, possible_style};
use crate::{Node, Result, Scalar, ScalarKind, Style, Text, Value, resolve};

/// Does to `value` what kustomize does to a resource before and after it applies a JSON patch: the
/// node is written as JSON, read into Go values, written as YAML and read again. Numbers become
/// `float64` in Go's shortest form (`1234567` becomes `1.234567e+06`), timestamps and binary data
/// become strings, null is spelled out, comments go, and every string has the style that go-yaml v3
/// gives it. Positions stay, and so does the order of fields.
///
/// # Errors
/// For what JSON cannot express, as [`super::write_yaml`].
pub fn round_trip_json(value: &mut Value) -> Result<()> {
    settle(value, true, None)
}

/// As [`round_trip_json`], to a resource: that is written as YAML before, and between brackets a null without a
/// text, and times, come back as strings.
///
/// # Errors
/// As [`round_trip_json`].
pub fn round_trip_resource(value: &mut Value) -> Result<()> {
    settle(value, true, Some(Style::Plain))
}

/// Gives collections the style that they have once a resource was read again: those without content are in
/// braces or brackets.
pub fn settle_styles(value: &mut Value) {
    let is_empty = match &mut value.node {
        Node::Scalar(_) => return,
        Node::Sequence(items) => {
            items.iter_mut().for_each(settle_styles);
            items.is_empty()
        }
        Node::Mapping(fields) => {
            fields.values_mut().for_each(settle_styles);
            fields.is_empty()
        }
    };
    value.style = if is_empty { Style::Flow } else { Style::Plain };
}

/// `around` is the style of the collections around, where it counts.
fn settle(value: &mut Value, at_root: bool, around: Option<Style>) -> Result<()> {
    value.extra = None;
    let around = around.map(|around| match value.style {
        Style::Flow => Style::Flow,
        _ => around,
    });
    match &mut value.node {
        Node::Scalar(scalar) => {
            let position = value.position;
            if around == Some(Style::Flow) && is_put_in_quotes(scalar) {
                scalar.kind = ScalarKind::String;
            }
            settle_scalar(scalar).map_err(|error| error.at(position))?;
        }
        Node::Sequence(items) => {
            value.style = Style::Plain;
            for item in items {
                settle(item, false, around)?;
            }
        }
        Node::Mapping(fields) => {
            value.style = Style::Plain;
            for entry in fields.entries() {
                effects::check_key(entry.into(), at_root)?;
            }
            fields.keys_to_strings();
            for field in fields.values_mut() {
                settle(field, false, around)?;
            }
        }
    }
    Ok(())
}

/// Whether go-yaml v3 puts something in quotes between brackets that is no string.
fn is_put_in_quotes(scalar: &Scalar) -> bool {
    matches!(scalar.kind, ScalarKind::Null | ScalarKind::Timestamp)
        && !analyze(scalar.text(), Dialect::V3).flow_plain
}

fn settle_scalar(scalar: &mut Scalar) -> Result<()> {
    let (kind, text): (ScalarKind, Text) = match scalar.kind {
        ScalarKind::Null => (ScalarKind::Null, Text::const_new("null")),
        ScalarKind::Bool => {
            let text = effects::bool_text(scalar.text());
            (ScalarKind::Bool, Text::const_new(text))
        }
        ScalarKind::Int | ScalarKind::Float => {
            let mut out = String::new();
            let value = as_float(effects::finite_number(scalar)?);
            number::write_yaml_float(&mut out, value);
            (resolve(&out), out.into())
        }
        ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Binary => {
            let text = effects::printed_text(scalar)?.into();
            (ScalarKind::String, text)
        }
    };
    scalar.style = match kind {
        ScalarKind::String => string_style(&text),
        _ => Style::Plain,
    };
    scalar.kind = kind;
    scalar.text = text;
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "rounding to the nearest float is what happens to the number"
)]
fn as_float(number: Number) -> f64 {
    match number {
        Number::Whole(value) => value as f64,
        Number::Float(value) => value,
    }
}

/// The style in which go-yaml v3 writes a string of a Go value.
fn string_style(text: &str) -> Style {
    let wish = if text.contains('\n') {
        Style::Literal
    } else if is_ambiguous(text, Dialect::V2) {
        Style::DoubleQuoted
    } else {
        Style::Plain
    };
    let slot = Slot {
        indent: 0,
        simple_key: false,
        flow: false,
    };
    possible_style(text, analyze(text, Dialect::V3), wish, slot)
}

#[cfg(test)]
mod tests {
    use crate::{ParseOptions, ScalarKind, Style, parse_document};

    #[track_caller]
    fn becomes(text: &str, kind: ScalarKind, printed: &str, style: Style) {
        let mut value = parse_document(text, ParseOptions::default()).unwrap();
        super::round_trip_json(&mut value).unwrap();
        let scalar = value.as_scalar().unwrap();
        assert_eq!(
            (scalar.kind, scalar.text(), scalar.style),
            (kind, printed, style),
            "{text}"
        );
    }

    #[test]
    fn scalars_take_the_form_that_go_gives_them() {
        use ScalarKind::{Bool, Float, Int, Null, String};
        use Style::{DoubleQuoted, Literal, Plain, SingleQuoted};
        becomes("~", Null, "null", Plain);
        becomes("True", Bool, "true", Plain);
        becomes("100000", Int, "100000", Plain);
        becomes("1234567", Float, "1.234567e+06", Plain);
        becomes("0x10", Int, "16", Plain);
        becomes("1.50", Float, "1.5", Plain);
        becomes("2.0", Int, "2", Plain);
        becomes(
            "12345678901234567890",
            Float,
            "1.2345678901234567e+19",
            Plain,
        );
        becomes("2001-01-01", String, "2001-01-01T00:00:00Z", DoubleQuoted);
        becomes("!!binary aGVsbG8=", String, "hello", Plain);
        becomes("yes", String, "yes", DoubleQuoted);
        becomes("\"web\"", String, "web", Plain);
        becomes("'5'", String, "5", DoubleQuoted);
        becomes("\"a: b\"", String, "a: b", SingleQuoted);
        becomes("\"a\\nb\"", String, "a\nb", Literal);
    }

    #[test]
    fn what_json_cannot_express_is_refused() {
        for text in [".inf", "a: .nan", "a: {1: b}"] {
            let mut value = parse_document(text, ParseOptions::default()).unwrap();
            assert!(super::round_trip_json(&mut value).is_err(), "{text}");
        }
    }
}
