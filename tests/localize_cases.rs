//! `testdata/localize/`: kustomizations and the copies that `trimtab localize` makes.
//!
//! `args` are its arguments and `links` symbolic links to make first, `PATH TARGET` a line.
//! `expected.txt` holds every new file with its name; a refused copy leaves none. `expected.stderr`
//! is what goes to standard error.

use crate::{golden, trimtab};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
fn every_case_is_copied_as_expected() {
    let cases = golden::cases("localize");
    assert!(cases.len() >= 12, "only {} cases found", cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let directory = trimtab::scratch_directory();
        let directory = directory.canonicalize().expect("it was just made");
        copy(&case.folder.join("input"), &directory);
        for link in case.text("links").unwrap_or_default().lines() {
            let (path, target) = link.split_once(' ').expect("PATH TARGET");
            link_to(target, &directory.join(path));
        }
        let before = files(&directory);
        let mut arguments = vec!["localize".to_owned()];
        let args = case.text("args").unwrap_or_default();
        arguments.extend(args.split_whitespace().map(str::to_owned));
        let outcome = trimtab::run(&directory, &arguments);
        assert!(outcome.stdout.is_empty(), "{}", case.name);
        let mut made = String::new();
        for (name, text) in files(&directory) {
            if before.get(&name) != Some(&text) {
                made.extend(["=== ", &name, "\n", &text]);
            }
        }
        failures.extend(golden::compare(&case.folder.join("expected.txt"), &made).err());
        let here = directory.to_string_lossy();
        let stderr = outcome.stderr.replace(&*here, "[here]");
        failures.extend(golden::compare(&case.folder.join("expected.stderr"), &stderr).err());
        let fails = outcome.stderr.contains("error");
        if outcome.status != Some(i32::from(fails)) {
            failures.push(format!("{}: ends with {:?}", case.name, outcome.status));
        }
    }
    golden::report(&failures);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a scratch directory can be filled");
    for name in golden::entries(from) {
        let (source, target) = (from.join(&name), to.join(&name));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a golden file can be copied");
        }
    }
}

fn link_to(target: &str, path: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
    #[cfg(not(unix))]
    panic!("cannot link {} to {target}", path.display());
}

/// All files below a directory, links not followed: names and texts.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![directory.to_owned()];
    while let Some(path) = left.pop() {
        for name in golden::entries(&path) {
            let path = path.join(name);
            let kind = path.symlink_metadata().expect("just listed");
            if kind.is_dir() {
                left.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(directory).expect("below it");
                let bytes = fs::read(&path).expect("just listed");
                let text = String::from_utf8_lossy(&bytes).into_owned();
                found.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    found
}
