//! Splitting paths written as text.

use trimtab_tree::Text;

/// Splits a path at `delimiter`; `\` before a delimiter makes it part of the name. A delimiter at
/// the very start is allowed and means nothing.
#[must_use]
pub fn split_escaped(path: &str, delimiter: char) -> Vec<Text> {
    let mut parts: Vec<Text> = Vec::new();
    let mut pieces = path.split(delimiter);
    let mut first = pieces.next().unwrap_or_default();
    if first.is_empty()
        && let Some(second) = pieces.next()
    {
        first = second;
    }
    parts.push(first.into());
    for piece in pieces {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(piece);
            }
            _ => parts.push(piece.into()),
        }
    }
    parts
}

/// Splits a path at dots, as [`split_escaped`] does, but keeps together what stands in brackets:
/// `[name=a.b]` is one part, and so is `[a.b]`, which means the field `a.b` and loses its brackets.
pub(super) fn split_dotted(path: &str) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut pieces = split_escaped(path, '.').into_iter();
    while let Some(mut part) = pieces.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            parts.push(part);
            continue;
        }
        for piece in pieces.by_ref() {
            part.push('.');
            part.push_str(&piece);
            if part.ends_with(']') {
                break;
            }
        }
        parts.push(if part.contains('=') {
            part
        } else {
            part.trim_matches(['[', ']']).into()
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_in_brackets_and_behind_backslashes_do_not_split() {
        for (path, parts) in [
            ("spec.replicas", &["spec", "replicas"][..]),
            (".spec", &["spec"]),
            ("", &[""]),
            (".", &[""]),
            ("a..b", &["a", "", "b"]),
            (
                "metadata.annotations.a\\.b\\.c/d",
                &["metadata", "annotations", "a.b.c/d"],
            ),
            (
                "metadata.annotations.[a.b.c].d",
                &["metadata", "annotations", "a.b.c", "d"],
            ),
            ("c.[name=a.b].image", &["c", "[name=a.b]", "image"]),
            ("c.[name=a].image", &["c", "[name=a]", "image"]),
            ("c.[name].image", &["c", "[name]", "image"]),
            ("c.[a.b", &["c", "a.b"]),
        ] {
            assert_eq!(split_dotted(path), parts, "{path}");
        }
        assert_eq!(split_escaped("/a/b\\/c", '/'), ["a", "b/c"]);
    }
}
