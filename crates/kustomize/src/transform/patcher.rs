//! The resources while patches are applied to them.
//!
//! Patches come in thousands, so nothing here may pass over all resources once a patch: deleted
//! ones are only marked, and removed together when all patches of a kustomization are applied.

use crate::nearest::nearest_resource;
use crate::provenance::Removal;
use crate::selector::Selector;
use crate::{Resource, ResourceSet};
use trimtab_object::ResourceId;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Position, Result};

/// A set of resources to which patches are applied. [`Patcher::finish`] must be called at the end.
#[derive(Debug)]
pub(crate) struct Patcher<'a> {
    set: &'a mut ResourceSet,
    /// Whether some resource was deleted and stands there without an object.
    has_deleted: bool,
}

impl<'a> Patcher<'a> {
    /// Starts.
    #[must_use]
    pub(crate) fn new(set: &'a mut ResourceSet) -> Self {
        Self {
            set,
            has_deleted: false,
        }
    }

    /// Removes the resources that patches deleted.
    pub(crate) fn finish(self) {
        if self.has_deleted {
            self.set.retain(is_there);
        }
    }

    /// Says which entry of a list of patches is applied from now on.
    pub(super) fn entry(&mut self, entry: usize, position: Position) {
        self.set.entry(entry, position);
    }

    /// Says what removes the fields that are gone after the next edits.
    pub(super) fn removes(&mut self, removal: impl FnOnce() -> Removal) {
        self.set.removes(removal);
    }

    pub(super) fn schema(&self) -> &Schema {
        self.set.schema()
    }

    pub(super) fn get(&self, place: usize) -> &Resource {
        self.set.get(place)
    }

    /// The places of the resources that a selector selects, in order.
    pub(super) fn select(&mut self, selector: &Selector) -> Vec<usize> {
        let mut places = selector.find(self.set);
        places.retain(|&place| is_there(self.set.get(place)));
        if places.is_empty() {
            selector.warn_of_nothing(self.set, "unmatched-patch", "this patch");
        }
        places
    }

    /// The places of the resources that have or had an id, in order.
    pub(super) fn find_any(&self, id: &ResourceId) -> Vec<usize> {
        let mut places = self.set.find_any(id);
        places.retain(|&place| is_there(self.set.get(place)));
        places
    }

    /// Notes that a patch may add so many nodes to each of these; see [`ResourceSet::grow`].
    pub(super) fn grow(&mut self, places: &[usize], nodes: usize, at: Position) -> Result<()> {
        self.set.grow(places.len(), nodes, at)
    }

    /// Changes a resource; one whose object becomes null is deleted.
    pub(super) fn edit(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Resource) -> Result<()>,
    ) -> Result<()> {
        self.set.edit(place, change)?;
        self.has_deleted |= !is_there(self.set.get(place));
        Ok(())
    }

    /// Checks that no other resource has the id of the one at `place`.
    pub(super) fn check_unique(&self, place: usize) -> Result<()> {
        let resource = self.set.get(place);
        if !is_there(resource) {
            return Ok(());
        }
        let Some(other) = self.set.twins_of(place).next() else {
            return Ok(());
        };
        Err(Diagnostic::error(
            "duplicate-resource",
            format!(
                "a patch makes this {}, which there is already",
                resource.id().in_words()
            ),
        )
        .at(resource.position())
        .label(self.set.get(other).position(), "the other one")
        .expecting("resources that differ in group, version, kind, name or namespace"))
    }

    /// What may have been meant by an id that no resource has.
    pub(super) fn nearest_to(&self, id: &ResourceId) -> String {
        let there = self.set.iter().filter(|resource| is_there(resource));
        nearest_resource(&id.gvk.kind, &id.name, there.map(Resource::id))
    }
}

fn is_there(resource: &Resource) -> bool {
    !resource.value().is_null_or_empty()
}
