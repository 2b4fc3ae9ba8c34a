//! Server-side apply: the merge, and who owns what after it.

use super::check::check;
use super::conflict::{ApplyError, Conflict};
use super::field_set::{FieldSet, PathText};
use super::last_applied;
use super::manager::{
    BEFORE_FIRST_APPLY, ManagerId, Managers, Operation, Owner, managed_fields, set_managed_fields,
};
use super::merge::merge;
use super::owned::{fields_of, with_named_fields};
use super::remove::remove;
use super::shape::Place;
use super::stripped;
use super::track;
use super::versions::{NoVersion, Versions, Views};
use super::writer::Writer;
use crate::equality::same_json;
use std::collections::BTreeMap;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Text, Value};

/// Applies a configuration: lays it over the live object, takes away what the writer applied before and
/// no longer says (unless another manager owns it), and notes who owns what.
///
/// `live` is `None` for a create. `applied` is the request's object as it was sent: neither decoded nor
/// defaulted, since only what a client says itself is its own. The result is not yet defaulted, and
/// where the configuration said null, so does it. `reset` are the fields that this endpoint does not
/// write: they are merged like any other, for the endpoint's own rules to undo, but not owned.
///
/// The rules are those of `sigs.k8s.io/structured-merge-diff/merge` and of
/// `k8s.io/apimachinery/pkg/util/managedfields`, with kubectl's way from client-side apply: its server
/// side apply owns without conflict what its client-side apply left as it was.
///
/// `versions` are those of the kind, if it has several.
///
/// # Errors
/// When the configuration has `managedFields` or is not of the type, when the live object's entries
/// cannot be read or are of a version that the object has no form in, and, unless `force` says so, when it changes fields that other managers own.
pub fn apply(
    live: Option<&Value>,
    applied: &Value,
    ty: Option<Type<'_>>,
    writer: &Writer<'_>,
    force: bool,
    reset: &FieldSet,
    versions: Option<&dyn Versions>,
) -> Result<Value, ApplyError> {
    let views = Views {
        own: writer.api_version,
        place: Place::of(ty),
        others: versions,
    };
    let application = Application::new(live, applied, views, writer, reset)?;
    let outcome = application.run(force);
    let by_kubectl = writer.manager == last_applied::MANAGER;
    let mut result = match outcome {
        Err(ApplyError::Conflicts(conflicts)) if by_kubectl => {
            application.retry_for_kubectl(conflicts)?
        }
        other => other?,
    };
    if by_kubectl {
        last_applied::refresh(&mut result.object, applied);
    }
    result.managers.write(&mut result.object);
    Ok(result.object)
}

/// One apply request, checked.
struct Application<'a> {
    live: Value,
    applied: &'a Value,
    views: Views<'a>,
    writer: &'a Writer<'a>,
    reset: &'a FieldSet,
    managers: Managers,
}

/// What an apply made.
struct Applied {
    /// Without `managedFields`.
    object: Value,
    managers: Managers,
}

impl<'a> Application<'a> {
    fn new(
        live: Option<&Value>,
        applied: &'a Value,
        views: Views<'a>,
        writer: &'a Writer<'a>,
        reset: &'a FieldSet,
    ) -> Result<Self, ApplyError> {
        if managed_fields(applied).is_some_and(|entries| !entries.is_null()) {
            return Err(ApplyError::ManagedFieldsGiven);
        }
        let place = views.place;
        let problems = check(applied, place, false);
        if !problems.is_empty() {
            return Err(ApplyError::invalid(applied, problems));
        }
        let mut managers = match live {
            Some(live) => Managers::of(live).map_err(ApplyError::BadManagedFields)?,
            None => Managers::default(),
        };
        let mut live_object = live.cloned().unwrap_or_else(|| Mapping::new().into());
        set_managed_fields(&mut live_object, None);
        managers
            .reconcile(live.map(|_| &live_object), &views)
            .map_err(ApplyError::NoVersion)?;
        if live.is_some() && managers.is_empty() {
            let before = Writer {
                manager: BEFORE_FIRST_APPLY,
                ..*writer
            };
            let changes = track::changes(None, &live_object, place, reset);
            track::take_over(changes, &mut managers, &views, &before);
        }
        Ok(Self {
            live: live_object,
            applied,
            views,
            writer,
            reset,
            managers,
        })
    }

    fn run(&self, force: bool) -> Result<Applied, ApplyError> {
        let id = self.writer.id(Operation::Apply);
        let mut managers = self.managers.clone();
        let mut fields = fields_of(self.applied, self.views.place);
        fields.subtract_with_descendants(self.reset);

        let merged = merge(&self.live, self.applied, self.views.place);
        let last = managers.0.get(&id).cloned();
        managers.0.insert(
            id.clone(),
            Owner::new(
                self.writer.api_version,
                last.as_ref().and_then(|last| last.time.clone()),
                fields,
            ),
        );
        let merged = match last {
            Some(last) => {
                prune(merged, &last, &managers, &self.views).map_err(ApplyError::NoVersion)?
            }
            None => merged,
        };
        self.settle(&merged, &mut managers, &id, force)?;

        if let Some(owner) = managers.0.get_mut(&id) {
            owner.take(stripped::fields());
        }
        managers.drop_empty();
        let object = if same_json(&self.live, &merged) {
            // Nothing changed, so the time of the last change stays, and of a new manager there is none.
            self.live.clone()
        } else {
            if let Some(owner) = managers.0.get_mut(&id) {
                owner.time = Some(self.writer.time.into());
            }
            merged
        };
        Ok(Applied { object, managers })
    }

    /// Takes what changed from the other managers, or says which of them object.
    fn settle(
        &self,
        merged: &Value,
        managers: &mut Managers,
        id: &ManagerId,
        force: bool,
    ) -> Result<(), ApplyError> {
        let changes = track::changes(Some(&self.live), merged, self.views.place, self.reset);
        let elsewhere = managers
            .changes_elsewhere(&self.live, merged, &self.views, self.reset)
            .map_err(ApplyError::NoVersion)?;
        let by_version: BTreeMap<Text, (FieldSet, FieldSet)> = elsewhere
            .into_iter()
            .map(|(version, changes)| (version, changes.into_changed_and_removed()))
            .collect();
        let own = changes.into_changed_and_removed();
        if !force {
            let conflicts = conflicts(managers, id, |owner: &Owner| {
                let (changed, _) = by_version.get(&owner.api_version).unwrap_or(&own);
                changed
            });
            if !conflicts.is_empty() {
                return Err(ApplyError::Conflicts(conflicts));
            }
        }
        let others = managers.0.iter_mut().filter(|(other, _)| *other != id);
        for (_, owner) in others {
            let (changed, removed) = by_version.get(&owner.api_version).unwrap_or(&own);
            owner.take(changed);
            owner.take(removed);
        }
        managers.drop_empty();
        Ok(())
    }

    /// kubectl may take what its client-side apply last applied and nobody changed since.
    fn retry_for_kubectl(&self, conflicts: Vec<Conflict>) -> Result<Applied, ApplyError> {
        let allowed =
            last_applied::untouched_fields(&self.live, self.views.place, self.writer.api_version);
        let Some(allowed) = allowed else {
            return Err(ApplyError::Conflicts(conflicts));
        };
        let refused: Vec<Conflict> = conflicts
            .into_iter()
            .filter(|conflict| !allowed.contains(&conflict.path))
            .collect();
        if !refused.is_empty() {
            return Err(ApplyError::Conflicts(refused));
        }
        self.run(true)
    }
}

fn conflicts<'c>(
    managers: &Managers,
    id: &ManagerId,
    changed_for: impl Fn(&Owner) -> &'c FieldSet,
) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for (other, owner) in managers.0.iter().filter(|(other, _)| *other != id) {
        owner
            .fields()
            .intersection(changed_for(owner))
            .for_each(|path| {
                conflicts.push(Conflict {
                    manager: other.clone(),
                    field: PathText(path).to_string(),
                    path: path.to_vec(),
                });
            });
    }
    conflicts
}

/// Takes away what the manager applied last time, did not apply this time and nobody else owns: seen in
/// the version in which it applied last.
fn prune(
    merged: Value,
    last: &Owner,
    managers: &Managers,
    views: &Views<'_>,
) -> Result<Value, NoVersion> {
    let seen = match views.of(&merged, &last.api_version) {
        Ok(seen) => Some(seen),
        // Nobody knows what it was.
        Err(NoVersion::Gone) => None,
        Err(failed) => return Err(failed),
    };
    let Some((object, place)) = seen else {
        return Ok(merged);
    };
    let gone = with_named_fields(last.fields(), place);
    let mut by_version: BTreeMap<&str, FieldSet> = BTreeMap::new();
    for owner in managers.0.values() {
        let version = if views.is_own(&owner.api_version) {
            views.own
        } else {
            &owner.api_version
        };
        let managed = by_version.entry(version).or_default();
        managed.add(owner.fields().clone());
    }
    let last_version = if views.is_own(&last.api_version) {
        views.own
    } else {
        &last.api_version
    };
    let own = by_version.get(last_version);
    let managed = own.map(|managed| with_named_fields(managed, place));
    let managed = managed.unwrap_or_default();
    if by_version.len() == 1 && gone.difference(&managed).is_empty() {
        return Ok(merged);
    }
    // First everything of the last time goes, then what anybody owns comes back, and at last what was
    // below something of the last time without belonging to it.
    let mut pruned = keep(&object, &remove(&object, &gone, place), managed, place);
    for (version, managed) in &by_version {
        if *version != last_version {
            pruned = keep_elsewhere(&object, pruned, (last_version, version), managed, views)?;
        }
    }
    let all = present(&object, place);
    let lost = all.difference(&present(&pruned, place)).intersection(&gone);
    views.back(remove(&object, &lost, place), last_version)
}

fn present(value: &Value, place: Place<'_>) -> FieldSet {
    with_named_fields(&fields_of(value, place), place)
}

/// What is left in `pruned` of an object, and what is `managed`.
fn keep(object: &Value, pruned: &Value, managed: FieldSet, place: Place<'_>) -> Value {
    let mut kept = present(pruned, place);
    kept.add(managed);
    remove(object, &present(object, place).difference(&kept), place)
}

/// As [`keep`], with what is managed in the words of another version, and of objects that are in `from`.
fn keep_elsewhere(
    object: &Value,
    pruned: Value,
    (from, version): (&str, &str),
    managed: &FieldSet,
    views: &Views<'_>,
) -> Result<Value, NoVersion> {
    let there = |value: &Value| {
        let own = views.back(value.clone(), from)?;
        let (value, place) = views.of(&own, version)?;
        Ok((value.into_owned(), place))
    };
    let ((object, place), (seen, _)) = match there(object).and_then(|it| Ok((it, there(&pruned)?)))
    {
        Ok(seen) => seen,
        Err(NoVersion::Gone) => return Ok(pruned),
        Err(failed) => return Err(failed),
    };
    let kept = keep(&object, &seen, with_named_fields(managed, place), place);
    let kept = views.back(kept, version)?;
    Ok(views.of(&kept, from)?.0.into_owned())
}
