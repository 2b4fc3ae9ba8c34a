//! Golden cases: one folder each under `testdata/<area>/`, walked in order.
//!
//! A case holds `input/` (the working directory of the run), `args` when the arguments after
//! `build` are not just `.`, and what is expected. With `UPDATE_GOLDEN=1` in the environment the
//! expected files are written anew instead of compared; `git diff` then shows what changed.

use crate::trimtab::{self, Outcome};
use similar::TextDiff;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// One golden case.
pub(crate) struct Case {
    /// The folder's name, which says what the case is about.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Case {
    /// Runs `trimtab build` as the case says. Paths of this machine in messages become `[input]`.
    pub(crate) fn run(&self) -> Outcome {
        self.run_words(&["build"])
    }

    /// The same with another command.
    pub(crate) fn run_command(&self, command: &str) -> Outcome {
        self.run_words(&[command])
    }

    /// The same with more arguments in front of the case's own.
    pub(crate) fn run_with(&self, more: &[&str]) -> Outcome {
        self.run_words(&[&["build"], more].concat())
    }

    fn run_words(&self, words: &[&str]) -> Outcome {
        let input = self.folder.join("input");
        let mut arguments: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        match self.text("args") {
            Some(text) => arguments.extend(text.split_whitespace().map(str::to_owned)),
            None => arguments.push(".".to_owned()),
        }
        let mut outcome = trimtab::run(&input, &arguments);
        let absolute = input.canonicalize().expect("a case has an input folder");
        outcome.stderr = outcome
            .stderr
            .replace(&*absolute.to_string_lossy(), "[input]");
        outcome
    }

    /// The text of one of the case's own files.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }

    /// The facts from `wants.txt`, one a line, that the messages must tell but do not.
    pub(crate) fn untold_facts(&self, stderr: &str) -> Vec<String> {
        let facts = self.text("wants.txt").unwrap_or_default();
        facts
            .lines()
            .filter(|fact| !stderr.contains(fact))
            .map(|fact| {
                format!(
                    "{}: the message does not tell `{fact}`:\n{stderr}",
                    self.name
                )
            })
            .collect()
    }
}

/// Cases whose messages hold what Unix says of files, and Windows otherwise.
const OF_UNIX: [&str; 3] = [
    "control-characters-in-a-path",
    "function-program-missing",
    "helm-not-installed",
];

/// Whether a case can run on this system: Windows runs no scripts.
fn can_run(case: &Case) -> bool {
    cfg!(unix) || !(OF_UNIX.contains(&&*case.name) || has_script(&case.folder))
}

fn has_script(directory: &Path) -> bool {
    entries(directory).iter().any(|name| {
        let path = directory.join(name);
        if path.is_dir() {
            return has_script(&path);
        }
        fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"#!"))
    })
}

/// Every case of an area that can run on this system, in order of name.
pub(crate) fn cases(area: &str) -> Vec<Case> {
    let folder = trimtab::root().join("testdata").join(area);
    let mut cases: Vec<Case> = entries(&folder)
        .into_iter()
        .map(|name| Case {
            folder: folder.join(&name),
            name,
        })
        .collect();
    cases.retain(can_run);
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The names inside a directory, in order.
pub(crate) fn entries(directory: &Path) -> Vec<String> {
    let listing =
        fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut names: Vec<String> = listing
        .map(|entry| entry.expect("a directory can be listed").file_name())
        .map(|name| name.into_string().expect("our names are UTF-8"))
        .collect();
    names.sort();
    names
}

/// Compares `actual` with the file at `path`, or writes the file when golden files are renewed.
/// An absent file stands for no output.
pub(crate) fn compare(path: &Path, actual: &str) -> Result<(), String> {
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        if actual.is_empty() && !path.ends_with("expected.yaml") {
            let _ = fs::remove_file(path);
        } else {
            fs::write(path, actual).expect("golden files can be written");
        }
        return Ok(());
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let name = path.strip_prefix(trimtab::root()).unwrap_or(path);
    let diff = TextDiff::from_lines(&expected, actual);
    Err(diff
        .unified_diff()
        .header(&name.to_string_lossy(), "printed now")
        .to_string())
}

/// Runs a command on every case of the area of its name and holds what it prints, and its status where
/// that is not 0, to the case's files. There are at least `least` cases.
pub(crate) fn hold_command(command: &str, least: usize) {
    let cases = cases(command);
    assert!(cases.len() >= least, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let outcome = case.run_command(command);
        let status = match outcome.status {
            Some(0) => String::new(),
            Some(status) => format!("{status}\n"),
            None => "killed\n".to_owned(),
        };
        let stdout = String::from_utf8(outcome.stdout).expect("it prints UTF-8");
        for (file, text) in [
            ("expected.stdout", stdout),
            ("expected.stderr", outcome.stderr),
            ("expected.status", status),
        ] {
            failures.extend(compare(&case.folder.join(file), &text).err());
        }
    }
    report(&failures);
}

/// Fails the test with every failure at once.
pub(crate) fn report(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failed:\n\n{}",
        failures.len(),
        failures.join("\n")
    );
}
