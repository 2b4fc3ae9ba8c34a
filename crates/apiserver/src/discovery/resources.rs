//! The resources of a group-version: `meta/v1`'s `APIResourceList`.

use super::{is_namespaced, kinds_of, texts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use trimtab_schema::{Group, Kind, Schema, Subresource};
use trimtab_tree::{Mapping, Value};

/// `APIResourceList`: each kind, with its subresources behind it.
pub(super) fn resource_list(group: &Group, schema: &Schema, api_version: &str) -> Value {
    let mut fields = Mapping::from([("kind", Value::string("APIResourceList"))]);
    // The core group's lists date from before theirs had a version.
    if !group.name.is_empty() {
        fields.insert("apiVersion", Value::string("v1"));
    }
    fields.insert("groupVersion", Value::string(api_version));
    let mut resources = Vec::new();
    for kind in kinds_of(schema, api_version) {
        resources.push(resource(kind));
        let below = kind.subresources();
        let below = below.filter_map(|name| kind.subresource(name));
        resources.extend(below.map(|subresource| resource_below(kind, &subresource)));
    }
    fields.insert("resources", Value::sequence(resources));
    Value::from(fields)
}

fn resource(kind: Kind) -> Value {
    let mut fields = named(
        kind.plural().unwrap_or_default().to_owned(),
        kind.singular().unwrap_or_default(),
        kind,
    );
    fields.insert("kind", Value::string(kind.kind()));
    fields.insert("verbs", texts(kind.verbs()).unwrap_or_else(Value::null));
    if let Some(short) = texts(kind.short_names()) {
        fields.insert("shortNames", short);
    }
    if let Some(categories) = texts(kind.categories()) {
        fields.insert("categories", categories);
    }
    if let Some(hash) = storage_version_hash(kind) {
        fields.insert("storageVersionHash", Value::string(hash));
    }
    Value::from(fields)
}

fn resource_below(kind: Kind, subresource: &Subresource) -> Value {
    let name = format!("{}/{}", kind.plural().unwrap_or_default(), subresource.name);
    let mut fields = named(name, "", kind);
    // Only what is of another group than its path says so.
    if subresource.group != kind.group() {
        fields.insert("group", Value::string(subresource.group));
        fields.insert("version", Value::string(subresource.version));
    }
    fields.insert("kind", Value::string(subresource.kind));
    let verbs = texts(subresource.verbs());
    fields.insert("verbs", verbs.unwrap_or_else(Value::null));
    Value::from(fields)
}

fn named(name: String, singular: &str, kind: Kind) -> Mapping {
    Mapping::from([
        ("name", Value::string(name)),
        ("singularName", Value::string(singular)),
        ("namespaced", Value::bool(is_namespaced(kind))),
    ])
}

/// Kinds that are stored in another version than the one they are asked for in: the version in
/// which kube-apiserver 1.36 stores them. Clients compare the hash, so it has to be the same.
const STORED_AS: [(&str, &str, &str); 3] = [
    (
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "apiextensions.k8s.io/v1beta1",
    ),
    (
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
    ),
    ("events.k8s.io/v1", "Event", "/v1"),
];

/// What tells clients that objects of a kind are stored in another version than before; `None` of
/// kinds that are not stored.
fn storage_version_hash(kind: Kind) -> Option<String> {
    let verbs: Vec<&str> = kind.verbs().collect();
    if !(verbs.contains(&"create") && verbs.contains(&"list")) {
        return None;
    }
    let own = format!("{}/{}", kind.group(), kind.version());
    let stored = STORED_AS
        .iter()
        .find(|(version, name, _)| *version == kind.api_version() && *name == kind.kind())
        .map_or(&*own, |(_, _, stored)| *stored);
    let digest = Sha256::digest(format!("{stored}/{}", kind.kind()));
    Some(STANDARD.encode(&digest[..8]))
}
