//! What a Deployment and its `ReplicaSets` remember in annotations.
//!
//! The rules are those of Kubernetes' `pkg/controller/deployment/util/deployment_util.go`.

use super::limits::{max_surge, replicas};
use super::sets::Sets;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use kube::ResourceExt;

/// The number of the rollout that made, or last used, a set; that of the current one on the
/// Deployment.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// The earlier numbers of a set that was used more than once.
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// The size of the Deployment when a set was last resized.
pub(super) const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// That size and the surge.
pub(super) const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";

/// What a set has of its own and does not take over from its Deployment.
const OWN: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    "deprecated.deployment.rollback.to",
];

/// Longest history, in bytes.
const HISTORY: usize = 2000;

/// The number in an annotation of a set, if there is one.
pub(super) fn number_of<T: std::str::FromStr>(set: &ReplicaSet, annotation: &str) -> Option<T> {
    set.annotations().get(annotation)?.parse().ok()
}

/// A set's revision; 0 if it has none.
pub(super) fn revision(set: &ReplicaSet) -> i64 {
    number_of(set, REVISION).unwrap_or_default()
}

/// The revision a new rollout has.
pub(super) fn next_revision(sets: &Sets) -> i64 {
    let highest = sets.old.iter().map(|set| revision(set)).max();
    highest.unwrap_or_default().saturating_add(1)
}

/// Brings the annotations of the Deployment's new set up to date; whether that changed any.
pub(super) fn annotate_new_set(
    deployment: &Deployment,
    set: &mut ReplicaSet,
    next: i64,
    exists: bool,
) -> bool {
    let before = set.metadata.annotations.clone().unwrap_or_default();
    let mut annotations = before.clone();
    for (key, value) in deployment.annotations() {
        if !OWN.contains(&key.as_str()) {
            annotations.insert(key.clone(), value.clone());
        }
    }
    let known = before.get(REVISION).filter(|it| !it.is_empty());
    // A revision that is no number was written by a hand; leave it to that hand.
    let current = known.map_or(Some(0), |it| it.parse().ok());
    if current.is_some_and(|current: i64| current < next) {
        annotations.insert(REVISION.to_owned(), next.to_string());
        if let Some(known) = known {
            let history = history(
                before.get(REVISION_HISTORY).map_or("", String::as_str),
                known,
            );
            annotations.insert(REVISION_HISTORY.to_owned(), history);
        }
    }
    let changed = annotations != before;
    set.metadata.annotations = Some(annotations);
    let resized = !exists && remember_size(deployment, set);
    changed || resized
}

/// `history` with `revision` at its end; the oldest go where it becomes too long.
fn history(history: &str, revision: &str) -> String {
    let mut revisions: Vec<_> = history.split(',').filter(|it| !it.is_empty()).collect();
    revisions.push(revision);
    let length = |revisions: &[&str]| revisions.iter().map(|it| it.len() + 1).sum::<usize>() - 1;
    while revisions.len() > 1 && length(&revisions) > HISTORY {
        revisions.remove(0);
    }
    revisions.join(",")
}

/// Lets a set remember for what size of the Deployment it has its own; whether that is new to it.
pub(super) fn remember_size(deployment: &Deployment, set: &mut ReplicaSet) -> bool {
    let wanted = replicas(deployment);
    let most = wanted.saturating_add(max_surge(deployment));
    let annotations = set.metadata.annotations.get_or_insert_default();
    let mut changed = false;
    for (key, value) in [(DESIRED_REPLICAS, wanted), (MAX_REPLICAS, most)] {
        let value = value.to_string();
        changed |= annotations.insert(key.to_owned(), value.clone()) != Some(value);
    }
    changed
}

/// Lets the Deployment carry the revision of its new set; whether that is new to it.
pub(super) fn set_revision(deployment: &mut Deployment, revision: Option<&String>) -> bool {
    let Some(revision) = revision else {
        return false;
    };
    let annotations = deployment.metadata.annotations.get_or_insert_default();
    annotations
        .insert(REVISION.to_owned(), revision.clone())
        .as_ref()
        != Some(revision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn annotated(deployment: &Value, set: &Value, next: i64, exists: bool) -> (bool, Value) {
        let deployment: Deployment = serde_json::from_value(json!({
            "metadata": {"annotations": deployment},
            "spec": {"replicas": 10, "selector": {}, "template": {}},
        }))
        .unwrap();
        let mut set: ReplicaSet =
            serde_json::from_value(json!({"metadata": {"annotations": set}})).unwrap();
        let changed = annotate_new_set(&deployment, &mut set, next, exists);
        (changed, json!(set.metadata.annotations))
    }

    #[test]
    fn a_set_takes_over_annotations_and_counts() {
        let deployment = json!({"why": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}", REVISION: "1"});
        let expected =
            json!({"why": "x", REVISION: "2", DESIRED_REPLICAS: "10", MAX_REPLICAS: "13"});
        assert_eq!(
            annotated(&deployment, &json!({}), 2, false),
            (true, expected)
        );
    }

    #[test]
    fn a_set_used_again_remembers_when() {
        let (changed, annotations) = annotated(&json!({}), &json!({REVISION: "1"}), 3, true);
        assert!(changed);
        assert_eq!(annotations, json!({REVISION: "3", REVISION_HISTORY: "1"}));
        let (_, annotations) = annotated(&json!({}), &annotations, 5, true);
        assert_eq!(annotations, json!({REVISION: "5", REVISION_HISTORY: "1,3"}));
        assert_eq!(
            annotated(&json!({}), &annotations, 5, true),
            (false, annotations)
        );
    }

    #[test]
    fn a_history_is_bounded() {
        let long = (1..=1000)
            .map(|it| it.to_string())
            .collect::<Vec<_>>()
            .join(",");
        let history = history(&long, "1001");
        assert!(
            history.len() <= HISTORY && history.ends_with(",1000,1001"),
            "{history}"
        );
    }
}
