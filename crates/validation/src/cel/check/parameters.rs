//! Types that are found out: parameters of overloads, and what may stand for what.

use super::Checker;
use crate::cel::types::Type;
use std::sync::Arc;

impl Checker<'_> {
    /// Whether a value of one type may stand where another is wanted. Finds out parameters.
    pub(super) fn assignable(&mut self, wanted: &Type, found: &Type) -> bool {
        let (wanted, found) = (self.shallow(wanted), self.shallow(found));
        match (&wanted, &found) {
            (Type::Param(a), Type::Param(b)) if a == b => true,
            (Type::Param(a), _) => self.settle(*a, &found),
            (_, Type::Param(b)) => self.settle(*b, &wanted),
            (Type::Dyn(_), _) | (_, Type::Dyn(_)) => true,
            (Type::Null, other) | (other, Type::Null) => {
                matches!(
                    other,
                    Type::Null
                        | Type::Object(_)
                        | Type::Opaque(_)
                        | Type::Duration(_)
                        | Type::Timestamp(_)
                        | Type::Optional(_)
                )
            }
            (Type::List(a), Type::List(b)) => self.assignable(&a.items, &b.items),
            (Type::Map(a), Type::Map(b)) => {
                self.assignable(&a.key, &b.key) && self.assignable(&a.value, &b.value)
            }
            (Type::Optional(a), Type::Optional(b)) => self.assignable(a, b),
            (Type::TypeOf(_), Type::TypeOf(_)) => true,
            (Type::Object(a), Type::Object(b)) => Arc::ptr_eq(a, b) || a.name == b.name,
            (Type::Opaque(a), Type::Opaque(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Says what a parameter is; false if it would be a part of itself.
    fn settle(&mut self, parameter: u32, ty: &Type) -> bool {
        if mentions(ty, parameter, &self.parameters) {
            return false;
        }
        self.parameters[parameter as usize] = Some(ty.clone());
        self.settled.push(parameter);
        true
    }

    /// Forgets what was found out since there were so many parameters, and so many settled.
    pub(super) fn take_back(&mut self, (parameters, settled): (usize, usize)) {
        for number in self.settled.drain(settled..) {
            self.parameters[number as usize] = None;
        }
        self.parameters.truncate(parameters);
    }

    /// What a type is, as far as that is known on the outside.
    fn shallow(&self, ty: &Type) -> Type {
        let mut ty = ty;
        while let Type::Param(number) = ty {
            match &self.parameters[*number as usize] {
                Some(known) => ty = known,
                None => break,
            }
        }
        ty.clone()
    }
}

/// A type of the table with parameters of this call.
pub(super) fn instantiate(ty: &Type, own: &[Type; 2]) -> Type {
    rebuild(ty, &|number| own.get(number as usize).cloned())
}

/// A type with what is known of its parameters; `to_end` makes those that nothing is known of
/// dynamic.
pub(super) fn resolve(ty: &Type, parameters: &[Option<Type>], to_end: bool) -> Type {
    let known = |number: u32| {
        let known = parameters.get(number as usize)?.as_ref();
        known.map(|ty| resolve(ty, parameters, to_end))
    };
    rebuild(ty, &|number| known(number).or(to_end.then_some(Type::DYN)))
}

fn rebuild(ty: &Type, of: &dyn Fn(u32) -> Option<Type>) -> Type {
    match ty {
        Type::Param(number) => of(*number).unwrap_or_else(|| ty.clone()),
        Type::List(list) if has_parameters(&list.items) => {
            Type::list_of_kind(rebuild(&list.items, of), list.max, list.kind.clone())
        }
        Type::Map(map) if has_parameters(&map.key) || has_parameters(&map.value) => {
            Type::map(rebuild(&map.key, of), rebuild(&map.value, of), map.max)
        }
        Type::Optional(inner) => Type::optional(rebuild(inner, of)),
        Type::TypeOf(inner) => Type::TypeOf(Arc::new(rebuild(inner, of))),
        other => other.clone(),
    }
}

fn has_parameters(ty: &Type) -> bool {
    match ty {
        Type::Param(_) => true,
        Type::List(list) => has_parameters(&list.items),
        Type::Map(map) => has_parameters(&map.key) || has_parameters(&map.value),
        Type::Optional(of) | Type::TypeOf(of) => has_parameters(of),
        _ => false,
    }
}

fn mentions(ty: &Type, parameter: u32, parameters: &[Option<Type>]) -> bool {
    match ty {
        Type::Param(number) if *number == parameter => true,
        Type::Param(number) => parameters[*number as usize]
            .as_ref()
            .is_some_and(|ty| mentions(ty, parameter, parameters)),
        Type::List(list) => mentions(&list.items, parameter, parameters),
        Type::Map(map) => {
            mentions(&map.key, parameter, parameters) || mentions(&map.value, parameter, parameters)
        }
        Type::Optional(of) | Type::TypeOf(of) => mentions(of, parameter, parameters),
        _ => false,
    }
}
