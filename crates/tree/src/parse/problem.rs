//! What is said about text that is refused, where several readers say the same.

use super::MAX_DEPTH;
use crate::{Diagnostic, Position, ScalarKind, Value};

/// A character that YAML does not allow is at byte `at`.
pub(super) fn forbidden_character(text: &str, at: usize, position: Position) -> Box<Diagnostic> {
    let code = text[at..].chars().next().map_or(0, u32::from);
    Diagnostic::error(
        "control-character",
        format!("control characters are not allowed: U+{code:04X}"),
    )
    .at(position)
    .expecting("text; in double quotes, such a character can be written as an escape")
}

/// The error that a collection at `position` is inside too many others: see [`MAX_DEPTH`].
#[must_use]
pub fn too_deep(position: Position) -> Box<Diagnostic> {
    Diagnostic::error("too-deep", format!("exceeded max depth of {MAX_DEPTH}"))
        .at(position)
        .expecting("less nesting")
}

/// A key is there twice.
pub(super) fn duplicate_key(key: &str, second: Position, first: Position) -> Box<Diagnostic> {
    Diagnostic::error(
        "duplicate-key",
        format!("mapping key {key:?} already defined"),
    )
    .at(second)
    .expecting("each key once")
    .label(first, "first defined here")
}

/// A key is there twice where kustomize lets it be; `what_counts` says what comes of it.
pub(super) fn doubled_key(
    key: &str,
    second: Position,
    first: Position,
    what_counts: &str,
) -> Diagnostic {
    let message = format!("the key {key:?} is there twice: {what_counts}");
    let warning = Diagnostic::warning("duplicate-key", message).at(second);
    *warning
        .expecting("each key once; a cluster and other readers of YAML refuse this")
        .label(first, "first defined here")
}

/// A scalar is not what its tag says.
pub(super) fn wrong_tag(
    tag: &str,
    text: &str,
    found: ScalarKind,
    position: Position,
) -> Box<Diagnostic> {
    const SHOWN: usize = 40;
    if tag == "!!binary" {
        return Diagnostic::error("wrong-tag", "!!binary value contains invalid base64 data")
            .at(position)
            .expecting("base64 with padding");
    }
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let found = Value::scalar(found, "").describe();
    Diagnostic::error("wrong-tag", format!("cannot decode {shown:?} as a {tag}"))
        .at(position)
        .expecting(format!("text that {tag} fits; this is {found}"))
}
