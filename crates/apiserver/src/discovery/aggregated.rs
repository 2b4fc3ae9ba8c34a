//! Everything in one document: `apidiscovery.k8s.io/v2`'s `APIGroupDiscoveryList`.

use super::groups::versions;
use super::{custom, is_namespaced, kinds_of, texts};
use crate::resource::{CustomGroup, CustomResources};
use trimtab_schema::{Group, Kind, SERVED_GROUPS, Schema, Subresource};
use trimtab_tree::{Mapping, Value};

/// `APIGroupDiscoveryList` of the core group.
pub(super) fn core_discovery_list(schema: &Schema) -> Value {
    let core = SERVED_GROUPS.iter().take(1);
    discovery_list(core.map(|group| group_discovery(group, schema, group.versions, None)))
}

/// `APIGroupDiscoveryList` of all groups but the core group.
pub(super) fn group_discovery_list(schema: &Schema, custom: &CustomResources) -> Value {
    let groups = SERVED_GROUPS.iter().skip(1);
    let groups = groups.map(|group| {
        let versions = versions(group.name, custom);
        group_discovery(group, schema, &versions, custom.group(group.name))
    });
    let is_built_in = |name: &str| SERVED_GROUPS.iter().any(|group| group.name == name);
    let own = custom.groups().filter(|(name, _)| !is_built_in(name));
    let own = own.map(|(name, group)| custom::group_discovery(name, group));
    discovery_list(groups.chain(own))
}

fn discovery_list(items: impl Iterator<Item = Value>) -> Value {
    Value::mapping([
        ("kind", Value::string("APIGroupDiscoveryList")),
        ("apiVersion", Value::string("apidiscovery.k8s.io/v2")),
        ("metadata", Value::mapping([])),
        ("items", Value::sequence(items.collect())),
    ])
}

fn group_discovery(
    group: &Group,
    schema: &Schema,
    versions: &[&str],
    custom: Option<&CustomGroup>,
) -> Value {
    let mut metadata = Mapping::new();
    if !group.name.is_empty() {
        metadata.insert("name", Value::string(group.name));
    }
    let version = |version: &&str| {
        if let Some(custom) = custom.filter(|_| !group.versions.contains(version)) {
            return custom::version_discovery(custom, version);
        }
        let kinds = kinds_of(schema, &group.api_version(version));
        let resources = kinds.into_iter().map(resource).collect();
        Value::mapping([
            ("version", Value::string(*version)),
            ("resources", Value::sequence(resources)),
            ("freshness", Value::string("Current")),
        ])
    };
    let versions = versions.iter().map(version).collect();
    Value::mapping([
        ("metadata", Value::from(metadata)),
        ("versions", Value::sequence(versions)),
    ])
}

fn resource(kind: Kind) -> Value {
    let scope = if is_namespaced(kind) {
        "Namespaced"
    } else {
        "Cluster"
    };
    let singular = kind.singular().unwrap_or_default();
    let mut fields = Mapping::from([
        ("resource", Value::string(kind.plural().unwrap_or_default())),
        // Empty group and version: those of the place where it stands.
        ("responseKind", response_kind("", "", kind.kind())),
        ("scope", Value::string(scope)),
        ("singularResource", Value::string(singular)),
        ("verbs", texts(kind.verbs()).unwrap_or_else(Value::null)),
    ]);
    if let Some(short) = texts(kind.short_names()) {
        fields.insert("shortNames", short);
    }
    if let Some(categories) = texts(kind.categories()) {
        fields.insert("categories", categories);
    }
    let below = kind.subresources();
    let below = below.filter_map(|name| kind.subresource(name));
    let below: Vec<Value> = below.map(|below| resource_below(kind, &below)).collect();
    if !below.is_empty() {
        fields.insert("subresources", Value::sequence(below));
    }
    Value::from(fields)
}

fn resource_below(kind: Kind, subresource: &Subresource) -> Value {
    let kind = if subresource.group == kind.group() {
        response_kind("", "", subresource.kind)
    } else {
        response_kind(subresource.group, subresource.version, subresource.kind)
    };
    let verbs = texts(subresource.verbs());
    Value::mapping([
        ("subresource", Value::string(subresource.name)),
        ("responseKind", kind),
        ("verbs", verbs.unwrap_or_else(Value::null)),
    ])
}

fn response_kind(group: &str, version: &str, kind: &str) -> Value {
    Value::mapping([
        ("group", Value::string(group)),
        ("version", Value::string(version)),
        ("kind", Value::string(kind)),
    ])
}
