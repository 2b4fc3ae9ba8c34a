//! Tables of values and what they ask for.

use super::*;
use serde_json::json;

const USUAL: Tolerances = Tolerances { down: 0.1, up: 0.1 };

fn now() -> Timestamp {
    "2026-01-01T01:00:00Z".parse().unwrap()
}

/// A pod that requests a whole processor; ready since long, or in the phase told.
fn pod(name: &str, phase: &str) -> Arc<Pod> {
    let pod = json!({
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "1"}}}]},
        "status": {
            "phase": phase,
            "startTime": "2026-01-01T00:00:00Z",
            "conditions": [
                {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:05Z"},
            ],
        },
    });
    Arc::new(serde_json::from_value(pod).unwrap())
}

fn metrics(values: &[i64]) -> PodMetrics {
    let all = values.iter().enumerate().filter(|(_, value)| **value >= 0);
    all.map(|(number, value)| {
        let metric = PodMetric {
            at: now(),
            window: SignedDuration::from_secs(60),
            value: *value,
        };
        (format!("p{number}"), metric)
    })
    .collect()
}

fn utilization(percent: i32) -> Target<'static> {
    Target::Utilization {
        percent,
        resource: "cpu",
        container: None,
    }
}

/// Values of pods in thousandths of a processor (-1: not measured), target in hundredths of the
/// request -> pods, utilization.
#[test]
fn utilization_of_ready_pods() {
    for (values, percent, expected) in [
        (&[300, 500, 700][..], 30, (5, 50)),
        (&[900, 950, 950, 1000], 100, (4, 95)),
        (&[1100, 1100], 100, (2, 110)),
        (&[1110, 1110], 100, (3, 111)),
        (&[100, 300, 500, 250, 250], 50, (3, 28)),
        // Missing ones use all of their request when there are to be fewer.
        (&[100, -1, 100, -1], 50, (4, 10)),
        (&[100, 100, 100, -1], 60, (3, 10)),
        // And nothing when there are to be more.
        (&[1000, -1, 1000, -1], 50, (4, 100)),
        (&[1000, 1000, 1000, -1], 50, (6, 100)),
        // The direction never turns.
        (&[400, -1, -1], 50, (3, 40)),
    ] {
        let pods: Vec<_> = (0..values.len())
            .map(|number| pod(&format!("p{number}"), "Running"))
            .collect();
        let current = i32::try_from(values.len()).unwrap();
        let target = utilization(percent);
        let got = by_pods(
            &pods,
            metrics(values),
            Some("cpu"),
            current,
            target,
            USUAL,
            now(),
        );
        let got = got.map(|it| (it.replicas, it.utilization.unwrap()));
        assert_eq!(got, Ok(expected), "{values:?} {percent}");
    }
}

#[test]
fn pods_that_wait_dampen_growth_and_those_that_end_do_not_count() {
    let pods = [
        pod("p0", "Running"),
        pod("p1", "Pending"),
        pod("p2", "Failed"),
    ];
    let propose = |value| {
        let values = metrics(&[value, 5_000, 5_000]);
        by_pods(&pods, values, Some("cpu"), 2, utilization(50), USUAL, now())
            .unwrap()
            .replicas
    };
    // 200 % of one would be 4; with the one that waits it is 100 % of two.
    assert_eq!(propose(2_000), 4);
    assert_eq!(propose(1_000), 2);
    assert_eq!(propose(200), 1);
}

#[test]
fn the_processor_time_of_a_start_does_not_count() {
    let starting = |ready: &str, since: &str, started: &str, at: &str| {
        let mut pod = (*pod("p", "Running")).clone();
        let status = json!({
            "phase": "Running",
            "startTime": started,
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": since}],
        });
        pod.status = serde_json::from_value(status).unwrap();
        let metric = PodMetric {
            at: at.parse().unwrap(),
            window: SignedDuration::from_secs(60),
            value: 1,
        };
        is_starting(&pod, &metric, now())
    };
    let (young, old) = ("2026-01-01T00:57:00Z", "2026-01-01T00:10:00Z");
    let at = "2026-01-01T00:59:00Z";
    // Young and measured before it was ready for a whole window.
    assert!(starting("True", "2026-01-01T00:58:30Z", young, at));
    assert!(!starting("True", "2026-01-01T00:57:30Z", young, at));
    assert!(starting("False", "2026-01-01T00:57:30Z", young, at));
    // Old: what was never ready is still starting, what is no longer ready is not.
    assert!(starting("False", "2026-01-01T00:10:20Z", old, at));
    assert!(!starting("False", "2026-01-01T00:50:00Z", old, at));
    assert!(!starting("True", "2026-01-01T00:10:20Z", old, at));
}

#[test]
fn values_of_pods_without_requests() {
    for (values, target, expected) in [
        (&[20_000, 10_000][..], 15_000, (2, 15_000)),
        (&[30_000, 30_000], 15_000, (4, 30_000)),
        (&[20_000, -1], 10_000, (2, 20_000)),
        (&[4_000, 4_000, 4_000, -1], 10_000, (3, 4_000)),
    ] {
        let pods: Vec<_> = (0..values.len())
            .map(|number| pod(&format!("p{number}"), "Running"))
            .collect();
        let current = i32::try_from(values.len()).unwrap();
        let target = Target::Usage(target);
        let got = by_pods(&pods, metrics(values), None, current, target, USUAL, now()).unwrap();
        assert_eq!((got.replicas, got.usage), expected, "{values:?}");
    }
}

#[test]
fn what_cannot_be_computed_says_why() {
    let pods = [pod("p0", "Running")];
    let propose = |pods: &[Arc<Pod>], values: &[i64], container, resource| {
        let target = Target::Utilization {
            percent: 50,
            resource,
            container,
        };
        by_pods(
            pods,
            metrics(values),
            Some(resource),
            1,
            target,
            USUAL,
            now(),
        )
        .unwrap_err()
    };
    for (got, expected) in [
        (propose(&[], &[1], None, "cpu"), NO_PODS),
        (
            propose(&pods, &[], None, "cpu"),
            "did not receive metrics for targeted pods (pods might be unready)",
        ),
        (
            propose(&pods, &[1], None, "memory"),
            "missing request for memory in container c of Pod p0",
        ),
        (
            propose(&pods, &[1], Some("d"), "cpu"),
            "container d not found in Pod p0",
        ),
        (
            propose(&pods, &[-1, 1], None, "cpu"),
            "no metrics returned matched known pods",
        ),
    ] {
        assert_eq!(got, expected);
    }
}

/// Value, current pods, target -> pods.
#[test]
fn one_value_for_all() {
    let pods: Vec<_> = (0..4).map(|it| pod(&format!("p{it}"), "Running")).collect();
    for (usage, current, target, expected) in [
        (20_000, 4, 10_000, 8),
        (10_500, 4, 10_000, 4),
        (5_000, 4, 10_000, 2),
        (0, 4, 10_000, 0),
        (25_000, 0, 10_000, 3),
    ] {
        let got = by_total(&pods, usage, current, target, USUAL).unwrap();
        assert_eq!(
            (got.replicas, got.usage),
            (expected, usage),
            "{usage} {current}"
        );
    }
    assert!(by_total(&[], 5, 1, 1, USUAL).unwrap_err().contains(NO_PODS));
}

/// Value, pods there are, target -> pods, share of each.
#[test]
fn one_value_shared() {
    for (usage, observed, target, expected) in [
        (8_600, 5, 1_000, (9, 1_720)),
        (5_200, 5, 1_000, (5, 1_040)),
        (1_001, 2, 1_000, (2, 501)),
        (3_000, 0, 1_000, (3, 3_000)),
    ] {
        let got = by_share(usage, observed, target, USUAL);
        assert_eq!((got.replicas, got.usage), expected, "{usage} {observed}");
    }
}
