//! Hashes and contents as kustomize v5.6.0 gives them for the same input.

use super::*;
use crate::kustomization::Kustomization;
use crate::loader::tests::Tree;
use crate::loader::{LoadRestrictions, Loader, Source};
use crate::resource::Behavior;
use trimtab_tree::{ParseOptions, Value, parse_document, parse_documents, write_yaml};

const KUSTOMIZATION: &str = r#"
generatorOptions:
  labels: {origin: all, both: all}
  annotations: {note: x}
configMapGenerator:
- name: literals
  literals: [a=b, 'c="x y"', e==f]
- name: files
  namespace: other
  files: [t.txt, key=./bin]
- name: envs
  envs: [app.env]
  options: {labels: {both: own}, immutable: true}
- name: empty
- name: plain
  literals: [a=b]
  options: {disableNameSuffixHash: true}
secretGenerator:
- name: secret
  files: [t.txt, bin]
  literals: ["long=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x=<é&>"]
  type: example.com/kind
- name: none
"#;

fn tree() -> Tree {
    Tree::new(&[
        ("kustomization.yaml", KUSTOMIZATION.as_bytes()),
        ("app.env", b"A=1\n# c\n  B = 2 \r\nALONE\n"),
        ("bin", &[0xFF, 0xFE, 0]),
        ("t.txt", b"line1\nline2 <&>\n"),
    ])
}

/// All that a kustomization generates.
fn generate(loader: &Loader<'_>, source: &Source) -> Vec<Generated> {
    let file = Kustomization::parse(source, &mut Vec::new()).unwrap();
    let global = file.generator_options.as_deref();
    let config_maps = file.config_map_generator.iter();
    let secrets = file.secret_generator.iter();
    config_maps
        .map(|args| config_map(args, global, loader).unwrap())
        .chain(secrets.map(|args| secret(args, global, loader).unwrap()))
        .collect()
}

fn name(value: &Value) -> &str {
    value
        .get_path(&["metadata", "name"])
        .and_then(Value::text)
        .unwrap()
}

#[test]
fn generated_objects_have_the_hashes_of_kustomize() {
    let tree = tree();
    let sources = tree.sources();
    let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
    let (_, source) = loader.kustomization().unwrap();
    let hashes: Vec<String> = generate(&loader, &source)
        .iter()
        .map(|generated| {
            let name = name(&generated.value);
            if generated.needs_hash {
                format!("{name}-{}", name_suffix_hash(&generated.value).unwrap())
            } else {
                name.to_owned()
            }
        })
        .collect();
    assert_eq!(
        hashes,
        [
            "literals-7hbhgg7m8t",
            "files-7bfbgh968d",
            "envs-mc8962mk2h",
            "empty-6ct58987ht",
            "plain",
            "secret-68gk2gcgb6",
            "none-46f8b28mk5",
        ]
    );
}

#[test]
fn generated_objects_print_like_those_of_kustomize() {
    let tree = tree();
    let sources = tree.sources();
    let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
    let (_, source) = loader.kustomization().unwrap();
    let generated = generate(&loader, &source);
    let printed = |wanted: &str| {
        let found = generated
            .iter()
            .find(|generated| name(&generated.value) == wanted);
        let mut out = String::new();
        write_yaml(&found.unwrap().value, &mut out).unwrap();
        out
    };
    assert_eq!(
        printed("envs"),
        "apiVersion: v1
data:
  A: \"1\"
  ALONE: \"\"
  'B ': ' 2 '
immutable: true
kind: ConfigMap
metadata:
  annotations:
    note: x
  labels:
    both: own
    origin: all
  name: envs
"
    );
    assert_eq!(
        printed("files"),
        "apiVersion: v1
binaryData:
  key: //4A
data:
  t.txt: |
    line1
    line2 <&>
kind: ConfigMap
metadata:
  annotations:
    note: x
  labels:
    both: all
    origin: all
  name: files
  namespace: other
"
    );
    assert_eq!(
        printed("secret"),
        "apiVersion: v1
data:
  bin: //4A
  long: |
    YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYW
    FhYWFhYWFh
  t.txt: bGluZTEKbGluZTIgPCY+Cg==
  x: PMOpJj4=
kind: Secret
metadata:
  annotations:
    note: x
  labels:
    both: all
    origin: all
  name: secret
type: example.com/kind
"
    );
    assert!(printed("none").starts_with("apiVersion: v1\ndata: {}\nkind: Secret\n"));
}

#[test]
fn what_is_generated_knows_its_line() {
    let tree = tree();
    let sources = tree.sources();
    let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
    let (_, source) = loader.kustomization().unwrap();
    let generated = generate(&loader, &source);
    let data = generated[1]
        .value
        .get("data")
        .unwrap()
        .as_mapping()
        .unwrap();
    let position = data.entry("t.txt").unwrap().key_position;
    let map = sources.into_map();
    let line = |position| map.locate(position).unwrap().line;
    assert_eq!(line(position), 10);
    assert_eq!(line(generated[3].position), 14);
}

#[test]
fn odd_contents_are_hashed_as_go_reads_them() {
    let documents = r#"
kind: ConfigMap
metadata: {name: odd}
data: {n: 9007199254740993, b: true, f: 1.50, z: null, s: "<&>\u2028é", o: 010, t: 2001-01-01}
---
kind: ConfigMap
metadata: {name: nulldata}
data:
binaryData: {b: eA==}
---
kind: ConfigMap
metadata: {name: listdata}
data: [a]
binaryData: [b]
---
kind: Secret
metadata: {name: sec}
stringData: {a: b}
"#;
    let documents = parse_documents(documents, ParseOptions::default()).unwrap();
    let hashes: Vec<String> = documents
        .iter()
        .map(|document| format!("{}-{}", name(document), name_suffix_hash(document).unwrap()))
        .collect();
    assert_eq!(
        hashes,
        [
            "odd-5t7td94mb9",
            "nulldata-fgmtctgcb6",
            "listdata-t8bmh4kc6d",
            "sec-86kg747449"
        ]
    );
}

#[test]
fn generators_of_their_own_take_the_name_of_their_metadata() {
    let read = |text: &str| parse_document(text, ParseOptions::default()).unwrap();
    let args = decode_config_map_args(&read(
        "kind: ConfigMapGenerator\nmetadata: {name: outer, namespace: n}\nname: inner\nliterals: [a=1]",
    ))
    .unwrap();
    assert_eq!((&*args.name.value, &*args.namespace.value), ("inner", "n"));
    let args = decode_secret_args(&read("metadata: {name: outer}\ntype: 5")).unwrap();
    assert_eq!(
        (&*args.args.name.value, &*args.secret_type.value),
        ("outer", "5")
    );
}

#[test]
fn a_name_is_needed_and_a_behavior_is_known() {
    let tree = Tree::new(&[(
        "kustomization.yaml",
        b"configMapGenerator: [{name: a, behavior: merge}, {name: a, behavior: marge}, {literals: [a=b]}]",
    )]);
    let sources = tree.sources();
    let loader = Loader::open(&sources, ".", LoadRestrictions::RootOnly).unwrap();
    let (_, source) = loader.kustomization().unwrap();
    let file = Kustomization::parse(&source, &mut Vec::new()).unwrap();
    let made: Vec<_> = file
        .config_map_generator
        .iter()
        .map(|args| config_map(args, None, &loader))
        .map(|made| made.map(|made| made.behavior).map_err(|error| error.code))
        .collect();
    let expected = [
        Ok(Behavior::Merge),
        Ok(Behavior::Unspecified),
        Err("generator-without-name"),
    ];
    assert_eq!(made, expected);
    assert_eq!(sources.take_warnings()[0].hints, ["did you mean `merge`?"]);
}
