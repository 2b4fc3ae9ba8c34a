//! Hooks: objects that are there to run at some moment of an apply, by the annotations of Helm and Argo CD.

use crate::fields::{field, text_at};
use trimtab_tree::Value;

const HELM: &str = "helm.sh/hook";
const ARGO_CD: &str = "argocd.argoproj.io/hook";
const POLICIES: [&str; 2] = [
    "helm.sh/hook-delete-policy",
    "argocd.argoproj.io/hook-delete-policy",
];

/// The part of an apply that hooks are tied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Phase {
    Before,
    #[default]
    Main,
    After,
}

/// What a hook is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// A phase of an apply.
    Apply(Phase),
    /// A deletion, a failure, a test: nothing that an apply does.
    Other,
}

/// What a word of a hook's annotation says. Argo CD reads Helm's as this does: to install and to upgrade are
/// the same.
fn occasion_of(word: &str) -> Option<Occasion> {
    Some(match word {
        "" => return None,
        "pre-install" | "pre-upgrade" | "PreSync" => Occasion::Apply(Phase::Before),
        "crd-install" | "Sync" => Occasion::Apply(Phase::Main),
        "post-install" | "post-upgrade" | "PostSync" => Occasion::Apply(Phase::After),
        _ => Occasion::Other,
    })
}

/// What an object is tied to, if it is a hook; of several phases of an apply the first.
pub(super) fn occasion(object: &Value) -> Option<Occasion> {
    let words = words(object, &[ARGO_CD, HELM]);
    let occasions: Vec<Occasion> = words.filter_map(occasion_of).collect();
    let phases = occasions.iter().filter_map(|it| match it {
        Occasion::Apply(phase) => Some(*phase),
        Occasion::Other => None,
    });
    match phases.min() {
        Some(phase) => Some(Occasion::Apply(phase)),
        None => occasions.first().copied(),
    }
}

pub(super) fn is_helms(object: &Value) -> bool {
    words(object, &[HELM]).next().is_some()
}

/// Whether the object is a hook that does something once and is over: it does it again with every apply that
/// changes something.
pub(crate) fn runs(object: &Value) -> bool {
    let (group, _) = trimtab_object::split_api_version(field(object, "apiVersion"));
    matches!(
        (group, field(object, "kind")),
        ("batch", "Job") | ("", "Pod")
    ) && matches!(occasion(object), Some(Occasion::Apply(_)))
}

/// Whether the object is a hook that may go by any name: it runs and is over, or an apply does nothing with it.
#[must_use]
pub fn is_hook_by_any_name(object: &Value) -> bool {
    runs(object) || occasion(object) == Some(Occasion::Other)
}

/// Whether a hook goes once it is done.
#[must_use]
pub fn is_deleted_when_done(object: &Value) -> bool {
    occasion(object).is_some()
        && words(object, &POLICIES).any(|word| matches!(word, "hook-succeeded" | "HookSucceeded"))
}

/// The words of the first of the annotations that is there.
fn words<'v>(object: &'v Value, keys: &[&str]) -> impl Iterator<Item = &'v str> + use<'v> {
    let texts = keys.iter();
    let texts = texts.map(|key| text_at(object, &["metadata", "annotations", key]));
    let text = texts.into_iter().find(|text| !text.is_empty());
    let words = text.unwrap_or_default().split(',').map(str::trim);
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn object(kind: &str, annotations: &str) -> Value {
        yaml(&format!(
            "{{apiVersion: {kind}, metadata: {{name: a, annotations: {{{annotations}}}}}}}"
        ))
    }

    #[test]
    fn only_what_runs_once_runs_again() {
        let hook = "helm.sh/hook: pre-upgrade";
        assert!(runs(&object("batch/v1, kind: Job", hook)));
        assert!(runs(&object("v1, kind: Pod", hook)));
        assert!(!runs(&object("v1, kind: ConfigMap", hook)));
        assert!(!runs(&object("batch/v1, kind: Job", "a: b")));
        assert!(is_hook_by_any_name(&object("batch/v1, kind: Job", hook)));
        let failure = "argocd.argoproj.io/hook: SyncFail";
        assert!(is_hook_by_any_name(&object("v1, kind: ConfigMap", failure)));
        assert!(!is_hook_by_any_name(&object("v1, kind: ConfigMap", hook)));
    }

    #[test]
    fn a_policy_speaks_of_hooks_only() {
        let job = "batch/v1, kind: Job";
        let policy = "helm.sh/hook-delete-policy: 'before-hook-creation, hook-succeeded'";
        assert!(!is_deleted_when_done(&object(job, policy)));
        let hook = format!("helm.sh/hook: post-install, {policy}");
        assert!(is_deleted_when_done(&object(job, &hook)));
        let argo = "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded";
        assert!(is_deleted_when_done(&object(job, argo)));
        assert!(!is_deleted_when_done(&object(
            job,
            "argocd.argoproj.io/hook: PreSync"
        )));
    }
}
