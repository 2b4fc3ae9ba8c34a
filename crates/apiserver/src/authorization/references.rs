//! What a pod or a persistent volume refers to, as far as a node must read it to run the pod.
//!
//! After `VisitPodSecretNames`, `VisitPodConfigmapNames` (`pkg/api/v1/pod/util.go`) and
//! `VisitPVSecretNames` (`pkg/api/v1/persistentvolume/util.go`).

use trimtab_tree::Value;

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

fn items<'v>(value: &'v Value, path: &[&str]) -> impl Iterator<Item = &'v Value> {
    let items = value.get_path(path).and_then(Value::as_sequence);
    items.unwrap_or_default().iter()
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = value.get_path(path)?.as_str()?;
    Some(text).filter(|text| !text.is_empty())
}

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
    let account = text(pod, &["spec", "serviceAccountName"]);
    add(Referred::ServiceAccount, account);
    for secret in items(pod, &["spec", "imagePullSecrets"]) {
        add(Referred::Secret, text(secret, &["name"]));
    }
    for list in CONTAINERS {
        for container in items(pod, &["spec", list]) {
            for source in items(container, &["envFrom"]) {
                add(Referred::Secret, text(source, &["secretRef", "name"]));
                add(Referred::ConfigMap, text(source, &["configMapRef", "name"]));
            }
            for variable in items(container, &["env"]) {
                let key = |kind| text(variable, &["valueFrom", kind, "name"]);
                add(Referred::Secret, key("secretKeyRef"));
                add(Referred::ConfigMap, key("configMapKeyRef"));
            }
        }
    }
    let pod_name = text(pod, &["metadata", "name"]).unwrap_or_default();
    for volume in items(pod, &["spec", "volumes"]) {
        add(Referred::Secret, text(volume, &["secret", "secretName"]));
        add(Referred::Secret, text(volume, &["azureFile", "secretName"]));
        for source in WITH_SECRET {
            add(
                Referred::Secret,
                text(volume, &[source, "secretRef", "name"]),
            );
        }
        let csi = ["csi", "nodePublishSecretRef", "name"];
        add(Referred::Secret, text(volume, &csi));
        add(Referred::ConfigMap, text(volume, &["configMap", "name"]));
        for source in items(volume, &["projected", "sources"]) {
            add(Referred::Secret, text(source, &["secret", "name"]));
            add(Referred::ConfigMap, text(source, &["configMap", "name"]));
        }
        let claim = text(volume, &["persistentVolumeClaim", "claimName"]);
        add(Referred::Claim, claim);
        if volume.get("ephemeral").is_some() {
            let own = text(volume, &["name"]).unwrap_or_default();
            add(Referred::Claim, Some(&format!("{pod_name}-{own}")));
        }
    }
    for claim in items(pod, &["spec", "resourceClaims"]) {
        add(Referred::ResourceClaim, text(claim, &["resourceClaimName"]));
    }
    for claim in items(pod, &["status", "resourceClaimStatuses"]) {
        add(Referred::ResourceClaim, text(claim, &["resourceClaimName"]));
    }
    let extended = ["status", "extendedResourceClaimStatus", "resourceClaimName"];
    add(Referred::ResourceClaim, text(pod, &extended));
    found
}

/// The secrets, by namespace and name, that a node needs to mount a persistent volume.
pub(crate) fn secrets_of_volume(volume: &Value) -> Vec<(String, String)> {
    let own = text(volume, &["spec", "claimRef", "namespace"]).unwrap_or_default();
    let mut found = Vec::new();
    let mut add = |namespace: Option<&str>, name: Option<&str>| {
        if let Some(name) = name {
            found.push((namespace.unwrap_or(own).to_owned(), name.to_owned()));
        }
    };
    let azure = |field| text(volume, &["spec", "azureFile", field]);
    add(azure("secretNamespace"), azure("secretName"));
    let mut add_at = |source, reference| {
        let field = |field| text(volume, &["spec", source, reference, field]);
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
