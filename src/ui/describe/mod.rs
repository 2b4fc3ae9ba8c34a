//! Objects in full, with what surrounds them: the words and the layout of `kubectl describe`.
//!
//! Nothing here asks the cluster: what surrounds an object is handed in.

mod access;
mod autoscalers;
mod certificates;
mod claims;
mod configuration;
mod containers;
mod environment;
mod events;
mod fields;
mod generic;
mod jobs;
mod limits;
mod moment;
mod network;
mod nodes;
mod place;
mod pod_resources;
pub(crate) mod pod_template;
mod pods;
mod probes;
mod selectors;
mod services;
mod sheet;
mod storage;
#[cfg(test)]
mod tests;
mod volume_kinds;
mod volumes;
mod workloads;

pub(crate) use moment::Moment;

use sheet::Sheet;
use trimtab_tree::Value;

/// What surrounds an object; for each kind what its description tells of it.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The object's events; nothing where they are not to be shown.
    pub(crate) events: Option<Vec<Value>>,
    /// The pods that it may have something to do with, or why they cannot be known.
    pub(crate) pods: Result<Vec<Value>, String>,
    /// The `ReplicaSet`s of a Deployment that are not of its template.
    pub(crate) old_replica_sets: Vec<Value>,
    /// The one that is.
    pub(crate) new_replica_set: Option<Value>,
    /// The `EndpointSlice`s of a Service.
    pub(crate) endpoint_slices: Vec<Value>,
    /// The Services that an Ingress leads to by their names, or why they cannot be known.
    pub(crate) backends: Vec<(String, Result<Backend, String>)>,
    /// The Secrets of the namespace, if they may be known.
    pub(crate) secrets: Option<Vec<Value>>,
    /// The quotas of a Namespace, if the server has any.
    pub(crate) quotas: Option<Vec<Value>>,
    /// The ranges of a Namespace, if the server has any.
    pub(crate) limit_ranges: Option<Vec<Value>>,
    /// The lease of a node, or why there is none.
    pub(crate) lease: Result<Value, String>,
}

/// A Service that an Ingress leads to.
#[derive(Debug)]
pub(crate) struct Backend {
    /// The Service.
    pub(crate) service: Value,
    /// Its `EndpointSlice`s.
    pub(crate) slices: Vec<Value>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            events: None,
            pods: Ok(Vec::new()),
            old_replica_sets: Vec::new(),
            new_replica_set: None,
            endpoint_slices: Vec::new(),
            backends: Vec::new(),
            secrets: None,
            quotas: None,
            limit_ranges: None,
            lease: Ok(Value::null()),
        }
    }
}

/// Describes an object of a group and kind.
pub(crate) fn describe(
    group: &str,
    kind: &str,
    object: &Value,
    around: &Surroundings,
    moment: &Moment,
) -> String {
    let mut sheet = Sheet::default();
    match writer(group, kind) {
        Some(write) => write(&mut sheet, object, around, moment),
        None => match (group, kind) {
            ("", "Secret") => configuration::write_secret(&mut sheet, object),
            ("", "ResourceQuota") => limits::write_quota(&mut sheet, object),
            ("", "LimitRange") => limits::write_range(&mut sheet, object),
            (ACCESS, "Role" | "ClusterRole") => access::write_role(&mut sheet, object),
            (ACCESS, "RoleBinding" | "ClusterRoleBinding") => {
                access::write_binding(&mut sheet, object);
            }
            (NETWORK, "NetworkPolicy") => network::write_policy(&mut sheet, object, moment),
            _ => generic::write(&mut sheet, object, around, moment),
        },
    }
    sheet.finish()
}

const ACCESS: &str = "rbac.authorization.k8s.io";
const NETWORK: &str = "networking.k8s.io";
const STORAGE: &str = "storage.k8s.io";

type Writer = fn(&mut Sheet, &Value, &Surroundings, &Moment);

/// What writes the objects of a kind of which there is something around to tell.
fn writer(group: &str, kind: &str) -> Option<Writer> {
    Some(match (group, kind) {
        ("", "Pod") => pods::write,
        ("apps", "Deployment") => workloads::write_deployment,
        ("apps", "ReplicaSet") => workloads::write_replica_set,
        ("apps", "StatefulSet") => workloads::write_stateful_set,
        ("apps", "DaemonSet") => workloads::write_daemon_set,
        ("", "ReplicationController") => workloads::write_controller_of_replicas,
        ("batch", "Job") => jobs::write_job,
        ("batch", "CronJob") => jobs::write_cron_job,
        ("autoscaling", "HorizontalPodAutoscaler") => autoscalers::write,
        ("", "Service") => services::write_service,
        ("", "Endpoints") => services::write_endpoints,
        ("discovery.k8s.io", "EndpointSlice") => services::write_slice,
        (NETWORK, "Ingress") => network::write_ingress,
        (NETWORK, "IngressClass") => network::write_class,
        (NETWORK, "ServiceCIDR") => network::write_cidr,
        (NETWORK, "IPAddress") => network::write_address,
        ("", "ConfigMap") => configuration::write_map,
        ("", "ServiceAccount") => configuration::write_account,
        ("", "PersistentVolumeClaim") => claims::write_claim,
        ("", "PersistentVolume") => storage::write_volume,
        (STORAGE, "StorageClass") => storage::write_class,
        (STORAGE, "VolumeAttributesClass") => storage::write_attributes_class,
        (STORAGE, "CSINode") => storage::write_csi_node,
        ("", "Namespace") => limits::write_namespace,
        ("", "Node") => nodes::write,
        ("certificates.k8s.io", "CertificateSigningRequest") => certificates::write,
        ("policy", "PodDisruptionBudget") => limits::write_budget,
        ("scheduling.k8s.io", "PriorityClass") => limits::write_priority,
        _ => return None,
    })
}
