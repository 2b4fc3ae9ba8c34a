//! What is allowed but should not be done.

use super::errors::Path;
use super::workloads::template_of;
use crate::fields::{entries, group_and_kind, has, items, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// What is allowed but should not be done, for the `Warning` headers of an answer. `old` is the
/// object before an update.
#[must_use]
pub fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    let root = Path::ROOT;
    let (group, kind) = group_and_kind(object);
    match (group, kind) {
        ("", "Pod") => {
            if let Some(spec) = object.get("spec").filter(|_| old.is_none()) {
                warn_of_pod(spec, &root.field("spec"), &mut found);
            }
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            found.extend(crate::definition::warnings(object, old));
        }
        ("", "Service") => warn_of_service(object, &mut found),
        ("", "Secret") => warn_of_secret(object, &mut found),
        _ => {}
    }
    if let Some(template) = template_of(kind, object)
        && let Some(spec) = template.get("spec")
        && old.is_none_or(|old| generation(old) != generation(object))
    {
        let path = root.field("spec");
        let (job_template, inner) = (path.field("jobTemplate"), root.field("template"));
        let job_spec = job_template.field("spec");
        let template_path = match kind {
            "CronJob" => job_spec.field("template"),
            "PodTemplate" => inner,
            _ => path.field("template"),
        };
        warn_of_pod(spec, &template_path.field("spec"), &mut found);
    }
    found
}

/// What every request for a kind is warned of: that it is to go, and what to use instead.
#[must_use]
pub fn deprecation(api_version: &str, kind: &str) -> Option<&'static str> {
    match (api_version, kind) {
        ("v1", "Endpoints" | "EndpointsList") => {
            Some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
        }
        _ => None,
    }
}

fn generation(object: &Value) -> Option<&str> {
    object.get_path(&["metadata", "generation"])?.text()
}

/// A certificate or key that is none; whether the two fit is not looked at.
fn warn_of_secret(secret: &Value, found: &mut Vec<String>) {
    if text(secret, "type") != Some("kubernetes.io/tls") {
        return;
    }
    for (key, what) in [("tls.crt", "certificate"), ("tls.key", "key")] {
        let content = secret.get_path(&["data", key]).and_then(Value::text);
        let bytes = content.and_then(|text| STANDARD.decode(text).ok());
        let has_block = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).contains("-----BEGIN ");
        if !bytes.is_some_and(has_block) {
            found.push(format!("tls: failed to find any PEM data in {what} input"));
            return;
        }
    }
}

fn warn_of_service(service: &Value, found: &mut Vec<String>) {
    let Some(spec) = service.get("spec") else {
        return;
    };
    if has(spec, "externalIPs") {
        let why =
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters";
        found.push(why.to_owned());
    }
    if text(spec, "trafficDistribution") == Some("PreferClose") {
        let why = "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"";
        found.push(why.to_owned());
    }
}

fn warn_of_pod(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let list = path.field("topologySpreadConstraints");
    for (at, constraint) in items(spec, "topologySpreadConstraints").iter().enumerate() {
        if constraint.get("labelSelector").is_none() {
            let item = list.item(at);
            let path = item.field("labelSelector");
            found.push(format!(
                "{path}: a null labelSelector results in matching no pod"
            ));
        }
    }
    let secrets = path.field("imagePullSecrets");
    for (at, secret) in items(spec, "imagePullSecrets").iter().enumerate() {
        if text(secret, "name").is_none() {
            let item = secrets.item(at);
            found.push(format!("{}: invalid empty name \"\"", item.field("name")));
        }
    }
    for list in ["initContainers", "containers"] {
        let list_path = path.field(list);
        for (at, container) in items(spec, list).iter().enumerate() {
            warn_of_container(container, &list_path.item(at), found);
        }
    }
}

fn warn_of_container(container: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    if let Some(resources) = container.get("resources") {
        let resources_path = path.field("resources");
        for list in ["limits", "requests"] {
            let list_path = resources_path.field(list);
            for (name, value) in entries(resources, list) {
                let amount = value.text().and_then(|text| Quantity::parse(text).ok());
                let is_bytes = matches!(name, "memory" | "ephemeral-storage");
                if is_bytes && amount.is_some_and(|amount| !amount.is_whole()) {
                    let path = list_path.key(name);
                    let value = value.text().unwrap_or_default();
                    found.push(format!(
                        "{path}: fractional byte value \"{value}\" is invalid, must be an integer"
                    ));
                }
            }
        }
    }
    let ports = items(container, "ports");
    let list = path.field("ports");
    for (at, port) in ports.iter().enumerate() {
        let is_same = |other: &Value| {
            ["containerPort", "protocol", "hostPort", "hostIP"]
                .iter()
                .all(|field| other.get(field) == port.get(field))
        };
        if let Some(first) = ports[..at].iter().position(is_same) {
            found.push(format!(
                "{}: duplicate port definition with {}",
                list.item(at),
                list.item(first)
            ));
        }
    }
}
