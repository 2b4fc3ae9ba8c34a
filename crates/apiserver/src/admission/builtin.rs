//! The plugins that are rules of the server's own, in kube-apiserver's order.

use super::attributes::{Attributes, Lookup, Operation};
use super::{
    AdmissionPlugins, Plugin, defaults, images, limit_ranger, namespace, placement, pod_security,
    priority, runtime_class, service_account, services, tolerations,
};
use crate::Status;
use trimtab_tree::Value;

/// Changes the object of a create or update, or refuses it; `object` is decoded and defaulted, and
/// what is added here needs no defaults.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(super) async fn mutate(
    object: &mut Value,
    attributes: &Attributes<'_>,
    plugins: AdmissionPlugins,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let runs = |plugin| plugins.has(plugin);
    if runs(Plugin::NamespaceLifecycle) {
        namespace::lifecycle(attributes, lookup).await?;
    }
    if runs(Plugin::NamespaceExists) {
        namespace::exists(attributes, lookup).await?;
    }
    if attributes.operation == Operation::Connect {
        return Ok(());
    }
    if runs(Plugin::LimitRanger) {
        limit_ranger::admit(object, attributes, lookup).await?;
    }
    if runs(Plugin::ServiceAccount) {
        service_account::admit(object, attributes, lookup).await?;
    }
    if runs(Plugin::TaintNodesByCondition) {
        defaults::taint_new_node(object, attributes);
    }
    if runs(Plugin::AlwaysPullImages) {
        images::always_pull(object, attributes);
    }
    defaults::name_requester(object, attributes);
    if runs(Plugin::Priority) {
        priority::admit(object, attributes, lookup).await?;
    }
    if runs(Plugin::DefaultTolerationSeconds) {
        tolerations::tolerate_lost_nodes(object, attributes);
    }
    if runs(Plugin::ExtendedResourceToleration) {
        tolerations::tolerate_resources(object, attributes);
    }
    if runs(Plugin::DefaultStorageClass) {
        defaults::storage_class(object, attributes, lookup).await?;
    }
    if runs(Plugin::StorageObjectInUseProtection) {
        defaults::protect_storage(object, attributes);
    }
    if runs(Plugin::RuntimeClass) {
        runtime_class::admit(object, attributes, lookup).await?;
    }
    if runs(Plugin::DefaultIngressClass) {
        defaults::ingress_class(object, attributes, lookup).await?;
    }
    if runs(Plugin::PodTopologyLabels) {
        placement::label(object, attributes, lookup).await?;
    }
    Ok(())
}

/// Refuses what may not be written. `object` is the object as it will be stored.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(super) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    plugins: AdmissionPlugins,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let runs = |plugin| plugins.has(plugin);
    if runs(Plugin::LimitPodHardAntiAffinityTopology) {
        placement::check_anti_affinity(object, attributes)?;
    }
    if runs(Plugin::LimitRanger) {
        limit_ranger::check(object, attributes, lookup).await?;
    }
    if runs(Plugin::ServiceAccount) {
        service_account::check(object, attributes, lookup).await?;
    }
    if runs(Plugin::PodSecurity) {
        pod_security::check(object, attributes, lookup).await?;
    }
    if runs(Plugin::Priority) {
        priority::check_class(object, attributes, lookup).await?;
    }
    if runs(Plugin::PersistentVolumeClaimResize) {
        defaults::check_expansion(object, attributes, lookup).await?;
    }
    if runs(Plugin::DenyServiceExternalIPs) {
        services::deny_external_ips(object, attributes)?;
    }
    if runs(Plugin::PodResizeValidator) {
        placement::check_resize(object, attributes, lookup).await?;
    }
    Ok(())
}
