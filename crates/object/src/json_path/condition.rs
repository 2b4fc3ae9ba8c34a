//! How values compare in what `[?(...)]` asks.

use super::path::Operator;
use std::cmp::Ordering;
use trimtab_tree::{ScalarKind, Value};

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
    pub(super) fn allows(self, order: Option<Ordering>) -> bool {
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

/// The order of two scalars of a kind.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
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
