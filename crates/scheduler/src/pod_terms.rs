//! Which pods a rule about other pods is about.

use k8s_openapi::api::core::v1::{
    Pod, PodAffinity, PodAffinityTerm, PodAntiAffinity, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use kube::core::{Selector, SelectorExt};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Labels of objects.
pub(crate) type Labels = BTreeMap<String, String>;

/// The labels of namespaces, by name.
pub(crate) type Namespaces = FxHashMap<String, Labels>;

static NO_LABELS: Labels = BTreeMap::new();

/// The labels of a pod.
pub(crate) fn labels_of(pod: &Pod) -> &Labels {
    pod.metadata.labels.as_ref().unwrap_or(&NO_LABELS)
}

/// The pods with some labels in some namespaces.
#[derive(Clone, Debug)]
pub(crate) struct PodMatcher {
    namespaces: Vec<String>,
    namespace_selector: Option<Selector>,
    /// Without one no pod is meant.
    labels: Option<Selector>,
    /// A label that every pod has that is meant.
    anchor: Option<(String, String)>,
}

impl PodMatcher {
    /// The pods of one namespace.
    pub(crate) fn in_namespace(namespace: &str, selector: Option<&LabelSelector>) -> Self {
        Self {
            namespaces: vec![namespace.to_owned()],
            namespace_selector: None,
            labels: parse(selector),
            anchor: anchor(selector),
        }
    }

    /// A label, with its value, that every pod has that it is about; `None` where there is none that is
    /// known.
    pub(crate) fn anchor(&self) -> Option<(&str, &str)> {
        let (key, value) = self.anchor.as_ref()?;
        Some((key, value))
    }

    /// Whether it is about `pod`.
    pub(crate) fn matches(&self, pod: &Pod, namespaces: &Namespaces) -> bool {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let is_in = self.namespaces.iter().any(|own| own == namespace)
            || self.namespace_selector.as_ref().is_some_and(|selector| {
                selector.matches(namespaces.get(namespace).unwrap_or(&NO_LABELS))
            });
        is_in
            && self
                .labels
                .as_ref()
                .is_some_and(|labels| labels.matches(labels_of(pod)))
    }
}

/// A selector ready to match; one that cannot be read, which the API server refuses, matches nothing.
fn parse(selector: Option<&LabelSelector>) -> Option<Selector> {
    selector.cloned()?.try_into().ok()
}

/// The label that few pods have of those that a selector asks for: that of a template, if it names one.
fn anchor(selector: Option<&LabelSelector>) -> Option<(String, String)> {
    let selector = selector?;
    let values = selector.match_labels.iter().flatten();
    let values = values.map(|(key, value)| (key.as_str(), value.as_str()));
    let expressions = selector.match_expressions.iter().flatten();
    let single = expressions.filter_map(|it| match it.values.as_deref() {
        Some([value]) if it.operator == "In" => Some((it.key.as_str(), value.as_str())),
        _ => None,
    });
    let narrowest = values
        .chain(single)
        .max_by_key(|(key, _)| key.ends_with("-hash"))?;
    Some((narrowest.0.to_owned(), narrowest.1.to_owned()))
}

/// A term of a pod's affinity or anti-affinity: the pods that are meant, and how near is near.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// The label of nodes whose value is the same where it is near.
    pub(crate) topology_key: String,
    pub(crate) matcher: PodMatcher,
    /// What it says, so that the same from many pods is known to be the same.
    pub(crate) key: String,
}

impl Term {
    /// As it is written in the spec of `pod`: its own namespace unless others are named.
    pub(crate) fn of(term: &PodAffinityTerm, pod: &Pod) -> Self {
        let mut namespaces = term.namespaces.clone().unwrap_or_default();
        if namespaces.is_empty() && term.namespace_selector.is_none() {
            namespaces.extend(pod.metadata.namespace.clone());
        }
        namespaces.sort_unstable();
        let keys = |keys: &Option<Vec<String>>| keys.clone().unwrap_or_default();
        let same = same_values(pod, &keys(&term.match_label_keys), "In");
        let other = same_values(pod, &keys(&term.mismatch_label_keys), "NotIn");
        let selector = with_requirements(
            term.label_selector.as_ref(),
            same.into_iter().chain(other).collect(),
        );
        let text = serde_json::to_string(&(
            &term.topology_key,
            &namespaces,
            &term.namespace_selector,
            &selector,
        ));
        Self {
            topology_key: term.topology_key.clone(),
            matcher: PodMatcher {
                namespaces,
                namespace_selector: parse(term.namespace_selector.as_ref()),
                labels: parse(selector.as_ref()),
                anchor: anchor(selector.as_ref()),
            },
            key: text.unwrap_or_default(),
        }
    }
}

/// The required terms of a pod's affinity.
pub(crate) fn required(affinity: &PodAffinity, pod: &Pod) -> Vec<Term> {
    all(
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// Its preferred terms, with their weights.
pub(crate) fn preferred(affinity: &PodAffinity, pod: &Pod) -> Vec<(i64, Term)> {
    weighted(
        affinity
            .preferred_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// The required terms of a pod's anti-affinity.
pub(crate) fn required_apart(affinity: &PodAntiAffinity, pod: &Pod) -> Vec<Term> {
    all(
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// Its preferred terms, with their weights.
pub(crate) fn preferred_apart(affinity: &PodAntiAffinity, pod: &Pod) -> Vec<(i64, Term)> {
    weighted(
        affinity
            .preferred_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

fn all(terms: Option<&Vec<PodAffinityTerm>>, pod: &Pod) -> Vec<Term> {
    let terms = terms.into_iter().flatten();
    terms.map(|term| Term::of(term, pod)).collect()
}

fn weighted(terms: Option<&Vec<WeightedPodAffinityTerm>>, pod: &Pod) -> Vec<(i64, Term)> {
    let terms = terms.into_iter().flatten();
    terms
        .map(|it| (it.weight.into(), Term::of(&it.pod_affinity_term, pod)))
        .collect()
}

/// What `matchLabelKeys` and `mismatchLabelKeys` ask for: the values that the pod itself has.
pub(crate) fn same_values(
    pod: &Pod,
    keys: &[String],
    operator: &str,
) -> Vec<LabelSelectorRequirement> {
    let own = labels_of(pod);
    let values = keys.iter().filter_map(|key| Some((key, own.get(key)?)));
    values
        .map(|(key, value)| LabelSelectorRequirement {
            key: key.clone(),
            operator: operator.to_owned(),
            values: Some(vec![value.clone()]),
        })
        .collect()
}

/// A selector that asks for more. One that is not there still selects nothing.
pub(crate) fn with_requirements(
    selector: Option<&LabelSelector>,
    more: Vec<LabelSelectorRequirement>,
) -> Option<LabelSelector> {
    let mut selector = selector.cloned()?;
    if !more.is_empty() {
        selector
            .match_expressions
            .get_or_insert_default()
            .extend(more);
    }
    Some(selector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::labelled;
    use serde_json::json;

    fn term(value: serde_json::Value, pod: &Pod) -> Term {
        Term::of(&serde_json::from_value(value).unwrap(), pod)
    }

    #[test]
    fn a_term_means_its_own_namespace_unless_it_names_others() {
        let pod = labelled("p", &[("app", "a")]);
        let namespaces = Namespaces::from_iter([(
            "other".to_owned(),
            Labels::from([("team".to_owned(), "x".to_owned())]),
        )]);
        let mut there = (*labelled("q", &[("app", "a")])).clone();
        there.metadata.namespace = Some("other".to_owned());
        for (more, here, elsewhere) in [
            (json!({}), true, false),
            (json!({"namespaces": ["other"]}), false, true),
            (
                json!({"namespaceSelector": {"matchLabels": {"team": "x"}}}),
                false,
                true,
            ),
            (json!({"namespaceSelector": {}}), true, true),
        ] {
            let mut value =
                json!({"topologyKey": "t", "labelSelector": {"matchLabels": {"app": "a"}}});
            value
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let term = term(value, &pod);
            assert_eq!(term.matcher.matches(&pod, &namespaces), here, "{more}");
            assert_eq!(
                term.matcher.matches(&there, &namespaces),
                elsewhere,
                "{more}"
            );
        }
        let none = term(json!({"topologyKey": "t"}), &pod);
        assert!(!none.matcher.matches(&pod, &namespaces));
    }

    #[test]
    fn label_keys_stand_for_the_pods_own_values() {
        let pod = labelled("p", &[("app", "a"), ("hash", "1")]);
        let next = labelled("q", &[("app", "a"), ("hash", "2")]);
        let none = Namespaces::default();
        let value = json!({"topologyKey": "t", "labelSelector": {"matchLabels": {"app": "a"}}, "matchLabelKeys": ["hash", "absent"]});
        let same = term(value, &pod);
        assert!(same.matcher.matches(&pod, &none) && !same.matcher.matches(&next, &none));
        let value = json!({"topologyKey": "t", "labelSelector": {"matchLabels": {"app": "a"}}, "mismatchLabelKeys": ["hash"]});
        let other = term(value, &pod);
        assert!(!other.matcher.matches(&pod, &none) && other.matcher.matches(&next, &none));
    }
}
