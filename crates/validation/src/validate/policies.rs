//! Policies of admission and their bindings.

use super::errors::{Errors, Path};
use super::formats;
use super::matching::{self, check_expression};
use super::rules::Rule::{self, Do, Object, OneOf};
use super::rules::apply;
use crate::cel::{Environment, Field, Type, is_reserved};
use crate::fields::{given, items, text};
use trimtab_tree::Value;

pub(super) static VALIDATING: &[Rule] = &[Do(check_validating)];

pub(super) static MUTATING: &[Rule] = &[Do(check_mutating)];

pub(super) static VALIDATING_BINDING: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_policy_name),
        Object("paramRef", &[Do(matching::check_parameters)]),
        Object("matchResources", &[Do(matching::check_match)]),
        Do(check_actions),
    ],
)];

pub(super) static MUTATING_BINDING: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_policy_name),
        Object("paramRef", &[Do(matching::check_parameters)]),
        Object(
            "matchResources",
            &[Do(matching::check_match), Do(matching::check_mutable)],
        ),
    ],
)];

const MAX_ANNOTATIONS: usize = 20;
const MAX_ANNOTATION_EXPRESSION: usize = 5 * 1024;
const NOTHING_TO_DO: &str = "validations or auditAnnotations must contain at least one item";

fn check_policy_name(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("policyName");
    match text(spec, "policyName") {
        None => errors.required(&path, ""),
        Some(name) => errors.invalid_each(&path, name, formats::dns_subdomain(name)),
    }
}

fn check_actions(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("validationActions");
    let actions = items(spec, "validationActions");
    for (at, action) in actions.iter().enumerate() {
        if !matches!(action.text(), Some("Audit" | "Deny" | "Warn")) {
            errors.unsupported(&list.item(at), action, &["Audit", "Deny", "Warn"]);
        }
        if actions[..at].contains(action) {
            errors.duplicate(&list.item(at), action.text().unwrap_or_default());
        }
    }
    let has = |wanted: &str| actions.iter().any(|action| action.text() == Some(wanted));
    if has("Deny") && has("Warn") {
        let why = "must not contain both Deny and Warn (repeating the same validation failure \
                   information in the API response and headers serves no purpose)";
        errors.invalid_or_none(&list, spec.get("validationActions"), why);
    }
    if actions.is_empty() {
        errors.required(&list, "at least one validation action is required");
    }
}

fn check_validating(policy: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = policy.get("spec") else {
        return;
    };
    let path = path.field("spec");
    let known = check_subject(spec, &path, false, errors);
    let validations = items(spec, "validations");
    let annotations = items(spec, "auditAnnotations");
    if validations.is_empty() && annotations.is_empty() {
        errors.required(&path.field("validations"), NOTHING_TO_DO);
        errors.required(&path.field("auditAnnotations"), NOTHING_TO_DO);
        return;
    }
    let list = path.field("validations");
    for (at, validation) in validations.iter().enumerate() {
        check_validation(validation, &known, &list.item(at), errors);
    }
    let list = path.field("auditAnnotations");
    if annotations.len() > MAX_ANNOTATIONS {
        let why = format!("must not have more than {MAX_ANNOTATIONS} auditAnnotations");
        errors.invalid_or_none(&list, spec.get("auditAnnotations"), &why);
    }
    let name = policy.get_path(&["metadata", "name"]).and_then(Value::text);
    let authorized = known.with_authorizer();
    for (at, annotation) in annotations.iter().enumerate() {
        let path = list.item(at);
        check_annotation(annotation, name, &authorized, &path, errors);
        let key = text(annotation, "key");
        if annotations[..at].iter().any(|it| text(it, "key") == key) {
            errors.duplicate(&path.field("key"), key.unwrap_or_default());
        }
    }
}

fn check_mutating(policy: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = policy.get("spec") else {
        return;
    };
    let path = path.field("spec");
    let known = check_subject(spec, &path, true, errors)
        .with_authorizer()
        .with_mutations();
    let list = path.field("mutations");
    let mutations = items(spec, "mutations");
    if mutations.is_empty() {
        errors.required(&list, "mutations must contain at least one item");
    }
    for (at, mutation) in mutations.iter().enumerate() {
        check_mutation(mutation, &known, &list.item(at), errors);
    }
    if text(spec, "reinvocationPolicy").is_none() {
        errors.required(&path.field("reinvocationPolicy"), "");
    }
    let policies = [OneOf("reinvocationPolicy", &["IfNeeded", "Never"])];
    apply(&policies, spec, &path, errors);
}

fn has_params(spec: &Value) -> bool {
    spec.get("paramKind").is_some_and(|it| !it.is_null())
}

fn constraints_of(spec: &Value) -> Option<&Value> {
    spec.get("matchConstraints").filter(|it| !it.is_null())
}

/// What a policy is about, and when. Gives what its expressions may name. What mutates must be for what can
/// be changed.
fn check_subject(spec: &Value, path: &Path<'_>, mutates: bool, errors: &mut Errors) -> Environment {
    check_head(spec, path, errors);
    let constraints = path.field("matchConstraints");
    if let Some(resources) = constraints_of(spec) {
        check_constraints(resources, &constraints, errors);
        if mutates {
            matching::check_mutable(resources, &constraints, errors);
        }
    } else {
        errors.required(&constraints, "");
    }
    matching::check_conditions(spec, has_params(spec), path, errors);
    let known = matching::environment(has_params(spec));
    with_variables(spec, known, path, errors)
}

/// What all policies begin with.
fn check_head(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if given(spec, "failurePolicy").is_none() {
        errors.required(&path.field("failurePolicy"), "");
    }
    let policies = [OneOf("failurePolicy", &["Fail", "Ignore"])];
    apply(&policies, spec, path, errors);
    if let Some(kind) = spec.get("paramKind").filter(|it| !it.is_null()) {
        check_param_kind(kind, &path.field("paramKind"), errors);
    }
}

fn check_constraints(resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    matching::check_match(resources, path, errors);
    if items(resources, "resourceRules").is_empty() {
        errors.required(&path.field("resourceRules"), "");
    }
}

fn check_param_kind(param: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_api_version(text(param, "apiVersion"), &path.field("apiVersion"), errors);
    let path = path.field("kind");
    let Some(kind) = text(param, "kind") else {
        errors.required(&path, "");
        return;
    };
    let problems = formats::dns_1035_label(&kind.to_ascii_lowercase());
    if !problems.is_empty() {
        let why = format!(
            "may have mixed case, but should otherwise match: {}",
            problems.join(",")
        );
        errors.invalid_string(&path, kind, &why);
    }
}

fn check_api_version(found: Option<&str>, path: &Path<'_>, errors: &mut Errors) {
    let Some(found) = found else {
        errors.required(path, "");
        return;
    };
    if found != "/" && found.matches('/').count() > 1 {
        let why = format!("unexpected GroupVersion string: {found}");
        errors.invalid_string(path, found, &why);
        return;
    }
    let (group, version) = found.split_once('/').unwrap_or(("", found));
    let problems = formats::dns_subdomain(group);
    if !group.is_empty() && !problems.is_empty() {
        errors.invalid_string(path, group, &problems.join(","));
    }
    let problems = formats::dns_1035_label(version);
    if version.is_empty() {
        errors.invalid_string(path, found, "version must be specified");
    } else if !problems.is_empty() {
        errors.invalid_string(path, version, &problems.join(","));
    }
}

/// Checks the variables; says what expressions may name with them.
fn with_variables(
    spec: &Value,
    known: Environment,
    path: &Path<'_>,
    errors: &mut Errors,
) -> Environment {
    let list = path.field("variables");
    let variables = items(spec, "variables");
    let mut fields: Vec<(&str, Type)> = Vec::new();
    let declared = |known: &Environment, fields: &[(&str, Type)]| {
        let fields = fields
            .iter()
            .map(|(name, ty)| Field::new(*name, ty.clone()));
        let ty = Type::object("kubernetes.variables", fields);
        known.clone().with("variables", ty)
    };
    for (at, variable) in variables.iter().enumerate() {
        let path = list.item(at);
        let name = text(variable, "name").unwrap_or_default();
        if name.trim().is_empty() {
            errors.required(&path.field("name"), "name is not specified");
        } else if !is_identifier(name) {
            let why = "must be a valid CEL identifier";
            errors.invalid_string(&path.field("name"), name, why);
        }
        let path = path.field("expression");
        let expression = text(variable, "expression").unwrap_or_default();
        if expression.trim().is_empty() {
            errors.required(&path, "expression is not specified");
            continue;
        }
        let known = declared(&known, &fields).with_authorizer();
        if let Some(program) = check_expression(expression, &known, &[], &path, errors) {
            fields.push((name, program.output_type().clone()));
        }
    }
    if variables.is_empty() {
        known
    } else {
        declared(&known, &fields)
    }
}

fn is_identifier(name: &str) -> bool {
    let may_begin = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(may_begin)
        && name.chars().all(|c| may_begin(c) || c.is_ascii_digit())
        && !is_reserved(name)
}

const BLANK: &str = "must be non-empty if specified";

fn check_validation(validation: &Value, known: &Environment, path: &Path<'_>, errors: &mut Errors) {
    let expression_path = path.field("expression");
    let expression = text(validation, "expression").unwrap_or_default();
    if expression.trim().is_empty() {
        errors.required(&expression_path, "expression is not specified");
    } else {
        let known = known.clone().with_authorizer();
        check_expression(expression, &known, &["bool"], &expression_path, errors);
    }
    if let Some(message) = text(validation, "messageExpression") {
        let path = path.field("messageExpression");
        if message.trim().is_empty() {
            errors.invalid_string(&path, message, BLANK);
        } else {
            check_expression(message, known, &["string"], &path, errors);
        }
    }
    if let Some(message) = text(validation, "message") {
        let path = path.field("message");
        if message.trim().is_empty() {
            errors.invalid_string(&path, message, BLANK);
        } else if message.trim().contains(['\n', '\r']) {
            errors.invalid_string(&path, message, "must not contain line breaks");
        }
    }
    let reasons = [OneOf(
        "reason",
        &["Forbidden", "Invalid", "RequestEntityTooLarge"],
    )];
    apply(&reasons, validation, path, errors);
}

fn check_annotation(
    annotation: &Value,
    policy: Option<&str>,
    known: &Environment,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let key = text(annotation, "key").unwrap_or_default();
    let key_path = path.field("key");
    match policy.filter(|name| !name.is_empty()) {
        Some(name) => {
            let key = format!("{name}/{key}");
            errors.invalid_each(&key_path, &key, formats::qualified_name(&key));
        }
        None => errors.invalid_string(&key_path, key, "requires metadata.name be non-empty"),
    }
    let path = path.field("valueExpression");
    let expression = text(annotation, "valueExpression")
        .unwrap_or_default()
        .trim();
    if expression.is_empty() {
        errors.required(&path, "valueExpression is not specified");
    } else if expression.len() > MAX_ANNOTATION_EXPRESSION {
        let why = format!("must not exceed {MAX_ANNOTATION_EXPRESSION} bytes in length");
        errors.required(&path, &why);
    } else {
        check_expression(expression, known, &["string", "null_type"], &path, errors);
    }
}

fn check_mutation(mutation: &Value, known: &Environment, path: &Path<'_>, errors: &mut Errors) {
    let ways = [
        ("ApplyConfiguration", "applyConfiguration", "Object"),
        ("JSONPatch", "jsonPatch", "list(JSONPatch)"),
    ];
    let type_path = path.field("patchType");
    let Some(found) = text(mutation, "patchType") else {
        errors.required(&type_path, "");
        return;
    };
    let Some((_, field, ty)) = ways.iter().find(|(name, ..)| *name == found) else {
        let found = Value::string(found);
        errors.unsupported(&type_path, &found, &["ApplyConfiguration", "JSONPatch"]);
        return;
    };
    let own = path.field(field);
    if let Some(patch) = mutation.get(field).filter(|it| !it.is_null()) {
        let path = own.field("expression");
        let expression = text(patch, "expression").unwrap_or_default().trim();
        if expression.is_empty() {
            errors.required(&path, "");
        } else {
            check_expression(expression, known, &[*ty], &path, errors);
        }
    } else {
        errors.required(
            &own,
            &format!("must be specified when patchType is {found}"),
        );
    }
    for (name, other, _) in ways {
        if name != found && mutation.get(other).is_some_and(|it| !it.is_null()) {
            let why = format!("must not be specified when patchType is {found}");
            errors.invalid_string(&path.field(other), &format!("{{{other}}}"), &why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::validate_create;
    use trimtab_tree::parse_json;

    fn problems(kind: &str, spec: &str) -> Vec<String> {
        let selectors = r#""matchPolicy": "Equivalent", "namespaceSelector": {},
            "objectSelector": {}"#;
        let rule = r#"{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"],
            "resources": ["pods"]}"#;
        let text = format!(
            r#"{{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "{kind}",
            "metadata": {{"name": "p"}}, "spec": {{"failurePolicy": "Fail",
            "matchConstraints": {{{selectors}, "resourceRules": [{rule}]}}, {spec}}}}}"#
        );
        let object = parse_json(&text, 0).unwrap();
        let found = validate_create(&object);
        found
            .iter()
            .map(|it| format!("{}: {}", it.field, it.message))
            .collect()
    }

    #[test]
    fn expressions_of_policies_are_compiled() {
        let cases = [
            (
                r#""validations": [{"expression": "object.metadata.name == 'a'"}]"#,
                "",
            ),
            (
                r#""validations": [{"expression": "1"}]"#,
                "must evaluate to bool but got int",
            ),
            (
                r#""validations": [{"expression": "variables.a"}]"#,
                "undeclared reference",
            ),
            (
                r#""variables": [{"name": "a", "expression": "1 == 2"}],
                "validations": [{"expression": "variables.a"}]"#,
                "",
            ),
            (
                r#""validations": [{"expression": "params.a == 1"}]"#,
                "'params'",
            ),
            (
                r#""paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
                "validations": [{"expression": "params.a == 1"}]"#,
                "",
            ),
            (
                r#""validations": [{"expression": "true", "messageExpression": "1"}]"#,
                "must evaluate to string but got int",
            ),
            (
                r#""auditAnnotations": [{"key": "k", "valueExpression": "1"}]"#,
                "must evaluate to one of [string null_type] but got int",
            ),
            (
                r#""validations": [{"expression": "true"}],
                "matchConditions": [{"name": "a", "expression": "1"}]"#,
                "must evaluate to bool but got int",
            ),
        ];
        for (spec, wanted) in cases {
            let found = problems("ValidatingAdmissionPolicy", spec);
            assert_eq!(found.is_empty(), wanted.is_empty(), "{spec}: {found:?}");
            assert!(found.iter().all(|it| it.contains(wanted)), "{found:?}");
        }
    }

    #[test]
    fn mutations_say_how_they_change() {
        let cases = [
            (
                r#"{"patchType": "JSONPatch", "jsonPatch": {"expression":
                "[JSONPatch{op: 'add', path: '/a', value: 'b'}]"}}"#,
                "",
            ),
            (
                r#"{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                "Object{metadata: Object.metadata{labels: {'a': 'b'}}}"}}"#,
                "",
            ),
            (
                r#"{"patchType": "JSONPatch", "jsonPatch": {"expression": "1"}}"#,
                "must evaluate to list(JSONPatch) but got int",
            ),
            (r#"{"patchType": "JSONPatch"}"#, "must be specified when"),
            (r#"{"patchType": "X"}"#, "Unsupported value"),
        ];
        for (mutation, wanted) in cases {
            let spec = format!(r#""reinvocationPolicy": "Never", "mutations": [{mutation}]"#);
            let found = problems("MutatingAdmissionPolicy", &spec);
            assert_eq!(found.is_empty(), wanted.is_empty(), "{mutation}: {found:?}");
            assert!(found.iter().all(|it| it.contains(wanted)), "{found:?}");
        }
    }
}
