//! What is served: resources, from the schema's table of kinds.
//!
//! [`LiveResources`] are those of the table and of the definitions in the store; a request sees what
//! there was when it came ([`Resources`]).
//!
//! How resources differ from each other is data: [`rules`]; what is served in several versions and
//! stored in one is in [`version`].

mod custom;
mod kind;
mod live;
mod order;
mod rules;
mod version;

pub(crate) use custom::{Conversion, CustomDefinition, CustomVersion, ScalePaths};
pub(crate) use kind::{CustomKind, ServedKind};
pub(crate) use live::{CustomGroup, CustomResources, LiveResources};
pub(crate) use version::in_version;

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use trimtab_schema::{Kind, Schema, Scope, Type};
use trimtab_tree::Text;

use rules::Rules;
use version::stored_as;

use crate::cache::{CollectionId, Layout, ROOT, field_rules};

/// A resource in one of the versions that it is served in.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its kind.
    pub(crate) kind: ServedKind,
    /// The kind as which its objects are stored.
    pub(crate) stored_as: ServedKind,
    /// `deployments`
    pub(crate) plural: Text,
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
    /// Where in the store, and what they are selected by.
    pub(crate) layout: Arc<Layout>,
}

impl Storage {
    /// What the keys of its objects begin with: `/registry/apps/deployments/`.
    pub(crate) fn prefix(&self) -> &str {
        &self.layout.prefix
    }

    /// The key of an object.
    pub(crate) fn key(&self, namespace: &str, name: &str) -> String {
        let prefix = self.prefix();
        if namespace.is_empty() {
            format!("{prefix}{name}")
        } else {
            format!("{prefix}{namespace}/{name}")
        }
    }
}

impl Resource {
    /// `apps`; empty for the core group.
    pub(crate) fn group(&self) -> &str {
        self.kind.group()
    }

    /// Whether its objects are stored in another version.
    pub(crate) fn is_converted(&self) -> bool {
        self.stored_as.api_version() != self.kind.api_version()
    }

    /// Whether its objects can be sent in Protocol Buffers: custom ones cannot.
    pub(crate) fn has_messages(&self) -> bool {
        let Some(kind) = self.kind.built_in() else {
            return false;
        };
        trimtab_protobuf::type_of(&Schema::kubernetes(), kind.api_version(), kind.kind()).is_ok()
    }

    /// Whether objects can be `verb`ed.
    pub(crate) fn allows(&self, verb: &str) -> bool {
        match &self.kind {
            ServedKind::BuiltIn(kind) => kind.verbs().any(|own| own == verb),
            ServedKind::Custom(_) => CUSTOM_VERBS.contains(&verb),
        }
    }

    /// Whether there is such a subresource.
    pub(crate) fn has_subresource(&self, name: &str) -> bool {
        match &self.kind {
            ServedKind::BuiltIn(kind) => kind.subresources().any(|own| own == name),
            ServedKind::Custom(kind) => match name {
                "status" => kind.version().has_status,
                "scale" => kind.version().scale.is_some(),
                _ => false,
            },
        }
    }

    /// The type of its objects.
    pub(crate) fn type_in<'s>(&'s self, schema: &'s Schema) -> Option<Type<'s>> {
        self.kind.type_in(schema)
    }
}

/// What can be done with objects of every custom kind, in the order in which discovery tells it.
pub(crate) const CUSTOM_VERBS: [&str; 8] = [
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "create",
    "update",
    "watch",
];

/// All resources, at one moment.
#[derive(Debug)]
pub(crate) struct Resources {
    built_in: Arc<BuiltInResources>,
    custom: CustomResources,
}

/// The resources of the table.
#[derive(Debug)]
struct BuiltInResources {
    all: Vec<Resource>,
    /// By group, version and plural.
    index: FxHashMap<(&'static str, &'static str, &'static str), usize>,
    /// Any version, by group and plural.
    storages: FxHashMap<(&'static str, &'static str), usize>,
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
        let layouts: Vec<Layout> = collections
            .iter()
            .map(|(prefix, (group, resource))| Layout {
                prefix: prefix.clone(),
                fields: Cow::Borrowed(field_rules(group, resource)),
            })
            .collect();
        let shared: Vec<Arc<Layout>> = layouts.iter().cloned().map(Arc::new).collect();
        let storage = |kind: Kind, plural| {
            let (group, resource) = storage_of(kind.group(), plural);
            let prefix = prefix_of(group, resource);
            let number = collections.keys().position(|known| *known == prefix)?;
            Some(Storage {
                collection: CollectionId(number),
                layout: Arc::clone(&shared[number]),
            })
        };
        let all: Vec<Resource> = served
            .iter()
            .map(|&(kind, plural)| Resource {
                kind: ServedKind::BuiltIn(kind),
                stored_as: ServedKind::BuiltIn(stored_as(schema, kind)),
                plural: plural.into(),
                namespaced: kind.scope() == Scope::Namespaced,
                storage: if is_stored(kind) {
                    storage(kind, plural)
                } else {
                    None
                },
                rules: Rules::of(kind.group(), plural),
            })
            .collect();
        let place = |(at, &(kind, plural)): (usize, &(Kind, &'static str))| {
            ((kind.group(), kind.version(), plural), at)
        };
        let index = served.iter().enumerate().map(place).collect();
        let any =
            |(at, &(kind, plural)): (usize, &(Kind, &'static str))| ((kind.group(), plural), at);
        let storages = served.iter().enumerate().map(any).collect();
        Self {
            built_in: Arc::new(BuiltInResources {
                all,
                index,
                storages,
                layouts,
            }),
            custom: CustomResources::default(),
        }
    }

    /// The same built-in resources, with other custom ones.
    fn with_custom(&self, custom: CustomResources) -> Self {
        Self {
            built_in: Arc::clone(&self.built_in),
            custom,
        }
    }

    /// What the watch cache always keeps, in the order of [`CollectionId`]s.
    pub(crate) fn layouts(&self) -> Vec<Layout> {
        self.built_in.layouts.clone()
    }

    /// The resource of that name.
    pub(crate) fn get(&self, group: &str, version: &str, plural: &str) -> Option<&Resource> {
        match self.built_in.index.get(&(group, version, plural)) {
            Some(at) => Some(&self.built_in.all[*at]),
            None => self.custom.get(group, version, plural),
        }
    }

    /// Where the objects of a resource are, whatever its versions.
    pub(crate) fn storage_of(&self, group: &str, plural: &str) -> Option<Storage> {
        let built_in = &self.built_in;
        match built_in.storages.get(&(group, plural)) {
            Some(at) => built_in.all[*at].storage.clone(),
            None => self.custom.storage_of(group, plural),
        }
    }

    /// Whether anything of that group is served.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        let mut built_in = self.built_in.all.iter();
        built_in.any(|resource| resource.group() == group) || self.custom.group(group).is_some()
    }

    /// All of them: those of the table, in its order, then the custom ones.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.built_in.all.iter().chain(self.custom.iter())
    }

    /// The custom ones.
    pub(crate) fn custom(&self) -> &CustomResources {
        &self.custom
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
