//! Short ways to values, for tests.

use trimtab_tree::{ParseOptions, Value, parse_document};

/// The value of a YAML text, with its comments.
pub(crate) fn yaml(text: &str) -> Value {
    let options = ParseOptions {
        base: 0,
        comments: true,
    };
    parse_document(text, options).expect(text)
}
