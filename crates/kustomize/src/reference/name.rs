//! Names of other resources, brought up to date after these were renamed.
//!
//! The rules say which fields of which kinds name which kinds (see
//! [`NameReferences`]). What such a field holds may be the name itself, a mapping with `name` and
//! perhaps `namespace`, or a list of either. A name that some resource had before is replaced by
//! the one it has now; which resource that is, is decided in [`super::candidates`]. The behaviour
//! is that of kustomize's `nameReferenceTransformer` and `nameref.Filter`.

use super::candidates::{Candidates, Mention};
use crate::config::{Create, FieldSpec, NameReferences};
use crate::provenance::{Address, Cause, Event};
use crate::resource::is_shared;
use crate::{Resource, ResourceSet};
use std::sync::Arc;
use trimtab_object::Gvk;
use trimtab_tree::{
    Diagnostic, Mapping, Node, Position, Result, Scalar, ScalarKind, Style, Text, Value, resolve,
};

/// Brings the names in all resources up to date.
///
/// # Errors
/// When a name could mean several resources, and when a field that a rule is about holds something
/// in which no name can be found.
pub(crate) fn fix_name_references(set: &mut ResourceSet, rules: &NameReferences) -> Result<()> {
    fix(set, rules).map(drop)
}

/// Does it, and says how many candidates were looked at.
fn fix(set: &mut ResourceSet, rules: &NameReferences) -> Result<usize> {
    let any_kind = rules
        .as_slice()
        .iter()
        .any(|rule| rule.target.kind.is_empty());
    let mut candidates = Candidates::new(set, any_kind);
    for place in 0..set.len() {
        // Rules select by the kind a resource had at first; fields are then followed in any case.
        let gvk = set.get(place).original_gvk();
        if rules.of(&gvk).next().is_none() {
            continue;
        }
        let since = set.changes(place);
        let followed = set.edit_among(place, |object, set| {
            let account_namespaces = account_namespaces(set.get(place), object)?;
            let shared = is_shared(object).then(|| Arc::clone(object));
            if let Some(object) = &shared {
                let mut rules = rules.of(&gvk);
                if !rules.any(|(_, spec)| spec.reaches(object, Create::Nothing)) {
                    return Ok(Vec::new());
                }
            }
            let mut referrer = Referrer {
                set,
                candidates: &mut candidates,
                resource: set.get(place),
                account_namespaces,
                has_changed: false,
                followed: Vec::new(),
            };
            let value = Arc::make_mut(object);
            rules
                .of(&gvk)
                .try_for_each(|(target, spec)| referrer.fix(value, target, spec))?;
            if let Some(shared) = shared.filter(|_| !referrer.has_changed) {
                *object = shared;
            }
            Ok(referrer.followed)
        })?;
        for (position, target) in followed {
            let cause = cause(set.get(target));
            set.explain(place, since, position, cause);
        }
    }
    Ok(candidates.visits)
}

struct Referrer<'a> {
    set: &'a ResourceSet,
    candidates: &'a mut Candidates,
    resource: &'a Resource,
    account_namespaces: Vec<Text>,
    /// Names that were found, by their positions, with the places of the resources that they stand
    /// for; in builds that record.
    followed: Vec<(Position, usize)>,
    /// Whether the object was changed.
    has_changed: bool,
}

impl Referrer<'_> {
    fn fix(&mut self, object: &mut Value, target: &Gvk, spec: &FieldSpec) -> Result<()> {
        let role = if spec.path.text().ends_with("roleRef/name") {
            role_of(object)
        } else {
            None
        };
        let mention = Mention {
            referrer: self.resource,
            name: "",
            namespace: None,
            takes_namespace: false,
            target,
            role: role.as_ref(),
            account_namespaces: &self.account_namespaces,
        };
        let (set, candidates) = (self.set, &mut *self.candidates);
        let mut fixer = Fixer {
            set,
            candidates,
            mention,
            has_changed: false,
            followed: &mut self.followed,
        };
        let fixed = spec.visit(object, Create::Nothing, &mut |value| fixer.fix(value));
        self.has_changed |= fixer.has_changed;
        fixed
    }
}

struct Fixer<'a> {
    set: &'a ResourceSet,
    candidates: &'a mut Candidates,
    /// A mention of no name yet.
    mention: Mention<'a>,
    followed: &'a mut Vec<(Position, usize)>,
    has_changed: bool,
}

impl Fixer<'_> {
    fn fix(&mut self, value: &mut Value) -> Result<()> {
        if let Node::Sequence(items) = &mut value.node {
            return items.iter_mut().try_for_each(|item| match item.node {
                Node::Sequence(_) => Err(Diagnostic::error(
                    "reference-wrong-type",
                    "a list cannot be a reference",
                )
                .at(item.position)
                .expecting("a name, or a mapping with the field `name`")),
                _ => self.fix_one(item),
            });
        }
        self.fix_one(value)
    }

    fn fix_one(&mut self, value: &mut Value) -> Result<()> {
        let position = value.position;
        match &mut value.node {
            Node::Scalar(scalar) => self.fix_scalar(scalar, position),
            Node::Mapping(fields) => self.fix_mapping(fields),
            Node::Sequence(_) => Ok(()),
        }
        .map_err(|error| error.at(position))
    }

    fn fix_scalar(&mut self, scalar: &mut Scalar, position: Position) -> Result<()> {
        if scalar.kind == ScalarKind::Null {
            return Ok(());
        }
        let mention = Mention {
            name: scalar.text(),
            ..self.mention
        };
        if let Some(found) = self.candidates.find(self.set, mention)? {
            self.has_changed |= set_name(scalar, &self.set.get(found).id().name);
            self.follow(position, found);
        }
        Ok(())
    }

    /// Remembers which resource the name at a position stands for.
    fn follow(&mut self, position: Position, found: usize) {
        if self.set.is_recording() {
            self.followed.push((position, found));
        }
    }

    fn fix_mapping(&mut self, fields: &mut Mapping) -> Result<()> {
        let Some(name) = fields.get("name") else {
            return Err(Diagnostic::error(
                "reference-without-name",
                "a reference to another resource has no field `name`",
            )
            .expecting("a mapping with the field `name`, or the name itself"));
        };
        // kustomize takes the text of any node; that of lists and mappings is empty.
        let mention = Mention {
            name: name.text().unwrap_or_default(),
            namespace: fields
                .get("namespace")
                .map(|namespace| namespace.text().unwrap_or_default()),
            takes_namespace: true,
            ..self.mention
        };
        let Some(found) = self.candidates.find(self.set, mention)? else {
            return Ok(());
        };
        for field in ["name", "namespace"] {
            if let Some(value) = fields.get(field) {
                self.follow(value.position, found);
            }
        }
        let id = self.set.get(found).id();
        self.has_changed |= set_field(fields, "name", &id.name);
        // An empty namespace stands for any; it does not take the place of one that is written.
        if !id.namespace.is_empty() {
            self.has_changed |= set_field(fields, "namespace", &id.namespace);
        }
        Ok(())
    }
}

/// The name that a reference follows, for the record: where it was first said, in the file or the
/// generator.
fn cause(target: &Resource) -> Cause {
    let events = target.events(&Address::root().field("metadata").field("name"));
    let position = events.first().map_or(target.position(), Event::position);
    Cause::name_of(target, position)
}

/// Returns whether that was a change.
fn set_field(fields: &mut Mapping, key: &str, text: &Text) -> bool {
    if let Some(Node::Scalar(scalar)) = fields.get_mut(key).map(|value| &mut value.node) {
        return set_name(scalar, text);
    }
    let beside = fields.get("name").map(|name| name.position);
    let value = Value::string(text.clone()).at(beside.unwrap_or_default());
    fields.insert(key, value);
    true
}

/// Puts a name in the place of another. It keeps how that was written, so that a plain name that
/// looks like a number becomes one. Returns whether that was a change.
fn set_name(scalar: &mut Scalar, name: &Text) -> bool {
    if scalar.text() == name.as_str() {
        return false;
    }
    let kind = match scalar.style {
        Style::Plain => resolve(name),
        _ => ScalarKind::String,
    };
    let style = scalar.style;
    *scalar = Scalar::new(kind, name.clone());
    scalar.style = style;
    true
}

/// The kind that `roleRef` names, if it says group and kind.
fn role_of(object: &Value) -> Option<Gvk> {
    let role = object.get("roleRef")?;
    let text = |key: &str| Some(role.get(key)?.text().unwrap_or_default());
    Some(Gvk::new(text("apiGroup")?, "", text("kind")?))
}

/// The namespaces of the service accounts among the subjects of a role binding.
fn account_namespaces(resource: &Resource, object: &Value) -> Result<Vec<Text>> {
    let mut namespaces = Vec::new();
    if resource.gvk().kind != "RoleBinding" {
        return Ok(namespaces);
    }
    let subjects = object.get("subjects").and_then(Value::as_sequence);
    for subject in subjects.unwrap_or_default() {
        let Some(fields) = subject.as_mapping() else {
            return Err(Diagnostic::error(
                "subject-wrong-type",
                format!("a subject cannot be {}", subject.describe()),
            )
            .at(subject.position)
            .in_field("subjects")
            .expecting("a mapping with `kind` and `name`"));
        };
        let is_account = fields.get("kind").and_then(Value::text) == Some("ServiceAccount");
        let Some(namespace) = fields.get("namespace").filter(|_| is_account) else {
            continue;
        };
        let Some(name) = namespace.as_str() else {
            return Err(Diagnostic::error(
                "subject-wrong-namespace",
                format!(
                    "the namespace of a subject cannot be {}",
                    namespace.describe()
                ),
            )
            .at(namespace.position)
            .in_field("subjects")
            .expecting("the name of a namespace"));
        };
        namespaces.push(name.into());
    }
    Ok(namespaces)
}

#[cfg(test)]
mod tests;
