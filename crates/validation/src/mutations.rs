//! Whatever stands at whichever place of an object, nothing panics: every step is run on objects in
//! each of which one value was replaced by one that does not belong there.

use crate::{
    convert, decode, dedup_owner_references, default, default_stored, prepare_create,
    prepare_update, validate_create, validate_update, warnings,
};
use trimtab_schema::{Schema, Type};
use trimtab_tree::{Node, Value, parse_json};

/// Objects with something at many places.
const OBJECTS: [&str; 5] = [
    r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"a": "b"}, "annotations": {"a": "b"},
        "finalizers": ["a/b"], "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "o", "uid": "u", "controller": true}]},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 1, "hostPort": 1, "name": "a"}],
            "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a']"}}}], "envFrom": [{"secretRef": {"name": "s"}}],
            "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "x"}], "resources": {"limits": {"cpu": "1", "x/y": "1"}, "claims": [{"name": "r"}]},
            "livenessProbe": {"httpGet": {"port": "a", "httpHeaders": [{"name": "h"}]}}, "lifecycle": {"preStop": {"exec": {"command": ["x"]}}},
            "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
            "securityContext": {"privileged": true, "allowPrivilegeEscalation": false, "capabilities": {"add": ["X"]}}}],
        "initContainers": [{"name": "i", "image": "i", "restartPolicy": "Always"}], "ephemeralContainers": [{"name": "e", "image": "i"}],
        "volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s", "items": [{"key": "k", "path": "p"}]}}]}},
            {"name": "w", "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}}],
        "tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 1}], "nodeSelector": {"a": "b"},
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "z"}], "schedulingGates": [{"name": "g"}],
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}]}}},
        "resources": {"limits": {"cpu": "1"}}, "hostAliases": [{"ip": "1.1.1.1", "hostnames": ["h"]}], "dnsConfig": {"nameservers": ["1.1.1.1"]},
        "securityContext": {"seccompProfile": {"type": "Localhost"}, "sysctls": [{"name": "a", "value": "b"}], "supplementalGroups": [1]}},
        "status": {"podIP": "1.1.1.1", "podIPs": [{"ip": "1.1.1.1"}]}}"#,
    r#"{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "s", "generation": 1}, "spec": {"replicas": 1,
        "selector": {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1, "maxUnavailable": "10%"}},
        "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}]}}"#,
    r#"{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}, "spec": {"schedule": "* * * * *", "timeZone": "UTC",
        "jobTemplate": {"spec": {"podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}}]},
        "successPolicy": {"rules": [{"succeededCount": 1}]}, "template": {"spec": {"containers": []}}}}}}"#,
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1",
        "ports": [{"port": 80, "targetPort": "http", "nodePort": 30000}], "selector": {"a": "b"}, "externalIPs": ["1.1.1.1"],
        "sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 1}}},
        "status": {"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}]}}}"#,
    r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h", "annotations": {}}, "spec": {"maxReplicas": 2,
        "scaleTargetRef": {"kind": "D", "name": "d", "apiVersion": "apps/v1"}, "behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 1}]}},
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 1}}}]},
        "status": {"currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 1}}}]}}"#,
];

/// What does not belong where it is put, most of the time.
const STRANGERS: [&str; 6] = ["null", "-1", "\"\"", "{}", "[null, 1, {}]", "\"A b\""];

/// How many nodes a value has, itself among them.
fn count(value: &Value) -> usize {
    1 + match &value.node {
        Node::Scalar(_) => 0,
        Node::Sequence(items) => items.iter().map(count).sum(),
        Node::Mapping(fields) => fields.iter().map(|(_, field)| count(field)).sum(),
    }
}

/// Replaces the node of that number, in the order in which they are counted.
fn replace(value: &mut Value, at: &mut usize, by: &Value) -> bool {
    if *at == 0 {
        *value = by.clone();
        return true;
    }
    *at -= 1;
    match &mut value.node {
        Node::Scalar(_) => false,
        Node::Sequence(items) => items.iter_mut().any(|item| replace(item, at, by)),
        Node::Mapping(fields) => fields.values_mut().any(|field| replace(field, at, by)),
    }
}

fn run(mut object: Value, good: &Value, ty: Type<'_>) {
    if decode(&mut object, ty).is_ok() {
        let once = object.clone();
        assert_eq!(
            decode(&mut object, ty),
            Ok(Vec::new()),
            "decoding again finds nothing"
        );
        assert_eq!(object, once, "decoding again changes nothing");
    }
    // What could not be decoded goes on here too: the steps behind must not rely on it.
    default(&mut object, ty);
    dedup_owner_references(&mut object);
    let mut created = object.clone();
    prepare_create(&mut created, ty);
    let _ = validate_create(&created);
    let _ = warnings(&created, None);
    default_stored(&mut created, ty);
    for (new, old, subresource) in [
        (&object, good, ""),
        (good, &object, ""),
        (&object, good, "status"),
        (&object, good, "resize"),
        (&object, good, "ephemeralcontainers"),
    ] {
        let mut new = new.clone();
        prepare_update(&mut new, old, ty, subresource);
        let _ = validate_update(&new, old, subresource);
        let _ = warnings(&new, Some(old));
    }
    convert(&mut object, "autoscaling/v1");
    convert(&mut object, "autoscaling/v2");
}

#[test]
fn no_value_at_no_place_panics() {
    let schema = Schema::kubernetes();
    let strangers = STRANGERS.map(|text| parse_json(text, 1).unwrap());
    for text in OBJECTS {
        let good = parse_json(text, 1).unwrap();
        let name = |field| good.get(field).unwrap().text().unwrap();
        let ty = schema.type_of(name("apiVersion"), name("kind")).unwrap();
        for at in 0..count(&good) {
            for stranger in &strangers {
                let mut object = good.clone();
                assert!(replace(&mut object, &mut at.clone(), stranger));
                run(object, &good, ty);
            }
        }
    }
}
