//! Which changes bring a budget back into the queue.

use super::DisruptionController;
use crate::selector::{parse, selects};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::Resource;
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey};

/// How long a budget waits for more pods that change: a look goes over all of them. Kubernetes
/// waits for nothing, but is slower to look.
const COALESCE: Duration = Duration::from_millis(5);

pub(super) fn register(controller: &DisruptionController) {
    let it = controller.clone();
    controller.budgets.on_change(move |change| {
        if !matches!(change, Change::Deleted(_)) {
            it.queue.add(ObjectKey::of(&**change.object()));
        }
    });
    let it = controller.clone();
    controller.pods.on_change(move |change| {
        if let Change::Updated { old, .. } = change {
            it.pod_changes(old);
        }
        it.pod_changes(change.object());
    });
    scaled(controller, &controller.deployments, |old, new| {
        old.spec.as_ref().map(|spec| spec.replicas) != new.spec.as_ref().map(|spec| spec.replicas)
    });
    scaled(controller, &controller.replica_sets, |old, new| {
        old.spec.as_ref().map(|spec| spec.replicas) != new.spec.as_ref().map(|spec| spec.replicas)
    });
    scaled(controller, &controller.stateful_sets, |old, new| {
        old.spec.as_ref().map(|spec| spec.replicas) != new.spec.as_ref().map(|spec| spec.replicas)
    });
    scaled(
        controller,
        &controller.replication_controllers,
        |old, new| {
            old.spec.as_ref().map(|spec| spec.replicas)
                != new.spec.as_ref().map(|spec| spec.replicas)
        },
    );
}

/// What says how many pods there are to be has come, or says another number: the budgets of its
/// namespace that go by that number are looked at. (Kubernetes learns of it with the next pod.)
fn scaled<K>(controller: &DisruptionController, cache: &Cache<K>, differs: fn(&K, &K) -> bool)
where
    K: Resource + Send + Sync + 'static,
{
    let it = controller.clone();
    cache.on_change(move |change| {
        let is_news = match change {
            Change::Added(_) => true,
            Change::Updated { old, new } => differs(old, new),
            Change::Deleted(_) => false,
        };
        if is_news {
            let namespace = change.object().meta().namespace.as_deref();
            for budget in it.budgets.list_in(namespace.unwrap_or_default()) {
                it.queue.add_after(ObjectKey::of(&*budget), COALESCE);
            }
        }
    });
}

impl DisruptionController {
    fn pod_changes(&self, pod: &Pod) {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        for budget in self.budgets.list_in(namespace) {
            if selects_pod(&budget, pod) {
                self.queue.add_after(ObjectKey::of(&*budget), COALESCE);
            }
        }
    }
}

fn selects_pod(budget: &PodDisruptionBudget, pod: &Pod) -> bool {
    let selector = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref());
    let selector = selector.and_then(|selector| parse(selector).ok());
    selector.is_some_and(|selector| selects(&selector, pod))
}
