//! Which values are equal, and which of two is more.

use super::{List, Val};
use crate::cel::types::ListKind;
use std::cmp::Ordering;
use std::rc::Rc;
use trimtab_tree::Text;

/// How many values may still be compared: values that share their parts can be far larger than the
/// memory that they take.
#[derive(Debug)]
pub(in crate::cel) struct Steps(pub(in crate::cel) u64);

impl Steps {
    fn take(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

impl Val<'_> {
    /// Which is more; `None` of what cannot be compared.
    pub(in crate::cel) fn compare(&self, other: &Self) -> Option<Ordering> {
        let whole = |value: &Self| match value {
            Self::Int(value) => Some(i128::from(*value)),
            Self::Uint(value) => Some(i128::from(*value)),
            _ => None,
        };
        if let (Some(a), Some(b)) = (whole(self), whole(other)) {
            return Some(a.cmp(&b));
        }
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Double(a), b) => compare_with_whole(*a, whole(b)?),
            (a, Self::Double(b)) => compare_with_whole(*b, whole(a)?).map(Ordering::reverse),
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Timestamp(a), Self::Timestamp(b)) => Some(a.cmp(b)),
            (Self::Quantity(a), Self::Quantity(b)) => Some(a.cmp(b)),
            (Self::Semver(a), Self::Semver(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Whether two values are equal; values of different types are not, and nothing is once the
    /// steps have run out.
    pub(in crate::cel) fn equals(&self, other: &Self, steps: &mut Steps) -> bool {
        if !steps.take() {
            return false;
        }
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::List(a), Self::List(b)) => lists_equal(a, b, steps),
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len()
                    && a.keys().iter().all(|key| match (a.get(key), b.get(key)) {
                        (Some(a), Some(b)) => a.equals(&b, steps),
                        _ => false,
                    })
            }
            (Self::Made(_, a_name, a), Self::Made(_, b_name, b)) => {
                a_name == b_name
                    && a.len() == b.len()
                    && a.iter().all(|(key, value)| {
                        b.get(key).is_some_and(|other| value.equals(other, steps))
                    })
            }
            (Self::Type(a), Self::Type(b)) => a == b,
            (Self::Optional(a), Self::Optional(b)) => match (a, b) {
                (Some(a), Some(b)) => a.equals(b, steps),
                (None, None) => true,
                _ => false,
            },
            (Self::Url(a), Self::Url(b)) => a.text == b.text,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Cidr(a), Self::Cidr(b)) => a == b,
            (Self::Format(a), Self::Format(b)) => a.name == b.name,
            (Self::Decision(a), Self::Decision(b)) => a == b,
            (Self::Authorizer(a), Self::Authorizer(b))
            | (Self::PathCheck(a), Self::PathCheck(b))
            | (Self::GroupCheck(a), Self::GroupCheck(b))
            | (Self::ResourceCheck(a), Self::ResourceCheck(b)) => a == b,
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
}

impl List<'_> {
    /// Two lists as one. Of sets, items are there once; of maps, those of the second replace those
    /// of the first.
    pub(in crate::cel) fn plus(&self, other: &Self, steps: &mut Steps) -> Self {
        let mut items = self.to_vec();
        match self.kind() {
            ListKind::Atomic => items.extend(other.iter()),
            ListKind::Set => {
                for item in other.iter() {
                    if !items.iter().any(|known| known.equals(&item, steps)) {
                        items.push(item);
                    }
                }
            }
            ListKind::Map(keys) => {
                for item in other.iter() {
                    let known = items
                        .iter_mut()
                        .find(|known| same_keys(known, &item, keys, steps));
                    match known {
                        Some(known) => *known = item,
                        None => items.push(item),
                    }
                }
            }
        }
        Self::Made(Rc::new(items))
    }
}

fn same_keys(a: &Val<'_>, b: &Val<'_>, keys: &[Text], steps: &mut Steps) -> bool {
    let (Val::Map(a), Val::Map(b)) = (a, b) else {
        return false;
    };
    let mut keys = keys.iter();
    keys.all(|key| match (a.own_field(key), b.own_field(key)) {
        (Some(a), Some(b)) => a.equals(&b, steps),
        (None, None) => true,
        _ => false,
    })
}

fn compare_with_whole(double: f64, whole: i128) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    // All whole numbers of 64 bits are between these.
    if double >= 2e19 {
        return Some(Ordering::Greater);
    }
    if double <= -1e19 {
        return Some(Ordering::Less);
    }
    let floor = double.floor();
    let order = (floor as i128).cmp(&whole);
    Some(order.then(if double > floor {
        Ordering::Greater
    } else {
        Ordering::Equal
    }))
}

fn lists_equal(a: &List<'_>, b: &List<'_>, steps: &mut Steps) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut has =
        |list: &List<'_>, item: &Val<'_>| list.iter().any(|other| other.equals(item, &mut *steps));
    match (a.kind(), b.kind()) {
        (ListKind::Set | ListKind::Map(_), _) => a.iter().all(|item| has(b, &item)),
        (_, ListKind::Set | ListKind::Map(_)) => b.iter().all(|item| has(a, &item)),
        _ => a.iter().zip(b.iter()).all(|(a, b)| a.equals(&b, steps)),
    }
}
