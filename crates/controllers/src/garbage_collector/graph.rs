//! Who owns whom.
//!
//! The rules are those of Kubernetes' `pkg/controller/garbagecollector/graph_builder.go`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// What the API server puts on an object whose dependents are to go first.
pub(super) const FOREGROUND: &str = "foregroundDeletion";
/// What the API server puts on an object whose dependents are to stay.
pub(super) const ORPHAN: &str = "orphan";

pub(crate) type Uid = Arc<str>;

/// An object, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    pub(super) api_version: Arc<str>,
    pub(super) kind: Arc<str>,
    /// Empty for none.
    pub(super) namespace: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) uid: Uid,
}

impl Identity {
    /// What `reference` means on a dependent in `namespace`.
    pub(super) fn of_owner(reference: &OwnerReference, namespace: &str) -> Self {
        Self {
            api_version: reference.api_version.as_str().into(),
            kind: reference.kind.as_str().into(),
            namespace: namespace.into(),
            name: reference.name.as_str().into(),
            uid: reference.uid.as_str().into(),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}/{} ({})",
            self.kind, self.namespace, self.name, self.uid
        )
    }
}

/// What is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// Whether the object still has a reason to be.
    Delete(Uid),
    /// The object's dependents are to be set free.
    Orphan(Uid),
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delete(uid) => write!(f, "delete {uid}"),
            Self::Orphan(uid) => write!(f, "orphan the dependents of {uid}"),
        }
    }
}

/// An object and its place in the graph.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) identity: Identity,
    pub(super) owners: Vec<OwnerReference>,
    /// In a stable order.
    pub(super) dependents: BTreeSet<Uid>,
    pub(super) is_being_deleted: bool,
    /// Waits for its dependents to be deleted first.
    pub(super) deletes_dependents: bool,
    waits_for_orphans: bool,
    /// Not seen yet, only named by a dependent.
    pub(super) is_virtual: bool,
}

/// All objects of the kinds that are watched, by uid.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: FxHashMap<Uid, Node>,
}

impl Graph {
    pub(super) fn get(&self, uid: &str) -> Option<&Node> {
        self.nodes.get(uid)
    }

    /// The dependents of an object.
    pub(super) fn dependents(&self, uid: &str) -> Vec<Node> {
        let node = self.nodes.get(uid);
        let dependents = node.into_iter().flat_map(|node| &node.dependents);
        dependents
            .filter_map(|uid| self.nodes.get(uid))
            .cloned()
            .collect()
    }

    /// The dependents that must go before an object that deletes its dependents first.
    pub(super) fn blocking_dependents(&self, uid: &str) -> Vec<Node> {
        let blocks =
            |owner: &OwnerReference| owner.uid == uid && owner.block_owner_deletion == Some(true);
        let mut dependents = self.dependents(uid);
        dependents.retain(|node| node.owners.iter().any(blocks));
        dependents
    }

    /// Takes in that an object is there, new or changed.
    pub(super) fn present(&mut self, identity: Identity, meta: &ObjectMeta) -> Vec<Task> {
        let uid = Arc::clone(&identity.uid);
        let owners = meta.owner_references.clone().unwrap_or_default();
        let namespace = Arc::clone(&identity.namespace);
        let mut tasks = Vec::new();
        let before = if let Some(node) = self.nodes.get_mut(&uid) {
            node.is_virtual = false;
            node.identity = identity;
            std::mem::replace(&mut node.owners, owners.clone())
        } else {
            let node = Node::new(identity, owners.clone(), false);
            self.nodes.insert(Arc::clone(&uid), node);
            Vec::new()
        };
        if before != owners {
            self.unblock_owners(&before, &owners, &mut tasks);
            self.relink(&uid, &namespace, &before, &owners, &mut tasks);
        }
        self.note_deletion(&uid, meta, &mut tasks);
        tasks
    }

    /// Takes in that an object is gone, or never was.
    pub(super) fn gone(&mut self, uid: &str) -> Vec<Task> {
        let Some(node) = self.nodes.remove(uid) else {
            return Vec::new();
        };
        let mut tasks: Vec<_> = node.dependents.iter().cloned().map(Task::Delete).collect();
        for owner in &node.owners {
            let Some(owner) = self.nodes.get_mut(owner.uid.as_str()) else {
                continue;
            };
            owner.dependents.remove(uid);
            if owner.deletes_dependents {
                // This may have been the last it waited for.
                tasks.push(Task::Delete(Arc::clone(&owner.identity.uid)));
            } else if owner.is_virtual && owner.dependents.is_empty() {
                // Nobody names it any more.
                let uid = Arc::clone(&owner.identity.uid);
                self.nodes.remove(&uid);
            }
        }
        tasks
    }

    /// Owners that a dependent held back from being deleted, and no longer does.
    fn unblock_owners(
        &self,
        before: &[OwnerReference],
        after: &[OwnerReference],
        tasks: &mut Vec<Task>,
    ) {
        let blocks = |owners: &[OwnerReference], uid: &str| {
            let mut owners = owners.iter();
            owners.any(|owner| owner.uid == uid && owner.block_owner_deletion == Some(true))
        };
        for owner in before {
            let node = self.nodes.get(owner.uid.as_str());
            if blocks(before, &owner.uid)
                && !blocks(after, &owner.uid)
                && let Some(node) = node
            {
                tasks.push(Task::Delete(Arc::clone(&node.identity.uid)));
            }
        }
    }

    fn relink(
        &mut self,
        uid: &Uid,
        namespace: &str,
        before: &[OwnerReference],
        after: &[OwnerReference],
        tasks: &mut Vec<Task>,
    ) {
        for owner in after {
            let node = self
                .nodes
                .entry(owner.uid.as_str().into())
                .or_insert_with(|| {
                    // Whether it exists is to be found out.
                    let identity = Identity::of_owner(owner, namespace);
                    tasks.push(Task::Delete(Arc::clone(&identity.uid)));
                    Node::new(identity, Vec::new(), true)
                });
            node.dependents.insert(Arc::clone(uid));
        }
        for owner in before {
            if after.iter().all(|kept| kept.uid != owner.uid)
                && let Some(node) = self.nodes.get_mut(owner.uid.as_str())
            {
                node.dependents.remove(uid);
            }
        }
    }

    fn note_deletion(&mut self, uid: &Uid, meta: &ObjectMeta, tasks: &mut Vec<Task>) {
        let Some(node) = self.nodes.get_mut(uid) else {
            return;
        };
        if meta.deletion_timestamp.is_none() {
            return;
        }
        node.is_being_deleted = true;
        let has = |finalizer: &str| meta.finalizers.iter().flatten().any(|it| it == finalizer);
        if has(ORPHAN) && !node.waits_for_orphans {
            node.waits_for_orphans = true;
            tasks.push(Task::Orphan(Arc::clone(uid)));
        }
        if has(FOREGROUND) && !node.deletes_dependents {
            node.deletes_dependents = true;
            tasks.extend(node.dependents.iter().cloned().map(Task::Delete));
            tasks.push(Task::Delete(Arc::clone(uid)));
        }
    }
}

impl Node {
    fn new(identity: Identity, owners: Vec<OwnerReference>, is_virtual: bool) -> Self {
        Self {
            identity,
            owners,
            dependents: BTreeSet::new(),
            is_being_deleted: false,
            deletes_dependents: false,
            waits_for_orphans: false,
            is_virtual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn identity(uid: &str) -> Identity {
        Identity {
            api_version: "v1".into(),
            kind: "ConfigMap".into(),
            namespace: "a".into(),
            name: uid.into(),
            uid: uid.into(),
        }
    }

    fn present(graph: &mut Graph, uid: &str, owners: &[(&str, bool)], more: Value) -> Vec<String> {
        let owners: Vec<_> = owners
            .iter()
            .map(|(uid, blocks)| json!({"apiVersion": "v1", "kind": "ConfigMap", "name": uid, "uid": uid, "blockOwnerDeletion": blocks}))
            .collect();
        let mut meta: ObjectMeta = serde_json::from_value(more).unwrap();
        meta.owner_references = serde_json::from_value(json!(owners)).unwrap();
        told(&graph.present(identity(uid), &meta))
    }

    fn told(tasks: &[Task]) -> Vec<String> {
        tasks.iter().map(ToString::to_string).collect()
    }

    fn deleted(finalizer: &str) -> Value {
        json!({"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": [finalizer]})
    }

    #[test]
    fn dependents_of_what_is_gone_are_looked_at() {
        let mut graph = Graph::default();
        present(&mut graph, "owner", &[], json!({}));
        present(&mut graph, "b", &[("owner", false)], json!({}));
        present(&mut graph, "a", &[("owner", false)], json!({}));
        assert_eq!(told(&graph.gone("owner")), ["delete a", "delete b"]);
        assert!(graph.gone("owner").is_empty());
    }

    #[test]
    fn an_owner_that_was_never_seen_is_looked_for() {
        let mut graph = Graph::default();
        assert_eq!(
            present(&mut graph, "a", &[("owner", false)], json!({})),
            ["delete owner"]
        );
        assert!(graph.get("owner").unwrap().is_virtual);
        assert!(present(&mut graph, "b", &[("owner", false)], json!({})).is_empty());
        present(&mut graph, "owner", &[], json!({}));
        assert!(!graph.get("owner").unwrap().is_virtual);
        assert_eq!(graph.dependents("owner").len(), 2);
    }

    #[test]
    fn a_name_without_an_object_is_forgotten_with_its_last_dependent() {
        let mut graph = Graph::default();
        present(&mut graph, "a", &[("nobody", false)], json!({}));
        graph.gone("a");
        assert!(graph.get("nobody").is_none());
    }

    #[test]
    fn foreground_deletion_waits_for_those_that_block() {
        let mut graph = Graph::default();
        present(&mut graph, "owner", &[], json!({}));
        present(&mut graph, "blocks", &[("owner", true)], json!({}));
        present(&mut graph, "free", &[("owner", false)], json!({}));
        let tasks = present(&mut graph, "owner", &[], deleted(FOREGROUND));
        assert_eq!(tasks, ["delete blocks", "delete free", "delete owner"]);
        assert!(
            present(&mut graph, "owner", &[], deleted(FOREGROUND)).is_empty(),
            "told once"
        );
        let blocking = graph.blocking_dependents("owner");
        assert_eq!(
            blocking
                .iter()
                .map(|node| &*node.identity.name)
                .collect::<Vec<_>>(),
            ["blocks"]
        );
        assert_eq!(told(&graph.gone("blocks")), ["delete owner"]);
    }

    #[test]
    fn a_dependent_that_stops_blocking_lets_its_owner_be_looked_at() {
        let mut graph = Graph::default();
        present(&mut graph, "owner", &[], json!({}));
        present(&mut graph, "a", &[("owner", true)], json!({}));
        assert_eq!(
            present(&mut graph, "a", &[("owner", false)], json!({})),
            ["delete owner"]
        );
        present(&mut graph, "a", &[], json!({}));
        assert!(graph.dependents("owner").is_empty());
    }

    #[test]
    fn orphaning_is_asked_for_once() {
        let mut graph = Graph::default();
        assert_eq!(
            present(&mut graph, "owner", &[], deleted(ORPHAN)),
            ["orphan the dependents of owner"]
        );
        assert!(present(&mut graph, "owner", &[], deleted(ORPHAN)).is_empty());
    }
}
