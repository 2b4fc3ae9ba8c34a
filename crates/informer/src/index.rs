//! The indices that several components share: which keys an object is filed under.
//!
//! Each is a function for [`Cache::add_index`](crate::Cache::add_index), registered under the name
//! beside it so that everybody who wants it shares one index.

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::Resource;

/// Name of the index of [`controller_uid`].
pub const CONTROLLER: &str = "controller uid";
/// Name of the index of [`orphan_namespace`].
pub const ORPHAN: &str = "namespace of orphans";
/// Name of the index of [`node_name`].
pub const NODE: &str = "node name";
/// Name of the index of [`labels`].
pub const LABEL: &str = "label";

/// The reference to the owner that controls `object`, if one does.
pub fn controller_of<K: Resource>(object: &K) -> Option<&OwnerReference> {
    object
        .meta()
        .owner_references
        .iter()
        .flatten()
        .find(|owner| owner.controller == Some(true))
}

/// The uid of the controlling owner.
pub fn controller_uid<K: Resource>(object: &K) -> Vec<String> {
    controller_of(object)
        .map(|owner| owner.uid.clone())
        .into_iter()
        .collect()
}

/// The namespace of an object that nothing controls: where a controller looks for what to adopt.
pub fn orphan_namespace<K: Resource>(object: &K) -> Vec<String> {
    if controller_of(object).is_some() {
        return Vec::new();
    }
    vec![object.meta().namespace.clone().unwrap_or_default()]
}

/// The node a pod is bound to.
pub fn node_name(pod: &Pod) -> Vec<String> {
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
    node.into_iter().collect()
}

/// Every label, as [`label_key`] writes it.
pub fn labels<K: Resource>(object: &K) -> Vec<String> {
    let meta = object.meta();
    let namespace = meta.namespace.as_deref().unwrap_or_default();
    let labels = meta.labels.iter().flatten();
    labels
        .map(|(key, value)| label_key(namespace, key, value))
        .collect()
}

/// What an object in `namespace` with label `key`=`value` is filed under.
pub fn label_key(namespace: &str, key: &str, value: &str) -> String {
    // Neither names nor label keys and values can hold a blank, so no two labels share a key.
    format!("{namespace} {key}={value}")
}
