//! The defaults of Kubernetes 1.36 that are plain facts, and which functions compute the others.

use super::rule::Literal::{Bool, Empty, Int, Text, Texts};
use super::rule::Row;
use super::rule::Rule::{Do, Set, SetIn};
use super::{others, pods};

const ADMISSION: &str = "io.k8s.api.admissionregistration.v1";
const APPS: &str = "io.k8s.api.apps.v1";
const AUTOSCALING_V1: &str = "io.k8s.api.autoscaling.v1";
const AUTOSCALING_V2: &str = "io.k8s.api.autoscaling.v2";
const BATCH: &str = "io.k8s.api.batch.v1";
const CORE: &str = "io.k8s.api.core.v1";
const DISCOVERY: &str = "io.k8s.api.discovery.v1";
const EXTENSIONS: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";
const FLOWCONTROL: &str = "io.k8s.api.flowcontrol.v1";
const NETWORKING: &str = "io.k8s.api.networking.v1";
const RBAC: &str = "io.k8s.api.rbac.v1";
const REGISTRATION: &str = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1";
const RESOURCE: &str = "io.k8s.api.resource.v1";
const RESOURCE_V1BETA1: &str = "io.k8s.api.resource.v1beta1";
const SCHEDULING: &str = "io.k8s.api.scheduling.v1";
const STORAGE: &str = "io.k8s.api.storage.v1";

/// Permissions of files in volumes: `rw-r--r--`.
const READABLE: i64 = 0o644;

/// By type; rules of one type in the order in which they take effect.
pub(super) static ROWS: &[Row] = &[
    // Pods and what they hold.
    (CORE, "Pod", &[Do(pods::pod)]),
    (CORE, "PodStatus", &[Do(pods::addresses)]),
    (
        CORE,
        "PodSpec",
        &[
            Set("dnsPolicy", Text("ClusterFirst")),
            Set("restartPolicy", Text("Always")),
            Set("securityContext", Empty),
            Set("terminationGracePeriodSeconds", Int(30)),
            Set("schedulerName", Text("default-scheduler")),
            Do(pods::service_account),
        ],
    ),
    (
        CORE,
        "Container",
        &[
            Do(pods::image_pull_policy),
            Set("terminationMessagePath", Text("/dev/termination-log")),
            Set("terminationMessagePolicy", Text("File")),
        ],
    ),
    (
        CORE,
        "EphemeralContainer",
        &[
            Do(pods::image_pull_policy),
            Set("terminationMessagePath", Text("/dev/termination-log")),
            Set("terminationMessagePolicy", Text("File")),
        ],
    ),
    (CORE, "ContainerPort", &[Set("protocol", Text("TCP"))]),
    (
        CORE,
        "Probe",
        &[
            Set("timeoutSeconds", Int(1)),
            Set("periodSeconds", Int(10)),
            Set("successThreshold", Int(1)),
            Set("failureThreshold", Int(3)),
        ],
    ),
    (
        CORE,
        "HTTPGetAction",
        &[Set("path", Text("/")), Set("scheme", Text("HTTP"))],
    ),
    (CORE, "GRPCAction", &[Set("service", Text(""))]),
    (
        CORE,
        "ObjectFieldSelector",
        &[Set("apiVersion", Text("v1"))],
    ),
    // Volumes.
    (CORE, "Volume", &[Do(pods::volume)]),
    (
        CORE,
        "SecretVolumeSource",
        &[Set("defaultMode", Int(READABLE))],
    ),
    (
        CORE,
        "ConfigMapVolumeSource",
        &[Set("defaultMode", Int(READABLE))],
    ),
    (
        CORE,
        "DownwardAPIVolumeSource",
        &[Set("defaultMode", Int(READABLE))],
    ),
    (
        CORE,
        "ProjectedVolumeSource",
        &[Set("defaultMode", Int(READABLE))],
    ),
    (
        CORE,
        "ServiceAccountTokenProjection",
        &[Set("expirationSeconds", Int(3600))],
    ),
    (CORE, "HostPathVolumeSource", &[Set("type", Text(""))]),
    (
        CORE,
        "ISCSIVolumeSource",
        &[Set("iscsiInterface", Text("default"))],
    ),
    (
        CORE,
        "ISCSIPersistentVolumeSource",
        &[Set("iscsiInterface", Text("default"))],
    ),
    (
        CORE,
        "RBDVolumeSource",
        &[
            Set("pool", Text("rbd")),
            Set("user", Text("admin")),
            Set("keyring", Text("/etc/ceph/keyring")),
        ],
    ),
    (
        CORE,
        "RBDPersistentVolumeSource",
        &[
            Set("pool", Text("rbd")),
            Set("user", Text("admin")),
            Set("keyring", Text("/etc/ceph/keyring")),
        ],
    ),
    (
        CORE,
        "AzureDiskVolumeSource",
        &[
            Set("cachingMode", Text("ReadWrite")),
            Set("kind", Text("Shared")),
            Set("fsType", Text("ext4")),
            Set("readOnly", Bool(false)),
        ],
    ),
    (
        CORE,
        "ScaleIOVolumeSource",
        &[
            Set("storageMode", Text("ThinProvisioned")),
            Set("fsType", Text("xfs")),
        ],
    ),
    (
        CORE,
        "ScaleIOPersistentVolumeSource",
        &[
            Set("storageMode", Text("ThinProvisioned")),
            Set("fsType", Text("xfs")),
        ],
    ),
    (
        CORE,
        "PersistentVolumeSpec",
        &[
            Set("persistentVolumeReclaimPolicy", Text("Retain")),
            Set("volumeMode", Text("Filesystem")),
        ],
    ),
    (
        CORE,
        "PersistentVolumeStatus",
        &[Set("phase", Text("Pending"))],
    ),
    (
        CORE,
        "PersistentVolumeClaimSpec",
        &[Set("volumeMode", Text("Filesystem"))],
    ),
    (
        CORE,
        "PersistentVolumeClaimStatus",
        &[Set("phase", Text("Pending"))],
    ),
    // The other kinds of the core group.
    (CORE, "Service", &[Do(others::load_balancer_mode)]),
    (CORE, "ServiceSpec", &[Do(others::service)]),
    (CORE, "ServicePort", &[Do(others::service_port)]),
    (CORE, "EndpointPort", &[Set("protocol", Text("TCP"))]),
    (CORE, "Namespace", &[Do(others::namespace_label)]),
    (CORE, "NamespaceStatus", &[Set("phase", Text("Active"))]),
    (CORE, "NodeSpec", &[Do(others::pod_ranges)]),
    (CORE, "NodeStatus", &[Do(others::allocatable)]),
    (CORE, "Secret", &[Do(others::secret)]),
    (CORE, "LimitRangeItem", &[Do(others::limit_range_item)]),
    (
        CORE,
        "ReplicationController",
        &[
            Do(others::replication_controller),
            SetIn("spec", "replicas", Int(1)),
        ],
    ),
    // Workloads.
    (
        APPS,
        "DeploymentSpec",
        &[
            Set("replicas", Int(1)),
            Do(others::deployment_strategy),
            Set("revisionHistoryLimit", Int(10)),
            Set("progressDeadlineSeconds", Int(600)),
        ],
    ),
    (APPS, "ReplicaSetSpec", &[Set("replicas", Int(1))]),
    (APPS, "DaemonSet", &[Do(others::template_generation)]),
    (
        APPS,
        "DaemonSetSpec",
        &[
            Do(others::daemon_set_strategy),
            Set("revisionHistoryLimit", Int(10)),
        ],
    ),
    (
        APPS,
        "StatefulSetSpec",
        &[
            Set("podManagementPolicy", Text("OrderedReady")),
            Do(others::stateful_set_strategy),
            Do(others::claim_templates),
            Set("persistentVolumeClaimRetentionPolicy", Empty),
            SetIn(
                "persistentVolumeClaimRetentionPolicy",
                "whenDeleted",
                Text("Retain"),
            ),
            SetIn(
                "persistentVolumeClaimRetentionPolicy",
                "whenScaled",
                Text("Retain"),
            ),
            Set("replicas", Int(1)),
            Set("revisionHistoryLimit", Int(10)),
        ],
    ),
    // A job's template inside a cron job is left as it is.
    (
        BATCH,
        "Job",
        &[
            Do(others::job_labels),
            Do(others::job_counts),
            SetIn("spec", "completionMode", Text("NonIndexed")),
            SetIn("spec", "suspend", Bool(false)),
            SetIn("spec", "manualSelector", Bool(false)),
        ],
    ),
    (
        BATCH,
        "PodFailurePolicyOnPodConditionsPattern",
        &[Set("status", Text("True"))],
    ),
    (
        BATCH,
        "CronJobSpec",
        &[
            Set("concurrencyPolicy", Text("Allow")),
            Set("suspend", Bool(false)),
            Set("successfulJobsHistoryLimit", Int(3)),
            Set("failedJobsHistoryLimit", Int(1)),
        ],
    ),
    (
        AUTOSCALING_V1,
        "HorizontalPodAutoscalerSpec",
        &[Set("minReplicas", Int(1))],
    ),
    (
        AUTOSCALING_V1,
        "HorizontalPodAutoscaler",
        &[Do(others::autoscaler_target)],
    ),
    (
        AUTOSCALING_V2,
        "HorizontalPodAutoscalerSpec",
        &[
            Set("minReplicas", Int(1)),
            Do(others::autoscaler_metrics),
            Do(others::autoscaler_behavior),
        ],
    ),
    // Networking and discovery.
    (NETWORKING, "NetworkPolicySpec", &[Do(others::policy_types)]),
    (
        NETWORKING,
        "NetworkPolicyPort",
        &[Set("protocol", Text("TCP"))],
    ),
    (
        NETWORKING,
        "IngressClassSpec",
        &[SetIn("parameters", "scope", Text("Cluster"))],
    ),
    (
        DISCOVERY,
        "EndpointPort",
        &[Set("name", Text("")), Set("protocol", Text("TCP"))],
    ),
    // Roles and priorities.
    (
        RBAC,
        "RoleRef",
        &[Set("apiGroup", Text("rbac.authorization.k8s.io"))],
    ),
    (RBAC, "Subject", &[Do(others::subject)]),
    (
        SCHEDULING,
        "PriorityClass",
        &[Set("preemptionPolicy", Text("PreemptLowerPriority"))],
    ),
    (
        FLOWCONTROL,
        "FlowSchemaSpec",
        &[Set("matchingPrecedence", Int(1000))],
    ),
    (
        FLOWCONTROL,
        "ExemptPriorityLevelConfiguration",
        &[
            Set("nominalConcurrencyShares", Int(0)),
            Set("lendablePercent", Int(0)),
        ],
    ),
    (
        FLOWCONTROL,
        "LimitedPriorityLevelConfiguration",
        &[
            Set("nominalConcurrencyShares", Int(30)),
            Set("lendablePercent", Int(0)),
        ],
    ),
    (
        FLOWCONTROL,
        "QueuingConfiguration",
        &[
            Set("handSize", Int(8)),
            Set("queues", Int(64)),
            Set("queueLengthLimit", Int(50)),
        ],
    ),
    // Storage.
    (
        STORAGE,
        "StorageClass",
        &[
            Set("reclaimPolicy", Text("Delete")),
            Set("volumeBindingMode", Text("Immediate")),
        ],
    ),
    (
        STORAGE,
        "CSIDriverSpec",
        &[
            Set("attachRequired", Bool(true)),
            Set("podInfoOnMount", Bool(false)),
            Set("storageCapacity", Bool(false)),
            Set("fsGroupPolicy", Text("ReadWriteOnceWithFSType")),
            Set("volumeLifecycleModes", Texts(&["Persistent"])),
            Set("requiresRepublish", Bool(false)),
            Set("seLinuxMount", Bool(false)),
        ],
    ),
    // Extending the API.
    (
        ADMISSION,
        "ValidatingWebhook",
        &[
            Set("failurePolicy", Text("Fail")),
            Set("matchPolicy", Text("Equivalent")),
            Set("namespaceSelector", Empty),
            Set("objectSelector", Empty),
            Set("timeoutSeconds", Int(10)),
        ],
    ),
    (
        ADMISSION,
        "MutatingWebhook",
        &[
            Set("failurePolicy", Text("Fail")),
            Set("matchPolicy", Text("Equivalent")),
            Set("namespaceSelector", Empty),
            Set("objectSelector", Empty),
            Set("timeoutSeconds", Int(10)),
            Set("reinvocationPolicy", Text("Never")),
        ],
    ),
    (ADMISSION, "RuleWithOperations", &[Set("scope", Text("*"))]),
    (
        ADMISSION,
        "NamedRuleWithOperations",
        &[Set("scope", Text("*"))],
    ),
    (ADMISSION, "ServiceReference", &[Set("port", Int(443))]),
    (
        ADMISSION,
        "MatchResources",
        &[
            Set("matchPolicy", Text("Equivalent")),
            Set("namespaceSelector", Empty),
            Set("objectSelector", Empty),
        ],
    ),
    (
        ADMISSION,
        "ValidatingAdmissionPolicySpec",
        &[Set("failurePolicy", Text("Fail"))],
    ),
    (
        ADMISSION,
        "MutatingAdmissionPolicySpec",
        &[Set("failurePolicy", Text("Fail"))],
    ),
    (
        EXTENSIONS,
        "CustomResourceDefinitionSpec",
        &[Do(others::definition_names)],
    ),
    (
        EXTENSIONS,
        "CustomResourceDefinition",
        &[Do(others::stored_versions)],
    ),
    (EXTENSIONS, "ServiceReference", &[Set("port", Int(443))]),
    (REGISTRATION, "ServiceReference", &[Set("port", Int(443))]),
    (RESOURCE, "ExactDeviceRequest", &[Do(others::device_count)]),
    (RESOURCE, "DeviceSubRequest", &[Do(others::device_count)]),
    (
        RESOURCE_V1BETA1,
        "DeviceRequest",
        &[Do(others::device_count_of_class)],
    ),
    (
        RESOURCE,
        "DeviceToleration",
        &[Set("operator", Text("Equal"))],
    ),
];
