//! The paths of many field specs as one tree, to look in one pass over an object whether any of them
//! leads to something.

mod by_kind;
mod late;
mod search;

use super::field_path::{ASIDE, Step};
use super::field_spec::{FieldSpec, check_name};
pub(super) use by_kind::TreesByKind;
use rustc_hash::FxHashMap;
pub(super) use search::note_once;
pub(crate) use search::{Met, Noted, Search, SearchNotes};
use trimtab_tree::{MAX_DEPTH, Node, ScalarKind, Text, Value};

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

#[cfg(test)]
mod tests;
