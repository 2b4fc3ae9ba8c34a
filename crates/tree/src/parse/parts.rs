//! A long stream of documents, read in two parts at a time.
//!
//! A line `---` begins a document wherever it stands, so a text can be cut there. What spans
//! documents keeps it in one piece: directives (`%`), and anchors, whose aliases are counted for the
//! whole text.

use super::{MAX_NODES, ParseOptions, Parsed, parse_documents_with_doubt};
use crate::{Result, make_room};
use std::thread;

/// Shorter texts are read sooner than a thread is started.
const SHORTEST: usize = 64 << 10;

/// As [`parse_documents_with_doubt`], on two threads where the text is long: for those who wait for
/// it while other cores have nothing to do.
///
/// # Errors
/// As [`parse_documents_with_doubt`].
pub fn parse_documents_on_two_threads(text: &str, options: ParseOptions) -> Result<Parsed> {
    let place = middle(text).filter(|_| !options.comments);
    let both = place.and_then(|at| parse_both(text, at, options));
    // What is wrong is found, and told, by who reads all of it.
    both.map_or_else(|| parse_documents_with_doubt(text, options), Ok)
}

fn parse_both(text: &str, at: usize, options: ParseOptions) -> Option<Parsed> {
    let (first, second) = text.split_at(at);
    let behind = ParseOptions {
        base: options.base + u32::try_from(at).ok()?,
        ..options
    };
    let (first, second) = thread::scope(|scope| {
        let second = thread::Builder::new()
            .spawn_scoped(scope, || {
                make_room();
                parse_documents_with_doubt(second, behind).ok()
            })
            .ok()?;
        let first = parse_documents_with_doubt(first, options).ok();
        Some((first?, second.join().ok()??))
    })?;
    let mut documents = first.documents;
    documents.extend(second.documents);
    Some(Parsed {
        documents,
        is_doubtful: first.is_doubtful || second.is_doubtful,
    })
}

/// Where to cut a text that is worth it: at a line `---` behind its middle.
fn middle(text: &str) -> Option<usize> {
    // Every node takes a byte, so that no part alone decides whether there are too many.
    let is_worth_it = (SHORTEST..MAX_NODES).contains(&text.len());
    if !is_worth_it || text.contains(['&', '%', '\r', '\u{FEFF}']) {
        return None;
    }
    let half = (text.len() / 2..=text.len()).find(|&at| text.is_char_boundary(at))?;
    Some(half + text[half..].find("\n---\n")? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mapping, Position, Value};

    fn long(document: &str) -> String {
        let count = 2 * SHORTEST / document.len();
        let documents = (0..count).map(|at| format!("number: {at}\n{document}"));
        documents.collect::<Vec<_>>().join("---\n")
    }

    /// All positions, in order.
    fn positions(value: &Value, into: &mut Vec<Position>) {
        into.push(value.position);
        for (_, field) in value.as_mapping().into_iter().flat_map(Mapping::iter) {
            positions(field, into);
        }
        for item in value.as_sequence().unwrap_or_default() {
            positions(item, into);
        }
    }

    fn all(parsed: &Parsed) -> Vec<Position> {
        let mut all = Vec::new();
        (parsed.documents.iter()).for_each(|document| positions(document, &mut all));
        all
    }

    #[test]
    fn parts_give_the_documents_and_positions_of_the_whole() {
        let options = ParseOptions {
            base: 1000,
            ..ParseOptions::default()
        };
        for document in [
            "a: {b: [c, d]}\n",
            "a: |\n  ---\n  text\n",
            "---\n# nothing\n",
            "a: on\n...\n",
        ] {
            let text = long(document);
            assert!(middle(&text).is_some());
            let whole = parse_documents_with_doubt(&text, options).unwrap();
            let parts = parse_documents_on_two_threads(&text, options).unwrap();
            assert_eq!(parts.documents, whole.documents);
            assert_eq!(parts.is_doubtful, whole.is_doubtful);
            assert_eq!(all(&parts), all(&whole));
        }
    }

    #[test]
    fn errors_are_those_of_the_whole() {
        for broken in ["a: 'b\n", "a: [b\n", "a: b: c\n", "a: 1\na: 2\n"] {
            let text = format!("{}---\n{broken}---\n{}", long("a: b\n"), long("a: b\n"));
            let whole = parse_documents_with_doubt(&text, ParseOptions::default());
            let parts = parse_documents_on_two_threads(&text, ParseOptions::default());
            let (whole, parts) = (whole.unwrap_err(), parts.unwrap_err());
            assert_eq!((parts.code, parts.position), (whole.code, whole.position));
        }
    }

    #[test]
    fn what_spans_documents_is_read_in_one_piece() {
        let plain = long("a: b\n");
        assert!(middle(&plain).is_some());
        for more in ["a: &b c\n", "%YAML 1.1\n---\n", "a: b\r\n"] {
            assert_eq!(middle(&format!("{plain}---\n{more}")), None);
        }
        assert_eq!(middle("a: b\n---\na: b\n"), None);
    }
}
