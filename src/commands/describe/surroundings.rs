//! Asks for what surrounds an object.

use crate::ui::describe::{Backend, Surroundings};
use trimtab_deploy::{
    Error, ObjectRef, Selection, Target, backends, object_events, object_of, objects_of,
    replica_sets, selected_pods,
};
use trimtab_tree::Value;

/// The label of an `EndpointSlice` that names its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// Where the leases of nodes are.
const LEASES: &str = "kube-node-lease";

/// What the description of an object tells beside it.
pub(super) async fn of(
    target: &Target,
    object: &ObjectRef,
    value: &Value,
    shows_events: bool,
) -> Result<Surroundings, Error> {
    let (group, kind) = (&*object.resource.group, &*object.resource.kind);
    let mut around = Surroundings::default();
    if shows_events && has_events(group, kind) {
        // Who may not see events sees the object all the same.
        around.events = Some(
            object_events(target, object, value)
                .await
                .unwrap_or_default(),
        );
    }
    let namespace = &*object.namespace;
    match (group, kind) {
        ("apps", "Deployment") => {
            let sets = replica_sets(target, value).await.unwrap_or_default();
            (around.old_replica_sets, around.new_replica_set) = sets;
        }
        ("apps", "ReplicaSet") => {
            let pods = selected_pods(target, value).await;
            around.pods = pods.map_err(|error| error.message());
        }
        ("apps", "StatefulSet" | "DaemonSet") | ("", "ReplicationController") => {
            around.pods = Ok(selected_pods(target, value).await?);
        }
        ("", "PersistentVolumeClaim") => {
            let all = Selection::default();
            around.pods = Ok(objects_of(target, "v1", "Pod", namespace, all).await?);
        }
        ("", "Service") => {
            around.endpoint_slices = slices(target, namespace, &object.name)
                .await
                .unwrap_or_default();
        }
        ("networking.k8s.io", "Ingress") => {
            for name in backends(value) {
                let behind = backend(target, namespace, name).await;
                let behind = behind.map_err(|error| error.message());
                around.backends.push((name.to_owned(), behind));
            }
        }
        ("", "Namespace") => {
            around.quotas = list_if_served(target, "ResourceQuota", &object.name).await?;
            around.limit_ranges = list_if_served(target, "LimitRange", &object.name).await?;
        }
        ("", "Node") => {
            around.pods = match pods_of_node(target, &object.name).await {
                Err(error) if is_forbidden(&error) => Err(error.message()),
                pods => Ok(pods?),
            };
            let name = &object.name;
            let lease = object_of(target, "coordination.k8s.io/v1", "Lease", LEASES, name).await;
            around.lease = lease.map_err(|error| error.message());
        }
        ("", "ServiceAccount") => {
            let all = Selection::default();
            around.secrets = objects_of(target, "v1", "Secret", namespace, all)
                .await
                .ok();
        }
        _ => {}
    }
    Ok(around)
}

/// A Service and its `EndpointSlice`s.
async fn backend(target: &Target, namespace: &str, name: &str) -> Result<Backend, Error> {
    let slices = slices(target, namespace, name).await?;
    let service = object_of(target, "v1", "Service", namespace, name).await?;
    Ok(Backend { service, slices })
}

/// The objects of a kind in a namespace; nothing where the server has no such kind.
async fn list_if_served(
    target: &Target,
    kind: &str,
    namespace: &str,
) -> Result<Option<Vec<Value>>, Error> {
    match objects_of(target, "v1", kind, namespace, Selection::default()).await {
        Ok(objects) => Ok(Some(objects)),
        Err(Error::UnknownKind { .. }) => Ok(None),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The pods of a node that have not ended.
async fn pods_of_node(target: &Target, node: &str) -> Result<Vec<Value>, Error> {
    let selection = Selection {
        labels: String::new(),
        fields: format!("spec.nodeName={node},status.phase!=Succeeded,status.phase!=Failed"),
    };
    objects_of(target, "v1", "Pod", "", selection).await
}

fn is_forbidden(error: &Error) -> bool {
    error.status().is_some_and(|status| status.code == 403)
}

/// Whether the description ends with events.
fn has_events(group: &str, kind: &str) -> bool {
    !matches!(
        (group, kind),
        ("", "Secret" | "LimitRange" | "ResourceQuota" | "Namespace")
            | ("networking.k8s.io", "NetworkPolicy")
            | ("rbac.authorization.k8s.io", _)
    )
}

async fn slices(target: &Target, namespace: &str, service: &str) -> Result<Vec<Value>, Error> {
    let selection = Selection {
        labels: format!("{SERVICE_NAME}={service}"),
        fields: String::new(),
    };
    let version = "discovery.k8s.io/v1";
    objects_of(target, version, "EndpointSlice", namespace, selection).await
}
