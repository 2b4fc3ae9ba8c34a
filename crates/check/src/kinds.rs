//! Whether an object's kind is known, and whether the release that is aimed at serves it.

use crate::codes;
use crate::custom::{self, Definitions};
use crate::finding::Findings;
use crate::future;
use crate::inventory::{Inventory, Object};
use crate::sent::is_encrypted;
use crate::typed;
use rustc_hash::FxHashSet;
use trimtab_schema::{Release, SERVED_GROUPS, Schema, introduced, lifecycle};
use trimtab_tree::{Severity, nearest};

/// Types to hold objects against.
pub(crate) struct Kinds<'k> {
    pub(crate) schema: &'k Schema,
    /// An older release's, for kinds that are gone.
    pub(crate) old: &'k Schema,
    pub(crate) given: &'k Definitions,
    pub(crate) of_build: &'k Definitions,
    pub(crate) release: Release,
}

impl Kinds<'_> {
    /// Checks every object by itself.
    pub(crate) fn check(&self, inventory: &Inventory<'_>, findings: &mut Findings) {
        let mut unknown = FxHashSet::default();
        for object in &inventory.objects {
            let life = self.check_life(object, findings);
            if is_encrypted(object.value) {
                continue;
            }
            if let Some(ty) = self.schema.type_of(object.api_version, object.kind) {
                typed::check(object, self.schema, ty, findings);
                future::check(object, ty, self.release, findings);
                continue;
            }
            let definition = self.of_build.get(object.group, object.kind);
            let definition = definition.or_else(|| self.given.get(object.group, object.kind));
            typed::check_metadata(object, self.schema, definition.is_some(), findings);
            if let Some(definition) = definition {
                custom::check(object, definition, findings);
            } else if let Some(ty) = self.old.type_of(object.api_version, object.kind) {
                typed::check_shape(object, ty, findings);
            } else if life == Life::Unknown && unknown.insert((object.api_version, object.kind)) {
                self.tell_unknown(object, findings);
            }
        }
    }

    fn check_life(&self, object: &Object<'_>, findings: &mut Findings) -> Life {
        let (api_version, kind) = (object.api_version, object.kind);
        let release = self.release;
        if let Some(first) = introduced(api_version, kind).filter(|first| *first > release) {
            let message = format!(
                "{api_version} {kind} came with Kubernetes {first}, {release} does not serve it"
            );
            findings
                .error(object, codes::FUTURE_API, "apiVersion", &message)
                .tell();
        }
        let Some(life) = lifecycle(api_version, kind) else {
            return Life::Unknown;
        };
        let removed = life.removed.filter(|removed| *removed <= release);
        let (severity, code, message) = if let Some(removed) = removed {
            let message = format!("{api_version} {kind} is not served since Kubernetes {removed}");
            (Severity::Error, codes::REMOVED_API, message)
        } else if life.deprecated <= release {
            let end = life.removed.map_or_else(String::new, |removed| {
                format!(", unavailable in v{removed}+")
            });
            let since = life.deprecated;
            let message = format!("{api_version} {kind} is deprecated in v{since}+{end}");
            (Severity::Warning, codes::DEPRECATED_API, message)
        } else {
            return Life::Known;
        };
        let hint = life.replacement.map(|(api_version, kind)| {
            let since = introduced(api_version, kind)
                .map_or_else(String::new, |first| format!(", served since {first}"));
            format!("use {api_version} {kind}{since}")
        });
        findings
            .draft(object, severity, code, "apiVersion", &message)
            .hint_if(hint)
            .tell();
        Life::Known
    }

    /// A kind of a built-in group that does not exist is a mistake; of another group its definition
    /// is just not here.
    fn tell_unknown(&self, object: &Object<'_>, findings: &mut Findings) {
        let Object {
            api_version,
            group,
            kind,
            ..
        } = *object;
        let is_built_in = SERVED_GROUPS.iter().any(|known| known.name == group);
        if !is_built_in {
            let message = format!("there is no schema for {api_version} {kind}");
            findings
                .draft(
                    object,
                    Severity::Warning,
                    codes::UNKNOWN_KIND,
                    "kind",
                    &message,
                )
                .about_kind(message)
                .hint("give its definition with --crds, or add it to the build")
                .tell();
            return;
        }
        let named: Vec<_> = self
            .schema
            .kinds()
            .filter(|it| it.plural().is_some())
            .collect();
        let versions: Vec<String> = named
            .iter()
            .filter(|known| known.kind() == kind)
            .map(|known| format!("`{}`", known.api_version()))
            .collect();
        let of_version = named
            .iter()
            .filter(|known| known.api_version() == api_version);
        let hint = if versions.is_empty() {
            nearest(kind, of_version.map(|known| known.kind()))
                .map(|meant| format!("did you mean `{meant}`?"))
        } else {
            Some(format!("{kind} is a kind of {}", versions.join(", ")))
        };
        let path = if versions.is_empty() {
            "kind"
        } else {
            "apiVersion"
        };
        let message = format!("no matches for kind \"{kind}\" in version \"{api_version}\"");
        findings
            .error(object, codes::UNKNOWN_KIND, path, &message)
            .hint_if(hint)
            .tell();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Nothing is known of it.
    Unknown,
    /// There is, or was, such a version, whether or not there are types of it here.
    Known,
}
