//! Fields that hold labels, and selectors of labels.

use super::{Row, field};

/// The labels of objects and of the pods they make.
pub(super) const METADATA: &[Row] = &[
    field("", "metadata/labels").create(),
    field("ReplicationController", "spec/template/metadata/labels")
        .version("v1")
        .create(),
    field("Deployment", "spec/template/metadata/labels").create(),
    field("ReplicaSet", "spec/template/metadata/labels").create(),
    field("DaemonSet", "spec/template/metadata/labels").create(),
    field("StatefulSet", "spec/template/metadata/labels")
        .group("apps")
        .create(),
    field("Job", "spec/template/metadata/labels")
        .group("batch")
        .create(),
    field("CronJob", "spec/jobTemplate/metadata/labels")
        .group("batch")
        .create(),
    field("CronJob", "spec/jobTemplate/spec/template/metadata/labels")
        .group("batch")
        .create(),
];

/// The labels of the claims that a stateful set makes.
pub(super) const VOLUME_CLAIM_TEMPLATES: &[Row] =
    &[
        field("StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels")
            .group("apps")
            .create(),
    ];

/// Label selectors inside the pods of a workload.
macro_rules! pod_selectors {
    ($($kind:literal),*) => {
        &[$(
            field($kind, concat!(
                "spec/template/spec/affinity/podAffinity/preferredDuringScheduling",
                "IgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
            )).group("apps"),
            field($kind, concat!(
                "spec/template/spec/affinity/podAffinity/requiredDuringScheduling",
                "IgnoredDuringExecution/labelSelector/matchLabels"
            )).group("apps"),
            field($kind, concat!(
                "spec/template/spec/affinity/podAntiAffinity/preferredDuringScheduling",
                "IgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
            )).group("apps"),
            field($kind, concat!(
                "spec/template/spec/affinity/podAntiAffinity/requiredDuringScheduling",
                "IgnoredDuringExecution/labelSelector/matchLabels"
            )).group("apps"),
            field($kind, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels")
                .group("apps"),
        )*]
    };
}

/// Selectors of the objects themselves.
pub(super) const SELECTORS: &[Row] = &[
    field("Service", "spec/selector").version("v1").create(),
    field("ReplicationController", "spec/selector")
        .version("v1")
        .create(),
    field("Deployment", "spec/selector/matchLabels").create(),
    field("ReplicaSet", "spec/selector/matchLabels").create(),
    field("DaemonSet", "spec/selector/matchLabels").create(),
    field("StatefulSet", "spec/selector/matchLabels")
        .group("apps")
        .create(),
    field("Job", "spec/selector/matchLabels").group("batch"),
    field("CronJob", "spec/jobTemplate/spec/selector/matchLabels").group("batch"),
    field("PodDisruptionBudget", "spec/selector/matchLabels").group("policy"),
    field("NetworkPolicy", "spec/podSelector/matchLabels").group("networking.k8s.io"),
    field("NetworkPolicy", "spec/ingress/from/podSelector/matchLabels").group("networking.k8s.io"),
    field("NetworkPolicy", "spec/egress/to/podSelector/matchLabels").group("networking.k8s.io"),
];

/// Selectors of the pods that the objects make.
pub(super) const POD_SELECTORS: &[Row] = pod_selectors!["Deployment", "StatefulSet"];
