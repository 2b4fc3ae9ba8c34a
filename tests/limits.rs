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
        outcome.stderr.contains("files of at most 512 MiB"),
        "{}",
        outcome.stderr
    );
}
