//! Labels and annotations of which kustomize keeps one node for several fields.
//!
//! Its transformer makes one node for a label and hangs it below every field that did not have the
//! label yet. From then on these fields cannot change apart: an overlay that gives the label of
//! the pod template another value changes the selector too. Only what rebuilds the object, as a
//! JSON patch does, parts them.

use super::Resource;
use crate::config::{Create, FieldPath, FieldSpec};
use std::sync::Arc;
use trimtab_tree::{Node, Result, Scalar, Text, Value};

/// One label or annotation, and the fields that share it.
#[derive(Clone, Debug)]
pub(crate) struct SharedEntry {
    key: Text,
    /// Mappings that hold it, in order of their paths.
    fields: Arc<[FieldSpec]>,
}

/// Entries of one resource. Those that were given the same have one list between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedEntries(Option<Arc<[SharedEntry]>>);

impl SharedEntries {
    fn as_slice(&self) -> &[SharedEntry] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Adds others behind its own.
    fn extend(&mut self, others: &Self) {
        if self.as_slice().is_empty() {
            self.0.clone_from(&others.0);
        } else if !others.as_slice().is_empty() {
            let all = self.as_slice().iter().chain(others.as_slice());
            *self = all.cloned().collect();
        }
    }

    /// Keeps the fields for which `keep` says so, and the entries that several fields have left.
    fn retain_fields(&mut self, keep: impl Fn(&FieldSpec) -> bool) {
        let mut fields = self.as_slice().iter().flat_map(|entry| &*entry.fields);
        if fields.all(&keep) {
            return;
        }
        let kept = self.as_slice().iter().cloned().map(|mut entry| {
            entry.retain(&keep);
            entry
        });
        *self = kept.filter(|entry| entry.fields.len() > 1).collect();
    }
}

impl FromIterator<SharedEntry> for SharedEntries {
    fn from_iter<I: IntoIterator<Item = SharedEntry>>(entries: I) -> Self {
        let entries: Arc<[SharedEntry]> = entries.into_iter().collect();
        Self(Some(entries).filter(|entries| !entries.is_empty()))
    }
}

const METADATA_ANNOTATIONS: &str = "metadata/annotations";

impl SharedEntry {
    /// An entry that was new in all of `fields`, see [`in_order`].
    pub(crate) fn new(key: &Text, fields: Arc<[FieldSpec]>) -> Self {
        let key = key.clone();
        Self { key, fields }
    }

    /// What it holds.
    fn get(&self, object: &Value) -> Option<Scalar> {
        let mut found = None;
        for field in &*self.fields {
            see(field, object, &self.key, |scalar| {
                found.get_or_insert_with(|| scalar.clone());
            });
            if found.is_some() {
                break;
            }
        }
        found
    }

    /// Gives all fields what one of them got in place of `before`, and forgets those that are
    /// gone.
    fn follow(&mut self, resource: &mut Resource, before: &Scalar) {
        let mut changed = None;
        let key = self.key.clone();
        self.retain(|field| {
            let mut is_there = false;
            see(field, resource.value(), &key, |scalar| {
                is_there = true;
                if scalar != before {
                    changed = Some(scalar.clone());
                }
            });
            is_there
        });
        let Some(changed) = changed else { return };
        let object = resource.value_mut();
        for field in &*self.fields {
            each(field, object, &key, |scalar| scalar.clone_from(&changed));
        }
    }

    /// Keeps the fields for which `keep` says so.
    fn retain(&mut self, mut keep: impl FnMut(&FieldSpec) -> bool) {
        let kept: Vec<bool> = self.fields.iter().map(&mut keep).collect();
        if kept.contains(&false) {
            let fields = self.fields.iter().zip(&kept);
            self.fields = fields
                .filter(|&(_, &kept)| kept)
                .map(|(field, _)| field.clone())
                .collect();
        }
    }
}

/// Fields in the order of their paths, which is that of changes to them.
pub(crate) fn in_order<'s>(fields: impl Iterator<Item = &'s FieldSpec>) -> Arc<[FieldSpec]> {
    let mut fields: Vec<FieldSpec> = fields.cloned().collect();
    fields.sort_by(|a, b| a.path.text().cmp(b.path.text()));
    fields.dedup();
    fields.into()
}

/// Calls `see` on the scalars that a field holds under `key`.
fn see(field: &FieldSpec, object: &Value, key: &str, mut see: impl FnMut(&Scalar)) {
    // A path that leads nowhere any more leads to no entry.
    let _ = field.look(object, &mut |fields, _| {
        if let Some(scalar) = fields.get(key).and_then(Value::as_scalar) {
            see(scalar);
        }
    });
}

/// Calls `visit` on the scalars that a field holds under `key`.
fn each(field: &FieldSpec, object: &mut Value, key: &str, mut visit: impl FnMut(&mut Scalar)) {
    let walked = field.visit(object, Create::Nothing, &mut |fields| {
        if let Some(scalar) = fields.get_mut(key).and_then(Value::as_scalar_mut) {
            visit(scalar);
        }
        Ok(())
    });
    // A path that leads nowhere any more leads to no entry.
    drop(walked);
}

impl Resource {
    /// Remembers that fields share entries.
    pub(crate) fn share(&mut self, entries: &SharedEntries) {
        self.shared.extend(entries);
    }

    /// Whether fields share entries.
    pub(crate) fn has_shared(&self) -> bool {
        !self.shared.as_slice().is_empty()
    }

    /// Whether fields share an entry of a key.
    pub(crate) fn shares(&self, key: &str) -> bool {
        let mut entries = self.shared.as_slice().iter();
        entries.any(|entry| entry.key == key)
    }

    /// Changes the object; entries that share a node change together.
    ///
    /// # Errors
    /// Those of `change`.
    pub(crate) fn edit_shared<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if !self.has_shared() {
            return change(self);
        }
        let known = std::mem::take(&mut self.shared);
        let known: Vec<(SharedEntry, Scalar)> = (known.as_slice().iter())
            .filter_map(|entry| {
                let scalar = entry.get(&self.value)?;
                Some((entry.clone(), scalar))
            })
            .collect();
        let result = change(self);
        let left = known.into_iter().filter_map(|(mut entry, before)| {
            entry.follow(self, &before);
            (entry.fields.len() > 1).then_some(entry)
        });
        let left: SharedEntries = left.collect();
        // What was shared anew meanwhile comes first.
        self.shared.extend(&left);
        result
    }

    /// Forgets what is shared: the object was built anew.
    pub(crate) fn part_shared(&mut self) {
        self.shared = SharedEntries::default();
    }

    /// The same for the annotations of the object itself, which kustomize builds anew whenever it
    /// remembers something there.
    pub(super) fn part_annotations(&mut self) {
        self.shared
            .retain_fields(|field| field.path.text() != METADATA_ANNOTATIONS);
    }

    /// Forgets the fields whose nodes `patch` replaces as a whole, with `$patch`.
    pub(crate) fn part_replaced(&mut self, patch: &Value) {
        self.shared
            .retain_fields(|field| !is_replaced(patch, &field.path));
    }
}

fn is_replaced(patch: &Value, path: &FieldPath) -> bool {
    let mut node = patch;
    for step in path.steps() {
        match node.get(&step.name) {
            Some(next) => node = next,
            None => return false,
        }
        match &node.node {
            Node::Mapping(fields) if !fields.contains_key("$patch") => {}
            Node::Mapping(_) | Node::Sequence(_) | Node::Scalar(_) => return true,
        }
    }
    false
}
