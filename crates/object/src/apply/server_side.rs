//! Server-side apply: the merge, and who owns what after it.

use super::check::check;
use super::conflict::{ApplyError, Conflict};
use super::field_set::{FieldSet, PathText};
use super::last_applied;
use super::manager::{ManagerId, Managers, Operation, Owner, managed_fields, set_managed_fields};
use super::merge::merge;
use super::owned::{fields_of, with_named_fields};
use super::remove::remove;
use super::shape::Place;
use super::stripped;
use super::track;
use super::writer::Writer;
use crate::equality::same_json;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Value};

/// The manager of what was there before an object's first apply, when nobody tracked it.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

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
/// # Errors
/// When the configuration has `managedFields` or is not of the type, when the live object's entries
/// cannot be read, and, unless `force` says so, when it changes fields that other managers own.
pub fn apply(
    live: Option<&Value>,
    applied: &Value,
    ty: Option<Type<'_>>,
    writer: &Writer<'_>,
    force: bool,
    reset: &FieldSet,
) -> Result<Value, ApplyError> {
    let application = Application::new(live, applied, Place::of(ty), writer, reset)?;
    let outcome = application.run(force);
    let by_kubectl = writer.manager == last_applied::MANAGER;
    let mut result = match outcome {
        Err(conflicts) if by_kubectl => application.retry_for_kubectl(conflicts)?,
        other => other.map_err(ApplyError::Conflicts)?,
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
    place: Place<'a>,
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
        place: Place<'a>,
        writer: &'a Writer<'a>,
        reset: &'a FieldSet,
    ) -> Result<Self, ApplyError> {
        if managed_fields(applied).is_some_and(|entries| !entries.is_null()) {
            return Err(ApplyError::ManagedFieldsGiven);
        }
        let problems = check(applied, place, false);
        if !problems.is_empty() {
            return Err(ApplyError::invalid(applied, problems));
        }
        let mut managers = match live {
            Some(live) => Managers::of(live).map_err(ApplyError::BadManagedFields)?,
            None => Managers::default(),
        };
        managers.reconcile(place);
        let mut live_object = live.cloned().unwrap_or_else(|| Mapping::new().into());
        set_managed_fields(&mut live_object, None);
        if live.is_some() && managers.is_empty() {
            let before = Writer {
                manager: BEFORE_FIRST_APPLY,
                ..*writer
            };
            let changes = track::changes(None, &live_object, place, reset);
            track::take_over(changes, &mut managers, &before);
        }
        Ok(Self {
            live: live_object,
            applied,
            place,
            writer,
            reset,
            managers,
        })
    }

    fn run(&self, force: bool) -> Result<Applied, Vec<Conflict>> {
        let id = self.writer.id(Operation::Apply);
        let mut managers = self.managers.clone();
        let mut fields = fields_of(self.applied, self.place);
        fields.subtract_with_descendants(self.reset);

        let merged = merge(&self.live, self.applied, self.place);
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
            Some(last) => prune(merged, last.fields(), &managers, self.place),
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
    ) -> Result<(), Vec<Conflict>> {
        let changes = track::changes(Some(&self.live), merged, self.place, self.reset);
        let (changed, removed) = changes.into_changed_and_removed();
        if !force {
            let conflicts = conflicts(managers, id, &changed);
            if !conflicts.is_empty() {
                return Err(conflicts);
            }
        }
        managers.take(&changed, Some(id));
        managers.take(&removed, Some(id));
        managers.drop_empty();
        Ok(())
    }

    /// kubectl may take what its client-side apply last applied and nobody changed since.
    fn retry_for_kubectl(&self, conflicts: Vec<Conflict>) -> Result<Applied, ApplyError> {
        let allowed =
            last_applied::untouched_fields(&self.live, self.place, self.writer.api_version);
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
        self.run(true).map_err(ApplyError::Conflicts)
    }
}

fn conflicts(managers: &Managers, id: &ManagerId, changed: &FieldSet) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for (other, owner) in managers.0.iter().filter(|(other, _)| *other != id) {
        owner.fields().intersection(changed).for_each(|path| {
            conflicts.push(Conflict {
                manager: other.clone(),
                field: PathText(path).to_string(),
                path: path.to_vec(),
            });
        });
    }
    conflicts
}

/// Takes away what the manager applied last time, did not apply this time and nobody else owns.
fn prune(merged: Value, last: &FieldSet, managers: &Managers, place: Place<'_>) -> Value {
    let mut managed = FieldSet::new();
    for owner in managers.0.values() {
        managed.add(owner.fields().clone());
    }
    let last = with_named_fields(last, place);
    let managed = with_named_fields(&managed, place);
    if last.difference(&managed).is_empty() {
        return merged;
    }
    let all = with_named_fields(&fields_of(&merged, place), place);
    let present = |value: &Value| with_named_fields(&fields_of(value, place), place);

    // First everything of the last time goes, then what anybody owns comes back, and at last what was
    // below something of the last time without belonging to it.
    let pruned = remove(&merged, &last, place);
    let mut kept = present(&pruned);
    kept.add(managed);
    let pruned = remove(&merged, &all.difference(&kept), place);
    let gone = all.difference(&present(&pruned)).intersection(&last);
    remove(&merged, &gone, place)
}
