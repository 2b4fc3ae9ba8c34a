//! Which objects of a collection are meant.

use trimtab_object::LabelSelector;
use trimtab_tree::Text;

use super::Object;

/// Which objects are meant: all those that fulfil everything that is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Those in this namespace; empty is all.
    pub(crate) namespace: String,
    /// Those with labels like these.
    pub(crate) labels: LabelSelector,
    /// Those with fields like these.
    pub(crate) fields: Vec<FieldRequirement>,
}

/// One condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldRequirement {
    /// Which field.
    pub(crate) field: SelectedField,
    /// What it is compared with.
    pub(crate) value: Text,
    /// Whether it must be equal, or must not.
    pub(crate) equal: bool,
}

/// A field that objects are selected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SelectedField {
    /// `metadata.name`
    Name,
    /// `metadata.namespace`
    Namespace,
    /// `metadata.ownerReferences.uid`: any of the owners' uids.
    Owner,
    /// The resource's own field of this number.
    Own(usize),
}

impl Selection {
    /// Everything in a namespace; of everything, if that is empty.
    pub(crate) fn in_namespace(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it says more than a namespace.
    pub(crate) fn is_narrow(&self) -> bool {
        !self.labels.is_empty() || !self.fields.is_empty()
    }

    /// What the keys of all objects that are meant begin with, in a collection of this prefix.
    pub(crate) fn key_prefix(&self, collection: &str) -> String {
        let asked = self.wanted(SelectedField::Namespace);
        let namespace = if self.namespace.is_empty() {
            asked.unwrap_or_default()
        } else {
            &self.namespace
        };
        if namespace.is_empty() {
            collection.to_owned()
        } else {
            format!("{collection}{namespace}/")
        }
    }

    /// The only name that an object that is meant can have, if a condition says one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.wanted(SelectedField::Name)
    }

    fn wanted(&self, field: SelectedField) -> Option<&str> {
        let mut fields = self.fields.iter();
        let wanted = fields.find(|wanted| wanted.equal && wanted.field == field)?;
        Some(&wanted.value)
    }

    /// Whether an object in the right namespace is meant.
    pub(crate) fn takes(&self, object: &Object) -> bool {
        self.fields
            .iter()
            .all(|requirement| requirement.holds(object))
            && self.labels.matches(|key| object.facts.label(key))
    }
}

impl FieldRequirement {
    fn holds(&self, object: &Object) -> bool {
        let found = match self.field {
            SelectedField::Name => object.name(),
            SelectedField::Namespace => object.namespace(),
            SelectedField::Owner => return object.facts.is_owned_by(&self.value) == self.equal,
            SelectedField::Own(number) => object.facts.fields.get(number).map_or("", Text::as_str),
        };
        (found == self.value) == self.equal
    }
}
