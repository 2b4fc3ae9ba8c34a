//! Calls that are more than calls: they bring variables of their own.

use super::ast::{Expr, ExprKind, Fold, FoldKind};
use super::parser::Parser;
use trimtab_tree::Text;

/// A call of a function by its name alone.
pub(super) fn global(
    parser: &mut Parser<'_>,
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
            return Some(parser.expr(at, kind));
        }
        parser.say(argument.at, "invalid argument to has() macro");
        return None;
    }
    let kind = ExprKind::Call {
        target: None,
        function,
        arguments,
    };
    Some(parser.expr(at, kind))
}

/// A call on something.
pub(super) fn member(
    parser: &mut Parser<'_>,
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
            return optional(parser, at, target, function == "optFlatMap", arguments);
        }
        _ => {
            let kind = ExprKind::Call {
                target: Some(Box::new(target)),
                function,
                arguments,
            };
            return Some(parser.expr(at, kind));
        }
    };
    let (kind, variables, is_filtered) = shape;
    let mut arguments = arguments.into_iter();
    let variable = variable(parser, arguments.next()?)?;
    let second = match variables {
        2 => Some(self::variable(parser, arguments.next()?)?),
        _ => None,
    };
    let filter = match is_filtered {
        true => Some(arguments.next()?),
        false => None,
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
    Some(parser.expr(at, ExprKind::Fold(Box::new(fold))))
}

fn optional(
    parser: &mut Parser<'_>,
    at: usize,
    target: Expr,
    is_flat: bool,
    arguments: Vec<Expr>,
) -> Option<Expr> {
    let mut arguments = arguments.into_iter();
    let variable = variable(parser, arguments.next()?)?;
    let kind = ExprKind::OptMap {
        target: Box::new(target),
        variable,
        result: Box::new(arguments.next()?),
        is_flat,
    };
    Some(parser.expr(at, kind))
}

fn variable(parser: &mut Parser<'_>, argument: Expr) -> Option<Text> {
    match argument.kind {
        ExprKind::Ident(name) => Some(name),
        _ => {
            parser.say(argument.at, "argument must be a simple name");
            None
        }
    }
}
