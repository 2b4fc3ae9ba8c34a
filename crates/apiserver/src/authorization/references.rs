//! What a pod or a persistent volume refers to, as far as a node must read it to run the pod.
//!
//! After `VisitPodSecretNames`, `VisitPodConfigmapNames` (`pkg/api/v1/pod/util.go`) and
//! `VisitPVSecretNames` (`pkg/api/v1/persistentvolume/util.go`).

use trimtab_tree::Value;

use crate::fields::{items_at, text_at};

/// A kind of object that a pod refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Referred {
    Secret,
    ConfigMap,
    Claim,
    ResourceClaim,
    ServiceAccount,
}

/// Volume sources with a secret behind `secretRef`.
const WITH_SECRET: [&str; 7] = [
    "cephfs",
    "cinder",
    "flexVolume",
    "rbd",
    "scaleIO",
    "iscsi",
    "storageos",
];
/// The secrets of a CSI volume that nodes use; others are for the controller beside the driver.
const OF_CSI_NODES: [&str; 3] = [
    "nodePublishSecretRef",
    "nodeStageSecretRef",
    "nodeExpandSecretRef",
];
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Whether a pod only shows what a node runs of itself; then it refers to nothing.
pub(crate) fn is_mirror(pod: &Value) -> bool {
    let annotation = ["metadata", "annotations", "kubernetes.io/config.mirror"];
    pod.get_path(&annotation).is_some()
}

/// The names that a pod refers to, all of its own namespace; some twice.
pub(crate) fn of_pod(pod: &Value) -> Vec<(Referred, String)> {
    let mut found = Vec::new();
    let mut add = |kind, name: Option<&str>| {
        found.extend(name.map(|name| (kind, name.to_owned())));
    };
    let account = text_at(pod, &["spec", "serviceAccountName"]);
    add(Referred::ServiceAccount, account);
    for secret in items_at(pod, &["spec", "imagePullSecrets"]) {
        add(Referred::Secret, text_at(secret, &["name"]));
    }
    for list in CONTAINERS {
        for container in items_at(pod, &["spec", list]) {
            for source in items_at(container, &["envFrom"]) {
                add(Referred::Secret, text_at(source, &["secretRef", "name"]));
                add(
                    Referred::ConfigMap,
                    text_at(source, &["configMapRef", "name"]),
                );
            }
            for variable in items_at(container, &["env"]) {
                let key = |kind| text_at(variable, &["valueFrom", kind, "name"]);
                add(Referred::Secret, key("secretKeyRef"));
                add(Referred::ConfigMap, key("configMapKeyRef"));
            }
        }
    }
    let pod_name = text_at(pod, &["metadata", "name"]).unwrap_or_default();
    for volume in items_at(pod, &["spec", "volumes"]) {
        add(Referred::Secret, text_at(volume, &["secret", "secretName"]));
        add(
            Referred::Secret,
            text_at(volume, &["azureFile", "secretName"]),
        );
        for source in WITH_SECRET {
            add(
                Referred::Secret,
                text_at(volume, &[source, "secretRef", "name"]),
            );
        }
        let csi = ["csi", "nodePublishSecretRef", "name"];
        add(Referred::Secret, text_at(volume, &csi));
        add(Referred::ConfigMap, text_at(volume, &["configMap", "name"]));
        for source in items_at(volume, &["projected", "sources"]) {
            add(Referred::Secret, text_at(source, &["secret", "name"]));
            add(Referred::ConfigMap, text_at(source, &["configMap", "name"]));
        }
        let claim = text_at(volume, &["persistentVolumeClaim", "claimName"]);
        add(Referred::Claim, claim);
        if volume.get("ephemeral").is_some() {
            let own = text_at(volume, &["name"]).unwrap_or_default();
            add(Referred::Claim, Some(&format!("{pod_name}-{own}")));
        }
    }
    for claim in items_at(pod, &["spec", "resourceClaims"]) {
        add(
            Referred::ResourceClaim,
            text_at(claim, &["resourceClaimName"]),
        );
    }
    for claim in items_at(pod, &["status", "resourceClaimStatuses"]) {
        add(
            Referred::ResourceClaim,
            text_at(claim, &["resourceClaimName"]),
        );
    }
    let extended = ["status", "extendedResourceClaimStatus", "resourceClaimName"];
    add(Referred::ResourceClaim, text_at(pod, &extended));
    found
}

/// The secrets, by namespace and name, that a node needs to mount a persistent volume.
pub(crate) fn secrets_of_volume(volume: &Value) -> Vec<(String, String)> {
    let own = text_at(volume, &["spec", "claimRef", "namespace"]).unwrap_or_default();
    let mut found = Vec::new();
    let mut add = |namespace: Option<&str>, name: Option<&str>| {
        if let Some(name) = name {
            found.push((namespace.unwrap_or(own).to_owned(), name.to_owned()));
        }
    };
    let azure = |field| text_at(volume, &["spec", "azureFile", field]);
    add(azure("secretNamespace"), azure("secretName"));
    let mut add_at = |source, reference| {
        let field = |field| text_at(volume, &["spec", source, reference, field]);
        add(field("namespace"), field("name"));
    };
    for source in WITH_SECRET {
        add_at(source, "secretRef");
    }
    for reference in OF_CSI_NODES {
        add_at("csi", reference);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn a_pod_refers_to_what_its_containers_and_volumes_use() {
        let pod = r#"{"metadata":{"name":"p"},"spec":{"serviceAccountName":"sa","imagePullSecrets":[{"name":"pull"}],
            "initContainers":[{"envFrom":[{"configMapRef":{"name":"from"}}]}],
            "containers":[{"env":[{"valueFrom":{"secretKeyRef":{"name":"env","key":"k"}}}]}],
            "volumes":[{"name":"a","secret":{"secretName":"vol"}},{"name":"b","ephemeral":{}},
            {"name":"c","projected":{"sources":[{"configMap":{"name":"proj"}}]}},
            {"name":"d","persistentVolumeClaim":{"claimName":"claim"}}]}}"#;
        let mut found = of_pod(&parse_json(pod, 0).unwrap());
        found.sort();
        let found: Vec<String> = found
            .iter()
            .map(|(kind, name)| format!("{kind:?} {name}"))
            .collect();
        assert_eq!(
            found,
            [
                "Secret env",
                "Secret pull",
                "Secret vol",
                "ConfigMap from",
                "ConfigMap proj",
                "Claim claim",
                "Claim p-b",
                "ServiceAccount sa"
            ]
        );
    }

    #[test]
    fn a_volumes_secrets_are_in_its_claims_namespace_unless_it_says() {
        let volume = r#"{"spec":{"claimRef":{"namespace":"ns","name":"c"},"rbd":{"secretRef":{"name":"r"}},
            "csi":{"nodeStageSecretRef":{"namespace":"other","name":"s"},"controllerPublishSecretRef":{"namespace":"x","name":"y"}}}}"#;
        let found = secrets_of_volume(&parse_json(volume, 0).unwrap());
        let pair = |namespace: &str, name: &str| (namespace.to_owned(), name.to_owned());
        assert_eq!(found, [pair("ns", "r"), pair("other", "s")]);
    }
}
