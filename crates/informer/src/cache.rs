//! The decoded objects of one kind.

use crate::key::ObjectKey;
use kube::Resource;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// What happened to an object.
#[derive(Debug)]
pub enum Change<K> {
    /// It is new, or was there when the handler came.
    Added(Arc<K>),
    /// It is another one now.
    Updated {
        /// As it was.
        old: Arc<K>,
        /// As it is.
        new: Arc<K>,
    },
    /// It is gone; this is the last that was seen of it.
    Deleted(Arc<K>),
}

impl<K> Change<K> {
    /// The newest state of the object.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added(object) | Self::Updated { new: object, .. } | Self::Deleted(object) => {
                object
            }
        }
    }
}

/// Derived would ask for `K: Clone`.
impl<K> Clone for Change<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Added(object) => Self::Added(Arc::clone(object)),
            Self::Updated { old, new } => Self::Updated {
                old: Arc::clone(old),
                new: Arc::clone(new),
            },
            Self::Deleted(object) => Self::Deleted(Arc::clone(object)),
        }
    }
}

type Handler<K> = Box<dyn Fn(&Change<K>) + Send + Sync>;
type IndexFunction<K> = fn(&K) -> Vec<String>;

/// The objects of one kind as the watch last saw them; clones are the same cache.
///
/// A cache runs behind the API server by the time a watch event needs. Who must know (whether a
/// name is free, say) asks the server.
pub struct Cache<K>(Arc<Shared<K>>);

struct Shared<K> {
    state: RwLock<State<K>>,
    /// Held while a change is applied and told, so that a handler that comes late misses nothing
    /// and hears nothing twice.
    handlers: Mutex<Vec<Handler<K>>>,
    synced: watch::Sender<bool>,
}

struct State<K> {
    objects: BTreeMap<ObjectKey, Arc<K>>,
    indices: Vec<Index<K>>,
}

struct Index<K> {
    name: &'static str,
    keys: IndexFunction<K>,
    filed: FxHashMap<String, BTreeMap<ObjectKey, Arc<K>>>,
}

impl<K> Clone for Cache<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for Cache<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("objects", &self.read().objects.len())
            .finish_non_exhaustive()
    }
}

impl<K> Cache<K> {
    /// An empty cache that no watch fills: for a reflector, or a test.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            state: RwLock::new(State {
                objects: BTreeMap::new(),
                indices: Vec::new(),
            }),
            handlers: Mutex::default(),
            synced: watch::Sender::new(false),
        }))
    }

    /// The object, if the watch has seen it.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.find(&ObjectKey::new(namespace, name))
    }

    /// The object called `key`, if the watch has seen it.
    pub fn find(&self, key: &ObjectKey) -> Option<Arc<K>> {
        self.read().objects.get(key).cloned()
    }

    /// All objects, by namespace and name.
    pub fn list(&self) -> Vec<Arc<K>> {
        self.read().objects.values().cloned().collect()
    }

    /// All objects in `namespace`, by name.
    pub fn list_in(&self, namespace: &str) -> Vec<Arc<K>> {
        self.read()
            .objects
            .range(ObjectKey::new(namespace, "")..)
            .take_while(|(key, _)| &*key.namespace == namespace)
            .map(|(_, object)| Arc::clone(object))
            .collect()
    }

    /// The objects filed under `key` in the index `name`, by namespace and name; none if there is
    /// no such index.
    pub fn indexed(&self, name: &str, key: &str) -> Vec<Arc<K>> {
        let state = self.read();
        let index = state.indices.iter().find(|index| index.name == name);
        index
            .and_then(|index| index.filed.get(key))
            .map(|filed| filed.values().cloned().collect())
            .unwrap_or_default()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.read().objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the first list is in.
    pub fn has_synced(&self) -> bool {
        *self.0.synced.borrow()
    }

    /// Waits until the first list is in.
    pub async fn synced(&self) {
        let mut synced = self.0.synced.subscribe();
        // Fails only when the sender is gone, and `self` holds it.
        let _ = synced.wait_for(|synced| *synced).await;
    }

    fn read(&self) -> RwLockReadGuard<'_, State<K>> {
        // No panic can happen between the steps of a change, so what a poisoned lock guards is whole.
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<K>> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn handlers(&self) -> MutexGuard<'_, Vec<Handler<K>>> {
        self.0
            .handlers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Resource> Cache<K> {
    /// Files every object, now and from now on, under the keys that `keys` gives for it. A second
    /// call with the same name changes nothing.
    pub fn add_index(&self, name: &'static str, keys: fn(&K) -> Vec<String>) {
        let mut state = self.write();
        let State { objects, indices } = &mut *state;
        if indices.iter().any(|index| index.name == name) {
            return;
        }
        let mut index = Index {
            name,
            keys,
            filed: FxHashMap::default(),
        };
        for (key, object) in objects {
            index.replace(key, None, Some(object));
        }
        indices.push(index);
    }

    /// Tells `handler` of every object there is (as added) and of every change from now on.
    ///
    /// It runs on the watch's task, after the cache holds the change: it may read any cache, must
    /// not block, and must not register another handler on this one.
    pub fn on_change(&self, handler: impl Fn(&Change<K>) + Send + Sync + 'static) {
        let mut handlers = self.handlers();
        for object in self.list() {
            handler(&Change::Added(object));
        }
        handlers.push(Box::new(handler));
    }

    /// Forgets all handlers, and with them whatever they hold.
    pub(crate) fn close(&self) {
        let handlers = std::mem::take(&mut *self.handlers());
        // Outside of the lock: a handler may hold this very cache.
        drop(handlers);
    }

    /// Takes in what a watch told of one object.
    pub(crate) fn put(&self, object: K) {
        let handlers = self.handlers();
        self.put_and_tell(&handlers, &ObjectKey::of(&object), object);
    }

    /// Takes in that a watch told of an object's end.
    pub(crate) fn remove(&self, last: K) {
        let handlers = self.handlers();
        if self.replace(&ObjectKey::of(&last), None).is_some() {
            tell(&handlers, &Change::Deleted(Arc::new(last)));
        }
    }

    /// Takes in a whole list: what it does not name was deleted while nobody watched.
    pub(crate) fn put_all(&self, objects: Vec<K>) {
        let handlers = self.handlers();
        let mut missing: BTreeMap<_, _> = self.read().objects.clone();
        for object in objects {
            let key = ObjectKey::of(&object);
            missing.remove(&key);
            self.put_and_tell(&handlers, &key, object);
        }
        for (key, last) in missing {
            self.replace(&key, None);
            tell(&handlers, &Change::Deleted(last));
        }
        self.0.synced.send_replace(true);
    }

    fn put_and_tell(&self, handlers: &[Handler<K>], key: &ObjectKey, object: K) {
        let new = Arc::new(object);
        let Some(old) = self.replace(key, Some(Arc::clone(&new))) else {
            return tell(handlers, &Change::Added(new));
        };
        if old.meta().uid != new.meta().uid {
            // Deleted and made anew while nobody watched.
            tell(handlers, &Change::Deleted(old));
            tell(handlers, &Change::Added(new));
        } else if old.meta().resource_version != new.meta().resource_version {
            tell(handlers, &Change::Updated { old, new });
        }
    }

    /// Puts `new` in the place of what is called `key`, in every index too; returns what was there.
    fn replace(&self, key: &ObjectKey, new: Option<Arc<K>>) -> Option<Arc<K>> {
        let mut state = self.write();
        let State { objects, indices } = &mut *state;
        let old = objects.get(key).cloned();
        for index in indices {
            index.replace(key, old.as_ref(), new.as_ref());
        }
        match new {
            Some(new) => objects.insert(key.clone(), new),
            None => objects.remove(key),
        };
        old
    }
}

fn tell<K>(handlers: &[Handler<K>], change: &Change<K>) {
    for handler in handlers {
        handler(change);
    }
}

impl<K> Index<K> {
    fn replace(&mut self, key: &ObjectKey, old: Option<&Arc<K>>, new: Option<&Arc<K>>) {
        let keys_of =
            |object: Option<&Arc<K>>| object.map(|it| (self.keys)(it)).unwrap_or_default();
        let (before, after) = (keys_of(old), keys_of(new));
        for gone in before.iter().filter(|it| !after.contains(it)) {
            if let Some(filed) = self.filed.get_mut(gone) {
                filed.remove(key);
                if filed.is_empty() {
                    self.filed.remove(gone);
                }
            }
        }
        let Some(new) = new else { return };
        for under in after {
            let filed = self.filed.entry(under).or_default();
            filed.insert(key.clone(), Arc::clone(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index;
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::json;

    fn pod(name: &str, node: &str, version: u32) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"namespace": "a", "name": name, "uid": name, "resourceVersion": version.to_string()},
            "spec": {"nodeName": node, "containers": []},
        }))
        .unwrap()
    }

    fn names(pods: &[Arc<Pod>]) -> Vec<&str> {
        pods.iter()
            .map(|pod| pod.meta().name.as_deref().unwrap())
            .collect()
    }

    fn told(cache: &Cache<Pod>) -> Arc<Mutex<Vec<String>>> {
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&told);
        cache.on_change(move |change| {
            let what = match change {
                Change::Added(_) => "added",
                Change::Updated { .. } => "updated",
                Change::Deleted(_) => "deleted",
            };
            let name = change.object().meta().name.clone().unwrap();
            sink.lock().unwrap().push(format!("{what} {name}"));
        });
        told
    }

    #[test]
    fn an_index_follows_its_objects() {
        let cache = Cache::new();
        cache.put(pod("early", "n1", 1));
        cache.add_index(index::NODE, index::node_name);
        cache.put(pod("b", "n1", 2));
        cache.put(pod("a", "n1", 3));
        assert_eq!(
            names(&cache.indexed(index::NODE, "n1")),
            ["a", "b", "early"]
        );

        cache.put(pod("b", "n2", 4));
        cache.remove(pod("early", "n1", 5));
        assert_eq!(names(&cache.indexed(index::NODE, "n1")), ["a"]);
        assert_eq!(names(&cache.indexed(index::NODE, "n2")), ["b"]);
    }

    #[test]
    fn a_list_tells_what_changed_while_nobody_watched() {
        let cache = Cache::new();
        cache.put_all(vec![
            pod("same", "n", 1),
            pod("changed", "n", 2),
            pod("gone", "n", 3),
        ]);
        let told = told(&cache);
        assert_eq!(
            *told.lock().unwrap(),
            ["added changed", "added gone", "added same"]
        );
        told.lock().unwrap().clear();

        let mut reborn = pod("changed", "n", 9);
        reborn.metadata.uid = Some("another".to_owned());
        cache.put_all(vec![pod("new", "n", 4), pod("same", "n", 1), reborn]);
        assert_eq!(
            *told.lock().unwrap(),
            [
                "added new",
                "deleted changed",
                "added changed",
                "deleted gone"
            ]
        );
    }

    #[test]
    fn a_namespace_is_a_range() {
        let cache = Cache::new();
        for (namespace, name) in [("a", "x"), ("ab", "y"), ("b", "z")] {
            let mut pod = pod(name, "n", 1);
            pod.metadata.namespace = Some(namespace.to_owned());
            cache.put(pod);
        }
        assert_eq!(names(&cache.list_in("a")), ["x"]);
        assert_eq!(names(&cache.list_in("ab")), ["y"]);
        assert_eq!(cache.list().len(), 3);
    }
}
