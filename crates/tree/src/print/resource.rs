//! YAML exactly as kustomize prints a resource.
//!
//! kustomize encodes the node with go-yaml v3, decodes that into Go values, marshals them with
//! `encoding/json`, decodes the JSON with go-yaml v2 and encodes the result with it. What that
//! chain does to a tree is done here in one pass: sorted keys, no styles and comments, numbers in
//! Go's form, timestamps completed, and the few texts that the chain changes (see `effects`).

use super::analysis::{Dialect, analyze, is_break, is_word};
use super::expected::Scalars;
use super::order::KeyOrder;
use super::page::{INDENT, LONGEST_SIMPLE_KEY, Page};
use super::parts::Recorders;
use super::place::{Context, Place};
use super::repeated::{self, Keeping};
use super::scalar::{Slot, write_string};
use super::shape::{Shape, Sketch};
use super::walk::{Syntax, walk};
use super::{effects, number};
use crate::{Mapping, Node, Result, Scalar, ScalarKind, Style, Value};
use std::ops::Range;
use std::sync::Arc;

/// Appends `value` as a YAML document, exactly as kustomize prints a resource. `out` must be empty
/// or end a line; the document ends with a line break.
///
/// # Errors
/// When the tree holds what kustomize cannot print: infinities, "not a number", base64 that is
/// none, timestamps with an offset of a day, keys below the root that are not strings, or a key
/// spelled `null` or `~`.
pub fn write_yaml(value: &Value, out: &mut String) -> Result<()> {
    write(value, out, None)
}

/// A leaf of the tree (a scalar, or an empty list or mapping) and where it was printed.
#[derive(Clone, Debug)]
pub struct Printed<'v> {
    /// The leaf.
    pub leaf: &'v Value,
    /// The bytes of the output that are its text, quotes and the marks of block scalars included.
    pub text: Range<usize>,
}

/// [`write_yaml`], and tells where each leaf was printed, in the order of the output.
///
/// # Errors
/// As [`write_yaml`].
pub fn write_yaml_with_places<'v>(value: &'v Value, out: &mut String) -> Result<Vec<Printed<'v>>> {
    let mut printed = Vec::new();
    write(value, out, Some(&mut printed))?;
    Ok(printed)
}

/// What an object was printed as that differs from the same one in the same places, and the scalars that
/// `value` has there.
pub(super) fn find_shape(value: &Value) -> Option<(&Arc<Shape>, Scalars<'_>)> {
    let shape = value.as_mapping()?.shape()?;
    Some((shape, shape.scalars_of(value)?))
}

/// Whether a value is a scalar that is printed as its text, wherever it stands.
pub(super) fn is_printed_word(value: &Value) -> bool {
    let scalar = value.as_scalar();
    scalar.is_some_and(|scalar| scalar.kind == ScalarKind::String && is_word(scalar.text()))
}

/// Prints an object of a known shape, which has these scalars for itself, and tells what stands in each
/// of the holes.
///
/// # Errors
/// As [`write_yaml`].
pub(super) fn fill_in(
    shape: &Shape,
    scalars: &Scalars<'_>,
    out: &mut String,
    mut tell: impl FnMut(&str),
) -> Result<()> {
    let mut printer = ResourcePrinter::new(out, None);
    let mut start = 0;
    for (at, (text, line_start, hole)) in shape.pieces().enumerate() {
        if at > 0 {
            printer.page.new_line(0);
            tell(printer.page.since(start).0);
        }
        printer.page.paste(text, line_start);
        start = printer.page.len();
        if let Some((number, place)) = hole {
            let value = scalars.get(number);
            if let Some(scalar) = value.as_scalar() {
                printer.scalar(value, scalar, place)?;
            }
        }
    }
    Ok(())
}

fn write<'v>(
    value: &'v Value,
    out: &mut String,
    printed: Option<&mut Vec<Printed<'v>>>,
) -> Result<()> {
    if printed.is_none()
        && let Some((shape, scalars)) = find_shape(value)
    {
        return fill_in(shape, &scalars, out, |_| {});
    }
    write_anew(value, out, printed)
}

/// [`write_yaml`] of what has no known shape. The first copy of an object gives one.
///
/// # Errors
/// As [`write_yaml`].
pub(super) fn write_anew<'v>(
    value: &'v Value,
    out: &mut String,
    printed: Option<&mut Vec<Printed<'v>>>,
) -> Result<()> {
    let copy = value.as_mapping().filter(|_| printed.is_none());
    let copy = copy.and_then(|fields| Some((fields, fields.difference()?)));
    let has_shape = copy.is_some_and(|(_, copy)| copy.shape().is_some());
    let mut printer = ResourcePrinter::new(out, printed);
    printer.sketch = copy.filter(|_| !has_shape).and_then(|_| Sketch::of(value));
    let root = Place {
        indent: 0,
        context: Context::Root,
        flow: false,
    };
    let start = printer.page.len();
    walk(value, root, KeyOrder::Natural, &mut printer)?;
    printer.page.new_line(0);
    if let (Some((fields, _)), Some(sketch)) = (copy, printer.sketch.take()) {
        sketch.tell(fields, start, &printer.page);
    }
    Ok(())
}

impl Place {
    fn slot(self, simple_key: bool) -> Slot {
        Slot {
            indent: self.indent + INDENT,
            simple_key,
            flow: false,
        }
    }
}

/// The key that readers of YAML 1.1 take for another thing.
const MERGE: &str = "<<";

struct ResourcePrinter<'o, 'v> {
    page: Page<'o>,
    /// The leaves so far, if somebody wants to know.
    printed: Option<&'o mut Vec<Printed<'v>>>,
    /// The fields whose text will be remembered once it is complete.
    keeping: Option<Keeping<'v>>,
    /// Where scalars are, if their object is the first changed copy of one.
    sketch: Option<Sketch>,
    /// The changed copies whose other fields are remembered one by one.
    recorders: Recorders<'v>,
}

impl<'o, 'v> ResourcePrinter<'o, 'v> {
    fn new(out: &'o mut String, printed: Option<&'o mut Vec<Printed<'v>>>) -> Self {
        Self {
            page: Page::new(out, Dialect::V2),
            printed,
            keeping: None,
            sketch: None,
            recorders: Recorders::default(),
        }
    }

    /// Whether single fields of copies are remembered: not of the first copy, which gives a shape.
    fn may_remember(&self) -> bool {
        self.printed.is_none() && self.sketch.is_none()
    }

    /// Begins an item or a field: the first one of a collection that began behind a `-` stays on
    /// its line.
    fn begin(&mut self, first: bool, place: Place) {
        if first && place.context == Context::Inline {
            self.page.push(" ");
        } else {
            self.page.new_line(place.indent);
        }
    }

    /// Notes that `leaf` was printed from byte `start` on.
    fn note(&mut self, leaf: &'v Value, start: usize) {
        let end = self.page.len();
        if let Some(printed) = &mut self.printed {
            printed.push(Printed {
                leaf,
                text: start..end,
            });
        }
    }
}

impl<'v> Syntax<'v> for ResourcePrinter<'_, 'v> {
    type Place = Place;

    fn scalar(&mut self, value: &'v Value, scalar: &'v Scalar, place: Place) -> Result<()> {
        let before = self.page.len();
        if place.context != Context::Root {
            self.page.push(" ");
        }
        let start = self.page.len();
        let text = scalar.text();
        match scalar.kind {
            ScalarKind::String if is_word(text) => self.page.push(text),
            // Between brackets, go-yaml v3 puts some scalars in quotes, which makes strings of them:
            // a null of no text, and times, for their colons.
            ScalarKind::Null | ScalarKind::Timestamp
                if place.flow && !analyze(text, Dialect::V3).flow_plain =>
            {
                write_string(&mut self.page, text, place.slot(false));
            }
            ScalarKind::Null => self.page.push("null"),
            ScalarKind::Bool => self.page.push(effects::bool_text(text)),
            ScalarKind::Int if number::is_canonical_int(text) => self.page.push(text),
            ScalarKind::Int | ScalarKind::Float => {
                let number = effects::finite_number(scalar).map_err(|e| e.at(value.position))?;
                self.page
                    .push_with(|out| number::write_yaml_number(out, number));
            }
            ScalarKind::String | ScalarKind::Timestamp | ScalarKind::Binary => {
                let text = effects::printed_text(scalar).map_err(|e| e.at(value.position))?;
                write_string(&mut self.page, &text, place.slot(false));
            }
        }
        self.note(value, start);
        if let Some(sketch) = &mut self.sketch {
            sketch.note(value, before, &self.page, place);
        }
        Ok(())
    }

    fn repeat(&mut self, value: &'v Value, fields: &'v Mapping, place: Place) -> bool {
        // Who wants to know the places of leaves must meet each.
        self.printed.is_none()
            && repeated::repeat(&mut self.page, &mut self.keeping, value, fields, place)
    }

    fn sort(&self, keys: KeyOrder, fields: &'v Mapping, orders: &mut Vec<u32>) -> bool {
        let known = fields.difference().and_then(|it| it.parts()?.order_for(it));
        match known {
            Some(order) => {
                orders.extend_from_slice(order);
                !order.is_empty()
            }
            None => keys.sort(fields, orders),
        }
    }

    fn repeat_field(&mut self, mapping: &'v Mapping, at: usize, first: bool, place: Place) -> bool {
        // Who wants to know the places of leaves must meet each.
        let Some(difference) = mapping.difference().filter(|_| self.printed.is_none()) else {
            return false;
        };
        if self.recorders.are_at(mapping) {
            return false;
        }
        let parts = difference.parts();
        let Some((text, line_start)) = parts.and_then(|parts| parts.get(difference, at, place))
        else {
            return false;
        };
        self.begin(first, place);
        self.page.paste(text, line_start);
        true
    }

    fn open(&mut self, value: &'v Value, place: Place) -> Result<Place> {
        if value.is_null_or_empty() {
            if place.context != Context::Root {
                self.page.push(" ");
            }
            let start = self.page.len();
            let is_list = matches!(value.node, Node::Sequence(_));
            self.page.push(if is_list { "[]" } else { "{}" });
            self.note(value, start);
            return Ok(place);
        }
        let is_list = matches!(value.node, Node::Sequence(_));
        // Lists are not indented under their key.
        let deeper = match place.context {
            Context::Root => 0,
            Context::Field if is_list => 0,
            Context::Field | Context::Inline => INDENT,
        };
        let place = Place {
            indent: place.indent + deeper,
            flow: place.flow || value.style == Style::Flow,
            ..place
        };
        if let Some(fields) = value.as_mapping().filter(|_| self.may_remember()) {
            self.recorders.begin(fields, place);
        }
        Ok(place)
    }

    fn item(&mut self, _: &'v Value, first: bool, place: Place) -> Result<Place> {
        self.begin(first, place);
        self.page.push("-");
        Ok(Place {
            context: Context::Inline,
            ..place
        })
    }

    fn field(
        &mut self,
        mapping: &'v Mapping,
        at: usize,
        first: bool,
        place: Place,
    ) -> Result<Place> {
        let entry = mapping.at(at);
        let key = entry.key.text();
        self.recorders.end_field(&self.page, mapping);
        // Nearly all keys are, and one look tells.
        if entry.key.kind == ScalarKind::String && key.len() <= LONGEST_SIMPLE_KEY && is_word(key) {
            self.begin(first, place);
            self.recorders.begin_field(&self.page, mapping, at);
            self.page.push(key);
            self.page.push(":");
            return Ok(Place {
                context: Context::Field,
                ..place
            });
        }
        effects::check_key(entry, place.context == Context::Root)?;
        self.begin(first, place);
        self.recorders.begin_field(&self.page, mapping, at);
        let simple = key.len() <= LONGEST_SIMPLE_KEY && !key.contains(is_break);
        if !simple {
            self.page.push("? ");
        }
        if key == MERGE {
            // Without quotes it would merge what is behind it.
            self.page.push("\"<<\"");
        } else {
            write_string(&mut self.page, key, place.slot(simple));
        }
        if !simple {
            self.page.new_line(place.indent);
        }
        self.page.push(":");
        Ok(Place {
            context: if simple {
                Context::Field
            } else {
                Context::Inline
            },
            ..place
        })
    }

    fn close(&mut self, value: &'v Value, _: Place) -> Result<()> {
        if let Some(fields) = value.as_mapping() {
            self.recorders.end(&self.page, fields);
            repeated::keep(&self.page, &mut self.keeping, fields);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
