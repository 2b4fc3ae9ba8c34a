//! Defaults of the other kinds that depend on several fields.

use super::rule::Literal::{Bool, Empty, Int, Text};
use super::rule::{copy_missing_between, inner, inner_items, set_missing};
use crate::fields::mapping_at;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trimtab_tree::{Mapping, Value};

fn text<'v>(fields: &'v Mapping, field: &str) -> &'v str {
    fields
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn is_empty(fields: &Mapping, field: &str) -> bool {
    fields.get(field).is_none_or(Value::is_null_or_empty)
}

/// Counts the templates of a daemon set.
pub(crate) const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// A mapping of these fields.
fn mapping<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::mapping(fields)
}

// Services and endpoints.

pub(super) fn service(spec: &mut Mapping) {
    set_missing(spec, "sessionAffinity", Text("None"));
    match text(spec, "sessionAffinity") {
        "None" => {
            spec.remove("sessionAffinityConfig");
        }
        "ClientIP" => {
            let has_timeout = spec
                .get("sessionAffinityConfig")
                .and_then(|config| config.get_path(&["clientIP", "timeoutSeconds"]))
                .is_some();
            if !has_timeout {
                let timeout = mapping([("timeoutSeconds", Value::int(10800))]);
                spec.insert("sessionAffinityConfig", mapping([("clientIP", timeout)]));
            }
        }
        _ => {}
    }
    set_missing(spec, "type", Text("ClusterIP"));
    let kind = text(spec, "type").to_owned();
    let is_external = matches!(kind.as_str(), "NodePort" | "LoadBalancer")
        || kind == "ClusterIP" && !is_empty(spec, "externalIPs");
    if is_external {
        set_missing(spec, "externalTrafficPolicy", Text("Cluster"));
    }
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer" | "ClusterIP") {
        set_missing(spec, "internalTrafficPolicy", Text("Cluster"));
    }
    if kind == "LoadBalancer" {
        set_missing(spec, "allocateLoadBalancerNodePorts", Bool(true));
    }
}

/// Addresses of a load balancer are its own unless it says otherwise.
pub(super) fn load_balancer_mode(service: &mut Mapping) {
    let kind = inner(service, "spec").map(|spec| text(spec, "type").to_owned());
    if kind.as_deref() != Some("LoadBalancer") {
        return;
    }
    let balancer = inner(service, "status").and_then(|status| inner(status, "loadBalancer"));
    for ingress in balancer
        .into_iter()
        .flat_map(|it| inner_items(it, "ingress"))
    {
        if !text(ingress, "ip").is_empty() {
            set_missing(ingress, "ipMode", Text("VIP"));
        }
    }
}

pub(super) fn service_port(port: &mut Mapping) {
    set_missing(port, "protocol", Text("TCP"));
    let has_target = port
        .get("targetPort")
        .is_some_and(|target| !matches!(target.text(), Some("" | "0" | "null")));
    if !has_target && let Some(number) = port.get("port").cloned() {
        port.insert("targetPort", number);
    }
}

// Namespaces, nodes, secrets, limits, volumes.

pub(super) fn namespace_label(namespace: &mut Mapping) {
    let name = namespace
        .get("metadata")
        .and_then(|metadata| metadata.get("name"))
        .filter(|name| name.text() != Some(""))
        .cloned();
    if let Some(name) = name
        && let Some(metadata) = mapping_at(namespace, "metadata")
        && let Some(labels) = mapping_at(metadata, "labels")
    {
        labels.insert("kubernetes.io/metadata.name", name);
    }
}

pub(super) fn allocatable(status: &mut Mapping) {
    if !status.contains_key("allocatable")
        && let Some(capacity) = status.get("capacity").cloned()
    {
        status.insert("allocatable", capacity);
    }
}

/// A secret has a type; and `stringData`, which is only for writing, goes over `data`.
pub(super) fn secret(secret: &mut Mapping) {
    set_missing(secret, "type", Text("Opaque"));
    let Some(strings) = secret.remove("stringData") else {
        return;
    };
    let Some(strings) = strings.as_mapping().filter(|strings| !strings.is_empty()) else {
        return;
    };
    if let Some(data) = mapping_at(secret, "data") {
        for (key, value) in strings.iter() {
            let encoded = STANDARD.encode(value.text().unwrap_or_default());
            data.insert(key, Value::string(encoded));
        }
    }
}

/// Limits of containers: defaults follow from maximum, and default requests from defaults, else
/// from the minimum.
pub(super) fn limit_range_item(item: &mut Mapping) {
    if text(item, "type") != "Container" {
        return;
    }
    for (to, from) in [
        ("default", "max"),
        ("defaultRequest", "default"),
        ("defaultRequest", "min"),
    ] {
        copy_missing_between(item, to, from);
    }
}

/// A node's first range of pod addresses is told twice, for clients of old.
pub(super) fn pod_ranges(spec: &mut Mapping) {
    tell_first_twice(spec, "podCIDR", "podCIDRs", None);
}

/// A field that holds one and one that holds all of which it is the first agree; if they do not, the
/// one counts. In the list stand texts, or mappings that have the text as `key`.
pub(super) fn tell_first_twice(fields: &mut Mapping, one: &str, all: &str, key: Option<&str>) {
    let first = fields
        .get(all)
        .and_then(Value::as_sequence)
        .and_then(<[Value]>::first)
        .and_then(|first| match key {
            Some(key) => first.get(key),
            None => Some(first),
        });
    match (fields.get(one), first) {
        (None, Some(first)) => {
            let first = first.clone();
            fields.insert(one, first);
        }
        (Some(single), first) if first != Some(single) => {
            let single = single.clone();
            let item = match key {
                Some(key) => mapping([(key, single)]),
                None => single,
            };
            fields.insert(all, Value::sequence(vec![item]));
        }
        _ => {}
    }
}

pub(super) fn replication_controller(controller: &mut Mapping) {
    let labels = template_labels(controller);
    let Some(labels) = labels else { return };
    if let Some(spec) = inner(controller, "spec")
        && is_empty(spec, "selector")
    {
        spec.insert("selector", labels.clone());
    }
    default_labels(controller, labels);
}

/// The labels of the pods that a workload makes.
fn template_labels(workload: &Mapping) -> Option<Value> {
    let labels = workload
        .get("spec")?
        .get_path(&["template", "metadata", "labels"])?;
    (!labels.is_null_or_empty()).then(|| labels.clone())
}

fn default_labels(object: &mut Mapping, labels: Value) {
    if let Some(metadata) = mapping_at(object, "metadata")
        && is_empty(metadata, "labels")
    {
        metadata.insert("labels", labels);
    }
}

// Workloads.

pub(super) fn deployment_strategy(spec: &mut Mapping) {
    let Some(strategy) = mapping_at(spec, "strategy") else {
        return;
    };
    set_missing(strategy, "type", Text("RollingUpdate"));
    if text(strategy, "type") == "RollingUpdate"
        && let Some(rolling) = mapping_at(strategy, "rollingUpdate")
    {
        set_missing(rolling, "maxUnavailable", Text("25%"));
        set_missing(rolling, "maxSurge", Text("25%"));
    }
}

pub(super) fn daemon_set_strategy(spec: &mut Mapping) {
    let Some(strategy) = mapping_at(spec, "updateStrategy") else {
        return;
    };
    set_missing(strategy, "type", Text("RollingUpdate"));
    if text(strategy, "type") == "RollingUpdate" {
        if let Some(rolling) = mapping_at(strategy, "rollingUpdate") {
            set_missing(rolling, "maxUnavailable", Int(1));
            set_missing(rolling, "maxSurge", Int(0));
        }
    } else if let Some(rolling) = inner(strategy, "rollingUpdate") {
        set_missing(rolling, "maxUnavailable", Int(0));
        set_missing(rolling, "maxSurge", Int(0));
    }
}

/// Clients of old look for the generation of a daemon set's template, which the server counts.
pub(super) fn template_generation(set: &mut Mapping) {
    if let Some(metadata) = mapping_at(set, "metadata")
        && let Some(annotations) = mapping_at(metadata, "annotations")
    {
        set_missing(annotations, TEMPLATE_GENERATION, Text("0"));
    }
}

pub(super) fn stateful_set_strategy(spec: &mut Mapping) {
    let Some(strategy) = mapping_at(spec, "updateStrategy") else {
        return;
    };
    if text(strategy, "type").is_empty() {
        strategy.insert("type", Value::string("RollingUpdate"));
        set_missing(strategy, "rollingUpdate", Empty);
    }
    if text(strategy, "type") == "RollingUpdate"
        && let Some(rolling) = inner(strategy, "rollingUpdate")
    {
        set_missing(rolling, "partition", Int(0));
    }
}

/// Templates of claims say what they are.
pub(super) fn claim_templates(spec: &mut Mapping) {
    for claim in inner_items(spec, "volumeClaimTemplates") {
        claim.insert("apiVersion", Value::string("v1"));
        claim.insert("kind", Value::string("PersistentVolumeClaim"));
    }
}

pub(super) fn job_labels(job: &mut Mapping) {
    if let Some(labels) = template_labels(job) {
        default_labels(job, labels);
    }
}

/// How many pods a job runs, how many may fail, and when failed ones are replaced.
pub(super) fn job_counts(job: &mut Mapping) {
    let Some(spec) = mapping_at(job, "spec") else {
        return;
    };
    if !spec.contains_key("completions") && !spec.contains_key("parallelism") {
        spec.insert("completions", Value::int(1));
    }
    set_missing(spec, "parallelism", Int(1));
    // Where failures are counted for each index, any number of them may be.
    let per_index = spec.contains_key("backoffLimitPerIndex");
    let limit = if per_index { i64::from(i32::MAX) } else { 6 };
    set_missing(spec, "backoffLimit", Int(limit));
    let policy = if spec.contains_key("podFailurePolicy") {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    set_missing(spec, "podReplacementPolicy", Text(policy));
}

/// What an autoscaler of version 1 goes by, unless its annotation has what only version 2 has fields
/// for.
pub(super) fn autoscaler_target(autoscaler: &mut Mapping) {
    const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
    let metadata = autoscaler.get("metadata");
    let metrics = metadata.and_then(|it| it.get_path(&["annotations", METRICS]));
    if metrics.is_none()
        && let Some(spec) = inner(autoscaler, "spec")
    {
        set_missing(spec, "targetCPUUtilizationPercentage", Int(80));
    }
}

pub(super) fn autoscaler_metrics(spec: &mut Mapping) {
    if !is_empty(spec, "metrics") {
        return;
    }
    let target = mapping([
        ("type", Value::string("Utilization")),
        ("averageUtilization", Value::int(80)),
    ]);
    let resource = mapping([("name", Value::string("cpu")), ("target", target)]);
    let metric = mapping([("type", Value::string("Resource")), ("resource", resource)]);
    spec.insert("metrics", Value::sequence(vec![metric]));
}

/// Where there is a behaviour, both directions have all their rules.
pub(super) fn autoscaler_behavior(spec: &mut Mapping) {
    let Some(behavior) = inner(spec, "behavior") else {
        return;
    };
    let policy = |kind: &str, value: i64| {
        mapping([
            ("type", Value::string(kind)),
            ("value", Value::int(value)),
            ("periodSeconds", Value::int(15)),
        ])
    };
    if let Some(up) = mapping_at(behavior, "scaleUp") {
        set_missing(up, "stabilizationWindowSeconds", Int(0));
        set_missing(up, "selectPolicy", Text("Max"));
        // A list that is there counts, were it empty: that is refused, not filled.
        if up.get("policies").is_none_or(Value::is_null) {
            let policies = vec![policy("Pods", 4), policy("Percent", 100)];
            up.insert("policies", Value::sequence(policies));
        }
    }
    if let Some(down) = mapping_at(behavior, "scaleDown") {
        set_missing(down, "selectPolicy", Text("Max"));
        if down.get("policies").is_none_or(Value::is_null) {
            down.insert("policies", Value::sequence(vec![policy("Percent", 100)]));
        }
    }
}

// The rest.

pub(super) fn policy_types(spec: &mut Mapping) {
    let types: &[&str] = if is_empty(spec, "egress") {
        &["Ingress"]
    } else {
        &["Ingress", "Egress"]
    };
    if is_empty(spec, "policyTypes") {
        let types = types.iter().map(|name| Value::string(*name)).collect();
        spec.insert("policyTypes", Value::sequence(types));
    }
}

pub(super) fn subject(subject: &mut Mapping) {
    if matches!(text(subject, "kind"), "User" | "Group") {
        set_missing(subject, "apiGroup", Text("rbac.authorization.k8s.io"));
    }
}

/// A definition that does not say what it stored, stored what it stores.
pub(super) fn stored_versions(definition: &mut Mapping) {
    let status = definition.get("status");
    let stored = status.and_then(|status| status.get("storedVersions"));
    if stored.is_some_and(|stored| !stored.is_null_or_empty()) {
        return;
    }
    let versions = definition.get("spec").and_then(|spec| spec.get("versions"));
    let versions = versions.and_then(Value::as_sequence).unwrap_or_default();
    let storage = versions
        .iter()
        .find(|version| crate::fields::is_true(version, "storage"));
    let Some(name) = storage.and_then(|version| version.get("name")).cloned() else {
        return;
    };
    if let Some(status) = mapping_at(definition, "status") {
        status.insert("storedVersions", Value::sequence(vec![name]));
    }
}

pub(super) fn definition_names(spec: &mut Mapping) {
    if let Some(names) = inner(spec, "names") {
        let kind = text(names, "kind").to_owned();
        if text(names, "singular").is_empty() && !kind.is_empty() {
            names.insert("singular", Value::string(kind.to_lowercase()));
        }
        if text(names, "listKind").is_empty() && !kind.is_empty() {
            names.insert("listKind", Value::string(format!("{kind}List")));
        }
    }
    if is_empty(spec, "conversion") {
        spec.insert("conversion", mapping([("strategy", Value::string("None"))]));
    }
}

pub(super) fn device_count(request: &mut Mapping) {
    set_missing(request, "allocationMode", Text("ExactCount"));
    if text(request, "allocationMode") == "ExactCount" {
        set_missing(request, "count", Int(1));
    }
}

/// The same for the first beta, where a request that has alternatives has no class.
pub(super) fn device_count_of_class(request: &mut Mapping) {
    if !text(request, "deviceClassName").is_empty() {
        device_count(request);
    }
}
