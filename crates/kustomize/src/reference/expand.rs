//! Expansion of `$(NAME)` in texts.
//!
//! The rules are those of kustomize's `refvar` filter, which has them from Kubernetes: `$$` stands
//! for `$`, so that `$$(NAME)` is left alone; what is no variable stays as it is.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// The name in `$(NAME)`.
    Variable(&'a str),
}

/// Whether a text is one variable and nothing else, and which.
pub(super) fn only_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("$(")?.strip_suffix(')')?;
    (!name.contains(')')).then_some(name)
}

/// The pieces of a text, escapes undone.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, behind) = first_piece(rest);
        rest = behind;
        Some(piece)
    })
}

fn first_piece(text: &str) -> (Piece<'_>, &str) {
    let dollar = text.find('$').unwrap_or(text.len());
    if dollar > 0 {
        let (before, behind) = text.split_at(dollar);
        return (Piece::Text(before), behind);
    }
    let behind = &text[1..];
    match behind.as_bytes().first() {
        Some(b'$') => (Piece::Text("$"), &behind[1..]),
        Some(b'(') => match behind.find(')') {
            Some(end) => (Piece::Variable(&behind[1..end]), &behind[end + 1..]),
            None => (Piece::Text("$("), &behind[1..]),
        },
        _ => (Piece::Text("$"), behind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        pieces(text)
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Variable(name) => format!("<{name}>"),
            })
            .collect()
    }

    #[test]
    fn variables_and_escapes_are_found() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("$(A)", "<A>"),
            ("x$(A)y$(B)", "x<A>y<B>"),
            ("$$(A)", "$(A)"),
            ("$$$(A)", "$<A>"),
            ("$$$$(A)", "$$(A)"),
            ("$A $", "$A $"),
            ("$é", "$é"),
            ("$(A", "$(A"),
            ("$(A$(B)", "<A$(B>"),
            ("$($(A)", "<$(A>"),
            ("$()", "<>"),
            (r"\$(A)", r"\<A>"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }

    #[test]
    fn a_whole_text_can_be_one_variable() {
        assert_eq!(only_variable("$(A)"), Some("A"));
        for text in ["x$(A)", "$(A)$(B)", "$$(A)", "$(A", "$A"] {
            assert_eq!(only_variable(text), None, "{text}");
        }
    }
}
