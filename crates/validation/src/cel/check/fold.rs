//! The types of macros that go through a list or a map.

use super::Checker;
use crate::cel::ast::{Fold, FoldKind};
use crate::cel::types::Type;

impl Checker<'_> {
    pub(super) fn fold(&mut self, fold: &Fold) -> Type {
        let range = self.expr(&fold.range);
        let range = self.resolved(&range);
        let (first, second) = match (&range, &fold.second) {
            (Type::List(list), None) => (list.items.clone(), Type::DYN),
            (Type::List(list), Some(_)) => (Type::Int, list.items.clone()),
            (Type::Map(map), _) => (map.key.clone(), map.value.clone()),
            (Type::Dyn(_) | Type::Param(_), _) => (Type::DYN, Type::DYN),
            (other, _) => {
                let message = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be \
                     list, map, or dynamic)"
                );
                self.say(fold.range.at, message);
                (Type::DYN, Type::DYN)
            }
        };
        let depth = self.locals.len();
        self.locals.push((fold.variable.clone(), first.clone()));
        if let Some(name) = &fold.second {
            self.locals.push((name.clone(), second));
        }
        if let Some(filter) = &fold.filter {
            let ty = self.expr(filter);
            self.must_hold(&ty, filter.at, "_?_:_", "bool");
        }
        let body = self.expr(&fold.body);
        self.locals.truncate(depth);
        match fold.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => {
                let function = match fold.kind {
                    FoldKind::All => "_&&_",
                    FoldKind::Exists => "_||_",
                    _ => "_?_:_",
                };
                self.must_hold(&body, fold.body.at, function, "bool");
                Type::Bool
            }
            FoldKind::Map => Type::list(body, range.max_size()),
            FoldKind::Filter => {
                self.must_hold(&body, fold.body.at, "_?_:_", "list");
                Type::list(first, range.max_size())
            }
            FoldKind::TransformMap => {
                let key = if matches!(range, Type::List(_)) {
                    Type::Int
                } else {
                    first
                };
                Type::map(key, body, range.max_size())
            }
            FoldKind::TransformMapEntry => match self.resolved(&body) {
                Type::Map(map) => Type::Map(map),
                other if other.is_dyn() => Type::map(Type::DYN, Type::DYN, None),
                other => {
                    let message = format!("expected type 'map(dyn, dyn)' but found '{other}'");
                    self.say(fold.body.at, message);
                    Type::DYN
                }
            },
            FoldKind::SortBy => range,
        }
    }

    /// What a macro tests must be true or false.
    fn must_hold(&mut self, ty: &Type, at: usize, function: &str, accumulated: &str) {
        if self.assignable(&Type::Bool, ty) {
            return;
        }
        let found = self.shown(ty);
        let applied = if function == "_?_:_" {
            format!("({found}, {accumulated}, {accumulated})")
        } else {
            format!("({accumulated}, {found})")
        };
        let message = format!("found no matching overload for '{function}' applied to '{applied}'");
        self.say(at, message);
    }
}
