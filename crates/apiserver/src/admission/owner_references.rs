//! `OwnerReferencesPermissionEnforcement`: who ties an object to an owner may delete the object, and
//! who lets it keep the owner from being deleted may set the owner's finalizers.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::authorization::{self, Decision};
use crate::fields::{items_at, text_at};
use crate::state::Server;
use trimtab_tree::Value;

/// Refuses owner references that the user has no right to.
///
/// # Errors
/// The refusal.
pub(super) async fn check(
    server: &Server,
    object: &Value,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let is_write = matches!(attributes.operation, Operation::Create | Operation::Update);
    let owners = |object| items_at(object, &["metadata", "ownerReferences"]);
    let (new, old) = (
        owners(object),
        attributes.old.map(owners).unwrap_or_default(),
    );
    if !is_write || new == old || attributes.subresource == "status" {
        return Ok(());
    }
    let delete = authorization::Attributes {
        subresource: attributes.subresource,
        namespace: attributes.namespace,
        ..authorization::Attributes::of_resource(
            attributes.user,
            "delete",
            attributes.group,
            attributes.resource,
            attributes.name,
        )
    };
    let Decision { allowed, reason } = server.authorizer.authorize(&delete).await?;
    if !allowed {
        let why = format!("cannot set an ownerRef on a resource you can't delete: {reason}");
        return Err(attributes.forbidden(&why));
    }
    let blocks = |owner: &&Value| text_at(owner, &["blockOwnerDeletion"]) == Some("true");
    let was_there = |owner: &Value| {
        old.iter()
            .filter(blocks)
            .any(|known| known.get("uid") == owner.get("uid"))
    };
    for owner in new.iter().filter(blocks).filter(|owner| !was_there(owner)) {
        let text = |field: &str| text_at(owner, &[field]).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        let resources = server.resources();
        let is_it = |resource: &&crate::resource::Resource| {
            resource.kind.api_version() == api_version && resource.kind.kind() == kind
        };
        let resource = resources.iter().find(is_it).ok_or_else(|| {
            attributes.forbidden(&format!(
                "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for \
                 APIVersion {api_version} Kind {kind}"
            ))
        })?;
        let set = authorization::Attributes {
            subresource: "finalizers",
            namespace: if resource.namespaced {
                attributes.namespace
            } else {
                ""
            },
            ..authorization::Attributes::of_resource(
                attributes.user,
                "update",
                resource.group(),
                &resource.plural,
                text("name"),
            )
        };
        let Decision { allowed, reason } = server.authorizer.authorize(&set).await?;
        if !allowed {
            return Err(attributes.forbidden(&format!(
                "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't \
                 set finalizers on: {reason}"
            )));
        }
    }
    Ok(())
}
