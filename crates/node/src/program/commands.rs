//! Commands that do the same everywhere: `sleep`, `test`, `expr`.

use super::arithmetic;
use std::time::Duration;

/// What a command does.
pub(super) enum Effect {
    /// It takes so long, and has this status.
    Goes { after: Duration, code: i32 },
    /// It never comes back.
    Stays,
}

/// Of a command whose arguments are known, if anything is known of it.
pub(super) fn effect(name: &str, arguments: &[String]) -> Option<Effect> {
    let goes = |code| {
        Some(Effect::Goes {
            after: Duration::ZERO,
            code,
        })
    };
    match name {
        "true" | ":" | "echo" | "printf" => goes(0),
        "false" => goes(1),
        "sleep" if arguments.is_empty() => goes(1),
        "sleep" => {
            let mut after = Duration::ZERO;
            for argument in arguments {
                after = after.saturating_add(duration(argument)?);
            }
            Some(match after {
                Duration::MAX => Effect::Stays,
                after => Effect::Goes { after, code: 0 },
            })
        }
        _ => None,
    }
}

/// As coreutils' `sleep` reads it: `5`, `0.5`, `2m`, `1h`, `1d`, `infinity`.
fn duration(text: &str) -> Option<Duration> {
    if matches!(text, "infinity" | "inf") {
        return Some(Duration::MAX);
    }
    let (number, unit) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3_600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    if number.contains(|it: char| !it.is_ascii_digit() && it != '.') {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    Some(Duration::try_from_secs_f64(number * unit).unwrap_or(Duration::MAX))
}

/// Whether the condition of `test`, `[ ]` or `[[ ]]` holds. `exists` tells of paths.
pub(super) fn test(
    name: &str,
    arguments: &[String],
    exists: &mut dyn FnMut(&str) -> Option<bool>,
) -> Option<bool> {
    let arguments = match name {
        "[" => arguments.split_last().filter(|(last, _)| *last == "]")?.1,
        "[[" => arguments.split_last().filter(|(last, _)| *last == "]]")?.1,
        _ => arguments,
    };
    any(arguments, exists)
}

type Exists<'a> = &'a mut dyn FnMut(&str) -> Option<bool>;

fn any(words: &[String], exists: Exists) -> Option<bool> {
    joined(words, ["||", "-o"], true, &mut |part| {
        joined(part, ["&&", "-a"], false, &mut |part| one(part, exists))
    })
}

/// Whether what these operators join holds; `decides` is what one part decides alone.
fn joined(
    words: &[String],
    operators: [&str; 2],
    decides: bool,
    of: &mut dyn FnMut(&[String]) -> Option<bool>,
) -> Option<bool> {
    for part in words.split(|word| operators.contains(&&**word)) {
        if of(part)? == decides {
            return Some(decides);
        }
    }
    Some(!decides)
}

fn one(words: &[String], exists: Exists) -> Option<bool> {
    match words {
        [] => Some(false),
        [not, rest @ ..] if not == "!" && !rest.is_empty() => one(rest, exists).map(|it| !it),
        [text] => Some(!text.is_empty()),
        [operator, text] => match &**operator {
            "-n" => Some(!text.is_empty()),
            "-z" => Some(text.is_empty()),
            "-e" | "-f" | "-r" | "-w" | "-a" => exists(text),
            _ => None,
        },
        [left, operator, right] => match &**operator {
            "=" | "==" if !right.contains(['*', '?', '[']) => Some(left == right),
            "!=" if !right.contains(['*', '?', '[']) => Some(left != right),
            "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => {
                let (left, right): (i64, i64) = (left.parse().ok()?, right.parse().ok()?);
                Some(match &**operator {
                    "-eq" => left == right,
                    "-ne" => left != right,
                    "-lt" => left < right,
                    "-le" => left <= right,
                    "-gt" => left > right,
                    _ => left >= right,
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// What `expr` prints.
pub(super) fn expr(words: &[String]) -> Option<String> {
    match words {
        [value] => Some(value.clone()),
        [left, operator, right] => {
            let value = match (left.parse(), right.parse()) {
                (Ok(left), Ok(right)) if !matches!(&**operator, "&&" | "||" | "==") => {
                    arithmetic::apply(operator, left, right)?
                }
                _ => match &**operator {
                    "=" => i64::from(left == right),
                    "!=" => i64::from(left != right),
                    _ => return None,
                },
            };
            Some(value.to_string())
        }
        _ => None,
    }
}
