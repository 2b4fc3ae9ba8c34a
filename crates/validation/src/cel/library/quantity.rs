//! Amounts of resources.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::Val;
use std::cmp::Ordering;
use std::rc::Rc;
use trimtab_object::Quantity;

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match call.arguments {
        [value @ Val::String(text)] => {
            meter.charge_tenths(value.size())?;
            let read = text.parse::<Quantity>();
            match call.function {
                "isQuantity" => Ok(Val::Bool(read.is_ok())),
                "quantity" => read
                    .map(|quantity| Val::Quantity(Rc::new(quantity)))
                    .map_err(|error| EvaluationError::failed(error.to_string())),
                _ => Err(EvaluationError::no_overload()),
            }
        }
        [Val::Quantity(quantity)] => {
            meter.charge(1)?;
            of_one(call.function, quantity)
        }
        [Val::Quantity(one), Val::Quantity(other)] => {
            meter.charge(1)?;
            of_two(call.function, one, other)
        }
        [Val::Quantity(one), Val::Int(number)] => {
            meter.charge(1)?;
            let other = number.to_string().parse::<Quantity>();
            let other = other.map_err(|error| EvaluationError::failed(error.to_string()))?;
            match call.function {
                "add" | "sub" => of_two(call.function, one, &other),
                _ => Err(EvaluationError::no_overload()),
            }
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

/// As a whole number, if it is one of 64 bits.
fn whole(quantity: &Quantity) -> Option<i64> {
    quantity.as_integer()
}

fn of_one<'a>(function: &str, quantity: &Quantity) -> Evaluated<Val<'a>> {
    Ok(match function {
        "sign" => Val::Int(match quantity.cmp(&Quantity::ZERO) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }),
        "isInteger" => Val::Bool(whole(quantity).is_some()),
        "asInteger" => {
            if let Some(value) = whole(quantity) {
                Val::Int(value)
            } else {
                let message = "cannot convert value to integer";
                return Err(EvaluationError::failed(message));
            }
        }
        "asApproximateFloat" => Val::Double(quantity.as_approximate_float()),
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn of_two<'a>(function: &str, one: &Quantity, other: &Quantity) -> Evaluated<Val<'a>> {
    let order = one.cmp(other);
    Ok(match function {
        "isGreaterThan" => Val::Bool(order == Ordering::Greater),
        "isLessThan" => Val::Bool(order == Ordering::Less),
        "compareTo" => Val::Int(order as i64),
        "add" => Val::Quantity(Rc::new(one.clone() + other)),
        "sub" => Val::Quantity(Rc::new(one.clone() - other)),
        _ => return Err(EvaluationError::no_overload()),
    })
}
