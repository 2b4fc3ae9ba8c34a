//! How `trimtab build` grows: whole runs of the binary on trees of 10 to 10,000 applications.
//!
//! The time is wall time of a process, start included; `scripts/measure` compares CPU and memory
//! with kubectl.

mod many_overlays;
mod trees;

use divan::Bencher;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
}

/// Overlays over one base of 1,000 resources, as targets of one run.
#[divan::bench(args = [1, 20], sample_count = 20, sample_size = 1)]
fn overlays(bencher: Bencher, count: usize) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("many-overlays");
    let overlays = many_overlays::write_overlays(&directory, 1_000, 20);
    let overlays = overlays.expect("the tree can be written");
    let rendered = directory.join("rendered");
    std::fs::create_dir_all(&rendered).expect("the directory can be made");
    bencher.bench(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_trimtab"))
            .arg("build")
            .args(&overlays[..count])
            .arg("-o")
            .arg(&rendered)
            .status();
        assert!(status.expect("the binary starts").success());
    });
}

#[divan::bench(args = [1, 10, 100, 1_000, 10_000], sample_count = 5, sample_size = 1)]
fn build(bencher: Bencher, applications: usize) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tree-{applications}"));
    let overlay = trees::write_tree(&directory, applications).expect("the tree can be written");
    bencher.bench(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_trimtab"))
            .arg("build")
            .arg(&overlay)
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("the binary starts").success());
    });
}
