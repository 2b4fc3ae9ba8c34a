//! What can be asked of semantic versions.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::{Semver, Val};
use std::cmp::Ordering;
use std::rc::Rc;

/// Takes a `v` off, adds what numbers are missing, and takes zeros off.
fn normalised(text: &str) -> String {
    let text = text.trim_start_matches('v');
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(end);
    let mut numbers: Vec<&str> = core
        .split('.')
        .map(|number| {
            let plain = number.trim_start_matches('0');
            if plain.is_empty() && !number.is_empty() {
                "0"
            } else {
                plain
            }
        })
        .collect();
    while numbers.len() < 3 {
        numbers.push("0");
    }
    format!("{}{rest}", numbers.join("."))
}

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let (value, text) = match call.arguments {
        [value @ Val::String(text)] => (value, text.to_string()),
        [value @ Val::String(text), Val::Bool(true)] => (value, normalised(text)),
        [value @ Val::String(text), Val::Bool(false)] => (value, text.to_string()),
        [Val::Semver(version)] => {
            meter.charge(1)?;
            let at = match call.function {
                "major" => 0,
                "minor" => 1,
                "patch" => 2,
                _ => return Err(EvaluationError::no_overload()),
            };
            return Ok(Val::Int(
                i64::try_from(version.numbers[at]).unwrap_or(i64::MAX),
            ));
        }
        [Val::Semver(one), Val::Semver(other)] => {
            meter.charge(1)?;
            let order = one.cmp(other);
            return Ok(match call.function {
                "isGreaterThan" => Val::Bool(order == Ordering::Greater),
                "isLessThan" => Val::Bool(order == Ordering::Less),
                "compareTo" => Val::Int(order as i64),
                _ => return Err(EvaluationError::no_overload()),
            });
        }
        _ => return Err(EvaluationError::no_overload()),
    };
    meter.charge_tenths(value.size())?;
    let read = Semver::parse(&text);
    match call.function {
        "isSemver" => Ok(Val::Bool(read.is_some())),
        "semver" => read
            .map(|version| Val::Semver(Rc::new(version)))
            .ok_or_else(|| EvaluationError::failed(format!("invalid semantic version {text:?}"))),
        _ => Err(EvaluationError::no_overload()),
    }
}
