//! The resources of a build in order, found by what they are or were called.

use crate::nearest::nearest_resource;
use crate::origin::Origin;
use crate::resource::{Behavior, Resource, metadata_mut};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use trimtab_object::{Gvk, ResourceId, Scope};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Mapping, Result, ScalarKind, Value};

/// Resources in the order they were added, no two of the same current id, with an index over
/// current and previous ids that every change keeps up to date.
#[derive(Clone, Debug)]
pub struct ResourceSet {
    resources: Vec<Resource>,
    schema: Schema,
    /// Hash of a (current or previous) id to the resources that have or had it.
    by_id: FxHashMap<u64, Places>,
    /// Hash of a (current or previous) name, alone and with each scope, to the resources that have
    /// or had it. Made at the first question and kept up to date from then on.
    by_name: Option<FxHashMap<u64, Places>>,
}

/// The places of resources whose ids share a hash, in ascending order. Nearly always one.
#[derive(Clone, Debug)]
enum Places {
    One(u32),
    Many(Vec<u32>),
}

impl Places {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::Many(places) => places,
        }
    }

    fn insert(&mut self, place: u32) {
        match self {
            Self::One(only) if *only == place => {}
            Self::One(only) => *self = Self::Many(vec![(*only).min(place), (*only).max(place)]),
            Self::Many(places) => {
                if let Err(at) = places.binary_search(&place) {
                    places.insert(at, place);
                }
            }
        }
    }
}

fn hash_of(gvk: &Gvk, kind: &str, name: &str, scope: Scope<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    (&*gvk.group, &*gvk.version, kind, name, scope.name()).hash(&mut hasher);
    hasher.finish()
}

fn hash_of_name(name: &str, scope: Option<Scope<'_>>) -> u64 {
    let mut hasher = FxHasher::default();
    (name, scope.map(Scope::name)).hash(&mut hasher);
    hasher.finish()
}

fn hash_of_id(id: &ResourceId) -> u64 {
    hash_of(&id.gvk, &id.gvk.kind, &id.name, id.scope())
}

impl ResourceSet {
    /// An empty set. Kinds are judged by `schema`.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self {
            resources: Vec::new(),
            schema,
            by_id: FxHashMap::default(),
            by_name: None,
        }
    }

    /// What kinds are judged by.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Judges kinds by another schema from now on.
    pub(crate) fn use_schema(&mut self, schema: &Schema) {
        self.schema = schema.clone();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// All, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Resource] {
        &self.resources
    }

    /// All, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.resources.iter()
    }

    /// All, in order, by value.
    #[must_use]
    pub fn into_vec(self) -> Vec<Resource> {
        self.resources
    }

    /// The resource at a place in the order.
    #[must_use]
    pub fn get(&self, place: usize) -> &Resource {
        &self.resources[place]
    }

    /// Changes the resource at `place`. Afterwards its id and the index agree with it again, also
    /// when `change` fails. Two resources may come to share an id: see [`Self::check_unique`].
    ///
    /// # Errors
    /// Those of `change`.
    pub fn edit<T>(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Resource) -> Result<T>,
    ) -> Result<T> {
        let resource = &mut self.resources[place];
        let known = resource.previous().len();
        let result = change(resource);
        let renamed = resource.refresh_id(&self.schema);
        if renamed || resource.previous().len() != known {
            self.index(place);
        }
        result
    }

    /// Changes the object of the resource at `place` while all resources can be looked at. What is
    /// seen of the one that is changed is its state before, with `null` for its object.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn edit_among<T>(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Value, &Self) -> Result<T>,
    ) -> Result<T> {
        let mut value = std::mem::replace(self.resources[place].value_mut(), Value::null());
        let result = change(&mut value, self);
        self.edit(place, |resource| {
            *resource.value_mut() = value;
            result
        })
    }

    /// Changes every resource in turn.
    ///
    /// # Errors
    /// The first of `change`, which stops it.
    pub fn edit_all(&mut self, mut change: impl FnMut(&mut Resource) -> Result<()>) -> Result<()> {
        (0..self.resources.len()).try_for_each(|place| self.edit(place, &mut change))
    }

    /// What a resource came from and what changed it, to be added to.
    pub(crate) fn history_mut(&mut self, place: usize) -> (&mut Option<Origin>, &mut Vec<Origin>) {
        let resource = &mut self.resources[place];
        (&mut resource.origin, &mut resource.transformations)
    }

    /// Adds a resource whose current id nothing here has.
    ///
    /// # Errors
    /// When something has it.
    pub fn append(&mut self, resource: Resource) -> Result<()> {
        if let Some(&other) = self.find_current(resource.id()).first() {
            return Err(self.twice(&resource, other));
        }
        self.push(resource);
        Ok(())
    }

    /// Checks that no two resources have the same current id, as they can after changes.
    ///
    /// # Errors
    /// When two have.
    pub fn check_unique(&self) -> Result<()> {
        for (place, resource) in self.resources.iter().enumerate() {
            let twin = self
                .candidates(resource.id())
                .find(|&other| other < place && self.resources[other].id() == resource.id());
            if let Some(other) = twin {
                return Err(self.twice(resource, other));
            }
        }
        Ok(())
    }

    /// Adds all resources of another set.
    ///
    /// # Errors
    /// When an id is in both, or twice in the other.
    pub fn append_all(&mut self, other: Self) -> Result<()> {
        if self.is_empty() {
            other.check_unique()?;
            self.resources = other.resources;
            self.by_id = other.by_id;
            self.by_name = other.by_name;
            return Ok(());
        }
        self.resources.reserve(other.len());
        other
            .resources
            .into_iter()
            .try_for_each(|resource| self.append(resource))
    }

    /// Adds a generated resource as its [`Behavior`] says: a new one, or in the place of the one
    /// that has or had its id.
    ///
    /// # Errors
    /// When there is one and should not be, none and should be, or several.
    pub fn absorb(&mut self, mut resource: Resource) -> Result<()> {
        let places = self.find_any(resource.id());
        let place = match (places.as_slice(), resource.behavior) {
            ([], Behavior::Merge | Behavior::Replace) => {
                let (id, behavior) = (resource.id(), resource.behavior.name());
                let message = format!("there is no {} for `{behavior}`", id.in_words());
                let ids = self.resources.iter().map(Resource::id);
                return Err(Diagnostic::error("generator-nothing-to-merge", message)
                    .at(resource.position())
                    .hint(nearest_resource(&id.gvk.kind, &id.name, ids))
                    .hint("to make a new one leave `behavior` out"));
            }
            ([], _) => return self.append(resource),
            (&[place], Behavior::Merge | Behavior::Replace) => place,
            (&[place], behavior) => {
                let hint = "to change the other one use `behavior: merge` or `replace`";
                let error = self.twice(&resource, place);
                return Err(if behavior == Behavior::Unspecified {
                    error.hint(hint)
                } else {
                    error.hint(format!("{hint}, not `{}`", behavior.name()))
                });
            }
            (places, _) => {
                let mut error = Diagnostic::error(
                    "generator-ambiguous",
                    format!(
                        "{} resources are or were {}",
                        places.len(),
                        resource.id().in_words()
                    ),
                )
                .at(resource.position());
                for &place in places {
                    error = error.label(self.resources[place].position(), "one of them");
                }
                return Err(error);
            }
        };
        let old = self.resources[place].clone();
        if resource.behavior == Behavior::Merge {
            for field in ["data", "binaryData"] {
                merge_strings(&mut resource.value, &old.value, &[field]);
            }
            if old.origin.is_some() {
                resource.origin.clone_from(&old.origin);
            }
        }
        merge_metadata(&mut resource.value, &old.value);
        resource.inherit(old);
        self.edit(place, |there| {
            *there = resource;
            Ok(())
        })
    }

    /// The places of the resources whose current id is `id`, in order.
    #[must_use]
    pub fn find_current(&self, id: &ResourceId) -> Vec<usize> {
        self.candidates(id)
            .filter(|&place| self.resources[place].id() == id)
            .collect()
    }

    /// The places of the resources whose current id is, or whose previous id was, `id`, in order.
    #[must_use]
    pub fn find_any(&self, id: &ResourceId) -> Vec<usize> {
        let has_it = |resource: &Resource| {
            resource.id() == id || resource.previous_ids().any(|previous| previous == *id)
        };
        self.candidates(id)
            .filter(|&place| has_it(&self.resources[place]))
            .collect()
    }

    /// The places of the resources whose name is, or once was, `name`, in order; with `namespace`
    /// only those that are, or once were, in it.
    #[must_use]
    pub fn find_named(&mut self, name: &str, namespace: Option<&str>) -> Vec<usize> {
        let by_name = self.by_name.get_or_insert_with(|| {
            let mut by_name = FxHashMap::default();
            let places = 0..self.resources.len();
            places.for_each(|place| enter_names(&mut by_name, &self.resources[place], place));
            by_name
        });
        let places = by_name
            .get(&hash_of_name(name, namespace.map(Scope::Namespace)))
            .map_or(&[][..], Places::as_slice);
        let places = places.iter().map(|&place| place as usize);
        places
            .filter(|&place| {
                let resource = &self.resources[place];
                names_of(resource).any(|its| its == name)
                    && namespace.is_none_or(|namespace| {
                        scopes_of(resource).any(|scope| scope.name() == namespace)
                    })
            })
            .collect()
    }

    fn candidates(&self, id: &ResourceId) -> impl Iterator<Item = usize> {
        let places = self
            .by_id
            .get(&hash_of_id(id))
            .map_or(&[][..], Places::as_slice);
        places.iter().map(|&place| place as usize)
    }

    /// Keeps the resources for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        let before = self.resources.len();
        self.resources.retain(keep);
        if self.resources.len() != before {
            self.reindex();
        }
    }

    /// Puts the resources in another order; equal ones keep theirs.
    pub fn sort_by(&mut self, compare: impl FnMut(&Resource, &Resource) -> std::cmp::Ordering) {
        self.resources.sort_by(compare);
        self.reindex();
    }

    fn twice(&self, resource: &Resource, other: usize) -> Box<Diagnostic> {
        Diagnostic::error(
            "duplicate-resource",
            format!("this is the second {}", resource.id().in_words()),
        )
        .at(resource.position())
        .label(self.resources[other].position(), "the first one")
        .expecting("resources that differ in group, version, kind, name or namespace")
    }

    fn push(&mut self, resource: Resource) {
        self.resources.push(resource);
        self.index(self.resources.len() - 1);
    }

    fn reindex(&mut self) {
        self.by_id.clear();
        self.by_name = None;
        (0..self.resources.len()).for_each(|place| self.index(place));
    }

    /// Enters all ids of a resource. Entries of ids it no longer has may stay: finding checks.
    fn index(&mut self, place: usize) {
        let resource = &self.resources[place];
        let gvk = resource.gvk();
        let previous = resource.previous().iter().map(|previous| {
            let scope = Scope::of(previous.cluster_scoped, &previous.namespace);
            hash_of(gvk, &previous.kind, &previous.name, scope)
        });
        for hash in previous.chain([hash_of_id(resource.id())]) {
            let place = place as u32;
            self.by_id
                .entry(hash)
                .or_insert(Places::One(place))
                .insert(place);
        }
        if let Some(by_name) = &mut self.by_name {
            enter_names(by_name, resource, place);
        }
    }
}

/// The names that a resource has and had.
fn names_of(resource: &Resource) -> impl Iterator<Item = &str> {
    let previous = resource.previous().iter().map(|previous| &*previous.name);
    previous.chain([&*resource.id().name])
}

/// The scopes that a resource is and was in.
fn scopes_of(resource: &Resource) -> impl Iterator<Item = Scope<'_>> {
    let id = resource.id();
    let previous = resource.previous().iter();
    previous
        .map(|previous| Scope::of(previous.cluster_scoped, &previous.namespace))
        // Some selectors look at the namespace that is written, though the kind has none.
        .chain([id.scope(), Scope::of(false, &id.namespace)])
}

/// Enters all names of a resource. Entries of names it no longer has may stay: finding checks.
fn enter_names(by_name: &mut FxHashMap<u64, Places>, resource: &Resource, place: usize) {
    let place = place as u32;
    for name in names_of(resource) {
        for scope in scopes_of(resource).map(Some).chain([None]) {
            by_name
                .entry(hash_of_name(name, scope))
                .or_insert(Places::One(place))
                .insert(place);
        }
    }
}

impl<'a> IntoIterator for &'a ResourceSet {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Gives `new` the labels, annotations, name and namespace of `old`; labels and annotations that
/// `new` has itself stay.
fn merge_metadata(new: &mut Value, old: &Value) {
    merge_strings(new, old, &["metadata", "labels"]);
    merge_strings(new, old, &["metadata", "annotations"]);
    let old = old.get("metadata");
    if let Some(metadata) = metadata_mut(new) {
        for field in ["name", "namespace"] {
            match old.and_then(|old| old.get(field)) {
                Some(value) => {
                    metadata.insert(field, value.clone());
                }
                None => {
                    metadata.remove(field);
                }
            }
        }
    }
}

fn as_text(value: &Value) -> Value {
    match value.as_scalar() {
        Some(scalar) if scalar.kind == ScalarKind::String => value.clone(),
        _ => Value::string(value.text_if_not_null().unwrap_or_default()).at(value.position),
    }
}

/// Puts the fields that `old` has at `path` below those of `new`, as texts whatever they are.
fn merge_strings(new: &mut Value, old: &Value, path: &[&str]) {
    let Some(old) = old.get_path(path).and_then(Value::as_mapping) else {
        return;
    };
    let mut target = Some(new);
    for key in path {
        target = target
            .and_then(Value::as_mapping_mut)
            .map(|fields| fields.get_or_insert_with(key, || Mapping::new().into()));
    }
    let Some(target) = target.and_then(Value::as_mapping_mut) else {
        return;
    };
    for entry in old.entries() {
        target.get_or_insert_with(entry.key.text(), || as_text(&entry.value));
    }
}
