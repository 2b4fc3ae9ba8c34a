//! `format`: texts with places for values.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::numbers::{double_text, duration_text, timestamp_text};
use crate::cel::value::{Map, Val};
use std::fmt::Write as _;

/// How many digits may be asked for behind the point.
const MAX_PRECISION: usize = 100;

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [template @ Val::String(text), Val::List(values)] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    meter.charge_tenths(template.size())?;
    let failed = |message: String| EvaluationError::Failed(message);
    let mut made = String::with_capacity(text.len());
    let mut rest: &str = text;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        made.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            made.push('%');
            rest = behind;
            continue;
        }
        let mut precision = 6;
        if let Some(behind) = rest.strip_prefix('.') {
            let digits = behind.len()
                - behind
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .len();
            let given = behind[..digits].parse::<usize>();
            precision = given
                .ok()
                .filter(|precision| *precision <= MAX_PRECISION)
                .ok_or_else(|| failed("could not parse formatting clause: precision".to_owned()))?;
            rest = &behind[digits..];
        }
        let verb = rest.chars().next();
        let verb = verb.ok_or_else(|| failed("unexpected end of string".to_owned()))?;
        rest = &rest[verb.len_utf8()..];
        let value = values.get(next);
        let value = value.ok_or_else(|| failed(format!("index {next} out of range")))?;
        next += 1;
        let before = made.len();
        write(verb, precision, &value, &mut made)?;
        meter.charge_tenths((made.len() - before) as u64)?;
    }
    made.push_str(rest);
    Ok(Val::text(made))
}

fn write(verb: char, precision: usize, value: &Val<'_>, out: &mut String) -> Evaluated<()> {
    let wrong = |clause: &str, wanted: &str| {
        let found = value.type_name();
        EvaluationError::failed(format!(
            "error during formatting: {clause} clause can only be used on {wanted}, was given {found}"
        ))
    };
    match verb {
        's' => {
            let text = plain(value).ok_or_else(|| {
                wrong(
                    "string",
                    "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and \
                     timestamps",
                )
            })?;
            out.push_str(&text);
        }
        'd' => match value {
            Val::Int(_) | Val::Uint(_) => out.push_str(&shown(value)),
            Val::Double(number) if !number.is_finite() => out.push_str(&double_text(*number)),
            _ => return Err(wrong("decimal", "integers")),
        },
        'f' | 'e' => {
            let number = match value {
                Val::Double(number) => *number,
                Val::Int(number) => *number as f64,
                Val::Uint(number) => *number as f64,
                _ => {
                    let clause = if verb == 'f' {
                        "fixed-point"
                    } else {
                        "scientific"
                    };
                    return Err(wrong(clause, "doubles"));
                }
            };
            out.push_str(&fixed(verb, precision, number));
        }
        'b' => match value {
            Val::Bool(value) => out.push(if *value { '1' } else { '0' }),
            Val::Int(_) | Val::Uint(_) => out.push_str(&in_base(value, |n| format!("{n:b}"))),
            _ => return Err(wrong("binary", "integers and bools")),
        },
        'o' => match value {
            Val::Int(_) | Val::Uint(_) => out.push_str(&in_base(value, |n| format!("{n:o}"))),
            _ => return Err(wrong("octal", "integers")),
        },
        'x' | 'X' => {
            let hexadecimal = |bytes: &[u8]| {
                bytes.iter().fold(String::new(), |mut text, byte| {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{byte:02x}");
                    text
                })
            };
            let text = match value {
                Val::Int(_) | Val::Uint(_) => in_base(value, |n| format!("{n:x}")),
                Val::String(text) => hexadecimal(text.as_bytes()),
                Val::Bytes(bytes) => hexadecimal(bytes),
                _ => return Err(wrong("hex", "integers, byte buffers, and strings")),
            };
            let is_upper = verb == 'X';
            out.push_str(&if is_upper { text.to_uppercase() } else { text });
        }
        other => {
            return Err(EvaluationError::failed(format!(
                "could not parse formatting clause: unrecognized formatting clause \"{other}\""
            )));
        }
    }
    Ok(())
}

fn in_base(value: &Val<'_>, write: impl Fn(u64) -> String) -> String {
    match value {
        Val::Int(value) if *value < 0 => format!("-{}", write(value.unsigned_abs())),
        Val::Int(value) => write(value.unsigned_abs()),
        Val::Uint(value) => write(*value),
        _ => String::new(),
    }
}

fn fixed(verb: char, precision: usize, number: f64) -> String {
    if !number.is_finite() {
        return double_text(number).replace('+', "");
    }
    if verb == 'f' {
        return format!("{number:.precision$}");
    }
    let text = format!("{number:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// A value as `%s` has it.
pub(super) fn plain(value: &Val<'_>) -> Option<String> {
    Some(match value {
        Val::Null => "null".to_owned(),
        Val::Bool(value) => value.to_string(),
        Val::Int(value) => value.to_string(),
        Val::Uint(value) => value.to_string(),
        Val::Double(value) => double_text(*value),
        Val::String(text) => text.to_string(),
        Val::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Val::Timestamp(time) => timestamp_text(*time),
        Val::Duration(nanoseconds) => duration_text(*nanoseconds),
        Val::Type(name) => name.to_string(),
        Val::List(list) => {
            let items: Option<Vec<String>> = list.iter().map(|item| plain(&item)).collect();
            format!("[{}]", items?.join(", "))
        }
        Val::Map(map) => plain_map(map)?,
        _ => return None,
    })
}

fn plain_map(map: &Map<'_>) -> Option<String> {
    let mut entries = Vec::new();
    for key in map.keys() {
        entries.push((plain(&key)?, plain(&map.get(&key)?)?));
    }
    entries.sort();
    let entries = entries
        .into_iter()
        .map(|(key, value)| format!("{key}: {value}"));
    Some(format!("{{{}}}", entries.collect::<Vec<_>>().join(", ")))
}

/// A value as messages show it.
pub(in crate::cel) fn shown(value: &Val<'_>) -> String {
    match value {
        Val::String(text) => text.to_string(),
        other => plain(other).unwrap_or_else(|| other.type_name().to_owned()),
    }
}
