use super::*;
use crate::testing::{documents, printed, set};

const RESOURCES: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: source}
data: {host: a.example.com, port: \"80\", none: null, list: [1]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: target, labels: {tier: front}}
data:
  url: http://x/y
  count: 1
  json: '{\"b\": {\"port\": 1}, \"a\": \"<x>\"}'
  yaml: |
    # Kept.
    b: 1
    a:
      - n: x
---
apiVersion: v1
kind: Secret
metadata: {name: target}
data: {url: x}
";

fn replaced(replacements: &str) -> Result<String> {
    let mut set = set(RESOURCES);
    apply(&mut set, replacements)?;
    Ok(printed(&set))
}

fn apply(set: &mut ResourceSet, replacements: &str) -> Result<()> {
    let entries: Vec<At<ReplacementField>> =
        Vec::decode(&documents(replacements)[0], Rules::KUSTOMIZATION)?;
    let replacements = entries
        .iter()
        .map(|entry| Replacement::new(&entry.replacement, entry.position))
        .collect::<Result<Vec<_>>>()?;
    apply_replacements(set, &replacements)
}

/// One replacement from a field of the source to a field of the config map `target`.
fn to_field(from: &str, path: &str, options: &str) -> String {
    format!(
        "- source: {{kind: ConfigMap, name: source, fieldPath: {from}}}\n  targets:\n  \
         - select: {{kind: ConfigMap, name: target}}\n    fieldPaths: [{path}]\n    \
         options: {{{options}}}\n"
    )
}

/// The line of the result that holds a field.
fn line(printed: &str, field: &str) -> String {
    let prefix = format!("{field}: ");
    let mut lines = printed.lines().map(str::trim_start);
    lines
        .rfind(|line| line.starts_with(&prefix))
        .unwrap()
        .to_owned()
}

#[test]
fn parts_of_texts_are_replaced() {
    for (options, expected) in [
        ("", "url: a.example.com"),
        ("delimiter: /, index: 2", "url: http://a.example.com/y"),
        ("delimiter: /, index: 9", "url: http://x/y/a.example.com"),
        ("delimiter: /, index: -1", "url: a.example.com/http://x/y"),
    ] {
        let printed = replaced(&to_field("data.host", "data.url", options)).unwrap();
        assert!(printed.contains(expected), "{options}: {printed}");
    }
}

#[test]
fn parts_of_sources_are_taken() {
    let text = to_field("data.host", "data.url", "");
    let text = text.replace(
        "data.host}",
        "data.host, options: {delimiter: ., index: 1}}",
    );
    assert!(replaced(&text).unwrap().contains("  url: example\n"));
    let error = replaced(&text.replace("index: 1", "index: 3")).unwrap_err();
    assert_eq!(error.code, "replacement-index");
}

#[test]
fn fields_keep_their_type() {
    let printed = replaced(&to_field("data.port", "data.count", "")).unwrap();
    assert_eq!(line(&printed, "count"), "count: 80");
    let printed = replaced(&to_field("data.port", "data.new", "create: true")).unwrap();
    assert_eq!(line(&printed, "new"), "new: 80");
    let printed = replaced(&to_field("data.port", "data.list.0", "create: true")).unwrap();
    assert!(printed.contains("  list:\n  - 80\n"), "{printed}");
    let error = replaced(&to_field("data.host", "data.count", "")).unwrap_err();
    assert_eq!(error.code, "replacement-wrong-type");
}

#[test]
fn documents_in_texts_are_changed_and_keep_their_manner() {
    let printed = replaced(&to_field("data.port", "data.json.b.port", "")).unwrap();
    let json = r#"json: '{"a":"\u003cx\u003e","b":{"port":80}}'"#;
    assert_eq!(line(&printed, "json"), json);
    let printed = replaced(&to_field("data.host", "data.yaml.a.0.n", "")).unwrap();
    let yaml = "  yaml: |-\n    # Kept.\n    b: 1\n    a:\n    - n: a.example.com\n";
    assert!(printed.contains(yaml), "{printed}");
    let error = replaced(&to_field("data.host", "data.yaml.none", "")).unwrap_err();
    assert_eq!(error.code, "missing-replacement-field");
    let error = replaced(&to_field("data.host", "data.json.b.port", "")).unwrap_err();
    assert_eq!(error.code, "replacement-wrong-type");
}

#[test]
fn ids_and_labels_reject_on_their_own() {
    let replaced = |reject: &str| {
        let text = format!(
            "- sourceValue: new\n  targets:\n  - select: {{name: target}}\n    \
             reject: [{reject}]\n    fieldPaths: [data.url]\n"
        );
        replaced(&text).unwrap().matches("url: new").count()
    };
    for (reject, count) in [
        ("", 2),
        ("{kind: Secret}", 1),
        ("{kind: Sec.*}", 1),
        ("{labelSelector: tier=front}", 1),
        ("{kind: Secret, labelSelector: tier=front}", 0),
        ("{name: other}", 2),
        ("{}", 2),
    ] {
        assert_eq!(replaced(reject), count, "{reject}");
    }
}

#[test]
fn former_ids_are_found() {
    let mut set = set(RESOURCES);
    for place in [0, 1] {
        set.edit(place, |resource| {
            resource.store_previous_id();
            let metadata = crate::metadata_mut(resource.value_mut()).unwrap();
            metadata.insert("name", Value::string(format!("now-{place}")));
            Ok(())
        })
        .unwrap();
    }
    apply(&mut set, &to_field("metadata.name", "data.url", "")).unwrap();
    assert!(printed(&set).contains("  url: now-0\n"));
}

#[test]
fn the_default_field_is_the_name_and_the_id_follows() {
    let mut set = set(RESOURCES);
    let text = "- source: {name: source}\n  targets: [{select: {kind: Secret}}]";
    apply(&mut set, text).unwrap();
    assert_eq!(set.get(2).id().name, "source");
    assert_eq!(set.find_named("source", None), [0, 2]);
}

#[test]
fn what_cannot_be_replaced_is_an_error() {
    let url = |source: &str| {
        format!("- {source}\n  targets: [{{select: {{name: target}}, fieldPaths: [data.url]}}]")
    };
    for (text, code) in [
        ("- sourceValue: x".to_owned(), "incomplete-replacement"),
        (
            url("targets: []").replace("\n  targets", "\n  #"),
            "incomplete-replacement",
        ),
        (
            url("sourceValue: x\n  source: {name: source}"),
            "replacement-source-twice",
        ),
        (url("source: {name: none}"), "replacement-without-source"),
        (url("source: {name: sour.*}"), "replacement-without-source"),
        (
            url("source: {kind: ConfigMap}"),
            "ambiguous-replacement-source",
        ),
        (
            url("source: {name: source, fieldPath: data.none}"),
            "missing-replacement-source",
        ),
        (
            url("source: {name: source, fieldPath: data.list, options: {delimiter: x}}"),
            "replacement-delimiter",
        ),
        (
            to_field("data.host", "data.missing", ""),
            "missing-replacement-field",
        ),
        (
            to_field("data.host", "metadata.labels", "delimiter: x"),
            "replacement-delimiter",
        ),
        (
            to_field("data.host", "'data.[x]y'", ""),
            "missing-replacement-field",
        ),
    ] {
        let error = replaced(&text).unwrap_err();
        assert_eq!(error.code, code, "{text}");
        assert!(error.position.is_some(), "{text}");
    }
    let error = replaced("- {sourceValue: x, targets: [{fieldPaths: [a]}]}").unwrap_err();
    assert_eq!(error.code, "replacement-without-target");
}
