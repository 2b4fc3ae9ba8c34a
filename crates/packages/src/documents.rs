//! A text and the documents in it, each with its comments.
//!
//! kyaml cuts a text at its `---` lines before it reads any YAML, so that a comment above an object
//! belongs to that object. It is cut in the same places here.

use trimtab_tree::{Diagnostic, ParseOptions, Position, Result, Value, parse_documents};

/// What a line must begin with to part documents.
const SEPARATOR: &str = "\n---";

/// The objects in a text that starts at `base` in the texts read; empty documents count for nothing.
///
/// # Errors
/// When a document is not YAML, or a `---` has something behind it that is not a comment.
pub(crate) fn objects(text: &str, base: u32) -> Result<Vec<Value>> {
    let mut objects = Vec::new();
    for (start, document) in split(text, base)? {
        let options = ParseOptions {
            base: base.saturating_add(start as u32),
            comments: true,
            ..ParseOptions::default()
        };
        // A `---` at the very end is no separator to kyaml, and what is behind it not read.
        let first = parse_documents(document, options)?.into_iter().next();
        objects.extend(first.filter(|object| !object.is_null()));
    }
    Ok(objects)
}

/// The documents of a text with the places where they start.
fn split(text: &str, base: u32) -> Result<Vec<(usize, &str)>> {
    let mut documents = Vec::new();
    let mut start = 0;
    // The line break that ends one separator does not begin the next.
    while let Some(at) = text[start..].find(SEPARATOR).map(|found| start + found) {
        let line = at + 1;
        let Some(end) = text[line..].find('\n').map(|end| line + end) else {
            break;
        };
        let behind = text[line + SEPARATOR.len() - 1..end].trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            let message = "a document cannot begin on the line that parts it from the one before";
            return Err(Diagnostic::error("bad-document-separator", message)
                .at(Position::new(base, line))
                .expecting("`---` alone, or with a comment behind it"));
        }
        documents.push((start, &text[start..line]));
        start = end + 1;
    }
    documents.push((start, &text[start..]));
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_lines_of_dashes() {
        let cut = |text| -> Vec<&str> {
            let documents = split(text, 0).unwrap();
            documents.into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(cut("a\n---\nb\n"), ["a\n", "b\n"]);
        assert_eq!(cut("---\na\n--- # x\nb\n---"), ["---\na\n", "b\n---"]);
        assert_eq!(cut("a\n---\n---\nb"), ["a\n", "---\nb"]);
        assert_eq!(
            split("a\n--- b\n", 0).unwrap_err().code,
            "bad-document-separator"
        );
    }

    #[test]
    fn comments_stay_with_their_object() {
        let objects = objects("a: 1\n# end\n---\n# top\n\nb: 2\n---\n# none\n", 0).unwrap();
        assert_eq!(objects.len(), 2);
        let head = |at: usize| {
            objects[at]
                .extra
                .as_ref()
                .map(|it| it.comments.head.clone())
        };
        assert_eq!(head(1).as_deref(), Some("# top"));
    }
}
