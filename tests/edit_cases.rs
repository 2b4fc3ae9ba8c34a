//! `testdata/edit/` and `testdata/functions/`: files that `create`, `edit` and `fn` change.
//!
//! A case holds `command`, one command line a line (words in single or double quotes stay together),
//! `input/`, the directory it works on, and `expected/`, all files afterwards; without the latter
//! nothing may change; with a file `stdin` that is what is read. `expected.stdout` and `expected.stderr`
//! are what is printed. A command must fail when, and only when, an error is among that.

use crate::{golden, trimtab};
use std::fs;
use std::path::Path;

#[test]
fn every_command_changes_what_it_must_and_nothing_else() {
    check("edit", 100);
}

// The functions are scripts.
#[cfg(unix)]
#[test]
fn functions_change_files_and_nothing_else() {
    check("functions", 8);
}

/// Runs the commands of all cases of an area, of which there are at least so many.
fn check(area: &str, least: usize) {
    let cases = golden::cases(area);
    assert!(cases.len() >= least, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let scratch = trimtab::scratch_directory();
        let input = case.folder.join("input");
        copy(&input, &scratch);
        let commands = case.text("command").expect("a case has a command");
        let (mut stdout, mut stderr) = (String::new(), String::new());
        for command in commands.lines() {
            let stdin = case.folder.join("stdin");
            let outcome = if stdin.exists() {
                trimtab::run_reading(&scratch, &words(command), &stdin)
            } else {
                trimtab::run(&scratch, &words(command))
            };
            let failed = outcome.stderr.lines().any(|line| line.starts_with("error"));
            if outcome.status.is_none() || (outcome.status != Some(0)) != failed {
                let (name, status) = (&case.name, outcome.status);
                failures.push(format!("{name}: {command}: {status:?}\n{}", outcome.stderr));
            }
            stdout.push_str(&String::from_utf8_lossy(&outcome.stdout));
            stderr.push_str(&outcome.stderr);
        }
        for (file, printed) in [("expected.stdout", stdout), ("expected.stderr", stderr)] {
            failures.extend(golden::compare(&case.folder.join(file), &printed).err());
        }
        failures.extend(differences(&case.folder, &scratch));
        fs::remove_dir_all(&scratch).expect("a scratch directory can go");
    }
    golden::report(&failures);
}

/// Kustomizations of every layout there is among the cases of `build`: all their lines stay, but for
/// those of the fields that change.
#[test]
fn lines_of_other_fields_stay() {
    let mut edited = 0;
    for case in golden::cases("build") {
        let input = case.folder.join("input");
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let Some(name) = names.into_iter().find(|name| input.join(name).is_file()) else {
            continue;
        };
        let scratch = trimtab::scratch_directory();
        let before = fs::read_to_string(input.join(name)).expect("inputs are UTF-8");
        fs::write(scratch.join(name), &before).expect("a scratch directory can be written");
        for command in [
            "edit set namespace edited",
            "edit add label edited:label",
            "edit set image edited:1",
            "edit add resource --no-verify edited.yaml",
        ] {
            let outcome = trimtab::run(&scratch, &words(command));
            let name = &case.name;
            assert_eq!(
                outcome.status,
                Some(0),
                "{name}: {command}: {}",
                outcome.stderr
            );
        }
        let after = fs::read_to_string(scratch.join(name)).expect("the file is still there");
        let mut left = after.lines();
        for line in before.lines() {
            let key = line.split(':').next().unwrap_or_default().to_lowercase();
            // Their line changes, or it ends a list in brackets.
            let may_change = key == "namespace" || line.contains(['[', '{']);
            let stays = left.clone().any(|other| other == line);
            assert!(stays || may_change, "{}: {line}\n{after}", case.name);
            if stays {
                left.find(|other| *other == line);
            }
        }
        for word in [
            "namespace: edited",
            "edited: label",
            "name: edited",
            "edited.yaml",
        ] {
            assert!(after.contains(word), "{}: no {word}\n{after}", case.name);
        }
        edited += 1;
        fs::remove_dir_all(&scratch).expect("a scratch directory can go");
    }
    assert!(edited >= 50, "only {edited} kustomizations found");
}

/// How the files of `found` differ from those a case expects.
fn differences(case: &Path, found: &Path) -> Vec<String> {
    let (input, expected) = (case.join("input"), case.join("expected"));
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        let _ = fs::remove_dir_all(&expected);
        if files(&input, "") != files(found, "") {
            copy(found, &expected);
        }
    }
    let wanted = if expected.is_dir() { &expected } else { &input };
    let (wanted, found) = (files(wanted, ""), files(found, ""));
    if wanted == found {
        return Vec::new();
    }
    let shown = |files: &[(String, Vec<u8>)]| -> String {
        let show = |(name, bytes): &(String, Vec<u8>)| {
            format!(
                "== {name}\n{}",
                String::from_utf8_lossy(bytes).replace('\r', "\\r")
            )
        };
        files.iter().map(show).collect()
    };
    let (wanted, found) = (shown(&wanted), shown(&found));
    let diff = similar::TextDiff::from_lines(&wanted, &found);
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    let shown = diff.unified_diff().header(&name, "found").to_string();
    vec![shown]
}

/// All files below a directory, by path, with their bytes.
fn files(directory: &Path, below: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for name in golden::entries(directory) {
        let path = directory.join(&name);
        let shown = format!("{below}{name}");
        if path.is_dir() {
            found.extend(files(&path, &format!("{shown}/")));
        } else {
            found.push((
                shown,
                fs::read(&path).expect("a file of a case can be read"),
            ));
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    for (path, _) in files(from, "") {
        // Git keeps no empty directories.
        let (source, path) = (from.join(&path), to.join(&path));
        let parent = path.parent().expect("a file has a directory");
        fs::create_dir_all(parent).expect("a scratch directory can be written");
        // With it goes whether it is a program.
        fs::copy(source, path).expect("a scratch directory can be written");
    }
}

/// The words of a command line.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), character) if character == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Whoever reads the file on another system finds what it names.
#[cfg(windows)]
#[test]
fn backslashes_that_are_typed_become_slashes() {
    let scratch = trimtab::scratch_directory();
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    std::fs::create_dir(scratch.join("sub")).expect("it is ours");
    std::fs::write(scratch.join("sub/a.yaml"), object).expect("it is ours");
    std::fs::write(scratch.join("kustomization.yaml"), "namePrefix: x-\n").expect("it is ours");
    let edit = |arguments: &[&str]| {
        let outcome = trimtab::run(&scratch, &[&["edit"], arguments].concat());
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        std::fs::read_to_string(scratch.join("kustomization.yaml")).expect("it is there")
    };
    let added = edit(&["add", "resource", "sub\\*.yaml"]);
    assert!(added.contains("- sub/a.yaml\n"), "{added}");
    let removed = edit(&["remove", "resource", "sub\\a.yaml"]);
    assert!(!removed.contains("a.yaml"), "{removed}");
}
