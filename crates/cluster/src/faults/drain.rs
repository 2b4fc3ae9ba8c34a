//! Draining nodes, as `kubectl drain` does: no new pods, and those that are there are evicted one by
//! one, as disruption budgets permit.

use k8s_openapi::api::core::v1::{Node, Pod};
use kube::Client;
use kube::api::{Api, EvictParams, ListParams, Patch, PatchParams};
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use trimtab_node::Pattern;

/// How long to wait before a budget, or pods that are still ending, are asked again; kubectl's.
const RETRY: Duration = Duration::from_secs(5);

/// Drains the nodes of that name; after `lasts` they take pods again, drained or not.
pub(super) async fn drain(client: &Client, pattern: &Pattern, lasts: Option<Duration>) {
    let nodes: Api<Node> = Api::all(client.clone());
    let found = nodes.list(&ListParams::default()).await;
    let found = found.inspect_err(|error| tracing::warn!(%error, "could not list nodes to drain"));
    let names = found
        .into_iter()
        .flatten()
        .filter_map(|it| it.metadata.name);
    let names: Vec<String> = names.filter(|name| pattern.matches(name)).collect();
    for name in &names {
        cordon(&nodes, name, true).await;
    }
    let all = async {
        for name in &names {
            empty(client, name).await;
        }
        if lasts.is_some() {
            // Until the time is over.
            std::future::pending::<()>().await;
        }
    };
    let Some(lasts) = lasts else {
        all.await;
        return;
    };
    let _ = timeout(lasts, all).await;
    for name in &names {
        cordon(&nodes, name, false).await;
    }
}

async fn cordon(nodes: &Api<Node>, name: &str, is_closed: bool) {
    let patch = Patch::Merge(json!({"spec": {"unschedulable": is_closed.then_some(true)}}));
    let patched = nodes.patch(name, &PatchParams::default(), &patch).await;
    if let Err(error) = patched {
        tracing::warn!(%error, name, "could not cordon a node");
    }
}

/// Evicts the pods of a node until none is left but those that come with the node.
async fn empty(client: &Client, node: &str) {
    let pods: Api<Pod> = Api::all(client.clone());
    let here = ListParams::default().fields(&format!("spec.nodeName={node}"));
    loop {
        let Ok(found) = pods.list(&here).await else {
            sleep(RETRY).await;
            continue;
        };
        let leaving: Vec<Pod> = found.into_iter().filter(leaves).collect();
        if leaving.is_empty() {
            return;
        }
        for pod in leaving {
            let meta = pod.metadata;
            let (Some(namespace), Some(name)) = (meta.namespace, meta.name) else {
                continue;
            };
            if meta.deletion_timestamp.is_none() {
                let pods: Api<Pod> = Api::namespaced(client.clone(), &namespace);
                // What a budget holds back is tried again; what is gone is gone.
                let _ = pods.evict(&name, &EvictParams::default()).await;
            }
        }
        sleep(RETRY).await;
    }
}

/// Whether a drain takes a pod away: not those of `DaemonSets`, and not what has ended.
fn leaves(pod: &Pod) -> bool {
    let owners = pod.metadata.owner_references.iter().flatten();
    let is_of_node = { owners }.any(|owner| owner.kind == "DaemonSet");
    let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
    !is_of_node && !matches!(phase, Some("Succeeded" | "Failed"))
}
