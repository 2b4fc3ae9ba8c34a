//! What functions do.
//!
//! A call is dispatched by the function's name; each file takes those of its subject and says
//! "no such overload" of values that they are not for.

mod arithmetic;
mod authorize;
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
pub(super) use format::NamedFormat;
pub(super) use lists::sorted_by;
pub(super) use network::{Cidr, Url};
pub(super) use semver::Semver;

use super::authorizer::Authorize;
use super::error::EvaluationError;
use super::evaluate::Evaluated;
use super::meter::Meter;
use super::value::{Str, Val};

/// A call whose arguments have been evaluated; the target, if there is one, is the first.
pub(super) struct Call<'c, 'a> {
    pub(super) function: &'c str,
    pub(super) arguments: &'c [Val<'a>],
    /// The pattern among the arguments, if it is a literal.
    pub(super) pattern: Option<&'c regex::Regex>,
    pub(super) authorizer: Option<&'a dyn Authorize>,
}

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

/// A value as messages show it.
pub(super) fn shown(value: &Val<'_>) -> String {
    match value {
        Val::String(text) => text.to_string(),
        other => strings_format::plain(other).unwrap_or_else(|| other.type_name().to_owned()),
    }
}

/// The texts of a list.
fn texts<'v>(list: &'v super::value::List<'_>) -> Option<Vec<Str<'v>>> {
    let items = list.iter().map(|item| match item {
        Val::String(text) => Some(text),
        _ => None,
    });
    items.collect()
}
