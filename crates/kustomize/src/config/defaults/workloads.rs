//! Rows for every kind that has a pod in it.
//!
//! kustomize's tables spell these out; they are not all alike (one leaves out `PodTemplate`,
//! another `ReplicaSet`), so there is a macro for each family of tables.

/// Paths below a pod's `spec`, in the kinds in which config maps and secrets are looked for.
macro_rules! config_users {
    ($($path:literal),* $(,)?) => {
        &[$(
            super::field("Pod", concat!("spec/", $path)).version("v1"),
            super::field("PodTemplate", concat!("template/spec/", $path)),
            super::field("Deployment", concat!("spec/template/spec/", $path)),
            super::field("ReplicaSet", concat!("spec/template/spec/", $path)),
            super::field("DaemonSet", concat!("spec/template/spec/", $path)),
            super::field("StatefulSet", concat!("spec/template/spec/", $path)),
            super::field("Job", concat!("spec/template/spec/", $path)),
            super::field("CronJob", concat!("spec/jobTemplate/spec/template/spec/", $path)),
        )*]
    };
}

/// Paths below a pod's `spec`, in the kinds in which other references are looked for.
macro_rules! workloads {
    ($($path:literal),* $(,)?) => {
        &[$(
            super::field("Pod", concat!("spec/", $path)),
            super::field("StatefulSet", concat!("spec/template/spec/", $path)),
            super::field("Deployment", concat!("spec/template/spec/", $path)),
            super::field("ReplicationController", concat!("spec/template/spec/", $path)),
            super::field("CronJob", concat!("spec/jobTemplate/spec/template/spec/", $path)),
            super::field("Job", concat!("spec/template/spec/", $path)),
            super::field("DaemonSet", concat!("spec/template/spec/", $path)),
        )*]
    };
}

/// Paths below a pod's `spec`, in the kinds in which variables are expanded.
macro_rules! templated {
    ($($path:literal),* $(,)?) => {
        &[$(
            super::field("CronJob", concat!("spec/jobTemplate/spec/template/spec/", $path)),
            super::field("DaemonSet", concat!("spec/template/spec/", $path)),
            super::field("Deployment", concat!("spec/template/spec/", $path)),
            super::field("Job", concat!("spec/template/spec/", $path)),
            super::field("Pod", concat!("spec/", $path)),
            super::field("ReplicaSet", concat!("spec/template/spec/", $path)),
            super::field("StatefulSet", concat!("spec/template/spec/", $path)),
        )*]
    };
}

pub(super) use {config_users, templated, workloads};
