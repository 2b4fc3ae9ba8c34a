//! Requests and limits.

use super::errors::{Errors, Path};
use super::formats;
use crate::fields::{entries, has, items, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Resources that are not for sale by anyone else.
const STANDARD: [&str; 4] = ["cpu", "ephemeral-storage", "memory", "storage"];

/// Whether a resource has a name of Kubernetes' own.
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_huge(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether others than Kubernetes count it, in whole numbers.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.")
}

/// Checks the name of a resource, of which `standard` says which bare names may stand there.
pub(super) fn check_name(
    name: &str,
    standard: impl Fn(&str) -> bool,
    of: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let problems = formats::qualified_name(name);
    let is_right = problems.is_empty();
    errors.invalid_each(path, name, problems);
    if name.contains('/') || standard(name) {
        return;
    }
    let known = STANDARD.contains(&name) || is_huge(name);
    if is_right && !known {
        let why = "must be a standard resource type or fully qualified";
        errors.invalid_string(path, name, why);
    }
    errors.invalid_string(path, name, &format!("must be a standard resource for {of}"));
}

/// Checks that an amount is not negative and, where only whole ones make sense, whole.
pub(super) fn check_amount(name: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let amount = value.text().and_then(|text| Quantity::parse(text).ok());
    let Some(amount) = amount else { return };
    if amount.is_negative() {
        errors.invalid(path, value, "must be greater than or equal to 0");
    }
    if is_extended(name) && !amount.is_whole() {
        errors.invalid(path, value, "must be an integer");
    }
}

fn is_for_containers(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge(name)
}

/// Checks the `resources` of a container.
pub(super) fn check_container(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(resources) = container.get("resources") {
        check(resources, &path.field("resources"), errors);
    }
}

fn check(resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (limits, requests) = (path.field("limits"), path.field("requests"));
    for (name, value) in entries(resources, "limits") {
        let path = limits.key(name);
        check_name(name, is_for_containers, "containers", &path, errors);
        check_amount(name, value, &path, errors);
    }
    for (name, value) in entries(resources, "requests") {
        let path = requests.key(name);
        check_name(name, is_for_containers, "containers", &path, errors);
        check_amount(name, value, &path, errors);
        check_within_limit(name, value, resources, &requests, errors);
    }
    let asks = |wanted: &dyn Fn(&str) -> bool| {
        let both = entries(resources, "limits").chain(entries(resources, "requests"));
        both.into_iter().any(|(name, _)| wanted(name))
    };
    if asks(&is_huge) && !asks(&|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(path, "HugePages require cpu or memory");
    }
}

/// What is asked for is at most the limit; of what cannot be shared out, exactly that.
fn check_within_limit(
    name: &str,
    value: &Value,
    resources: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let quantity = |value: &Value| value.text().and_then(|text| Quantity::parse(text).ok());
    let limit = resources.get_path(&["limits", name]);
    let Some(asked) = quantity(value) else { return };
    let exact = is_extended(name) || is_huge(name);
    match limit.and_then(quantity) {
        Some(limit) if exact && limit != asked => {
            let why = format!("must be equal to {name} limit of {limit}");
            errors.invalid(path, value, &why);
        }
        Some(limit) if !exact && asked > limit => {
            let why = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(path, value, &why);
        }
        None if exact => {
            let why = "Limit must be set for non overcommitable resources";
            errors.required(&path.key(name), why);
        }
        _ => {}
    }
}

/// Claims of a container are claims of its pod.
pub(super) fn check_claims(container: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(resources) = container.get("resources") else {
        return;
    };
    let resources_path = path.field("resources");
    let list = resources_path.field("claims");
    let known = items(spec, "resourceClaims");
    for (at, claim) in items(resources, "claims").iter().enumerate() {
        let name = text(claim, "name").unwrap_or_default();
        if known.iter().any(|it| text(it, "name") == Some(name)) {
            continue;
        }
        let names: Vec<&str> = known.iter().filter_map(|it| text(it, "name")).collect();
        let which = if names.is_empty() {
            "which is empty".to_owned()
        } else {
            format!("which are {}", names.join(", "))
        };
        let why = format!("must be one of the names in pod.spec.resourceClaims {which}");
        errors.not_found(&list.item(at), name, &why);
    }
}

/// Resources of the pod as a whole.
pub(super) fn check_pod_level(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(resources) = spec.get("resources") else {
        return;
    };
    let path = path.field("resources");
    for list in ["limits", "requests"] {
        let list_path = path.field(list);
        for (name, value) in entries(resources, list) {
            let path = list_path.key(name);
            if !matches!(name, "cpu" | "memory") && !is_huge(name) {
                let supported = ["cpu", "hugepages-", "memory"];
                errors.unsupported(&path, &Value::string(name), &supported);
                continue;
            }
            check_amount(name, value, &path, errors);
            if list == "requests" {
                check_within_limit(name, value, resources, &list_path, errors);
            }
        }
    }
    if has(resources, "claims") {
        let why = "claims may not be set for Resources at pod-level";
        errors.forbidden(&path.field("claims"), why);
    }
}

pub(super) fn check_overhead(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("overhead");
    for (name, value) in entries(spec, "overhead") {
        let path = path.key(name);
        check_name(name, is_for_containers, "containers", &path, errors);
        check_amount(name, value, &path, errors);
    }
}

/// A reference to a limit or request.
pub(super) fn check_reference(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    const KNOWN: [&str; 6] = [
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory",
    ];
    let Some(resource) = text(reference, "resource") else {
        errors.required(&path.field("resource"), "");
        return;
    };
    let is_huge = ["limits.hugepages-", "requests.hugepages-"]
        .iter()
        .any(|prefix| resource.starts_with(prefix));
    if !KNOWN.contains(&resource) && !is_huge {
        errors.unsupported(&path.field("resource"), &Value::string(resource), &KNOWN);
    }
}
