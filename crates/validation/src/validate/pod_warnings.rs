//! What a pod, or a template of pods, may say but should not.

mod ports;

use super::errors::Path;
use super::formats;
use super::pod_context::each_container;
use crate::fields::{entries, int, items, text};
use std::net::IpAddr;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Labels of nodes that had other names.
const OLD_LABELS: [(&str, &str); 8] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];

const OLD_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];

const OLD_VOLUMES: [(&str, &str); 9] = [
    (
        "photonPersistentDisk",
        "deprecated in v1.11, non-functional in v1.16+",
    ),
    (
        "gitRepo",
        "deprecated in v1.11, and disabled by default in v1.33+",
    ),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

const POD_SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const NO_POD: &str = "a null labelSelector results in matching no pod";

/// What is said of a label of nodes that has another name now.
pub(super) fn old_label(key: &str) -> Option<&'static str> {
    let (_, why) = OLD_LABELS.iter().find(|(known, _)| *known == key)?;
    Some(why)
}

/// Warns of volumes whose drivers are gone; `path` is theirs.
pub(super) fn warn_of_source(volume: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    for (field, why) in OLD_VOLUMES {
        if volume.get(field).is_some_and(|it| !it.is_null()) {
            let field = if field == "storageos" {
                "storageOS"
            } else {
                field
            };
            found.push(format!("{}: {why}", path.field(field)));
        }
    }
}

/// Warns of the pod whose metadata and spec stand in `pod`, at `path`.
pub(super) fn warn(pod: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let null = Value::null();
    let spec = pod.get("spec").unwrap_or(&null);
    let metadata = pod.get("metadata").unwrap_or(&null);
    let metadata_path = path.field("metadata");
    let annotations = metadata_path.field("annotations");
    let path = path.field("spec");
    warn_of_places(spec, &path, found);
    for (key, why) in OLD_ANNOTATIONS {
        if has_annotation(metadata, key) {
            found.push(format!("{}: {why}", annotations.key(key)));
        }
    }
    let list = path.field("volumes");
    for (at, volume) in items(spec, "volumes").iter().enumerate() {
        let path = list.item(at);
        warn_of_source(volume, &path, found);
        if let Some(claim) = volume.get_path(&["ephemeral", "volumeClaimTemplate", "spec"]) {
            let ephemeral = path.field("ephemeral");
            let template = ephemeral.field("volumeClaimTemplate");
            warn_of_claim(claim, &template.field("spec"), found);
        }
    }
    warn_of_names(spec, &path, found);
    warn_of_bytes(spec, "overhead", &path, found);
    if spec
        .get_path(&["securityContext", "seccompProfile"])
        .is_none()
        && has_annotation(metadata, POD_SECCOMP)
    {
        found.push(old_seccomp(&annotations.key(POD_SECCOMP)));
    }
    each_container(spec, &path, |container, path| {
        let key = format!(
            "{CONTAINER_SECCOMP}{}",
            text(container, "name").unwrap_or_default()
        );
        let profile = container.get_path(&["securityContext", "seccompProfile"]);
        if profile.is_none() && has_annotation(metadata, &key) {
            found.push(old_seccomp(&annotations.key(&key)));
        }
        if let Some(resources) = container.get("resources") {
            let path = path.field("resources");
            warn_of_bytes(resources, "limits", &path, found);
            warn_of_bytes(resources, "requests", &path, found);
        }
        warn_of_environment(container, path, found);
    });
    ports::warn(spec, &path, found);
    if int(spec, "terminationGracePeriodSeconds").is_some_and(|it| it < 0) {
        let path = path.field("terminationGracePeriodSeconds");
        found.push(format!(
            "{path}: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
    warn_of_affinity(spec, &path, found);
    if let Some(config) = spec.get("dnsConfig") {
        let path = path.field("dnsConfig");
        let list = path.field("nameservers");
        for (at, server) in items(config, "nameservers").iter().enumerate() {
            warn_of_address(server.text(), &list.item(at), found);
        }
    }
    let list = path.field("hostAliases");
    for (at, alias) in items(spec, "hostAliases").iter().enumerate() {
        warn_of_address(text(alias, "ip"), &list.item(at).field("ip"), found);
    }
}

fn old_seccomp(path: &Path<'_>) -> String {
    format!("{path}: non-functional in v1.27+; use the \"seccompProfile\" field instead")
}

fn has_annotation(metadata: &Value, key: &str) -> bool {
    metadata.get_path(&["annotations", key]).is_some()
}

/// Labels by which nodes are chosen.
fn warn_of_places(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let selector = path.field("nodeSelector");
    for (key, _) in entries(spec, "nodeSelector") {
        if let Some(why) = old_label(key) {
            found.push(format!("{}: {why}", selector.key(key)));
        }
    }
    let affinity_path = path.field("affinity");
    let node_path = affinity_path.field("nodeAffinity");
    if let Some(affinity) = spec.get_path(&["affinity", "nodeAffinity"]) {
        const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
        const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
        if let Some(required) = affinity.get(REQUIRED) {
            let required_path = node_path.field(REQUIRED);
            let list = required_path.field("nodeSelectorTerms");
            for (at, term) in items(required, "nodeSelectorTerms").iter().enumerate() {
                warn_of_term(term, false, &list.item(at), found);
            }
        }
        let list = node_path.field(PREFERRED);
        for (at, preferred) in items(affinity, PREFERRED).iter().enumerate() {
            if let Some(term) = preferred.get("preference") {
                warn_of_term(term, true, &list.item(at).field("preference"), found);
            }
        }
    }
    let list = path.field("topologySpreadConstraints");
    let constraints = items(spec, "topologySpreadConstraints");
    for (at, constraint) in constraints.iter().enumerate() {
        let path = list.item(at);
        let key = text(constraint, "topologyKey").unwrap_or_default();
        if let Some(why) = old_label(key) {
            found.push(format!("{}: {key} is {why}", path.field("topologyKey")));
        }
        if constraint.get("labelSelector").is_none() {
            found.push(format!("{}: {NO_POD}", path.field("labelSelector")));
        }
    }
}

/// Warns of a term by which nodes are chosen.
pub(super) fn warn_of_term(
    term: &Value,
    with_values: bool,
    path: &Path<'_>,
    found: &mut Vec<String>,
) {
    let list = path.field("matchExpressions");
    for (at, expression) in items(term, "matchExpressions").iter().enumerate() {
        let path = list.item(at);
        let key = text(expression, "key").unwrap_or_default();
        if let Some(why) = old_label(key) {
            found.push(format!("{}: {key} is {why}", path.field("key")));
        }
        if !with_values {
            continue;
        }
        let values = path.field("values");
        for (at, value) in items(expression, "values").iter().enumerate() {
            let value = value.text().unwrap_or_default();
            for problem in formats::label_value(value) {
                found.push(format!(
                    "{}: {value} is invalid, {problem}",
                    values.item(at)
                ));
            }
        }
    }
}

/// What stands in a list twice, or has no name.
fn warn_of_names(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    for (list, field) in [("hostAliases", "ip"), ("imagePullSecrets", "name")] {
        let list_path = path.field(list);
        let entries = items(spec, list);
        for (at, item) in entries.iter().enumerate() {
            let name = text(item, field);
            if entries[..at].iter().any(|it| text(it, field) == name) {
                let name = name.unwrap_or_default();
                let item = list_path.item(at);
                found.push(format!("{}: duplicate {field} {name:?}", item.field(field)));
            }
        }
    }
    let secrets = path.field("imagePullSecrets");
    for (at, secret) in items(spec, "imagePullSecrets").iter().enumerate() {
        if text(secret, "name").is_none() {
            let item = secrets.item(at);
            found.push(format!("{}: invalid empty name \"\"", item.field("name")));
        }
    }
}

/// Parts of bytes, of which there are none.
fn warn_of_bytes(object: &Value, field: &str, path: &Path<'_>, found: &mut Vec<String>) {
    for name in ["memory", "ephemeral-storage"] {
        warn_of_part(object, field, name, path, found);
    }
}

fn warn_of_part(object: &Value, field: &str, name: &str, path: &Path<'_>, found: &mut Vec<String>) {
    let value = object.get_path(&[field, name]).and_then(Value::text);
    let amount = value.and_then(|text| Quantity::parse(text).ok());
    if let (Some(value), Some(amount)) = (value, amount)
        && !amount.is_whole()
    {
        let path = path.field(field);
        let path = path.key(name);
        found.push(format!(
            "{path}: fractional byte value {value:?} is invalid, must be an integer"
        ));
    }
}

/// Warns of the spec of a claim.
pub(super) fn warn_of_claim(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let Some(resources) = spec.get("resources") else {
        return;
    };
    let path = path.field("resources");
    warn_of_part(resources, "requests", "storage", &path, found);
    warn_of_part(resources, "limits", "storage", &path, found);
}

/// A variable that takes the place of one of its name without building on it.
fn warn_of_environment(container: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let list = path.field("env");
    let variables = items(container, "env");
    for (at, variable) in variables.iter().enumerate() {
        let name = text(variable, "name").unwrap_or_default();
        let is_new = !variables[..at]
            .iter()
            .any(|it| text(it, "name") == Some(name));
        if is_new {
            continue;
        }
        let reference = format!("$({name})");
        let value = text(variable, "value").unwrap_or_default();
        let builds =
            variable.get("valueFrom").is_none() && value != reference && value.contains(&reference);
        if !builds {
            found.push(format!(
                "{}: hides previous definition of {name:?}, which may be dropped when using apply",
                list.item(at)
            ));
        }
    }
}

fn warn_of_affinity(spec: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let path = path.field("affinity");
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = spec.get_path(&["affinity", kind]) else {
            continue;
        };
        let path = path.field(kind);
        let field = "requiredDuringSchedulingIgnoredDuringExecution";
        let list = path.field(field);
        for (at, term) in items(affinity, field).iter().enumerate() {
            if term.get("labelSelector").is_none() {
                let item = list.item(at);
                found.push(format!("{}: {NO_POD}", item.field("labelSelector")));
            }
        }
        let field = "preferredDuringSchedulingIgnoredDuringExecution";
        let list = path.field(field);
        for (at, term) in items(affinity, field).iter().enumerate() {
            let selector = term.get_path(&["podAffinityTerm", "labelSelector"]);
            if selector.is_none() {
                let item = list.item(at);
                let term = item.field("podAffinityTerm");
                found.push(format!("{}: {NO_POD}", term.field("labelSelector")));
            }
        }
    }
}

/// Warns of an address that is not in the form it should have.
pub(super) fn warn_of_address(address: Option<&str>, path: &Path<'_>, found: &mut Vec<String>) {
    let Some(address) = address else { return };
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(read)) => {
            if let Some(mapped) = read.to_ipv4_mapped() {
                tell_other_form(address, &mapped.to_string(), path, found);
            } else if read.to_string() != address {
                found.push(format!(
                    "{path}: IPv6 address {address:?} should be in RFC 5952 canonical format \
                     ({:?})",
                    read.to_string()
                ));
            }
        }
        Ok(IpAddr::V4(_)) => {}
        Err(_) => {
            // Numbers may have zeros in front.
            let numbers: Option<Vec<u8>> = address
                .split('.')
                .map(|number| number.parse().ok())
                .collect();
            if let Some(numbers) = numbers.filter(|it| it.len() == 4) {
                let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
                tell_other_form(address, &numbers.join("."), path, found);
            }
        }
    }
}

fn tell_other_form(address: &str, other: &str, path: &Path<'_>, found: &mut Vec<String>) {
    found.push(format!(
        "{path}: non-standard IP address {address:?} is invalid: use {other:?}"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn warnings(spec: &str) -> Vec<String> {
        let text = format!(r#"{{"metadata": {{}}, "spec": {spec}}}"#);
        let pod = parse_json(&text, 0).unwrap();
        let mut found = Vec::new();
        warn(&pod, &Path::ROOT, &mut found);
        found
    }

    #[test]
    fn pods_are_warned_of_what_is_doubled_or_old() {
        let cases = [
            (
                r#"{"nodeSelector": {"beta.kubernetes.io/os": "linux"}}"#,
                "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14",
            ),
            (
                r#"{"containers": [{"env": [{"name": "A", "value": "1"}, {"name": "A"}]}]}"#,
                "spec.containers[0].env[1]: hides previous definition of \"A\"",
            ),
            (
                r#"{"containers": [{"ports": [{"containerPort": 80, "name": "a"}]},
                    {"ports": [{"containerPort": 81, "name": "a"}]}]}"#,
                "spec.containers[1].ports[0]: duplicate port name \"a\" with \
                 spec.containers[0].ports[0]",
            ),
            (
                r#"{"containers": [{"ports": [{"containerPort": 80},
                    {"containerPort": 80, "hostPort": 8}]}]}"#,
                "spec.containers[0].ports[1]: overlapping port definition with \
                 spec.containers[0].ports[0]",
            ),
            (
                r#"{"volumes": [{"gitRepo": {}}]}"#,
                "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled",
            ),
            (
                r#"{"hostAliases": [{"ip": "010.0.0.1"}]}"#,
                "spec.hostAliases[0].ip: non-standard IP address \"010.0.0.1\" is invalid: use \
                 \"10.0.0.1\"",
            ),
        ];
        for (spec, wanted) in cases {
            let found = warnings(spec);
            assert_eq!(found.len(), 1, "{spec}: {found:?}");
            assert!(found[0].starts_with(wanted), "{found:?}");
        }
        let builds = r#"{"containers": [{"env": [{"name": "A", "value": "1"},
            {"name": "A", "value": "$(A)2"}]}]}"#;
        assert_eq!(warnings(builds), [""; 0]);
    }
}
