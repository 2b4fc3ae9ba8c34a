//! Short ways to values, for tests.

use trimtab_tree::{ParseOptions, Value, parse_document};

/// The value of a YAML text, with its comments.
pub(crate) fn yaml(text: &str) -> Value {
    let options = ParseOptions {
        // Not 0: the first byte has a position too.
        base: 1,
        comments: true,
        ..ParseOptions::default()
    };
    parse_document(text, options).expect(text)
}
