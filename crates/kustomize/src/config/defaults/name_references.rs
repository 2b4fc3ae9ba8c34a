//! Fields that hold the name of another object, by the kind of that object.

use super::workloads::{config_users, workloads};
use super::{Row, field};

/// The kind that is named, and the fields that name it.
pub(super) struct Target {
    pub(super) group: &'static str,
    pub(super) version: &'static str,
    pub(super) kind: &'static str,
    pub(super) referrers: &'static [&'static [Row]],
}

const fn target(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    referrers: &'static [&'static [Row]],
) -> Target {
    Target {
        group,
        version,
        kind,
        referrers,
    }
}

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

const SCALED: &[Row] = &[field("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];

const ROLE_RULES: &[Row] = &[
    field("Role", "rules/resourceNames"),
    field("ClusterRole", "rules/resourceNames"),
];

const CONFIG_MAP: &[Row] = config_users![
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

const CONFIG_MAP_OTHERS: &[Row] = &[
    field("Node", "spec/configSource/configMap"),
    field(
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap",
    ),
];

const SECRET: &[Row] = config_users![
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

const SECRET_OTHERS: &[Row] = &[
    field("Ingress", "spec/tls/secretName"),
    field(
        "Ingress",
        r"metadata/annotations/ingress.kubernetes.io\/auth-secret",
    ),
    field(
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret",
    ),
    field(
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret",
    ),
    // Twice in kustomize's table, so a new name that is again the old name of a secret is followed
    // once more.
    field("Ingress", "spec/tls/secretName"),
    field("ServiceAccount", "imagePullSecrets/name"),
    field("StorageClass", "parameters/secretName"),
    field("StorageClass", "parameters/adminSecretName"),
    field("StorageClass", "parameters/userSecretName"),
    field("StorageClass", "parameters/secretRef"),
    field(
        "Service",
        "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
    )
    .group("serving.knative.dev")
    .version("v1"),
    field("PersistentVolume", "spec/azureFile/secretName"),
];

const SERVICE: &[Row] = &[
    field("StatefulSet", "spec/serviceName").group("apps"),
    field("Ingress", "spec/rules/http/paths/backend/serviceName"),
    field("Ingress", "spec/backend/serviceName"),
    field("Ingress", "spec/rules/http/paths/backend/service/name"),
    field("Ingress", "spec/defaultBackend/service/name"),
    field("APIService", "spec/service/name").group("apiregistration.k8s.io"),
    field(
        "ValidatingWebhookConfiguration",
        "webhooks/clientConfig/service",
    )
    .group(ADMISSION),
    field(
        "MutatingWebhookConfiguration",
        "webhooks/clientConfig/service",
    )
    .group(ADMISSION),
];

const ROLE: &[Row] = &[field("RoleBinding", "roleRef/name").group(RBAC)];

const CLUSTER_ROLE: &[Row] = &[
    field("RoleBinding", "roleRef/name").group(RBAC),
    field("ClusterRoleBinding", "roleRef/name").group(RBAC),
];

const SERVICE_ACCOUNT: &[Row] = &[
    field("RoleBinding", "subjects").group(RBAC),
    field("ClusterRoleBinding", "subjects").group(RBAC),
];

const PERSISTENT_VOLUME: &[Row] = &[
    field("PersistentVolumeClaim", "spec/volumeName"),
    field("ClusterRole", "rules/resourceNames"),
];

const STORAGE_CLASS: &[Row] = &[
    field("PersistentVolume", "spec/storageClassName"),
    field("PersistentVolumeClaim", "spec/storageClassName"),
    field(
        "StatefulSet",
        "spec/volumeClaimTemplates/spec/storageClassName",
    ),
];

const ADMISSION_POLICY: &[Row] =
    &[field("ValidatingAdmissionPolicyBinding", "spec/policyName").group(ADMISSION)];

pub(super) const TARGETS: &[Target] = &[
    target("", "", "Deployment", &[SCALED]),
    target("", "", "ReplicationController", &[SCALED]),
    target("", "", "ReplicaSet", &[SCALED]),
    target("", "", "StatefulSet", &[SCALED]),
    target(
        "",
        "v1",
        "ConfigMap",
        &[CONFIG_MAP, CONFIG_MAP_OTHERS, ROLE_RULES],
    ),
    target("", "v1", "Secret", &[SECRET, SECRET_OTHERS, ROLE_RULES]),
    target("", "v1", "Service", &[SERVICE]),
    target(RBAC, "", "Role", &[ROLE]),
    target(RBAC, "", "ClusterRole", &[CLUSTER_ROLE]),
    target(
        "",
        "v1",
        "ServiceAccount",
        &[SERVICE_ACCOUNT, workloads!["serviceAccountName"]],
    ),
    target(
        "",
        "v1",
        "PersistentVolumeClaim",
        &[workloads!["volumes/persistentVolumeClaim/claimName"]],
    ),
    target("", "v1", "PersistentVolume", &[PERSISTENT_VOLUME]),
    target("storage.k8s.io", "v1", "StorageClass", &[STORAGE_CLASS]),
    target(
        "scheduling.k8s.io",
        "v1",
        "PriorityClass",
        &[workloads!["priorityClassName"]],
    ),
    // The group really holds a slash in kustomize's table, so it matches no object by group.
    target(
        "networking.k8s.io/v1",
        "v1",
        "IngressClass",
        &[&[field("Ingress", "spec/ingressClassName")]],
    ),
    target(
        ADMISSION,
        "",
        "ValidatingAdmissionPolicy",
        &[ADMISSION_POLICY],
    ),
];
