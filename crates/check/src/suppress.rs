//! Findings that an object's annotations say are meant.
//!
//! `check.trimtab.dev/ignore: "CODE: reason; CODE: reason"`, or an annotation for each code,
//! `ignore.check.trimtab.dev/CODE: reason`. A suppression without a reason has no effect, and one
//! that has nothing to suppress is to go; both are findings themselves.

use crate::codes;
use crate::finding::{Finding, Findings};
use crate::inventory::{Inventory, Object};
use rustc_hash::{FxHashMap, FxHashSet};
use trimtab_tree::{Mapping, Position, Severity, Value, nearest};

/// The annotation that lists codes.
pub const IGNORE_ANNOTATION: &str = "check.trimtab.dev/ignore";
/// What stands before a code in an annotation of its own.
pub const IGNORE_PREFIX: &str = "ignore.check.trimtab.dev/";

/// One code that an object's annotations name.
struct Suppression<'a> {
    code: &'a str,
    reason: &'a str,
    /// Of the annotation: where it was written tells suppressions apart that a common annotation
    /// gave to many objects.
    position: Position,
    path: String,
}

/// Removes what is suppressed, and tells suppressions that are of no use; not those of `moot` codes,
/// which nobody looked for.
pub(crate) fn apply(inventory: &Inventory<'_>, found: Findings, moot: &[&str]) -> Vec<Finding> {
    let mut by_object: FxHashMap<usize, Vec<Suppression<'_>>> = FxHashMap::default();
    let mut told = Findings::default();
    for object in &inventory.objects {
        let mut suppressions = suppressions(object);
        suppressions.retain(|suppression| {
            let has_reason = !suppression.reason.is_empty();
            if !has_reason {
                tell_unreasoned(object, suppression, &mut told);
            }
            has_reason
        });
        if !suppressions.is_empty() {
            by_object.insert(object.index, suppressions);
        }
    }
    let mut used: FxHashSet<(Position, usize, &str)> = FxHashSet::default();
    let mut kept = found.into_found();
    kept.retain(|finding| {
        let of_object = by_object.get(&finding.object);
        let suppression = of_object.and_then(|suppressions| {
            let mut suppressions = suppressions.iter();
            suppressions.find(|suppression| suppression.code == finding.diagnostic.code)
        });
        if let Some(suppression) = suppression {
            used.insert(key(suppression, finding.object));
        }
        suppression.is_none()
    });
    let mut unused: FxHashSet<(Position, usize, &str)> = FxHashSet::default();
    for object in &inventory.objects {
        for suppression in by_object.get(&object.index).into_iter().flatten() {
            let key = key(suppression, object.index);
            let is_moot = moot.contains(&suppression.code);
            if !is_moot && !used.contains(&key) && unused.insert(key) {
                tell_unused(object, suppression, &mut told);
            }
        }
    }
    kept.extend(told.into_found());
    kept
}

/// What one and the same suppression has in all objects that it came to.
fn key<'a>(suppression: &Suppression<'a>, object: usize) -> (Position, usize, &'a str) {
    let position = suppression.position;
    let object = if position.is_some() { 0 } else { object };
    (position, object, suppression.code)
}

fn suppressions<'a>(object: &Object<'a>) -> Vec<Suppression<'a>> {
    let annotations = object.value.get_path(&["metadata", "annotations"]);
    let annotations = annotations.and_then(Value::as_mapping);
    let mut found = Vec::new();
    for (key, value) in annotations.into_iter().flat_map(Mapping::iter) {
        let text = value.text_if_not_null().unwrap_or_default();
        let path = || format!("metadata.annotations[{key}]");
        let suppression = |code: &'a str, reason: &'a str| Suppression {
            code: code.trim(),
            reason: reason.trim(),
            position: value.position,
            path: path(),
        };
        if key == IGNORE_ANNOTATION {
            // A reason may have semicolons of its own: only what begins with a code begins anew.
            for part in parts(text) {
                let (code, reason) = part.split_once(':').unwrap_or((part, ""));
                found.push(suppression(code, reason));
            }
        } else if let Some(code) = key.strip_prefix(IGNORE_PREFIX) {
            found.push(suppression(code, text));
        }
    }
    found
}

/// The parts of a list of codes.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices([';', '\n']) {
        let rest = text[at + 1..].trim_start();
        let word = rest
            .find(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .unwrap_or(rest.len());
        let is_code = word > 0
            && (rest[word..].starts_with(':')
                || rest[word..].trim_start().starts_with(';')
                || rest[word..].trim().is_empty());
        if is_code || rest.is_empty() {
            parts.push(&text[start..at]);
            start = at + 1;
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn tell_unreasoned(object: &Object<'_>, suppression: &Suppression<'_>, told: &mut Findings) {
    let code = suppression.code;
    let message = format!("the suppression of `{code}` does not say why");
    told.error(
        object,
        codes::UNREASONED_SUPPRESSION,
        &suppression.path,
        &message,
    )
    .hint(format!("write `{code}: REASON`"))
    .tell();
}

fn tell_unused(object: &Object<'_>, suppression: &Suppression<'_>, told: &mut Findings) {
    let code = suppression.code;
    let is_known = codes::ALL.contains(&code);
    let message = if is_known {
        format!("the suppression of `{code}` has nothing to suppress")
    } else {
        format!("there is no finding called `{code}`")
    };
    let meant = nearest(code, codes::ALL);
    let hint = match meant.filter(|_| !is_known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "remove it".to_owned(),
    };
    told.draft(
        object,
        Severity::Warning,
        codes::UNUSED_SUPPRESSION,
        &suppression.path,
        &message,
    )
    .hint(hint)
    .tell();
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn reasons_may_have_semicolons() {
        assert_eq!(
            parts("missing-secret: made by hand; see the wiki; invalid-value: why"),
            [
                "missing-secret: made by hand; see the wiki",
                " invalid-value: why"
            ]
        );
        assert_eq!(
            parts("missing-secret;missing-key: a"),
            ["missing-secret", "missing-key: a"]
        );
        assert!(parts(" ; ").is_empty());
    }
}
