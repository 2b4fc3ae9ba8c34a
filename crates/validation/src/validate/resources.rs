//! Requests and limits.

use super::errors::{Errors, Path};
use super::formats;
use super::pod_context::PodContext;
use crate::fields::{entries, has, items, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Resources that have a bare name, in a quota or out of it.
const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Resources of which there are whole numbers only.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Whether a resource has a name of Kubernetes' own.
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_huge(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether others than Kubernetes count it, in whole numbers.
pub(super) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && formats::qualified_name(&format!("requests.{name}")).is_empty()
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
    if name.contains('/') {
        if of == CONTAINERS && !is_native(name) && !is_extended(name) {
            let why = "doesn't follow extended resource name standard";
            errors.invalid_string(path, name, why);
        }
        return;
    }
    let known = STANDARD.contains(&name)
        || ["hugepages-", "requests.hugepages-"]
            .iter()
            .any(|start| name.starts_with(start));
    if is_right && !known {
        let why = "must be a standard resource type or fully qualified";
        errors.invalid_string(path, name, why);
    }
    if !of.is_empty() && !standard(name) {
        errors.invalid_string(path, name, &format!("must be a standard resource for {of}"));
    }
}

/// What resources of containers are called in messages.
pub(super) const CONTAINERS: &str = "containers";

/// Checks that an amount is not negative and, where only whole ones make sense, whole.
pub(super) fn check_amount(name: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let amount = value.text().and_then(|text| Quantity::parse(text).ok());
    let Some(amount) = amount else { return };
    if amount.is_negative() {
        errors.invalid(path, value, "must be greater than or equal to 0");
    }
    if (is_extended(name) || COUNTED.contains(&name)) && !amount.is_whole() {
        errors.invalid(path, value, "must be an integer");
    }
}

pub(super) fn is_for_containers(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge(name)
}

/// Checks the `resources` of a container.
pub(super) fn check_container(
    container: &Value,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(resources) = container.get("resources") {
        let name = |name: &str, path: &Path<'_>, errors: &mut Errors| {
            check_name(name, is_for_containers, CONTAINERS, path, errors);
        };
        check(resources, &name, &path.field("resources"), errors);
        let claims = path.field("resources");
        check_claims(resources, pod, &claims.field("claims"), errors);
    }
}

fn check(
    resources: &Value,
    check_name: &dyn Fn(&str, &Path<'_>, &mut Errors),
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let (limits, requests) = (path.field("limits"), path.field("requests"));
    for (name, value) in entries(resources, "limits") {
        let path = limits.key(name);
        check_name(name, &path, errors);
        check_amount(name, value, &path, errors);
        check_pages(name, value, &path, errors);
    }
    for (name, value) in entries(resources, "requests") {
        let own = requests.key(name);
        check_name(name, &own, errors);
        check_amount(name, value, &own, errors);
        check_within_limit(name, value, resources, (&requests, &limits), errors);
        check_pages(name, value, path, errors);
    }
    let asks = |wanted: &dyn Fn(&str) -> bool| {
        let both = entries(resources, "limits").chain(entries(resources, "requests"));
        both.into_iter().any(|(name, _)| wanted(name))
    };
    if asks(&is_huge) && !asks(&|name| matches!(name, "cpu" | "memory")) {
        errors.forbidden(path, "HugePages require cpu or memory");
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    value.text().and_then(|text| Quantity::parse(text).ok())
}

/// Pages are asked for by the page.
fn check_pages(name: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let size = name.strip_prefix("hugepages-");
    let size = size.and_then(|size| Quantity::parse(size).ok());
    let (Some(size), Some(amount)) = (size, quantity(value)) else {
        return;
    };
    let is_divisible =
        size.units() > 0 && !amount.is_negative() && amount.units() % size.units() == 0;
    if !is_divisible {
        let why = format!("{amount} is not positive integer multiple of {name}");
        errors.invalid_string(path, &amount.to_string(), &why);
    }
}

/// What is asked for is at most the limit; of what cannot be shared out, exactly that.
fn check_within_limit(
    name: &str,
    value: &Value,
    resources: &Value,
    (requests, limits): (&Path<'_>, &Path<'_>),
    errors: &mut Errors,
) {
    let limit = resources.get_path(&["limits", name]);
    let Some(asked) = quantity(value) else { return };
    let exact = !is_native(name) || is_huge(name);
    match limit.and_then(quantity) {
        Some(limit) if exact && limit != asked => {
            let why = format!("must be equal to {name} limit of {limit}");
            errors.invalid(requests, value, &why);
        }
        Some(limit) if !exact && asked > limit => {
            let why = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(requests, value, &why);
        }
        None if exact => {
            let why = "Limit must be set for non overcommitable resources";
            errors.required(limits, why);
        }
        _ => {}
    }
}

/// Claims of a container are claims of its pod, each once: as a whole or by its requests.
fn check_claims(resources: &Value, pod: &PodContext<'_>, list: &Path<'_>, errors: &mut Errors) {
    let known = items(pod.spec, "resourceClaims").iter();
    let mut known: Vec<&str> = known.filter_map(|it| text(it, "name")).collect();
    known.sort_unstable();
    known.dedup();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (at, claim) in items(resources, "claims").iter().enumerate() {
        let path = list.item(at);
        let Some(name) = text(claim, "name") else {
            errors.required(&path, "");
            continue;
        };
        let request = text(claim, "request").unwrap_or_default();
        if seen.contains(&(name, "")) {
            errors.duplicate(&path, name);
        } else {
            if !request.is_empty() {
                let problems = formats::dns_label(request);
                errors.invalid_each(&path.field("request"), request, problems);
            }
            if seen.contains(&(name, request)) {
                errors.duplicate(&path, &format!("{name}/{request}"));
            } else if request.is_empty() && seen.iter().any(|(other, _)| *other == name) {
                errors.duplicate(&path, name);
            }
            seen.push((name, request));
        }
        if known.binary_search(&name).is_err() {
            let which = if known.is_empty() {
                " which is empty".to_owned()
            } else {
                format!(": {}", known.join(", "))
            };
            let why = format!("must be one of the names in pod.spec.resourceClaims{which}");
            errors.not_found(&path, name, &why);
        }
    }
}

/// Resources of the pod as a whole.
pub(super) fn check_pod_level(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let spec = pod.spec;
    let Some(resources) = spec.get("resources").filter(|it| !it.is_null()) else {
        return;
    };
    let path = path.field("resources");
    if spec.get_path(&["os", "name"]).and_then(Value::text) == Some("windows") {
        errors.forbidden(&path, "may not be set for a windows pod");
        return;
    }
    if resources.get("claims").is_some_and(|it| !it.is_null()) {
        let why = "claims may not be set for Resources at pod-level";
        errors.forbidden(&path.field("claims"), why);
    }
    let name = |name: &str, path: &Path<'_>, errors: &mut Errors| {
        let mut own = Errors::default();
        check_name(name, |_| true, "", path, &mut own);
        if own.is_empty() && !matches!(name, "cpu" | "memory") && !is_huge(name) {
            let supported = ["cpu", "hugepages-", "memory"];
            own.unsupported(path, &Value::string(name), &supported);
        }
        errors.append(own);
    };
    check_claims(resources, pod, &path.field("claims"), errors);
    check(resources, &name, &path, errors);
    check_sums(spec, resources, &path, errors);
}

/// What the containers of a pod ask for together: those that run, with those that go on beside them,
/// or one that runs before if that asks for more.
fn sum(spec: &Value, list: &str, name: &str) -> Option<Quantity> {
    let of = |container: &Value| -> Option<Quantity> {
        container
            .get_path(&["resources", list, name])
            .and_then(quantity)
    };
    let mut found = false;
    let mut total = Quantity::ZERO;
    for container in items(spec, "containers") {
        if let Some(amount) = of(container) {
            found = true;
            total += &amount;
        }
    }
    let (mut beside, mut most) = (Quantity::ZERO, Quantity::ZERO);
    for container in items(spec, "initContainers") {
        let Some(amount) = of(container) else {
            continue;
        };
        found = true;
        if super::pod_context::is_sidecar(container) {
            total += &amount;
            beside += &amount;
            most = most.max(beside.clone());
        } else {
            let mut together = amount;
            together += &beside;
            most = most.max(together);
        }
    }
    found.then(|| total.max(most))
}

/// The pod as a whole asks for no less than its containers, and each has no more than it.
fn check_sums(spec: &Value, resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    let requests = path.field("requests");
    for (name, value) in entries(resources, "requests") {
        if let (Some(asked), Some(own)) = (sum(spec, "requests", name), quantity(value))
            && asked > own
        {
            let why =
                format!("must be greater than or equal to aggregate container requests of {asked}");
            errors.invalid_string(&requests.key(name), &own.to_string(), &why);
        }
    }
    let limits = path.field("limits");
    for (name, value) in entries(resources, "limits").filter(|(name, _)| is_huge(name)) {
        if let (Some(limit), Some(own)) = (sum(spec, "limits", name), quantity(value))
            && limit > own
        {
            let why =
                format!("must be greater than or equal to aggregate container limits of {limit}");
            errors.invalid_string(&limits.key(name), &own.to_string(), &why);
        }
    }
    let containers = path.field("containers");
    for (at, container) in items(spec, "containers").iter().enumerate() {
        let none = Value::null();
        let item = containers.item(at);
        for (name, value) in entries(container.get("resources").unwrap_or(&none), "limits") {
            let of_pod = resources.get_path(&["limits", name]).and_then(quantity);
            if let (Some(limit), Some(of_pod)) = (quantity(value), of_pod)
                && limit > of_pod
            {
                let why = format!("must be less than or equal to pod limits of {of_pod}");
                let path = item.key(name);
                errors.invalid_string(&path.field("limits"), &limit.to_string(), &why);
            }
        }
    }
}

pub(super) fn check_overhead(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    // Told as the limits that it stands for.
    let path = path.field("overhead");
    let path = path.field("limits");
    for (name, value) in entries(spec, "overhead") {
        let path = path.key(name);
        check_name(name, is_for_containers, CONTAINERS, &path, errors);
        check_amount(name, value, &path, errors);
    }
}

/// Units in which a resource may be told, beside the whole one.
const UNITS: [&str; 13] = [
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

/// A reference to a limit or request of the container itself.
pub(super) fn check_reference(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_resource(reference, path, errors);
    check_divisor(reference, path, errors);
}

/// A reference to a limit or request of a container that is named.
pub(super) fn check_reference_in_volume(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    if has(reference, "containerName") {
        check_resource(reference, path, errors);
    } else {
        errors.required(&path.field("containerName"), "");
    }
    check_divisor(reference, path, errors);
}

fn check_resource(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
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

fn check_divisor(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(divisor) = reference.get("divisor").and_then(quantity) else {
        return;
    };
    if divisor.is_zero() {
        return;
    }
    let resource = text(reference, "resource").unwrap_or_default();
    let bare = resource
        .strip_prefix("limits.")
        .or_else(|| resource.strip_prefix("requests."))
        .unwrap_or_default();
    let (units, what) = match bare {
        "cpu" => (&["1m", "1"][..], "cpu"),
        "memory" => (&UNITS[..], "memory"),
        "ephemeral-storage" => (&UNITS[..], "local ephemeral storage"),
        _ if is_huge(bare) => (&UNITS[..], "hugepages"),
        _ => return,
    };
    if !units.contains(&divisor.to_string().as_str()) {
        let listed = match what {
            "cpu" => "1m and 1".to_owned(),
            _ => units.join(", "),
        };
        let why = format!("only divisor's values {listed} are supported with the {what} resource");
        errors.invalid_string(&path.field("divisor"), resource, &why);
    }
}
