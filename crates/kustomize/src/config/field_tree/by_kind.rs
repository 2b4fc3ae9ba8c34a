//! Trees of the field specs of one list, one for each kind of object.

use super::FieldTree;
use crate::config::field_spec::FieldSpec;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_object::Gvk;

/// The trees of the kinds that were asked for, of one list of paths.
#[derive(Debug, Default)]
pub(in crate::config) struct TreesByKind(Mutex<FxHashMap<Gvk, Arc<FieldTree>>>);

/// Lists live as long as the process, so that kinds without end must not be kept.
const MOST_KINDS: usize = 1_000;

impl TreesByKind {
    /// The tree of a kind; `specs` are those for it.
    pub(in crate::config) fn of<'s>(
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
