//! What definitions add: their groups, versions and resources.

use super::texts;
use crate::resource::{CUSTOM_VERBS, CustomDefinition, CustomGroup, CustomVersion};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use trimtab_tree::{Mapping, Value};

/// What can still be done with objects of a kind that is being removed.
const TERMINATING_VERBS: [&str; 5] = ["delete", "deletecollection", "get", "list", "watch"];
const BELOW_VERBS: [&str; 3] = ["get", "patch", "update"];

/// `APIResourceList` of a version of a group; `None` if nothing is served in it.
pub(super) fn resource_list(name: &str, group: &CustomGroup, version: &str) -> Option<Value> {
    let mut resources = Vec::new();
    for (definition, version) in served(group, version) {
        resources.push(resource(definition));
        for (below, scale) in below(version) {
            resources.push(resource_below(definition, below, scale));
        }
    }
    (!resources.is_empty()).then(|| {
        Value::mapping([
            ("kind", Value::string("APIResourceList")),
            ("apiVersion", Value::string("v1")),
            ("groupVersion", Value::string(format!("{name}/{version}"))),
            ("resources", Value::sequence(resources)),
        ])
    })
}

/// `APIGroupDiscovery` of a group.
pub(super) fn group_discovery(name: &str, group: &CustomGroup) -> Value {
    let versions = group.versions();
    let versions = versions.iter();
    let versions = versions.map(|version| version_discovery(group, version));
    let versions = versions.collect();
    Value::mapping([
        ("metadata", Value::mapping([("name", Value::string(name))])),
        ("versions", Value::sequence(versions)),
    ])
}

/// `APIVersionDiscovery`
pub(super) fn version_discovery(group: &CustomGroup, version: &str) -> Value {
    let resources = served(group, version);
    let resources = resources.map(|(definition, it)| discovery(definition, it));
    Value::mapping([
        ("version", Value::string(version)),
        ("resources", Value::sequence(resources.collect())),
        ("freshness", Value::string("Current")),
    ])
}

/// The definitions that serve a version, with it.
fn served<'g>(
    group: &'g CustomGroup,
    version: &str,
) -> impl Iterator<Item = (&'g CustomDefinition, &'g CustomVersion)> {
    group.definitions().filter_map(move |definition| {
        let (_, version) = definition.version(version)?;
        version.served.then_some((&**definition, version))
    })
}

/// What is below objects, and whether it is a `Scale`.
fn below(version: &CustomVersion) -> impl Iterator<Item = (&'static str, bool)> {
    let status = version.has_status.then_some(("status", false));
    let scale = version.scale.is_some().then_some(("scale", true));
    status.into_iter().chain(scale)
}

fn verbs(definition: &CustomDefinition) -> Value {
    let verbs: &[&str] = if definition.is_terminating {
        &TERMINATING_VERBS
    } else {
        &CUSTOM_VERBS
    };
    Value::sequence(verbs.iter().copied().map(Value::string).collect())
}

fn resource(definition: &CustomDefinition) -> Value {
    let mut fields = Mapping::from([
        ("name", Value::string(definition.plural.as_str())),
        ("singularName", Value::string(definition.singular.as_str())),
        ("namespaced", Value::bool(definition.namespaced)),
        ("kind", Value::string(definition.kind.as_str())),
        ("verbs", verbs(definition)),
    ]);
    add_names(&mut fields, definition);
    let stored = definition.stored_api_version();
    let digest = Sha256::digest(format!("{stored}/{}", definition.kind.as_str()));
    let hash = STANDARD.encode(&digest[..8]);
    fields.insert("storageVersionHash", Value::string(hash));
    Value::from(fields)
}

fn resource_below(definition: &CustomDefinition, name: &str, is_scale: bool) -> Value {
    let name = format!("{}/{name}", definition.plural.as_str());
    let mut fields = Mapping::from([
        ("name", Value::string(name)),
        ("singularName", Value::string("")),
        ("namespaced", Value::bool(definition.namespaced)),
    ]);
    if is_scale {
        fields.insert("group", Value::string("autoscaling"));
        fields.insert("version", Value::string("v1"));
    }
    let kind = if is_scale {
        "Scale"
    } else {
        definition.kind.as_str()
    };
    fields.insert("kind", Value::string(kind));
    fields.insert(
        "verbs",
        Value::sequence(BELOW_VERBS.map(Value::string).into()),
    );
    Value::from(fields)
}

/// `APIResourceDiscovery`
fn discovery(definition: &CustomDefinition, version: &CustomVersion) -> Value {
    let own = |kind: &str| response_kind(definition.group.as_str(), version.name.as_str(), kind);
    let kind = own(definition.kind.as_str());
    let scope = if definition.namespaced {
        "Namespaced"
    } else {
        "Cluster"
    };
    let mut fields = Mapping::from([
        ("resource", Value::string(definition.plural.as_str())),
        ("responseKind", kind.clone()),
        ("scope", Value::string(scope)),
        (
            "singularResource",
            Value::string(definition.singular.as_str()),
        ),
        ("verbs", verbs(definition)),
    ]);
    add_names(&mut fields, definition);
    let below = below(version).map(|(name, is_scale)| {
        let kind = if is_scale {
            response_kind("autoscaling", "v1", "Scale")
        } else {
            kind.clone()
        };
        Value::mapping([
            ("subresource", Value::string(name)),
            ("responseKind", kind),
            (
                "verbs",
                Value::sequence(BELOW_VERBS.map(Value::string).into()),
            ),
        ])
    });
    let below: Vec<Value> = below.collect();
    if !below.is_empty() {
        fields.insert("subresources", Value::sequence(below));
    }
    Value::from(fields)
}

fn add_names(fields: &mut Mapping, definition: &CustomDefinition) {
    if let Some(short) = texts(
        definition
            .short_names
            .iter()
            .map(trimtab_tree::Text::as_str),
    ) {
        fields.insert("shortNames", short);
    }
    if let Some(categories) = texts(definition.categories.iter().map(trimtab_tree::Text::as_str)) {
        fields.insert("categories", categories);
    }
}

fn response_kind(group: &str, version: &str, kind: &str) -> Value {
    Value::mapping([
        ("group", Value::string(group)),
        ("version", Value::string(version)),
        ("kind", Value::string(kind)),
    ])
}
