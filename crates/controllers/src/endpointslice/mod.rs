//! `endpointslice-controller`: tells who stands behind a Service.
//!
//! The rules are those of `pkg/controller/endpointslice` in Kubernetes and of the library below it.

pub(crate) mod endpoints;
pub(crate) mod slices;
mod topology;
mod zone;

use crate::context::{Context, deleting};
use crate::error::{ReconcileError, unless_not_found};
use crate::ownership::controller_reference;
use crate::service_account::settle;
use crate::service_pods::{
    HEADLESS, has_selector, is_headless, pods_of, queue_changes, set_trigger,
};
use crate::worker::{Reconcile, due, work};
use endpoints::{Family, belongs, endpoint, ports};
pub(crate) use endpoints::{families, hostname, pod_addresses, publishes_not_ready, target};
use k8s_openapi::api::core::v1::{Node, Pod, Service};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointPort, EndpointSlice};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use slices::{Changes, at_least_one, group, keep_hints, plan};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use topology::{PerZone, Zones};
use trimtab_informer::EventType::{Normal, Warning};
use trimtab_informer::{
    Cache, Change, EventType, Expectations, ObjectKey, WorkQueue, index, reference,
};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "endpointslice-controller";

/// Services looked at the same time: `--concurrent-service-endpoint-syncs`.
const WORKERS: usize = 5;

/// Whose slice it is.
pub(crate) const SERVICE: &str = "kubernetes.io/service-name";
/// Who sees to it.
pub(crate) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const MANAGER: &str = "endpointslice-controller.k8s.io";
/// Endpoints in one slice: `--max-endpoints-per-slice`.
const MOST: usize = 100;
/// The reason of events that tell why endpoints are not shared out to zones.
const DISABLED: &str = "TopologyAwareHintsDisabled";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct EndpointSliceController {
    context: Context,
    services: Cache<Service>,
    pods: Cache<Pod>,
    nodes: Cache<Node>,
    slices: Cache<EndpointSlice>,
    queue: WorkQueue<ObjectKey>,
    /// Slices have made-up names: one that was created and is not yet seen would be created again.
    expectations: Arc<Expectations>,
    /// Services whose endpoints are shared out to zones, and how many each zone has been given.
    shared_out: Arc<Mutex<BTreeMap<ObjectKey, BTreeMap<Family, PerZone>>>>,
}

impl Reconcile for EndpointSliceController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let found = self.services.find(key);
        if found.is_none() {
            // Its slices go with it: they are owned.
            self.change_shared_out(|shared_out| shared_out.remove(key));
        }
        let Some(service) = due(found, key, &self.expectations, &self.queue) else {
            return Ok(());
        };
        let spec = service.spec.clone().unwrap_or_default();
        if !has_selector(&spec) || service.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        let pods = pods_of(&self.pods, &service);
        let mut existing = self.slices_of(&service);
        let mut skipped = Vec::new();
        for family in families(&service) {
            let is_of = |slice: &Arc<EndpointSlice>| slice.address_type == family.address_type();
            let (mine, others) = existing.into_iter().partition(is_of);
            existing = others;
            let mut wanted = group(self.endpoints(&service, &pods, family, &mut skipped));
            let is_shared_out = topology::is_enabled(&service);
            if is_shared_out {
                keep_hints(&mut wanted, &mine);
            }
            let mut changes = plan(mine, at_least_one(wanted), MOST);
            if is_shared_out {
                self.share_out(key, &service, family, &mut changes);
            } else if self.forget_shared_out(key, family) {
                let told = "Topology Aware Hints has been disabled";
                self.tell_of_hints(&service, Warning, DISABLED, told, family);
            }
            self.write(key, &service, family, changes, &pods).await?;
        }
        for slice in existing {
            self.delete(&slice).await?;
        }
        if skipped.is_empty() {
            return Ok(());
        }
        Err(ReconcileError::NotYet(skipped.join(", ")))
    }
}

impl EndpointSliceController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            services: context.informers.of(),
            pods: context.informers.of(),
            nodes: context.informers.of(),
            slices: context.informers.of(),
            queue: WorkQueue::new(),
            expectations: Arc::default(),
            shared_out: Arc::default(),
            context,
        };
        let it = controller.clone();
        controller.nodes.on_change(move |change| {
            if topology::concerns_zones(change) {
                it.look_at_shared_out();
            }
        });
        controller
            .slices
            .add_index(index::CONTROLLER, index::controller_uid);
        queue_changes(&controller.services, &controller.pods, &controller.queue);
        let it = controller.clone();
        controller
            .slices
            .on_change(move |change| it.slice_changes(change));
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.services.synced().await;
        self.pods.synced().await;
        self.nodes.synced().await;
        self.slices.synced().await;
        work(&self, &self.queue).await;
    }

    fn slices_of(&self, service: &Service) -> Vec<Arc<EndpointSlice>> {
        let uid = service.uid().unwrap_or_default();
        let mut slices = self.slices.indexed(index::CONTROLLER, &uid);
        slices.retain(|slice| {
            has_label(slice, MANAGED_BY, MANAGER) && slice.metadata.deletion_timestamp.is_none()
        });
        slices
    }

    /// The pods as endpoints, with their ports. Pods on nodes that are not (yet) known are skipped:
    /// nobody could say in which zone they are.
    fn endpoints(
        &self,
        service: &Service,
        pods: &[Arc<Pod>],
        family: Family,
        skipped: &mut Vec<String>,
    ) -> Vec<(Vec<EndpointPort>, Endpoint)> {
        let mut endpoints = Vec::new();
        for pod in pods.iter().filter(|pod| belongs(pod)) {
            let name = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
            let node = name.and_then(|name| self.nodes.get("", name));
            if let Some(name) = name
                && node.is_none()
                && !publishes_not_ready(service)
            {
                let pod = pod.name_any();
                skipped.push(format!("pod {pod} is on node {name}, which is not there"));
                continue;
            }
            let endpoint = endpoint(service, pod, node.as_deref(), family);
            endpoints.extend(endpoint.map(|endpoint| (ports(service, pod), endpoint)));
        }
        endpoints
    }

    /// Shares the endpoints out to zones, or says why that cannot be.
    fn share_out(&self, key: &ObjectKey, service: &Service, family: Family, changes: &mut Changes) {
        match Zones::of(&self.nodes.list()).share_out(changes) {
            Ok(given) => {
                let before = self.change_shared_out(|shared_out| {
                    let families = shared_out.entry(key.clone()).or_default();
                    let is_first = families.is_empty();
                    families.insert(family, given);
                    is_first
                });
                if before {
                    let (reason, told) = (
                        "TopologyAwareHintsEnabled",
                        "Topology Aware Hints has been enabled",
                    );
                    self.tell_of_hints(service, Normal, reason, told, family);
                }
            }
            Err(why) => {
                self.tell_of_hints(service, Warning, DISABLED, &why, family);
                self.forget_shared_out(key, family);
                topology::remove_hints(changes);
            }
        }
    }

    /// Whether the endpoints of this family were shared out.
    fn forget_shared_out(&self, key: &ObjectKey, family: Family) -> bool {
        self.change_shared_out(|shared_out| {
            let Some(families) = shared_out.get_mut(key) else {
                return false;
            };
            let was_shared_out = families.remove(&family).is_some();
            if families.is_empty() {
                shared_out.remove(key);
            }
            was_shared_out
        })
    }

    /// Looks again at Services that have too few endpoints in a zone now.
    fn look_at_shared_out(&self) {
        self.change_shared_out(|shared_out| {
            if shared_out.is_empty() {
                return;
            }
            let zones = Zones::of(&self.nodes.list());
            for (key, families) in shared_out {
                if families.values().any(|given| zones.overload(given)) {
                    self.queue.add(key.clone());
                }
            }
        });
    }

    fn change_shared_out<T>(
        &self,
        change: impl FnOnce(&mut BTreeMap<ObjectKey, BTreeMap<Family, PerZone>>) -> T,
    ) -> T {
        // Each change leaves the map whole.
        let shared_out = self.shared_out.lock();
        change(&mut shared_out.unwrap_or_else(PoisonError::into_inner))
    }

    fn tell_of_hints(
        &self,
        service: &Service,
        event_type: EventType,
        reason: &str,
        told: &str,
        family: Family,
    ) {
        let told = format!("{told}, addressType: {}", family.address_type());
        let recorder = &self.context.recorder;
        recorder.record(&reference(service), event_type, reason, told);
    }

    async fn write(
        &self,
        key: &ObjectKey,
        service: &Service,
        family: Family,
        changes: Changes,
        pods: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        let slices = self.context.namespaced::<EndpointSlice>(&key.namespace);
        let posting = self.context.posting();
        let labels = labels(service);
        let stale = changes
            .keep
            .into_iter()
            .filter(|slice| *slice.labels() != labels);
        let stale: Vec<_> = stale
            .map(|slice| {
                let endpoints = slice.endpoints.clone().unwrap_or_default();
                let ports = slice.ports.clone().unwrap_or_default();
                (slice, endpoints, ports)
            })
            .collect();
        if !changes.create.is_empty() {
            self.expectations
                .expect_creations(key, changes.create.len());
        }
        for (endpoints, ports) in changes.create {
            let new = EndpointSlice {
                metadata: ObjectMeta {
                    generate_name: Some(format!("{}-", service.name_any())),
                    namespace: service.namespace(),
                    owner_references: Some(vec![controller_reference(service)]),
                    ..ObjectMeta::default()
                },
                address_type: family.address_type().to_owned(),
                ..EndpointSlice::default()
            };
            let new = filled(new, &labels, endpoints, ports, service, pods);
            let created = slices.create(&posting, &new).await;
            if created.is_err() {
                self.expectations.creation_observed(key);
            }
            settle(created)?;
        }
        for (slice, endpoints, ports) in changes.update.into_iter().chain(stale) {
            let name = slice.name_any();
            let new = filled((*slice).clone(), &labels, endpoints, ports, service, pods);
            slices.replace(&name, &posting, &new).await?;
        }
        for slice in changes.delete {
            self.delete(&slice).await?;
        }
        Ok(())
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

    async fn delete(&self, slice: &EndpointSlice) -> Result<(), ReconcileError> {
        let namespace = slice.namespace().unwrap_or_default();
        let slices = self.context.namespaced::<EndpointSlice>(&namespace);
        let params = deleting(slice.metadata.uid.as_deref());
        unless_not_found(slices.delete(&slice.name_any(), &params).await)?;
        Ok(())
    }
}

/// Whether the slice has this label.
pub(crate) fn has_label(slice: &EndpointSlice, key: &str, value: &str) -> bool {
    slice.labels().get(key).is_some_and(|it| it == value)
}

fn labels(service: &Service) -> BTreeMap<String, String> {
    let mut labels = service.labels().clone();
    labels.remove(HEADLESS);
    if is_headless(service) {
        labels.insert(HEADLESS.to_owned(), String::new());
    }
    labels.insert(SERVICE.to_owned(), service.name_any());
    labels.insert(MANAGED_BY.to_owned(), MANAGER.to_owned());
    labels
}

fn filled(
    mut slice: EndpointSlice,
    labels: &BTreeMap<String, String>,
    endpoints: Vec<Endpoint>,
    ports: Vec<EndpointPort>,
    service: &Service,
    pods: &[Arc<Pod>],
) -> EndpointSlice {
    slice.metadata.labels = Some(labels.clone());
    let annotations = slice.metadata.annotations.get_or_insert_default();
    set_trigger(annotations, service, pods);
    slice.endpoints = Some(endpoints).filter(|endpoints| !endpoints.is_empty());
    slice.ports = Some(ports).filter(|ports| !ports.is_empty());
    slice
}
