//! Fields in which `$(VARIABLES)` are expanded.

use super::workloads::templated;
use super::{Row, field};

pub(super) const TEMPLATED: &[Row] = templated![
    "containers/args",
    "containers/command",
    "containers/env/value",
    "containers/volumeMounts/mountPath",
    "initContainers/args",
    "initContainers/command",
    "initContainers/env/value",
    "initContainers/volumeMounts/mountPath",
];

pub(super) const OTHERS: &[Row] = &[
    // Not a field of a CronJob, but what kustomize has.
    field(
        "CronJob",
        "spec/jobTemplate/spec/template/volumes/nfs/server",
    ),
    field("DaemonSet", "spec/template/spec/volumes/nfs/server"),
    field("Deployment", "spec/template/spec/volumes/nfs/server"),
    field("Deployment", "spec/template/metadata/annotations"),
    field("Ingress", "spec/rules/host"),
    field("Ingress", "spec/tls/hosts"),
    field("Ingress", "spec/tls/secretName"),
    field("Job", "spec/template/spec/volumes/nfs/server"),
    field("Pod", "spec/volumes/nfs/server"),
    field("ReplicaSet", "spec/template/spec/volumes/nfs/server"),
    field("Service", "spec/ports/port"),
    field("Service", "spec/ports/targetPort"),
    field("StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
    field("PersistentVolume", "spec/nfs/server"),
    field("", "metadata/labels"),
    field("", "metadata/annotations"),
];
