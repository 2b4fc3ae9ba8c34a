//! Ownership of `replicas` between an object and its `scale` subresource.

use super::field_set::FieldSet;
use super::manager::{BEFORE_FIRST_APPLY, BadManagedFields, ManagerId, Managers, Operation, Owner};
use super::path_element::PathElement;
use trimtab_tree::{Text, Value};

/// The version in which scales are written.
const SCALE_API_VERSION: &str = "autoscaling/v1";

/// Where a kind keeps its number of replicas, in each version that has a scale.
#[derive(Clone, Debug, Default)]
pub struct ReplicasPaths {
    paths: Vec<(Text, Vec<PathElement>)>,
}

impl ReplicasPaths {
    /// No version yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a version such as `apps/v1` with the names of the fields on the way.
    #[must_use]
    pub fn with(mut self, api_version: &str, path: &[&str]) -> Self {
        let path = path.iter().map(|name| PathElement::field(name)).collect();
        self.paths.push((api_version.into(), path));
        self
    }

    fn of(&self, api_version: &str) -> Option<&[PathElement]> {
        let mut paths = self.paths.iter();
        let (_, path) = paths.find(|(version, _)| version == api_version)?;
        Some(path)
    }
}

/// The `managedFields` of the scale of an object: an entry for each manager that owns the replicas of
/// the object. `None` if there is none.
///
/// # Errors
/// When the entries of the object cannot be read.
pub fn scale_entries(
    parent: &Value,
    paths: &ReplicasPaths,
) -> Result<Option<Value>, BadManagedFields> {
    let mut of_scale = Managers::default();
    for (id, mut owner) in Managers::of(parent)?.0 {
        let path = paths.of(&owner.api_version);
        if path.is_some_and(|path| owner.fields().contains(path)) {
            owner.api_version = Text::const_new(SCALE_API_VERSION);
            *owner.fields_mut() = replicas_of_scale();
            of_scale.0.insert(in_scale(&id), owner);
        }
    }
    Ok((!of_scale.is_empty()).then(|| of_scale.to_value()))
}

/// Sets the `managedFields` of an object after a write to its scale: `new` is the object to be stored,
/// with the entries it had before, `scale` the written scale, `api_version` the version of the object.
///
/// Who no longer owns the replicas of the scale loses those of the object, and who now does gets them,
/// as Kubernetes has it without a time. Entries of versions that `paths` does not know go.
///
/// # Errors
/// When the entries of either cannot be read.
pub fn entries_of_scaled(
    new: &mut Value,
    scale: &Value,
    api_version: &str,
    paths: &ReplicasPaths,
) -> Result<(), BadManagedFields> {
    let parent = Managers::of(new)?;
    let mut of_scale = Managers::of(scale)?;
    let mut managers = Managers::default();
    for (id, mut owner) in parent.0 {
        let Some(path) = paths.of(&owner.api_version) else {
            continue;
        };
        if owner.fields().contains(path) && of_scale.0.remove(&in_scale(&id)).is_none() {
            owner.take(&set_of(path));
        }
        managers.0.insert(id, owner);
    }
    // Whoever says anything else with it owns nothing, save what was there before the first apply: that
    // is all there was.
    of_scale.0.retain(|id, owner| {
        let replicas = replicas_of_scale();
        let is_before = &*id.manager == BEFORE_FIRST_APPLY;
        *owner.fields() == replicas || is_before && owner.fields().contains(&scale_path())
    });
    for mut id in of_scale.0.into_keys() {
        if id.operation == Operation::Update {
            id.api_version = api_version.into();
        }
        let replicas = paths.of(api_version).map(set_of).unwrap_or_default();
        let none = || Owner::new(api_version, None, FieldSet::new());
        let entry = managers.0.entry(id).or_insert_with(none);
        entry.fields_mut().add(replicas);
    }
    managers.drop_empty();
    managers.write(new);
    Ok(())
}

/// Under what a manager of the object is known to the scale.
fn in_scale(id: &ManagerId) -> ManagerId {
    let mut id = id.clone();
    if id.operation == Operation::Update {
        id.api_version = Text::const_new(SCALE_API_VERSION);
    }
    id
}

fn replicas_of_scale() -> FieldSet {
    set_of(&scale_path())
}

/// Where a scale has its number of replicas.
fn scale_path() -> [PathElement; 2] {
    ["spec", "replicas"].map(PathElement::field)
}

fn set_of(path: &[PathElement]) -> FieldSet {
    let mut set = FieldSet::new();
    set.insert(path);
    set
}
