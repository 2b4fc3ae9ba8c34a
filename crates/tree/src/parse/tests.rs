//! Texts and what they are read as. The values are shown like flow collections: strings in single
//! quotes, all other scalars as written, tags of the user's own before their node.

use super::*;
use crate::Node;

fn show(value: &Value) -> String {
    let tag = value.extra.as_ref().and_then(|extra| extra.tag.as_ref());
    let tag = tag.map_or(String::new(), |tag| format!("{tag} "));
    let scalar = |kind, text: &str| match kind {
        crate::ScalarKind::String => format!("'{text}'"),
        crate::ScalarKind::Null => "null".to_owned(),
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
                    crate::ScalarKind::String => entry.key.text().to_owned(),
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

mod hostile {
    use super::*;

    fn refused(text: &str) -> String {
        parse_documents(text, ParseOptions::default())
            .unwrap_err()
            .message
    }

    #[test]
    fn nesting_is_bounded() {
        let too_deep = format!("exceeded max depth of {MAX_DEPTH}");
        let many = 100_000;
        for text in ["[", "{a: ", "- ", "[a: "] {
            assert_eq!(refused(&text.repeat(many)), too_deep, "{text:?}");
        }
        for text in ["? ", "[? ", "[{", "[["] {
            refused(&text.repeat(many));
        }
        let stairs: String = (0..1000)
            .map(|n| format!("{}a:\n", " ".repeat(n)))
            .collect();
        assert_eq!(refused(&stairs), too_deep);
        let fits = format!("{}x{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(parse_document(&fits, ParseOptions::default()).is_ok());
    }

    #[test]
    fn aliases_add_a_bounded_number_of_nodes() {
        let excessive = "document contains excessive aliasing";
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let last = format!("*a{}, ", level - 1).repeat(10);
            laughs += &format!("a{level}: &a{level} [{last}]\n");
        }
        assert_eq!(refused(&laughs), excessive);
        let long = format!(
            "a: &a {}\nb: [{}]",
            "x".repeat(1 << 20),
            "*a, ".repeat(1000)
        );
        assert_eq!(refused(&long), excessive);
        // Each level is kept for the alias at the end.
        let nested = format!(
            "[{}{}{}, *z]",
            (0..200).map(|n| format!("&a{n} [")).collect::<String>(),
            "x, ".repeat(10_000),
            "]".repeat(200)
        );
        assert_eq!(refused(&nested), excessive);
        let deep = format!(
            "[&a {}{}, {}*a{}]",
            "[".repeat(200),
            "]".repeat(200),
            "[".repeat(100),
            "]".repeat(100)
        );
        assert!(refused(&deep).starts_with("exceeded max depth"));
    }

    /// Each of these took quadratic time in one reader or another; here each is 400 KB or more and
    /// must be done while the test suite's patience lasts, unoptimised.
    #[test]
    fn time_is_linear() {
        let many = 100_000;
        let texts = [
            format!("[{}]", "a, ".repeat(many)),
            format!("[{}]", "a: b, ".repeat(many)),
            format!(
                "{{{}}}",
                (0..many).map(|n| format!("k{n}: 1, ")).collect::<String>()
            ),
            (0..many).map(|n| format!("k{n}: 1\n")).collect(),
            (0..many)
                .map(|n| format!("k{n}: &a{n} 1\n"))
                .collect::<String>()
                + "z: *a1",
            (0..many).map(|_| "&a x\n---\n").collect(),
            format!("[{}]", "\"a\" ,".repeat(many)),
            format!("a: {}", "b ".repeat(many)),
            format!("a: {}", "b\n ".repeat(many)),
            format!("a: \"{}\"", "b\\\n".repeat(many)),
            format!("a: '{}'", "''".repeat(many)),
            format!("a: |\n{}", " \n".repeat(many)),
            format!("a: >\n{}", "  x\n".repeat(many)),
            "\n".repeat(many),
            "# c\n".repeat(many),
            "---\n".repeat(many),
            format!("{}a", " ".repeat(many)),
            format!("- {}", "[[], ".repeat(200) + &"[], ".repeat(many)),
        ];
        let started = std::time::Instant::now();
        for text in &texts {
            let _ = parse_documents(text, ParseOptions::default());
        }
        assert!(started.elapsed().as_secs() < 60);
    }
}
