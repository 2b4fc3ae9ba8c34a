//! Ownership after a write that is no apply.

use super::check::check;
use super::compare::{Comparison, compare};
use super::field_set::FieldSet;
use super::manager::{
    ManagerId, Managers, Operation, Owner, is_reset, managed_fields, set_managed_fields,
    take_managed_fields,
};
use super::shape::Place;
use super::stripped;
use super::versions::{NoVersion, Versions, Views};
use super::writer::Writer;
use crate::equality::same_json;
use crate::zero::zero;
use std::collections::BTreeMap;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Text, Value};

/// So many updaters are told apart; the oldest of more are put together.
const MOST_UPDATERS: usize = 10;

/// The manager of what the oldest updaters owned.
const ANCIENT: &str = "ancient-changes";

/// Sets `metadata.managedFields` of `new` after a create, an update or a patch that is no apply:
/// the writer owns what it changed, nobody owns what it removed.
///
/// `live` is the object before the write, `None` for a create. Both objects are decoded and defaulted,
/// but what admission and the kind's own rules change comes after. What a client put into
/// `managedFields` of `new` replaces the live entries, save through a subresource; an empty list, or
/// one empty entry, clears them, and they stay clear until the first apply. Entries that cannot be
/// read are ignored. `reset` are the fields that this endpoint does not write, whatever the request
/// says.
///
/// The rules are those of `k8s.io/apimachinery/pkg/util/managedfields`.
pub fn track_update(
    live: Option<&Value>,
    new: &mut Value,
    ty: Option<Type<'_>>,
    writer: &Writer<'_>,
    reset: &FieldSet,
) {
    let views = Views {
        own: writer.api_version,
        place: Place::of(ty),
        others: None,
    };
    track(live, new, &views, writer, reset);
}

/// As [`track_update`], of a kind that has several versions.
///
/// When an object has no form in a version that a manager wrote, nobody owns anything of it any more,
/// as in Kubernetes.
pub fn track_update_in(
    versions: &dyn Versions,
    live: Option<&Value>,
    new: &mut Value,
    ty: Option<Type<'_>>,
    writer: &Writer<'_>,
    reset: &FieldSet,
) {
    let views = Views {
        own: writer.api_version,
        place: Place::of(ty),
        others: Some(versions),
    };
    track(live, new, &views, writer, reset);
}

fn track(
    live: Option<&Value>,
    new: &mut Value,
    views: &Views<'_>,
    writer: &Writer<'_>,
    reset: &FieldSet,
) {
    let before = Before::of(live, take_managed_fields(new), writer);
    // What its type has no place for, such as a set of maps, is owned by nobody. Types of built-in kinds
    // have one for everything.
    if let Place::Typed(ty) = views.place
        && ty.is_custom()
        && !check(new, views.place, true).is_empty()
    {
        return set_managed_fields(new, None);
    }
    let changes = changes(live, new, views.place, reset);
    let mut managers = match (live, before) {
        (None, Before::Live | Before::Nobody) => Managers::default(),
        (Some(live), Before::Live) if changes.is_empty() => {
            // What nobody changes need not be read.
            return set_managed_fields(new, managed_fields(live).cloned());
        }
        (Some(live), Before::Live) => Managers::of(live).unwrap_or_default(),
        (Some(_), Before::Nobody) => Managers::default(),
        (_, Before::Sent(managers)) => managers,
    };
    // An object whose fields nobody tracks is tracked from its first apply on.
    if live.is_none() || !managers.is_empty() {
        let tracked = managers.reconcile(live, views).and_then(|()| {
            if let Some(live) = live {
                managers.take_elsewhere(live, new, views, reset)?;
            }
            Ok(())
        });
        if tracked.is_err() {
            return set_managed_fields(new, None);
        }
        take_over(changes, &mut managers, views, writer);
        cap_updaters(&mut managers);
    }
    managers.write(new);
}

/// The managers that a write starts from.
enum Before {
    /// Those of the live object.
    Live,
    /// Those that the client sent.
    Sent(Managers),
    /// None, as the client wants it.
    Nobody,
}

impl Before {
    fn of(live: Option<&Value>, sent: Option<Value>, writer: &Writer<'_>) -> Self {
        let of_live = live.and_then(managed_fields);
        let Some(sent) = sent.filter(|_| writer.subresource.is_empty()) else {
            return Self::Live;
        };
        if is_reset(&sent) {
            return Self::Nobody;
        }
        if of_live.is_some_and(|of_live| same_json(of_live, &sent)) {
            return Self::Live;
        }
        match Managers::sent(Some(&sent)) {
            Ok(managers) if !managers.is_empty() => Self::Sent(managers),
            // Clients that know nothing of `managedFields` drop them without meaning it.
            _ => Self::Live,
        }
    }
}

/// What a write changed of what its endpoint writes. Without a live object that is all but what every
/// object has.
pub(super) fn changes(
    live: Option<&Value>,
    new: &Value,
    place: Place<'_>,
    reset: &FieldSet,
) -> Comparison {
    let changes = match (live, place) {
        (Some(live), _) => compare(live, new, place),
        // Who creates an object does not own what Kubernetes writes anyway, such as `spec` itself.
        (None, Place::Typed(ty) | Place::Granular(ty)) => compare(&zero(ty), new, place),
        (None, Place::Deduced) => compare(&Mapping::new().into(), new, place),
    };
    changes.without(reset)
}

/// Gives the writer what it changed.
pub(super) fn take_over(
    changes: Comparison,
    managers: &mut Managers,
    views: &Views<'_>,
    writer: &Writer<'_>,
) {
    let (mut changed, removed) = changes.into_changed_and_removed();
    managers.take(&changed, None, views);
    managers.take(&removed, None, views);
    managers.drop_empty();

    changed.subtract(stripped::fields());
    if changed.is_empty() {
        return;
    }
    let owner = managers.0.entry(writer.id(Operation::Update));
    let owner = owner.or_insert_with(|| Owner::new(writer.api_version, None, FieldSet::new()));
    owner.fields_mut().add(changed);
    owner.time = Some(writer.time.into());
}

impl Managers {
    /// Takes fields of the version of the write from all managers but one.
    pub(super) fn take(&mut self, fields: &FieldSet, but: Option<&ManagerId>, views: &Views<'_>) {
        if fields.is_empty() {
            return;
        }
        let others = self.0.iter_mut().filter(|(id, _)| Some(*id) != but);
        for (_, owner) in others.filter(|(_, owner)| views.is_own(&owner.api_version)) {
            owner.take(fields);
        }
    }

    /// Takes what a write changed from those who own it in the words of another version. Managers of
    /// versions that are gone go.
    pub(super) fn take_elsewhere(
        &mut self,
        live: &Value,
        new: &Value,
        views: &Views<'_>,
        reset: &FieldSet,
    ) -> Result<(), NoVersion> {
        for (version, changes) in self.changes_elsewhere(live, new, views, reset)? {
            let (changed, removed) = changes.into_changed_and_removed();
            let owners = self.0.values_mut();
            for owner in owners.filter(|owner| owner.api_version == version) {
                owner.take(&changed);
                owner.take(&removed);
            }
        }
        Ok(())
    }

    /// What a write changes in the words of each other version that a manager wrote. Managers of
    /// versions that are gone go.
    pub(super) fn changes_elsewhere(
        &mut self,
        live: &Value,
        new: &Value,
        views: &Views<'_>,
        reset: &FieldSet,
    ) -> Result<Vec<(Text, Comparison)>, NoVersion> {
        let mut found = Vec::new();
        for version in self.versions_elsewhere(views) {
            let seen = views.of(live, &version);
            let ((live, place), (new, _)) =
                match seen.and_then(|live| Ok((live, views.of(new, &version)?))) {
                    Ok(seen) => seen,
                    Err(NoVersion::Gone) => {
                        self.0.retain(|_, owner| owner.api_version != version);
                        continue;
                    }
                    Err(failed) => return Err(failed),
                };
            found.push((version, compare(&live, &new, place).without(reset)));
        }
        Ok(found)
    }
}

/// Puts the oldest updaters of each version together until there are no more than
/// [`MOST_UPDATERS`].
fn cap_updaters(managers: &mut Managers) {
    let updaters = managers.0.iter();
    let updaters = updaters.filter(|(id, _)| id.operation == Operation::Update);
    let mut updaters: Vec<(Option<Text>, ManagerId)> = updaters
        .map(|(id, owner)| (owner.time.clone(), id.clone()))
        .collect();
    let mut count = updaters.len();
    updaters.sort();
    // The first of each version, until a second one comes.
    let mut oldest: BTreeMap<Text, ManagerId> = BTreeMap::new();
    for (_, id) in updaters {
        if count <= MOST_UPDATERS {
            return;
        }
        let bucket = ManagerId {
            manager: Text::const_new(ANCIENT),
            operation: Operation::Update,
            api_version: id.api_version.clone(),
            subresource: Text::default(),
        };
        let Some(first) = oldest.get(&id.api_version) else {
            oldest.insert(id.api_version.clone(), id);
            continue;
        };
        if !managers.0.contains_key(&bucket)
            && let Some(owner) = managers.0.remove(first)
        {
            managers.0.insert(bucket.clone(), owner);
        }
        if id == bucket {
            continue;
        }
        if let Some(newer) = managers.0.remove(&id)
            && let Some(owner) = managers.0.get_mut(&bucket)
        {
            owner.fields_mut().add(newer.fields().clone());
            // It is the more recent of the two.
            owner.time = newer.time;
            count -= 1;
        }
    }
}
