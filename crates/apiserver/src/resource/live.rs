//! What is served now: built-in resources, and those of the definitions in the store.

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use trimtab_store::Entry;

use super::custom::CustomDefinition;
use super::kind::{CustomKind, ServedKind};
use super::order::by_preference;
use super::rules::Rules;
use super::{Resource, Resources, Storage};
use crate::cache::{CollectionId, Definitions, FieldRule, Layout, ROOT, Reopen};

/// Where definitions are in the store.
const DEFINITIONS: &str = "/registry/apiextensions.k8s.io/customresourcedefinitions/";

/// What is served, kept up with the store by the cache's feed.
pub(crate) struct LiveResources {
    /// What requests see.
    current: RwLock<Arc<Resources>>,
    /// Definitions by the keys that they are stored under.
    defined: Mutex<BTreeMap<String, Defined>>,
    next_collection: AtomicUsize,
}

struct Defined {
    definition: Arc<CustomDefinition>,
    /// Where its objects are, while they are served.
    storage: Option<Storage>,
}

impl LiveResources {
    /// Built-in resources only, until definitions are told.
    pub(crate) fn new(built_in: Resources) -> Self {
        Self {
            next_collection: AtomicUsize::new(built_in.layouts().len()),
            current: RwLock::new(Arc::new(built_in)),
            defined: Mutex::default(),
        }
    }

    /// What is served at this moment.
    pub(crate) fn current(&self) -> Arc<Resources> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// All definitions, served or not.
    pub(crate) fn definitions(&self) -> Vec<Arc<CustomDefinition>> {
        let defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        let definitions = defined.values();
        definitions
            .map(|defined| Arc::clone(&defined.definition))
            .collect()
    }

    fn open(&self, definition: &CustomDefinition) -> Storage {
        let number = self.next_collection.fetch_add(1, Ordering::Relaxed);
        let stored = &definition.versions[definition.storage];
        // A field that another version lets be selected is where it is in the stored one.
        let mut names: Vec<&String> = stored.selectable.iter().collect();
        for version in &definition.versions {
            for name in &version.selectable {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let fields = names.into_iter().map(|name| FieldRule::of_path(name));
        Storage {
            collection: CollectionId(number),
            layout: Arc::new(Layout {
                prefix: format!("{ROOT}{}/{}/", definition.group, definition.plural),
                fields: Cow::Owned(fields.collect()),
            }),
        }
    }
}

impl Definitions for LiveResources {
    fn prefix(&self) -> &str {
        DEFINITIONS
    }

    fn reset(&self) {
        let mut defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        defined.clear();
    }

    fn changed(&self, key: &str, entry: Option<&Entry>) -> Option<Reopen> {
        let mut defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        let old = defined.remove(key);
        let new = entry.and_then(|entry| match CustomDefinition::read(entry) {
            Ok(definition) => Some(Arc::new(definition)),
            Err(error) => {
                tracing::debug!(%key, %error, "a definition is not served");
                None
            }
        });
        let before = old.as_ref().and_then(|old| old.storage.as_ref());
        let before = before.map(|storage| storage.collection);
        let Some(mut definition) = new else {
            return before.map(|before| Reopen {
                before: Some(before),
                after: None,
            });
        };
        // Nothing that its objects are served by has changed: watches go on.
        if let Some(old) = &old
            && old.definition.serves_like(&definition)
        {
            if let Some(new) = Arc::get_mut(&mut definition) {
                new.keep_compiled(&old.definition);
            }
            let storage = old.storage.clone();
            defined.insert(
                key.to_owned(),
                Defined {
                    definition,
                    storage,
                },
            );
            return None;
        }
        let storage = definition.is_established.then(|| self.open(&definition));
        let after = storage
            .as_ref()
            .map(|storage| (storage.collection, Arc::clone(&storage.layout)));
        defined.insert(
            key.to_owned(),
            Defined {
                definition,
                storage,
            },
        );
        (before.is_some() || after.is_some()).then_some(Reopen { before, after })
    }

    fn applied(&self) {
        let defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        let custom = CustomResources::new(defined.values());
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(current.with_custom(custom));
    }
}

/// Resources of custom kinds.
#[derive(Debug, Default)]
pub(crate) struct CustomResources {
    /// By group.
    groups: BTreeMap<String, CustomGroup>,
}

/// The custom resources of a group.
#[derive(Debug, Default)]
pub(crate) struct CustomGroup {
    /// By version and plural.
    resources: FxHashMap<(String, String), Arc<Resource>>,
    /// The definitions, in the order of their names.
    pub(crate) definitions: Vec<Arc<CustomDefinition>>,
}

impl CustomResources {
    fn new<'d>(defined: impl Iterator<Item = &'d Defined>) -> Self {
        let mut groups: BTreeMap<String, CustomGroup> = BTreeMap::new();
        for Defined {
            definition,
            storage,
        } in defined
        {
            let Some(storage) = storage else { continue };
            let group = groups.entry(definition.group.to_string()).or_default();
            group.definitions.push(Arc::clone(definition));
            for (at, version) in definition.served() {
                let resource = Resource {
                    kind: ServedKind::Custom(CustomKind::new(definition, at)),
                    stored_as: ServedKind::Custom(CustomKind::new(definition, definition.storage)),
                    plural: definition.plural.as_str().into(),
                    namespaced: definition.namespaced,
                    storage: Some(storage.clone()),
                    rules: Rules::CUSTOM,
                };
                let key = (version.name.to_string(), definition.plural.to_string());
                group.resources.insert(key, Arc::new(resource));
            }
        }
        Self { groups }
    }

    pub(super) fn get(&self, group: &str, version: &str, plural: &str) -> Option<&Resource> {
        let key = (version.to_owned(), plural.to_owned());
        let resource = self.groups.get(group)?.resources.get(&key)?;
        Some(resource)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Resource> {
        let groups = self.groups.values();
        groups.flat_map(|group| group.resources.values().map(|resource| &**resource))
    }

    /// The groups, by name.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, &CustomGroup)> {
        self.groups
            .iter()
            .map(|(name, group)| (name.as_str(), group))
    }

    /// The group of a name.
    pub(crate) fn group(&self, name: &str) -> Option<&CustomGroup> {
        self.groups.get(name)
    }
}

impl CustomGroup {
    /// The versions that anything is served in, the preferred one first.
    pub(crate) fn versions(&self) -> Vec<&str> {
        let mut versions: Vec<&str> = Vec::new();
        for definition in &self.definitions {
            for (_, version) in definition.served() {
                if !versions.contains(&version.name.as_str()) {
                    versions.push(&version.name);
                }
            }
        }
        versions.sort_by(|a, b| by_preference(a, b));
        versions
    }
}
