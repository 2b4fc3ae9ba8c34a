//! Flags of kube-apiserver that choose what a server can do at all. What they say of this one must be
//! what is so: anything else is refused, with what is.

use crate::exit::Failure;
use trimtab_schema::SERVED_GROUPS;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Features")]
pub(crate) struct Features {
    /// Features that are on or off, as Kubernetes 1.36 has them by default: NAME=true, NAME=false.
    /// Others than those are refused
    #[arg(long, value_name = "GATES", value_delimiter = ',')]
    feature_gates: Vec<String>,

    /// Group versions that are served: `apps/v1=true`, `api/alpha=false`. Others than those are refused
    #[arg(long, value_name = "VERSIONS", value_delimiter = ',')]
    runtime_config: Vec<String>,
}

impl Features {
    /// Refuses what is not so.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let gates = self.feature_gates.iter().try_for_each(|text| gate(text));
        let versions = || {
            self.runtime_config
                .iter()
                .try_for_each(|text| version(text))
        };
        gates
            .and_then(|()| versions())
            .map_err(|why| Failure::new("usage", why))
    }
}

/// A name and a truth; without one, or with an empty one, it is true.
fn pair(text: &str) -> Result<(&str, bool), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    let value = match value {
        "true" | "" | "1" => true,
        "false" | "0" => false,
        _ => return Err(format!("{text:?}: {value:?} is neither true nor false")),
    };
    Ok((name.trim(), value))
}

fn gate(text: &str) -> Result<(), String> {
    let (name, wanted) = pair(text)?;
    let name = name.strip_prefix("kube:").unwrap_or(name);
    let is_on = match name {
        "AllAlpha" => false,
        "AllBeta" => {
            return Err(format!(
                "--feature-gates: {name} cannot be switched here; betas are on or off as by default"
            ));
        }
        _ if ON.contains(&name) => true,
        _ if OFF.contains(&name) => false,
        _ => {
            return Err(format!(
                "--feature-gates: {name:?} is no feature of Kubernetes 1.36, or one that is always on"
            ));
        }
    };
    if wanted == is_on {
        return Ok(());
    }
    let state = if is_on { "on" } else { "off" };
    Err(format!(
        "--feature-gates: {name} is {state} here, as in Kubernetes 1.36 by default, and cannot be switched"
    ))
}

fn version(text: &str) -> Result<(), String> {
    let (name, wanted) = pair(text)?;
    let is_served = match name {
        "api/all" => {
            let which = if wanted {
                "alphas and betas are not"
            } else {
                "stable versions are"
            };
            return Err(format!(
                "--runtime-config: {text}: {which} served here, whatever is said of all"
            ));
        }
        "api/ga" | "api/legacy" | "v1" | "api/v1" => true,
        "api/beta" | "api/alpha" => false,
        _ => {
            let (group, version) = name.split_once('/').ok_or_else(|| {
                format!("--runtime-config: {name:?} is no GROUP/VERSION such as apps/v1")
            })?;
            let mut groups = SERVED_GROUPS.iter();
            groups.any(|known| known.name == group && known.versions.contains(&version))
        }
    };
    if wanted == is_served {
        return Ok(());
    }
    let state = if is_served {
        "always served here"
    } else {
        "not served here"
    };
    Err(format!("--runtime-config: {name} is {state}"))
}

/// The features that are on by default and can be switched (`kube-apiserver --help`, 1.36).
const ON: [&str; 88] = [
    "APIResponseCompression",
    "APIServerIdentity",
    "AllowParsingUserUIDFromCertAuth",
    "AtomicFIFO",
    "AuthorizePodWebsocketUpgradeCreatePermission",
    "CPUManagerPolicyBetaOptions",
    "CRDObservedGenerationTracking",
    "ClearingNominatedNodeNameAfterBinding",
    "ClientsAllowCARotation",
    "ClientsAllowTLSCacheGC",
    "ComponentFlagz",
    "ComponentStatusz",
    "ConstrainedImpersonation",
    "ContainerCheckpoint",
    "ContainerRestartRules",
    "ContextualLogging",
    "DRAConsumableCapacity",
    "DRADeviceBindingConditions",
    "DRADeviceTaints",
    "DRAExtendedResource",
    "DRAPartitionableDevices",
    "DRAResourceClaimDeviceStatus",
    "DRAResourceClaimGranularStatusAuthorization",
    "DRASchedulerFilterTimeout",
    "DeclarativeValidationBeta",
    "DeploymentReplicaSetTerminatingReplicas",
    "DetectCacheInconsistency",
    "EnvFiles",
    "ExtendWebSocketsToKubelet",
    "GracefulNodeShutdown",
    "GracefulNodeShutdownBasedOnPodPriority",
    "HPAConfigurableTolerance",
    "HostnameOverride",
    "InOrderInformersBatchProcess",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "KubeletCrashLoopBackOffMax",
    "KubeletEnsureSecretPulledImages",
    "KubeletSeparateDiskGC",
    "KubeletServiceAccountTokenForCredentialProviders",
    "ListFromCacheSnapshot",
    "LoggingBetaOptions",
    "MatchLabelKeysInPodTopologySpread",
    "MatchLabelKeysInPodTopologySpreadSelectorMerge",
    "MutablePodResourcesForSuspendedJobs",
    "MutableSchedulingDirectivesForSuspendedJobs",
    "NodeDeclaredFeatures",
    "NominatedNodeNameForExpectation",
    "OpenAPIEnums",
    "OpportunisticBatching",
    "PLEGOnDemandRelist",
    "PodDeletionCost",
    "PodLevelResources",
    "PodReadyToStartContainersCondition",
    "PodTopologyLabelsAdmission",
    "PortForwardWebsockets",
    "PreventStaticPodAPIReferences",
    "RelaxedServiceNameValidation",
    "ReloadKubeletClientCAFile",
    "ReloadKubeletServerCertificateFile",
    "RemoteRequestHeaderUID",
    "ResourceHealthStatus",
    "ResourceHealthStatusMessage",
    "RestartAllContainersOnContainerExits",
    "RotateKubeletServerCertificate",
    "SchedulerAsyncPreemption",
    "SchedulerPopFromBackoffQ",
    "ServiceAccountNodeAudienceRestriction",
    "SizeBasedListCostEstimate",
    "StaleControllerConsistencyDaemonSet",
    "StaleControllerConsistencyJob",
    "StaleControllerConsistencyReplicaSet",
    "StaleControllerConsistencyStatefulSet",
    "StatefulSetSemanticRevisionComparison",
    "StorageVersionHash",
    "StrictIPCIDRValidation",
    "StructuredAuthenticationConfigurationEgressSelector",
    "StructuredAuthenticationConfigurationJWKSMetrics",
    "TokenRequestServiceAccountUIDValidation",
    "TopologyManagerPolicyBetaOptions",
    "TranslateStreamCloseWebsocketRequests",
    "UnauthenticatedHTTP2DOSMitigation",
    "UnknownVersionInteroperabilityProxy",
    "UnlockWhileProcessingFIFO",
    "WatchCacheInitializationPostStartHook",
    "WatchList",
    "WatchListClient",
    "WindowsGracefulNodeShutdown",
];

/// Those that are off.
const OFF: [&str; 63] = [
    "APIServingWithRoutine",
    "AllowUnsafeMalformedObjectDeletion",
    "CBORServingAndStorage",
    "CPUManagerPolicyAlphaOptions",
    "CRIListStreaming",
    "CSIVolumeHealth",
    "ClientsAllowCBOR",
    "ClientsPreferCBOR",
    "CloudControllerManagerWatchBasedRoutesReconciliation",
    "CloudControllerManagerWebhook",
    "ClusterTrustBundle",
    "ClusterTrustBundleProjection",
    "ConcurrentWatchObjectDecode",
    "ContainerStopSignals",
    "ControllerManagerReleaseLeaderElectionLockOnExit",
    "CoordinatedLeaderElection",
    "CrossNamespaceVolumeDataSource",
    "DRADeviceTaintRules",
    "DRAListTypeAttributes",
    "DRANodeAllocatableResources",
    "DRAResourcePoolStatus",
    "DRAWorkloadResourceClaims",
    "EventedPLEG",
    "GangScheduling",
    "GenericWorkload",
    "HPAScaleToZero",
    "ImageVolumeWithDigest",
    "InPlacePodVerticalScalingExclusiveCPUs",
    "InPlacePodVerticalScalingExclusiveMemory",
    "KubeletInUserNamespace",
    "LocalStorageCapacityIsolationFSQuotaMonitoring",
    "LoggingAlphaOptions",
    "ManifestBasedAdmissionControlConfig",
    "MaxUnavailableStatefulSet",
    "MemoryQoS",
    "MinimumKubeletVersion",
    "MutablePVNodeAffinity",
    "NativeHistograms",
    "PersistentVolumeClaimUnusedSinceTime",
    "PodAndContainerStatsFromCRI",
    "PodCertificateRequest",
    "PodLevelResourceManagers",
    "PodLogsQuerySplitStreams",
    "PodsAPI",
    "QOSReserved",
    "ReduceDefaultCrashLoopBackOffDecay",
    "RouteExternalCertificate",
    "RuntimeClassInImageCriApi",
    "SELinuxMount",
    "SchedulerAsyncAPICalls",
    "ShardedListAndWatch",
    "StorageCapacityScoring",
    "StoragePerformantSecurityPolicy",
    "StorageVersionAPI",
    "StorageVersionMigrator",
    "TaintTolerationComparisonOperators",
    "TopologyAwareWorkloadScheduling",
    "TopologyManagerPolicyAlphaOptions",
    "UserNamespacesHostNetworkSupport",
    "VolumeLimitScaling",
    "WindowsCPUAndMemoryAffinity",
    "WorkloadAwarePreemption",
    "WorkloadWithJob",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_so_may_be_said() {
        for text in [
            "APIResponseCompression=true",
            "kube:APIServingWithRoutine=false",
            "AllAlpha=false",
            "APIServerIdentity",
        ] {
            assert_eq!(gate(text), Ok(()), "{text}");
        }
        for (text, told) in [
            ("APIResponseCompression=false", "is on here"),
            ("APIServingWithRoutine=true", "is off here"),
            ("Nonsense=true", "is no feature"),
            ("AllBeta=true", "cannot be switched"),
            ("APIResponseCompression=maybe", "neither true nor false"),
        ] {
            let refused = gate(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        for text in [
            "apps/v1=true",
            "api/beta=false",
            "batch/v1beta1=false",
            "v1",
        ] {
            assert_eq!(version(text), Ok(()), "{text}");
        }
        for (text, told) in [
            ("apps/v1=false", "apps/v1 is always served"),
            ("batch/v1beta1=true", "batch/v1beta1 is not served"),
            ("api/all=true", "alphas and betas"),
            ("nonsense=true", "no GROUP/VERSION"),
        ] {
            let refused = version(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }
}
