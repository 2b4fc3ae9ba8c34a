//! How `trimtab build` grows: whole runs of the binary on trees of 10 to 10,000 applications.
//!
//! The time is wall time of a process, start included; `scripts/measure` compares CPU and memory
//! with kubectl.

mod trees;

use divan::Bencher;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
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
