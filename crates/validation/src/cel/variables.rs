//! The values of variables, and what evaluations may cost.

use super::authorizer::Authorize;
use super::error::EvaluationError;
use super::program::Program;
use super::value::Val;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use trimtab_tree::Value;

/// The values of the variables that an [`Environment`](super::Environment) declares.
///
/// A value of a type is read as the environment says: a text that the schema has as a time is one.
#[derive(Default)]
pub struct Variables<'a> {
    pub(super) values: FxHashMap<&'a str, Bound<'a>>,
    pub(super) definitions: FxHashMap<&'a str, &'a Program>,
    /// Definitions that have been evaluated.
    pub(super) known: RefCell<FxHashMap<&'a str, Result<Val<'a>, EvaluationError>>>,
    pub(super) authorizer: Option<&'a dyn Authorize>,
}

/// What a variable is.
#[derive(Clone, Copy)]
pub(super) enum Bound<'a> {
    Value(&'a Value),
    /// Of type optional.
    Optional(Option<&'a Value>),
    /// The variable that the definitions are fields of.
    Definitions,
}

impl<'a> Variables<'a> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &'a str, value: &'a Value) {
        self.values.insert(name, Bound::Value(value));
    }

    /// Sets a variable of a type that is optional.
    pub fn set_optional(&mut self, name: &'a str, value: Option<&'a Value>) {
        self.values.insert(name, Bound::Optional(value));
    }

    /// Makes `program` the field `name` of the variable `variables`: it is evaluated with these
    /// variables when an expression asks for it, once.
    pub fn define(&mut self, name: &'a str, program: &'a Program) {
        self.values.insert("variables", Bound::Definitions);
        self.definitions.insert(name, program);
    }

    /// Makes the variable `variables` be there even if nothing is defined.
    pub fn with_definitions(&mut self) {
        self.values.insert("variables", Bound::Definitions);
    }

    /// Sets what answers the questions that expressions ask of `authorizer`.
    pub fn set_authorizer(&mut self, authorizer: &'a dyn Authorize) {
        self.authorizer = Some(authorizer);
    }
}

/// What evaluations may still cost.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Of all evaluations together.
    left: u64,
    /// Of one.
    per_call: u64,
}

impl Budget {
    /// So much for all evaluations together, and [`PER_CALL_LIMIT`](super::PER_CALL_LIMIT) for one.
    #[must_use]
    pub fn new(total: u64) -> Self {
        Self {
            left: total,
            per_call: super::PER_CALL_LIMIT,
        }
    }

    /// The same, with another limit for one evaluation.
    #[must_use]
    pub fn with_per_call(mut self, limit: u64) -> Self {
        self.per_call = limit;
        self
    }

    /// What is left of all.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn per_call(&self) -> u64 {
        self.per_call
    }

    /// Pays for an evaluation.
    pub(super) fn pay(&mut self, cost: u64) -> Result<(), EvaluationError> {
        match self.left.checked_sub(cost) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(EvaluationError::OutOfBudget)
            }
        }
    }
}
