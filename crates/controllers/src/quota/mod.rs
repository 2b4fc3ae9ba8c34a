//! `resourcequota-controller`: keeps `status.used` of every `ResourceQuota` what is there.
//!
//! The rules are those of `pkg/controller/resourcequota` in Kubernetes: all that the quota counts
//! is summed up when it is new, when its spec changes, and when something it counts has gone or
//! uses less. What is added, admission counts before it is there. What objects use is told by
//! [`trimtab_validation::usage`], as for admission.
//!
//! Kubernetes sums up from caches, every five minutes again in case they were behind. Here it asks
//! the API server, which answers from its own memory with what is there now: an answer cannot be
//! behind, and nothing has to be done twice.

mod kinds;
mod sum;
mod watch;

use crate::context::Context;
use crate::error::{ReconcileError, is_not_found};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{Pod, ResourceQuota, ResourceQuotaStatus, Service};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kinds::Kinds;
use std::collections::BTreeMap;
use std::time::Duration;
use trimtab_informer::{Cache, ObjectKey, WorkQueue};
use trimtab_tree::parse_json;
use trimtab_validation::usage::Amounts;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "resourcequota-controller";

/// Quotas looked at the same time: `--concurrent-resource-quota-syncs`.
const WORKERS: usize = 5;
/// Between the reading of a quota and the counting of what is there. A write that was admitted just
/// before is counted by the quota, but not there yet: by then it is. (One that is admitted
/// meanwhile changes the quota, and what was counted is not written.)
const IN_FLIGHT: Duration = Duration::from_millis(20);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct QuotaController {
    context: Context,
    quotas: Cache<ResourceQuota>,
    pods: Cache<Pod>,
    services: Cache<Service>,
    kinds: Kinds,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for QuotaController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let quotas = self.context.namespaced::<ResourceQuota>(&key.namespace);
        let mut quota = match quotas.get(&key.name).await {
            Ok(quota) => quota,
            Err(error) if is_not_found(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let before = quota.status.clone().unwrap_or_default();
        // As long as nothing is counted, no write is.
        if before.hard.is_some() {
            tokio::time::sleep(IN_FLIGHT).await;
        }
        let text = serde_json::to_string(&quota)?;
        let value = parse_json(&text, 0)
            .map_err(|error| ReconcileError::NotYet(format!("quota {key}: {error}")))?;
        let counted = self.sum(&key.namespace, &value).await?;
        let hard = Amounts::read(value.get_path(&["spec", "hard"]));
        // What cannot be counted at present keeps what it was.
        let mut used = Amounts::read(value.get_path(&["status", "used"]));
        for (name, amount) in counted.iter() {
            used.set(name, amount.clone());
        }
        let used = used.only(|name| hard.get(name).is_some());
        let is_told = before.used.is_some()
            && Amounts::read(value.get_path(&["status", "used"])) == used
            && Amounts::read(value.get_path(&["status", "hard"])) == hard;
        if is_told {
            return Ok(());
        }
        quota.status = Some(ResourceQuotaStatus {
            hard: Some(
                quota
                    .spec
                    .clone()
                    .and_then(|spec| spec.hard)
                    .unwrap_or_default(),
            ),
            used: Some(written(&used)),
        });
        let posting = self.context.posting();
        quotas.replace_status(&key.name, &posting, &quota).await?;
        Ok(())
    }
}

impl QuotaController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            quotas: context.informers.of(),
            pods: context.informers.of(),
            services: context.informers.of(),
            kinds: Kinds::default(),
            queue: WorkQueue::new(),
            context,
        };
        watch::register(&controller);
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.quotas.synced().await;
        work(&self, &self.queue).await;
    }
}

fn written(amounts: &Amounts) -> BTreeMap<String, Quantity> {
    let amounts = amounts.iter();
    amounts
        .map(|(name, amount)| (name.to_owned(), Quantity(amount.to_string())))
        .collect()
}
