//! Histories of small trees, and the promise that holds for all: what a field was last set to is
//! what it is.

use super::*;
use crate::loader::tests::Tree;
use crate::{BuildOptions, Recorded, Resource, Sources, build_recorded};
use std::fmt::Write as _;
use trimtab_tree::{Position, SourceMap, Value};

fn recorded(tree: &Tree) -> (Recorded, SourceMap) {
    let sources = tree.sources();
    let built = build_recorded(".", &BuildOptions::default(), &sources).unwrap();
    (built, sources.into_map())
}

fn place(map: &SourceMap, position: Position) -> String {
    map.locate(position)
        .map_or_else(String::new, |at| format!("{}:{}", at.name, at.line))
}

/// Each event of a field: `step value place`.
fn chain(resource: &Resource, path: &str, map: &SourceMap) -> Vec<String> {
    let address = Address::parse(path).unwrap().within(resource.value());
    let events = resource.events(&address).into_iter();
    let events = events.map(|event| {
        let value = event.value.map_or("-", |value| {
            value.text().unwrap_or_else(|| value.describe())
        });
        let mut told = format!("{}: {value} {}", event.step, place(map, event.position()));
        for cause in event.causes {
            let at = place(map, cause.position);
            write!(told, " <- {} {} {at}", cause.resource, cause.field).unwrap();
        }
        told
    });
    events.collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: app
        image: nginx:1
        env:
        - {name: A, value: a}
        envFrom:
        - configMapRef: {name: settings}
";

#[test]
fn each_step_tells_what_it_set() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"\
resources: [base]
namePrefix: p-
namespace: prod
labels:
- pairs: {tier: x}
commonAnnotations:
  note: t
patches:
- path: patch.yaml
- target: {kind: Deployment}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 4
replicas: [{name: web, count: 5}]
images:
- name: nginx
  newTag: '2'
- name: nginx
  newName: mirror/nginx
",
        ),
        (
            "base/kustomization.yaml",
            b"resources: [deployment.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [k=v]\n",
        ),
        ("base/deployment.yaml", DEPLOYMENT.as_bytes()),
        (
            "patch.yaml",
            b"\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: sidecar
        image: envoy
      - name: app
        env:
        - {name: A, $patch: delete}
",
        ),
    ]);
    let (built, map) = recorded(&tree);
    let deployment = &built.resources[1];
    for (path, expected) in [
        (
            "spec.replicas",
            &[
                "resources: 1 base/deployment.yaml:6",
                "patches[0]: 3 patch.yaml:5",
                "patches[1]: 4 kustomization.yaml:14",
                "replicas[0]: 5 kustomization.yaml:15",
            ][..],
        ),
        (
            "metadata.name",
            &[
                "resources: web base/deployment.yaml:4",
                "namePrefix: p-web kustomization.yaml:2",
            ],
        ),
        (
            "metadata.namespace",
            &["namespace: prod kustomization.yaml:3"],
        ),
        (
            "metadata.labels.tier",
            &["labels[0]: x kustomization.yaml:5"],
        ),
        (
            "metadata.annotations.note",
            &["commonAnnotations: t kustomization.yaml:7"],
        ),
        (
            "spec.template.spec.containers[name=app].image",
            &[
                "resources: nginx:1 base/deployment.yaml:11",
                "images[0]: nginx:2 kustomization.yaml:18",
                "images[1]: mirror/nginx:2 kustomization.yaml:20",
            ],
        ),
        (
            "spec.template.spec.containers[0].image",
            &["patches[0]: envoy patch.yaml:10"],
        ),
        (
            "spec.template.spec.containers[name=app].env[name=A].value",
            &[
                "resources: a base/deployment.yaml:13",
                "patches[0]: - patch.yaml:13",
            ],
        ),
    ] {
        assert_eq!(chain(deployment, path, &map), expected, "{path}");
    }
}

#[test]
fn names_replacements_and_variables_tell_what_they_follow() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"\
resources: [base]
nameSuffix: -s
replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.k}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.template.metadata.annotations.k]
    options: {create: true}
",
        ),
        (
            "base/kustomization.yaml",
            b"\
resources: [deployment.yaml]
configMapGenerator:
- name: settings
  literals: [k=v]
vars:
- name: V
  objref: {apiVersion: v1, kind: ConfigMap, name: settings}
  fieldref: {fieldPath: data.k}
",
        ),
        (
            "base/deployment.yaml",
            DEPLOYMENT.replace("value: a", "value: <$(V)>").as_bytes(),
        ),
    ]);
    let (built, map) = recorded(&tree);
    let deployment = &built.resources[1];
    let config_map = &built.resources[0];
    let name = &config_map.id().name;
    for (path, expected) in [
        (
            "spec.template.metadata.annotations.k",
            vec![
                "replacements[0]: v base/kustomization.yaml:4 \
                 <- ConfigMap/settings-s data.k base/kustomization.yaml:4"
                    .to_owned(),
            ],
        ),
        (
            "spec.template.spec.containers[0].envFrom[0].configMapRef.name",
            vec![
                "resources: settings base/deployment.yaml:15".to_owned(),
                format!(
                    "name reference: {name} base/deployment.yaml:15 \
                     <- ConfigMap/{name}  base/kustomization.yaml:3"
                ),
            ],
        ),
        (
            "spec.template.spec.containers[0].env[0].value",
            vec![
                "resources: <$(V)> base/deployment.yaml:13".to_owned(),
                format!(
                    "vars: <v> base/deployment.yaml:13 \
                     <- ConfigMap/{name} data.k base/kustomization.yaml:4"
                ),
            ],
        ),
    ] {
        assert_eq!(chain(deployment, path, &map), expected, "{path}");
    }
    assert_eq!(
        chain(config_map, "metadata.name", &map),
        [
            "configMapGenerator[0]: settings base/kustomization.yaml:3".to_owned(),
            "nameSuffix: settings-s kustomization.yaml:2".to_owned(),
            format!("name suffix hash: {name} kustomization.yaml:2"),
        ]
    );
}

#[test]
fn what_was_removed_is_remembered() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"\
resources: [a.yaml]
patches:
- patch: '{apiVersion: v1, kind: Service, metadata: {name: a}, $patch: delete}'
- patch: '{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {type: null}}'
",
        ),
        (
            "a.yaml",
            b"\
{apiVersion: v1, kind: Service, metadata: {name: a}}
---
{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {type: x, clusterIP: None}}
",
        ),
    ]);
    let (built, map) = recorded(&tree);
    let service = &built.resources[0];
    let gone = &built.removed[0];
    assert_eq!(gone.resource.events(&Address::root()).len(), 2);
    assert_eq!(gone.step.to_string(), "patches[0]");
    assert_eq!(
        chain(service, "spec.type", &map),
        [
            "resources: x a.yaml:3",
            "patches[1]: - kustomization.yaml:4"
        ]
    );
    let removed = service.history().unwrap().removed(service.value());
    assert_eq!(removed[0].to_string(), "spec.type");
}

#[test]
fn annotations_are_removed_by_those_who_removed_them_not_by_the_end_of_the_build() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"\
resources: [a.yaml]
patches:
- patch: '{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {x: null}}}'
- patch: '[{op: remove, path: /metadata/annotations/y}]'
  target: {name: a}
",
        ),
        (
            "a.yaml",
            b"\
{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {x: '1', y: '2'}}}
---
{apiVersion: v1, kind: Service, metadata: {name: b, annotations: {}}}
",
        ),
    ]);
    let (built, map) = recorded(&tree);
    let removed = |service: &Resource| {
        let found = service.history().unwrap().removed(service.value());
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let [a, b] = &built.resources[..] else {
        panic!("two Services");
    };
    let [x, y] = ["metadata.annotations.x", "metadata.annotations.y"];
    assert_eq!(removed(a), [x, y]);
    for (path, expected) in [
        (x, "patches[0]: - kustomization.yaml:3"),
        (y, "patches[1]: - kustomization.yaml:4"),
    ] {
        let chain = chain(a, path, &map);
        assert!(chain.iter().any(|it| it == expected), "{chain:?}");
    }
    assert_eq!(removed(b), ["metadata.annotations"]);
    let chain = chain(b, "metadata.annotations", &map);
    assert_eq!(chain.last().unwrap(), "the end of the build: - ");
}

#[test]
fn an_item_is_removed_where_the_patch_says_so_whatever_it_calls_it() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"resources: [a.yaml]\npatches: [path: patch.yaml]\n",
        ),
        (
            "a.yaml",
            b"\
apiVersion: v1
kind: Service
metadata: {name: a}
spec:
  ports:
  - {name: a, port: 80, protocol: TCP}
  - {name: b, port: 81, protocol: TCP}
  - {name: c, port: 82, protocol: TCP, nodePort: 30000}
  - {name: d, port: 82, protocol: UDP}
",
        ),
        (
            "patch.yaml",
            b"\
apiVersion: v1
kind: Service
metadata: {name: a}
spec:
  ports:
  - port: 81
    protocol: TCP
    name: bb
  - port: 80
    $patch: delete
    protocol: TCP
  - port: 82
    protocol: UDP
    $patch: delete
  - port: 82
    protocol: TCP
    nodePort: null
",
        ),
    ]);
    let (built, map) = recorded(&tree);
    let service = &built.resources[0];
    for (path, expected) in [
        ("spec.ports[name=a]", "patches[0]: - patch.yaml:9"),
        ("spec.ports[name=d]", "patches[0]: - patch.yaml:12"),
        ("spec.ports[name=c].nodePort", "patches[0]: - patch.yaml:17"),
    ] {
        let chain = chain(service, path, &map);
        assert_eq!(chain.last().map(String::as_str), Some(expected), "{path}");
    }
}

#[test]
fn resources_are_found_by_what_people_call_them() {
    let tree = Tree::new(&[
        (
            "kustomization.yaml",
            b"resources: [a.yaml]\nnamePrefix: p-\n",
        ),
        (
            "a.yaml",
            b"\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: x}, spec: {replicas: 1}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: y}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: only}}
",
        ),
    ]);
    let (built, _) = recorded(&tree);
    for (text, namespace, expected) in [
        ("deploy/web", None, Ok("p-web")),
        ("deployments/p-web", None, Ok("p-web")),
        ("Deployment.apps/web", None, Ok("p-web")),
        ("Deployment.v1.apps/web", Some("x"), Ok("p-web")),
        ("netpol/only", None, Ok("p-only")),
        ("networkpolicies/only", None, Ok("p-only")),
        ("only", None, Ok("p-only")),
        ("svc/web", Some("default"), Ok("p-web")),
        ("svc/web", None, Err("ambiguous-resource")),
        ("web", None, Err("ambiguous-resource")),
        ("Deployment.batch/web", None, Err("no-such-resource")),
        ("deploy/web", Some("y"), Err("no-such-resource")),
        ("cm/web", None, Err("no-such-resource")),
    ] {
        let found = Wanted::parse(text, namespace).find(&built);
        let found = found.map(|found| found.resource.id().name.as_str());
        assert_eq!(found.map_err(|error| error.code), expected, "{text}");
    }
    let deployment = Wanted::parse("deploy/web", None).find(&built).unwrap();
    assert!(deployment.field("spec.replicas").is_ok());
    let error = deployment.field("spec.replica").unwrap_err();
    assert_eq!(error.code, "no-such-field");
    assert_eq!(error.hints, ["did you mean `spec.replicas`?"]);
}

/// Calls `visit` for every scalar and every empty list and mapping.
fn each_leaf(value: &Value, here: &Address, visit: &mut impl FnMut(&Value, &Address)) {
    match &value.node {
        trimtab_tree::Node::Mapping(fields) if !fields.is_empty() => {
            for (key, field) in fields.iter() {
                each_leaf(field, &here.clone().field(key), visit);
            }
        }
        trimtab_tree::Node::Sequence(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                each_leaf(item, &here.clone().item(at), visit);
            }
        }
        _ => visit(value, here),
    }
}

#[test]
fn a_recorded_build_gives_the_same_and_a_source_of_every_leaf() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/build");
    let (mut leaves, mut without) = (0, Vec::new());
    for case in std::fs::read_dir(cases).unwrap() {
        let case = case.unwrap().path();
        let args = std::fs::read_to_string(case.join("args")).unwrap_or_default();
        let options = options_of(&args);
        let target = target_of(&args);
        let sources = Sources::new(&case.join("input"));
        let Ok(built) = build_recorded(target, &options, &sources) else {
            continue;
        };
        let plain = crate::build(target, &options, &Sources::new(&case.join("input"))).unwrap();
        assert_eq!(
            printed(&built.resources),
            printed(&plain),
            "{}",
            case.display()
        );
        for resource in &built.resources {
            each_leaf(resource.value(), &Address::root(), &mut |leaf, address| {
                leaves += 1;
                let events = resource.events(address);
                let last = events.last().and_then(|event| event.value);
                assert_eq!(
                    last.map(|it| it.text()),
                    Some(leaf.text()),
                    "{} {address}",
                    case.display()
                );
                let named = events
                    .last()
                    .is_some_and(|it| it.step.action == Action::Flag);
                if !resource.field_origin(address).position.is_some() && !named
                    || leaf.as_scalar().is_some() && !leaf.position.is_some() && !named
                {
                    without.push(format!("{}: {address}", case.display()));
                }
            });
        }
    }
    assert!(leaves > 1000, "only {leaves} leaves");
    assert_eq!(without, Vec::<String>::new());
}

fn printed(resources: &[Resource]) -> String {
    let mut text = String::new();
    for resource in resources {
        trimtab_tree::write_yaml(resource.value(), &mut text).unwrap();
    }
    text
}

/// The options that the arguments of a case ask for.
fn options_of(args: &str) -> BuildOptions {
    let mut options = BuildOptions::default();
    if args.contains("LoadRestrictionsNone") {
        options.load_restrictions = crate::LoadRestrictions::None;
    }
    options.managed_by_label = args.contains("--enable-managedby-label");
    options
}

/// The directory that the arguments of a case name.
fn target_of(args: &str) -> &str {
    let mut words = args.split_whitespace().rev();
    words
        .next()
        .filter(|word| !word.starts_with('-'))
        .unwrap_or(".")
}
