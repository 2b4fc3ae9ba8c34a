//! The small tables: names, namespaces, annotations, images and replicas.

use super::{Row, field};

pub(super) const NAME: &[Row] = &[field("", "metadata/name")];

pub(super) const NAMESPACE: &[Row] = &[
    field("Namespace", "metadata/name").create(),
    field("APIService", "spec/service/namespace")
        .group("apiregistration.k8s.io")
        .create(),
    field(
        "CustomResourceDefinition",
        "spec/conversion/webhook/clientConfig/service/namespace",
    )
    .group("apiextensions.k8s.io"),
];

pub(super) const ANNOTATIONS: &[Row] = &[
    field("", "metadata/annotations").create(),
    field(
        "ReplicationController",
        "spec/template/metadata/annotations",
    )
    .version("v1")
    .create(),
    field("Deployment", "spec/template/metadata/annotations").create(),
    field("ReplicaSet", "spec/template/metadata/annotations").create(),
    field("DaemonSet", "spec/template/metadata/annotations").create(),
    field("StatefulSet", "spec/template/metadata/annotations").create(),
    field("Job", "spec/template/metadata/annotations")
        .group("batch")
        .create(),
    field("CronJob", "spec/jobTemplate/metadata/annotations")
        .group("batch")
        .create(),
    field(
        "CronJob",
        "spec/jobTemplate/spec/template/metadata/annotations",
    )
    .group("batch")
    .create(),
];

pub(super) const IMAGES: &[Row] = &[
    field("", "spec/containers[]/image").create(),
    field("", "spec/initContainers[]/image").create(),
    field("", "spec/volumes[]/image/reference").create(),
    field("", "spec/template/spec/containers[]/image").create(),
    field("", "spec/template/spec/initContainers[]/image").create(),
    field("", "spec/template/spec/volumes[]/image/reference").create(),
];

pub(super) const REPLICAS: &[Row] = &[
    field("Deployment", "spec/replicas").create(),
    field("ReplicationController", "spec/replicas").create(),
    field("ReplicaSet", "spec/replicas").create(),
    field("StatefulSet", "spec/replicas").create(),
];
