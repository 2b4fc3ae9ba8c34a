//! The paths of many field specs as one tree, to look in one pass over an object whether any of them
//! leads to something.
//!
//! What is found below fields that several objects share, as overlays over one base do, is noted with
//! the fields (see [`Mapping::notes`]), so that the next object does not look there again.

use super::field_path::{ASIDE, Step};
use super::field_spec::{FieldSpec, check_name};
use super::field_spots::FieldSpots;
use super::field_ways::FieldWays;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use trimtab_object::Gvk;
use trimtab_tree::{MAX_DEPTH, Mapping, Node, ScalarKind, Text, Value};

/// The paths of some field specs.
#[derive(Debug)]
pub(crate) struct FieldTree {
    nodes: Vec<FieldNode>,
    /// Whether a path leads to, through or along a field that is aside, see
    /// [`FieldPath::is_aside`](super::FieldPath::is_aside).
    meets_aside: bool,
}

#[derive(Debug, Default)]
struct FieldNode {
    children: Vec<(Step, usize)>,
    /// The places of the children by their names, where there are many.
    by_name: FxHashMap<Text, usize>,
    /// The specs whose paths end here, by their places in the list.
    ends: Vec<u32>,
    /// Whether a path goes on with what no mapping can have, which is an error.
    is_impossible: bool,
}

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
    pub(super) fields: OnceLock<FieldSpots>,
    pub(super) ways: OnceLock<FieldWays>,
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
pub(super) fn note_once<T>(slot: &OnceLock<T>, find: impl FnOnce() -> T) -> &T {
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
    texts: Box<[(Text, Box<[u32]>)]>,
    has_oddity: bool,
}

impl FieldTree {
    /// The paths of `specs`.
    pub(crate) fn new<'s>(specs: impl Iterator<Item = &'s FieldSpec>) -> Self {
        let mut tree = Self {
            nodes: vec![FieldNode::default()],
            meets_aside: false,
        };
        for (place, spec) in (0..).zip(specs) {
            let steps = spec.path.steps();
            if steps.len() > MAX_DEPTH {
                tree.nodes[0].is_impossible = true;
            } else {
                tree.add(steps, place);
            }
        }
        tree.meets_aside = ASIDE.iter().any(|path| tree.meets(path.steps()));
        tree
    }

    /// Whether a path leads to or through the field at the end of these steps, or ends on the way to it.
    pub(super) fn meets(&self, steps: &[Step]) -> bool {
        let mut node = &self.nodes[0];
        for step in steps {
            if node.is_impossible {
                return true;
            }
            let Some(at) = node.place_of(&step.name) else {
                return false;
            };
            node = &self.nodes[node.children[at].1];
            if !node.ends.is_empty() {
                return true;
            }
        }
        true
    }

    fn add(&mut self, steps: &[Step], place: u32) {
        let mut node = 0;
        for step in steps {
            if check_name(step).is_err() {
                self.nodes[node].is_impossible = true;
                return;
            }
            let parent = &mut self.nodes[node];
            node = if let Some(at) = parent.place_of(&step.name) {
                let (its, child) = &mut parent.children[at];
                its.is_list |= step.is_list;
                *child
            } else {
                let child = self.nodes.len();
                self.nodes[node].push(step, child);
                self.nodes.push(FieldNode::default());
                child
            };
        }
        self.nodes[node].ends.push(place);
    }

    /// Whether a visit of one of the paths, creating nothing, may find, change or complain of something in
    /// an object.
    pub(crate) fn reaches(&self, object: &Value) -> bool {
        self.reaches_below(object, &self.nodes[0])
    }

    fn reaches_below(&self, value: &Value, node: &FieldNode) -> bool {
        if !node.ends.is_empty() {
            return true;
        }
        match &value.node {
            Node::Scalar(scalar) => scalar.kind != ScalarKind::Null,
            Node::Sequence(items) => items.iter().any(|item| self.reaches_below(item, node)),
            Node::Mapping(fields) => {
                let mut children = node.children.iter();
                node.is_impossible
                    || children.any(|(step, child)| {
                        fields.get(&step.name).is_some_and(|field| {
                            (step.is_list && field.is_null())
                                || self.reaches_below(field, &self.nodes[*child])
                        })
                    })
            }
        }
    }

    /// Whether a path leads to, through or along a field that is aside, see
    /// [`FieldPath::is_aside`](super::FieldPath::is_aside).
    pub(crate) fn meets_aside(&self) -> bool {
        self.meets_aside
    }

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

/// From this many children on they are found through an index.
const INDEXED_FROM: usize = 16;

impl FieldNode {
    fn push(&mut self, step: &Step, child: usize) {
        self.children.push((step.clone(), child));
        if self.children.len() >= INDEXED_FROM {
            let from = self.by_name.len();
            let news = self.children.iter().enumerate().skip(from);
            (self.by_name).extend(news.map(|(at, (step, _))| (step.name.clone(), at)));
        }
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        if self.by_name.is_empty() {
            return self.children.iter().position(|(its, _)| its.name == name);
        }
        self.by_name.get(name).copied()
    }
}

struct Walk<'t> {
    tree: &'t Arc<FieldTree>,
    search: Search,
}

/// What is known of fields that a search comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
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
                if has_news {
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

    fn field(
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

/// The trees of the kinds that were asked for, of one list of paths.
#[derive(Debug, Default)]
pub(super) struct TreesByKind(Mutex<FxHashMap<Gvk, Arc<FieldTree>>>);

/// Lists live as long as the process, so that kinds without end must not be kept.
const MOST_KINDS: usize = 1_000;

impl TreesByKind {
    /// The tree of a kind; `specs` are those for it.
    pub(super) fn of<'s>(
        &self,
        gvk: &Gvk,
        specs: impl Iterator<Item = &'s FieldSpec>,
    ) -> Arc<FieldTree> {
        // It is whole whatever happened to who held it.
        let mut trees = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(gvk) {
            return Arc::clone(tree);
        }
        let tree = Arc::new(FieldTree::new(specs));
        if trees.len() < MOST_KINDS {
            trees.insert(gvk.clone(), Arc::clone(&tree));
        }
        tree
    }
}

impl Clone for TreesByKind {
    /// A list is copied to be changed.
    fn clone(&self) -> Self {
        Self::default()
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

#[cfg(test)]
mod tests;
