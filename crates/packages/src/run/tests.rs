use super::*;
use std::fs;

/// An object whose program is the shell with a script.
fn shell(name: &str, script: &str, more: &str) -> String {
    format!(
        "kind: Fn\nmetadata:\n  name: {name}\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {{path: sh, args: [-c, {script:?}]}}\n{more}"
    )
}

const WEB: &str = "\
# About web.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # its name
spec:
  replicas: 1
  paused: true
";

struct Package {
    directory: tempfile::TempDir,
    options: RunOptions,
}

impl Package {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut options = RunOptions {
            directory: directory.path().to_owned(),
            ..RunOptions::default()
        };
        options.functions.exec = true;
        Self { directory, options }
    }

    /// Runs the functions that the package declares, or those of `directories`, and makes the changes.
    fn run(&self, directories: &[&str]) -> Result<(Vec<String>, Vec<Diagnostic>)> {
        let root = self.directory.path();
        let mut reader = Reader::for_writing();
        let objects = reader.package(root, crate::Boundary::None, true)?;
        let files = PackageFiles::of(root, &objects)?;
        let functions = if directories.is_empty() {
            declared(&objects, &mut reader)?
        } else {
            let directories: Vec<_> = directories.iter().map(|name| root.join(name)).collect();
            from_directories(&directories, &mut reader)?
        };
        let (pipeline, warnings) = Pipeline::new(functions, &self.options)?;
        let mut events: Vec<String> = warnings.iter().map(|it| it.code.to_owned()).collect();
        let ran = pipeline.run(objects, &mut reader, &mut |event| {
            events.push(format!("{event:?}"));
        })?;
        for change in ran
            .objects
            .map_or_else(|| Ok(Vec::new()), |it| files.changes(it))?
        {
            change.make()?;
        }
        Ok((events, ran.failures))
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.directory.path().join(name)).ok()
    }
}

#[test]
fn comments_and_order_survive_functions_that_drop_them() {
    let script = "sed -e 's/ *# .*//' -e 's/replicas: 1/replicas: 3/'";
    let package = Package::new(&[("web.yaml", WEB), ("fn.yaml", &shell("f", script, ""))]);
    package.run(&[]).unwrap();
    let expected = WEB.replace("replicas: 1", "replicas: 3");
    assert_eq!(package.text("web.yaml").unwrap(), expected);
}

#[test]
fn a_file_that_would_hold_the_same_stays_to_the_byte() {
    let odd = "kind: A\nmetadata: {name:   a}\nlist:\n    - 1\n";
    let package = Package::new(&[("a.yaml", odd), ("fn.yaml", &shell("f", "cat", ""))]);
    package.run(&[]).unwrap();
    assert_eq!(package.text("a.yaml").unwrap(), odd);
}

#[test]
fn the_deepest_functions_run_first_and_see_what_is_below_them() {
    let mark = |mark: &str| format!("sed 's/mark: \\(.*\\)/mark: \\1{mark}/'");
    let object = |name: &str| format!("kind: A\nmetadata:\n  name: {name}\nmark: x\n");
    let package = Package::new(&[
        ("a.yaml", &object("a")),
        ("fn.yaml", &shell("top", &mark("T"), "")),
        ("d/b.yaml", &object("b")),
        ("d/functions/fn.yaml", &shell("d", &mark("D"), "")),
        ("d/e/c.yaml", &object("c")),
        ("d/e/fn.yaml", &shell("e", &mark("E"), "")),
    ]);
    package.run(&[]).unwrap();
    for (file, mark) in [
        ("a.yaml", "xT"),
        ("d/b.yaml", "xDT"),
        ("d/e/c.yaml", "xEDT"),
    ] {
        let text = package.text(file).unwrap();
        assert!(text.ends_with(&format!("mark: {mark}\n")), "{text}");
    }
}

#[test]
fn global_scope_shows_all_objects_to_all_functions() {
    let object = "kind: A\nmetadata:\n  name: a\nmark: x\n";
    let function = shell("f", "sed 's/mark: [x]/mark: y/'", "");
    let mut package = Package::new(&[("a.yaml", object), ("d/fn.yaml", &function)]);
    package.run(&[]).unwrap();
    assert_eq!(package.text("a.yaml").unwrap(), object);
    package.options.global_scope = true;
    package.run(&[]).unwrap();
    assert_eq!(package.text("a.yaml").unwrap(), object.replace('x', "y"));
}

#[test]
fn what_is_new_gets_a_file_and_what_is_gone_loses_it() {
    let script = "printf 'kind: ResourceList\\nitems:\\n- {kind: New, metadata: {name: n, namespace: s}}\\n'";
    let package = Package::new(&[
        ("a.yaml", "kind: A\nmetadata: {name: a}\n"),
        ("d/fn.yaml", &shell("f", script, "")),
        ("d/b.yaml", "kind: B\nmetadata: {name: b}\n"),
    ]);
    package.run(&[]).unwrap();
    assert!(package.text("a.yaml").is_some());
    assert_eq!(package.text("d/b.yaml"), None);
    let new = package.text("d/s/new_n.yaml").unwrap();
    assert_eq!(new, "{kind: New, metadata: {name: n, namespace: s}}\n");
}

#[test]
fn nothing_is_written_when_nothing_is_left() {
    let package = Package::new(&[
        ("a.yaml", "kind: A\n"),
        ("fn.yaml", &shell("f", "printf ''", "")),
    ]);
    package.run(&[]).unwrap();
    assert_eq!(package.text("a.yaml").unwrap(), "kind: A\n");
}

#[test]
fn failures_end_the_run_unless_they_are_deferred() {
    let script = "cat; echo said >&2; exit 3";
    let function = shell("f", script, "");
    let package = Package::new(&[("a.yaml", "kind: A\n"), ("fn.yaml", &function)]);
    let error = package.run(&[]).unwrap_err();
    assert_eq!(error.code, "function-failed");
    assert!(error.notes.iter().any(|note| note.contains("said")));
    let deferred = function.replace("exec:", "deferFailure: true\n      exec:");
    let package = Package::new(&[("a.yaml", "kind: A\n"), ("fn.yaml", &deferred)]);
    let (_, failures) = package.run(&[]).unwrap();
    assert_eq!(failures.len(), 1);
    assert!(failures[0].message.contains("exit status 3"));
}

#[test]
fn results_are_told_and_noted() {
    let script =
        "printf 'kind: ResourceList\\nitems:\\n- kind: A\\nresults:\\n- message: no owner\\n'";
    let mut package = Package::new(&[("fn.yaml", &shell("f", script, ""))]);
    let results = package.directory.path().join("out/results");
    package.options.results = Some(results.clone());
    let (events, _) = package.run(&[]).unwrap();
    assert!(
        events.iter().any(|it| it.contains("no owner")),
        "{events:?}"
    );
    let noted = fs::read_to_string(results.join("results-0.yaml")).unwrap();
    assert_eq!(noted, "- message: no owner\n");
}

#[test]
fn functions_of_other_directories_take_the_place_of_those_declared() {
    let other = tempfile::tempdir().unwrap();
    let replace = |to: &str| format!("sed 's/mark: x/mark: {to}/'");
    fs::write(
        other.path().join("fn.yaml"),
        shell("f", &replace("other"), ""),
    )
    .unwrap();
    let object = "kind: A\nmetadata:\n  name: a\nmark: x\n";
    let package = Package::new(&[
        ("a.yaml", object),
        ("fn.yaml", &shell("g", &replace("own"), "")),
    ]);
    package.run(&[other.path().to_str().unwrap()]).unwrap();
    assert!(package.text("a.yaml").unwrap().ends_with("mark: other\n"));
}

#[test]
fn programs_run_only_where_they_may() {
    let object = "kind: A\nmark: x\n";
    let function = shell("f", "sed 's/mark: x/mark: y/'", "");
    let mut package = Package::new(&[("a.yaml", object), ("fn.yaml", &function)]);
    package.options.functions.exec = false;
    let (events, _) = package.run(&[]).unwrap();
    assert_eq!(events, ["function-not-run"]);
    assert_eq!(package.text("a.yaml").unwrap(), object);
}

#[test]
fn no_object_is_written_outside_of_its_package() {
    for path in ["../x.yaml", "/x.yaml", "d"] {
        let script = format!(
            "printf 'kind: A\\nmetadata: {{annotations: {{config.kubernetes.io/path: {path}}}}}\\n'"
        );
        let package = Package::new(&[("fn.yaml", &shell("f", &script, "")), ("d/a.txt", "")]);
        assert_eq!(
            package.run(&[]).unwrap_err().code,
            "bad-package-path",
            "{path}"
        );
    }
}

#[test]
fn what_is_no_object_is_refused_before_it_is_lost() {
    let package = Package::new(&[("list.yaml", "- 1\n"), ("fn.yaml", &shell("f", "cat", ""))]);
    assert_eq!(package.run(&[]).unwrap_err().code, "not-an-object");
}

#[test]
fn both_names_of_an_annotation_follow_a_change_of_one() {
    let script = "sed 's#^\\( *config.kubernetes.io/path: \\).*a.yaml.#\\1c.yaml#'";
    let object = "kind: A\nmetadata:\n  name: a\n";
    let package = Package::new(&[("a.yaml", object), ("fn.yaml", &shell("f", script, ""))]);
    package.run(&[]).unwrap();
    assert_eq!(package.text("a.yaml"), None);
    assert_eq!(package.text("c.yaml").unwrap(), object);
    let twice = "sed -e 's#^\\( *config.kubernetes.io/path: \\).*a.yaml.#\\1c.yaml#' -e 's#^\\( *internal.config.kubernetes.io/path: \\).*a.yaml.#\\1d.yaml#'";
    let package = Package::new(&[("a.yaml", object), ("fn.yaml", &shell("f", twice, ""))]);
    assert_eq!(package.run(&[]).unwrap_err().code, "mismatched-annotations");
}

#[test]
fn a_function_of_the_command_line_is_configured_by_its_arguments() {
    let mut reader = Reader::default();
    let arguments = ["Kind", "a=1", "b=x: y", "c=true"].map(str::to_owned);
    let function = explicit("img:1", Path::new(""), true, &arguments, &mut reader).unwrap();
    let text = wrap(Vec::new(), function.config).unwrap();
    assert_eq!(
        text,
        "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items: []
functionConfig:
  metadata:
    name: function-input
    annotations:
      config.kubernetes.io/function: |
        container:
          image: img:1
          network: true
  data: {a: 1, b: 'x: y', c: true}
  kind: Kind
  apiVersion: v1
"
    );
    let bad = ["a=1".to_owned(), "b".to_owned()];
    let error = explicit("img:1", Path::new(""), false, &bad, &mut reader).unwrap_err();
    assert_eq!(error.code, "bad-argument");
}
