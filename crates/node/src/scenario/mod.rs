//! What a user wants pods to go through: a scenario file.
//!
//! ```yaml
//! apiVersion: trimtab.dev/v1alpha1
//! kind: Scenario
//! pods:
//!   - match:
//!       image: "registry.example/shop:*"
//!       labels: {app: shop}
//!     outcome: CrashLoopBackOff
//!     after: 20s
//!   - match: {namespace: slow}
//!     readyAfter: 30s
//! ```
//!
//! Of the rules the first that matches a container decides. Without `image`, a rule is about all
//! containers of the pods it matches, init containers aside. A pod can bring rules of its own, in the
//! annotation [`ANNOTATION`]; they come before those of the file.

mod fault;
mod fields;
mod nodes;
mod read;

pub use fault::{Fault, FaultKind, When};
pub use nodes::{NodeGroup, Taint};
pub(crate) use nodes::{NodePlan, plans};

use k8s_openapi::api::core::v1::Pod;
use std::collections::BTreeMap;
use std::time::Duration;
use trimtab_clock::Chance;

/// The annotation in which a pod says what becomes of it: a rule as in `pods` of a scenario file, or
/// a list of such rules.
pub const ANNOTATION: &str = "trimtab.dev/scenario";

/// What a scenario file says; by default nothing, so that all pods run as they should. Read one
/// with [`Scenario::read`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// What seeds chance where nothing else does.
    pub seed: Option<u64>,
    /// The nodes that there are; where none is named, as many as whoever starts them says.
    pub nodes: Vec<NodeGroup>,
    /// What pods go through, the most important rule first.
    pub pods: Vec<PodRule>,
    /// What goes wrong besides.
    pub faults: Vec<Fault>,
}

/// What some pods go through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodRule {
    /// Which pods.
    pub selector: PodMatch,
    /// What becomes of them, if not the usual.
    pub outcome: Option<Outcome>,
    /// How long they do well before the outcome shows: from the start of a container, for
    /// [`Outcome::ImagePullBackOff`] from the start of the pull.
    pub after: Option<Duration>,
    /// What a container that fails ends with, if not 1.
    pub exit_code: Option<i32>,
    /// How long after its start a container is ready.
    pub ready_after: Option<Duration>,
    /// How long its image takes to be pulled.
    pub pulled_after: Option<Duration>,
    /// How long after the signal to stop it ends; if its grace is shorter, it is killed.
    pub stopped_after: Option<Duration>,
    /// Which share of the pods it is about, from 0 to 1; all without.
    pub share: Option<f64>,
}

/// Which pods a rule is about. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodMatch {
    /// The image as the pod names it.
    pub image: Option<Pattern>,
    /// Labels that the pod must have.
    pub labels: BTreeMap<String, String>,
    /// The pod's namespace.
    pub namespace: Option<Pattern>,
    /// The pod's name.
    pub name: Option<Pattern>,
    /// The name of the node that it came to.
    pub node: Option<Pattern>,
    /// The name of the container.
    pub container: Option<Pattern>,
}

/// A text in which every `*` stands for any characters, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

/// What becomes of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its image cannot be pulled, however often that is tried.
    ImagePullBackOff,
    /// It exits with 1, or the rule's exit code, after every start.
    CrashLoopBackOff,
    /// It runs and never gets ready; with `after`, it was ready before.
    NeverReady,
    /// It exits with 1, or the rule's exit code, once. If it is started again, it goes on well.
    Error,
    /// It exits with 0.
    Completed,
    /// It is killed after every start because it takes more memory than it may.
    OOMKilled,
    /// Its liveness probe fails after every start, and it is killed.
    LivenessFails,
}

impl Outcome {
    /// Whether a container of it exits with an error of its own.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Self::CrashLoopBackOff | Self::Error)
    }

    /// All, by the names that files have for them.
    pub const ALL: [(&'static str, Self); 7] = [
        ("ImagePullBackOff", Self::ImagePullBackOff),
        ("CrashLoopBackOff", Self::CrashLoopBackOff),
        ("NeverReady", Self::NeverReady),
        ("Error", Self::Error),
        ("Completed", Self::Completed),
        ("OOMKilled", Self::OOMKilled),
        ("LivenessFails", Self::LivenessFails),
    ];
}

impl Scenario {
    /// How many nodes there are, if whoever starts them would have `others`.
    #[must_use]
    pub fn node_count(&self, others: usize) -> usize {
        if self.nodes.is_empty() {
            return others;
        }
        self.nodes.iter().map(NodeGroup::count).sum()
    }

    /// The rule for a container of the pod: the first of the pod's `own` and of the file's that fits.
    /// `chance` is the pod's, and decides who belongs to a share.
    #[must_use]
    pub fn rule<'s>(
        &'s self,
        own: &'s [PodRule],
        pod: &Pod,
        container: &ContainerMatch<'_>,
        chance: &Chance,
    ) -> Option<&'s PodRule> {
        let rules = own.iter().chain(&self.pods);
        let mut fitting = rules.enumerate().filter(|(_, rule)| {
            rule.selector.matches_container(container) && rule.selector.matches(pod)
        });
        let found = fitting.find(|(at, rule)| {
            let Some(share) = rule.share else {
                return true;
            };
            // One draw a pod and rule, so that all its containers are of one fate.
            chance.fork(&format!("rule {at}")).fraction() < share
        });
        found.map(|(_, rule)| rule)
    }

    /// The rules that a pod brings itself.
    ///
    /// # Errors
    /// What is wrong with its annotation.
    pub fn of_pod(pod: &Pod) -> Result<Vec<PodRule>, String> {
        let annotations = pod.metadata.annotations.as_ref();
        match annotations.and_then(|annotations| annotations.get(ANNOTATION)) {
            Some(text) => read::rules(text).map_err(|error| {
                let field = error.field.as_deref().map(|field| format!("{field}: "));
                format!("{}{}", field.unwrap_or_default(), error.message)
            }),
            None => Ok(Vec::new()),
        }
    }
}

/// A container, as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct ContainerMatch<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its image as the pod names it.
    pub image: &'c str,
    /// Whether it is an init container.
    pub is_init: bool,
}

impl PodMatch {
    fn matches_container(&self, container: &ContainerMatch<'_>) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        // Init containers are meant only where they are named.
        let is_named = self.image.is_some() || self.container.is_some();
        (is_named || !container.is_init)
            && fits(&self.image, container.image)
            && fits(&self.container, container.name)
    }

    /// Whether the pod's own properties fit; its containers are left aside.
    fn matches(&self, pod: &Pod) -> bool {
        let meta = &pod.metadata;
        let fits = |pattern: &Option<Pattern>, text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        let has = |(key, value): (&String, &String)| {
            let labels = meta.labels.as_ref();
            labels.and_then(|labels| labels.get(key)) == Some(value)
        };
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
        fits(&self.namespace, &meta.namespace)
            && fits(&self.name, &meta.name)
            && fits(&self.node, &node)
            && self.labels.iter().all(has)
    }
}

impl Pattern {
    /// A pattern from its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the whole of `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return self.0 == text;
        };
        let Some(mut text) = text.strip_prefix(first) else {
            return false;
        };
        // Between the first and the last part, each found as early as possible leaves the most for
        // those behind it.
        let mut parts: Vec<&str> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some(at) = text.find(part) else {
                return false;
            };
            text = &text[at + part.len()..];
        }
        text.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fits) in [
            ("nginx", "nginx", true),
            ("nginx", "nginx:1", false),
            ("nginx:*", "nginx:1", true),
            ("*/shop:*", "registry/a/shop:2", true),
            ("a*b*a", "aba", true),
            ("a*b*a", "aa", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                fits,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let rule = |image: Option<&str>, labels: &[(&str, &str)], outcome| PodRule {
            selector: PodMatch {
                image: image.map(Pattern::new),
                labels: labels
                    .iter()
                    .map(|&(key, value)| (key.to_owned(), value.to_owned()))
                    .collect(),
                ..PodMatch::default()
            },
            outcome: Some(outcome),
            ..PodRule::default()
        };
        let scenario = Scenario {
            pods: vec![
                rule(Some("bad:*"), &[], Outcome::ImagePullBackOff),
                rule(None, &[("app", "shop")], Outcome::NeverReady),
                rule(None, &[], Outcome::Completed),
            ],
            ..Scenario::default()
        };
        let pod = json!({"metadata": {"name": "p", "labels": {"app": "shop"}}});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        let outcome = |own: &[PodRule], image, is_init| {
            let container = ContainerMatch {
                name: "c",
                image,
                is_init,
            };
            let rule = scenario.rule(own, &pod, &container, &Chance::seeded(1));
            rule.and_then(|rule| rule.outcome)
        };
        assert_eq!(outcome(&[], "bad:1", true), Some(Outcome::ImagePullBackOff));
        assert_eq!(outcome(&[], "good:1", false), Some(Outcome::NeverReady));
        assert_eq!(outcome(&[], "good:1", true), None);
        let own = [rule(None, &[], Outcome::OOMKilled)];
        assert_eq!(outcome(&own, "bad:1", false), Some(Outcome::OOMKilled));
    }

    #[test]
    fn a_share_of_the_pods_is_drawn_from_their_own_chance() {
        let scenario = Scenario {
            pods: vec![PodRule {
                outcome: Some(Outcome::Error),
                share: Some(0.3),
                ..PodRule::default()
            }],
            ..Scenario::default()
        };
        let container = ContainerMatch {
            name: "c",
            image: "x",
            is_init: false,
        };
        let is_hit = |seed| {
            let chance = Chance::seeded(seed);
            scenario
                .rule(&[], &Pod::default(), &container, &chance)
                .is_some()
        };
        let hits = (0..1000).filter(|&seed| is_hit(seed)).count();
        assert!((250..350).contains(&hits), "{hits}");
        assert_eq!(is_hit(7), is_hit(7));
    }

    #[test]
    fn a_pod_brings_its_own_rules() {
        let pod = |text: &str| -> Pod {
            let pod = json!({"metadata": {"annotations": {"trimtab.dev/scenario": text}}});
            serde_json::from_value(pod).unwrap()
        };
        let rules = Scenario::of_pod(&pod("{outcome: OOMKilled, after: 5s}")).unwrap();
        assert_eq!(rules[0].outcome, Some(Outcome::OOMKilled));
        let rules = Scenario::of_pod(&pod("[{readyAfter: 5s}, {outcome: Error}]")).unwrap();
        assert_eq!(rules.len(), 2);
        let error = Scenario::of_pod(&pod("{outcome: OOM}")).unwrap_err();
        assert!(error.contains("unknown outcome `OOM`"), "{error}");
        assert_eq!(Scenario::of_pod(&Pod::default()), Ok(Vec::new()));
    }
}
