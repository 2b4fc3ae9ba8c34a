//! Resources of a set, found by what they are or were called and by their labels.

use super::ResourceSet;
use super::index::{KnownNames, are_different, names_of, scopes_of};
use crate::resource::Resource;
use trimtab_object::ResourceId;
use trimtab_tree::Text;

impl ResourceSet {
    /// The places of the resources whose current id is `id`, in order.
    #[must_use]
    pub(crate) fn find_current(&self, id: &ResourceId) -> Vec<usize> {
        self.with_current(id).collect()
    }

    pub(super) fn with_current(&self, id: &ResourceId) -> impl Iterator<Item = usize> {
        let places = self.index.with_current_id(id, &self.resources);
        let places = places.iter().map(|&place| place as usize);
        places.filter(move |&place| self.resources[place].id() == id)
    }

    /// Whether the index knows at once that no other resource has the current id of the one at `place`.
    pub(super) fn is_surely_alone(&self, place: usize) -> bool {
        let id = self.resources[place].id();
        self.index.with_current_id(id, &self.resources).len() == 1
    }

    /// Whether it is known without a look at each that no two resources have the same current id.
    #[must_use]
    pub(crate) fn are_different(&self) -> bool {
        are_different(&self.resources)
    }

    /// The other resources that have the current id of the one at `place`, in order.
    pub(crate) fn twins_of(&self, place: usize) -> impl Iterator<Item = usize> {
        let id = self.resources[place].id();
        let candidates = self.index.with_current_id(id, &self.resources).iter();
        let others = candidates
            .map(|&other| other as usize)
            .filter(move |&other| other != place);
        others.filter(move |&other| self.resources[other].id() == id)
    }

    /// What is known of names without a look at all resources.
    pub(crate) fn known_names(&self) -> Option<KnownNames<'_>> {
        self.index.known_names()
    }

    /// The places of the resources whose current id is, or whose previous id was, `id`, in order.
    #[must_use]
    pub(crate) fn find_any(&self, id: &ResourceId) -> Vec<usize> {
        let has_it = |resource: &Resource| {
            resource.id() == id || resource.previous_ids().any(|previous| previous == *id)
        };
        self.candidates(id)
            .filter(|&place| has_it(&self.resources[place]))
            .collect()
    }

    /// The places of the resources whose name is, or once was, `name`, in order; with `namespace`
    /// only those that are, or once were, in it.
    #[must_use]
    pub(crate) fn find_named(&mut self, name: &str, namespace: Option<&str>) -> Vec<usize> {
        let places = self.index.with_name(name, namespace, &self.resources);
        let places = places.iter().map(|&place| place as usize);
        places
            .filter(|&place| {
                let resource = &self.resources[place];
                names_of(resource).any(|its| its == name)
                    && namespace.is_none_or(|namespace| {
                        scopes_of(resource).any(|scope| scope.name() == namespace)
                    })
            })
            .collect()
    }

    /// The places of the resources that have, or once had, a label of one of these values, in order.
    pub(crate) fn find_labelled(&mut self, key: &str, values: &[Text]) -> Vec<usize> {
        let mut found = Vec::new();
        for value in values {
            let places = self.index.with_label(key, value, &self.resources);
            found.extend(places.iter().map(|&place| place as usize));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn candidates(&self, id: &ResourceId) -> impl Iterator<Item = usize> {
        let places = self.index.with_id(id, &self.resources);
        places.iter().map(|&place| place as usize)
    }
}
