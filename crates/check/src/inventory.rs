//! What a build holds, indexed by what others refer to it by.

use crate::Rendered;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use trimtab_object::{DEFAULT_NAMESPACE, split_api_version};
use trimtab_schema::Schema;
use trimtab_tree::{Value, nearest_within};

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
    /// The names of the objects of a group and kind, now and in their files.
    names: FxHashMap<(&'a str, &'a str), Vec<&'a str>>,
    /// How many names may yet be compared with misspelt ones.
    comparisons: Cell<usize>,
    /// Namespaces and the kinds of the objects there.
    kinds_in: FxHashSet<(&'a str, &'a str)>,
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

/// So many names of one build are compared with misspelt ones: enough for dozens in a build of thousands.
const MOST_COMPARISONS: usize = 300_000;

/// So many edits away, one name of an object may be meant by another: siblings differ by more.
pub(crate) const FEW_EDITS: usize = 2;

/// The namespace that an object is in, if none stands for the default one.
pub(crate) fn effective(namespace: &str) -> &str {
    if namespace.is_empty() {
        DEFAULT_NAMESPACE
    } else {
        namespace
    }
}

impl<'a> Inventory<'a> {
    pub(crate) fn new(values: impl Iterator<Item = Rendered<'a>>, schema: &Schema) -> Self {
        let mut inventory = Self {
            objects: Vec::new(),
            by_name: FxHashMap::default(),
            namespaces: FxHashSet::default(),
            kinds_in: FxHashSet::default(),
            names: FxHashMap::default(),
            comparisons: Cell::new(MOST_COMPARISONS),
        };
        for (index, rendered) in values.enumerate() {
            let object = Object::new(index, rendered.value);
            let of_kind = inventory.names.entry((object.group, object.kind));
            let names = of_kind.or_default();
            names.push(object.name);
            if rendered.original_name != object.name {
                names.push(rendered.original_name);
            }
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
            inventory.kinds_in.insert((namespace, object.kind));
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

    /// Whether it holds some in this namespace.
    pub(crate) fn has_kind_in(&self, kind: &'static str, namespace: &str) -> bool {
        self.kinds_in.contains(&(effective(namespace), kind))
    }

    /// The name of an object of this kind that a misspelt one most probably means. A build in which
    /// nearly everything is misspelt gets no answer in the end: each would be compared with all.
    pub(crate) fn nearest(&self, group: &str, kind: &str, name: &str) -> Option<&'a str> {
        let names = self.names.get(&(group, kind))?;
        let left = self.comparisons.get().checked_sub(names.len())?;
        self.comparisons.set(left);
        let others = names.iter().copied().filter(|other| *other != name);
        nearest_within(name, FEW_EDITS, others)
    }

    /// Whether the build puts anything into this namespace.
    pub(crate) fn has_namespace(&self, namespace: &str) -> bool {
        self.namespaces.contains(effective(namespace))
    }
}
