//! `ResourceQuota`: what a namespace's objects use together is within its quotas.
//!
//! What a write uses is added to `status.used` of every quota that counts it, by compare-and-swap,
//! before the write; so however many servers and clients write at once, the limit holds. A write
//! that then does not happen gives back what it took. Only quotas whose status somebody has filled in
//! count, as with kube-apiserver: that, and what deletions free, is the quota controller's.
//!
//! After `pkg/admission/plugin/resourcequota` of apiserver: writes of one namespace that come
//! together are decided together, with one write of each quota.

mod ledger;
mod limit;
mod limited;

pub(crate) use limited::LimitedResources;

use super::attributes::{Attributes, Lookup, Operation};
use crate::Status;
use crate::state::Server;
use ledger::Taken;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use trimtab_tree::Value;
use trimtab_validation::usage::{Evaluator, is_ignored};

/// Who waits for quotas, by namespace. One for the whole server.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<FxHashMap<String, Arc<Queue>>>);

/// Who waits for the quotas of one namespace.
#[derive(Default)]
struct Queue {
    /// Held while quotas are read and written.
    turn: tokio::sync::Mutex<()>,
    waiting: Mutex<Vec<Waiter>>,
}

/// A write that waits to be decided.
struct Waiter {
    claim: Claim,
    tell: oneshot::Sender<Result<Charge, Status>>,
}

/// What a write asks of quotas.
struct Claim {
    evaluator: Evaluator,
    object: Value,
    /// The object as it is, unless it is new.
    old: Option<Value>,
    /// The refusal, without the reason.
    refusal: Refusal,
    dry_run: bool,
    /// Writes of a status are counted, never refused.
    is_status: bool,
    /// Whether what it uses may be such that a quota must cover it.
    needs_quota: bool,
}

/// As whom the server writes what every cluster has. Without that it would not start, so it needs no
/// quota.
const SERVER: &str = "system:apiserver";

/// Of what a refusal is.
struct Refusal {
    group: String,
    resource: String,
    name: String,
}

impl Refusal {
    fn because(&self, why: &str) -> Status {
        Status::forbidden(&self.group, &self.resource, &self.name, why)
    }
}

/// What a write has taken of quotas. Dropped before [`Charge::writing`], it is given back.
#[must_use = "what is taken of a quota is given back when this is dropped"]
pub(crate) struct Charge {
    taken: Vec<Taken>,
    server: Option<Arc<Server>>,
}

impl Charge {
    /// Of a write that no quota counts.
    pub(crate) fn none() -> Self {
        Self {
            taken: Vec::new(),
            server: None,
        }
    }

    /// The write begins now: from here on it may have happened, so nothing is given back but by
    /// [`Written::failed`].
    pub(crate) fn writing(mut self) -> Written {
        Written {
            taken: std::mem::take(&mut self.taken),
            server: self.server.take(),
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let taken = std::mem::take(&mut self.taken);
            give_back(server, taken);
        }
    }
}

/// What has been taken for a write that may have happened.
pub(crate) struct Written {
    taken: Vec<Taken>,
    server: Option<Arc<Server>>,
}

impl Written {
    /// The write did not happen: gives back what was taken.
    pub(crate) async fn failed(self) {
        if let Some(server) = self.server {
            ledger::give_back(&server, self.taken).await;
        }
    }
}

/// Gives back from where nobody can wait for it.
fn give_back(server: Arc<Server>, taken: Vec<Taken>) {
    if taken.is_empty() {
        return;
    }
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move { ledger::give_back(&server, taken).await });
    } else {
        tracing::warn!("a quota counts a write that did not happen");
    }
}

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

impl Quotas {
    fn queue(&self, namespace: &str) -> Arc<Queue> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(namespace) {
            return Arc::clone(queue);
        }
        // Whoever waits holds its queue: the others are of namespaces that are quiet, or gone.
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        let queue = Arc::<Queue>::default();
        queues.insert(namespace.to_owned(), Arc::clone(&queue));
        queue
    }
}

impl Queue {
    fn put(&self, waiter: Waiter) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(waiter);
    }

    fn take(&self) -> Vec<Waiter> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }
}

#[cfg(test)]
mod tests;
