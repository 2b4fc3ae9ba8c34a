//! A copy of fields of which some scalars, however deep, have changed.
//!
//! What most overlays change in most objects is a handful of scalars: name, namespace, labels, the
//! names of others. Until somebody looks at the fields they are kept in a list, instead of in copies of
//! every mapping and list on the way to them. Mostly nobody ever looks: objects of which scalars in the
//! same spots changed are printed alike.

use super::Mapping;
use super::marks::mark_of;
use crate::{Node, Text, Value};
use std::ops::BitOr;
use std::sync::{Arc, OnceLock};

/// The places of the fields and items on the way to a value, below some fields: a byte for each, and behind
/// all that there is room for how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way([u8; LONGEST + 1]);

/// The ways to nearly all names and labels have no more places.
const LONGEST: usize = 15;

impl Way {
    fn of(places: &[u32]) -> Option<Self> {
        let mut way = [0; LONGEST + 1];
        let own = way[..LONGEST].get_mut(..places.len())?;
        for (own, &place) in own.iter_mut().zip(places) {
            *own = u8::try_from(place).ok()?;
        }
        way[LONGEST] = places.len() as u8;
        (!places.is_empty()).then_some(Self(way))
    }

    fn len(&self) -> usize {
        self.0[LONGEST].into()
    }

    fn places(&self) -> &[u8] {
        &self.0[..self.len()]
    }

    /// Whether another begins as this one: all places are compared at a time.
    fn begins(&self, other: &Self) -> bool {
        let different = u128::from_le_bytes(self.0) ^ u128::from_le_bytes(other.0);
        let own_places = (1 << (8 * self.len())) - 1;
        self.len() <= other.len() && different & own_places == 0
    }

    /// The value at its end.
    fn end_in<'v>(&self, fields: &'v Mapping) -> Option<&'v Value> {
        let field = |fields: &'v Mapping, at: u8| {
            let at = usize::from(at);
            (at < fields.len()).then(|| fields.at(at).value)
        };
        let (&first, rest) = self.places().split_first()?;
        let first = field(fields, first)?;
        rest.iter().try_fold(first, |value, &at| match &value.node {
            Node::Scalar(_) => None,
            Node::Sequence(items) => items.get(usize::from(at)),
            Node::Mapping(fields) => field(fields, at),
        })
    }

    fn end_in_mut<'v>(&self, fields: &'v mut Mapping) -> Option<&'v mut Value> {
        let (&first, rest) = self.places().split_first()?;
        let first = fields.value_at_mut(first.into())?;
        rest.iter()
            .try_fold(first, |value, &at| match &mut value.node {
                Node::Scalar(_) => None,
                Node::Sequence(items) => items.get_mut(usize::from(at)),
                Node::Mapping(fields) => fields.value_at_mut(at.into()),
            })
    }
}

/// Where below some fields, and below all copies of them, a scalar is or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    way: Way,
    /// Keys on from there that are not there yet: each but the first is in the field of the one before it.
    new: Option<Arc<[Text]>>,
}

impl Spot {
    /// Where a scalar is: at the end of a way, which is given by the places of the fields and items along
    /// it. `None` where it has none, or too many.
    #[must_use]
    pub fn at(way: &[u32]) -> Option<Self> {
        Some(Self {
            way: Way::of(way)?,
            new: None,
        })
    }

    /// The places of the fields and items on the way to the scalar, as far as they are there.
    #[must_use]
    pub fn places(&self) -> &[u8] {
        self.way.places()
    }

    /// The keys on from there that are new: each but the first is in the field of the one before it.
    #[must_use]
    pub fn keys(&self) -> &[Text] {
        self.new.as_deref().unwrap_or_default()
    }

    /// A bit for how the way begins, or all where it is too short to tell: two without one in common do not
    /// meet. Most scalars that change in an object have a bit of their own.
    fn beginning(&self) -> u64 {
        let next = |second: u32| 1 << ((u32::from(self.way.0[0]) * 8 + second) % u64::BITS);
        match (self.way.places(), self.keys()) {
            ([_, second, ..], _) => next((*second).into()),
            (_, [key, ..]) => next(mark_of(key).into()),
            (_, []) => u64::MAX,
        }
    }

    /// Whether the way to one of two comes by the other, or ends there.
    fn meets(&self, other: &Self) -> bool {
        if self.way == other.way {
            let (own, its) = (self.keys(), other.keys());
            return own.starts_with(its) || its.starts_with(own);
        }
        self.new.is_none() && self.way.begins(&other.way)
            || other.new.is_none() && other.way.begins(&self.way)
    }

    /// The scalar that is here, or an empty one where it will be new.
    fn scalar_in(&self, fields: &Mapping) -> Option<Value> {
        if self.new.is_some() {
            return Some(Value::string(""));
        }
        let there = self.way.end_in(fields)?;
        there.as_scalar().map(|_| there.clone())
    }

    /// What was put here.
    fn value_in<'v>(&self, fields: &'v Mapping) -> Option<&'v Value> {
        let mut keys = self.keys().iter();
        keys.try_fold(self.way.end_in(fields)?, |value, key| value.get(key))
    }

    /// Puts a scalar here.
    fn put(&self, fields: &mut Mapping, scalar: Value) {
        let Some(mut end) = self.way.end_in_mut(fields) else {
            return;
        };
        for key in self.keys() {
            if !matches!(end.node, Node::Mapping(_)) {
                // The key before it was new, too. Most mappings that are made get one field.
                *end = Mapping::with_capacity(1).into();
            }
            let Node::Mapping(fields) = &mut end.node else {
                return;
            };
            end = fields.get_or_insert_with(key, Value::null);
        }
        *end = scalar;
    }
}

/// A mapping below some fields, and below all copies of them, that can take new fields.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    way: Way,
    /// A bit for each key that is there, which others may have, too.
    taken: u64,
}

impl Room {
    /// In the mapping at the end of a way, see [`Spot::at`], which has these fields.
    #[must_use]
    pub fn among(fields: &Mapping, way: &[u32]) -> Option<Self> {
        let taken = fields.iter().fold(0, |taken, (key, _)| taken | bit_of(key));
        Some(Self {
            way: Way::of(way)?,
            taken,
        })
    }

    /// The same for a key that is not there, and whatever is to be in the field of that key.
    #[must_use]
    pub fn for_missing(way: &[u32]) -> Option<Self> {
        Some(Self {
            way: Way::of(way)?,
            taken: 0,
        })
    }

    /// Where a scalar will be: in a new field of the first of these keys, or in new fields below that.
    /// `None` where there may be a field of that key already.
    #[must_use]
    pub fn spot(&self, keys: &Arc<[Text]>) -> Option<Spot> {
        let first = keys.first()?;
        (self.taken & bit_of(first) == 0).then(|| Spot {
            way: self.way,
            new: Some(Arc::clone(keys)),
        })
    }
}

fn bit_of(key: &str) -> u64 {
    1 << (mark_of(key) % 64)
}

/// So many changes there is room for at first.
const USUAL: usize = 4;

/// Room for more of them is not kept for others.
const MOST_KEPT: usize = 32;

/// Another change is further on than what is asked for, or on the way there, or cannot be told to be elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct InTheWay;

/// Fields as they were copied, and the scalars that are others now.
#[derive(Debug)]
pub(crate) struct Pending {
    origin: Mapping,
    changes: Vec<(Spot, Value)>,
    /// What [`Spot::beginning`] says of them.
    beginnings: u64,
    /// The fields with all of that done, if somebody looked.
    done: OnceLock<Mapping>,
}

impl Clone for Pending {
    /// A copy is made to be changed.
    fn clone(&self) -> Self {
        let mut changes = Vec::with_capacity(self.changes.len() + 1);
        changes.extend_from_slice(&self.changes);
        Self {
            origin: self.origin.clone(),
            changes,
            beginnings: self.beginnings,
            done: OnceLock::new(),
        }
    }
}

impl Pending {
    /// No changes of these fields yet.
    pub(super) fn of(origin: Mapping) -> Self {
        let mut pending = Self {
            origin: Mapping::new(),
            changes: Vec::new(),
            beginnings: 0,
            done: OnceLock::new(),
        };
        pending.begin(origin);
        pending
    }

    /// Takes what has ended up for these fields, of which there are no changes yet.
    pub(super) fn begin(&mut self, origin: Mapping) {
        if self.changes.capacity() == 0 {
            let shape = origin.memory().and_then(|it| it.get()?.shape.get());
            // Most copies differ in the same spots.
            let count = shape.map_or(USUAL, |shape| shape.hole_count());
            self.changes.reserve_exact(count);
        }
        self.origin = origin;
    }

    /// Gives everything up but room for other changes. Returns whether that is worth keeping.
    pub(super) fn end(&mut self) -> bool {
        self.origin = Mapping::new();
        self.changes.clear();
        self.beginnings = 0;
        self.done.take();
        self.changes.capacity() <= MOST_KEPT
    }

    /// The fields without the changes.
    pub(super) fn origin(&self) -> &Mapping {
        &self.origin
    }

    /// The fields without the changes, taken out: only to be given up is left.
    pub(super) fn take_origin(&mut self) -> Mapping {
        std::mem::take(&mut self.origin)
    }

    /// The fields with the changes.
    pub(super) fn done(&self) -> &Mapping {
        self.done.get_or_init(|| {
            let mut done = self.origin.clone();
            for (spot, scalar) in &self.changes {
                spot.put(&mut done, scalar.clone());
            }
            done
        })
    }

    /// The scalar at a spot, to be changed once more, or for the first time: `before` is what it was, if the
    /// caller knows. `None` where there is none, or another change is in the way.
    pub(super) fn scalar_mut(&mut self, spot: Spot, before: Option<Value>) -> Option<&mut Value> {
        self.done.take();
        if let Some(met) = self.met_by(&spot) {
            let (its, scalar) = &mut self.changes[met];
            return (*its == spot).then_some(scalar);
        }
        let before = before.or_else(|| spot.scalar_in(&self.origin))?;
        self.beginnings |= spot.beginning();
        self.changes.push((spot, before));
        self.changes.last_mut().map(|(_, scalar)| scalar)
    }

    /// Adds changes in spots that have none. Returns whether it could be done; it is not done in part.
    pub(super) fn add(&mut self, news: &mut Vec<(Spot, Value)>) -> bool {
        if news.iter().any(|(spot, _)| self.met_by(spot).is_some()) {
            return false;
        }
        let beginnings = news.iter().map(|(spot, _)| spot.beginning());
        self.beginnings |= beginnings.fold(0, BitOr::bitor);
        self.changes.append(news);
        self.done.take();
        true
    }

    /// The place of a change that is at a spot, further on or on the way to it. At the spot there is only one.
    fn met_by(&self, spot: &Spot) -> Option<usize> {
        if self.beginnings & spot.beginning() == 0 {
            return None;
        }
        self.spots().position(|its| its.meets(spot))
    }

    /// Whether a change is at the end of a way, which is given by places and then keys, or further on or on
    /// the way to it.
    pub(super) fn touches(&self, places: &[u32], missing: Option<&str>) -> bool {
        let Some(way) = Way::of(places) else {
            // Of the outermost fields none is new.
            return !places.is_empty();
        };
        let is_touched = |spot: &Spot| match (missing, spot.keys()) {
            (Some(key), [first, ..]) if spot.way == way => first == key,
            (Some(_), _) => spot.new.is_none() && spot.way.begins(&way),
            (None, _) => way.begins(&spot.way) || spot.new.is_none() && spot.way.begins(&way),
        };
        self.spots().any(is_touched)
    }

    /// The changes, in order.
    pub(super) fn changes(&self) -> &[(Spot, Value)] {
        &self.changes
    }

    /// What the scalar at a spot was changed to, if it was.
    pub(super) fn changed_at(&self, spot: &Spot) -> Result<Option<&Value>, InTheWay> {
        let Some(met) = self.met_by(spot) else {
            return Ok(None);
        };
        let (its, scalar) = &self.changes[met];
        if its == spot {
            Ok(Some(scalar))
        } else {
            Err(InTheWay)
        }
    }

    /// What was put at the end of a way, which is given by places and then keys, if anything was.
    pub(super) fn changed_at_end(
        &self,
        places: &[u32],
        keys: &[&str],
    ) -> Result<Option<&Value>, InTheWay> {
        let way = Way::of(places).ok_or(InTheWay)?;
        for (spot, value) in &self.changes {
            let its = spot.keys();
            let mut pairs = its.iter().zip(keys);
            let meets = if spot.way == way {
                let are_same = pairs.all(|(its, key)| its == key);
                if are_same && its.len() == keys.len() {
                    return Ok(Some(value));
                }
                are_same
            } else {
                its.is_empty() && spot.way.begins(&way) || keys.is_empty() && way.begins(&spot.way)
            };
            if meets {
                return Err(InTheWay);
            }
        }
        Ok(None)
    }

    /// The scalars that are added to the fields at the end of a way, which is given by places and then keys: `None`
    /// where anything else is changed there, further on or on the way.
    pub(super) fn added_to(&self, places: &[u32], keys: &[&str]) -> Option<Vec<(&str, &Value)>> {
        let way = Way::of(places)?;
        let mut added = Vec::new();
        for (spot, value) in &self.changes {
            let its = spot.keys();
            let is_on_the_way = its.iter().zip(keys).all(|(its, key)| its == key);
            if spot.way == way && is_on_the_way {
                match its.get(keys.len()..) {
                    Some([key]) => added.push((key.as_str(), value)),
                    _ => return None,
                }
            } else if its.is_empty() && spot.way.begins(&way)
                || keys.is_empty() && way.begins(&spot.way)
            {
                return None;
            }
        }
        Some(added)
    }

    /// Where the changes are, in order.
    pub(crate) fn spots(&self) -> impl ExactSizeIterator<Item = &Spot> {
        self.changes.iter().map(|(spot, _)| spot)
    }

    /// The changed scalar of a number in the order.
    pub(crate) fn scalar(&self, number: usize) -> &Value {
        &self.changes[number].1
    }

    /// The changed scalars, in order.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = &Value> {
        self.changes.iter().map(|(_, scalar)| scalar)
    }

    /// The same as they are in the fields with all changes done.
    pub(crate) fn scalars_done(&self) -> Option<Vec<&Value>> {
        let done = self.done();
        self.spots().map(|spot| spot.value_in(done)).collect()
    }
}

#[cfg(test)]
mod tests;
