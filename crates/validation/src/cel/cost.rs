//! What an expression may cost at most.
//!
//! Upstream: `cel-go/checker/cost.go`, `k8s.io/apiserver/pkg/cel/library/cost.go`. The figures
//! decide which rules may be written, so they follow those to the unit. Macros are counted as what
//! `cel-go` expands them to.

use super::ast::{Expr, ExprKind, Fold, FoldKind, Literal};
use super::check::Checked;
use super::signatures::Overload;
use super::types::Type;
use rustc_hash::FxHashMap;
use trimtab_tree::Text;

/// Cost of a character that is looked at.
const PER_CHARACTER: f64 = 0.1;
/// Cost of a character of a pattern.
const PER_PATTERN_CHARACTER: f64 = 0.25;
/// How long the pattern of a named format is at most.
const FORMAT_PATTERN: f64 = 128.0;

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

/// At least and at most: of a size, or of a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    min: u64,
    max: u64,
}

impl Range {
    const NOTHING: Self = Self::fixed(0);
    const ONE: Self = Self::fixed(1);
    const UNKNOWN: Self = Self {
        min: 0,
        max: u64::MAX,
    };

    const fn fixed(value: u64) -> Self {
        Self {
            min: value,
            max: value,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
        }
    }

    fn times(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_mul(other.min),
            max: self.max.saturating_mul(other.max),
        }
    }

    fn by(self, factor: f64) -> Self {
        // Floats saturate when they are made integers.
        let by = |value: u64| (value as f64 * factor).ceil() as u64;
        Self {
            min: by(self.min),
            max: by(self.max),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
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

/// What a call costs, its arguments aside, and how large its result is.
struct CallCost {
    cost: Range,
    size: Option<Range>,
}

impl CallCost {
    fn of(cost: Range) -> Self {
        Self { cost, size: None }
    }

    fn sized(cost: Range, size: Range) -> Self {
        Self {
            cost,
            size: Some(size),
        }
    }
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

    fn call(
        &mut self,
        expr: &Expr,
        target: Option<&Expr>,
        function: &Text,
        arguments: &[Expr],
    ) -> Range {
        if function == "dyn"
            && let [argument] = arguments
        {
            let cost = self.cost(argument).plus(Range::ONE);
            if let Some(size) = self.size(argument) {
                self.sizes.insert(expr.id, size);
            }
            if let Some(entries) = self.entries.get(&argument.id).copied() {
                self.entries.insert(expr.id, entries);
            }
            return cost;
        }
        let name = self.checked[expr.id].name.clone();
        // The target of `strings.quote(x)` is a part of the name.
        let target = target.filter(|_| name.is_none());
        let function = name.as_ref().unwrap_or(function);
        let costs: Vec<Range> = arguments.iter().map(|it| self.cost(it)).collect();
        let before = target.map_or(Range::NOTHING, |target| self.cost(target));
        if function == "_?._" {
            return costs.iter().fold(Range::ONE, |sum, cost| sum.plus(*cost));
        }
        let of_arguments = costs
            .iter()
            .fold(Range::NOTHING, |sum, cost| sum.plus(*cost));
        let overloads = self.checked[expr.id].overloads.clone();
        let mut cost: Option<Range> = None;
        let mut size: Option<Range> = None;
        for overload in overloads {
            let of = match overload.id {
                "logical_or" | "logical_and" => {
                    let (left, right) = (costs[0], costs[1]);
                    CallCost::of(Range {
                        min: left.min,
                        max: left.plus(right).max,
                    })
                }
                "conditional" => {
                    let size = self
                        .size_or_unknown(&arguments[1])
                        .or(self.size_or_unknown(&arguments[2]));
                    self.join_entries(expr, &arguments[1], &arguments[2]);
                    CallCost::sized(costs[0].plus(costs[1].or(costs[2])), size)
                }
                _ => {
                    let mut of = self.overload(overload, function, target, arguments);
                    if matches!(overload.id, "add_string" | "add_bytes" | "add_list") {
                        self.join_entries(expr, &arguments[0], &arguments[1]);
                    }
                    of.cost = of.cost.plus(of_arguments);
                    of
                }
            };
            cost = Some(cost.map_or(of.cost, |cost| cost.or(of.cost)));
            if let Some(of) = of.size {
                size = Some(size.map_or(of, |size| size.or(of)));
            }
            if matches!(overload.id, "index_list" | "index_map") {
                size = self.entries.get(&arguments[0].id).map(|it| it.value);
            }
        }
        if let Some(size) = size {
            self.sizes.insert(expr.id, size);
        }
        before.plus(cost.unwrap_or(Range::NOTHING))
    }

    fn join_entries(&mut self, expr: &Expr, one: &Expr, other: &Expr) {
        let (one, other) = (self.entries.get(&one.id), self.entries.get(&other.id));
        if let (Some(one), Some(other)) = (one, other) {
            let joined = EntrySizes {
                key: one.key.or(other.key),
                value: one.value.or(other.value),
            };
            self.entries.insert(expr.id, joined);
        }
    }

    /// What a call costs by what it is told to do.
    fn overload(
        &mut self,
        overload: &Overload,
        function: &str,
        target: Option<&Expr>,
        arguments: &[Expr],
    ) -> CallCost {
        let size = |estimate: &mut Self, at: usize| match arguments.get(at) {
            Some(argument) => estimate.size_or_unknown(argument),
            None => Range::UNKNOWN,
        };
        let of_target = target.map(|target| self.size_or_unknown(target));
        match (function, of_target) {
            ("check", Some(_)) => CallCost::of(Range::fixed(350_000)),
            ("fieldSelector" | "labelSelector", _) => {
                let size = size(self, 0);
                let requirements = size.by(0.5).by(50.0);
                CallCost::of(
                    Range::fixed(10)
                        .plus(size.by(PER_CHARACTER))
                        .plus(requirements),
                )
            }
            ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", Some(of)) => {
                let item = match target.map(|target| self.ty(target)) {
                    Some(Type::List(list)) => Some(list.items.clone()),
                    _ => None,
                };
                match item {
                    None => CallCost::of(of.by(PER_CHARACTER)),
                    Some(item) => {
                        let is_text = matches!(item, Type::String(_) | Type::Bytes(_));
                        let each = if is_text {
                            Range::ONE.plus(most(item.max_size()).by(PER_CHARACTER))
                        } else {
                            Range::ONE
                        };
                        CallCost::of(of.times(each))
                    }
                }
            }
            ("url" | "jsonpatch.escapeKey", _) => {
                let size = size(self, 0);
                CallCost::sized(size.by(PER_CHARACTER), size)
            }
            ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(of)) => {
                CallCost::sized(of.by(PER_CHARACTER), of)
            }
            ("replace", Some(of)) => {
                let (replaced, with) = (size(self, 0), size(self, 1));
                CallCost::sized(
                    of.by(2.0 * PER_CHARACTER),
                    replaced_size(of, replaced, with),
                )
            }
            ("split", Some(of)) => {
                let most = match arguments.get(1).map(|argument| &argument.kind) {
                    Some(ExprKind::Literal(Literal::Int(limit))) => *limit as u64,
                    _ => of.max,
                };
                let size = Range { min: 0, max: most };
                CallCost::sized(of.by(2.0 * PER_CHARACTER), size)
            }
            ("join", Some(of)) => {
                let item = match target.map(|target| self.ty(target)) {
                    Some(Type::List(list)) => most(list.items.max_size()),
                    _ => Range::UNKNOWN,
                };
                let mut joined = of.times(item);
                if !arguments.is_empty() {
                    let between = Range {
                        min: of.min.saturating_sub(1),
                        max: of.max.saturating_sub(1),
                    };
                    joined = joined.plus(size(self, 0).times(between));
                }
                CallCost::sized(joined.by(PER_CHARACTER), joined)
            }
            ("find" | "findAll", Some(of)) => {
                let cost = pattern_cost(of, size(self, 0));
                let size = Range {
                    min: 0,
                    max: of.max,
                };
                CallCost::sized(cost, size)
            }
            ("ip", _) if overload.id == "cidr_ip" => CallCost::of(Range::ONE),
            (
                "cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity" | "semver"
                | "isSemver",
                _,
            ) => CallCost::of(size(self, 0).by(PER_CHARACTER)),
            ("ip.isCanonical", _) => CallCost::of(size(self, 0).by(2.0 * PER_CHARACTER)),
            ("containsIP" | "containsCIDR", _) => {
                let address = Range { min: 4, max: 16 };
                let mut cost = address.plus(address).by(PER_CHARACTER);
                if function == "containsCIDR" {
                    cost = cost.plus(address.by(PER_CHARACTER)).plus(Range::ONE);
                }
                if overload.id.ends_with("_string") {
                    cost = cost.plus(size(self, 0).by(PER_CHARACTER));
                }
                CallCost::of(cost)
            }
            ("validate", _) => {
                let cost = size(self, 0).by(PER_CHARACTER);
                CallCost::of(cost.by(FORMAT_PATTERN * PER_PATTERN_CHARACTER))
            }
            ("_==_", _) if self.is_of_library(arguments) => CallCost::of(Range::ONE),
            _ => self.standard(overload, of_target, arguments),
        }
    }

    fn is_of_library(&self, arguments: &[Expr]) -> bool {
        let mut types = arguments.iter().map(|argument| self.ty(argument));
        types.all(|ty| matches!(ty, Type::Opaque(_)))
    }

    fn standard(
        &mut self,
        overload: &Overload,
        target: Option<Range>,
        arguments: &[Expr],
    ) -> CallCost {
        let mut size = |at: usize| match arguments.get(at) {
            Some(argument) => self.size_or_unknown(argument),
            None => Range::UNKNOWN,
        };
        match (overload.id, target) {
            ("string_format", Some(of)) => CallCost::of(of.by(PER_CHARACTER)),
            ("string_to_bytes", _) => {
                let of = size(0);
                let bytes = Range {
                    min: of.min,
                    max: of.max.saturating_mul(4),
                };
                CallCost::sized(of.by(PER_CHARACTER), bytes)
            }
            ("bytes_to_string", _) => {
                let of = size(0);
                let text = Range {
                    min: of.min / 4,
                    max: of.max,
                };
                CallCost::sized(of.by(PER_CHARACTER), text)
            }
            ("strings_quote", _) => {
                let of = size(0);
                let text = Range {
                    min: of.min.saturating_add(2),
                    max: of.max.saturating_mul(2).saturating_add(2),
                };
                CallCost::sized(of.by(PER_CHARACTER), text)
            }
            ("starts_with_string" | "ends_with_string", _) => {
                CallCost::of(size(0).by(PER_CHARACTER))
            }
            ("in_list", _) => CallCost::of(size(1)),
            ("matches_string", Some(of)) => CallCost::of(pattern_cost(of, size(0))),
            ("contains_string", Some(of)) => {
                CallCost::of(of.by(PER_CHARACTER).times(size(0).by(PER_CHARACTER)))
            }
            ("add_list", _) => CallCost::sized(Range::ONE, size(0).plus(size(1))),
            ("add_string" | "add_bytes", _) => {
                let joined = size(0).plus(size(1));
                CallCost::sized(joined.by(PER_CHARACTER), joined)
            }
            (id, _) if compares_texts(id) => {
                let max = size(0).max.min(size(1).max);
                let min = u64::from(max > 0);
                CallCost::of(Range { min, max }.by(PER_CHARACTER))
            }
            _ => CallCost::of(Range::ONE),
        }
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

fn pattern_cost(text: Range, pattern: Range) -> Range {
    let text = text.plus(Range::ONE).by(PER_CHARACTER);
    text.times(pattern.by(PER_PATTERN_CHARACTER))
}

fn compares_texts(overload: &str) -> bool {
    let is_order = overload.starts_with("less_") || overload.starts_with("greater_");
    matches!(overload, "equals" | "not_equals")
        || is_order && (overload.ends_with("_string") || overload.ends_with("_bytes"))
}

/// How long a text is after `replace`.
fn replaced_size(of: Range, replaced: Range, with: Range) -> Range {
    let (mut count, mut kept) = (Range::NOTHING, Range::NOTHING);
    if replaced.min == 0 {
        count.max = of.max.saturating_add(1);
        kept.max = of.max;
    } else if with.max <= replaced.min {
        kept.max = of.max;
    } else {
        count.max = of.max.div_ceil(replaced.min);
    }
    if replaced.max == 0 {
        count.min = of.min.saturating_add(1);
        kept.min = of.min;
    } else if replaced.max <= with.min {
        kept.min = of.min;
    } else {
        count.min = of.min.div_ceil(replaced.max);
    }
    count.times(with).plus(kept)
}
