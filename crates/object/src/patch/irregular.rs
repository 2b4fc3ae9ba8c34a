//! Lists with merge keys in which items lack keys, hold nothing, or are there twice.
//!
//! What kustomize makes of such a list follows from the order of its steps (it looks items up in a
//! list that it is changing, by the keys that happen to be given), so the steps are followed here
//! one by one. Texts are compared as numbers, so that even a long list of this kind is quick.

use super::directive;
use super::keys::{Keys, key_text};
use super::place;
use super::slot::Slot;
use super::strategic::{Merger, Outcome, Side};
use rustc_hash::{FxHashMap, FxHashSet};
use trimtab_tree::{Diagnostic, Node, Result, Scalar, Text, Value};

/// Merges `changes` into `items`, or brings `items` alone in order when there are none.
pub(super) fn merge<'s>(
    merger: Merger<'s>,
    items: &mut Vec<Value>,
    changes: Option<&[&Value]>,
    keys: &Keys,
    slot: Option<Slot<'s>>,
    side: Side,
) -> Result<()> {
    let mut walk = Walk::new(merger, keys, slot, side);
    let target: Vec<Id> = std::mem::take(items)
        .into_iter()
        .map(|item| walk.add(item))
        .collect();
    let patch = changes.map(|changes| {
        let added = changes.iter().map(|item| walk.add((*item).clone()));
        added.collect::<Vec<Id>>()
    });
    *items = walk.run(target, patch.as_deref())?;
    Ok(())
}

/// An item, by its place in [`Walk::items`]; one item may stand in several lists.
type Id = usize;

/// A text, by its place in the table of texts.
type Symbol = u32;

/// The symbol of the empty text, which stands for "not given".
const EMPTY: Symbol = 0;

/// What an item is, as far as telling items apart goes.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// Null, or a mapping without fields: dropped wherever a list is changed.
    Nothing,
    Mapping,
    /// A scalar that is not null, or a list.
    Other,
}

struct Item {
    value: Value,
    shape: Shape,
    /// The item's own text; empty unless it is a scalar.
    text: Symbol,
    /// For each key the text of the field, `None` without one. Also null has its text.
    found: Vec<Option<Symbol>>,
    /// For each key the text of the field if that is a scalar other than null, else empty.
    given: Vec<Symbol>,
}

struct Walk<'s, 'k> {
    merger: Merger<'s>,
    slot: Option<Slot<'s>>,
    side: Side,
    /// Empty for lists of scalars.
    keys: &'k [Text],
    items: Vec<Item>,
    symbols: FxHashMap<Text, Symbol>,
    texts: Vec<Text>,
}

impl<'s, 'k> Walk<'s, 'k> {
    fn new(merger: Merger<'s>, keys: &'k Keys, slot: Option<Slot<'s>>, side: Side) -> Self {
        let mut walk = Self {
            merger,
            slot,
            side,
            keys: match keys {
                Keys::Fields(keys) => keys,
                Keys::Items => &[],
            },
            items: Vec::new(),
            symbols: FxHashMap::default(),
            texts: Vec::new(),
        };
        walk.symbol("");
        walk
    }

    fn run(mut self, mut target: Vec<Id>, patch: Option<&[Id]>) -> Result<Vec<Value>> {
        let wanted = self.wanted(&target, patch);
        let columns = used_columns(&wanted, self.width());
        let mut merged: Vec<Id> = Vec::new();
        for row in &wanted {
            let key = Key {
                columns: &columns,
                texts: columns.iter().map(|&column| row[column]).collect(),
            };
            let sought = sought(row);
            let ours = self.lookup(&target, &sought);
            let theirs = patch.and_then(|patch| self.lookup(patch, &sought));
            match self.merge_items(ours, theirs)? {
                Some(id) if self.items[id].shape != Shape::Nothing => {
                    self.complete(id, &key);
                    self.set(&mut merged, &key, Some(id))?;
                }
                _ => self.set(&mut target, &key, None)?,
            }
        }
        let result = if wanted.is_empty() {
            target
        } else if self.merger.options.prepend {
            self.append(merged, &target, &columns)?
        } else {
            self.append(target, &merged, &columns)?
        };
        Ok(self.into_values(&result))
    }

    /// The rows of key texts that the result is built from, in order, each once per list pair.
    fn wanted(&self, target: &[Id], patch: Option<&[Id]>) -> Vec<Vec<Symbol>> {
        let patch = patch.unwrap_or_default();
        let (first, second) = if self.merger.options.prepend {
            (patch, target)
        } else {
            (target, patch)
        };
        let mut seen = FxHashSet::default();
        let mut rows = Vec::new();
        for &id in first.iter().chain(second) {
            let item = &self.items[id];
            let row = if self.keys.is_empty() {
                vec![item.text]
            } else {
                item.given.clone()
            };
            if seen.insert(row.clone()) {
                rows.push(row);
            }
        }
        if self.keys.len() > 1 {
            fill_gaps(&mut rows);
        }
        rows
    }

    /// The first item that has these texts for these keys.
    fn lookup(&self, list: &[Id], sought: &[(usize, Symbol)]) -> Option<Id> {
        list.iter().copied().find(|&id| {
            let item = &self.items[id];
            if self.keys.is_empty() {
                return item.text == sought[0].1;
            }
            let is_mapping = matches!(item.value.node, Node::Mapping(_));
            is_mapping
                && sought
                    .iter()
                    .all(|&(column, text)| item.found[column] == Some(text))
        })
    }

    fn merge_items(&mut self, ours: Option<Id>, theirs: Option<Id>) -> Result<Option<Id>> {
        let slot = self.slot.clone();
        match (ours, theirs) {
            (None, None) => Ok(None),
            (Some(ours), None) => {
                let mut value = self.take(ours);
                let stays = self.merger.settle(&mut value, slot, self.side)?;
                let kept = if stays {
                    value
                } else {
                    without_directive(value)
                };
                self.put(ours, kept);
                Ok(stays.then_some(ours))
            }
            (None, Some(theirs)) => {
                let value = self.take(theirs);
                let fresh = self.merger.fresh(&value, slot)?;
                let stays = fresh.is_some();
                self.put(theirs, fresh.unwrap_or_else(|| without_directive(value)));
                Ok(stays.then_some(theirs))
            }
            (Some(ours), Some(theirs)) => {
                let (mut value, change) = (self.take(ours), self.take(theirs));
                let outcome = self.merger.merge(&mut value, &change, slot)?;
                self.put(ours, value);
                Ok(match outcome {
                    Outcome::Replace(new) => {
                        self.put(theirs, new);
                        Some(theirs)
                    }
                    outcome => {
                        self.put(theirs, without_directive(change));
                        matches!(outcome, Outcome::Keep).then_some(ours)
                    }
                })
            }
        }
    }

    /// Gives a merged item the key fields that it lacks.
    fn complete(&mut self, id: Id, key: &Key) {
        if self.keys.is_empty() {
            place::drop_comments(&mut self.items[id].value);
            return;
        }
        let missing: Vec<(usize, Symbol)> = key
            .pairs()
            .filter(|&(column, text)| text != EMPTY && self.items[id].found[column].is_none())
            .collect();
        if missing.is_empty() {
            return;
        }
        let mut value = self.take(id);
        if let Some(fields) = value.as_mapping_mut() {
            for (column, text) in missing {
                let text = Scalar::string(self.texts[text as usize].clone());
                fields.insert(&self.keys[column], Value::new(Node::Scalar(text)));
            }
        }
        self.put(id, value);
    }

    /// Puts `element` in the place of every item with this key, or at the end when there is none;
    /// without an element, removes them. Items that hold nothing go in either case.
    fn set(&self, list: &mut Vec<Id>, key: &Key, element: Option<Id>) -> Result<()> {
        let for_mappings = !self.keys.is_empty() && key.texts.first().is_some_and(|&t| t != EMPTY);
        let mut found = false;
        let mut changed = Vec::with_capacity(list.len() + 1);
        for &id in list.iter() {
            let shape = self.items[id].shape;
            if shape == Shape::Nothing {
                continue;
            }
            if shape != Shape::Mapping && for_mappings {
                changed.push(id);
            } else if !self.has_key(id, key)? {
                // Asked for no texts at all, kustomize keeps nothing.
                if !key.texts.is_empty() {
                    changed.push(id);
                }
            } else {
                found = true;
                changed.extend(element);
            }
        }
        *list = changed;
        if let Some(element) = element
            && !found
            && !self.items[element].value.is_null()
        {
            list.push(element);
        }
        Ok(())
    }

    fn has_key(&self, id: Id, key: &Key) -> Result<bool> {
        let item = &self.items[id];
        if self.keys.is_empty() {
            if !matches!(item.value.node, Node::Scalar(_)) {
                return Err(wrong_item(&item.value, "a scalar, as the other items are"));
            }
            return Ok(item.text == key.texts.first().copied().unwrap_or(EMPTY));
        }
        let mut fits = false;
        for (at, &column) in key.columns.iter().enumerate() {
            if let Some(&text) = key.texts.get(at) {
                if item.shape != Shape::Mapping {
                    return Err(wrong_item(&item.value, "a mapping, as the other items are"));
                }
                fits = match item.found[column] {
                    Some(found) => text == EMPTY || found == text,
                    None => false,
                };
            }
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Lays the items of `from` over those of `list`, each where its key is, else at the end.
    fn append(&self, mut list: Vec<Id>, from: &[Id], columns: &[usize]) -> Result<Vec<Id>> {
        for &id in from {
            let item = &self.items[id];
            if self.keys.is_empty() {
                let key = Key {
                    columns,
                    texts: vec![item.text],
                };
                self.set(&mut list, &key, Some(id))?;
                continue;
            }
            let mut texts = Vec::with_capacity(columns.len());
            for &column in columns {
                if item.shape == Shape::Other {
                    return Err(wrong_item(&item.value, "a mapping, as the other items are"));
                }
                match item.found[column] {
                    Some(text) => texts.push(text),
                    None => list.push(id),
                }
            }
            let key = Key { columns, texts };
            if columns.len() > 1 {
                self.set(&mut list, &key, None)?;
            }
            self.set(&mut list, &key, Some(id))?;
        }
        Ok(list)
    }

    fn into_values(mut self, list: &[Id]) -> Vec<Value> {
        let mut left: FxHashMap<Id, usize> = FxHashMap::default();
        for &id in list {
            *left.entry(id).or_default() += 1;
        }
        let mut values = Vec::with_capacity(list.len());
        for &id in list {
            let uses = left.entry(id).or_default();
            *uses -= 1;
            values.push(if *uses == 0 {
                self.take(id)
            } else {
                self.items[id].value.clone()
            });
        }
        values
    }

    fn width(&self) -> usize {
        self.keys.len().max(1)
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(&symbol) = self.symbols.get(text) {
            return symbol;
        }
        let symbol = self.texts.len() as Symbol;
        self.symbols.insert(text.into(), symbol);
        self.texts.push(text.into());
        symbol
    }

    fn add(&mut self, value: Value) -> Id {
        let item = self.describe(value);
        self.items.push(item);
        self.items.len() - 1
    }

    fn put(&mut self, id: Id, value: Value) {
        self.items[id] = self.describe(value);
    }

    fn take(&mut self, id: Id) -> Value {
        std::mem::replace(&mut self.items[id].value, Value::null())
    }

    fn describe(&mut self, value: Value) -> Item {
        let keys = self.keys;
        let mut found = Vec::with_capacity(keys.len());
        let mut given = Vec::with_capacity(keys.len());
        for key in keys {
            let field = value.get(key);
            found.push(field.map(|field| self.symbol(field.text().unwrap_or_default())));
            given.push(self.symbol(key_text(&value, key)));
        }
        let shape = match &value.node {
            Node::Scalar(_) if value.is_null() => Shape::Nothing,
            Node::Mapping(fields) if fields.is_empty() => Shape::Nothing,
            Node::Mapping(_) => Shape::Mapping,
            Node::Scalar(_) | Node::Sequence(_) => Shape::Other,
        };
        Item {
            text: self.symbol(value.text().unwrap_or_default()),
            value,
            shape,
            found,
            given,
        }
    }
}

/// The columns in use and, as far as they are known, the texts sought in them.
struct Key<'c> {
    columns: &'c [usize],
    texts: Vec<Symbol>,
}

impl Key<'_> {
    fn pairs(&self) -> impl Iterator<Item = (usize, Symbol)> + '_ {
        self.columns.iter().copied().zip(self.texts.iter().copied())
    }
}

/// The columns for which any row has a text; all of them when none has.
fn used_columns(rows: &[Vec<Symbol>], width: usize) -> Vec<usize> {
    let used: Vec<usize> = (0..width)
        .filter(|&column| rows.iter().any(|row| row[column] != EMPTY))
        .collect();
    if used.is_empty() {
        (0..width).collect()
    } else {
        used
    }
}

/// What an item must have to be the one a row means: the texts that are given, or none at all.
fn sought(row: &[Symbol]) -> Vec<(usize, Symbol)> {
    let pairs = || row.iter().copied().enumerate();
    let given: Vec<_> = pairs().filter(|&(_, text)| text != EMPTY).collect();
    if given.is_empty() {
        pairs().collect()
    } else {
        given
    }
}

/// Lets rows that lack a text take it from rows that agree with them in the others: with ports,
/// `8080` and `8080/TCP` are the same.
fn fill_gaps(rows: &mut [Vec<Symbol>]) {
    let pattern = |row: &[Symbol]| -> Vec<bool> { row.iter().map(|&text| text == EMPTY).collect() };
    let Some(first) = rows.first().map(|row| pattern(row)) else {
        return;
    };
    // Rows that lack the same texts can only agree when they are equal, and no two are.
    if rows.iter().all(|row| pattern(row) == first) {
        return;
    }
    let mut by_first: FxHashMap<Symbol, Vec<usize>> = FxHashMap::default();
    for (at, row) in rows.iter().enumerate() {
        by_first.entry(row[0]).or_default().push(at);
    }
    for at in 0..rows.len() {
        let row = rows[at].clone();
        let candidates: Vec<usize> = if row[0] == EMPTY {
            (0..rows.len()).collect()
        } else {
            let mut near = by_first.get(&row[0]).cloned().unwrap_or_default();
            near.extend(by_first.get(&EMPTY).into_iter().flatten());
            near.push(at);
            near.sort_unstable();
            near.dedup();
            near
        };
        for other in candidates {
            if let Some(joined) = join(&row, &rows[other]) {
                rows[at].clone_from(&joined);
                rows[other] = joined;
            }
        }
    }
}

/// Both rows in one, when they have a text (or a gap) in common and contradict each other nowhere.
fn join(a: &[Symbol], b: &[Symbol]) -> Option<Vec<Symbol>> {
    let mut common = false;
    let mut joined = Vec::with_capacity(a.len());
    for (&a, &b) in a.iter().zip(b) {
        common |= a == b;
        if a != b && a != EMPTY && b != EMPTY {
            return None;
        }
        joined.push(a.max(b));
    }
    common.then_some(joined)
}

/// A directive works once: an item that is met again is one like any other.
fn without_directive(mut item: Value) -> Value {
    if let Some(fields) = item.as_mapping_mut()
        && matches!(directive::of_mapping(fields), Ok(Some(_)))
    {
        fields.remove(directive::KEY);
    }
    item
}

fn wrong_item(item: &Value, expected: &str) -> Box<Diagnostic> {
    let message = format!("a list with merge keys has {} as an item", item.describe());
    Diagnostic::error("wrong-list-item", message)
        .at(item.position)
        .expecting(expected)
}
