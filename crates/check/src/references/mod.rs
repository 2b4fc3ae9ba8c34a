//! References to objects that the build does not hold.
//!
//! A reference is an error where the build holds others of the kind in that namespace, or one of
//! nearly that name: whoever wrote it keeps such objects here. Else, and always for secrets, volume
//! claims and classes, which seldom are in a repository, it is a warning: they may be made elsewhere.

mod access;
mod makers;
mod network;
mod pod;

use crate::codes;
use crate::finding::Findings;
use crate::inventory::{Inventory, Object};
use crate::known::Known;
use crate::pods::Pods;
use crate::sent::is_substituted;
use makers::Made;
use trimtab_tree::{Severity, Value, nearest};

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    ConfigMap,
    Secret,
    Service,
    ServiceAccount,
    Role,
    ClusterRole,
    Claim,
    PriorityClass,
    StorageClass,
}

impl Target {
    /// Group, kind and the code of a finding.
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        const RBAC: &str = "rbac.authorization.k8s.io";
        match self {
            Self::ConfigMap => ("", "ConfigMap", codes::MISSING_CONFIG_MAP),
            Self::Secret => ("", "Secret", codes::MISSING_SECRET),
            Self::Service => ("", "Service", codes::MISSING_SERVICE),
            Self::ServiceAccount => ("", "ServiceAccount", codes::MISSING_ACCOUNT),
            Self::Role => (RBAC, "Role", codes::MISSING_ROLE),
            Self::ClusterRole => (RBAC, "ClusterRole", codes::MISSING_ROLE),
            Self::Claim => ("", "PersistentVolumeClaim", codes::MISSING_CLAIM),
            Self::PriorityClass => (
                "scheduling.k8s.io",
                "PriorityClass",
                codes::MISSING_PRIORITY_CLASS,
            ),
            Self::StorageClass => (
                "storage.k8s.io",
                "StorageClass",
                codes::MISSING_STORAGE_CLASS,
            ),
        }
    }

    /// Whether such objects are seldom kept with what uses them.
    fn is_made_elsewhere(self) -> bool {
        matches!(
            self,
            Self::Secret
                | Self::Claim
                | Self::PriorityClass
                | Self::StorageClass
                | Self::ClusterRole
        )
    }
}

/// Checks references of the objects of one build.
struct References<'r, 'a> {
    inventory: &'r Inventory<'a>,
    known: &'r Known,
    made: &'r Made<'a>,
    findings: &'r mut Findings,
}

/// Checks all references.
pub(crate) fn check(
    inventory: &Inventory<'_>,
    pods: &Pods<'_>,
    known: &Known,
    findings: &mut Findings,
) {
    let made = Made::new(inventory);
    let mut references = References {
        inventory,
        known,
        made: &made,
        findings,
    };
    for template in &pods.templates {
        references.of_pods(template);
    }
    for object in &inventory.objects {
        references.of_network(object);
        references.of_access(object);
    }
}

impl<'a> References<'_, 'a> {
    /// Checks that what `object` names at `path` is there; gives it if it is in the build.
    fn require(
        &mut self,
        object: &Object<'_>,
        path: &str,
        target: Target,
        namespace: &str,
        name: &str,
    ) -> Option<Object<'a>> {
        let (group, kind, code) = target.facts();
        if let Some(found) = self.inventory.find(group, kind, namespace, name) {
            return Some(*found);
        }
        if name.is_empty()
            || is_substituted(name)
            || self.known.is(kind, name)
            || self.made.has(kind, name)
            // Another namespace is another's business.
            || (namespace != object.namespace && !self.inventory.has_namespace(namespace))
        {
            return None;
        }
        let meant = self.inventory.nearest(group, kind, name);
        let keeps_such = !target.is_made_elsewhere()
            && !is_lenient(object, target)
            && self.inventory.has_kind_in(kind, namespace);
        let severity = if meant.is_some() || keeps_such {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!("{path}: the build holds no {kind} `{name}`");
        let hint = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("if it is made elsewhere: --assume-exists {kind}/{name}"),
        };
        self.findings
            .draft(object, severity, code, path, &message)
            .hint(hint)
            .tell();
        None
    }

    /// Checks that a config map or secret of the build has a key.
    fn require_key(&mut self, object: &Object<'_>, path: &str, holder: &Object<'_>, key: &str) {
        let fields = ["data", "binaryData", "stringData"];
        let mappings = fields
            .iter()
            .filter_map(|field| holder.value.get(field)?.as_mapping());
        let mut keys = Vec::new();
        for mapping in mappings {
            if mapping.contains_key(key) {
                return;
            }
            keys.extend(mapping.iter().map(|(key, _)| key));
        }
        // Filled in by others, or named later.
        if keys.is_empty() || is_substituted(key) {
            return;
        }
        let message = format!("{path}: {} has no key `{key}`", holder.subject());
        let hint = nearest(key, keys).map(|meant| format!("did you mean `{meant}`?"));
        self.findings
            .error(object, codes::MISSING_KEY, path, &message)
            .label(holder, "metadata.name", "the object")
            .hint_if(hint)
            .tell();
    }
}

/// Whether what the object refers to is often not there: bindings name the accounts of operators, and
/// a stateful set does without its service.
fn is_lenient(object: &Object<'_>, target: Target) -> bool {
    let is_governing = target == Target::Service && object.is("apps", "StatefulSet");
    is_governing || object.kind.ends_with("Binding")
}

/// Whether a reference says that it may lead nowhere.
fn is_optional(reference: &Value) -> bool {
    reference.get("optional").and_then(Value::text) == Some("true")
}
