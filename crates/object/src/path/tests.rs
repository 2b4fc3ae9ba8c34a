use super::*;
use crate::testing::yaml;
use trimtab_tree::Diagnostic;

const DEPLOYMENT: &str = "
metadata:
  name: web
  annotations:
    a.b/c: dotted
spec:
  replicas: 2
  empty:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        args: [-v, --level=3]
      - name: proxy.sidecar
        image: proxy:1
data:
  config: '{\"port\": 80}'
";

fn path(text: &str) -> FieldPath {
    FieldPath::parse(text).expect(text)
}

#[track_caller]
fn get(text: &str) -> Option<String> {
    let root = yaml(DEPLOYMENT);
    let found = path(text).get(&root).expect(text);
    found.map(|value| value.text().unwrap_or(value.describe()).to_owned())
}

/// The texts of all matches, with a `+` in front of those that were created.
fn visit(root: &mut Value, text: &str, create: Option<NodeKind>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let visited = path(text).visit_mut(root, create, |value, created| {
        let text = value.text().unwrap_or(value.describe());
        texts.push(format!("{}{text}", if created { "+" } else { "" }));
        Ok(())
    })?;
    assert_eq!(visited.nodes, texts.len(), "{text}");
    Ok(texts)
}

fn matches(text: &str) -> Result<Vec<String>> {
    visit(&mut yaml(DEPLOYMENT), text, None)
}

#[test]
fn a_path_leads_to_one_node() {
    for (text, found) in [
        ("metadata.name", Some("web")),
        ("spec.replicas", Some("2")),
        ("metadata.annotations.a\\.b/c", Some("dotted")),
        ("metadata.annotations.[a.b/c]", Some("dotted")),
        (
            "spec.template.spec.containers.[name=web].image",
            Some("web:1"),
        ),
        (
            "spec.template.spec.containers.[name=proxy.sidecar].image",
            Some("proxy:1"),
        ),
        ("spec.template.spec.containers.[name=we].image", None),
        ("spec.template.spec.containers.1.image", Some("proxy:1")),
        ("spec.template.spec.containers.-.image", Some("proxy:1")),
        ("spec.template.spec.containers.7.image", None),
        ("spec.template.spec.containers.0.args.[=-v]", Some("-v")),
        ("spec. template . spec.containers", Some("a list")),
        ("spec.empty", Some("")),
        ("spec.empty.below", None),
        ("spec.nowhere.below", None),
    ] {
        assert_eq!(get(text).as_deref(), found, "{text}");
    }
}

#[test]
fn steps_that_do_not_fit_are_errors() {
    let root = yaml(DEPLOYMENT);
    for text in [
        "metadata.name.below",
        "metadata.0",
        "metadata.[a=b]",
        "spec.template.spec.containers.image",
        "spec.template.spec.containers.-1",
        "spec.template.spec.containers.*.image",
    ] {
        assert!(path(text).get(&root).is_err(), "{text}");
    }
    assert!(FieldPath::parse("a.[b]").is_err());
    assert!(FieldPath::parse("[").is_ok());
}

#[test]
fn get_mut_finds_what_get_finds() {
    let mut root = yaml(DEPLOYMENT);
    let image = path("spec.template.spec.containers.[name=web].image");
    *image.get_mut(&mut root).unwrap().unwrap() = Value::string("web:2");
    assert_eq!(image.get(&root).unwrap(), Some(&Value::string("web:2")));
}

#[test]
fn a_path_leads_to_every_match() {
    for (text, found) in [
        (
            "spec.template.spec.containers.*.image",
            &["web:1", "proxy:1"][..],
        ),
        ("spec.template.spec.containers.[name=w.b].image", &["web:1"]),
        (
            "spec.template.spec.containers.[name=.*].name",
            &["web", "proxy.sidecar"],
        ),
        (
            "spec.template.spec.containers.[name=e].name",
            &["web", "proxy.sidecar"],
        ),
        ("spec.template.spec.containers.[name=^x].name", &[]),
        (
            "spec.template.spec.containers.0.args.[=level]",
            &["--level=3"],
        ),
        ("spec.template.spec.containers.1.image", &["proxy:1"]),
        ("spec.template.spec.containers.*.args", &["a list"]),
        ("spec.empty", &[""]),
        ("spec.missing", &[]),
        ("spec.missing.0.[a=b]", &[]),
        ("spec.-", &[]),
    ] {
        assert_eq!(matches(text).expect(text), found, "{text}");
    }
    for text in [
        "spec.template.spec.containers.2.image",
        "spec.template.spec.containers.image",
        "spec.replicas.below",
        "metadata.*",
        "spec.template.spec.containers.[name=(].name",
        "metadata..name",
    ] {
        assert!(matches(text).is_err(), "{text}");
    }
}

#[test]
fn quotes_belong_to_the_text_that_patterns_are_looked_for_in() {
    let mut root = yaml("l: [{n: \"5\", v: double}, {n: 5, v: plain}, {n: 'x', v: single}]");
    let mut found = |text| visit(&mut root, text, None).unwrap();
    assert_eq!(found("l.[n=^5$].v"), ["plain"]);
    assert_eq!(found("l.[n=5].v"), ["double", "plain"]);
    assert_eq!(found("l.[n=^'x'$].v"), ["single"]);
}

#[test]
fn what_is_missing_is_created() {
    for (before, text, after) in [
        ("{}", "a.b", "{a: {b: }}"),
        ("{}", "a.[name=x].b", "{a: [{name: x, b: }]}"),
        ("{}", "a.0.b", "{a: [{b: }]}"),
        ("{a: [1]}", "a.1", "{a: [1, ]}"),
        ("{a: [{name: x}]}", "a.[name=x].b", "{a: [{name: x, b: }]}"),
        (
            "{a: [{name: y}]}",
            "a.[name=x].b",
            "{a: [{name: y}, {name: x, b: }]}",
        ),
        (
            "{a: [{p: 80}]}",
            "a.[p=81].b",
            "{a: [{p: 80}, {p: 81, b: }]}",
        ),
        ("{a: [{}, {b: 1}]}", "a.*.b", "{a: [{b: }, {b: 1}]}"),
        ("{a: []}", "a.[=x]", "{a: [x]}"),
        ("{}", "a.-", "{a: {'-': }}"),
    ] {
        let mut root = yaml(before);
        visit(&mut root, text, Some(NodeKind::Scalar)).expect(text);
        // A flow list cannot hold an empty item.
        let after = after.replace(", ]", ", '']");
        let wanted = yaml(&after);
        assert_eq!(printed(&root), printed(&wanted), "{text} in {before}");
    }
    let mut root = yaml("{}");
    assert_eq!(
        visit(&mut root, "a.b", Some(NodeKind::Mapping)).unwrap(),
        ["+a mapping"]
    );
}

/// The value with every scalar as its text.
fn printed(value: &Value) -> String {
    match &value.node {
        Node::Scalar(scalar) => scalar.text().to_owned(),
        Node::Sequence(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Mapping(fields) => {
            let field = |(key, value): (&str, &Value)| format!("{key}: {}", printed(value));
            let fields: Vec<String> = fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

#[test]
fn what_cannot_be_created_is_refused() {
    for (before, text) in [
        ("{a: [1]}", "a.3"),
        ("{a: []}", "a.[name=^x$].b"),
        ("{a: 1}", "a.b"),
        ("{a: []}", "a.b"),
    ] {
        let mut root = yaml(before);
        let result = visit(&mut root, text, Some(NodeKind::Scalar));
        assert!(result.is_err(), "{text} in {before}");
    }
}

#[test]
fn documents_in_scalars_are_looked_into_but_not_changed() {
    let mut root = yaml(DEPLOYMENT);
    assert_eq!(path("data.config.port").steps_to_scalar(&root), Some(2));
    assert_eq!(path("data.config").steps_to_scalar(&root), None);
    assert_eq!(path("data.missing.x").steps_to_scalar(&root), None);
    let (outer, inner) = path("data.config.port").split_at(2);
    assert_eq!(
        (outer.to_string(), inner.to_string()),
        ("data.config".into(), "port".into())
    );

    let before = root.clone();
    let refuse = |_: &mut Value, _: bool| Err(Diagnostic::error("test", "visited"));
    let found = path("data.config.port").visit_mut(&mut root, None, refuse);
    assert_eq!(
        found.unwrap(),
        Visited {
            nodes: 0,
            in_text: 1
        }
    );
    let found = path("data.config.host").visit_mut(&mut root, None, refuse);
    assert!(found.unwrap().is_empty());
    assert_eq!(root, before);
}
