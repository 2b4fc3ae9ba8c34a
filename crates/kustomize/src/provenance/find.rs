//! The resource and the field that somebody asks about.

use super::address::Address;
use super::step::{Cause, Step};
use crate::nearest::{nearest_field, nearest_resource};
use crate::resource::Resource;
use crate::{Recorded, Removed};
use trimtab_object::{Gvk, ResourceId, split_escaped};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Result};

/// What people call a resource by: `deploy/web`, `Deployment.apps/web`, `deployments/web`, or
/// `web` alone; by the name it has or had.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As it was written.
    text: String,
    kind: String,
    /// Group, version, or version and group: what stands behind the kind.
    group: String,
    name: String,
    namespace: Option<String>,
}

/// A resource that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'r> {
    /// The resource; as it was before, when it was removed.
    pub resource: &'r Resource,
    /// What removed it.
    pub removed_by: Option<&'r Step>,
}

impl Wanted {
    /// Reads what somebody calls a resource by.
    #[must_use]
    pub fn parse(text: &str, namespace: Option<&str>) -> Self {
        let (kind, name) = text.split_once('/').unwrap_or(("", text));
        let (kind, group) = kind.split_once('.').unwrap_or((kind, ""));
        Self {
            text: text.to_owned(),
            kind: kind.to_owned(),
            group: group.trim_end_matches('.').to_owned(),
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }

    /// The one resource that is meant. The present names come before former ones, and what is in
    /// the output before what was removed.
    ///
    /// # Errors
    /// When there is none, and when there are several.
    pub fn find<'r>(&self, built: &'r Recorded) -> Result<Found<'r>> {
        let there = built.resources.iter().map(Found::there);
        let gone = built.removed.iter().map(Found::gone);
        let now = |found: &Found<'_>| self.is(found.resource.id());
        let once = |found: &Found<'_>| found.resource.previous_ids().any(|id| self.is(&id));
        let mut found: Vec<Found<'r>> = there.clone().filter(now).collect();
        if found.is_empty() {
            found = there.filter(once).collect();
        }
        if found.is_empty() {
            found = gone.filter(|it| now(it) || once(it)).collect();
        }
        match found[..] {
            [only] => Ok(only),
            [] => Err(self.missing(built)),
            ref several => Err(self.ambiguous(several)),
        }
    }

    fn is(&self, id: &ResourceId) -> bool {
        let in_namespace = |wanted: &String| id.scope().name() == wanted || id.namespace == *wanted;
        id.name == self.name
            && (self.kind.is_empty() || is_called(&id.gvk, &self.kind))
            && self.is_group(&id.gvk)
            && self.namespace.as_ref().is_none_or(in_namespace)
    }

    fn is_group(&self, gvk: &Gvk) -> bool {
        let both = format!("{}.{}", gvk.version, gvk.group);
        let wanted = self.group.as_str();
        wanted.is_empty() || wanted == gvk.group || wanted == gvk.version || wanted == both
    }

    fn missing(&self, built: &Recorded) -> Box<Diagnostic> {
        let ids = built.resources.iter().map(Resource::id);
        let known = ids.clone().find(|id| is_called(&id.gvk, &self.kind));
        let kind = known.map_or(self.kind.as_str(), |id| &id.gvk.kind);
        let place = match &self.namespace {
            Some(namespace) => format!(" in namespace `{namespace}`"),
            None => String::new(),
        };
        let mut of_kind = ids.clone().filter(|id| is_called(&id.gvk, &self.name));
        let hint = match of_kind.next() {
            Some(one) if self.kind.is_empty() => {
                format!("did you mean `{}/{}`?", one.gvk.kind, one.name)
            }
            _ => nearest_resource(kind, &self.name, ids.clone()),
        };
        let message = format!("the build has no resource `{}`{place}", self.text);
        Diagnostic::error("no-such-resource", message)
            .expecting("KIND/NAME, by the name that a resource has or had")
            .hint(hint)
            .hint("without KIND/NAME all resources are listed")
    }

    fn ambiguous(&self, found: &[Found<'_>]) -> Box<Diagnostic> {
        let message = format!("`{}` could mean {} resources", self.text, found.len());
        let error = Diagnostic::error("ambiguous-resource", message)
            .hint("say the kind with its group, such as Deployment.apps/web, or -n NAMESPACE");
        found.iter().take(8).fold(error, |mut error, found| {
            error.notes.push(found.resource.id().in_words());
            error
        })
    }
}

impl<'r> Found<'r> {
    fn there(resource: &'r Resource) -> Self {
        Self {
            resource,
            removed_by: None,
        }
    }

    fn gone(removed: &'r Removed) -> Self {
        Self {
            resource: &removed.resource,
            removed_by: Some(&removed.step),
        }
    }

    /// The address of a field that the resource has or had.
    ///
    /// # Errors
    /// When the path cannot be read, and when it never had such a field.
    pub fn field(&self, path: &str) -> Result<Address> {
        let object = self.resource.value();
        let address = Address::parse(path)?.within(object);
        if address.get(object).is_some() || !self.resource.events(&address).is_empty() {
            return Ok(address);
        }
        let message = format!(
            "{} never had a field `{path}`",
            self.resource.id().in_words()
        );
        let error = Diagnostic::error("no-such-field", message)
            .at(self.resource.position())
            .expecting("the path of a field, such as spec.template.spec.containers[0].image");
        let path = path.replace('[', ".[");
        let steps = split_escaped(&path, '.');
        let steps = steps.iter().map(|step| {
            let inner = step.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            inner
                .filter(|it| it.parse::<usize>().is_ok())
                .unwrap_or(step)
        });
        Err(match nearest_field(object, steps, '.') {
            Some(hint) => error.hint(hint),
            None => error,
        })
    }
}

impl Cause {
    /// The resource that was read, by the name it had then.
    #[must_use]
    pub fn find<'r>(&self, built: &'r Recorded) -> Option<&'r Resource> {
        let (kind, name) = self.resource.split_once('/')?;
        let is_it = |id: &ResourceId| id.gvk.kind == kind && id.name == name;
        let mut resources = built.resources.iter();
        let now = resources.clone().find(|resource| is_it(resource.id()));
        now.or_else(|| resources.find(|resource| resource.previous_ids().any(|id| is_it(&id))))
    }
}

/// Whether people call a kind by `word`: its name, plural or a short name, in any case.
fn is_called(gvk: &Gvk, word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let kind = gvk.kind.to_ascii_lowercase();
    let plural = match kind.strip_suffix('y') {
        Some(stem) if word == format!("{stem}ies") => true,
        _ => word
            .strip_prefix(kind.as_str())
            .is_some_and(|end| end == "s" || end == "es"),
    };
    kind == word
        || plural
        || Schema::kubernetes()
            .kinds_called(&word)
            .any(|known| known.kind() == gvk.kind)
}
