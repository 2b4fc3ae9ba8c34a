//! An expression, ready to be evaluated.

use super::ast::Expr;
use super::check::Checked;
use super::types::Type;
use rustc_hash::FxHashMap;
use trimtab_tree::Text;

/// An expression, ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    pub(super) expr: Expr,
    pub(super) checked: Vec<Checked>,
    /// The variables that it names, with their types.
    pub(super) variables: FxHashMap<Text, Type>,
    /// Patterns that stand in it as literals, compiled; by the number of the literal.
    pub(super) patterns: FxHashMap<usize, regex::Regex>,
    pub(super) max_cost: u64,
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
}
