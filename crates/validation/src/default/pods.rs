//! Defaults of pods that depend on several fields.

use super::others::tell_first_twice;
use super::rule::Literal::Bool;
use super::rule::{copy_missing_between, inner, inner_items, set_missing};
use crate::image;
use trimtab_object::Quantity;
use trimtab_tree::{Mapping, Value};

/// Resources that a pod as a whole may ask for.
fn is_pod_level(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory") || resource.starts_with("hugepages-")
}

/// What only a pod gets, not a template.
pub(super) fn pod(pod: &mut Mapping) {
    let Some(spec) = inner(pod, "spec") else {
        return;
    };
    let grace = spec
        .get("terminationGracePeriodSeconds")
        .and_then(Value::text);
    if grace.is_some_and(|grace| grace.starts_with('-')) {
        spec.insert("terminationGracePeriodSeconds", Value::int(1));
    }
    for list in ["containers", "initContainers"] {
        for container in inner_items(spec, list) {
            if let Some(resources) = inner(container, "resources") {
                copy_missing_between(resources, "requests", "limits");
            }
        }
    }
    pod_level_resources(spec);
    host_network_ports(spec);
    set_missing(spec, "enableServiceLinks", Bool(true));
}

/// Requests of the pod as a whole follow from those of its containers, else from its limits; limits
/// of huge pages and, where every container has one, of the others follow from the containers.
fn pod_level_resources(spec: &mut Mapping) {
    if spec.get("resources").is_none_or(Value::is_null_or_empty) {
        return;
    }
    let of_containers = aggregate(spec, "requests");
    let Some(resources) = inner(spec, "resources") else {
        return;
    };
    let has_limits = resources
        .get("limits")
        .is_some_and(|limits| !limits.is_null_or_empty());
    if !has_limits {
        return;
    }
    let requests = resources.get_or_insert_with("requests", || Mapping::new().into());
    if let Some(requests) = requests.as_mapping_mut() {
        for (name, quantity) in of_containers {
            let overcommittable = !name.starts_with("hugepages-");
            if is_pod_level(&name) && overcommittable && !requests.contains_key(&name) {
                requests.insert(&name, Value::string(quantity.to_string()));
            }
        }
    }
    let limits = resources.get("limits").and_then(Value::as_mapping).cloned();
    let supported = limits.into_iter().flat_map(Mapping::into_entries);
    let supported = supported.filter(|entry| is_pod_level(entry.key.text()));
    if let Some(requests) = inner(resources, "requests") {
        for entry in supported {
            requests.get_or_insert_with(entry.key.text(), || entry.value);
        }
    }
}

/// What the containers of a pod need together, at most one init container at a time, and those
/// that go on as sidecars all the time.
fn aggregate(spec: &Mapping, which: &str) -> Vec<(String, Quantity)> {
    let items = |list: &str| {
        let items = spec.get(list).and_then(Value::as_sequence);
        items.unwrap_or_default()
    };
    let resources = |container: &Value| -> Vec<(String, Quantity)> {
        let resources = container.get_path(&["resources", which]);
        let entries = resources.and_then(Value::as_mapping).into_iter();
        entries
            .flat_map(Mapping::iter)
            .filter_map(|(name, value)| {
                let quantity = Quantity::parse(value.text()?).ok()?;
                Some((name.to_owned(), quantity))
            })
            .collect()
    };
    let mut total = Vec::new();
    for container in items("containers") {
        for (name, quantity) in resources(container) {
            add(&mut total, &name, &quantity);
        }
    }
    let (mut sidecars, mut largest) = (Vec::new(), Vec::new());
    for container in items("initContainers") {
        let is_sidecar = container.get("restartPolicy").and_then(Value::text) == Some("Always");
        for (name, quantity) in resources(container) {
            if is_sidecar {
                add(&mut total, &name, &quantity);
                add(&mut sidecars, &name, &quantity);
                let running = sidecars.iter().find(|(known, _)| *known == name);
                if let Some((_, running)) = running.cloned() {
                    raise(&mut largest, &name, &running);
                }
            } else {
                let running = sidecars.iter().find(|(known, _)| *known == name);
                let together = match running {
                    Some((_, running)) => quantity + running,
                    None => quantity,
                };
                raise(&mut largest, &name, &together);
            }
        }
    }
    for (name, quantity) in largest {
        raise(&mut total, &name, &quantity);
    }
    total
}

fn add(totals: &mut Vec<(String, Quantity)>, name: &str, quantity: &Quantity) {
    match totals.iter_mut().find(|(known, _)| known == name) {
        Some((_, total)) => *total += quantity,
        None => totals.push((name.to_owned(), quantity.clone())),
    }
}

fn raise(totals: &mut Vec<(String, Quantity)>, name: &str, quantity: &Quantity) {
    match totals.iter_mut().find(|(known, _)| known == name) {
        Some((_, total)) if *total < *quantity => *total = quantity.clone(),
        Some(_) => {}
        None => totals.push((name.to_owned(), quantity.clone())),
    }
}

/// A pod's first address is told twice, for clients of old.
pub(super) fn addresses(status: &mut Mapping) {
    tell_first_twice(status, "podIP", "podIPs", Some("ip"));
}

/// The old name of the service account's field has what the new one has.
pub(super) fn service_account(spec: &mut Mapping) {
    let name = ["serviceAccountName", "serviceAccount"]
        .iter()
        .find_map(|field| spec.get(field).filter(|name| name.text() != Some("")));
    if let Some(name) = name.cloned() {
        spec.insert("serviceAccountName", name.clone());
        spec.insert("serviceAccount", name);
    }
}

/// In the host's network every port is the host's.
fn host_network_ports(spec: &mut Mapping) {
    if spec.get("hostNetwork").and_then(Value::text) != Some("true") {
        return;
    }
    for list in ["containers", "initContainers"] {
        for container in inner_items(spec, list) {
            for port in inner_items(container, "ports") {
                if !port.contains_key("hostPort")
                    && let Some(number) = port.get("containerPort").cloned()
                {
                    port.insert("hostPort", number);
                }
            }
        }
    }
}

fn pull_policy(image: Option<&Value>) -> Value {
    let image = image.and_then(Value::text).unwrap_or_default();
    Value::string(if image::is_latest(image) {
        "Always"
    } else {
        "IfNotPresent"
    })
}

pub(super) fn image_pull_policy(container: &mut Mapping) {
    if !container.contains_key("imagePullPolicy") {
        let policy = pull_policy(container.get("image"));
        container.insert("imagePullPolicy", policy);
    }
}

/// A volume of nothing else is an empty directory.
pub(super) fn volume(volume: &mut Mapping) {
    if volume.iter().all(|(field, _)| field == "name") {
        volume.insert("emptyDir", Mapping::new().into());
    }
    if let Some(source) = inner(volume, "image")
        && !source.contains_key("pullPolicy")
    {
        let policy = pull_policy(source.get("reference"));
        source.insert("pullPolicy", policy);
    }
}
