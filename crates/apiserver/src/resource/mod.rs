//! What is served: resources, from the schema's table of kinds.
//!
//! How resources differ from each other is data: [`rules`]; what is served in several versions and
//! stored in one is in [`version`].

mod rules;
mod version;

pub(crate) use version::in_version;

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use trimtab_schema::{Kind, Schema, Scope, Type};

use rules::Rules;
use version::stored_as;

use crate::cache::{CollectionId, Layout, ROOT, field_rules};

/// A resource in one of the versions that it is served in.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its kind.
    pub(crate) kind: Kind,
    /// The kind as which its objects are stored.
    pub(crate) stored_as: Kind,
    /// `deployments`
    pub(crate) plural: &'static str,
    /// Whether its objects are in namespaces.
    pub(crate) namespaced: bool,
    /// Where its objects are; `None` of those that are only posted, such as reviews.
    pub(crate) storage: Option<Storage>,
    /// How it differs from others.
    pub(crate) rules: Rules,
}

/// Where the objects of a resource are, in all its versions.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    /// In the cache.
    pub(crate) collection: CollectionId,
    /// In the store: `/registry/apps/deployments/`
    pub(crate) prefix: String,
}

impl Storage {
    /// The key of an object.
    pub(crate) fn key(&self, namespace: &str, name: &str) -> String {
        let prefix = &self.prefix;
        if namespace.is_empty() {
            format!("{prefix}{name}")
        } else {
            format!("{prefix}{namespace}/{name}")
        }
    }
}

impl Resource {
    /// `apps`; empty for the core group.
    pub(crate) fn group(&self) -> &'static str {
        self.kind.group()
    }

    /// Whether its objects are stored in another version.
    pub(crate) fn is_converted(&self) -> bool {
        self.stored_as.api_version() != self.kind.api_version()
    }

    /// Whether its objects can be sent in Protocol Buffers: custom ones cannot.
    pub(crate) fn has_messages(&self) -> bool {
        let (api_version, kind) = (self.kind.api_version(), self.kind.kind());
        trimtab_protobuf::type_of(&Schema::kubernetes(), api_version, kind).is_ok()
    }

    /// Whether objects can be `verb`ed.
    pub(crate) fn allows(&self, verb: &str) -> bool {
        self.kind.verbs().any(|own| own == verb)
    }

    /// Whether there is such a subresource.
    pub(crate) fn has_subresource(&self, name: &str) -> bool {
        self.kind.subresources().any(|own| own == name)
    }

    /// The type of its objects.
    pub(crate) fn type_in<'s>(&self, schema: &'s Schema) -> Option<Type<'s>> {
        schema.type_of(self.kind.api_version(), self.kind.kind())
    }
}

/// All resources.
#[derive(Debug)]
pub(crate) struct Resources {
    all: Vec<Resource>,
    /// By group, version and plural.
    index: FxHashMap<(&'static str, &'static str, &'static str), usize>,
    layouts: Vec<Layout>,
}

impl Resources {
    /// Those of a schema's kinds that are served.
    pub(crate) fn new(schema: &Schema) -> Self {
        let served: Vec<(Kind, &'static str)> = schema
            .kinds()
            .filter(|kind| kind.is_served())
            .filter(|kind| matches!(kind.scope(), Scope::Cluster | Scope::Namespaced))
            .filter_map(|kind| Some((kind, kind.plural()?)))
            .collect();
        // Every version of a resource is in the same place. Sorted by prefix.
        let mut collections: BTreeMap<String, (&'static str, &'static str)> = BTreeMap::new();
        for (kind, plural) in served.iter().filter(|(kind, _)| is_stored(*kind)) {
            let (group, resource) = storage_of(kind.group(), plural);
            collections.insert(prefix_of(group, resource), (group, resource));
        }
        let storage = |kind: Kind, plural| {
            let (group, resource) = storage_of(kind.group(), plural);
            let prefix = prefix_of(group, resource);
            let number = collections.keys().position(|known| *known == prefix)?;
            Some(Storage {
                collection: CollectionId(number),
                prefix,
            })
        };
        let all: Vec<Resource> = served
            .iter()
            .map(|&(kind, plural)| Resource {
                kind,
                stored_as: stored_as(schema, kind),
                plural,
                namespaced: kind.scope() == Scope::Namespaced,
                storage: if is_stored(kind) {
                    storage(kind, plural)
                } else {
                    None
                },
                rules: Rules::of(kind.group(), plural),
            })
            .collect();
        let layouts = collections
            .iter()
            .map(|(prefix, (group, resource))| Layout {
                prefix: prefix.clone(),
                fields: field_rules(group, resource),
            })
            .collect();
        let place = |(at, resource): (usize, &Resource)| {
            let kind = resource.kind;
            ((kind.group(), kind.version(), resource.plural), at)
        };
        let index = all.iter().enumerate().map(place).collect();
        Self {
            all,
            index,
            layouts,
        }
    }

    /// What the watch cache is to keep, in the order of [`CollectionId`]s.
    pub(crate) fn layouts(&self) -> Vec<Layout> {
        self.layouts.clone()
    }

    /// What a collection of the watch cache is.
    pub(crate) fn layout(&self, collection: CollectionId) -> &Layout {
        &self.layouts[collection.0]
    }

    /// The resource of that name.
    pub(crate) fn get(&self, group: &str, version: &str, plural: &str) -> Option<&Resource> {
        let at = self.index.get(&(group, version, plural))?;
        Some(&self.all[*at])
    }

    /// Whether anything of that group is served.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.all.iter().any(|resource| resource.group() == group)
    }

    /// All of them, in the order of the schema's table.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.all.iter()
    }
}

/// Whether there are objects of the kind, not only requests of that form.
fn is_stored(kind: Kind) -> bool {
    kind.verbs().any(|verb| verb == "watch")
}

/// Events are one resource under two groups.
fn storage_of<'a>(group: &'a str, plural: &'a str) -> (&'a str, &'a str) {
    match (group, plural) {
        ("events.k8s.io", "events") => ("", "events"),
        other => other,
    }
}

fn prefix_of(group: &str, plural: &str) -> String {
    if group.is_empty() {
        format!("{ROOT}{plural}/")
    } else {
        format!("{ROOT}{group}/{plural}/")
    }
}
