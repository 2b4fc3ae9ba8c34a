//! Which pods stand behind a Service, and which changes of them matter to it.
//!
//! Shared by the two controllers that tell who they are, in `Endpoints` and in `EndpointSlice`s.

use crate::pods::{is_finished, is_ready, ready_since};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Pod, PodStatus, Service, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue, index};

/// When what brought the last change about happened.
pub(crate) const TRIGGER: &str = "endpoints.kubernetes.io/last-change-trigger-time";
/// On what tells of Services without an address of their own.
pub(crate) const HEADLESS: &str = "service.kubernetes.io/headless";

/// How long a Service waits before changes of its pods are looked at: a rollout changes many of
/// them at about the same time, and a look goes over all.
const COALESCE: Duration = Duration::from_millis(20);

/// Queues every Service that changes, and those that select a pod which does so that it matters.
pub(crate) fn queue_changes(
    services: &Cache<Service>,
    pods: &Cache<Pod>,
    queue: &WorkQueue<ObjectKey>,
) {
    pods.add_index(index::LABEL, index::labels);
    let to = queue.clone();
    services.on_change(move |change| to.add(ObjectKey::of(&**change.object())));
    let (services, queue) = (services.clone(), queue.clone());
    pods.on_change(move |change| {
        let tell = |pod: &Pod| {
            for service in selecting(&services, pod) {
                queue.add_after(service, COALESCE);
            }
        };
        match change {
            Change::Added(pod) | Change::Deleted(pod) => tell(pod),
            Change::Updated { old, new } => {
                if matters(old, new) {
                    tell(new);
                }
                if old.metadata.labels != new.metadata.labels {
                    tell(old);
                }
            }
        }
    });
}

fn selecting<'a>(
    services: &Cache<Service>,
    pod: &'a Pod,
) -> impl Iterator<Item = ObjectKey> + use<'a> {
    let services = services.list_in(pod.metadata.namespace.as_deref().unwrap_or_default());
    services.into_iter().filter_map(move |service| {
        let spec = service.spec.as_ref().filter(|spec| has_selector(spec))?;
        let selector = spec.selector.as_ref()?;
        is_selected(selector, pod).then(|| ObjectKey::of(&*service))
    })
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

/// Whether the controllers see to the Service: without a selector somebody else does, and a name
/// outside the cluster has no endpoints.
pub(crate) fn has_selector(spec: &ServiceSpec) -> bool {
    spec.type_.as_deref() != Some("ExternalName")
        && spec
            .selector
            .as_ref()
            .is_some_and(|selector| !selector.is_empty())
}

fn is_selected(selector: &BTreeMap<String, String>, pod: &Pod) -> bool {
    let labels = pod.labels();
    selector
        .iter()
        .all(|(key, value)| labels.get(key) == Some(value))
}

/// The pods a Service selects, by name.
pub(crate) fn pods_of(pods: &Cache<Pod>, service: &Service) -> Vec<Arc<Pod>> {
    let namespace = service.namespace().unwrap_or_default();
    let spec = service.spec.as_ref();
    let selector = spec.and_then(|spec| spec.selector.as_ref());
    let Some((selector, (key, value))) =
        selector.and_then(|selector| Some((selector, selector.first_key_value()?)))
    else {
        return Vec::new();
    };
    let mut pods = pods.indexed(index::LABEL, &index::label_key(&namespace, key, value));
    pods.retain(|pod| is_selected(selector, pod));
    pods
}

/// Whether the Service has no address of its own.
pub(crate) fn is_headless(service: &Service) -> bool {
    let spec = service.spec.as_ref();
    spec.and_then(|spec| spec.cluster_ip.as_deref()) == Some("None")
}

/// When the last of what the endpoints of a Service follow from happened.
fn trigger(service: &Service, pods: &[Arc<Pod>]) -> Option<Timestamp> {
    let ready = pods.iter().filter_map(|pod| ready_since(pod));
    let created = service.metadata.creation_timestamp.iter();
    ready.chain(created.map(|Time(time)| *time)).max()
}

/// Writes down when what brings the change about happened that is being written. If that is not
/// known, as it is no later than what brought the last one about, nothing is claimed.
pub(crate) fn set_trigger(
    annotations: &mut BTreeMap<String, String>,
    service: &Service,
    pods: &[Arc<Pod>],
) {
    let time = trigger(service, pods).map(|it| it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    match time.filter(|time| annotations.get(TRIGGER).is_none_or(|before| before < time)) {
        Some(time) => annotations.insert(TRIGGER.to_owned(), time),
        None => annotations.remove(TRIGGER),
    };
}
