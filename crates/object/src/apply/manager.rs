//! Who owns which fields: `metadata.managedFields`, read and written.

use super::field_set::FieldSet;
use super::reconcile::reconcile;
use super::shape::Place;
use super::versions::{NoVersion, Views};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use trimtab_tree::{Mapping, Text, Value};

/// The only form of field sets there is.
const FIELDS_TYPE: &str = "FieldsV1";

/// How a manager came to own fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// By server-side apply: it says what it wants of the object, and what it no longer says goes.
    Apply,
    /// By any other write.
    Update,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// The manager of what was there before an object's first apply, when nobody tracked it.
pub(super) const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// What makes an entry of `managedFields` the entry of a writer. Ordered as conflicts list managers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManagerId {
    /// The name of the field manager.
    pub manager: Text,
    /// How it wrote.
    pub operation: Operation,
    /// In which version it wrote, where that matters: empty of an applier, who has one entry whatever
    /// version it speaks.
    pub api_version: Text,
    /// Through which subresource; empty for none.
    pub subresource: Text,
}

/// As conflicts name it: `"kubectl" with subresource "status" using apps/v1`.
impl fmt::Display for ManagerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.manager)?;
        if !self.subresource.is_empty() {
            write!(f, " with subresource {:?}", self.subresource)?;
        }
        if self.operation == Operation::Update {
            write!(f, " using {}", self.api_version)?;
        }
        Ok(())
    }
}

/// What a manager owns.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// The version that its paths are of.
    pub(super) api_version: Text,
    /// When its set last changed by a write of its own; an apply that changed nothing has none.
    pub(super) time: Option<Text>,
    fields: FieldSet,
    /// The set as it was read, until it changes: most of an object's owners are written as they were.
    as_read: Option<Value>,
}

impl Owner {
    pub(super) fn new(api_version: &str, time: Option<Text>, fields: FieldSet) -> Self {
        Self {
            api_version: api_version.into(),
            time,
            fields,
            as_read: None,
        }
    }

    /// What is owned.
    pub(super) fn fields(&self) -> &FieldSet {
        &self.fields
    }

    /// What is owned, to be replaced or added to.
    pub(super) fn fields_mut(&mut self) -> &mut FieldSet {
        self.as_read = None;
        &mut self.fields
    }

    /// Takes fields away.
    pub(super) fn take(&mut self, fields: &FieldSet) {
        if self.fields.subtract(fields) {
            self.as_read = None;
        }
    }
}

/// Why `managedFields` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadManagedFields {
    /// The place of the entry.
    pub entry: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for BadManagedFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "metadata.managedFields[{}]: {}",
            self.entry, self.message
        )
    }
}

/// All managers of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Managers(pub(super) BTreeMap<ManagerId, Owner>);

impl Managers {
    /// Reads the `managedFields` of a stored object; none if it has none. Entries that do not change are
    /// written again as they are.
    pub(super) fn of(object: &Value) -> Result<Self, BadManagedFields> {
        Self::read(managed_fields(object), true)
    }

    /// Reads a list of entries that a client sent.
    pub(super) fn sent(entries: Option<&Value>) -> Result<Self, BadManagedFields> {
        Self::read(entries, false)
    }

    /// Of two entries of one manager the last counts.
    fn read(entries: Option<&Value>, is_stored: bool) -> Result<Self, BadManagedFields> {
        let Some(entries) = entries.filter(|entries| !entries.is_null()) else {
            return Ok(Self::default());
        };
        let bad = |entry, message| BadManagedFields { entry, message };
        let Some(entries) = entries.as_sequence() else {
            let message = format!("expected a list, got {}", entries.describe());
            return Err(bad(0, message));
        };
        let mut managers = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let (id, owner) = read_entry(entry, is_stored).map_err(|message| bad(at, message))?;
            managers.insert(id, owner);
        }
        Ok(Self(managers))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The versions that managers wrote, other than that of the write.
    pub(super) fn versions_elsewhere(&self, views: &Views<'_>) -> BTreeSet<Text> {
        let versions = self.0.values().map(|owner| &owner.api_version);
        versions
            .filter(|version| !views.is_own(version))
            .cloned()
            .collect()
    }

    /// Makes the sets name what the schema has by now. Those of versions that are gone stay as they
    /// are.
    pub(super) fn reconcile(
        &mut self,
        live: Option<&Value>,
        views: &Views<'_>,
    ) -> Result<(), NoVersion> {
        let nothing = Mapping::new().into();
        for version in self.versions_elsewhere(views) {
            match views.of(live.unwrap_or(&nothing), &version) {
                Ok((_, place)) => self.reconcile_in(place, |own| own == version),
                Err(NoVersion::Gone) => {}
                Err(failed) => return Err(failed),
            }
        }
        self.reconcile_in(views.place, |own| views.is_own(own));
        Ok(())
    }

    fn reconcile_in(&mut self, place: Place<'_>, is_meant: impl Fn(&str) -> bool) {
        let owners = self.0.values_mut();
        for owner in owners.filter(|owner| is_meant(&owner.api_version)) {
            if reconcile(&mut owner.fields, place) {
                owner.as_read = None;
            }
        }
    }

    /// Removes managers that own nothing.
    pub(super) fn drop_empty(&mut self) {
        self.0.retain(|_, owner| !owner.fields.is_empty());
    }

    /// As `managedFields`: applies before updates, each by time, then by name.
    pub(super) fn to_value(&self) -> Value {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by(|(a, a_owner), (b, b_owner)| {
            let key = |id: &ManagerId| id.operation;
            (key(a).cmp(&key(b)))
                .then_with(|| a_owner.time.cmp(&b_owner.time))
                .then_with(|| a.manager.cmp(&b.manager))
                .then_with(|| a_owner.api_version.cmp(&b_owner.api_version))
                .then_with(|| a.subresource.cmp(&b.subresource))
        });
        let entries = entries.into_iter().map(|(id, owner)| entry(id, owner));
        Value::sequence(entries.collect())
    }

    /// Puts them into an object, or takes `managedFields` away if there are none.
    pub(super) fn write(&self, object: &mut Value) {
        set_managed_fields(object, (!self.is_empty()).then(|| self.to_value()));
    }
}

fn read_entry(entry: &Value, is_stored: bool) -> Result<(ManagerId, Owner), String> {
    let text = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let operation = match text("operation") {
        "Apply" => Operation::Apply,
        "Update" => Operation::Update,
        other => return Err(format!("operation {other:?}: expected `Apply` or `Update`")),
    };
    let api_version = text("apiVersion");
    if api_version.is_empty() {
        return Err("apiVersion must not be empty".into());
    }
    if text("fieldsType") != FIELDS_TYPE {
        let found = text("fieldsType");
        return Err(format!("fieldsType {found:?}: expected `{FIELDS_TYPE}`"));
    }
    let as_read = entry.get("fieldsV1").filter(|fields| !fields.is_null());
    let fields = match as_read {
        Some(fields) => FieldSet::from_value(fields).map_err(|bad| format!("fieldsV1: {bad}"))?,
        None => FieldSet::new(),
    };
    let id = ManagerId {
        manager: text("manager").into(),
        operation,
        api_version: match operation {
            Operation::Apply => Text::default(),
            Operation::Update => api_version.into(),
        },
        subresource: text("subresource").into(),
    };
    let owner = Owner {
        api_version: api_version.into(),
        time: Some(text("time"))
            .filter(|time| !time.is_empty())
            .map(Text::from),
        fields,
        as_read: as_read.filter(|_| is_stored).cloned(),
    };
    Ok((id, owner))
}

fn entry(id: &ManagerId, owner: &Owner) -> Value {
    let mut entry = Mapping::with_capacity(7);
    let mut put = |key: &str, text: &str| {
        if !text.is_empty() {
            entry.insert(key, Value::string(text));
        }
    };
    put("manager", &id.manager);
    put("operation", id.operation.name());
    put("apiVersion", &owner.api_version);
    put("time", owner.time.as_deref().unwrap_or_default());
    put("fieldsType", FIELDS_TYPE);
    let fields = owner.as_read.clone();
    entry.insert(
        "fieldsV1",
        fields.unwrap_or_else(|| owner.fields.to_value()),
    );
    if !id.subresource.is_empty() {
        entry.insert("subresource", Value::string(id.subresource.clone()));
    }
    entry.into()
}

/// The `managedFields` of an object as they stand there.
pub(super) fn managed_fields(object: &Value) -> Option<&Value> {
    object.get_path(&["metadata", "managedFields"])
}

/// Replaces the `managedFields` of an object.
pub(super) fn set_managed_fields(object: &mut Value, entries: Option<Value>) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    let Some(entries) = entries else {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
            metadata.remove("managedFields");
        }
        return;
    };
    let metadata = fields.get_or_insert_with("metadata", || Mapping::new().into());
    if metadata.is_null() {
        *metadata = Mapping::new().into();
    }
    if let Some(metadata) = metadata.as_mapping_mut() {
        metadata.insert("managedFields", entries);
    }
}

/// Takes the `managedFields` out of an object.
pub(super) fn take_managed_fields(object: &mut Value) -> Option<Value> {
    let metadata = object.get_mut("metadata")?.as_mapping_mut()?;
    metadata.remove("managedFields")
}

/// Whether a client asks for a fresh start: by an empty list, or by one with an empty entry.
pub(super) fn is_reset(entries: &Value) -> bool {
    match entries.as_sequence() {
        Some([]) => true,
        Some([only]) => only.is_null_or_empty(),
        _ => false,
    }
}
