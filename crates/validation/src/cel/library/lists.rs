//! Lists, and sets that are lists.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::{List, Steps, Val};
use std::cmp::Ordering;

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match (call.function, call.arguments) {
        ("lists.range", [Val::Int(count)]) => {
            let count = (*count).max(0);
            meter.charge(count.unsigned_abs())?;
            Ok(Val::list((0..count).map(Val::Int).collect()))
        }
        ("sets.contains", [Val::List(a), Val::List(b)]) => {
            charge_pairs(a, b, meter)?;
            meter.comparing(|steps| Val::Bool(has_all(a, b, steps)))
        }
        ("sets.equivalent", [Val::List(a), Val::List(b)]) => {
            charge_pairs(a, b, meter)?;
            meter.comparing(|steps| Val::Bool(has_all(a, b, steps) && has_all(b, a, steps)))
        }
        ("sets.intersects", [Val::List(a), Val::List(b)]) => {
            charge_pairs(a, b, meter)?;
            meter.comparing(|steps| Val::Bool(a.iter().any(|item| has(b, &item, steps))))
        }
        (function, [Val::List(list), rest @ ..]) => of_list(function, list, rest, meter),
        _ => Err(EvaluationError::no_overload()),
    }
}

fn of_list<'a>(
    function: &str,
    list: &List<'a>,
    rest: &[Val<'a>],
    meter: &mut Meter,
) -> Evaluated<Val<'a>> {
    let count = list.len() as u64;
    match (function, rest) {
        ("isSorted", []) => {
            meter.charge(traversal(list))?;
            let items = list.to_vec();
            let mut pairs = items.windows(2);
            let mut sorted = true;
            for pair in &mut pairs {
                sorted &= order(&pair[0], &pair[1])? != Ordering::Greater;
            }
            Ok(Val::Bool(sorted))
        }
        ("sum", []) => {
            meter.charge(count)?;
            sum(list)
        }
        ("max" | "min", []) => {
            meter.charge(traversal(list))?;
            extreme(function, list)
        }
        ("slice", [Val::Int(from), Val::Int(to)]) => {
            meter.charge(1 + count / 10)?;
            let range = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            let range = range.filter(|(from, to)| from <= to && *to <= list.len());
            let Some((from, to)) = range else {
                return Err(EvaluationError::failed(format!(
                    "cannot slice({from}, {to}), list is length {count}"
                )));
            };
            Ok(Val::list(
                (from..to).filter_map(|at| list.get(at)).collect(),
            ))
        }
        ("flatten", []) => flatten(list, 1, meter),
        ("flatten", [Val::Int(depth)]) => {
            if *depth < 0 {
                return Err(EvaluationError::failed("level must be non-negative"));
            }
            flatten(list, *depth, meter)
        }
        ("distinct", []) => {
            let mut items: Vec<Val<'a>> = Vec::new();
            for item in list.iter() {
                meter.charge(1)?;
                let is_known = meter
                    .comparing(|steps| items.iter().any(|known| known.equals(&item, steps)))?;
                if !is_known {
                    items.push(item);
                }
            }
            Ok(Val::list(items))
        }
        ("reverse", []) => {
            meter.charge(1 + count / 10)?;
            let mut items = list.to_vec();
            items.reverse();
            Ok(Val::list(items))
        }
        ("sort", []) => {
            let items = list.to_vec();
            sorted_by(items.clone(), items, meter)
        }
        ("first" | "last", []) => {
            meter.charge(1)?;
            let at = if function == "first" {
                Some(0)
            } else {
                list.len().checked_sub(1)
            };
            let found = at.and_then(|at| list.get(at));
            Ok(found.map_or(Val::Optional(None), Val::some))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

/// What going through everything costs.
fn traversal(list: &List<'_>) -> u64 {
    list.iter()
        .map(|item| match item {
            Val::String(_) | Val::Bytes(_) => item.size() / 10,
            _ => 1,
        })
        .sum()
}

fn charge_pairs(a: &List<'_>, b: &List<'_>, meter: &mut Meter) -> Evaluated<()> {
    meter.charge((a.len() as u64).saturating_mul(b.len() as u64).max(1))
}

fn has(list: &List<'_>, item: &Val<'_>, steps: &mut Steps) -> bool {
    list.iter().any(|other| other.equals(item, steps))
}

fn has_all(list: &List<'_>, items: &List<'_>, steps: &mut Steps) -> bool {
    items.iter().all(|item| has(list, &item, steps))
}

fn order(a: &Val<'_>, b: &Val<'_>) -> Evaluated<Ordering> {
    if let (Val::Double(a), Val::Double(b)) = (a, b) {
        return Ok(a.partial_cmp(b).unwrap_or(Ordering::Equal));
    }
    a.compare(b).ok_or_else(EvaluationError::no_overload)
}

fn sum<'a>(list: &List<'a>) -> Evaluated<Val<'a>> {
    let mut items = list.iter();
    // Nothing says of which type nothing is.
    let Some(mut total) = items.next() else {
        return Ok(Val::Int(0));
    };
    if !matches!(
        total,
        Val::Int(_) | Val::Uint(_) | Val::Double(_) | Val::Duration(_)
    ) {
        return Err(EvaluationError::no_overload());
    }
    let overflow = || EvaluationError::failed("integer overflow");
    for item in items {
        total = match (total, item) {
            (Val::Int(a), Val::Int(b)) => Val::Int(a.checked_add(b).ok_or_else(overflow)?),
            (Val::Uint(a), Val::Uint(b)) => Val::Uint(a.checked_add(b).ok_or_else(overflow)?),
            (Val::Double(a), Val::Double(b)) => Val::Double(a + b),
            (Val::Duration(a), Val::Duration(b)) => {
                Val::Duration(a.checked_add(b).ok_or_else(overflow)?)
            }
            _ => return Err(EvaluationError::no_overload()),
        };
    }
    Ok(total)
}

fn extreme<'a>(function: &str, list: &List<'a>) -> Evaluated<Val<'a>> {
    let mut items = list.iter();
    let Some(mut best) = items.next() else {
        return Err(EvaluationError::failed(format!(
            "{function} called on empty list"
        )));
    };
    let better = if function == "max" {
        Ordering::Greater
    } else {
        Ordering::Less
    };
    for item in items {
        if order(&item, &best)? == better {
            best = item;
        }
    }
    Ok(best)
}

fn flatten<'a>(list: &List<'a>, depth: i64, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let mut items = list.to_vec();
    for _ in 0..depth {
        meter.charge(1 + items.len() as u64)?;
        let mut is_flat = true;
        let mut flat = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Val::List(inner) => {
                    meter.charge(inner.len() as u64)?;
                    is_flat = false;
                    flat.extend(inner.iter());
                }
                other => flat.push(other),
            }
        }
        items = flat;
        if is_flat {
            break;
        }
    }
    Ok(Val::list(items))
}

/// `items` in the order of their keys; those with equal keys stay as they are.
pub(in crate::cel) fn sorted_by<'a>(
    items: Vec<Val<'a>>,
    keys: Vec<Val<'a>>,
    meter: &mut Meter,
) -> Evaluated<Val<'a>> {
    let count = items.len() as u64;
    meter.charge(1 + count.saturating_mul(u64::from(count.max(1).ilog2()) + 1))?;
    let mut failure = None;
    let mut sorted: Vec<(Val<'a>, Val<'a>)> = keys.into_iter().zip(items).collect();
    sorted.sort_by(|(a, _), (b, _)| {
        order(a, b).unwrap_or_else(|error| {
            failure = Some(error);
            Ordering::Equal
        })
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(Val::list(
            sorted.into_iter().map(|(_, item)| item).collect(),
        )),
    }
}

/// `in`
pub(super) fn contains<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match call.arguments {
        [item, container @ Val::List(list)] => {
            meter.charge(container.size())?;
            meter.comparing(|steps| Val::Bool(has(list, item, steps)))
        }
        [key, Val::Map(map)] => {
            meter.charge(1)?;
            Ok(Val::Bool(map.get(key).is_some()))
        }
        [Val::String(name), Val::Made(_, _, entries)] => {
            meter.charge(1)?;
            Ok(Val::Bool(entries.get(&Val::String(name.clone())).is_some()))
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

/// `indexOf` and `lastIndexOf` of lists.
pub(super) fn index_of<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    let [Val::List(list), item] = call.arguments else {
        return Err(EvaluationError::no_overload());
    };
    meter.charge(traversal(list))?;
    let mut places = 0..list.len();
    let is_last = call.function == "lastIndexOf";
    let found = meter.comparing(|steps| {
        let is_it = |at: &usize| {
            list.get(*at)
                .is_some_and(|found| found.equals(item, &mut *steps))
        };
        if is_last {
            places.rev().find(is_it)
        } else {
            places.find(is_it)
        }
    })?;
    Ok(Val::Int(found.map_or(-1, |at| at as i64)))
}
