//! Which fields of which kinds hold the name of another object.

use super::field_spec::FieldSpec;
use super::field_specs::{FieldSpecs, KindIndex};
use super::field_tree::{FieldTree, TreesByKind};
use super::kind_order::compare_gvks;
use std::sync::{Arc, OnceLock};
use trimtab_object::Gvk;
use trimtab_tree::Result;

/// The fields that may name an object of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameReference {
    /// The kind of the object that is named; an empty part stands for any.
    pub target: Gvk,
    /// The fields that name it.
    pub referrers: Vec<FieldSpec>,
}

/// All name references in kustomize's order, found by the kind that refers.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameReferences {
    references: Vec<NameReference>,
    by_referrer: OnceLock<ReferrerIndex>,
    trees: TreesByKind,
}

/// The referrers of all references one behind another, and where each is.
#[derive(Clone, Debug)]
struct ReferrerIndex {
    kinds: KindIndex,
    /// Place in `references` and in its `referrers`.
    places: Vec<(u32, u32)>,
}

impl NameReferences {
    /// References in the order given.
    #[must_use]
    pub(crate) fn new(references: Vec<NameReference>) -> Self {
        Self {
            references,
            by_referrer: OnceLock::new(),
            trees: TreesByKind::default(),
        }
    }

    /// All, in order.
    #[must_use]
    pub(crate) fn as_slice(&self) -> &[NameReference] {
        &self.references
    }

    /// The fields of objects of kind `referrer` that hold names, each with the kind that it names,
    /// in order.
    pub(crate) fn of<'a, 'g>(
        &'a self,
        referrer: &'g Gvk,
    ) -> impl Iterator<Item = (&'a Gvk, &'a FieldSpec)> + use<'a, 'g> {
        let index = self.by_referrer.get_or_init(|| self.index());
        index
            .kinds
            .places(&referrer.kind)
            .map(|place| {
                let (reference, spec) = index.places[place];
                let reference = &self.references[reference as usize];
                (&reference.target, &reference.referrers[spec as usize])
            })
            .filter(|(_, spec)| spec.selects(referrer))
    }

    /// The fields of objects of kind `referrer` that hold names, as one tree.
    #[must_use]
    pub(crate) fn tree_of(&self, referrer: &Gvk) -> Arc<FieldTree> {
        self.trees
            .of(referrer, self.of(referrer).map(|(_, spec)| spec))
    }

    /// Forgets what was made of the references as they were.
    fn forget(&mut self) {
        self.by_referrer = OnceLock::new();
        self.trees = TreesByKind::default();
    }

    fn index(&self) -> ReferrerIndex {
        let specs = || self.references.iter().map(|reference| &reference.referrers);
        let places = specs().enumerate().flat_map(|(reference, specs)| {
            (0..specs.len()).map(move |spec| (reference as u32, spec as u32))
        });
        ReferrerIndex {
            kinds: KindIndex::new(specs().flatten()),
            places: places.collect(),
        }
    }

    /// Adds another list as kustomize does: referrers of a target that is there are merged into
    /// its own, other targets go to the end.
    ///
    /// # Errors
    /// When two referrers conflict: see [`FieldSpecs::merge`].
    pub(crate) fn merge(&mut self, other: &[NameReference]) -> Result<()> {
        for reference in other {
            let mut found = false;
            for own in &mut self.references {
                if own.target == reference.target {
                    found = true;
                    let mut referrers = FieldSpecs::new(std::mem::take(&mut own.referrers));
                    let merged = referrers.merge(&reference.referrers);
                    own.referrers = referrers.into_vec();
                    merged?;
                }
            }
            if !found {
                self.references.push(reference.clone());
            }
        }
        self.forget();
        Ok(())
    }

    /// Puts the references in the order of their targets' kinds.
    pub(crate) fn sort(&mut self) {
        self.references
            .sort_by(|a, b| compare_gvks(&a.target, &b.target));
        self.forget();
    }
}
