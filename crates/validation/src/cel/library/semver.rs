//! Semantic versions.

use super::Call;
use crate::cel::error::EvaluationError;
use crate::cel::evaluate::Evaluated;
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use std::cmp::Ordering;
use std::rc::Rc;

/// A version as of semver.org 2.0.0; what is behind the `+` does not count.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cel) struct Semver {
    numbers: [u64; 3],
    release: Release,
}

/// Releases are behind what came before them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    Before(Vec<Part>),
    Final,
}

/// Numbers are before words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Semver {
    fn parse(text: &str) -> Option<Self> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, before) = match text.split_once('-') {
            Some((core, before)) => (core, Some(before)),
            None => (text, None),
        };
        let mut parts = core.split('.');
        let mut next = || number(parts.next()?);
        let numbers = [next()?, next()?, next()?];
        if parts.next().is_some() || !build.is_none_or(|build| build.split('.').all(is_word)) {
            return None;
        }
        let release = match before {
            None => Release::Final,
            Some(before) => {
                let parts = before.split('.').map(|part| match number(part) {
                    Some(value) => Some(Part::Number(value)),
                    None if part.bytes().all(|byte| byte.is_ascii_digit()) => None,
                    None => is_word(part).then(|| Part::Word(part.to_owned())),
                });
                Release::Before(parts.collect::<Option<_>>()?)
            }
        };
        Some(Self { numbers, release })
    }
}

/// Without zeros in front.
fn number(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with('0');
    let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain && are_digits)
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

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
