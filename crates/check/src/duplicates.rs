//! Objects that are one and the same to the API though the build tells them apart: kustomize takes
//! two versions of a kind, and a namespace that is said and the same one left to the command line,
//! for two objects.

use crate::codes;
use crate::finding::Findings;
use crate::inventory::{Inventory, Object, effective};
use rustc_hash::FxHashMap;

/// Groups that were split up: the kinds of `extensions` are now in these.
fn group_of<'a>(object: &Object<'a>) -> &'a str {
    match (object.group, object.kind) {
        ("extensions", "Ingress" | "NetworkPolicy") => "networking.k8s.io",
        ("extensions", "PodSecurityPolicy") => "policy",
        ("extensions", _) => "apps",
        ("events.k8s.io", _) => "",
        (group, _) => group,
    }
}

/// Checks all objects.
pub(crate) fn check(inventory: &Inventory<'_>, findings: &mut Findings) {
    let mut seen: FxHashMap<(&str, &str, &str, &str), &Object<'_>> = FxHashMap::default();
    for object in &inventory.objects {
        let has_name = object.value.get_path(&["metadata", "name"]).is_some();
        if !has_name {
            continue;
        }
        let namespace = effective(object.namespace);
        let key = (group_of(object), object.kind, namespace, object.name);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, object);
            continue;
        };
        let message = format!(
            "this object of {} and that of {} are one and the same to the API",
            object.api_version, first.api_version
        );
        findings
            .error(object, codes::DUPLICATE_OBJECT, "metadata.name", &message)
            .label(first, "metadata.name", "the other one")
            .tell();
    }
}
