//! A few lines that make very much: what they multiply with is refused, at the line that does, and
//! what is only long takes no longer than it must.

use super::harness::LONGEST;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;
use trimtab_kustomize::{BuildOptions, Sources, build};

/// A directory with these files; gone in the end.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[(&str, String)]) -> Self {
        let id = std::process::id();
        let root = std::env::temp_dir().join(format!("trimtab-products-{id}-{name}"));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a scratch directory");
        for (file, text) in files {
            fs::write(root.join(file), text).expect("a scratch directory");
        }
        Self(root)
    }

    /// How many resources there are, or the code and line of the error.
    fn build(&self) -> Result<usize, (&'static str, usize)> {
        let sources = Sources::new(&self.0);
        let started = Instant::now();
        let built = build(".", &BuildOptions::default(), &sources);
        assert!(
            started.elapsed() < LONGEST,
            "it took {:?}",
            started.elapsed()
        );
        let map = sources.into_map();
        built.map(|resources| resources.len()).map_err(|error| {
            let line = map.locate(error.position).map_or(0, |place| place.line);
            (error.code, line)
        })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn config_maps(count: usize) -> String {
    let one =
        |number| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{number}}}\n---\n");
    (0..count).map(one).collect()
}

fn pairs(count: usize) -> String {
    let pairs: Vec<String> = (0..count).map(|number| format!("k{number}: v")).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn over(
    name: &str,
    resources: String,
    kustomization: &str,
) -> Result<usize, (&'static str, usize)> {
    let kustomization = format!("resources: [a.yaml]\n{kustomization}");
    let files = [("a.yaml", resources), ("kustomization.yaml", kustomization)];
    Tree::new(name, &files).build()
}

#[test]
fn what_is_added_to_every_resource_is_bounded() {
    let labels = format!("commonLabels: {}\n", pairs(3000));
    let long = "x".repeat(1_000_000);
    let data = pairs(3000);
    let patch = format!(
        "patches:\n- target: {{kind: ConfigMap}}\n  patch: '{{apiVersion: v1, kind: ConfigMap, \
         metadata: {{name: any}}, data: {data}}}'\n"
    );
    let json = format!(
        "patches:\n- target: {{kind: ConfigMap}}\n  patch: '[{{op: add, path: /data, value: {}}}]'\n",
        pairs(3000)
    );
    for (name, kustomization, line) in [
        ("labels", labels, 2),
        (
            "annotations",
            format!("commonAnnotations: {{a: {}}}\n", long.repeat(8)),
            2,
        ),
        ("prefix", format!("namePrefix: {long}\n"), 2),
        ("suffix", format!("nameSuffix: {long}\n"), 2),
        ("namespace", format!("namespace: {long}\n"), 2),
        ("patch", patch, 3),
        ("json-patch", json, 3),
        // Each alone is within the bound.
        (
            "twice",
            format!("namePrefix: {0}\nnameSuffix: {0}\n", &long[..200_000]),
            3,
        ),
    ] {
        let built = over(name, config_maps(1000), &kustomization);
        assert_eq!(built, Err(("too-much-added", line)), "{name}");
        let built = over(name, config_maps(2), &kustomization);
        assert_eq!(built, Ok(2), "{name}");
    }
}

#[test]
fn long_lists_of_labels_take_no_longer_than_they_must() {
    let kustomization = format!("commonLabels: {0}\ncommonAnnotations: {0}\n", pairs(20_000));
    assert_eq!(over("long", config_maps(1), &kustomization), Ok(1));
}

#[test]
fn variables_expand_to_a_bounded_text() {
    let deployment = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {{long: {}}}}}\n\
         spec: {{containers: [{{name: a, args: ['{}']}}]}}\n",
        "y".repeat(100_000),
        "$(A)".repeat(1000)
    );
    let kustomization = "vars:\n- name: A\n  objref: {apiVersion: v1, kind: Pod, name: a}\n  \
                         fieldref: {fieldpath: metadata.annotations.long}\n";
    let built = over("variables", deployment, kustomization);
    assert_eq!(built, Err(("too-much-expanded", 4)));
}

#[test]
fn generators_make_a_bounded_amount() {
    let large = "x".repeat(40 << 20);
    let twice = "configMapGenerator:\n- name: a\n  files: [x=large, y=large]\n";
    let entry = |it| format!("- name: m{it}\n  files: [large]\n");
    let often: String = (0..8).map(entry).collect();
    for (name, kustomization, line) in [
        ("files", twice.to_owned(), 3),
        ("entries", format!("configMapGenerator:\n{often}"), 14),
    ] {
        let files = [
            ("large", large.clone()),
            ("kustomization.yaml", kustomization),
        ];
        let built = Tree::new(name, &files).build();
        assert_eq!(built, Err(("too-much-added", line)), "{name}");
    }
}

#[test]
fn patterns_stand_for_a_bounded_number_of_files() {
    let mut files: Vec<(String, String)> = Vec::new();
    for number in 0..100 {
        files.push((format!("{number}.yaml"), String::new()));
    }
    let list = "- '*.yaml'\n".repeat(5000);
    files.push((
        "kustomization.yaml".to_owned(),
        format!("resources:\n{list}"),
    ));
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(it, text)| (&**it, text.clone()))
        .collect();
    let built = Tree::new("patterns", &files).build();
    assert_eq!(built.map_err(|(code, _)| code), Err("pattern-too-wide"));
}
