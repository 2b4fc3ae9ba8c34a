//! The `$patch` directives of strategic merge patches.

use trimtab_tree::{Diagnostic, Mapping, Node, Result, Value};

/// The key that holds a directive.
pub(super) const KEY: &str = "$patch";

/// What a patch wants to happen to the mapping or list it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// Merge into it, as without a directive.
    Merge,
    /// Put the patch in its place.
    Replace,
    /// Remove it.
    Delete,
}

impl Directive {
    fn read(value: &Value) -> Result<Self> {
        let text = value.text().unwrap_or_default();
        match text {
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            "delete" => Ok(Self::Delete),
            _ => Err(Diagnostic::error(
                "unknown-directive",
                format!("unknown patch strategy {text:?}"),
            )
            .at(value.position)
            .expecting("`merge`, `replace` or `delete`")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }
}

/// The directive among the fields of a patch; `None` without one.
pub(super) fn of_mapping(patch: &Mapping) -> Result<Option<Directive>> {
    patch.get(KEY).map(Directive::read).transpose()
}

/// The directive of a list: an item that holds nothing else. Only the first item with the key
/// counts; when that one has other fields too, the directive is the item's own.
pub(super) fn of_list(patch: &[Value]) -> Result<Option<Directive>> {
    let first = patch
        .iter()
        .filter_map(Value::as_mapping)
        .find(|item| item.contains_key(KEY));
    match first {
        Some(item) if item.len() == 1 => of_mapping(item),
        _ => Ok(None),
    }
}

/// Whether `item` goes when a list is rid of its directive: items that carry the same directive,
/// and, as everywhere in kustomize's lists of mappings, items that hold nothing.
pub(super) fn goes_with(directive: Directive, item: &Value) -> bool {
    match &item.node {
        Node::Mapping(mapping) => {
            mapping.is_empty()
                || mapping
                    .get(KEY)
                    .is_some_and(|value| value.text() == Some(directive.name()))
        }
        Node::Scalar(_) => item.is_null(),
        Node::Sequence(_) => false,
    }
}
