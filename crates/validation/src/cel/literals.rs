//! What can be told of literals without evaluating the expression that they stand in.
//!
//! Upstream: the validators of `cel-go/ext/formatting.go`, and the constants that
//! `cel-go/interpreter/decorators.go` works out when a program is made.

use super::ast::{Expr, ExprKind, Literal};
use super::check::Checked;
use super::error::Problem;
use super::evaluate::literal_call;
use super::program::Program;
use super::types::Type;

/// What converts a value to another type, and is worked out at once where that is a literal.
const CONVERSIONS: [&str; 8] = [
    "bool",
    "bytes",
    "double",
    "duration",
    "int",
    "string",
    "timestamp",
    "uint",
];

/// What is wrong with the literals of an expression that is well typed.
pub(super) fn check(expr: &Expr, checked: &[Checked]) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_formats(expr, checked, &mut problems);
    problems
}

fn check_formats(expr: &Expr, checked: &[Checked], problems: &mut Vec<Problem>) {
    if let ExprKind::Call {
        target: Some(target),
        function,
        arguments,
    } = &expr.kind
        && function == "format"
        && let ExprKind::Literal(Literal::String(template)) = &target.kind
        && let [arguments] = arguments.as_slice()
        && let ExprKind::List(items) = &arguments.kind
    {
        let items: Vec<&Expr> = items.iter().map(|item| &item.value).collect();
        if let Err((at, message)) = check_format(template, &items, checked) {
            let at = at.unwrap_or(expr.at);
            problems.push(Problem { at, message });
        }
    }
    expr.for_each(&mut |part| check_formats(part, checked, problems));
}

/// What is wrong with a template and what is put into it, and where if not in the call itself.
fn check_format(
    template: &str,
    items: &[&Expr],
    checked: &[Checked],
) -> Result<(), (Option<usize>, String)> {
    let mut rest = template;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            rest = behind;
            continue;
        }
        if rest.is_empty() {
            return Err((None, "unexpected end of string".to_owned()));
        }
        let item = items.get(next);
        let item = item.ok_or_else(|| (None, format!("index {next} out of range")))?;
        next += 1;
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        let Some(verb) = rest.chars().next() else {
            return Err((None, "unexpected end of string".to_owned()));
        };
        rest = &rest[verb.len_utf8()..];
        let (clause, wanted, fits): (&str, &str, fn(&Type) -> bool) = match verb {
            's' => (
                "string",
                "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and \
                 timestamps",
                is_plain,
            ),
            'd' => ("decimal", "integers", is_whole),
            'f' => ("fixed-point", "doubles", is_double),
            'e' => ("scientific", "doubles", is_double),
            'b' => ("binary", "integers and bools", |ty| {
                is_whole(ty) || matches!(ty, Type::Bool)
            }),
            'x' | 'X' => ("hex", "integers, byte buffers, and strings", |ty| {
                is_whole(ty) || matches!(ty, Type::String(_) | Type::Bytes(_))
            }),
            'o' => ("octal", "integers", is_whole),
            other => {
                let why = "could not parse formatting clause: unrecognized formatting clause";
                return Err((None, format!("{why} \"{other}\"")));
            }
        };
        let ty = &checked[item.id].ty;
        if !ty.is_dyn() && !matches!(ty, Type::Param(_)) && !fits(ty) {
            let found = ty.run_time_name();
            let why = format!(
                "error during formatting: {clause} clause can only be used on {wanted}, was given \
                 {found}"
            );
            return Err((Some(item.at), why));
        }
    }
    if items.len() > next {
        let found = items.len();
        let why =
            format!("too many arguments supplied to string.format (expected {next}, got {found})");
        return Err((None, why));
    }
    Ok(())
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Uint)
}

/// Numbers with a fraction, and the texts of those that are none.
fn is_double(ty: &Type) -> bool {
    matches!(ty, Type::Double | Type::String(_))
}

fn is_plain(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Null
            | Type::Bool
            | Type::Int
            | Type::Uint
            | Type::Double
            | Type::String(_)
            | Type::Bytes(_)
            | Type::Duration(_)
            | Type::Timestamp(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::TypeOf(_)
    )
}

/// Why a part of a program always fails: a conversion of a literal, or a pattern that is none.
pub(super) fn failing(program: &Program) -> Option<String> {
    failing_part(&program.expr)
}

fn failing_part(expr: &Expr) -> Option<String> {
    let mut found = None;
    expr.for_each(&mut |part| {
        if found.is_none() {
            found = failing_part(part);
        }
    });
    if found.is_some() {
        return found;
    }
    let ExprKind::Call {
        target,
        function,
        arguments,
    } = &expr.kind
    else {
        return None;
    };
    match (target, function.as_str(), arguments.as_slice()) {
        (None, conversion, [value]) if CONVERSIONS.contains(&conversion) => {
            let ExprKind::Literal(value) = &value.kind else {
                return None;
            };
            let failed = literal_call(conversion, value).err()?;
            Some(failed.to_string())
        }
        (Some(_), "find" | "findAll", [pattern, ..]) => {
            let ExprKind::Literal(Literal::String(pattern)) = &pattern.kind else {
                return None;
            };
            let error = regex::Regex::new(pattern).err()?;
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default();
            let why = last.strip_prefix("error: ").unwrap_or(last);
            Some(format!("error parsing regexp: {why}: `{pattern}`"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::cel::{Environment, Type, compile};

    fn told(expression: &str) -> String {
        let environment = Environment::new().with("self", Type::STRING);
        compile(expression, &environment).unwrap_err().told()
    }

    #[test]
    fn templates_are_held_against_what_is_put_into_them() {
        for (expression, why) in [
            (
                "'%d'.format([2.5])",
                "1:14: error during formatting: decimal clause can only be used on integers, was given double",
            ),
            ("'%d'.format([self])", "was given string"),
            (
                "'%q'.format([self])",
                "1:12: could not parse formatting clause: unrecognized formatting clause \"q\"",
            ),
            ("'%'.format([self])", "unexpected end of string"),
            ("'%s %s'.format([self])", "index 1 out of range"),
            (
                "'%s'.format([self, 1])",
                "too many arguments supplied to string.format (expected 1, got 2)",
            ),
        ] {
            let told = told(expression);
            assert!(
                told.starts_with("compilation failed: ERROR: <input>:1:"),
                "{told}"
            );
            assert!(told.contains(why), "{told}");
        }
        let environment = Environment::new();
        let right = "'%% %s %d %.2f %x'.format(['a', dyn(1), 2.0, b'a'])";
        assert!(compile(right, &environment).is_ok());
    }

    #[test]
    fn what_always_fails_has_no_program() {
        for (expression, why) in [
            (
                "int('x') > 1",
                "program instantiation failed: type conversion error",
            ),
            (
                "uint(-1) > 1u",
                "program instantiation failed: unsigned integer overflow",
            ),
            (
                "self.find('(') == ''",
                "program instantiation failed: error parsing regexp",
            ),
        ] {
            let told = told(expression);
            assert!(told.starts_with(why), "{told}");
        }
    }
}
