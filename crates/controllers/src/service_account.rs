//! `serviceaccount-controller`: sees to it that every namespace has its `default` service account.
//!
//! The rules are those of `pkg/controller/serviceaccount/serviceaccounts_controller.go` in
//! Kubernetes.

use crate::context::Context;
use crate::error::{ReconcileError, is_already_exists, is_namespace_terminating, is_not_found};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "serviceaccount-controller";

/// Namespaces looked at the same time.
const WORKERS: usize = 1;
const ACCOUNT: &str = "default";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct ServiceAccountController {
    context: Context,
    namespaces: Cache<Namespace>,
    accounts: Cache<ServiceAccount>,
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for ServiceAccountController {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, namespace: &Arc<str>) -> Result<(), ReconcileError> {
        let is_there = self
            .namespaces
            .get("", namespace)
            .is_some_and(|it| is_active(&it));
        if !is_there || self.accounts.get(namespace, ACCOUNT).is_some() {
            return Ok(());
        }
        let account = ServiceAccount {
            metadata: ObjectMeta {
                name: Some(ACCOUNT.to_owned()),
                namespace: Some(namespace.to_string()),
                ..ObjectMeta::default()
            },
            ..ServiceAccount::default()
        };
        let accounts = self.context.namespaced::<ServiceAccount>(namespace);
        settle(accounts.create(&self.context.posting(), &account).await)
    }
}

impl ServiceAccountController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            namespaces: context.informers.of(),
            accounts: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let queue = controller.queue.clone();
        controller.namespaces.on_change(move |change| {
            if !matches!(change, Change::Deleted(_))
                && let Some(name) = &change.object().metadata.name
            {
                queue.add(name.as_str().into());
            }
        });
        let queue = controller.queue.clone();
        controller.accounts.on_change(move |change| {
            if let Change::Deleted(account) = change
                && let Some(namespace) = &account.metadata.namespace
            {
                queue.add(namespace.as_str().into());
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.namespaces.synced().await;
        self.accounts.synced().await;
        work(&self, &self.queue).await;
    }
}

/// Whether anything new may be created in the namespace.
pub(crate) fn is_active(namespace: &Namespace) -> bool {
    let phase = namespace
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref());
    namespace.metadata.deletion_timestamp.is_none() && phase != Some("Terminating")
}

/// Takes it that somebody was quicker, or that the namespace has ended meanwhile.
pub(crate) fn settle<T>(created: Result<T, kube::Error>) -> Result<(), ReconcileError> {
    match created {
        Ok(_) => Ok(()),
        Err(error)
            if is_already_exists(&error)
                || is_not_found(&error)
                || is_namespace_terminating(&error) =>
        {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
