//! `NamespaceLifecycle`: new objects need a namespace that is there to stay.

use super::attributes::{Attributes, Operation};
use crate::fields::text_at;
use crate::lookup::Lookup;
use crate::status::Cause;
use crate::{Reason, Status};

/// Namespaces without which nothing works.
const IMMORTAL: [&str; 3] = ["default", "kube-public", "kube-system"];

/// Refuses new objects in namespaces that are not there or are going, and the deletion of those
/// that must stay.
pub(super) async fn lifecycle(
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if attributes.operation == Operation::Delete {
        if attributes.is("", "namespaces") && IMMORTAL.contains(&attributes.name) {
            return Err(attributes.forbidden("this namespace may not be deleted"));
        }
        return Ok(());
    }
    let is_review = attributes.group == "authorization.k8s.io";
    if attributes.namespace.is_empty() || attributes.resource == "namespaces" || is_review {
        return Ok(());
    }
    if !matches!(attributes.operation, Operation::Create) {
        return Ok(());
    }
    let name = attributes.namespace;
    let Some(namespace) = lookup.get("", "namespaces", "", name).await? else {
        return Err(Status::not_found("", "namespaces", name));
    };
    if text_at(&namespace, &["status", "phase"]) != Some("Terminating") {
        return Ok(());
    }
    let why =
        format!("unable to create new content in namespace {name} because it is being terminated");
    let mut status = attributes.forbidden(&why);
    debug_assert_eq!(status.reason, Reason::Forbidden);
    if let Some(details) = &mut status.details {
        details.causes.push(Cause {
            reason: "NamespaceTerminating".to_owned(),
            message: format!("namespace {name} is being terminated"),
            field: "metadata.namespace".to_owned(),
        });
    }
    Err(status)
}

/// `NamespaceExists`: whatever is written in a namespace, it must be there.
pub(super) async fn exists(
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let name = attributes.namespace;
    if name.is_empty() || attributes.resource == "namespaces" {
        return Ok(());
    }
    match lookup.get("", "namespaces", "", name).await? {
        Some(_) => Ok(()),
        None => Err(Status::not_found("", "namespaces", name)),
    }
}
