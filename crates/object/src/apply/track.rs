//! Ownership after a write that is no apply.

use super::compare::{Comparison, compare};
use super::defaults;
use super::field_set::FieldSet;
use super::manager::{ManagerId, Managers, Operation, Owner, is_reset, managed_fields};
use super::shape::Place;
use super::stripped;
use super::writer::Writer;
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
    let mut managers = managers_before(live, new, writer);
    super::manager::set_managed_fields(new, None);
    // An object whose fields nobody tracked is tracked from its first apply on.
    if live.is_none() || !managers.is_empty() {
        let place = Place::of(ty);
        managers.reconcile(place);
        update(live, new, place, &mut managers, writer, reset);
        cap_updaters(&mut managers);
    }
    managers.write(new);
}

/// The managers that the write starts from.
fn managers_before(live: Option<&Value>, new: &Value, writer: &Writer<'_>) -> Managers {
    let of_live = || {
        let managers = live.map(Managers::of);
        managers.and_then(Result::ok).unwrap_or_default()
    };
    if !writer.subresource.is_empty() {
        return of_live();
    }
    let entries = managed_fields(new);
    if is_reset(entries) {
        return Managers::default();
    }
    match Managers::read(entries) {
        Ok(managers) if !managers.is_empty() => managers,
        // Clients that know nothing of `managedFields` drop them without meaning it.
        _ => of_live(),
    }
}

/// Gives the writer what it changed.
pub(super) fn update(
    live: Option<&Value>,
    new: &Value,
    place: Place<'_>,
    managers: &mut Managers,
    writer: &Writer<'_>,
    reset: &FieldSet,
) {
    let changes = match live {
        Some(live) => compare(live, new, place),
        None => compare(&empty_object(place), new, place),
    };
    let changes = without_managed_fields(changes).without(reset);
    let (mut changed, removed) = changes.into_changed_and_removed();
    managers.take(&changed, None);
    managers.take(&removed, None);
    managers.drop_empty();

    changed.subtract(stripped::fields());
    if changed.is_empty() {
        return;
    }
    let owner = managers.0.entry(writer.id(Operation::Update));
    let owner = owner.or_insert_with(|| Owner {
        api_version: writer.api_version.into(),
        time: None,
        fields: FieldSet::new(),
    });
    owner.fields.add(changed);
    owner.time = Some(writer.time.into());
}

fn empty_object(place: Place<'_>) -> Value {
    match place {
        Place::Typed(ty) => defaults::empty_object(ty),
        Place::Deduced => Mapping::new().into(),
    }
}

/// Ownership itself has no owner.
pub(super) fn without_managed_fields(changes: Comparison) -> Comparison {
    changes.without(stripped::managed_fields())
}

impl Managers {
    /// Takes fields from all managers but one.
    pub(super) fn take(&mut self, fields: &FieldSet, but: Option<&ManagerId>) {
        if fields.is_empty() {
            return;
        }
        for (_, owner) in self.0.iter_mut().filter(|(id, _)| Some(*id) != but) {
            owner.fields.subtract(fields);
        }
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
            owner.fields.add(newer.fields);
            // It is the more recent of the two.
            owner.time = newer.time;
            count -= 1;
        }
    }
}
