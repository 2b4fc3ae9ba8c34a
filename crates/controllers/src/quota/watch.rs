//! Which changes bring a quota back into the queue.

use super::QuotaController;
use super::kinds::Counted;
use crate::pods::is_finished;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::ApiResource;
use std::time::Duration;
use trimtab_informer::{Change, MetadataChange, ObjectKey};
use trimtab_validation::usage::Evaluator;

/// How long a quota waits for more that goes: a look sums up everything.
const COALESCE: Duration = Duration::from_millis(10);
/// How long after a definition has changed its kind is asked for: until it is served.
const SETTLE: Duration = Duration::from_secs(1);

pub(super) fn register(controller: &QuotaController) {
    let it = controller.clone();
    controller.quotas.on_change(move |change| match change {
        Change::Added(quota) => it.queue.add(ObjectKey::of(&**quota)),
        // What admission and this controller write is in the status.
        Change::Updated { old, new } if old.spec != new.spec => {
            it.queue.add(ObjectKey::of(&**new));
        }
        Change::Updated { .. } | Change::Deleted(_) => {}
    });
    let it = controller.clone();
    controller.pods.on_change(move |change| {
        let gives_back = match change {
            Change::Added(_) => false,
            Change::Updated { old, new } => !is_finished(old) && is_finished(new),
            Change::Deleted(_) => true,
        };
        if gives_back {
            it.look_at(change.object().metadata.namespace.as_deref());
        }
    });
    let it = controller.clone();
    controller.services.on_change(move |change| {
        let may_give_back = match change {
            Change::Added(_) => false,
            Change::Updated { old, new } => old.spec != new.spec,
            Change::Deleted(_) => true,
        };
        if may_give_back {
            it.look_at(change.object().metadata.namespace.as_deref());
        }
    });
    // Whoever counts objects of custom kinds learns of them when they are defined.
    let definitions = ApiResource::erase::<CustomResourceDefinition>(&());
    let it = controller.clone();
    controller
        .context
        .informers
        .metadata(&definitions)
        .on_change(move |_| {
            it.kinds.forget();
            for quota in it.quotas.list() {
                let hard = quota
                    .spec
                    .iter()
                    .flat_map(|spec| spec.hard.iter().flatten());
                if hard.into_iter().any(|(name, _)| name.contains('.')) {
                    it.queue.add_after(ObjectKey::of(&*quota), SETTLE);
                }
            }
        });
}

impl QuotaController {
    /// Has the quotas of a namespace looked at.
    fn look_at(&self, namespace: Option<&str>) {
        for quota in self.quotas.list_in(namespace.unwrap_or_default()) {
            self.queue.add_after(ObjectKey::of(&*quota), COALESCE);
        }
    }

    /// Learns of what goes of a kind, from the first quota on that counts it.
    pub(super) fn watch_kind(&self, kind: &Counted) {
        let changes_count = match kind.evaluator {
            Evaluator::Pods | Evaluator::Services => return,
            Evaluator::Claims | Evaluator::ResourceClaims => true,
            Evaluator::Others(_) => false,
        };
        if !self.kinds.begins(&kind.resource) {
            return;
        }
        let it = self.clone();
        let metadata = self.context.informers.metadata(&kind.resource);
        metadata.on_change(move |change| match change {
            MetadataChange::Gone(meta) => it.look_at(meta.namespace.as_deref()),
            MetadataChange::Present(meta) if changes_count => {
                it.look_at(meta.namespace.as_deref());
            }
            MetadataChange::Present(_) => {}
        });
    }
}
