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
/// it while other cores have nothing to do. What `make` makes of the documents of each part, it makes on the
/// thread that read them.
///
/// # Errors
/// As [`parse_documents_with_doubt`].
pub fn parse_documents_on_two_threads<T: Send>(
    text: &str,
    options: ParseOptions,
    make: impl Fn(Parsed) -> T + Sync,
) -> Result<Vec<T>> {
    let place = middle(text).filter(|_| !options.comments);
    if let Some(both) = place.and_then(|at| parse_both(text, at, options, &make)) {
        return Ok(both.into());
    }
    // What is wrong is found, and told, by who reads all of it.
    parse_documents_with_doubt(text, options).map(|parsed| vec![make(parsed)])
}

fn parse_both<T: Send>(
    text: &str,
    at: usize,
    options: ParseOptions,
    make: &(impl Fn(Parsed) -> T + Sync),
) -> Option<[T; 2]> {
    let (first, second) = text.split_at(at);
    let behind = ParseOptions {
        base: options.base + u32::try_from(at).ok()?,
        ..options
    };
    thread::scope(|scope| {
        let second = thread::Builder::new()
            .spawn_scoped(scope, || {
                make_room();
                parse_documents_with_doubt(second, behind).ok().map(make)
            })
            .ok()?;
        let first = parse_documents_with_doubt(first, options).ok().map(make);
        Some([first?, second.join().ok()??])
    })
}

/// Where to cut a text that is worth it: at a line `---` behind its middle.
fn middle(text: &str) -> Option<usize> {
    // Every node takes a byte, so that no part alone decides whether there are too many.
    let is_worth_it = (SHORTEST..MAX_NODES).contains(&text.len());
    if !is_worth_it || has_any(text, *b"&%\r") || text.contains('\u{FEFF}') {
        return None;
    }
    let half = (text.len() / 2..=text.len()).find(|&at| text.is_char_boundary(at))?;
    Some(half + text[half..].find("\n---\n")? + 1)
}

/// Whether one of some ASCII characters is in a text. Others wait for it, so that blocks of bytes are compared
/// at a time.
fn has_any(text: &str, [one, two, three]: [u8; 3]) -> bool {
    let mut blocks = text.as_bytes().chunks(1 << 10);
    blocks.any(|block| {
        let is_it = |&byte: &u8| byte == one || byte == two || byte == three;
        block.iter().fold(false, |found, byte| found | is_it(byte))
    })
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

    fn all(parsed: &[Parsed]) -> Vec<Position> {
        let mut all = Vec::new();
        let documents = parsed.iter().flat_map(|part| &part.documents);
        documents.for_each(|document| positions(document, &mut all));
        all
    }

    fn parse_parts(text: &str, options: ParseOptions) -> Result<Vec<Parsed>> {
        parse_documents_on_two_threads(text, options, |parsed| parsed)
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
            let parts = parse_parts(&text, options).unwrap();
            assert_eq!(parts.len(), 2);
            let is_doubtful = parts.iter().any(|part| part.is_doubtful);
            assert_eq!(is_doubtful, whole.is_doubtful);
            assert_eq!(all(&parts), all(std::slice::from_ref(&whole)));
            let documents: Vec<Value> = parts.into_iter().flat_map(|it| it.documents).collect();
            assert_eq!(documents, whole.documents);
        }
    }

    #[test]
    fn errors_are_those_of_the_whole() {
        for broken in ["a: 'b\n", "a: [b\n", "a: b: c\n", "a: 1\na: 2\n"] {
            let text = format!("{}---\n{broken}---\n{}", long("a: b\n"), long("a: b\n"));
            let whole = parse_documents_with_doubt(&text, ParseOptions::default());
            let parts = parse_parts(&text, ParseOptions::default());
            let (whole, parts) = (whole.unwrap_err(), parts.unwrap_err());
            assert_eq!((parts.code, parts.position), (whole.code, whole.position));
        }
    }

    #[test]
    fn what_spans_documents_is_read_in_one_piece() {
        let plain = long("a: b\n");
        assert!(middle(&plain).is_some());
        for more in [
            "a: &b c\n",
            "%YAML 1.1\n---\n",
            "a: b\r\n",
            "\u{FEFF}a: b\n",
        ] {
            assert_eq!(middle(&format!("{plain}---\n{more}")), None);
            assert_eq!(middle(&format!("{more}---\n{plain}")), None);
        }
        assert_eq!(middle("a: b\n---\na: b\n"), None);
        let parts = parse_parts("a: b\n---\na: b\n", ParseOptions::default());
        assert_eq!(parts.unwrap().len(), 1);
    }
}
