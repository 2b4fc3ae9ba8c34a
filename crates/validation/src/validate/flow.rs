//! Flow control: flow schemas and priority levels.

use super::errors::{Errors, Path};
use super::rules::Rule::{self, Do, Items, Object, OneOf};
use crate::fields::{int, is_true, items, text};
use trimtab_tree::Value;

pub(super) static FLOW_SCHEMA: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_precedence),
        Object("distinguisherMethod", &[Do(check_method)]),
        Do(check_level),
        Items(
            "rules",
            &[
                Do(check_subjects),
                Items("resourceRules", &[Do(check_verbs), Do(check_resources)]),
                Items("nonResourceRules", &[Do(check_verbs), Do(check_urls)]),
            ],
        ),
    ],
)];

/// The largest precedence; smaller ones come first.
const MAX_PRECEDENCE: i64 = 10_000;

const VERBS: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "proxy",
    "update",
    "watch",
];

fn check_precedence(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let precedence = int(spec, "matchingPrecedence").unwrap_or(0);
    let path = path.field("matchingPrecedence");
    if precedence <= 0 {
        errors.invalid(&path, &Value::int(precedence), "must be a positive value");
    } else if precedence > MAX_PRECEDENCE {
        let why = format!("must not be greater than {MAX_PRECEDENCE}");
        errors.invalid(&path, &Value::int(precedence), &why);
    }
}

fn check_method(method: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = text(method, "type").unwrap_or_default();
    if !matches!(kind, "ByNamespace" | "ByUser") {
        let shown = format!("{{\"Type\":{kind:?}}}");
        let supported = ["ByNamespace", "ByUser"];
        errors.unsupported_text(&path.field("type"), &shown, &supported);
    }
}

fn check_level(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let level = spec.get_path(&["priorityLevelConfiguration", "name"]);
    if level.and_then(Value::text).is_none_or(str::is_empty) {
        let reference = path.field("priorityLevelConfiguration");
        errors.required(&reference.field("name"), "must reference a priority level");
    }
}

fn check_subjects(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("subjects");
    let subjects = items(rule, "subjects");
    if subjects.is_empty() {
        errors.required(&list, "subjects must contain at least one value");
    }
    for (at, subject) in subjects.iter().enumerate() {
        let path = list.item(at);
        let (field, kind) = match text(subject, "kind").unwrap_or_default() {
            kind @ "Group" => ("group", kind),
            kind @ "ServiceAccount" => ("serviceAccount", kind),
            kind @ "User" => ("user", kind),
            kind => {
                let supported = ["Group", "ServiceAccount", "User"];
                errors.unsupported(&path.field("kind"), &Value::string(kind), &supported);
                continue;
            }
        };
        if subject.get(field).is_none() {
            let why = format!("{field} is required when subject kind is {kind:?}");
            errors.required(&path.field(field), &why);
        }
    }
    if items(rule, "resourceRules").is_empty() && items(rule, "nonResourceRules").is_empty() {
        let why = "at least one of resourceRules and nonResourceRules has to be non-empty";
        errors.required(path, why);
    }
}

fn check_verbs(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("verbs");
    let verbs = items(rule, "verbs");
    let has_all = verbs.iter().any(|verb| verb.text() == Some("*"));
    match rule.get("verbs") {
        Some(all) if !verbs.is_empty() => {
            if has_all && verbs.len() > 1 {
                let why = "if '*' is present, must not specify other verbs";
                errors.invalid(&path, all, why);
            } else if !has_all
                && !verbs
                    .iter()
                    .all(|verb| VERBS.contains(&verb.text().unwrap_or_default()))
            {
                errors.unsupported(&path, all, VERBS);
            }
        }
        _ => errors.required(&path, "verbs must contain at least one value"),
    }
}

fn check_resources(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (field, why) in [
        (
            "apiGroups",
            "resource rules must supply at least one api group",
        ),
        (
            "resources",
            "resource rules must supply at least one resource",
        ),
    ] {
        if items(rule, field).is_empty() {
            errors.required(&path.field(field), why);
        }
    }
    if items(rule, "namespaces").is_empty() && !is_true(rule, "clusterScope") {
        let why = "resource rules that are not cluster scoped must supply at least one namespace";
        errors.required(&path.field("namespaces"), why);
    }
}

fn check_urls(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("nonResourceURLs");
    let urls = items(rule, "nonResourceURLs");
    if urls.is_empty() {
        let why = "nonResourceURLs must contain at least one value";
        errors.required(&list, why);
    }
    for (at, url) in urls.iter().enumerate() {
        let url_text = url.text().unwrap_or_default();
        if url_text != "*" && !url_text.starts_with('/') {
            errors.invalid(&list.item(at), url, "must start with slash");
        }
    }
}

pub(super) static PRIORITY_LEVEL: &[Rule] = &[
    Do(check_exempt),
    Object(
        "spec",
        &[
            OneOf("type", &["Exempt", "Limited"]),
            Object(
                "limited",
                &[
                    Do(check_shares),
                    Object(
                        "limitResponse",
                        &[OneOf("type", &["Queue", "Reject"]), Do(check_queuing)],
                    ),
                ],
            ),
        ],
    ),
];

/// Only one level is exempt, and that always.
fn check_exempt(level: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = level.get_path(&["spec", "type"]).and_then(Value::text);
    let name = level.get_path(&["metadata", "name"]).and_then(Value::text);
    if let Some(kind) = kind
        && (kind == "Exempt") != (name == Some("exempt"))
    {
        let spec = path.field("spec");
        let why = "must be 'Exempt' if and only if `name` is 'exempt'";
        errors.invalid_string(&spec.field("type"), kind, why);
    }
}

fn check_shares(limited: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(shares) = int(limited, "nominalConcurrencyShares").filter(|shares| *shares < 0) {
        let path = path.field("nominalConcurrencyShares");
        errors.invalid(&path, &Value::int(shares), "must be a non-negative integer");
    }
}

fn check_queuing(response: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("queuing");
    match (text(response, "type"), response.get("queuing")) {
        (Some("Reject"), Some(_)) => {
            let why = "must be nil if limited.limitResponse.type is not Limited";
            errors.forbidden(&path, why);
        }
        (Some("Queue"), None) => {
            errors.required(
                &path,
                "must not be empty if limited.limitResponse.type is Limited",
            );
        }
        (Some("Queue"), Some(queuing)) => {
            for field in ["queueLengthLimit", "queues", "handSize"] {
                if let Some(found) = int(queuing, field).filter(|found| *found <= 0) {
                    errors.invalid(&path.field(field), &Value::int(found), "must be positive");
                }
            }
            let (hand, queues) = (int(queuing, "handSize"), int(queuing, "queues"));
            if let (Some(hand), Some(queues)) = (hand, queues)
                && hand > queues
            {
                let why = format!("should not be greater than queues ({queues})");
                errors.invalid(&path.field("handSize"), &Value::int(hand), &why);
            }
        }
        _ => {}
    }
}
