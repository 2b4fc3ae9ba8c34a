//! One path, and what it is made of.

use trimtab_tree::{JsonStyle, ScalarKind, Value, write_json};

/// A path such as `.status.conditions[?(@.type=="Ready")].status`.
#[derive(Clone, Debug)]
pub struct JsonPath {
    pub(super) steps: Vec<Step>,
}

/// From values to some of what they hold.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// `..`: also from all that stands in them, however deep.
    pub(super) is_deep: bool,
    /// Which of what they hold, in the order of the text.
    pub(super) choices: Vec<Choice>,
}

/// One of the choices of a step.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// `.a` and `['a']`
    Field(String),
    /// `[1]`; counted from the end below zero.
    Index(i64),
    /// `[1:5:2]`
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: usize,
    },
    /// `.*` and `[*]`
    All,
    /// `[?(...)]`: the items of a list that are so.
    Such(Condition),
}

/// What `[?(...)]` asks of the items of a list.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// `a || b`
    Any(Vec<Condition>),
    /// `a && b`
    All(Vec<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `@.a`: that the path leads anywhere.
    Exists(Operand),
    /// `@.a == "b"`
    Compared(Operand, Operator, Operand),
}

/// Something that is compared.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// `@.a`: from the item.
    FromItem(JsonPath),
    /// `$.a`: from the object.
    FromRoot(JsonPath),
    /// `"a"`, `1`, `true`
    Literal(Value),
}

/// How things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A text that is no path, or no template of paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPathError {
    text: String,
    why: String,
}

impl JsonPathError {
    pub(super) fn new(text: &str, why: impl Into<String>) -> Self {
        Self {
            text: text.to_owned(),
            why: why.into(),
        }
    }
}

impl std::fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "error parsing jsonpath {}, {}", self.text, self.why)
    }
}

impl std::error::Error for JsonPathError {}

/// The text of a value as kubectl prints it.
pub(super) fn text_of(value: &Value) -> String {
    match value.as_scalar().map(|scalar| scalar.kind) {
        Some(ScalarKind::Null) => return "<nil>".to_owned(),
        Some(ScalarKind::String) => return value.text().unwrap_or_default().to_owned(),
        _ => {}
    }
    let mut json = String::new();
    // API objects are JSON by birth, so this succeeds.
    let _ = write_json(value, &mut json, JsonStyle::Go);
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    const OBJECT: &str = r#"
metadata: {name: web, labels: {app.kubernetes.io/name: shop, a-b: dashed, "it's": quoted, a=b: equal}}
spec: {replicas: 3, containers: [{name: a, image: x, env: [{name: E}]}, {name: b, image: y}], paused: false}
status: {conditions: [{type: Ready, status: "True"}, {type: Other, status: "False"}], load: [1, 2.5, 10]}
"#;

    fn texts(path: &str) -> Vec<String> {
        JsonPath::parse(path).expect(path).texts(&yaml(OBJECT))
    }

    #[test]
    fn kubectls_spellings_lead_to_values() {
        for (path, expected) in [
            (".metadata.name", vec!["web"]),
            ("metadata.name", vec!["web"]),
            ("{.metadata.name}", vec!["web"]),
            ("{ $.metadata.name }", vec!["web"]),
            (r".metadata.labels.app\.kubernetes\.io/name", vec!["shop"]),
            (".metadata.labels['app.kubernetes.io/name']", vec!["shop"]),
            (".metadata.labels.a-b", vec!["dashed"]),
            (".metadata.labels.it's", vec!["quoted"]),
            (r".metadata.labels['it\'s']", vec!["quoted"]),
            (".metadata.labels.a=b", vec!["equal"]),
            (".spec.replicas", vec!["3"]),
            (".spec.paused", vec!["false"]),
            (".spec.containers[*].image", vec!["x", "y"]),
            (".spec.containers[0].name", vec!["a"]),
            (".spec.containers.[0].name", vec!["a"]),
            (".spec.containers[-1].name", vec!["b"]),
            (".spec.containers[2].name", vec![]),
            (".spec.containers[-3].name", vec![]),
            (".spec.containers[0:1].name", vec!["a"]),
            (".spec.containers[-1:].name", vec!["b"]),
            (".status.load[::2]", vec!["1", "10"]),
            (".status.load[1:9]", vec!["2.5", "10"]),
            (".spec.containers[0,1].name", vec!["a", "b"]),
            (".spec.containers[1, 0, 1].name", vec!["b", "a"]),
            (".spec.containers[0]['name','image']", vec!["a", "x"]),
            (".spec.containers[0]['image','name']", vec!["x", "a"]),
            (".spec.containers[0].env.*.name", vec!["E"]),
            (".spec.missing", vec![]),
            (".spec[0]", vec![]),
            (
                ".metadata.labels",
                vec![
                    r#"{"a-b":"dashed","a=b":"equal","app.kubernetes.io/name":"shop","it's":"quoted"}"#,
                ],
            ),
        ] {
            assert_eq!(texts(path), expected, "{path}");
        }
    }

    #[test]
    fn conditions_choose_items() {
        for (filter, expected) in [
            (
                r#".status.conditions[?(@.type=="Ready")].status"#,
                vec!["True"],
            ),
            (
                ".status.conditions[?(@.type == 'Other')].status",
                vec!["False"],
            ),
            (
                ".status.conditions[?@.type == 'Other'].status",
                vec!["False"],
            ),
            (".status.conditions[?(@.type!='Ready')].type", vec!["Other"]),
            (".status.conditions[?(@.nope!='Ready')].type", vec![]),
            (".spec.containers[?(@.env)].name", vec!["a"]),
            (".spec.containers[?(!@.env)].name", vec!["b"]),
            (".spec.containers[?(@.env[0].name=='E')].name", vec!["a"]),
            (".spec.containers[?(@.env[?(@.name=='E')])].name", vec!["a"]),
            (".spec.containers[?(@.name==$.metadata.name)].name", vec![]),
            (".status.load[?(@>1)]", vec!["2.5", "10"]),
            (".status.load[?(@ >= 2.5)]", vec!["2.5", "10"]),
            (".status.load[?(@<2)]", vec!["1"]),
            (".status.load[?(@=='1')]", vec![]),
            (".status.load[?(@ == 1 || @ == 10)]", vec!["1", "10"]),
            (".status.load[?(@ > 1 && (@ < 3 || @ > 99))]", vec!["2.5"]),
            (".spec.containers[?(@.image == 'x')]['name']", vec!["a"]),
            // Only lists are chosen from.
            (".spec[?(@.replicas)]", vec![]),
        ] {
            assert_eq!(texts(filter), expected, "{filter}");
        }
    }

    #[test]
    fn two_dots_lead_everywhere_and_nowhere_twice() {
        assert_eq!(texts("..image"), ["x", "y"]);
        assert_eq!(texts(".spec..name"), ["a", "E", "b"]);
        assert_eq!(texts("..containers..name"), ["a", "E", "b"]);
        assert_eq!(texts("..[0].name"), ["a", "E"]);
        let all = texts("..*").len();
        assert_eq!(texts("..*..name"), texts("..name"));
        assert!(texts("..*..*").len() < all, "{all}");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for (path, why) in [
            ("{.a", "braces"),
            (".a[0", "a bracket is not closed"),
            (".a['b", "a quote is not closed"),
            (".a[?(@.b", "a parenthesis is not closed"),
            (".a[?@.b", "a bracket is not closed"),
            (".a[?()]", "a value is missing"),
            (".a[?(@.b==)]", "a value is missing"),
            (".a[?('b')]", "is compared with nothing"),
            (".a[?(@.b=1)]", "'=' cannot stand there"),
            (".a[?(length(@.b)>1)]", "a value is missing"),
            (".a..", "a field name is missing"),
            (".a..[?(@.b)]..", "a field name is missing"),
            (".a b", "'b' cannot stand there"),
            (".a[]", "\"\" is no index"),
            (".a[x]", "\"x\" is no index"),
            (".a[0,]", "\"\" is no index"),
            (".a[1:2:0]", "\"1:2:0\" is no index"),
            (".a[1:2:3:4]", "\"1:2:3:4\" is no index"),
            (".a[99999999999999999999]", "is no index"),
        ] {
            let error = JsonPath::parse(path).expect_err(path).to_string();
            assert!(error.contains(why), "{path}: {error}");
        }
    }

    #[test]
    fn no_path_goes_deep_or_has_no_end() {
        for (path, why) in [
            (format!(".a[?{}", "(".repeat(100_000)), "nested"),
            (format!(".a[?{}", "!".repeat(100_000)), "nested"),
            (".a[?(@".repeat(100_000), "nested"),
            (".a".repeat(100_000), "parts"),
            (format!(".a[{}0]", "0,".repeat(100_000)), "parts"),
            (format!(".a[?(@{})]", "||@".repeat(100_000)), "parts"),
        ] {
            let error = JsonPath::parse(&path).unwrap_err().to_string();
            assert!(error.contains(why), "{}", &error[error.len() - 100..]);
        }
        // Which would lead to each of so many places in a number of ways that has no end.
        let deep = "[".repeat(90) + "7" + &"]".repeat(90);
        let path = JsonPath::parse(&"..*".repeat(45)).unwrap();
        assert_eq!(path.find(&yaml(&deep)).len(), 46);
        let path = JsonPath::parse(&"[0,0,-1]".repeat(90)).unwrap();
        assert_eq!(path.texts(&yaml(&deep)), ["7"]);
    }
}
