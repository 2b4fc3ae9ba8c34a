//! The text of single fields: of a mapping that overlays change, they print most fields as each
//! other.
//!
//! The first copy of such a mapping that is printed remembers, with the mapping it was copied from,
//! the text of every field that it has unchanged, and the order it visited them in. Other copies
//! print by that what they have unchanged, too, where they stand at the same place of the page.

use super::page::Page;
use super::place::Place;
use crate::mapping::Difference;
use crate::{Mapping, Text};

/// What fields of a mapping were printed as.
#[derive(Debug)]
pub(crate) struct PrintedParts {
    /// Where the fields stand on the page.
    place: Place,
    text: Box<str>,
    /// Of each field, by its place in the mapping.
    parts: Box<[Part]>,
    /// The keys that were added where the order is from.
    added: Box<[Text]>,
    /// The order of these and those of the mapping; empty if they are in order.
    order: Box<[u32]>,
}

/// Where a field is in the text, from its key to the end of its value.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    start: usize,
    /// As the start, where nobody printed the field yet.
    end: usize,
    /// Where its last line begins behind its start, if it has more than one.
    line_start: Option<usize>,
}

impl PrintedParts {
    /// What the field at place `at` of a copy looks like below `place`, and where its last line
    /// begins, if that is known.
    pub(super) fn get(
        &self,
        copy: Difference<'_>,
        at: usize,
        place: Place,
    ) -> Option<(&str, Option<usize>)> {
        let part = self.parts.get(at)?;
        let is_known = part.end > part.start && self.place == place && copy.is_unchanged(at);
        is_known.then(|| (&self.text[part.start..part.end], part.line_start))
    }

    /// The order of the fields of a copy, if it is known; empty where it is that of the copy.
    pub(super) fn order_for(&self, copy: Difference<'_>) -> Option<&[u32]> {
        let keys = copy.added().iter().map(|entry| entry.key.text());
        keys.eq(self.added.iter().map(Text::as_str))
            .then_some(&*self.order)
    }
}

/// The changed copies that are being printed and whose fields will be remembered, the innermost last.
#[derive(Default)]
pub(super) struct Recorders<'v>(Vec<Recorder<'v>>);

struct Recorder<'v> {
    fields: &'v Mapping,
    copy: Difference<'v>,
    place: Place,
    text: String,
    parts: Vec<Part>,
    order: Vec<u32>,
    /// The field that is being printed, if it is to be remembered, and where its key begins.
    current: Option<(usize, usize)>,
}

impl<'v> Recorders<'v> {
    /// Remembers fields, which will stand at `place`, if that is of use to others.
    pub(super) fn begin(&mut self, fields: &'v Mapping, place: Place) {
        let Some(copy) = fields.difference().filter(|it| it.parts().is_none()) else {
            return;
        };
        self.0.push(Recorder {
            fields,
            copy,
            place,
            text: String::new(),
            parts: vec![Part::default(); copy.origin_len()],
            order: Vec::with_capacity(fields.len()),
            current: None,
        });
    }

    /// Whether the fields of this mapping are remembered at present.
    pub(super) fn are_at(&self, fields: &Mapping) -> bool {
        let last = self.0.last();
        last.is_some_and(|recorder| std::ptr::eq(recorder.fields, fields))
    }

    fn of(&mut self, fields: &Mapping) -> Option<&mut Recorder<'v>> {
        let last = self.0.last_mut();
        last.filter(|recorder| std::ptr::eq(recorder.fields, fields))
    }

    /// The field at place `at` begins here with its key.
    pub(super) fn begin_field(&mut self, page: &Page<'_>, fields: &Mapping, at: usize) {
        if let Some(recorder) = self.of(fields) {
            recorder.order.push(at as u32);
            let is_kept = recorder.copy.is_unchanged(at);
            recorder.current = is_kept.then(|| (at, page.len()));
        }
    }

    /// Ends the field before, if there is one.
    pub(super) fn end_field(&mut self, page: &Page<'_>, fields: &Mapping) {
        if let Some(recorder) = self.of(fields) {
            recorder.end_field(page);
        }
    }

    /// Ends the fields of a mapping.
    pub(super) fn end(&mut self, page: &Page<'_>, fields: &Mapping) {
        if !self.are_at(fields) {
            return;
        }
        if let Some(mut recorder) = self.0.pop() {
            recorder.end_field(page);
            recorder.tell();
        }
    }
}

impl Recorder<'_> {
    fn end_field(&mut self, page: &Page<'_>) {
        let Some((at, start)) = self.current.take() else {
            return;
        };
        let (text, line_start) = page.since(start);
        self.parts[at] = Part {
            start: self.text.len(),
            end: self.text.len() + text.len(),
            line_start,
        };
        self.text.push_str(text);
    }

    fn tell(self) {
        let is_in_order = self.order.iter().copied().eq(0..self.order.len() as u32);
        let order = if is_in_order { Vec::new() } else { self.order };
        let added = self.copy.added().iter();
        self.copy.remember_parts(PrintedParts {
            place: self.place,
            text: self.text.into(),
            parts: self.parts.into(),
            added: added.map(|entry| entry.key.text().into()).collect(),
            order: order.into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parse, print, printed_alone};
    use crate::{Mapping, Style, Value};

    const OBJECT: &str = "
kind: A
data:
  long: words words words words words words words words words words words words words words words
  kept: |+
    two

  block: |
    lines
  a10: x
  a9: y
metadata: {name: b, labels: {app: c, 'yes': 'no'}}
spec:
  list: [{b: text, c: [[{d: text, e: 'yes, it is'}]]}, {b: other}]
  '2001-01-01': {f: {g: '1', h: text}}
? a key that is far too long to be a simple one, as those are that have more than a hundred and twenty-eight bytes in all of their text
: i: j
";

    /// The value of the field that is met as number `at` on the way through a tree.
    fn field<'v>(value: &'v mut Value, at: &mut usize) -> Option<&'v mut Value> {
        let count = value.as_mapping().map_or(0, Mapping::len);
        for place in 0..count {
            if *at == 0 {
                return value.as_mapping_mut()?.value_at_mut(place);
            }
            *at -= 1;
            // The way is only copied where it leads to the field.
            let below = fields_below(value.as_mapping()?.at(place).value);
            if *at < below {
                return field(value.as_mapping_mut()?.value_at_mut(place)?, at);
            }
            *at -= below;
        }
        for item in value.as_sequence_mut().into_iter().flatten() {
            let below = fields_below(item);
            if *at < below {
                return field(item, at);
            }
            *at -= below;
        }
        None
    }

    fn fields_below(value: &Value) -> usize {
        let fields = value.as_mapping().into_iter().flat_map(Mapping::iter);
        let fields: usize = fields.map(|(_, value)| 1 + fields_below(value)).sum();
        let items = value.as_sequence().unwrap_or_default().iter();
        fields + items.map(fields_below).sum::<usize>()
    }

    #[test]
    fn copies_that_differ_anywhere_look_as_if_printed_anew() {
        let values = [
            Value::string("new"),
            Value::string("a\ntext\n\n"),
            Value::null(),
            Value::mapping([("n", Value::int(1))]),
            Value::sequence(vec![Value::string("words ".repeat(30))]),
        ];
        let object = parse(OBJECT);
        let count = fields_below(&object);
        assert!(count > 20);
        for second in [None, Some(3), Some(11)] {
            // The first copy decides what is remembered.
            for start in 0..count {
                let object = parse(OBJECT);
                for at in (start..count).chain(0..start) {
                    let mut copy = object.clone();
                    for (at, number) in [Some(at), second].into_iter().flatten().zip(0..) {
                        if let Some(field) = field(&mut copy, &mut { at }) {
                            *field = values[(at + number) % values.len()].clone();
                        }
                    }
                    assert_eq!(print(&copy), printed_alone(&copy), "{start} {at}");
                }
                assert_eq!(print(&object), printed_alone(&object));
            }
        }
    }

    #[test]
    fn added_fields_take_their_place_in_the_order() {
        let object = parse(OBJECT);
        for keys in [
            &["z"][..],
            &["a"],
            &["a", "z"],
            &["z", "a"],
            &["a11", "kinda"],
            &["z"],
        ] {
            for into in ["metadata", "data"] {
                let mut copy = object.clone();
                let fields = copy.get_mut(into).and_then(Value::as_mapping_mut).unwrap();
                for key in keys {
                    fields.insert(key, Value::string(*key));
                }
                assert_eq!(print(&copy), printed_alone(&copy), "{keys:?}");
            }
        }
    }

    #[test]
    fn another_place_or_other_brackets_make_another_text() {
        let object = parse("{a: {b: '12:30:00', c: 2001-1-1 1:2:3, d: {e: f}, x: ~}, g: [h]}");
        let changed = || {
            let mut copy = object.clone();
            *copy.get_path_mut(&["a", "d", "e"]).unwrap() = Value::string("new");
            copy
        };
        print(&changed());
        let mut no_brackets = changed();
        no_brackets.style = Style::Plain;
        no_brackets.get_mut("a").unwrap().style = Style::Plain;
        let deeper = Value::mapping([("a", Value::mapping([("b", changed())]))]);
        let in_list = Value::sequence(vec![Value::sequence(vec![changed()])]);
        for value in [changed(), no_brackets, deeper, in_list] {
            assert_eq!(print(&value), printed_alone(&value));
        }
    }
}
