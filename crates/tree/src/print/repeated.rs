//! The text of fields that are printed again and again: overlays over one base share with each other
//! what they do not change (see [`Mapping`]), and print it all the same.
//!
//! The first to print fields that others have too remembers the text with them; the others copy it
//! where they print them at the same place. Only the outermost of such fields are remembered, so
//! that no text is kept twice before there is a need.

use super::page::Page;
use super::place::Place;
use crate::{Mapping, Style, Value};

/// What the fields of a mapping were printed as.
#[derive(Debug)]
pub(crate) struct PrintedFields {
    /// Everything beside the fields that the text depends on: where it stands on the page.
    place: Place,
    text: Box<str>,
    /// Where the last line begins in the text.
    line_start: Option<usize>,
}

/// Fields that are being printed and whose text will be remembered.
pub(super) struct Keeping<'v> {
    fields: &'v Mapping,
    place: Place,
    start: usize,
}

/// A shorter text is printed as soon as it is looked up.
const SHORTEST: usize = 24;

/// Prints the fields of `value` at a place as they were printed before, and returns true. If nobody
/// printed them there and somebody may again, sees to it that their text will be kept.
pub(super) fn repeat<'v>(
    page: &mut Page<'_>,
    keeping: &mut Option<Keeping<'v>>,
    value: &Value,
    fields: &'v Mapping,
    place: Place,
) -> bool {
    // Brackets belong to the value, which copies can have put off.
    let flow = place.flow || value.style == Style::Flow;
    let place = Place { flow, ..place };
    match fields.printed() {
        Some(printed) if printed.place == place => {
            page.paste(&printed.text, printed.line_start);
            return true;
        }
        Some(_) => {}
        None if keeping.is_none() && fields.is_shared() => {
            let start = page.len();
            *keeping = Some(Keeping {
                fields,
                place,
                start,
            });
        }
        None => {}
    }
    false
}

/// Remembers the text of fields, which are complete, if that was to be.
pub(super) fn keep(page: &Page<'_>, keeping: &mut Option<Keeping<'_>>, fields: &Mapping) {
    let Some(kept) = keeping.take_if(|kept| std::ptr::eq(kept.fields, fields)) else {
        return;
    };
    let (text, line_start) = page.since(kept.start);
    if text.len() >= SHORTEST {
        kept.fields.remember_printed(PrintedFields {
            place: kept.place,
            text: text.into(),
            line_start,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parse, print, printed_alone};
    use crate::Value;

    const OBJECT: &str = "
kind: A
spec:
  long: words words words words words words words words words words words words words words words
  list: [{b: text of some length, c: [[{d: text of some more length, e: 'yes, it is some text'}]]}]
  end: |+
    kept

other: {f: {g: '1', h: some text between brackets, and some more: text between brackets}}
";

    #[test]
    fn repeated_fields_look_as_if_printed_anew() {
        let object = parse(OBJECT);
        let expected = printed_alone(&object);
        // Each first prints what it has for itself, then what the others printed.
        let copies = [object.clone(), object.clone(), object];
        for copy in copies.iter().chain(&copies) {
            assert_eq!(print(copy), expected);
        }
    }

    #[test]
    fn what_changed_since_is_printed_anew() {
        let object = parse(OBJECT);
        let mut copy = object.clone();
        print(&copy);
        for step in [&["spec", "long"][..], &["kind"], &["other", "f", "g"]] {
            *copy.get_path_mut(step).unwrap() = Value::string("new");
            assert_eq!(print(&copy), printed_alone(&copy));
            assert_eq!(print(&object), printed_alone(&object));
        }
    }

    #[test]
    fn another_place_or_other_brackets_make_another_text() {
        let object = parse(OBJECT);
        let spec = object.get("spec").unwrap().clone();
        print(&object);
        let deeper = Value::mapping([("a", Value::mapping([("b", spec.clone())]))]);
        let in_list = Value::sequence(vec![Value::sequence(vec![spec.clone()])]);
        let mut in_brackets = parse("a: [~]");
        *in_brackets
            .get_mut("a")
            .and_then(Value::as_sequence_mut)
            .unwrap() = vec![spec.clone()];
        let time =
            parse("time: 2001-1-1 1:2:3\nmore: text so that it is worth to be remembered as it is");
        let mut time_in_brackets = time.clone();
        time_in_brackets.style = crate::Style::Flow;
        for value in [spec, deeper, in_list, in_brackets, time, time_in_brackets] {
            assert_eq!(print(&value), printed_alone(&value));
            assert_eq!(print(&value), printed_alone(&value));
        }
    }
}
