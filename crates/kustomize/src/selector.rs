//! Selectors of kustomization files, compiled: which resources a patch or a replacement is for.

mod nothing;

use crate::kustomization::{self, At};
use crate::pattern::Pattern;
use crate::{Resource, ResourceSet};
use nothing::Places;
use trimtab_object::{Gvk, LabelSelector, Operator};
use trimtab_tree::{Result, Text, Value};

/// A compiled selector. All of its parts must match.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: LabelSelector,
    annotations: LabelSelector,
    has_id: bool,
    places: Places,
}

impl Selector {
    /// Compiles a selector.
    ///
    /// # Errors
    /// When a part of the id is not a regular expression, and when the label or annotation selector
    /// is none.
    pub(crate) fn new(selector: &kustomization::Selector) -> Result<Self> {
        let pattern = |part: &At<Text>| Pattern::new(part, part.position);
        let labels =
            |part: &At<Text>| LabelSelector::parse(part).map_err(|error| error.at(part.position));
        let id = &selector.id;
        Ok(Self {
            group: pattern(&id.group)?,
            version: pattern(&id.version)?,
            kind: pattern(&id.kind)?,
            name: pattern(&id.name)?,
            namespace: pattern(&id.namespace)?,
            labels: labels(&selector.label_selector)?,
            annotations: labels(&selector.annotation_selector)?,
            has_id: !id.is_empty(),
            places: Places {
                gvk: [id.kind.position, id.group.position, id.version.position],
                name: id.name.position,
                namespace: id.namespace.position,
                labels: selector.label_selector.position,
                annotations: selector.annotation_selector.position,
            },
        })
    }

    /// The places of the selected resources, in order. Name and namespace may be the present ones
    /// or the first ones.
    #[must_use]
    pub(crate) fn find(&self, set: &mut ResourceSet) -> Vec<usize> {
        let mut places = self.candidates(set);
        places.retain(|&place| self.selects(set.get(place)));
        places
    }

    /// The places of all resources that it may select, in order: not all there are where the name
    /// is no pattern, or a label must have one of some values.
    pub(crate) fn candidates(&self, set: &mut ResourceSet) -> Vec<usize> {
        if let Some(name) = self.name.literal() {
            return set.find_named(name, self.namespace.literal());
        }
        let mut requirements = self.labels.requirements().iter();
        let of_values = requirements.find(|requirement| {
            use Operator::{DoubleEquals, Equals, In};
            matches!(requirement.operator(), In | Equals | DoubleEquals)
        });
        match of_values {
            Some(label) => set.find_labelled(label.key(), label.values()),
            None => (0..set.len()).collect(),
        }
    }

    /// Whether it selects a resource by what it is or was at first called.
    #[must_use]
    pub(crate) fn selects(&self, resource: &Resource) -> bool {
        let id = resource.id();
        let first = resource.previous().first();
        let namespace = |text: &str| self.namespace.matches(text);
        let name = |text: &str| self.name.matches(text);
        let first_namespace = |first: &crate::PreviousId| {
            namespace(trimtab_object::Scope::of(first.cluster_scoped, &first.namespace).name())
        };
        (name(&id.name) || first.is_some_and(|first| name(&first.name)))
            && (namespace(id.scope().name()) || first.is_some_and(first_namespace))
            && self.selects_gvk(resource.gvk())
            && self.selects_metadata(resource.value())
    }

    /// Whether it selects an id, with the namespace as it is written.
    #[must_use]
    pub(crate) fn selects_id(&self, gvk: &Gvk, name: &str, namespace: &str) -> bool {
        self.name.matches(name) && self.namespace.matches(namespace) && self.selects_gvk(gvk)
    }

    /// Whether it selects an object by its labels and annotations.
    #[must_use]
    pub(crate) fn selects_metadata(&self, object: &Value) -> bool {
        if !self.has_metadata() {
            return true;
        }
        let metadata = object.get("metadata");
        let field = |key| metadata.and_then(|metadata| metadata.get(key));
        self.labels.matches_value(field("labels"))
            && self.annotations.matches_value(field("annotations"))
    }

    /// Whether it says anything about ids.
    #[must_use]
    pub(crate) fn has_id(&self) -> bool {
        self.has_id
    }

    /// Whether it says anything about labels or annotations.
    #[must_use]
    pub(crate) fn has_metadata(&self) -> bool {
        !(self.labels.is_empty() && self.annotations.is_empty())
    }

    fn selects_gvk(&self, gvk: &Gvk) -> bool {
        self.kind.matches(&gvk.kind)
            && self.group.matches(&gvk.group)
            && self.version.matches(&gvk.version)
    }
}

#[cfg(test)]
mod tests;
