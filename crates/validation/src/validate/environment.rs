//! Variables of containers.

use super::errors::{Errors, Path};
use super::formats;
use super::paths::check_no_way_up;
use super::pod_context::PodContext;
use super::references::check_field_reference;
use super::resources;
use super::rules::Rule::{Form, Required};
use super::rules::apply;
use crate::fields::{has, items, text};
use trimtab_tree::Value;

/// What of its pod a variable may hold.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Checks the variables of a container.
pub(super) fn check(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("env");
    for (at, variable) in items(container, "env").iter().enumerate() {
        let path = list.item(at);
        match text(variable, "name") {
            None => errors.required(&path.field("name"), ""),
            Some(name) => {
                let problems = formats::environment_name(name);
                errors.invalid_each(&path.field("name"), name, problems);
            }
        }
        if let Some(source) = variable.get("valueFrom") {
            check_source(variable, source, &path.field("valueFrom"), errors);
        }
    }
}

fn check_source(variable: &Value, source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut found = 0;
    if let Some(field) = source.get("fieldRef") {
        found += 1;
        check_field_reference(field, &path.field("fieldRef"), FIELDS, errors);
    }
    if let Some(resource) = source.get("resourceFieldRef") {
        found += 1;
        resources::check_reference(resource, &path.field("resourceFieldRef"), errors);
    }
    for field in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(reference) = source.get(field) {
            found += 1;
            let path = path.field(field);
            let name = text(reference, "name").unwrap_or_default();
            errors.invalid_each(&path.field("name"), name, formats::dns_subdomain(name));
            let rules = [Required("key"), Form("key", formats::config_key)];
            apply(&rules, reference, &path, errors);
        }
    }
    if let Some(reference) = source.get("fileKeyRef") {
        found += 1;
        check_file(reference, &path.field("fileKeyRef"), errors);
    }
    if found == 0 {
        let why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, \
                   `secretKeyRef` or `fileKeyRef`";
        errors.invalid_string(path, "", why);
    } else if has(variable, "value") {
        let why = "may not be specified when `value` is not empty";
        errors.invalid_string(path, "", why);
    } else if found > 1 {
        let why = "may not have more than one field specified at a time";
        errors.invalid_string(path, "", why);
    }
}

/// A value that stands in a file which another container writes.
fn check_file(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    let rules = [
        Required("key"),
        Form("key", formats::environment_name),
        Required("volumeName"),
        Form("volumeName", formats::dns_label),
        Required("path"),
    ];
    apply(&rules, reference, path, errors);
    if let Some(place) = text(reference, "path") {
        check_no_way_up(place, &path.field("path"), errors);
    }
}

/// Checks where a container gets many variables from.
pub(super) fn check_sources(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("envFrom");
    for (at, source) in items(container, "envFrom").iter().enumerate() {
        let path = list.item(at);
        if let Some(prefix) = text(source, "prefix") {
            let problems = formats::environment_name(prefix);
            errors.invalid_each(&path.field("prefix"), prefix, problems);
        }
        let mut found = 0;
        for field in ["configMapRef", "secretRef"] {
            if let Some(reference) = source.get(field) {
                found += 1;
                let rules = [Required("name"), Form("name", name_or_its_beginning)];
                apply(&rules, reference, &path.field(field), errors);
            }
        }
        // Told of the list, as Kubernetes does.
        if found == 0 {
            let why = "must specify one of: `configMapRef` or `secretRef`";
            errors.invalid_string(&list, "", why);
        } else if found > 1 {
            let why = "may not have more than one field specified at a time";
            errors.invalid_string(&list, "", why);
        }
    }
}

/// A name, or the beginning of one, which may end in a dash.
fn name_or_its_beginning(name: &str) -> formats::Problems {
    match name.strip_suffix('-') {
        Some(start) if !start.is_empty() => formats::dns_subdomain(&format!("{start}a")),
        _ => formats::dns_subdomain(name),
    }
}

/// The files that variables come from are in volumes that live as long as the pod.
pub(super) fn check_file_volumes(
    container: &Value,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("env");
    for (at, variable) in items(container, "env").iter().enumerate() {
        let Some(reference) = variable.get_path(&["valueFrom", "fileKeyRef"]) else {
            continue;
        };
        let name = text(reference, "volumeName").unwrap_or_default();
        let item = list.item(at);
        let source = item.field("valueFrom");
        let path = source.field("fileKeyRef");
        let mut volumes = items(pod.spec, "volumes").iter();
        match volumes.find(|it| text(it, "name") == Some(name)) {
            None => errors.not_found(&path.field("volumeName"), name, ""),
            Some(volume) if volume.get("emptyDir").is_none() => {
                let why = "referenced volume must be of type emptyDir";
                errors.invalid_string(&path.field("volumeName"), name, why);
            }
            Some(_) => {}
        }
    }
}
