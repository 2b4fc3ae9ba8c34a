//! `endpointslice-mirroring-controller`: tells in slices what somebody has written into `Endpoints`
//! by hand.
//!
//! The rules are those of `pkg/controller/endpointslicemirroring` in Kubernetes.

use crate::context::{Context, deleting};
use crate::endpoints::{LEADER, repacked};
use crate::endpointslice::endpoints::Family;
use crate::endpointslice::slices::{Groups, plan};
use crate::endpointslice::{MANAGED_BY, SERVICE, has_label};
use crate::error::{ReconcileError, unless_not_found};
use crate::ownership::controller_reference;
use crate::service_account::settle;
use crate::service_pods::TRIGGER;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{EndpointAddress, Endpoints, Service};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointConditions, EndpointPort, EndpointSlice};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use trimtab_informer::{Cache, Change, EventType, Expectations, ObjectKey, WorkQueue, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "endpointslice-mirroring-controller";
/// The source of its events.
pub(crate) const SOURCE: &str = "endpoint-slice-mirroring-controller";

/// Objects looked at the same time: `--mirroring-concurrent-service-endpoint-syncs`.
const WORKERS: usize = 5;
const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
/// Addresses of one subset that are mirrored: `--mirroring-max-endpoints-per-subset`.
const MOST: usize = 1_000;
const SKIPS: &str = "endpointslice.kubernetes.io/skip-mirror";
/// What `kubectl apply` remembers of the object it applied is not about any other.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct EndpointSliceMirroring {
    context: Context,
    services: Cache<Service>,
    endpoints: Cache<Endpoints>,
    slices: Cache<EndpointSlice>,
    queue: WorkQueue<ObjectKey>,
    /// Slices have made-up names: one that was created and is not yet seen would be created again.
    expectations: Arc<Expectations>,
}

impl Reconcile for EndpointSliceMirroring {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        if self.expectations.puts_off(key, &self.queue) {
            return Ok(());
        }
        let existing = self.slices_of(key);
        let Some(endpoints) = self.mirrored(key) else {
            for slice in existing {
                self.delete(&slice).await?;
            }
            self.expectations.forget(key);
            return Ok(());
        };
        let mut left = existing;
        for (family, groups) in self.wanted(&endpoints) {
            let is_of = |slice: &Arc<EndpointSlice>| slice.address_type == family.address_type();
            let (mine, others) = left.into_iter().partition(is_of);
            left = others;
            self.write(key, &endpoints, family, mine, groups).await?;
        }
        Ok(())
    }
}

impl EndpointSliceMirroring {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            services: context.informers.of(),
            endpoints: context.informers.of(),
            slices: context.informers.of(),
            queue: WorkQueue::new(),
            expectations: Arc::default(),
            context,
        };
        let queue = controller.queue.clone();
        controller.services.on_change(move |change| {
            let key = ObjectKey::of(&**change.object());
            let matters = match change {
                Change::Added(service) | Change::Deleted(service) => !selects(service),
                Change::Updated { old, new } => selects(old) != selects(new),
            };
            if matters {
                queue.add(key);
            }
        });
        let queue = controller.queue.clone();
        controller.endpoints.on_change(move |change| {
            let was_mirrored =
                matches!(change, Change::Updated { old, .. } if may_be_mirrored(old));
            if was_mirrored || may_be_mirrored(change.object()) {
                queue.add(ObjectKey::of(&**change.object()));
            }
        });
        let it = controller.clone();
        controller.slices.on_change(move |change| {
            let slice = change.object();
            if has_label(slice, MANAGED_BY, MANAGER)
                && let Some(key) = service_of(slice)
            {
                if matches!(change, Change::Added(_)) {
                    it.expectations.creation_observed(&key);
                }
                it.queue.add(key);
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.services.synced().await;
        self.endpoints.synced().await;
        self.slices.synced().await;
        work(&self, &self.queue).await;
    }

    /// What is to be mirrored, if it is: somebody else sees to a Service with a selector.
    fn mirrored(&self, key: &ObjectKey) -> Option<Arc<Endpoints>> {
        let endpoints = self.endpoints.find(key).filter(|it| may_be_mirrored(it))?;
        let service = self.services.find(key)?;
        (!selects(&service)).then_some(endpoints)
    }

    fn slices_of(&self, key: &ObjectKey) -> Vec<Arc<EndpointSlice>> {
        let mut slices = self.slices.list_in(&key.namespace);
        slices.retain(|slice| {
            has_label(slice, MANAGED_BY, MANAGER)
                && has_label(slice, SERVICE, &key.name)
                && slice.metadata.deletion_timestamp.is_none()
        });
        slices
    }

    /// The addresses by family and ports. Tells of those that are left out.
    fn wanted(&self, endpoints: &Endpoints) -> [(Family, Groups); 2] {
        let (mut invalid, mut skipped) = (0, 0);
        let mut wanted = [(Family::V4, Groups::new()), (Family::V6, Groups::new())];
        for subset in repacked(endpoints.subsets.as_deref().unwrap_or_default()) {
            let ports: Vec<_> = subset.ports.unwrap_or_default();
            let ports: Vec<_> = ports
                .into_iter()
                .map(|port| EndpointPort {
                    name: Some(port.name.unwrap_or_default()),
                    port: Some(port.port),
                    protocol: port.protocol,
                    app_protocol: port.app_protocol,
                })
                .collect();
            let ready = subset.addresses.into_iter().flatten();
            let others = subset.not_ready_addresses.into_iter().flatten();
            let all = ready
                .map(|it| (it, true))
                .chain(others.map(|it| (it, false)));
            let mut of = [Vec::new(), Vec::new()];
            for (address, is_ready) in all {
                if of[0].len() + of[1].len() >= MOST {
                    skipped += 1;
                } else if let Some((family, endpoint)) = endpoint(address, is_ready) {
                    of[usize::from(family == Family::V6)].push(endpoint);
                } else {
                    invalid += 1;
                }
            }
            for ((_, groups), endpoints) in wanted.iter_mut().zip(of) {
                if !endpoints.is_empty() {
                    groups.push((ports.clone(), endpoints));
                }
            }
        }
        if invalid > 0 {
            let told =
                format!("Skipped {invalid} invalid IP addresses when mirroring to EndpointSlices");
            self.warn(endpoints, "InvalidIPAddress", &told);
        }
        if skipped > 0 {
            let skipped = skipped + invalid;
            let told = format!(
                "A max of {MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. \
                 {skipped} addresses were skipped"
            );
            self.warn(endpoints, "TooManyAddressesToMirror", &told);
        }
        wanted
    }

    fn warn(&self, endpoints: &Endpoints, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(endpoints), EventType::Warning, reason, message);
    }

    async fn write(
        &self,
        key: &ObjectKey,
        endpoints: &Endpoints,
        family: Family,
        existing: Vec<Arc<EndpointSlice>>,
        groups: Groups,
    ) -> Result<(), ReconcileError> {
        let slices = self.context.namespaced::<EndpointSlice>(&key.namespace);
        let posting = self.context.posting();
        let changes = plan(existing, groups, MOST);
        let (labels, annotations) = (labels(endpoints), annotations(endpoints));
        let filled = |mut slice: EndpointSlice, of: Vec<Endpoint>, ports: Vec<EndpointPort>| {
            slice.metadata.labels = Some(labels.clone());
            slice.metadata.annotations.clone_from(&annotations);
            slice.endpoints = Some(of);
            slice.ports = Some(ports).filter(|ports| !ports.is_empty());
            slice
        };
        if !changes.create.is_empty() {
            self.expectations
                .expect_creations(key, changes.create.len());
        }
        for (of, ports) in changes.create {
            let new = EndpointSlice {
                metadata: ObjectMeta {
                    generate_name: Some(format!("{}-", key.name)),
                    namespace: Some(key.namespace.to_string()),
                    owner_references: Some(vec![controller_reference(endpoints)]),
                    ..ObjectMeta::default()
                },
                address_type: family.address_type().to_owned(),
                ..EndpointSlice::default()
            };
            let created = slices.create(&posting, &filled(new, of, ports)).await;
            if created.is_err() {
                self.expectations.creation_observed(key);
            }
            settle(created)?;
        }
        let is_stale = |slice: &Arc<EndpointSlice>| {
            *slice.labels() != labels || slice.metadata.annotations != annotations
        };
        let stale = changes.keep.into_iter().filter(is_stale).map(|slice| {
            let of = slice.endpoints.clone().unwrap_or_default();
            let ports = slice.ports.clone().unwrap_or_default();
            (slice, of, ports)
        });
        for (slice, of, ports) in changes.update.into_iter().chain(stale) {
            let name = slice.name_any();
            let new = filled((*slice).clone(), of, ports);
            slices.replace(&name, &posting, &new).await?;
        }
        for slice in changes.delete {
            self.delete(&slice).await?;
        }
        Ok(())
    }

    async fn delete(&self, slice: &EndpointSlice) -> Result<(), ReconcileError> {
        let namespace = slice.namespace().unwrap_or_default();
        let slices = self.context.namespaced::<EndpointSlice>(&namespace);
        let params = deleting(slice.metadata.uid.as_deref());
        unless_not_found(slices.delete(&slice.name_any(), &params).await)?;
        Ok(())
    }
}

fn selects(service: &Service) -> bool {
    let spec = service.spec.as_ref();
    spec.is_some_and(|spec| spec.selector.is_some())
}

fn may_be_mirrored(endpoints: &Endpoints) -> bool {
    endpoints.labels().get(SKIPS).is_none_or(|it| it != "true")
        && !endpoints.annotations().contains_key(LEADER)
}

fn service_of(slice: &EndpointSlice) -> Option<ObjectKey> {
    let namespace = slice.metadata.namespace.as_deref()?;
    let name = slice.labels().get(SERVICE)?;
    Some(ObjectKey::new(namespace, name))
}

fn labels(endpoints: &Endpoints) -> BTreeMap<String, String> {
    let mut labels = endpoints.labels().clone();
    labels.insert(SERVICE.to_owned(), endpoints.name_any());
    labels.insert(MANAGED_BY.to_owned(), MANAGER.to_owned());
    labels
}

fn annotations(endpoints: &Endpoints) -> Option<BTreeMap<String, String>> {
    let mut annotations = endpoints.annotations().clone();
    annotations.remove(TRIGGER);
    annotations.remove(LAST_APPLIED);
    Some(annotations).filter(|annotations| !annotations.is_empty())
}

/// `None` if that is no IP address.
fn endpoint(address: EndpointAddress, is_ready: bool) -> Option<(Family, Endpoint)> {
    let ip: IpAddr = address.ip.parse().ok()?;
    let family = match ip {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    };
    let endpoint = Endpoint {
        addresses: vec![ip.to_string()],
        conditions: Some(EndpointConditions {
            ready: Some(is_ready),
            ..EndpointConditions::default()
        }),
        hostname: address.hostname.filter(|name| !name.is_empty()),
        node_name: address.node_name,
        target_ref: address.target_ref,
        ..Endpoint::default()
    };
    Some((family, endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_keeps_what_is_known_of_it() {
        let address = json!({"ip": "fd00::0:1", "hostname": "h", "nodeName": "n"});
        let address = serde_json::from_value(address).unwrap();
        let (family, endpoint) = endpoint(address, false).unwrap();
        assert_eq!(family, Family::V6);
        let expected = json!({
            "addresses": ["fd00::1"],
            "conditions": {"ready": false},
            "hostname": "h",
            "nodeName": "n",
        });
        assert_eq!(json!(endpoint), expected);
        let broken = serde_json::from_value(json!({"ip": "here"})).unwrap();
        assert!(super::endpoint(broken, true).is_none());
    }

    #[test]
    fn what_is_not_about_the_slice_stays_behind() {
        let endpoints = json!({"metadata": {
            "name": "s",
            "labels": {"a": "1", SKIPS: "false"},
            "annotations": {TRIGGER: "x", LAST_APPLIED: "{}", "b": "2"},
        }});
        let endpoints: Endpoints = serde_json::from_value(endpoints).unwrap();
        assert!(may_be_mirrored(&endpoints));
        assert_eq!(json!(annotations(&endpoints)), json!({"b": "2"}));
        let expected = json!({"a": "1", SKIPS: "false", SERVICE: "s", MANAGED_BY: MANAGER});
        assert_eq!(json!(labels(&endpoints)), expected);
    }
}
