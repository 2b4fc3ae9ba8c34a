//! How a changed copy of an object must differ from it to be printed as another one was.

use crate::mapping::{Kept, Pending};
use crate::{Mapping, Node, Scalar, Spot, Style, Value};

/// What must be found in a value that is to be printed so.
#[derive(Debug)]
pub(super) enum Expected {
    /// An object of which nobody has looked at the fields, with changed scalars in these spots.
    Pending { is_flow: bool, spots: Box<[Spot]> },
    /// Any scalar.
    Hole,
    List {
        is_flow: bool,
        items: Box<[Expected]>,
    },
    /// The very fields.
    Same { is_flow: bool, fields: Kept },
    /// Fields of these keys.
    Own {
        is_flow: bool,
        fields: Box<[(Scalar, Expected)]>,
    },
    /// A copy that has other fields in these places, in this order, and more with these keys.
    Copy {
        is_flow: bool,
        origin: Kept,
        changes: Box<[(usize, Expected)]>,
        added: Box<[(Scalar, Expected)]>,
    },
}

/// The scalars that fill the holes of a shape, by their numbers.
pub(super) enum Scalars<'v> {
    /// They wait in a list.
    Pending(&'v Pending),
    Found(Vec<&'v Value>),
}

impl<'v> Scalars<'v> {
    /// The one of a number, which must be there.
    pub(super) fn get(&self, number: usize) -> &'v Value {
        match self {
            Self::Pending(pending) => pending.scalar(number),
            Self::Found(found) => found[number],
        }
    }

    /// Whether all of them are such.
    pub(super) fn are_all(&self, are: impl Fn(&Value) -> bool) -> bool {
        match self {
            Self::Pending(pending) => pending.scalars().all(are),
            Self::Found(found) => found.iter().all(|scalar| are(scalar)),
        }
    }
}

/// Deeper objects are not compared: each level takes some of the thread's stack.
const DEEPEST: usize = 64;

impl Expected {
    /// What there is in an object; `None` if it is too deep.
    pub(super) fn of_object(object: &Value) -> Option<Self> {
        match object.as_mapping().and_then(Mapping::pending) {
            None => Self::of(object, DEEPEST),
            Some(pending) => Some(Self::Pending {
                is_flow: object.style == Style::Flow,
                spots: pending.spots().cloned().collect(),
            }),
        }
    }

    /// What there is in a value; `None` if it is too deep.
    fn of(value: &Value, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let is_flow = value.style == Style::Flow;
        let fields = match &value.node {
            Node::Scalar(_) => return Some(Self::Hole),
            Node::Sequence(items) => {
                let items = items.iter().map(|item| Self::of(item, depth));
                return Some(Self::List {
                    is_flow,
                    items: items.collect::<Option<_>>()?,
                });
            }
            Node::Mapping(fields) => fields,
        };
        if let Some(fields) = fields.kept() {
            return Some(Self::Same { is_flow, fields });
        }
        let keyed = |entries: &[crate::Entry]| -> Option<Box<[(Scalar, Self)]>> {
            let keyed = entries
                .iter()
                .map(|entry| Some((entry.key.clone(), Self::of(&entry.value, depth)?)));
            keyed.collect()
        };
        let Some(copy) = fields.difference() else {
            let fields = keyed(fields.entries())?;
            return Some(Self::Own { is_flow, fields });
        };
        let changes = copy.changes();
        let changes = changes.map(|(at, value)| Some((at, Self::of(value, depth)?)));
        Some(Self::Copy {
            is_flow,
            origin: copy.origin(),
            changes: changes.collect::<Option<_>>()?,
            added: keyed(copy.added())?,
        })
    }

    /// The scalars for the holes in an object, in an order that is always the same; `None` if it is not as
    /// expected.
    pub(super) fn scalars_of<'v>(&self, object: &'v Value) -> Option<Scalars<'v>> {
        let Self::Pending { is_flow, spots } = self else {
            let mut found = Vec::new();
            let is_as_expected = self.find(object, &mut found);
            return is_as_expected.then_some(Scalars::Found(found));
        };
        let pending = object.as_mapping()?.pending()?;
        let is_as_expected = *is_flow == (object.style == Style::Flow)
            && pending.spots().len() == spots.len()
            && pending.spots().eq(&**spots);
        is_as_expected.then_some(Scalars::Pending(pending))
    }

    /// The same for the object that it was made of, where they are printed.
    pub(super) fn printed_in<'v>(&self, object: &'v Value) -> Option<Vec<&'v Value>> {
        if let Some(pending) = object.as_mapping().and_then(Mapping::pending) {
            // They are printed where they are put.
            return pending.scalars_done();
        }
        let mut found = Vec::new();
        self.find(object, &mut found).then_some(found)
    }

    /// Finds the scalars for the holes in a value of which nothing waits, in an order that is always the same.
    /// Returns whether it is as expected.
    pub(super) fn find<'v>(&self, value: &'v Value, found: &mut Vec<&'v Value>) -> bool {
        let has_flow = value.style == Style::Flow;
        match (self, &value.node) {
            (Self::Hole, Node::Scalar(_)) => {
                found.push(value);
                true
            }
            (Self::List { is_flow, items }, Node::Sequence(values)) => {
                let mut pairs = items.iter().zip(values);
                *is_flow == has_flow
                    && items.len() == values.len()
                    && pairs.all(|(item, value)| item.find(value, found))
            }
            (Self::Same { is_flow, fields }, Node::Mapping(there)) => {
                *is_flow == has_flow && there.is_kept(fields)
            }
            (Self::Own { is_flow, fields }, Node::Mapping(there)) => {
                *is_flow == has_flow
                    && there.difference().is_none()
                    && find_all(fields, there.entries(), found)
            }
            (
                Self::Copy {
                    is_flow,
                    origin,
                    changes,
                    added,
                },
                Node::Mapping(there),
            ) => {
                let Some(copy) = there.difference() else {
                    return false;
                };
                let mut its = copy.changes();
                let are_same = |found: &mut Vec<&'v Value>| {
                    let mut expected = changes.iter();
                    expected.all(|(at, expected)| match its.next() {
                        Some((its, value)) => its == *at && expected.find(value, found),
                        None => false,
                    }) && its.next().is_none()
                };
                *is_flow == has_flow
                    && copy.is_from(origin)
                    && { are_same }(found)
                    && find_all(added, copy.added(), found)
            }
            _ => false,
        }
    }
}

fn find_all<'v>(
    expected: &[(Scalar, Expected)],
    entries: &'v [crate::Entry],
    found: &mut Vec<&'v Value>,
) -> bool {
    expected.len() == entries.len()
        && expected
            .iter()
            .zip(entries)
            .all(|((key, expected), entry)| {
                *key == entry.key
                    && key.style == entry.key.style
                    && expected.find(&entry.value, found)
            })
}
