//! Which volume a claim gets. No I/O here.
//!
//! The rules are those of `FindMatchingVolume` in Kubernetes'
//! `k8s.io/component-helpers/storage/volume` and of `pkg/controller/volume/persistentvolume/index.go`.

use super::{STORAGE, class_of_claim, class_of_volume, is_for};
use crate::selector::{parse, selects};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::ResourceExt;
use kube::core::ParseExpressionError;
use std::sync::Arc;
use trimtab_object::Quantity;

/// How much a claim asks for.
pub(super) fn requested(claim: &PersistentVolumeClaim) -> Quantity {
    let spec = claim.spec.as_ref();
    let resources = spec.and_then(|spec| spec.resources.as_ref());
    let requests = resources.and_then(|it| it.requests.as_ref());
    let amount = requests.and_then(|it| it.get(STORAGE));
    amount.map_or(Quantity::ZERO, |it| read(&it.0))
}

/// How much a volume holds.
pub(super) fn capacity(volume: &PersistentVolume) -> Quantity {
    let spec = volume.spec.as_ref();
    let capacity = spec.and_then(|spec| spec.capacity.as_ref());
    let amount = capacity.and_then(|it| it.get(STORAGE));
    amount.map_or(Quantity::ZERO, |it| read(&it.0))
}

/// An amount as the API has it, which lets none in that is none.
pub(super) fn read(amount: &str) -> Quantity {
    Quantity::parse(amount).unwrap_or(Quantity::ZERO)
}

/// `Filesystem`, unless the other.
fn mode(mode: Option<&String>) -> &str {
    mode.map_or("Filesystem", String::as_str)
}

/// Whether one is to be mounted and the other is to be a device.
pub(super) fn modes_differ(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let of_volume = volume.spec.as_ref().and_then(|it| it.volume_mode.as_ref());
    let of_claim = claim.spec.as_ref().and_then(|it| it.volume_mode.as_ref());
    mode(of_volume) != mode(of_claim)
}

fn access_modes(volume: &PersistentVolume) -> &[String] {
    let spec = volume.spec.as_ref();
    spec.and_then(|spec| spec.access_modes.as_deref())
        .unwrap_or_default()
}

fn offers_access(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let spec = claim.spec.as_ref();
    let wanted = spec.and_then(|spec| spec.access_modes.as_ref());
    let mut wanted = wanted.into_iter().flatten();
    wanted.all(|mode| access_modes(volume).contains(mode))
}

fn attributes_differ(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let of_volume = volume.spec.as_ref();
    let of_volume = of_volume.and_then(|it| it.volume_attributes_class_name.as_deref());
    let of_claim = claim.spec.as_ref();
    let of_claim = of_claim.and_then(|it| it.volume_attributes_class_name.as_deref());
    of_volume.unwrap_or_default() != of_claim.unwrap_or_default()
}

/// The volume that is reserved for `claim`, or else the smallest of those with the fewest ways of
/// access that do; none of the latter if it `waits` for a pod to come.
pub(super) fn find(
    claim: &PersistentVolumeClaim,
    volumes: &[Arc<PersistentVolume>],
    waits: bool,
) -> Result<Option<Arc<PersistentVolume>>, ParseExpressionError> {
    let selector = claim.spec.as_ref().and_then(|spec| spec.selector.as_ref());
    let selector = selector.map(parse).transpose()?;
    let wanted = requested(claim);
    let may_be = |volume: &&Arc<PersistentVolume>| {
        let spec = volume.spec.as_ref();
        let is_free = spec.is_none_or(|spec| spec.claim_ref.is_none());
        (is_free || is_for(volume, claim))
            && offers_access(volume, claim)
            && capacity(volume) >= wanted
            && !modes_differ(volume, claim)
            && !attributes_differ(volume, claim)
            && volume.metadata.deletion_timestamp.is_none()
    };
    let candidates = || volumes.iter().filter(may_be);
    if let Some(reserved) = candidates().find(|volume| is_for(volume, claim)) {
        return Ok(Some(Arc::clone(reserved)));
    }
    if waits {
        return Ok(None);
    }
    let class = class_of_claim(claim);
    let fits = |volume: &&Arc<PersistentVolume>| {
        let status = volume.status.as_ref();
        status.and_then(|it| it.phase.as_deref()) == Some("Available")
            && selector.as_ref().is_none_or(|it| selects(it, &***volume))
            && class_of_volume(volume) == class
    };
    let best = candidates().filter(fits).min_by(|one, other| {
        let ways = |volume: &PersistentVolume| access_modes(volume).len();
        ways(one)
            .cmp(&ways(other))
            .then_with(|| capacity(one).cmp(&capacity(other)))
            .then_with(|| one.name_any().cmp(&other.name_any()))
    });
    Ok(best.cloned())
}

/// Why `claim` cannot have the volume that it names.
pub(super) fn mismatch(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> Option<String> {
    if volume.metadata.deletion_timestamp.is_some() {
        let name = volume.name_any();
        return Some(format!("the volume is marked for deletion {name:?}"));
    }
    let why = if capacity(volume) < requested(claim) {
        "requested PV is too small"
    } else if class_of_volume(volume) != class_of_claim(claim) {
        "storageClassName does not match"
    } else if attributes_differ(volume, claim) {
        "volumeAttributesClassName does not match"
    } else if modes_differ(volume, claim) {
        "incompatible volumeMode"
    } else if !offers_access(volume, claim) {
        "incompatible accessMode"
    } else {
        return None;
    };
    Some(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn volume(name: &str, size: &str, spec: &Value) -> Arc<PersistentVolume> {
        let mut it = json!({
            "metadata": {"name": name, "labels": {"name": name}},
            "spec": {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": "s"},
            "status": {"phase": "Available"},
        });
        for (key, value) in spec.as_object().unwrap() {
            it["spec"][key] = value.clone();
        }
        Arc::new(serde_json::from_value(it).unwrap())
    }

    fn claim(spec: &Value) -> PersistentVolumeClaim {
        let mut it = json!({
            "metadata": {"name": "c", "namespace": "a", "uid": "u"},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "s",
                "resources": {"requests": {"storage": "2Gi"}}},
        });
        for (key, value) in spec.as_object().unwrap() {
            it["spec"][key] = value.clone();
        }
        serde_json::from_value(it).unwrap()
    }

    #[test]
    fn the_smallest_that_fits_is_found() {
        let both = json!({"accessModes": ["ReadWriteOnce", "ReadWriteMany"]});
        let volumes = [
            volume("big", "10Gi", &json!({})),
            volume("many", "2Gi", &both),
            volume("small", "3Gi", &json!({})),
            volume("tiny", "1Gi", &json!({})),
            volume("block", "2Gi", &json!({"volumeMode": "Block"})),
            volume("other", "2Gi", &json!({"storageClassName": "t"})),
            volume(
                "taken",
                "2Gi",
                &json!({"claimRef": {"name": "d", "namespace": "a"}}),
            ),
        ];
        for (wanted, expected) in [
            (json!({}), Some("small")),
            (json!({"accessModes": ["ReadWriteMany"]}), Some("many")),
            (json!({"volumeMode": "Block"}), Some("block")),
            (json!({"storageClassName": "t"}), Some("other")),
            (json!({"storageClassName": ""}), None),
            (
                json!({"selector": {"matchLabels": {"name": "big"}}}),
                Some("big"),
            ),
            (
                json!({"resources": {"requests": {"storage": "11Gi"}}}),
                None,
            ),
        ] {
            let found = find(&claim(&wanted), &volumes, false).unwrap();
            let found = found.map(|it| it.name_any());
            assert_eq!(found.as_deref(), expected, "{wanted}");
        }
        assert!(find(&claim(&json!({})), &volumes, true).unwrap().is_none());
    }

    #[test]
    fn a_reserved_volume_is_the_claims_whatever_else_fits() {
        let reserved = json!({
            "claimRef": {"name": "c", "namespace": "a"},
            "storageClassName": "t",
        });
        let volumes = [
            volume("small", "3Gi", &json!({})),
            volume("mine", "9Gi", &reserved),
        ];
        for waits in [false, true] {
            let found = find(&claim(&json!({})), &volumes, waits).unwrap().unwrap();
            assert_eq!(found.name_any(), "mine");
        }
    }

    #[test]
    fn a_named_volume_has_to_fit_too() {
        for (spec, expected) in [
            (json!({}), None),
            (
                json!({"capacity": {"storage": "1Gi"}}),
                Some("requested PV is too small"),
            ),
            (
                json!({"storageClassName": "t"}),
                Some("storageClassName does not match"),
            ),
            (
                json!({"volumeMode": "Block"}),
                Some("incompatible volumeMode"),
            ),
            (
                json!({"accessModes": ["ReadOnlyMany"]}),
                Some("incompatible accessMode"),
            ),
        ] {
            let volume = volume("v", "2Gi", &spec);
            let why = mismatch(&volume, &claim(&json!({})));
            assert_eq!(why.as_deref(), expected);
        }
    }
}
