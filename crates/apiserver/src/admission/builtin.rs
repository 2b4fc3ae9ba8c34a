//! The plugins that are rules of the server's own, in kube-apiserver's order.

use super::attributes::{Attributes, Operation};
use super::running::Running;
use super::{
    Plugin, defaults, images, limit_ranger, namespace, placement, pod_security, priority,
    runtime_class, service_account, services, tolerations,
};
use crate::Status;
use crate::lookup::Lookup;
use trimtab_tree::Value;

/// Changes the object of a create or update, or refuses it; `object` is decoded and defaulted, and
/// what is added here needs no defaults.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(super) async fn mutate(
    object: &mut Value,
    attributes: &Attributes<'_>,
    plugins: Running<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let work = namespace::lifecycle(attributes, lookup);
    plugins.run(Plugin::NamespaceLifecycle, work).await?;
    let work = namespace::exists(attributes, lookup);
    plugins.run(Plugin::NamespaceExists, work).await?;
    if attributes.operation == Operation::Connect {
        return Ok(());
    }
    let work = limit_ranger::admit(object, attributes, lookup);
    plugins.run(Plugin::LimitRanger, work).await?;
    let work = service_account::admit(object, attributes, lookup);
    plugins.run(Plugin::ServiceAccount, work).await?;
    let work = async {
        defaults::taint_new_node(object, attributes);
        Ok(())
    };
    plugins.run(Plugin::TaintNodesByCondition, work).await?;
    let work = async {
        images::always_pull(object, attributes);
        Ok(())
    };
    plugins.run(Plugin::AlwaysPullImages, work).await?;
    defaults::name_requester(object, attributes);
    let work = priority::admit(object, attributes, lookup);
    plugins.run(Plugin::Priority, work).await?;
    let work = async {
        tolerations::tolerate_lost_nodes(object, attributes);
        Ok(())
    };
    plugins.run(Plugin::DefaultTolerationSeconds, work).await?;
    let work = async {
        tolerations::tolerate_resources(object, attributes);
        Ok(())
    };
    plugins
        .run(Plugin::ExtendedResourceToleration, work)
        .await?;
    let work = defaults::storage_class(object, attributes, lookup);
    plugins.run(Plugin::DefaultStorageClass, work).await?;
    let work = async {
        defaults::protect_storage(object, attributes);
        Ok(())
    };
    plugins
        .run(Plugin::StorageObjectInUseProtection, work)
        .await?;
    let work = runtime_class::admit(object, attributes, lookup);
    plugins.run(Plugin::RuntimeClass, work).await?;
    let work = defaults::ingress_class(object, attributes, lookup);
    plugins.run(Plugin::DefaultIngressClass, work).await?;
    let work = placement::label(object, attributes, lookup);
    plugins.run(Plugin::PodTopologyLabels, work).await?;
    Ok(())
}

/// Refuses what may not be written. `object` is the object as it will be stored.
///
/// # Errors
/// The refusal, or the failure of a look-up.
pub(super) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    plugins: Running<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let work = async { placement::check_anti_affinity(object, attributes) };
    plugins
        .run(Plugin::LimitPodHardAntiAffinityTopology, work)
        .await?;
    let work = limit_ranger::check(object, attributes, lookup);
    plugins.run(Plugin::LimitRanger, work).await?;
    let work = service_account::check(object, attributes, lookup);
    plugins.run(Plugin::ServiceAccount, work).await?;
    let work = pod_security::check(object, attributes, lookup);
    plugins.run(Plugin::PodSecurity, work).await?;
    let work = priority::check_class(object, attributes, lookup);
    plugins.run(Plugin::Priority, work).await?;
    let work = defaults::check_expansion(object, attributes, lookup);
    plugins
        .run(Plugin::PersistentVolumeClaimResize, work)
        .await?;
    let work = async { services::deny_external_ips(object, attributes) };
    plugins.run(Plugin::DenyServiceExternalIPs, work).await?;
    let work = placement::check_resize(object, attributes, lookup);
    plugins.run(Plugin::PodResizeValidator, work).await?;
    Ok(())
}
