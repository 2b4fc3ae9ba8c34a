//! The state before, read from a cluster.

use crate::client::Connection;
use crate::cluster::on_cluster;
use crate::exit::Failure;
use std::collections::BTreeSet;
use trimtab_deploy::{Collection, Error, ObjectRef, Target};
use trimtab_node::NodeGroup;
use trimtab_object::DEFAULT_NAMESPACE;
use trimtab_rehearsal::{Before, Options};
use trimtab_tree::{Mapping, Value};

/// What decides in a namespace how a rollout goes, whoever made it.
const LIMITS: [(&str, &str); 3] = [
    ("v1", "ResourceQuota"),
    ("v1", "LimitRange"),
    ("policy/v1", "PodDisruptionBudget"),
];

/// Metadata that is the server's own.
const SERVERS: [&str; 7] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "selfLink",
    "deletionTimestamp",
    "ownerReferences",
];

/// Reads what the cluster has of the objects that are to be rolled out, what limits pods in their
/// namespaces, and, unless the scenario has nodes of its own, the nodes. Nothing is changed there.
pub(super) fn read(connection: &Connection, options: &mut Options) -> Result<(), Failure> {
    on_cluster(connection, async |target| {
        let discovery = target.discovery().await?;
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut namespaces = BTreeSet::new();
        for object in &options.after {
            // What the cluster does not serve is not there.
            let Ok(reference) = ObjectRef::of(object, &discovery, target.namespace()) else {
                continue;
            };
            namespaces.insert(reference.namespace.to_string());
            if let Some(live) = target.get(&reference).await?
                && seen.insert(reference)
            {
                found.push(as_written(live));
            }
        }
        for namespace in namespaces.iter().filter(|namespace| !namespace.is_empty()) {
            for (api_version, kind) in LIMITS {
                let Ok(resource) = discovery.of_kind(api_version, kind) else {
                    continue;
                };
                let resource = std::sync::Arc::new(resource.clone());
                for live in list(target, &Collection::in_namespace(&resource, namespace)).await? {
                    let reference = ObjectRef::of(&live, &discovery, namespace)?;
                    if seen.insert(reference) {
                        found.push(as_written(live));
                    }
                }
            }
        }
        for object in options.after.iter_mut().chain(&mut found) {
            place(object, target.namespace());
        }
        if options.scenario.nodes.is_empty()
            && let Ok(resource) = discovery.of_kind("v1", "Node")
        {
            let all = Collection {
                resource: std::sync::Arc::new(resource.clone()),
                namespace: None,
                selection: trimtab_deploy::Selection::default(),
            };
            let nodes = list(target, &all).await?;
            options.scenario.nodes = nodes.iter().filter_map(group).collect();
        }
        options.before = Some(Before::Live(found));
        Ok(())
    })
}

/// The objects of a collection; none of one that may not be read.
async fn list(target: &Target, collection: &Collection) -> Result<Vec<Value>, Error> {
    match target.list(collection).await {
        Ok(list) => Ok(list.items),
        Err(error) if error.status().is_some_and(|status| status.code == 403) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Says of an object without a namespace which one it is in, where that is not the usual one.
fn place(object: &mut Value, namespace: &str) {
    if namespace == DEFAULT_NAMESPACE {
        return;
    }
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    if let Some(metadata) = metadata
        && metadata.get("namespace").is_none()
    {
        metadata.insert("namespace", Value::string(namespace));
    }
}

/// A live object without what a server gave it: what somebody could have written. Who owns which
/// field stays, so that the next apply takes away what it has to.
fn as_written(mut live: Value) -> Value {
    if let Some(fields) = live.as_mapping_mut() {
        fields.remove("status");
    }
    let field = |object: &mut Value, path: &[&str], name: &str| {
        if let Some(fields) = object.get_path_mut(path).and_then(Value::as_mapping_mut) {
            fields.remove(name);
        }
    };
    for name in SERVERS {
        field(&mut live, &["metadata"], name);
    }
    // Of other ranges and other volumes than a rehearsal has.
    let is_headless = live
        .get_path(&["spec", "clusterIP"])
        .and_then(Value::text)
        .is_some_and(|address| address == "None");
    match live.get("kind").and_then(Value::text) {
        Some("Service") if !is_headless => {
            for name in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
                field(&mut live, &["spec"], name);
            }
        }
        Some("PersistentVolumeClaim") => field(&mut live, &["spec"], "volumeName"),
        Some("Job") => {
            field(&mut live, &["spec"], "selector");
            for name in [
                "controller-uid",
                "batch.kubernetes.io/controller-uid",
                "job-name",
                "batch.kubernetes.io/job-name",
            ] {
                field(&mut live, &["spec", "template", "metadata", "labels"], name);
            }
        }
        _ => {}
    }
    live
}

/// A simulated node like one of the cluster's.
fn group(node: &Value) -> Option<NodeGroup> {
    let texts = |path: &[&str]| {
        let fields = node.get_path(path).and_then(Value::as_mapping);
        let fields = fields.into_iter().flat_map(Mapping::iter);
        fields
            .filter_map(|(key, value)| Some((key.to_owned(), value.text()?.to_owned())))
            .collect()
    };
    let taints = node.get_path(&["spec", "taints"]);
    let taints = taints.and_then(Value::as_sequence).unwrap_or_default();
    let text = |taint: &Value, field: &str| {
        let value = taint.get(field).and_then(Value::text_if_not_null);
        value.map(str::to_owned)
    };
    Some(NodeGroup {
        name: node.get_path(&["metadata", "name"])?.text()?.to_owned(),
        count: None,
        capacity: texts(&["status", "allocatable"]),
        labels: texts(&["metadata", "labels"]),
        taints: taints
            .iter()
            .filter_map(|taint| {
                Some(trimtab_node::Taint {
                    key: text(taint, "key")?,
                    value: text(taint, "value"),
                    effect: text(taint, "effect")?,
                })
            })
            .collect(),
        zones: Vec::new(),
    })
}
