//! Which rules each kind keeps to.

use super::errors::{Errors, Path};
use super::formats::{self, Format};
use super::pod;
use super::rules::Rule::{self, Do};
use super::{
    attachments, autoscaler, certificates, claim, classes, cluster, content, cron_job, devices,
    endpoints, flow, ingress, job, job_update, limits, network_policy, persistent_volume,
    pod_status, pod_update, policies, registration, roles, service, stateful_set, workload_status,
    workloads,
};
use crate::definition;
use crate::fields::group_and_kind;
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
    pub(super) update: Option<Change>,
    /// Fields, as paths, that stay as they are.
    pub(super) immutable: &'static [&'static [&'static str]],
    /// What an update may not change at a subresource, which it is told.
    pub(super) subresource: Option<fn(&Value, &Value, &str, &mut Errors)>,
    /// What an update of the status may not say.
    pub(super) status: Option<Change>,
    /// Whether the check of an update is all there is to check, the rules included.
    pub(super) is_checked_by_update: bool,
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
    immutable: &[],
    subresource: None,
    status: None,
    is_checked_by_update: false,
    checks_metadata_again: false,
};

/// A check of an object that takes the place of another.
type Change = fn(&Value, &Value, &Path<'_>, &mut Errors);

const CORE: &str = "";
const APPS: &str = "apps";
const BATCH: &str = "batch";
const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const FLOWCONTROL: &str = "flowcontrol.apiserver.k8s.io";
const DEVICES: &str = "resource.k8s.io";
const NETWORKING: &str = "networking.k8s.io";

/// What a workload selects its pods by.
const SELECTOR: &[&[&str]] = &[&["spec", "selector"]];

static KINDS: &[Kind] = &[
    kind(CORE, "ConfigMap", content::CONFIG_MAP)
        .updated(content::check_content_update)
        .checking_metadata_again(),
    kind(CORE, "Secret", content::SECRET)
        .updated(content::check_content_update)
        .checking_metadata_again(),
    Kind {
        name: formats::dns_label,
        status: Some(cluster::check_namespace_phase),
        ..kind(CORE, "Namespace", cluster::NAMESPACE)
    },
    Kind {
        create: &[Do(definition::check_create)],
        update: Some(definition::check_update),
        status: Some(definition::check_status),
        is_checked_by_update: true,
        ..kind("apiextensions.k8s.io", "CustomResourceDefinition", &[])
    },
    kind(CORE, "Node", cluster::NODE).updated(cluster::check_node_update),
    Kind {
        create: &[Do(pod::check_new_pod)],
        update: Some(pod_update::check),
        status: Some(pod_status::check),
        ..kind(CORE, "Pod", &[Do(pod::check_pod)])
    },
    kind(CORE, "PodTemplate", workloads::POD_TEMPLATE),
    kind(
        CORE,
        "ReplicationController",
        workloads::REPLICATION_CONTROLLER,
    )
    .with_status(workload_status::check_replica_set),
    kind(CORE, "Service", service::SERVICE)
        .named(formats::dns_label)
        .changed(service::check_change)
        .with_status(service::check_status),
    kind(CORE, "Endpoints", endpoints::ENDPOINTS).changed(endpoints::check_endpoints_change),
    kind(CORE, "PersistentVolume", persistent_volume::VOLUME)
        .updated(persistent_volume::check_update),
    kind(CORE, "PersistentVolumeClaim", claim::CLAIM)
        .updated(claim::check_update)
        .with_status(claim::check_status),
    kind(CORE, "Event", cluster::EVENT),
    kind(CORE, "ResourceQuota", limits::QUOTA).updated(limits::check_quota_update),
    Kind {
        create: cluster::NEW_EVENT,
        ..kind("events.k8s.io", "Event", cluster::EVENT).updated(cluster::check_event_update)
    },
    kind(APPS, "Deployment", workloads::DEPLOYMENT)
        .keeping(SELECTOR)
        .with_status(workload_status::check_deployment),
    kind(APPS, "ReplicaSet", workloads::REPLICA_SET)
        .keeping(SELECTOR)
        .with_status(workload_status::check_replica_set),
    kind(APPS, "DaemonSet", workloads::DAEMON_SET)
        .keeping(SELECTOR)
        .with_status(workload_status::check_daemon_set),
    kind(APPS, "StatefulSet", stateful_set::STATEFUL_SET)
        .named(formats::dns_label)
        .changed(stateful_set::check_stateful_change)
        .with_status(workload_status::check_stateful_set),
    kind(APPS, "ControllerRevision", cluster::REVISION).keeping(&[&["data"]]),
    kind(BATCH, "Job", job::JOB)
        .changed(job_update::check_change)
        .with_status(job_update::check_status),
    Kind {
        create: cron_job::NEW,
        ..kind(BATCH, "CronJob", cron_job::CRON_JOB).updated(cron_job::check_update)
    },
    kind(
        "autoscaling",
        "HorizontalPodAutoscaler",
        autoscaler::AUTOSCALER,
    )
    .with_status(workload_status::check_autoscaler),
    kind("policy", "PodDisruptionBudget", autoscaler::BUDGET)
        .with_status(workload_status::check_budget),
    Kind {
        create: ingress::NEW_INGRESS,
        ..kind(NETWORKING, "Ingress", ingress::INGRESS).with_status(ingress::check_status)
    },
    kind(NETWORKING, "IngressClass", ingress::INGRESS_CLASS).keeping(&[&["spec", "controller"]]),
    kind(NETWORKING, "NetworkPolicy", network_policy::POLICY),
    kind(NETWORKING, "IPAddress", endpoints::IP_ADDRESS)
        .named(endpoints::address_name)
        .updated(endpoints::check_address_update),
    kind(NETWORKING, "ServiceCIDR", endpoints::SERVICE_CIDR)
        .changed(endpoints::check_ranges_update),
    Kind {
        create: endpoints::NEW_ENDPOINT_SLICE,
        ..kind(
            "discovery.k8s.io",
            "EndpointSlice",
            endpoints::ENDPOINT_SLICE,
        )
        .updated(endpoints::check_slice_change)
    },
    kind(CORE, "LimitRange", limits::LIMIT_RANGE),
    kind("storage.k8s.io", "CSIDriver", classes::CSI_DRIVER)
        .keeping(&[&["spec", "volumeLifecycleModes"]]),
    kind("storage.k8s.io", "CSINode", classes::CSI_NODE),
    kind(
        ADMISSION,
        "MutatingWebhookConfiguration",
        registration::MUTATING_WEBHOOKS,
    ),
    kind(
        ADMISSION,
        "ValidatingWebhookConfiguration",
        registration::VALIDATING_WEBHOOKS,
    ),
    kind(ADMISSION, "ValidatingAdmissionPolicy", policies::VALIDATING),
    kind(
        ADMISSION,
        "ValidatingAdmissionPolicyBinding",
        policies::VALIDATING_BINDING,
    ),
    kind(ADMISSION, "MutatingAdmissionPolicy", policies::MUTATING),
    kind(
        ADMISSION,
        "MutatingAdmissionPolicyBinding",
        policies::MUTATING_BINDING,
    ),
    kind(RBAC, "Role", roles::ROLE).named(formats::path_segment),
    kind(RBAC, "ClusterRole", roles::CLUSTER_ROLE).named(formats::path_segment),
    kind(RBAC, "RoleBinding", roles::ROLE_BINDING)
        .named(formats::path_segment)
        .updated(roles::check_binding_update),
    kind(RBAC, "ClusterRoleBinding", roles::CLUSTER_ROLE_BINDING)
        .named(formats::path_segment)
        .updated(roles::check_binding_update),
    Kind {
        create: classes::PRIORITY_CLASS,
        ..kind("scheduling.k8s.io", "PriorityClass", &[]).updated(classes::check_priority_update)
    },
    kind("storage.k8s.io", "StorageClass", classes::STORAGE_CLASS).keeping(&[
        &["parameters"],
        &["provisioner"],
        &["reclaimPolicy"],
        &["volumeBindingMode"],
    ]),
    kind("node.k8s.io", "RuntimeClass", attachments::RUNTIME_CLASS).keeping(&[&["handler"]]),
    kind(
        "storage.k8s.io",
        "VolumeAttachment",
        attachments::ATTACHMENT,
    )
    .updated(attachments::check_attachment_update),
    kind(
        "storage.k8s.io",
        "VolumeAttributesClass",
        attachments::ATTRIBUTES_CLASS,
    )
    .changed(attachments::check_attributes_update),
    kind(
        "storage.k8s.io",
        "CSIStorageCapacity",
        attachments::STORAGE_CAPACITY,
    )
    .keeping(&[&["nodeTopology"], &["storageClassName"]]),
    kind(DEVICES, "ResourceClaim", devices::CLAIM).changed(attachments::check_resource_claim),
    kind(DEVICES, "DeviceClass", devices::CLASS),
    kind(DEVICES, "ResourceSlice", devices::SLICE).updated(devices::check_slice_update),
    kind(DEVICES, "ResourceClaimTemplate", devices::TEMPLATE)
        .updated(attachments::check_resource_claim_template),
    kind("coordination.k8s.io", "Lease", cluster::LEASE),
    kind(FLOWCONTROL, "FlowSchema", flow::FLOW_SCHEMA).named(formats::path_segment),
    kind(
        FLOWCONTROL,
        "PriorityLevelConfiguration",
        flow::PRIORITY_LEVEL,
    )
    .named(formats::path_segment),
    kind(
        "apiregistration.k8s.io",
        "APIService",
        registration::API_SERVICE,
    )
    .named(formats::path_segment),
    Kind {
        subresource: Some(certificates::check_update),
        ..kind(
            "certificates.k8s.io",
            "CertificateSigningRequest",
            registration::CERTIFICATE_REQUEST,
        )
    },
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

    const fn updated(mut self, update: Change) -> Self {
        self.update = Some(update);
        self
    }

    /// An update is checked by this alone.
    const fn changed(mut self, update: Change) -> Self {
        self.update = Some(update);
        self.is_checked_by_update = true;
        self
    }

    const fn with_status(mut self, status: Change) -> Self {
        self.status = Some(status);
        self
    }

    const fn keeping(mut self, fields: &'static [&'static [&'static str]]) -> Self {
        self.immutable = fields;
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
