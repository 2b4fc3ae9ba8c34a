use super::*;
use crate::{Entry, Position};

fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let mut mapping = Mapping::new();
    for (key, value) in fields {
        mapping.insert(key, value);
    }
    mapping.into()
}

fn print(value: &Value) -> String {
    let mut out = String::new();
    write_yaml(value, &mut out).unwrap();
    out
}

/// Prints a text as the field `a` of a field `spec`.
fn field(text: &str) -> String {
    print(&map([("spec", map([("a", Value::string(text))]))]))
        .strip_prefix("spec:\n")
        .unwrap()
        .to_owned()
}

#[test]
fn leaves_are_found_where_they_are_printed() {
    let value = map([
        ("b", Value::string("x\ny\n")),
        ("a", Value::sequence(vec![Value::int(1), map([])])),
        ("c", Value::string("1")),
    ]);
    let mut out = "kept\n".to_owned();
    let printed = write_yaml_with_places(&value, &mut out).unwrap();
    let texts: Vec<&str> = printed.iter().map(|it| &out[it.text.clone()]).collect();
    assert_eq!(texts, ["1", "{}", "|\n  x\n  y\n", "\"1\""]);
    assert_eq!(printed[0].leaf, &Value::int(1));
}

#[test]
fn a_manifest_looks_as_from_kustomize() {
    let port = |name: &str, number| {
        map([
            ("name", Value::string(name)),
            ("containerPort", Value::int(number)),
        ])
    };
    let container = map([
        ("name", Value::string("web")),
        ("image", Value::string("nginx:1.29")),
        (
            "args",
            Value::sequence(vec![Value::string("--a=b"), Value::string("")]),
        ),
        (
            "ports",
            Value::sequence(vec![port("http", 80), port("https", 443)]),
        ),
        ("resources", map([])),
        ("env", Value::sequence(vec![])),
    ]);
    let manifest = map([
        ("kind", Value::string("Deployment")),
        ("apiVersion", Value::string("apps/v1")),
        (
            "metadata",
            map([
                ("name", Value::string("web")),
                ("creationTimestamp", Value::null()),
            ]),
        ),
        (
            "spec",
            map([
                ("replicas", Value::scalar(ScalarKind::Int, "0x3")),
                ("paused", Value::scalar(ScalarKind::Bool, "True")),
                ("weight", Value::scalar(ScalarKind::Float, "1.50")),
                (
                    "nested",
                    Value::sequence(vec![Value::sequence(vec![
                        Value::int(1),
                        map([("y", Value::sequence(vec![map([])]))]),
                    ])]),
                ),
                ("containers", Value::sequence(vec![container])),
            ]),
        ),
    ]);
    assert_eq!(
        print(&manifest),
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  creationTimestamp: null
  name: web
spec:
  containers:
  - args:
    - --a=b
    - \"\"
    env: []
    image: nginx:1.29
    name: web
    ports:
    - containerPort: 80
      name: http
    - containerPort: 443
      name: https
    resources: {}
  nested:
  - - 1
    - \"y\":
      - {}
  paused: true
  replicas: 3
  weight: 1.5
"
    );
}

#[test]
fn each_text_gets_the_quotes_it_needs() {
    for (text, printed) in [
        ("a", "  a: a\n"),
        ("", "  a: \"\"\n"),
        ("yes", "  a: \"yes\"\n"),
        ("2001-01-01", "  a: \"2001-01-01\"\n"),
        ("<<", "  a: <<\n"),
        ("=", "  a: =\n"),
        ("1:30", "  a: \"1:30\"\n"),
        ("a: b", "  a: 'a: b'\n"),
        ("it's: b", "  a: 'it''s: b'\n"),
        ("tab\t", "  a: \"tab\\t\"\n"),
        ("é", "  a: é\n"),
        ("\u{1F600}\u{7F}\0", "  a: \"\\U0001F600\\x7F\\0\"\n"),
        ("\u{FEFF}ab", "  a: \"\\uFEFF\\x61\\x62\"\n"),
        ("a\u{2028}b", "  a: 'a\u{2028}    b'\n"),
        ("a\u{85}b", "  a: a b\n"),
        ("a \u{85} \u{85}  b", "  a: |-\n    a\n    b\n"),
        ("a\nb", "  a: |-\n    a\n    b\n"),
        ("a\nb\n", "  a: |\n    a\n    b\n"),
        ("a\n\n b\n\n", "  a: |+\n    a\n\n     b\n\n"),
        ("\n a", "  a: |2-\n\n     a\n"),
        ("\n", "  a: |2+\n\n"),
        ("a \nb", "  a: \"a \\nb\"\n"),
        ("a\n\tb", "  a: \"a\\n\\tb\"\n"),
    ] {
        assert_eq!(field(text), printed, "{text:?}");
    }
}

#[test]
fn long_lines_are_folded_at_the_first_space_after_column_80() {
    let word = "word ".repeat(20);
    let (first, rest) = ("word ".repeat(16), "word word word word");
    let first = first.trim_end();
    assert_eq!(
        field(word.trim_end()),
        format!("  a: {first}\n    {rest}\n")
    );
    assert_eq!(
        field(&format!("'{}", word.trim_end())),
        format!(
            "  a: '''{}\n    {}'\n",
            &word[..74],
            "word word word word word"
        )
    );
    let escaped = format!("\t{}  end", "é".repeat(76));
    assert_eq!(
        field(&escaped),
        format!("  a: \"\\t{}\n    \\ end\"\n", "é".repeat(76))
    );
    let two_spaces = format!("{}  end of it", "x".repeat(90));
    assert_eq!(
        field(&two_spaces),
        format!("  a: {}  end\n    of it\n", "x".repeat(90))
    );
}

#[test]
fn long_and_multiline_keys_need_a_question_mark() {
    let long = "k".repeat(129);
    let value = map([
        (
            long.as_str(),
            map([("b", Value::int(1)), ("c", Value::int(2))]),
        ),
        ("a\nb", Value::sequence(vec![Value::int(1), Value::int(2)])),
    ]);
    assert_eq!(
        print(&value),
        format!("? |-\n  a\n  b\n: - 1\n  - 2\n? {long}\n: b: 1\n  c: 2\n")
    );
}

#[test]
fn folded_blocks_change_as_in_kustomize() {
    for (text, printed) in [
        ("a\n  b\nc\n", "  a: |\n    a\n\n      b\n    c\n"),
        ("  a\n b\nc\nd", "  a: |2-\n      a\n     b\n    c d\n"),
        ("a\nb\n\n", "  a: |+\n    a\n    b\n\n\n"),
        ("a\nb\u{2028}\n", "  a: |+\n    a\n    b\u{2028}\n"),
    ] {
        let mut value = Value::string(text);
        value.as_scalar_mut().unwrap().style = Style::Folded;
        let printed_value = print(&map([("spec", map([("a", value)]))]));
        assert_eq!(printed_value, format!("spec:\n{printed}"), "{text:?}");
    }
}

#[test]
fn go_types_leave_their_mark() {
    for (kind, text, printed) in [
        (ScalarKind::Null, "~", "a: null\n"),
        (ScalarKind::Bool, "FALSE", "a: false\n"),
        (
            ScalarKind::Timestamp,
            "2001-1-1",
            "a: \"2001-01-01T00:00:00Z\"\n",
        ),
        (ScalarKind::Binary, "aGVs\nbG8=", "a: hello\n"),
        (ScalarKind::Binary, "//79", "a: \u{FFFD}\u{FFFD}\u{FFFD}\n"),
        (ScalarKind::Float, "1", "a: 1\n"),
    ] {
        assert_eq!(print(&map([("a", Value::scalar(kind, text))])), printed);
    }
}

#[test]
fn brackets_make_strings_of_some_scalars() {
    let mut list = Value::sequence(vec![
        Value::scalar(ScalarKind::Null, "~"),
        map([("a", Value::scalar(ScalarKind::Null, ""))]),
        Value::scalar(ScalarKind::Timestamp, "2001-1-1"),
        Value::scalar(ScalarKind::Timestamp, "2001-1-1 1:2:3"),
    ]);
    let date = "2001-01-01T00:00:00Z";
    assert_eq!(
        print(&list),
        format!("- null\n- a: null\n- \"{date}\"\n- \"2001-01-01T01:02:03Z\"\n")
    );
    list.style = Style::Flow;
    assert_eq!(
        print(&list),
        format!("- null\n- a: \"\"\n- \"{date}\"\n- \"2001-1-1 1:2:3\"\n")
    );
}

#[test]
fn what_kustomize_cannot_print_is_an_error_with_its_place() {
    let place = Position::new(1, 7);
    for (kind, text, message) in [
        (ScalarKind::Float, "-.inf", "`-.inf` is not a finite number"),
        (ScalarKind::Int, "x", "`x` is not a finite number"),
        (
            ScalarKind::Timestamp,
            "2001-12-14T21:59:43+24:00",
            "`2001-12-14T21:59:43+24:00` is not a timestamp",
        ),
        (ScalarKind::Binary, "a", "binary data is not base64: "),
    ] {
        let value = map([("a", Value::scalar(kind, text).at(place))]);
        let error = write_yaml(&value, &mut String::new()).unwrap_err();
        assert!(error.message.starts_with(message), "{}", error.message);
        assert_eq!(error.position, place);
    }
}

#[test]
fn keys_other_than_strings_pass_at_the_root_only() {
    let with_key = |kind, text| {
        let mut mapping = Mapping::new();
        mapping.push(Entry {
            key: Scalar::new(kind, text),
            key_position: Position::new(1, 3),
            value: Value::null(),
        });
        Value::from(mapping)
    };
    let number = with_key(ScalarKind::Int, "80");
    assert_eq!(print(&number), "\"80\": null\n");
    assert_eq!(print(&with_key(ScalarKind::Null, "")), "\"\": null\n");
    for value in [map([("spec", number)]), with_key(ScalarKind::Null, "~")] {
        let error = write_yaml(&value, &mut String::new()).unwrap_err();
        assert_eq!(error.code, "non-string-key");
        assert_eq!(error.position, Position::new(1, 3));
    }
}

#[test]
fn any_depth_can_be_printed() {
    let mut value = Value::null();
    for _ in 0..3_000 {
        value = Value::sequence(vec![value]);
    }
    assert_eq!(print(&value), format!("{}null\n", "- ".repeat(3_000)));
}
