//! What is allowed but should not be done.

use super::errors::Path;
use super::formats;
use super::pod_warnings::{
    self, old_label, warn_of_address, warn_of_claim, warn_of_source, warn_of_term,
};
use crate::fields::{entries, group_and_kind, has, int, items, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trimtab_object::Quantity;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::Value;

/// Fields of nodes that nothing looks at.
fn warn_of_node(node: &Value, found: &mut Vec<String>) {
    if let Some(spec) = node.get("spec") {
        if spec.get("configSource").is_some_and(|it| !it.is_null()) {
            let why = "the feature is no longer available";
            found.push(format!("spec.configSource: {why}"));
        }
        if text(spec, "externalID").is_some() {
            let why = "this field is deprecated, and is unused by Kubernetes";
            found.push(format!("spec.externalID: {why}"));
        }
    }
}

/// What a quota lets be asked for should be within what it lets be used.
fn warn_of_quota(quota: &Value, found: &mut Vec<String>) {
    let hard = |name: &str| quota.get_path(&["spec", "hard", name]);
    for resource in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let (asked, limit) = (format!("requests.{resource}"), format!("limits.{resource}"));
        // Without a prefix these two are requests, too.
        let bare = matches!(resource, "cpu" | "memory") && hard(&asked).is_none();
        let asked = if bare { resource } else { &asked };
        let amount = |name: &str| Quantity::parse(hard(name)?.text()?).ok();
        if let (Some(most_asked), Some(most)) = (amount(asked), amount(&limit))
            && most_asked > most
        {
            found.push(format!(
                "ResourceQuota {asked} ({most_asked}) should be less than {limit} ({most})"
            ));
        }
    }
}

/// A stateful set may keep its history without an end.
fn warn_of_history(set: &Value, found: &mut Vec<String>) {
    let limit = set
        .get("spec")
        .and_then(|spec| int(spec, "revisionHistoryLimit"));
    if limit.is_some_and(|limit| limit < 0) {
        found.push(
            "spec.revisionHistoryLimit: a negative value keeps all revisions that ever were; a \
             value >= 0 is recommended"
                .to_owned(),
        );
    }
}

/// Tokens for a driver had better be given to it as secrets.
fn warn_of_driver(driver: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    let none = Value::null();
    let spec = driver.get("spec").unwrap_or(&none);
    let wanted = items(spec, "tokenRequests");
    let is_new = old.is_none_or(|old| {
        let old = old.get("spec").unwrap_or(&none);
        items(old, "tokenRequests") != wanted
    });
    let says = spec
        .get("serviceAccountTokenInSecrets")
        .is_some_and(|it| !it.is_null());
    if is_new && !wanted.is_empty() && !says {
        found.push(
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to \
             true to keep tokens out of logs of volume attributes"
                .to_owned(),
        );
    }
}

/// What is allowed but should not be done, for the `Warning` headers of an answer. `old` is the
/// object before an update.
#[must_use]
pub fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    let root = Path::ROOT;
    let (group, kind) = group_and_kind(object);
    match (group, kind) {
        ("", "Pod") if old.is_none() => {
            warn_of_name(group, kind, object, &mut found);
            pod_warnings::warn(object, &root, &mut found);
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            found.extend(crate::definition::warnings(object, old));
        }
        ("", "Node") => warn_of_node(object, &mut found),
        ("storage.k8s.io", "CSIDriver") => warn_of_driver(object, old, &mut found),
        ("", "ResourceQuota") if old.is_none() => warn_of_quota(object, &mut found),
        ("", "Service") => warn_of_service(object, &mut found),
        ("", "Secret") => warn_of_secret(object, &mut found),
        ("", "PersistentVolume") => warn_of_volume(object, &mut found),
        ("", "PersistentVolumeClaim") => {
            warn_of_annotations(object, &OLD_ANNOTATIONS[..1], &mut found);
            if let Some(spec) = object.get("spec") {
                warn_of_claim(spec, &root.field("spec"), &mut found);
            }
        }
        ("networking.k8s.io", "Ingress") if old.is_none() => warn_of_ingress(object, &mut found),
        ("storage.k8s.io", "StorageClass") => warn_of_storage_class(object, &mut found),
        ("storage.k8s.io", "CSIStorageCapacity") => {
            if let Some(topology) = object.get("nodeTopology") {
                let path = root.field("nodeTopology");
                warn_of_term(topology, false, &path, &mut found);
                let labels = path.field("matchLabels");
                for (key, _) in entries(topology, "matchLabels") {
                    if let Some(why) = old_label(key) {
                        found.push(format!("{}: {why}", labels.field(key)));
                    }
                }
            }
        }
        ("node.k8s.io", "RuntimeClass") => {
            if let Some(scheduling) = object.get("scheduling") {
                for (key, _) in entries(scheduling, "nodeSelector") {
                    if let Some(why) = old_label(key) {
                        found.push(format!("scheduling.nodeSelector: {why}"));
                    }
                }
            }
        }
        _ => {}
    }
    if old.is_none() && kind != "Pod" {
        warn_of_name(group, kind, object, &mut found);
    }
    if let Some(place) = PodTemplatePlace::of(group, kind)
        && let Some(template) = object.get_path(place.path)
        && old.is_none_or(|old| generation(old) != generation(object))
    {
        pod_warnings::warn(template, &root.raw(&place.path.join(".")), &mut found);
    }
    if (group, kind) == ("apps", "StatefulSet") {
        warn_of_history(object, &mut found);
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

/// Names that become names of pods or hosts, and do not suit them.
fn warn_of_name(group: &str, kind: &str, object: &Value, found: &mut Vec<String>) {
    let what = match (group, kind) {
        ("", "Pod") => "the Pod's hostname",
        ("", "ReplicationController")
        | ("apps", "Deployment" | "ReplicaSet")
        | ("batch", "Job" | "CronJob") => "Pod names and hostnames",
        _ => return,
    };
    let name = object.get_path(&["metadata", "name"]).and_then(Value::text);
    let problems = formats::dns_label(name.unwrap_or_default());
    if !problems.is_empty() {
        found.push(format!(
            "metadata.name: this is used in {what}, which can result in surprising behavior; a \
             DNS label is recommended: [{}]",
            problems.join(" ")
        ));
    }
}

fn generation(object: &Value) -> Option<&str> {
    object.get_path(&["metadata", "generation"])?.text()
}

/// Annotations of storage that are fields now; the first is one of claims too.
const OLD_ANNOTATIONS: [(&str, &str); 2] = [
    (
        "volume.beta.kubernetes.io/storage-class",
        "deprecated since v1.8; use \"storageClassName\" attribute instead",
    ),
    (
        "volume.beta.kubernetes.io/mount-options",
        "deprecated since v1.31; use \"mountOptions\" attribute instead",
    ),
];

fn warn_of_annotations(object: &Value, old: &[(&str, &str)], found: &mut Vec<String>) {
    for (key, why) in old {
        if object.get_path(&["metadata", "annotations", key]).is_some() {
            found.push(format!("metadata.annotations[{key}]: {why}"));
        }
    }
}

fn warn_of_volume(volume: &Value, found: &mut Vec<String>) {
    warn_of_annotations(volume, &OLD_ANNOTATIONS, found);
    let Some(spec) = volume.get("spec") else {
        return;
    };
    let root = Path::ROOT;
    let path = root.field("spec");
    if text(spec, "persistentVolumeReclaimPolicy") == Some("Recycle") {
        let path = path.field("persistentVolumeReclaimPolicy");
        found.push(format!(
            "{path}: The Recycle reclaim policy is deprecated. Instead, the recommended approach \
             is to use dynamic provisioning."
        ));
    }
    if let Some(required) = spec.get_path(&["nodeAffinity", "required"]) {
        let affinity = path.field("nodeAffinity");
        let required_path = affinity.field("required");
        let list = required_path.field("nodeSelectorTerms");
        for (at, term) in items(required, "nodeSelectorTerms").iter().enumerate() {
            warn_of_term(term, false, &list.item(at), found);
        }
    }
    warn_of_source(spec, &path, found);
}

fn warn_of_ingress(ingress: &Value, found: &mut Vec<String>) {
    let key = "kubernetes.io/ingress.class";
    let annotation = ingress.get_path(&["metadata", "annotations", key]);
    let class = ingress.get_path(&["spec", "ingressClassName"]);
    if annotation.is_some() && class.is_none() {
        found.push(format!(
            "annotation {key:?} is deprecated, please use 'spec.ingressClassName' instead"
        ));
    }
}

fn warn_of_storage_class(class: &Value, found: &mut Vec<String>) {
    let root = Path::ROOT;
    let list = root.field("allowedTopologies");
    for (at, topology) in items(class, "allowedTopologies").iter().enumerate() {
        let item = list.item(at);
        let list = item.field("matchLabelExpressions");
        let expressions = items(topology, "matchLabelExpressions");
        for (at, expression) in expressions.iter().enumerate() {
            if let Some(why) = text(expression, "key").and_then(old_label) {
                found.push(format!("{}: {why}", list.item(at).field("key")));
            }
        }
    }
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
    let root = Path::ROOT;
    let path = root.field("spec");
    let hints = "service.kubernetes.io/topology-aware-hints";
    if service
        .get_path(&["metadata", "annotations", hints])
        .is_some()
    {
        found.push(format!(
            "annotation {hints} is deprecated, please use service.kubernetes.io/topology-mode \
             instead"
        ));
    }
    let kind = text(spec, "type").unwrap_or_default();
    let is_outside = kind == "ExternalName";
    let has_address = !matches!(text(spec, "clusterIP"), None | Some("None"));
    let is_headless = kind == "ClusterIP" && text(spec, "clusterIP") == Some("None");
    let external = has(spec, "externalIPs");
    let warn_of_list = |field: &str, found: &mut Vec<String>| {
        let list = path.field(field);
        for (at, address) in items(spec, field).iter().enumerate() {
            warn_of_address(address.text(), &list.item(at), found);
        }
    };
    if has_address {
        warn_of_list("clusterIPs", found);
    }
    if is_headless {
        if has(spec, "loadBalancerIP") {
            found.push("spec.loadBalancerIP is ignored for headless services".to_owned());
        }
        if external {
            found.push("spec.externalIPs is ignored for headless services".to_owned());
        }
        if text(spec, "sessionAffinity").is_some_and(|it| it != "None") {
            found.push("spec.SessionAffinity is ignored for headless services".to_owned());
        }
    }
    warn_of_list("externalIPs", found);
    if external && !is_headless && !is_outside {
        let why =
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters";
        found.push(why.to_owned());
    }
    let balancer = text(spec, "loadBalancerIP");
    warn_of_address(balancer, &path.field("loadBalancerIP"), found);
    if external && is_outside {
        let why = "spec.externalIPs is ignored when spec.type is \"ExternalName\"";
        found.push(why.to_owned());
    }
    if has(spec, "externalName") && !is_outside {
        let why = "spec.externalName is ignored when spec.type is not \"ExternalName\"";
        found.push(why.to_owned());
    }
    if text(spec, "trafficDistribution") == Some("PreferClose") {
        let why = "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"";
        found.push(why.to_owned());
    }
}
