//! What becomes of objects that a release no longer describes.

mod uses;

use crate::error::Result;
use crate::fields::{field, items_at, metadata, text_at};
use crate::order::{Class, Stage};
use crate::release::Member;
use crate::target::{Manager, ObjectRef, Target};
use std::cmp::Reverse;
use std::fmt;
use trimtab_tree::Value;
use uses::Uses;

/// What may be pruned although it takes more with it than itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruning {
    /// Namespaces, with all that is in them.
    pub namespaces: bool,
    /// Claims of volumes, with what is stored there.
    pub volume_claims: bool,
    /// Configuration that something uses: that goes, too.
    pub used: bool,
}

/// An object that is left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// As the release knows it.
    pub member: Member,
    /// Where it is.
    pub reference: ObjectRef,
    /// The uid of what is there.
    pub uid: String,
    /// Why it stays; nothing if it goes.
    pub kept: Option<Kept>,
    /// What is to be gone before it goes: all of the stages behind its own.
    pub stage: Stage,
}

/// Why an object stays although it is left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is a namespace.
    Namespace,
    /// It is a claim of a volume.
    VolumeClaim,
    /// This uses it: a revision that could be gone back to, or a pod.
    UsedBy(String),
    /// It belongs to this object, which decides.
    OwnedBy(String),
    /// No field of it is trimtab's any more: somebody else has taken it over.
    TakenOver,
    /// This annotation says that it stays.
    Annotation(String),
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Namespace => f.write_str("a namespace, and --prune-namespaces was not given"),
            Self::VolumeClaim => {
                f.write_str("a claim of a volume, and --prune-volume-claims was not given")
            }
            Self::UsedBy(user) => write!(f, "{user} uses it"),
            Self::OwnedBy(owner) => write!(f, "it belongs to {owner}"),
            Self::TakenOver => f.write_str("others have taken it over"),
            Self::Annotation(annotation) => write!(f, "its annotation {annotation} says so"),
        }
    }
}

/// Finds out which of the members of a release are still there, and which of these can go; in the order
/// in which they are deleted, the reverse of an apply's.
///
/// # Errors
/// When the server refuses.
pub async fn leftovers(
    target: &Target,
    members: &[Member],
    pruning: Pruning,
) -> Result<Vec<Leftover>> {
    let discovery = target.discovery().await?;
    let mut uses = Uses::default();
    let mut found = Vec::new();
    for member in members {
        // Of a kind that is no longer served there is nothing.
        let Ok(reference) = member.reference(&discovery) else {
            continue;
        };
        let Some(live) = target.get(&reference).await? else {
            continue;
        };
        let mut kept = reason_to_keep(&live, pruning);
        let is_configuration = matches!(&*member.kind, "ConfigMap" | "Secret");
        if kept.is_none() && is_configuration && !pruning.used {
            let user = uses.user_of(target, &reference).await?;
            kept = user.map(Kept::UsedBy);
        }
        let leftover = Leftover {
            // An annotation that says nothing was refused by the apply.
            stage: Stage::of(&live).ok().flatten().unwrap_or_default(),
            member: member.clone(),
            uid: metadata(&live, "uid").to_owned(),
            reference,
            kept,
        };
        found.push((Reverse((leftover.stage, Class::of(&live))), leftover));
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, leftover)| leftover).collect())
}

/// Leaves out what somebody else has deleted, about which nothing can be done any more. What is among `found` is known
/// to be there.
///
/// # Errors
/// When the server cannot be asked.
pub async fn still_left_over(
    target: &Target,
    members: Vec<Member>,
    found: &[Leftover],
) -> Result<Vec<Member>> {
    let discovery = target.discovery().await?;
    let mut remaining = Vec::with_capacity(members.len());
    for member in members {
        let is_found = found.iter().any(|it| it.member == member);
        // A kind that is not served now may be so again: its server may be down.
        let is_gone = match member.reference(&discovery) {
            Ok(reference) if !is_found => match target.get(&reference).await {
                Err(error) if error.is_of_one_object() => false,
                live => live?.is_none(),
            },
            _ => false,
        };
        if !is_gone {
            remaining.push(member);
        }
    }
    Ok(remaining)
}

fn reason_to_keep(live: &Value, pruning: Pruning) -> Option<Kept> {
    let is_kind = |kind| field(live, "apiVersion") == "v1" && field(live, "kind") == kind;
    if is_kind("Namespace") && !pruning.namespaces {
        return Some(Kept::Namespace);
    }
    if is_kind("PersistentVolumeClaim") && !pruning.volume_claims {
        return Some(Kept::VolumeClaim);
    }
    if let Some(annotation) = annotation_to_keep(live) {
        return Some(Kept::Annotation(annotation));
    }
    let mut owners = items_at(live, &["metadata", "ownerReferences"]).iter();
    if let Some(owner) = owners.find(|owner| field(owner, "controller") == "true") {
        let (kind, name) = (field(owner, "kind").to_lowercase(), field(owner, "name"));
        return Some(Kept::OwnedBy(format!("{kind}/{name}")));
    }
    // What has no fields has no managers, until it is applied once more: then the server says that somebody was
    // there before.
    let is_somebody = |entry: &&Value| field(entry, "manager") != "before-first-apply";
    let entries = items_at(live, &["metadata", "managedFields"]).iter();
    let managers: Vec<&Value> = entries.filter(is_somebody).collect();
    let is_ours = |entry: &&Value| {
        field(entry, "manager") == Manager::Apply.name() && field(entry, "operation") == "Apply"
    };
    let is_taken = !managers.is_empty() && !managers.iter().any(is_ours);
    is_taken.then_some(Kept::TakenOver)
}

/// What an annotation must hold for its object to stay: trimtab's, Helm's and Argo CD's.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("trimtab.dev/prune", "false"),
    ("helm.sh/resource-policy", "keep"),
    ("argocd.argoproj.io/sync-options", "Prune=false"),
];

fn annotation_to_keep(live: &Value) -> Option<String> {
    let annotation = |key| text_at(live, &["metadata", "annotations", key]);
    let says = |key, word: &str| annotation(key).split(',').any(|it| it.trim() == word);
    let found = ANNOTATIONS.iter().find(|(key, word)| says(key, word));
    found.map(|(key, word)| format!("{key}: {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn kept(kind: &str, more: &str, pruning: Pruning) -> Option<Kept> {
        let ours = "managedFields: [{manager: trimtab, operation: Apply}]";
        let live = format!("{{apiVersion: v1, kind: {kind}, metadata: {{{ours}{more}}}}}");
        reason_to_keep(&yaml(&live), pruning)
    }

    #[test]
    fn what_takes_more_with_it_needs_a_word() {
        let nothing = Pruning::default();
        let all = Pruning {
            namespaces: true,
            volume_claims: true,
            used: false,
        };
        assert_eq!(kept("Namespace", "", nothing), Some(Kept::Namespace));
        assert_eq!(
            kept("PersistentVolumeClaim", "", nothing),
            Some(Kept::VolumeClaim)
        );
        for kind in ["Namespace", "PersistentVolumeClaim", "Service"] {
            assert_eq!(kept(kind, "", all), None, "{kind}");
        }
        assert_eq!(kept("Service", "", nothing), None);
    }

    #[test]
    fn what_others_decide_about_stays() {
        let kept = |more: &str| kept("Service", more, Pruning::default());
        let owned = ", ownerReferences: [{kind: Foo, name: a, controller: true}]";
        assert_eq!(kept(owned), Some(Kept::OwnedBy("foo/a".to_owned())));
        assert_eq!(kept(", ownerReferences: [{kind: Foo, name: a}]"), None);
        for (annotation, says) in [
            (
                "trimtab.dev/prune: 'false'",
                Some("trimtab.dev/prune: false"),
            ),
            (
                "helm.sh/resource-policy: keep",
                Some("helm.sh/resource-policy: keep"),
            ),
            (
                "argocd.argoproj.io/sync-options: 'Replace=true, Prune=false'",
                Some("argocd.argoproj.io/sync-options: Prune=false"),
            ),
            ("trimtab.dev/prune: 'true'", None),
        ] {
            let annotations = format!(", annotations: {{{annotation}}}");
            let found = kept(&annotations);
            assert_eq!(
                found,
                says.map(|it| Kept::Annotation(it.to_owned())),
                "{annotation}"
            );
        }
        let live = yaml(
            "{apiVersion: v1, kind: Service, metadata: {managedFields: [{manager: kubectl, operation: Apply}, {manager: trimtab, operation: Update}]}}",
        );
        let taken = reason_to_keep(&live, Pruning::default());
        assert_eq!(taken, Some(Kept::TakenOver));
        let bare = yaml(
            "{apiVersion: v1, kind: Service, metadata: {managedFields: [{manager: before-first-apply, operation: Update}]}}",
        );
        assert_eq!(reason_to_keep(&bare, Pruning::default()), None);
    }
}
