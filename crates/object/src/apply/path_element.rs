//! Steps of a path to a field, in the form that `managedFields` give them.

use super::key_value::KeyValue;
use std::fmt;
use trimtab_tree::{Text, Value, parse_json};

/// One step from an object to a field of it. Ordered as in `fieldsV1`: fields, then items by their
/// keys, items of sets, places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathElement {
    /// `f:NAME`: to a field of an object or map.
    Field(Text),
    /// `k:{...}`: to the item of a list that has these keys. Sorted by name.
    Key(Vec<(Text, KeyValue)>),
    /// `v:VALUE`: to an item of a set.
    Item(KeyValue),
    /// `i:PLACE`: to a place in a list; no schema makes these today.
    Index(i64),
}

/// Why a text is no path element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadPathElement;

impl PathElement {
    /// To a field.
    pub(crate) fn field(name: &str) -> Self {
        Self::Field(name.into())
    }

    /// To an item by its keys, which may be in any order.
    pub(super) fn key(mut keys: Vec<(Text, KeyValue)>) -> Self {
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self::Key(keys)
    }

    /// The text that stands for it in `fieldsV1`.
    pub(super) fn to_text(&self) -> Text {
        match self {
            Self::Field(name) => prefixed("f:", name),
            Self::Key(keys) => {
                let mut text = Text::const_new("k:{");
                for (at, (name, value)) in keys.iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    text.push_str(&KeyValue::String(name.clone()).to_json());
                    text.push(':');
                    text.push_str(&value.to_json());
                }
                text.push('}');
                text
            }
            Self::Item(value) => prefixed("v:", &value.to_json()),
            Self::Index(place) => prefixed("i:", &place.to_string()),
        }
    }

    /// Reads what stands in `fieldsV1`. `None` for kinds of elements that a later release may bring.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, BadPathElement> {
        let Some((kind, rest)) = text.split_at_checked(2) else {
            return Err(BadPathElement);
        };
        if !kind.ends_with(':') {
            return Err(BadPathElement);
        }
        Ok(Some(match kind {
            "f:" => Self::field(rest),
            "k:" => {
                let value = json(rest)?;
                let keys = value.as_mapping().ok_or(BadPathElement)?;
                let keys = keys.iter();
                Self::key(keys.map(|(k, v)| (k.into(), KeyValue::of(v))).collect())
            }
            "v:" => Self::Item(KeyValue::of(&json(rest)?)),
            "i:" => Self::Index(rest.parse().map_err(|_| BadPathElement)?),
            _ => return Ok(None),
        }))
    }
}

fn prefixed(prefix: &'static str, text: &str) -> Text {
    let mut prefixed = Text::with_capacity(prefix.len() + text.len());
    prefixed.push_str(prefix);
    prefixed.push_str(text);
    prefixed
}

fn json(text: &str) -> Result<Value, BadPathElement> {
    parse_json(text, 0).map_err(|_| BadPathElement)
}

/// As conflicts name it: `.spec`, `[name="web"]`, `[="a"]`, `[0]`.
impl fmt::Display for PathElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(keys) => {
                f.write_str("[")?;
                for (at, (name, value)) in keys.iter().enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    write!(f, "{comma}{name}={value}")?;
                }
                f.write_str("]")
            }
            Self::Item(value) => write!(f, "[={value}]"),
            Self::Index(place) => write!(f, "[{place}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_form_is_read_and_written() {
        for text in [
            "f:spec",
            "f:",
            "f:a/b:c",
            r#"k:{"containerPort":80,"protocol":"TCP"}"#,
            r#"v:"a.b/x""#,
            "v:1.5",
            "v:true",
            "i:3",
            r#"k:{"name":"a\u003cb"}"#,
        ] {
            let element = PathElement::parse(text).unwrap().unwrap();
            assert_eq!(element.to_text(), text);
        }
        let swapped = PathElement::parse(r#"k:{"protocol":"TCP","containerPort":80}"#);
        let text = swapped.unwrap().unwrap().to_text();
        assert_eq!(text, r#"k:{"containerPort":80,"protocol":"TCP"}"#);
    }

    #[test]
    fn other_texts_are_refused_or_passed_over() {
        assert_eq!(PathElement::parse("x:later"), Ok(None));
        for text in ["", "f", "spec", "k:[]", "k:{", "v:", "i:one", "é:"] {
            assert_eq!(PathElement::parse(text), Err(BadPathElement), "{text}");
        }
    }

    #[test]
    fn people_read_paths() {
        for (text, shown) in [
            ("f:spec", ".spec"),
            (r#"k:{"b":7,"a":"1"}"#, r#"[a="1",b=7]"#),
            (r#"v:"a""#, r#"[="a"]"#),
            ("i:2", "[2]"),
        ] {
            let element = PathElement::parse(text).unwrap().unwrap();
            assert_eq!(element.to_string(), shown);
        }
    }

    #[test]
    fn equal_numbers_are_equal_elements() {
        let element = |text| PathElement::parse(text).unwrap().unwrap();
        assert_eq!(element("v:1"), element("v:1.0"));
        assert!(element("v:9") < element("v:10"));
        assert!(element("v:10") < element(r#"v:"1""#));
    }
}
