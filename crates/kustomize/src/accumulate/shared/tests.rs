use super::*;
use crate::loader::tests::Tree;
use crate::{BuildOptions, Sources, build, build_sharing};
use std::thread;
use trimtab_tree::write_yaml;

fn printed(target: &str, sources: &Sources, bases: &SharedBases) -> Result<String, String> {
    let options = BuildOptions::default();
    let resources = build_sharing(target, &options, sources, bases);
    let mut text = String::new();
    for resource in resources.map_err(|error| format!("{}: {:?}", error.message, error.trail))? {
        text.push_str("---\n");
        write_yaml(resource.value(), &mut text).unwrap();
    }
    Ok(text)
}

/// What each target gives when all are built together, on a thread each.
fn together(
    tree: &Tree,
    targets: &[String],
) -> (Vec<Result<String, String>>, Sources, SharedBases) {
    let sources = tree.sources();
    let bases = SharedBases::default();
    let names: Vec<&str> = targets.iter().map(String::as_str).collect();
    bases.expect(&names, &BuildOptions::default(), &sources);
    let results = thread::scope(|scope| {
        let build = |target: &String| {
            let (sources, bases) = (sources.for_another_build(), &bases);
            let target = target.clone();
            scope.spawn(move || printed(&target, &sources, bases))
        };
        let builds: Vec<_> = targets.iter().map(build).collect();
        builds.into_iter().map(|it| it.join().unwrap()).collect()
    });
    (results, sources, bases)
}

/// The same, one after the other.
fn alone(tree: &Tree, targets: &[String]) -> Vec<Result<String, String>> {
    let build = |target: &String| printed(target, &tree.sources(), &SharedBases::default());
    targets.iter().map(build).collect()
}

fn overlays(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("overlays/{number}"))
        .collect()
}

/// Files: path and content.
type Files = Vec<(String, String)>;

fn tree(files: &Files) -> Tree {
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_bytes()));
    Tree::new(&files.collect::<Vec<_>>())
}

/// A base of two files, and overlays with these fields each.
fn base_and_overlays(fields: &[&str]) -> Files {
    let map =
        |name: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n");
    let mut files: Files = vec![
        (
            "base/kustomization.yaml".into(),
            "resources: [a.yaml, b.yaml]\ncommonLabels: {a: b}\n".into(),
        ),
        ("base/a.yaml".into(), map("a")),
        ("base/b.yaml".into(), map("b")),
    ];
    for (number, fields) in fields.iter().enumerate() {
        let text = format!("resources: [../../base]\n{fields}\n");
        files.push((format!("overlays/{number}/kustomization.yaml"), text));
    }
    files
}

#[test]
fn twenty_overlays_read_and_build_their_base_once() {
    let prefixes: Vec<String> = (0..20)
        .map(|number| format!("namePrefix: p{number}-"))
        .collect();
    let fields: Vec<&str> = prefixes.iter().map(String::as_str).collect();
    let tree = tree(&base_and_overlays(&fields));
    let (results, sources, bases) = together(&tree, &overlays(20));
    assert_eq!(results, alone(&tree, &overlays(20)));
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((sources.reads(), bases.built()), (20 + 3, 20 + 1));
    assert!(bases.lock().bases.is_empty(), "nothing is kept for nobody");
    assert!(bases.lock().files.is_empty());
}

#[test]
fn what_overlays_change_is_searched_for_images_and_names() {
    let images = "images: [{name: other, newTag: changed}]\nnamePrefix: p-\ncommonLabels: {c: d}";
    let mut files = base_and_overlays(&[images; 3]);
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: main, image: base:1, envFrom: [{configMapRef: {name: x}}]}]}}}
";
    let map =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {image: 'other:1', map: a}}";
    files[1].1 = format!("{map}\n---\n{deployment}");
    for number in 0..3 {
        let overlay = &mut files[3 + number].1;
        *overlay = overlay.replace("../../base", &format!("../../middle/{number}"));
        let container = "spec.template.spec.containers.[name=main]";
        let replacement = |field: &str, path: &str| {
            format!(
                "- source: {{kind: ConfigMap, name: a, fieldPath: data.{field}}}
  targets: [{{select: {{kind: Deployment}}, fieldPaths: ['{container}.{path}']}}]
"
            )
        };
        let text = format!(
            "resources: [../../base]\nreplacements:\n{}{}",
            replacement("image", "image"),
            replacement("map", "envFrom.0.configMapRef.name")
        );
        files.push((format!("middle/{number}/kustomization.yaml"), text));
    }
    let tree = tree(&files);
    let (results, ..) = together(&tree, &overlays(3));
    assert_eq!(results, alone(&tree, &overlays(3)));
    for result in results {
        let text = result.unwrap();
        assert!(text.contains("image: other:changed"), "{text}");
        assert!(
            text.contains("configMapRef:\n            name: p-a"),
            "{text}"
        );
    }
}

#[test]
fn annotations_that_overlays_add_are_seen() {
    let local = "config.kubernetes.io/local-config: 'true'";
    let fields = [
        format!("commonAnnotations: {{{local}}}"),
        format!(
            "patches: [{{patch: '{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, \
             annotations: {{{}}}}}}}'}}]",
            local.replace('\'', "\"")
        ),
        "commonAnnotations: {config.kubernetes.io/index: '1', other: '2'}".into(),
        "namePrefix: p-".into(),
    ];
    let fields = fields.each_ref().map(String::as_str);
    let tree = tree(&base_and_overlays(&fields));
    let (results, ..) = together(&tree, &overlays(4));
    assert_eq!(results, alone(&tree, &overlays(4)));
    let of_overlays = results.into_iter().map(|text| {
        let text = text.unwrap();
        (text.matches("kind:").count(), text.contains("/index"))
    });
    let expected = [(0, false), (1, false), (2, false), (2, false)];
    assert_eq!(of_overlays.collect::<Vec<_>>(), expected);
}

#[test]
fn one_build_that_names_twenty_overlays_builds_their_base_once() {
    let prefixes: Vec<String> = (0..20)
        .map(|number| format!("namePrefix: p{number}-"))
        .collect();
    let fields: Vec<&str> = prefixes.iter().map(String::as_str).collect();
    let mut files = base_and_overlays(&fields);
    let text = format!("resources: [{}]\n", overlays(20).join(", "));
    files.push(("kustomization.yaml".into(), text));
    let tree = tree(&files);
    let sources = tree.sources();
    let bases = SharedBases::default();
    let text = printed(".", &sources, &bases).unwrap();
    assert_eq!(text.matches("---\n").count(), 40);
    assert_eq!((sources.reads(), bases.built()), (1 + 20 + 3, 1 + 20 + 1));
    assert!(bases.lock().bases.is_empty());
}

/// A base of many files, of which those with these numbers hold something else, and two overlays.
fn many_files(count: usize, others: &[(usize, &str)]) -> Files {
    let names: Vec<String> = (0..count).map(|at| format!("{at}.yaml")).collect();
    let mut files = base_and_overlays(&["namePrefix: x-", "nameSuffix: -y"]);
    files[0].1 = format!("resources: [{}]\n", names.join(", "));
    files.extend(names.into_iter().enumerate().map(|(at, name)| {
        let text = format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{at}}}}}\n");
        let other = others.iter().find(|(other, _)| *other == at);
        let text = other.map_or(text, |(_, text)| (*text).to_owned());
        (format!("base/{name}"), text)
    }));
    files
}

#[test]
fn files_that_are_read_ahead_are_read_once_and_come_in_order() {
    for count in [31, 32, 33, 200] {
        let tree = tree(&many_files(count, &[]));
        let (results, sources, _) = together(&tree, &overlays(2));
        assert_eq!(results, alone(&tree, &overlays(2)));
        let text = results[0].clone().unwrap();
        assert_eq!(text.matches("---\n").count(), count);
        assert_eq!(sources.reads(), 2 + 1 + count);
    }
}

#[test]
fn what_is_wrong_in_files_that_are_read_ahead_is_told_in_order() {
    for others in [
        &[(3, "a: [b\n"), (190, "a: 'b\n")][..],
        &[(150, "a: b: c\n"), (199, "a: [b\n")],
        &[(0, "kind: [\n")],
        &[(199, "{}: [\n")],
        &[(100, "only: text\n"), (180, "a: [b\n")],
        &[(
            120,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: m7}}\n",
        )],
    ] {
        let tree = tree(&many_files(200, others));
        let (results, ..) = together(&tree, &overlays(2));
        assert!(results.iter().all(Result::is_err));
        assert_eq!(results, alone(&tree, &overlays(2)), "{others:?}");
    }
    // What is missing, and what is no file.
    for change in ["base/150.yaml", "base/20.yaml"] {
        let mut files = many_files(200, &[(170, "a: [b\n")]);
        files.retain(|(path, _)| path != change);
        let tree = tree(&files);
        let (results, ..) = together(&tree, &overlays(2));
        assert!(results.iter().all(Result::is_err));
        assert_eq!(results, alone(&tree, &overlays(2)), "{change}");
    }
}

#[test]
fn doubt_about_files_that_are_read_ahead_is_told_once() {
    let doubtful = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m150}, ports: [22:22]}\n";
    let tree = tree(&many_files(200, &[(150, doubtful)]));
    let sources = tree.sources();
    let bases = SharedBases::default();
    let names = ["overlays/0", "overlays/1"];
    bases.expect(&names, &BuildOptions::default(), &sources);
    for name in names {
        let sources = sources.for_another_build();
        printed(name, &sources, &bases).unwrap();
        assert_eq!(sources.take_warnings().len(), 1);
    }
}

#[test]
fn a_chain_of_bases_keeps_nothing() {
    let tree = tree(&base_and_overlays(&["namePrefix: p-"]));
    let sources = tree.sources();
    let bases = SharedBases::default();
    printed("overlays/0", &sources, &bases).unwrap();
    let state = bases.lock();
    assert!(state.bases.is_empty() && state.files.is_empty());
    assert_eq!(sources.reads(), 4);
}

#[test]
fn what_depends_on_the_target_is_not_mixed_up() {
    let schema = "{definitions: {V: {type: object, x-kubernetes-group-version-kind: [{group: '', version: v1, \
                  kind: ConfigMap}]}}}";
    let mut files = base_and_overlays(&[
        "namePrefix: p-",
        "buildMetadata: [originAnnotations]",
        "buildMetadata: [transformerAnnotations, originAnnotations]",
        "openapi: {path: schema.json}",
        "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {c: d}}}'}]",
        "components: [../../component]",
        "components: [../../component]\nnameSuffix: -s",
    ]);
    files.push(("overlays/3/schema.json".into(), schema.into()));
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [../other]\n\
                     namePrefix: c-\n";
    files.push(("component/kustomization.yaml".into(), component.into()));
    let other = "configMapGenerator: [{name: other, literals: [k=v]}]\n";
    files.push(("other/kustomization.yaml".into(), other.into()));
    // From deeper down the base has another origin.
    let deep = "resources: [../../../base]\nbuildMetadata: [originAnnotations]\n";
    files.push(("overlays/deep/er/kustomization.yaml".into(), deep.into()));
    let mut targets = overlays(7);
    targets.extend(["overlays/deep/er".to_owned(), "base".to_owned()]);
    let tree = tree(&files);
    let (results, sources, bases) = together(&tree, &targets);
    assert_eq!(results, alone(&tree, &targets));
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    // Nine targets, the base for three origins and two schemas, the component twice with what it
    // names; `base` itself is one that others take over.
    assert_eq!(bases.built(), 8 + 1 + 3 + 1 + 2 + 1);
    assert_eq!(sources.reads(), files.len());
}

#[test]
fn schemas_that_bases_set_are_read_anew() {
    let schema = "{definitions: {}}";
    let mut files = base_and_overlays(&[
        "",
        "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'}]",
    ]);
    files[0].1.push_str("openapi: {path: schema.json}\n");
    files.push(("base/schema.json".into(), schema.into()));
    files.push((
        "kustomization.yaml".into(),
        "resources: [overlays/0, more]\nnamePrefix: x-\n".into(),
    ));
    files.push((
        "more/kustomization.yaml".into(),
        "resources: [../overlays/1]\nnamePrefix: y-\n".into(),
    ));
    let tree = tree(&files);
    let targets = [overlays(2), vec![".".to_owned()]].concat();
    let (results, ..) = together(&tree, &targets);
    assert_eq!(results, alone(&tree, &targets));
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

#[test]
fn errors_and_warnings_of_a_base_are_told_to_all() {
    let mut files = base_and_overlays(&["", "", ""]);
    files[1].1 = "kind: ConfigMap\nmetadata: {name: 1}\n".into();
    let healthy = tree(&files);
    let (results, sources, _) = together(&healthy, &overlays(3));
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    drop(sources);
    // Every build has the warnings, with the way from its own target.
    let sources = healthy.sources();
    let bases = SharedBases::default();
    let names = ["overlays/0", "overlays/1"];
    bases.expect(&names, &BuildOptions::default(), &sources);
    for target in names {
        let sources = sources.for_another_build();
        printed(target, &sources, &bases).unwrap();
        let warnings = sources.take_warnings();
        let name = warnings
            .iter()
            .find(|warning| warning.code == "name-not-text");
        let trail = &name.expect("the name is a number").trail;
        assert_eq!(
            trail.last().unwrap(),
            &format!("{target}/kustomization.yaml:1:13")
        );
    }
    files[1].1 = "kind: [".into();
    let broken = tree(&files);
    let (results, ..) = together(&broken, &overlays(3));
    assert_eq!(results, alone(&broken, &overlays(3)));
    assert!(results.iter().all(Result::is_err));
}

#[test]
fn bases_that_lead_to_each_other_do_not_wait_for_each_other() {
    let names = |other: &str| format!("resources: [../{other}, ../c]\n");
    let files: Files = vec![
        ("a/kustomization.yaml".into(), names("b")),
        ("b/kustomization.yaml".into(), names("a")),
        (
            "c/kustomization.yaml".into(),
            "configMapGenerator: [{name: c}]\n".into(),
        ),
        ("d/kustomization.yaml".into(), names("a")),
        ("e/kustomization.yaml".into(), names("b")),
    ];
    let tree = tree(&files);
    let targets: Vec<String> = "a b d e d e".split(' ').map(str::to_owned).collect();
    for _ in 0..50 {
        let (results, ..) = together(&tree, &targets);
        assert!(results.iter().all(|result| {
            result
                .as_ref()
                .is_err_and(|it| it.contains("base of itself"))
        }));
    }
}

#[test]
fn a_shared_base_above_one_target_is_refused_there_only() {
    let map = "configMapGenerator: [{name: m}]\n";
    let files: Files = vec![
        // Leads to the directory above `in/x`, which only `in/x` may not do.
        (
            "shared/kustomization.yaml".into(),
            "resources: [../in]\n".into(),
        ),
        ("in/kustomization.yaml".into(), map.into()),
        (
            "in/x/kustomization.yaml".into(),
            "resources: [../../shared]\n".into(),
        ),
        (
            "y/kustomization.yaml".into(),
            "resources: [../shared]\n".into(),
        ),
        (
            "z/kustomization.yaml".into(),
            "resources: [../shared]\n".into(),
        ),
    ];
    let tree = tree(&files);
    let targets: Vec<String> = "y z in/x".split(' ').map(str::to_owned).collect();
    let (results, ..) = together(&tree, &targets);
    assert_eq!(results, alone(&tree, &targets));
    assert!(results[0].is_ok() && results[2].is_err(), "{results:?}");
    assert!(build("y", &BuildOptions::default(), &tree.sources()).is_ok());
}
