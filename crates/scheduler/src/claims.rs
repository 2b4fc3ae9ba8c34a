//! The claims of pods.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};

/// What says that a claim and its volume know of each other.
pub(crate) const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";

/// The name of a claim, with its namespace.
pub(crate) fn claim_key(claim: &PersistentVolumeClaim) -> String {
    let meta = &claim.metadata;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    format!("{}/{}", text(&meta.namespace), text(&meta.name))
}

/// The claims that a pod uses, by namespace and name, those of its generic ephemeral volumes among them.
pub(crate) fn claims_of(pod: &Pod) -> Vec<String> {
    used(pod).into_iter().map(|it| it.key).collect()
}

/// A claim that a pod uses.
pub(crate) struct Used {
    /// Its namespace and name.
    pub(crate) key: String,
    /// Whether it is made for the pod, and goes with it.
    pub(crate) is_own: bool,
}

/// The claims that a pod uses, in the order of its volumes.
pub(crate) fn used(pod: &Pod) -> Vec<Used> {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
    let pod_name = pod.metadata.name.as_deref().unwrap_or_default();
    let specs = pod.spec.iter();
    let volumes = specs.flat_map(|spec| spec.volumes.iter().flatten());
    volumes
        .filter_map(|volume| {
            let named = volume.persistent_volume_claim.as_ref();
            let named = named.map(|it| it.claim_name.clone());
            let is_own = named.is_none() && volume.ephemeral.is_some();
            let own = is_own.then(|| format!("{pod_name}-{}", volume.name));
            Some(Used {
                key: format!("{namespace}/{}", named.or(own)?),
                is_own,
            })
        })
        .collect()
}

/// Whether the pod is the one that a claim was made for.
pub(crate) fn is_made_for(claim: &PersistentVolumeClaim, pod: &Pod) -> bool {
    let owners = claim.metadata.owner_references.iter().flatten();
    let mut controllers = owners.filter(|owner| owner.controller == Some(true));
    claim.metadata.namespace == pod.metadata.namespace
        && controllers.any(|owner| Some(&owner.uid) == pod.metadata.uid.as_ref())
}

/// Whether a claim has its volume.
pub(crate) fn is_bound(claim: &PersistentVolumeClaim) -> bool {
    let named = claim
        .spec
        .as_ref()
        .and_then(|spec| spec.volume_name.as_ref());
    let annotations = claim.metadata.annotations.as_ref();
    let phase = claim.status.as_ref().and_then(|it| it.phase.as_deref());
    named.is_some_and(|name| !name.is_empty())
        && (annotations.is_some_and(|it| it.contains_key(BIND_COMPLETED)) || phase == Some("Bound"))
}
