//! What functions do.
//!
//! A call is dispatched by the function's name; each file takes those of its subject and says
//! "no such overload" of values that they are not for.

mod arithmetic;
mod authorize;
mod call;
mod convert;
mod format;
mod lists;
mod network;
mod quantity;
mod regexes;
mod semver;
mod strings;
mod strings_format;
mod time;

pub(super) use authorize::variable as authorizer_variable;
pub(super) use call::Call;
pub(super) use lists::sorted_by;
pub(super) use strings_format::shown;

use super::error::{Evaluated, EvaluationError};
use super::meter::Meter;
use super::value::Val;

/// Does what a function does.
pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match call.function {
        "_==_" => equality(call, meter).map(Val::Bool),
        "_!=_" => equality(call, meter).map(|equal| Val::Bool(!equal)),
        "_<_" | "_<=_" | "_>_" | "_>=_" => arithmetic::order(call, meter),
        "_+_" | "_-_" | "_*_" | "_/_" | "_%_" | "-_" | "!_" => arithmetic::operate(call, meter),
        "@in" => lists::contains(call, meter),
        "size" => size(call, meter),
        "type" | "dyn" | "bool" | "bytes" | "double" | "duration" | "int" | "string"
        | "timestamp" | "uint" => convert::convert(call, meter),
        "contains"
        | "endsWith"
        | "startsWith"
        | "charAt"
        | "lowerAscii"
        | "upperAscii"
        | "replace"
        | "split"
        | "substring"
        | "trim"
        | "strings.quote"
        | "join"
        | "jsonpatch.escapeKey" => strings::call(call, meter),
        "format" => strings_format::call(call, meter),
        "matches" | "find" | "findAll" => regexes::call(call, meter),
        "indexOf" | "lastIndexOf" => match call.arguments {
            [Val::String(_), ..] => strings::index_of(call, meter),
            _ => lists::index_of(call, meter),
        },
        "isSorted" | "sum" | "max" | "min" | "sets.contains" | "sets.equivalent"
        | "sets.intersects" | "slice" | "flatten" | "distinct" | "reverse" | "lists.range"
        | "first" | "last" | "sort" => lists::call(call, meter),
        "optional.of"
        | "optional.ofNonZeroValue"
        | "optional.none"
        | "value"
        | "hasValue"
        | "optional.unwrap"
        | "unwrapOpt" => optional(call, meter),
        "getFullYear" | "getMonth" | "getDayOfYear" | "getDayOfMonth" | "getDate"
        | "getDayOfWeek" | "getHours" | "getMinutes" | "getSeconds" | "getMilliseconds" => {
            time::part(call, meter)
        }
        "url"
        | "isURL"
        | "getScheme"
        | "getHost"
        | "getHostname"
        | "getPort"
        | "getEscapedPath"
        | "getQuery"
        | "isIP"
        | "ip.isCanonical"
        | "family"
        | "isUnspecified"
        | "isLoopback"
        | "isLinkLocalMulticast"
        | "isLinkLocalUnicast"
        | "isGlobalUnicast"
        | "cidr"
        | "isCIDR"
        | "containsIP"
        | "containsCIDR"
        | "ip"
        | "prefixLength"
        | "masked" => network::call(call, meter),
        "semver" | "isSemver" | "major" | "minor" | "patch" => semver::call(call, meter),
        "isGreaterThan" | "isLessThan" | "compareTo" => match call.arguments {
            [Val::Semver(_), ..] => semver::call(call, meter),
            _ => quantity::call(call, meter),
        },
        "quantity" | "isQuantity" | "sign" | "asApproximateFloat" | "asInteger" | "isInteger"
        | "add" | "sub" => quantity::call(call, meter),
        "validate" => format::validate(call, meter),
        "path" | "group" | "serviceAccount" | "resource" | "subresource" | "namespace" | "name"
        | "fieldSelector" | "labelSelector" | "check" | "errored" | "error" | "allowed"
        | "reason" => authorize::call(call, meter),
        other if other.starts_with("format.") => format::named(call, meter),
        _ => Err(EvaluationError::no_overload()),
    }
}

fn equality(call: &Call<'_, '_>, meter: &mut Meter) -> Evaluated<bool> {
    let [one, other] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    meter.charge_tenths(one.size().min(other.size()))?;
    meter.comparing(|steps| one.equals(other, steps))
}

fn size<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    meter.charge(1)?;
    match call.arguments {
        [value @ (Val::String(_) | Val::Bytes(_) | Val::List(_) | Val::Map(_) | Val::Made(..))] => {
            Ok(Val::Int(value.size() as i64))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn optional<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    meter.charge(1)?;
    Ok(match (call.function, call.arguments) {
        ("optional.none", []) => Val::Optional(None),
        ("optional.of", [value]) => Val::some(value.clone()),
        ("optional.ofNonZeroValue", [value]) if value.is_zero() => Val::Optional(None),
        ("optional.ofNonZeroValue", [value]) => Val::some(value.clone()),
        ("hasValue", [Val::Optional(value)]) => Val::Bool(value.is_some()),
        ("optional.unwrap" | "unwrapOpt", [Val::List(items)]) => {
            meter.charge(items.len() as u64)?;
            let mut there = Vec::new();
            for item in items.iter() {
                match item {
                    Val::Optional(Some(value)) => there.push((*value).clone()),
                    Val::Optional(None) => {}
                    _ => return Err(EvaluationError::no_overload()),
                }
            }
            Val::list(there)
        }
        ("value", [Val::Optional(Some(value))]) => (**value).clone(),
        ("value", [Val::Optional(None)]) => {
            return Err(EvaluationError::failed("optional.none() dereference"));
        }
        _ => return Err(EvaluationError::no_overload()),
    })
}
