//! Regular expressions: RE2's, which never take longer than the text is long.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;

/// How much memory a pattern may take, in bytes: those in a request are not ours.
const MAX_PATTERN: usize = 1 << 20;

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [
        text_value @ Val::String(text),
        pattern_value @ Val::String(pattern),
        rest @ ..,
    ] = call.arguments
    else {
        return Err(EvaluationError::no_overload());
    };
    let of_text = text_value.size().saturating_add(1).div_ceil(10);
    let of_pattern = pattern_value.size().div_ceil(4);
    meter.charge(of_text.saturating_mul(of_pattern))?;
    let regex = match call.pattern {
        Some(regex) => Cow::Borrowed(regex),
        None => Cow::Owned(compile(pattern)?),
    };
    match (call.function, rest) {
        ("matches", []) => Ok(Val::Bool(regex.is_match(text))),
        ("find", []) => {
            let found = regex.find(text).map_or("", |found| found.as_str());
            Ok(Val::text(found))
        }
        ("findAll", []) => Ok(all(&regex, text, usize::MAX)),
        ("findAll", [Val::Int(limit)]) => Ok(all(
            &regex,
            text,
            usize::try_from(*limit).unwrap_or(usize::MAX),
        )),
        _ => Err(EvaluationError::no_overload()),
    }
}

fn all<'a>(regex: &Regex, text: &str, limit: usize) -> Val<'a> {
    let found = regex.find_iter(text).take(limit);
    Val::list(found.map(|found| Val::text(found.as_str())).collect())
}

fn compile(pattern: &str) -> Evaluated<Regex> {
    let built = RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build();
    built.map_err(|_| EvaluationError::failed(format!("Illegal regex: {pattern:?}")))
}
