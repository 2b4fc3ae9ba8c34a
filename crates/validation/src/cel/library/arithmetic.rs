//! Operators on numbers and what behaves like them.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use jiff::{SignedDuration, Timestamp};
use std::cmp::Ordering;

/// `<`, `<=`, `>`, `>=`
pub(super) fn order<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [one, other] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    match one {
        Val::String(_) | Val::Bytes(_) => {
            meter.charge_tenths(one.size().min(other.size()))?;
        }
        _ => meter.charge(1)?,
    }
    if let (Val::Double(a), Val::Double(b)) = (one, other)
        && (a.is_nan() || b.is_nan())
    {
        return Ok(Val::Bool(false));
    }
    let order = one.compare(other);
    // Quantities and versions have functions for it.
    let order = order.filter(|_| !matches!(one, Val::Quantity(_) | Val::Semver(_)));
    let order = order.ok_or_else(EvaluationError::no_overload)?;
    Ok(Val::Bool(match call.function {
        "_<_" => order == Ordering::Less,
        "_<=_" => order != Ordering::Greater,
        "_>_" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }))
}

/// `+`, `-`, `*`, `/`, `%` and `!`
pub(super) fn operate<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match call.arguments {
        [value] => {
            meter.charge(1)?;
            match (call.function, value) {
                ("!_", Val::Bool(value)) => Ok(Val::Bool(!value)),
                ("-_", Val::Int(value)) => value.checked_neg().map(Val::Int).ok_or_else(overflow),
                ("-_", Val::Double(value)) => Ok(Val::Double(-value)),
                _ => Err(EvaluationError::no_overload()),
            }
        }
        [one, other] => binary(call.function, one, other, meter),
        _ => Err(EvaluationError::no_overload()),
    }
}

fn overflow() -> EvaluationError {
    EvaluationError::failed("integer overflow")
}

fn binary<'a>(
    function: &str,
    one: &Val<'a>,
    other: &Val<'a>,
    meter: &mut Meter,
) -> Evaluated<Val<'a>> {
    match (function, one, other) {
        ("_+_", Val::String(a), Val::String(b)) => {
            meter.charge_tenths(one.size().saturating_add(other.size()))?;
            Ok(Val::text([&**a, &**b].concat()))
        }
        ("_+_", Val::Bytes(a), Val::Bytes(b)) => {
            meter.charge_tenths(one.size().saturating_add(other.size()))?;
            Ok(Val::Bytes([&**a, &**b].concat().into()))
        }
        ("_+_", Val::List(a), Val::List(b)) => {
            // Longer and longer lists would cost nothing else.
            meter.charge(1 + (a.len() as u64 + b.len() as u64) / 100)?;
            meter.comparing(|steps| Val::List(a.plus(b, steps)))
        }
        _ => {
            meter.charge(1)?;
            numbers(function, one, other)
        }
    }
}

fn numbers<'a>(function: &str, one: &Val<'a>, other: &Val<'a>) -> Evaluated<Val<'a>> {
    match (one, other) {
        (Val::Int(a), Val::Int(b)) => whole(function, *b == 0, || match function {
            "_+_" => a.checked_add(*b),
            "_-_" => a.checked_sub(*b),
            "_*_" => a.checked_mul(*b),
            "_/_" => a.checked_div(*b),
            _ => a.checked_rem(*b),
        })
        .map(Val::Int),
        (Val::Uint(a), Val::Uint(b)) => whole(function, *b == 0, || match function {
            "_+_" => a.checked_add(*b),
            "_-_" => a.checked_sub(*b),
            "_*_" => a.checked_mul(*b),
            "_/_" => a.checked_div(*b),
            _ => a.checked_rem(*b),
        })
        .map(Val::Uint),
        (Val::Double(a), Val::Double(b)) => match function {
            "_+_" => Ok(Val::Double(a + b)),
            "_-_" => Ok(Val::Double(a - b)),
            "_*_" => Ok(Val::Double(a * b)),
            "_/_" => Ok(Val::Double(a / b)),
            _ => Err(EvaluationError::no_overload()),
        },
        (Val::Duration(a), Val::Duration(b)) => match function {
            "_+_" => a.checked_add(*b),
            "_-_" => a.checked_sub(*b),
            _ => return Err(EvaluationError::no_overload()),
        }
        .map(Val::Duration)
        .ok_or_else(|| EvaluationError::failed("duration overflow")),
        (Val::Timestamp(time), Val::Duration(by)) => match function {
            "_+_" => moved(*time, Some(*by)),
            "_-_" => moved(*time, by.checked_neg()),
            _ => Err(EvaluationError::no_overload()),
        },
        (Val::Duration(by), Val::Timestamp(time)) if function == "_+_" => moved(*time, Some(*by)),
        (Val::Timestamp(a), Val::Timestamp(b)) if function == "_-_" => {
            let between = a.duration_since(*b).as_nanos();
            i64::try_from(between)
                .map(Val::Duration)
                .map_err(|_| EvaluationError::failed("duration overflow"))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn whole<T>(function: &str, is_by_zero: bool, operate: impl FnOnce() -> Option<T>) -> Evaluated<T> {
    match function {
        "_/_" if is_by_zero => Err(EvaluationError::failed("division by zero")),
        "_%_" if is_by_zero => Err(EvaluationError::failed("modulus by zero")),
        _ => operate().ok_or_else(overflow),
    }
}

fn moved<'a>(time: Timestamp, by: Option<i64>) -> Evaluated<Val<'a>> {
    let overflow = || EvaluationError::failed("timestamp overflow");
    let by = by.ok_or_else(overflow)?;
    let moved = time.checked_add(SignedDuration::from_nanos(by));
    moved.map(Val::Timestamp).map_err(|_| overflow())
}
