//! `format`: named formats, and what texts have against them.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::{FORMATS, Val};

/// `format.named(name)` and `format.dns1123Label()`
pub(super) fn named<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    meter.charge(1)?;
    let find = |name: &str| FORMATS.iter().find(|format| format.name == name);
    match (call.function, call.arguments) {
        ("format.named", [Val::String(name)]) => {
            Ok(find(name).map_or(Val::Optional(None), |format| Val::some(Val::Format(format))))
        }
        (function, []) => function
            .strip_prefix("format.")
            .and_then(find)
            .map(Val::Format)
            .ok_or_else(EvaluationError::no_overload),
        _ => Err(EvaluationError::no_overload()),
    }
}

/// `validate`: none of a text that has the format.
pub(super) fn validate<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [Val::Format(format), value @ Val::String(text)] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    let of_text = value.size().saturating_add(1).div_ceil(10);
    meter.charge(of_text.saturating_mul(format.pattern.div_ceil(4)))?;
    let problems = (format.problems)(text);
    if problems.is_empty() {
        return Ok(Val::Optional(None));
    }
    let problems = problems.into_iter().map(Val::text).collect();
    Ok(Val::some(Val::list(problems)))
}
