//! One document: what it is about, its paths, and the schemas that they need.

use super::description::Descriptions;
use super::operation::{CONTENT_TYPES, content};
use super::paths::Take;
use super::text::json;
use super::{custom, names, paths, schema};
use crate::resource::{CustomGroup, Resources};
use std::collections::BTreeMap;
use trimtab_schema::{Group, SERVED_GROUPS, Schema};
use trimtab_tree::{Mapping, Value};
use trimtab_validation::custom::Audience;

/// What a document is about.
#[derive(Clone, Copy)]
pub(super) enum Document<'a> {
    /// `/apis`
    Groups,
    /// `/api`
    CoreVersions,
    /// `/version`
    Version,
    /// `/.well-known/openid-configuration`
    Issuer,
    /// `/openid/v1/jwks`
    IssuerKeys,
    /// `/apis/apps`
    Group(Group),
    /// `/apis/apps/v1`, with the custom kinds whose definitions joined the group.
    Resources(Group, &'static str, Option<&'a CustomGroup>),
    /// `/apis/example.com/v1`
    Custom(&'a str, &'a CustomGroup, &'a str),
}

/// The package of the types of discovery.
const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

impl<'a> Document<'a> {
    /// All documents, in the order of their paths.
    pub(super) fn all(resources: &'a Resources) -> impl Iterator<Item = Self> {
        let mut documents: Vec<Self> = Self::built_in().collect();
        for (name, group) in resources.custom().groups() {
            for version in group.versions() {
                let shared = documents.iter_mut().find_map(|document| match document {
                    Self::Resources(own, at, custom) if own.name == name && *at == version => {
                        Some(custom)
                    }
                    _ => None,
                });
                match shared {
                    Some(custom) => *custom = Some(group),
                    None => documents.push(Self::Custom(name, group, version)),
                }
            }
        }
        documents.sort_by_cached_key(Self::path);
        documents.into_iter()
    }

    /// Those that do not depend on definitions.
    pub(super) fn built_in() -> impl Iterator<Item = Self> {
        let mut documents = vec![
            Self::Groups,
            Self::CoreVersions,
            Self::Version,
            Self::Issuer,
            Self::IssuerKeys,
        ];
        for group in SERVED_GROUPS {
            if !group.name.is_empty() {
                documents.push(Self::Group(group));
            }
            let versions = group.versions.iter();
            documents.extend(versions.map(|version| Self::Resources(group, version, None)));
        }
        documents.into_iter()
    }

    /// The document as it is without any definition.
    pub(super) fn built_in_alone(&self) -> Self {
        match *self {
            Self::Resources(group, version, _) => Self::Resources(group, version, None),
            other => other,
        }
    }

    /// Where it is, below the index; also the path that it is about, without the first slash.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Groups => "apis".to_owned(),
            Self::CoreVersions => "api".to_owned(),
            Self::Version => "version".to_owned(),
            Self::Issuer => ".well-known/openid-configuration".to_owned(),
            Self::IssuerKeys => "openid/v1/jwks".to_owned(),
            Self::Group(group) => format!("apis/{}", group.name),
            Self::Resources(group, version, _) if group.name.is_empty() => format!("api/{version}"),
            Self::Resources(group, version, _) => format!("apis/{}/{version}", group.name),
            Self::Custom(group, _, version) => format!("apis/{group}/{version}"),
        }
    }

    /// The document, in JSON.
    pub(super) fn text(&self, schema: &Schema) -> String {
        let descriptions = match self {
            // All that they lead to beside their own kinds is shared.
            Self::Custom(..) => Descriptions::of_version("v1"),
            _ => Descriptions::of_version(&self.api_version()),
        };
        let describe = |name: &str, schema: &mut Value| descriptions.describe(name, schema);
        self.write(schema, Some(&descriptions), describe)
    }

    /// The document without the descriptions of types and fields, which never differ where the rest
    /// does not: what its hash is made of.
    pub(super) fn structure(&self, schema: &Schema) -> String {
        self.write(schema, None, |_, _| {})
    }

    /// Each part is written as soon as it is there: trees of all of them would be many times larger
    /// than the text.
    fn write(
        &self,
        schema: &Schema,
        descriptions: Option<&Descriptions>,
        describe: impl Fn(&str, &mut Value),
    ) -> String {
        let mut names = Vec::new();
        let mut paths = BTreeMap::new();
        self.paths(schema, &mut |path, item| {
            schema::references(&item, &mut names);
            paths.insert(path, json(&item));
        });
        let mut schemas = BTreeMap::new();
        if let Some((group, version)) = self.custom() {
            // The fields of all objects are described where the core group is.
            let core = descriptions.filter(|_| !matches!(self, Self::Custom(..)));
            let core = core.map(|_| Descriptions::of_version("v1"));
            let common = core.as_ref().or(descriptions);
            for (definition, at) in custom::kinds(group, version) {
                let own = custom::definitions(definition, at, Audience::Version3, common);
                for (name, value) in own {
                    schema::references(&value, &mut names);
                    schemas.insert(name, json(&value));
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        schema::reachable(schema, names, &self.api_version(), |name, mut schema| {
            describe(&name, &mut schema);
            schemas.insert(name, json(&schema));
        });
        let mut text = String::from("{\"openapi\":\"3.0.0\",\"info\":");
        text.push_str(&json(&info()));
        text.push_str(",\"paths\":{");
        write_members(&mut text, &paths);
        text.push_str("},\"components\":{\"schemas\":{");
        write_members(&mut text, &schemas);
        text.push_str("},\"securitySchemes\":");
        text.push_str(&json(&security_schemes()));
        text.push_str("}}");
        text
    }

    /// The group and version of the custom kinds that it tells of.
    pub(super) fn custom(&self) -> Option<(&'a CustomGroup, &'a str)> {
        match *self {
            Self::Custom(_, group, version) => Some((group, version)),
            Self::Resources(_, version, custom) => custom.map(|group| (group, version)),
            _ => None,
        }
    }

    fn api_version(&self) -> String {
        match self {
            Self::Resources(group, version, _) => group.api_version(version),
            Self::Custom(group, _, version) => format!("{group}/{version}"),
            _ => "v1".to_owned(),
        }
    }

    /// Gives what can be done at its paths to `take`, path by path.
    pub(super) fn paths(&self, schema: &Schema, take: Take<'_>) {
        let path = format!("/{}/", self.path());
        let item = match self {
            Self::Groups => reading(
                "the groups of the API",
                "apis",
                "getAPIVersions",
                &format!("{META}.APIGroupList"),
            ),
            Self::CoreVersions => reading(
                "the versions of the core group",
                "core",
                "getCoreAPIVersions",
                &format!("{META}.APIVersions"),
            ),
            Self::Version => reading(
                "the release of the server",
                "version",
                "getCodeVersion",
                schema::VERSION_INFO,
            ),
            Self::Issuer => reading_text(
                "what the issuer of service account tokens is, also known as its OIDC discovery document",
                "WellKnown",
                "getServiceAccountIssuerOpenIDConfiguration",
                "application/json",
            ),
            Self::IssuerKeys => reading_text(
                "the keys by which service account tokens are verified",
                "openid",
                "getServiceAccountIssuerOpenIDKeyset",
                "application/jwk-set+json",
            ),
            Self::Group(group) => reading(
                "a group of the API",
                &names::tag(group.name, None),
                &format!("get{}APIGroup", names::camel(group.name)),
                &format!("{META}.APIGroup"),
            ),
            Self::Resources(group, version, custom) => {
                let tag = names::tag(group.name, Some(version));
                let id = format!(
                    "get{}{}APIResources",
                    names::camel(group.name),
                    names::capital(version)
                );
                let answer = format!("{META}.APIResourceList");
                // Custom kinds first, as what is built in wins where both are of one name.
                for kind in custom.iter().flat_map(|it| custom::subjects(it, version)) {
                    paths::of_kind(kind, take);
                }
                paths::of_version(schema, group, version, take);
                reading("the resources of the group and version", &tag, &id, &answer)
            }
            // kube-apiserver does not tell of the list of resources itself.
            Self::Custom(_, group, version) => {
                for kind in custom::subjects(group, version) {
                    paths::of_kind(kind, take);
                }
                return;
            }
        };
        take(path, item);
    }
}

/// `"name":value,...`
pub(super) fn write_members(text: &mut String, members: &BTreeMap<String, String>) {
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&json(&Value::string(name.as_str())));
        text.push(':');
        text.push_str(value);
    }
}

/// What the document is.
pub(super) fn info() -> Value {
    Value::mapping([
        ("title", Value::string("Kubernetes")),
        ("version", Value::string(crate::version::GIT_VERSION)),
    ])
}

/// How a client says who it is.
pub(super) fn security_schemes() -> Value {
    let token = [
        ("description", Value::string("Bearer Token authentication")),
        ("in", Value::string("header")),
        ("name", Value::string("authorization")),
        ("type", Value::string("apiKey")),
    ];
    Value::mapping([("BearerToken", Value::mapping(token))])
}

/// A path that can only be read.
fn reading(what: &str, tag: &str, id: &str, answer: &str) -> Value {
    reading_as(what, tag, id, content("OK", answer, &CONTENT_TYPES))
}

/// A path at which a document of that media type can only be read.
fn reading_text(what: &str, tag: &str, id: &str, media_type: &str) -> Value {
    let text = Value::mapping([("type", Value::string("string"))]);
    let text = Value::mapping([("schema", text)]);
    let response = [
        ("description", Value::string("OK")),
        ("content", Value::mapping([(media_type, text)])),
    ];
    reading_as(what, tag, id, Value::mapping(response))
}

fn reading_as(what: &str, tag: &str, id: &str, response: Value) -> Value {
    let mut responses = Mapping::new();
    responses.insert("200", response);
    responses.insert(
        "401",
        Value::mapping([("description", Value::string("Unauthorized"))]),
    );
    let get = Value::mapping([
        ("tags", Value::sequence(vec![Value::string(tag)])),
        ("description", Value::string(format!("get {what}"))),
        ("operationId", Value::string(id)),
        ("responses", Value::from(responses)),
    ]);
    Value::mapping([("get", get)])
}
