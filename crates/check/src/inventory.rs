//! What a build holds, indexed by what others refer to it by.

use rustc_hash::{FxHashMap, FxHashSet};
use trimtab_object::{DEFAULT_NAMESPACE, split_api_version};
use trimtab_schema::Schema;
use trimtab_tree::{Value, nearest};

/// An object of the build and the names that are asked for all the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'a> {
    pub(crate) index: usize,
    pub(crate) value: &'a Value,
    pub(crate) api_version: &'a str,
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    /// As written; empty where it is not.
    pub(crate) namespace: &'a str,
}

/// All objects of a build.
pub(crate) struct Inventory<'a> {
    pub(crate) objects: Vec<Object<'a>>,
    /// By group and kind, then by name: the namespaces it is in, and where.
    by_name: FxHashMap<(&'a str, &'a str), Names<'a>>,
    /// The namespaces that objects are in.
    namespaces: FxHashSet<&'a str>,
}

type Names<'a> = FxHashMap<&'a str, FxHashMap<&'a str, usize>>;

impl<'a> Object<'a> {
    pub(crate) fn new(index: usize, value: &'a Value) -> Self {
        let text = |path: &[&str]| {
            let found = value.get_path(path);
            found.and_then(Value::text_if_not_null).unwrap_or_default()
        };
        let api_version = text(&["apiVersion"]);
        let (group, version) = split_api_version(api_version);
        let name = match text(&["metadata", "name"]) {
            "" => text(&["metadata", "generateName"]),
            name => name,
        };
        Self {
            index,
            value,
            api_version,
            group,
            version,
            kind: text(&["kind"]),
            name,
            namespace: text(&["metadata", "namespace"]),
        }
    }

    /// How a sentence names it: `Deployment shop/web`.
    pub(crate) fn subject(&self) -> String {
        let Self {
            kind,
            namespace,
            name,
            ..
        } = self;
        if namespace.is_empty() {
            format!("{kind} {name}")
        } else {
            format!("{kind} {namespace}/{name}")
        }
    }

    /// Whether it is of this built-in kind, whichever version.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group == group
    }
}

/// The namespace that an object is in, if none stands for the default one.
pub(crate) fn effective(namespace: &str) -> &str {
    if namespace.is_empty() {
        DEFAULT_NAMESPACE
    } else {
        namespace
    }
}

impl<'a> Inventory<'a> {
    pub(crate) fn new(values: impl Iterator<Item = &'a Value>, schema: &Schema) -> Self {
        let mut inventory = Self {
            objects: Vec::new(),
            by_name: FxHashMap::default(),
            namespaces: FxHashSet::default(),
        };
        for (index, value) in values.enumerate() {
            let object = Object::new(index, value);
            let is_in_none =
                schema.is_cluster_scoped(object.api_version, object.kind) == Some(true);
            let namespace = if is_in_none {
                ""
            } else {
                effective(object.namespace)
            };
            if object.is("", "Namespace") {
                inventory.namespaces.insert(object.name);
            } else if !is_in_none {
                inventory.namespaces.insert(namespace);
            }
            let of_kind = inventory.by_name.entry((object.group, object.kind));
            let named = of_kind.or_default().entry(object.name).or_default();
            named.entry(namespace).or_insert(index);
            inventory.objects.push(object);
        }
        inventory
    }

    /// An object by group, kind, namespace and name. What says no namespace is taken to be in the one
    /// that is asked for: `kubectl apply -n` may yet put it there.
    pub(crate) fn find(
        &self,
        group: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Option<&Object<'a>> {
        let named = self.by_name.get(&(group, kind))?.get(name)?;
        let index = named
            .get(effective(namespace))
            .or_else(|| named.get(""))
            .or_else(|| named.get(DEFAULT_NAMESPACE))
            .or_else(|| {
                let is_unsaid = namespace.is_empty();
                is_unsaid.then(|| named.values().min()).flatten()
            })?;
        self.objects.get(*index)
    }

    /// Whether the build holds objects of this kind.
    pub(crate) fn has_kind(&self, group: &str, kind: &str) -> bool {
        self.by_name.contains_key(&(group, kind))
    }

    /// The name of an object of this kind that a misspelt one most probably means.
    pub(crate) fn nearest(&self, group: &str, kind: &str, name: &str) -> Option<&'a str> {
        let names = self.by_name.get(&(group, kind))?;
        let mut names: Vec<&str> = names.keys().copied().collect();
        names.sort_unstable();
        nearest(name, names)
    }

    /// Whether the build puts anything into this namespace.
    pub(crate) fn has_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(effective(namespace))
    }
}
