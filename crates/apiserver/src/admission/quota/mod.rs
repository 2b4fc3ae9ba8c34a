//! `ResourceQuota`: what a namespace's objects use together is within its quotas.
//!
//! What a write uses is added to `status.used` of every quota that counts it, by compare-and-swap,
//! before the write; so however many servers and clients write at once, the limit holds. A write
//! that then does not happen gives back what it took. Only quotas whose status somebody has filled in
//! count, as with kube-apiserver: that, and what deletions free, is the quota controller's.
//!
//! After `pkg/admission/plugin/resourcequota` of apiserver: writes of one namespace that come
//! together are decided together, with one write of each quota.

pub(crate) mod charge;
mod claim;
mod ledger;
mod limit;
pub(super) mod limited;
pub(crate) mod queue;

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::lookup::Lookup;
use crate::state::Server;
use charge::Charge;
use claim::{Claim, Refusal};
use queue::Waiter;
use std::sync::Arc;
use tokio::sync::oneshot;
use trimtab_tree::Value;
use trimtab_validation::usage::{Evaluator, is_ignored};

/// As whom the server writes what every cluster has. Without that it would not start, so it needs no
/// quota.
const SERVER: &str = "system:apiserver";

/// Takes of quotas what the write uses.
///
/// # Errors
/// When it is more than there is left.
pub(super) async fn charge(
    server: &Arc<Server>,
    object: &Value,
    attributes: &Attributes<'_>,
) -> Result<Charge, Status> {
    let namespace = attributes.namespace;
    if namespace.is_empty()
        || !matches!(attributes.operation, Operation::Create | Operation::Update)
        || is_ignored(attributes.group, attributes.resource)
    {
        return Ok(Charge::none());
    }
    let evaluator = Evaluator::of(attributes.group, attributes.resource);
    if !evaluator.counts(object, attributes.old, attributes.subresource) {
        return Ok(Charge::none());
    }
    let quotas = server.list_all("", "resourcequotas", namespace).await?;
    let limited = &server.admission_settings.limited_resources;
    let needs_quota =
        attributes.user.name != SERVER && limited.has(attributes.group, attributes.resource);
    if quotas.is_empty() && !needs_quota {
        return Ok(Charge::none());
    }
    let claim = Claim {
        evaluator,
        object: object.clone(),
        old: attributes.old.cloned(),
        refusal: Refusal {
            group: attributes.group.to_owned(),
            resource: attributes.resource.to_owned(),
            name: attributes.told_name.to_owned(),
        },
        dry_run: attributes.dry_run,
        is_status: attributes.subresource == "status",
        needs_quota,
    };
    let queue = server.quotas.queue(namespace);
    let (tell, mut told) = oneshot::channel();
    queue.put(Waiter { claim, tell });
    let turn = queue.turn.lock().await;
    if let Ok(decided) = told.try_recv() {
        return decided;
    }
    // Those who came meanwhile are decided, too. In a task of its own, as they must hear of it even
    // if this request goes away.
    let waiting = queue.take();
    let (server, namespace) = (Arc::clone(server), namespace.to_owned());
    let deciding = async move { ledger::decide(&server, &namespace, waiting).await };
    let decided = tokio::spawn(deciding).await;
    drop(turn);
    decided.map_err(Status::internal)?;
    told.try_recv()
        .unwrap_or_else(|_| Err(Status::internal("the quota was not evaluated")))
}

#[cfg(test)]
mod tests;
