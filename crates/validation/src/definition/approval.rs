//! Groups of the Kubernetes community are protected: a definition in one says who approved it.

use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

const ANNOTATION: &str = "api-approved.kubernetes.io";
const SEE: &str = "see https://github.com/kubernetes/enhancements/pull/1111";

/// What a definition in a protected group says of its approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Nothing.
    Missing,
    /// That there is none, and why.
    Bypassed,
    /// Where it was approved.
    Approved,
    /// Something else.
    Invalid,
}

/// What a definition says of its approval, and that in words; `None` if its group is not protected.
#[must_use]
pub fn approval(definition: &Value) -> Option<(Approval, String)> {
    let group = definition
        .get_path(&["spec", "group"])
        .and_then(Value::as_str)?;
    let is_protected = ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|domain| group == *domain || group.ends_with(&format!(".{domain}")));
    if !is_protected {
        return None;
    }
    let said = definition.get_path(&["metadata", "annotations", ANNOTATION]);
    let said = said.and_then(Value::as_str).unwrap_or_default();
    let is_url = said.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && !rest.starts_with('/') && !rest.is_empty()
    });
    Some(if said.is_empty() {
        let why = format!("protected groups must have approval annotation {ANNOTATION:?}, {SEE}");
        (Approval::Missing, why)
    } else if said.starts_with("unapproved") {
        (Approval::Bypassed, format!("not approved: {said:?}"))
    } else if is_url {
        (Approval::Approved, format!("approved in {said}"))
    } else {
        let why = format!(
            "protected groups must have approval annotation {ANNOTATION:?} with either a URL or a \
             reason starting with \"unapproved\", {SEE}"
        );
        (Approval::Invalid, why)
    })
}

pub(super) fn check(definition: &Value, old: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let Some((state, why)) = approval(definition) else {
        return;
    };
    // What was so before may stay.
    if old
        .and_then(approval)
        .is_some_and(|(before, _)| before == state)
    {
        return;
    }
    let metadata = path.field("metadata");
    let annotations = metadata.field("annotations");
    let path = annotations.key(ANNOTATION);
    match state {
        Approval::Missing => errors.required(&path, &why),
        Approval::Invalid => {
            let said = definition.get_path(&["metadata", "annotations", ANNOTATION]);
            errors.invalid_or_none(&path, said, &why);
        }
        Approval::Approved | Approval::Bypassed => {}
    }
}
