//! Work grows with the number of resources, and no faster: ten times the applications, under an
//! overlay that prefixes, labels, patches and re-images all of them, make ten times the allocations.
//!
//! A further overlay over a base that is built already costs a small part of that, in the number and size
//! of allocations.
//!
//! Candidates looked at per name reference and per image are counted beside the code.

#[path = "../../../benches/many_overlays.rs"]
mod many_overlays;
#[path = "../../../benches/trees.rs"]
mod trees;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use trimtab_kustomize::{BuildOptions, Resource, SharedBases, Sources, build, build_sharing};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// There is one profiler in a process, which counts what every thread allocates.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static PROFILER: Mutex<()> = Mutex::new(());
    PROFILER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn print(resources: &[Resource]) -> String {
    let mut printed = String::new();
    for resource in resources {
        trimtab_tree::write_yaml(resource.value(), &mut printed).expect("it prints");
    }
    printed
}

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
    let printed = print(&resources);
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
    let _alone = one_at_a_time();
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

/// The blocks and bytes that are allocated to build and print each of some overlays over one base.
fn measure_overlays(overlays: &[&str]) -> Vec<(u64, u64)> {
    let _profiler = dhat::Profiler::builder().testing().build();
    let sources = Sources::new(Path::new("/"));
    let options = BuildOptions::default();
    let bases = SharedBases::default();
    bases.expect(overlays, &options, &sources);
    let measured = overlays.iter().map(|overlay| {
        let before = dhat::HeapStats::get();
        let sources = sources.for_another_build();
        let resources = build_sharing(overlay, &options, &sources, &bases).expect("it builds");
        drop(print(&resources));
        let after = dhat::HeapStats::get();
        (
            after.total_blocks - before.total_blocks,
            after.total_bytes - before.total_bytes,
        )
    });
    measured.collect()
}

#[test]
fn a_further_overlay_copies_and_prints_only_what_it_changes() {
    const RESOURCES: usize = 400;
    let _alone = one_at_a_time();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth-overlays");
    let overlays = many_overlays::write_overlays(&directory, RESOURCES, 6);
    let overlays = overlays.expect("the tree can be written");
    let overlays: Vec<&str> = overlays.iter().filter_map(|path| path.to_str()).collect();
    let measured = measure_overlays(&overlays);
    let (first_blocks, first_bytes) = measured[0];
    // The last one takes what nobody else will ask for.
    for &(blocks, bytes) in &measured[1..] {
        assert!(60 * blocks < first_blocks, "{measured:?}");
        assert!(36 * bytes < first_bytes, "{measured:?}");
    }
}

#[test]
fn what_an_overlay_says_of_all_objects_costs_what_it_puts_there() {
    const RESOURCES: usize = 400;
    let _alone = one_at_a_time();
    for (name, says) in [
        ("images", "images: [{name: example/.*, newTag: vN}]"),
        (
            "labels",
            "{commonLabels: {stage: sN}, commonAnnotations: {team: tN}}",
        ),
        (
            "merge",
            "patches: [{target: {kind: Deployment}, patch: '{apiVersion: apps/v1, kind: Deployment, \
             metadata: {name: x}, spec: {replicas: N, template: {spec: {nodeName: nN}}}}'}]",
        ),
        (
            "operations",
            "{namePrefix: pN-, patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/replicas, \
             value: N}, {op: add, path: /spec/paused, value: true}]'}]}",
        ),
    ] {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("growth-{name}"));
        let overlays = many_overlays::write_overlays(&directory, RESOURCES, 6);
        let overlays = overlays.expect("the tree can be written");
        for (number, overlay) in overlays.iter().enumerate() {
            let says = says.replace('N', &number.to_string());
            let text = match says.strip_prefix('{') {
                Some(rest) => format!("{{resources: [../base], {rest}"),
                None => format!("{{resources: [../base], {says}}}"),
            };
            std::fs::write(overlay.join("kustomization.yaml"), text).expect("it can be written");
        }
        let overlays: Vec<&str> = overlays.iter().filter_map(|path| path.to_str()).collect();
        let measured = measure_overlays(&overlays);
        let (first_blocks, first_bytes) = measured[0];
        // The second finds out what patches do to every object.
        for &(blocks, bytes) in &measured[2..] {
            assert!(5 * blocks < first_blocks, "{name}: {measured:?}");
            assert!(15 * bytes < first_bytes, "{name}: {measured:?}");
        }
    }
}
