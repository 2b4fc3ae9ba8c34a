//! A text of many documents that is kept until it is wanted, for instance because it may not be written
//! before others are ready.
//!
//! Of documents that fill the holes of a [`Shape`] only what they fill in is kept: of twenty overlays
//! over one base a tenth of their texts, and less to ask the system for.

use super::resource::{fill_in, find_shape, is_printed_word, write_anew};
use super::shape::Shape;
use crate::{Result, Value};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

/// A text of YAML documents, each exactly as kustomize prints a resource, and of what stands between
/// them.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What is in no shape, in order.
    own: String,
    filled: Vec<Filled>,
    /// How many bytes of `own` fill each hole of each shape, in order.
    fillings: Vec<u32>,
    /// How many bytes all of it has.
    len: usize,
    /// Where a document is printed of which only a part is kept.
    scratch: String,
}

#[derive(Clone, Debug)]
struct Filled {
    /// How many bytes of [`Draft::own`] stand before it.
    at: usize,
    shape: Arc<Shape>,
    /// Whether nothing but words fills its holes.
    are_words: bool,
}

/// Nearly all documents have fewer holes, and need fewer bytes to fill them.
const USUAL_HOLES: usize = 8;
const USUAL_BYTES: usize = 128;

impl Draft {
    /// Nothing, with room for `documents` documents of which little is not in their shapes. Room that is not
    /// used costs nothing: the system gives no memory for it. To grow into it would take as much again.
    #[must_use]
    pub fn with_capacity(documents: usize) -> Self {
        Self {
            own: String::with_capacity(documents * USUAL_BYTES),
            filled: Vec::with_capacity(documents),
            fillings: Vec::with_capacity(documents * USUAL_HOLES),
            ..Self::default()
        }
    }

    /// Adds text as it is.
    pub fn push(&mut self, text: &str) {
        self.own.push_str(text);
        self.len += text.len();
    }

    /// Adds `value` as [`write_yaml`](crate::write_yaml) prints it. What is before it must be empty or
    /// end a line.
    ///
    /// # Errors
    /// As [`write_yaml`](crate::write_yaml). Nothing is added then.
    pub fn push_yaml(&mut self, value: &Value) -> Result<()> {
        let (own, fillings) = (self.own.len(), self.fillings.len());
        let pushed = self.push_document(value);
        if pushed.is_err() {
            self.own.truncate(own);
            self.fillings.truncate(fillings);
        }
        pushed
    }

    fn push_document(&mut self, value: &Value) -> Result<()> {
        let at = self.own.len();
        let Some((shape, scalars)) = find_shape(value) else {
            write_anew(value, &mut self.own, None)?;
            self.len += self.own.len() - at;
            return Ok(());
        };
        let are_words = scalars.are_all(is_printed_word);
        if are_words {
            // Most are names: what they are printed as does not depend on what is before them.
            for word in shape
                .holes()
                .filter_map(|number| scalars.get(number).text())
            {
                self.own.push_str(word);
                self.fillings.push(word.len() as u32);
            }
            self.len += shape.len_between_words() + self.own.len() - at;
        } else {
            self.scratch.clear();
            fill_in(shape, &scalars, &mut self.scratch, |filling| {
                self.own.push_str(filling);
                self.fillings.push(filling.len() as u32);
            })?;
            self.len += self.scratch.len();
        }
        let shape = Arc::clone(shape);
        self.filled.push(Filled {
            at,
            shape,
            are_words,
        });
        Ok(())
    }

    /// How many bytes the text has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text.
    ///
    /// # Panics
    /// Never: texts put together are a text.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        if self.filled.is_empty() {
            return Cow::Borrowed(&self.own);
        }
        let mut bytes = Vec::with_capacity(self.len);
        self.write_to(&mut bytes).expect("a list takes all");
        let text = String::from_utf8(bytes).expect("texts put together are a text");
        text.into()
    }

    /// Writes the text, in very small pieces.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut own = Own {
            bytes: self.own.as_bytes(),
            next: 0,
        };
        let mut fillings = self.fillings.iter();
        for filled in &self.filled {
            out.write_all(own.until(filled.at))?;
            let mut write = |(at, piece): (usize, &[u8])| {
                if at > 0 {
                    let filling = fillings.next().map_or(0, |&bytes| bytes as usize);
                    out.write_all(own.until(own.next + filling))?;
                }
                out.write_all(piece)
            };
            if filled.are_words {
                let mut pieces = filled.shape.between_words().enumerate();
                pieces.try_for_each(&mut write)?;
            } else {
                let texts = filled.shape.texts().map(|(text, _)| text.as_bytes());
                texts.enumerate().try_for_each(&mut write)?;
            }
        }
        out.write_all(own.until(self.own.len()))
    }
}

/// What is left of a text that is taken from the front.
struct Own<'t> {
    bytes: &'t [u8],
    next: usize,
}

impl<'t> Own<'t> {
    fn until(&mut self, end: usize) -> &'t [u8] {
        let taken = &self.bytes[self.next..end];
        self.next = end;
        taken
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Self {
            len: text.len(),
            own: text,
            ..Self::default()
        }
    }
}

/// Equal texts, however they are kept.
impl PartialEq for Draft {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.text() == other.text()
    }
}

impl Eq for Draft {}

#[cfg(test)]
mod tests {
    use super::super::testing::{parse, print};
    use super::*;
    use crate::ScalarKind;

    const OBJECT: &str = "
kind: A
metadata: {name: b, labels: {app: c}}
spec: {list: [{b: text}, {b: other}], long: words that are so many that they do not fit on a line}
";

    /// A copy of an object with another name, and another label.
    fn copy(object: &Value, name: &Value, label: &Value) -> Value {
        let mut copy = object.clone();
        *copy.get_path_mut(&["metadata", "name"]).unwrap() = name.clone();
        *copy.get_path_mut(&["metadata", "labels", "app"]).unwrap() = label.clone();
        copy
    }

    fn scalars() -> Vec<Value> {
        vec![
            Value::string("new"),
            Value::string("größer"),
            Value::string("words that are too many for one line ".repeat(4)),
            Value::string("two\nlines\n"),
            Value::string("kept\n\n"),
            Value::null(),
            Value::int(7),
            Value::string(""),
        ]
    }

    #[test]
    fn a_draft_is_the_text_that_printing_gives() {
        let object = parse(OBJECT);
        let mut draft = Draft::with_capacity(3);
        let mut expected = String::new();
        for name in scalars() {
            for label in scalars() {
                let copy = copy(&object, &name, &label);
                draft.push("---\n");
                draft.push_yaml(&copy).unwrap();
                expected.push_str("---\n");
                expected.push_str(print(&copy).strip_prefix("before: it\n").unwrap());
            }
            draft.push_yaml(&object).unwrap();
            expected.push_str(print(&object).strip_prefix("before: it\n").unwrap());
        }
        assert_eq!(draft.text(), expected);
        assert_eq!(draft.len(), expected.len());
        assert_eq!(draft, Draft::from(expected.clone()));
        assert_ne!(draft, Draft::from(expected.replace('7', "8")));
    }

    #[test]
    fn what_copies_have_in_common_is_kept_once() {
        let object = parse(OBJECT);
        let mut draft = Draft::default();
        for at in 0..100 {
            let copy = copy(&object, &Value::int(at), &Value::string("x"));
            draft.push_yaml(&copy).unwrap();
        }
        let kept = draft.own.len() + size_of::<u32>() * draft.fillings.len();
        assert!(5 * kept < draft.len(), "{kept} of {}", draft.len());
    }

    #[test]
    fn what_cannot_be_printed_leaves_nothing() {
        let object = parse(OBJECT);
        let name = |kind, text| copy(&object, &Value::string("x"), &Value::scalar(kind, text));
        let mut draft = Draft::default();
        draft.push_yaml(&name(ScalarKind::Int, "1")).unwrap();
        draft.push_yaml(&name(ScalarKind::Int, "2")).unwrap();
        let before = draft.text().into_owned();
        for value in [
            name(ScalarKind::Float, ".inf"),
            Value::mapping([("a", Value::scalar(ScalarKind::Float, ".nan"))]),
        ] {
            draft.push_yaml(&value).unwrap_err();
            assert_eq!(draft.text(), before);
            assert_eq!(draft.len(), before.len());
        }
        draft.push_yaml(&name(ScalarKind::Int, "3")).unwrap();
        assert!(draft.text().starts_with(&before));
        assert!(draft.text().contains("app: 3"));
        assert!(Draft::default().is_empty());
    }
}
