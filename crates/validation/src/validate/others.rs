//! Configuration, roles, nodes, classes and the other kinds.

use super::errors::{Errors, Path, show};
use super::formats;
use super::metadata::check_immutable;
use super::rules::Rule;
use super::rules::Rule::{AtLeast, Do, Items, Object, OneOf, Required};
use super::scheduling;
use super::selectors;
use crate::fields::{entries, has, int, is_true, items, text};
use trimtab_tree::Value;

/// Bytes that a `ConfigMap` or `Secret` may hold.
const CONTENT_LIMIT: usize = 1 << 20;

pub(super) static CONFIG_MAP: &[Rule] = &[Do(check_config_map)];

fn check_config_map(map: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut size = 0;
    let data = path.field("data");
    for (key, value) in entries(map, "data") {
        errors.invalid_each(&data.key(key), key, formats::config_key(key));
        if map.get_path(&["binaryData", key]).is_some() {
            let why = "duplicate of key present in binaryData";
            errors.invalid_string(&data.key(key), key, why);
        }
        size += value.text().unwrap_or_default().len();
    }
    let binary = path.field("binaryData");
    for (key, value) in entries(map, "binaryData") {
        errors.invalid_each(&binary.key(key), key, formats::config_key(key));
        size += decoded_length(value);
    }
    if size > CONTENT_LIMIT {
        errors.too_long(&path.key(""), CONTENT_LIMIT);
    }
}

/// How many bytes base64 text stands for.
fn decoded_length(value: &Value) -> usize {
    let text = value.text().unwrap_or_default();
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

pub(super) static SECRET: &[Rule] = &[Do(check_secret)];

/// Keys that secrets of a type must have: all of them, or for the last, one.
const SECRET_KEYS: [(&str, &[&str]); 4] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

fn check_secret(secret: &Value, path: &Path<'_>, errors: &mut Errors) {
    let data = path.field("data");
    let mut size = 0;
    for (key, value) in entries(secret, "data") {
        errors.invalid_each(&data.key(key), key, formats::config_key(key));
        size += decoded_length(value);
    }
    if size > CONTENT_LIMIT {
        errors.too_long(&data, CONTENT_LIMIT);
    }
    let kind = text(secret, "type").unwrap_or_default();
    let lacks = |key: &str| secret.get_path(&["data", key]).is_none();
    if let Some((_, keys)) = SECRET_KEYS.iter().find(|(name, _)| *name == kind) {
        for key in keys.iter().filter(|key| lacks(key)) {
            errors.required(&data.key(key), "");
        }
    }
    let credentials = ["username", "password"];
    if kind == "kubernetes.io/basic-auth" && credentials.iter().all(|key| lacks(key)) {
        for key in credentials {
            errors.required(&data.key(key), "");
        }
    }
    if kind == "kubernetes.io/service-account-token" {
        const ACCOUNT: &str = "kubernetes.io/service-account.name";
        let annotation = secret.get_path(&["metadata", "annotations", ACCOUNT]);
        if annotation.and_then(Value::text).is_none_or(str::is_empty) {
            let metadata = path.field("metadata");
            let annotations = metadata.field("annotations");
            errors.required(&annotations.key(ACCOUNT), "");
        }
    }
    if kind == ".dockerconfigjson" {
        errors.required(&data, "");
    }
}

/// What was declared immutable stays.
pub(super) fn check_content_update(
    object: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if old.get("type").is_some() {
        check_immutable(object, old, "type", path, errors);
    }
    if !is_true(old, "immutable") {
        return;
    }
    let why = "field is immutable when `immutable` is set";
    if !is_true(object, "immutable") {
        errors.forbidden(&path.field("immutable"), why);
    }
    let null = Value::null();
    for field in ["data", "binaryData"] {
        let (now, before) = (object.get(field), old.get(field));
        if !crate::prepare::same(now.unwrap_or(&null), before.unwrap_or(&null)) {
            errors.forbidden(&path.field(field), why);
        }
    }
}

pub(super) static NAMESPACE: &[Rule] = &[Object("spec", &[Do(check_namespace_finalizers)])];

fn check_namespace_finalizers(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("finalizers");
    for finalizer in items(spec, "finalizers") {
        let name = finalizer.text().unwrap_or_default();
        errors.invalid_each(&path, name, formats::qualified_name(name));
        if !name.contains('/') && !formats::is_standard_finalizer(name) {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid_string(&path, name, why);
        }
    }
}

/// A namespace is going exactly when its deletion was asked for.
pub(super) fn check_namespace_phase(namespace: &Value, path: &Path<'_>, errors: &mut Errors) {
    let phase = namespace
        .get_path(&["status", "phase"])
        .and_then(Value::text);
    let is_going = namespace
        .get_path(&["metadata", "deletionTimestamp"])
        .is_some();
    let status = path.field("status");
    let path = status.field("Phase");
    match phase {
        Some("Terminating") if !is_going => {
            let why = "may only be 'Active' if `deletionTimestamp` is empty";
            errors.invalid_string(&path, "Terminating", why);
        }
        Some(phase) if is_going && phase != "Terminating" => {
            let why = "may only be 'Terminating' if `deletionTimestamp` is not empty";
            errors.invalid_string(&path, phase, why);
        }
        _ => {}
    }
}

pub(super) static NODE: &[Rule] = &[Object("spec", &[Do(check_taints), Do(check_pod_ranges)])];

/// Taints are told as if they stood in the metadata, as Kubernetes does.
fn check_taints(spec: &Value, _: &Path<'_>, errors: &mut Errors) {
    let root = Path::ROOT;
    let metadata = root.field("metadata");
    let list = metadata.field("taints");
    let taints = items(spec, "taints");
    for (at, taint) in taints.iter().enumerate() {
        super::rules::apply(scheduling::TAINT, taint, &list.item(at), errors);
        let is_same = |other: &Value| {
            ["key", "effect"]
                .iter()
                .all(|field| text(other, field) == text(taint, field))
        };
        if taints[..at].iter().any(is_same) {
            let shown = format!(
                "{{\"Key\":{:?},\"Value\":{:?},\"Effect\":{:?},\"TimeAdded\":{}}}: taints must be \
                 unique by key and effect pair",
                text(taint, "key").unwrap_or_default(),
                text(taint, "value").unwrap_or_default(),
                text(taint, "effect").unwrap_or_default(),
                show(taint.get("timeAdded")),
            );
            errors.duplicate_text(&list.item(at), &shown);
        }
    }
}

fn check_pod_ranges(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("podCIDRs");
    for (at, range) in items(spec, "podCIDRs").iter().enumerate() {
        let range = range.text().unwrap_or_default();
        errors.invalid_each(&list.item(at), range, formats::cidr(range));
    }
}

pub(super) static ROLE: &[Rule] = &[Items("rules", &[Do(check_namespaced_rule)])];
pub(super) static CLUSTER_ROLE: &[Rule] = &[
    Items("rules", &[Do(check_cluster_rule)]),
    Object("aggregationRule", &[Do(check_aggregation)]),
];

fn check_namespaced_rule(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_rule(rule, true, path, errors);
}

fn check_cluster_rule(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_rule(rule, false, path, errors);
}

fn check_rule(rule: &Value, namespaced: bool, path: &Path<'_>, errors: &mut Errors) {
    if items(rule, "verbs").is_empty() {
        errors.required(
            &path.field("verbs"),
            "verbs must contain at least one value",
        );
    }
    if let Some(urls) = rule
        .get("nonResourceURLs")
        .filter(|it| !it.is_null_or_empty())
    {
        let path = path.field("nonResourceURLs");
        if namespaced {
            let why = "namespaced rules cannot apply to non-resource URLs";
            errors.invalid(&path, urls, why);
        }
        let resources = ["apiGroups", "resources", "resourceNames"];
        if resources.iter().any(|field| has(rule, field)) {
            let why = "rules cannot apply to both regular resources and non-resource URLs";
            errors.invalid(&path, urls, why);
        }
        return;
    }
    if items(rule, "apiGroups").is_empty() {
        let why = "resource rules must supply at least one api group";
        errors.required(&path.field("apiGroups"), why);
    }
    if items(rule, "resources").is_empty() {
        let why = "resource rules must supply at least one resource";
        errors.required(&path.field("resources"), why);
    }
}

fn check_aggregation(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("clusterRoleSelectors");
    let all = items(rule, "clusterRoleSelectors");
    if all.is_empty() {
        let why = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        errors.required(&path, why);
    }
    for (at, selector) in all.iter().enumerate() {
        let path = path.item(at);
        let mut own = Errors::default();
        selectors::check(selector, &path, &mut own);
        let is_right = own.is_empty();
        errors.append(own);
        if !is_right {
            errors.invalid_or_none(&path, None, "invalid label selector.");
        }
    }
}

const RBAC: &str = "rbac.authorization.k8s.io";

pub(super) static ROLE_BINDING: &[Rule] = &[
    Object(
        "roleRef",
        &[
            OneOf("apiGroup", &[RBAC]),
            Do(check_bound_role),
            Required("name"),
        ],
    ),
    Items("subjects", &[Do(check_subject)]),
];

pub(super) static CLUSTER_ROLE_BINDING: &[Rule] = &[
    Object(
        "roleRef",
        &[
            OneOf("apiGroup", &[RBAC]),
            Do(check_bound_cluster_role),
            Required("name"),
        ],
    ),
    Items(
        "subjects",
        &[Do(check_subject), Do(check_account_namespace)],
    ),
];

fn check_bound_role(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_role_kind(reference, &["Role", "ClusterRole"], path, errors);
}

fn check_bound_cluster_role(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_role_kind(reference, &["ClusterRole"], path, errors);
}

fn check_role_kind(reference: &Value, kinds: &[&str], path: &Path<'_>, errors: &mut Errors) {
    let kind = text(reference, "kind").unwrap_or_default();
    if !kinds.contains(&kind) {
        errors.unsupported(&path.field("kind"), &Value::string(kind), kinds);
    }
}

fn check_subject(subject: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(subject, "name").is_none() {
        errors.required(&path.field("name"), "");
    }
    let group = text(subject, "apiGroup").unwrap_or_default();
    let wanted = match text(subject, "kind").unwrap_or_default() {
        "ServiceAccount" => {
            if let Some(name) = text(subject, "name") {
                errors.invalid_each(&path.field("name"), name, formats::dns_subdomain(name));
            }
            ""
        }
        "User" | "Group" => RBAC,
        kind => {
            let supported = ["ServiceAccount", "User", "Group"];
            errors.unsupported(&path.field("kind"), &Value::string(kind), &supported);
            return;
        }
    };
    if group != wanted {
        errors.unsupported(&path.field("apiGroup"), &Value::string(group), &[wanted]);
    }
}

fn check_account_namespace(subject: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(subject, "kind") == Some("ServiceAccount") && text(subject, "namespace").is_none() {
        errors.required(&path.field("namespace"), "");
    }
}

/// What a binding binds stays.
pub(super) fn check_binding_update(
    binding: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let null = Value::null();
    let reference = binding.get("roleRef").unwrap_or(&null);
    if !crate::prepare::same(reference, old.get("roleRef").unwrap_or(&null)) {
        let shown = |field| show(reference.get(field));
        let shown = format!(
            "{{\"APIGroup\":{},\"Kind\":{},\"Name\":{}}}",
            shown("apiGroup"),
            shown("kind"),
            shown("name")
        );
        errors.invalid_text(&path.field("roleRef"), &shown, "cannot change roleRef");
    }
}

/// Priorities above this are the system's.
const MAX_PRIORITY: i64 = 1_000_000_000;

pub(super) static PRIORITY_CLASS: &[Rule] = &[
    Do(check_priority),
    OneOf("preemptionPolicy", &["PreemptLowerPriority", "Never"]),
];

fn check_priority(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = class.get_path(&["metadata", "name"]).and_then(Value::text);
    let name = name.unwrap_or_default();
    if matches!(name, "system-node-critical" | "system-cluster-critical") {
        return;
    }
    if name.starts_with("system-") {
        let metadata = path.field("metadata");
        let why = format!(
            "priority class names with 'system-' prefix are reserved for system use only. error: \
             {name} is not a known system priority class"
        );
        errors.forbidden(&metadata.field("name"), &why);
    }
    if int(class, "value").unwrap_or(0) > MAX_PRIORITY {
        let why = format!("maximum allowed value of a user defined priority is {MAX_PRIORITY}");
        errors.forbidden(&path.field("value"), &why);
    }
}

pub(super) fn check_priority_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if class.get("value") != old.get("value") {
        errors.forbidden(&path.field("value"), "may not be changed in an update.");
    }
    check_immutable(class, old, "preemptionPolicy", path, errors);
}

pub(super) static STORAGE_CLASS: &[Rule] = &[
    Required("provisioner"),
    Rule::Form("provisioner", lower_qualified_name),
    Do(check_parameters),
    OneOf("reclaimPolicy", &["Delete", "Retain"]),
    OneOf("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    Items(
        "allowedTopologies",
        &[Items(
            "matchLabelExpressions",
            &[Required("key"), Required("values")],
        )],
    ),
];

fn lower_qualified_name(text: &str) -> formats::Problems {
    formats::qualified_name(&text.to_lowercase())
}

fn check_parameters(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    if entries(class, "parameters").any(|(key, _)| key.is_empty()) {
        errors.invalid_string(&path.field("parameters"), "", "field can not be empty.");
    }
}

pub(super) fn check_storage_class_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for field in [
        "parameters",
        "provisioner",
        "reclaimPolicy",
        "volumeBindingMode",
    ] {
        check_immutable(class, old, field, path, errors);
    }
}

pub(super) fn check_runtime_class_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_immutable(class, old, "handler", path, errors);
}

pub(super) static LEASE: &[Rule] = &[Object(
    "spec",
    &[Do(check_lease_duration), AtLeast("leaseTransitions", 0)],
)];

fn check_lease_duration(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(seconds) = int(spec, "leaseDurationSeconds").filter(|seconds| *seconds <= 0) {
        let path = path.field("leaseDurationSeconds");
        errors.invalid(&path, &Value::int(seconds), "must be greater than 0");
    }
}

pub(super) static EVENT: &[Rule] = &[Do(check_event)];

fn check_event(event: &Value, path: &Path<'_>, errors: &mut Errors) {
    let about = ["involvedObject", "regarding"]
        .iter()
        .find(|field| event.get(field).is_some());
    let about_field = about.copied().unwrap_or("involvedObject");
    let namespace = event
        .get(about_field)
        .and_then(|about| text(about, "namespace"))
        .unwrap_or_default();
    let own = event
        .get_path(&["metadata", "namespace"])
        .and_then(Value::text);
    // What is in no namespace is told of in the default one.
    let fits = own == Some(namespace) || namespace.is_empty() && own == Some("default");
    if !fits {
        let about = path.field("involvedObject");
        errors.invalid_string(
            &about.field("namespace"),
            namespace,
            "does not match event.namespace",
        );
    }
    if !has(event, "eventTime") {
        return;
    }
    let component =
        text(event, "reportingComponent").or_else(|| text(event, "reportingController"));
    let component_path = path.field("reportingComponent");
    if component.is_none() {
        errors.required(&component_path, "");
    }
    let component = component.unwrap_or_default();
    errors.invalid_each(
        &component_path,
        component,
        formats::qualified_name(component),
    );
    super::rules::apply(
        &[
            Required("reportingInstance"),
            Required("action"),
            Required("reason"),
        ],
        event,
        path,
        errors,
    );
}

pub(super) static REVISION: &[Rule] = &[Do(check_revision_data), AtLeast("revision", 0)];

fn check_revision_data(revision: &Value, path: &Path<'_>, errors: &mut Errors) {
    match revision.get("data") {
        Some(data) if data.as_mapping().is_some() => {}
        Some(data) if !data.is_null() => {
            errors.required(&path.field("data"), "data must be a valid JSON object");
        }
        _ => errors.required(&path.field("data"), "data is mandatory"),
    }
}

/// A revision's content stays.
pub(super) fn check_revision_update(
    revision: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_immutable(revision, old, "data", path, errors);
}

pub(super) static QUOTA: &[Rule] = &[Object("spec", &[Do(check_quota)])];

/// What a quota may count besides what containers ask for.
const COUNTED: [&str; 10] = [
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "requests.storage",
];

fn check_quota(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let hard = path.field("hard");
    for (name, value) in entries(spec, "hard") {
        let path = hard.key(name);
        let is_standard = |name: &str| {
            let bare = name
                .strip_prefix("requests.")
                .or_else(|| name.strip_prefix("limits."));
            COUNTED.contains(&name)
                || matches!(bare.unwrap_or(name), "cpu" | "memory" | "ephemeral-storage")
                || bare.unwrap_or(name).starts_with("hugepages-")
        };
        super::resources::check_name(name, is_standard, "quota", &path, errors);
        super::resources::check_amount(name, value, &path, errors);
        let amount = value
            .text()
            .and_then(|text| trimtab_object::Quantity::parse(text).ok());
        let is_counted = COUNTED[..9].contains(&name) || name.starts_with("count/");
        if is_counted && amount.is_some_and(|amount| !amount.is_whole()) {
            errors.invalid(&path, value, "must be an integer");
        }
    }
}
