//! The parts of an expression as it is read.

use super::ast::{Expr, ExprKind};
use super::error::Problem;

/// Numbers the parts of an expression, and holds what is wrong with it.
pub(super) struct Parts {
    /// The number of the part that is made next.
    pub(super) next_id: usize,
    pub(super) problems: Vec<Problem>,
}

impl Parts {
    /// A part that stands at a byte of the source.
    pub(super) fn expr(&mut self, at: usize, kind: ExprKind) -> Expr {
        let id = self.next_id;
        self.next_id += 1;
        Expr { id, at, kind }
    }

    /// Notes what is wrong at a byte of the source.
    pub(super) fn say(&mut self, at: usize, message: impl Into<String>) {
        let message = message.into();
        self.problems.push(Problem { at, message });
    }
}
