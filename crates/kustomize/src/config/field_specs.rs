//! Lists of field specs, indexed so that an object only meets the specs of its own kind.

use super::field_spec::FieldSpec;
use super::field_spots::{FieldSpot, FieldSpots, are_apart};
use super::field_tree::{FieldTree, Noted, TreesByKind};
use super::kind_order::compare_gvks;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Mapping, Result, Text, Value};

/// Field specs in order. What the specs of a kind are is worked out at the first question, so a
/// list that no object ever asks costs nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldSpecs {
    specs: Vec<FieldSpec>,
    by_kind: OnceLock<KindIndex>,
    trees: TreesByKind,
}

/// Places in a list of field specs by the kind that they select; places of specs for any kind are
/// in every entry.
#[derive(Clone, Debug, Default)]
pub(super) struct KindIndex {
    of_kind: FxHashMap<Text, Vec<u32>>,
    of_any_kind: Vec<u32>,
}

impl KindIndex {
    pub(super) fn new<'a>(specs: impl Iterator<Item = &'a FieldSpec>) -> Self {
        let mut index = Self::default();
        for (place, spec) in specs.enumerate() {
            let place = place as u32;
            let kind = &spec.gvk.kind;
            if kind.is_empty() {
                index.of_any_kind.push(place);
                index
                    .of_kind
                    .values_mut()
                    .for_each(|places| places.push(place));
            } else {
                index
                    .of_kind
                    .entry(kind.clone())
                    .or_insert_with(|| index.of_any_kind.clone())
                    .push(place);
            }
        }
        index
    }

    /// The places for a kind, in order.
    pub(super) fn places(&self, kind: &str) -> impl Iterator<Item = usize> + use<'_> {
        let places = self.of_kind.get(kind).unwrap_or(&self.of_any_kind);
        places.iter().map(|&place| place as usize)
    }
}

impl FieldSpecs {
    /// A list in the order given, equal specs included.
    #[must_use]
    pub(crate) fn new(specs: Vec<FieldSpec>) -> Self {
        Self {
            specs,
            by_kind: OnceLock::new(),
            trees: TreesByKind::default(),
        }
    }

    /// All, in order.
    #[must_use]
    pub(crate) fn as_slice(&self) -> &[FieldSpec] {
        &self.specs
    }

    /// All, in order, by value.
    #[must_use]
    pub(crate) fn into_vec(self) -> Vec<FieldSpec> {
        self.specs
    }

    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.specs.is_empty()
    }

    /// The specs that select `gvk`, in order.
    pub(crate) fn of<'a, 'g>(
        &'a self,
        gvk: &'g Gvk,
    ) -> impl Iterator<Item = &'a FieldSpec> + use<'a, 'g> {
        self.by_kind
            .get_or_init(|| KindIndex::new(self.specs.iter()))
            .places(&gvk.kind)
            .map(|place| &self.specs[place])
            .filter(|spec| spec.selects(gvk))
    }

    /// The specs that select `gvk`, ready to be visited in many objects.
    #[must_use]
    pub(crate) fn due_for(&self, gvk: &Gvk) -> Due<'_> {
        Due::new(self.of(gvk).collect(), self.tree_of(gvk))
    }

    /// The paths of the specs that select `gvk`.
    #[must_use]
    pub(crate) fn tree_of(&self, gvk: &Gvk) -> Arc<FieldTree> {
        self.trees.of(gvk, self.of(gvk))
    }

    /// Adds the specs of another list behind its own, as kustomize merges them: one whose path is
    /// there already, for a kind that it selects, is left out.
    ///
    /// # Errors
    /// When the one that is there says otherwise whether to create the field.
    pub(crate) fn merge(&mut self, other: &[FieldSpec]) -> Result<()> {
        let news = Merge::new(&self.specs).news(other)?;
        if !news.is_empty() {
            self.specs.extend(news);
            self.forget();
        }
        Ok(())
    }

    /// Puts the specs in the order of their kinds; those of one kind keep theirs.
    pub(crate) fn sort(&mut self) {
        let in_order = |pair: &[FieldSpec]| compare_gvks(&pair[0].gvk, &pair[1].gvk).is_le();
        if !self.specs.windows(2).all(in_order) {
            self.specs.sort_by(|a, b| compare_gvks(&a.gvk, &b.gvk));
            self.forget();
        }
    }

    /// Forgets what was made of the specs as they were.
    fn forget(&mut self) {
        self.by_kind = OnceLock::new();
        self.trees = TreesByKind::default();
    }
}

/// The specs for the objects of a kind. Those whose fields are not created lead nowhere in most objects,
/// which is found out for all of them at once.
pub(crate) struct Due<'s> {
    specs: Vec<&'s FieldSpec>,
    /// The paths of all.
    tree: Arc<FieldTree>,
    /// Whether none of them leads to or through where another leads.
    are_apart: bool,
    /// The paths of those whose fields are not created; none where what others create may lie on them.
    not_created: Option<FieldTree>,
}

impl<'s> Due<'s> {
    fn new(specs: Vec<&'s FieldSpec>, paths: Arc<FieldTree>) -> Self {
        let not_created = || specs.iter().copied().filter(|spec| !spec.create);
        let tree = FieldTree::new(not_created());
        let mut created = specs.iter().filter(|spec| spec.create);
        let may_skip =
            not_created().nth(1).is_some() && !created.any(|spec| tree.meets(spec.path.steps()));
        Self {
            are_apart: are_apart(specs.iter().copied()),
            tree: paths,
            specs,
            not_created: may_skip.then_some(tree),
        }
    }

    /// Those that may lead to something in an object, in order.
    pub(crate) fn in_object<'d>(
        &'d self,
        object: &Value,
    ) -> impl Iterator<Item = &'s FieldSpec> + use<'d, 's> {
        let tree = self.not_created.as_ref();
        let are_all_due = tree.is_none_or(|tree| tree.reaches(object));
        let specs = self.specs.iter().copied();
        specs.filter(move |spec| are_all_due || spec.create)
    }

    /// Shows the mappings that the specs lead to, and those that they make, in an object of which there are
    /// copies, in order. Returns whether those are all and `see` has agreed to each; otherwise only a visit can
    /// tell what comes of it.
    pub(crate) fn see_spots(
        &self,
        copied: &Mapping,
        mut see: impl FnMut(&'s FieldSpec, &FieldSpot) -> bool,
    ) -> bool {
        let mut see_all = |spots: &[FieldSpot]| {
            let mut spots = spots.iter();
            spots.all(|spot| see(self.specs[spot.spec as usize], spot))
        };
        self.are_apart && FieldSpots::with(&self.specs, &self.tree, copied, &mut see_all)
    }

    /// Whether a change that waits in an object may be where the specs lead, or on the way there.
    pub(crate) fn meets_late_changes(&self, object: &Mapping) -> bool {
        self.tree.meets_late_changes(object)
    }

    /// Finds out what [`Self::see_spots`] shows of an object of which there are copies.
    pub(crate) fn note_spots(&self, copied: &Mapping) -> Noted {
        if self.are_apart {
            FieldSpots::note(&self.specs, &self.tree, copied)
        } else {
            Noted::Never
        }
    }
}

/// The specs of a list by path, to find out which of another list's are new.
struct Merge<'a> {
    by_path: FxHashMap<&'a str, Vec<&'a FieldSpec>>,
}

impl<'a> Merge<'a> {
    fn new(specs: &'a [FieldSpec]) -> Self {
        let mut by_path: FxHashMap<&str, Vec<&FieldSpec>> = FxHashMap::default();
        for spec in specs {
            by_path.entry(spec.path.text()).or_default().push(spec);
        }
        Self { by_path }
    }

    fn news(mut self, incoming: &'a [FieldSpec]) -> Result<Vec<FieldSpec>> {
        let mut news = Vec::new();
        for spec in incoming {
            let there = self.by_path.entry(spec.path.text()).or_default();
            match there
                .iter()
                .find(|other| other.gvk.is_selected_by(&spec.gvk))
            {
                None => {
                    there.push(spec);
                    news.push(spec.clone());
                }
                Some(other) if other.create == spec.create => {}
                Some(other) => return Err(conflict(spec, other)),
            }
        }
        Ok(news)
    }
}

fn conflict(spec: &FieldSpec, other: &FieldSpec) -> Box<Diagnostic> {
    Diagnostic::error(
        "conflicting-field-specs",
        format!(
            "two field specs for `{}` disagree: {} has `create: {}`, {} has `create: {}`",
            spec.path.text(),
            spec.gvk,
            spec.create,
            other.gvk,
            other.create
        ),
    )
    .in_field(spec.path.text())
}

#[cfg(test)]
mod tests {
    use super::super::FieldPath;
    use super::*;

    fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
        FieldSpec {
            gvk: Gvk::new("", "", kind),
            path: FieldPath::new(path),
            create,
        }
    }

    fn merged(own: &[FieldSpec], other: &[FieldSpec]) -> Result<Vec<FieldSpec>> {
        let mut list = FieldSpecs::new(own.to_vec());
        list.merge(other)?;
        Ok(list.as_slice().to_vec())
    }

    #[test]
    fn specs_are_found_by_kind_in_order() {
        let list = FieldSpecs::new(vec![
            spec("A", "1", true),
            spec("", "2", true),
            spec("B", "3", true),
            spec("A", "4", true),
        ]);
        let paths = |kind: &str| -> Vec<&str> {
            let gvk = Gvk::new("g", "v1", kind);
            list.of(&gvk).map(|spec| spec.path.text()).collect()
        };
        assert_eq!(paths("A"), ["1", "2", "4"]);
        assert_eq!(paths("B"), ["2", "3"]);
        assert_eq!(paths("C"), ["2"]);
    }

    #[test]
    fn fields_that_are_not_created_are_passed_over_where_they_are_not() {
        let due_in = |specs: &[(&str, bool)], object: &str| -> Vec<String> {
            let specs = specs
                .iter()
                .map(|&(path, create)| spec("", path, create))
                .collect();
            let specs = FieldSpecs::new(specs);
            let due = specs.due_for(&Gvk::default());
            let object = &crate::testing::documents(object)[0];
            due.in_object(object)
                .map(|spec| spec.path.text().to_owned())
                .collect()
        };
        let apart = [("a/b", true), ("a/c/d", false), ("a/e/f", false)];
        assert_eq!(due_in(&apart, "{a: {c: {}, e: null}}"), ["a/b"]);
        let all = ["a/b", "a/c/d", "a/e/f"];
        assert_eq!(due_in(&apart, "{a: {c: {}, e: {f: {}}}}"), all);
        assert_eq!(due_in(&apart, "{a: {c: text}}"), all);
        // What is put into one may be on the way to another.
        let meeting = [("a/b", true), ("a/b/c", false), ("a/b/d", false)];
        assert_eq!(due_in(&meeting, "{}"), ["a/b", "a/b/c", "a/b/d"]);
    }

    #[test]
    fn a_wider_spec_adds_nothing_where_a_narrower_one_is() {
        let narrow = [spec("A", "p", true)];
        let wide = [spec("", "p", true)];
        assert_eq!(merged(&narrow, &wide).unwrap(), narrow);
        assert_eq!(merged(&wide, &narrow).unwrap().len(), 2);
        assert_eq!(
            merged(&[], &[spec("A", "p", true), spec("A", "p", true)]).unwrap(),
            narrow
        );
    }

    #[test]
    fn specs_that_disagree_are_an_error() {
        let error = merged(&[spec("A", "p", true)], &[spec("", "p", false)]).unwrap_err();
        assert_eq!(error.code, "conflicting-field-specs");
    }
}
