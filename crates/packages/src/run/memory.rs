//! What is remembered of objects while a function has them: which annotations they had under the two
//! names that path, index and id have, so that a change of one becomes one of the other.

use crate::annotations::{
    INDEX, OLD_INDEX, OLD_PATH, PATH, TWINS, annotation, complete, remove, set,
};
use std::collections::HashMap;
use trimtab_tree::{Diagnostic, Result, Value};

/// By it an object is known again.
const MIGRATION: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// What is remembered.
pub(super) struct Memory {
    /// The path and the index that each had.
    places: HashMap<String, [Option<String>; 2]>,
    /// Whether objects are annotated with today's names.
    has_new: bool,
    /// Whether they are with those that older programs know.
    has_old: bool,
}

impl Memory {
    /// Remembers objects before a function gets them.
    ///
    /// # Errors
    /// When the two names of an annotation say different things, or objects have different ones of them.
    pub(super) fn take(objects: &mut [Value]) -> Result<Self> {
        let mut places = HashMap::with_capacity(objects.len());
        let (mut has_new, mut has_old) = (None, None);
        for (at, object) in objects.iter_mut().enumerate() {
            let at = at.to_string();
            set(object, MIGRATION, &at)?;
            let has = |object: &Value, key| annotation(object, key).is_some();
            let new = TWINS.iter().any(|&(_, key)| has(object, key));
            let old = TWINS.iter().any(|&(key, _)| has(object, key));
            if (new || old)
                && (*has_new.get_or_insert(new) != new || *has_old.get_or_insert(old) != old)
            {
                let message = "some objects have annotations for their place that others lack";
                return Err(Diagnostic::error("mixed-annotations", message)
                    .at(object.position)
                    .expecting(format!("`{PATH}` at all of them or at none")));
            }
            let place = [(PATH, OLD_PATH), (INDEX, OLD_INDEX)].map(|(new, old)| {
                let text = annotation(object, new).or_else(|| annotation(object, old));
                text.filter(|text| !text.is_empty()).map(str::to_owned)
            });
            places.insert(at, place);
            complete(object)?;
            check(object)?;
        }
        let is_empty = objects.is_empty();
        Ok(Self {
            places,
            has_new: has_new.unwrap_or(is_empty),
            has_old: has_old.unwrap_or(is_empty),
        })
    }

    /// Gives what came back the annotations that objects have here.
    ///
    /// # Errors
    /// When a function changed the two names of an annotation in different ways.
    pub(super) fn reconcile(&self, objects: &mut [Value]) -> Result<()> {
        for object in objects {
            complete(object)?;
            self.follow(object)?;
            let new = TWINS.iter().map(|&(_, key)| key).filter(|_| !self.has_new);
            let old = TWINS.iter().map(|&(key, _)| key).filter(|_| !self.has_old);
            let gone: Vec<&str> = new.chain(old).chain([MIGRATION]).collect();
            check(object)?;
            remove(object, &gone);
        }
        Ok(())
    }

    /// Makes a change of one name one of the other.
    fn follow(&self, object: &mut Value) -> Result<()> {
        let Some(places) = annotation(object, MIGRATION).and_then(|id| self.places.get(id)) else {
            return Ok(());
        };
        for (place, (new, old)) in places.iter().zip([(PATH, OLD_PATH), (INDEX, OLD_INDEX)]) {
            let Some(before) = place else {
                continue;
            };
            let text = |key| annotation(object, key).unwrap_or_default().to_owned();
            let (new_text, old_text) = (text(new), text(old));
            if new_text != *before && old_text != *before && new_text != old_text {
                return Err(mismatch(object, new, old));
            }
            if new_text != *before {
                set(object, old, &new_text)?;
            } else if old_text != *before {
                set(object, new, &old_text)?;
            }
        }
        Ok(())
    }
}

/// Sees to it that both names say the same.
fn check(object: &Value) -> Result<()> {
    for (old, new) in TWINS {
        let text = |key| annotation(object, key).unwrap_or_default();
        if !text(new).is_empty() && !text(old).is_empty() && text(new) != text(old) {
            return Err(mismatch(object, new, old));
        }
    }
    Ok(())
}

fn mismatch(object: &Value, new: &str, old: &str) -> Box<Diagnostic> {
    let text = |key| annotation(object, key).unwrap_or_default();
    let message = format!("`{new}` is `{}` and `{old}` is `{}`", text(new), text(old));
    Diagnostic::error("mismatched-annotations", message)
        .at(object.position)
        .in_field("metadata.annotations")
        .expecting("the same in both, or only one of them")
}
