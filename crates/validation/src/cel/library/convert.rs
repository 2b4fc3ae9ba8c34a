//! From one type to another.

use super::call::Call;
use super::strings_format::shown;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::numbers::{double_text, duration_text, parse_duration, timestamp_text};
use crate::cel::value::{Str, Val};
use jiff::Timestamp;

/// `int(x)`, `string(x)`, ...
pub(super) fn convert<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [value] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    match (call.function, value) {
        ("string", Val::Bytes(_)) | ("bytes", Val::String(_)) => {
            meter.charge_tenths(value.size())?;
        }
        _ => meter.charge(1)?,
    }
    match call.function {
        "dyn" => Ok(value.clone()),
        "type" => Ok(Val::Type(value.type_name().into())),
        "bool" => to_bool(value),
        "bytes" => match value {
            Val::Bytes(_) => Ok(value.clone()),
            Val::String(text) => Ok(Val::Bytes(text.as_bytes().into())),
            _ => Err(EvaluationError::no_overload()),
        },
        "double" => to_double(value),
        "int" => to_int(value),
        "uint" => to_uint(value),
        "string" => to_string(value),
        "duration" => match value {
            Val::Duration(_) => Ok(value.clone()),
            Val::Int(seconds) => seconds
                .checked_mul(1_000_000_000)
                .map(Val::Duration)
                .ok_or_else(|| EvaluationError::failed("duration overflow")),
            Val::String(text) => {
                let read = parse_duration(text).map(Val::Duration);
                read.ok_or_else(|| {
                    EvaluationError::failed(format!("time: invalid duration {:?}", &**text))
                })
            }
            _ => Err(EvaluationError::no_overload()),
        },
        _ => to_timestamp(value),
    }
}

fn cannot(value: &Val<'_>, to: &str) -> EvaluationError {
    let shown = shown(value);
    let from = value.type_name();
    EvaluationError::failed(format!(
        "type conversion error from '{from}' to '{to}': {shown:?}"
    ))
}

fn out_of_range() -> EvaluationError {
    EvaluationError::failed("integer overflow")
}

fn to_bool<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    match value {
        Val::Bool(_) => Ok(value.clone()),
        Val::String(text) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => Err(cannot(value, "bool")),
        },
        _ => Err(EvaluationError::no_overload()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a double is what was asked for")]
fn to_double<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    match value {
        Val::Double(_) => Ok(value.clone()),
        Val::Int(value) => Ok(Val::Double(*value as f64)),
        Val::Uint(value) => Ok(Val::Double(*value as f64)),
        Val::String(text) => {
            let read = text.parse().map(Val::Double);
            read.map_err(|_| cannot(value, "double"))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn to_int<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    match value {
        Val::Int(_) => Ok(value.clone()),
        Val::Uint(number) => i64::try_from(*number)
            .map(Val::Int)
            .map_err(|_| out_of_range()),
        Val::Double(number) => {
            // Both ends are exact as doubles; the upper one is out of range.
            let fits =
                *number > -9_223_372_036_854_775_808.0 && *number < 9_223_372_036_854_775_808.0;
            fits.then_some(Val::Int(*number as i64))
                .ok_or_else(out_of_range)
        }
        Val::String(text) => {
            let read = text.parse().map(Val::Int);
            read.map_err(|_| cannot(value, "int"))
        }
        Val::Timestamp(time) => Ok(Val::Int(time.as_second())),
        Val::Duration(nanoseconds) => Ok(Val::Int(*nanoseconds)),
        _ => Err(EvaluationError::no_overload()),
    }
}

fn out_of_unsigned_range() -> EvaluationError {
    EvaluationError::failed("unsigned integer overflow")
}

#[expect(clippy::cast_sign_loss, reason = "it is not below zero")]
fn to_uint<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    match value {
        Val::Uint(_) => Ok(value.clone()),
        Val::Int(number) => u64::try_from(*number)
            .map(Val::Uint)
            .map_err(|_| out_of_unsigned_range()),
        Val::Double(number) => {
            let fits = *number >= 0.0 && *number < 18_446_744_073_709_551_616.0;
            fits.then_some(Val::Uint(*number as u64))
                .ok_or_else(out_of_unsigned_range)
        }
        Val::String(text) => {
            let read = text.parse().map(Val::Uint);
            read.map_err(|_| cannot(value, "uint"))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn to_string<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    Ok(match value {
        Val::String(_) => value.clone(),
        Val::Bool(value) => Val::String(Str::There(if *value { "true" } else { "false" })),
        Val::Int(value) => Val::text(value.to_string()),
        Val::Uint(value) => Val::text(value.to_string()),
        Val::Double(value) => Val::text(double_text(*value)),
        Val::Bytes(bytes) => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                Val::text(text)
            } else {
                let message = "invalid UTF-8 in bytes, cannot convert to string";
                return Err(EvaluationError::failed(message));
            }
        }
        Val::Timestamp(time) => Val::text(timestamp_text(*time)),
        Val::Duration(nanoseconds) => Val::text(duration_text(*nanoseconds)),
        Val::Ip(address) => Val::text(address.to_string()),
        Val::Cidr(network) => Val::text(network.to_string()),
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn to_timestamp<'a>(value: &Val<'a>) -> Evaluated<Val<'a>> {
    match value {
        Val::Timestamp(_) => Ok(value.clone()),
        Val::Int(seconds) => Timestamp::from_second(*seconds)
            .map(Val::Timestamp)
            .map_err(|_| EvaluationError::failed("timestamp overflow")),
        Val::String(text) => {
            let read = text.parse().map(Val::Timestamp);
            read.map_err(|_| cannot(value, "google.protobuf.Timestamp"))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}
