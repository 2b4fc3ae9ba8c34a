//! `endpoints-controller`: tells who stands behind a Service the old way, in one `Endpoints` object.
//!
//! The rules are those of `pkg/controller/endpoint` in Kubernetes.

mod subsets;

use crate::context::Context;
use crate::endpointslice::{families, hostname, pod_addresses, publishes_not_ready, target};
use crate::error::{ReconcileError, unless_not_found};
use crate::pods::{is_finished, is_ready};
use crate::service_account::settle;
use crate::service_pods::{
    HEADLESS, has_selector, is_headless, pods_of, queue_changes, set_trigger,
};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{
    EndpointAddress, EndpointPort, Endpoints, ObjectReference, Pod, Service,
};
use kube::ResourceExt;
use kube::api::DeleteParams;
use std::collections::BTreeMap;
use std::sync::Arc;
pub(crate) use subsets::repacked;
use subsets::{Gathered, truncate};
use trimtab_informer::{Cache, ObjectKey, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "endpoints-controller";
/// The source of its events, and who sees to what it writes.
pub(crate) const MANAGER: &str = "endpoint-controller";

/// Services looked at the same time: `--concurrent-endpoint-syncs`.
const WORKERS: usize = 5;
/// Addresses that one object may hold.
const MOST: usize = 1_000;

const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";
/// On objects that are no endpoints, but say who leads a group of programs.
pub(crate) const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct EndpointsController {
    context: Context,
    services: Cache<Service>,
    pods: Cache<Pod>,
    endpoints: Cache<Endpoints>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for EndpointsController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let all = self.context.namespaced::<Endpoints>(&key.namespace);
        let found = self.endpoints.find(key);
        let Some(service) = self.services.find(key) else {
            if found.is_some() {
                unless_not_found(all.delete(&key.name, &DeleteParams::default()).await)?;
            }
            return Ok(());
        };
        if !service.spec.as_ref().is_some_and(has_selector) {
            return Ok(());
        }
        let pods = pods_of(&self.pods, &service);
        let before = found.as_deref().cloned().unwrap_or_default();
        let mut wanted = wanted(&service, &pods, before.clone());
        if found.is_some() && wanted == before {
            return Ok(());
        }
        let annotations = wanted.metadata.annotations.get_or_insert_default();
        set_trigger(annotations, &service, &pods);
        let posting = self.context.posting();
        if found.is_none() {
            return settle(all.create(&posting, &wanted).await);
        }
        all.replace(&key.name, &posting, &wanted).await?;
        Ok(())
    }
}

impl EndpointsController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            services: context.informers.of(),
            pods: context.informers.of(),
            endpoints: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        queue_changes(&controller.services, &controller.pods, &controller.queue);
        let queue = controller.queue.clone();
        controller.endpoints.on_change(move |change| {
            let endpoints = change.object();
            // Leaders have no Service, and no controller that may delete what they hold.
            if !endpoints.annotations().contains_key(LEADER) {
                queue.add(ObjectKey::of(&**endpoints));
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.services.synced().await;
        self.pods.synced().await;
        self.endpoints.synced().await;
        work(&self, &self.queue).await;
    }
}

/// `before` with the pods of the Service, and nothing else, whatever somebody has written into it.
fn wanted(service: &Service, pods: &[Arc<Pod>], before: Endpoints) -> Endpoints {
    let mut endpoints = before;
    let mut subsets = gathered(service, pods).subsets();
    let is_cut = truncate(&mut subsets, MOST);
    endpoints.subsets = Some(subsets).filter(|subsets| !subsets.is_empty());
    let meta = &mut endpoints.metadata;
    meta.name.clone_from(&service.metadata.name);
    meta.namespace.clone_from(&service.metadata.namespace);
    meta.labels = Some(labels(service));
    if is_cut {
        let annotations = meta.annotations.get_or_insert_default();
        annotations.insert(OVER_CAPACITY.to_owned(), "truncated".to_owned());
    } else if let Some(annotations) = &mut meta.annotations {
        annotations.remove(OVER_CAPACITY);
    }
    endpoints
}

fn labels(service: &Service) -> BTreeMap<String, String> {
    let mut labels = service.labels().clone();
    labels.remove(HEADLESS);
    if is_headless(service) {
        labels.insert(HEADLESS.to_owned(), String::new());
    }
    labels.insert(MANAGED_BY.to_owned(), MANAGER.to_owned());
    labels
}

fn gathered(service: &Service, pods: &[Arc<Pod>]) -> Gathered {
    let mut gathered = Gathered::default();
    let publishes = publishes_not_ready(service);
    let spec = service.spec.clone().unwrap_or_default();
    let service_ports = spec.ports.unwrap_or_default();
    // One object holds the addresses of one family, the first.
    let family = families(service)[0];
    for pod in pods {
        let leaves = pod.metadata.deletion_timestamp.is_some();
        if is_finished(pod) || leaves && !publishes {
            continue;
        }
        let Some(ip) = pod_addresses(pod).find(|address| family.has(address)) else {
            continue;
        };
        let address = address(service, pod, ip);
        let is_ready = publishes || is_ready(pod);
        if service_ports.is_empty() && is_headless(service) {
            gathered.add(&address, None, is_ready);
        }
        for port in &service_ports {
            let Some(number) = target(port, pod) else {
                continue;
            };
            let port = EndpointPort {
                name: port.name.clone(),
                port: number,
                protocol: Some(port.protocol.clone().unwrap_or_else(|| "TCP".to_owned())),
                app_protocol: port.app_protocol.clone(),
            };
            gathered.add(&address, Some(port), is_ready);
        }
    }
    gathered
}

fn address(service: &Service, pod: &Pod, ip: &str) -> EndpointAddress {
    EndpointAddress {
        ip: ip.to_owned(),
        hostname: hostname(service, pod),
        node_name: pod.spec.as_ref().and_then(|spec| spec.node_name.clone()),
        target_ref: Some(ObjectReference {
            kind: Some("Pod".to_owned()),
            namespace: pod.namespace(),
            name: pod.metadata.name.clone(),
            uid: pod.metadata.uid.clone(),
            ..ObjectReference::default()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::EndpointSubset;
    use serde_json::{Value, json};

    fn pod(name: &str, ip: &str, ready: &str, leaves: bool) -> Arc<Pod> {
        let pod = json!({
            "metadata": {"name": name, "namespace": "a", "deletionTimestamp": leaves.then_some("2026-01-01T00:00:00Z")},
            "spec": {"nodeName": "n", "containers": [{"name": "c", "ports": [{"name": "web", "containerPort": 8080}]}]},
            "status": {"phase": "Running", "podIPs": [{"ip": "fd00::1"}, {"ip": ip}],
                "conditions": [{"type": "Ready", "status": ready}]},
        });
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    fn told(spec: &Value) -> Value {
        let service = json!({"metadata": {"name": "s", "namespace": "a", "labels": {"x": "y"}}, "spec": spec});
        let service: Service = serde_json::from_value(service).unwrap();
        let pods = [
            pod("p", "10.0.0.1", "True", false),
            pod("q", "10.0.0.2", "False", false),
            pod("r", "10.0.0.3", "True", true),
        ];
        let endpoints = json!(wanted(&service, &pods, Endpoints::default()));
        let ips = |list: &Value| -> Vec<Value> {
            let list = list.as_array().into_iter().flatten();
            list.map(|it| it["ip"].clone()).collect()
        };
        let subset = &endpoints["subsets"][0];
        json!([
            ips(&subset["addresses"]),
            ips(&subset["notReadyAddresses"]),
            subset["ports"],
            endpoints["metadata"]["labels"],
        ])
    }

    #[test]
    fn ready_pods_of_the_first_family_are_told() {
        let labels = json!({"x": "y", MANAGED_BY: MANAGER});
        let ports = json!([{"name": "http", "port": 8080, "protocol": "TCP"}]);
        let spec = json!({"ports": [{"name": "http", "port": 80, "targetPort": "web"}]});
        let expected = json!([["10.0.0.1"], ["10.0.0.2"], ports, labels]);
        assert_eq!(told(&spec), expected);
    }

    #[test]
    fn who_publishes_what_is_not_ready_publishes_what_leaves_too() {
        let labels = json!({"x": "y", MANAGED_BY: MANAGER, HEADLESS: ""});
        let spec = json!({"clusterIP": "None", "publishNotReadyAddresses": true});
        let expected = json!([["10.0.0.1", "10.0.0.2", "10.0.0.3"], [], null, labels]);
        assert_eq!(told(&spec), expected);
    }

    #[test]
    fn what_somebody_has_written_is_made_right_and_what_is_right_stays() {
        let service: Service =
            serde_json::from_value(json!({"metadata": {"name": "s", "namespace": "a"}})).unwrap();
        let made = wanted(&service, &[], Endpoints::default());
        assert_eq!(wanted(&service, &[], made.clone()), made);
        let mut tampered = made.clone();
        tampered.metadata.labels = None;
        tampered.subsets = Some(vec![EndpointSubset::default()]);
        assert_eq!(wanted(&service, &[], tampered), made);
    }
}
