//! Searches of objects below the paths of a tree.
//!
//! What is found below fields that several objects share, as overlays over one base do, is noted with
//! the fields (see [`Mapping::notes`]), so that the next object does not look there again.

use super::late::LateSpots;
use super::{FieldNode, FieldTree};
use crate::config::field_path::Step;
use crate::config::field_spots::FieldSpots;
use crate::config::field_ways::FieldWays;
use crate::config::scalar_spots::ScalarSpots;
use crate::config::settled_notes::SettledNotes;
use std::sync::{Arc, OnceLock};
use trimtab_tree::{Mapping, Node, ScalarKind, Text, Value};

/// What a search meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met<'v> {
    /// A text that was sought, and the places of the specs that led to it.
    Text(&'v str, &'v [u32]),
    /// What is an error there, or is changed by being visited, whatever is sought.
    Oddity,
}

/// Looks at the value at the end of the paths of some specs, which are given by their places.
pub(crate) type AtEnd = fn(&Value, &[u32], &mut dyn FnMut(Met<'_>));

/// Looks at a list or mapping by its key.
pub(crate) type Everywhere = fn(&str, &Value, &mut dyn FnMut(Met<'_>));

/// A search below the paths of a tree, for one purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// What there is at the end of paths, which are those of some specs.
    pub(crate) at_end: AtEnd,
    /// Looks at every list and mapping in a field, whether or not a path leads there, by its key.
    pub(crate) everywhere: Option<Everywhere>,
    /// Where it is noted what was found.
    pub(crate) notes: fn(&SearchNotes) -> &OnceLock<Found>,
}

/// What is noted of fields: one slot for each purpose.
#[derive(Debug, Default)]
pub(crate) struct SearchNotes {
    pub(crate) names: OnceLock<Found>,
    pub(crate) images: OnceLock<Found>,
    pub(in crate::config) image_spots: OnceLock<ScalarSpots>,
    pub(crate) settled: SettledNotes,
    /// For the trees that asked first.
    pub(super) late_spots: [OnceLock<LateSpots>; 4],
    /// For labels and annotations, and what else asked first.
    pub(in crate::config) fields: [OnceLock<FieldSpots>; 3],
    pub(in crate::config) ways: OnceLock<FieldWays>,
}

/// What came of finding something out about an object for all copies of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It is known now.
    Now,
    /// It was known.
    Before,
    /// It is not noted with such an object.
    Never,
}

/// What is in a slot, which `find` finds out where nothing is. Two threads that come at a time both do:
/// to wait for each other, object by object, would take them longer.
pub(in crate::config) fn note_once<T>(slot: &OnceLock<T>, find: impl FnOnce() -> T) -> &T {
    if let Some(known) = slot.get() {
        return known;
    }
    let found = find();
    slot.get_or_init(|| found)
}

/// What a search found below some fields.
#[derive(Debug)]
pub(crate) struct Found {
    /// The place in which tree led there.
    tree: Arc<FieldTree>,
    node: Option<usize>,
    /// Each once, with the specs that lead to it.
    pub(super) texts: Box<[(Text, Box<[u32]>)]>,
    pub(super) has_oddity: bool,
}

impl FieldTree {
    /// Finds out what `search` meets in an object of which there are copies, to be told of all of them.
    pub(crate) fn note(self: &Arc<Self>, object: &Value, search: Search) -> Noted {
        let fields = object.as_mapping();
        let notes = fields.and_then(|it| Some((it, it.notes_of_origin::<SearchNotes>()?)));
        let Some((fields, notes)) = notes else {
            return Noted::Never;
        };
        if (search.notes)(notes).get().is_some() {
            return Noted::Before;
        }
        Walk { tree: self, search }.found_in_origin(fields, notes);
        Noted::Now
    }

    /// Tells all that `search` meets in an object, perhaps the same again and again, and of a copy also
    /// what was there before it was changed. `has_strayed` says whether the object may have been changed
    /// anywhere but in fields that are aside.
    pub(crate) fn search(
        self: &Arc<Self>,
        object: &Value,
        has_strayed: bool,
        search: Search,
        tell: &mut dyn FnMut(Met<'_>),
    ) {
        let walk = Walk { tree: self, search };
        walk.object(object, has_strayed || self.meets_aside, tell);
    }
}

pub(super) struct Walk<'t> {
    pub(super) tree: &'t Arc<FieldTree>,
    pub(super) search: Search,
}

/// What is known of fields that a search comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Nothing.
    Own,
    /// They are below some that several objects have.
    InCommon,
    /// What is found here is noted further up, or must not be.
    Noted,
}

impl Depth {
    /// What is known of those below the field at a place.
    fn of_field(self, fields: &Mapping, place: usize) -> Self {
        match self {
            Self::Own if fields.has_in_common(place) => Self::InCommon,
            known => known,
        }
    }
}

impl Walk<'_> {
    fn node(&self, at: Option<usize>) -> Option<&FieldNode> {
        at.map(|at| &self.tree.nodes[at])
    }

    /// Looks at an object. Of a copy only what is new in it is looked at, beside what was found in what
    /// it was copied from, some of which it may have no more, and that only where it may be of interest.
    fn object(&self, object: &Value, has_news: bool, tell: &mut dyn FnMut(Met<'_>)) {
        let at = Some(0);
        if let Some(fields) = object.as_mapping()
            && let Some(notes) = fields.notes_of_origin::<SearchNotes>()
        {
            let found = self.found_in_origin(fields, notes);
            if found.is_of(self.tree, at) {
                found.tell(tell);
                if has_news && !self.late_changes(fields, tell) {
                    self.news(fields, at, tell);
                }
                return;
            }
        }
        self.below(object, at, Depth::Own, tell);
    }

    /// What was found in what an object was copied from.
    fn found_in_origin<'n>(&self, fields: &Mapping, notes: &'n SearchNotes) -> &'n Found {
        let slot = (self.search.notes)(notes);
        note_once(slot, || {
            let origin = fields.origin().unwrap_or_default();
            self.found(&origin, Some(0))
        })
    }

    /// Looks at the fields that those which they were copied from have not.
    fn news(&self, fields: &Mapping, at: Option<usize>, tell: &mut dyn FnMut(Met<'_>)) {
        for (before, field) in fields.news() {
            let node = self.node(at);
            let child = node.and_then(|it| Some(&it.children[it.place_of(field.key.text())?]));
            let is_scalar = matches!(field.value.node, Node::Scalar(_));
            if let Some(everywhere) = self.search.everywhere.filter(|_| !is_scalar) {
                everywhere(field.key.text(), field.value, tell);
            } else if child.is_none() {
                continue;
            }
            let Some(before) = before else {
                self.field(field.value, child, Depth::Own, tell);
                continue;
            };
            self.end(field.value, child, tell);
            self.changed(before, field.value, child.map(|&(_, at)| at), tell);
        }
    }

    /// Looks at what is below a value and was not below the one before it.
    fn changed(
        &self,
        before: &Value,
        value: &Value,
        at: Option<usize>,
        tell: &mut dyn FnMut(Met<'_>),
    ) {
        match (&before.node, &value.node) {
            (Node::Mapping(before), Node::Mapping(fields)) if fields.is_copy_of(before) => {
                self.news(fields, at, tell);
            }
            (Node::Sequence(before), Node::Sequence(items)) if before.len() == items.len() => {
                for (before, item) in before.iter().zip(items) {
                    self.changed(before, item, at, tell);
                }
            }
            _ => self.below(value, at, Depth::Own, tell),
        }
    }

    /// Looks at what is below a value. Lists are stepped into, as visits of field specs do.
    fn below(&self, value: &Value, at: Option<usize>, depth: Depth, tell: &mut dyn FnMut(Met<'_>)) {
        match &value.node {
            Node::Scalar(scalar) => {
                let goes_on = |node: &FieldNode| !node.children.is_empty() || node.is_impossible;
                if scalar.kind != ScalarKind::Null && self.node(at).is_some_and(goes_on) {
                    tell(Met::Oddity);
                }
            }
            Node::Sequence(items) => {
                for item in items {
                    self.below(item, at, depth, tell);
                }
            }
            Node::Mapping(fields) => self.mapping(fields, at, depth, tell),
        }
    }

    fn mapping(
        &self,
        fields: &Mapping,
        at: Option<usize>,
        depth: Depth,
        tell: &mut dyn FnMut(Met<'_>),
    ) {
        let is_end_of_all = |node: &FieldNode| node.children.is_empty() && !node.is_impossible;
        if self.search.everywhere.is_none() && self.node(at).is_none_or(is_end_of_all) {
            return;
        }
        // Only the outermost of shared fields take notes, and only where looking is dearer.
        let may_note = match depth {
            Depth::Own => fields.is_shared(),
            Depth::InCommon => true,
            Depth::Noted => false,
        };
        let is_deep = || {
            let mut fields_there = fields.iter();
            fields_there.any(|(_, value)| !matches!(value.node, Node::Scalar(_)))
        };
        let notes = if may_note && is_deep() {
            fields.notes::<SearchNotes>(depth == Depth::InCommon)
        } else {
            None
        };
        let Some(notes) = notes else {
            return self.fields(fields, at, depth, tell);
        };
        let slot = (self.search.notes)(notes);
        match slot.get() {
            Some(found) if found.is_of(self.tree, at) => found.tell(tell),
            Some(_) => self.fields(fields, at, Depth::Noted, tell),
            None => {
                let found = self.found(fields, at);
                found.tell(tell);
                // Another thread may have looked meanwhile.
                let _ = slot.set(found);
            }
        }
    }

    fn found(&self, fields: &Mapping, at: Option<usize>) -> Found {
        let mut texts: Vec<(Text, Box<[u32]>)> = Vec::new();
        let mut has_oddity = false;
        self.fields(fields, at, Depth::Noted, &mut |met| match met {
            Met::Text(text, ends) => texts.push((text.into(), ends.into())),
            Met::Oddity => has_oddity = true,
        });
        texts.sort_unstable();
        texts.dedup();
        Found {
            tree: Arc::clone(self.tree),
            node: at,
            texts: texts.into(),
            has_oddity,
        }
    }

    fn fields(
        &self,
        fields: &Mapping,
        at: Option<usize>,
        depth: Depth,
        tell: &mut dyn FnMut(Met<'_>),
    ) {
        let node = self.node(at);
        if node.is_some_and(|node| node.is_impossible) {
            tell(Met::Oddity);
        }
        let children = node.map_or(&[][..], |node| &node.children);
        if let Some(everywhere) = self.search.everywhere {
            for place in 0..fields.len() {
                let at = fields.at(place);
                let (key, field) = (at.key.text(), at.value);
                let is_scalar = matches!(field.node, Node::Scalar(_));
                if is_scalar && children.is_empty() {
                    continue;
                }
                let child = node.and_then(|node| Some(&node.children[node.place_of(key)?]));
                if !is_scalar {
                    everywhere(key, field, tell);
                }
                if child.is_some() || !is_scalar {
                    self.field(field, child, depth.of_field(fields, place), tell);
                }
            }
        } else {
            for child in children {
                if let Some(place) = fields.position_of(&child.0.name) {
                    let field = fields.at(place).value;
                    self.field(field, Some(child), depth.of_field(fields, place), tell);
                }
            }
        }
    }

    pub(super) fn field(
        &self,
        field: &Value,
        child: Option<&(Step, usize)>,
        depth: Depth,
        tell: &mut dyn FnMut(Met<'_>),
    ) {
        self.end(field, child, tell);
        self.below(field, child.map(|&(_, at)| at), depth, tell);
    }

    /// Looks at a field itself.
    fn end(&self, field: &Value, child: Option<&(Step, usize)>, tell: &mut dyn FnMut(Met<'_>)) {
        let Some((step, at)) = child else { return };
        // A visit makes a list of it.
        if step.is_list && field.is_null() {
            tell(Met::Oddity);
        }
        let node = &self.tree.nodes[*at];
        if !node.ends.is_empty() {
            (self.search.at_end)(field, &node.ends, tell);
        }
    }
}

impl Found {
    /// Whether it was found where a place in a tree led.
    fn is_of(&self, tree: &Arc<FieldTree>, node: Option<usize>) -> bool {
        self.node == node && Arc::ptr_eq(&self.tree, tree)
    }

    fn tell(&self, tell: &mut dyn FnMut(Met<'_>)) {
        for (text, ends) in &self.texts {
            tell(Met::Text(text, ends));
        }
        if self.has_oddity {
            tell(Met::Oddity);
        }
    }
}
