//! Which rules each kind keeps to.

use super::errors::{Errors, Path};
use super::formats::{self, Format, Problems};
use super::pod;
use super::rules::Rule::{self, Do};
use super::{autoscaler, claim, group_and_kind, job, network, others, workloads};
use trimtab_tree::Value;

/// The rules of a kind.
pub(super) struct Kind {
    group: &'static str,
    called: &'static str,
    /// The form of its names.
    pub(super) name: Format,
    /// What holds of it always.
    pub(super) rules: &'static [Rule],
    /// What holds only of a new one.
    pub(super) create: &'static [Rule],
    /// What an update may not change.
    pub(super) update: Option<fn(&Value, &Value, &Path<'_>, &mut Errors)>,
    /// What an update of the status may not say.
    pub(super) status: &'static [Rule],
    /// Whether an update looks at all metadata once more.
    pub(super) checks_metadata_again: bool,
}

/// A kind of which nothing special is known.
const ANY: Kind = Kind {
    group: "",
    called: "",
    name: formats::dns_subdomain,
    rules: &[],
    create: &[],
    update: None,
    status: &[],
    checks_metadata_again: false,
};

const CORE: &str = "";
const APPS: &str = "apps";
const BATCH: &str = "batch";
const RBAC: &str = "rbac.authorization.k8s.io";
const NETWORKING: &str = "networking.k8s.io";

static KINDS: &[Kind] = &[
    kind(CORE, "ConfigMap", others::CONFIG_MAP)
        .updated(others::check_content_update)
        .checking_metadata_again(),
    kind(CORE, "Secret", others::SECRET)
        .updated(others::check_content_update)
        .checking_metadata_again(),
    Kind {
        name: formats::dns_label,
        status: &[Do(others::check_namespace_phase)],
        ..kind(CORE, "Namespace", others::NAMESPACE)
    },
    kind(CORE, "Node", others::NODE),
    Kind {
        create: &[Do(pod::check_new_pod)],
        update: Some(pod::check_update),
        ..kind(CORE, "Pod", &[Do(pod::check_pod)])
    },
    kind(CORE, "PodTemplate", workloads::POD_TEMPLATE),
    kind(
        CORE,
        "ReplicationController",
        workloads::REPLICATION_CONTROLLER,
    ),
    kind(CORE, "Service", network::SERVICE)
        .named(formats::dns_1035_label)
        .updated(network::check_service_update),
    kind(CORE, "Endpoints", network::ENDPOINTS),
    kind(CORE, "PersistentVolumeClaim", claim::CLAIM).updated(claim::check_update),
    kind(CORE, "Event", others::EVENT),
    kind(CORE, "ResourceQuota", others::QUOTA),
    kind("events.k8s.io", "Event", others::EVENT),
    kind(APPS, "Deployment", workloads::DEPLOYMENT).updated(workloads::check_same_selector),
    kind(APPS, "ReplicaSet", workloads::REPLICA_SET).updated(workloads::check_same_selector),
    kind(APPS, "DaemonSet", workloads::DAEMON_SET).updated(workloads::check_same_selector),
    kind(APPS, "StatefulSet", workloads::STATEFUL_SET)
        .named(formats::dns_label)
        .updated(workloads::check_stateful_update),
    kind(APPS, "ControllerRevision", others::REVISION).updated(others::check_revision_update),
    kind(BATCH, "Job", job::JOB).updated(job::check_job_update),
    kind(BATCH, "CronJob", job::CRON_JOB).named(cron_job_name),
    kind(
        "autoscaling",
        "HorizontalPodAutoscaler",
        autoscaler::AUTOSCALER,
    ),
    kind("policy", "PodDisruptionBudget", autoscaler::BUDGET),
    kind(NETWORKING, "Ingress", network::INGRESS),
    kind(NETWORKING, "IngressClass", network::INGRESS_CLASS),
    kind(NETWORKING, "NetworkPolicy", network::POLICY),
    kind(NETWORKING, "IPAddress", &[]).named(formats::path_segment),
    kind(RBAC, "Role", others::ROLE).named(formats::path_segment),
    kind(RBAC, "ClusterRole", others::CLUSTER_ROLE).named(formats::path_segment),
    kind(RBAC, "RoleBinding", others::ROLE_BINDING)
        .named(formats::path_segment)
        .updated(others::check_binding_update),
    kind(RBAC, "ClusterRoleBinding", others::CLUSTER_ROLE_BINDING)
        .named(formats::path_segment)
        .updated(others::check_binding_update),
    kind("scheduling.k8s.io", "PriorityClass", others::PRIORITY_CLASS)
        .updated(others::check_priority_update),
    kind("storage.k8s.io", "StorageClass", others::STORAGE_CLASS)
        .updated(others::check_storage_class_update),
    kind("node.k8s.io", "RuntimeClass", &[]).updated(others::check_runtime_class_update),
    kind("coordination.k8s.io", "Lease", others::LEASE),
    kind("flowcontrol.apiserver.k8s.io", "FlowSchema", &[]).named(formats::path_segment),
    kind(
        "flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration",
        &[],
    )
    .named(formats::path_segment),
    kind("apiregistration.k8s.io", "APIService", &[]).named(formats::path_segment),
    kind("certificates.k8s.io", "CertificateSigningRequest", &[]),
];

static OTHER: Kind = ANY;

const fn kind(group: &'static str, called: &'static str, rules: &'static [Rule]) -> Kind {
    Kind {
        group,
        called,
        rules,
        ..ANY
    }
}

impl Kind {
    const fn named(mut self, name: Format) -> Self {
        self.name = name;
        self
    }

    const fn updated(mut self, update: fn(&Value, &Value, &Path<'_>, &mut Errors)) -> Self {
        self.update = Some(update);
        self
    }

    const fn checking_metadata_again(mut self) -> Self {
        self.checks_metadata_again = true;
        self
    }
}

/// The rules of an object's kind.
pub(super) fn of(object: &Value) -> &'static Kind {
    let (group, kind) = group_and_kind(object);
    let found = KINDS
        .iter()
        .find(|it| it.called == kind && it.group == group);
    found.unwrap_or(&OTHER)
}

/// The names of a cron job's jobs must have room for a time.
fn cron_job_name(name: &str) -> Problems {
    let mut problems = formats::dns_subdomain(name);
    if name.len() > 52 {
        problems.push("must be no more than 52 characters".to_owned());
    }
    problems
}
