//! What every patch does to an object, wherever it leads: found out once for all copies of it.
//!
//! kustomize walks the whole target of a strategic merge patch, and takes that of a JSON patch through JSON
//! and back. Mostly nothing comes of it, and the same for all copies; what the patch does not reach then stays
//! what they have in common.

use super::{Resource, Touched};
use crate::config::{AfterJson, SearchNotes, SettledNotes};
use trimtab_object::{JsonPatch, LateScalar, MergeOptions, settle_for_merge};
use trimtab_schema::Schema;
use trimtab_tree::{Mapping, Room, Spot, Value};

impl Resource {
    fn settled_notes(&self) -> Option<&SettledNotes> {
        let notes = self.value.as_mapping()?.notes::<SearchNotes>(false);
        notes.map(|notes| &notes.settled)
    }

    /// Whether a strategic merge patch is known to leave the object as it is where it does not reach it.
    pub(crate) fn is_settled_for_merge(&self, schema: &Schema, options: MergeOptions) -> bool {
        let Some(notes) = self.settled_notes() else {
            return false;
        };
        let (by, is_settled) = notes.for_merge.get_or_init(|| {
            let mut settled = self.value.clone();
            let is_done = settle_for_merge(&mut settled, Some(schema), options).is_ok();
            let is_settled = is_done && settled.is_identical(&self.value);
            (schema.clone(), is_settled)
        });
        *is_settled && by.is_same_as(schema)
    }

    /// Makes of the object what comes of it before a JSON patch is applied, if it has copies. Returns whether it
    /// was done.
    pub(crate) fn settle_for_json(&mut self) -> bool {
        let Some(notes) = self.settled_notes() else {
            return false;
        };
        let after = notes.for_json.get_or_init(|| {
            let mut after = self.value.clone();
            match JsonPatch::settle(&mut after) {
                Ok(()) if after.is_identical(&self.value) => AfterJson::AsItWas,
                Ok(()) if is_called_same(&after, &self.value) => AfterJson::Other(after),
                Ok(()) | Err(_) => AfterJson::Trouble,
            }
        });
        match after {
            AfterJson::AsItWas => true,
            AfterJson::Other(after) => {
                self.value = after.clone();
                self.heading = None;
                true
            }
            AfterJson::Trouble => false,
        }
    }

    /// Puts scalars into the object, if all of them can wait. Returns whether it was done; it is not done in part.
    pub(crate) fn put_later(&mut self, scalars: Vec<LateScalar>) -> bool {
        // A record wants to know where keys stand, too.
        if self.history.is_some() {
            return false;
        }
        let touched = self.value.as_mapping().and_then(|object| {
            let copied = object.as_copied()?;
            let touched = scalars.iter().map(|it| touched_by(copied, it));
            touched.collect::<Option<Vec<_>>>()
        });
        let Some(touched) = touched else { return false };
        let mut changed = self.value.clone();
        let is_done = changed
            .as_mapping_mut()
            .is_some_and(|object| scalars.into_iter().all(|scalar| put(object, scalar)));
        if is_done {
            self.value = changed;
            self.touch(touched.into_iter().max().unwrap_or_default());
        }
        is_done
    }

    /// Whether it is known that the object has `metadata`, and either no annotations or some.
    pub(crate) fn has_orderly_annotations(&self) -> bool {
        let Some(object) = self.value.as_mapping() else {
            return false;
        };
        let copied = object.as_copied().unwrap_or(object);
        let has_metadata = copied.get("metadata").and_then(Value::as_mapping).is_some();
        let annotations = object.peek_fields(&["metadata", "annotations"]);
        has_metadata
            && annotations.is_some_and(|(copied, _)| {
                copied.is_none_or(|it| it.as_mapping().is_some_and(|it| !it.is_empty()))
            })
    }
}

/// Whether two states of an object have the same id, whatever else is different.
fn is_called_same(after: &Value, before: &Value) -> bool {
    let paths: [&[&str]; 4] = [
        &["apiVersion"],
        &["kind"],
        &["metadata", "name"],
        &["metadata", "namespace"],
    ];
    let is_same = |path: &&[&str]| after.get_path(path) == before.get_path(path);
    paths.iter().all(is_same)
}

/// Puts a scalar into an object. Returns whether it can wait, and nothing waits there already, which the patch
/// does not know.
fn put(object: &mut Mapping, scalar: LateScalar) -> bool {
    let spot = if scalar.keys.is_empty() {
        Spot::at(&scalar.places)
    } else {
        Room::for_missing(&scalar.places).and_then(|room| room.spot(&scalar.keys.into()))
    };
    spot.is_some_and(|spot| {
        let is_first = object.late_change_at(&spot) == Some(None);
        let put = |there: &mut Value| *there = scalar.scalar;
        is_first && object.change_later(spot, None, put).is_some()
    })
}

/// What a scalar touches that is put into an object with these fields; `None` where the id is read from it.
fn touched_by(copied: &Mapping, scalar: &LateScalar) -> Option<Touched> {
    let (&first, rest) = scalar.places.split_first()?;
    let field = copied.at(first as usize);
    match field.key.text() {
        "apiVersion" | "kind" => None,
        "metadata" => {
            let second = match rest.first() {
                Some(&at) => field.value.as_mapping()?.at(at as usize).key.text(),
                None => scalar.keys.first()?,
            };
            matches!(second, "labels" | "annotations").then_some(Touched::Content)
        }
        _ => Some(Touched::BesideMetadata),
    }
}
