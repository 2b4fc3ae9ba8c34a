//! Where the resources of a set are, by what they are or were called and by their labels.
//!
//! Keys are hashes, and entries of what a resource no longer has stay, so whoever asks gets all the
//! places that may be meant and looks at them.

use crate::resource::Resource;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};
use trimtab_object::{ResourceId, Scope};
use trimtab_tree::{Mapping, Value};

/// An index over the resources of a set. Each table is made at the first question and kept up to date
/// from then on. Copies share tables until they enter something.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// By current and previous ids.
    ids: OnceLock<Arc<Table>>,
    /// By current ids alone, while sets are put together: most of them are asked for nothing else.
    current: OnceLock<Arc<Table>>,
    /// By current and previous names, alone and with each scope.
    names: OnceLock<Arc<Table>>,
    /// The same as it was before nearly all ids changed, see [`Index::forget_ids`].
    former_names: Option<Arc<Table>>,
    /// By key and value of each label.
    labels: OnceLock<Arc<Table>>,
}

/// What is known of names without a look at all resources.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownNames<'i> {
    table: &'i Table,
    /// Whether names that were given since nearly all were changed are missing.
    pub(crate) is_former: bool,
}

impl<'i> KnownNames<'i> {
    /// The places of the resources that may have or have had a name.
    pub(crate) fn of(self, name: &str) -> &'i [u32] {
        self.table.get(hash_of((name, None::<&str>)))
    }
}

/// Hashes of keys to the places of the resources that have or had the key.
#[derive(Clone, Debug, Default)]
struct Table(FxHashMap<u64, Places>);

/// The places of resources whose keys share a hash, in ascending order. Nearly always one.
#[derive(Clone, Debug)]
enum Places {
    One(u32),
    Many(Vec<u32>),
}

/// What may be new of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// Nothing that it is called.
    Content,
    /// What it is called now; its group, version and kind are what they were.
    CurrentId,
    /// All that it is and was called.
    Ids,
}

impl Index {
    /// Enters a resource that was added or changed.
    pub(super) fn enter(&mut self, place: usize, resource: &Resource, changed: Changed) {
        let enter = |table: &mut OnceLock<Arc<Table>>, keys: Keys| {
            let Some(table) = table.get_mut() else { return };
            let mut is_new = false;
            keys(resource, &mut |hash| is_new |= !table.has(hash, place));
            if is_new {
                // Others may have the table, too.
                let table = Arc::make_mut(table);
                keys(resource, &mut |hash| table.insert(hash, place));
            }
        };
        match changed {
            Changed::Content => {}
            Changed::CurrentId => {
                enter(&mut self.current, current_id_of);
                enter(&mut self.ids, current_id_of);
                enter(&mut self.names, names_and_scopes_of);
            }
            Changed::Ids => {
                enter(&mut self.current, current_id_of);
                enter(&mut self.ids, ids_of);
                enter(&mut self.names, names_and_scopes_of);
            }
        }
        enter(&mut self.labels, labels_of);
    }

    /// Makes the tables that nearly everybody asks.
    pub(super) fn prepare(&self, resources: &[Resource]) {
        table(&self.ids, resources, ids_of);
        table(&self.names, resources, names_and_scopes_of);
    }

    /// Drops what is known of names and ids: where all of them change, it is cheaper made anew, if it is
    /// asked for again at all.
    pub(super) fn forget_ids(&mut self) {
        self.current = OnceLock::new();
        self.ids = OnceLock::new();
        if let Some(names) = self.names.take() {
            self.former_names = Some(names);
        }
    }

    /// What is known of names as things are, if anything is.
    pub(super) fn known_names(&self) -> Option<KnownNames<'_>> {
        let (table, is_former) = match self.names.get() {
            Some(names) => (names, false),
            None => (self.former_names.as_ref()?, true),
        };
        Some(KnownNames { table, is_former })
    }

    /// Says that many resources will be added, whose ids must not be there yet.
    pub(super) fn await_many(&mut self, resources: &[Resource], more: usize) {
        table(&self.current, resources, current_id_of);
        if let Some(current) = self.current.get_mut() {
            Arc::make_mut(current).0.reserve(more);
        }
        self.ids = OnceLock::new();
        self.names = OnceLock::new();
        self.former_names = None;
        self.labels = OnceLock::new();
    }

    /// Says that a resource will be added behind the last.
    pub(super) fn await_one(&mut self) {
        // It may be shared, and is not worth a copy.
        self.former_names = None;
    }

    /// Those of `resources` that may have an id.
    pub(super) fn with_current_id(&self, id: &ResourceId, resources: &[Resource]) -> &[u32] {
        let known = self.current.get().or(self.ids.get());
        let known = known.map(|table| &**table);
        known
            .unwrap_or_else(|| table(&self.current, resources, current_id_of))
            .get(hash_of_id(id))
    }

    /// Those of `resources` that may have or have had an id.
    pub(super) fn with_id(&self, id: &ResourceId, resources: &[Resource]) -> &[u32] {
        table(&self.ids, resources, ids_of).get(hash_of_id(id))
    }

    /// Those of `resources` that may have or have had a name, with a namespace those that may at
    /// some time have been in it.
    pub(super) fn with_name(
        &self,
        name: &str,
        namespace: Option<&str>,
        resources: &[Resource],
    ) -> &[u32] {
        table(&self.names, resources, names_and_scopes_of).get(hash_of((name, namespace)))
    }

    /// Those of `resources` that may have a label.
    pub(super) fn with_label(&self, key: &str, value: &str, resources: &[Resource]) -> &[u32] {
        table(&self.labels, resources, labels_of).get(hash_of((key, value)))
    }
}

/// Tells the hashes under which a resource is entered into a table.
type Keys = fn(&Resource, &mut dyn FnMut(u64));

fn table<'t>(made: &'t OnceLock<Arc<Table>>, resources: &[Resource], keys: Keys) -> &'t Table {
    made.get_or_init(|| Arc::new(Table::of(resources, keys)))
}

impl Table {
    fn of(resources: &[Resource], keys: Keys) -> Self {
        let mut table = Self::default();
        table.0.reserve(resources.len());
        for (place, resource) in resources.iter().enumerate() {
            keys(resource, &mut |hash| table.insert(hash, place));
        }
        table
    }

    fn get(&self, hash: u64) -> &[u32] {
        self.0.get(&hash).map_or(&[], Places::as_slice)
    }

    fn has(&self, hash: u64, place: usize) -> bool {
        self.get(hash).binary_search(&(place as u32)).is_ok()
    }

    fn insert(&mut self, hash: u64, place: usize) {
        let place = place as u32;
        let places = self.0.entry(hash).or_insert(Places::One(place));
        places.insert(place);
    }
}

fn ids_of(resource: &Resource, tell: &mut dyn FnMut(u64)) {
    for previous in resource.previous() {
        let scope = Scope::of(previous.cluster_scoped, &previous.namespace).name();
        tell(hash_of((&*previous.kind, &*previous.name, scope)));
    }
    current_id_of(resource, tell);
}

fn current_id_of(resource: &Resource, tell: &mut dyn FnMut(u64)) {
    tell(hash_of_id(resource.id()));
}

fn names_and_scopes_of(resource: &Resource, tell: &mut dyn FnMut(u64)) {
    let mut scopes: Vec<Scope<'_>> = Vec::with_capacity(2);
    scopes_of(resource).for_each(|scope| {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    });
    let mut last = None;
    for name in names_of(resource).filter(|&name| last.replace(name) != Some(name)) {
        for &scope in &scopes {
            tell(hash_of((name, Some(scope.name()))));
        }
        tell(hash_of((name, None::<&str>)));
    }
}

fn labels_of(resource: &Resource, tell: &mut dyn FnMut(u64)) {
    let labels = resource.value().get_path(&["metadata", "labels"]);
    let labels = labels.and_then(Value::as_mapping);
    for (key, value) in labels.into_iter().flat_map(Mapping::iter) {
        let value = value.text_if_not_null().unwrap_or_default();
        tell(hash_of((key, value)));
    }
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

fn hash_of(key: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Without group and version: they would hardly ever tell two apart.
fn hash_of_id(id: &ResourceId) -> u64 {
    hash_of((&*id.gvk.kind, &*id.name, id.scope().name()))
}

/// Whether no two resources have the same id, as far as hashes tell: it can be so where this says it is
/// not. For a look at all of them this takes a part of what a table does.
pub(super) fn are_different(resources: &[Resource]) -> bool {
    let mut hashes: FxHashSet<u64> = FxHashSet::default();
    hashes.reserve(resources.len());
    let mut ids = resources.iter().map(Resource::id);
    ids.all(|id| hashes.insert(hash_of_id(id)))
}

/// The names that a resource has and had.
pub(super) fn names_of(resource: &Resource) -> impl Iterator<Item = &str> {
    let previous = resource.previous().iter().map(|previous| &*previous.name);
    previous.chain([&*resource.id().name])
}

/// The scopes that a resource is and was in.
pub(super) fn scopes_of(resource: &Resource) -> impl Iterator<Item = Scope<'_>> {
    let id = resource.id();
    let previous = resource.previous().iter();
    previous
        .map(|previous| Scope::of(previous.cluster_scoped, &previous.namespace))
        // Some selectors look at the namespace that is written, though the kind has none.
        .chain([id.scope(), Scope::of(false, &id.namespace)])
}
