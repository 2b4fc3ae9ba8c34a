//! Which plugins run: those that kube-apiserver has, by its names.

use std::fmt;

/// An admission plugin. In the order in which they run (`AllOrderedPlugins` of
/// `pkg/kubeapiserver/options/plugins.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plugin {
    /// Admits everything, and does nothing.
    AlwaysAdmit,
    /// New objects need a namespace that is there to stay.
    NamespaceLifecycle,
    /// Objects need a namespace.
    NamespaceExists,
    /// Required anti-affinity of pods goes by nodes only.
    LimitPodHardAntiAffinityTopology,
    /// Resources of a namespace's objects are within its limits, which also give defaults.
    LimitRanger,
    /// Pods act as a service account.
    ServiceAccount,
    /// Nodes change what is theirs only.
    NodeRestriction,
    /// New nodes take no pods before they are ready.
    TaintNodesByCondition,
    /// Images are pulled for every pod.
    AlwaysPullImages,
    /// Pods keep to the security standard of their namespace.
    PodSecurity,
    /// Pods have the priority of their class.
    Priority,
    /// Pods stay on lost nodes for a while.
    DefaultTolerationSeconds,
    /// Events do not come too fast.
    EventRateLimit,
    /// Pods tolerate the taints of the extended resources that they ask for.
    ExtendedResourceToleration,
    /// Claims are of the default class.
    DefaultStorageClass,
    /// Volumes and claims stay while they are used.
    StorageObjectInUseProtection,
    /// Who blocks an owner's deletion must be allowed to.
    OwnerReferencesPermissionEnforcement,
    /// Claims grow where their class allows it.
    PersistentVolumeClaimResize,
    /// Pods get the overhead and the place of their runtime.
    RuntimeClass,
    /// Who approves a certificate must be allowed to.
    CertificateApproval,
    /// Who signs a certificate must be allowed to.
    CertificateSigning,
    /// Who publishes trust of a signer must be allowed to.
    ClusterTrustBundleAttest,
    /// No certificate makes an administrator by the old signer.
    CertificateSubjectRestriction,
    /// Ingresses are of the default class.
    DefaultIngressClass,
    /// Services have no external addresses of their own choice.
    DenyServiceExternalIPs,
    /// Pods know the zone and the region of their node.
    PodTopologyLabels,
    /// Pods are not resized beyond their node.
    PodResizeValidator,
    /// Policies change objects.
    MutatingAdmissionPolicy,
    /// Webhooks change objects.
    MutatingAdmissionWebhook,
    /// Policies refuse objects.
    ValidatingAdmissionPolicy,
    /// Webhooks refuse objects.
    ValidatingAdmissionWebhook,
    /// A namespace's objects are within its quotas.
    ResourceQuota,
    /// Refuses everything.
    AlwaysDeny,
}

impl Plugin {
    /// As kube-apiserver calls it.
    pub(crate) fn name(self) -> &'static str {
        let found = PLUGINS.iter().find(|(plugin, ..)| *plugin == self);
        found.map_or("", |(_, name, _)| name)
    }
}

/// All of them, each with its name and whether it runs unless told otherwise.
const PLUGINS: [(Plugin, &str, bool); 33] = [
    (Plugin::AlwaysAdmit, "AlwaysAdmit", false),
    (Plugin::NamespaceLifecycle, "NamespaceLifecycle", true),
    (Plugin::NamespaceExists, "NamespaceExists", false),
    (
        Plugin::LimitPodHardAntiAffinityTopology,
        "LimitPodHardAntiAffinityTopology",
        false,
    ),
    (Plugin::LimitRanger, "LimitRanger", true),
    (Plugin::ServiceAccount, "ServiceAccount", true),
    (Plugin::NodeRestriction, "NodeRestriction", true),
    (Plugin::TaintNodesByCondition, "TaintNodesByCondition", true),
    (Plugin::AlwaysPullImages, "AlwaysPullImages", false),
    (Plugin::PodSecurity, "PodSecurity", true),
    (Plugin::Priority, "Priority", true),
    (
        Plugin::DefaultTolerationSeconds,
        "DefaultTolerationSeconds",
        true,
    ),
    (Plugin::EventRateLimit, "EventRateLimit", false),
    (
        Plugin::ExtendedResourceToleration,
        "ExtendedResourceToleration",
        false,
    ),
    (Plugin::DefaultStorageClass, "DefaultStorageClass", true),
    (
        Plugin::StorageObjectInUseProtection,
        "StorageObjectInUseProtection",
        true,
    ),
    (
        Plugin::OwnerReferencesPermissionEnforcement,
        "OwnerReferencesPermissionEnforcement",
        false,
    ),
    (
        Plugin::PersistentVolumeClaimResize,
        "PersistentVolumeClaimResize",
        true,
    ),
    (Plugin::RuntimeClass, "RuntimeClass", true),
    (Plugin::CertificateApproval, "CertificateApproval", true),
    (Plugin::CertificateSigning, "CertificateSigning", true),
    (
        Plugin::ClusterTrustBundleAttest,
        "ClusterTrustBundleAttest",
        true,
    ),
    (
        Plugin::CertificateSubjectRestriction,
        "CertificateSubjectRestriction",
        true,
    ),
    (Plugin::DefaultIngressClass, "DefaultIngressClass", true),
    (
        Plugin::DenyServiceExternalIPs,
        "DenyServiceExternalIPs",
        false,
    ),
    (Plugin::PodTopologyLabels, "PodTopologyLabels", true),
    (Plugin::PodResizeValidator, "PodResizeValidator", true),
    (
        Plugin::MutatingAdmissionPolicy,
        "MutatingAdmissionPolicy",
        true,
    ),
    (
        Plugin::MutatingAdmissionWebhook,
        "MutatingAdmissionWebhook",
        true,
    ),
    (
        Plugin::ValidatingAdmissionPolicy,
        "ValidatingAdmissionPolicy",
        true,
    ),
    (
        Plugin::ValidatingAdmissionWebhook,
        "ValidatingAdmissionWebhook",
        true,
    ),
    (Plugin::ResourceQuota, "ResourceQuota", true),
    (Plugin::AlwaysDeny, "AlwaysDeny", false),
];

/// The plugins that run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AdmissionPlugins(u64);

/// A name that is no plugin's, or one that is both switched on and off.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionPluginsError {
    /// No plugin has that name.
    #[error("`{0}` is no admission plugin; there are: {names}", names = names())]
    Unknown(String),
    /// It cannot be both.
    #[error("admission plugin `{0}` is both enabled and disabled")]
    Both(String),
}

/// Plugins of kube-apiserver that are not here: they need a file of configuration, are replaced by
/// policies, or are only there for features that are off. They may be switched off.
const ABSENT: [&str; 8] = [
    "NamespaceAutoProvision",
    "ImagePolicyWebhook",
    "PodNodeSelector",
    "PodTolerationRestriction",
    "PodGroupProtection",
    "PodGroupWorkloadExists",
    "NodeDeclaredFeatureValidator",
    "JobValidation",
];

fn names() -> String {
    PLUGINS.map(|(_, name, _)| name).join(", ")
}

impl Default for AdmissionPlugins {
    fn default() -> Self {
        let on = PLUGINS.iter().filter(|(_, _, on)| *on);
        Self(on.fold(0, |bits, (plugin, _, _)| bits | bit(*plugin)))
    }
}

impl AdmissionPlugins {
    /// Those that run by default, with these besides and without those
    /// (`--enable-admission-plugins`, `--disable-admission-plugins`).
    ///
    /// # Errors
    /// For a name that no plugin has, or that is in both lists.
    pub fn new<'n>(
        enabled: impl IntoIterator<Item = &'n str>,
        disabled: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, AdmissionPluginsError> {
        let add = |bits: u64, name: &str| {
            let known = PLUGINS.iter().find(|(_, known, _)| *known == name);
            let (plugin, _, _) =
                known.ok_or_else(|| AdmissionPluginsError::Unknown(name.to_owned()))?;
            Ok(bits | bit(*plugin))
        };
        let on = enabled.into_iter().try_fold(0, add)?;
        let mut disabled = disabled.into_iter().filter(|name| !ABSENT.contains(name));
        let off = disabled.try_fold(0, add)?;
        let both = PLUGINS.iter().find(|(it, _, _)| on & off & bit(*it) != 0);
        if let Some((_, name, _)) = both {
            return Err(AdmissionPluginsError::Both((*name).to_owned()));
        }
        Ok(Self((Self::default().0 | on) & !off))
    }

    /// Whether it runs.
    pub(crate) fn has(self, plugin: Plugin) -> bool {
        self.0 & bit(plugin) != 0
    }
}

fn bit(plugin: Plugin) -> u64 {
    1 << plugin as u64
}

impl fmt::Debug for AdmissionPlugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = PLUGINS.iter().filter(|(plugin, _, _)| self.has(*plugin));
        f.debug_list().entries(on.map(|(_, name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_switched_by_name() {
        let usual = AdmissionPlugins::default();
        assert!(usual.has(Plugin::PodSecurity) && !usual.has(Plugin::AlwaysPullImages));
        let other = AdmissionPlugins::new(["AlwaysPullImages"], ["PodSecurity"]).unwrap();
        assert!(!other.has(Plugin::PodSecurity) && other.has(Plugin::AlwaysPullImages));
        let unknown = AdmissionPlugins::new(["Nope"], []).unwrap_err();
        assert!(
            unknown
                .to_string()
                .starts_with("`Nope` is no admission plugin; there are: AlwaysAdmit, ")
        );
        assert_eq!(
            AdmissionPlugins::new(["Priority"], ["Priority"]),
            Err(AdmissionPluginsError::Both("Priority".to_owned()))
        );
        // Each has a bit of its own, in the order of the table.
        for (at, (plugin, _, _)) in PLUGINS.iter().enumerate() {
            assert_eq!(*plugin as usize, at);
        }
    }
}
