//! Texts that are not YAML, and what is said.

use super::*;

#[test]
fn syntax_errors_name_the_cause() {
    check_errors(&[
        (
            "a: b: c",
            "mapping values are not allowed in this context",
            4,
            None,
        ),
        (
            "a: 1\n b: 2",
            "mapping values are not allowed in this context",
            7,
            None,
        ),
        ("a: 1\nb\nc: 2", "could not find expected ':'", 5, None),
        (
            "a: - b",
            "block sequence entries are not allowed in this context",
            3,
            None,
        ),
        (
            "\ta: b",
            "found character that cannot start any token: '\\t'",
            0,
            None,
        ),
        (
            "a:\n\tb: c",
            "found character that cannot start any token: '\\t'",
            3,
            None,
        ),
        (
            "a: b\n\tc",
            "found a tab character that violates indentation",
            5,
            Some(3),
        ),
        (
            "a: |\n  x\n\ty",
            "found a tab character where an indentation",
            9,
            Some(3),
        ),
        (
            "a: @b",
            "found character that cannot start any token: '@'",
            3,
            None,
        ),
        (
            "a: 'b\nc: 1\n",
            "found unexpected end of stream",
            3,
            Some(11),
        ),
        ("a: \"\\q\"", "found unknown escape character", 4, None),
        (
            "a: \"\\ud800\"",
            "found invalid Unicode character escape code",
            4,
            None,
        ),
        (
            "a: \"\\x4\"",
            "did not find expected hexadecimal number",
            4,
            None,
        ),
        (
            "a: 'b\n---\nc'",
            "found unexpected document indicator",
            6,
            Some(3),
        ),
        ("a: [1, 2", "did not find expected ',' or ']'", 8, Some(3)),
        (
            "a: {b: 1\nc: 2",
            "did not find expected ',' or '}'",
            10,
            Some(3),
        ),
        (
            "- a\nb: c",
            "did not find expected '-' indicator",
            4,
            Some(0),
        ),
        (
            "a:\n  b: 1\n c: 2",
            "did not find expected key",
            11,
            Some(0),
        ),
        (": a", "did not find expected key", 0, Some(0)),
        ("a: ]", "did not find expected node content", 3, Some(0)),
        (
            "a: |x\n y",
            "did not find expected comment or line break",
            4,
            Some(3),
        ),
        (
            "a: |0\n y",
            "found an indentation indicator equal to 0",
            4,
            None,
        ),
        ("%FOO\n---", "found unknown directive name", 0, None),
        (
            "%YAML 1.2\n---",
            "found incompatible YAML document",
            6,
            None,
        ),
        (
            "a: 1\x07",
            "control characters are not allowed: U+0007",
            4,
            None,
        ),
        (
            "a\n...\nb",
            "did not find expected <document start>",
            6,
            None,
        ),
    ]);
}
