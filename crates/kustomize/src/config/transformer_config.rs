//! The field specs of all transformers together.

use super::defaults;
use super::field_spec::FieldSpec;
use super::field_specs::FieldSpecs;
use super::name_references::{NameReference, NameReferences};
use super::spec_list::SpecList;
use std::sync::Arc;
use trimtab_tree::Result;

/// One list: nothing, what is built in (shared by everyone and never copied), or an own one.
#[derive(Clone, Debug, Default)]
enum Held<T> {
    #[default]
    Nothing,
    Builtin,
    Own(Arc<T>),
}

impl<T> Held<T> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Builtin, Self::Builtin) => true,
            (Self::Own(a), Self::Own(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// The field specs of all transformers. Cheap to clone and to merge where nothing was configured:
/// lists are shared until something is added to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct TransformerConfig {
    lists: [Held<FieldSpecs>; SpecList::ALL.len()],
    name_references: Held<NameReferences>,
}

impl TransformerConfig {
    /// No field specs at all.
    #[must_use]
    pub(crate) fn empty() -> Self {
        Self::default()
    }

    /// The field specs that kustomize has built in.
    #[must_use]
    pub(crate) fn builtin() -> Self {
        Self {
            lists: std::array::from_fn(|_| Held::Builtin),
            name_references: Held::Builtin,
        }
    }

    /// One of the lists.
    #[must_use]
    pub(crate) fn specs(&self, list: SpecList) -> &FieldSpecs {
        match &self.lists[list as usize] {
            Held::Nothing => defaults::no_field_specs(),
            Held::Builtin => defaults::field_specs(list),
            Held::Own(specs) => specs,
        }
    }

    /// Which fields hold the names of other objects.
    #[must_use]
    pub(crate) fn name_references(&self) -> &NameReferences {
        match &self.name_references {
            Held::Nothing => defaults::no_name_references(),
            Held::Builtin => defaults::name_references(),
            Held::Own(references) => references,
        }
    }

    /// Whether a list is exactly what is built in.
    #[must_use]
    pub(crate) fn is_builtin(&self, list: SpecList) -> bool {
        matches!(self.lists[list as usize], Held::Builtin)
    }

    /// Puts a list in place of the one that is there.
    pub(super) fn set_specs(&mut self, list: SpecList, specs: Vec<FieldSpec>) {
        let mut specs = FieldSpecs::new(specs);
        specs.sort();
        self.lists[list as usize] = Held::Own(Arc::new(specs));
    }

    /// Puts references in place of those that are there.
    pub(super) fn set_name_references(&mut self, references: Vec<NameReference>) {
        let mut references = NameReferences::new(references);
        references.sort();
        self.name_references = Held::Own(Arc::new(references));
    }

    /// Adds one field spec to a list, as [`FieldSpecs::merge`] does; the order is not restored.
    ///
    /// # Errors
    /// When it conflicts with one that is there.
    pub(super) fn add_spec(&mut self, list: SpecList, spec: FieldSpec) -> Result<()> {
        self.own(list).merge(&[spec])
    }

    /// Adds one name reference, as [`NameReferences::merge`] does; the order is not restored.
    ///
    /// # Errors
    /// When it conflicts with one that is there.
    pub(super) fn add_name_reference(&mut self, reference: NameReference) -> Result<()> {
        self.own_name_references().merge(&[reference])
    }

    /// Adds everything in `other` that is not here yet.
    ///
    /// # Errors
    /// When a field spec here and one there disagree whether to create the field.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        for list in SpecList::ALL {
            let (own, incoming) = (&self.lists[list as usize], &other.lists[list as usize]);
            if own.is_same(incoming) || matches!(incoming, Held::Nothing) {
                continue;
            }
            // What is built in holds no two specs of which one would swallow the other.
            if matches!((own, incoming), (Held::Nothing, Held::Builtin)) {
                self.lists[list as usize] = Held::Builtin;
                continue;
            }
            let specs = self.own(list);
            specs
                .merge(other.specs(list).as_slice())
                .map_err(|error| error.in_field(list.name()))?;
            specs.sort();
        }
        self.merge_name_references(other)
    }

    fn merge_name_references(&mut self, other: &Self) -> Result<()> {
        let (own, incoming) = (&self.name_references, &other.name_references);
        if own.is_same(incoming) || matches!(incoming, Held::Nothing) {
            return Ok(());
        }
        if matches!((own, incoming), (Held::Nothing, Held::Builtin)) {
            self.name_references = Held::Builtin;
            return Ok(());
        }
        let references = self.own_name_references();
        references
            .merge(other.name_references().as_slice())
            .map_err(|error| error.in_field("nameReference"))?;
        references.sort();
        Ok(())
    }

    /// A list to be changed; copied first when it is shared.
    fn own(&mut self, list: SpecList) -> &mut FieldSpecs {
        let copy = match &self.lists[list as usize] {
            Held::Own(_) => None,
            _ => Some(self.specs(list).clone()),
        };
        if let Some(copy) = copy {
            self.lists[list as usize] = Held::Own(Arc::new(copy));
        }
        match &mut self.lists[list as usize] {
            Held::Own(specs) => Arc::make_mut(specs),
            Held::Nothing | Held::Builtin => unreachable!("it was just made an own list"),
        }
    }

    fn own_name_references(&mut self) -> &mut NameReferences {
        let copy = match &self.name_references {
            Held::Own(_) => None,
            _ => Some(self.name_references().clone()),
        };
        if let Some(copy) = copy {
            self.name_references = Held::Own(Arc::new(copy));
        }
        match &mut self.name_references {
            Held::Own(references) => Arc::make_mut(references),
            Held::Nothing | Held::Builtin => unreachable!("they were just made own ones"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::FieldPath;
    use super::*;
    use trimtab_object::Gvk;

    fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
        FieldSpec {
            gvk: Gvk::new("", "", kind),
            path: FieldPath::new(path),
            create,
        }
    }

    fn with(list: SpecList, spec: FieldSpec) -> TransformerConfig {
        let mut config = TransformerConfig::empty();
        config.set_specs(list, vec![spec]);
        config
    }

    #[test]
    fn builtin_lists_merge_into_nothing_as_they_are() {
        for list in SpecList::ALL {
            let mut merged = FieldSpecs::default();
            merged
                .merge(defaults::field_specs(list).as_slice())
                .unwrap();
            merged.sort();
            assert_eq!(
                merged.as_slice(),
                defaults::field_specs(list).as_slice(),
                "{}",
                list.name()
            );
        }
        let mut config = TransformerConfig::empty();
        config.merge(&TransformerConfig::builtin()).unwrap();
        assert!(
            SpecList::ALL
                .into_iter()
                .all(|list| config.is_builtin(list))
        );
    }

    #[test]
    fn only_lists_that_change_are_copied() {
        let mut config = TransformerConfig::builtin();
        let extra = with(SpecList::Images, spec("Foo", "spec/image", false));
        config.merge(&extra).unwrap();
        assert!(config.is_builtin(SpecList::CommonLabels));
        let foo = Gvk::new("", "v1", "Foo");
        let has = |config: &TransformerConfig| {
            let mut specs = config.specs(SpecList::Images).of(&foo);
            specs.any(|spec| spec.path.text() == "spec/image")
        };
        assert!(has(&config));
        assert!(!has(&TransformerConfig::builtin()));
    }

    #[test]
    fn a_list_with_own_specs_swallows_wider_ones_when_it_is_merged_again() {
        // The base's list is sorted, so `metadata/labels` of every kind comes behind that of Foo.
        let mut base = TransformerConfig::builtin();
        base.merge(&with(
            SpecList::CommonLabels,
            spec("Foo", "metadata/labels", true),
        ))
        .unwrap();
        let mut overlay = TransformerConfig::empty();
        overlay.merge(&base).unwrap();
        let widths = |config: &TransformerConfig| {
            let specs = config.specs(SpecList::CommonLabels).as_slice();
            specs
                .iter()
                .filter(|spec| spec.path.text() == "metadata/labels")
                .count()
        };
        assert_eq!((widths(&base), widths(&overlay)), (2, 1));
    }
}
