//! Which pod of a `StatefulSet` is which.
//!
//! The rules are those of `pkg/controller/statefulset/stateful_set_utils.go` in Kubernetes.

use crate::history::HASH_LABEL;
use crate::pods::from_template;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimVolumeSource, Pod, PodTemplateSpec, Volume,
};
use kube::ResourceExt;
use std::ops::Range;

const NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
const INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

/// The name of the set and the number that the name of a pod is made of.
fn parent_and_ordinal(name: &str) -> Option<(&str, i32)> {
    let (parent, digits) = name.rsplit_once('-')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    Some((parent, digits.parse().ok().filter(|_| is_number)?))
}

/// The number of a pod, if its name has one.
pub(super) fn ordinal(pod: &Pod) -> Option<i32> {
    let name = pod.metadata.name.as_deref()?;
    parent_and_ordinal(name).map(|(_, ordinal)| ordinal)
}

/// Whether `pod` is called as a pod of `set`.
pub(super) fn is_member(set: &StatefulSet, pod: &Pod) -> bool {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let parent = parent_and_ordinal(name).map(|(parent, _)| parent);
    parent == set.metadata.name.as_deref()
}

/// The numbers of the pods that `set` asks for.
pub(super) fn ordinals(set: &StatefulSet) -> Range<i32> {
    let spec = set.spec.as_ref();
    let start = spec.and_then(|spec| spec.ordinals.as_ref()?.start);
    let start = start.unwrap_or_default();
    let replicas = spec.and_then(|spec| spec.replicas).unwrap_or(1);
    start..start.saturating_add(replicas)
}

/// The revision that a pod was made of.
pub(super) fn revision(pod: &Pod) -> &str {
    let labels = pod.metadata.labels.as_ref();
    let label = labels.and_then(|labels| labels.get(HASH_LABEL));
    label.map(String::as_str).unwrap_or_default()
}

/// The pod of this number, of a template and the name of its revision.
pub(super) fn new_pod(
    set: &StatefulSet,
    template: &PodTemplateSpec,
    revision: &str,
    ordinal: i32,
) -> Pod {
    let mut pod = from_template(template, set);
    pod.metadata.name = Some(format!("{}-{ordinal}", set.name_any()));
    let labels = pod.metadata.labels.get_or_insert_default();
    labels.insert(HASH_LABEL.to_owned(), revision.to_owned());
    let service = set.spec.as_ref().and_then(|it| it.service_name.clone());
    let spec = pod.spec.get_or_insert_default();
    spec.hostname.clone_from(&pod.metadata.name);
    spec.subdomain = service.filter(|name| !name.is_empty());
    set_identity(&mut pod, ordinal);
    set_storage(set, &mut pod, ordinal);
    pod
}

/// Whether the labels of `pod` name it.
pub(super) fn has_identity(pod: &Pod) -> bool {
    let labels = pod.metadata.labels.as_ref();
    labels.and_then(|labels| labels.get(NAME_LABEL)) == pod.metadata.name.as_ref()
}

/// Labels `pod` with its name and number.
pub(super) fn set_identity(pod: &mut Pod, ordinal: i32) {
    let name = pod.name_any();
    let labels = pod.metadata.labels.get_or_insert_default();
    labels.insert(NAME_LABEL.to_owned(), name);
    labels.insert(INDEX_LABEL.to_owned(), ordinal.to_string());
}

/// Whether `pod` has the volumes that the claims of `set` ask for.
pub(super) fn has_storage(set: &StatefulSet, pod: &Pod, ordinal: i32) -> bool {
    let volumes = pod.spec.as_ref().and_then(|spec| spec.volumes.as_ref());
    claims(set, ordinal).all(|(template, claim)| {
        let mut volumes = volumes.into_iter().flatten();
        let volume = volumes.find(|volume| volume.name == template);
        let source = volume.and_then(|volume| volume.persistent_volume_claim.as_ref());
        source.is_some_and(|source| Some(&source.claim_name) == claim.metadata.name.as_ref())
    })
}

/// Gives `pod` the volumes that the claims of `set` ask for, in place of others of their names.
pub(super) fn set_storage(set: &StatefulSet, pod: &mut Pod, ordinal: i32) {
    let mut volumes: Vec<_> = claims(set, ordinal)
        .map(|(name, claim)| Volume {
            name,
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: claim.name_any(),
                read_only: None,
            }),
            ..Volume::default()
        })
        .collect();
    let spec = pod.spec.get_or_insert_default();
    for volume in spec.volumes.take().unwrap_or_default() {
        if volumes.iter().all(|it| it.name != volume.name) {
            volumes.push(volume);
        }
    }
    spec.volumes = Some(volumes).filter(|volumes| !volumes.is_empty());
}

/// The names of the claim templates of `set`, and their claims for the pod of this number.
pub(super) fn claims(
    set: &StatefulSet,
    ordinal: i32,
) -> impl Iterator<Item = (String, PersistentVolumeClaim)> {
    let spec = set.spec.as_ref();
    let templates = spec.and_then(|spec| spec.volume_claim_templates.as_ref());
    templates.into_iter().flatten().map(move |template| {
        let name = template.name_any();
        let mut claim = template.clone();
        claim.metadata.name = Some(format!("{name}-{}-{ordinal}", set.name_any()));
        claim.metadata.namespace = set.namespace();
        claim.status = None;
        let selected = spec.and_then(|spec| spec.selector.match_labels.clone());
        let labels = claim.metadata.labels.get_or_insert_default();
        labels.extend(selected.unwrap_or_default());
        (name, claim)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_taken_apart() {
        for (name, expected) in [
            ("web-0", Some(("web", 0))),
            ("a-b-12", Some(("a-b", 12))),
            ("web", None),
            ("web-", None),
            ("web-+1", None),
            ("web-99999999999", None),
        ] {
            assert_eq!(parent_and_ordinal(name), expected, "{name}");
        }
    }

    #[test]
    fn a_pod_has_its_identity_and_storage() {
        let set: StatefulSet = serde_json::from_value(json!({
            "metadata": {"name": "web", "namespace": "n"},
            "spec": {
                "replicas": 2, "ordinals": {"start": 5}, "serviceName": "s",
                "selector": {"matchLabels": {"app": "a"}},
                "template": {"metadata": {"labels": {"app": "a"}}, "spec": {
                    "containers": [], "volumes": [{"name": "data"}, {"name": "other"}],
                }},
                "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
            },
        }))
        .unwrap();
        assert_eq!(ordinals(&set), 5..7);
        let template = &set.spec.as_ref().unwrap().template;
        let mut pod = new_pod(&set, template, "web-abc", 5);
        assert!(is_member(&set, &pod) && has_identity(&pod) && has_storage(&set, &pod, 5));
        assert_eq!(revision(&pod), "web-abc");
        let spec = pod.spec.clone().unwrap();
        assert_eq!(
            (spec.hostname.as_deref(), spec.subdomain.as_deref()),
            (Some("web-5"), Some("s"))
        );
        let volumes: Vec<_> = spec
            .volumes
            .unwrap()
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(volumes, ["data", "other"]);
        let (_, claim) = claims(&set, 5).next().unwrap();
        assert_eq!(claim.name_any(), "data-web-5");
        assert_eq!(claim.labels()["app"], "a");
        pod.spec.as_mut().unwrap().volumes = None;
        assert!(!has_storage(&set, &pod, 5));
    }
}
