//! The walk over a tree that all printers share. It keeps its own stack, so that no depth of nesting
//! can exhaust the thread's.

use super::order::KeyOrder;
use crate::{Mapping, Node, Result, Scalar, Value};

/// A syntax to print a tree in. `Place` is what a printer must know of where a node stands; it
/// hands out a place for each child it begins.
pub(super) trait Syntax<'v> {
    type Place: Copy;

    /// Writes a scalar.
    fn scalar(&mut self, value: &'v Value, scalar: &'v Scalar, place: Self::Place) -> Result<()>;

    /// Writes a whole mapping, if it is known how that looks.
    fn repeat(&mut self, _value: &'v Value, _fields: &'v Mapping, _place: Self::Place) -> bool {
        false
    }

    /// Appends to `orders` in which order to visit the fields; returns false when that is theirs.
    fn sort(&self, keys: KeyOrder, fields: &'v Mapping, orders: &mut Vec<u32>) -> bool {
        keys.sort(fields, orders)
    }

    /// Writes the whole field that is number `at` in `mapping`, if it is known how that looks.
    fn repeat_field(
        &mut self,
        _mapping: &'v Mapping,
        _at: usize,
        _first: bool,
        _place: Self::Place,
    ) -> bool {
        false
    }

    /// Begins a list or a mapping, which may be empty.
    fn open(&mut self, value: &'v Value, place: Self::Place) -> Result<Self::Place>;

    /// Begins an item of a list opened at `place`.
    fn item(&mut self, item: &'v Value, first: bool, place: Self::Place) -> Result<Self::Place>;

    /// Begins the field that is number `at` in `mapping`, opened at `place`: writes the key.
    fn field(
        &mut self,
        mapping: &'v Mapping,
        at: usize,
        first: bool,
        place: Self::Place,
    ) -> Result<Self::Place>;

    /// Ends a list or a mapping opened at `place`.
    fn close(&mut self, value: &'v Value, place: Self::Place) -> Result<()>;
}

/// A collection under way.
struct Frame<'v, P> {
    value: &'v Value,
    place: P,
    next: usize,
    /// Where the order of the fields begins in the shared list of orders, if they are sorted.
    order: Option<usize>,
}

/// Prints `root` at `place`.
pub(super) fn walk<'v, S: Syntax<'v>>(
    root: &'v Value,
    place: S::Place,
    keys: KeyOrder,
    syntax: &mut S,
) -> Result<()> {
    let mut frames: Vec<Frame<'v, S::Place>> = Vec::new();
    let mut orders = Vec::new();
    let mut pending = Some((root, place));
    loop {
        if let Some((value, place)) = pending.take() {
            let order = match &value.node {
                Node::Scalar(scalar) => {
                    syntax.scalar(value, scalar, place)?;
                    continue;
                }
                Node::Sequence(_) => None,
                Node::Mapping(mapping) if syntax.repeat(value, mapping, place) => continue,
                Node::Mapping(mapping) => {
                    let start = orders.len();
                    syntax.sort(keys, mapping, &mut orders).then_some(start)
                }
            };
            let place = syntax.open(value, place)?;
            frames.push(Frame {
                value,
                place,
                next: 0,
                order,
            });
        }
        let Some(frame) = frames.last_mut() else {
            return Ok(());
        };
        let at = frame.next;
        frame.next += 1;
        pending = match &frame.value.node {
            Node::Sequence(items) => match items.get(at) {
                Some(item) => Some((item, syntax.item(item, at == 0, frame.place)?)),
                None => None,
            },
            Node::Mapping(mapping) if at < mapping.len() => {
                let sorted = frame.order.map_or(at, |start| orders[start + at] as usize);
                if syntax.repeat_field(mapping, sorted, at == 0, frame.place) {
                    continue;
                }
                let place = syntax.field(mapping, sorted, at == 0, frame.place)?;
                Some((mapping.at(sorted).value, place))
            }
            _ => None,
        };
        if pending.is_none() {
            syntax.close(frame.value, frame.place)?;
            if let Some(start) = frame.order {
                orders.truncate(start);
            }
            frames.pop();
        }
    }
}
