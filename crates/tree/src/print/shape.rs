//! The text of an object of which overlays change a few scalars, each in the same places.
//!
//! The first changed copy of an object that is printed leaves, with the object, its text with holes
//! where the scalars are that it has for itself. Another copy that differs from the object in the same
//! places is printed by filling its scalars in. It is compared with the first one change by change, so
//! that whatever else is different in it is seen.

use super::expected::{Expected, Scalars};
use super::page::Page;
use super::place::Place;
use crate::{Mapping, Value};

/// What a copy of an object was printed as.
#[derive(Debug)]
pub(crate) struct Shape {
    expected: Expected,
    /// As it is around words: with the space before each, and the end of its line.
    text: Box<str>,
    pieces: Box<[Piece]>,
}

/// A piece of the text, and the scalar behind it.
#[derive(Debug)]
struct Piece {
    /// Where it ends in the text, behind the space.
    end: u32,
    /// Where its last line begins in it, if it has more than one; without what is around words.
    line_start: Option<u32>,
    /// None is behind the last.
    hole: Option<Hole>,
}

#[derive(Clone, Copy, Debug)]
struct Hole {
    /// The number of the scalar, as [`Expected::find`] meets it.
    number: u32,
    place: Place,
}

impl Shape {
    /// The scalars that are to be filled in to print an object; `None` if it has another shape.
    pub(super) fn scalars_of<'v>(&self, object: &'v Value) -> Option<Scalars<'v>> {
        self.expected.scalars_of(object)
    }

    /// The numbers of the scalars that fill the holes, in the order of the text.
    pub(super) fn holes(&self) -> impl Iterator<Item = usize> {
        let holes = self.pieces.iter().filter_map(|piece| piece.hole);
        holes.map(|hole| hole.number as usize)
    }

    /// How many scalars fill the holes.
    pub(crate) fn hole_count(&self) -> usize {
        // None is behind the last piece.
        self.pieces.len() - 1
    }

    /// How many bytes there are between words that fill the holes.
    pub(super) fn len_between_words(&self) -> usize {
        self.text.len()
    }

    /// The pieces of the text between words that fill the holes.
    pub(super) fn between_words(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let end = piece.end as usize;
            &self.text.as_bytes()[std::mem::replace(&mut start, end)..end]
        })
    }

    /// The pieces of the text between the holes, which are all that a scalar is printed as, from the space before
    /// it to the end of its line. Each is with where its last line begins, if it has more than one.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let end = piece.end as usize - usize::from(piece.hole.is_some());
            let text = &self.text[std::mem::replace(&mut start, piece.end as usize + 1)..end];
            (text, piece.line_start.map(|at| at as usize))
        })
    }

    /// The pieces of the text, each with where its last line begins, if it has more than one, and the
    /// scalar behind it: its number in [`Self::scalars_of`], and where it stands.
    pub(super) fn pieces(
        &self,
    ) -> impl Iterator<Item = (&str, Option<usize>, Option<(usize, Place)>)> {
        self.texts()
            .zip(&self.pieces)
            .map(|((text, line_start), piece)| {
                let hole = piece.hole.map(|hole| (hole.number as usize, hole.place));
                (text, line_start, hole)
            })
    }
}

/// Notes where those scalars are printed that an object has for itself, which is going to give a shape.
pub(super) struct Sketch {
    expected: Expected,
    /// Their addresses in ascending order, each with its number.
    sought: Vec<(usize, u32)>,
    /// Those that were printed, in order.
    printed: Vec<PrintedHole>,
}

struct PrintedHole {
    start: usize,
    end: usize,
    hole: Hole,
}

impl Sketch {
    /// Nothing of an object is printed yet. `None` if it gives no shape.
    pub(super) fn of(object: &Value) -> Option<Self> {
        let expected = Expected::of_object(object)?;
        let scalars = expected.printed_in(object)?;
        let mut sought: Vec<(usize, u32)> = scalars.into_iter().map(address).zip(0..).collect();
        sought.sort_unstable();
        Some(Self {
            expected,
            printed: Vec::with_capacity(sought.len()),
            sought,
        })
    }

    /// Notes that a scalar was printed from byte `start` on, the space before it included.
    pub(super) fn note(&mut self, value: &Value, start: usize, page: &Page<'_>, place: Place) {
        let address = address(value);
        let its = self.sought.binary_search_by_key(&address, |&(its, _)| its);
        if let Ok(at) = its {
            let (_, number) = self.sought[at];
            self.printed.push(PrintedHole {
                start,
                end: page.len(),
                hole: Hole { number, place },
            });
        }
    }

    /// Tells the shape of an object, whose fields are these and which was printed from byte `start` on.
    pub(super) fn tell(self, fields: &Mapping, start: usize, page: &Page<'_>) {
        if let Some(copy) = fields.difference()
            && let Some(shape) = self.into_shape(start, page)
        {
            copy.remember_shape(shape);
        }
    }

    fn into_shape(self, start: usize, page: &Page<'_>) -> Option<Shape> {
        if self.printed.len() != self.sought.len() {
            return None;
        }
        let printed = page.since(start).0;
        let in_holes = self.printed.iter().map(|hole| hole.end - hole.start);
        let around_words = 2 * self.printed.len();
        let length = printed.len() - in_holes.sum::<usize>() + around_words;
        let mut text = String::with_capacity(length);
        // A longer text is printed anew.
        u32::try_from(length).ok()?;
        let mut pieces = Vec::with_capacity(self.printed.len() + 1);
        let mut next = start;
        let holes = self.printed.into_iter();
        let ends = holes.map(|it| (it.start, it.end, Some(it.hole)));
        for (end, resume, hole) in ends.chain([(start + printed.len(), 0, None)]) {
            let mut piece = printed.get(next - start..end - start)?;
            if !pieces.is_empty() {
                // Whether the scalar before it ended the line is its affair.
                piece = piece.strip_prefix('\n').unwrap_or(piece);
                text.push('\n');
            }
            text.push_str(piece);
            text.extend(hole.map(|_| ' '));
            pieces.push(Piece {
                end: text.len() as u32,
                line_start: piece.rfind('\n').map(|at| at as u32 + 1),
                hole,
            });
            next = resume;
        }
        Some(Shape {
            expected: self.expected,
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
    use crate::{Mapping, Room, Scalar, ScalarKind, Spot, Style, Value};

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

    /// A copy in which a name, a new label, an item's field and a word further on wait to be changed.
    fn waiting(object: &Value, order: [usize; 4], values: [&Value; 4]) -> Value {
        let new = |way: &[u32], key: &str| {
            let room = Room::for_missing(way).unwrap();
            room.spot(&[key.into()].into()).unwrap()
        };
        let spots = [
            Spot::at(&[1, 0]).unwrap(),
            new(&[1, 1], "z"),
            Spot::at(&[2, 0, 1, 0]).unwrap(),
            Spot::at(&[3, 0, 0]).unwrap(),
        ];
        let mut copy = object.clone();
        for at in order {
            let fields = copy.as_mapping_mut().unwrap();
            let set = |scalar: &mut Value| *scalar = values[at].clone();
            fields.change_later(spots[at].clone(), None, set).unwrap();
        }
        copy
    }

    #[test]
    fn what_waits_fills_the_holes_that_others_left() {
        const ORDER: [usize; 4] = [0, 1, 2, 3];
        let word = Value::string("x");
        for first in scalars() {
            let object = parse(OBJECT);
            let copy = waiting(&object, ORDER, [&first, &word, &first, &word]);
            assert_eq!(print(&copy), printed_alone(&copy));
            for second in scalars() {
                let values = [&word, &second, &second, &first];
                let copy = waiting(&object, ORDER, values);
                let shape = copy.as_mapping().and_then(Mapping::shape).unwrap();
                let scalars = shape.scalars_of(&copy).unwrap();
                assert_eq!([0, 1, 2, 3].map(|number| scalars.get(number)), values);
                assert_eq!(print(&copy), printed_alone(&copy));
            }
            // Labels that come in another order, one more, and one of another key.
            let copy = waiting(&object, [1, 0, 2, 3], [&word; 4]);
            let shape = copy.as_mapping().and_then(Mapping::shape).unwrap();
            assert!(shape.scalars_of(&copy).is_none());
            assert_eq!(print(&copy), printed_alone(&copy));
            let mut more = waiting(&object, ORDER, [&word; 4]);
            let room = Room::for_missing(&[1, 1]).unwrap();
            let spot = room.spot(&["y".into()].into()).unwrap();
            let news = &mut vec![(spot, word.clone())];
            assert!(more.as_mapping_mut().unwrap().add_later(news));
            assert_eq!(print(&more), printed_alone(&more));
            assert_ne!(print(&more), print(&copy));
            // One that somebody changed at once.
            let mut other = waiting(&object, ORDER, [&word; 4]);
            *other.get_path_mut(&["metadata", "name"]).unwrap() = first.clone();
            assert_eq!(print(&other), printed_alone(&other));
        }
    }

    #[test]
    fn what_waits_fills_the_holes_of_what_was_changed_at_once() {
        let object = parse(OBJECT);
        let word = Value::string("x");
        let mut first = waiting(&object, [0, 1, 2, 3], [&word; 4]);
        *first.get_path_mut(&["zone", "f", "g"]).unwrap() = Value::int(7);
        print(&first);
        for second in scalars() {
            let copy = waiting(&object, [0, 1, 2, 3], [&word, &second, &word, &second]);
            assert!(has_shape(&copy));
            assert_eq!(print(&copy), printed_alone(&copy));
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
