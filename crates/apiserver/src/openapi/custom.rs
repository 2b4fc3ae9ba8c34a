//! The schemas of custom kinds, as their definitions have them.

use super::description::Descriptions;
use super::hexadecimal;
use super::subject::Subject;
use super::text::reference;
use crate::resource::{CustomDefinition, CustomGroup, CustomVersion};
use sha2::{Digest as _, Sha512};
use std::sync::Arc;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::custom::{
    Audience, CommonDescriptions, definition_name, published, selectable_fields,
};

const LIST_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/// The kinds that are served in a version of a group.
pub(super) fn kinds<'g>(
    group: &'g CustomGroup,
    version: &str,
) -> impl Iterator<Item = (&'g Arc<CustomDefinition>, usize)> {
    group.definitions().filter_map(move |definition| {
        let (at, version) = definition.version(version)?;
        version.served.then_some((definition, at))
    })
}

/// The schemas of a kind and of its lists, by their names.
pub(super) fn definitions(
    definition: &CustomDefinition,
    at: usize,
    audience: Audience,
    descriptions: Option<&Descriptions>,
) -> [(String, Value); 2] {
    let version = &definition.versions[at];
    let said = |field| descriptions.and_then(|it| it.of_field("ConfigMap", field));
    let said_of_lists = |field| descriptions.and_then(|it| it.of_field("ConfigMapList", field));
    let said = CommonDescriptions {
        api_version: said("apiVersion").unwrap_or_default(),
        kind: said("kind").unwrap_or_default(),
        metadata: said("metadata").unwrap_or_default(),
    };
    let (group, name) = (definition.group.as_str(), version.name.as_str());
    let (kind, list) = (definition.kind.as_str(), definition.list_kind.as_str());
    let compiled = definition.compiled(at);
    let selectable = &version.selectable;
    let schema = published(
        &compiled.source,
        (group, name, kind),
        selectable,
        audience,
        said,
    );
    let list_said = CommonDescriptions {
        metadata: said_of_lists("metadata").unwrap_or_default(),
        ..said
    };
    let own_name = definition_name(group, name, kind);
    let list_schema = list_schema(definition, version, audience, list_said, &own_name);
    [
        (own_name, schema),
        (definition_name(group, name, list), list_schema),
    ]
}

fn list_schema(
    definition: &CustomDefinition,
    version: &CustomVersion,
    audience: Audience,
    said: CommonDescriptions<'_>,
    own_name: &str,
) -> Value {
    let kind = definition.kind.as_str();
    let described = |description: &str| {
        let mut fields = Mapping::new();
        if !description.is_empty() {
            fields.insert("description", Value::string(description));
        }
        fields
    };
    let text = |description| {
        let mut fields = described(description);
        fields.insert("type", Value::string("string"));
        Value::from(fields)
    };
    let refer = |name: &str| match audience {
        Audience::Version3 => reference(name),
        Audience::Version2 => {
            Value::mapping([("$ref", Value::string(format!("#/definitions/{name}")))])
        }
    };
    let mut items = described(&format!("The objects of kind {kind}."));
    items.insert("items", refer(own_name));
    items.insert("type", Value::string("array"));
    let mut metadata = described(said.metadata);
    match audience {
        Audience::Version3 => {
            metadata.insert("allOf", Value::sequence(vec![refer(LIST_META)]));
        }
        Audience::Version2 => {
            let target = Value::string(format!("#/definitions/{LIST_META}"));
            metadata.insert("$ref", target);
        }
    }
    let properties = Value::mapping([
        ("apiVersion", text(said.api_version)),
        ("items", Value::from(items)),
        ("kind", text(said.kind)),
        ("metadata", Value::from(metadata)),
    ]);
    let is_of = Value::mapping([
        ("group", Value::string(definition.group.as_str())),
        ("kind", Value::string(definition.list_kind.as_str())),
        ("version", Value::string(version.name.as_str())),
    ]);
    let mut fields = described(&format!(
        "{} is a list of {kind}",
        definition.list_kind.as_str()
    ));
    fields.insert("type", Value::string("object"));
    fields.insert("required", Value::sequence(vec![Value::string("items")]));
    fields.insert("properties", properties);
    let is_of = Value::sequence(vec![is_of]);
    fields.insert("x-kubernetes-group-version-kind", is_of);
    if !version.selectable.is_empty() && audience == Audience::Version3 {
        let fields_of = selectable_fields(&version.selectable);
        fields.insert("x-kubernetes-selectable-fields", fields_of);
    }
    Value::from(fields)
}

/// Changes whenever the document of a version does.
pub(super) fn hash(group: &CustomGroup, version: &str) -> String {
    let mut digest = Sha512::new();
    digest.update(version);
    for (definition, _) in kinds(group, version) {
        definition.digest_into(&mut digest);
    }
    hexadecimal(&digest.finalize())
}

/// What operations of a version are about.
pub(super) fn subjects<'g>(
    group: &'g CustomGroup,
    version: &str,
) -> impl Iterator<Item = Subject<'g>> {
    let kinds = kinds(group, version);
    kinds.map(|(definition, at)| Subject::Custom(definition, &definition.versions[at]))
}
