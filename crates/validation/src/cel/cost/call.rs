//! What calls cost.

use super::range::Range;
use super::{EntrySizes, Estimate, most};
use crate::cel::ast::{Expr, ExprKind, Literal};
use crate::cel::signatures::Overload;
use crate::cel::types::Type;
use trimtab_tree::Text;

/// Cost of a character that is looked at.
const PER_CHARACTER: f64 = 0.1;
/// Cost of a character of a pattern.
const PER_PATTERN_CHARACTER: f64 = 0.25;
/// How long the pattern of a named format is at most.
const FORMAT_PATTERN: f64 = 128.0;

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
    pub(super) fn call(
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
