//! Which writes a webhook or a policy is about: rules, selectors, and versions that mean the same.
//!
//! After `pkg/admission/plugin/webhook/{generic,predicates}` and `policy/matching` of apiserver.

use super::attributes::KindName;
use super::attributes::{Attributes, Operation};
use super::selectors::selects;
use crate::Status;
use crate::fields::{items_at, text_at};
use crate::lookup::Lookup;
use crate::resource::{Resource, in_version};
use crate::state::Server;
use trimtab_tree::Value;

const OWN_GROUP: &str = "admissionregistration.k8s.io";

/// What a webhook or policy is about.
#[derive(Clone, Copy)]
pub(super) struct Constraints<'v> {
    /// `rules` of a webhook, `resourceRules` of a policy.
    pub(super) rules: &'v [Value],
    /// Of what those take, these are left out.
    pub(super) without: &'v [Value],
    pub(super) namespace_selector: Option<&'v Value>,
    pub(super) object_selector: Option<&'v Value>,
    /// Whether other versions of the same resource are meant, too.
    pub(super) equivalent: bool,
}

impl<'v> Constraints<'v> {
    /// Those of an object with these fields; `rules` is the name of the field of the rules.
    pub(super) fn read(object: &'v Value, rules: &str) -> Self {
        let selector = |field: &str| object.get(field).filter(|it| !it.is_null());
        Self {
            rules: items_at(object, &[rules]),
            without: items_at(object, &["excludeResourceRules"]),
            namespace_selector: selector("namespaceSelector"),
            object_selector: selector("objectSelector"),
            equivalent: text_at(object, &["matchPolicy"]) != Some("Exact"),
        }
    }
}

/// In which form a write is told to who is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) resource: String,
    /// The kind of the object in that form.
    pub(super) kind: OwnedKind,
}

/// A kind, by its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnedKind {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
}

impl OwnedKind {
    pub(super) fn of(kind: KindName<'_>) -> Self {
        Self {
            group: kind.group.to_owned(),
            version: kind.version.to_owned(),
            kind: kind.kind.to_owned(),
        }
    }

    /// `apps/v1`
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

impl Form {
    /// As it was asked for.
    pub(super) fn asked(attributes: &Attributes<'_>) -> Self {
        Self {
            group: attributes.group.to_owned(),
            version: attributes.version.to_owned(),
            resource: attributes.resource.to_owned(),
            kind: OwnedKind::of(attributes.kind),
        }
    }

    /// An object in that form.
    ///
    /// # Errors
    /// When it cannot be converted.
    pub(super) fn of_object(&self, server: &Server, object: &Value) -> Result<Value, Status> {
        let api_version = self.kind.api_version();
        if text_at(object, &["apiVersion"]) == Some(&api_version) {
            return Ok(object.clone());
        }
        let resources = server.resources();
        match resources.get(&self.group, &self.version, &self.resource) {
            Some(resource) => in_version(&server.schema, &resource.kind, object.clone()),
            None => Ok(object.clone()),
        }
    }
}

/// Whether configurations and policies themselves are written: nothing is asked about those, as
/// nobody could put them right otherwise.
pub(super) fn is_exempt(attributes: &Attributes<'_>) -> bool {
    attributes.group == OWN_GROUP
}

/// In which form the write is one of those that are meant; `None` if it is not.
///
/// # Errors
/// When the namespace, whose labels are asked for, is not there.
pub(super) async fn form(
    server: &Server,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
    constraints: Constraints<'_>,
) -> Result<Option<Form>, Status> {
    if !selects_object(constraints.object_selector, attributes, object) {
        return Ok(None);
    }
    let left_out = |form: &Form| {
        constraints
            .without
            .iter()
            .any(|rule| takes(rule, form, attributes))
    };
    let asked = Form::asked(attributes);
    let mut forms = vec![asked];
    if constraints.equivalent {
        forms.extend(equivalents(server, attributes));
    }
    if forms.iter().any(left_out) {
        return Ok(None);
    }
    let taken_as = |form: &&Form| {
        constraints
            .rules
            .iter()
            .any(|rule| takes(rule, form, attributes))
    };
    let Some(form) = forms.iter().find(taken_as) else {
        return Ok(None);
    };
    let selector = constraints.namespace_selector;
    if !selects_namespace(server, selector, attributes, object).await? {
        return Ok(None);
    }
    Ok(Some(form.clone()))
}

/// Other versions, and groups, under which the very same objects are served.
fn equivalents(server: &Server, attributes: &Attributes<'_>) -> Vec<Form> {
    let resources = server.resources();
    let own = resources.get(attributes.group, attributes.version, attributes.resource);
    let Some(own) = own.and_then(|own| own.storage.as_ref()) else {
        return Vec::new();
    };
    let is_same = |other: &&Resource| {
        other
            .storage
            .as_ref()
            .is_some_and(|storage| storage.prefix() == own.prefix())
            && (attributes.subresource.is_empty() || other.has_subresource(attributes.subresource))
            && (other.kind.group(), other.kind.version()) != (attributes.group, attributes.version)
    };
    // What a subresource has for itself, a scale say, is the same below all of them.
    let is_own_kind = resources
        .get(attributes.group, attributes.version, attributes.resource)
        .is_some_and(|own| own.kind.kind() == attributes.kind.kind);
    let same = resources.iter().filter(is_same);
    same.map(|other| Form {
        group: other.kind.group().to_owned(),
        version: other.kind.version().to_owned(),
        resource: other.plural.to_string(),
        kind: if is_own_kind {
            OwnedKind {
                group: other.kind.group().to_owned(),
                version: other.kind.version().to_owned(),
                kind: other.kind.kind().to_owned(),
            }
        } else {
            OwnedKind::of(attributes.kind)
        },
    })
    .collect()
}

/// Whether a rule takes the write in that form.
fn takes(rule: &Value, form: &Form, attributes: &Attributes<'_>) -> bool {
    let among = |field: &str, wanted: &str| {
        items_at(rule, &[field])
            .iter()
            .filter_map(Value::text)
            .any(|item| item == "*" || item == wanted)
    };
    let is_namespaces = form.resource == "namespaces" && form.group.is_empty();
    let in_namespace = !is_namespaces && !attributes.namespace.is_empty();
    let in_scope = match text_at(rule, &["scope"]) {
        Some("Namespaced") => in_namespace,
        Some("Cluster") => !in_namespace,
        _ => true,
    };
    let fits = |pattern: &str| {
        let (resource, subresource) = pattern.split_once('/').unwrap_or((pattern, ""));
        (resource == "*" || resource == form.resource)
            && (subresource == "*" || subresource == attributes.subresource)
    };
    let names = items_at(rule, &["resourceNames"]);
    in_scope
        && among("operations", attributes.operation.as_str())
        && among("apiGroups", &form.group)
        && among("apiVersions", &form.version)
        && items_at(rule, &["resources"])
            .iter()
            .filter_map(Value::text)
            .any(fits)
        && (names.is_empty()
            || names
                .iter()
                .any(|name| name.text() == Some(attributes.name)))
}

/// Whether the object, as it was or as it shall be, has the labels.
fn selects_object(
    selector: Option<&Value>,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
) -> bool {
    let Some(selector) = selector.filter(|it| !it.is_null_or_empty()) else {
        return true;
    };
    let has = |object: &Value| {
        object.get("metadata").is_some() && selects(Some(selector), labels(object))
    };
    object.is_some_and(has) || attributes.old.is_some_and(has)
}

fn labels(object: &Value) -> Option<&Value> {
    object.get_path(&["metadata", "labels"])
}

/// Whether the namespace that the object is in, or is, has the labels. What is in none is always
/// selected.
async fn selects_namespace(
    server: &Server,
    selector: Option<&Value>,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
) -> Result<bool, Status> {
    let Some(selector) = selector.filter(|it| !it.is_null_or_empty()) else {
        return Ok(true);
    };
    let name = attributes.own_namespace();
    let is_written = matches!(attributes.operation, Operation::Create | Operation::Update);
    if attributes.is("", "namespaces") && is_written {
        return Ok(selects(Some(selector), object.and_then(labels)));
    }
    if name.is_empty() {
        return Ok(true);
    }
    let namespace = server.get("", "namespaces", "", name).await?;
    let namespace = namespace.ok_or_else(|| Status::not_found("", "namespaces", name))?;
    Ok(selects(Some(selector), labels(&namespace)))
}
