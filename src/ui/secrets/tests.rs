use super::{of_documents, of_environment};
use std::ops::Range;

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
