//! What a caller's rights have to say about the content of a write: escalation, the signers of
//! certificates, and what nodes may write.
//!
//! The first are stores of kube-apiserver around the generic one, the others admission plugins; all
//! of them are on by default, or with the authorizer `Node`.

use trimtab_tree::Value;

use super::{Attributes, escalation};
use crate::admission::{Operation, Plugin};
use crate::registry::Call;
use crate::{Status, authorization};

mod certificates;
mod node_restriction;
mod node_tokens;
mod refusal;

/// A write, as its caller's rights see it.
pub(crate) struct Write<'a> {
    /// What is done.
    pub(crate) operation: Operation,
    /// `status`; empty for the object itself.
    pub(crate) subresource: &'a str,
    /// The object's name; empty where the server is still to make one up.
    pub(crate) name: &'a str,
    /// As it shall be; of a delete, as it is.
    pub(crate) object: &'a Value,
    /// As it is, unless it is new.
    pub(crate) old: Option<&'a Value>,
}

impl Write<'_> {
    fn forbidden(&self, call: &Call<'_>, why: &str) -> Status {
        Status::forbidden(call.resource.group(), &call.resource.plural, self.name, why)
    }
}

/// Refuses a write that its caller has no right to.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(crate) async fn guard(call: &Call<'_>, write: Write<'_>) -> Result<(), Status> {
    // Components inside this process are this program.
    if call.trusted.is_some() {
        return Ok(());
    }
    if write.operation != Operation::Delete && write.subresource.is_empty() {
        escalation::check(call, write.object, write.old).await?;
    }
    certificates::check(call, &write).await?;
    if !call.server.admission_plugins.has(Plugin::NodeRestriction) {
        return Ok(());
    }
    match authorization::node_name(call.identity) {
        None => Ok(()),
        Some("") => {
            let user = &call.identity.name;
            let why = format!("could not determine node from user {user:?}");
            Err(write.forbidden(call, &why))
        }
        Some(node) => node_restriction::check(call, &write, node).await,
    }
}

/// Whether the caller may do this with objects of this name of a resource.
async fn may(call: &Call<'_>, asked: &Attributes<'_>) -> Result<bool, Status> {
    Ok(call.server.authorizer.authorize(asked).await?.allowed)
}
