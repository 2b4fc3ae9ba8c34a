//! Plays that chance decides: which, how many, and what goes wrong in them.

use std::fmt::Debug;
use trimtab_clock::Chance;
use trimtab_cluster::{Cluster, Options, in_virtual_time};
use trimtab_node::Scenario;
use trimtab_tree::SourceMap;

/// What may go wrong; `CLIENT` is whoever is told to ask less often.
const FAULTS: [&str; 5] = [
    "{fault: ApiErrors, status: 500, share: 15%, verbs: [create, update, patch, delete], for: 4m}",
    "{fault: ApiErrors, status: 409, share: 25%, verbs: [update, patch], for: 4m}",
    "{fault: ApiErrors, client: 'CLIENT', status: 429, share: 40%, for: 2m}",
    "{fault: DroppedWatches, at: 1s..10s, every: 7s}",
    "{fault: ApiErrors, client: 'system:node:*', status: 500, share: 30%, for: 3m}",
];

/// A number below `bound`.
pub(crate) fn below(chance: &Chance, bound: usize) -> usize {
    usize::try_from(chance.below(bound as u64)).unwrap()
}

/// What goes wrong: some of everything that may, `client` being told to ask less often.
pub(crate) fn faults(chance: &Chance, client: &str) -> Vec<String> {
    let drawn = FAULTS.iter().filter(|_| chance.below(3) == 0);
    drawn.map(|fault| fault.replace("CLIENT", client)).collect()
}

/// A scenario in which pods with this image have this outcome.
pub(crate) fn scenario(image: &str, outcome: Option<&str>, faults: &[String]) -> Scenario {
    let mut text = "apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\n".to_owned();
    if let Some(outcome) = outcome {
        text.extend(["pods:\n- match: {image: '", image, "'}\n  ", outcome, "\n"]);
    }
    if !faults.is_empty() {
        text += "faults:\n";
    }
    for fault in faults {
        text.extend(["- ", fault, "\n"]);
    }
    Scenario::read("scenario.yaml", &text, &mut SourceMap::new()).unwrap()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Draws and plays one play for each seed. `TRIMTAB_TEST_RUNS` says how many, from
/// `TRIMTAB_TEST_FROM` on; `TRIMTAB_TEST_SEED` plays one of them alone.
///
/// Panics with the seed and the play where a promise is broken.
pub(crate) fn play_all<P: Debug>(
    runs: u64,
    fixed: &[u64],
    draw: impl Fn(&Chance) -> P,
    scenario: impl Fn(&P) -> Scenario,
    run: &impl AsyncFn(&Cluster, &P) -> Result<(), String>,
) {
    let seeds: Vec<u64> = if let Some(seed) = number("TRIMTAB_TEST_SEED") {
        vec![seed]
    } else {
        let from = number("TRIMTAB_TEST_FROM").unwrap_or(0);
        let runs = number("TRIMTAB_TEST_RUNS").unwrap_or(runs);
        { fixed.iter().copied() }.chain(from..from + runs).collect()
    };
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    for seed in seeds {
        let play = draw(&Chance::seeded(seed).fork("play"));
        let result = in_virtual_time(start, seed, async |clock, chance| {
            let mut options = Options::new(clock, chance);
            options.scenario = scenario(&play);
            let cluster = Cluster::start(options).await.unwrap();
            let result = run(&cluster, &play).await;
            cluster.shutdown().await;
            result
        });
        if let Err(broken) = result.unwrap() {
            panic!("seed {seed}: {broken}\n{play:#?}");
        }
    }
}
