//! What a namespace says about its own end.
//!
//! Types, reasons and words are those of Kubernetes'
//! `pkg/controller/namespace/deletion/status_condition_utils.go`.

use k8s_openapi::api::core::v1::NamespaceCondition;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use std::collections::BTreeMap;
use std::fmt::Display;

/// What one pass over the content of a namespace found and did.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// Why the kinds could not be learnt of.
    pub(super) discovery_failure: Option<String>,
    /// Why content could not be deleted.
    pub(super) deletion_failures: Vec<String>,
    /// What is still there: numbers by `resource.group`.
    pub(super) remaining: BTreeMap<String, usize>,
    /// What holds it: numbers by finalizer.
    pub(super) finalizers: BTreeMap<String, usize>,
}

impl Findings {
    pub(super) fn is_empty(&self) -> bool {
        self.discovery_failure.is_none()
            && self.deletion_failures.is_empty()
            && self.remaining.is_empty()
    }
}

/// A condition's type, and its reason and words while nothing is wrong.
type Well = (&'static str, &'static str, &'static str);

const DISCOVERY: Well = (
    "NamespaceDeletionDiscoveryFailure",
    "ResourcesDiscovered",
    "All resources successfully discovered",
);
const PARSING: Well = (
    "NamespaceDeletionGroupVersionParsingFailure",
    "ParsedGroupVersions",
    "All legacy kube types successfully parsed",
);
const CONTENT: Well = (
    "NamespaceDeletionContentFailure",
    "ContentDeleted",
    "All content successfully deleted, may be waiting on finalization",
);
const REMAINING: Well = (
    "NamespaceContentRemaining",
    "ContentRemoved",
    "All content successfully removed",
);
const FINALIZERS: Well = (
    "NamespaceFinalizersRemaining",
    "ContentHasNoFinalizers",
    "All content-preserving finalizers finished",
);

/// The conditions that tell `findings`, in the place of those of the same types in `current`; what
/// does not change keeps its time.
pub(super) fn conditions(
    current: &[NamespaceCondition],
    findings: &Findings,
    now: &Time,
) -> Vec<NamespaceCondition> {
    let discovery = findings.discovery_failure.clone();
    let failures = Some(findings.deletion_failures.join(", ")).filter(|it| !it.is_empty());
    let failures = failures.map(|it| {
        format!(
            "Failed to delete all resource types, {} remaining: {it}",
            findings.deletion_failures.len()
        )
    });
    let remaining = list(&findings.remaining, |name, count| {
        format!("{name} has {count} resource instances")
    });
    let remaining = remaining.map(|it| format!("Some resources are remaining: {it}"));
    let finalizers = list(&findings.finalizers, |name, count| {
        format!("{name} in {count} resource instances")
    });
    let finalizers = finalizers
        .map(|it| format!("Some content in the namespace has finalizers remaining: {it}"));

    let mut conditions = current.to_vec();
    for (well, trouble) in [
        (DISCOVERY, discovery.map(|it| ("DiscoveryFailed", it))),
        (PARSING, None),
        (CONTENT, failures.map(|it| ("ContentDeletionFailed", it))),
        (REMAINING, remaining.map(|it| ("SomeResourcesRemain", it))),
        (
            FINALIZERS,
            finalizers.map(|it| ("SomeFinalizersRemain", it)),
        ),
    ] {
        set(&mut conditions, condition(well, trouble, now));
    }
    conditions
}

fn list(
    numbers: &BTreeMap<String, usize>,
    word: fn(&dyn Display, usize) -> String,
) -> Option<String> {
    let words: Vec<_> = numbers
        .iter()
        .map(|(name, count)| word(name, *count))
        .collect();
    Some(words.join(", ")).filter(|words| !words.is_empty())
}

fn condition(well: Well, trouble: Option<(&str, String)>, now: &Time) -> NamespaceCondition {
    let (type_, reason, message) = well;
    let (status, reason, message) = match trouble {
        Some((reason, message)) => ("True", reason, message),
        None => ("False", reason, message.to_owned()),
    };
    NamespaceCondition {
        type_: type_.to_owned(),
        status: status.to_owned(),
        reason: Some(reason.to_owned()),
        message: Some(message),
        last_transition_time: Some(now.clone()),
    }
}

fn set(conditions: &mut Vec<NamespaceCondition>, mut new: NamespaceCondition) {
    let Some(old) = conditions.iter_mut().find(|old| old.type_ == new.type_) else {
        conditions.push(new);
        return;
    };
    if old.status == new.status {
        new.last_transition_time
            .clone_from(&old.last_transition_time);
    }
    *old = new;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Time {
        Time(jiff::Timestamp::from_second(second).unwrap())
    }

    fn told(conditions: &[NamespaceCondition]) -> Vec<(&str, &str, &str)> {
        let text = |it: &NamespaceCondition| (it.status == "True").then_some(());
        conditions
            .iter()
            .filter(|it| text(it).is_some())
            .map(|it| {
                (
                    &*it.type_,
                    it.reason.as_deref().unwrap(),
                    it.message.as_deref().unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn what_holds_a_namespace_is_told_and_taken_back() {
        let findings = Findings {
            remaining: [("configmaps.".to_owned(), 1), ("pods.".to_owned(), 3)].into(),
            finalizers: [("a.b/c".to_owned(), 1)].into(),
            ..Findings::default()
        };
        let held = conditions(&[], &findings, &at(1));
        assert_eq!(held.len(), 5);
        assert_eq!(
            told(&held),
            [
                (
                    "NamespaceContentRemaining",
                    "SomeResourcesRemain",
                    "Some resources are remaining: configmaps. has 1 resource instances, pods. has 3 resource instances"
                ),
                (
                    "NamespaceFinalizersRemaining",
                    "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances"
                ),
            ]
        );
        assert_eq!(conditions(&held, &findings, &at(9)), held, "nothing new");
        let free = conditions(&held, &Findings::default(), &at(9));
        assert!(told(&free).is_empty());
        assert_eq!(free[0].last_transition_time, Some(at(1)));
        assert_eq!(free[3].last_transition_time, Some(at(9)));
    }
}
