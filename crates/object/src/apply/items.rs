//! The items of lists that are sets or keyed.

use super::defaults;
use super::key_value::KeyValue;
use super::path_element::PathElement;
use super::shape::{ListShape, Place, Relation};
use std::collections::BTreeMap;
use std::fmt;
use trimtab_schema::Names;
use trimtab_tree::{Mapping, Node, Text, Value};

/// Why an item cannot be told from the others, in the server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BadItem {
    /// A set has something in it that is no scalar.
    InSet(&'static str),
    /// A keyed list has something in it that is no object.
    InMap(&'static str),
    /// None of the keys is there, and none has a default.
    NoKeys(Vec<Text>),
}

impl fmt::Display for BadItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InSet(why) | Self::InMap(why) => f.write_str(why),
            Self::NoKeys(keys) => {
                let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
                let keys = keys.join(" ");
                write!(
                    f,
                    "associative list with keys has an element that omits all key fields [{keys}] (and doesn't have default values for any key fields)"
                )
            }
        }
    }
}

/// The step to an item of a list that is not atomic.
pub(super) fn element_of(list: &ListShape<'_>, item: &Value) -> Result<PathElement, BadItem> {
    match &list.relation {
        Relation::Map(keys) if !keys.is_empty() => keyed(keys, list.items, item),
        // Atomic lists are not asked for the names of their items.
        _ => match &item.node {
            Node::Scalar(_) if item.is_null() => Err(BadItem::InSet(
                "associative list without keys has an element that's an explicit null",
            )),
            Node::Scalar(_) => Ok(PathElement::Item(KeyValue::of(item))),
            Node::Mapping(_) => Err(BadItem::InSet(
                "associative list without keys has an element that's a map type",
            )),
            Node::Sequence(_) => Err(BadItem::InSet(
                "not supported: associative list with lists as elements",
            )),
        },
    }
}

fn keyed(keys: &Names<'_>, items: Place<'_>, item: &Value) -> Result<PathElement, BadItem> {
    let Some(fields) = item.as_mapping() else {
        return Err(BadItem::InMap(if item.is_null() {
            "associative list with keys may not have a null element"
        } else {
            "associative list with keys may not have non-map elements"
        }));
    };
    let values = keys.clone().filter_map(|key| {
        let value = match fields.get(key) {
            Some(value) => KeyValue::of(value),
            None => KeyValue::of(&defaults::of_key(items, key)?),
        };
        Some((Text::from(key), value))
    });
    let values: Vec<_> = values.collect();
    if values.is_empty() {
        return Err(BadItem::NoKeys(keys.clone().map(Text::from).collect()));
    }
    Ok(PathElement::key(values))
}

/// The items of a list by the steps to them, in the order of the list. Items that cannot be told apart
/// are left out: only values that were checked before come here, and stored ones that never were.
pub(crate) struct ItemIndex<'v> {
    /// The steps, of an item each.
    pub(crate) elements: Vec<(PathElement, &'v Value)>,
    /// Where in `elements` the items of a step are.
    places: BTreeMap<PathElement, Vec<usize>>,
}

impl<'v> ItemIndex<'v> {
    pub(crate) fn new(list: &ListShape<'_>, items: &'v [Value]) -> Self {
        let mut index = Self {
            elements: Vec::with_capacity(items.len()),
            places: BTreeMap::new(),
        };
        for item in items {
            if let Ok(element) = element_of(list, item) {
                let at = index.elements.len();
                index.places.entry(element.clone()).or_default().push(at);
                index.elements.push((element, item));
            }
        }
        index
    }

    /// Every item at that step.
    pub(super) fn all(&self, element: &PathElement) -> impl ExactSizeIterator<Item = &'v Value> {
        let places = self.places.get(element).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&at| self.elements[at].1)
    }

    /// The item at that step, if it is the only one.
    pub(crate) fn only(&self, element: &PathElement) -> Option<&'v Value> {
        let mut all = self.all(element);
        all.next().filter(|_| all.len() == 0)
    }

    /// Whether each of so many items has a step of its own.
    pub(crate) fn tells_apart(&self, items: usize) -> bool {
        self.places.len() == items
    }

    pub(crate) fn contains(&self, element: &PathElement) -> bool {
        self.places.contains_key(element)
    }

    /// The steps, each once, in order.
    pub(super) fn steps(&self) -> impl Iterator<Item = &PathElement> {
        self.places.keys()
    }
}

/// The items of a list; none of what is no list.
pub(super) fn items_of(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_sequence).unwrap_or_default()
}

/// The fields of an object or map; none of what is neither.
pub(super) fn fields_of(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.and_then(Value::as_mapping);
    fields.into_iter().flat_map(Mapping::iter)
}
