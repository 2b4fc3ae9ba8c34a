use super::*;
use crate::testing::yaml;
use proptest::prelude::*;

fn patched(target: &str, patch: &str) -> Result<Value> {
    let mut target = yaml(target);
    JsonPatch::from_value(&yaml(patch))?.apply(&mut target)?;
    Ok(target)
}

#[track_caller]
fn gives(target: &str, patch: &str, wanted: &str) {
    let found = patched(target, patch).unwrap_or_else(|error| panic!("{patch}: {error}"));
    assert!(same_json(&found, &yaml(wanted)), "{patch}: {found:?}");
}

#[track_caller]
fn fails(target: &str, patch: &str, message: &str) {
    let error = patched(target, patch).expect_err(patch);
    assert!(error.message.contains(message), "{patch}: {error}");
    assert!(error.position.is_some(), "{patch}: no position");
}

/// The examples of RFC 6902, appendix A, as far as the library that kustomize uses follows it.
#[test]
fn operations_do_what_the_rfc_says() {
    gives(
        "{foo: bar}",
        "[{op: add, path: /baz, value: qux}]",
        "{baz: qux, foo: bar}",
    );
    gives(
        "{foo: [bar, baz]}",
        "[{op: add, path: /foo/1, value: qux}]",
        "{foo: [bar, qux, baz]}",
    );
    gives(
        "{baz: qux, foo: bar}",
        "[{op: remove, path: /baz}]",
        "{foo: bar}",
    );
    gives(
        "{foo: [bar, qux, baz]}",
        "[{op: remove, path: /foo/1}]",
        "{foo: [bar, baz]}",
    );
    gives(
        "{baz: qux, foo: bar}",
        "[{op: replace, path: /baz, value: boo}]",
        "{baz: boo, foo: bar}",
    );
    gives(
        "{foo: {bar: baz, waldo: fred}, qux: {corge: grault}}",
        "[{op: move, from: /foo/waldo, path: /qux/thud}]",
        "{foo: {bar: baz}, qux: {corge: grault, thud: fred}}",
    );
    gives(
        "{foo: [all, grass, cows, eat]}",
        "[{op: move, from: /foo/1, path: /foo/3}]",
        "{foo: [all, cows, eat, grass]}",
    );
    gives(
        "{baz: qux, foo: [a, 2, c]}",
        "[{op: test, path: /baz, value: qux}, {op: test, path: /foo/1, value: 2}]",
        "{baz: qux, foo: [a, 2, c]}",
    );
    fails(
        "{baz: qux}",
        "[{op: test, path: /baz, value: bar}]",
        "the test of",
    );
    gives(
        "{foo: bar}",
        "[{op: add, path: /child, value: {grandchild: {}}}]",
        "{foo: bar, child: {grandchild: {}}}",
    );
    gives(
        "{foo: bar}",
        "[{op: add, path: /baz, value: qux, xyz: 123}]",
        "{foo: bar, baz: qux}",
    );
    fails(
        "{foo: bar}",
        "[{op: add, path: /baz/bat, value: qux}]",
        "there is nothing at",
    );
    gives(
        "{/: 9, ~1: 10}",
        "[{op: test, path: /~01, value: 10}]",
        "{/: 9, ~1: 10}",
    );
    fails(
        "{/: 9, ~1: 10}",
        "[{op: test, path: /~01, value: '10'}]",
        "the test of",
    );
    gives(
        "{foo: [bar]}",
        "[{op: add, path: /foo/-, value: [abc, def]}]",
        "{foo: [bar, [abc, def]]}",
    );
}

#[test]
fn what_the_library_allows_beyond_the_rfc_is_allowed() {
    gives(
        "{a: [1, 2, 3]}",
        "[{op: remove, path: /a/-1}]",
        "{a: [1, 2]}",
    );
    gives(
        "{a: [1, 2]}",
        "[{op: add, path: /a/-1, value: 3}]",
        "{a: [1, 2, 3]}",
    );
    gives(
        "{a: [1, 2]}",
        "[{op: add, path: /a/-3, value: 0}]",
        "{a: [0, 1, 2]}",
    );
    gives(
        "{a: [1, 2]}",
        "[{op: replace, path: /a/-2, value: 0}]",
        "{a: [0, 2]}",
    );
    gives("{}", "[{op: replace, path: /a, value: 1}]", "{a: 1}");
    gives("{}", "[{op: copy, from: /b, path: /a}]", "{a: null}");
    gives("{}", "[{op: add, path: /a}]", "{a: null}");
    gives(
        "{a: {}}",
        "[{op: add, path: a/b, value: 1}]",
        "{a: {}, b: 1}",
    );
    gives("{}", "[{op: test, path: /a, value: null}]", "{}");
    gives(
        "{a: null}",
        "[{op: test, path: /a, value: null}]",
        "{a: null}",
    );
    gives(
        "{a: 1}",
        "[{op: replace, path: '', value: {b: 2}}]",
        "{b: 2}",
    );
    gives(
        "{a: 1.0}",
        "[{op: test, path: '', value: {a: 1}}]",
        "{a: 1}",
    );
}

#[test]
fn what_does_not_apply_is_refused() {
    for (patch, message) in [
        (
            "[{op: add, path: /l/3, value: 1}]",
            "\"3\" is no place in a list of 2",
        ),
        (
            "[{op: add, path: /l/-4, value: 1}]",
            "\"-4\" is no place in a list of 2",
        ),
        (
            "[{op: add, path: /l/x, value: 1}]",
            "\"x\" is no place in a list of 2",
        ),
        (
            "[{op: remove, path: /l/2}]",
            "\"2\" is no place in a list of 2",
        ),
        (
            "[{op: remove, path: /l/-}]",
            "\"-\" is no place in a list of 2",
        ),
        (
            "[{op: replace, path: /l/2, value: 1}]",
            "\"2\" is no place in a list of 2",
        ),
        (
            "[{op: copy, from: /l/2, path: /a}]",
            "\"2\" is no place in a list of 2",
        ),
        ("[{op: remove, path: /x}]", "there is nothing at \"/x\""),
        (
            "[{op: move, from: /x, path: /y}]",
            "there is nothing at \"/x\"",
        ),
        ("[{op: add, path: /l/0/x, value: 1}]", "there is nothing at"),
        (
            "[{op: add, path: '', value: {}}]",
            "there is nothing at \"\"",
        ),
        (
            "[{op: add, path: x, value: {}}]",
            "there is nothing at \"x\"",
        ),
        (
            "[{op: replace, path: '', value: 1}]",
            "the whole document cannot",
        ),
        ("[{op: replace, path: ''}]", "the whole document cannot"),
        ("[{op: test, path: /l, value: [2, 1]}]", "the test of"),
        ("[{op: test, path: /x}]", "the test of"),
        ("[{op: test, path: /l}]", "the test of"),
        ("[{op: swap, path: /l}]", "no operation \"swap\""),
        ("[{path: /l}]", "has no `op`"),
        ("[{op: remove}]", "has no `path`"),
        ("[{op: remove, path: 1}]", "has a bad `path`"),
        ("[{op: copy, path: /l}]", "has no `from`"),
        ("[remove]", "cannot be a string"),
        ("{op: remove, path: /l}", "cannot be a mapping"),
    ] {
        fails("{l: [1, 2]}", patch, message);
    }
}

#[test]
fn a_move_that_fails_leaves_everything_in_its_place() {
    let mut target = yaml("{a: [1, 2, 3], b: {}}");
    let before = target.clone();
    for to in ["/nowhere/x", "/a/9", "/a/1/x"] {
        let patch = yaml(&format!("[{{op: move, from: /a/1, path: {to}}}]"));
        let patch = JsonPatch::from_value(&patch).unwrap();
        assert!(patch.apply(&mut target).is_err());
        assert_eq!(target, before, "{to}");
    }
}

#[test]
fn kustomize_sends_both_sides_through_json() {
    let mut target = yaml("data:\n  i: 1234567\n  e:\n  y: yes\n  b: {e: }\n");
    let patch = yaml("[{op: add, path: /data/f, value: 1.50}]");
    let patch = JsonPatch::for_kustomize(&patch).unwrap();
    patch.apply_to_resource(&mut target).unwrap();
    let text = |key| target.get_path(&["data", key]).unwrap().text().unwrap();
    assert_eq!(
        ["i", "e", "y", "f"].map(text),
        ["1.234567e+06", "null", "yes", "1.5"]
    );
    // Between braces, a null without a text is printed as a string.
    let in_braces = target.get_path(&["data", "b", "e"]).unwrap();
    assert_eq!(in_braces, &Value::string(""));
}

proptest! {
    #[test]
    fn removing_what_was_added_changes_nothing(
        items in proptest::collection::vec(0..9i64, 0..5),
        at in 0..5usize,
        key in "[a-z/~]{1,4}",
    ) {
        let fields = [("list", Value::sequence(items.iter().copied().map(Value::int).collect()))];
        let mut target = Value::mapping(fields);
        let before = target.clone();
        let key = key.replace('~', "~0").replace('/', "~1");
        let at = at.min(items.len());
        let patch = format!(
            "[{{op: add, path: '/{key}', value: 1}}, {{op: add, path: /list/{at}, value: x}}, \
             {{op: remove, path: /list/{at}}}, {{op: remove, path: '/{key}'}}]",
        );
        prop_assume!(key != "list");
        JsonPatch::from_value(&yaml(&patch)).unwrap().apply(&mut target).unwrap();
        prop_assert_eq!(target, before);
    }
}
