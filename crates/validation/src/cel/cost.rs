//! What an expression may cost at most.
//!
//! Upstream: `cel-go/checker/cost.go`, `k8s.io/apiserver/pkg/cel/library/cost.go`. The figures
//! decide which rules may be written, so they follow those to the unit. Macros are counted as what
//! `cel-go` expands them to.

mod call;
mod range;

use super::ast::{Expr, ExprKind, Fold, FoldKind, Literal};
use super::check::Checked;
use super::types::Type;
use range::Range;
use rustc_hash::FxHashMap;
use trimtab_tree::Text;

/// What an expression may cost at most; `u64::MAX` if there is no bound.
pub(super) fn max(expr: &Expr, checked: &[Checked]) -> u64 {
    let mut estimate = Estimate {
        checked,
        sizes: FxHashMap::default(),
        entries: FxHashMap::default(),
        locals: Vec::new(),
    };
    estimate.cost(expr).max
}

/// Sizes of the keys and values of a container.
#[derive(Clone, Copy)]
struct EntrySizes {
    key: Range,
    value: Range,
}

struct Estimate<'c> {
    checked: &'c [Checked],
    /// Sizes that were found out, by the number of the expression.
    sizes: FxHashMap<usize, Range>,
    entries: FxHashMap<usize, EntrySizes>,
    /// Variables of macros: type, and size if that is known beside.
    locals: Vec<(Text, Option<Range>)>,
}

impl Estimate<'_> {
    fn ty(&self, expr: &Expr) -> &Type {
        &self.checked[expr.id].ty
    }

    fn cost(&mut self, expr: &Expr) -> Range {
        match &expr.kind {
            ExprKind::Literal(_) => Range::NOTHING,
            ExprKind::Ident(_) => Range::ONE,
            ExprKind::Select {
                operand, is_test, ..
            } => {
                if self.checked[expr.id].name.is_some() {
                    return Range::ONE;
                }
                let cost = self.cost(operand);
                let is_counted = !is_test
                    && matches!(
                        self.ty(operand),
                        Type::Map(_) | Type::Object(_) | Type::Param(_)
                    );
                if is_counted {
                    cost.plus(Range::ONE)
                } else {
                    cost
                }
            }
            ExprKind::Call {
                target,
                function,
                arguments,
            } => self.call(expr, target.as_deref(), function, arguments),
            ExprKind::List(items) => {
                let mut cost = Range::fixed(10);
                let mut sizes: Option<Range> = None;
                for item in items {
                    cost = cost.plus(self.cost(&item.value));
                    let size = self.size_or_unknown(&item.value);
                    sizes = Some(sizes.map_or(size, |sizes| sizes.or(size)));
                }
                let value = sizes.unwrap_or(Range::NOTHING);
                let key = Range::ONE;
                self.entries.insert(expr.id, EntrySizes { key, value });
                cost
            }
            ExprKind::Map(entries) => {
                let mut cost = Range::fixed(30);
                let mut sizes: Option<EntrySizes> = None;
                for entry in entries {
                    cost = cost
                        .plus(self.cost(&entry.key))
                        .plus(self.cost(&entry.value));
                    let key = self.size_or_unknown(&entry.key);
                    let value = self.size_or_unknown(&entry.value);
                    sizes = Some(match sizes {
                        None => EntrySizes { key, value },
                        Some(known) => EntrySizes {
                            key: known.key.or(key),
                            value: known.value.or(value),
                        },
                    });
                }
                let nothing = EntrySizes {
                    key: Range::NOTHING,
                    value: Range::NOTHING,
                };
                self.entries.insert(expr.id, sizes.unwrap_or(nothing));
                cost
            }
            ExprKind::Struct { fields, .. } => {
                fields.iter().fold(Range::fixed(40), |cost, field| {
                    cost.plus(self.cost(&field.value))
                })
            }
            ExprKind::Fold(fold) => self.fold(expr, fold),
            ExprKind::OptMap {
                target,
                variable,
                result,
                ..
            } => {
                // hasValue() ? optional.of(value bound to a name) : none
                let target = self.cost(target);
                // How large the value is cannot be told any more.
                self.locals.push((variable.clone(), Some(Range::UNKNOWN)));
                let result = self.cost(result);
                self.locals.pop();
                target
                    .plus(Range::ONE)
                    .plus(Range::ONE.plus(target).plus(Range::fixed(11)).plus(result))
            }
        }
    }

    /// What a macro costs: its range, and for each of the range a step and a test whether to go on.
    fn fold(&mut self, expr: &Expr, fold: &Fold) -> Range {
        let range_cost = self.cost(&fold.range);
        let entries = self.entries.get(&fold.range.id).copied();
        let is_list = matches!(self.ty(&fold.range), Type::List(_));
        let depth = self.locals.len();
        let value = entries.map(|entries| entries.value);
        let key = entries.map(|entries| entries.key);
        if let Some(second) = &fold.second {
            self.locals.push((fold.variable.clone(), key));
            self.locals.push((second.clone(), value));
        } else {
            let size = if is_list { value } else { key };
            self.locals.push((fold.variable.clone(), size));
        }
        let filter = fold.filter.as_ref().map(|filter| self.cost(filter));
        let body = self.cost(&fold.body);
        let body_size = self.size_or_unknown(&fold.body);
        let item_size = entries.map(|entries| if is_list { entries.value } else { entries.key });
        self.locals.truncate(depth);
        let (accumulator, test, step, result) = match fold.kind {
            FoldKind::All => (0, 2, accumulated(body), Range::ONE),
            FoldKind::Exists => (0, 3, accumulated(body), Range::ONE),
            // The result is compared with 1.
            FoldKind::ExistsOne => {
                let step = body.plus(Range { min: 1, max: 2 });
                (0, 0, step, Range::fixed(2))
            }
            FoldKind::Filter => (10, 0, body.plus(Range { min: 1, max: 13 }), Range::ONE),
            FoldKind::Map => {
                let step = Range::fixed(12).plus(body);
                let step = match filter {
                    None => step,
                    Some(filter) => filter.plus(step.or(Range::ONE)),
                };
                (10, 0, step, Range::ONE)
            }
            FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                let step = Range::fixed(3).plus(body);
                let step = match filter {
                    None => step,
                    Some(filter) => filter.plus(step.or(Range::ONE)),
                };
                (30, 0, step, Range::ONE)
            }
            FoldKind::SortBy => (10, 0, Range::fixed(12).plus(body), Range::fixed(2)),
        };
        let count = self.size_or_unknown(&fold.range);
        let steps = count.times(step.plus(Range::fixed(test)));
        if accumulator == 0 {
            self.sizes.insert(expr.id, Range::ONE);
        } else {
            self.sizes.insert(expr.id, count);
            let made = match fold.kind {
                FoldKind::Filter | FoldKind::SortBy => item_size.unwrap_or(Range::UNKNOWN),
                _ => body_size,
            };
            let made = EntrySizes {
                key: key.unwrap_or(Range::ONE),
                value: Range::NOTHING.or(made),
            };
            // Where sizes come from the schema, the type has them.
            if fold.kind != FoldKind::Filter || item_size.is_some() {
                self.entries.insert(expr.id, made);
            }
        }
        range_cost
            .plus(Range::fixed(accumulator))
            .plus(result)
            .plus(steps)
    }

    fn size_or_unknown(&mut self, expr: &Expr) -> Range {
        self.size(expr).unwrap_or(Range::UNKNOWN)
    }

    /// How large the value of an expression may be.
    fn size(&mut self, expr: &Expr) -> Option<Range> {
        if let Some(size) = self.sizes.get(&expr.id) {
            return Some(*size);
        }
        match &expr.kind {
            ExprKind::Literal(Literal::String(text)) => {
                return Some(Range::fixed(text.chars().count() as u64));
            }
            ExprKind::Literal(Literal::Bytes(bytes)) => {
                return Some(Range::fixed(bytes.len() as u64));
            }
            ExprKind::Literal(_) => return Some(Range::ONE),
            ExprKind::List(items) => return Some(Range::fixed(items.len() as u64)),
            ExprKind::Map(entries) => return Some(Range::fixed(entries.len() as u64)),
            _ => {}
        }
        let ty = self.ty(expr);
        if let Some(max) = ty.max_size() {
            return Some(Range { min: 0, max });
        }
        if ty.is_scalar() {
            // A schema says of what has one size that it has none.
            return Some(if is_path(expr) {
                Range::NOTHING
            } else {
                Range::ONE
            });
        }
        // A schema says of objects that they have no size.
        if matches!(ty, Type::Object(_)) {
            return Some(Range::NOTHING);
        }
        if let ExprKind::Ident(name) = &expr.kind {
            let mut locals = self.locals.iter().rev();
            return locals.find(|(known, _)| known == name)?.1;
        }
        None
    }
}

/// Whether it is a variable or a part of one.
fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ident(_) => true,
        ExprKind::Select { operand, .. } => is_path(operand),
        ExprKind::Call {
            function,
            arguments,
            ..
        } => function == "_[_]" && arguments.first().is_some_and(is_path),
        _ => false,
    }
}

/// A step of `all` or `exists`: the accumulator, and the body unless that decides.
fn accumulated(body: Range) -> Range {
    Range {
        min: 1,
        max: body.max.saturating_add(1),
    }
}

fn most(max: Option<u64>) -> Range {
    match max {
        Some(max) => Range { min: 0, max },
        None => Range::UNKNOWN,
    }
}
