//! From the text of an expression to a program.

use super::ast::{Expr, ExprKind, Literal};
use super::check::check;
use super::cost;
use super::environment::Environment;
use super::error::CelError;
use super::literals;
use super::parser::parse;
use super::program::Program;
use rustc_hash::FxHashMap;

/// Compiles an expression.
///
/// # Errors
/// Everything that is wrong with it: its form, names that are not there, types that do not fit.
pub fn compile(expression: &str, environment: &Environment) -> Result<Program, CelError> {
    let (expr, size) = parse(expression)?;
    let invalid = |problems| CelError::new(expression, problems);
    let checked = check(&expr, size, environment).map_err(invalid)?;
    let problems = literals::check(&expr, &checked);
    if !problems.is_empty() {
        return Err(invalid(problems));
    }
    let max_cost = cost::max(&expr, &checked);
    let mut program = Program {
        expr,
        checked,
        variables: FxHashMap::default(),
        patterns: FxHashMap::default(),
        max_cost,
    };
    for part in &program.checked {
        if let Some(name) = &part.name
            && let Some(ty) = environment.variable(name)
        {
            program.variables.insert(name.clone(), ty.clone());
        }
    }
    let mut patterns = FxHashMap::default();
    collect_patterns(&program.expr, &mut patterns);
    program.patterns = patterns;
    match literals::failing(&program) {
        Some(why) => Err(CelError::of_program(why)),
        None => Ok(program),
    }
}

/// Compiles the patterns that are literals.
fn collect_patterns(expr: &Expr, patterns: &mut FxHashMap<usize, regex::Regex>) {
    if let ExprKind::Call {
        function,
        arguments,
        target,
    } = &expr.kind
        && matches!(function.as_str(), "matches" | "find" | "findAll")
    {
        let at = usize::from(target.is_none());
        if let Some(pattern) = arguments.get(at)
            && let ExprKind::Literal(Literal::String(text)) = &pattern.kind
            && let Ok(regex) = regex::Regex::new(text)
        {
            patterns.insert(pattern.id, regex);
        }
    }
    expr.for_each(&mut |part| collect_patterns(part, patterns));
}
