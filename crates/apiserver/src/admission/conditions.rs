//! Expressions of webhooks and policies: what they may name, and what they are compiled to.

use crate::fields::text_at;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::Value;
use trimtab_validation::cel::{self, Environment, EvaluationError, Program, Type, compile};

/// For how many webhooks conditions are kept compiled.
const KEPT: usize = 256;

/// An expression that is to be true, and what it was compiled to, or why it was not.
pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) program: Result<Program, String>,
}

/// Conditions that have been compiled, by what they are written as. One for the whole server.
#[derive(Default)]
pub(crate) struct Conditions(Mutex<VecDeque<(Value, Arc<Vec<Condition>>)>>);

impl Conditions {
    /// Conditions, compiled once for as long as they are asked for.
    pub(super) fn get(&self, conditions: &[Value]) -> Arc<Vec<Condition>> {
        let key = Value::sequence(conditions.to_vec());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept.iter().find(|(known, _)| *known == key) {
            return Arc::clone(known);
        }
        let compiled = Arc::new(compile_all(conditions, &environment(false)));
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((key, Arc::clone(&compiled)));
        compiled
    }
}

/// What expressions about writes may name.
pub(super) fn environment(has_params: bool) -> Environment {
    let environment = Environment::new()
        .with("object", Type::DYN)
        .with("oldObject", Type::DYN)
        .with("request", cel::request_type())
        .with("namespaceObject", cel::namespace_type())
        .with_authorizer();
    if has_params {
        environment.with("params", Type::DYN)
    } else {
        environment
    }
}

/// Compiles `matchConditions`.
pub(super) fn compile_all(conditions: &[Value], environment: &Environment) -> Vec<Condition> {
    let conditions = conditions.iter();
    conditions
        .map(|condition| {
            let expression = text_at(condition, &["expression"]).unwrap_or_default();
            Condition {
                expression: expression.to_owned(),
                program: compiled(expression, environment),
            }
        })
        .collect()
}

/// Compiles an expression.
///
/// # Errors
/// What is wrong with it.
pub(super) fn compiled(expression: &str, environment: &Environment) -> Result<Program, String> {
    compile(expression, environment).map_err(|why| format!("compilation error: {}", why.told()))
}

/// What is told of an evaluation that failed.
pub(super) fn failed(expression: &str, why: &EvaluationError) -> String {
    match why {
        EvaluationError::OutOfBudget => why.to_string(),
        _ => format!("expression '{expression}' resulted in error: {why}"),
    }
}
