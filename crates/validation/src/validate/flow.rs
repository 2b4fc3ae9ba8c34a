//! Flow control: flow schemas and priority levels.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{self, Do, Items, Object, OneOf};
use crate::fields::{int, is_true, items, text};
use trimtab_tree::Value;

pub(super) static FLOW_SCHEMA: &[Rule] = &[Do(check_first), Object("spec", SCHEMA_SPEC)];

static SCHEMA_SPEC: &[Rule] = &[
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
];

/// The first precedence belongs to one schema.
fn check_first(schema: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = schema.get_path(&["metadata", "name"]).and_then(Value::text);
    let precedence = schema.get_path(&["spec", "matchingPrecedence"]);
    if precedence.and_then(Value::text) == Some("1") && name != Some("exempt") {
        let spec = path.field("spec");
        let why = "only the schema named 'exempt' may have matchingPrecedence 1";
        errors.invalid(&spec.field("matchingPrecedence"), &Value::int(1), why);
    }
}

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
    let level = level.and_then(Value::text).unwrap_or_default();
    let reference = path.field("priorityLevelConfiguration");
    let path = reference.field("name");
    if level.is_empty() {
        errors.required(&path, "must reference a priority level");
    } else {
        errors.invalid_each(&path, level, formats::dns_subdomain(level));
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
        check_subject(subject, field, kind, &path, errors);
    }
    if items(rule, "resourceRules").is_empty() && items(rule, "nonResourceRules").is_empty() {
        let why = "at least one of resourceRules and nonResourceRules has to be non-empty";
        errors.required(path, why);
    }
}

/// Checks who a subject is: what its kind asks for, and nothing else.
fn check_subject(subject: &Value, field: &str, kind: &str, path: &Path<'_>, errors: &mut Errors) {
    let who = |field| subject.get(field).filter(|it: &&Value| !it.is_null());
    for (other, of) in [
        ("serviceAccount", "ServiceAccount"),
        ("user", "User"),
        ("group", "Group"),
    ] {
        if other != field && who(other).is_some() {
            let why = format!("{other} is forbidden when subject kind is not '{of}'");
            errors.forbidden(&path.field(other), &why);
        }
    }
    let path = path.field(field);
    let Some(who) = who(field) else {
        let why = format!("{field} is required when subject kind is {kind:?}");
        errors.required(&path, &why);
        return;
    };
    let name = text(who, "name").unwrap_or_default();
    if field != "serviceAccount" {
        if name.is_empty() {
            errors.required(&path.field("name"), "");
        }
        return;
    }
    if name.is_empty() {
        errors.required(&path.field("name"), "");
    } else if name != "*" {
        let problems = formats::dns_subdomain(name);
        errors.invalid_each(&path.field("name"), name, problems);
    }
    match text(who, "namespace") {
        None => errors.required(
            &path.field("namespace"),
            "must specify namespace for service account",
        ),
        Some(namespace) => {
            let problems = formats::dns_label(namespace);
            errors.invalid_each(&path.field("namespace"), namespace, problems);
        }
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
    let list = path.field("namespaces");
    let namespaces = items(rule, "namespaces");
    let has_all = namespaces.iter().any(|it| it.text() == Some("*"));
    if namespaces.is_empty() && !is_true(rule, "clusterScope") {
        let why = "resource rules that are not cluster scoped must supply at least one namespace";
        errors.required(&list, why);
    } else if has_all {
        if namespaces.len() > 1 {
            let why = "if '*' is present, must not specify other namespaces";
            errors.invalid_or_none(&list, rule.get("namespaces"), why);
        }
    } else {
        for (at, namespace) in namespaces.iter().enumerate() {
            for problem in formats::dns_label(namespace.text().unwrap_or_default()) {
                let why =
                    format!("each member of this list must be '*' or a DNS-1123 label; {problem}");
                errors.invalid(&list.item(at), namespace, &why);
            }
        }
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
            Do(check_level_kind),
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

/// A level says of its own kind what there is to say, and nothing of another.
fn check_level_kind(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    super::rules::apply(&[OneOf("type", &["Exempt", "Limited"])], spec, path, errors);
    let has = |field| spec.get(field).is_some_and(|it| !it.is_null());
    match text(spec, "type") {
        Some("Exempt") if has("limited") => {
            let why = "must be nil if the type is not Limited";
            errors.forbidden(&path.field("limited"), why);
        }
        Some("Limited") if has("exempt") => {
            let why = "must be nil if the type is Limited";
            errors.forbidden(&path.field("exempt"), why);
        }
        Some("Limited") if !has("limited") => {
            let why = "must not be empty when type is Limited";
            errors.required(&path.field("limited"), why);
        }
        _ => {}
    }
}

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
    let outside = |percent: &i64| !(0..=100).contains(percent);
    if let Some(percent) = int(limited, "lendablePercent").filter(outside) {
        let why = "must be between 0 and 100, inclusive";
        errors.invalid(&path.field("lendablePercent"), &Value::int(percent), why);
    }
    if let Some(percent) = int(limited, "borrowingLimitPercent").filter(|it| *it < 0) {
        let why = "if specified, must be a non-negative integer";
        let path = path.field("borrowingLimitPercent");
        errors.invalid(&path, &Value::int(percent), why);
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
            } else if let (Some(hand), Some(queues)) = (hand, queues)
                && entropy_bits(queues, hand) > MAX_ENTROPY
            {
                let why = format!(
                    "required entropy bits of deckSize {queues} and handSize {hand} should not be \
                     greater than {MAX_ENTROPY}"
                );
                errors.invalid(&path.field("handSize"), &Value::int(hand), &why);
            }
        }
        _ => {}
    }
}

/// Bits of a hash that dealing a hand of queues may use up.
const MAX_ENTROPY: i64 = 60;

/// Bits that it takes to deal a hand: as many for each queue as tell all of them apart.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "both are small, and the estimate is Kubernetes' own, in this very arithmetic"
)]
fn entropy_bits(queues: i64, hand: i64) -> i64 {
    ((queues as f64).log2() * hand as f64).ceil() as i64
}
