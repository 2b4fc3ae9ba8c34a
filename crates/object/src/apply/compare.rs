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

    /// Whether the versions are equal.
    pub(super) fn is_empty(&self) -> bool {
        let sets = [&self.added, &self.modified, &self.removed];
        sets.iter().all(|set| set.is_empty())
    }

    /// What the new version has that the old one had not, or not so, and what it has not any more.
    pub(super) fn into_changed_and_removed(self) -> (FieldSet, FieldSet) {
        let mut changed = self.added;
        changed.add(self.modified);
        (changed, self.removed)
    }
}

/// Compares two versions of an object. `metadata.managedFields` does not count: ownership itself has no
/// owner.
pub(super) fn compare(old: &Value, new: &Value, place: Place<'_>) -> Comparison {
    let changes = changes(Some(old), Some(new), place, Level::Object);
    Comparison {
        added: changes.added.below,
        modified: changes.modified.below,
        removed: changes.removed.below,
    }
}

/// Where in an object a place is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// It is the object.
    Object,
    /// It is the object's metadata.
    Metadata,
    /// Anywhere else.
    Inside,
}

impl Level {
    /// The level of a field; `None` of the field that is not compared.
    fn of_field(self, name: &str) -> Option<Self> {
        match (self, name) {
            (Self::Metadata, "managedFields") => None,
            (Self::Object, "metadata") => Some(Self::Metadata),
            _ => Some(Self::Inside),
        }
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
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }

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

fn changes(old: Option<&Value>, new: Option<&Value>, place: Place<'_>, level: Level) -> Changes {
    let mut changes = match (old, new) {
        (Some(old), Some(new)) if !same_form(old, new) && place.declared().is_none() => {
            // Only the values say what is here, and they say different things.
            let mut changes = shaped(Some(old), Some(new), &place.shape(old), level);
            changes.merge(shaped(Some(old), Some(new), &place.shape(new), level));
            changes
        }
        (_, Some(value)) | (Some(value), None) => shaped(old, new, &place.shape(value), level),
        (None, None) => Changes::default(),
    };
    changes.note_presence(old, new);
    changes
}

fn shaped(old: Option<&Value>, new: Option<&Value>, shape: &Shape<'_>, level: Level) -> Changes {
    match shape {
        Shape::Leaf(_) => Changes::leaf(old, new),
        Shape::List(list) => {
            // Two lists without items differ if one is null, so they are compared as one thing.
            let no_items = items_of(old).is_empty() && items_of(new).is_empty();
            if list.is_atomic() || no_items {
                Changes::leaf(old, new)
            } else if old.zip(new).is_some_and(|(old, new)| same_json(old, new)) {
                // The usual case, and cheaper to see than through indexes.
                Changes::default()
            } else {
                compare_items(items_of(old), items_of(new), list)
            }
        }
        Shape::Map(map) => {
            if map.atomic || (fields_of(old).next().is_none() && fields_of(new).next().is_none()) {
                Changes::leaf(old, new)
            } else {
                compare_fields(old, new, map, level)
            }
        }
    }
}

fn compare_fields(
    old: Option<&Value>,
    new: Option<&Value>,
    map: &MapShape<'_>,
    level: Level,
) -> Changes {
    let mut found = Changes::default();
    let mut compare = |name: &str, old: Option<&Value>, new: Option<&Value>| {
        if is_same_scalar(old, new) {
            // No type needs to be looked up for that.
            return;
        }
        if let Some(level) = level.of_field(name) {
            let below = changes(old, new, map.field_or_deduced(name), level);
            if !below.is_empty() {
                found.attach(&PathElement::field(name), below);
            }
        }
    };
    for (name, value) in fields_of(old) {
        compare(name, Some(value), new.and_then(|new| new.get(name)));
    }
    for (name, value) in fields_of(new) {
        if old.and_then(|old| old.get(name)).is_none() {
            compare(name, None, Some(value));
        }
    }
    found
}

fn is_same_scalar(old: Option<&Value>, new: Option<&Value>) -> bool {
    let scalar = |value: Option<&Value>| value.is_some_and(|value| value.as_scalar().is_some());
    scalar(old) && scalar(new) && old.zip(new).is_some_and(|(old, new)| same_json(old, new))
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
        return changes(old.only(element), new.only(element), place, Level::Inside);
    }
    let mut found = Changes::default();
    if before > 1 && after > 1 {
        let same = before == after && olds.zip(news).all(|(old, new)| same_json(old, new));
        found.modified.member = !same;
    } else if before > 1 {
        if let Some(item) = new.only(element) {
            found = changes(None, Some(item), place, Level::Inside);
        }
        found.removed.member = true;
    } else {
        if let Some(item) = old.only(element) {
            found = changes(Some(item), None, place, Level::Inside);
        }
        found.added.member = true;
    }
    found
}
