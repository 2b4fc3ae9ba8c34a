//! Roles and their bindings.

use super::errors::{Errors, Path, show};
use super::formats;
use super::rules::Rule;
use super::rules::Rule::{Do, Form, Items, Object, OneOf, Required};
use super::selectors;
use crate::fields::{has, items, text};
use trimtab_tree::Value;

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
            Form("name", formats::path_segment),
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
            Form("name", formats::path_segment),
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
    if !crate::equality::same(reference, old.get("roleRef").unwrap_or(&null)) {
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
