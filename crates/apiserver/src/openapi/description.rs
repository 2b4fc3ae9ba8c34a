//! What fields are for, in Kubernetes' own words: `kubectl explain` shows them.
//!
//! They come from the k8s-openapi dependency's schemas when a document is made. Nothing of them is
//! kept here, in memory or in this repository.

use schemars::SchemaGenerator;
use serde_json::{Map, Value as Json};
use trimtab_tree::{Mapping, Value};

/// Makes the schemas of some kinds, and of all types that they lead to.
type Register = fn(&mut SchemaGenerator);

macro_rules! kinds {
    ($($version:literal: $($module:ident)::+ { $($kind:ident),+ };)+) => {
        &[$(($version, |generator| {
            use k8s_openapi::$($module)::+ as module;
            $(generator.subschema_for::<module::$kind>();)+
        })),+]
    };
}

/// The kinds of each group-version.
const KINDS: &[(&str, Register)] = kinds! {
    "admissionregistration.k8s.io/v1": api::admissionregistration::v1 { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration };
    "apiextensions.k8s.io/v1": apiextensions_apiserver::pkg::apis::apiextensions::v1 { CustomResourceDefinition };
    "apiregistration.k8s.io/v1": kube_aggregator::pkg::apis::apiregistration::v1 { APIService };
    "apps/v1": api::apps::v1 { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet };
    "authentication.k8s.io/v1": api::authentication::v1 { SelfSubjectReview, TokenReview };
    "authorization.k8s.io/v1": api::authorization::v1 { LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview };
    "autoscaling/v1": api::autoscaling::v1 { HorizontalPodAutoscaler };
    "autoscaling/v2": api::autoscaling::v2 { HorizontalPodAutoscaler };
    "batch/v1": api::batch::v1 { CronJob, Job };
    "certificates.k8s.io/v1": api::certificates::v1 { CertificateSigningRequest };
    "coordination.k8s.io/v1": api::coordination::v1 { Lease };
    "discovery.k8s.io/v1": api::discovery::v1 { EndpointSlice };
    "events.k8s.io/v1": api::events::v1 { Event };
    "flowcontrol.apiserver.k8s.io/v1": api::flowcontrol::v1 { FlowSchema, PriorityLevelConfiguration };
    "networking.k8s.io/v1": api::networking::v1 { IPAddress, Ingress, IngressClass, NetworkPolicy, ServiceCIDR };
    "node.k8s.io/v1": api::node::v1 { RuntimeClass };
    "policy/v1": api::policy::v1 { PodDisruptionBudget };
    "rbac.authorization.k8s.io/v1": api::rbac::v1 { ClusterRole, ClusterRoleBinding, Role, RoleBinding };
    "resource.k8s.io/v1": api::resource::v1 { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice };
    "scheduling.k8s.io/v1": api::scheduling::v1 { PriorityClass };
    "storage.k8s.io/v1": api::storage::v1 { CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment, VolumeAttributesClass };
    "v1": api::core::v1 { Binding, ComponentStatus, ConfigMap, Endpoints, Event, LimitRange, Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, PodTemplate, ReplicationController, ResourceQuota, Secret, Service, ServiceAccount };
};

/// What documents of any group-version may refer to.
const SHARED: &[(&str, Register)] = kinds! {
    "v1": apimachinery::pkg::apis::meta::v1 {
        APIGroup, APIGroupList, APIResourceList, APIVersions, DeleteOptions, Status
    };
    "autoscaling/v1": api::autoscaling::v1 { Scale };
    "authentication.k8s.io/v1": api::authentication::v1 { TokenRequest };
    "policy/v1": api::policy::v1 { Eviction };
};

/// Descriptions by the full names of types.
pub(super) struct Descriptions(Map<String, Json>);

impl Descriptions {
    /// Those of the kinds of a group-version, and of what documents share.
    pub(super) fn of_version(api_version: &str) -> Self {
        let mut generator = SchemaGenerator::default();
        let own = KINDS.iter().filter(|(version, _)| *version == api_version);
        for (_, register) in own.chain(SHARED) {
            register(&mut generator);
        }
        Self(generator.take_definitions(false))
    }

    /// Those of every group-version one by one, as all at once would be large.
    pub(super) fn each() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(version, _)| Self::of_version(version))
    }

    /// Whether the type of that full name is described.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What a field of a type of the core group is for.
    pub(super) fn of_field(&self, ty: &str, field: &str) -> Option<&str> {
        let known = |package: &str| {
            let definition = self.0.get(&format!("{package}.{ty}"))?;
            definition["properties"][field]["description"].as_str()
        };
        known("io.k8s.api.core.v1")
    }

    /// Puts them into the schema of the type of that full name.
    pub(super) fn describe(&self, name: &str, schema: &mut Value) {
        let (Some(definition), Some(schema)) = (self.0.get(name), schema.as_mapping_mut()) else {
            return;
        };
        put(definition, schema);
        let properties = schema.get_mut("properties").and_then(Value::as_mapping_mut);
        for (field, property) in properties.into_iter().flat_map(Mapping::iter_mut) {
            let definition = &definition["properties"][field];
            if let Some(property) = property.as_mapping_mut() {
                put(definition, property);
            }
        }
    }
}

fn put(definition: &Json, schema: &mut Mapping) {
    if let Some(description) = definition["description"].as_str() {
        schema.insert("description", Value::string(description));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_schema::{SERVED_GROUPS, Schema};

    #[test]
    fn every_served_kind_is_described() {
        let schema = Schema::kubernetes();
        for group in SERVED_GROUPS {
            for version in group.versions {
                let api_version = group.api_version(version);
                let descriptions = Descriptions::of_version(&api_version);
                let kinds = schema.kinds().filter(|kind| kind.is_served());
                for kind in kinds.filter(|kind| kind.api_version() == api_version) {
                    let ty = schema.type_of(&api_version, kind.kind()).unwrap();
                    let (package, name) = ty.name().unwrap();
                    let definition = descriptions.0.get(&format!("{package}.{name}"));
                    let described = definition.is_some_and(|it| it["description"].is_string());
                    assert!(described, "{kind:?}");
                }
            }
        }
    }
}
