//! A user's own `OpenAPI` version 2 document, read in place: nothing of it is copied but the names
//! of its kinds.

use crate::{Names, ValueKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use trimtab_tree::{Diagnostic, Mapping, Text, Value};

const CODE: &str = "openapi";
const KINDS: &str = "x-kubernetes-group-version-kind";

/// What becomes of the compiled-in types beside a document of the user's own.
///
/// kustomize keeps one schema for the whole process, reads both parts of it when they are first
/// needed, and takes only the first document it meets. So what a build did before it met the
/// document decides:
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// They are not there. Always so when the outermost kustomization names the document.
    Dropped,
    /// They are there where the document says nothing: a strategic merge patch was applied before.
    Under,
    /// The document is there where they say nothing: no such patch was applied before, but there
    /// was an object of a kind of which they do not know the scope.
    Over,
}

/// A document and what it says about kinds.
#[derive(Debug)]
pub(crate) struct Custom {
    pub(crate) built_in: BuiltIn,
    document: Arc<Value>,
    kinds: Kinds,
}

/// Kinds by name, then by `apiVersion`: most are in one version.
#[derive(Debug, Default)]
struct Kinds(FxHashMap<Text, Vec<KindFacts>>);

#[derive(Debug, Default)]
struct KindFacts {
    api_version: Text,
    /// The name of its definition.
    definition: Option<Text>,
    cluster_scoped: Option<bool>,
}

impl Custom {
    pub(crate) fn new(document: Arc<Value>, built_in: BuiltIn) -> Result<Self, Box<Diagnostic>> {
        let mut kinds = Kinds::default();
        expect_mapping(&document, "an OpenAPI document")?;
        for (name, definition) in section(&document, "definitions")? {
            if !definition.is_null() {
                expect_mapping(definition, "a definition")?;
            }
            kinds.add_definition(name, definition)?;
        }
        for (path, item) in section(&document, "paths")? {
            if path.starts_with('/') {
                kinds.add_path(path, item)?;
            }
        }
        Ok(Self {
            built_in,
            document,
            kinds,
        })
    }

    pub(crate) fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> Option<bool> {
        self.kinds.get(api_version, kind)?.cluster_scoped
    }

    /// The definition of a kind.
    pub(crate) fn definition_of(&self, api_version: &str, kind: &str) -> Option<&Value> {
        let facts = self.kinds.get(api_version, kind)?;
        self.definition(facts.definition.as_ref()?)
    }

    /// The definition of a name.
    pub(crate) fn definition(&self, name: &str) -> Option<&Value> {
        self.document.get("definitions")?.get(name)
    }

    /// What a reference such as `#/definitions/A/properties/b` points at.
    pub(crate) fn pointed_at(&self, reference: &str) -> Option<&Value> {
        let mut steps = reference.strip_prefix("#/")?.split('/');
        steps.try_fold(&*self.document, |value, step| {
            value.get(&step.replace("~1", "/").replace("~0", "~"))
        })
    }
}

impl Kinds {
    fn add_definition(&mut self, name: &str, definition: &Value) -> Result<(), Box<Diagnostic>> {
        let kinds = definition.get(KINDS).and_then(Value::as_sequence);
        for kind in kinds.unwrap_or_default() {
            if let Some(facts) = self.facts_of(kind)? {
                facts.definition = Some(name.into());
            }
        }
        Ok(())
    }

    /// A path below a namespace makes its kind namespaced; any other makes it cluster-scoped
    /// unless there is one.
    fn add_path(&mut self, path: &str, item: &Value) -> Result<(), Box<Diagnostic>> {
        let Some(kind) = item.get_path(&["get", KINDS]) else {
            return Ok(());
        };
        if let Some(facts) = self.facts_of(kind)? {
            if path.contains("namespaces/{namespace}") {
                facts.cluster_scoped = Some(false);
            } else {
                facts.cluster_scoped.get_or_insert(true);
            }
        }
        Ok(())
    }

    /// What is known of the kind that `{group, version, kind}` names; `None` if it is no mapping.
    fn facts_of(&mut self, kind: &Value) -> Result<Option<&mut KindFacts>, Box<Diagnostic>> {
        if kind.as_mapping().is_none() {
            return Ok(None);
        }
        let part = |key| {
            kind.get(key).and_then(Value::as_str).ok_or_else(|| {
                Diagnostic::error(CODE, format!("a kind without {key}"))
                    .at(kind.position)
                    .expecting("group, version and kind, each a string")
            })
        };
        let (version, name) = (part("version")?, part("kind")?);
        let api_version = match kind.get("group").and_then(Value::as_str) {
            None | Some("") => Text::from(version),
            Some(group) => Text::from(format!("{group}/{version}")),
        };
        let versions = self.0.entry(name.into()).or_default();
        let at = versions
            .iter()
            .position(|known| known.api_version == api_version)
            .unwrap_or_else(|| {
                versions.push(KindFacts {
                    api_version,
                    ..KindFacts::default()
                });
                versions.len() - 1
            });
        Ok(versions.get_mut(at))
    }

    fn get(&self, api_version: &str, kind: &str) -> Option<&KindFacts> {
        let versions = self.0.get(kind)?;
        versions
            .iter()
            .find(|known| known.api_version == api_version)
    }
}

fn expect_mapping<'a>(value: &'a Value, what: &str) -> Result<&'a Mapping, Box<Diagnostic>> {
    value.as_mapping().ok_or_else(|| {
        Diagnostic::error(CODE, format!("{what} is {}", value.describe()))
            .at(value.position)
            .expecting("a mapping")
    })
}

/// The members of a part of the document, which may be missing.
fn section<'a>(
    document: &'a Value,
    name: &str,
) -> Result<impl Iterator<Item = (&'a str, &'a Value)>, Box<Diagnostic>> {
    let section = document.get(name).filter(|section| !section.is_null());
    let mapping = section.map(|section| expect_mapping(section, name));
    Ok(mapping.transpose()?.into_iter().flat_map(Mapping::iter))
}

/// The name in a reference `#/definitions/NAME`.
pub(crate) fn definition_name(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/definitions/")?;
    (!name.contains(['/', '~'])).then_some(name)
}

/// The reference that a schema is.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    Some(text(schema, "$ref")).filter(|reference| !reference.is_empty())
}

/// The text of a member; empty if it is not there or is no string.
pub(crate) fn text<'a>(schema: &'a Value, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member says `true`.
pub(crate) fn is_true(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::text) == Some("true")
}

/// The names that a member lists.
pub(crate) fn names<'a>(schema: &'a Value, key: &str) -> Names<'a> {
    let listed = schema.get(key).and_then(Value::as_sequence);
    listed.map_or(Names::EMPTY, Names::listed)
}

/// The schemas of an object's fields.
pub(crate) fn properties(schema: &Value) -> Option<&Mapping> {
    schema.get("properties")?.as_mapping()
}

/// The schema of field `name`.
pub(crate) fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    properties(schema)?.get(name)
}

/// The schema of a map's values.
pub(crate) fn additional_properties(schema: &Value) -> Option<&Value> {
    let values = schema.get("additionalProperties")?;
    values.as_mapping().map(|_| values)
}

/// The schema of a list's items.
pub(crate) fn items(schema: &Value) -> Option<&Value> {
    let items = schema.get("items")?;
    (type_of(schema) == "array" && items.as_mapping().is_some()).then_some(items)
}

/// The only type that a schema names; empty if it names none or several.
fn type_of(schema: &Value) -> &str {
    match schema.get("type").and_then(Value::as_sequence) {
        Some([one]) => one.as_str().unwrap_or_default(),
        Some(_) => "",
        None => text(schema, "type"),
    }
}

/// What a schema says its values are.
pub(crate) fn kind_of(schema: &Value) -> ValueKind {
    let marked = schema.get("x-kubernetes-int-or-string").is_some();
    if marked || text(schema, "format") == "int-or-string" {
        return ValueKind::IntOrString;
    }
    match type_of(schema) {
        "string" => ValueKind::String,
        "integer" => ValueKind::Integer,
        "number" => ValueKind::Number,
        "boolean" => ValueKind::Boolean,
        "array" => ValueKind::List,
        "object" if properties(schema).is_none() && additional_properties(schema).is_some() => {
            ValueKind::Map
        }
        "object" => ValueKind::Object,
        "" if properties(schema).is_some() => ValueKind::Object,
        _ => ValueKind::Any,
    }
}
