//! Putting one node in the place of another, as kustomize's field setter does.

use trimtab_tree::{Comments, Extra, Node, ScalarKind, Style, Value};

/// Puts `new` in the place of `old`, the value of a field: the comments at the key stay, and so
/// does the style. A number or boolean that takes the place of a quoted string is thereby quoted
/// too, that is, it becomes a string.
pub(super) fn replace_field(old: &mut Value, mut new: Value) {
    let style = match &old.node {
        Node::Scalar(scalar) => scalar.style,
        Node::Sequence(_) | Node::Mapping(_) => old.style,
    };
    match &mut new.node {
        Node::Scalar(scalar) => {
            scalar.style = style;
            let quoted = !matches!(style, Style::Plain | Style::Flow);
            if quoted && scalar.kind != ScalarKind::Binary {
                scalar.kind = ScalarKind::String;
            }
        }
        Node::Sequence(_) | Node::Mapping(_) => new.style = style,
    }
    let key_comments = old
        .extra
        .as_mut()
        .map(|extra| std::mem::take(&mut extra.key_comments))
        .unwrap_or_default();
    set_key_comments(&mut new, key_comments);
    *old = new;
}

/// Takes the comments at the key away: a field that a patch adds comes without them.
pub(super) fn drop_key_comments(value: &mut Value) {
    set_key_comments(value, Comments::default());
}

/// Takes the comments at the node itself away.
pub(super) fn drop_comments(value: &mut Value) {
    if let Some(extra) = &mut value.extra {
        extra.comments = Comments::default();
        shrink(value);
    }
}

/// Gives a mapping or list of the target the comments of the patch's, where that has some; and to
/// an empty one the patch's style, so that what is added is not squeezed into `{}` or `[]`.
pub(super) fn dress(target: &mut Value, patch: &Value) {
    let empty = match &target.node {
        Node::Mapping(mapping) => mapping.is_empty(),
        Node::Sequence(items) => items.is_empty(),
        Node::Scalar(_) => false,
    };
    if empty {
        target.style = patch.style;
    }
    let Some(from) = patch.extra.as_ref().map(|extra| &extra.comments) else {
        return;
    };
    if *from == Comments::default() {
        return;
    }
    let to = &mut target.extra.get_or_insert_default().comments;
    for (to, from) in [
        (&mut to.head, &from.head),
        (&mut to.line, &from.line),
        (&mut to.foot, &from.foot),
    ] {
        if !from.is_empty() {
            to.clone_from(from);
        }
    }
}

fn set_key_comments(value: &mut Value, comments: Comments) {
    if value.extra.is_some() || comments != Comments::default() {
        value.extra.get_or_insert_default().key_comments = comments;
        shrink(value);
    }
}

fn shrink(value: &mut Value) {
    if value.extra.as_deref() == Some(&Extra::default()) {
        value.extra = None;
    }
}
