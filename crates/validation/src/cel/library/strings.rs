//! Texts. Positions count characters.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::{List, Str, Val};

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let size = call.arguments.first().map_or(0, Val::size);
    match (call.function, call.arguments) {
        ("contains", [Val::String(text), part @ Val::String(inner)]) => {
            meter.charge(size.div_ceil(10) * part.size().div_ceil(10))?;
            Ok(Val::Bool(text.contains(&**inner)))
        }
        ("startsWith", [Val::String(text), Val::String(start)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::Bool(text.starts_with(&**start)))
        }
        ("endsWith", [Val::String(text), Val::String(end)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::Bool(text.ends_with(&**end)))
        }
        ("charAt", [Val::String(text), Val::Int(at)]) => {
            meter.charge(1)?;
            character(text, size, *at)
        }
        ("lowerAscii", [Val::String(text)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::text(text.to_ascii_lowercase()))
        }
        ("upperAscii", [Val::String(text)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::text(text.to_ascii_uppercase()))
        }
        ("trim", [Val::String(text)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::text(text.trim()))
        }
        ("replace", [Val::String(text), Val::String(from), Val::String(to)]) => {
            meter.charge_tenths(size * 2)?;
            replace(text, from, to, -1, meter)
        }
        (
            "replace",
            [
                Val::String(text),
                Val::String(from),
                Val::String(to),
                Val::Int(limit),
            ],
        ) => {
            meter.charge_tenths(size * 2)?;
            replace(text, from, to, *limit, meter)
        }
        ("split", [Val::String(text), Val::String(separator)]) => {
            meter.charge_tenths(size * 2)?;
            Ok(split(text, separator, -1))
        }
        ("split", [Val::String(text), Val::String(separator), Val::Int(limit)]) => {
            meter.charge_tenths(size * 2)?;
            Ok(split(text, separator, *limit))
        }
        ("substring", [Val::String(text), Val::Int(from)]) => {
            meter.charge_tenths(size)?;
            substring(text, size, *from, size as i64)
        }
        ("substring", [Val::String(text), Val::Int(from), Val::Int(to)]) => {
            meter.charge_tenths(size)?;
            substring(text, size, *from, *to)
        }
        ("strings.quote", [Val::String(text)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::text(quote(text)))
        }
        ("jsonpatch.escapeKey", [Val::String(text)]) => {
            meter.charge_tenths(size)?;
            Ok(Val::text(text.replace('~', "~0").replace('/', "~1")))
        }
        ("join", [Val::List(list)]) => join(texts(list).as_ref(), "", meter),
        ("join", [Val::List(list), Val::String(separator)]) => {
            join(texts(list).as_ref(), separator, meter)
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn out_of_range(at: i64) -> EvaluationError {
    EvaluationError::failed(format!("index out of range: {at}"))
}

/// Where the character of a number begins, the end included.
fn place(text: &str, at: i64, size: u64) -> Option<usize> {
    let at = usize::try_from(at).ok().filter(|at| *at as u64 <= size)?;
    Some(text.char_indices().nth(at).map_or(text.len(), |(at, _)| at))
}

fn character<'a>(text: &str, size: u64, at: i64) -> Evaluated<Val<'a>> {
    let start = place(text, at, size).ok_or_else(|| out_of_range(at))?;
    let found = text[start..].chars().next();
    Ok(Val::text(found.map(String::from).unwrap_or_default()))
}

fn substring<'a>(text: &str, size: u64, from: i64, to: i64) -> Evaluated<Val<'a>> {
    let start = place(text, from, size).ok_or_else(|| out_of_range(from))?;
    let end = place(text, to, size).ok_or_else(|| out_of_range(to))?;
    let part = text.get(start..end).ok_or_else(|| {
        EvaluationError::failed(format!("invalid substring range. start: {from}, end: {to}"))
    })?;
    Ok(Val::text(part))
}

fn replace<'a>(
    text: &str,
    from: &str,
    to: &str,
    limit: i64,
    meter: &mut Meter,
) -> Evaluated<Val<'a>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let count = text.matches(from).count().min(limit) as u64;
    // What it grows to is paid for before it does.
    meter.charge(count.saturating_mul(to.len() as u64) / 10)?;
    Ok(Val::text(text.replacen(from, to, limit)))
}

fn split<'a>(text: &str, separator: &str, limit: i64) -> Val<'a> {
    let own = |part: &str| Val::text(part);
    let limit = match limit {
        0 => return Val::list(Vec::new()),
        limit => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    if separator.is_empty() {
        let mut parts: Vec<Val<'a>> = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if parts.len() + 1 == limit {
                parts.push(own(rest));
                break;
            }
            let (head, tail) = rest.split_at(first.len_utf8());
            parts.push(own(head));
            rest = tail;
        }
        return Val::list(parts);
    }
    Val::list(text.splitn(limit, separator).map(own).collect())
}

fn join<'a>(
    parts: Option<&Vec<Str<'_>>>,
    separator: &str,
    meter: &mut Meter,
) -> Evaluated<Val<'a>> {
    let parts = parts.ok_or_else(EvaluationError::no_overload)?;
    let own: usize = parts.iter().map(|part| part.len()).sum();
    let between = parts
        .len()
        .saturating_sub(1)
        .saturating_mul(separator.len());
    meter.charge_tenths((own.saturating_add(between) as u64).saturating_mul(2))?;
    let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
    Ok(Val::text(parts.join(separator)))
}

/// `indexOf` and `lastIndexOf` of texts.
pub(super) fn index_of<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let (text, part, from) = match call.arguments {
        [Val::String(text), Val::String(part)] => (text, part, None),
        [Val::String(text), Val::String(part), Val::Int(from)] => (text, part, Some(*from)),
        _ => return Err(EvaluationError::no_overload()),
    };
    let size = text.chars().count() as u64;
    meter.charge((size / 10).max(1) * (part.len() as u64).div_ceil(10).max(1))?;
    let is_last = call.function == "lastIndexOf";
    let at = from.unwrap_or(if is_last { size as i64 } else { 0 });
    let start = place(text, at, size).ok_or_else(|| out_of_range(at))?;
    let found = if is_last {
        // It may begin at that place.
        let end = (start + part.len()).min(text.len());
        let mut end = end;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].rfind(&**part)
    } else {
        text[start..].find(&**part).map(|found| start + found)
    };
    let position = found.map_or(-1, |found| text[..found].chars().count() as i64);
    Ok(Val::Int(position))
}

/// In quotes, with what cannot be seen escaped.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The texts of a list.
fn texts<'v>(list: &'v List<'_>) -> Option<Vec<Str<'v>>> {
    let items = list.iter().map(|item| match item {
        Val::String(text) => Some(text),
        _ => None,
    });
    items.collect()
}
