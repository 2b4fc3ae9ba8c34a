//! What pods are spread with that have no topology spread constraints of their own: those of the services
//! that select them and of the controller that made them.
//!
//! The rule is that of kube-scheduler's system defaults for `PodTopologySpread`; which pods are alike is told
//! by the selectors of the services, and of a replication controller, replica set or stateful set.

use crate::happening::{Selecting, current};
use crate::node_info::{HOSTNAME, ZONE};
use crate::pod_terms::{Labels, PodMatcher, labels_of};
use crate::tally::Kind;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    LabelSelector, LabelSelectorRequirement, ObjectMeta,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By which labels of nodes such pods are spread, none of them strictly, with the skew that is let pass.
pub(crate) const CONSTRAINTS: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE, 5)];

/// So many sets of pods are remembered at once.
const MOST: usize = 4096;

/// Who selects pods, and what is known of whom.
#[derive(Debug, Default)]
pub(crate) struct Defaults {
    /// What services select, by namespace and name.
    services: FxHashMap<String, BTreeMap<String, Labels>>,
    /// What controllers select, by kind, namespace and name.
    owners: FxHashMap<String, LabelSelector>,
    /// What pods are spread with, by namespace and owner.
    known: FxHashMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    /// Of the pod.
    labels: Labels,
    kind: Option<Arc<Kind>>,
}

impl Defaults {
    /// Takes in a change.
    pub(crate) fn take_in(&mut self, change: &Selecting) {
        match change {
            Selecting::Service(change) => {
                let selector = current(change).and_then(|it| it.spec.as_ref()?.selector.clone());
                self.set_service(&change.object().metadata, selector.as_ref());
            }
            Selecting::ReplicationController(change) => {
                let selector = current(change).and_then(|it| it.spec.as_ref()?.selector.clone());
                let selector = selector.map(|labels| LabelSelector {
                    match_labels: Some(labels),
                    ..LabelSelector::default()
                });
                let meta = &change.object().metadata;
                self.set_owner("ReplicationController", meta, selector);
            }
            Selecting::ReplicaSet(change) => {
                let selector =
                    current(change).and_then(|it| Some(it.spec.as_ref()?.selector.clone()));
                self.set_owner("ReplicaSet", &change.object().metadata, selector);
            }
            Selecting::StatefulSet(change) => {
                let selector =
                    current(change).and_then(|it| Some(it.spec.as_ref()?.selector.clone()));
                self.set_owner("StatefulSet", &change.object().metadata, selector);
            }
        }
    }

    fn set_service(&mut self, meta: &ObjectMeta, selector: Option<&Labels>) {
        let namespace = meta.namespace.clone().unwrap_or_default();
        let name = meta.name.clone().unwrap_or_default();
        let of_namespace = self.services.entry(namespace.clone()).or_default();
        let before = match selector.filter(|selector| !selector.is_empty()) {
            Some(labels) => of_namespace.insert(name, labels.clone()),
            None => of_namespace.remove(&name),
        };
        if of_namespace.is_empty() {
            self.services.remove(&namespace);
        }
        if before.as_ref() != selector {
            self.known.clear();
        }
    }

    fn set_owner(&mut self, kind: &str, meta: &ObjectMeta, selector: Option<LabelSelector>) {
        let namespace = meta.namespace.as_deref().unwrap_or_default();
        let key = owner_key(kind, namespace, meta.name.as_deref().unwrap_or_default());
        if self.owners.get(&key) == selector.as_ref() {
            return;
        }
        match selector {
            Some(selector) => self.owners.insert(key, selector),
            None => self.owners.remove(&key),
        };
        self.known.clear();
    }

    /// The pods that a pod is spread with; `None` where nothing selects it.
    pub(crate) fn kind_of(&mut self, pod: &Pod) -> Option<Arc<Kind>> {
        let owners = pod.metadata.owner_references.iter().flatten();
        let owner = owners.clone().find(|it| it.controller == Some(true));
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let uid = owner.map_or("", |owner| &owner.uid);
        let key = format!("{namespace}/{uid}");
        let labels = labels_of(pod);
        if let Some(known) = self.known.get(&key)
            && known.labels == *labels
        {
            return known.kind.clone();
        }
        let selector = self.selector_of(namespace, labels, || {
            let owner = owner?;
            let version = owner.api_version.as_str();
            let is_known = match owner.kind.as_str() {
                "ReplicationController" => version == "v1",
                "ReplicaSet" | "StatefulSet" => version == "apps/v1",
                _ => false,
            };
            is_known.then(|| owner_key(&owner.kind, namespace, &owner.name))
        });
        let kind = selector.map(|selector| {
            let text = serde_json::to_string(&(namespace, &selector)).unwrap_or_default();
            Arc::new(Kind {
                key: format!("spread {text}"),
                matchers: vec![PodMatcher::in_namespace(namespace, Some(&selector))],
                with_terminating: false,
            })
        });
        if self.known.len() >= MOST {
            self.known.clear();
        }
        let known = Known {
            labels: labels.clone(),
            kind: kind.clone(),
        };
        self.known.insert(key, known);
        kind
    }

    fn selector_of(
        &self,
        namespace: &str,
        labels: &Labels,
        owner: impl FnOnce() -> Option<String>,
    ) -> Option<LabelSelector> {
        let mut selected = Labels::new();
        let services = self.services.get(namespace);
        for selector in services.into_iter().flat_map(BTreeMap::values) {
            if selector
                .iter()
                .all(|(key, value)| labels.get(key) == Some(value))
            {
                selected.extend(selector.clone());
            }
        }
        let mut requirements = Vec::new();
        if let Some(selector) = owner().and_then(|key| self.owners.get(&key)) {
            let exact = selector.match_labels.iter().flatten();
            requirements.extend(exact.map(|(key, value)| LabelSelectorRequirement {
                key: key.clone(),
                operator: "In".to_owned(),
                values: Some(vec![value.clone()]),
            }));
            requirements.extend(selector.match_expressions.iter().flatten().cloned());
        }
        let is_empty = selected.is_empty() && requirements.is_empty();
        (!is_empty).then_some(LabelSelector {
            match_labels: Some(selected),
            match_expressions: Some(requirements),
        })
    }
}

fn owner_key(kind: &str, namespace: &str, name: &str) -> String {
    format!("{kind} {namespace}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod_terms::Namespaces;
    use crate::testing::{labelled, owned, read};
    use k8s_openapi::api::apps::v1::ReplicaSet;
    use k8s_openapi::api::core::v1::Service;
    use serde_json::{Value, json};
    use trimtab_informer::Change;

    fn service(selector: &Value) -> Arc<Service> {
        read(
            json!({"metadata": {"name": "s", "namespace": "default"}, "spec": {"selector": selector}}),
        )
    }

    fn replica_set(selector: &Value) -> Arc<ReplicaSet> {
        read(json!({"metadata": {"name": "r", "namespace": "default"},
            "spec": {"selector": selector}}))
    }

    /// Which of these pods are of the kind.
    fn alike(defaults: &mut Defaults, pod: &Pod, others: &[&Arc<Pod>]) -> Option<Vec<bool>> {
        let kind = defaults.kind_of(pod)?;
        let all = others.iter();
        Some(
            all.map(|it| kind.takes(it, &Namespaces::default()))
                .collect(),
        )
    }

    #[test]
    fn services_and_the_owner_together_say_which_pods_are_alike() {
        let mut defaults = Defaults::default();
        let pod = owned(
            &labelled("p", &[("app", "a"), ("pod-template-hash", "1")]),
            "ReplicaSet",
        );
        let sibling = labelled("q", &[("app", "a"), ("pod-template-hash", "1")]);
        let older = labelled("r", &[("app", "a"), ("pod-template-hash", "0")]);
        let other = labelled("s", &[("app", "b")]);
        let others = [&sibling, &older, &other];
        assert_eq!(alike(&mut defaults, &pod, &others), None);

        let added = Change::Added(service(&json!({"app": "a"})));
        defaults.take_in(&Selecting::Service(added));
        assert_eq!(
            alike(&mut defaults, &pod, &others),
            Some(vec![true, true, false])
        );

        let selector = json!({"matchLabels": {"pod-template-hash": "1"}});
        let added = Change::Added(replica_set(&selector));
        defaults.take_in(&Selecting::ReplicaSet(added));
        assert_eq!(
            alike(&mut defaults, &pod, &others),
            Some(vec![true, false, false])
        );
        // Who made it is what counts, not who selects it.
        assert_eq!(
            alike(&mut defaults, &sibling, &others),
            Some(vec![true, true, false])
        );
        let of_job = owned(&sibling, "Job");
        assert_eq!(
            alike(&mut defaults, &of_job, &others),
            Some(vec![true, true, false])
        );

        let gone = Change::Deleted(service(&json!({"app": "a"})));
        defaults.take_in(&Selecting::Service(gone));
        assert_eq!(
            alike(&mut defaults, &pod, &others),
            Some(vec![true, false, false])
        );
        assert_eq!(alike(&mut defaults, &sibling, &others), None);
    }

    #[test]
    fn a_service_that_selects_nothing_spreads_nothing() {
        let mut defaults = Defaults::default();
        let pod = labelled("p", &[("app", "a")]);
        for selector in [json!({}), Value::Null, json!({"app": "b"})] {
            defaults.take_in(&Selecting::Service(Change::Added(service(&selector))));
            assert!(defaults.kind_of(&pod).is_none());
        }
    }
}
