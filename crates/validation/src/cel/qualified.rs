//! Names with points.

use super::ast::{Expr, ExprKind};

/// The name that an expression is, if it is nothing but names: `strings`, `a.b`.
pub(super) fn name_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name.to_string()),
        ExprKind::Select {
            operand,
            field,
            is_test: false,
        } => Some(format!("{}.{field}", name_of(operand)?)),
        _ => None,
    }
}
