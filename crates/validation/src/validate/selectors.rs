//! Label selectors, and whether they select what a template makes.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use crate::fields::{has, items, text};
use trimtab_tree::Value;

/// Checks a label selector; says whether it is right.
pub(super) fn check(selector: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_labels(selector, "matchLabels", path, errors);
    let path = path.field("matchExpressions");
    for (at, requirement) in items(selector, "matchExpressions").iter().enumerate() {
        let path = path.item(at);
        check_values(
            requirement,
            &path,
            errors,
            &["In", "NotIn", "Exists", "DoesNotExist"],
        );
        let key = text(requirement, "key").unwrap_or_default();
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
        for (at, value) in items(requirement, "values").iter().enumerate() {
            let value = value.text().unwrap_or_default();
            let problems = formats::label_value(value);
            errors.invalid_each(&path.field("values").item(at), value, problems);
        }
    }
}

/// Checks that a requirement has values where its operator takes some.
pub(super) fn check_values(
    requirement: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
    operators: &[&str],
) {
    let operator = text(requirement, "operator").unwrap_or_default();
    let values = path.field("values");
    let count = items(requirement, "values").len();
    match operator {
        _ if !operators.contains(&operator) => {
            let why = "not a valid selector operator";
            errors.invalid_string(&path.field("operator"), operator, why);
        }
        "In" | "NotIn" if count == 0 => {
            let why = "must be specified when `operator` is 'In' or 'NotIn'";
            errors.required(&values, why);
        }
        "Exists" | "DoesNotExist" if count > 0 => {
            let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&values, why);
        }
        "Gt" | "Lt" if count != 1 => {
            let why = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.required(&values, why);
        }
        _ => {}
    }
}

/// Whether a selector selects nothing because it says nothing.
pub(super) fn is_empty(selector: &Value) -> bool {
    !has(selector, "matchLabels") && !has(selector, "matchExpressions")
}

/// Whether a selector is right and selects these labels.
pub(super) fn selects(selector: &Value, labels: Option<&Value>) -> bool {
    let label = |key: &str| {
        labels
            .and_then(|labels| labels.get(key))
            .and_then(Value::text)
    };
    let by_labels = crate::fields::entries(selector, "matchLabels")
        .all(|(key, value)| label(key) == value.text());
    let by_expression = |requirement: &Value| {
        let found = label(text(requirement, "key").unwrap_or_default());
        let listed = || {
            let values = items(requirement, "values");
            values.iter().any(|value| value.text() == found)
        };
        match text(requirement, "operator") {
            Some("In") => found.is_some() && listed(),
            Some("NotIn") => found.is_none() || !listed(),
            Some("Exists") => found.is_some(),
            Some("DoesNotExist") => found.is_none(),
            _ => false,
        }
    };
    by_labels
        && items(selector, "matchExpressions")
            .iter()
            .all(by_expression)
}
