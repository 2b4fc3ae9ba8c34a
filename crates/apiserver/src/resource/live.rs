//! What is served now: built-in resources, and those of the definitions in the store.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use trimtab_store::Entry;
use trimtab_tree::Text;

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
    /// All definitions.
    defined: Mutex<Known>,
    next_collection: AtomicUsize,
}

/// Definitions by the keys that they are stored under.
#[derive(Default)]
struct Known {
    defined: BTreeMap<String, Defined>,
    /// The keys of those that changed since requests were last shown them.
    touched: BTreeSet<String>,
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
        let definitions = defined.defined.values();
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
        let keys = std::mem::take(&mut defined.defined).into_keys();
        defined.touched.extend(keys);
    }

    fn changed(&self, key: &str, entry: Option<&Entry>) -> Option<Reopen> {
        let mut known = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut *known;
        known.touched.insert(key.to_owned());
        let defined = &mut known.defined;
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
        let mut known = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        let touched = std::mem::take(&mut known.touched);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut custom = current.custom().clone();
        for key in touched {
            let name = key.strip_prefix(DEFINITIONS).unwrap_or(&key);
            custom.set(name, known.defined.get(&key));
        }
        *current = Arc::new(current.with_custom(custom));
    }
}

/// Resources of custom kinds. What a change of one definition does not concern is shared with what there
/// was before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomResources {
    /// By group.
    groups: BTreeMap<Text, Arc<CustomGroup>>,
}

/// The custom resources of a group.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomGroup {
    /// By plural.
    served: BTreeMap<Text, Arc<Served>>,
}

/// The resources of a definition.
#[derive(Debug)]
struct Served {
    definition: Arc<CustomDefinition>,
    /// One for each version that is served, with its place among the definition's versions.
    resources: Vec<(usize, Resource)>,
}

impl Served {
    fn new(definition: &Arc<CustomDefinition>, storage: &Storage) -> Self {
        #[cfg(test)]
        tests::MADE.with(|made| made.set(made.get() + 1));
        let stored_as = CustomKind::new(definition, definition.storage);
        let resources = definition.served().map(|(at, _)| {
            let resource = Resource {
                kind: ServedKind::Custom(CustomKind::new(definition, at)),
                stored_as: ServedKind::Custom(stored_as.clone()),
                plural: definition.plural.clone(),
                namespaced: definition.namespaced,
                storage: Some(storage.clone()),
                rules: Rules::CUSTOM,
            };
            (at, resource)
        });
        Self {
            resources: resources.collect(),
            definition: Arc::clone(definition),
        }
    }
}

impl CustomResources {
    /// Takes in what became of the definition of that name; one that is not served goes.
    fn set(&mut self, name: &str, defined: Option<&Defined>) {
        let (plural, group) = name.split_once('.').unwrap_or((name, ""));
        let served = defined.and_then(|defined| {
            let storage = defined.storage.as_ref()?;
            Some(Arc::new(Served::new(&defined.definition, storage)))
        });
        let Some(served) = served else {
            if let Some(known) = self.groups.get_mut(group) {
                let known = Arc::make_mut(known);
                known.served.remove(plural);
                if known.served.is_empty() {
                    self.groups.remove(group);
                }
            }
            return;
        };
        let known = self.groups.entry(group.into()).or_default();
        Arc::make_mut(known).served.insert(plural.into(), served);
    }

    /// Where the objects of a resource are, whatever its versions.
    pub(super) fn storage_of(&self, group: &str, plural: &str) -> Option<Storage> {
        let served = self.groups.get(group)?.served.get(plural)?;
        served.resources.first()?.1.storage.clone()
    }

    pub(super) fn get(&self, group: &str, version: &str, plural: &str) -> Option<&Resource> {
        let served = self.groups.get(group)?.served.get(plural)?;
        let mut resources = served.resources.iter();
        let is_it = |(at, _): &&(usize, Resource)| served.definition.versions[*at].name == version;
        resources.find(is_it).map(|(_, resource)| resource)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Resource> {
        let served = self.groups.values().flat_map(|group| group.served.values());
        served.flat_map(|served| served.resources.iter().map(|(_, resource)| resource))
    }

    /// The groups, by name.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, &CustomGroup)> {
        self.groups
            .iter()
            .map(|(name, group)| (name.as_str(), &**group))
    }

    /// The group of a name.
    pub(crate) fn group(&self, name: &str) -> Option<&CustomGroup> {
        self.groups.get(name).map(|group| &**group)
    }
}

impl CustomGroup {
    /// The definitions that are served, by plural.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &Arc<CustomDefinition>> {
        self.served.values().map(|served| &served.definition)
    }

    /// The versions that anything is served in, the preferred one first.
    pub(crate) fn versions(&self) -> Vec<&str> {
        let mut versions: Vec<&str> = Vec::new();
        for definition in self.definitions() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use trimtab_schema::Schema;

    thread_local!(pub(super) static MADE: Cell<usize> = const { Cell::new(0) });

    fn entry(at: usize) -> (String, Entry) {
        let (group, plural) = (format!("g{}.example.com", at % 10), format!("p{at}s"));
        let names = format!(r#"{{"plural":"{plural}","kind":"P{at}"}}"#);
        let value = format!(
            r#"{{"metadata":{{"name":"{plural}.{group}"}},"spec":{{"group":"{group}","names":{names},"scope":"Cluster","versions":[{{"name":"v1","served":true,"storage":true}},{{"name":"v2","served":false,"storage":false}}]}},"status":{{"acceptedNames":{names},"conditions":[{{"type":"Established","status":"True"}}]}}}}"#
        );
        let key = format!("{DEFINITIONS}{plural}.{group}");
        let entry = Entry {
            key: key.as_str().into(),
            value: value.into(),
            create_revision: 1,
            mod_revision: 1,
            version: 1,
        };
        (key, entry)
    }

    #[test]
    fn a_change_of_one_definition_makes_its_own_resources_anew() {
        let live = LiveResources::new(Resources::new(&Schema::kubernetes()));
        for (key, entry) in (0..1000).map(entry) {
            live.changed(&key, Some(&entry));
        }
        live.applied();
        let before = live.current();
        assert!(before.get("g7.example.com", "v1", "p7s").is_some());
        assert!(before.get("g7.example.com", "v2", "p7s").is_none());
        assert!(before.storage_of("g7.example.com", "p7s").is_some());

        MADE.set(0);
        let (key, _) = entry(7);
        live.changed(&key, None);
        let (key, added) = entry(1007);
        live.changed(&key, Some(&added));
        live.applied();
        assert_eq!(MADE.get(), 1);
        let after = live.current();
        assert!(after.get("g7.example.com", "v1", "p7s").is_none());
        assert!(after.get("g7.example.com", "v1", "p1007s").is_some());
        let shared = |name| {
            let group = |resources: &Resources| Arc::clone(&resources.custom().groups[name]);
            Arc::ptr_eq(&group(&before), &group(&after))
        };
        assert!(shared("g3.example.com"));
        assert!(!shared("g7.example.com"));

        live.reset();
        live.applied();
        assert_eq!(live.current().custom().groups().count(), 0);
    }
}
