use super::*;
use crate::parse_document;

/// What `yaml` means, without how it is written.
fn tree(yaml: &str) -> Value {
    let mut value = parse_document(yaml, ParseOptions::default()).unwrap();
    forget_styles(&mut value);
    value
}

fn forget_styles(value: &mut Value) {
    value.style = Style::Plain;
    match &mut value.node {
        Node::Scalar(scalar) => scalar.style = Style::Plain,
        Node::Sequence(items) => items.iter_mut().for_each(forget_styles),
        Node::Mapping(fields) => fields.values_mut().for_each(forget_styles),
    }
}

fn update(text: &str, target: &str) -> Result<String> {
    let mut document = Document::read(text.as_bytes().to_vec())?;
    document.update(&tree(target))?;
    Ok(document.text().to_owned())
}

#[track_caller]
fn check(text: &str, target: &str, expected: &str) {
    let found = update(text, target).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    assert_eq!(found, expected, "from\n{text}\nto mean\n{target}");
}

#[test]
fn a_scalar_changes_in_its_place_and_manner() {
    for (text, target, expected) in [
        ("a: 1 # one\nb: 2\n", "{a: 3, b: 2}", "a: 3 # one\nb: 2\n"),
        ("a: 'x'\n", "a: w", "a: 'w'\n"),
        ("a: \"x\"\n", "a: w", "a: \"w\"\n"),
        ("a: x", "a: 'yes'", "a: \"yes\""),
        ("a: x\nb: '1'\n", "{a: on, b: '1'}", "a: 'on'\nb: '1'\n"),
        ("a:\nb: 1\n", "{a: x, b: 1}", "a: x\nb: 1\n"),
        ("a: # A\n  x # c\n", "a: w", "a: # A\n  w # c\n"),
        ("a: # none\nb: 1\n", "{a: x, b: 1}", "a: x # none\nb: 1\n"),
        (
            "a: |\n  x\n  w\n\nb: 1\n",
            "{a: \"x\\nz\\n\", b: 1}",
            "a: |\n  x\n  z\n\nb: 1\n",
        ),
        (
            "a: x\nb: 1\n",
            "{a: \"x\\nz\\n\", b: 1}",
            "a: |\n  x\n  z\nb: 1\n",
        ),
        (
            "a: x # c\nb: 1\n",
            "{a: \"x\\nz\\n\", b: 1}",
            "a: | # c\n  x\n  z\nb: 1\n",
        ),
        // What is said of the last line of what goes would become a part of the text.
        (
            "a:\n  b: 1\n  c: 2 # two\nd: 1\n",
            "{a: \"x\\nz\\n\", d: 1}",
            "a: |\n  x\n  z\nd: 1\n",
        ),
        (
            "a:\n  b: x\n",
            "a: {b: \" x\\nz\"}",
            "a:\n  b: |2-\n     x\n    z\n",
        ),
        (
            "\"a\": \"b\"\n",
            "{a: c, d: e}",
            "\"a\": \"c\"\n\"d\": \"e\"\n",
        ),
        ("a: x\n  w\nb: 1\n", "{a: z, b: 1}", "a: z\nb: 1\n"),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn new_fields_stand_like_those_beside_them() {
    for (text, target, expected) in [
        ("", "a: 1", "a: 1\n"),
        ("# only a comment", "a: 1", "# only a comment\na: 1"),
        ("---\n", "a: 1", "---\na: 1\n"),
        ("---\n# c\n...\n", "a: 1", "---\n# c\na: 1\n...\n"),
        ("{}\n", "a: [x]", "a:\n- x\n"),
        ("null # n\n", "a: 1", "a: 1\n"),
        ("a: 1", "{a: 1, b: {c: 2}}", "a: 1\nb:\n  c: 2"),
        (
            "a:\n    b: 1\nc:\n  - d\n",
            "{a: {b: 1}, c: [d], e: {f: {g: 1}, h: [i, {j: 1, k: 2}]}}",
            "a:\n    b: 1\nc:\n  - d\ne:\n    f:\n        g: 1\n    h:\n      - i\n      - j: 1\n        k: 2\n",
        ),
        (
            "m:\n  a: 1\n  c: 2\n\n# end\n",
            "{m: {a: 1, c: 2, b: 3, d: 4}}",
            "m:\n  a: 1\n  b: 3\n  c: 2\n  d: 4\n\n# end\n",
        ),
        (
            "m:\n  b: 1\n  c: 2\n",
            "m: {a: 0, b: 1, c: 2}",
            "m:\n  a: 0\n  b: 1\n  c: 2\n",
        ),
        (
            "i:\n- name: x # the x\n  newTag: w\n",
            "i: [{name: x, newTag: w, digest: d, newName: z}]",
            "i:\n- name: x # the x\n  newName: z\n  newTag: w\n  digest: d\n",
        ),
        (
            "a: 1\n# of a\n\n# end\n",
            "{a: 1, b: 2}",
            "a: 1\n# of a\nb: 2\n\n# end\n",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "{a: 1, c: 3}",
            "a: 1\nc: 3\n---\nb: 2\n",
        ),
        (
            "a: 1\r\nb:\r\n- x\r\n",
            "{a: 1, b: [x, w], c: [z]}",
            "a: 1\r\nb:\r\n- x\r\n- w\r\nc:\r\n- z\r\n",
        ),
        ("\u{feff}a: 1\n", "{a: 1, b: 2}", "a: 1\nb: 2\n"),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn list_items_come_and_go_by_whole_lines() {
    for (text, target, expected) in [
        (
            "r:\n# first\n- a # A\n# second\n- b # B\n- c\nx: 1\n",
            "{r: [a, c], x: 1}",
            "r:\n# first\n- a # A\n# second\n- c\nx: 1\n",
        ),
        (
            "r:\n  - a\n  # - b\n\n# of x\nx: 1\n",
            "{r: [a, w], x: 1}",
            "r:\n  - a\n  # - b\n  - w\n\n# of x\nx: 1\n",
        ),
        (
            "r:\n- a\n# of x\nx: 1\n",
            "{r: [a, w], x: 1}",
            "r:\n- a\n- w\n# of x\nx: 1\n",
        ),
        ("r:\n-   a\n", "r: [a, b]", "r:\n-   a\n-   b\n"),
        (
            "r:\n- 'a'\n- '1'\n",
            "r: [a, '1', b]",
            "r:\n- 'a'\n- '1'\n- 'b'\n",
        ),
        (
            "r:\n- a\n- '1'\n",
            "r: [a, '1', b, '2']",
            "r:\n- a\n- '1'\n- b\n- '2'\n",
        ),
        ("r:\n- a", "r: [a, b, c]", "r:\n- a\n- b\n- c"),
        ("r:\n- b\n", "r: [a, b]", "r:\n- a\n- b\n"),
        ("r: [] # none\n", "r: [a]", "r: # none\n- a\n"),
        (
            "r: []\nx:\n  - w\n",
            "{r: [a, {b: 1}], x: [w]}",
            "r:\n  - a\n  - b: 1\nx:\n  - w\n",
        ),
        ("r: # none yet\n", "r: [a]", "r: # none yet\n- a\n"),
        ("r:\n- a\n- b\nx: 1\n", "{r: [], x: 1}", "r: []\nx: 1\n"),
        (
            "r: # all\n- a\n- b\nx: 1\n",
            "{r: [], x: 1}",
            "r: [] # all\nx: 1\n",
        ),
        ("r:\n- a\n\nx: 1\n", "{x: 1}", "\nx: 1\n"),
        (
            "x: 1\n\nr:\n- a\n\nw: 1\n",
            "{x: 1, w: 1}",
            "x: 1\n\nw: 1\n",
        ),
        ("x: 1\n\nr:\n- a\n", "{x: 1}", "x: 1\n"),
        (
            "r:\n- name: x\n  # about the tag\n  tag: w\n- name: z\n",
            "r: [{name: z}]",
            "r:\n- name: z\n",
        ),
        (
            "r:\n- drop: 1\n  name: x\n",
            "r: [{name: x}]",
            "r:\n- name: x\n",
        ),
        (
            "r:\n- drop: 1 # d\n  # about the name\n  name: x\n",
            "r: [{name: x}]",
            "r:\n-  # d\n  # about the name\n  name: x\n",
        ),
        (
            "r:\n- a.yaml # A\n",
            "r: [{path: a.yaml}]",
            "r:\n- path: a.yaml # A\n",
        ),
        (
            "r:\n- |-\n  kind: X\n  a: 1\nb: 1\n",
            "{r: [{patch: \"kind: X\\na: 1\"}], b: 1}",
            "r:\n- patch: |-\n    kind: X\n    a: 1\nb: 1\n",
        ),
        (
            "i:\n- name: x\n  tag: '1'\n",
            "i: [{name: x, tag: '1'}, {digest: d, name: w, tag: '2'}]",
            "i:\n- name: x\n  tag: '1'\n- name: w\n  tag: '2'\n  digest: d\n",
        ),
        ("r:\n- - a\n  - b\n", "r: [[a]]", "r:\n- - a\n"),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn brackets_stay_brackets() {
    for (text, target, expected) in [
        ("r: [a, b] # c\n", "r: [a, b, c]", "r: [a, b, c] # c\n"),
        ("r: [ a, b ]\n", "r: [b, c]", "r: [ b, c ]\n"),
        ("r: [a,b]\n", "r: [a, b, c]", "r: [a,b,c]\n"),
        ("r: [a]\n", "r: []", "r: []\n"),
        ("r: ['a', \"b\"]\n", "r: [b]", "r: [\"b\"]\n"),
        ("r: ['a']\n", "r: [a, b]", "r: ['a', 'b']\n"),
        (
            "r: [\n  a, # A\n  b # B\n]\n",
            "r: [a, b, c]",
            "r: [\n  a, # A\n  b, # B\n  c\n]\n",
        ),
        (
            "r: [\n  a,\n  b,\n]\n",
            "r: [a, b, c]",
            "r: [\n  a,\n  b,\n  c,\n]\n",
        ),
        (
            "m: {a: 1, b: x}\n",
            "m: {b: w, c: 'on'}",
            "m: {b: w, c: \"on\"}\n",
        ),
        (
            "m: {a: {b: [c]}}\n",
            "m: {a: {b: [c, d]}}",
            "m: {a: {b: [c, d]}}\n",
        ),
        (
            "{\"r\": [\"a\"], \"n\": \"x\"}",
            "{r: [a, b], n: x, p: w}",
            "{\"r\": [\"a\", \"b\"], \"n\": \"x\", \"p\": \"w\"}",
        ),
        (
            "{\n  \"r\": [\"a\"]\n}\n",
            "{r: [a], p: w}",
            "{\n  \"r\": [\"a\"],\n  \"p\": \"w\"\n}\n",
        ),
        // Comments stay with what they are about.
        (
            "r: [\r\n  a # A\r\n]\r\n",
            "r: [a, b]",
            "r: [\r\n  a, # A\r\n  b\r\n]\r\n",
        ),
        (
            "r: [\r\n  a\r\n  # end\r\n]\r\n",
            "r: [a, b]",
            "r: [\r\n  a,\r\n  b\r\n  # end\r\n]\r\n",
        ),
        (
            "r: [\n  a, # A\n  # about b\n  b, # B\n]\n",
            "r: [a]",
            "r: [\n  a, # A\n  # about b\n]\n",
        ),
        (
            "r: [\n  a, # A\n  # about b\n  b, # B\n]\n",
            "r: [b]",
            "r: [\n  # about b\n  b, # B\n]\n",
        ),
        (
            "r: [ # all\n  # about a\n  a, # A\n  b, # B\n  c # C\n]\n",
            "r: [b]",
            "r: [ # all\n  # about a\n  b # B\n]\n",
        ),
        (
            "r: [\n  # about a\n  a, # A\n  b]\n",
            "r: [x, a]",
            "r: [\n  x,\n  # about a\n  a # A\n  ]\n",
        ),
        ("r: [a # A\n  ]\n", "r: [a, b]", "r: [a, # A\n    b\n  ]\n"),
        (
            "r: [\n  a, b,\n  c\n]\n",
            "r: [b, c]",
            "r: [\n  b,\n  c\n]\n",
        ),
        ("r: [\n  a,\n  b, c]\n", "r: [a, c]", "r: [\n  a,\n  c]\n"),
        (
            "r: [ a\n  , b\n  , c ]\n",
            "r: [a, c, d]",
            "r: [ a\n  , c\n  , d ]\n",
        ),
        ("r: [a: 1, b]\n", "r: [{a: 2}, b]", "r: [{a: 2}, b]\n"),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn what_an_anchor_shares_is_not_changed_by_the_way() {
    for (text, target) in [
        ("a: &x [1]\nb: *x\n", "{a: [1, 2], b: [1]}"),
        ("a: &x 1\nb: *x\n", "{b: 1}"),
        (
            "a: &x {c: 1}\nb:\n  <<: *x\n  d: 1\n",
            "{a: {c: 1}, b: {d: 1}}",
        ),
    ] {
        let error = update(text, target).unwrap_err();
        assert_eq!(error.code, "cannot-edit", "{text}");
        assert!(error.hints[0].contains("anchor"), "{:?}", error.hints);
    }
    check(
        "a: &x [1]\nb: *x\n",
        "{a: [1], b: [1, 2]}",
        "a: &x [1]\nb:\n- 1\n- 2\n",
    );
    check(
        "a: &x {c: 1}\nb:\n  <<: *x\n  d: 1\n",
        "{a: {c: 1}, b: {c: 2, d: 1}}",
        "a: &x {c: 1}\nb:\n  <<: *x\n  c: 2\n  d: 1\n",
    );
}

#[test]
fn a_field_is_renamed_where_it_is() {
    let mut document = Document::read(b"# c\n'old': # d\n- a\n".to_vec()).unwrap();
    document.rename("old", "new").unwrap();
    assert_eq!(document.text(), "# c\n'new': # d\n- a\n");
    let error = document.rename("gone", "x").unwrap_err();
    assert_eq!(error.code, "cannot-edit");
}

#[test]
fn equal_keys_are_changed_where_they_count_and_removed_together() {
    check("a: 1\na: 2\n", "a: 3", "a: 1\na: 3\n");
    check("a: 1\nb: 1\na: 2\n", "b: 1", "b: 1\n");
}

#[test]
fn only_mappings_are_changed() {
    assert_eq!(update("- a\n", "a: 1").unwrap_err().code, "wrong-type");
    assert_eq!(update("a: 1\n", "[]").unwrap_err().code, "wrong-type");
}

#[test]
fn items_move_with_their_comments() {
    let mut document = Document::read(
        b"a:\n- x # X\n\n# about b\nb: # old\n  # about z\n  - k: z # Z\n\n    # about l\n    l: |\n      w\n# of c\nc: 1\n".to_vec(),
    )
    .unwrap();
    assert!(document.move_items("b", "a"));
    assert_eq!(
        document.text(),
        "a:\n- x # X\n# old\n# about z\n- k: z # Z\n\n  # about l\n  l: |\n    w\n\n# about b\n# of c\nc: 1\n"
    );
    for (text, from, to) in [
        ("a: [x]\nb:\n- z\n", "b", "a"),
        ("a:\n- x\nb: [{ # z\n  k: z}]\n", "b", "a"),
        ("a:\n- x\n", "b", "a"),
        ("a:\n- x\nb:\n- z", "b", "a"),
    ] {
        let mut document = Document::read(text.as_bytes().to_vec()).unwrap();
        assert!(!document.move_items(from, to), "{text}");
        assert_eq!(document.text(), text);
    }
}

#[test]
fn items_move_out_of_brackets_with_their_comments() {
    for (text, expected) in [
        (
            "a:\n  -  x # X\nb: [{k: 'z'}] # Z\nc: 1\n",
            "a:\n  -  x # X\n  -  k: 'z' # Z\nc: 1\n",
        ),
        (
            "b: [ # all\n    z, # Z\n    # about w\n    w # W\n    # end\n] # b\na:\n- x\n",
            "a:\n- x\n# b\n# all\n- z # Z\n# about w\n- w # W\n# end\n",
        ),
        ("a:\n- x\nb: [z, w] # b\n", "a:\n- x\n# b\n- z\n- w\n"),
    ] {
        let mut document = Document::read(text.as_bytes().to_vec()).unwrap();
        assert!(document.move_items("b", "a"), "{text}");
        assert_eq!(document.text(), expected);
    }
}

#[test]
fn comments_on_their_own_lines_stay_where_a_field_goes() {
    for (text, target, expected) in [
        (
            "a: # A\n  # one\n  - x # X\n  # two\n  - k: z\n    # in it\n    l: 1\n  # end\nb: 1\n",
            "b: 1",
            "  # one\n  # two\n  # end\nb: 1\n",
        ),
        (
            "b: 1\na: [ # A\n  # one\n  x, # X\n  # two\n  {k: z, # in it\n   # too\n   l: 1},\n  # end\n] # a\n",
            "b: 1",
            "b: 1\n  # one\n  # two\n  # end\n",
        ),
        ("a: # A\n# one\n- '# x'\n", "{}", "# one\n"),
        (
            "a:\r\n  b: {\r\n    # one\r\n    x: 1\r\n  }\r\n  c: 1\r\n",
            "a: {c: 1}",
            "a:\r\n    # one\r\n  c: 1\r\n",
        ),
        // A text takes in all that is further in.
        (
            "a: |\n  # x\nb:\n  # one\n  - '# x'\n\n  # end\nc: 1\n",
            "{a: \"# x\\n\", c: 1}",
            "a: |\n  # x\n# one\n# end\nc: 1\n",
        ),
        // What comes next takes the place behind the `-`.
        (
            "a:\n- b:\n  # one\n  - x\n  c: 1\n",
            "a: [{c: 1}]",
            "a:\n# one\n- c: 1\n",
        ),
        (
            "a: {b: [ # B\n  # one\n  x\n  # two\n]}\n",
            "a: {b: []}",
            "a: {b: [ # B\n  # one\n  # two\n]}\n",
        ),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn a_comment_that_stays_is_no_part_of_a_block_scalar_before_it() {
    for (text, expected) in [
        ("a: b\nc:\n  # d\n  e: f\n", "a: |\n  one\n  two\n# d\n"),
        (
            "a: b\n\nc:\n  # d\n  e: f\ng: h\n",
            "a: |\n  one\n  two\n\n# d\ng: h\n",
        ),
        ("a: [b]\nc:\n  # d\n  e: f\n", "a: |\n  one\n  two\n# d\n"),
        (
            "g: h\nc:\n  # d\n  e: f\n",
            "g: h\na: |\n  one\n  two\n# d\n",
        ),
    ] {
        let mut target = "{a: \"one\\ntwo\\n\"}".to_owned();
        if text.contains("g: h") {
            target = target.replace('}', ", g: h}");
        }
        check(text, &target, expected);
    }
}

#[test]
fn a_block_scalar_at_the_end_without_a_line_break_gets_none() {
    for (text, target, expected) in [
        ("a: 1\nb: |\n  x", "{a: 2, b: x}", "a: 2\nb: |\n  x"),
        ("a: 1\nb: |\n  x", "{b: x}", "b: |\n  x"),
        ("b: |\n  x", "{b: x, c: 1}", "b: |-\n  x\nc: 1"),
        (
            "b:\r\n- c: >2+ # C\r\n    x",
            "{b: [{c: x}], d: 1}",
            "b:\r\n- c: >2- # C\r\n    x\r\nd: 1",
        ),
    ] {
        check(text, target, expected);
    }
}

#[test]
fn comments_stay_where_what_they_are_about_goes_elsewhere() {
    let text =
        "b: 1\na: [ # A\n  # one\n  x, # X\n  {k: '#z', # in it\n   l: 1},\n] # a\n# c\nc: 1\n";
    let mut document = Document::read(text.as_bytes().to_vec()).unwrap();
    document
        .update_keeping_comments(&tree("{b: 1, c: 1}"))
        .unwrap();
    assert_eq!(
        document.text(),
        "b: 1\n# A\n# one\n# X\n# in it\n# a\n# c\nc: 1\n"
    );
}

#[test]
fn fields_move_into_a_list_with_their_comments() {
    let others: Mapping = [("s", Value::bool(true))].into();
    let moved = |text: &str| {
        let mut document = Document::read(text.as_bytes().to_vec()).unwrap();
        let changed = document.move_fields("from", "to", "in", &others);
        (changed, document.text().to_owned())
    };
    for (text, expected) in [
        (
            "# head\nfrom: # all\n  # one\n  a: b # two\n\n  c: |\n    d\nz: 1\n",
            "# head\nto:\n- s: true\n  in: # all\n    # one\n    a: b # two\n\n    c: |\n      d\nz: 1\n",
        ),
        (
            "from:\n    a: b # two\nto:\n  -  x: 1 # x\nz: 1\n",
            "to:\n  -  x: 1 # x\n  -  s: true\n     in:\n         a: b # two\nz: 1\n",
        ),
    ] {
        assert_eq!(moved(text), (true, expected.to_owned()));
    }
    for text in [
        "from: {a: b}\n",
        "from:\n  a: b\nto: [1]\n",
        "from: &x\n  a: b\n",
        "to: []\n",
    ] {
        assert_eq!(moved(text), (false, text.to_owned()));
    }
}
