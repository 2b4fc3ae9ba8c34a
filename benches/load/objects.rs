//! The objects of the load.

use crate::NAMESPACE;

/// Bytes of a `ConfigMap`'s value, so that the object has a KiB as JSON.
const PAYLOAD: usize = 850;

/// Where the `ConfigMap`s are.
pub(crate) fn maps_path() -> String {
    format!("/api/v1/namespaces/{NAMESPACE}/configmaps")
}

/// Where one of them is.
pub(crate) fn map_path(name: &str) -> String {
    format!("{}/{name}", maps_path())
}

/// A `ConfigMap` of a KiB.
pub(crate) fn map(name: &str, number: usize) -> String {
    let payload = "0123456789abcdef".repeat(PAYLOAD.div_ceil(16));
    format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","namespace":"{NAMESPACE}","labels":{{"app":"load","part":"{}"}}}},"data":{{"number":"{number}","payload":"{}"}}}}"#,
        number % 100,
        &payload[..PAYLOAD],
    )
}

/// What changes one field of a `ConfigMap`.
pub(crate) fn change(field: &str, value: &str) -> String {
    format!(r#"{{"data":{{"{field}":"{value}"}}}}"#)
}

/// What server-side apply says of a `ConfigMap`.
pub(crate) fn applied(name: &str, number: usize) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","namespace":"{NAMESPACE}"}},"data":{{"applied":"{number}"}}}}"#
    )
}

/// A pod as a `ReplicaSet` makes one, of an application of a hundred, on one of a hundred nodes.
pub(crate) fn pod(number: usize) -> String {
    let (application, node) = (number / 100, number % 100);
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"pod-{number}","namespace":"{NAMESPACE}","labels":{{"app":"app-{application}","pod-template-hash":"5d4f8c7b9"}},"annotations":{{"example.com/revision":"17"}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-{application}-5d4f8c7b9","uid":"11111111-1111-4111-8111-111111111111","controller":true,"blockOwnerDeletion":true}}]}},"spec":{{"nodeName":"node-{node}","containers":[{{"name":"web","image":"registry.example/shop/web:1.27.4","ports":[{{"name":"http","containerPort":8080}}],"env":[{{"name":"MODE","value":"production"}},{{"name":"LEVEL","value":"info"}}],"resources":{{"requests":{{"cpu":"100m","memory":"64Mi"}},"limits":{{"memory":"128Mi"}}}},"readinessProbe":{{"httpGet":{{"path":"/healthz","port":"http"}}}}}}]}}}}"#
    )
}

/// The status that a node's agent gives a pod.
pub(crate) fn pod_status(number: usize) -> String {
    let address = format!(
        "10.{}.{}.{}",
        number >> 16 & 255,
        number >> 8 & 255,
        number & 255
    );
    let time = "2026-01-01T00:00:00Z";
    let condition = |name: &str| {
        format!(
            r#"{{"type":"{name}","status":"True","lastProbeTime":null,"lastTransitionTime":"{time}"}}"#
        )
    };
    let conditions = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ];
    format!(
        r#"{{"status":{{"phase":"Running","podIP":"{address}","podIPs":[{{"ip":"{address}"}}],"hostIP":"10.255.0.1","hostIPs":[{{"ip":"10.255.0.1"}}],"startTime":"{time}","conditions":[{}],"containerStatuses":[{{"name":"web","image":"registry.example/shop/web:1.27.4","imageID":"registry.example/shop/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","containerID":"containerd://0123456789abcdef0123456789abcdef","ready":true,"started":true,"restartCount":0,"state":{{"running":{{"startedAt":"{time}"}}}}}}]}}}}"#,
        conditions.map(condition).join(",")
    )
}
