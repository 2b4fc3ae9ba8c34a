//! Which changes bring a Service back into the queue.

use super::{EndpointSliceController, has_selector, is_selected};
use crate::pods::{is_finished, is_ready};
use k8s_openapi::api::core::v1::{Pod, PodStatus};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use std::time::Duration;
use trimtab_informer::{Change, ObjectKey, index};

/// How long a Service waits before changes of its pods are looked at: a rollout changes many of
/// them at about the same time, and a look goes over all.
const COALESCE: Duration = Duration::from_millis(20);

pub(super) fn register(controller: &EndpointSliceController) {
    let queue = controller.queue.clone();
    controller
        .services
        .on_change(move |change| queue.add(ObjectKey::of(&**change.object())));
    let it = controller.clone();
    controller.pods.on_change(move |change| match change {
        Change::Added(pod) | Change::Deleted(pod) => it.pod_changes(pod),
        Change::Updated { old, new } => {
            if matters(old, new) {
                it.pod_changes(new);
            }
            if old.metadata.labels != new.metadata.labels {
                it.pod_changes(old);
            }
        }
    });
    let it = controller.clone();
    controller
        .slices
        .on_change(move |change| it.slice_changes(change));
}

/// Whether an endpoint would be another one.
fn matters(old: &Pod, new: &Pod) -> bool {
    let addresses = |pod: &Pod| {
        let PodStatus {
            pod_ip, pod_ips, ..
        } = pod.status.clone().unwrap_or_default();
        (pod_ip, pod_ips)
    };
    let is_leaving = |pod: &Pod| pod.metadata.deletion_timestamp.is_some();
    is_ready(old) != is_ready(new)
        || is_finished(old) != is_finished(new)
        || is_leaving(old) != is_leaving(new)
        || old.metadata.labels != new.metadata.labels
        || old.spec != new.spec
        || addresses(old) != addresses(new)
}

impl EndpointSliceController {
    fn pod_changes(&self, pod: &Pod) {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        for service in self.services.list_in(namespace) {
            let spec = service.spec.as_ref().filter(|spec| has_selector(spec));
            let selector = spec.and_then(|spec| spec.selector.as_ref());
            if selector.is_some_and(|selector| is_selected(selector, pod)) {
                self.queue.add_after(ObjectKey::of(&*service), COALESCE);
            }
        }
    }

    fn slice_changes(&self, change: &Change<EndpointSlice>) {
        let slice = change.object();
        let Some(owner) = index::controller_of(&**slice).filter(|owner| owner.kind == "Service")
        else {
            return;
        };
        let namespace = slice.metadata.namespace.as_deref().unwrap_or_default();
        let key = ObjectKey::new(namespace, &owner.name);
        if matches!(change, Change::Added(_)) {
            self.expectations.creation_observed(&key);
        }
        self.queue.add(key);
    }
}
