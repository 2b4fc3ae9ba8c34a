//! What `[?(...)]` asks of the items of a list.

use super::find::Search;
use super::path::JsonPath;
use std::cmp::Ordering;
use trimtab_tree::{ScalarKind, Value};

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// `a || b`
    Any(Vec<Condition>),
    /// `a && b`
    All(Vec<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `@.a`: that the path leads anywhere.
    Exists(Operand),
    /// `@.a == "b"`
    Compared(Operand, Operator, Operand),
}

/// Something that is compared.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// `@.a`: from the item.
    FromItem(JsonPath),
    /// `$.a`: from the object.
    FromRoot(JsonPath),
    /// `"a"`, `1`, `true`
    Literal(Value),
}

/// How things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Every operator by its sign; of signs that begin alike, the longer one first.
    pub(super) const ALL: [(&str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::LessOrEqual),
        ("<", Self::Less),
        (">=", Self::GreaterOrEqual),
        (">", Self::Greater),
    ];

    /// What it says of values of this order; `None` where they have none.
    fn allows(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

impl Condition {
    /// Whether an item of an object is so. What is not there compares with nothing, as upstream.
    pub(super) fn holds(&self, item: &Value, root: &Value) -> bool {
        match self {
            Self::Any(conditions) => conditions.iter().any(|it| it.holds(item, root)),
            Self::All(conditions) => conditions.iter().all(|it| it.holds(item, root)),
            Self::Not(condition) => !condition.holds(item, root),
            Self::Exists(operand) => operand.value(item, root).is_some(),
            Self::Compared(left, operator, right) => {
                let values = left.value(item, root).zip(right.value(item, root));
                values.is_some_and(|(left, right)| operator.allows(order(left, right)))
            }
        }
    }
}

impl Operand {
    fn value<'a>(&'a self, item: &'a Value, root: &'a Value) -> Option<&'a Value> {
        let (path, from) = match self {
            Self::FromItem(path) => (path, item),
            Self::FromRoot(path) => (path, root),
            Self::Literal(value) => return Some(value),
        };
        Search::of(path, root, 1).run(from).into_iter().next()
    }
}

/// The order of two scalars of a kind.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    let (left, right) = (left.as_scalar()?, right.as_scalar()?);
    let is_number = |kind| matches!(kind, ScalarKind::Int | ScalarKind::Float);
    if is_number(left.kind) && is_number(right.kind) {
        if let (Ok(left), Ok(right)) = (left.text().parse::<i64>(), right.text().parse::<i64>()) {
            return Some(left.cmp(&right));
        }
        let float = |text: &str| text.parse::<f64>().ok();
        return float(left.text())?.partial_cmp(&float(right.text())?);
    }
    (left.kind == right.kind).then(|| left.text().cmp(right.text()))
}
