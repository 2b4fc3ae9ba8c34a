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
//! containers of the pods it matches, init containers aside.

mod read;

use k8s_openapi::api::core::v1::Pod;
use std::collections::BTreeMap;
use std::time::Duration;

/// The rules of a scenario file; by default none, so that all pods run as they should. Read one
/// with [`Scenario::read`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The rules, most important first.
    pub pods: Vec<PodRule>,
}

/// What some pods go through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
}

impl Outcome {
    /// Whether a container of it exits with an error.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Self::CrashLoopBackOff | Self::Error)
    }

    /// All, by the names that files have for them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("ImagePullBackOff", Self::ImagePullBackOff),
        ("CrashLoopBackOff", Self::CrashLoopBackOff),
        ("NeverReady", Self::NeverReady),
        ("Error", Self::Error),
        ("Completed", Self::Completed),
    ];
}

impl Scenario {
    /// The rule for a container of the pod with this image.
    #[must_use]
    pub fn rule(&self, pod: &Pod, image: &str, is_init: bool) -> Option<&PodRule> {
        self.pods.iter().find(|rule| {
            let selector = &rule.selector;
            let image_fits = match &selector.image {
                Some(pattern) => pattern.matches(image),
                None => !is_init,
            };
            image_fits && selector.matches(pod)
        })
    }
}

impl PodMatch {
    /// Whether the pod's own properties fit; the image is left aside.
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
        fits(&self.namespace, &meta.namespace)
            && fits(&self.name, &meta.name)
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
        };
        let pod = json!({"metadata": {"name": "p", "labels": {"app": "shop"}}});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        let outcome = |image, is_init| {
            let rule = scenario.rule(&pod, image, is_init);
            rule.and_then(|rule| rule.outcome)
        };
        assert_eq!(outcome("bad:1", true), Some(Outcome::ImagePullBackOff));
        assert_eq!(outcome("good:1", false), Some(Outcome::NeverReady));
        assert_eq!(outcome("good:1", true), None);
    }
}
