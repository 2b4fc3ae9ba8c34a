//! A Deployment's `ReplicaSets`: which is new, which are old, and how they add up.
//!
//! The rules are those of Kubernetes' `pkg/controller/deployment/util/deployment_util.go`.

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, ReplicaSetStatus};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use kube::ResourceExt;
use std::sync::Arc;

/// The label that tells the pods of one template from those of another.
pub(super) const HASH_LABEL: &str = "pod-template-hash";

/// What a Deployment has, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Sets {
    /// The one with the Deployment's template.
    pub(super) new: Option<Arc<ReplicaSet>>,
    /// All others.
    pub(super) old: Vec<Arc<ReplicaSet>>,
}

impl Sets {
    /// Sorts out which of the sets that a Deployment controls are which.
    pub(super) fn of(deployment: &Deployment, mut sets: Vec<Arc<ReplicaSet>>) -> Self {
        sort_by_age(&mut sets);
        let spec = deployment.spec.clone().unwrap_or_default();
        let is_new = |set: &Arc<ReplicaSet>| {
            let template = set.spec.as_ref().and_then(|spec| spec.template.as_ref());
            template.is_some_and(|template| is_same_template(template, &spec.template))
        };
        // Of several with the same template, which only a hand could have made, the oldest is it.
        let new = sets.iter().position(is_new).map(|at| sets.remove(at));
        Self { new, old: sets }
    }

    /// Old ones first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<ReplicaSet>> {
        self.old.iter().chain(&self.new)
    }

    /// Puts a newer state of one of them in its place.
    pub(super) fn put(&mut self, newer: ReplicaSet) {
        let all = self.old.iter_mut().chain(&mut self.new);
        for set in all {
            if set.metadata.uid == newer.metadata.uid {
                *set = Arc::new(newer);
                return;
            }
        }
    }

    /// Pods asked for.
    pub(super) fn wanted(&self) -> i32 {
        self.all().map(|set| size(set)).sum()
    }

    /// Pods there may be at most right now: those asked for, and those that were and are not yet
    /// gone. `None` as long as a set has not been seen to by its controller since it was resized:
    /// how many it has made by then nobody knows.
    pub(super) fn most_pods(&self) -> Option<i32> {
        self.all()
            .map(|set| {
                let status = status_of(set);
                let is_seen_to = status.observed_generation >= set.metadata.generation;
                is_seen_to.then(|| size(set).max(status.replicas))
            })
            .sum()
    }
}

/// Oldest first, by name if they are of the same second.
pub(super) fn sort_by_age(sets: &mut [Arc<ReplicaSet>]) {
    sets.sort_by_cached_key(|set| (set.creation_timestamp().map(|time| time.0), set.name_any()));
}

/// Whether both make the same pods. The hash does not count: a template does not contain its own.
fn is_same_template(one: &PodTemplateSpec, other: &PodTemplateSpec) -> bool {
    without_hash(one) == without_hash(other)
}

fn without_hash(template: &PodTemplateSpec) -> PodTemplateSpec {
    let mut template = template.clone();
    let meta = template.metadata.get_or_insert_default();
    if let Some(labels) = &mut meta.labels {
        labels.remove(HASH_LABEL);
    }
    // None and empty say the same.
    meta.labels = meta.labels.take().filter(|labels| !labels.is_empty());
    meta.annotations = meta
        .annotations
        .take()
        .filter(|annotations| !annotations.is_empty());
    meta.creation_timestamp = None;
    template
}

/// Pods a set is asked to have.
pub(super) fn size(set: &ReplicaSet) -> i32 {
    set.spec
        .as_ref()
        .and_then(|spec| spec.replicas)
        .unwrap_or(1)
}

/// Whether a set is asked to have any pods.
pub(super) fn is_active(set: &ReplicaSet) -> bool {
    size(set) > 0
}

pub(super) fn status_of(set: &ReplicaSet) -> ReplicaSetStatus {
    set.status.clone().unwrap_or_default()
}

/// Available pods that a set will still have once it is down to its size: which it is asked to
/// be, its controller may not have seen yet.
pub(super) fn lasting_available(set: &ReplicaSet) -> i32 {
    status_of(set)
        .available_replicas
        .unwrap_or_default()
        .min(size(set))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A set that its controller has seen to.
    pub(in super::super) fn set(
        name: &str,
        size: i32,
        pods: i32,
        available: i32,
    ) -> Arc<ReplicaSet> {
        with(
            name,
            size,
            &json!({"replicas": pods, "availableReplicas": available, "readyReplicas": available, "observedGeneration": 1}),
        )
    }

    fn with(name: &str, size: i32, status: &Value) -> Arc<ReplicaSet> {
        let set = json!({
            "metadata": {"name": name, "uid": name, "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"replicas": size, "selector": {}, "template": {"metadata": {"labels": {"app": name, HASH_LABEL: "x"}}}},
            "status": status,
        });
        Arc::new(serde_json::from_value(set).unwrap())
    }

    #[test]
    fn the_new_set_has_the_template_but_for_the_hash() {
        let deployment = |app: &str| -> Deployment {
            serde_json::from_value(json!({"metadata": {}, "spec": {
                "selector": {}, "template": {"metadata": {"labels": {"app": app}}},
            }}))
            .unwrap()
        };
        let all = || vec![set("b", 1, 1, 1), set("a", 1, 1, 1)];
        let sets = Sets::of(&deployment("b"), all());
        assert_eq!(sets.new.unwrap().name_any(), "b");
        assert_eq!(sets.old[0].name_any(), "a");
        assert!(Sets::of(&deployment("c"), all()).new.is_none());
    }

    #[test]
    fn pods_that_are_still_to_go_count() {
        let sets = |old: Arc<ReplicaSet>| Sets {
            new: Some(set("new", 2, 0, 0)),
            old: vec![old],
        };
        assert_eq!(sets(set("old", 3, 8, 5)).most_pods(), Some(10));
        assert_eq!(sets(set("old", 8, 3, 3)).most_pods(), Some(10));
        let unseen = with("old", 3, &json!({"replicas": 8, "observedGeneration": 0}));
        assert_eq!(sets(unseen).most_pods(), None);
        assert_eq!(lasting_available(&set("old", 3, 8, 5)), 3);
    }
}
