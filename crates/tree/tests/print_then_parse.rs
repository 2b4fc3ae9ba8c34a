//! What is printed reads back as the same tree, in every syntax and style.

use proptest::prelude::*;
use trimtab_tree::{
    JsonStyle, Mapping, Node, ParseOptions, Scalar, ScalarKind, SequenceIndent, Style, Value,
    parse_document, parse_json, write_json, write_yaml, write_yaml_styled,
};

/// Pieces of text that YAML gives a meaning to, or that printers must escape, fold or quote.
const PIECES: &[&str] = &[
    "a",
    "word",
    "1",
    "0",
    "-",
    "- ",
    ":",
    ": ",
    "#",
    " #",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "'",
    "\"",
    "\\",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "?",
    "? ",
    "=",
    "<<",
    "~",
    ".",
    "_",
    "y",
    "no",
    "null",
    "true",
    "0x1F",
    "1e3",
    "2001-01-01",
    "1:30",
    "---",
    "...",
    "\r",
    "\u{0}",
    "\u{7f}",
    "\u{a0}",
    "é",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{1f600}",
    "a rather long run of several words that leaves little room on the line",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..12);
    prop_oneof![
        3 => pieces.prop_map(|pieces| pieces.concat()),
        1 => any::<String>().prop_map(|text| text.replace('\u{85}', "")),
    ]
}

fn scalar() -> impl Strategy<Value = Scalar> {
    let of = |kind, texts: &'static [&'static str]| {
        prop::sample::select(texts).prop_map(move |text| Scalar::new(kind, text))
    };
    let styles = &[
        Style::Plain,
        Style::SingleQuoted,
        Style::DoubleQuoted,
        Style::Literal,
    ];
    let string = (text(), prop::sample::select(styles)).prop_map(|(text, style)| {
        let mut scalar = Scalar::string(text);
        scalar.style = style;
        scalar
    });
    prop_oneof![
        6 => string,
        1 => of(ScalarKind::Null, &["null", "~"]),
        1 => of(ScalarKind::Bool, &["true", "False"]),
        1 => of(ScalarKind::Int, &["0", "-17", "0x1F", "017", "1_000", "18446744073709551615"]),
        1 => of(ScalarKind::Float, &["1.50", "1e3", ".5", "1e20", "0.1e-7", "123456789012345678901234"]),
        1 => any::<f64>().prop_filter_map("finite", |value| {
            // YAML printing drops the sign of a zero, as kustomize does.
            (value.is_finite() && value != 0.0).then(|| Scalar::new(ScalarKind::Float, format!("{value:?}")))
        }),
        1 => any::<i64>().prop_map(|value| Scalar::new(ScalarKind::Int, value.to_string())),
        1 => of(ScalarKind::Timestamp, &["2001-01-01", "2001-1-1"]),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = scalar().prop_map(|scalar| Value::new(Node::Scalar(scalar)));
    leaf.prop_recursive(4, 40, 6, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..6).prop_map(Value::sequence);
        let fields = prop::collection::vec((text(), inner), 0..6).prop_map(|fields| {
            let mut mapping = Mapping::new();
            for (key, value) in fields {
                // A key `<<` would merge.
                if key != "<<" {
                    mapping.insert(key, value);
                }
            }
            Value::from(mapping)
        });
        (prop_oneof![list, fields], any::<bool>()).prop_map(|(mut value, flow)| {
            if flow {
                value.style = Style::Flow;
            }
            value
        })
    })
}

fn json(value: &Value, style: JsonStyle) -> String {
    let mut out = String::new();
    write_json(value, &mut out, style).expect("the tree has a JSON form");
    out
}

fn parse(yaml: &str) -> Value {
    parse_document(yaml, ParseOptions::default())
        .unwrap_or_else(|error| panic!("{error} in:\n{yaml}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_and_json_agree(value in tree()) {
        let expected = json(&value, JsonStyle::Go);
        let mut yaml = String::new();
        write_yaml(&value, &mut yaml).expect("the tree has a YAML form");
        prop_assert_eq!(json(&parse(&yaml), JsonStyle::Go), expected.as_str(), "{}", yaml);
        for style in [JsonStyle::Go, JsonStyle::GoIndented, JsonStyle::Ordered, JsonStyle::OrderedIndented] {
            let text = json(&value, style);
            let read = parse_json(&text, 0);
            let read = read.unwrap_or_else(|error| panic!("{error} in:\n{text}"));
            prop_assert_eq!(json(&read, JsonStyle::Go), expected.as_str(), "{}", text);
        }
    }

    #[test]
    fn printed_yaml_is_a_fixed_point(value in tree()) {
        let mut once = String::new();
        write_yaml(&value, &mut once).expect("the tree has a YAML form");
        let mut twice = String::new();
        write_yaml(&parse(&once), &mut twice).expect("what was read can be printed");
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn styled_yaml_keeps_the_tree(value in tree()) {
        for lists in [SequenceIndent::Compact, SequenceIndent::Wide] {
            let mut yaml = String::new();
            write_yaml_styled(&value, &mut yaml, lists).expect("any tree has a styled form");
            prop_assert_eq!(&parse(&yaml), &value, "{}", yaml);
        }
    }
}
