//! Changes that wait until somebody looks at the fields.

use super::pending::{Pending, Spot};
use super::waiting::Waiting;
use super::whole::Whole;
use super::{Fields, Held, Mapping, memory};
use crate::Value;
use std::sync::Arc;

impl Mapping {
    /// The fields as they were copied, if others have them, too, or had, and all that is different here is
    /// what [`Mapping::change_later`] and [`Mapping::add_later`] changed.
    #[must_use]
    pub fn as_copied(&self) -> Option<&Self> {
        match &self.held {
            Held::Fields(Fields::Whole(whole)) if have_copies(whole) => Some(self),
            Held::Fields(_) => None,
            Held::Pending(pending) => Some(pending.origin()),
        }
    }

    /// What is at the end of a path of keys, if it is known without a look at the fields themselves to be
    /// as it was copied.
    #[must_use]
    pub fn copied_at(&self, path: &[&str]) -> Option<Option<&Value>> {
        let (found, way, missing) = self.as_copied()?.follow(path)?;
        let is_touched = |pending: &Pending| pending.touches(&way, missing.first().copied());
        (!self.pending().is_some_and(is_touched)).then_some(found)
    }

    /// What is at the end of a path of keys, if it is known without a look at the fields themselves: as it was
    /// copied, or a scalar that waits.
    #[must_use]
    pub fn peek(&self, path: &[&str]) -> Option<Option<&Value>> {
        let Some(pending) = self.pending() else {
            return Some(self.follow(path)?.0);
        };
        let (found, way, missing) = pending.origin().follow(path)?;
        let late = pending.changed_at_end(&way, missing).ok()?;
        Some(late.or(found))
    }

    /// The fields at the end of a path of keys without a look at the fields themselves: what was copied, if
    /// anything, and the scalars that wait to be added there. `None` where something else waits.
    #[must_use]
    pub fn peek_fields(&self, path: &[&str]) -> Option<PeekedFields<'_>> {
        let (found, way, missing) = self.as_copied()?.follow(path)?;
        let late = self.pending().map(|it| it.added_to(&way, missing));
        Some((found, late.unwrap_or_else(|| Some(Vec::new()))?))
    }

    /// What is at the end of a path of keys, the places on the way there, and the keys that are missing. `None`
    /// where a value in between has no fields.
    fn follow<'p, 'k>(&self, path: &'p [&'k str]) -> Option<Followed<'_, 'p, 'k>> {
        let mut way = Vec::with_capacity(path.len());
        let mut found = None;
        for (at, key) in path.iter().enumerate() {
            let fields = match found {
                Some(value) => Value::as_mapping(value)?,
                None => self,
            };
            let Some(place) = fields.position_of(key) else {
                return Some((None, way, &path[at..]));
            };
            way.push(place as u32);
            found = Some(fields.at(place).value);
        }
        Some((found, way, &[]))
    }

    /// The changes that wait, in order: those between [`Mapping::as_copied`] and what the fields are, if that is
    /// something and nobody has changed the fields themselves.
    #[must_use]
    pub fn late_changes(&self) -> &[(Spot, Value)] {
        self.pending().map_or(&[], Pending::changes)
    }

    /// What the scalar at a spot was changed to, if that waits; `Some(None)` where it is as it was copied. `None`
    /// where only a look at the fields can tell.
    #[must_use]
    pub fn late_change_at(&self, spot: &Spot) -> Option<Option<&Value>> {
        match self.pending() {
            Some(pending) => pending.changed_at(spot).ok(),
            None => self.as_copied().map(|_| None),
        }
    }

    /// Changes the scalar at a spot, so that it costs nothing before somebody looks at the fields. One that is
    /// new is empty at first; `before` is what another one was, if the caller knows. `None` where only a
    /// change of the fields themselves can tell what comes of it.
    pub fn change_later<T>(
        &mut self,
        spot: Spot,
        before: Option<Value>,
        change: impl FnOnce(&mut Value) -> T,
    ) -> Option<T> {
        self.put_off(|pending| pending.scalar_mut(spot, before).map(change))
    }

    /// Puts new scalars into spots, as [`Mapping::change_later`] does, and empties the list. Returns whether
    /// it could be done; it is not done in part.
    pub fn add_later(&mut self, news: &mut Vec<(Spot, Value)>) -> bool {
        self.put_off(|pending| pending.add(news).then_some(()))
            .is_some()
    }

    /// Lists a change, if there is something to copy.
    fn put_off<T>(&mut self, change: impl FnOnce(&mut Pending) -> Option<T>) -> Option<T> {
        match &mut self.held {
            Held::Pending(pending) => change(pending.to_mut()),
            Held::Fields(_) => {
                self.as_copied()?;
                // Taken, not copied: how many have them other threads count, too.
                let (mut waiting, done) = Waiting::of(std::mem::take(self), change);
                *self = match done {
                    Some(_) => Mapping {
                        held: Held::Pending(waiting),
                    },
                    None => waiting.to_mut().take_origin(),
                };
                done
            }
        }
    }
}

/// Fields as they were copied, and scalars that wait to be added to them, by their keys.
type PeekedFields<'v> = (Option<&'v Value>, Vec<(&'v str, &'v Value)>);

/// A value, the places on the way to it, and keys that are missing.
type Followed<'v, 'p, 'k> = (Option<&'v Value>, Vec<u32>, &'p [&'k str]);

/// Whether others have the fields, too, or had them when they were printed.
fn have_copies(whole: &Arc<Whole>) -> bool {
    let was_printed = |known: &memory::Known| known.shape.get().is_some();
    Arc::strong_count(whole) > 1 || whole.memory.get().is_some_and(was_printed)
}
