//! Counts that may be percentages.

use super::errors::{Errors, Path};
use super::formats;
use trimtab_tree::Value;

/// Checks a count that may be a percentage: not negative, and of the form of one of the two.
pub(super) fn check(value: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let Some(value) = value else { return };
    if let Some(percent) = value.as_str() {
        errors.invalid_each(path, percent, formats::percent(percent));
    } else if number(value).is_some_and(|number| number < 0) {
        errors.invalid(path, value, "must be greater than or equal to 0");
    }
}

/// Checks that a percentage, if it is one, is no more than everything.
pub(super) fn check_at_most_all(value: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(value) = value
        && percent(value).is_some_and(|percent| percent > 100)
    {
        errors.invalid(path, value, "must not be greater than 100%");
    }
}

/// Whether it is there and none at all, as a number or percentage.
pub(super) fn is_zero(value: Option<&Value>) -> bool {
    value.is_some_and(|value| number(value) == Some(0) || percent(value) == Some(0))
}

fn number(value: &Value) -> Option<i64> {
    if value.as_str().is_some() {
        return None;
    }
    value.text()?.parse().ok()
}

fn percent(value: &Value) -> Option<u64> {
    value.as_str()?.strip_suffix('%')?.parse().ok()
}
