//! Texts and what they are read as. The values are shown like flow collections: strings in single
//! quotes, all other scalars as written, tags of the user's own before their node.

mod hostile;
mod syntax_errors;

use super::*;
use crate::{Node, ScalarKind};

fn show(value: &Value) -> String {
    let tag = value.extra.as_ref().and_then(|extra| extra.tag.as_ref());
    let tag = tag.map_or(String::new(), |tag| format!("{tag} "));
    let scalar = |kind, text: &str| match kind {
        ScalarKind::String => format!("'{text}'"),
        ScalarKind::Null => "null".to_owned(),
        _ => text.to_owned(),
    };
    let node = match &value.node {
        Node::Scalar(leaf) => scalar(leaf.kind, leaf.text()),
        Node::Sequence(items) => {
            format!(
                "[{}]",
                items.iter().map(show).collect::<Vec<_>>().join(", ")
            )
        }
        Node::Mapping(mapping) => {
            let field = |entry: &crate::Entry| {
                let key = match entry.key.kind {
                    ScalarKind::String => entry.key.text().to_owned(),
                    kind => format!("<{}>", scalar(kind, entry.key.text())),
                };
                format!("{key}: {}", show(&entry.value))
            };
            let fields: Vec<_> = mapping.entries().iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
    };
    tag + &node
}

/// Reads each text and compares what it means, documents separated by ` | `.
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let read = match parse_documents(text, ParseOptions::default()) {
            Ok(documents) => documents.iter().map(show).collect::<Vec<_>>().join(" | "),
            Err(error) => panic!("{text:?}: {error}"),
        };
        assert_eq!(&read, expected, "{text:?}");
    }
}

/// Reads each text and compares the message (its beginning), the byte where the cause is, and
/// that of the first label.
fn check_errors(cases: &[(&str, &str, usize, Option<usize>)]) {
    let options = ParseOptions {
        base: 1,
        ..ParseOptions::default()
    };
    for (text, message, at, label) in cases {
        let Err(error) = parse_documents(text, options) else {
            panic!("{text:?} was read");
        };
        assert!(error.message.starts_with(message), "{text:?}: {error}");
        assert_eq!(error.position, Position::new(1, *at), "{text:?}: {error}");
        let first = error.labels.first().map(|label| label.position);
        assert_eq!(first, label.map(|at| Position::new(1, at)), "{text:?}");
    }
}

#[test]
fn block_collections() {
    check(&[
        ("a: 1\nb:\n  c: x\n", "{a: 1, b: {c: 'x'}}"),
        ("a:\n- 1\n- 2\nb: 3", "{a: [1, 2], b: 3}"),
        (
            "a:\n  - 1\n  -\n  - - x\n    - y\n",
            "{a: [1, null, ['x', 'y']]}",
        ),
        ("- a: 1\n  b: 2\n-\n  c: 3\n", "[{a: 1, b: 2}, {c: 3}]"),
        ("a:\nb:\n", "{a: null, b: null}"),
        ("? a\n: b\n? c\n", "{a: 'b', c: null}"),
        ("? |\n  a\n: - b\n  - c\n", "{a\n: ['b', 'c']}"),
    ]);
}

#[test]
fn flow_collections() {
    check(&[
        ("[]", "[]"),
        ("{}", "{}"),
        ("[a, [b], {c: d}, ]", "['a', ['b'], {c: 'd'}]"),
        ("{a, b: , c: 1,}", "{a: null, b: null, c: 1}"),
        ("[a: b, ? c : d, ? e]", "[{a: 'b'}, {c: 'd'}, {e: null}]"),
        ("{\"a\":b, 'c':1}", "{a: 'b', c: 1}"),
        ("{a:}", "{a:: null}"),
        ("{a :b}", "{a :b: null}"),
        ("{'a' :b}", "{a: 'b'}"),
        ("[http://x:80/y, a:b]", "['http://x:80/y', 'a:b']"),
        ("a: [1,\n2]\nb: {\nc: 1\n}", "{a: [1, 2], b: {c: 1}}"),
        ("{\n\t\"a\": 1\n}", "{a: 1}"),
        ("[a\n b\n\n c, 'x\n  y']", "['a b\nc', 'x y']"),
        ("{a: [b, # c\n d]} # e", "{a: ['b', 'd']}"),
    ]);
}

#[test]
fn plain_scalars() {
    check(&[
        ("a b", "'a b'"),
        ("a:b: c#d # e", "{a:b: 'c#d'}"),
        ("a: b\n  c\n\n  d\ne: f", "{a: 'b c\nd', e: 'f'}"),
        ("a\nb\n", "'a b'"),
        ("-a", "'-a'"),
        ("- -\n", "[[null]]"),
        ("a: ?b", "{a: '?b'}"),
        ("a: :b", "{a: ':b'}"),
        ("a:\tb\t\n", "{a: 'b'}"),
        ("a   : b", "{a: 'b'}"),
        ("é: ü\n", "{é: 'ü'}"),
        (
            "a: b\r\nc: d\re: f\u{85}g: h",
            "{a: 'b', c: 'd', e: 'f', g: 'h'}",
        ),
        ("a: x\u{2028}  y\nb: <<", "{a: 'x\u{2028}y', b: '<<'}"),
        ("a: b ]c", "{a: 'b ]c'}"),
        ("yes: no\n1: ~\n", "{yes: 'no', <1>: null}"),
    ]);
}

#[test]
fn quoted_scalars() {
    check(&[
        ("'a''b'", "'a'b'"),
        ("''", "''"),
        (
            r#""a \"b\" \x41\u00e9\U0001F600\n\t""#,
            "'a \"b\" Aé😀\n\t'",
        ),
        ("\"a\n  b\n\n  c\"", "'a b\nc'"),
        ("\"a \\\n   b\"", "'a b'"),
        ("\"a\\\n\n\n  b\"", "'a\n\nb'"),
        ("\"a  \n\tb\"", "'a b'"),
        ("\"a\\x20  \n b\"", "'a  b'"),
        ("\"a\\\\\n b\"", "'a\\ b'"),
        ("'  a  '", "'  a  '"),
        ("'  \n a'", "' a'"),
        ("'a\\'", "'a\\'"),
        ("\"a\": 'b'\n'c' : \"d\"", "{a: 'b', c: 'd'}"),
        ("\"a\"#c", "'a'"),
    ]);
}

#[test]
fn block_scalars() {
    check(&[
        (
            "a: |\n  x\n   y\n\n  z\n\n\nb: 1",
            "{a: 'x\n y\n\nz\n', b: 1}",
        ),
        ("|-\n x\n\n", "'x'"),
        ("|+\n x\n\n", "'x\n\n'"),
        ("|\n x", "'x'"),
        ("|1\n  x\n", "' x\n'"),
        ("- |2-\n    x\n   y\n", "['  x\n y']"),
        (">\n a\n b\n\n c\n  d\n e\n", "'a b\nc\n d\ne\n'"),
        (">-\n\n a\n\n\n b\n", "'\na\n\nb'"),
        ("| # c\n x\n", "'x\n'"),
        ("|\n", "''"),
        ("a: |\nb: |\n", "{a: '', b: ''}"),
        ("a: |\n  x\n# c\nb: 1\n", "{a: 'x\n', b: 1}"),
        ("|\r\n a\r\n b\r\n", "'a\nb\n'"),
        ("a:\n- |\n  x\n- y", "{a: ['x\n', 'y']}"),
        ("|\n a\tb\n \tc\n", "'a\tb\n\tc\n'"),
    ]);
}

#[test]
fn documents() {
    check(&[
        ("", ""),
        ("# only a comment\n", ""),
        ("---\n", "null"),
        ("---\n---\na", "null | 'a'"),
        ("a\n---\nb\n...\n---\nc", "'a' | 'b' | 'c'"),
        ("--- a\n--- # c\nb", "'a' | 'b'"),
        ("\u{FEFF}a: 1\n---\n\u{FEFF}b: 1", "{a: 1} | {b: 1}"),
        ("a: 1\n\u{FEFF}b: 1", "{a: 1, \u{FEFF}b: 1}"),
        ("%YAML 1.1\n---\na", "'a'"),
        ("a: |\n  x\n---\nb", "{a: 'x\n'} | 'b'"),
        ("a\n...\n", "'a'"),
    ]);
}

#[test]
fn tags() {
    check(&[
        ("!!str 1", "'1'"),
        ("!!int \"0x1F\"", "0x1F"),
        ("! 12", "12"),
        ("!<tag:yaml.org,2002:str> 1", "'1'"),
        ("!Ref a", "!Ref 'a'"),
        ("!!foo a", "!!foo 'a'"),
        ("!Sub [!a%21b c, !!seq []]", "!Sub [!a!b 'c', []]"),
        ("!!map {a: !!str }", "{a: ''}"),
        ("%TAG !e! tag:e.org:\n---\n!e!x a", "tag:e.org:x 'a'"),
        ("%TAG !! !my\n---\n!!x a", "!myx 'a'"),
        ("!!str &a 1", "'1'"),
    ]);
    check_errors(&[
        ("a: !!int 1.5", "cannot decode \"1.5\" as a !!int", 3, None),
        (
            "!!binary x",
            "!!binary value contains invalid base64 data",
            0,
            None,
        ),
        ("!e!x a", "found undefined tag handle", 0, None),
        (
            "%TAG !e! a\n---\n!e!x a\n---\n!e!x b",
            "found undefined tag handle",
            26,
            None,
        ),
        ("!a{b", "did not find expected whitespace", 2, Some(0)),
    ]);
}

#[test]
fn anchors_and_merges() {
    check(&[
        ("a: &x [1]\nb: *x\n", "{a: [1], b: [1]}"),
        ("&x a: *x", "{a: 'a'}"),
        ("a: &x b\n*x : c", "{a: 'b', b: 'c'}"),
        ("[&x 1, *x, &x 2, *x]", "[1, 1, 2, 2]"),
        ("[&x {y: &x 1}, *x]", "[{y: 1}, 1]"),
        ("[&x , *x]", "[null, null]"),
        (
            "- &x {a: 1, b: 2}\n- <<: *x\n  b: 3\n  c: 4",
            "[{a: 1, b: 2}, {b: 3, c: 4, a: 1}]",
        ),
        (
            "- &x {a: 1, b: 1}\n- &y {b: 2, c: 2}\n- {<<: [*x, *y, {d: 3}], e: 4}",
            "[{a: 1, b: 1}, {b: 2, c: 2}, {e: 4, d: 3, b: 1, c: 2, a: 1}]",
        ),
        (
            "- &x {a: 1}\n- &y {<<: *x, b: 2}\n- <<: *y",
            "[{a: 1}, {b: 2, a: 1}, {b: 2, a: 1}]",
        ),
        ("{\"<<\": 1}", "{<<: 1}"),
        ("!!merge <<: {a: 1}", "{a: 1}"),
    ]);
    check_errors(&[
        ("a: *x", "unknown anchor 'x' referenced", 3, None),
        ("&x a\n---\n*x", "unknown anchor 'x' referenced", 9, None),
        ("&x [1, *x]", "anchor 'x' value contains itself", 7, None),
        ("<<: 1", "map merge requires map", 4, None),
        ("<<: [{}, 1]", "map merge requires map", 9, None),
        ("- &x [{}]\n- <<: *x", "map merge requires map", 16, None),
        (
            "<<: {}\n<<: {}",
            "mapping key \"<<\" already defined",
            7,
            Some(0),
        ),
        ("a: &", "did not find expected alphabetic", 4, Some(3)),
    ]);
}

#[test]
fn keys() {
    check_errors(&[
        (
            "a: 1\nb: 2\na: 3",
            "mapping key \"a\" already defined",
            10,
            Some(0),
        ),
        (
            "1: a\n\"1\": b",
            "mapping key \"1\" already defined",
            5,
            Some(0),
        ),
        ("{a, a}", "mapping key \"a\" already defined", 4, Some(1)),
        ("[a]: b", "a list or mapping is used as a key", 0, None),
        ("? a: b\n: c", "a list or mapping is used as a key", 2, None),
        (
            "- &x []\n- *x : a",
            "a list or mapping is used as a key",
            10,
            None,
        ),
    ]);
    let long = "k".repeat(1024);
    check(&[(&format!("{long}: 1"), &format!("{{{long}: 1}}"))]);
    let long = format!("{long}k: 1");
    check_errors(&[
        (
            &long,
            "mapping values are not allowed in this context",
            1025,
            None,
        ),
        (
            &format!("a: 1\n{long}"),
            "could not find expected ':'",
            5,
            None,
        ),
    ]);
}

#[test]
fn one_document_means_one() {
    let read = |text| parse_document(text, ParseOptions::default());
    assert!(read("").unwrap().is_null());
    assert_eq!(read("---\na\n...\n").unwrap().as_str(), Some("a"));
    assert_eq!(
        read("a\n---\nb").unwrap_err().message,
        "found a second document"
    );
}

#[test]
fn nodes_know_where_they_are() {
    let options = ParseOptions {
        base: 100,
        ..ParseOptions::default()
    };
    let root = parse_document("# c\nkey:\n  - &a x\n  - {b: 1}\n", options).unwrap();
    let at = |offset| Position::new(100, offset);
    let entry = root.as_mapping().unwrap().entry("key").unwrap();
    assert_eq!((root.position, entry.key_position), (at(4), at(4)));
    assert_eq!(entry.value.position, at(11));
    let items = entry.value.as_sequence().unwrap();
    assert_eq!((items[0].position, items[1].position), (at(13), at(22)));
    assert_eq!(items[1].get("b").unwrap().position, at(26));
}

#[test]
fn a_bare_tag_makes_a_string_where_it_is_asked_for() {
    let read = |text, bare_tag_is_text| {
        let options = ParseOptions {
            bare_tag_is_text,
            ..ParseOptions::default()
        };
        let document = parse_document(text, options).unwrap();
        document.get("a").and_then(Value::as_scalar).unwrap().kind
    };
    for (text, kind) in [
        ("a: !", ScalarKind::Null),
        ("a: ! 5", ScalarKind::Int),
        ("a: ! true", ScalarKind::Bool),
    ] {
        assert_eq!(read(text, false), kind, "{text}");
        assert_eq!(read(text, true), ScalarKind::String, "{text}");
    }
    assert_eq!(read("a: !!int 5", true), ScalarKind::Int);
}
