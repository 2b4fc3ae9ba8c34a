//! What a wait has seen of the objects around the ones that it waits for.

use crate::events::last_seen;
use crate::fields::{field, items_at, metadata, text_at};
use crate::target::{Event, EventType, Update};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trimtab_tree::Value;

/// `ReplicaSets`, pods and warnings, found by who owns them and whom they are about.
///
/// Of events only the newest warning about each object is kept. `managedFields` are dropped.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// By kind, namespace and name.
    objects: BTreeMap<(String, String, String), Value>,
    /// The keys of what an owner's uid controls.
    owned: HashMap<String, BTreeSet<(String, String, String)>>,
    /// The newest warning, by the uid that it is about.
    warnings: HashMap<String, Value>,
}

impl Seen {
    /// Takes in what became known of the objects of one kind in one namespace.
    pub(crate) fn update(&mut self, kind: &str, namespace: &str, update: Update) {
        match update {
            Update::All(objects) => {
                self.forget(kind, namespace);
                for object in objects {
                    self.put(object);
                }
            }
            Update::Change(Event {
                event_type: EventType::Deleted,
                object,
            }) => self.remove(&key(&object)),
            Update::Change(Event { object, .. }) => self.put(object),
        }
    }

    /// Takes in one object.
    pub(crate) fn put(&mut self, mut object: Value) {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
            metadata.remove("managedFields");
        }
        if field(&object, "kind") == "Event" {
            self.put_event(object);
            return;
        }
        let key = key(&object);
        let owner = controller(&object);
        if let Some(old) = self.objects.get(&key)
            && controller(old) != owner
        {
            self.remove(&key);
        }
        if !owner.is_empty() {
            let owned = self.owned.entry(owner.to_owned()).or_default();
            owned.insert(key.clone());
        }
        self.objects.insert(key, object);
    }

    fn put_event(&mut self, event: Value) {
        let about = text_at(&event, &["involvedObject", "uid"]);
        if field(&event, "type") != "Warning" || about.is_empty() {
            return;
        }
        let is_newer = self
            .warnings
            .get(about)
            .is_none_or(|known| last_seen(&event) >= last_seen(known));
        if is_newer {
            self.warnings.insert(about.to_owned(), event);
        }
    }

    fn remove(&mut self, key: &(String, String, String)) {
        let Some(object) = self.objects.remove(key) else {
            return;
        };
        if let Some(owned) = self.owned.get_mut(controller(&object)) {
            owned.remove(key);
        }
        self.warnings.remove(metadata(&object, "uid"));
    }

    fn forget(&mut self, kind: &str, namespace: &str) {
        let gone: Vec<_> = self
            .objects
            .keys()
            .filter(|(of, within, _)| of == kind && within == namespace)
            .cloned()
            .collect();
        for key in &gone {
            self.remove(key);
        }
    }

    /// The objects of a kind that `uid` controls, by name.
    pub(crate) fn owned_by<'s>(
        &'s self,
        kind: &'s str,
        uid: &str,
    ) -> impl Iterator<Item = &'s Value> {
        let keys = self.owned.get(uid).into_iter().flatten();
        keys.filter(move |(of, _, _)| of == kind)
            .filter_map(|key| self.objects.get(key))
    }

    /// The newest warning about an object.
    pub(crate) fn warning_about(&self, uid: &str) -> Option<&Value> {
        self.warnings.get(uid)
    }
}

fn key(object: &Value) -> (String, String, String) {
    let (namespace, name) = (metadata(object, "namespace"), metadata(object, "name"));
    let kind = field(object, "kind");
    (kind.to_owned(), namespace.to_owned(), name.to_owned())
}

/// The uid of the owner that controls the object.
fn controller(object: &Value) -> &str {
    items_at(object, &["metadata", "ownerReferences"])
        .iter()
        .find(|owner| field(owner, "controller") == "true")
        .map_or("", |owner| field(owner, "uid"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn pod(name: &str, owner: &str) -> Value {
        yaml(&format!(
            "{{kind: Pod, metadata: {{name: {name}, namespace: n, uid: {name}, ownerReferences: [{{uid: {owner}, controller: true}}]}}}}"
        ))
    }

    fn names(seen: &Seen, owner: &str) -> Vec<String> {
        seen.owned_by("Pod", owner)
            .map(|pod| metadata(pod, "name").to_owned())
            .collect()
    }

    #[test]
    fn objects_come_change_hands_and_go() {
        let mut seen = Seen::default();
        seen.update("Pod", "n", Update::All(vec![pod("b", "x"), pod("a", "x")]));
        assert_eq!(names(&seen, "x"), ["a", "b"]);

        let change = |event_type, object| Update::Change(Event { event_type, object });
        seen.update("Pod", "n", change(EventType::Modified, pod("a", "y")));
        seen.update("Pod", "n", change(EventType::Deleted, pod("b", "x")));
        assert_eq!(
            (names(&seen, "x"), names(&seen, "y")),
            (vec![], vec!["a".to_owned()])
        );

        // A new list tells by silence what is gone.
        seen.update("Pod", "n", Update::All(vec![pod("c", "x")]));
        assert_eq!(
            (names(&seen, "x"), names(&seen, "y")),
            (vec!["c".to_owned()], vec![])
        );
    }

    #[test]
    fn only_the_newest_warning_counts() {
        let mut seen = Seen::default();
        let event = |kind: &str, time: &str, message: &str| {
            yaml(&format!(
                "{{kind: Event, type: {kind}, lastTimestamp: '{time}', message: {message}, involvedObject: {{uid: u}}}}"
            ))
        };
        for (kind, time, message) in [
            ("Warning", "2026-01-01T00:00:02Z", "second"),
            ("Warning", "2026-01-01T00:00:01Z", "first"),
            ("Normal", "2026-01-01T00:00:03Z", "fine"),
        ] {
            seen.put(event(kind, time, message));
        }
        let warning = seen.warning_about("u").expect("there is one");
        assert_eq!(field(warning, "message"), "second");
    }
}
