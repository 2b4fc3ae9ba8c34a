//! What two versions of an object differ in: `Compare` of structured-merge-diff.

use super::field_set::{Branch, FieldSet};
use super::items::{ItemIndex, fields_of, items_of};
use super::path_element::PathElement;
use super::shape::{ListShape, MapShape, Place, Shape, same_form};
use crate::equality::same_json;
use trimtab_tree::Value;

/// The fields in which two versions of an object differ; no path is in two of the sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Only the new version has these.
    pub(super) added: FieldSet,
    /// Both have these, with different values.
    pub(super) modified: FieldSet,
    /// Only the old version has these.
    pub(super) removed: FieldSet,
}

impl Comparison {
    /// Forgets some fields and all below them.
    pub(super) fn without(mut self, fields: &FieldSet) -> Self {
        for set in [&mut self.added, &mut self.modified, &mut self.removed] {
            set.subtract_with_descendants(fields);
        }
        self
    }

    /// What the new version has that the old one had not, or not so, and what it has not any more.
    pub(super) fn into_changed_and_removed(self) -> (FieldSet, FieldSet) {
        let mut changed = self.added;
        changed.add(self.modified);
        (changed, self.removed)
    }
}

/// Compares two versions of an object.
pub(super) fn compare(old: &Value, new: &Value, place: Place<'_>) -> Comparison {
    let changes = changes(Some(old), Some(new), place);
    Comparison {
        added: changes.added.below,
        modified: changes.modified.below,
        removed: changes.removed.below,
    }
}

/// What differs at and below a place.
#[derive(Default)]
struct Changes {
    added: Branch,
    modified: Branch,
    removed: Branch,
}

impl Changes {
    fn attach(&mut self, element: &PathElement, below: Self) {
        self.added.below.attach(element, below.added);
        self.modified.below.attach(element, below.modified);
        self.removed.below.attach(element, below.removed);
    }

    fn merge(&mut self, other: Self) {
        for (own, other) in [
            (&mut self.added, other.added),
            (&mut self.modified, other.modified),
            (&mut self.removed, other.removed),
        ] {
            own.member |= other.member;
            own.below.add(other.below);
        }
    }

    /// A place that counts as one.
    fn leaf(old: Option<&Value>, new: Option<&Value>) -> Self {
        let mut changes = Self::default();
        changes.note_presence(old, new);
        if let (Some(old), Some(new)) = (old, new) {
            changes.modified.member = !same_json(old, new);
        }
        changes
    }

    /// Notes that one side has something where the other has nothing.
    fn note_presence(&mut self, old: Option<&Value>, new: Option<&Value>) {
        self.added.member |= old.is_none();
        self.removed.member |= new.is_none();
    }
}

fn changes(old: Option<&Value>, new: Option<&Value>, place: Place<'_>) -> Changes {
    let mut changes = match (old, new) {
        (Some(old), Some(new)) if !same_form(old, new) && place.declared().is_none() => {
            // Only the values say what is here, and they say different things.
            let mut changes = shaped(Some(old), Some(new), &place.shape(old));
            changes.merge(shaped(Some(old), Some(new), &place.shape(new)));
            changes
        }
        (_, Some(value)) | (Some(value), None) => shaped(old, new, &place.shape(value)),
        (None, None) => Changes::default(),
    };
    changes.note_presence(old, new);
    changes
}

fn shaped(old: Option<&Value>, new: Option<&Value>, shape: &Shape<'_>) -> Changes {
    match shape {
        Shape::Leaf(_) => Changes::leaf(old, new),
        Shape::List(list) => {
            // Two lists without items differ if one is null, so they are compared as one thing.
            let no_items = items_of(old).is_empty() && items_of(new).is_empty();
            if list.is_atomic() || no_items {
                Changes::leaf(old, new)
            } else {
                compare_items(items_of(old), items_of(new), list)
            }
        }
        Shape::Map(map) => {
            if map.atomic || (fields_of(old).next().is_none() && fields_of(new).next().is_none()) {
                Changes::leaf(old, new)
            } else {
                compare_fields(old, new, map)
            }
        }
    }
}

fn compare_fields(old: Option<&Value>, new: Option<&Value>, map: &MapShape<'_>) -> Changes {
    let mut found = Changes::default();
    for (name, value) in fields_of(old) {
        let newer = new.and_then(|new| new.get(name));
        let below = changes(Some(value), newer, map.field_or_deduced(name));
        found.attach(&PathElement::field(name), below);
    }
    for (name, value) in fields_of(new) {
        if old.and_then(|old| old.get(name)).is_none() {
            let below = changes(None, Some(value), map.field_or_deduced(name));
            found.attach(&PathElement::field(name), below);
        }
    }
    found
}

fn compare_items(old: &[Value], new: &[Value], list: &ListShape<'_>) -> Changes {
    let (old, new) = (ItemIndex::new(list, old), ItemIndex::new(list, new));
    let mut found = Changes::default();
    for element in old.steps() {
        found.attach(element, compare_item(element, &old, &new, list.items));
    }
    for element in new.steps().filter(|element| !old.contains(element)) {
        found.attach(element, compare_item(element, &old, &new, list.items));
    }
    found
}

/// Items that are there more than once count as one leaf.
fn compare_item(
    element: &PathElement,
    old: &ItemIndex<'_>,
    new: &ItemIndex<'_>,
    place: Place<'_>,
) -> Changes {
    let (olds, news) = (old.all(element), new.all(element));
    let (before, after) = (olds.len(), news.len());
    if before <= 1 && after <= 1 {
        return changes(old.only(element), new.only(element), place);
    }
    let mut found = Changes::default();
    if before > 1 && after > 1 {
        let same = before == after && olds.zip(news).all(|(old, new)| same_json(old, new));
        found.modified.member = !same;
    } else if before > 1 {
        if let Some(item) = new.only(element) {
            found = changes(None, Some(item), place);
        }
        found.removed.member = true;
    } else {
        if let Some(item) = old.only(element) {
            found = changes(Some(item), None, place);
        }
        found.added.member = true;
    }
    found
}
