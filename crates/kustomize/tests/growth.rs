//! Work grows with the number of resources, and no faster: ten times the applications, under an
//! overlay that prefixes, labels, patches and re-images all of them, make ten times the allocations.
//!
//! Candidates looked at per name reference and per image are counted beside the code.

#[path = "../../../benches/trees.rs"]
mod trees;

use std::path::Path;
use trimtab_kustomize::{BuildOptions, Sources, build};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Builds `applications` applications; returns how many blocks were allocated and how many bytes
/// were in use at the peak.
fn measure(applications: usize) -> (u64, usize) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("growth-{applications}"));
    let overlay = trees::write_tree(&directory, applications).expect("the tree can be written");
    let profiler = dhat::Profiler::builder().testing().build();
    let sources = Sources::new(Path::new("/"));
    let resources = build(
        overlay.to_str().expect("our paths are UTF-8"),
        &BuildOptions::default(),
        &sources,
    )
    .expect("the tree builds");
    let mut printed = String::new();
    for resource in &resources {
        trimtab_tree::write_yaml(resource.value(), &mut printed).expect("it prints");
    }
    let stats = dhat::HeapStats::get();
    drop(profiler);
    assert_eq!(resources.len(), 3 * applications);
    assert_eq!(
        printed.matches("name: production-app-").count() % applications,
        0
    );
    (stats.total_blocks, stats.max_bytes)
}

#[test]
fn ten_times_the_resources_are_ten_times_the_work() {
    let (small_blocks, small_peak) = measure(60);
    let (large_blocks, large_peak) = measure(600);
    assert!(
        large_blocks < 11 * small_blocks,
        "{small_blocks} blocks, then {large_blocks}"
    );
    assert!(
        large_peak < 11 * small_peak,
        "peak of {small_peak} bytes, then {large_peak}"
    );
}
