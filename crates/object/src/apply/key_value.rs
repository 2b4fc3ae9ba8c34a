//! Scalars by which the items of a list are told apart.

use std::cmp::Ordering;
use std::fmt;
use trimtab_tree::{JsonStyle, Node, ScalarKind, Text, Value, parse_float, parse_int, write_json};

/// The value of a key of a list item, or an item of a set. Ordered as structured-merge-diff orders
/// values: numbers by what they are worth, then strings, booleans and anything else.
#[derive(Clone, Debug)]
pub enum KeyValue {
    /// A number, as written.
    Number(Text),
    /// A string.
    String(Text),
    /// A boolean.
    Bool(bool),
    /// A list, a mapping or null, as JSON: no schema lets these be keys, but clients may name them in
    /// `managedFields`.
    Other(Text),
}

impl KeyValue {
    /// What stands in an object.
    pub(crate) fn of(value: &Value) -> Self {
        let Node::Scalar(scalar) = &value.node else {
            return Self::Other(json(value));
        };
        match scalar.kind {
            ScalarKind::Int => Self::Number(scalar.text().into()),
            ScalarKind::Float => Self::Number(shortest(scalar.text())),
            ScalarKind::Bool => Self::Bool(scalar.text().eq_ignore_ascii_case("true")),
            ScalarKind::Null => Self::Other("null".into()),
            ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Binary => {
                Self::String(scalar.text().into())
            }
        }
    }

    /// As JSON in the form of Go's `json.Marshal`.
    pub(super) fn to_json(&self) -> Text {
        match self {
            Self::Number(text) | Self::Other(text) => text.clone(),
            Self::Bool(value) => Text::const_new(if *value { "true" } else { "false" }),
            Self::String(text) if is_plain(text) => {
                let mut quoted = Text::with_capacity(text.len() + 2);
                quoted.push('"');
                quoted.push_str(text);
                quoted.push('"');
                quoted
            }
            Self::String(text) => json(&Value::string(text.clone())),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::String(_) => 1,
            Self::Bool(_) => 2,
            Self::Other(_) => 3,
        }
    }
}

/// A number as JSON of Go has it: `1.0` is `1`.
fn shortest(text: &str) -> Text {
    match parse_float(text) {
        Some(number) if number.is_finite() && number.abs() < 1e21 => number.to_string().into(),
        _ => text.into(),
    }
}

/// Whether nothing in the text is written otherwise in JSON, as in nearly all keys there are.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./: ".contains(&byte);
    text.bytes().all(plain)
}

/// `value` as JSON; `null` for what JSON cannot express, which no API object holds.
pub(super) fn json(value: &Value) -> Text {
    let mut text = String::new();
    match write_json(value, &mut text, JsonStyle::Go) {
        Ok(()) => text.into(),
        Err(_) => "null".into(),
    }
}

impl Ord for KeyValue {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(test)]
        comparisons::count();
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => compare_numbers(a, b),
            (Self::String(a), Self::String(b)) | (Self::Other(a), Self::Other(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

fn compare_numbers(a: &str, b: &str) -> Ordering {
    match (parse_int(a), parse_int(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => match (parse_float(a), parse_float(b)) {
            (Some(a_value), Some(b_value)) => {
                // No number in JSON is "not a number", so this is a total order.
                a_value.partial_cmp(&b_value).unwrap_or_else(|| a.cmp(b))
            }
            _ => a.cmp(b),
        },
    }
}

impl PartialOrd for KeyValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for KeyValue {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for KeyValue {}

impl fmt::Display for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(text) | Self::Other(text) => f.write_str(text),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Bool(value) => write!(f, "{value}"),
        }
    }
}

/// Counts comparisons, so that tests see how the work grows.
#[cfg(test)]
pub(super) mod comparisons {
    use std::cell::Cell;

    thread_local!(static COUNT: Cell<usize> = const { Cell::new(0) });

    pub(super) fn count() {
        COUNT.set(COUNT.get() + 1);
    }

    /// How many comparisons `work` makes.
    pub(crate) fn during(work: impl FnOnce()) -> usize {
        let before = COUNT.get();
        work();
        COUNT.get() - before
    }
}
