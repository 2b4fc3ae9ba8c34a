//! The text of an object of which overlays change a few scalars, each in the same places.
//!
//! The first changed copy of an object that is printed leaves, with the object, its text with holes
//! where the scalars are that it has for itself. Another copy that differs from the object in the same
//! places is printed by filling its scalars in. It is compared with the first one change by change, so
//! that whatever else is different in it is seen.

use super::page::Page;
use super::place::Place;
use crate::mapping::Kept;
use crate::{Mapping, Node, Scalar, Style, Value};
use rustc_hash::FxHashMap;

/// What a copy of an object was printed as.
#[derive(Debug)]
pub(crate) struct Shape {
    expected: Expected,
    text: Box<str>,
    /// Behind each piece of the text but the last comes a scalar.
    pieces: Box<[Piece]>,
}

#[derive(Debug)]
struct Piece {
    /// Where it ends in the text.
    end: usize,
    /// Where its last line begins in it, if it has more than one.
    line_start: Option<usize>,
    /// The number of the scalar behind it, as [`Expected::find`] meets them, and its place.
    hole: Option<(usize, Place)>,
}

/// What must be found in a value that is to be printed so.
#[derive(Debug)]
enum Expected {
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

/// Deeper objects are not compared: each level takes some of the thread's stack.
const DEEPEST: usize = 64;

impl Expected {
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

    /// Finds the scalars for the holes in a value, in an order that is always the same. Returns whether
    /// it is as expected.
    fn find<'v>(&self, value: &'v Value, found: &mut Vec<&'v Value>) -> bool {
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

impl Shape {
    /// The scalars that are to be filled in to print an object; `None` if it has another shape.
    pub(super) fn scalars_of<'v>(&self, object: &'v Value) -> Option<Vec<&'v Value>> {
        let mut found = Vec::with_capacity(self.pieces.len());
        self.expected.find(object, &mut found).then_some(found)
    }

    /// The numbers of the scalars that fill the holes, in the order of the text.
    pub(super) fn holes(&self) -> impl Iterator<Item = usize> {
        let holes = self.pieces.iter().filter_map(|piece| piece.hole);
        holes.map(|(number, _)| number)
    }

    /// How many bytes there are between the holes.
    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The pieces of the text, each with where its last line begins, if it has more than one, and the
    /// scalar behind it: its number in [`Self::scalars_of`], and where it stands.
    pub(super) fn pieces(
        &self,
    ) -> impl Iterator<Item = (&str, Option<usize>, Option<(usize, Place)>)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let text = &self.text[start..piece.end];
            start = piece.end;
            (text, piece.line_start, piece.hole)
        })
    }
}

/// Notes where the scalars of an object are printed that is going to give a shape.
#[derive(Default)]
pub(super) struct Sketch {
    /// Of each scalar, by its address, its bytes on the page and its place.
    scalars: FxHashMap<usize, (usize, usize, Place)>,
}

impl Sketch {
    /// Notes that a scalar was printed from byte `start` on, the space before it included.
    pub(super) fn note(&mut self, value: &Value, start: usize, page: &Page<'_>, place: Place) {
        self.scalars
            .insert(address(value), (start, page.len(), place));
    }

    /// Tells the shape of an object, whose fields are these and which was printed from byte `start` on.
    pub(super) fn tell(&self, object: &Value, fields: &Mapping, start: usize, page: &Page<'_>) {
        if let Some(copy) = fields.difference()
            && let Some(shape) = self.shape_of(object, start, page)
        {
            copy.remember_shape(shape);
        }
    }

    fn shape_of(&self, object: &Value, start: usize, page: &Page<'_>) -> Option<Shape> {
        let expected = Expected::of(object, DEEPEST)?;
        let mut found = Vec::new();
        if !expected.find(object, &mut found) {
            return None;
        }
        let holes = (0..).zip(&found).map(|(number, value)| {
            let &(start, end, place) = self.scalars.get(&address(value))?;
            Some((start, end, number, place))
        });
        let mut holes: Vec<(usize, usize, usize, Place)> = holes.collect::<Option<_>>()?;
        holes.sort_unstable_by_key(|&(start, ..)| start);
        let printed = page.since(start).0;
        let mut text = String::with_capacity(printed.len());
        let mut pieces = Vec::with_capacity(holes.len() + 1);
        let mut next = start;
        let ends = holes
            .iter()
            .map(|&(start, end, number, place)| (start, end, Some((number, place))));
        for (end, resume, hole) in ends.chain([(start + printed.len(), 0, None)]) {
            let mut piece = printed.get(next - start..end - start)?;
            if !pieces.is_empty() {
                // Whether the scalar before it ended the line is its affair.
                piece = piece.strip_prefix('\n').unwrap_or(piece);
            }
            text.push_str(piece);
            pieces.push(Piece {
                end: text.len(),
                line_start: piece.rfind('\n').map(|at| at + 1),
                hole,
            });
            next = resume;
        }
        Some(Shape {
            expected,
            text: text.into(),
            pieces: pieces.into(),
        })
    }
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parse, print, printed_alone};
    use crate::{Mapping, Scalar, ScalarKind, Style, Value};

    const OBJECT: &str = "
kind: A
metadata: {name: b, labels: {app: c}}
spec:
  list: [{b: text, c: [[{d: text}]]}, {b: other}]
  texts: [a, b]
  last: word
zone: {f: {g: '1'}}
";

    fn has_shape(copy: &Value) -> bool {
        let copy_of = copy.as_mapping().and_then(Mapping::difference).unwrap();
        let shape = copy_of.shape();
        shape.is_some_and(|shape| shape.scalars_of(copy).is_some())
    }

    type Change = fn(&mut Value);

    fn scalars() -> Vec<Value> {
        let mut folded = Value::string("a\n b\nc\n");
        folded.as_scalar_mut().unwrap().style = Style::Folded;
        vec![
            Value::string("new"),
            Value::string("words that are too many for one line ".repeat(4)),
            Value::string("two\nlines\n"),
            Value::string("kept\n\n"),
            folded,
            Value::null(),
            Value::int(7),
            Value::string(""),
            Value::scalar(ScalarKind::Timestamp, "2001-1-1 1:2:3"),
        ]
    }

    #[test]
    fn scalars_of_all_kinds_fill_the_same_holes() {
        type Place = &'static [&'static str];
        let places: [Place; 5] = [
            &["kind"],
            &["metadata", "name"],
            &["metadata", "labels", "app"],
            &["spec", "last"],
            &["zone", "f", "g"],
        ];
        for first in scalars() {
            for both in places
                .iter()
                .flat_map(|&a| places.iter().map(move |&b| [a, b]))
            {
                let object = parse(OBJECT);
                let changed = |values: [&Value; 2]| {
                    let mut copy = object.clone();
                    for (place, value) in both.into_iter().zip(values) {
                        *copy.get_path_mut(place).unwrap() = value.clone();
                    }
                    copy
                };
                print(&changed([&first, &Value::string("x")]));
                for second in scalars() {
                    let copy = changed([&second, &first]);
                    assert!(has_shape(&copy));
                    assert_eq!(print(&copy), printed_alone(&copy), "{both:?}");
                }
            }
        }
    }

    #[test]
    fn what_has_another_shape_is_seen() {
        let object = parse(OBJECT);
        let item = |copy: &mut Value, at: usize, text: &str| {
            let list = copy.get_path_mut(&["spec", "list"]).unwrap();
            *list.as_sequence_mut().unwrap()[at].get_mut("b").unwrap() = Value::string(text);
        };
        let add = |copy: &mut Value, key: &str, text: &str| {
            let labels = copy.get_path_mut(&["metadata", "labels"]).unwrap();
            labels
                .as_mapping_mut()
                .unwrap()
                .insert(key, Value::string(text));
        };
        let mut first = object.clone();
        item(&mut first, 1, "one");
        add(&mut first, "z", "one");
        print(&first);
        let mut like_it = object.clone();
        item(&mut like_it, 1, "two");
        add(&mut like_it, "z", "two\nlines");
        assert!(has_shape(&like_it));
        assert_eq!(print(&like_it), printed_alone(&like_it));
        let changes: [Change; 9] = [
            |copy| {
                drop(
                    copy.as_mapping_mut()
                        .unwrap()
                        .insert("kind", Value::mapping([])),
                );
            },
            |copy| drop(copy.as_mapping_mut().unwrap().insert("more", Value::int(1))),
            |copy| drop(copy.as_mapping_mut().unwrap().remove("kind")),
            |copy| copy.get_mut("spec").unwrap().get_mut("list").unwrap().style = Style::Plain,
            |copy| copy.get_mut("metadata").unwrap().style = Style::Plain,
            |copy| {
                let texts = copy.get_path_mut(&["spec", "list"]).unwrap();
                texts.as_sequence_mut().unwrap().push(Value::null());
            },
            |copy| {
                let texts = copy.get_path_mut(&["spec", "list"]).unwrap();
                texts.as_sequence_mut().unwrap().reverse();
            },
            |copy| {
                let labels = copy.get_path_mut(&["metadata", "labels"]).unwrap();
                labels.as_mapping_mut().unwrap().rename("z", "y");
            },
            |copy| {
                let labels = copy.get_path_mut(&["metadata", "labels"]).unwrap();
                labels
                    .as_mapping_mut()
                    .unwrap()
                    .sort_by(|a, b| b.key.text().cmp(a.key.text()));
            },
        ];
        for change in changes {
            let mut copy = like_it.clone();
            change(&mut copy);
            assert_eq!(print(&copy), printed_alone(&copy));
        }
        let mut elsewhere = object.clone();
        item(&mut elsewhere, 0, "two");
        add(&mut elsewhere, "z", "two");
        assert!(!has_shape(&elsewhere));
        assert_eq!(print(&elsewhere), printed_alone(&elsewhere));
        let mut quoted = object.clone();
        item(&mut quoted, 1, "two");
        let labels = quoted.get_path_mut(&["metadata", "labels"]).unwrap();
        labels.as_mapping_mut().unwrap().push(crate::Entry {
            key: Scalar::new(ScalarKind::Int, "5"),
            key_position: crate::Position::NONE,
            value: Value::null(),
        });
        assert!(!has_shape(&quoted));
    }
}
