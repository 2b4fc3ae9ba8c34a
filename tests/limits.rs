//! What would exhaust the machine is refused, with a message, in little time and memory.

use crate::trimtab::{self, Outcome};
use std::fs::{self, File};
use std::path::Path;

fn build(directory: &Path) -> Outcome {
    trimtab::run(directory, &["build", "."])
}

/// A chain of kustomizations, each the base of the one before; the directory of the first.
fn chain(length: usize) -> std::path::PathBuf {
    let root = trimtab::scratch_directory();
    for number in 0..length {
        let directory = root.join(number.to_string());
        fs::create_dir(&directory).expect("a scratch directory can be written");
        let next = if number + 1 < length {
            format!("resources: [../{}]\n", number + 1)
        } else {
            "configMapGenerator: [{name: last}]\n".to_owned()
        };
        fs::write(directory.join("kustomization.yaml"), next).expect("it can be written");
    }
    root.join("0")
}

#[test]
fn long_chains_of_bases_are_built_and_endless_ones_refused() {
    let outcome = build(&chain(100));
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let outcome = build(&chain(2_000));
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("bases-too-deep"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let directory = trimtab::scratch_directory();
    fs::write(
        directory.join("kustomization.yaml"),
        "resources: [large.yaml]\n",
    )
    .expect("it can be written");
    // Sparse: the file takes no room on the disk.
    let large = File::create(directory.join("large.yaml")).expect("it can be created");
    large
        .set_len(1 << 40)
        .expect("the file system has sparse files");
    let outcome = build(&directory);
    assert_eq!(outcome.status, Some(1));
    assert!(
        outcome.stderr.contains("kustomization.yaml:1:13"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("files of at most 64 MiB"),
        "{}",
        outcome.stderr
    );
}

/// Builds the config maps `x` and `other` under a kustomization with these other fields, which must be
/// refused with an error of this code.
fn refuses(fields: &str, code: &str) {
    let directory = trimtab::scratch_directory();
    let map = |name| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{k: v}}}}\n")
    };
    let write = |name: &str, text: &str| {
        fs::write(directory.join(name), text).expect("a scratch directory can be written");
    };
    write("maps.yaml", &format!("{}---\n{}", map("x"), map("other")));
    write(
        "labels.yaml",
        &format!(
            "commonLabels: [{{path: {}a, create: true}}]\n",
            "a/".repeat(100_000)
        ),
    );
    write(
        "kustomization.yaml",
        &format!("resources: [maps.yaml]\n{fields}"),
    );
    let outcome = build(&directory);
    assert_eq!(outcome.status, Some(1), "{code}: {}", outcome.stderr);
    assert!(
        outcome.stderr.contains(&format!("error[{code}]")),
        "{code}: {}",
        outcome.stderr
    );
}

#[test]
fn fields_cannot_be_made_without_end_of_depth() {
    let deep = vec!["a"; 100_000];
    refuses(
        "configurations: [labels.yaml]\ncommonLabels: {a: b}\n",
        "too-deep",
    );
    let replacement = |path: &str| {
        format!(
            "replacements:\n- source: {{kind: ConfigMap, name: x, fieldPath: data}}\n  targets:\n  \
             - select: {{kind: ConfigMap, name: other}}\n    fieldPaths: [{path}]\n    options: {{create: true}}\n"
        )
    };
    refuses(&replacement(&deep.join(".")), "too-deep");
    refuses(&replacement(&vec!["a"; 256].join(".")), "too-deep");
    let transformer = format!(
        "transformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {{name: t}}\n  \
         value: v\n  targets: [{{fieldPath: {}}}]\n",
        deep.join("/")
    );
    refuses(&transformer, "too-deep");
    // Every other operation puts all there was one level deeper.
    let operations = (0..300).map(|_| {
        "    - {op: add, path: /b, value: {}}\n    - {op: move, from: /data, path: /b/a}\n    \
         - {op: move, from: /b, path: /data}\n"
    });
    let patch = format!(
        "patches:\n- target: {{name: x}}\n  patch: |-\n{}",
        operations.collect::<String>()
    );
    refuses(&patch, "too-deep");
}

#[test]
fn copies_of_copies_are_refused() {
    let operations =
        (0..40).map(|at| format!("    - {{op: copy, from: /data, path: /data/x{at}}}\n"));
    let patch = format!(
        "patches:\n- target: {{name: x}}\n  patch: |-\n{}",
        operations.collect::<String>()
    );
    refuses(&patch, "json-patch-copies");
    let replacements = |source: &str, target: &dyn Fn(usize) -> String| {
        let each = (0..40).map(|at| {
            format!(
                "- source: {{kind: ConfigMap, name: x, fieldPath: {source}}}\n  targets:\n  \
                 - select: {{kind: ConfigMap, name: x}}\n    {}\n",
                target(at)
            )
        });
        format!("replacements:\n{}", each.collect::<String>())
    };
    let trees = |at| format!("fieldPaths: [data.x{at}]\n    options: {{create: true}}");
    refuses(&replacements("data", &trees), "too-much-copied");
    let texts = |_| "fieldPaths: [data.k]\n    options: {delimiter: /, index: -1}".to_owned();
    refuses(&replacements("data.k", &texts), "too-much-copied");
}

#[test]
fn variables_cannot_give_text_without_end() {
    let value = "v".repeat(1 << 20);
    let uses = "$(V)".repeat(1 << 10);
    let fields = format!(
        "configMapGenerator:\n- name: long\n  literals: [k={value}]\n\
         vars:\n- name: V\n  objref: {{apiVersion: v1, kind: ConfigMap, name: long}}\n  \
         fieldref: {{fieldPath: data.k}}\n\
         commonAnnotations: {{a: {uses}}}\n"
    );
    refuses(&fields, "too-much-expanded");
}

#[test]
fn long_words_are_not_compared_letter_by_letter() {
    let long = "j".repeat(200_000);
    let fields = format!(
        "configMapGenerator:\n- name: long\n  literals: [k{long}=v]\n\
         replacements:\n- source: {{kind: ConfigMap, name: long, fieldPath: data.{long}}}\n  targets:\n  \
         - select: {{kind: ConfigMap, name: x}}\n    fieldPaths: [data.k]\n"
    );
    refuses(&fields, "missing-replacement-source");
}
