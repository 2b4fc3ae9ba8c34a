//! Calls that are more than calls: they bring variables of their own.

use super::ast::{Expr, ExprKind, Fold, FoldKind};
use super::parts::Parts;
use trimtab_tree::Text;

/// A call of a function by its name alone.
pub(super) fn global(
    parts: &mut Parts,
    at: usize,
    function: Text,
    mut arguments: Vec<Expr>,
) -> Option<Expr> {
    if function == "has" && arguments.len() == 1 {
        let argument = arguments.remove(0);
        if let ExprKind::Select { operand, field, .. } = argument.kind {
            let kind = ExprKind::Select {
                operand,
                field,
                is_test: true,
            };
            return Some(parts.expr(at, kind));
        }
        parts.say(argument.at, "invalid argument to has() macro");
        return None;
    }
    let kind = ExprKind::Call {
        target: None,
        function,
        arguments,
    };
    Some(parts.expr(at, kind))
}

/// A call on something.
pub(super) fn member(
    parts: &mut Parts,
    at: usize,
    target: Expr,
    function: Text,
    arguments: Vec<Expr>,
) -> Option<Expr> {
    let count = arguments.len();
    let shape = match (function.as_str(), count) {
        ("all", 2) => (FoldKind::All, 1, false),
        ("all", 3) => (FoldKind::All, 2, false),
        ("exists", 2) => (FoldKind::Exists, 1, false),
        ("exists", 3) => (FoldKind::Exists, 2, false),
        ("exists_one" | "existsOne", 2) => (FoldKind::ExistsOne, 1, false),
        ("exists_one" | "existsOne", 3) => (FoldKind::ExistsOne, 2, false),
        ("map", 2) => (FoldKind::Map, 1, false),
        ("map", 3) => (FoldKind::Map, 1, true),
        ("filter", 2) => (FoldKind::Filter, 1, false),
        ("transformList", 3) => (FoldKind::Map, 2, false),
        ("transformList", 4) => (FoldKind::Map, 2, true),
        ("transformMap", 3) => (FoldKind::TransformMap, 2, false),
        ("transformMap", 4) => (FoldKind::TransformMap, 2, true),
        ("transformMapEntry", 3) => (FoldKind::TransformMapEntry, 2, false),
        ("transformMapEntry", 4) => (FoldKind::TransformMapEntry, 2, true),
        ("sortBy", 2) => (FoldKind::SortBy, 1, false),
        ("optMap" | "optFlatMap", 2) => {
            return optional(parts, at, target, function == "optFlatMap", arguments);
        }
        _ => {
            let kind = ExprKind::Call {
                target: Some(Box::new(target)),
                function,
                arguments,
            };
            return Some(parts.expr(at, kind));
        }
    };
    let (kind, variables, is_filtered) = shape;
    let mut arguments = arguments.into_iter();
    let variable = variable(parts, arguments.next()?)?;
    let second = match variables {
        2 => Some(self::variable(parts, arguments.next()?)?),
        _ => None,
    };
    let filter = if is_filtered {
        Some(arguments.next()?)
    } else {
        None
    };
    let body = arguments.next()?;
    let fold = Fold {
        kind,
        range: target,
        variable,
        second,
        filter,
        body,
    };
    Some(parts.expr(at, ExprKind::Fold(Box::new(fold))))
}

fn optional(
    parts: &mut Parts,
    at: usize,
    target: Expr,
    is_flat: bool,
    arguments: Vec<Expr>,
) -> Option<Expr> {
    let mut arguments = arguments.into_iter();
    let variable = variable(parts, arguments.next()?)?;
    let kind = ExprKind::OptMap {
        target: Box::new(target),
        variable,
        result: Box::new(arguments.next()?),
        is_flat,
    };
    Some(parts.expr(at, kind))
}

fn variable(parts: &mut Parts, argument: Expr) -> Option<Text> {
    if let ExprKind::Ident(name) = argument.kind {
        Some(name)
    } else {
        parts.say(argument.at, "argument must be a simple name");
        None
    }
}
