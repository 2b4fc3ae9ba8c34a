//! Files as editors on Windows write them: line breaks of two characters, backslashes in paths.

use crate::{golden, trimtab};
use std::fs;
use std::path::Path;

/// A copy of a directory whose YAML has line breaks of two characters.
fn copy_with_crlf(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it is ours");
    for name in golden::entries(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy_with_crlf(&from, &to);
            continue;
        }
        let text = fs::read_to_string(&from).expect("the example is text");
        assert!(!text.contains('\r'), "{name} is not as it was committed");
        let is_yaml = to.extension().is_some_and(|it| it == "yaml");
        let text = if is_yaml {
            text.replace('\n', "\r\n")
        } else {
            text
        };
        fs::write(to, text).expect("it is ours");
    }
}

fn expected(overlay: &str) -> String {
    let path = trimtab::root().join(format!("testdata/examples/{overlay}.yaml"));
    fs::read_to_string(path).expect("it is there")
}

fn built(inside: &Path, directory: &str) -> String {
    let outcome = trimtab::run(inside, &["build", directory]);
    assert_eq!(outcome.status, Some(0), "{directory}: {}", outcome.stderr);
    assert_eq!(outcome.stderr, "", "{directory}");
    String::from_utf8(outcome.stdout).expect("manifests are UTF-8")
}

/// kubectl gives the same bytes for both, too (`testdata/build/crlf-everywhere` holds us to it).
#[test]
fn line_breaks_of_two_characters_change_nothing() {
    let scratch = trimtab::scratch_directory();
    copy_with_crlf(&trimtab::root().join("examples/base-overlay"), &scratch);
    for overlay in ["development", "production", "staging"] {
        let built = built(&scratch, &format!("overlays/{overlay}"));
        assert!(built == expected(overlay), "{overlay}");
        assert!(!built.contains('\r'));
    }
}

#[test]
fn a_finding_is_at_the_same_place_whatever_ends_lines() {
    let scratch = trimtab::scratch_directory();
    for (name, end) in [("one", "\n"), ("two", "\r\n")] {
        let directory = scratch.join(name);
        fs::create_dir_all(directory.join("below")).expect("it is ours");
        let text = ["namePrefix: a-", "resources:", "- below/none.yaml", ""].join(end);
        fs::write(directory.join("kustomization.yaml"), text).expect("it is ours");
        let outcome = trimtab::run(&scratch, &["build", name]);
        assert_eq!(outcome.status, Some(1));
        let place = format!("{name}/kustomization.yaml:3:3");
        assert!(outcome.stderr.contains(&place), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains('\r'));
    }
}

#[cfg(windows)]
#[test]
fn backslashes_part_paths() {
    let overlays = "examples\\base-overlay\\overlays";
    for overlay in ["development", "production", "staging"] {
        let built = built(trimtab::root(), &format!("{overlays}\\{overlay}"));
        assert!(built == expected(overlay), "{overlay}");
    }
    let scratch = trimtab::scratch_directory();
    copy_with_crlf(&trimtab::root().join("examples/base-overlay"), &scratch);
    let file = scratch.join("overlays\\production\\kustomization.yaml");
    let text = fs::read_to_string(&file).expect("it is there");
    let text = text.replace("- ../../base", "- ..\\..\\base");
    fs::write(&file, text).expect("it is ours");
    let absolute = scratch.join("overlays\\production");
    let absolute = absolute.to_str().expect("it is text");
    assert!(built(&scratch, absolute) == expected("production"));
}

/// A backslash is a character of names elsewhere, as it is for kustomize.
#[cfg(unix)]
#[test]
fn backslashes_are_part_of_names() {
    let scratch = trimtab::scratch_directory();
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    fs::write(scratch.join("b\\a.yaml"), object).expect("it is ours");
    let text = "resources:\n- b\\a.yaml\n";
    fs::write(scratch.join("kustomization.yaml"), text).expect("it is ours");
    assert_eq!(built(&scratch, "."), object);
}
