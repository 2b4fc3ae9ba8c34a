//! When a job fails and when it is done, and the indexes in which both are told.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{AtLeast, OneOf};
use super::rules::apply;
use crate::fields::{int, items, some, text};
use trimtab_tree::Value;

const MAX_RULES: u64 = 20;
const MAX_EXIT_CODES: u64 = 255;
const MAX_SUCCEEDED_INDEXES: usize = 64 * 1024;

const ACTIONS: &[&str] = &["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS: &[&str] = &["In", "NotIn"];
const STATUSES: &[&str] = &["False", "True", "Unknown"];

pub(super) fn check_failure(spec: &Value, policy: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("rules");
    let rules = items(policy, "rules");
    if rules.len() as u64 > MAX_RULES {
        errors.too_many(&list, rules.len(), MAX_RULES);
    }
    for (at, rule) in rules.iter().enumerate() {
        check_failure_rule(spec, rule, &list.item(at), errors);
    }
}

fn check_failure_rule(spec: &Value, rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_one_of(rule, "action", ACTIONS, path, errors);
    let action = text(rule, "action");
    if action == Some("FailIndex") && some(spec, "backoffLimitPerIndex").is_none() {
        let why = "requires the backoffLimitPerIndex to be set";
        errors.invalid_string(&path.field("action"), "FailIndex", why);
    }
    let codes = some(rule, "onExitCodes");
    if let Some(codes) = codes {
        check_exit_codes(spec, codes, &path.field("onExitCodes"), errors);
    }
    let conditions = items(rule, "onPodConditions");
    let list = path.field("onPodConditions");
    if conditions.len() as u64 > MAX_RULES {
        errors.too_many(&list, conditions.len(), MAX_RULES);
    }
    for (at, condition) in conditions.iter().enumerate() {
        let path = list.item(at);
        let ty = text(condition, "type").unwrap_or_default();
        errors.invalid_each(&path.field("type"), ty, formats::qualified_name(ty));
        check_one_of(condition, "status", STATUSES, &path, errors);
    }
    let why = match (codes, conditions.is_empty()) {
        (Some(_), false) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (None, true) => "specifying one of OnExitCodes and OnPodConditions is required",
        _ => return,
    };
    errors.invalid_whole(path, why);
}

/// A field that needs a value out of a list.
fn check_one_of(
    object: &Value,
    field: &'static str,
    values: &'static [&'static str],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if text(object, field).is_none() {
        let quoted: Vec<String> = values.iter().map(|it| format!("{it:?}")).collect();
        let why = format!("valid values: [{}]", quoted.join(" "));
        errors.required(&path.field(field), &why);
        return;
    }
    apply(&[OneOf(field, values)], object, path, errors);
}

fn check_exit_codes(spec: &Value, codes: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_one_of(codes, "operator", OPERATORS, path, errors);
    if let Some(name) = codes.get("containerName").and_then(Value::text) {
        let lists = |field| {
            let containers = spec.get_path(&["template", "spec", field]);
            let containers = containers.and_then(Value::as_sequence).unwrap_or_default();
            containers.iter().any(|it| text(it, "name") == Some(name))
        };
        if !lists("containers") && !lists("initContainers") {
            let why = "must be one of the container or initContainer names in the pod template";
            errors.invalid_string(&path.field("containerName"), name, why);
        }
    }
    let list = path.field("values");
    let values = items(codes, "values");
    if values.is_empty() {
        let found = codes.get("values");
        errors.invalid_or_none(&list, found, "at least one value is required");
    } else if values.len() as u64 > MAX_EXIT_CODES {
        errors.too_many(&list, values.len(), MAX_EXIT_CODES);
    }
    let numbers: Vec<i64> = values
        .iter()
        .filter_map(|it| it.text()?.parse().ok())
        .collect();
    for (at, number) in numbers.iter().enumerate() {
        let path = list.item(at);
        if *number == 0 && text(codes, "operator") == Some("In") {
            let why = "must not be 0 for the In operator";
            errors.invalid(&path, &Value::int(0), why);
        }
        if numbers[..at].contains(number) {
            errors.duplicate_text(&path, &number.to_string());
        }
    }
    if !numbers.is_sorted() {
        errors.invalid_or_none(&list, codes.get("values"), "must be ordered");
    }
}

pub(super) fn check_success(
    policy: &Value,
    completions: i64,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("rules");
    let rules = items(policy, "rules");
    if rules.is_empty() {
        let why = "at least one rules must be specified when the successPolicy is specified";
        errors.required(&list, why);
    }
    if rules.len() as u64 > MAX_RULES {
        errors.too_many(&list, rules.len(), MAX_RULES);
    }
    for (at, rule) in rules.iter().enumerate() {
        check_success_rule(rule, completions, &list.item(at), errors);
    }
}

fn check_success_rule(rule: &Value, completions: i64, path: &Path<'_>, errors: &mut Errors) {
    let indexes = rule.get("succeededIndexes").and_then(Value::text);
    let count = int(rule, "succeededCount");
    if indexes.is_none() && count.is_none() {
        let why = "at least one of succeededCount or succeededIndexes must be specified";
        errors.required(path, why);
    }
    let mut total = 0;
    if let Some(indexes) = indexes {
        let path = path.field("succeededIndexes");
        if indexes.len() > MAX_SUCCEEDED_INDEXES {
            errors.too_long(&path, MAX_SUCCEEDED_INDEXES);
        }
        match parse_indexes(indexes, completions) {
            Ok(intervals) => total = intervals.iter().map(|(from, to)| to - from + 1).sum(),
            Err(why) => {
                let why = format!("error parsing succeededIndexes: {why}");
                errors.invalid_string(&path, indexes, &why);
            }
        }
    }
    let Some(count) = count else { return };
    apply(&[AtLeast("succeededCount", 0)], rule, path, errors);
    let path = path.field("succeededCount");
    if count > completions {
        let why = format!(
            "must be less than or equal to {completions} (the number of specified completions)"
        );
        errors.invalid(&path, &Value::int(count), &why);
    }
    if indexes.is_some() && count > total {
        let why = format!(
            "must be less than or equal to {total} (the number of indexes in the specified \
             succeededIndexes field)"
        );
        errors.invalid(&path, &Value::int(count), &why);
    }
}

/// Reads indexes such as `1,3-5`, all less than `completions`, as intervals.
pub(super) fn parse_indexes(text: &str, completions: i64) -> Result<Vec<(i64, i64)>, String> {
    let mut intervals: Vec<(i64, i64)> = Vec::new();
    if text.is_empty() {
        return Ok(intervals);
    }
    for part in text.split(',') {
        let (from, to) = parse_interval(part, completions)?;
        if let Some((_, last)) = intervals.last().filter(|(_, last)| *last >= from) {
            return Err(not_increasing(*last, from));
        }
        intervals.push((from, to));
    }
    Ok(intervals)
}

fn not_increasing(previous: i64, current: i64) -> String {
    format!("non-increasing order, previous: {previous}, current: {current}")
}

fn parse_interval(part: &str, completions: i64) -> Result<(i64, i64), String> {
    let ends: Vec<&str> = part.split('-').collect();
    if ends.len() > 2 {
        return Err(format!(
            "the fragment {part:?} violates the requirement that an index interval can have at \
             most two parts separated by '-'"
        ));
    }
    let index = |text: &str| match text.parse::<i64>() {
        Err(_) => Err(format!(
            "cannot convert string to integer for index: {text:?}"
        )),
        Ok(index) if index >= completions => Err(format!("too large index: {text:?}")),
        Ok(index) => Ok(index),
    };
    let from = index(ends[0])?;
    let Some(to) = ends.get(1) else {
        return Ok((from, from));
    };
    let to = index(to)?;
    if from >= to {
        return Err(not_increasing(from, to));
    }
    Ok((from, to))
}

/// The first index that stands in both.
pub(super) fn shared_index(completed: &str, failed: &str, completions: i64) -> Option<i64> {
    let intervals = |text: &str| -> Vec<(i64, i64)> {
        let parts = text.split(',');
        parts
            .filter_map(|part| parse_interval(part, completions).ok())
            .collect()
    };
    let failed = intervals(failed);
    intervals(completed).into_iter().find_map(|(from, to)| {
        let meets = failed
            .iter()
            .find(|(first, last)| from <= *last && *first <= to);
        meets.map(|(first, _)| from.max(*first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_intervals_in_order() {
        assert_eq!(
            parse_indexes("1,3-5,7", 8),
            Ok(vec![(1, 1), (3, 5), (7, 7)])
        );
        for (text, why) in [
            ("1-2-3", "at most two parts"),
            ("a", "cannot convert string"),
            ("8", "too large index: \"8\""),
            ("5-3", "non-increasing order, previous: 5, current: 3"),
            ("3,2", "non-increasing order, previous: 3, current: 2"),
        ] {
            let found = parse_indexes(text, 8).unwrap_err();
            assert!(found.contains(why), "{found}");
        }
        assert_eq!(shared_index("0-2,5", "3,5-6", 8), Some(5));
        assert_eq!(shared_index("0-2", "3", 8), None);
    }
}
