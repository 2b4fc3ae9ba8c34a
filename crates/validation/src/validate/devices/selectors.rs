//! Expressions that choose devices.

use super::lists::fits;
use crate::cel::{Environment, Field, Type, compile};
use crate::fields::{items, text};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

const MAX_SELECTORS: usize = 32;
const MAX_EXPRESSION: usize = 10 * 1024;
const MAX_EXPRESSION_COST: u64 = 1_000_000;

pub(super) fn check_selectors(holder: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("selectors");
    let selectors = items(holder, "selectors");
    if !fits(selectors.len(), MAX_SELECTORS, &list, errors) {
        return;
    }
    for (at, selector) in selectors.iter().enumerate() {
        let item = list.item(at);
        let path = item.field("cel");
        let Some(cel) = selector.get("cel").filter(|it| !it.is_null()) else {
            errors.required(&path, "");
            continue;
        };
        let expression = text(cel, "expression").unwrap_or_default();
        check_expression(expression, &path.field("expression"), errors);
    }
}

/// What expressions may name: the device, of which only what is of one type for all is typed.
fn environment() -> Environment {
    let by_domain = || Type::map_of(Type::map_of(Type::DYN));
    Environment::new().with(
        "device",
        Type::object(
            "DRADevice",
            [
                ("driver", Type::STRING),
                ("attributes", by_domain()),
                ("capacity", by_domain()),
                ("allowMultipleAllocations", Type::Bool),
            ]
            .map(|(name, ty)| Field::new(name, ty)),
        ),
    )
}

fn check_expression(expression: &str, path: &Path<'_>, errors: &mut Errors) {
    if expression.len() > MAX_EXPRESSION {
        errors.too_long(path, MAX_EXPRESSION);
        return;
    }
    let program = match compile(expression, &environment()) {
        Ok(program) => program,
        Err(why) => {
            errors.invalid_string(path, expression, &why.told());
            return;
        }
    };
    let found = program.output_type();
    if !matches!(found, Type::Bool | Type::Dyn(_)) {
        let why = format!("must evaluate to bool or the unknown type, not {found}");
        errors.invalid_string(path, expression, &why);
    } else if program.max_cost() > MAX_EXPRESSION_COST {
        errors.forbidden(path, "too complex, exceeds cost limit");
    }
}
