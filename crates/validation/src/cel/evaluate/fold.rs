//! Macros that go through a list or a map.

use super::Evaluation;
use super::composite::insert;
use crate::cel::ast::{Fold, FoldKind};
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::library;
use crate::cel::value::{Entries, Map, Str, Val};
use std::rc::Rc;

impl<'a> Evaluation<'_, 'a> {
    pub(super) fn fold(&mut self, fold: &'a Fold) -> Evaluated<Val<'a>> {
        let range = self.eval(&fold.range)?;
        let depth = self.locals.len();
        let result = self.folded(fold, &range);
        self.locals.truncate(depth);
        result
    }

    fn folded(&mut self, fold: &'a Fold, range: &Val<'a>) -> Evaluated<Val<'a>> {
        let keys = match range {
            Val::List(_) => Vec::new(),
            Val::Map(map) => map.keys(),
            Val::Definitions => {
                let names = self.variables.definitions.keys();
                names.map(|name| Val::String(Str::There(name))).collect()
            }
            _ => return Err(EvaluationError::no_overload()),
        };
        let count = match range {
            Val::List(list) => list.len(),
            _ => keys.len(),
        };
        let mut folding = Folding::default();
        let depth = self.locals.len();
        #[expect(
            clippy::needless_range_loop,
            reason = "a list is walked by number, and has no keys"
        )]
        for at in 0..count {
            self.locals.truncate(depth);
            let (first, second) = if let Val::List(list) = range {
                let item = list.get(at).unwrap_or(Val::Null);
                if fold.second.is_some() {
                    (Val::Int(at as i64), Some(item))
                } else {
                    (item, None)
                }
            } else {
                let key = keys[at].clone();
                let value = match fold.second {
                    Some(_) => self.index(range, &key)?,
                    None => None,
                };
                (key, value)
            };
            self.locals.push((&fold.variable, first.clone()));
            if let (Some(name), Some(value)) = (&fold.second, second) {
                self.locals.push((name, value));
            }
            if self.step(fold, &mut folding, first)? {
                break;
            }
        }
        self.finish(fold, folding, range)
    }

    /// One item; true if the result is clear.
    fn step(
        &mut self,
        fold: &'a Fold,
        folding: &mut Folding<'a>,
        first: Val<'a>,
    ) -> Evaluated<bool> {
        match fold.kind {
            FoldKind::All | FoldKind::Exists => {
                let decides = fold.kind == FoldKind::Exists;
                self.meter.charge(3 + u64::from(decides))?;
                match self.boolean(&fold.body)? {
                    Ok(value) if value == decides => {
                        folding.decided = true;
                        return Ok(true);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        folding.failure.get_or_insert(error);
                    }
                }
            }
            FoldKind::ExistsOne => {
                self.meter.charge(2)?;
                if self.boolean(&fold.body)?? {
                    folding.count += 1;
                }
            }
            FoldKind::Filter => {
                if self.boolean(&fold.body)?? {
                    self.meter.charge(13)?;
                    folding.items.push(first);
                } else {
                    self.meter.charge(1)?;
                }
            }
            FoldKind::Map | FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                if let Some(filter) = &fold.filter
                    && !self.boolean(filter)??
                {
                    self.meter.charge(1)?;
                    return Ok(false);
                }
                let made = self.eval(&fold.body)?;
                self.meter.charge(12)?;
                match (fold.kind, made) {
                    (FoldKind::Map, made) => folding.items.push(made),
                    (FoldKind::TransformMap, made) => insert(&mut folding.entries, first, made)?,
                    (_, Val::Map(map)) => {
                        for key in map.keys() {
                            let value = map.get(&key).unwrap_or(Val::Null);
                            insert(&mut folding.entries, key, value)?;
                        }
                    }
                    _ => return Err(EvaluationError::no_overload()),
                }
            }
            FoldKind::SortBy => {
                let key = self.eval(&fold.body)?;
                self.meter.charge(12)?;
                folding.items.push(first);
                folding.keys.push(key);
            }
        }
        Ok(false)
    }

    fn finish(&mut self, fold: &Fold, folding: Folding<'a>, range: &Val<'a>) -> Evaluated<Val<'a>> {
        self.meter.charge(1)?;
        Ok(match fold.kind {
            FoldKind::All | FoldKind::Exists => {
                let decides = fold.kind == FoldKind::Exists;
                if folding.decided {
                    return Ok(Val::Bool(decides));
                }
                match folding.failure {
                    Some(error) => return Err(error),
                    None => Val::Bool(!decides),
                }
            }
            FoldKind::ExistsOne => Val::Bool(folding.count == 1),
            FoldKind::Map | FoldKind::Filter => Val::list(folding.items),
            FoldKind::TransformMap | FoldKind::TransformMapEntry => {
                Val::Map(Map::Made(Rc::new(folding.entries)))
            }
            FoldKind::SortBy => {
                if !matches!(range, Val::List(_)) {
                    return Err(EvaluationError::no_overload());
                }
                library::sorted_by(folding.items, folding.keys, self.meter)?
            }
        })
    }
}

/// What a macro has found so far.
#[derive(Default)]
struct Folding<'a> {
    decided: bool,
    failure: Option<EvaluationError>,
    count: usize,
    items: Vec<Val<'a>>,
    keys: Vec<Val<'a>>,
    entries: Entries<'a>,
}
