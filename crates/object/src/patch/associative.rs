//! Lists whose items are told apart by merge keys, or, where there is no key, by their text.
//!
//! Here is the plain case, which nearly every list is: every item has a text for every key that is
//! in use, and no two items of one list have the same. Anything else goes to [`super::irregular`],
//! where kustomize's walk is followed step by step.

use super::irregular;
use super::keys::{Keys, all_have_name, key_text};
use super::place;
use super::slot::Slot;
use super::strategic::{Merger, Outcome, Side};
use rustc_hash::FxHashMap;
use trimtab_tree::{Result, Value};

/// What stands at a place of a merged list before the items are merged.
pub(super) enum Pick {
    /// The target's item at this index, alone.
    Target(usize),
    /// The patch's item at this index, alone.
    Patch(usize),
    /// The target's item with the patch's.
    Both(usize, usize),
}

impl<'s> Merger<'s> {
    pub(super) fn is_associative(self, slot: Option<&Slot<'s>>, lists: &[&Value]) -> bool {
        match slot {
            Some(slot) => slot.merges(),
            None => self.options.infer_lists && lists.iter().any(|list| all_have_name(list)),
        }
    }

    /// Merges the items `changes` into a list of the target.
    pub(super) fn merge_list(
        self,
        target: &mut Value,
        changes: &[&Value],
        slot: Option<Slot<'s>>,
    ) -> Result<()> {
        let keys = Keys::of_list(
            slot.as_ref(),
            target.as_sequence().unwrap_or_default(),
            changes,
        )?;
        let item_slot = slot.and_then(|slot| slot.items());
        if self.options.prepend {
            // kustomize builds a new list node here, without the old one's comments.
            place::drop_comments(target);
        }
        let Some(items) = target.as_sequence_mut() else {
            return Ok(());
        };
        let Some(picks) = plan(&keys, items, changes, self.options.prepend) else {
            let mut merger = self;
            // What it walks was in part put together by itself.
            merger.options.is_settled = false;
            return irregular::merge(merger, items, Some(changes), &keys, item_slot, Side::Target);
        };
        let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
        items.reserve(picks.len());
        for pick in picks {
            items.extend(self.item(&mut old, changes, &pick, item_slot.clone(), &keys)?);
        }
        Ok(())
    }

    fn item(
        self,
        old: &mut [Option<Value>],
        changes: &[&Value],
        pick: &Pick,
        slot: Option<Slot<'s>>,
        keys: &Keys,
    ) -> Result<Option<Value>> {
        let mut take = |at: usize| old[at].take().expect("a plan names every item once");
        let scalars = matches!(keys, Keys::Items);
        match *pick {
            Pick::Target(at) => {
                let mut item = take(at);
                if self.options.is_settled {
                    return Ok(Some(item));
                }
                if scalars {
                    place::drop_comments(&mut item);
                }
                Ok(self.settle(&mut item, slot, Side::Target)?.then_some(item))
            }
            Pick::Patch(at) => {
                let mut item = self.fresh(changes[at], slot)?;
                if let Some(item) = item.as_mut().filter(|_| scalars) {
                    place::drop_comments(item);
                }
                Ok(item)
            }
            Pick::Both(at, change) => {
                let mut item = take(at);
                Ok(match self.merge(&mut item, changes[change], slot)? {
                    Outcome::Keep => Some(item),
                    Outcome::Drop => None,
                    // When items are put in front, kustomize lays the target's old items over the
                    // result once more, and so undoes a replacement.
                    Outcome::Replace(_) if self.options.prepend => Some(item),
                    Outcome::Replace(mut new) => {
                        if scalars {
                            place::drop_comments(&mut new);
                        }
                        Some(new)
                    }
                })
            }
        }
    }

    /// Brings a list in order that has no counterpart.
    pub(super) fn settle_list(
        self,
        list: &mut Value,
        slot: Option<Slot<'s>>,
        side: Side,
    ) -> Result<()> {
        let keys = Keys::of_list(slot.as_ref(), list.as_sequence().unwrap_or_default(), &[])?;
        let item_slot = slot.and_then(|slot| slot.items());
        if self.options.prepend {
            place::drop_comments(list);
        }
        let Some(items) = list.as_sequence_mut() else {
            return Ok(());
        };
        let count = items.len();
        let plain = Rows::read(&keys, items, &[]).and_then(|rows| rows.index(0..count).map(|_| ()));
        if plain.is_none() {
            return irregular::merge(self, items, None, &keys, item_slot, side);
        }
        let mut failure = None;
        items.retain_mut(|item| {
            if failure.is_some() {
                return true;
            }
            if matches!(keys, Keys::Items) {
                place::drop_comments(item);
            }
            self.settle(item, item_slot.clone(), side)
                .unwrap_or_else(|error| {
                    failure = Some(error);
                    true
                })
        });
        failure.map_or(Ok(()), Err)
    }
}

/// The order of the merged list, or `None` when it is not the plain case.
pub(super) fn plan(
    keys: &Keys,
    items: &[Value],
    changes: &[&Value],
    prepend: bool,
) -> Option<Vec<Pick>> {
    let rows = Rows::read(keys, items, changes)?;
    let all = items.len() + changes.len();
    let index = rows.index(0..items.len())?;
    rows.index(items.len()..all)?;

    let mut partner: Vec<Option<usize>> = vec![None; items.len()];
    let mut matched: Vec<Option<usize>> = Vec::with_capacity(changes.len());
    for change in 0..changes.len() {
        let at = index.find(rows.row(items.len() + change));
        if let Some(at) = at {
            partner[at] = Some(change);
        }
        matched.push(at);
    }

    let ours = (0..items.len()).map(|at| match partner[at] {
        Some(change) => Pick::Both(at, change),
        None => Pick::Target(at),
    });
    let new = (0..changes.len())
        .filter(|&change| matched[change].is_none())
        .map(Pick::Patch);
    let mut picks = Vec::with_capacity(all);
    if !prepend {
        picks.extend(ours.chain(new));
    } else if rows.width > 1 {
        // With several keys, kustomize moves every item of the target behind the new ones.
        picks.extend(new.chain(ours));
    } else {
        picks.extend(matched.iter().enumerate().map(|(change, at)| match at {
            Some(at) => Pick::Both(*at, change),
            None => Pick::Patch(change),
        }));
        let alone = (0..items.len()).filter(|&at| partner[at].is_none());
        picks.extend(alone.map(Pick::Target));
    }
    Some(picks)
}

/// What tells the items of two lists apart: a row of texts for each.
struct Rows<'v> {
    texts: Vec<&'v str>,
    width: usize,
}

impl<'v> Rows<'v> {
    /// Reads the rows, without the keys that no item uses. `None` when an item lacks a text for a
    /// key that others use, or when no key is used at all.
    fn read(keys: &Keys, items: &'v [Value], changes: &[&'v Value]) -> Option<Self> {
        let all = items.iter().chain(changes.iter().copied());
        let count = items.len() + changes.len();
        let Keys::Fields(keys) = keys else {
            let texts: Option<Vec<&str>> = all
                .map(|item| {
                    item.text()
                        .filter(|text| !text.is_empty() && !item.is_null())
                })
                .collect();
            return Some(Self {
                texts: texts?,
                width: 1,
            });
        };
        let mut used = Vec::with_capacity(keys.len());
        for key in keys {
            let column: Vec<&str> = all.clone().map(|item| key_text(item, key)).collect();
            let missing = column.iter().filter(|text| text.is_empty()).count();
            if missing == 0 {
                used.push(column);
            } else if missing < count {
                return None;
            }
        }
        if used.is_empty() {
            return None;
        }
        let width = used.len();
        let texts = if width == 1 {
            used.swap_remove(0)
        } else {
            let rows = 0..count;
            rows.flat_map(|row| used.iter().map(move |column| column[row]))
                .collect()
        };
        Some(Self { texts, width })
    }

    fn row(&self, at: usize) -> &[&'v str] {
        &self.texts[at * self.width..(at + 1) * self.width]
    }

    /// Finds rows among those of `range`; `None` when two of them are equal.
    fn index(&self, range: std::ops::Range<usize>) -> Option<RowIndex<'_, 'v>> {
        let rows = || range.clone().map(|at| self.row(at));
        if range.len() <= SCANNED_UP_TO {
            let rows: Vec<_> = rows().collect();
            let twice = (1..rows.len()).any(|at| rows[..at].contains(&rows[at]));
            return (!twice).then_some(RowIndex::Scan(rows));
        }
        let map: FxHashMap<_, _> = rows().enumerate().map(|(at, row)| (row, at)).collect();
        (map.len() == range.len()).then_some(RowIndex::Hash(map))
    }
}

/// Up to this many items, looking at each is faster than hashing.
const SCANNED_UP_TO: usize = 8;

enum RowIndex<'r, 'v> {
    Scan(Vec<&'r [&'v str]>),
    Hash(FxHashMap<&'r [&'v str], usize>),
}

impl RowIndex<'_, '_> {
    fn find(&self, row: &[&str]) -> Option<usize> {
        match self {
            Self::Scan(rows) => rows.iter().position(|other| *other == row),
            Self::Hash(map) => map.get(row).copied(),
        }
    }
}
