//! What admission webhooks and policies match: rules with operations, selectors, conditions.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::OneOf;
use super::rules::apply;
use super::selectors;
use crate::cel::{CelError, Environment, Program, Type, compile, namespace_type, request_type};
use crate::fields::{given, has, items, text};
use trimtab_tree::Value;

const OPERATIONS: [&str; 5] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
/// What a request can be changed at.
const MUTABLE_OPERATIONS: [&str; 4] = ["*", "CONNECT", "CREATE", "UPDATE"];
const MAX_CONDITIONS: u64 = 64;

/// Checks a list of rules with operations.
pub(super) fn check_rules(object: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field(field);
    for (at, rule) in items(object, field).iter().enumerate() {
        check_rule(rule, &list.item(at), errors);
    }
}

fn check_rule(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_wildcard(rule, "operations", "operations", path, errors);
    let list = path.field("operations");
    for (at, operation) in items(rule, "operations").iter().enumerate() {
        if !OPERATIONS.contains(&operation.text().unwrap_or_default()) {
            errors.unsupported(&list.item(at), operation, &OPERATIONS);
        }
    }
    check_wildcard(rule, "apiGroups", "API groups", path, errors);
    check_wildcard(rule, "apiVersions", "API versions", path, errors);
    let list = path.field("apiVersions");
    for (at, version) in items(rule, "apiVersions").iter().enumerate() {
        if version.text().is_none_or(str::is_empty) {
            errors.required(&list.item(at), "");
        }
    }
    check_resources(rule, path, errors);
    let scopes = [OneOf("scope", &["*", "Cluster", "Namespaced"])];
    apply(&scopes, rule, path, errors);
}

/// A list that has something, and nothing beside `*`.
fn check_wildcard(rule: &Value, field: &str, what: &str, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field(field);
    let list = items(rule, field);
    if list.is_empty() {
        errors.required(&path, "");
    } else if list.len() > 1 && list.iter().any(|it| it.text() == Some("*")) {
        let why = format!("if '*' is present, must not specify other {what}");
        errors.invalid_or_none(&path, rule.get(field), &why);
    }
}

fn check_resources(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("resources");
    let list = items(rule, "resources");
    if list.is_empty() {
        errors.required(&path, "");
    }
    // Resources with all their subresources, and subresources of all resources.
    let (mut whole, mut everywhere) = (Vec::new(), Vec::new());
    let mut has_plain = false;
    for (at, resource) in list.iter().enumerate() {
        let resource = resource.text().unwrap_or_default();
        let path = path.item(at);
        if resource.is_empty() {
            errors.required(&path, "");
            continue;
        }
        let Some((name, sub)) = resource.split_once('/') else {
            has_plain = resource != "*";
            continue;
        };
        if whole.contains(&name) {
            let why = format!("if '{name}/*' is present, must not specify {resource}");
            errors.invalid_string(&path, resource, &why);
        }
        if everywhere.contains(&sub) {
            let why = format!("if '*/{sub}' is present, must not specify {resource}");
            errors.invalid_string(&path, resource, &why);
        }
        if sub == "*" {
            whole.push(name);
        }
        if name == "*" {
            everywhere.push(sub);
        }
    }
    let lists = |wanted: &str| list.iter().any(|it| it.text() == Some(wanted));
    let all = rule.get("resources");
    if list.len() > 1 && lists("*/*") {
        let why = "if '*/*' is present, must not specify other resources";
        errors.invalid_or_none(&path, all, why);
    }
    if lists("*") && has_plain {
        let why = "if '*' is present, must not specify other resources without subresources";
        errors.invalid_or_none(&path, all, why);
    }
}

/// Checks the resources that a policy or a binding is for.
pub(super) fn check_match(resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    if given(resources, "matchPolicy").is_none() {
        errors.required(&path.field("matchPolicy"), "");
    } else {
        let policies = [OneOf("matchPolicy", &["Equivalent", "Exact"])];
        apply(&policies, resources, path, errors);
    }
    for field in ["namespaceSelector", "objectSelector"] {
        let path = path.field(field);
        match resources.get(field).filter(|it| !it.is_null()) {
            None => errors.required(&path, ""),
            Some(selector) => selectors::check(selector, &path, errors),
        }
    }
    for field in ["resourceRules", "excludeResourceRules"] {
        let list = path.field(field);
        for (at, rule) in items(resources, field).iter().enumerate() {
            let path = list.item(at);
            check_resource_names(rule, &path, errors);
            check_rule(rule, &path, errors);
        }
    }
}

fn check_resource_names(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("resourceNames");
    let names = items(rule, "resourceNames");
    for (at, name) in names.iter().enumerate() {
        let found = name.text().unwrap_or_default();
        errors.invalid_each(&list.item(at), found, formats::path_segment(found));
        if names[..at].contains(name) {
            errors.duplicate(&list.item(at), found);
        }
    }
}

/// Checks that rules are for requests that can be changed.
pub(super) fn check_mutable(resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("resourceRules");
    let path = path.field("operations");
    for rule in items(resources, "resourceRules") {
        for operation in items(rule, "operations") {
            if !MUTABLE_OPERATIONS.contains(&operation.text().unwrap_or_default()) {
                errors.unsupported(&path, operation, &MUTABLE_OPERATIONS);
            }
        }
    }
}

/// Checks conditions; those of policies may name the policy's parameters.
pub(super) fn check_conditions(
    object: &Value,
    has_params: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("matchConditions");
    let conditions = items(object, "matchConditions");
    if conditions.len() as u64 > MAX_CONDITIONS {
        errors.too_many(&list, conditions.len(), MAX_CONDITIONS);
    }
    if conditions.is_empty() {
        return;
    }
    let environment = environment(has_params).with_authorizer();
    for (at, condition) in conditions.iter().enumerate() {
        let path = list.item(at);
        let expression = text(condition, "expression").unwrap_or_default().trim();
        let expression_path = path.field("expression");
        if expression.is_empty() {
            errors.required(&expression_path, "");
        } else {
            check_expression(
                expression,
                &environment,
                &["bool"],
                &expression_path,
                errors,
            );
        }
        let name_path = path.field("name");
        let Some(name) = text(condition, "name") else {
            errors.required(&name_path, "");
            continue;
        };
        errors.invalid_each(&name_path, name, formats::qualified_name(name));
        if conditions[..at]
            .iter()
            .any(|it| text(it, "name") == Some(name))
        {
            errors.duplicate(&name_path, name);
        }
    }
}

/// What expressions of admission may name.
pub(super) fn environment(has_params: bool) -> Environment {
    let environment = Environment::new()
        .with("object", Type::DYN)
        .with("oldObject", Type::DYN)
        .with("request", request_type())
        .with("namespaceObject", namespace_type());
    if has_params {
        environment.with("params", Type::DYN)
    } else {
        environment
    }
}

/// Checks that an expression compiles and is of one of some types (of any, if none is named).
pub(super) fn check_expression(
    expression: &str,
    environment: &Environment,
    types: &[&str],
    path: &Path<'_>,
    errors: &mut Errors,
) -> Option<Program> {
    let program = match compile(expression, environment) {
        Ok(program) => program,
        Err(why) => {
            errors.invalid_string(path, expression, &uncompiled(&why));
            return None;
        }
    };
    let found = called(program.output_type());
    if !types.is_empty() && !types.contains(&found.as_str()) {
        let wanted = match types {
            [one] => (*one).to_owned(),
            _ => format!("one of [{}]", types.join(" ")),
        };
        let why = format!("must evaluate to {wanted} but got {found}");
        errors.invalid_string(path, expression, &why);
    }
    Some(program)
}

fn uncompiled(why: &CelError) -> String {
    why.told()
}

/// A type as messages about results call it.
fn called(ty: &Type) -> String {
    match ty {
        Type::Null => "null_type".to_owned(),
        Type::Duration(_) => "google.protobuf.Duration".to_owned(),
        Type::Timestamp(_) => "google.protobuf.Timestamp".to_owned(),
        other => other.to_string(),
    }
}

/// What a binding takes the parameters of its policy from.
pub(super) fn check_parameters(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    const BOTH: &str = "name and selector are mutually exclusive";
    let name = text(reference, "name");
    let selector = reference.get("selector").filter(|it| !it.is_null());
    if let Some(name) = name {
        let path = path.field("name");
        errors.invalid_each(&path, name, formats::path_segment(name));
        if selector.is_some() {
            errors.forbidden(&path, BOTH);
        }
    }
    if let Some(selector) = selector {
        let path = path.field("selector");
        selectors::check(selector, &path, errors);
        if name.is_some() {
            errors.forbidden(&path, BOTH);
        }
    }
    if !has(reference, "name") && selector.is_none() {
        errors.required(path, "one of name or selector must be specified");
    }
    let path = path.field("parameterNotFoundAction");
    match text(reference, "parameterNotFoundAction") {
        None => errors.required(&path, ""),
        Some("Deny" | "Allow") => {}
        Some(found) => errors.unsupported(&path, &Value::string(found), &["Deny", "Allow"]),
    }
}
