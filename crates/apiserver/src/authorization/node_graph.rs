//! Which nodes have to do with which objects, through the pods that are on them.
//!
//! What `plugin/pkg/auth/authorizer/node/graph.go` keeps as a graph: a pod's node uses what the pod
//! refers to; a persistent volume is used where its claim is, and its secrets with it. The graph is
//! brought up to date when it is asked, and not before, so a cluster whose nodes never ask has none.

use rustc_hash::FxHashMap;
use std::sync::Arc;
use trimtab_tree::Value;

use super::references::{Referred, is_mirror, of_pod, secrets_of_volume};
use crate::cache::{Cache, Followed, Follower, Object};
use crate::resource::Resources;

/// An object that a node may have to do with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Vertex {
    /// What pods refer to, by namespace and name.
    Of(Referred, Box<str>, Box<str>),
    /// By name.
    Volume(Box<str>),
    /// A thing that is of one node: pods, attachments, slices, by the number of the collection, the
    /// namespace and the name.
    Own(usize, Box<str>, Box<str>),
}

/// How many pods on each node use something.
type Users = FxHashMap<Box<str>, usize>;

/// A collection whose objects are each of one node, and the field that says of which.
struct OfNodes {
    follower: Follower,
    node: &'static [&'static str],
}

/// The graph.
pub(super) struct Graph {
    pods: Follower,
    volumes: Follower,
    /// Beside pods, which are number 0.
    others: Vec<OfNodes>,
    users: FxHashMap<Vertex, Users>,
    /// What a pod refers to, and its node, by key.
    of_pods: FxHashMap<Arc<str>, (Box<str>, Vec<Vertex>)>,
    /// The claim, and the secrets, of a persistent volume, by name.
    of_volumes: FxHashMap<Box<str>, (Vertex, Vec<Vertex>)>,
    /// The persistent volumes of a claim, and those that a secret is of.
    volumes_of: FxHashMap<Vertex, Vec<Box<str>>>,
}

/// The resources whose objects are each of one node, with the field that says of which.
pub(super) const OF_NODES: [(&str, &str, &[&str]); 3] = [
    ("storage.k8s.io", "volumeattachments", &["spec", "nodeName"]),
    ("resource.k8s.io", "resourceslices", &["spec", "nodeName"]),
    (
        "certificates.k8s.io",
        "podcertificaterequests",
        &["spec", "nodeName"],
    ),
];

impl Graph {
    /// An empty one; `None` if pods are not served.
    pub(super) fn new(resources: &Resources) -> Option<Self> {
        let follower = |group: &str, plural: &str| {
            let mut all = resources.iter();
            let resource = all.find(|known| known.group() == group && known.plural == plural)?;
            Some(Follower::new(resource.storage.as_ref()?.collection))
        };
        let others = OF_NODES.iter().filter_map(|(group, plural, node)| {
            let follower = follower(group, plural)?;
            Some(OfNodes { follower, node })
        });
        Some(Self {
            pods: follower("", "pods")?,
            volumes: follower("", "persistentvolumes")?,
            others: others.collect(),
            users: FxHashMap::default(),
            of_pods: FxHashMap::default(),
            of_volumes: FxHashMap::default(),
            volumes_of: FxHashMap::default(),
        })
    }

    /// Whether there is nothing new.
    pub(super) fn is_current(&self, cache: &Cache) -> bool {
        let mut others = self.others.iter();
        self.pods.is_current(cache)
            && self.volumes.is_current(cache)
            && others.all(|other| other.follower.is_current(cache))
    }

    /// Takes in what has happened.
    pub(super) fn follow(&mut self, cache: &Arc<Cache>) {
        for followed in told(&mut self.pods, cache) {
            match followed {
                Followed::Anew => {
                    let keys: Vec<_> = self.of_pods.keys().cloned().collect();
                    keys.iter().for_each(|key| self.forget_pod(key));
                }
                Followed::Set(object) => self.set_pod(&object),
                Followed::Gone(object) => self.forget_pod(object.key()),
            }
        }
        for followed in told(&mut self.volumes, cache) {
            match followed {
                Followed::Anew => {
                    self.of_volumes.clear();
                    self.volumes_of.clear();
                }
                Followed::Set(object) => self.set_volume(&object),
                Followed::Gone(object) => self.forget_volume(object.name()),
            }
        }
        for (at, other) in self.others.iter_mut().enumerate() {
            let number = at + 1;
            for followed in told(&mut other.follower, cache) {
                match followed {
                    Followed::Anew => self.users.retain(
                        |vertex, _| !matches!(vertex, Vertex::Own(own, ..) if *own == number),
                    ),
                    Followed::Set(object) => {
                        let node = object.to_value().ok();
                        let node = node
                            .as_ref()
                            .and_then(|value| value.get_path(other.node)?.as_str());
                        let vertex = own(number, &object);
                        match node.filter(|node| !node.is_empty()) {
                            Some(node) => {
                                self.users
                                    .insert(vertex, Users::from_iter([(node.into(), 1)]));
                            }
                            None => {
                                self.users.remove(&vertex);
                            }
                        }
                    }
                    Followed::Gone(object) => {
                        self.users.remove(&own(number, &object));
                    }
                }
            }
        }
    }

    fn set_pod(&mut self, object: &Object) {
        self.forget_pod(object.key());
        let Ok(pod) = object.to_value() else {
            return;
        };
        let node = pod.get_path(&["spec", "nodeName"]).and_then(Value::as_str);
        let Some(node) = node.filter(|node| !node.is_empty()) else {
            return;
        };
        let mut vertices = vec![own(0, object)];
        if !is_mirror(&pod) {
            let mut references = of_pod(&pod);
            references.sort_unstable();
            references.dedup();
            let namespace = object.namespace();
            let references = references.into_iter();
            vertices.extend(references.map(|(kind, name)| of(kind, namespace, &name)));
        }
        for vertex in &vertices {
            let users = self.users.entry(vertex.clone()).or_default();
            *users.entry(node.into()).or_default() += 1;
        }
        self.of_pods
            .insert(Arc::clone(object.key()), (node.into(), vertices));
    }

    fn forget_pod(&mut self, key: &str) {
        let Some((node, vertices)) = self.of_pods.remove(key) else {
            return;
        };
        for vertex in vertices {
            let Some(users) = self.users.get_mut(&vertex) else {
                continue;
            };
            if let Some(count) = users.get_mut(&node) {
                *count -= 1;
                if *count == 0 {
                    users.remove(&node);
                }
            }
            if users.is_empty() {
                self.users.remove(&vertex);
            }
        }
    }

    fn set_volume(&mut self, object: &Object) {
        self.forget_volume(object.name());
        let Ok(volume) = object.to_value() else {
            return;
        };
        let claim = |field| {
            let text = volume.get_path(&["spec", "claimRef", field])?.as_str()?;
            Some(text).filter(|text| !text.is_empty())
        };
        let (Some(namespace), Some(name)) = (claim("namespace"), claim("name")) else {
            return;
        };
        let claim = of(Referred::Claim, namespace, name);
        let secrets = secrets_of_volume(&volume);
        let secrets = secrets
            .iter()
            .map(|(namespace, name)| of(Referred::Secret, namespace, name));
        let secrets: Vec<Vertex> = secrets.collect();
        let name: Box<str> = object.name().into();
        for secret in &secrets {
            let volumes = self.volumes_of.entry(secret.clone()).or_default();
            volumes.push(name.clone());
        }
        self.of_volumes.insert(name, (claim, secrets));
    }

    fn forget_volume(&mut self, name: &str) {
        let Some((_, secrets)) = self.of_volumes.remove(name) else {
            return;
        };
        for secret in secrets {
            if let Some(volumes) = self.volumes_of.get_mut(&secret) {
                volumes.retain(|own| **own != *name);
                if volumes.is_empty() {
                    self.volumes_of.remove(&secret);
                }
            }
        }
    }

    /// Whether a node has to do with an object.
    pub(super) fn uses(&self, node: &str, vertex: &Vertex) -> bool {
        let is_used = |vertex: &Vertex| {
            let users = self.users.get(vertex);
            users.is_some_and(|users| users.contains_key(node))
        };
        let is_volume_used = |name: &Box<str>| {
            let volume = self.of_volumes.get(name);
            volume.is_some_and(|(claim, _)| is_used(claim))
        };
        match vertex {
            Vertex::Volume(name) => is_volume_used(name),
            _ => {
                let mut volumes = self.volumes_of.get(vertex).into_iter().flatten();
                is_used(vertex) || volumes.any(is_volume_used)
            }
        }
    }
}

/// An object that pods refer to.
pub(super) fn of(kind: Referred, namespace: &str, name: &str) -> Vertex {
    Vertex::Of(kind, namespace.into(), name.into())
}

fn own(number: usize, object: &Object) -> Vertex {
    Vertex::Own(number, object.namespace().into(), object.name().into())
}

fn told(follower: &mut Follower, cache: &Arc<Cache>) -> Vec<Followed> {
    let mut told = Vec::new();
    if !follower.is_current(cache) {
        follower.follow(cache, |followed| told.push(followed));
    }
    told
}
