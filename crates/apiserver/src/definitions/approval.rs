//! Groups of the Kubernetes community: whether a definition in one has been approved.

use trimtab_tree::Value;
use trimtab_validation::definition::{Approval, approval};

use super::conditions::Condition;

/// The condition that a definition in a protected group has; `None` in others.
pub(super) fn condition(definition: &Value) -> Option<Condition> {
    let (approval, message) = approval(definition)?;
    let (status, reason) = match approval {
        Approval::Invalid => ("False", "InvalidAnnotation"),
        Approval::Missing => ("False", "MissingAnnotation"),
        Approval::Approved => ("True", "ApprovedAnnotation"),
        Approval::Bypassed => ("False", "UnapprovedAnnotation"),
    };
    Some(Condition {
        kind: "KubernetesAPIApprovalPolicyConformant",
        status,
        reason,
        message,
    })
}
