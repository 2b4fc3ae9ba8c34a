//! Why the last few pods fitted nowhere: as long as no node has changed, the next that asks for the same
//! fits nowhere either, and for the same reasons.

use crate::claims::claims_of;
use crate::devices::asks_for_devices;
use crate::pick::Unschedulable;
use k8s_openapi::api::core::v1::Pod;
use std::collections::VecDeque;
use std::sync::Arc;

/// So many sorts of pods are remembered at once.
const MOST: usize = 8;

/// How often the nodes have changed, and how often all else that decides.
pub(crate) type State = (u64, u64);

/// The last pods that fitted nowhere, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    state: State,
    known: VecDeque<(Arc<Pod>, Arc<Unschedulable>)>,
}

impl Failures {
    /// Why a pod fits nowhere, if one did not that asked for the same, with nothing changed since.
    pub(crate) fn of(&mut self, pod: &Pod, state: State) -> Option<Arc<Unschedulable>> {
        if self.state != state {
            self.known.clear();
            return None;
        }
        let mut known = self.known.iter();
        let same = known.find(|(it, _)| asks_the_same(it, pod))?;
        Some(Arc::clone(&same.1))
    }

    /// Remembers a pod that fits nowhere.
    pub(crate) fn add(&mut self, pod: &Arc<Pod>, state: State, why: &Arc<Unschedulable>) {
        // Its volumes may be its own by name, and its devices by its status.
        if !claims_of(pod).is_empty() || asks_for_devices(pod) {
            return;
        }
        if self.state != state {
            self.known.clear();
            self.state = state;
        }
        self.known.truncate(MOST - 1);
        self.known.push_front((Arc::clone(pod), Arc::clone(why)));
    }
}

/// Whether what is told of one pod holds for another.
fn asks_the_same(one: &Pod, other: &Pod) -> bool {
    one.metadata.namespace == other.metadata.namespace
        && one.metadata.labels == other.metadata.labels
        && one.spec == other.spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{labelled, pod, pod_asking};

    #[test]
    fn a_reason_holds_for_the_same_and_until_something_changes() {
        let mut failures = Failures::default();
        let why = Arc::new(Unschedulable::default());
        failures.add(&pod_asking("p", "1"), (1, 1), &why);
        let of = |failures: &mut Failures, pod: &Pod, state| failures.of(pod, state).is_some();
        assert!(of(&mut failures, &pod_asking("q", "1"), (1, 1)));
        assert!(!of(&mut failures, &pod_asking("q", "2"), (1, 1)));
        let mut labelled = (*labelled("q", &[("app", "a")])).clone();
        labelled.spec.clone_from(&pod_asking("q", "1").spec);
        assert!(!of(&mut failures, &labelled, (1, 1)));
        let mut elsewhere = (*pod_asking("q", "1")).clone();
        elsewhere.metadata.namespace = Some("other".to_owned());
        assert!(!of(&mut failures, &elsewhere, (1, 1)));
        assert!(!of(&mut failures, &pod_asking("q", "1"), (2, 1)));
        assert!(
            !of(&mut failures, &pod_asking("q", "1"), (1, 1)),
            "it is forgotten"
        );
    }

    #[test]
    fn a_pod_with_claims_is_looked_at_anew() {
        let mut failures = Failures::default();
        let own =
            serde_json::json!({"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}});
        let pod = |name| {
            pod(
                name,
                serde_json::json!({"containers": [], "volumes": [own]}),
            )
        };
        failures.add(&pod("p"), (1, 1), &Arc::new(Unschedulable::default()));
        assert!(failures.of(&pod("q"), (1, 1)).is_none());
    }

    #[test]
    fn no_more_than_a_few_are_remembered() {
        let mut failures = Failures::default();
        let why = Arc::new(Unschedulable::default());
        for cpu in 0..=MOST {
            failures.add(&pod_asking("p", &cpu.to_string()), (1, 1), &why);
        }
        assert_eq!(failures.known.len(), MOST);
        assert!(failures.of(&pod_asking("q", "0"), (1, 1)).is_none());
        assert!(failures.of(&pod_asking("q", "1"), (1, 1)).is_some());
    }
}
