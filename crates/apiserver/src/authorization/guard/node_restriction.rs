//! `NodeRestriction`: a node writes itself, and what is on it, only.
//!
//! After `plugin/pkg/admission/noderestriction/admission.go`, with the features that are on in 1.36.

use std::collections::BTreeSet;
use trimtab_tree::Value;

use super::Write;
use super::certificates::Subject;
use super::node_tokens::token;
use super::refusal::{Refusal, Verdict, because, node_of, require};
use crate::Status;
use crate::admission::Operation;
use crate::authorization::is_mirror;
use crate::authorization::node::LEASES;
use crate::authorization::references::{Referred, of_pod};
use crate::fields::string_at;
use crate::lookup::Lookup as _;
use crate::registry::Call;

const MIRROR: &str = "kubernetes.io/config.mirror";
/// Labels in Kubernetes' own domains that a node may set of itself.
const OWN_LABELS: [&str; 11] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];
/// Domains whose labels a node may set of itself.
const OWN_DOMAINS: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
/// A domain whose labels a node may not set.
const RESTRICTED: &str = "node-restriction.kubernetes.io";
/// Signers of certificates for nodes.
const NODE_SIGNERS: [&str; 2] = [
    "kubernetes.io/kubelet-serving",
    "kubernetes.io/kube-apiserver-client-kubelet",
];

/// Refuses what a node may not write.
pub(super) async fn check(call: &Call<'_>, write: &Write<'_>, node: &str) -> Result<(), Status> {
    let verdict = match (call.resource.group(), &*call.resource.plural) {
        ("", "pods") => pod(call, write, node).await,
        ("", "nodes") => own_node(write, node),
        ("", "persistentvolumeclaims") => claim(write, node),
        ("", "serviceaccounts") if write.subresource == "token" => token(call, write, node).await,
        ("coordination.k8s.io", "leases") => lease(call, write, node),
        ("storage.k8s.io", "csinodes") => require(write.name == node, || {
            "can only access CSINode with the same name as the requesting node".to_owned()
        }),
        ("resource.k8s.io", "resourceslices") if write.operation != Operation::Update => {
            let what = match write.operation {
                Operation::Delete => "delete",
                _ => "create",
            };
            require(node_of(write.object) == node, || {
                format!(
                    "can only {what} ResourceSlice with the same NodeName as the requesting node"
                )
            })
        }
        ("certificates.k8s.io", "certificatesigningrequests")
            if write.operation == Operation::Create =>
        {
            signing_request(write.object, node)
        }
        _ => Ok(()),
    };
    verdict.map_err(|refusal| match refusal {
        Refusal::Because(why) => write.forbidden(call, &why),
        Refusal::Other(status) => status,
    })
}

async fn pod(call: &Call<'_>, write: &Write<'_>, node: &str) -> Verdict {
    match (write.subresource, write.operation) {
        ("", Operation::Create) => mirror_pod(call, write.object, node).await,
        ("", Operation::Delete) => require(node_of(write.object) == node, || {
            format!("node {node:?} can only delete pods with spec.nodeName set to itself")
        }),
        ("", Operation::Update) => because(format!(
            "unexpected operation \"UPDATE\", node {node:?} can only create and delete mirror pods"
        )),
        ("status", Operation::Update) => {
            let old = write.old.unwrap_or(write.object);
            require(node_of(old) == node, || {
                format!(
                    "node {node:?} can only update pod status for pods with spec.nodeName set to itself"
                )
            })?;
            let same = |path: &[&str]| old.get_path(path) == write.object.get_path(path);
            require(same(&["metadata", "labels"]), || {
                format!("node {node:?} cannot update labels through pod status")
            })?;
            require(same(&["status", "resourceClaimStatuses"]), || {
                format!("node {node:?} cannot update resource claim statues")
            })?;
            require(same(&["status", "extendedResourceClaimStatus"]), || {
                format!("node {node:?} cannot update extended resource claim status")
            })
        }
        // The object of an eviction is the pod.
        ("eviction", _) => require(node_of(write.object) == node, || {
            format!("node {node} can only evict pods with spec.nodeName set to itself")
        }),
        (other, _) => because(format!(
            "unexpected pod subresource {other:?}, only 'status' and 'eviction' are allowed"
        )),
    }
}

async fn mirror_pod(call: &Call<'_>, pod: &Value, node: &str) -> Verdict {
    require(is_mirror(pod), || {
        format!(
            "pod does not have {MIRROR:?} annotation, node {node:?} can only create mirror pods"
        )
    })?;
    require(node_of(pod) == node, || {
        format!("node {node:?} can only create pods with spec.nodeName set to itself")
    })?;
    let owners = pod.get_path(&["metadata", "ownerReferences"]);
    let owners = owners.and_then(Value::as_sequence).unwrap_or_default();
    let owner = match owners {
        [owner] => owner,
        [] => {
            return because(format!(
                "node {node:?} can only create pods with an owner reference set to itself"
            ));
        }
        _ => {
            return because(format!(
                "node {node:?} can only create pods with a single owner reference set to itself"
            ));
        }
    };
    let field = |name: &str| owner.get(name).and_then(Value::text).unwrap_or_default();
    let is_itself = (field("apiVersion"), field("kind"), field("name")) == ("v1", "Node", node);
    require(is_itself, || {
        format!("node {node:?} can only create pods with an owner reference set to itself")
    })?;
    require(field("controller") == "true", || {
        format!(
            "node {node:?} can only create pods with a controller owner reference set to itself"
        )
    })?;
    require(field("blockOwnerDeletion") != "true", || {
        format!("node {node:?} must not set blockOwnerDeletion on an owner reference")
    })?;
    let own = call.server.get("", "nodes", "", node).await?;
    let own = own.ok_or_else(|| Status::not_found("", "nodes", node))?;
    let uid = string_at(&own, &["metadata", "uid"]);
    require(uid == field("uid"), || {
        format!(
            "node {node} UID mismatch: expected {} got {uid}",
            field("uid")
        )
    })?;
    match refers_to(pod) {
        None => Ok(()),
        Some(what) => because(format!(
            "node {node:?} can not create pods that reference {what}"
        )),
    }
}

/// Volumes that make a pod depend on objects of the API, and on which.
const VOLUMES: [(&str, &str); 7] = [
    ("configMap", "configmaps (via configmap volumes)"),
    ("secret", "secrets (via secret volumes)"),
    ("csi", "csidrivers (via CSI volumes)"),
    ("glusterfs", "endpoints (via glusterFS volumes)"),
    ("persistentVolumeClaim", "persistentvolumeclaims"),
    (
        "ephemeral",
        "persistentvolumeclaims (via ephemeral volumes)",
    ),
    ("azureFile", "secrets (via azureFile volumes)"),
];
/// The same of the sources of projected volumes.
const PROJECTED: [(&str, &str); 5] = [
    ("configMap", "configmaps (via projected volumes)"),
    ("secret", "secrets (via projected volumes)"),
    (
        "serviceAccountToken",
        "serviceaccounts (via projected volumes)",
    ),
    ("clusterTrustBundle", "clustertrustbundles"),
    ("podCertificate", "podcertificates"),
];

/// The first kind of object that a pod depends on.
fn refers_to(pod: &Value) -> Option<&'static str> {
    let references = of_pod(pod);
    for (kind, what) in [
        (Referred::ServiceAccount, "serviceaccounts"),
        (Referred::Secret, "secrets"),
        (Referred::ConfigMap, "configmaps"),
    ] {
        if references.iter().any(|(own, _)| *own == kind) {
            return Some(what);
        }
    }
    let list = |value: &Value, path: &[&str]| {
        let items = value.get_path(path).and_then(Value::as_sequence);
        items.unwrap_or_default().to_vec()
    };
    if !list(pod, &["spec", "resourceClaims"]).is_empty() {
        return Some("resourceclaims");
    }
    for volume in list(pod, &["spec", "volumes"]) {
        let sources = list(&volume, &["projected", "sources"]);
        let of = |table: &[(&str, &'static str)], value: &Value| {
            let mut table = table.iter();
            let (_, what) = table.find(|(field, _)| value.get(field).is_some())?;
            Some(*what)
        };
        let projected = || sources.iter().find_map(|source| of(&PROJECTED, source));
        if let Some(what) = of(&VOLUMES, &volume).or_else(projected) {
            return Some(what);
        }
    }
    None
}

fn own_node(write: &Write<'_>, node: &str) -> Verdict {
    let name = write.name;
    require(name == node, || {
        format!("node {node:?} is not allowed to modify node {name:?}")
    })?;
    let source = |object: &Value| {
        let source = object.get_path(&["spec", "configSource"]);
        source.filter(|source| !source.is_null()).cloned()
    };
    match (write.operation, write.old) {
        (Operation::Create, _) => {
            require(source(write.object).is_none(), || {
                format!("node {node:?} is not allowed to create pods with a non-nil configSource")
            })?;
            let labels = forbidden_labels(write.object, None);
            require(labels.is_empty(), || {
                format!("node {node:?} is not allowed to set the following labels: {labels}")
            })
        }
        (Operation::Update, Some(old)) => {
            let own = source(write.object);
            require(own.is_none() || own == source(old), || {
                format!(
                    "node {node:?} is not allowed to update configSource to a new non-nil configSource"
                )
            })?;
            let same = |path: &[&str]| {
                let items = |object: &Value| {
                    let items = object.get_path(path).and_then(Value::as_sequence);
                    items.unwrap_or_default().to_vec()
                };
                items(old) == items(write.object)
            };
            require(same(&["spec", "taints"]), || {
                format!("node {node:?} is not allowed to modify taints")
            })?;
            require(same(&["metadata", "ownerReferences"]), || {
                format!("node {node:?} is not allowed to modify ownerReferences")
            })?;
            let labels = forbidden_labels(write.object, Some(old));
            require(labels.is_empty(), || {
                format!("is not allowed to modify labels: {labels}")
            })
        }
        _ => Ok(()),
    }
}

/// The labels that differ and that a node may not set.
fn forbidden_labels(new: &Value, old: Option<&Value>) -> String {
    let labels = |object: Option<&Value>| {
        let labels = object.and_then(|object| object.get_path(&["metadata", "labels"]));
        let labels = labels.and_then(Value::as_mapping).cloned();
        labels.unwrap_or_default()
    };
    let (new, old) = (labels(Some(new)), labels(old));
    let keys: BTreeSet<&str> = new.iter().chain(old.iter()).map(|(key, _)| key).collect();
    let differs = |key: &&str| new.get(key) != old.get(key);
    let keys = keys.into_iter().filter(differs);
    let forbidden: Vec<&str> = keys.filter(|key| !may_be_set(key)).collect();
    forbidden.join(", ")
}

/// Whether a node may set this label of itself.
fn may_be_set(label: &str) -> bool {
    let domain = label.split_once('/').map_or("", |(domain, _)| domain);
    let is_in = |root: &str| {
        let above = domain.strip_suffix(root);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    let is_kubernetes = is_in("kubernetes.io") || is_in("k8s.io");
    let is_own = OWN_LABELS.contains(&label) || OWN_DOMAINS.iter().any(|root| is_in(root));
    !is_in(RESTRICTED) && (!is_kubernetes || is_own)
}

fn claim(write: &Write<'_>, node: &str) -> Verdict {
    require(write.subresource == "status", || {
        "may only update PVC status".to_owned()
    })?;
    let rest = |object: &Value| {
        let mut object = object.clone();
        for (part, fields) in [
            ("metadata", ["resourceVersion", "managedFields", "", ""]),
            (
                "status",
                [
                    "capacity",
                    "conditions",
                    "allocatedResources",
                    "allocatedResourceStatuses",
                ],
            ),
        ] {
            if let Some(part) = object.get_mut(part).and_then(Value::as_mapping_mut) {
                part.retain(|key, _| !fields.contains(&key));
            }
        }
        object
    };
    let same = write.old.is_some_and(|old| rest(old) == rest(write.object));
    require(same, || {
        format!(
            "node {node:?} is not allowed to update fields other than status.quantity and status.conditions"
        )
    })
}

fn lease(call: &Call<'_>, write: &Write<'_>, node: &str) -> Verdict {
    require(call.namespace() == LEASES, || {
        format!("can only access leases in the {LEASES:?} system namespace")
    })?;
    require(write.name == node, || {
        "can only access node lease with the same name as the requesting node".to_owned()
    })
}

fn signing_request(request: &Value, node: &str) -> Verdict {
    if !NODE_SIGNERS.contains(&string_at(request, &["spec", "signerName"])) {
        return Ok(());
    }
    let Some(subject) = Subject::of(request) else {
        return because("unable to parse csr: it holds no request in PEM");
    };
    let name = format!("system:node:{node}");
    require(subject.common_name == name, || {
        format!("can only create a node CSR with CN={name}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn node(labels: &str) -> Value {
        parse_json(&format!(r#"{{"metadata":{{"labels":{labels}}}}}"#), 0).unwrap()
    }

    #[test]
    fn labels_that_a_node_may_not_set() {
        let old = node(r#"{"a":"1","node-restriction.kubernetes.io/kept":"x"}"#);
        let new = node(
            r#"{"b":"2","node-restriction.kubernetes.io/kept":"x","node-restriction.kubernetes.io/x":"y",
                "kubernetes.io/hostname":"h","my.kubelet.kubernetes.io/z":"","node-role.kubernetes.io/control-plane":"","sub.k8s.io/q":""}"#,
        );
        assert_eq!(
            forbidden_labels(&new, Some(&old)),
            "node-restriction.kubernetes.io/x, node-role.kubernetes.io/control-plane, sub.k8s.io/q"
        );
        assert!(may_be_set("notk8s.io/q"));
    }

    #[test]
    fn a_mirror_pod_depends_on_nothing() {
        let pod = |spec: &str| parse_json(&format!(r#"{{"spec":{spec}}}"#), 0).unwrap();
        let of = |spec| refers_to(&pod(spec));
        assert_eq!(
            of(r#"{"volumes":[{"name":"a","hostPath":{"path":"/"}}]}"#),
            None
        );
        assert_eq!(of(r#"{"serviceAccountName":"a"}"#), Some("serviceaccounts"));
        assert_eq!(
            of(r#"{"volumes":[{"projected":{"sources":[{"serviceAccountToken":{}}]}}]}"#),
            Some("serviceaccounts (via projected volumes)")
        );
        assert_eq!(
            of(r#"{"volumes":[{"csi":{"driver":"d"}}]}"#),
            Some("csidrivers (via CSI volumes)")
        );
    }
}
