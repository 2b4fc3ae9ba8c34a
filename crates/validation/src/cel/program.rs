//! An expression, ready to be evaluated.

use super::ast::{Expr, ExprKind};
use super::check::{Checked, check};
use super::cost;
use super::environment::Environment;
use super::error::{CelError, EvaluationError};
use super::evaluate::evaluate;
use super::literals;
use super::parser::parse;
use super::types::Type;
use super::value::Val;
use super::variables::{Budget, Variables};
use rustc_hash::FxHashMap;
use trimtab_tree::{Text, Value};

/// An expression, ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    pub(super) expr: Expr,
    pub(super) checked: Vec<Checked>,
    /// The variables that it names, with their types.
    pub(super) variables: FxHashMap<Text, Type>,
    /// Patterns that stand in it as literals, compiled; by the number of the literal.
    pub(super) patterns: FxHashMap<usize, regex::Regex>,
    max_cost: u64,
}

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

impl Program {
    /// The type of the result.
    #[must_use]
    pub fn output_type(&self) -> &Type {
        &self.checked[self.expr.id].ty
    }

    /// What an evaluation may cost at most, given the sizes that the types of the variables let
    /// values have; `u64::MAX` if there is no bound.
    #[must_use]
    pub fn max_cost(&self) -> u64 {
        self.max_cost
    }

    /// Whether it names a variable.
    #[must_use]
    pub fn uses(&self, variable: &str) -> bool {
        self.variables.contains_key(variable)
    }

    /// Evaluates it.
    ///
    /// # Errors
    /// When the values do not allow for a result, or it costs too much.
    pub fn evaluate<'a>(
        &'a self,
        variables: &Variables<'a>,
        budget: &mut Budget,
    ) -> Result<Value, EvaluationError> {
        let result = evaluate(self, variables, budget)?;
        let name = result.type_name();
        let no_form =
            || EvaluationError::failed(format!("a value of type {name} cannot be a result"));
        result.to_tree().ok_or_else(no_form)
    }

    /// Evaluates it to true or false.
    ///
    /// # Errors
    /// As [`Program::evaluate`], and when the result is something else.
    pub fn holds<'a>(
        &'a self,
        variables: &Variables<'a>,
        budget: &mut Budget,
    ) -> Result<bool, EvaluationError> {
        match evaluate(self, variables, budget)? {
            Val::Bool(holds) => Ok(holds),
            other => Err(EvaluationError::failed(format!(
                "must evaluate to bool but got {}",
                other.type_name()
            ))),
        }
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
            && let ExprKind::Literal(super::ast::Literal::String(text)) = &pattern.kind
            && let Ok(regex) = regex::Regex::new(text)
        {
            patterns.insert(pattern.id, regex);
        }
    }
    expr.for_each(&mut |part| collect_patterns(part, patterns));
}

impl Expr {
    /// Visits the parts right below.
    pub(super) fn for_each<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Ident(_) => {}
            ExprKind::Select { operand, .. } => visit(operand),
            ExprKind::Call {
                target, arguments, ..
            } => target
                .iter()
                .map(|it| &**it)
                .chain(arguments)
                .for_each(visit),
            ExprKind::List(items) => items.iter().for_each(|item| visit(&item.value)),
            ExprKind::Map(entries) => {
                for entry in entries {
                    visit(&entry.key);
                    visit(&entry.value);
                }
            }
            ExprKind::Struct { fields, .. } => fields.iter().for_each(|field| visit(&field.value)),
            ExprKind::Fold(fold) => {
                visit(&fold.range);
                fold.filter.iter().for_each(&mut *visit);
                visit(&fold.body);
            }
            ExprKind::OptMap { target, result, .. } => {
                visit(target);
                visit(result);
            }
        }
    }
}
