//! JSON, as Go's `encoding/json` writes it or as the tree has it.

use super::INFALLIBLE;
use super::effects;
use super::number::{self, Number};
use super::order::KeyOrder;
use super::walk::{Syntax, walk};
use crate::{Mapping, Node, Result, Scalar, ScalarKind, Value};
use std::fmt::Write as _;

/// How to write JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonStyle {
    /// The bytes of Go's `json.Marshal`: keys sorted by bytes, `<`, `>`, `&`, U+2028 and U+2029
    /// escaped, numbers as `int64`, `uint64` or `float64`.
    Go,
    /// The bytes of Go's `json.MarshalIndent` with two spaces.
    GoIndented,
    /// Keys in the order of the tree, nothing escaped that JSON does not ask for, and numbers with
    /// the digits they have in the tree where JSON allows them.
    Ordered,
    /// As [`JsonStyle::Ordered`], a line for each item and field, indented by two spaces.
    OrderedIndented,
}

impl JsonStyle {
    fn is_go(self) -> bool {
        matches!(self, Self::Go | Self::GoIndented)
    }

    fn is_indented(self) -> bool {
        matches!(self, Self::GoIndented | Self::OrderedIndented)
    }
}

/// Appends `value` as JSON, without a line break at the end. Timestamps become strings in the form
/// of RFC 3339, and binary data becomes the text it encodes, as in YAML printing.
///
/// # Errors
/// For infinities, "not a number", base64 that is none and timestamps with an offset of a day; in
/// the manner of Go also for keys below the root that are not strings. (In the other styles their
/// text is the key.)
pub fn write_json(value: &Value, out: &mut String, style: JsonStyle) -> Result<()> {
    let keys = if style.is_go() {
        KeyOrder::Bytes
    } else {
        KeyOrder::Written
    };
    walk(value, 0, keys, &mut JsonPrinter { out, style })
}

struct JsonPrinter<'o> {
    out: &'o mut String,
    style: JsonStyle,
}

impl JsonPrinter<'_> {
    fn new_line(&mut self, depth: usize) {
        if self.style.is_indented() {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn begin(&mut self, first: bool, depth: usize) {
        if !first {
            self.out.push(',');
        }
        self.new_line(depth);
    }

    fn number(&mut self, scalar: &Scalar) -> Result<()> {
        let text = scalar.text();
        let number = effects::finite_number(scalar)?;
        if !self.style.is_go() && is_json_number(text) {
            self.out.push_str(text);
            return Ok(());
        }
        match number {
            Number::Whole(value) => write!(self.out, "{value}").expect(INFALLIBLE),
            Number::Float(value) => number::write_json_float(self.out, value),
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            let special = match byte {
                b'"' | b'\\' | 0..0x20 => true,
                b'<' | b'>' | b'&' => self.style.is_go(),
                // The first byte of U+2028 and U+2029, among others.
                0xE2 => self.style.is_go() && text[at..].starts_with(['\u{2028}', '\u{2029}']),
                _ => false,
            };
            if special {
                self.out.push_str(&text[written..at]);
                written = at + self.escape(&text[at..]);
            }
        }
        self.out.push_str(&text[written..]);
        self.out.push('"');
    }

    /// Escapes the first character of `text` and says how many bytes it has.
    fn escape(&mut self, text: &str) -> usize {
        let char = text.chars().next().unwrap_or_default();
        let short = match char {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\x08' => "\\b",
            '\x0C' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => {
                write!(self.out, "\\u{:04x}", u32::from(char)).expect(INFALLIBLE);
                return char.len_utf8();
            }
        };
        self.out.push_str(short);
        1
    }
}

/// The place of a node is how deep it is.
impl<'v> Syntax<'v> for JsonPrinter<'_> {
    type Place = usize;

    fn scalar(&mut self, value: &'v Value, scalar: &'v Scalar, _: usize) -> Result<()> {
        match scalar.kind {
            ScalarKind::Null => self.out.push_str("null"),
            ScalarKind::Bool => self.out.push_str(effects::bool_text(scalar.text())),
            ScalarKind::Int if number::is_canonical_int(scalar.text()) => {
                self.out.push_str(scalar.text());
            }
            ScalarKind::Int | ScalarKind::Float => {
                self.number(scalar)
                    .map_err(|error| error.at(value.position))?;
            }
            ScalarKind::String => self.string(scalar.text()),
            ScalarKind::Timestamp | ScalarKind::Binary => {
                let text = effects::go_text(scalar).map_err(|error| error.at(value.position))?;
                self.string(&text);
            }
        }
        Ok(())
    }

    fn open(&mut self, value: &'v Value, depth: usize) -> Result<usize> {
        let is_list = matches!(value.node, Node::Sequence(_));
        self.out.push(if is_list { '[' } else { '{' });
        Ok(depth + 1)
    }

    fn item(&mut self, _: &'v Value, first: bool, depth: usize) -> Result<usize> {
        self.begin(first, depth);
        Ok(depth)
    }

    fn field(
        &mut self,
        mapping: &'v Mapping,
        at: usize,
        first: bool,
        depth: usize,
    ) -> Result<usize> {
        let entry = mapping.at(at);
        if self.style.is_go() {
            effects::check_key(entry, depth == 1)?;
        }
        self.begin(first, depth);
        self.string(entry.key.text());
        self.out
            .push_str(if self.style.is_indented() { ": " } else { ":" });
        Ok(depth)
    }

    fn close(&mut self, value: &'v Value, depth: usize) -> Result<()> {
        if !value.is_null_or_empty() {
            self.new_line(depth - 1);
        }
        let is_list = matches!(value.node, Node::Sequence(_));
        self.out.push(if is_list { ']' } else { '}' });
        Ok(())
    }
}

/// Whether a text is a number by the grammar of RFC 8259.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(value: &Value, style: JsonStyle) -> String {
        let mut out = String::new();
        write_json(value, &mut out, style).unwrap();
        out
    }

    fn sample() -> Value {
        let mut mapping = Mapping::new();
        for (key, value) in [
            ("b", Value::sequence(vec![Value::int(1), Value::null()])),
            ("<a>", Value::string("a&b\u{2028}\n\u{1}\"\\é\u{7f}\u{8}")),
            ("a10", Value::scalar(ScalarKind::Float, "1.50")),
            ("a9", Value::scalar(ScalarKind::Int, "0x1F")),
            ("t", Value::scalar(ScalarKind::Timestamp, "2001-1-1")),
            (
                "e",
                Value::sequence(vec![
                    Value::mapping(Mapping::new()),
                    Value::sequence(vec![]),
                ]),
            ),
            ("y", Value::scalar(ScalarKind::Bool, "TRUE")),
        ] {
            mapping.insert(key, value);
        }
        mapping.into()
    }

    #[test]
    fn go_sorts_keys_and_escapes_html() {
        assert_eq!(
            print(&sample(), JsonStyle::Go),
            r#"{"\u003ca\u003e":"a\u0026b\u2028\n\u0001\"\\é"#.to_owned()
                + "\u{7f}"
                + r#"\b","a10":1.5,"a9":31,"b":[1,null],"e":[{},[]],"t":"2001-01-01T00:00:00Z","y":true}"#
        );
    }

    #[test]
    fn ordered_keeps_order_and_digits() {
        assert_eq!(
            print(&sample(), JsonStyle::Ordered),
            "{\"b\":[1,null],\"<a>\":\"a&b\u{2028}\\n\\u0001\\\"\\\\é\u{7f}\\b\",\"a10\":1.50,\"a9\":31,\
             \"t\":\"2001-01-01T00:00:00Z\",\"e\":[{},[]],\"y\":true}"
        );
    }

    #[test]
    fn indented_forms_have_a_line_for_each_item() {
        let mut mapping = Mapping::new();
        mapping.insert(
            "b",
            Value::sequence(vec![Value::int(1), Value::sequence(vec![])]),
        );
        mapping.insert("a", Value::mapping(Mapping::new()));
        let value = Value::from(mapping);
        assert_eq!(
            print(&value, JsonStyle::GoIndented),
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    []\n  ]\n}"
        );
        assert_eq!(
            print(&value, JsonStyle::OrderedIndented),
            "{\n  \"b\": [\n    1,\n    []\n  ],\n  \"a\": {}\n}"
        );
    }

    #[test]
    fn digits_are_kept_only_where_json_has_them() {
        for (text, printed) in [
            ("1.50", "1.50"),
            ("1e400", "error"),
            ("100000000000000000000000", "100000000000000000000000"),
            ("-0.0", "-0.0"),
            ("1.", "1"),
            (".5", "0.5"),
            ("+1.5", "1.5"),
            ("1_0.5", "10.5"),
            (".inf", "error"),
        ] {
            let mut out = String::new();
            let value = Value::scalar(ScalarKind::Float, text);
            if write_json(&value, &mut out, JsonStyle::Ordered).is_err() {
                out = "error".to_owned();
            }
            assert_eq!(out, printed, "{text}");
        }
    }
}
