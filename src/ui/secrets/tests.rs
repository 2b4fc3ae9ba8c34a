use super::{Shown, of_documents, of_environment};
use std::ops::Range;
use std::path::{Path, PathBuf};
use trimtab_tree::{Mapping, Node, ParseOptions, Position, Value, parse_documents};

/// A text with stars for what is a secret.
fn hidden(text: &str, ranges: &[Range<usize>]) -> String {
    let mut shown = String::new();
    let mut done = 0;
    for range in ranges {
        shown.push_str(&text[done..range.start]);
        shown.push('*');
        done = range.end;
    }
    shown + &text[done..]
}

#[track_caller]
fn is_shown(text: &str, expected: &str) {
    assert_eq!(hidden(text, &of_documents(text)), expected, "of\n{text}");
}

#[test]
fn values_of_secrets_are_hidden_and_their_keys_are_not() {
    is_shown(
        "kind: Secret\nmetadata: {name: a}\ndata:\n  a: x # why\n  # b: y\n  c: 'z\n   zz'\ntype: T\n",
        "kind: Secret\nmetadata: {name: a}\ndata:\n  a: *\n  c: *\ntype: T\n",
    );
    is_shown(
        "stringData:\n    'a b': &x |-\n      k: v\n\n      w\n    c: [x]\n    d:\n      e: f\nkind: \"Secret\" # so\n",
        "stringData:\n    'a b': &x |-\n      *\n    c: *\n    d:\n      *\nkind: \"Secret\" # so\n",
    );
    is_shown(
        "kind: ConfigMap\ndata: {a: x}\n---\nkind: !!str Secret\ndata: &d {a: x, \"b\": 'y}', c}\n--- # next\ndata:\n  a: x\n",
        "kind: ConfigMap\ndata: {a: x}\n---\nkind: !!str Secret\ndata: &d {a: *, \"b\": *, *}\n--- # next\ndata:\n  a: x\n",
    );
    is_shown(
        "kind: Secret\r\ndata:\r\n  a: x\r\n",
        "kind: Secret\r\ndata:\r\n  a: *\r\n",
    );
    is_shown("kind: Secret\ndata: x\n", "kind: Secret\ndata: *\n");
    is_shown(
        "kind: Secret\ndata: # none\n  a: x",
        "kind: Secret\ndata: *\n  a: *",
    );
}

#[test]
fn items_of_lists_are_secrets_or_not() {
    is_shown(
        "items:\n- data:\n    a: x\n  kind: ConfigMap\n- kind: Secret\n  data:\n    a: x\n- data:\n    a: x\n- {kind: Secret, data: {a: x}}\n",
        "items:\n- data:\n    a: x\n  kind: ConfigMap\n- kind: Secret\n  data:\n    a: *\n- data:\n    a: x\n- {kind: Secret, data: {a: *}}\n",
    );
    is_shown(
        "{\"items\":[{\"data\":{\"a\":\"x\"},\"kind\":\"Secret\"},{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"x\"}}]}",
        "{\"items\":[{\"data\":{\"a\":*},\"kind\":\"Secret\"},{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"x\"}}]}",
    );
    is_shown(
        "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"x\",\n    \"b\": \"y\"\n  }\n}\n",
        "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": *,\n    \"b\": *\n  }\n}\n",
    );
}

#[test]
fn a_text_that_is_no_yaml_keeps_its_secrets() {
    is_shown(
        "kind: Secret\nstringData:\n  a: \"x\n  b: y: z\n\tc: x\nbroken\n",
        "kind: Secret\nstringData:\n  a: *\n  b: *\n",
    );
    is_shown("{kind: Secret, data: {a: \"x", "{kind: Secret, data: {a: *");
    is_shown(
        "{kind: Secret, data: {a: x: y, b: z]",
        "{kind: Secret, data: {a: *, b: *]",
    );
    let many = "kind: Secret\n".to_owned() + &"- {'x\n".repeat(40) + "data: {a: x}\n";
    assert!(!hidden(&many, &of_documents(&many)).contains("a: x"));
}

#[test]
fn patches_of_secrets_are_hidden_where_they_stand() {
    is_shown(
        "patches:\n- patch: |-\n    kind: Secret\n    data:\n      a: x\n- patch: |-\n    - op: add\n      path: /data/a\n      value: x\n    - op: add\n      path: /metadata/name\n      value: x\n- target:\n    kind: ConfigMap\n  patch: |-\n    - op: add\n      path: /data/a\n      value: x\n",
        "patches:\n- patch: |-\n    kind: Secret\n    data:\n      a: *\n- patch: |-\n    - op: add\n      path: /data/a\n      value: *\n    - op: add\n      path: /metadata/name\n      value: x\n- target:\n    kind: ConfigMap\n  patch: |-\n    - op: add\n      path: /data/a\n      value: x\n",
    );
    is_shown(
        "- target: {kind: ConfigMap}\n  patch: '[{\"path\": \"/data/a\"}]'\n- patch: '[{\"path\": \"/data/a\"}]'\n- patch: \"{kind: Secret, data: {a: x}}\"\n- path: '/data/a'\n",
        "- target: {kind: ConfigMap}\n  patch: '[{\"path\": \"/data/a\"}]'\n- patch: *\n- patch: *\n- path: '/data/a'\n",
    );
    is_shown(
        "[{\"op\": \"add\", \"path\": \"/stringData/a\", \"value\": \"x\"}, {\"op\": \"add\", \"path\": \"/spec\", \"value\": {}}]",
        "[{\"op\": \"add\", \"path\": \"/stringData/a\", \"value\": *}, {\"op\": \"add\", \"path\": \"/spec\", \"value\": {}}]",
    );
}

#[test]
fn literals_of_generated_secrets_are_hidden() {
    is_shown(
        "configMapGenerator:\n- literals: [a=x]\nsecretGenerator:\n- name: s\n  literals:\n  - a=x\n  - \"b=y: z\"\n  - 'nothing'\n  - c=\n  - |-\n    d=x\n    y\n  envs: [a]\n- literals: [a=x, \"b=y\"]\nresources: [a=b]\n",
        "configMapGenerator:\n- literals: [a=x]\nsecretGenerator:\n- name: s\n  literals:\n  - a=*\n  - \"b=*\"\n  - *\n  - c=\n  - |-\n    d=*\n  envs: [a]\n- literals: [a=*, \"b=*\"]\nresources: [a=b]\n",
    );
    is_shown(
        "secretGenerator: [{literals: [a=x], name: y}]\nconfigMapGenerator: [{literals: [a=x]}]\n",
        "secretGenerator: [{literals: [a=*], name: y}]\nconfigMapGenerator: [{literals: [a=x]}]\n",
    );
    is_shown(
        "kind: SecretGenerator\nliterals:\n- a=x\n",
        "kind: SecretGenerator\nliterals:\n- a=*\n",
    );
    let environment = "# so\nA=x\n B=y=\n\nc2VjcmV0==\nnothing\nC=\n";
    assert_eq!(
        hidden(environment, &of_environment(environment)),
        "# so\nA=*\n B=*\n\n*\n*\nC=\n"
    );
}

/// What is searched for its end is not searched again and again.
#[test]
fn long_texts_are_read_in_linear_time() {
    let start = std::time::Instant::now();
    for line in [
        "- {'x\n",
        "- {a: b}\n",
        "kind: Secret\n",
        "- kind: Secret\n",
        "a: \"x\n",
        " a:\n",
    ] {
        let text = "kind: Secret\n".to_owned() + &line.repeat(100_000);
        of_documents(&text);
    }
    assert!(start.elapsed().as_secs() < 20);
}

/// Words and signs put together without sense: what is found lies in the text, in order.
#[test]
fn any_text_is_read() {
    const PARTS: [&str; 32] = [
        "kind: Secret",
        "data:",
        "stringData:",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "\"",
        "'",
        "é: ",
        "#",
        " ",
        "\t",
        "\r\n",
        "|-\n",
        "&a ",
        "!t ",
        "---\n",
        "secretGenerator:",
        "literals:",
        "a=b",
        "\\",
        "op: add",
        "path: /data/ü",
        "value: x",
    ];
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let length = next(24);
        let text: String = (0..length).map(|_| PARTS[next(PARTS.len())]).collect();
        for ranges in [of_documents(&text), of_environment(&text)] {
            let mut done = 0;
            for range in &ranges {
                assert!(done <= range.start && range.start < range.end, "{text:?}");
                assert!(text.get(range.clone()).is_some(), "{text:?}");
                done = range.end;
            }
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let end = start + line.trim_end_matches(['\r', '\n']).len();
                let shown = Shown::new(&text, start..end, &ranges);
                for offset in start..=end {
                    let at = shown.start_of(offset);
                    assert!(at <= shown.text.len(), "{text:?}");
                    assert!(shown.end_in_source(at) <= end, "{text:?}");
                }
                start += line.len();
            }
        }
    }
}

/// What the parser finds in Secrets, in all inputs of the golden cases.
#[test]
fn every_value_that_the_parser_finds_is_hidden() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    let mut files = Vec::new();
    collect(Path::new(root), &mut files);
    let mut values = 0;
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let options = ParseOptions {
            base: 1,
            ..ParseOptions::default()
        };
        let Ok(documents) = parse_documents(&text, options) else {
            continue;
        };
        let hidden = of_documents(&text);
        for document in &documents {
            each_secret(document, &mut |value| {
                let offset = (0..text.len()).find(|&at| Position::new(1, at) == value.position);
                let Some(offset) = offset.filter(|_| value.text().is_some_and(|it| !it.is_empty()))
                else {
                    return;
                };
                values += 1;
                let is_hidden = hidden.iter().any(|range| range.contains(&offset));
                let is_header = text[offset..].starts_with(['|', '>', '&', '!', '*']);
                assert!(
                    is_hidden || is_header,
                    "{}: {:?}",
                    file.display(),
                    &text[offset..text.len().min(offset + 40)]
                );
            });
        }
    }
    assert!(values > 20, "only {values} values");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml" || it == "json")
        {
            files.push(path);
        }
    }
}

/// The values of the Secrets in a document.
fn each_secret(value: &Value, found: &mut dyn FnMut(&Value)) {
    match &value.node {
        Node::Mapping(fields) => {
            if value.get("kind").and_then(Value::text) == Some("Secret") {
                for part in ["data", "stringData"] {
                    let values = value.get(part).and_then(Value::as_mapping);
                    for (_, value) in values.into_iter().flat_map(Mapping::iter) {
                        found(value);
                    }
                }
            }
            fields
                .iter()
                .for_each(|(_, value)| each_secret(value, found));
        }
        Node::Sequence(items) => items.iter().for_each(|item| each_secret(item, found)),
        Node::Scalar(_) => {}
    }
}
