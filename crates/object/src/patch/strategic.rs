//! Strategic merge patch, as kustomize merges: mappings field by field, lists whose type has merge
//! keys item by item, everything else replaced as a whole.
//!
//! The rules are those of kyaml's `merge2` and `walk` packages, with what follows from them in
//! corners that no specification names. The whole target is walked, not only where the patch
//! reaches: a field whose value is missing (`key:`) goes, one that says `null` stays, and lists
//! with merge keys are brought in order.

use super::directive::{self, Directive};
use super::place;
use super::slot::Slot;
use super::yaml_1_1::quote_if_ambiguous;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Entry, Mapping, Node, Result, Text, Value};

/// How lists are merged where the schema leaves a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeOptions {
    /// Whether a list that the schema does not know is merged by `name` when its items have one.
    pub infer_lists: bool,
    /// Whether new items go before the target's, as in kustomize's build, or behind them.
    pub prepend: bool,
    /// Whether the target is known to be as [`settle_for_merge`] leaves it: then only where the patch reaches
    /// it is walked.
    pub is_settled: bool,
}

/// What became of the target as a whole.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Merged {
    /// It was changed in place.
    InPlace,
    /// The patch deletes it (`$patch: delete` at the top); the target is as it was.
    Deleted,
    /// The patch wants this in its place (`$patch: replace` at the top); the target is as it was.
    /// kustomize's build then keeps the target.
    Replaced(Value),
}

/// Merges `patch` into `target`.
///
/// The type comes from `apiVersion` and `kind` of the target, then of the patch; `schema` is where
/// it is looked up, `None` merges every list as one value (but see [`MergeOptions::infer_lists`]).
///
/// # Errors
/// When a mapping meets a list or scalar, when a directive is unknown, and when items of a merged
/// list are not what its merge keys need. The target may then be half merged.
pub fn strategic_merge(
    target: &mut Value,
    patch: &Value,
    schema: Option<&Schema>,
    options: MergeOptions,
) -> Result<Merged> {
    let outcome = Merger { schema, options }.merge(target, patch, None)?;
    Ok(match outcome {
        Outcome::Keep => Merged::InPlace,
        Outcome::Drop => Merged::Deleted,
        Outcome::Replace(value) => Merged::Replaced(value),
    })
}

/// Does to `target` what every merge does where its patch does not reach. What is done twice is the same as once
/// done, if the second time changes nothing.
///
/// # Errors
/// When items of a merged list are not what its merge keys need.
pub fn settle_for_merge(
    target: &mut Value,
    schema: Option<&Schema>,
    options: MergeOptions,
) -> Result<()> {
    let merger = Merger { schema, options };
    let slot = merger.resolve(None, &[target]);
    merger.settle_inside(target, slot, Side::Target)
}

/// Whether a patch can be told from what it says alone where it leads: it names no schema in comments, and no
/// type inside of it. Only such a patch may be merged into a target that is settled.
#[must_use]
pub fn names_no_types(patch: &Value) -> bool {
    Slot::of_comments(None, patch).is_none() && names_none_inside(patch)
}

fn names_none_inside(patch: &Value) -> bool {
    let is_plain = |node: &Value| {
        let names_type = |it: &Mapping| it.contains_key("apiVersion") && it.contains_key("kind");
        !node.as_mapping().is_some_and(names_type) && names_no_types(node)
    };
    match &patch.node {
        Node::Scalar(_) => true,
        Node::Sequence(items) => items.iter().all(is_plain),
        Node::Mapping(fields) => fields.iter().all(|(_, value)| is_plain(value)),
    }
}

/// What becomes of a node of the target.
pub(super) enum Outcome {
    /// It stays, perhaps changed in place.
    Keep,
    /// It goes.
    Drop,
    /// This takes its place.
    Replace(Value),
}

/// Where a node that has no counterpart comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// From the target: explicit nulls stay, directives are plain fields.
    Target,
    /// From the patch: nulls go, directives are obeyed.
    Patch,
}

#[derive(Clone, Copy)]
pub(super) struct Merger<'s> {
    pub(super) schema: Option<&'s Schema>,
    pub(super) options: MergeOptions,
}

impl<'s> Merger<'s> {
    /// Merges two nodes that are both there.
    pub(super) fn merge(
        self,
        target: &mut Value,
        patch: &Value,
        slot: Option<Slot<'s>>,
    ) -> Result<Outcome> {
        if target.is_null() {
            return Ok(match self.fresh(patch, slot)? {
                Some(value) => Outcome::Replace(value),
                None => Outcome::Drop,
            });
        }
        if patch.is_null() {
            return Ok(Outcome::Drop);
        }
        let slot = self.resolve(slot, &[target, patch]);
        check_kinds(target, patch)?;
        if !matches!(patch.node, Node::Scalar(_)) {
            place::dress(target, patch);
        }
        match (&mut target.node, &patch.node) {
            (Node::Mapping(fields), Node::Mapping(changes)) => {
                match directive::of_mapping(changes)? {
                    Some(Directive::Delete) => Ok(Outcome::Drop),
                    Some(Directive::Replace) => self.replacement(patch, slot),
                    Some(Directive::Merge) | None => {
                        self.merge_fields(fields, changes, slot.as_ref())?;
                        Ok(Outcome::Keep)
                    }
                }
            }
            (Node::Sequence(_), Node::Sequence(changes)) => {
                if !self.is_associative(slot.as_ref(), &[target, patch]) {
                    return Ok(Outcome::Replace(patch.clone()));
                }
                let found = directive::of_list(changes)?;
                match found {
                    Some(Directive::Delete) => return Ok(Outcome::Drop),
                    Some(Directive::Replace) => return self.replacement(patch, slot),
                    Some(Directive::Merge) | None => {}
                }
                let changes: Vec<&Value> = changes
                    .iter()
                    .filter(|item| found.is_none_or(|found| !directive::goes_with(found, item)))
                    .collect();
                self.merge_list(target, &changes, slot)?;
                Ok(Outcome::Keep)
            }
            _ => Ok(Outcome::Replace(patch.clone())),
        }
    }

    fn merge_fields(
        self,
        target: &mut Mapping,
        patch: &Mapping,
        slot: Option<&Slot<'s>>,
    ) -> Result<()> {
        let mut added: Vec<&Entry> = patch
            .entries()
            .iter()
            .filter(|entry| {
                let key = entry.key.text();
                key != directive::KEY && !target.contains_key(key)
            })
            .collect();
        added.sort_unstable_by_key(|entry| entry.key.text());

        let change_to = |key: &str| patch.get(key).filter(|_| key != directive::KEY);
        if self.options.is_settled {
            self.merge_met(target, patch, slot)?;
        } else {
            self.each_field(target, |merger, key, value| match change_to(key) {
                Some(change) => merger.merge_field(key, value, change, slot),
                None => merger.settle_field(value, below(slot, key, value), Side::Target),
            })?;
        }

        for entry in added {
            let inner = below(slot, entry.key.text(), &entry.value);
            if let Some(mut value) = self.fresh(&entry.value, inner)? {
                place::drop_key_comments(&mut value);
                quote_if_ambiguous(&mut value);
                target.push(Entry {
                    key: entry.key.clone(),
                    key_position: entry.key_position,
                    value,
                });
            }
        }
        Ok(())
    }

    /// Merges the fields that target and patch both have, in the order of the target.
    fn merge_met(
        self,
        target: &mut Mapping,
        patch: &Mapping,
        slot: Option<&Slot<'s>>,
    ) -> Result<()> {
        let entries = patch.entries().iter();
        let changes = entries.filter(|entry| entry.key.text() != directive::KEY);
        let mut met: Vec<(usize, &Entry)> = changes
            .filter_map(|change| Some((target.position_of(change.key.text())?, change)))
            .collect();
        met.sort_unstable_by_key(|&(at, _)| at);
        let mut gone = Vec::new();
        for (at, change) in met {
            let key = change.key.text();
            let Some(value) = target.value_at_mut(at) else {
                continue;
            };
            if !self.merge_field(key, value, &change.value, slot)? {
                gone.push(key);
            }
        }
        for key in gone {
            target.remove(key);
        }
        Ok(())
    }

    /// Merges a field. Returns whether it stays.
    fn merge_field(
        self,
        key: &str,
        value: &mut Value,
        change: &Value,
        slot: Option<&Slot<'s>>,
    ) -> Result<bool> {
        match self.merge(value, change, below(slot, key, change))? {
            Outcome::Keep => Ok(true),
            Outcome::Drop => Ok(false),
            Outcome::Replace(new) => {
                place::replace_field(value, new);
                Ok(true)
            }
        }
    }

    /// What the target gets where it has nothing (or null) and the patch has `patch`. Here, and
    /// only here, kustomize looks for no directive in a list and passes over unknown ones.
    pub(super) fn fresh(self, patch: &Value, slot: Option<Slot<'s>>) -> Result<Option<Value>> {
        if patch.is_null() {
            return Ok(None);
        }
        let mut value = patch.clone();
        let slot = self.resolve(slot, &[patch]);
        if let Node::Mapping(fields) = &mut value.node {
            match directive::of_mapping(fields) {
                Ok(Some(Directive::Delete)) => return Ok(None),
                Ok(Some(Directive::Merge | Directive::Replace)) => {
                    fields.remove(directive::KEY);
                }
                Ok(None) | Err(_) => {}
            }
        }
        self.settle_inside(&mut value, slot, Side::Patch)?;
        Ok(Some(value))
    }

    /// The patch itself, without its directive, for the place of what it replaces.
    fn replacement(self, patch: &Value, slot: Option<Slot<'s>>) -> Result<Outcome> {
        let mut value = patch.clone();
        match &mut value.node {
            Node::Mapping(fields) => {
                fields.remove(directive::KEY);
            }
            Node::Sequence(items) => {
                items.retain(|item| !directive::goes_with(Directive::Replace, item));
            }
            Node::Scalar(_) => {}
        }
        self.settle_inside(&mut value, slot, Side::Patch)?;
        Ok(Outcome::Replace(value))
    }

    /// Brings a node that has no counterpart in order. Returns whether it stays.
    pub(super) fn settle(
        self,
        value: &mut Value,
        slot: Option<Slot<'s>>,
        side: Side,
    ) -> Result<bool> {
        if let Node::Scalar(scalar) = &value.node {
            if !value.is_null() {
                return Ok(true);
            }
            let stays = side == Side::Target && !scalar.text().is_empty();
            place::drop_comments(value);
            return Ok(stays);
        }
        let slot = self.resolve(slot, &[value]);
        if side == Side::Patch {
            let associative = self.is_associative(slot.as_ref(), &[value]);
            match &mut value.node {
                Node::Mapping(fields) => match directive::of_mapping(fields)? {
                    Some(Directive::Delete) => return Ok(false),
                    Some(Directive::Merge | Directive::Replace) => {
                        fields.remove(directive::KEY);
                    }
                    None => {}
                },
                Node::Sequence(_) if !associative => return Ok(true),
                Node::Sequence(items) => match directive::of_list(items)? {
                    Some(Directive::Delete) => return Ok(false),
                    Some(found) => items.retain(|item| !directive::goes_with(found, item)),
                    None => {}
                },
                Node::Scalar(_) => {}
            }
        }
        self.settle_inside(value, slot, side)?;
        Ok(true)
    }

    fn settle_field(self, value: &mut Value, slot: Option<Slot<'s>>, side: Side) -> Result<bool> {
        let stays = self.settle(value, slot, side)?;
        quote_if_ambiguous(value);
        Ok(stays)
    }

    fn settle_inside(self, value: &mut Value, slot: Option<Slot<'s>>, side: Side) -> Result<()> {
        if let Node::Mapping(fields) = &mut value.node {
            return self.each_field(fields, |merger, key, value| {
                merger.settle_field(value, below(slot.as_ref(), key, value), side)
            });
        }
        if matches!(value.node, Node::Sequence(_)) && self.is_associative(slot.as_ref(), &[value]) {
            self.settle_list(value, slot, side)?;
        }
        Ok(())
    }

    /// Calls `visit` for every field and removes those for which it says no.
    fn each_field(
        self,
        fields: &mut Mapping,
        mut visit: impl FnMut(Self, &str, &mut Value) -> Result<bool>,
    ) -> Result<()> {
        let mut gone: Vec<Text> = Vec::new();
        for (key, value) in fields.iter_mut() {
            if !visit(self, key, value)? {
                gone.push(key.into());
            }
        }
        let mut gone = gone.into_iter().peekable();
        if gone.peek().is_some() {
            fields.retain(|key, _| gone.next_if(|next| next == key).is_none());
        }
        Ok(())
    }

    /// What is known of a place: a schema in the comments of one of the nodes, else what its
    /// parent said, else the type that one of them names.
    pub(super) fn resolve(self, slot: Option<Slot<'s>>, nodes: &[&Value]) -> Option<Slot<'s>> {
        let commented = |node: &&Value| Slot::of_comments(self.schema, node);
        let named = |node: &&Value| Slot::of_object(self.schema?, node);
        (nodes.iter().find_map(commented))
            .or(slot)
            .or_else(|| nodes.iter().find_map(named))
    }
}

fn check_kinds(target: &Value, patch: &Value) -> Result<()> {
    if std::mem::discriminant(&target.node) == std::mem::discriminant(&patch.node) {
        return Ok(());
    }
    let message = format!(
        "{} cannot be merged into {}",
        patch.describe(),
        target.describe()
    );
    Err(Diagnostic::error("patch-kind-mismatch", message)
        .at(patch.position)
        .expecting(target.describe())
        .label(
            target.position,
            format!("the target has {} here", target.describe()),
        )
        .hint("set the field to null in one patch and to the new value in another"))
}

/// What is known of the field `key` of a mapping; not asked for scalars, for which it changes
/// nothing.
fn below<'s>(slot: Option<&Slot<'s>>, key: &str, value: &Value) -> Option<Slot<'s>> {
    if matches!(value.node, Node::Scalar(_)) {
        return None;
    }
    slot.and_then(|slot| slot.field(key))
}

#[cfg(test)]
mod tests;
